"""Rows of the send queue as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.ids import ContentURI, EventID, RoomID, TxnID
from app.late import Late
from app.store.sql import Row, from_json

if TYPE_CHECKING:
    from app.domain import sending, timeline
    from app.domain.sending import QueuedRequest
    from app.domain.timeline import SendState
else:
    sending, timeline = Late("app.domain.sending"), Late("app.domain.timeline")

COLUMNS = (
    "id, lane, room_id, kind, event_type, state_key, txn_id, content, depends_on, target, attachment_path,"
    " attachment_uri, state, attempts, not_before_ms, error_code, event_id, created_ms"
)
_PERSONAL = "kind IN ('event', 'redaction', 'state')"


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
        f"SELECT count(*) FROM send_queue WHERE {_PERSONAL} AND state IN ('queued', 'sending')"
    )
    return int(row.fetchone()[0])


def wedged_count(conn: Any) -> int:
    """Count what waits for the person's decision."""
    row = conn.execute(f"SELECT count(*) FROM send_queue WHERE {_PERSONAL} AND state = 'wedged'")
    return int(row.fetchone()[0])
