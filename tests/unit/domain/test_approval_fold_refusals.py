"""What changes nothing in a request, and the reason given; forged and rewritten lists; who may do what."""

from typing import Any

import msgspec
import pytest

from app.domain.approvals.acts import Act, ActKind, Where
from app.domain.approvals.fold import basis_of, refusal_of, rights_of
from app.domain.approvals.request import Deputy
from app.domain.approvals.state import Refusal, RequestStatus
from app.domain.approvals.template import (
    AfterReturn,
    Branch,
    Compare,
    Condition,
    Fork,
    OnRequester,
    Pick,
    PickKind,
    StepMode,
    StepRule,
)
from app.domain.approvals.wire import MAX_PEOPLE, MIN_URGE_MS
from tests.helpers.approval_room import MINUTE_MS, START_MS, RequestRoom, request, route_step, user, users

APPROVE, REJECT, RETURN = ActKind.APPROVE, ActKind.REJECT, ActKind.RETURN


def plain(**fields: Any) -> RequestRoom:
    return RequestRoom(request(route_step("s1", "a b"), route_step("s2", "c"), **fields))


# Refusals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["req", "c", "stranger"])
@pytest.mark.parametrize("kind", [APPROVE, REJECT, RETURN, ActKind.TRANSFER, ActKind.DELEGATE])
def test_who_has_no_task_there_changes_nothing(name: str, kind: ActKind) -> None:
    room = plain()
    assert room.act(name, kind, "s1", "x").refusal is Refusal.NOT_YOURS
    assert room.waiting() == "a b"


def test_nobody_decides_twice() -> None:
    room = plain()
    room.act("a", APPROVE, "s1")
    assert room.act("a", APPROVE, "s1").refusal is Refusal.NOT_YOURS
    assert room.waiting() == "b"


def test_the_second_of_two_clicks_is_told_that_the_step_has_moved_on() -> None:
    room = RequestRoom(request(route_step("s1", "a b", StepMode.ANY), route_step("s2", "c")))
    late = room.make("b", REJECT, "s1")
    room.act("a", APPROVE, "s1")
    room.put("b", (late,))
    assert room.state().entries[-1].refusal is Refusal.OTHER_ROUND
    assert room.waiting() == "c"


def test_a_decision_on_a_former_round_changes_nothing() -> None:
    room = plain(after=AfterReturn.AGAIN)
    offline = room.make("a", APPROVE, "s1")
    room.act("b", RETURN, "s1")
    room.act("req", ActKind.RESUBMIT, changes={"reason": "other"})
    room.now_ms += MINUTE_MS
    room.put("a", (offline,))
    assert room.state().entries[-1].refusal is Refusal.OTHER_ROUND
    assert room.waiting() == "a b"


def test_after_the_end_only_copies_count() -> None:
    room = plain()
    room.act("a", REJECT, "s1")
    for kind in set(ActKind) - {ActKind.CC}:
        for name in ("req", "a", "b"):
            entry = room.act(name, kind, "s1", "x", where=Where.BESIDE)
            assert entry.refusal is Refusal.FINISHED
    assert room.act("req", ActKind.CC, people="x").refusal is None


def test_what_is_withdrawn_gives_no_copies_at_the_end() -> None:
    kept, ended = plain(cc_end="x"), plain(cc_end="x")
    kept.act("req", ActKind.WITHDRAW)
    ended.act("a", REJECT, "s1")
    assert (kept.state().cc, ended.state().cc) == ((), users("x"))


def test_while_returned_only_the_requester_may_act() -> None:
    room = plain()
    room.act("a", RETURN, "s1")
    assert room.act("b", APPROVE, "s1").refusal is Refusal.OTHER_ROUND
    assert room.act("req", ActKind.URGE).refusal is Refusal.NOT_YOURS
    assert room.act("req", ActKind.WITHDRAW).refusal is None


def test_nobody_hands_in_again_for_who_asked() -> None:
    room = plain()
    room.act("req", ActKind.DEPUTISE, people="x", from_ms=0, until_ms=START_MS * 2)
    room.act("a", RETURN, "s1")
    assert room.state().duties_at(room.now_ms) == users("req")
    assert room.act("x", ActKind.RESUBMIT).refusal is Refusal.NOT_REQUESTER


def test_only_what_was_returned_is_handed_in_again() -> None:
    room = plain()
    assert room.act("req", ActKind.RESUBMIT).refusal is Refusal.NOT_RETURNED


