"""The durable send queue: rows go in, change state, and leave when the server's copy has come.

States: queued → sending → sent (an event waits for its copy) or gone (everything else); a permanent error makes a
row wedged until the person retries or discards it. A row is never dropped because a room is gone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.domain.approvals.wire import TEXT_FIELD
from app.domain.events import JSONObject
from app.domain.ids import ContentURI, EventID, RoomID, TxnID
from app.domain.sending import QueuedRequest, RequestKind
from app.domain.timeline import SendState
from app.late import Late
from app.store import approvals
from app.store.dings import note_queued
from app.store.echoes import end_row, item_count, resolve_dependents
from app.store.intake import Intake
from app.store.new_rooms import drop_if_silent, maker_of, placed, retry_room, spread_failure
from app.store.queue_read import COLUMNS, request_of
from app.store.room_rows import refresh_rooms
from app.store.settle import settle
from app.store.values import NewRequest
from app.store.write import Write, sql_text, to_json

if TYPE_CHECKING:
    from app.store import channels
else:
    channels = Late("app.store.channels")

_ECHO_TYPES = frozenset({"m.room.message", "m.sticker", "m.room.encrypted"})
_INSERT = (
    "INSERT INTO send_queue(txn_id, lane, room_id, kind, event_type, state_key, content, depends_on, target,"
    " attachment_path, state, not_before_ms, created_ms, is_echo) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def is_echo(request: NewRequest) -> bool:
    """Whether a request shows as a row of its own: messages do; edits, reactions, redactions do not.

    Nor does what repeats an approval in words.
    """
    if request.kind != RequestKind.EVENT or request.event_type not in _ECHO_TYPES:
        return False
    if TEXT_FIELD in request.content:
        return False
    relation = request.content.get("m.relates_to")
    return not (isinstance(relation, dict) and relation.get("rel_type") == "m.replace")


def enqueue(w: Write, request: NewRequest) -> QueuedRequest:
    """Put a row behind the others of its lane. The same transaction id twice is one row."""
    existing = _row(w, request.txn_id)
    if existing is not None:
        return existing
    request = placed(w, request)
    parent = _known_parent(w, request)
    shows = is_echo(request)
    if shows and request.room_id is not None:
        _note_tail(w, request.room_id)
    w.conn.execute(
        _INSERT,
        (
            request.txn_id,
            request.lane,
            request.room_id,
            request.kind.value,
            request.event_type,
            request.state_key,
            to_json(request.content),
            request.depends_on,
            None if request.target is None else sql_text(request.target),
            request.attachment_path,
            SendState.QUEUED.value,
            request.not_before_ms,
            w.now_ms,
            int(shows),
        ),
    )
    if request.depends_on is not None:
        _settle_parent(w, request, parent)
    row = _row(w, request.txn_id)
    assert row is not None
    _note(w, row)
    return row


def _known_parent(w: Write, request: NewRequest) -> EventID | None:
    """Give the event id of the row a request waits for, when it is known already."""
    if request.depends_on is None:
        return None
    row = w.conn.execute(
        "SELECT event_id FROM send_queue WHERE txn_id = ?1 AND event_id IS NOT NULL"
        " UNION ALL SELECT event_id FROM event WHERE txn_id = ?1 LIMIT 1",
        (request.depends_on,),
    ).fetchone()
    return None if row is None else EventID(row[0])


def _settle_parent(w: Write, request: NewRequest, parent: EventID | None) -> None:
    """Fill in a parent that is known already. One that is nowhere was discarded: without it there is nothing to do."""
    if parent is not None and request.depends_on is not None:
        resolve_dependents(w, request.depends_on, parent)
    elif (
        w.conn.execute("SELECT 1 FROM send_queue WHERE txn_id = ?", (request.depends_on,)).fetchone() is None
    ):
        state, code = (SendState.QUEUED, "") if request.target else (SendState.WEDGED, "parent_gone")
        w.conn.execute(
            "UPDATE send_queue SET depends_on = NULL, state = ?, error_code = ? WHERE txn_id = ?",
            (state.value, code, request.txn_id),
        )
    elif maker_of(request.room_id) is not None:
        _share_failure(w, request)


def _share_failure(w: Write, request: NewRequest) -> None:
    """What is said in a room that was refused fails as the rest did."""
    w.conn.execute(
        "UPDATE send_queue SET state = p.state, error_code = p.error_code FROM"
        " (SELECT state, error_code FROM send_queue WHERE txn_id = ? AND state = 'wedged') p WHERE txn_id = ?",
        (maker_of(request.room_id), request.txn_id),
    )


def _row(w: Write, txn_id: TxnID) -> QueuedRequest | None:
    row = w.conn.execute(f"SELECT {COLUMNS} FROM send_queue WHERE txn_id = ?", (txn_id,)).fetchone()
    return None if row is None else request_of(row)


def _note_tail(w: Write, room_id: RoomID) -> None:
    """Note that the echoes at the end of a room move from here on."""
    room = w.find_room(room_id)
    echoes = w.conn.execute(
        "SELECT count(*) FROM send_queue WHERE room_id = ? AND is_echo = 1", (room_id,)
    ).fetchone()[0]
    w.tally.tail_from(room_id, (item_count(w, room) if room is not None else 0) + echoes)


def _note(w: Write, row: QueuedRequest) -> None:
    """Note what a changed row shows: itself as an echo, or its effect on the row it relates to."""
    w.tally.is_queue_changed = True
    if row.room_id is None:
        return
    w.tally.rooms.add(row.room_id)
    approvals.note_queued(w, row)
    if row.kind is RequestKind.CREATE_ROOM or _is_channel(w, row.room_id):
        channels.note_queued(w, row)
    if row.kind not in (RequestKind.EVENT, RequestKind.REDACTION):
        return
    w.tally.touched(row.room_id, f"t:{row.txn_id}")
    note_queued(w, row)
    target = row.target or _related(row.content)
    if row.depends_on is not None:
        w.tally.touched(row.room_id, f"t:{row.depends_on}")
    if target is not None:
        _note_target(w, row.room_id, target)
    room = w.find_room(row.room_id)
    if room is not None:
        refresh_rooms(w, identity=(), tail=(room,), unread=())


def _is_channel(w: Write, room_id: RoomID) -> bool:
    room = w.find_room(room_id)
    return w.conn.execute("SELECT 1 FROM channel WHERE id = ?", (room,)).fetchone() is not None


def _related(content: JSONObject) -> EventID | None:
    relation = content.get("m.relates_to")
    value = relation.get("event_id") if isinstance(relation, dict) and "rel_type" in relation else None
    return EventID(value) if isinstance(value, str) else None


def _note_target(w: Write, room_id: RoomID, target: EventID) -> None:
    row = w.conn.execute("SELECT txn_id, target FROM event WHERE event_id = ?", (target,)).fetchone()
    w.tally.touched(room_id, f"t:{row[0]}" if row and row[0] else target)
    if row and row[1]:  # a redacted reaction shows on the row it reacts to
        outer = w.conn.execute("SELECT txn_id FROM event WHERE event_id = ?", (row[1],)).fetchone()
        w.tally.touched(room_id, f"t:{outer[0]}" if outer and outer[0] else row[1])


# Life of a row --------------------------------------------------------------------------------------------------


def _update(w: Write, txn_id: TxnID, sets: str, *values: Any) -> None:
    changed = w.conn.execute(f"UPDATE send_queue SET {sets} WHERE txn_id = ?", (*values, txn_id)).rowcount
    row = _row(w, txn_id)
    if changed and row is not None:
        _note(w, row)


def mark_sending(w: Write, txn_id: TxnID) -> None:
    """The row is on the wire."""
    _update(w, txn_id, "state = ?, attempts = attempts + 1", SendState.SENDING.value)


def mark_sent(w: Write, txn_id: TxnID, event_id: EventID | None) -> None:
    """The server took the row. An event stays until its copy is stored, unless it is stored already."""
    row = _row(w, txn_id)
    if row is None:
        return
    if row.kind is RequestKind.ACT and approvals.is_listed(w, row.room_id):
        # Till the copy is here only this row says what was done; the list of acts ends it.
        _update(w, txn_id, "state = ?, error_code = ''", SendState.SENT.value)
        return
    if event_id is None or row.kind not in (RequestKind.EVENT, RequestKind.REDACTION):
        w.conn.execute("DELETE FROM send_queue WHERE txn_id = ?", (txn_id,))
        _note(w, row)
        return
    copy = w.conn.execute(
        "SELECT room FROM event WHERE event_id = ? AND ord IS NOT NULL", (sql_text(event_id),)
    ).fetchone()
    if copy is not None:
        end_row(w, txn_id, event_id)
        if row.room_id is not None:
            # The copy came under its event id; from now on it has the identity of the echo.
            w.tally.reset(row.room_id)
            refresh_rooms(w, identity=(), tail=(copy[0],), unread=())
        return
    _update(w, txn_id, "state = ?, event_id = ?, error_code = ''", SendState.SENT.value, sql_text(event_id))
    resolve_dependents(w, txn_id, event_id)


def failed(w: Write, txn_id: TxnID, code: str, retry_at_ms: int | None) -> None:
    """Sending failed: again later, or wedged."""
    row = _row(w, txn_id)
    if row is not None and row.kind is RequestKind.CREATE_ROOM:
        spread_failure(w, row, code, is_wedged=retry_at_ms is None)
    if retry_at_ms is None:
        _update(w, txn_id, "state = ?, error_code = ?", SendState.WEDGED.value, code)
    else:
        _update(
            w,
            txn_id,
            "state = ?, error_code = ?, not_before_ms = ?",
            SendState.QUEUED.value,
            code,
            retry_at_ms,
        )


def retry(w: Write, txn_id: TxnID) -> None:
    """Let a row go out at once; one that is said in a room still to be made: that room with all its rows."""
    row = _row(w, txn_id)
    if row is not None and maker_of(row.room_id) is not None:
        retry_room(w, row)
        return
    _update(w, txn_id, "state = ?, error_code = '', not_before_ms = 0, attempts = 0", SendState.QUEUED.value)


def hold(w: Write, txn_id: TxnID, until_ms: int) -> None:
    """Do not send before a time."""
    _update(w, txn_id, "not_before_ms = ?", until_ms)


def update_content(w: Write, txn_id: TxnID, content: JSONObject) -> None:
    """Replace the content of an unsent row."""
    _update(w, txn_id, "content = ?", to_json(content))


def attachment_uploaded(w: Write, txn_id: TxnID, uri: ContentURI) -> None:
    """Keep the address of the uploaded file."""
    _update(w, txn_id, "attachment_uri = ?", sql_text(uri))


def discard(w: Write, txn_id: TxnID) -> None:
    """Drop a row and what depends on it."""
    row = _row(w, txn_id)
    if row is None or row.state == SendState.SENT:
        return
    children = w.conn.execute("SELECT txn_id FROM send_queue WHERE depends_on = ?", (txn_id,)).fetchall()
    for (child,) in children:
        discard(w, TxnID(child))
    w.conn.execute("DELETE FROM send_queue WHERE txn_id = ?", (txn_id,))
    _note(w, row)
    if row.room_id is not None:
        drop_if_silent(w, row.room_id)
    if row.room_id is not None and row.kind == RequestKind.EVENT:
        room = w.find_room(row.room_id)
        w.tally.tail_from(row.room_id, 0 if room is None else item_count(w, room))
    if row.kind == RequestKind.RECEIPT and row.room_id is not None:
        _recount(w, row.room_id)


def _recount(w: Write, room_id: RoomID) -> None:
    room = w.find_room(room_id)
    if room is not None:
        intake = Intake(w)
        intake.unread_rooms.add(room)
        settle(intake)


def recover(w: Write) -> None:
    """Rows that were on the wire when the process died wait again under the same transaction ids."""
    rows = w.conn.execute(
        "SELECT txn_id FROM send_queue WHERE state = ?", (SendState.SENDING.value,)
    ).fetchall()
    for (txn_id,) in rows:
        _update(w, TxnID(txn_id), "state = ?", SendState.QUEUED.value)


# What may go out ------------------------------------------------------------------------------------------------


def due(conn: Any, now_ms: int, lane: str | None = None) -> list[QueuedRequest]:
    """Give the head of every lane that may go out now, or of one."""
    heads = _heads(conn) if lane is None else _head(conn, lane)
    return [row for row in heads if row.state == SendState.QUEUED and row.not_before_ms <= now_ms]


def next_due_ms(conn: Any, now_ms: int) -> int | None:
    """Give when the next waiting head becomes due."""
    times = [
        r.not_before_ms for r in _heads(conn) if r.state == SendState.QUEUED and r.not_before_ms > now_ms
    ]
    return min(times, default=None)


def _heads(conn: Any) -> Sequence[QueuedRequest]:
    """Give the first row of each lane that neither was sent nor is parked nor waits for a parked parent."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM send_queue WHERE id IN (SELECT min(id) FROM send_queue"
        " WHERE state IN ('queued', 'sending') AND depends_on IS NULL GROUP BY lane) ORDER BY id"
    )
    return [request_of(row) for row in rows]


def _head(conn: Any, lane: str) -> Sequence[QueuedRequest]:
    """Give the first row of one lane, as `_heads`: thousands of others are not looked at."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM send_queue INDEXED BY send_queue_by_lane WHERE lane = ?"
        " AND state IN ('queued', 'sending') AND depends_on IS NULL ORDER BY id LIMIT 1",
        (lane,),
    )
    return [request_of(row) for row in rows]
