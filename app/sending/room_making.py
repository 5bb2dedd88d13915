"""Makes a room of the send queue exactly once.

`createRoom` has no transaction id. So ours stands in the creation content (`im.tack.txn`): a row that was tried before
first looks for a joined room that carries it, in the cache (sync may have been first), then at the server among the
rooms the cache does not know. A room found so may be half made, when the server died in the middle: who is missing is
invited then.
"""

import asyncio
import logging

from app.domain.content import JSONObject, strings_of, text_of
from app.domain.ids import RoomID, TxnID, UserID
from app.domain.sending import QueuedRequest
from app.errors import NotFound, RetryKind, TackError
from app.homeserver import Homeserver
from app.store.cache import Cache

log = logging.getLogger("tack.sending")

TXN_FIELD = "im.tack.txn"
SIDE_BY_SIDE = 4
LOOKS_AFTER_S = (0.0, 3.0, 5.0)
"""A server works on after the one who asked is gone: a room that is not there may be just about to be."""


async def make_room(cache: Cache, homeserver: Homeserver, row: QueuedRequest) -> RoomID:
    """Make the room of a row, or find the one an earlier try made. Raises `TackError`."""
    for wait_s in LOOKS_AFTER_S if row.attempts else ():
        await asyncio.sleep(wait_s)
        found = await _made_before(cache, homeserver, row.txn_id)
        if found is not None:
            log.info("row %s had made %s", row.txn_id, found)
            await _invite_missing(homeserver, found, row.content)
            return found
    return await homeserver.client.rooms.create_room(row.content)


async def _made_before(cache: Cache, homeserver: Homeserver, txn_id: TxnID) -> RoomID | None:
    known = await cache.read_in_worker(lambda read: read.room_made_by(txn_id))
    if known is not None:
        return known
    joined = await homeserver.client.rooms.joined_rooms()
    unknown = iter(await cache.read_in_worker(lambda read: read.rooms_without_create(joined)))
    found: list[RoomID] = []

    async def look() -> None:
        for room_id in unknown:
            if found:
                return
            if await _txn_of(homeserver, room_id) == txn_id:
                found.append(room_id)

    await asyncio.gather(*(look() for _ in range(SIDE_BY_SIDE)))
    return found[0] if found else None


async def _txn_of(homeserver: Homeserver, room_id: RoomID) -> str | None:
    try:
        create = await homeserver.client.rooms.state_content(room_id, "m.room.create")
    except NotFound:
        return None
    except TackError as error:
        if error.retry is not RetryKind.PERMANENT:
            raise
        return None  # left meanwhile
    return text_of(create, TXN_FIELD)


async def _invite_missing(homeserver: Homeserver, room_id: RoomID, content: JSONObject) -> None:
    wanted = strings_of(content, "invite")
    if not wanted:
        return
    rooms = homeserver.client.rooms
    known = {event.state_key for event in await rooms.members(room_id)}
    for user_id in wanted:
        if user_id in known:
            continue
        try:
            await rooms.invite(room_id, UserID(user_id))
        except TackError as error:
            if error.retry is not RetryKind.PERMANENT:
                raise
            log.info("%s cannot be invited into %s: %s", user_id, room_id, error.code)