@pytest.mark.parametrize("kind", [ActKind.WITHDRAW, ActKind.RESUBMIT, ActKind.URGE])
def test_what_only_the_requester_may(kind: ActKind) -> None:
    assert plain().act("a", kind).refusal is Refusal.NOT_REQUESTER


def test_a_step_that_is_not_there() -> None:
    assert plain().act("a", APPROVE, "s9").refusal is Refusal.NO_SUCH_STEP


@pytest.mark.parametrize("to", ["s1", "s2", "s9"])
def test_returning_only_goes_to_a_step_passed_before(to: str) -> None:
    assert plain().act("a", RETURN, "s1", to=to).refusal is Refusal.NO_SUCH_STEP


@pytest.mark.parametrize("kind", [ActKind.TRANSFER, ActKind.DELEGATE, ActKind.ADD_SIGN])
def test_nobody_gets_a_second_part_in_a_step(kind: ActKind) -> None:
    room = plain()
    assert room.act("a", kind, "s1", "b", where=Where.BESIDE).refusal is Refusal.ALREADY_IN
    assert room.act("a", kind, "s1", "a", where=Where.BESIDE).refusal is Refusal.ALREADY_IN
    room.act("b", APPROVE, "s1")
    assert room.act("a", kind, "s1", "b", where=Where.BESIDE).refusal is Refusal.ALREADY_IN


@pytest.mark.parametrize("kind", [ActKind.TRANSFER, ActKind.DELEGATE, ActKind.ADD_SIGN])
@pytest.mark.parametrize(
    ("rule", "refusal"),
    [(OnRequester.KEEP, None), (OnRequester.PASS, Refusal.OWN_REQUEST)],
)
def test_the_requester_decides_only_where_the_template_lets_them(
    kind: ActKind, rule: OnRequester, refusal: Refusal | None
) -> None:
    room = plain(on_requester=rule)
    assert room.act("a", kind, "s1", "req", where=Where.AFTER).refusal is refusal


def test_the_requester_does_not_decide_as_a_deputy() -> None:
    deputy = Deputy(user=user("a"), deputy=user("req"), from_ms=0, until_ms=START_MS * 2)
    room = plain(deputies=(deputy,))
    assert room.state().duties_at(START_MS) == users("a b")
    assert room.act("req", APPROVE, "s1", on_behalf="a").refusal is Refusal.NOT_YOURS
    made = room.act("a", ActKind.DEPUTISE, people="req", from_ms=0, until_ms=START_MS * 2)
    assert made.refusal is Refusal.OWN_REQUEST


def test_a_deputy_counts_only_in_the_time_given() -> None:
    room = plain()
    room.act("a", ActKind.DEPUTISE, people="x", from_ms=0, until_ms=START_MS + 5 * MINUTE_MS)
    entry = room.act("x", APPROVE, "s1", on_behalf="a", minutes=10)
    assert (entry.refusal, entry.deputy_of) == (Refusal.NOT_YOURS, None)


def test_a_deputy_cannot_lay_in_an_act_for_later() -> None:
    """Its event is from the time, but it claims to come after something that happened when the time was over."""
    room = plain()
    room.act("c", ActKind.DEPUTISE, people="x", from_ms=0, until_ms=START_MS + 5 * MINUTE_MS)
    laid = room.make("x", APPROVE, "s2", on_behalf="c", basis={user("a"): 1, user("b"): 1})
    room.put("x", (laid,))
    room.act("a", APPROVE, "s1", minutes=60)
    room.act("b", APPROVE, "s1")
    assert room.state().entries[-1].refusal is Refusal.NOT_YOURS
    assert room.waiting() == "c"


def test_administrators_pass_on_but_do_not_decide() -> None:
    room = plain(admins="boss")
    assert room.act("boss", APPROVE, "s1", on_behalf="a").refusal is Refusal.NOT_YOURS
    assert room.act("b", ActKind.TRANSFER, "s1", "x", on_behalf="a").refusal is Refusal.NOT_YOURS


@pytest.mark.parametrize(
    ("rule", "refusal"), [(OnRequester.KEEP, None), (OnRequester.PASS, Refusal.NOT_YOURS)]
)
def test_who_asks_does_not_choose_who_decides_even_as_an_administrator(
    rule: OnRequester, refusal: Refusal | None
) -> None:
    room = plain(admins="req boss", on_requester=rule)
    rights = rights_of(room.content, room.state(), user("req"), room.now_ms)
    assert any(right.kind is ActKind.TRANSFER for right in rights) is (refusal is None)
    assert room.act("req", ActKind.TRANSFER, "s1", "friend", on_behalf="a").refusal is refusal
    assert room.act("boss", ActKind.TRANSFER, "s1", "x", on_behalf="b").refusal is None


