"""Dings among messages in words: kinds, times, who confirmed, reminders, quotes."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dings import BODY_REST, quoted, reworded, words_of
from app.domain.ids import EventID, UserID
from app.domain.timeline import DingMark, ItemKind, Reaction, ReplyPreview, TimelineItem
from resources.formats import format_clock
from resources.translations import language, set_language
from tests.unit.ui.test_rows import CONTEXT, ITEM, WANG
from ui.ding_words import count_words, ding_card, done_words, due_words
from ui.rows import row_of
from widgets.timeline.values import SpanStyle

HOUR = 3_600_000
NOW = int(time.mktime((2026, 11, 22, 10, 0, 0, 0, 0, -1)) * 1000)
MARK = DingMark("task", "名单今天交，@李娜", NOW + 8 * HOUR, True, True, None, 11, 18)
BODY = "[DING] 名单今天交，@李娜\n— 截止 2026-11-22 18:00"
DING = replace(ITEM, body=BODY, ding=MARK, mentions_me=True)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def test_an_open_ding_in_both_languages() -> None:
    card = ding_card(MARK, NOW)
    assert (card.title, card.due_text, card.count_text) == (
        "DING · Task",
        "due today 18:00",
        "11 / 18 confirmed",
    )
    assert card.is_open and not card.is_overdue and card.done_text == ""
    set_language("zh")
    card = ding_card(MARK, NOW)
    assert (card.title, card.due_text, card.count_text) == (
        "DING · 任务",
        "今天 18:00 截止",
        "11 / 18 已确认",
    )


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (-34, "due yesterday 00:00"),
        (-80, "due 19 Nov 02:00"),
        (23, "due tomorrow 09:00"),
        (5 * 24, "due Fri 10:00"),
        (20 * 24, "due 12 Dec 10:00"),
        (60 * 24, "due 21 Jan 2027 10:00"),
    ],
)
def test_a_time_by_which(hours: int, words: str) -> None:
    assert due_words("task", NOW + hours * HOUR, NOW) == words


def test_a_meeting_starts_and_is_never_overdue() -> None:
    card = ding_card(replace(MARK, kind="meeting", due_ms=NOW - HOUR), NOW)
    assert (card.title, card.due_text, card.is_overdue) == ("DING · Meeting", "starts today 09:00", False)


def test_overdue_is_what_still_waits_for_me() -> None:
    late = replace(MARK, due_ms=NOW - HOUR)
    assert ding_card(late, NOW).is_overdue
    assert not ding_card(replace(late, is_open=False), NOW).is_overdue


def test_an_unknown_kind_is_a_notice() -> None:
    card = ding_card(replace(MARK, kind="party", due_ms=None), NOW)
    assert (card.title, card.due_text) == ("DING · Notice", "")


def test_when_i_confirmed() -> None:
    assert done_words(None, NOW) == ""
    assert done_words(NOW - HOUR, NOW) == f"You confirmed {format_clock(NOW - HOUR)}"
    assert done_words(NOW - 24 * HOUR, NOW) == "You confirmed yesterday 10:00"


def test_nobody_left_to_ask_is_no_count() -> None:
    assert count_words(0, 0) == ""


def test_the_row_shows_the_text_without_what_other_clients_are_told() -> None:
    row = row_of(DING, CONTEXT)
    assert row.text == MARK.text
    assert [row.text[s.start : s.end] for s in row.spans if s.style & SpanStyle.MENTION_ME] == ["@李娜"]
    assert row.ding is not None and row.ding.is_open


def test_confirmations_are_no_chips_and_other_reactions_are() -> None:
    reactions = (
        Reaction("✅", 11, True, (WANG,)),
        Reaction("👍", 1, False, (WANG,)),
        Reaction("☑", 1, False, ()),
    )
    shown = row_of(replace(DING, reactions=reactions), CONTEXT).reactions
    assert [chip.key for chip in shown] == ["👍"]
    plain = row_of(replace(ITEM, reactions=reactions), CONTEXT).reactions
    assert [chip.key for chip in plain] == ["✅", "👍", "☑"]


def test_a_recalled_ding_is_a_recalled_message() -> None:
    row = row_of(replace(DING, is_redacted=True), CONTEXT)
    assert (row.ding, row.text, row.is_redacted) == (None, "", True)


def reminder(body: str = BODY, reply_body: str = BODY) -> TimelineItem:
    """A message of 王敏 that reminds of `$ding`."""
    preview = ReplyPreview(EventID("$ding"), WANG, "王敏", ItemKind.TEXT, reply_body)
    return replace(ITEM, body=body, reply=preview, nudges=EventID("$ding"))


def test_a_reminder_is_one_line_that_leads_to_its_ding() -> None:
    row = row_of(reminder(), CONTEXT)
    assert (row.text, row.nudges, row.reply) == ("Reminder: 名单今天交，@李娜", "$ding", None)


def test_a_reminder_whose_ding_is_not_here_says_what_it_says_itself() -> None:
    assert row_of(reminder("[DING] 请确认", ""), CONTEXT).text == "Reminder: 请确认"


def test_a_reminder_of_a_long_ding_is_cut() -> None:
    text = row_of(reminder("", "[DING] " + "长\n" * 900), CONTEXT).text
    assert len(text) < 180 and "\n" not in text and text.endswith("…")


def test_a_recalled_reminder_is_a_recalled_message() -> None:
    row = row_of(replace(reminder(), is_redacted=True), CONTEXT)
    assert (row.nudges, row.text) == ("", "")


def test_somebody_elses_ding_is_only_looked_at() -> None:
    mark = replace(MARK, is_to_me=False, is_open=False)
    row = row_of(replace(DING, ding=mark, sender=UserID("@x:y")), CONTEXT)
    assert row.ding is not None and not row.ding.is_open and row.ding.done_text == ""


@given(st.text(), st.text(max_size=40))
def test_another_text_in_the_body_of_a_ding_is_read_back(text: str, rest: str) -> None:
    body = f"[DING] before{BODY_REST}{rest}"
    again = reworded(body, text)
    assert words_of(again) == text.replace(BODY_REST, "\n—\u00a0").strip()
    assert again.endswith(BODY_REST + rest)
    assert words_of(quoted(again)) == words_of(again)


@given(st.text())
def test_a_quote_changes_only_dings(body: str) -> None:
    assert quoted(body) == body or body.startswith("[DING] ")


times = st.none() | st.integers(min_value=1, max_value=253_370_764_800_000)
marks = st.builds(
    DingMark,
    kind=st.text(max_size=10) | st.sampled_from(["notice", "task", "meeting"]),
    text=st.text(),
    due_ms=times,
    is_to_me=st.booleans(),
    is_open=st.booleans(),
    confirmed_at_ms=times,
    confirmed=st.integers(0, 500),
    total=st.integers(0, 500),
)


@given(marks, times, st.sampled_from(["en", "zh"]))
def test_every_ding_can_be_worded(mark: DingMark, now_ms: int | None, code: str) -> None:
    set_language(code)
    card = ding_card(mark, now_ms or NOW)
    assert card.title.startswith("DING") and card.is_open is mark.is_open
    assert bool(card.due_text) is (mark.due_ms is not None)
    assert not card.is_overdue or (mark.is_open and mark.due_ms is not None)
    assert bool(card.count_text) is (mark.total > 0)
