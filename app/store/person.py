"""What the person does besides sending: reads, marks unread, sets how loud a room is. Local at once, queued for the server in the same write."""

from app.domain.events import JSONObject
from app.domain.ids import EventID, RoomID, TxnID
from app.domain.rooms import NotifyLevel
from app.domain.sending import RequestKind
from app.domain.sync import Receipt
from app.store.account_data import put_account_data, store_account_data
from app.store.intake import Intake
from app.store.queue_write import enqueue
from app.store.receipts import add_receipts
from app.store.settle import settle
from app.store.unread import LOCAL_RECEIPT, first_pos_behind, own_read_ord
from app.store.values import NewRequest
from app.store.write import Write, sql_text


def set_read(
    w: Write, room_id: RoomID, up_to: EventID, txn_id: TxnID, *, is_private: bool, fully_read: bool
) -> None:
    """Mark a room read up to a placed event and queue the receipt; one that waits already is replaced."""
    room = w.find_room(room_id)
    if room is None:
        return
    placed = w.conn.execute(
        "SELECT ord FROM event WHERE event_id = ? AND room = ?", (sql_text(up_to), room)
    ).fetchone()
    if placed is None or placed[0] is None or _is_read(w, room, placed[0], is_private=is_private):
        return
    intake = Intake(w)
    add_receipts(intake, room, (Receipt(w.me, up_to, LOCAL_RECEIPT, w.now_ms),))
    content: JSONObject = {"m.read.private" if is_private else "m.read": up_to}
    if fully_read:
        content["m.fully_read"] = up_to
    _drop_waiting(w, RequestKind.RECEIPT, room_id, "")
    enqueue(
        w,
        NewRequest(
            lane=f"receipt:{room_id}",
            kind=RequestKind.RECEIPT,
            txn_id=txn_id,
            content=content,
            room_id=room_id,
            target=up_to,
        ),
    )
    if w.account_data("m.marked_unread", room).get("unread") is True:
        set_marked_unread(w, room_id, False, TxnID(f"{txn_id}.mark"))
    settle(intake)


def _is_read(w: Write, room: int, ord_: int, *, is_private: bool) -> bool:
    """Whether the person has said so already. A room that was only cleared has not been read; who reads it says so."""
    kinds = ("m.read", LOCAL_RECEIPT, *(("m.read.private",) if is_private else ()))
    read = own_read_ord(w.conn, room, w.me, kinds)
    row = w.conn.execute("SELECT unread, is_marked_unread FROM room WHERE id = ?", (room,)).fetchone()
    is_seen = read is not None and read >= ord_ and not row[0] and not row[1]
    return is_seen and not _is_owed(w, room, ord_, kinds)


def _is_owed(w: Write, room: int, ord_: int, kinds: tuple[str, ...]) -> bool:
    """Whether my own message read something here that the server still counts: it takes receipts alone."""
    row = w.conn.execute(
        "SELECT ifnull(max(ord), -1) FROM receipt WHERE room = ? AND user = ?"
        f" AND kind IN ({','.join('?' * len(kinds))}) AND thread IN ('', 'main')",
        (room, w.me, *kinds),
    ).fetchone()
    pos = first_pos_behind(w.conn, room, row[0]) if row[0] < ord_ else None
    if pos is None:
        return False
    counted = "SELECT 1 FROM item WHERE room = ? AND pos >= ? AND weight > 0 LIMIT 1"
    return w.conn.execute(counted, (room, pos)).fetchone() is not None


def set_marked_unread(w: Write, room_id: RoomID, is_unread: bool, txn_id: TxnID) -> None:
    """Set or clear the mark here and queue it. Source: Matrix client-server API, "Unread marker"."""
    room = w.find_room(room_id)
    if room is None or (w.account_data("m.marked_unread", room).get("unread") is True) == is_unread:
        return
    _drop_waiting(w, RequestKind.ROOM_ACCOUNT_DATA, room_id, "m.marked_unread")
    content: JSONObject = {"unread": is_unread}
    store_account_data(w, room, "m.marked_unread", content)
    enqueue(
        w,
        NewRequest(
            lane=f"account_data:{room_id}",
            kind=RequestKind.ROOM_ACCOUNT_DATA,
            txn_id=txn_id,
            content=content,
            room_id=room_id,
            event_type="m.marked_unread",
        ),
    )
    intake = Intake(w)
    intake.identity_rooms.add(room)
    settle(intake)


def set_level(w: Write, room_id: RoomID, level: NotifyLevel, txn_id: TxnID) -> None:
    """Make a room as loud as said, here at once, and queue it; one that waits already is replaced."""
    rules = w.account_data("m.push_rules")
    _drop_waiting(w, RequestKind.LEVEL, room_id, "")
    enqueue(
        w,
        NewRequest(
            lane=f"level:{room_id}",
            kind=RequestKind.LEVEL,
            txn_id=txn_id,
            content={"level": level.value},
            room_id=room_id,
        ),
    )
    intake = Intake(w)
    put_account_data(intake, "m.push_rules", rules)
    settle(intake)


def _drop_waiting(w: Write, kind: RequestKind, room_id: RoomID, event_type: str) -> None:
    """Drop unsent rows that a newer one makes pointless. One on the wire stays."""
    w.conn.execute(
        "DELETE FROM send_queue WHERE kind = ? AND room_id = ? AND event_type = ? AND state != 'sending'",
        (kind.value, room_id, event_type),
    )
