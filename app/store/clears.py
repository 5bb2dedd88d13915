"""What a one-click clear does to the tables, and how it is taken back.

A clear is a receipt of a kind of its own (`CLEARED`) on the newest event of each room, so that the counts stay a
projection of facts: `unread_of` gives what is written here in bulk. `cleared` keeps what each room looked like before.
As long as nothing was counted anew in a room (`is_stale`, see `app.store.cleared`), taking back writes those numbers;
else the room is counted again, without the receipt. (What a later clear finds in a room was counted after the earlier one,
so of two open clears over a room only the later one's numbers are ever used.) Of several clears over one room each may be taken back by itself:
the receipt falls back to the newest clear that still stands.

Everything is bulk SQL: ten thousand rooms are one transaction of a few statements.
"""

import json
from collections.abc import Iterable, Sequence

from app.domain.approvals.wire import REQUEST_ROOM_TYPE
from app.domain.attention import ClearKind, ClearScope, ClearState
from app.domain.channels.wire import CHANNEL_ROOM_TYPE
from app.domain.content import JSONObject
from app.domain.ids import RoomID, TxnID
from app.domain.sending import RequestKind
from app.store import channels
from app.store.account_data import store_account_data
from app.store.approvals import note_cleared
from app.store.cleared import BACK, GOING, SENT, WAITING, WAS_SHOWN, note_counted
from app.store.person import set_marked_unread
from app.store.queue_write import enqueue
from app.store.room_rows import refresh_rooms
from app.store.rooms_read import FILTERS, spaces
from app.store.unread import CLEARED, LOCAL_RECEIPT
from app.store.values import NewRequest
from app.store.write import Write, select_in

LANE = "clear"
HISTORY_MS = 24 * 3600 * 1000
_DAY_MS = 24 * 3600 * 1000
_SNAPSHOT = (
    "INSERT INTO cleared(clear, room, event_id, ord, ts, state, unread, mentions, is_marked_unread, read_ord,"
    " is_stale) SELECT ?, r.id, ifnull(e.event_id, r.counts_event), e.ord, {ts}, 0, r.unread, r.mentions,"
    " r.is_marked_unread, r.read_ord, 0 FROM room r LEFT JOIN event e ON e.id = (SELECT n.id FROM event n"
    " WHERE n.room = r.id AND n.ord IS NOT NULL AND n.event_id < '~' ORDER BY n.ord DESC LIMIT 1)"
    " WHERE r.membership = 'join' AND {scope}"
)
_SHOWN = (
    "(r.unread > 0 OR r.mentions > 0 OR r.is_marked_unread = 1)"
    " AND (ifnull(e.event_id, r.counts_event) IS NOT NULL OR (r.unread = 0 AND r.mentions = 0))"
)
"""An event the server gave no id cannot have a receipt: their stand-ins begin with `~`. A room without any event is left."""
_NOT_SHOWN = (
    "r.unread = 0 AND r.mentions = 0 AND r.is_marked_unread = 0 AND e.ord IS NOT NULL AND"
    " ((r.read_ord IS NULL AND r.server_unread IS NULL)"
    f" OR (r.room_type IN ('{REQUEST_ROOM_TYPE}', '{CHANNEL_ROOM_TYPE}') AND e.ord > r.read_ord))"
)
"""What the server counts and we do not is cleared with everything. A new device is told only of the newest few thousand
unread; texts that repeat a request or an act for other clients, and comments in channels, do not count here."""
_PUT_RECEIPTS = (
    "INSERT INTO receipt(room, user, kind, thread, event_id, ord, ts)"
    " SELECT room, ?, ?, '', event_id, ord, ? FROM cleared WHERE clear = ? AND event_id IS NOT NULL"
    " ON CONFLICT(room, user, kind, thread) DO UPDATE SET event_id = excluded.event_id, ord = excluded.ord,"
    " ts = excluded.ts"
)
_ZERO = (
    "UPDATE room SET unread = 0, mentions = 0, is_marked_unread = 0, read_ord = ifnull(c.ord, room.read_ord)"
    " FROM cleared c WHERE c.clear = ? AND c.room = room.id"
)
_UNMARK = (
    "INSERT INTO account_data(room, type, content) SELECT room, 'm.marked_unread', ? FROM cleared"
    " WHERE clear = ? AND is_marked_unread = 1"
    " ON CONFLICT(room, type) DO UPDATE SET content = excluded.content"
)
_QUEUE_MARK = (
    "INSERT INTO send_queue(txn_id, lane, room_id, kind, event_type, content, state, attempts, not_before_ms,"
    " created_ms, is_echo) VALUES (?, 'account_data:' || ?, ?, 'room_account_data', 'm.marked_unread', ?, 'queued',"
    " 0, ?, ?, 0)"
)
_GONE = (
    "SELECT c.room, r.room_id FROM cleared c JOIN room r ON r.id = c.room WHERE c.clear = ? AND c.state IN (1, 2)"
    " AND r.membership = 'join' AND r.is_marked_unread = 0 AND NOT EXISTS (SELECT 1 FROM receipt p"
    " WHERE p.room = c.room AND p.user = ? AND p.kind IN ('m.read', 'm.read.private', ?) AND p.thread = ''"
    " AND p.ord > c.ord) AND (c.unread > 0 OR c.mentions > 0 OR c.is_marked_unread = 1)"
)
_FALL_BACK = (
    "INSERT INTO receipt(room, user, kind, thread, event_id, ord, ts)"
    " SELECT o.room, ?1, ?2, '', o.event_id, max(o.ord), ?3 FROM cleared o WHERE o.clear != ?4 AND o.state != 3"
    " AND o.event_id IS NOT NULL AND o.room IN (SELECT room FROM cleared WHERE clear = ?4 AND state = 3)"
    " GROUP BY o.room"
)
_PUT_BACK = (
    "UPDATE room SET unread = c.unread, mentions = c.mentions, read_ord = c.read_ord,"
    " is_marked_unread = c.is_marked_unread FROM cleared c"
    " WHERE c.clear = ? AND c.state = 3 AND c.is_stale = 0 AND c.room = room.id"
)


