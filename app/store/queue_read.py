"""Rows of the send queue as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.ids import ContentURI, EventID, RoomID, TxnID
from app.late import Late
from app.store.sql import Row, from_json, select_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain import sending, timeline
    from app.domain.sending import QueuedRequest
    from app.domain.timeline import SendState
else:
    sending, timeline = Late("app.domain.sending"), Late("app.domain.timeline")

COLUMNS = (
    "id, lane, room_id, kind, event_type, state_key, txn_id, content, depends_on, target, attachment_path,"
    " attachment_uri, state, attempts, not_before_ms, error_code, event_id, created_ms"
)
_PERSONAL = "kind IN ('event', 'redaction', 'state') AND ifnull(event_type, '') != 'im.tack.watched'"
"""Reports of what was watched go by themselves."""
_MAKES_REQUEST = (
    "kind = 'create_room' AND json_type(content, '$.creation_content.\"im.tack.approval\"') = 'object'"
)
OF_NO_REQUEST = f"room_id NOT IN (SELECT room_id FROM send_queue WHERE {_MAKES_REQUEST})"
"""Condition on rows: they are not part of making a request, which is shown, and fails, as one thing."""


def request_of(row: Row) -> QueuedRequest:
    """Make the value of a row read with `COLUMNS`."""
    return sending.QueuedRequest(
        id=row[0],
        lane=row[1],
        room_id=None if row[2] is None else RoomID(row[2]),
        kind=sending.RequestKind(row[3]),
        event_type=row[4] or "",
        state_key=row[5],
        txn_id=TxnID(row[6]),
        content=from_json(row[7]),
        depends_on=None if row[8] is None else TxnID(row[8]),
        target=None if row[9] is None else EventID(row[9]),
        attachment_path=row[10],
        attachment_uri=None if row[11] is None else ContentURI(row[11]),
        state=timeline.SendState(row[12]),
        attempts=row[13],
        not_before_ms=row[14],
        error_code=row[15] or "",
        event_id=None if row[16] is None else EventID(row[16]),
        created_ms=row[17] or 0,
    )


def read_queue(conn: Any, state: SendState | None, room_id: RoomID | None, limit: int) -> list[QueuedRequest]:
    """Give rows in order."""
    conditions, values = ["1"], []
    if state is not None:
        conditions.append("state = ?")
        values.append(state.value)
    if room_id is not None:
        conditions.append("room_id = ?")
        values.append(room_id)
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM send_queue WHERE {' AND '.join(conditions)} ORDER BY id LIMIT ?",
        (*values, limit),
    )
    return [request_of(row) for row in rows]


def waiting_count(conn: Any) -> int:
    """Count what a person would recognise and the server has not taken."""
    row = conn.execute(
        f"SELECT count(*) FROM send_queue WHERE state IN ('queued', 'sending') AND ({_PERSONAL}"
        f" AND (room_id IS NULL OR {OF_NO_REQUEST}) OR kind = 'act' OR {_MAKES_REQUEST})"
    )
    return int(row.fetchone()[0])


def wedged_count(conn: Any) -> int:
    """Count what waits for the person's decision."""
    row = conn.execute(
        f"SELECT count(*) FROM send_queue WHERE {_PERSONAL} AND state = 'wedged'"
        f" AND (room_id IS NULL OR {OF_NO_REQUEST})"
    )
    return int(row.fetchone()[0])


def failed_requests(conn: Any) -> int:
    """Count requests of mine that could not be made."""
    row = conn.execute(
        f"SELECT count(*) FROM send_queue q WHERE {_MAKES_REQUEST} AND state = 'wedged'"
        " AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.txn_id = q.txn_id)"
    )
    return int(row.fetchone()[0])


def rooms_to_be_made(conn: Any) -> list[QueuedRequest]:
    """Give the rows that make rooms, in order."""
    rows = conn.execute(f"SELECT {COLUMNS} FROM send_queue WHERE kind = 'create_room' ORDER BY id LIMIT 500")
    return [request_of(row) for row in rows]


def room_made_by(conn: Any, txn_id: TxnID) -> RoomID | None:
    """Find the joined room whose creation carries a transaction id."""
    rows = conn.execute(
        "SELECT r.room_id, e.raw FROM room r JOIN state s ON s.room = r.id AND s.type = 'm.room.create' AND s.key = ''"
        " JOIN event e ON e.id = s.event WHERE r.membership = 'join' AND instr(e.raw, ?) > 0",
        (txn_id.encode(),),
    )
    for room_id, raw in rows:
        content = from_json(raw).get("content")
        if isinstance(content, dict) and content.get("im.tack.txn") == txn_id:
            return RoomID(room_id)
    return None


def rooms_without_create(conn: Any, rooms: Iterable[RoomID]) -> list[RoomID]:
    """Give those of some rooms whose creation is not stored."""
    sql = (
        "SELECT r.room_id FROM room r JOIN state s ON s.room = r.id AND s.type = 'm.room.create' AND s.key = ''"
        " WHERE r.room_id IN {in}"
    )
    wanted = list(rooms)
    known = {row[0] for row in select_in(conn, sql, wanted)}
    return [room_id for room_id in wanted if room_id not in known]
