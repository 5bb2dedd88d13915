"""Finding channels: in the directory of this or another server, by a link; following and leaving them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from app.channels.peeking import Peeking, audience_by_rules, row_of_summary
from app.channels.rights import check_other_owner, is_followed, levels_of
from app.channels.values import Found, Peek
from app.domain.channels.channel import Audience, Role, Visibility
from app.domain.channels.links import is_room_id
from app.domain.channels.rows import ChannelRow, FeedQuery, FeedTab
from app.domain.channels.wire import CHANNEL_ROOM_TYPE
from app.domain.ids import RoomID, server_name_of
from app.domain.rooms import NotifyLevel
from app.domain.sending import RequestKind, is_new_room
from app.domain.timeline import SendState
from app.errors import Forbidden, InputError, NetworkError, NotFound, ServerError
from app.store.taking_back import take_back

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.changes import ChangeFeed, Changes
    from app.homeserver import Homeserver
    from app.matrix.room_pages import HierarchyRoom
    from app.store.cache import Cache

log = logging.getLogger("tack.channels")

PAGE = 30
SIDE_BY_SIDE = 2
APPEAR_S = 10.0
NEWEST = 30


class Finding:
    """Part of the service."""

    def __init__(
        self, cache: Cache, homeserver: Homeserver, changes: ChangeFeed, now_ms: Callable[[], int]
    ) -> None:
        self._cache, self._homeserver = cache, homeserver
        self._changes, self._now_ms = changes, now_ms
        self._peeking = Peeking(cache, homeserver, now_ms)

    # The directory ------------------------------------------------------------------------------------------

    async def find(self, term: str, server: str, since: str | None) -> Found:
        """Ask a directory. Raises `ServerError` where it answers that it may not be asked; offline: what is known."""
        try:
            page = await self._homeserver.client.directory.public_rooms(
                term, PAGE, since=since, server=server or None, room_types=(CHANNEL_ROOM_TYPE,)
            )
        except NetworkError:
            return Found(await self._known(term), None, is_stale=True)
        except ServerError as error:
            if server and not isinstance(error, (Forbidden, NotFound)):
                raise ServerError(
                    str(error), status=error.status, code="directory_away", host=server
                ) from error
            raise
        rooms = [
            room for room in page.rooms if room.room_type == CHANNEL_ROOM_TYPE and is_room_id(room.room_id)
        ]
        turn = asyncio.Semaphore(SIDE_BY_SIDE)
        rows = await asyncio.gather(*(self._found(room, server, turn) for room in rooms))
        new = [row for row in rows if not row.is_followed]
        if new:
            await self._cache.channels.set_found(new, self._now_ms())
        return Found(tuple(rows), page.next_batch)

    async def _known(self, term: str) -> tuple[ChannelRow, ...]:
        rows = await self._cache.read_in_worker(
            lambda read: (*read.channels.channels(), *read.channels.channels(followed=False))
        )
        wanted = term.casefold().strip()
        return tuple(row for row in rows if wanted in f"{row.name} {row.about}".casefold())

    async def _found(self, room: HierarchyRoom, server: str, turn: asyncio.Semaphore) -> ChannelRow:
        """Give the row of a room of the directory, with who may see it: the directory does not say that."""
        if is_followed(self._cache.read, room.room_id):
            known = self._cache.read.channels.channel(room.room_id)
            if known is not None:
                return known
        via = tuple(dict.fromkeys(name for name in (server, server_name_of(self._cache.user_id)) if name))
        async with turn:
            audience = await self._audience(room.room_id)
        known = self._cache.read.channels.channel(room.room_id)
        return row_of_summary(room, audience, via, known)

    async def _audience(self, room_id: RoomID) -> Audience:
        """Ask who may see a room; of one that lies elsewhere the wider answer: its server lists it for everybody."""
        try:
            return await audience_by_rules(self._homeserver.client.rooms, room_id, self._cache.user_id)
        except ServerError as error:
            log.info("rules of %s: %s", room_id, error.code)
            return Audience(Visibility.PUBLIC)

    # One channel --------------------------------------------------------------------------------------------

    async def peek(self, room_id: RoomID, via: Sequence[str]) -> Peek:
        """Look into a channel. Raises as `ChannelService.peek`."""
        if is_followed(self._cache.read, room_id):
            return await self._cached(room_id)
        return await self._peeking.peek(room_id, via)

    async def _cached(self, room_id: RoomID) -> Peek:
        row = self._cache.read.channels.channel(room_id)
        if row is None:
            raise InputError("a room of another kind", code="not_a_channel")
        query, now_ms = FeedQuery(FeedTab.FOLLOWING, room_id), self._now_ms()
        page = await self._cache.read_in_worker(lambda read: read.channels.feed(query, now_ms, NEWEST))
        return Peek(row, page.rows)

    async def resolve(self, room: str, via: Sequence[str]) -> RoomID:
        """Give the channel a link names. Raises as `ChannelService.resolve`."""
        room_id = RoomID(room)
        if room.startswith("#"):
            known = next((row for row in await self._known("") if row.alias == room), None)
            room_id = known.room_id if known else await self._homeserver.client.rooms.resolve_alias(room)
        if self._cache.read.channels.channel(room_id) is None:
            await self.peek(room_id, via)
        return room_id

    # Following ----------------------------------------------------------------------------------------------

    async def follow(self, room_id: RoomID, via: Sequence[str]) -> None:
        """Join, and wait until sync has brought the channel; its older posts are not new. Raises as `ChannelService.follow`."""
        if is_followed(self._cache.read, room_id):
            return
        known = self._cache.read.channels.channel(room_id)
        ways = tuple(dict.fromkeys((*via, *(known.via if known else ()))))
        try:
            await self._homeserver.client.rooms.join(room_id, via=ways)
        except Forbidden as error:
            raise Forbidden(
                str(error), status=error.status, errcode=error.errcode, code="channel_closed"
            ) from error
        if await self._appeared(room_id):
            await self.mark_seen(room_id)

    async def _appeared(self, room_id: RoomID) -> bool:
        arrived = asyncio.Event()

        def look(_: Changes | None = None) -> None:
            if is_followed(self._cache.read, room_id):
                arrived.set()

        unsubscribe = self._changes.subscribe(look)
        try:
            look()
            async with asyncio.timeout(APPEAR_S):
                await arrived.wait()
        except TimeoutError:
            log.info("channel %s has not come by sync yet", room_id)
        finally:
            unsubscribe()
        return arrived.is_set()

    async def unfollow(self, room_id: RoomID) -> None:
        """Leave. Raises `InputError` `last_owner`, the errors of the line."""
        row = self._cache.read.channels.channel(room_id)
        if row is not None and row.my_role is Role.OWNER and row.followers > 1:
            me = self._cache.user_id
            check_other_owner(self._cache.read, room_id, levels_of(self._cache.read, room_id), me)
        if is_new_room(room_id):
            await self._give_up(room_id)
            return
        await self._homeserver.client.rooms.leave(room_id)
        if row is not None and row.is_followed:
            left = row._replace(is_followed=False, is_muted=False, unread=0, my_role=Role.VIEWER)
            await self._cache.channels.set_found([left], self._now_ms())

    async def retry(self, room_id: RoomID) -> None:
        """Let everything of a channel that is to be made go out again."""
        for row in self._cache.read.queue(SendState.WEDGED, room_id, limit=500):
            await self._cache.queue_retry(row.txn_id)

    async def _give_up(self, room_id: RoomID) -> None:
        """Drop a channel that is not made yet. Raises `InputError` `not_made_yet` where it may have been."""
        rows = self._cache.read.queue(room_id=room_id, limit=5000)
        maker = [row.txn_id for row in rows if row.kind is RequestKind.CREATE_ROOM]
        if not (await self._cache.run(lambda w: take_back(w, maker), is_durable=True))[0]:
            raise InputError("perhaps made already", code="not_made_yet")

    async def set_muted(self, room_id: RoomID, is_muted: bool) -> None:
        """Show no dot for it; goes out by the send queue."""
        await self._cache.set_level(room_id, NotifyLevel.NONE if is_muted else NotifyLevel.ALL)

    async def mark_seen(self, room_id: RoomID) -> None:
        """Read the channel up to its newest event, privately."""
        if is_new_room(room_id):
            return
        newest = self._cache.read.approvals.last_event(room_id)
        if newest is not None:
            await self._cache.set_read(room_id, newest, is_private=True)