# Clearing -------------------------------------------------------------------------------------------------------


def clear(w: Write, scope: ClearScope, not_before_ms: int, txn_id: TxnID) -> int | None:
    """Clear what a scope holds and queue the receipts; None when it holds nothing. Duties are not touched."""
    _prune(w)
    last = w.conn.execute("SELECT ifnull(max(id), 0) FROM clear").fetchone()[0]
    clear_id: int = max(
        w.now_ms, last + 1
    )  # never one of an earlier file: a row of its queue may have been saved
    condition, values = _condition(w, scope)
    _snapshot(w, clear_id, "r.sort_ts", f"{_SHOWN} AND {condition}", values)
    rooms, unread, mentions, marked = w.conn.execute(
        "SELECT count(*), ifnull(sum(unread), 0), ifnull(sum(mentions), 0), ifnull(sum(is_marked_unread), 0)"
        " FROM cleared WHERE clear = ?",
        (clear_id,),
    ).fetchone()
    if not rooms:
        return None
    w.conn.execute(
        "INSERT INTO clear(id, at_ms, kind, state, txn_id, rooms, unread, mentions, sent)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (clear_id, w.now_ms, scope.kind.value, ClearState.HELD.value, txn_id, rooms, unread, mentions),
    )
    if scope.kind is ClearKind.EVERYTHING:
        _snapshot(w, clear_id, "0", _NOT_SHOWN, ())
    w.conn.execute(_PUT_RECEIPTS, (w.me, CLEARED, w.now_ms, clear_id))
    w.conn.execute(_ZERO, (clear_id,))
    note_cleared(w, clear_id)
    channels.note_cleared(w, clear_id)
    if marked:
        _unmark(w, clear_id, txn_id, not_before_ms)
    _queue_receipts(w, clear_id, txn_id, not_before_ms)
    _tell(w, clear_id)
    return clear_id


def _snapshot(w: Write, clear_id: int, ts: str, condition: str, values: tuple[object, ...]) -> None:
    """Keep what rooms look like; `ts` says which are sent first."""
    w.conn.execute(_SNAPSHOT.replace("{ts}", ts).replace("{scope}", condition), (clear_id, *values))


