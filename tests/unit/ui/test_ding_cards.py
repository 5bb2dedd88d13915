"""Dings in words: what a card and a page say in every state, in both languages, whatever strangers send."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dings import DingBox, DingContent, DingKind, DingSummary
from app.domain.ids import EventID, UserID
from app.domain.scheduled import ScheduledDing, ScheduledState, ScheduleMode
from app.domain.timeline import SendState
from resources.translations import language, set_language
from tests.helpers.ding_rows import ME, NOON_MS, ding
from tests.helpers.gallery_dings import HOUR, MINUTE, ROOM, context, detail, received, sent
from ui.screens.ding.ding_acts import tomorrow_ms
from ui.screens.ding.ding_cards import card_of
from ui.screens.ding.ding_pages import page_of, scheduled_page
from ui.screens.ding.ding_state import Entry, has_left, nudge_wait_ms, uid_of
from widgets.ding_values import CardTone, DingAct, DingCard
from widgets.painting import TagKind

TEAM = (UserID("@liu:acme.example"), UserID("@chen:acme.example"), UserID("@zhang:acme.example"))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def own(**values: Any) -> DingSummary:
    base = ding("mine", is_own=True, sender=ME, sender_name="李娜", is_to_me=False, is_open=False)
    return base._replace(content=DingContent(DingKind.NOTICE, TEAM), confirmed=1, total=3, **values)


def card(entry: Entry, box: DingBox = DingBox.RECEIVED, now_ms: int = NOON_MS) -> DingCard:
    return card_of(entry, box, context(now_ms))


def acts(shown: DingCard) -> list[str]:
    return [button.act.value for button in shown.buttons]


def test_an_open_ding_asks_for_its_confirmation() -> None:
    shown = card(ding("a", due_ms=NOON_MS + HOUR, total=18, confirmed=11, comments=2))
    assert acts(shown) == ["confirm", "snooze"]
    assert shown.tag == "Due today 13:00" or shown.tag.startswith("Due ")
    assert (shown.tag_kind, shown.tail, shown.short_tail) == (
        TagKind.AMBER,
        "11 / 18 confirmed · 2 comments",
        "11 / 18 confirmed",
    )
    assert acts(card(ding("b", kind=DingKind.TASK))) == ["confirm", "reply"]


def test_red_is_only_what_is_asked_of_me_and_late() -> None:
    late = {"due_ms": NOON_MS - HOUR}
    assert card(ding("a", **late)).tag_kind is TagKind.RED
    assert card(ding("a", **late)).tag.startswith("Overdue · ")
    done = card(ding("a", is_open=False, confirmed_at_ms=NOON_MS - 2 * HOUR, **late))
    assert (done.tag, done.done, done.tone) == ("", "You confirmed", CardTone.DONE)
    mine = own()
    mine = mine._replace(content=mine.content._replace(due_ms=NOON_MS - HOUR))
    assert card(mine, DingBox.SENT).tag_kind is TagKind.AMBER
    meeting = ding("m", kind=DingKind.MEETING, start_ms=NOON_MS - 2 * HOUR, end_ms=NOON_MS - HOUR)
    assert card(meeting).tag_kind is TagKind.GREY


def test_what_asks_nothing_any_more_says_why() -> None:
    recalled = card(ding("a", is_open=False, is_redacted=True))
    assert (recalled.text, recalled.tag, recalled.tone) == (
        "This DING was recalled",
        "Recalled",
        CardTone.FADED,
    )
    assert recalled.tail == ""
    assert card(ding("a", is_open=False, is_muted=True)).tag == "Sender muted"
    assert card(ding("a", is_open=False)).tag == "No longer there"
    assert card(ding("a", is_open=False, is_to_me=False, is_cc=True)).tag == "cc"
    for entry in received():
        if isinstance(entry, DingSummary) and not entry.is_open:
            assert card(entry).buttons == ()


def test_a_ding_on_its_way_says_for_how_long() -> None:
    echo = own(uid="t:1", event_id=None, send_state=SendState.SENDING, ts_ms=NOON_MS)
    notes = [card(echo, DingBox.SENT, NOON_MS + ms).note for ms in (1000, 40_000, 180_000)]
    assert notes == ["Sending…", "Waiting for the server · 40 s", "Waiting for the server · 3 minutes"]
    assert card(echo, DingBox.SENT).is_ticking
    failed = card(echo._replace(send_state=SendState.WEDGED, error_code="forbidden"), DingBox.SENT)
    assert acts(failed) == ["retry", "discard"]
    assert failed.note.startswith("Not sent. You are not allowed")
    assert failed.note_role == "attention_text"


def test_the_reminder_counts_down_five_minutes() -> None:
    sent_now = own(ts_ms=NOON_MS)
    button = card(sent_now, DingBox.SENT, NOON_MS + 61_000).buttons[0]
    assert (button.text, button.is_enabled) == ("Remind 2 · 03:59", False)
    button = card(sent_now, DingBox.SENT, NOON_MS + 5 * MINUTE).buttons[0]
    assert (button.text, button.is_enabled) == ("Remind 2", True)
    again = sent_now._replace(last_nudge_ms=NOON_MS + 5 * MINUTE)
    assert nudge_wait_ms(again, NOON_MS + 6 * MINUTE) == 4 * MINUTE
    done = card(sent_now._replace(confirmed=3), DingBox.SENT)
    assert (done.done, done.buttons, done.is_ticking) == ("All confirmed", (), False)


def test_a_sent_card_names_whom_it_went_to() -> None:
    assert card(own(is_ding_room=True), DingBox.SENT).name == "刘洋, 陈静 and 1 other"
    assert card(own(), DingBox.SENT).name == "产品发布小组"


def test_a_scheduled_ding_says_who_sends_it() -> None:
    one = ScheduledDing("s", 0, "周会", DingContent(DingKind.NOTICE, TEAM), NOON_MS + HOUR, ScheduleMode.SERVER, ScheduledState.WAITING, ROOM, "房间", False, TEAM)  # fmt: skip
    assert card(one).note == "Sent by the server, also while Tack is off"
    assert card(one._replace(mode=ScheduleMode.LOCAL)).note == "Sent when Tack is running"
    assert acts(card(one)) == ["edit_time", "cancel"]
    assert acts(card(one._replace(file_count=1))) == ["cancel"]
    assert acts(card(one._replace(is_elsewhere=True))) == ["cancel"]
    assert acts(card(one._replace(state=ScheduledState.CANCELLING))) == []
    failed = card(one._replace(state=ScheduledState.FAILED, error_code="forbidden"))
    assert acts(failed) == ["retry", "cancel"]
    page = scheduled_page(one, context())
    assert (len(page.waiting), page.can_comment) == (3, False)


def test_a_stranger_s_invitation_is_answered_by_its_buttons() -> None:
    shown = card(received()[0])
    assert acts(shown) == ["accept", "decline"]
    assert shown.external == "Not known"


def test_a_page_tells_who_when_and_with_which_note() -> None:
    one = detail()
    page = page_of(one.summary, one, context())
    assert [row.name for row in page.confirmed] == ["刘洋", "陈静", "张伟"]
    assert page.confirmed[0].detail.endswith("before the edit")
    assert page.confirmed[1].note == "6 of HR"
    assert [row.name for row in page.waiting] == ["李娜 (you)", "赵磊", "周芳"]
    assert [row.detail for row in page.waiting] == ["", "read", "not read"]
    assert page.waiting[2].tag == "External"
    assert page.left == "Left without confirming: 何欢"
    assert [row.name for row in page.files] == ["guests.pdf"]
    assert [row.head.split()[0] for row in page.comments] == ["陈静", "李娜"]
    assert page.comments[1].note == "Sending…"
    assert [button.act for button in page.buttons] == [DingAct.CONFIRM, DingAct.NOTE, DingAct.SNOOZE]
    assert page.share == pytest.approx(11 / 18)


def test_a_page_offers_the_message_it_came_from() -> None:
    summary = ding("a")
    assert page_of(summary, None, context()).can_go
    alone = summary._replace(is_ding_room=True)
    assert not page_of(alone, None, context()).can_go


def test_a_recalled_page_says_nothing_of_what_it_said() -> None:
    summary = ding("a", text="secret", is_redacted=True, is_open=False, due_ms=NOON_MS, place="somewhere")
    page = page_of(summary, detail()._replace(summary=summary), context())
    assert "secret" not in repr(page)
    assert "somewhere" not in repr(page)
    assert (page.confirmed, page.share, page.buttons) == ((), None, ())


def test_all_confirmed_leaves_nothing_to_remind() -> None:
    page = page_of(own()._replace(confirmed=3), None, context())
    assert [(button.text, button.is_enabled) for button in page.buttons] == [("All have confirmed", False)]


def test_every_card_is_spoken_in_both_languages() -> None:
    for code in ("zh", "en"):
        set_language(code)
        for entry in (*received(), *sent()):
            shown = card(entry, DingBox.SENT if entry in sent() else DingBox.RECEIVED)
            assert shown.name in shown.spoken
            assert shown.uid == uid_of(entry)


def test_tomorrow_is_at_nine() -> None:
    moment = tomorrow_ms(NOON_MS)
    assert 9 * HOUR <= moment - NOON_MS <= 45 * HOUR
    assert moment % MINUTE == 0


times = st.one_of(st.none(), st.integers(1, 253_370_764_800_000))
texts = st.text(max_size=60)


@given(
    text=texts,
    due=times,
    start=times,
    place=texts,
    name=texts,
    counts=st.tuples(st.integers(0, 600), st.integers(0, 600)),
    flags=st.tuples(*[st.booleans()] * 7),
    confirmed_at=times,
    state=st.one_of(st.none(), st.sampled_from(SendState)),
    kind=st.sampled_from(DingKind),
    now=st.integers(0, 253_370_764_800_000),
)
def test_anything_strangers_send_can_be_worded(
    text: str,
    due: int | None,
    start: int | None,
    place: str,
    name: str,
    counts: tuple[int, int],
    flags: tuple[bool, ...],
    confirmed_at: int | None,
    state: SendState | None,
    kind: DingKind,
    now: int,
) -> None:
    is_own, is_to_me, is_cc, is_open, is_redacted, is_muted, is_room = flags
    summary = ding("x", kind=kind, due_ms=due, start_ms=start, place=place)._replace(
        text=text,
        sender_name=name,
        confirmed=counts[0],
        total=counts[1],
        is_own=is_own,
        is_to_me=is_to_me,
        is_cc=is_cc,
        is_open=is_open,
        is_redacted=is_redacted,
        is_muted=is_muted,
        is_ding_room=is_room,
        confirmed_at_ms=confirmed_at,
        send_state=state,
        event_id=None if state is not None else EventID("$x"),
    )
    for box in (DingBox.RECEIVED, DingBox.SENT):
        shown = card(summary, box, now)
        assert "\n" not in shown.text
        assert shown.tag_kind is not TagKind.RED or (is_open and due is not None and due < now)
        assert not (is_redacted and text.strip() and text.strip() in shown.text and len(text) > 30)
    page = page_of(summary, None, context(now))
    assert page.share is None or counts[1]
    assert not has_left(summary) or not is_open