@pytest.mark.parametrize("kind", [RETURN, ActKind.DELEGATE, ActKind.ADD_SIGN])
def test_a_delegate_may_not_do_more_than_give_an_opinion(kind: ActKind) -> None:
    room = plain()
    room.act("a", ActKind.DELEGATE, "s1", "x")
    assert room.act("x", kind, "s1", "y", where=Where.BESIDE).refusal is Refusal.NOT_YOURS


@pytest.mark.parametrize(
    ("kind", "people", "fields"),
    [
        (ActKind.TRANSFER, "", {}),
        (ActKind.TRANSFER, "x y", {}),
        (ActKind.DELEGATE, "", {}),
        (ActKind.ADD_SIGN, "", {"where": Where.AFTER}),
        (ActKind.ADD_SIGN, "x", {}),
        (ActKind.ADD_SIGN, "x x", {"where": Where.AFTER}),
        (ActKind.ADD_SIGN, "x", {"where": Where.AFTER, "mode": StepMode.COUNT}),
        (ActKind.REMOVE_SIGN, "", {}),
        (ActKind.CC, "", {}),
        (ActKind.CC, "x", {"on_behalf": "b"}),
        (ActKind.DEPUTISE, "x y", {}),
        (ActKind.DEPUTISE, "a", {}),
        (ActKind.DEPUTISE, "x", {"from_ms": 2, "until_ms": 1}),
    ],
)
def test_an_act_that_lacks_something_or_holds_too_much(
    kind: ActKind, people: str, fields: dict[str, Any]
) -> None:
    assert plain().act("a", kind, "s1", people, **fields).refusal is Refusal.MALFORMED


def test_a_step_does_not_grow_without_bounds() -> None:
    room = RequestRoom(request(route_step("s", "a")))
    many = " ".join(f"p{number}" for number in range(MAX_PEOPLE))
    assert room.act("a", ActKind.ADD_SIGN, "s", many, where=Where.BESIDE).refusal is Refusal.MALFORMED


def test_an_id_counts_once_in_a_list() -> None:
    room = plain()
    room.act("a", ActKind.TRANSFER, "s1", "x", id="same")
    room.act("x", ActKind.TRANSFER, "s1", "a")
    assert room.act("a", APPROVE, "s1", id="same").refusal is Refusal.MALFORMED


def test_whose_opinion_is_asked_is_not_one_of_those_who_can_still_agree() -> None:
    room = RequestRoom(request(route_step("s", "a b c", StepMode.COUNT, need=2)))
    room.act("b", ActKind.DELEGATE, "s", "x")
    room.act("a", REJECT, "s")
    assert room.state().status is RequestStatus.PENDING
    room.act("c", REJECT, "s")
    assert room.state().status is RequestStatus.REJECTED


@pytest.mark.parametrize("people", ["b", "y", "z"])
def test_only_whom_i_added_and_who_has_not_decided_is_removed(people: str) -> None:
    room = plain()
    room.act("a", ActKind.ADD_SIGN, "s1", "x y", where=Where.BESIDE)
    room.act("y", APPROVE, "s1")
    assert room.act("a", ActKind.REMOVE_SIGN, "s1", people).refusal is Refusal.NO_SUCH_PERSON
    assert room.act("b", ActKind.REMOVE_SIGN, "s1", "x").refusal is Refusal.NO_SUCH_PERSON


def test_what_others_acted_on_is_not_taken_back() -> None:
    room = plain()
    assert room.act("a", ActKind.TAKE_BACK).refusal is Refusal.TOO_LATE
    room.act("a", APPROVE, "s1")
    room.act("b", APPROVE, "s1")
    assert room.act("a", ActKind.TAKE_BACK).refusal is Refusal.TOO_LATE
    assert room.act("b", ActKind.TAKE_BACK).refusal is None
    assert room.act("a", ActKind.TAKE_BACK).refusal is None
    assert room.waiting() == "a b"


