"""Drops every projection and computes it again from the stored facts, with the code that sync uses.

Runs in one transaction, room by room. The search index is emptied and filled by its own rebuild afterwards.
"""

from app.domain.events import Event
from app.store.approvals import clear_approvals, rebuild_approvals
from app.store.channels import clear_channels, rebuild_channels
from app.store.dings import rebuild_dings
from app.store.intake import Intake
from app.store.members import project_all_members
from app.store.room_rows import refresh_rooms
from app.store.search_index import start_rebuild
from app.store.settle import settle
from app.store.stored import parse_stored
from app.store.write import Write, chunks

_BATCH = 2000


def rebuild(w: Write) -> None:
    """Compute `item`, `reaction`, `member`, `last_sent`, `ding`, `nudge`, `approval` and `channel` with what hangs on
    them, and the projected columns of `room` anew."""
    clear_approvals(w)
    clear_channels(w)
    for table in ("item", "reaction", "member", "last_sent", "ding", "nudge"):
        w.conn.execute(f"DELETE FROM {table}")
    w.conn.execute("UPDATE room SET first_pos = 0, last_pos = -1, read_ord = NULL")
    w.conn.execute(
        "UPDATE receipt SET ord = (SELECT e.ord FROM event e"
        " WHERE e.event_id = receipt.event_id AND e.room = receipt.room)"
    )
    rooms = [row[0] for row in w.conn.execute("SELECT id FROM room ORDER BY id").fetchall()]
    for room in rooms:
        project_all_members(w, room, w.room_id(room))
        _rebuild_rows(w, room)
    rebuild_dings(w)
    rebuild_approvals(w)
    rebuild_channels(w)
    start_rebuild(w.conn)
    refresh_rooms(w, identity=rooms, tail=(), unread=())
    w.tally.is_rebuilt = True
    w.tally.is_order_changed = True


def _rebuild_rows(w: Write, room: int) -> None:
    room_id = w.room_id(room)
    gaps = w.conn.execute("SELECT ord, id FROM gap WHERE room = ? ORDER BY ord DESC", (room,)).fetchall()
    unplaced = w.conn.execute(
        "SELECT ord, id, event_id, raw FROM event WHERE room = ? AND ord IS NULL ORDER BY id", (room,)
    ).fetchall()
    placed = w.conn.execute(
        "SELECT ord, id, event_id, raw FROM event WHERE room = ? AND ord IS NOT NULL ORDER BY ord", (room,)
    ).fetchall()
    pos = -1
    for rows in chunks([*unplaced, *placed], _BATCH):
        intake = Intake(w)
        for ord_, key, event_id, raw in rows:
            while ord_ is not None and gaps and gaps[-1][0] < ord_:
                pos += 1
                _gap_item(w, room, gaps.pop()[1], pos)
            pos = _rebuild_row(intake, room, ord_, key, parse_stored(raw, event_id, room_id), pos)
        w.conn.execute("UPDATE room SET last_pos = ? WHERE id = ?", (pos, room))
        intake.skips_index = True
        settle(intake)


def _gap_item(w: Write, room: int, gap: int, pos: int) -> None:
    w.conn.execute(
        "INSERT INTO item(id, room, pos, weight, mention, kind, is_redacted, body)"
        " VALUES (?, ?, ?, 0, 0, 'gap', 0, '')",
        (-gap, room, pos),
    )


def _rebuild_row(intake: Intake, room: int, ord_: int | None, key: int, event: Event, pos: int) -> int:
    """Note what an event brings; gives the position of the last row so far."""
    intake.restore(room, key, event, ord_)
    shape = intake.shape(event) if ord_ is not None else None
    if shape is None:
        return pos
    intake.add_item(room, key, event, shape, pos + 1, is_live=False)
    return pos + 1
