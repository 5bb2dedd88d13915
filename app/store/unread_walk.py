"""Rooms with something unread, in the order of the conversation list: for going from one to the next. *Slow*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.ids import RoomID
from app.store.rooms_read import _ORDER, FILTERS

if TYPE_CHECKING:
    from app.domain.rooms import RoomFilter

_LOUD = (
    "CASE level WHEN 'all' THEN unread > 0 OR mentions > 0 OR is_marked_unread = 1"
    " WHEN 'mentions' THEN mentions > 0 OR is_marked_unread = 1 ELSE 0 END"
)
_HAS_NEWS = "(unread > 0 OR mentions > 0 OR is_marked_unread = 1)"


def unread_walk(conn: Any, filter: RoomFilter, here: RoomID | None) -> list[tuple[RoomID, bool]]:
    """Give the rooms of a filter that have news, and whether it counts (or is muted); `here` is among them anyway."""
    rows = conn.execute(
        f"SELECT room_id, {_LOUD} FROM room WHERE is_listed > 0"
        f" AND ((is_listed = 1 AND {_HAS_NEWS} AND {FILTERS[filter]}) OR room_id = ?) {_ORDER}",
        (here or "",),
    )
    return [(RoomID(row[0]), bool(row[1])) for row in rows]
