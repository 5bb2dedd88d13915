"""Where rows of the timeline are and which rows there are. `item_read` makes the values."""

from typing import Any

from app.domain.ids import EventID, RoomID, UserID
from app.domain.timeline import TimelineExtent, TimelineItem
from app.store.item_read import ECHO_SQL, ITEM_SQL, Page, echoes_of, items_of
from app.store.unread import first_pos_behind
from app.store.values import BackfillCandidate, Gap

_FILES = "kind IN ('image', 'file', 'video', 'audio')"


def extent(conn: Any, room_id: RoomID) -> TimelineExtent:
    """Give how many rows a room has and where the unread ones begin."""
    row = conn.execute(
        "SELECT id, first_pos, last_pos, reached_start, read_ord, unread FROM room WHERE room_id = ?",
        (room_id,),
    ).fetchone()
    echoes = conn.execute(
        "SELECT count(*) FROM send_queue WHERE room_id = ? AND is_echo = 1", (room_id,)
    ).fetchone()[0]
    if row is None:
        return TimelineExtent(room_id, 0, echoes, False, None)
    room, first_pos, last_pos, reached_start, read_ord, unread = row
    first_unread = None
    if unread and read_ord is not None:
        first_unread = _first_unread(conn, room, read_ord, first_pos)
    return TimelineExtent(room_id, last_pos - first_pos + 1, echoes, bool(reached_start), first_unread)


def _first_unread(conn: Any, room: int, read_ord: int, first_pos: int) -> int | None:
    behind = first_pos_behind(conn, room, read_ord)
    if behind is None:
        return None
    row = conn.execute(
        "SELECT pos FROM item WHERE room = ? AND pos >= ? AND weight > 0 ORDER BY pos LIMIT 1", (room, behind)
    ).fetchone()
    return None if row is None else int(row[0]) - first_pos


def _place(conn: Any, room_id: RoomID) -> tuple[int, int, int]:
    """Give key, first and last position of a room; an unknown one is empty."""
    row = conn.execute("SELECT id, first_pos, last_pos FROM room WHERE room_id = ?", (room_id,)).fetchone()
    return (0, 0, -1) if row is None else (int(row[0]), int(row[1]), int(row[2]))


def items(conn: Any, me: UserID, room_id: RoomID, first_row: int, count: int) -> list[TimelineItem]:
    """Give a page of rows."""
    room, first_pos, last_pos = _place(conn, room_id)
    first_row, end = max(first_row, 0), first_row + count
    item_count = last_pos - first_pos + 1
    page = Page(conn, room, room_id, me, first_pos)
    found: list[TimelineItem] = []
    if first_row < item_count and end > first_row:
        rows = conn.execute(
            f"{ITEM_SQL} WHERE i.room = ? AND i.pos >= ? AND i.pos < ? ORDER BY i.pos",
            (room, first_pos + first_row, first_pos + end),
        ).fetchall()
        found = items_of(page, rows)
    if end > item_count:
        first_echo = max(first_row - item_count, 0)
        rows = conn.execute(
            f"{ECHO_SQL} LIMIT ? OFFSET ?", (room_id, end - item_count - first_echo, first_echo)
        ).fetchall()
        if rows:
            found += echoes_of(page, rows, item_count + first_echo)
    return found


def row_of(conn: Any, me: UserID, room_id: RoomID, name: str) -> int | None:
    """Find a row by uid or event id."""
    room, first_pos, last_pos = _place(conn, room_id)
    pos = _pos_of(conn, me, room, name)
    if pos is not None:
        return pos - first_pos
    echo = conn.execute(
        "SELECT id FROM send_queue WHERE room_id = ?1 AND is_echo = 1 AND (txn_id = ?2 OR event_id = ?3)",
        (room_id, name.removeprefix("t:"), name),
    ).fetchone()
    if echo is None:
        return None
    before = conn.execute(
        "SELECT count(*) FROM send_queue WHERE room_id = ? AND is_echo = 1 AND id < ?", (room_id, echo[0])
    ).fetchone()[0]
    return int(last_pos - first_pos + 1 + before)


def _pos_of(conn: Any, me: UserID, room: int, name: str) -> int | None:
    if name.startswith("gap:"):
        number = name.removeprefix("gap:")
        sql, value = (
            "SELECT pos FROM item WHERE id = -? AND room = ?",
            int(number) if number.isdecimal() else 0,
        )
        row = conn.execute(sql, (value, room)).fetchone()
    elif name.startswith("t:"):
        row = conn.execute(
            "SELECT i.pos FROM event e JOIN item i ON i.id = e.id"
            " WHERE e.txn_id = ? AND e.sender = ? AND e.room = ? ORDER BY e.id LIMIT 1",
            (name.removeprefix("t:"), me, room),
        ).fetchone()
    else:
        row = conn.execute(
            "SELECT i.pos FROM event e JOIN item i ON i.id = e.id WHERE e.event_id = ? AND e.room = ?",
            (name, room),
        ).fetchone()
    return None if row is None else int(row[0])


def gaps(conn: Any, room_id: RoomID) -> list[Gap]:
    """Give the gaps of a room, newest first."""
    rows = conn.execute(
        "SELECT i.pos - r.first_pos, g.token FROM gap g JOIN room r ON r.id = g.room JOIN item i ON i.id = -g.id"
        " WHERE r.room_id = ? AND g.token IS NOT NULL ORDER BY g.ord DESC",
        (room_id,),
    )
    return [Gap(int(row), token) for row, token in rows]


def files(conn: Any, me: UserID, room_id: RoomID, limit: int, before_row: int | None) -> list[TimelineItem]:
    """Give media rows, newest first."""
    room, first_pos, last_pos = _place(conn, room_id)
    below = last_pos + 1 if before_row is None else first_pos + before_row
    rows = conn.execute(
        f"{ITEM_SQL.replace('FROM item i', 'FROM item i INDEXED BY item_by_media')}"
        f" WHERE i.room = ? AND i.pos < ? AND i.{_FILES} AND i.is_redacted = 0"
        " ORDER BY i.pos DESC LIMIT ?",
        (room, below, limit),
    ).fetchall()
    return items_of(Page(conn, room, room_id, me, first_pos), rows)


def backfill_candidates(conn: Any, limit: int) -> list[BackfillCandidate]:
    """Give joined rooms with more history on the server, newest first."""
    rows = conn.execute(
        "SELECT room_id, prev_token, (SELECT count(*) FROM event WHERE room = r.id AND ord IS NOT NULL),"
        " ifnull((SELECT ts FROM event WHERE room = r.id AND ord IS NOT NULL ORDER BY ord LIMIT 1), 0)"
        " FROM room r WHERE membership = 'join' AND is_listed = 1 AND reached_start = 0"
        " AND prev_token IS NOT NULL ORDER BY sort_ts DESC LIMIT ?",
        (limit,),
    )
    return [BackfillCandidate(RoomID(row[0]), row[1], row[2], row[3]) for row in rows]


def placed_ord(conn: Any, room: int, event_id: EventID) -> int | None:
    """Give the place of an event."""
    row = conn.execute(
        "SELECT ord FROM event WHERE event_id = ? AND room = ? AND ord IS NOT NULL", (event_id, room)
    ).fetchone()
    return None if row is None else int(row[0])
