"""Clears and figures in words."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.attention import AttentionSource, ClearKind, ClearRecord, ClearState, SourceKind
from app.domain.ids import RoomID
from app.domain.rooms import AttentionTotals
from resources.translations import language, set_language
from ui.screens.main_window.places import Place, badges_of
from ui.screens.red_dots.clear_words import clear_row, nothing_words, source_rows, sum_words
from ui.tray import tray_words
from widgets.badge import BadgeKind

NOW = 1_795_000_000_000


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def totals(**values: int) -> AttentionTotals:
    return AttentionTotals(0, 0, 0, 0, 0)._replace(**values)


def record(state: ClearState, age_s: float, sent: int = 0) -> ClearRecord:
    at_ms = NOW - round(age_s * 1000)
    return ClearRecord(1, at_ms, ClearKind.EVERYTHING, state, 512, 1024, 3, sent)


@pytest.mark.parametrize(
    ("given_record", "state", "action"),
    [
        (record(ClearState.HELD, 3), "Can be undone for 7 s", "Undo"),
        (record(ClearState.HELD, 9.6), "Can be undone for 1 s", "Undo"),
        (record(ClearState.HELD, 60), "Cleared here; waits to be sent", "Undo"),
        (record(ClearState.SENDING, 12), "Cleared here; waits to be sent", "Mark unread again"),
        (record(ClearState.SENDING, 12, 200), "Sent 200 of 512", "Mark unread again"),
        (record(ClearState.DONE, 60, 512), "Done, on your other devices too", "Mark unread again"),
        (record(ClearState.UNDONE, 60), "Brought back", ""),
    ],
)
def test_a_clear_says_where_it_stands_and_what_can_still_be_done(
    given_record: ClearRecord, state: str, action: str
) -> None:
    row = clear_row(given_record, NOW)
    assert (row.text, row.state, row.action) == ("Everything: 512 chats, 1,024 messages", state, action)


def test_a_clock_that_was_set_back_promises_no_more_than_the_undo_time() -> None:
    assert clear_row(record(ClearState.HELD, -3600), NOW).state == "Can be undone for 10 s"


def test_what_the_broom_never_takes_is_named() -> None:
    assert nothing_words(totals()) == "Nothing to clear."
    words = nothing_words(totals(invites=1, failed_sends=2, dings=3))
    assert words == (
        "Nothing to clear. 6 things wait for you: 3 DINGs to confirm, 1 invitation, 2 messages not sent"
    )


def test_the_tray_names_unread_and_duties_apart() -> None:
    assert tray_words(None) == tray_words(totals(muted_rooms=4)) == "Tack"
    assert tray_words(totals(unread=3, mentions=1)) == "Tack: 3 unread"
    assert tray_words(totals(unread=3, dings=1, invites=1)) == "Tack: 3 unread, 2 waiting for you"
    assert sum_words(totals()) == "Nothing is unread, and nothing waits for you."


@given(st.builds(AttentionTotals, *[st.integers(0, 200)] * 7))
def test_the_badges_of_the_rail_keep_kinds_apart(figures: AttentionTotals) -> None:
    badges = badges_of(figures)
    chats, ding = badges[Place.CHATS], badges[Place.DING]
    if figures.unread or figures.mentions:
        assert (chats.kind, chats.count) == (BadgeKind.NUMBER, max(figures.unread, figures.mentions))
    elif figures.chat_duties:
        assert (chats.kind, chats.count) == (BadgeKind.DUTY, figures.chat_duties)
    else:
        assert chats.kind is (BadgeKind.MUTED if figures.muted_rooms else BadgeKind.NONE)
    assert (ding.kind is BadgeKind.DUTY, ding.count) == (bool(figures.dings), figures.dings)


@given(
    st.lists(
        st.builds(
            AttentionSource,
            st.sampled_from(SourceKind),
            st.just(RoomID("!a")),
            st.text(),
            st.integers(1, 500),
        )
    )
)
def test_every_source_is_a_line_that_leads_to_it_and_groups_stay_together(
    sources: list[AttentionSource],
) -> None:
    rows = source_rows(sources)
    assert sorted(int(row.key) for row in rows) == list(range(len(sources)))
    sections = [row.section for row in rows]
    assert sections == sorted(sections, key=sections.index)
    assert all(row.name for row in rows)
