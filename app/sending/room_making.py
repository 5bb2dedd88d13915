"""Makes a room of the send queue exactly once.

`createRoom` has no transaction id. So ours stands in the creation content (`im.tack.txn`): a row that was tried before
first looks for a joined room that carries it, in the cache (sync may have been first), then at the server among the
rooms the cache does not know. A room found so may be half made, because the server still works on it or died in the
middle: its name is waited for. A server may refuse to invite many at once: a row of its own (`INVITE`) then invites who is missing, while what is said in the
room goes out already; who comes later reads it.
"""

import asyncio
import contextlib
import logging

from app.domain.approvals.wire import REQUEST_ROOM_TYPE
from app.domain.content import JSONObject, dict_of, strings_of, text_of
from app.domain.ids import RoomID, TxnID, UserID
from app.domain.sending import QueuedRequest
from app.errors import LimitExceeded, NotFound, RetryKind, ServerError, TackError
from app.homeserver import Homeserver
from app.store.cache import Cache

log = logging.getLogger("tack.sending")

TXN_FIELD = "im.tack.txn"
SIDE_BY_SIDE = 4
BAD_REQUEST, FORBIDDEN = 400, 403
REFUSED_FOR_NOW = ("room_limit", "approval_limit", "channel_limit")
"""So a row waits that the server answered: it is not working on it any more."""
LIMITS_IN_A_ROW = 3
FAILURES_IN_A_ROW = 20
LOOKS_AFTER_S = (0.0, 3.0, 5.0)
"""A server works on after the one who asked is gone: a room that is not there may be just about to be."""
COMPLETE_AFTER_S = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0)
"""And one that is there may not be whole yet. Its name is written last, after the power levels."""


async def make_room(cache: Cache, homeserver: Homeserver, row: QueuedRequest) -> None:
    """Make the room of a row, or find the one an earlier try made. Raises `TackError`."""
    looks = LOOKS_AFTER_S[:1] if row.error_code.startswith(REFUSED_FOR_NOW) else LOOKS_AFTER_S
    for wait_s in looks if row.attempts else ():
        await asyncio.sleep(wait_s)
        found = await _made_before(cache, homeserver, row.txn_id)
        if found is not None:
            log.info("row %s had made %s", row.txn_id, found)
            await _completed(homeserver, found, row.content)
            await cache.queue_room_made(row.txn_id, found, strings_of(row.content, "invite"))
            return
    await cache.queue_room_made(row.txn_id, *await _make(cache, homeserver, row))


async def _make(cache: Cache, homeserver: Homeserver, row: QueuedRequest) -> tuple[RoomID, list[str]]:
    """Make a room; with it those who were not invited at once: the server takes no such many, or refuses one of them.

    It may have made the room before it refused somebody.
    """
    people = strings_of(row.content, "invite")
    try:
        return await homeserver.client.rooms.create_room(row.content), []
    except ServerError as error:
        if not people or error.status not in _refuses_people(row.content):
            raise
        log.info("a room of %d people is made first and filled then: %s", len(people), error)
    found = await _made_before(cache, homeserver, row.txn_id)
    if found is not None:
        await _completed(homeserver, found, row.content)
        return found, people
    return await homeserver.client.rooms.create_room(row.content | {"invite": []}), people


async def _completed(homeserver: Homeserver, room_id: RoomID, content: JSONObject) -> None:
    """Wait until the server has written all of a room; where it died in between, write the name. Raises `TackError`.

    Who wrote power levels into a half-made room would have them overwritten by those it was to be made with.
    """
    name = text_of(content, "name")
    last_type = "m.room.name" if name else "m.room.power_levels"
    for wait_s in COMPLETE_AFTER_S:
        await asyncio.sleep(wait_s)
        with contextlib.suppress(NotFound):
            await homeserver.client.rooms.state_content(room_id, last_type)
            return
    log.warning("%s was left half made", room_id)
    if name:
        await homeserver.client.rooms.send_state(room_id, "m.room.name", "", {"name": name})


def _refuses_people(content: JSONObject) -> tuple[int, ...]:
    """Give what a server may answer because of those to be invited. Somebody in a route may be gone: others decide too."""
    is_request = dict_of(content, "creation_content").get("type") == REQUEST_ROOM_TYPE
    return (BAD_REQUEST, FORBIDDEN) if is_request else (BAD_REQUEST,)


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


async def invite(homeserver: Homeserver, room_id: RoomID, content: JSONObject) -> None:
    """Invite who is not in a room and never was. Raises `TackError` where it is to be called again.

    Servers limit invitations by room, by who invites and by whom, and another company's server may be down: one who has
    to wait does not hold up the others.
    """
    rooms = homeserver.client.rooms
    known = {event.state_key for event in await rooms.members(room_id)}
    later: TackError | None = None
    limits = failures = 0
    for user_id in strings_of(content, "invite"):
        if user_id in known or limits >= LIMITS_IN_A_ROW or failures >= FAILURES_IN_A_ROW:
            continue
        try:
            await rooms.invite(room_id, UserID(user_id))
            limits = failures = 0
        except LimitExceeded as error:
            later, limits = error, limits + 1
        except ServerError as error:
            if error.retry is RetryKind.AUTH:
                raise
            log.info("%s cannot be invited into %s: %s", user_id, room_id, error.code)
            if error.retry is RetryKind.TRANSIENT:
                later, failures = later or error, failures + 1
    if later is not None:
        raise later
