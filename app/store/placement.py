"""Where events go in the timeline of a room: behind the last one, before the first one, into a gap.

The order is the server's. Events come as runs (a sync window, a page of history); a run that contains a known
event joins there. A limited run without a known event opens a gap. Nothing is ever ordered by timestamp: an event
whose place cannot be known goes to the end.

`ord` has holes: behind a gap it continues `GAP_SPAN` further, so that filling never moves what is placed. `item.pos`
has none: a row in the middle moves the shorter side.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.events import Event
from app.domain.ids import EventID, RoomID
from app.store.intake import Intake, Known, Stored
from app.store.shape import Shape

GAP_SPAN = 1 << 32


class Run(NamedTuple):
    """Events to place, oldest first, between two known ones (their `ord`), as the server sent them."""

    left: int | None
    events: list[Event]
    right: int | None


class GapRow(NamedTuple):
    """A row of the table `gap`."""

    id: int
    ord: int
    token: str | None


@dataclass(slots=True)
class Line:
    """The timeline of one room as it stands; kept current while events are placed, saved by `save`."""

    intake: Intake
    room: int
    room_id: RoomID
    min_ord: int | None = None
    max_ord: int | None = None
    first_pos: int = 0
    last_pos: int = -1
    prev_token: str | None = None
    reached_start: bool = False
    has_gaps: bool = False

    @classmethod
    def load(cls, intake: Intake, room: int, room_id: RoomID) -> "Line":
        """Read where the room's timeline stands."""
        line = cls(intake, room, room_id)
        if room in intake.new_rooms:
            return line
        row = intake.w.conn.execute(
            "SELECT first_pos, last_pos, prev_token, reached_start, "
            "(SELECT min(ord) FROM event WHERE room = r.id AND ord IS NOT NULL), "
            "(SELECT max(ord) FROM event WHERE room = r.id AND ord IS NOT NULL), "
            "EXISTS(SELECT 1 FROM gap WHERE room = r.id) FROM room r WHERE id = ?",
            (room,),
        ).fetchone()
        line.first_pos, line.last_pos, line.prev_token = row[:3]
        line.reached_start, line.min_ord, line.max_ord = bool(row[3]), row[4], row[5]
        line.has_gaps = bool(row[6])
        return line

    @property
    def row_count(self) -> int:
        """Rows that came from the server."""
        return self.last_pos - self.first_pos + 1

    def save(self) -> None:
        """Write back what changed."""
        self.intake.w.conn.execute(
            "UPDATE room SET first_pos = ?, last_pos = ?, prev_token = ?, reached_start = ? WHERE id = ?",
            (self.first_pos, self.last_pos, self.prev_token, self.reached_start, self.room),
        )
        self.intake.tail_rooms.add(self.room)
        self.intake.unread_rooms.add(self.room)

    # The three places --------------------------------------------------------------------------------------------

    def append(self, events: Iterable[Event], *, is_live: bool) -> None:
        """Put events behind the last one. Live ones are the room's newest: their state is the current state."""
        intake, row = self.intake, self.row_count
        for event in events:
            self.max_ord = 0 if self.max_ord is None else self.max_ord + 1
            self.min_ord = self.max_ord if self.min_ord is None else self.min_ord
            stored = intake.store(self.room, event, self.max_ord)
            if stored is None:
                continue
            if is_live and event.state_key is not None:
                intake.set_state(self.room, stored.event, stored.key)
            shape = intake.shape(stored.event)
            if shape is not None:
                self.last_pos += 1
                intake.add_item(self.room, stored.key, stored.event, shape, self.last_pos, is_live=is_live)
        if self.row_count > row:
            intake.w.tally.tail_from(self.room_id, row)

    def open_gap(self, token: str) -> None:
        """Put a gap behind the last event; the next event goes behind it."""
        self.max_ord = (self.max_ord or 0) + 1
        gap = self.intake.w.conn.execute(
            "INSERT INTO gap(room, ord, token) VALUES (?, ?, ?)", (self.room, self.max_ord, token)
        ).lastrowid
        self.max_ord += GAP_SPAN
        self.intake.w.tally.tail_from(self.room_id, self.row_count)
        self.last_pos += 1
        self.intake.w.conn.execute(
            "INSERT INTO item(id, room, pos, weight, mention, kind, is_redacted, body) "
            "VALUES (?, ?, ?, 0, 0, 'gap', 0, '')",
            (-gap, self.room, self.last_pos),
        )
        self.has_gaps = True

    def prepend(self, events: Sequence[Event]) -> None:
        """Put events, oldest first, before the first one."""
        if self.min_ord is None:
            self.append(events, is_live=False)
            return
        count = 0
        for stored, shape in self._store_before(events, self.min_ord):
            self.first_pos -= 1
            count += 1
            self.intake.add_item(self.room, stored.key, stored.event, shape, self.first_pos, is_live=False)
        self.min_ord = min(self.min_ord, self._lowest)
        self.intake.w.tally.prepended(self.room_id, count)

    _lowest: int = 0

    def _store_before(self, events: Sequence[Event], upper: int) -> list[tuple[Stored, Shape]]:
        """Store events right before an `ord`; gives the displayed ones, newest first."""
        shown: list[tuple[Stored, Shape]] = []
        ord_ = upper
        for event in reversed(events):
            stored = self.intake.store(self.room, event, ord_ - 1)
            if stored is None:
                continue
            ord_ -= 1
            shape = self.intake.shape(stored.event)
            if shape is not None:
                shown.append((stored, shape))
        self._lowest = ord_
        return shown

    def fill(self, gap: GapRow, events: Sequence[Event], upper: int, token: str | None) -> None:
        """Put events, oldest first, into a gap right before `upper`. Token None closes the gap."""
        conn = self.intake.w.conn
        shown = self._store_before(events, upper)
        after = self._gap_pos(gap) + 1
        first = self._make_room(after, len(shown))
        for n, (stored, shape) in enumerate(reversed(shown)):
            self.intake.add_item(self.room, stored.key, stored.event, shape, first + n, is_live=False)
        if token is not None:
            conn.execute("UPDATE gap SET token = ? WHERE id = ?", (token, gap.id))
        else:
            self._close(gap)
        self.intake.w.tally.reset(self.room_id)

    def _close(self, gap: GapRow) -> None:
        conn = self.intake.w.conn
        pos = self._gap_pos(gap)
        self.intake.flush()
        conn.execute("DELETE FROM item WHERE id = ?", (-gap.id,))
        conn.execute("DELETE FROM gap WHERE id = ?", (gap.id,))
        self._shift(pos + 1, -1)
        self.has_gaps = bool(conn.execute("SELECT 1 FROM gap WHERE room = ?", (self.room,)).fetchone())

    def _gap_pos(self, gap: GapRow) -> int:
        pos: int = self.intake.w.conn.execute("SELECT pos FROM item WHERE id = ?", (-gap.id,)).fetchone()[0]
        return pos

    def _make_room(self, pos: int, count: int) -> int:
        """Free `count` positions at `pos` and give the first of them."""
        if count == 0:
            return pos
        self.intake.flush()
        return self._shift(pos, count)

    def _shift(self, pos: int, by: int) -> int:
        """Move rows from `pos` on up by `by`, or the rows before it down: whichever are fewer."""
        conn = self.intake.w.conn
        if self.last_pos - pos <= pos - self.first_pos:
            conn.execute("UPDATE item SET pos = pos + ? WHERE room = ? AND pos >= ?", (by, self.room, pos))
            self.last_pos += by
            return pos
        conn.execute("UPDATE item SET pos = pos - ? WHERE room = ? AND pos < ?", (by, self.room, pos))
        self.first_pos -= by
        return pos - by

    # Gaps --------------------------------------------------------------------------------------------------------

    def gap_before(self, ord_: int) -> GapRow | None:
        """Give the gap right before an event, if there is one."""
        if not self.has_gaps:
            return None
        conn = self.intake.w.conn
        self.intake.flush()
        row = conn.execute(
            "SELECT id, ord, token FROM gap WHERE room = ? AND ord < ? ORDER BY ord DESC LIMIT 1",
            (self.room, ord_),
        ).fetchone()
        if row is None:
            return None
        between = conn.execute(
            "SELECT 1 FROM event WHERE room = ? AND ord > ? AND ord < ? LIMIT 1", (self.room, row[1], ord_)
        ).fetchone()
        return None if between else GapRow(*row)

    def gap_of(self, token: str) -> GapRow | None:
        """Find a gap by the token it waits for; the newest where several have it."""
        row = self.intake.w.conn.execute(
            "SELECT id, ord, token FROM gap WHERE room = ? AND token = ? ORDER BY ord DESC LIMIT 1",
            (self.room, token),
        ).fetchone()
        return None if row is None else GapRow(*row)

    def event_after(self, gap: GapRow) -> int:
        """Give the `ord` of the first event behind a gap."""
        row = self.intake.w.conn.execute(
            "SELECT min(ord) FROM event WHERE room = ? AND ord > ?", (self.room, gap.ord)
        ).fetchone()
        return gap.ord + GAP_SPAN if row[0] is None else int(row[0])


