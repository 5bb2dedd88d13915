"""Whether a channel is to stand in its server's directory.

Many servers list no rooms at all, and refuse a room that asks to be listed when it is made. So a channel is made without,
and the wish is kept here until the upkeep has asked for it; what the server said stays known.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.ids import RoomID
from app.domain.sending import is_new_room

if TYPE_CHECKING:
    from app.store.cache import Cache
    from app.store.reader import Reader

NAMESPACE = "channel_listing"


class Listing(StrEnum):
    """How a channel stands to the directory, as far as this device asked for it."""

    UNKNOWN = ""
    WANTED = "wanted"
    UNWANTED = "unwanted"
    LISTED = "listed"
    UNLISTED = "unlisted"
    REFUSED = "refused"
    """The server lists no rooms, or not this one: people need the link."""


WISHES = (Listing.WANTED, Listing.UNWANTED)


async def wish_listed(cache: Cache, room_id: RoomID, *, is_wanted: bool) -> None:
    """Keep a wish; the room may be a stand-in."""
    await cache.set_kv(NAMESPACE, room_id, Listing.WANTED if is_wanted else Listing.UNWANTED)


def listing_of(read: Reader, room_id: RoomID) -> Listing:
    """Say how a channel stands."""
    kept = read.kv(NAMESPACE, room_id)
    return Listing(kept) if kept in list(Listing) else Listing.UNKNOWN


def wishes(read: Reader) -> list[tuple[RoomID, RoomID, Listing]]:
    """Give what is to be asked for: (name of the wish, room, wish). Rooms still to be made wait."""
    found = []
    for name, value in read.kv_all(NAMESPACE).items():
        if value in WISHES:
            made = read.kv("new_room", name) if is_new_room(name) else name
            if made:
                found.append((RoomID(name), RoomID(made), Listing(value)))
    return found


async def note_listing(cache: Cache, name: RoomID, room_id: RoomID, listing: Listing) -> None:
    """Keep what the server said, under the name of the room."""
    await cache.set_kv(NAMESPACE, room_id, listing)
    if name != room_id:
        await cache.set_kv(NAMESPACE, name, None)
