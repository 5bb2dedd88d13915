"""Which room "next unread" means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.ids import RoomID


def next_unread(rooms: Sequence[tuple[RoomID, bool]], here: RoomID | None, direction: int) -> RoomID | None:
    """Give the next room with news that count, around the end of the list; muted ones only when there is none of those.

    `rooms` are in the order of the list, each with whether its news count; `here` may be among them.
    """
    places = [room_id for room_id, _ in rooms]
    start = places.index(here) if here in places else (-1 if direction > 0 else len(places))
    count = len(rooms)
    steps = [rooms[(start + direction * step) % count] for step in range(1, count + 1)] if count else []
    ahead = [(room_id, is_loud) for room_id, is_loud in steps if room_id != here]
    loud = next((room_id for room_id, is_loud in ahead if is_loud), None)
    return loud if loud is not None else next((room_id for room_id, _ in ahead), None)