def _condition(w: Write, scope: ClearScope) -> tuple[str, tuple[object, ...]]:
    """Give the rooms of a scope as SQL over `room r`."""
    match scope.kind:
        case ClearKind.EVERYTHING:
            return "1", ()
        case ClearKind.LIST:
            return f"r.is_listed = 1 AND {FILTERS[scope.filter]}", ()
        case ClearKind.MUTED:
            return "(r.level = 'none' OR (r.level = 'mentions' AND r.mentions = 0))", ()
        case ClearKind.OLDER:
            return "r.last_ts < ?", (w.now_ms - scope.days * _DAY_MS,)
        case ClearKind.SPACE:
            return _NAMED, (json.dumps(sorted(_rooms_of_space(w, scope.space_id))),)
        case ClearKind.ROOMS:
            return _NAMED, (json.dumps(list(scope.rooms)),)


_NAMED = "r.room_id IN (SELECT value FROM json_each(?))"


def _rooms_of_space(w: Write, space_id: RoomID | None) -> set[RoomID]:
    """Give what a space holds, by way of the spaces in it too, itself included. Spaces may hold each other."""
    children = {space.room_id: space.children for space in spaces(w.conn)}
    found: set[RoomID] = set()
    left = [space_id] if space_id is not None else []
    while left:
        room_id = left.pop()
        if room_id not in found:
            found.add(room_id)
            left.extend(children.get(room_id, ()))
    return found


def _unmark(w: Write, clear_id: int, txn_id: TxnID, not_before_ms: int) -> None:
    content = json.dumps({"unread": False}, separators=(",", ":"))
    w.conn.execute(_UNMARK, (content, clear_id))
    rooms = w.conn.execute(
        "SELECT r.room_id FROM cleared c JOIN room r ON r.id = c.room WHERE c.clear = ? AND c.is_marked_unread = 1",
        (clear_id,),
    ).fetchall()
    w.conn.executemany(
        _QUEUE_MARK,
        [(f"{txn_id}.{room_id}", room_id, room_id, content, not_before_ms, w.now_ms) for (room_id,) in rooms],
    )


def _queue_receipts(w: Write, clear_id: int, txn_id: TxnID, not_before_ms: int) -> None:
    content: JSONObject = {"clear": clear_id}
    enqueue(w, NewRequest(LANE, RequestKind.CLEAR, txn_id, content, not_before_ms=not_before_ms))


def _tell(w: Write, clear_id: int, states: Sequence[int] = (WAITING, GOING, SENT, BACK)) -> None:
    """Note that the rooms of a clear look different now."""
    sql = "SELECT r.room_id FROM cleared c JOIN room r ON r.id = c.room WHERE c.clear = ? AND c.state IN {in}"
    rooms = [row[0] for row in select_in(w.conn, sql, states, clear_id)]
    w.tally.rooms.update(rooms)
    w.tally.receipts.update(rooms)
    w.tally.is_order_changed = True
    w.tally.clears = True


def _prune(w: Write) -> None:
    """Forget what nobody can take back any more."""
    old = (w.now_ms - HISTORY_MS, ClearState.DONE.value, ClearState.UNDONE.value)
    which = "SELECT id FROM clear WHERE at_ms < ? AND state IN (?, ?)"
    w.conn.execute(f"DELETE FROM cleared WHERE state >= 2 AND clear IN ({which})", old)
    w.conn.execute(f"DELETE FROM clear WHERE id IN ({which}) AND id NOT IN (SELECT clear FROM cleared)", old)


# Taking back ----------------------------------------------------------------------------------------------------


def undo(w: Write, clear_id: int) -> bool:
    """Put everything back while the server knows nothing; whether it was so."""
    row = w.conn.execute("SELECT txn_id, state FROM clear WHERE id = ?", (clear_id,)).fetchone()
    if row is None or row[1] != ClearState.HELD.value:
        return False
    if not _take_from_queue(w, row[0]):
        return False
    _put_back(w, clear_id, TxnID(row[0]))
    return True


def restore(w: Write, clear_id: int, txn_id: TxnID) -> int:
    """Put back what has not gone, and mark what has as unread where nobody read further; how many rooms."""
    row = w.conn.execute("SELECT txn_id, state FROM clear WHERE id = ?", (clear_id,)).fetchone()
    if row is None or row[1] == ClearState.UNDONE.value:
        return 0
    _take_from_queue(w, row[0])
    back = _put_back(w, clear_id, TxnID(row[0]))
    return back + _mark_gone(w, clear_id, txn_id)


def _take_from_queue(w: Write, txn_id: str) -> bool:
    """Take a row back that was never tried; whether it was there."""
    taken = w.conn.execute(
        "DELETE FROM send_queue WHERE txn_id = ? AND state = 'queued' AND attempts = 0", (txn_id,)
    ).rowcount
    w.tally.is_queue_changed = True
    return bool(taken)