def place_window(line: Line, events: Sequence[Event], *, is_limited: bool, prev_batch: str | None) -> None:
    """Place the timeline part of a sync answer (oldest first)."""
    runs = split_runs(events, line.intake.known, line.room)
    for run in runs:
        if run.right is None:
            _place_tail(line, run, is_limited=is_limited, prev_batch=prev_batch)
        else:
            _place_before(line, run, prev_batch)
    first = events[0] if events else None
    if first is not None and first.type == "m.room.create" and first.state_key == "":
        line.reached_start = line.reached_start or _is_first(line, first)


def _is_first(line: Line, event: Event) -> bool:
    known = line.intake.known.get(event.event_id)
    return known is not None and known.ord == line.min_ord


def split_runs(events: Sequence[Event], known: Mapping[EventID, Known], room: int) -> list[Run]:
    """Cut a window at the events that have a place already; repeated events count once."""
    runs: list[Run] = []
    left: int | None = None
    current: list[Event] = []
    seen: set[str] = set()
    for event in events:
        if event.event_id in seen:
            continue
        seen.add(event.event_id)
        there = known.get(event.event_id)
        if there is not None and there.room != room:
            continue
        if there is not None and there.ord is not None:
            runs.append(Run(left, current, there.ord))
            left, current = there.ord, []
        else:
            current.append(event)
    runs.append(Run(left, current, None))
    return runs


def _place_tail(line: Line, run: Run, *, is_limited: bool, prev_batch: str | None) -> None:
    if not run.events:
        return
    if line.max_ord is None:
        line.prev_token = prev_batch
    elif run.left is None and is_limited and prev_batch is not None:
        line.open_gap(prev_batch)
    line.append(run.events, is_live=True)


def _place_before(line: Line, run: Run, prev_batch: str | None) -> None:
    """Place a run that ends at a known event."""
    assert run.right is not None
    gap = line.gap_before(run.right)
    if gap is not None:
        if run.left is not None:
            line.fill(gap, run.events, run.right, None)
        elif run.events:
            line.fill(gap, run.events, run.right, prev_batch or gap.token)
    elif run.left is None and run.right == line.min_ord:
        if run.events:
            line.prepend(run.events)
            line.prev_token = prev_batch or line.prev_token
    elif run.events:
        line.append(run.events, is_live=False)
