"""The rooms of a one-click clear on their way to the server, and which of them moved meanwhile."""

from collections.abc import Iterable, Sequence

from app.domain.attention import ClearState
from app.domain.ids import EventID, RoomID
from app.store.unread import LOCAL_RECEIPT
from app.store.write import Row, Write, chunks

WAITING, GOING, SENT, BACK = range(4)
"""`cleared.state`: the server knows nothing; it may know; it has the receipt (or needs none); put back."""
WAS_SHOWN = "(unread > 0 OR mentions > 0 OR is_marked_unread = 1)"
"""What a person saw unread, and is told of; the others were cleared to be sure (`clears._NOT_SHOWN`)."""
_WAITING_ROWS = (
    "SELECT c.room, r.room_id, c.event_id, c.event_id IS NULL OR EXISTS (SELECT 1 FROM receipt p WHERE p.room = c.room"
    " AND p.user = ? AND p.kind IN ('m.read', 'm.read.private', ?) AND p.thread = '' AND p.ord >= c.ord)"
    " FROM cleared c JOIN room r ON r.id = c.room WHERE c.clear = ? AND c.state < 2 ORDER BY c.ts DESC LIMIT ?"
)
_KEEP_RECEIPTS = (
    "INSERT INTO receipt(room, user, kind, thread, event_id, ord, ts)"
    " SELECT room, ?, ?, '', event_id, ord, ? FROM cleared WHERE clear = ? AND ord IS NOT NULL AND room = ?"
    " ON CONFLICT(room, user, kind, thread) DO UPDATE SET event_id = excluded.event_id, ord = excluded.ord,"
    " ts = excluded.ts WHERE receipt.ord IS NULL OR receipt.ord < excluded.ord"
)
"""What the server has stands for good, also when the history of clears is pruned."""
PRIVATE = "m.read.private"


def note_counted(w: Write, rooms: Iterable[int]) -> None:
    """Note that rooms were counted anew: what a clear that can be taken back kept of them is out of date."""
    open_ = w.conn.execute(
        "SELECT id FROM clear WHERE state IN (?, ?)", (ClearState.HELD.value, ClearState.SENDING.value)
    ).fetchall()
    rows: list[Row] = [(clear_id, room) for (clear_id,) in open_ for room in rooms]
    w.conn.executemany("UPDATE cleared SET is_stale = 1 WHERE clear = ? AND room = ?", rows)


def take_waiting(w: Write, clear_id: int, limit: int) -> list[tuple[RoomID, EventID]]:
    """Give the next rooms to send and note that they may be known to the server from now on."""
    started = w.conn.execute(
        "UPDATE clear SET state = ? WHERE id = ? AND state = ?",
        (ClearState.SENDING.value, clear_id, ClearState.HELD.value),
    ).rowcount
    w.tally.clears = w.tally.clears or bool(started)
    while True:
        rows = w.conn.execute(_WAITING_ROWS, (w.me, LOCAL_RECEIPT, clear_id, limit)).fetchall()
        _set_state(w, clear_id, SENT, [room for room, _, _, is_read in rows if is_read])
        left = [
            (room, RoomID(room_id), EventID(event)) for room, room_id, event, is_read in rows if not is_read
        ]
        if left or not rows:
            break
    _set_state(w, clear_id, GOING, [room for room, _, _ in left])
    if not left:
        _finish(w, clear_id)
    return [(room_id, event) for _, room_id, event in left]


def mark_sent(w: Write, clear_id: int, rooms: Sequence[RoomID]) -> None:
    """Note that the server has the receipts of these rooms: from now on they are like any other receipt of mine."""
    w.learn_rooms(rooms)
    keys = [key for room_id in rooms if (key := w.find_room(room_id)) is not None]
    _set_state(w, clear_id, SENT, keys)
    w.conn.executemany(_KEEP_RECEIPTS, [(w.me, PRIVATE, w.now_ms, clear_id, key) for key in keys])


def _set_state(w: Write, clear_id: int, state: int, rooms: Sequence[int]) -> None:
    if not rooms:
        return
    for chunk in chunks(rooms):
        which = f"clear = ? AND state < 2 AND room IN ({','.join('?' * len(chunk))})"
        if state == SENT:
            w.conn.execute(
                f"UPDATE clear SET sent = sent + (SELECT count(*) FROM cleared WHERE {which} AND {WAS_SHOWN}) WHERE id = ?",
                (clear_id, *chunk, clear_id),
            )
            w.tally.clears = True
        w.conn.execute(f"UPDATE cleared SET state = ? WHERE {which}", (state, clear_id, *chunk))


def _finish(w: Write, clear_id: int) -> None:
    done = w.conn.execute(
        "UPDATE clear SET state = ? WHERE id = ? AND state = ?",
        (ClearState.DONE.value, clear_id, ClearState.SENDING.value),
    ).rowcount
    w.tally.clears = w.tally.clears or bool(done)
