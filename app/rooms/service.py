"""What a person does with rooms: open, read, create, join, leave, invite, mark."""

import asyncio
import logging
from collections.abc import Callable

from app.changes import ChangeFeed, Changes
from app.domain.events import JSONObject, strings_of
from app.domain.ids import EventID, RoomID, UserID
from app.domain.rooms import NotifyLevel
from app.domain.sync import Membership
from app.errors import NotFound, TackError
from app.homeserver import Homeserver
from app.settings import Settings
from app.store.cache import Cache

log = logging.getLogger("tack.rooms")

APPEAR_S = 10.0
FAVOURITE = "m.favourite"


class RoomsService:
    """Acts on rooms. Reads come from the cache; these are the writes.

    "Needs the line" marks what cannot wait in the send queue: it raises `NetworkError` when there is none.
    """

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        changes: ChangeFeed,
        settings: Settings,
        subscribe: Callable[[list[RoomID]], None],
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._changes = changes
        self._settings = settings
        self._subscribe = subscribe
        self._loading: dict[RoomID, asyncio.Task[None]] = {}

    def use_settings(self, settings: Settings) -> None:
        """Take changed settings (public or private receipts)."""
        self._settings = settings

    async def open_room(self, room_id: RoomID) -> None:
        """Follow the room closely from now on (one at a time) and load its members if they are incomplete."""
        self._subscribe([room_id])
        try:
            await self.load_members(room_id)
        except TackError as error:
            log.info("members of %s: %s", room_id, error.code)

    async def load_members(self, room_id: RoomID) -> None:
        """Fetch the member list unless the cache has all of it. Needs the line when it does not."""
        if self._cache.read.members_complete(room_id):
            return
        room = self._cache.read.room(room_id)
        if room is not None and room.membership is not Membership.JOIN:
            return
        task = self._loading.get(room_id)
        if task is None:
            task = self._loading[room_id] = asyncio.create_task(self._fetch_members(room_id), name="members")
            task.add_done_callback(lambda done: self._loading.pop(room_id, None))
        await asyncio.shield(task)

    async def stop(self) -> None:
        """End what is being loaded."""
        tasks = list(self._loading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def mark_read(self, room_id: RoomID, event_id: EventID) -> None:
        """Read up to an event: local at once, the receipt goes out by the send queue."""
        is_private = not self._settings.is_read_receipt_public
        await self._cache.set_read(room_id, event_id, is_private=is_private)

    async def mark_unread(self, room_id: RoomID, is_unread: bool) -> None:
        """Set or take the person's own "unread" mark; goes out by the send queue."""
        await self._cache.set_marked_unread(room_id, is_unread)

    async def create_direct(self, user_id: UserID) -> RoomID:
        """Give the direct chat with a user, making one when there is none. Making one needs the line."""
        for candidate in strings_of(self._cache.read.account_data("m.direct") or {}, user_id):
            room = self._cache.read.room(RoomID(candidate))
            if room is not None and room.membership is Membership.JOIN:
                return room.room_id
        room_id = await self._create(
            {"preset": "trusted_private_chat", "is_direct": True, "invite": [user_id]}
        )
        account = self._homeserver.client.account
        try:
            direct = await account.account_data("m.direct")
        except NotFound:
            direct = {}
        direct[user_id] = [*strings_of(direct, user_id), room_id]
        await account.set_account_data("m.direct", direct)
        return room_id

    async def create_room(self, name: str, invite: tuple[UserID, ...] = (), *, topic: str = "") -> RoomID:
        """Make a private room. Needs the line."""
        content: JSONObject = {"preset": "private_chat", "name": name, "invite": list(invite)}
        return await self._create(content | ({"topic": topic} if topic else {}))

    async def join(self, room_or_alias: str) -> RoomID:
        """Accept an invitation or enter an open room. Needs the line."""
        room_id = await self._homeserver.client.rooms.join(room_or_alias)
        await self._wait_for(room_id, Membership.JOIN)
        return room_id

    async def leave(self, room_id: RoomID, *, forget: bool = False) -> None:
        """Leave a room or decline an invitation. Needs the line."""
        await self._homeserver.client.rooms.leave(room_id)
        if forget:
            await self._homeserver.client.rooms.forget(room_id)
            await self._cache.forget_room(room_id)

    async def invite(self, room_id: RoomID, user_id: UserID) -> None:
        """Invite a user. Needs the line."""
        await self._homeserver.client.rooms.invite(room_id, user_id)

    async def kick(self, room_id: RoomID, user_id: UserID, reason: str = "") -> None:
        """Remove a member. Needs the line."""
        await self._homeserver.client.rooms.kick(room_id, user_id, reason or None)

    async def set_favourite(self, room_id: RoomID, is_favourite: bool) -> None:
        """Keep the room on top. Needs the line."""
        account = self._homeserver.client.account
        if is_favourite:
            await account.set_tag(room_id, FAVOURITE)
        else:
            await account.delete_tag(room_id, FAVOURITE)

    async def set_level(self, room_id: RoomID, level: NotifyLevel) -> None:
        """Set how loud the room is, for all devices: here at once, on the server (push rules) by the send queue."""
        await self._cache.set_level(room_id, level)

    async def set_name(self, room_id: RoomID, name: str) -> None:
        """Rename the room. Needs the line."""
        await self._homeserver.client.rooms.send_state(room_id, "m.room.name", "", {"name": name})

    async def set_topic(self, room_id: RoomID, topic: str) -> None:
        """Change what the room says it is for. Needs the line."""
        await self._homeserver.client.rooms.send_state(room_id, "m.room.topic", "", {"topic": topic})

    async def _create(self, content: JSONObject) -> RoomID:
        room_id = await self._homeserver.client.rooms.create_room(content)
        await self._wait_for(room_id, Membership.JOIN)
        return room_id

    async def _fetch_members(self, room_id: RoomID) -> None:
        events = await self._homeserver.client.rooms.members(room_id)
        await self._cache.add_members(room_id, events)

    async def _wait_for(self, room_id: RoomID, membership: Membership) -> None:
        """Wait until sync has brought the room, so that it can be opened; not for ever."""
        arrived = asyncio.Event()

        def look(_: Changes) -> None:
            room = self._cache.read.room(room_id)
            if room is not None and room.membership is membership:
                arrived.set()

        unsubscribe = self._changes.subscribe(look)
        try:
            look(Changes())
            async with asyncio.timeout(APPEAR_S):
                await arrived.wait()
        except TimeoutError:
            log.info("room %s has not come by sync yet", room_id)
        finally:
            unsubscribe()
