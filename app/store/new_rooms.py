"""Rooms that the send queue is to make: what is said in one before the server knows it.

Until it is made a room has a stand-in id (`new_room_id`) that carries the transaction id of the row that makes it.
Rows, drafts and scheduled dings may name it; rows wait for the one that makes it. `room_made` puts the real id in
everywhere, in one transaction, and keeps it for those who still hold the stand-in. A refused room fails what is
said in it, and trying one of these again tries the room again.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.content import JSONObject
from app.domain.ids import RoomID, TxnID
from app.domain.sending import NEW_ROOM_PREFIX, QueuedRequest, RequestKind, is_new_room, new_room_id
from app.domain.timeline import SendState
from app.late import Late
from app.store import approvals
from app.store.dings import note_queued
from app.store.kept import read_kv
from app.store.queue_read import COLUMNS, request_of
from app.store.values import NewRequest
from app.store.write import Write

if TYPE_CHECKING:
    from app.store import channels
else:
    channels = Late("app.store.channels")

MADE = "new_room"
"""Namespace of `kv`: from stand-in to real id."""
_PUT_MADE = (
    "INSERT INTO kv(namespace, key, value) VALUES (?, ?, ?)"
    " ON CONFLICT(namespace, key) DO UPDATE SET value = excluded.value"
)


def maker_of(room_id: RoomID | None) -> TxnID | None:
    """Give the transaction id of the row that makes a room; None for a room that is one."""
    if room_id is None or not is_new_room(room_id):
        return None
    return TxnID(room_id.removeprefix(NEW_ROOM_PREFIX))


def placed(w: Write, request: NewRequest) -> NewRequest:
    """Let a request for a room to be made wait for it, or name the room that it became."""
    maker = maker_of(request.room_id)
    if maker is None or request.room_id is None or request.kind is RequestKind.CREATE_ROOM:
        return request
    made = read_kv(w.conn, MADE, request.room_id)
    if made is not None:
        lane = made if request.lane == request.room_id else request.lane
        return replace(request, room_id=RoomID(made), lane=lane)
    return request if request.depends_on is not None else replace(request, depends_on=maker)


def room_made(w: Write, txn_id: TxnID, room_id: RoomID, uninvited: Sequence[str] = ()) -> list[NewRequest]:
    """The server made the room of a row: whoever named its stand-in names the room now.

    Gives what is to be queued for those who may not be invited yet.
    """
    stand_in = new_room_id(txn_id)
    made = w.conn.execute(
        "DELETE FROM send_queue WHERE txn_id = ? RETURNING content, created_ms", (txn_id,)
    ).fetchone()
    w.conn.execute(_PUT_MADE, (MADE, stand_in, room_id))
    w.conn.execute("UPDATE send_queue SET depends_on = NULL WHERE depends_on = ?", (txn_id,))
    w.conn.execute(
        "UPDATE send_queue SET room_id = ?1, lane = CASE lane WHEN ?2 THEN ?1 ELSE lane END,"
        " error_code = CASE state WHEN 'queued' THEN '' ELSE error_code END WHERE room_id = ?2",
        (room_id, stand_in),
    )
    w.conn.execute("UPDATE OR IGNORE draft SET room_id = ? WHERE room_id = ?", (room_id, stand_in))
    w.conn.execute("UPDATE scheduled_ding SET room_id = ? WHERE room_id = ?", (room_id, stand_in))
    for row in _rows_in(w, room_id):
        note_queued(w, row)
    for moved in (stand_in, room_id):
        w.tally.rooms.add(moved)
        w.tally.reset(moved)
    approvals.note_made(w, stand_in, room_id, made)
    channels.note_made(w, stand_in, room_id, None if made is None else made[0])
    w.tally.is_queue_changed = w.tally.dings = True
    if not uninvited:
        return []
    content: JSONObject = {"invite": list(uninvited)}
    lane = f"invite:{room_id}"
    return [NewRequest(lane, RequestKind.INVITE, TxnID(f"{txn_id}.invite"), content, room_id)]


def spread_failure(w: Write, row: QueuedRequest, code: str, *, is_wedged: bool) -> None:
    """What is said in a room that could not be made yet shows why."""
    state = SendState.WEDGED if is_wedged else SendState.QUEUED
    w.conn.execute(
        "UPDATE send_queue SET state = ?, error_code = ? WHERE room_id = ? AND txn_id != ? AND state = 'queued'",
        (state.value, code, row.room_id, row.txn_id),
    )
    _note_said(w, row)


def retry_room(w: Write, row: QueuedRequest) -> None:
    """Try a room again, with all that is said in it. That it was tried stays known: it may have been made."""
    w.conn.execute(
        "UPDATE send_queue SET state = 'queued', error_code = '', not_before_ms = 0,"
        " attempts = CASE kind WHEN 'create_room' THEN attempts + 1 ELSE 0 END"
        " WHERE room_id = ? AND state = 'wedged'",
        (row.room_id,),
    )
    _note_said(w, row)


def drop_if_silent(w: Write, room_id: RoomID) -> None:
    """Make no room in which nothing is to be said any more."""
    maker = maker_of(room_id)
    if maker is None:
        return
    w.tally.approvals.add(room_id)
    w.conn.execute(
        "DELETE FROM send_queue WHERE txn_id = ?1 AND state != 'sending'"
        " AND NOT EXISTS (SELECT 1 FROM send_queue WHERE room_id = ?2 AND txn_id != ?1)"
        " AND NOT EXISTS (SELECT 1 FROM scheduled_ding WHERE room_id = ?2)",
        (maker, room_id),
    )


def _note_said(w: Write, row: QueuedRequest) -> None:
    if row.room_id is None:
        return
    for said in _rows_in(w, row.room_id):
        if said.kind is not RequestKind.CREATE_ROOM:
            w.tally.touched(row.room_id, f"t:{said.txn_id}")
            note_queued(w, said)
    w.tally.rooms.add(row.room_id)
    w.tally.is_queue_changed = w.tally.dings = True


def _rows_in(w: Write, room_id: RoomID) -> list[QueuedRequest]:
    rows = w.conn.execute(f"SELECT {COLUMNS} FROM send_queue WHERE room_id = ? ORDER BY id", (room_id,))
    return [request_of(row) for row in rows.fetchall()]
