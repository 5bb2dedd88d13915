"""The lists of approvals: rows of every room that holds a request, a pure function of stored facts.

A room is read and folded as a whole (`approval_room`, `approval_fold`) whenever a write touches it: its creation, power,
acts, members, comments, receipts, what of mine waits in the send queue. Nothing is applied on top of what a row
says; so the order of arrival does not matter and `rebuild` is the same code. A write that touches no such room pays
one look-up of its rooms.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from app.domain.approvals.wire import (
    DEPUTY_TYPE,
    LIBRARY_ROOM_TYPE,
    REQUEST_FIELD,
    ROLES_TYPE,
    TEMPLATE_TYPE,
)
from app.domain.content import dict_of
from app.domain.ids import RoomID
from app.domain.sending import RequestKind
from app.domain.timeline import SendState
from app.late import Late
from app.store.keeping import set_kv
from app.store.kept import UNPROJECTED_APPROVALS
from app.store.write import Write, from_json, select_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.sending import QueuedRequest
    from app.store import approval_fold, approval_room, approval_words
    from app.store.approval_fold import Around, Projection
    from app.store.approval_room import StoredRequest
    from app.store.intake import Intake
else:  # most writes have nothing to do with approvals, and the first one comes while a window opens
    approval_fold, approval_room = Late("app.store.approval_fold"), Late("app.store.approval_room")
    approval_words = Late("app.store.approval_words")

LIBRARY_TYPES = frozenset({TEMPLATE_TYPE, ROLES_TYPE, DEPUTY_TYPE})
TABLES = ("approval", "approval_duty", "approval_step", "approval_person")
_COMMENTS = (
    "SELECT body FROM item WHERE room = ? AND kind NOT IN ('state', 'gap', 'unknown', 'encrypted') AND is_redacted = 0"
    " ORDER BY pos"
)
_NAMES = "SELECT user, name FROM member WHERE room = ? AND name IS NOT NULL ORDER BY user LIMIT 500"
_GONE = "SELECT user FROM member WHERE room = ? AND membership IN ('leave', 'ban') ORDER BY user LIMIT 500"
_MARKED = (
    "SELECT s.room FROM state s JOIN event e ON e.id = s.event WHERE s.type = 'm.room.create' AND s.key = ''"
    f" AND instr(e.raw, CAST('{REQUEST_FIELD}' AS BLOB)) ORDER BY s.room"
)
_SEE = (
    "UPDATE approval SET is_seen = 1 - is_seen WHERE is_copy = 1 AND is_seen !="
    " EXISTS(SELECT 1 FROM receipt p WHERE p.room = approval.id AND p.user = ?) RETURNING id"
)


def project_approvals(intake: Intake) -> None:
    """Bring the rows of requests in line with what this write brought. After items and members are written."""
    w = intake.w
    fresh = intake.request_rooms | intake.acted_rooms
    moved = fresh | intake.identity_rooms | intake.power_rooms | intake.presence_rooms | intake.members.keys()
    touched = moved | intake.tail_rooms | intake.unread_rooms
    if not touched or not (fresh or _is_any(w.conn)):
        return
    known = {row[0] for row in select_in(w.conn, "SELECT id FROM approval WHERE id IN {in}", touched)}
    rooms = known | fresh
    project_rooms(w, sorted(rooms))
    w.tally.approvals.update(w.room_id(room) for room in moved & rooms)


def note_library(intake: Intake) -> None:
    """Note that templates, roles or deputies may have moved. After the rows of rooms are refreshed."""
    w = intake.w
    moved = intake.identity_rooms | intake.presence_rooms
    if not moved or w.tally.approval_library:
        return
    rows = w.conn.execute("SELECT id FROM room WHERE room_type = ?", (LIBRARY_ROOM_TYPE,))
    w.tally.approval_library = any(row[0] in moved for row in rows)


def _is_any(conn: Any) -> bool:
    return conn.execute("SELECT 1 FROM approval LIMIT 1").fetchone() is not None


def project_rooms(w: Write, rooms: Sequence[int]) -> None:
    """Compute the rows of some rooms anew and write those that differ."""
    if rooms and not approval_words.is_current(w.conn):
        approval_words.index_anew(w.conn)
    for room in rooms:
        _project_room(w, room)
        time.sleep(0)  # a first sync brings hundreds: let the interface's thread have the interpreter


def _project_room(w: Write, room: int) -> None:
    request = approval_room.read_request(w.conn, room, w.me)
    if request is not None:
        request = _end_sent(w, request)
    state = None if request is None else approval_room.fold_stored(request, w.me)
    if request is None or state is None:
        is_moved = _forget(w, room)
    else:
        is_moved = _put(w, room, approval_fold.project_request(request, state, w.me, _around(w, room)))
    if is_moved:
        w.tally.approvals.add(w.room_id(room))
    if request is not None and request.requester == w.me:
        set_kv(w, approval_room.MADE_REQUEST, request.room_id, None)


def _around(w: Write, room: int) -> Around:
    conn = w.conn
    receipt = conn.execute(
        "SELECT 1 FROM receipt WHERE room = ? AND user = ? LIMIT 1", (room, w.me)
    ).fetchone()
    comments = tuple(row[0] for row in conn.execute(_COMMENTS, (room,)))
    gone = frozenset(row[0] for row in conn.execute(_GONE, (room,)))
    names = dict(conn.execute(_NAMES, (room,)).fetchall())
    return approval_fold.Around(receipt is not None, comments, names, gone)


def _put(w: Write, room: int, new: Projection) -> bool:
    """Write what differs; whether anything did."""
    conn = w.conn
    is_moved = approval_words.put_words(conn, room, new.words)
    if conn.execute("SELECT * FROM approval WHERE id = ?", (room,)).fetchone() != tuple(new.row):
        conn.execute(f"INSERT OR REPLACE INTO approval VALUES ({','.join('?' * len(new.row))})", new.row)
        is_moved = True
    parts: tuple[tuple[str, str, list[tuple[Any, ...]]], ...] = (
        ("approval_duty", "from_ms", [(room, *row) for row in new.duties]),
        ("approval_step", "idx", [(room, *row) for row in new.steps]),
        ("approval_person", "user", [(room, user) for user in new.people]),
    )
    for table, order, rows in parts:
        is_moved = _put_part(conn, room, table, order, rows) or is_moved
    return is_moved


def _put_part(conn: Any, room: int, table: str, order: str, rows: list[tuple[Any, ...]]) -> bool:
    if conn.execute(f"SELECT * FROM {table} WHERE room = ? ORDER BY {order}", (room,)).fetchall() == rows:
        return False
    conn.execute(f"DELETE FROM {table} WHERE room = ?", (room,))
    if rows:
        conn.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
    return True


def _forget(w: Write, room: int) -> bool:
    """Drop the rows of a room that holds no request; whether there were any."""
    is_moved = approval_words.put_words(w.conn, room, None)
    for table in TABLES:
        key = "id" if table == "approval" else "room"
        is_moved = bool(w.conn.execute(f"DELETE FROM {table} WHERE {key} = ?", (room,)).rowcount) or is_moved
    return is_moved


def _end_sent(w: Write, request: StoredRequest) -> StoredRequest:
    """Drop my acts from the send queue that were sent and whose copies are here."""
    if not request.queued:
        return request
    waiting = approval_room.unsent(request, w.me)
    left = tuple(one for one in request.queued if one in waiting or one.state is not SendState.SENT)
    for queued in request.queued:
        if queued not in left:
            w.conn.execute("DELETE FROM send_queue WHERE txn_id = ?", (queued.txn_id,))
            w.tally.is_queue_changed = True
    return request._replace(queued=left)


# What else moves them -------------------------------------------------------------------------------------------


def note_queued(w: Write, row: QueuedRequest) -> None:
    """A row of the send queue came, changed or went."""
    if row.room_id is None:
        return
    if row.kind is RequestKind.ACT:
        refresh_request(w, row.room_id)
        w.tally.approvals.add(row.room_id)
    elif row.kind is RequestKind.CREATE_ROOM and REQUEST_FIELD in dict_of(row.content, "creation_content"):
        w.tally.approvals.add(row.room_id)
    elif row.kind is RequestKind.STATE and row.event_type in LIBRARY_TYPES:
        w.tally.approval_library = True
    elif row.kind is RequestKind.STATE and is_listed(w, row.room_id):
        w.tally.approvals.add(row.room_id)  # its seal


def note_made(w: Write, stand_in: RoomID, room_id: RoomID, row: tuple[str, int | None] | None) -> None:
    """The server made a room of the send queue, of content and time `row`; what waited for it has its id now."""
    kept = None if row is None else approval_room.kept_while_made(from_json(row[0]), row[1] or 0)
    if kept is not None and not is_listed(w, room_id):
        set_kv(w, approval_room.MADE_REQUEST, room_id, kept)
    w.tally.approvals.update((stand_in, room_id))
    refresh_request(w, room_id)


def refresh_request(w: Write, room_id: RoomID) -> None:
    """Compute the rows of one room anew, if it holds a request."""
    room = w.find_room(room_id)
    if room is not None:
        project_rooms(w, [room])


def is_listed(w: Write, room_id: RoomID | None) -> bool:
    """Whether a room holds a request that has rows."""
    room = None if room_id is None else w.find_room(room_id)
    return w.conn.execute("SELECT 1 FROM approval WHERE id = ?", (room,)).fetchone() is not None


def refresh_queued(w: Write) -> None:
    """Compute the requests anew that rows of the send queue are about: after these were put back."""
    if not w.me:  # nobody has signed in here yet, so there are no rooms either
        return
    rows = w.conn.execute("SELECT DISTINCT room_id FROM send_queue WHERE kind = 'act'").fetchall()
    for (room_id,) in rows:
        refresh_request(w, RoomID(room_id))


def note_news(w: Write, rooms: Sequence[int]) -> None:
    """Unread counts of rooms moved: those of requests show it."""
    if not rooms or not _is_any(w.conn):
        return
    for row in select_in(w.conn, "SELECT id FROM approval WHERE id IN {in}", rooms):
        w.tally.approvals.add(w.room_id(row[0]))


def note_cleared(w: Write, clear_id: int) -> None:
    """A one-click clear took the news of many rooms away, or put them back."""
    if not _is_any(w.conn):
        return
    rows = w.conn.execute(
        "SELECT a.id FROM cleared c JOIN approval a ON a.id = c.room WHERE c.clear = ?", (clear_id,)
    )
    rooms = {row[0] for row in rows.fetchall()}
    rooms.update(row[0] for row in w.conn.execute(_SEE, (w.me,)).fetchall())
    w.tally.approvals.update(w.room_id(room) for room in rooms)


# All of them ----------------------------------------------------------------------------------------------------


def clear_approvals(w: Write) -> None:
    """Drop all rows: first of all when everything is computed anew."""
    for table in TABLES:
        w.conn.execute(f"DELETE FROM {table}")
    approval_words.forget_words(w.conn)


def rebuild_approvals(w: Write) -> None:
    """Compute all rows anew, after every other projection stands."""
    project_rooms(w, [row[0] for row in w.conn.execute(_MARKED).fetchall()])
    w.tally.approval_library = True


def project_older(w: Write) -> None:
    """Look through what an earlier version stored: once, after its file was brought to the tables of today."""
    clear_approvals(w)
    rebuild_approvals(w)
    w.conn.execute("DELETE FROM kv WHERE namespace = ? AND key = ?", UNPROJECTED_APPROVALS)
