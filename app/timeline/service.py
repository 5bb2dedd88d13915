"""Brings more of a room's past into the cache: above, into a gap, around one event."""

import asyncio
import logging
from collections import defaultdict

from app.domain.ids import EventID, RoomID
from app.errors import TackError
from app.homeserver import Homeserver
from app.store.cache import Cache

log = logging.getLogger("tack.timeline")

JUMP_PAGE = 200
MAX_JUMP_PAGES = 30


class TimelineService:
    """Loads history. Each call returns when the cache holds the answer; the view hears of it by `Changes`."""

    def __init__(self, cache: Cache, homeserver: Homeserver) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._turns: defaultdict[RoomID, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asked_for: set[EventID] = set()

    async def paginate_backwards(self, room_id: RoomID, count: int = 50) -> bool:
        """Load older events; whether the start of the room is reached. One request per room at a time.

        Raises `NetworkError`, `ServerError`.
        """
        async with self._turns[room_id]:
            token = self._cache.read.prev_batch(room_id)
            if token is None or self._cache.read.extent(room_id).reached_start:
                return True  # without a token (an invitation) there is nothing to ask for
            await self._load(room_id, token, count)
        return self._cache.read.extent(room_id).reached_start

    async def fill_gap(self, room_id: RoomID, prev_batch: str, count: int = 100) -> None:
        """Load one page into the gap that carries this token. Raises `NetworkError`, `ServerError`."""
        async with self._turns[room_id]:
            if any(gap.prev_batch == prev_batch for gap in self._cache.read.gaps(room_id)):
                await self._load(room_id, prev_batch, count)

    async def fetch_reply_target(self, room_id: RoomID, event_id: EventID) -> None:
        """Load the one event that a reply quotes, once; nothing happens when it cannot be had."""
        if event_id in self._asked_for:
            return
        self._asked_for.add(event_id)
        try:
            if self._cache.read.event(event_id) is None:
                await self._cache.add_event(await self._homeserver.client.rooms.event(room_id, event_id))
        except TackError as error:
            log.info("reply target %s: %s", event_id, error.code)
            if error.retry != "permanent":
                self._asked_for.discard(event_id)

    async def jump_to_event(self, room_id: RoomID, event_id: EventID) -> str | None:
        """Make sure the event is a row of the timeline; its uid, or None when it cannot be reached.

        Raises `NetworkError`, `ServerError`.
        """
        for _ in range(MAX_JUMP_PAGES):
            item = self._cache.read.item(room_id, event_id)
            if item is not None:
                return item.uid
            gaps = self._cache.read.gaps(room_id)
            if gaps:
                await self.fill_gap(room_id, gaps[0].prev_batch, JUMP_PAGE)
            elif await self.paginate_backwards(room_id, JUMP_PAGE):
                break
        item = self._cache.read.item(room_id, event_id)
        return item.uid if item is not None else None

    async def _load(self, room_id: RoomID, token: str, count: int) -> None:
        page = await self._homeserver.client.rooms.messages(room_id, token, limit=count)
        await self._cache.add_messages(room_id, page.events, token, page.end, state=page.state)
