"""Alerts of dings under random lives: never too many cards, never a closed ding, silence in quiet hours, bounded repeats."""

from collections import Counter
from dataclasses import replace
from datetime import UTC
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.dings.ringing import DAY_MS, MINUTE_MS, Moment, dismissed, look, put_off, reminder_ms
from app.domain.alerts import MOST_CARDS, AlertBoard, AlertNote
from app.domain.dings import DingKind, DingSummary
from app.domain.ids import EventID
from app.domain.quiet import quiet_until
from app.settings import Settings
from tests.helpers.ding_rows import NOON_MS, ding

MINUTES = st.integers(-2_000, 3_000)


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    def moment() -> int:
        return NOON_MS + draw(MINUTES) * MINUTE_MS

    return {
        "kind": draw(st.sampled_from(DingKind)),
        "due_ms": moment() if draw(st.booleans()) else None,
        "start_ms": moment() if draw(st.booleans()) else None,
        "remind_min": draw(st.none() | st.integers(0, 90)),
        "nudge_every_min": draw(st.none() | st.integers(5, 120)),
        "nudge_times": draw(st.integers(0, 20)),
        "break_glass": draw(st.sampled_from(("", "", "fire"))),
        "ts_ms": moment() if draw(st.booleans()) else NOON_MS,
    }


CHOICES = st.builds(
    Settings,
    is_quiet_on=st.booleans(),
    quiet_from=st.sampled_from(("21:00", "12:30", "00:00")),
    quiet_to=st.sampled_from(("08:30", "13:00", "21:00")),
    dnd_until_ms=st.sampled_from((0, NOON_MS + 45 * MINUTE_MS, NOON_MS + DAY_MS)),
    is_breaking_glass_allowed=st.booleans(),
    ding_repeats=st.integers(0, 5),
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(("wait", "change", "snooze", "dismiss", "nudge", "read", "close", "open", "clock")),
        st.integers(0, 5),
        st.integers(1, 400),
    ),
    min_size=1,
    max_size=40,
)


class Life:
    """One desk, step by step."""

    def __init__(self, rows: list[DingSummary], choice: Settings) -> None:
        self.rows = {row.event_id: row for row in rows if row.event_id is not None}
        self.ids = list(self.rows)
        self.choice = choice
        self.notes: dict[EventID, AlertNote] = {}
        self.read: dict[EventID, int] = {}
        self.now = NOON_MS
        self.rung: Counter[EventID] = Counter()
        self.reasons: Counter[EventID] = Counter()
        self.board = AlertBoard()

    def peek(self, now: int) -> tuple[AlertBoard, list[AlertNote]]:
        rows = list(self.rows.values())
        return look(rows, self.notes, self.read, self.choice, Moment(now, zone=UTC))

    def see(self) -> None:
        before = dict(self.notes)
        self.board, changed = self.peek(self.now)
        self.notes |= {note.event_id: note for note in changed}
        self.rung.update(self.board.rung)
        self.check(before)

    def check(self, before: dict[EventID, AlertNote]) -> None:
        board = self.board
        assert len(board.cards) <= MOST_CARDS and (board.more == 0 or len(board.cards) == MOST_CARDS)
        assert all(card.is_open for card in board.cards)
        is_quiet = quiet_until(self.choice, self.now, UTC) is not None
        if is_quiet:
            loud = [card.content.break_glass for card in board.cards]
            assert all(loud) and (not loud or self.choice.is_breaking_glass_allowed)
            for event in board.rung:
                assert self.rows[event].content.break_glass and self.choice.is_breaking_glass_allowed
        else:
            assert board.held == 0
        assert board.next_change_ms is None or board.next_change_ms > self.now
        for event, note in before.items():
            after = self.notes[event]
            assert (after.rings, after.nudge_ms, after.read_ms) >= (note.rings, note.nudge_ms, note.read_ms)
        again, changed = self.peek(self.now)
        assert changed == [] and again == board._replace(rung=())
        self.check_next()

    def check_next(self) -> None:
        """Until the named moment nothing moves by itself."""
        change = self.board.next_change_ms
        last = self.now + 10 * DAY_MS if change is None else change - 1
        for then in (last, (self.now + last) // 2):
            later, changed = self.peek(then)
            assert (later, changed) == (self.board._replace(rung=()), [])

    def do(self, act: str, which: int, minutes: int) -> None:
        event = self.ids[which % len(self.ids)]
        row, note = self.rows[event], self.notes.get(event)
        if act == "wait":
            self.now += minutes * MINUTE_MS
        elif act == "change" and self.board.next_change_ms is not None:
            self.now = self.board.next_change_ms
        elif act == "clock":
            self.now -= minutes * MINUTE_MS
        elif act == "snooze" and note is not None and row.is_open:
            self.notes[event] = put_off(row, note, self.now + minutes * MINUTE_MS, self.now)
            self.reasons[event] += 1
        elif act == "dismiss" and note is not None:
            self.notes[event] = dismissed(row, note)
        elif act == "nudge":
            self.rows[event] = row._replace(last_nudge_ms=self.now)
            self.reasons[event] += 1
        elif act == "read":
            self.read[event] = self.now
        elif act in ("close", "open"):
            self.rows[event] = row._replace(is_open=act == "open")

    def most_rings(self, event: EventID) -> int:
        content = self.rows[event].content
        repeats = 0 if content.nudge_every_min is None else min(content.nudge_times, self.choice.ding_repeats)
        return 1 + repeats + self.reasons[event]


@settings(max_examples=300)
@given(st.lists(contents(), min_size=1, max_size=6), CHOICES, ACTS)
def test_a_random_life(
    made: list[dict[str, Any]], choice: Settings, acts: list[tuple[str, int, int]]
) -> None:
    life = Life([ding(str(n), **values) for n, values in enumerate(made)], choice)
    life.see()
    clocks_back = sum(act == "clock" for act, _, _ in acts)
    for act in acts:
        life.do(*act)
        life.see()
    for event, row in life.rows.items():
        reminders = 0 if reminder_ms(row) is None else 1 + clocks_back
        assert life.rung[event] <= life.most_rings(event) + reminders


@given(contents(), CHOICES, st.integers(1, 6))
def test_left_alone_it_falls_silent(values: dict[str, Any], choice: Settings, limit: int) -> None:
    """Nobody acts: after its repeats and its reminder a ding rings no more, and its card stays."""
    life = Life([ding(**values)], replace(choice, is_quiet_on=False, ding_repeats=limit))
    life.see()
    for _ in range(60):
        if life.board.next_change_ms is None:
            break
        life.now = life.board.next_change_ms
        life.see()
    assert life.board.next_change_ms is None
    (event,) = life.ids
    assert life.rung[event] <= life.most_rings(event) + (reminder_ms(life.rows[event]) is not None)
    assert bool(life.board.cards) == bool(life.rung[event])


@given(st.integers(0, 9))
def test_never_more_than_three_cards_and_the_rest_is_counted(count: int) -> None:
    rows = [ding(str(n), ts_ms=NOON_MS - n) for n in range(count)]
    board, _ = look(rows, {}, {}, Settings(), Moment(NOON_MS, zone=UTC))
    assert [card.uid for card in board.cards] == [f"${n}" for n in range(min(3, count))]
    assert board.more == max(0, count - 3)
