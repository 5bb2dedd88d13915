"""Which rows of the list a clear takes the dots off, before the cache has done it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.attention import ClearKind
from app.domain.rooms import NotifyLevel, RoomFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.attention import ClearScope
    from app.domain.ids import RoomID
    from app.domain.rooms import RoomSummary
    from app.store.values import Space

    Covers = Callable[[RoomSummary], bool]

DAY_MS = 24 * 3600 * 1000


def covers_of(scope: ClearScope, spaces: Sequence[Space], now_ms: int) -> Covers:
    """Give the question whether a room is in the scope."""
    if scope.kind is ClearKind.LIST:
        return lambda room: is_in_list(room, scope.filter)
    if scope.kind is ClearKind.SPACE and scope.space_id is not None:
        rooms = rooms_of_space(scope.space_id, spaces)
        return lambda room: room.room_id in rooms
    if scope.kind is ClearKind.MUTED:
        return is_muted
    if scope.kind is ClearKind.OLDER:
        before_ms = now_ms - scope.days * DAY_MS
        return lambda room: room.last_ts < before_ms
    if scope.kind is ClearKind.ROOMS:
        return lambda room: room.room_id in scope.rooms
    return lambda room: True


def is_muted(room: RoomSummary) -> bool:
    """Whether what is unread in a room counts nowhere."""
    return room.level is NotifyLevel.NONE or (room.level is NotifyLevel.MENTIONS and not room.mentions)


def is_in_list(room: RoomSummary, filter: RoomFilter) -> bool:
    """Whether a chip shows a room."""
    return {
        RoomFilter.ALL: True,
        RoomFilter.UNREAD: bool(room.unread or room.is_marked_unread),
        RoomFilter.MENTIONS: bool(room.mentions),
        RoomFilter.EXTERNAL: room.is_external,
        RoomFilter.DIRECT: room.is_direct,
    }[filter]


def rooms_of_space(space_id: RoomID, spaces: Sequence[Space]) -> frozenset[RoomID]:
    """Give what is in a space, and in the spaces in it."""
    children = {space.room_id: space.children for space in spaces}
    found: set[RoomID] = set()
    left = [space_id]
    while left:
        for child in children.get(left.pop(), ()):
            if child not in found:
                found.add(child)
                left.append(child)
    return frozenset(found)