def test_urging_again_takes_five_minutes() -> None:
    room = plain()
    room.act("req", ActKind.URGE)
    assert room.act("req", ActKind.URGE, minutes=4.9).refusal is Refusal.TOO_SOON
    assert room.act("req", ActKind.URGE, minutes=0.2).refusal is None


def test_copies_are_given_by_those_concerned() -> None:
    room = plain(admins="boss")
    assert room.act("stranger", ActKind.CC, people="x").refusal is Refusal.NOT_YOURS
    assert room.act("c", ActKind.CC, people="x").refusal is Refusal.NOT_YOURS
    assert room.act("a", ActKind.CC, people="x").refusal is None
    assert room.act("boss", ActKind.CC, people="y").refusal is None
    assert room.state().cc == users("x y")


def test_a_correction_that_does_not_fit_the_form() -> None:
    room = plain()
    room.act("a", RETURN, "s1")
    assert room.act("req", ActKind.RESUBMIT, changes={"nothing": 1}).refusal is Refusal.BAD_FORM
    assert room.act("req", ActKind.RESUBMIT, changes={"amount": ["x"]}).refusal is Refusal.BAD_FORM
    assert room.state().status is RequestStatus.RETURNED


def test_a_correction_that_needs_other_people() -> None:
    dear = Condition(field="amount", compare=Compare.MORE, values=("1000",))
    who = (Pick(kind=PickKind.PEOPLE, people=users("boss")),)
    fork = Fork(
        key="f",
        branches=(
            Branch(
                key="dear",
                any_of=((dear,),),
                nodes=(StepRule(key="s2", name={"en": "2"}, mode=StepMode.ALL, who=who),),
            ),
            Branch(key="else"),
        ),
    )
    content = request(route_step("s1", "a"), values={"amount": "900"})
    route = msgspec.structs.replace(content.template.route, nodes=(*content.template.route.nodes, fork))
    template = msgspec.structs.replace(content.template, route=route)
    room = RequestRoom(msgspec.structs.replace(content, template=template))
    room.act("a", RETURN, "s1")
    dearer = room.act("req", ActKind.RESUBMIT, changes={"amount": "1001"})
    assert dearer.refusal is Refusal.ROUTE_CHANGES
    assert room.act("req", ActKind.RESUBMIT, changes={"amount": "1000"}).refusal is None
    assert room.state().values == {"amount": "1000"}


# Forged and rewritten -----------------------------------------------------------------------------------------------


def test_a_list_that_names_another_seal_counts_for_nothing() -> None:
    room = plain()
    room.put("a", (room.make("a", REJECT, "s1"),), seal="$other")
    state = room.state()
    assert (state.entries, state.changed_afterwards, state.status) == ((), (), RequestStatus.PENDING)


def test_a_rewritten_list_changes_nothing_and_names_who_did_it() -> None:
    room = plain()
    room.act("a", APPROVE, "s1")
    room.now_ms += MINUTE_MS
    room.put("a", (room.make("a", REJECT, "s1"),))
    state = room.state()
    assert state.waiting == users("b")
    assert state.changed_afterwards == users("a")


def test_an_emptied_list_still_counts() -> None:
    room = plain()
    room.act("a", APPROVE, "s1")
    room.now_ms += MINUTE_MS
    room.put("a", ())
    assert room.waiting() == "b"
    assert room.state().changed_afterwards == users("a")


def test_rewriting_a_list_does_not_undo_what_others_did_on_it() -> None:
    """The server of `a` claims an earlier time for a shorter list: `b` had honestly seen two acts of `a`."""
    room = plain()
    room.act("a", ActKind.CC, people="x")
    room.act("a", ActKind.CC, people="y")
    room.act("b", REJECT, "s1")
    assert room.state().status is RequestStatus.REJECTED
    room.put("a", (room.make("a", ActKind.CC, people="z", id="new", basis={}),), ts_ms=START_MS)
    assert room.state().status is RequestStatus.REJECTED


def test_rewriting_a_list_does_not_make_a_planted_act_possible() -> None:
    """`b` claims two acts of `a` that are not there; `a`, in league, later shows a list that holds two."""
    room = RequestRoom(request(route_step("s1", "a b c", StepMode.ANY)))
    room.act("a", ActKind.CC, people="x")
    room.put("b", (room.make("b", REJECT, "s1", basis={user("a"): 2}),))
    room.act("c", APPROVE, "s1")
    room.now_ms += MINUTE_MS
    room.put("a", (room.make("a", ActKind.CC, people="y"), room.make("a", ActKind.CC, people="z")))
    state = room.state()
    assert (state.status, state.changed_afterwards) == (RequestStatus.APPROVED, users("a"))


