"""Requests in words: rows, heads, buttons, and the boxes over a form that say what is wrong."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.approvals.acts import ActKind
from app.domain.approvals.fold import rights_of
from app.domain.approvals.rows import ApprovalBox, ApprovalDetail, Doubt, Trust
from app.domain.approvals.state import Check, Refusal, RequestStatus, Right
from app.domain.approvals.wire import MIN_URGE_MS
from app.domain.ids import RoomID
from app.domain.timeline import SendState
from resources.translations import language, set_language
from tests.helpers import approval_samples as samples
from ui.screens.approvals.approval_cards import can_tick, card_of, waiting_words
from ui.screens.approvals.approval_pages import page_of
from ui.screens.approvals.approvals_state import box_of, is_in_box
from widgets.approval_values import ApprovalAct, ApprovalPage, Notice
from widgets.painting import TagKind

TODO, MINE = ApprovalBox.TODO, ApprovalBox.MINE


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def shown(detail: ApprovalDetail, doubts: tuple[Doubt, ...] = (), **context: Any) -> ApprovalPage:
    rights = rights_of(detail.content, detail.state, samples.ME, samples.NOON_MS)
    return page_of(detail, rights, doubts, samples.context(**context))


def notice(page: ApprovalPage, key: str) -> Notice:
    return next(one for one in page.notices if one.key.startswith(key))


def kinds(page: ApprovalPage) -> set[ApprovalAct]:
    return {choice.act for choice in page.acts}


def test_a_row_says_who_wants_what_and_since_when_it_waits() -> None:
    card = card_of(samples.expense_row(), TODO, samples.context())
    assert (card.title, card.facts, card.when, card.tag) == (
        "张伟的报销",
        "¥ 1,280.50 · Travel · 上海",
        "waits 2 hours",
        "",
    )
    assert card.spoken == "张伟的报销, ¥ 1,280.50 · Travel · 上海, waits 2 hours"


@pytest.mark.parametrize(
    ("more", "tag"),
    [
        ({"pending": 1}, "Will be sent"),
        ({"failed": "forbidden", "pending": 1}, "Not sent"),
        ({"is_invited": True}, "Join first"),
        ({"is_whole": False}, "Fetching…"),
        ({"status": RequestStatus.UNSEALED}, "Not sealed"),
        ({"status": RequestStatus.RETURNED}, "Returned"),
        ({"is_away_for": samples.user("wangqiang")}, "for 王强"),
    ],
)
def test_a_row_says_what_is_special(more: dict[str, Any], tag: str) -> None:
    assert card_of(samples.expense_row(**more), TODO, samples.context()).tag == tag


@pytest.mark.parametrize(
    ("more", "is_possible"),
    [
        ({}, True),
        ({"can_batch": False}, False),
        ({"is_invited": True}, False),
        ({"is_whole": False}, False),
        ({"pending": 1}, False),
        ({"is_todo": False}, False),
        ({"status": RequestStatus.RETURNED}, False),
    ],
)
def test_only_what_can_be_decided_unseen_is_ticked(more: dict[str, Any], is_possible: bool) -> None:
    assert can_tick(samples.expense_row(**more)) is is_possible


def test_no_more_than_two_names_are_given() -> None:
    assert waiting_words(("A",)) == "Waiting for A"
    assert waiting_words(("A", "B", "C", "D")) == "Waiting for A, B and 2 more"


def test_a_name_of_a_stranger_cannot_write_the_rest_of_the_row() -> None:
    row = samples.expense_row(title="a\u202eb\nc", requester_name="x\u202ey")
    card = card_of(row, TODO, samples.context())
    assert (card.title, card.name) == ("ab c", "xy")


def test_a_state_has_its_colour() -> None:
    row = samples.expense_row(status=RequestStatus.APPROVED, is_todo=False, is_mine=True, waiting=())
    card = card_of(row, MINE, samples.context())
    assert (card.tag, card.tag_kind) == ("Approved", TagKind.GREEN)


def test_a_request_is_found_on_the_page_that_matters_most() -> None:
    assert box_of(samples.expense_row()) is TODO
    assert box_of(samples.expense_row(is_todo=False, is_mine=True, has_acted=True)) is MINE
    assert box_of(samples.expense_row(is_todo=False, is_copy=True)) is ApprovalBox.COPIES
    assert is_in_box(samples.expense_row(is_todo=False, is_invited=True), TODO)


def test_the_buttons_are_what_the_fold_allows_in_the_order_of_use() -> None:
    page = shown(samples.expense_detail())
    assert [choice.text for choice in page.acts][:5] == [
        "Approve",
        "Reject",
        "Return",
        "Transfer",
        "Add approvers",
    ]
    assert page.acts[0].is_primary
    assert page.acts[1].is_danger
    assert page.hint == "J / K next, previous · A approve · R reject"


@pytest.mark.parametrize(
    ("more", "title"),
    [
        ({"state": samples.expense_state(RequestStatus.UNSEALED), "seal": None}, "Not sealed: do not decide"),
        ({"state": samples.expense_state(RequestStatus.INVALID, checks=(Check.OTHER_ROUTE,))}, "This request contradicts itself: no decision counts"),
        ({"trust": Trust.DIFFERS}, "Not the template of your organisation: do not decide"),
    ],
)  # fmt: skip
def test_where_nothing_counts_there_are_no_buttons(more: dict[str, Any], title: str) -> None:
    page = shown(samples.expense_detail(**more))
    assert page.acts == ()
    assert page.notices[0].title == title
    assert page.hint == "Nothing can be decided here."


def test_what_nobody_should_decide_on_can_be_withdrawn_by_who_asked() -> None:
    differing = samples.expense_detail(trust=Trust.DIFFERS)
    rights = (Right(ActKind.WITHDRAW), Right(ActKind.URGE), Right(ActKind.APPROVE, "manager"))
    page = page_of(differing, rights, (), samples.context())
    assert [choice.act for choice in page.acts] == [ApprovalAct.WITHDRAW]


@pytest.mark.parametrize("kind", [ActKind.WITHDRAW, ActKind.RESUBMIT, ActKind.TRANSFER])
def test_who_asked_hears_of_a_stranger_who_tried_to_act_on_their_request(kind: ActKind) -> None:
    forged = samples.entry("wangqiang", kind, samples.NOON_MS, Refusal.NOT_REQUESTER, "$f")
    state = samples.expense_state(entries=(forged,))._replace(requester=samples.ME)
    assert [one.key for one in shown(samples.expense_detail(state)).notices] == [
        f"refused $f {forged.act.id}"
    ]


def test_an_administrator_reads_why_a_request_of_others_waits_for_them() -> None:
    content = samples.expense_content()
    content = replace(content, template=replace(content.template, admins=(samples.ME,)))
    plain, away = samples.expense_state(), samples.user("liuyang")
    steps = (
        step._replace(tasks=tuple(t._replace(user=away) if t.user == samples.ME else t for t in step.tasks))
        for step in plain.steps
    )
    others = plain._replace(steps=tuple(steps))
    detail = samples.expense_detail(others, content)
    assert notice(shown(detail), "stuck").title == "Somebody has to decide in place of 刘洋"
    for row in (samples.expense_row(is_todo=False), samples.expense_row(is_away_for=samples.user("liuyang"))):
        assert not [one for one in shown(detail._replace(row=row)).notices if one.key == "stuck"]
    own = samples.expense_detail(content=content)
    assert not [one for one in shown(own).notices if one.key == "stuck"], "it waits for me anyway"


def test_what_waits_to_be_sent_can_be_undone_and_not_taken_back() -> None:
    detail = samples.expense_detail(pending=(samples.pending_act(),))
    page = page_of(detail, (Right(ActKind.TAKE_BACK),), (), samples.context(is_online=False))
    found = notice(page, "pending")
    assert (found.title, found.second_act) == ("Your approval will be sent", ApprovalAct.UNDO)
    assert "checked again" in found.text
    assert ApprovalAct.TAKE_BACK not in kinds(page)


def test_what_was_parked_says_why_and_keeps_the_note() -> None:
    parked = samples.pending_act(state=SendState.WEDGED, error_code="approval_other_round", note="同意")
    found = notice(shown(samples.expense_detail(pending=(parked,))), "pending")
    assert found.title == "Your approval was not sent"
    assert "moved on" in found.text
    assert "同意" in found.text
    assert (found.act, found.second_act) == (ApprovalAct.ANEW, ApprovalAct.DISCARD)
    line = samples.pending_act(state=SendState.WEDGED, error_code="forbidden")
    assert notice(shown(samples.expense_detail(pending=(line,))), "pending").act == ApprovalAct.RETRY


def test_a_refused_act_is_told_to_its_actor_and_to_nobody_it_does_not_concern() -> None:
    mine = samples.entry("lina", ActKind.REJECT, samples.NOON_MS, Refusal.FINISHED, "$a")
    strange = samples.entry("wangqiang", ActKind.CC, samples.NOON_MS, Refusal.NOT_YOURS, "$b")
    state = samples.expense_state(entries=(mine, strange))
    keys = [one.key for one in shown(samples.expense_detail(state)).notices]
    assert keys == ["refused $a lina-reject"]


def test_doubts_and_what_was_changed_afterwards_are_said_before_one_decides() -> None:
    state = samples.expense_state(changed_afterwards=(samples.user("liuyang"),))
    doubt = Doubt("manager", (samples.user("liuyang"),), (samples.user("chenjing"),), "1")
    page = shown(samples.expense_detail(state, trust=Trust.UNKNOWN), (doubt,))
    assert notice(page, "doubts").text == "Manager (1): the request says 刘洋, the organisation 陈静."
    assert notice(page, "changed").title == "刘洋 changed decisions afterwards"
    assert notice(page, "unknown")


def test_who_only_reads_is_not_warned_of_the_template() -> None:
    state = samples.expense_state(RequestStatus.APPROVED)
    page = shown(samples.expense_detail(state, trust=Trust.UNKNOWN))
    assert page.notices == ()


def test_a_decision_the_server_lets_wait_says_for_how_long() -> None:
    detail = samples.expense_detail(pending=(samples.pending_act(error_code="approval_act_limit:40"),))
    for wait, words in ((None, "wait 40 s"), (7, "wait 7 s"), (0, "")):
        told = dataclasses.replace(samples.context(), wait_of={detail.row.room_id: wait}.get)
        text = notice(page_of(detail, (), (), told), "pending").text
        assert words in text and bool(words) == bool(text)


def test_a_request_to_be_made_says_so_and_can_become_a_draft_again() -> None:
    row = samples.expense_row(
        room_id=RoomID("~new:1"), send_state=SendState.QUEUED, is_todo=False, is_mine=True
    )
    page = shown(samples.expense_detail(row=row, seal=None))
    assert page.head.status == "Will be sent"
    assert notice(page, "unsent").second_act == ApprovalAct.DISCARD
    assert not page.can_comment
    limited = samples.expense_detail(row=row._replace(failed="approval_limit:40"), seal=None)
    for wait, words in ((None, "wait 40 s"), (12, "wait 12 s"), (0, "")):
        told = dataclasses.replace(samples.context(), wait_of={row.room_id: wait}.get)
        text = notice(page_of(limited, (), (), told), "unsent").text
        assert words in text and bool(words) == bool(text)
    parked = row._replace(send_state=SendState.WEDGED, failed="forbidden")
    found = notice(shown(samples.expense_detail(row=parked, seal=None)), "unsent")
    assert (found.title, found.act) == ("This request was not sent", ApprovalAct.RETRY)


def test_who_is_invited_from_outside_joins_first() -> None:
    row = samples.expense_row(is_invited=True, is_external=True)
    page = shown(samples.expense_detail(samples.expense_state(RequestStatus.UNSEALED), row=row, seal=None))
    assert page.acts == ()
    assert [one.key for one in page.notices] == ["join"]  # whether it is sealed is seen from inside
    assert (page.head.status, page.head.seal) == ("Join first", "")
    assert notice(page, "join").act == ApprovalAct.JOIN
    assert not page.can_comment


def test_urging_again_says_when_it_may_be_done() -> None:
    state = samples.expense_state(requester=samples.ME, urged_ms=samples.NOON_MS - MIN_URGE_MS + 150_000)
    choice = next(c for c in shown(samples.expense_detail(state)).acts if c.act is ApprovalAct.URGE)
    assert (choice.text, choice.is_enabled) == ("Urge in 3 min", False)
    rights = (Right(ActKind.WITHDRAW), Right(ActKind.CC))
    page = page_of(samples.expense_detail(state), rights, (), samples.context())
    places = [choice.act for choice in page.acts]  # the same as while it may be done
    assert places == [ApprovalAct.URGE, ApprovalAct.WITHDRAW, ApprovalAct.CC]


def test_what_came_back_says_who_returned_it_and_why() -> None:
    entries = (samples.entry("liuyang", ActKind.RETURN, samples.NOON_MS, note="发票不清楚"),)
    state = samples.expense_state(RequestStatus.RETURNED, requester=samples.ME, returned_by=samples.user("liuyang"), entries=entries)  # fmt: skip
    found = notice(shown(samples.expense_detail(state)), "returned")
    assert (found.title, found.text) == ("刘洋 returned it to you to be corrected", "发票不清楚")
    assert found.act == ApprovalAct.RESUBMIT


def test_my_own_request_is_not_called_dangerous_while_it_is_being_sealed() -> None:
    row = samples.expense_row(status=RequestStatus.UNSEALED, is_mine=True, is_todo=False)
    state = samples.expense_state(RequestStatus.UNSEALED, requester=samples.ME)
    page = shown(samples.expense_detail(state, row=row, seal=None))
    assert (page.head.status, page.head.seal) == ("Will be sent", "")
    assert notice(page, "unsealed").title == "It is being sealed"
    assert card_of(row, MINE, samples.context()).tag == "Will be sent"
    failed = shown(samples.expense_detail(state, row=row._replace(failed="forbidden"), seal=None))
    assert notice(failed, "unsealed").act == ApprovalAct.RETRY
