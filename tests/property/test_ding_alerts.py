"""Alerts of dings under random lives: never too many cards, never a closed ding, silence in quiet hours, bounded repeats.

Reminders of confirmed meetings are compared with a second statement of the rule (`Rule`).
"""

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
        st.sampled_from(
            ("wait", "change", "snooze", "dismiss", "nudge", "read", "close", "open", "move", "clock")
        ),
        st.integers(0, 5),
        st.integers(1, 400),
    ),
    min_size=1,
    max_size=40,
)


def is_attended(row: DingSummary, now: int) -> bool:
    """Whether a confirmed meeting is near or goes on."""
    content = row.content
    is_near = 0 <= (content.start_ms or 0) - now <= (content.remind_min or 0) * MINUTE_MS
    is_on = 0 <= now - (content.start_ms or 0) < DAY_MS
    return row.confirmed_at_ms is not None and content.kind is DingKind.MEETING and (is_near or is_on)


def moved(row: DingSummary, minutes: int) -> DingSummary:
    """Edit the beginning, and the end with it."""
    content = row.content
    start, end = (
        None if at is None else at + minutes * MINUTE_MS for at in (content.start_ms, content.end_ms)
    )
    return row._replace(content=content._replace(start_ms=start, end_ms=end))


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
        assert all(card.is_open or is_attended(card, self.now) for card in board.cards)
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
        elif act == "snooze" and note is not None:
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
            is_open = act == "open"
            self.rows[event] = row._replace(is_open=is_open, confirmed_at_ms=None if is_open else self.now)
            self.reasons[event] += 1
        elif act == "move" and row.content.start_ms is not None:
            self.rows[event] = moved(row, minutes - 200)
            self.reasons[event] += 1

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


class Rule:
    """When a confirmed meeting reminds, said again: by what was seen since it was confirmed, or moved."""

    def __init__(self, is_quiet: bool = False) -> None:
        self.is_quiet = is_quiet
        self.looks: list[tuple[int, int]] = []
        """Time and reminder of every look since the confirmation."""
        self.rung_at: int | None = None
        """The one for this reminder; also the confirmation itself, where it came later than that."""
        self.away_until: float = 0.0
        """0: its card is there, once it has rung."""

    def see(self, row: DingSummary, now: int) -> tuple[bool, bool]:
        """Say whether it rings now, and whether its card is there."""
        content, confirmed = row.content, row.confirmed_at_ms
        if confirmed is None or content.remind_min is None or content.start_ms is None:
            return False, False
        start, end = content.start_ms, content.end_ms
        reminder = start - content.remind_min * MINUTE_MS
        is_first = not self.looks
        if self.looks and self.looks[-1][1] != reminder:
            self.rung_at, self.away_until = None, 0.0
        self.looks.append((now, reminder))
        is_now = reminder <= now < start + DAY_MS and (end is None or end == start or now < end)
        if is_first and reminder <= confirmed:
            self.rung_at, self.away_until = confirmed, float("inf")
        if not is_now or self.is_quiet:
            if not is_now and self.rung_at is not None:
                self.away_until = float("inf")
            return False, False
        if self.rung_at is None or (self.away_until <= now and self.away_until > 0):
            self.rung_at, self.away_until = now, 0.0
            return True, True
        return False, self.away_until == 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "wait",
                "change",
                "change",
                "later",
                "later",
                "confirm",
                "take back",
                "move",
                "dismiss",
                "quiet",
                "read",
            )
        ),
        st.integers(1, 200),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=400)
@given(
    st.integers(-30, 120),
    st.sampled_from((None, 0, 5, 15, 60)),
    st.sampled_from((None, 0, 30, 90, 3_000)),
    STEPS,
)
def test_a_confirmed_meeting_reminds_as_the_rule_says(
    until: int, remind: int | None, length: int | None, steps: list[tuple[str, int]]
) -> None:
    start = NOON_MS + until * MINUTE_MS
    end = None if length is None else start + length * MINUTE_MS
    row = ding(kind=DingKind.MEETING, start_ms=start, end_ms=end, remind_min=remind)
    life, rule = Life([row], Settings()), Rule()
    (event,) = life.ids
    life.see()
    for act, minutes in [("confirm", 0), ("change", 0), *steps]:
        row = life.rows[event]
        had_card = bool(life.board.cards)
        if act == "confirm" and row.is_open:
            life.rows[event] = row._replace(is_open=False, confirmed_at_ms=life.now)
        elif act == "take back":
            life.rows[event] = row._replace(is_open=True, confirmed_at_ms=None)
        elif act == "move":
            life.rows[event] = moved(row, minutes - 60)
        elif act == "quiet":
            rule.is_quiet = not rule.is_quiet
            life.choice = Settings(dnd_until_ms=life.now + 99 * DAY_MS if rule.is_quiet else 0)
        elif act in ("later", "dismiss") and had_card and not row.is_open:
            minutes = minutes % 20 + 1
            life.do("snooze" if act == "later" else "dismiss", 0, minutes)
            rule.away_until = float("inf") if act == "dismiss" else life.now + minutes * MINUTE_MS
        elif act in ("wait", "change", "read"):
            life.do(act, 0, minutes)
        life.see()
        row = life.rows[event]
        if row.is_open:
            rule = Rule(rule.is_quiet)
            continue
        assert (life.board.rung == (event,), bool(life.board.cards)) == rule.see(row, life.now)