@pytest.mark.parametrize("basis", [{"@c:x": 1}, {"@nobody:x": 1}, {"@a:x": 1}])
def test_who_claims_to_have_seen_what_is_not_there_is_refused_at_the_end(basis: dict[str, int]) -> None:
    room = plain()
    room.put("a", (room.make("a", REJECT, "s1", basis=basis),))
    room.act("b", APPROVE, "s1")
    assert [entry.refusal for entry in room.state().entries] == [None, Refusal.IMPOSSIBLE_BASIS]
    assert room.waiting() == "a"


def test_an_impossible_act_of_one_does_not_keep_another_from_acting() -> None:
    room = plain()
    room.put("a", (room.make("a", REJECT, "s1", basis={"@c:x": 7}),))
    assert basis_of(room.state()) == {}
    assert room.act("b", APPROVE, "s1").refusal is None


def test_two_that_wait_for_each_other_are_both_refused() -> None:
    room = plain()
    for name, other in (("a", "b"), ("b", "a")):
        room.put(name, (Act(id="1", kind=APPROVE, step="s1", basis={user(other): 1}),))
    assert [entry.refusal for entry in room.state().entries] == [Refusal.IMPOSSIBLE_BASIS] * 2
    assert room.waiting() == "a b"


# Rights -------------------------------------------------------------------------------------------------------------


def kinds(room: RequestRoom, name: str) -> set[ActKind]:
    return {right.kind for right in rights_of(room.content, room.state(), user(name), room.now_ms)}


def test_rights_at_the_start() -> None:
    room = plain(admins="boss")
    on_task = {APPROVE, REJECT, RETURN, ActKind.TRANSFER, ActKind.DELEGATE, ActKind.ADD_SIGN}
    assert kinds(room, "a") == on_task | {ActKind.DEPUTISE, ActKind.CC}
    assert kinds(room, "c") == {ActKind.DEPUTISE}
    assert kinds(room, "req") == {ActKind.WITHDRAW, ActKind.URGE, ActKind.CC}
    assert kinds(room, "boss") == {ActKind.TRANSFER, ActKind.CC}
    assert kinds(room, "stranger") == set()


def test_rights_after_urging_returning_and_at_the_end() -> None:
    room = plain()
    room.act("req", ActKind.URGE)
    assert ActKind.URGE not in kinds(room, "req")
    room.now_ms += MIN_URGE_MS
    assert ActKind.URGE in kinds(room, "req")
    room.act("a", RETURN, "s1")
    assert kinds(room, "req") == {ActKind.RESUBMIT, ActKind.WITHDRAW, ActKind.CC}
    assert kinds(room, "a") == {ActKind.TAKE_BACK, ActKind.DEPUTISE, ActKind.CC}
    room.act("req", ActKind.WITHDRAW)
    assert kinds(room, "req") == {ActKind.CC}


def test_rights_of_deputies_and_of_who_added_somebody() -> None:
    room = plain()
    room.act("a", ActKind.DEPUTISE, people="x", from_ms=0, until_ms=START_MS * 2)
    found = rights_of(room.content, room.state(), user("x"), room.now_ms)
    assert {right.on_behalf for right in found if right.kind is APPROVE} == {user("a")}
    room.act("a", ActKind.ADD_SIGN, "s1", "y", where=Where.BESIDE)
    assert ActKind.REMOVE_SIGN in kinds(room, "a")
    assert ActKind.REMOVE_SIGN not in kinds(room, "b")


def test_every_right_on_a_task_is_one_that_counts() -> None:
    room = plain(admins="boss")
    room.act("a", ActKind.DELEGATE, "s1", "x")
    for name in ("a", "b", "c", "x", "boss", "req"):
        for right in rights_of(room.content, room.state(), user(name), room.now_ms):
            is_removing = right.kind is ActKind.REMOVE_SIGN
            extra: dict[str, Any] = {"people": users("x" if is_removing else "new")}
            if right.step and not is_removing:
                whose = right.on_behalf or ""
                extra = {"people": users("new"), "where": Where.BESIDE, "on_behalf": whose}
            act = Act(id="probe", kind=right.kind, step=right.step, round=right.round, **extra)
            refusal = refusal_of(room.content, room.state(), user(name), act, room.now_ms)
            assert refusal is None, (name, right)
