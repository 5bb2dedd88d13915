"""Dings to come: a fact of this device, kept until the ding itself is in the send queue or in its room.

`delay_id` says what the server knows of a row: None nothing; `?` and a token that it was asked and may have it;
else the id under which it holds it. `base_ms` is when round 0 was due; 0 marks what another device of mine planned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.content import JSONObject
from app.domain.ids import RoomID
from app.domain.scheduled import ScheduledState
from app.store.sql import from_json, sql_text, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.store.values import NewRequest
    from app.store.write import Write

ASKED = "?"
_COLUMNS = "id, series, round, room_id, content, people, files, due_ms, base_ms, delay_id, state, error_code"


class ScheduledRow(NamedTuple):
    """One row."""

    series: str
    round: int
    room_id: RoomID
    content: JSONObject
    """Of the event, whole."""
    files: tuple[JSONObject, ...]
    due_ms: int
    base_ms: int
    is_ding_room: bool = False
    id: int = 0
    delay_id: str | None = None
    state: ScheduledState = ScheduledState.WAITING
    error_code: str = ""

    @property
    def is_held(self) -> bool:
        """The server has it, as far as is known."""
        return self.delay_id is not None and not self.delay_id.startswith(ASKED)

    @property
    def is_elsewhere(self) -> bool:
        """Another device of mine planned it."""
        return self.base_ms == 0


def read_scheduled(conn: Any) -> list[ScheduledRow]:
    """Give all rows, the next first."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM scheduled_ding ORDER BY due_ms, id").fetchall()
    return [_row(row) for row in rows]


def _row(row: Any) -> ScheduledRow:
    key, series, round, room_id, content, place, files, due_ms, base_ms, delay_id, state, code = row
    return ScheduledRow(
        series=series,
        round=round,
        room_id=RoomID(room_id or ""),
        content=from_json(content),
        files=tuple(file for file in from_json(files or "{}").get("files", []) if isinstance(file, dict)),
        due_ms=due_ms,
        base_ms=base_ms or 0,
        is_ding_room=from_json(place or "{}").get("is_ding_room") is True,
        id=key,
        delay_id=delay_id,
        state=_state(state),
        error_code=code or "",
    )


def _state(value: str) -> ScheduledState:
    try:
        return ScheduledState(value)
    except ValueError:
        return ScheduledState.FAILED


def add_rows(w: Write, rows: Iterable[ScheduledRow]) -> None:
    """Plan dings; a round that is planned already stays as it is."""
    w.conn.executemany(
        "INSERT OR IGNORE INTO scheduled_ding(series, round, room_id, content, people, files, due_ms, base_ms,"
        " mode, delay_id, state, error_code, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                sql_text(row.series),
                row.round,
                row.room_id,
                to_json(row.content),
                to_json({"is_ding_room": row.is_ding_room}),
                to_json({"files": list(row.files)}),
                row.due_ms,
                row.base_ms,
                "server" if row.is_held else "local",
                row.delay_id,
                row.state.value,
                row.error_code,
                w.now_ms,
            )
            for row in rows
        ],
    )
    w.tally.dings = True


def drop_rows(w: Write, keys: Sequence[int]) -> None:
    """Take rows off the plan, and with the last of them a room that was to be made for it."""
    from app.store.new_rooms import drop_if_silent

    for key in keys:
        row = w.conn.execute("DELETE FROM scheduled_ding WHERE id = ? RETURNING room_id", (key,)).fetchone()
        if row is not None and row[0]:
            drop_if_silent(w, RoomID(row[0]))
        w.tally.dings = True


def set_row(w: Write, key: int, state: ScheduledState, delay_id: str | None, error_code: str = "") -> bool:
    """Note where a row stands; whether it stands so. One that is being given up becomes nothing but a skipped one."""
    is_held = delay_id is not None and not delay_id.startswith(ASKED)
    kept = "" if state is ScheduledState.SKIPPED else ScheduledState.CANCELLING.value
    row = w.conn.execute(
        "UPDATE scheduled_ding SET state = CASE state WHEN ? THEN state ELSE ? END, delay_id = ?, error_code = ?,"
        " mode = ? WHERE id = ? RETURNING state",
        (kept, state.value, delay_id, error_code, "server" if is_held else "local", key),
    ).fetchone()
    w.tally.dings = True
    return row is not None and bool(row[0] == state.value)


def give_up(w: Write, series: str, round: int | None) -> None:
    """Give up one round or a whole series: at once what only we have, the rest when the server has heard of it."""
    narrowed = "series = ? AND (? IS NULL OR round = ?) AND state != 'skipped'"
    which = (series, round, round)
    w.conn.execute(
        f"UPDATE scheduled_ding SET state = 'cancelling' WHERE {narrowed} AND delay_id IS NOT NULL", which
    )
    ours = w.conn.execute(f"SELECT id FROM scheduled_ding WHERE {narrowed} AND delay_id IS NULL", which)
    keys = [row[0] for row in ours.fetchall()]
    goes_on = w.conn.execute(
        "SELECT 1 FROM scheduled_ding WHERE series = ? AND state = 'waiting' AND round != ?",
        (series, -1 if round is None else round),
    ).fetchone()
    if round is not None and goes_on is not None:
        for key in keys:
            set_row(w, key, ScheduledState.SKIPPED, None)
    else:
        drop_rows(w, keys)
    w.tally.dings = True


def fire(w: Write, key: int, requests: Sequence[NewRequest], missed: Sequence[int]) -> bool:
    """Move a row into the send queue, and drop the earlier rounds that it stands for; whether it was there."""
    from app.store.queue_write import enqueue

    row = w.conn.execute(
        "DELETE FROM scheduled_ding WHERE id = ? AND delay_id IS NULL AND state IN ('waiting', 'failed')"
        " RETURNING id",
        (key,),
    ).fetchone()
    if row is None:
        return False
    for request in requests:
        enqueue(w, request)
    drop_rows(w, missed)
    return True


def drop_arrived(w: Write) -> None:
    """Drop the rows whose dings are in their rooms."""
    gone = w.conn.execute(
        "DELETE FROM scheduled_ding WHERE EXISTS (SELECT 1 FROM ding d WHERE d.series = scheduled_ding.series"
        " AND d.round = scheduled_ding.round AND d.is_mine = 1 AND d.series != '')"
    ).rowcount
    if gone:
        w.tally.dings = True
