"""Fetches older history of every room in the background, so that search and scrolling need no line.

Newest rooms first, a page at a time, at most two requests in flight, down to the depth the person set. The cache
remembers each room's place, so that it goes on after a restart where it stopped. It rests while the line is down.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.clock import Clock
from app.domain.ids import RoomID
from app.errors import TackError
from app.settings import Settings
from app.store.cache import Cache
from app.store.values import BackfillCandidate
from app.sync.connection import ConnectionMonitor

log = logging.getLogger("tack.sync")

PAGE = 100
WORKERS = 2
CANDIDATES = 500
PAUSE_S = 0.05
RETRY_S = 15.0
LOOK_AGAIN_S = 600.0
DAY_MS = 86_400_000

LoadPage = Callable[[RoomID, int], Awaitable[bool]]
"""`TimelineService.paginate_backwards`."""


class Backfill:
    """The background task. `start`/`stop` own it."""

    def __init__(
        self,
        cache: Cache,
        load_page: LoadPage,
        monitor: ConnectionMonitor,
        completed: asyncio.Event,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._cache = cache
        self._load_page = load_page
        self._monitor = monitor
        self._completed = completed
        self._settings = settings
        self._clock = clock
        self._given_up: set[RoomID] = set()
        self._asked: dict[RoomID, str] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._task = asyncio.create_task(self._run(), name="backfill")

    async def stop(self) -> None:
        """End; the page on its way is dropped."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def use_settings(self, settings: Settings) -> None:
        """Take a changed depth; the next look goes by it."""
        self._settings = settings

    async def _run(self) -> None:
        await self._completed.wait()
        while True:
            try:
                wanting = await self._wanting()
                if wanting and self._monitor.is_online:
                    await self._fill(wanting)
                    await self._clock.sleep(PAUSE_S)
                else:
                    await self._clock.sleep(RETRY_S if wanting else LOOK_AGAIN_S)
            except TackError as error:
                log.info("backfill rests: %s", error.code)
                await self._clock.sleep(RETRY_S)
            except Exception:  # outermost frame of a task
                log.exception("backfill")
                await self._clock.sleep(LOOK_AGAIN_S)

    async def _wanting(self) -> list[BackfillCandidate]:
        candidates = await self._cache.read_in_worker(lambda read: read.backfill_candidates(CANDIDATES))
        return [room for room in candidates if self._is_wanting(room)]

    def _is_wanting(self, room: BackfillCandidate) -> bool:
        oldest_wanted = self._clock.now_ms() - self._settings.history_days * DAY_MS
        is_deep_enough = room.event_count >= self._settings.history_events or room.oldest_ts < oldest_wanted
        return not is_deep_enough and room.room_id not in self._given_up

    async def _fill(self, wanting: list[BackfillCandidate]) -> None:
        rooms = iter(wanting)

        async def work() -> None:
            for room in rooms:
                if not self._monitor.is_online:
                    return
                await self._load_one(room)
                await self._clock.sleep(PAUSE_S)

        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(work())

    async def _load_one(self, room: BackfillCandidate) -> None:
        """Load one page; a room that is refused or does not move is left alone until the next start."""
        if self._asked.get(room.room_id) == room.prev_batch:
            self._given_up.add(room.room_id)
            return
        try:
            await self._load_page(room.room_id, PAGE)
            self._asked[room.room_id] = room.prev_batch
        except TackError as error:
            log.info("history of %s: %s", room.room_id, error.code)
            if error.retry == "permanent":
                self._given_up.add(room.room_id)