def _put_back(w: Write, clear_id: int, txn_id: TxnID) -> int:
    """Make the rooms that still wait look as before; how many."""
    w.conn.execute("UPDATE clear SET state = ? WHERE id = ?", (ClearState.UNDONE.value, clear_id))
    w.conn.execute("UPDATE cleared SET state = ? WHERE clear = ? AND state = ?", (BACK, clear_id, WAITING))
    back: int = w.conn.execute(
        f"SELECT count(*) FROM cleared WHERE clear = ? AND state = ? AND {WAS_SHOWN}", (clear_id, BACK)
    ).fetchone()[0]
    w.conn.execute(
        "DELETE FROM receipt WHERE user = ? AND kind = ? AND thread = ''"
        " AND room IN (SELECT room FROM cleared WHERE clear = ? AND state = ?)",
        (w.me, CLEARED, clear_id, BACK),
    )
    if w.conn.execute("SELECT 1 FROM clear WHERE id != ? LIMIT 1", (clear_id,)).fetchone() is not None:
        w.conn.execute(_FALL_BACK, (w.me, CLEARED, w.now_ms, clear_id))
    _mark_back(w, clear_id, txn_id)
    w.conn.execute(_PUT_BACK, (clear_id,))
    note_cleared(w, clear_id)
    channels.note_cleared(w, clear_id)
    stale = w.conn.execute(
        "SELECT room FROM cleared WHERE clear = ? AND state = ? AND is_stale = 1", (clear_id, BACK)
    ).fetchall()
    refresh_rooms(w, identity=[row[0] for row in stale], tail=(), unread=())
    _tell(w, clear_id, (BACK,))
    return back


def _mark_back(w: Write, clear_id: int, txn_id: TxnID) -> None:
    """Set the unread marks again, except where the person read further meanwhile."""
    rows = w.conn.execute(
        "SELECT c.room, r.room_id FROM cleared c JOIN room r ON r.id = c.room WHERE c.clear = ?1 AND c.state = ?2"
        " AND c.is_marked_unread = 1 AND NOT (c.is_stale AND EXISTS (SELECT 1 FROM receipt p WHERE p.room = c.room"
        " AND p.user = ?3 AND p.kind != ?4 AND p.thread IN ('', 'main')"
        " AND p.ord > ifnull(c.read_ord, c.ord - 1)))",
        (clear_id, BACK, w.me, CLEARED),
    ).fetchall()
    for room, room_id in rows:
        mark_txn = f"{txn_id}.{room_id}"
        if _take_from_queue(w, mark_txn):
            store_account_data(w, room, "m.marked_unread", {"unread": True})
        else:
            set_marked_unread(w, RoomID(room_id), True, TxnID(f"{mark_txn}.back"))


def _mark_gone(w: Write, clear_id: int, txn_id: TxnID) -> int:
    """Mark rooms unread whose receipt the server may have; how many. Those read further, left or marked are passed over."""
    content = json.dumps({"unread": True}, separators=(",", ":"))
    rows = w.conn.execute(_GONE, (clear_id, w.me, LOCAL_RECEIPT)).fetchall()
    _drop_marks(w, [room_id for _, room_id in rows])
    w.conn.executemany(
        _QUEUE_MARK, [(f"{txn_id}.{room_id}", room_id, room_id, content, 0, w.now_ms) for _, room_id in rows]
    )
    for room, _ in rows:
        store_account_data(w, room, "m.marked_unread", {"unread": True})
    w.conn.executemany("UPDATE room SET is_marked_unread = 1 WHERE id = ?", [(room,) for room, _ in rows])
    note_counted(w, [room for room, _ in rows])
    w.tally.rooms.update(room_id for _, room_id in rows)
    w.tally.is_order_changed = w.tally.is_queue_changed = w.tally.clears = True
    return len(rows)


def _drop_marks(w: Write, room_ids: Iterable[str]) -> None:
    """Drop marks that wait and would be overtaken."""
    w.conn.executemany(
        "DELETE FROM send_queue WHERE room_id = ? AND kind = 'room_account_data'"
        " AND event_type = 'm.marked_unread' AND state != 'sending'",
        [(room_id,) for room_id in room_ids],
    )
