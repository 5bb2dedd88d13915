"""Members, readers, typists as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.ids import ContentURI, EventID, RoomID, UserID, localpart_of, server_name_of
from app.domain.membership import Membership
from app.domain.rooms import Member
from app.late import Late
from app.store.rooms_read import like_pattern
from app.store.sql import Row, select_in

if TYPE_CHECKING:
    from app.store import power as powers
    from app.store import timeline_read
else:
    powers, timeline_read = Late("app.store.power"), Late("app.store.timeline_read")

_COLUMNS = "user, name, avatar, membership, power, is_external"


def room_key(conn: Any, room_id: RoomID) -> int:
    """Give the key of a room; 0, which no room has, for an unknown one."""
    row = conn.execute("SELECT id FROM room WHERE room_id = ?", (room_id,)).fetchone()
    return 0 if row is None else int(row[0])


def _member(row: Row) -> Member:
    user = UserID(row[0])
    return Member(
        user_id=user,
        name=row[1] or localpart_of(user),
        avatar=None if row[2] is None else ContentURI(row[2]),
        membership=Membership(row[3]),
        power=row[4],
        is_external=bool(row[5]),
    )


def members(conn: Any, room_id: RoomID, term: str, limit: int, offset: int) -> list[Member]:
    """Give joined and invited members, the powerful first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM member WHERE room = ?1 AND membership IN ('join', 'invite')"
        " AND (name LIKE ?2 ESCAPE '\\' OR user LIKE ?2 ESCAPE '\\')"
        " ORDER BY membership DESC, power DESC, ifnull(name, user) COLLATE NOCASE, user LIMIT ?3 OFFSET ?4",
        (room_key(conn, room_id), like_pattern(term), limit, offset),
    )
    return [_member(row) for row in rows]


def member(conn: Any, room_id: RoomID, user_id: UserID) -> Member | None:
    """Give one member."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM member WHERE room = ? AND user = ?", (room_key(conn, room_id), user_id)
    ).fetchone()
    return None if row is None else _member(row)


def people_by_id(conn: Any, me: UserID, room_id: RoomID, users: tuple[UserID, ...]) -> list[Member]:
    """Give users as members, also those the cache has no member event of."""
    sql = f"SELECT {_COLUMNS} FROM member WHERE room = ? AND user IN {{in}}"
    known = {row[0]: _member(row) for row in select_in(conn, sql, users, room_key(conn, room_id))}
    return [known.get(user) or _stranger(user, me) for user in users]


def _stranger(user: UserID, me: UserID) -> Member:
    is_external = server_name_of(user) != server_name_of(me)
    return Member(user, localpart_of(user), None, Membership.JOIN, 0, is_external)


def search_people(conn: Any, me: UserID, term: str, limit: int) -> list[Member]:
    """Give people of shared rooms by name or id."""
    rows = conn.execute(
        f"SELECT {_COLUMNS}, max(name IS NOT NULL) FROM member WHERE membership = 'join' AND user != ?1"
        " AND (name LIKE ?2 ESCAPE '\\' OR user LIKE ?2 ESCAPE '\\') GROUP BY user"
        " ORDER BY name LIKE ?3 ESCAPE '\\' DESC, name LIMIT ?4",
        (me, like_pattern(term), like_pattern(term)[1:], limit),
    )
    return [_member(row) for row in rows]


def readers(conn: Any, me: UserID, room_id: RoomID, event_id: EventID) -> tuple[list[Member], list[Member]]:
    """Split the other joined members by whether they have read up to an event."""
    room = room_key(conn, room_id)
    ord_ = timeline_read.placed_ord(conn, room, event_id)
    if ord_ is None:
        return [], []
    rows = conn.execute(
        f"SELECT {_COLUMNS}, EXISTS(SELECT 1 FROM receipt r WHERE r.room = m.room AND r.user = m.user"
        " AND r.kind = 'm.read' AND +r.ord >= ?2) OR EXISTS(SELECT 1 FROM last_sent s WHERE s.room = m.room"
        " AND s.user = m.user AND s.ord >= ?2) FROM member m WHERE room = ?1 AND membership = 'join'"
        " AND user != ?3 ORDER BY ifnull(name, user) COLLATE NOCASE, user",
        (room, ord_, me),
    ).fetchall()
    return [_member(row) for row in rows if row[6]], [_member(row) for row in rows if not row[6]]


def power_level(conn: Any, me: UserID, room_id: RoomID, action: str) -> tuple[int, int]:
    """Give my power and the power an action needs."""
    power = powers.load_power(conn, room_key(conn, room_id), room_id)
    return power.of(me), power.needed(action)
