"""Videos kept for offline: fetched one after another, gone on with after a restart, let go when their time is over.

What is kept stands in the cache (`KeptVideo`), the bytes in the folder of videos, protected from eviction. One task
fetches the oldest that is not whole; a failure of the line waits, one for good stays noted until the person asks again.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from app.domain.channels.rows import KeptVideo
from app.errors import InputError, StorageError, TackError
from app.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.clock import Clock
    from app.domain.connection import ConnectionState
    from app.domain.ids import ContentURI, EventID
    from app.media.videos import Videos
    from app.store.cache import Cache
    from app.sync.connection import ConnectionMonitor

log = logging.getLogger("tack.channels")

DAY_MS = 86_400_000
NOTE_EVERY_S = 3.0
"""So often is progress kept on disk, and told."""
LONGEST_SLEEP_S = 3600.0
"""A timer does not count while the computer sleeps: expiry is looked at so often at least."""


class Keeping:
    """A part of `ChannelService`. `start`/`stop` own its task."""

    def __init__(
        self,
        cache: Cache,
        videos: Callable[[], Videos],
        monitor: ConnectionMonitor,
        clock: Clock,
        now_ms: Callable[[], int],
    ) -> None:
        self._cache, self._videos, self._monitor = cache, videos, monitor
        self._clock, self._now_ms = clock, now_ms
        self._patience = Patience(log, clock)
        self._progress: dict[ContentURI, tuple[int, int | None]] = {}
        self._whole: set[ContentURI] = set()
        """Those that were seen to be whole since the start."""
        self._forgotten: set[ContentURI] = set()
        """Given up while it was about to be fetched."""
        self._fetching: tuple[ContentURI, asyncio.Task[None]] | None = None
        self._was_online = False
        self._is_tidy = False
        """What is protected and stands in no list (the cache was built anew) was let go."""
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._unsubscribe = self._monitor.subscribe(self._on_connection)
        self._was_online = self._monitor.is_online
        self._task = asyncio.create_task(self._run(), name="keeping")

    async def stop(self) -> None:
        """End it."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def keep(self, event_id: EventID, uri: ContentURI, days: int) -> None:
        """See `ChannelService.keep_offline`. Raises `InputError` (`media_address`, `post_gone`), `StorageError`."""
        from app.media.videos import check_address

        check_address(uri)
        row = self._cache.read.channels.post(event_id)
        if row is None:
            raise InputError("there is no such post", code="post_gone")
        now = self._now_ms()
        video = KeptVideo(uri, row.room_id, event_id, row.title, 0, 0, now, now + max(1, days) * DAY_MS)
        self._forgotten.discard(uri)
        await self._videos().keep(uri, True)
        await self._cache.channels.set_kept(video)
        self._patience.given_up.discard(uri)
        self._patience.forget_waits()
        self._woken.set()

    async def forget(self, uri: ContentURI) -> None:
        """See `ChannelService.forget_offline`."""
        self._forgotten.add(uri)
        await self._cache.channels.forget_kept([uri])
        self._whole.discard(uri)
        self._progress.pop(uri, None)
        if self._fetching is not None and self._fetching[0] == uri:
            task = self._fetching[1]
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._videos().drop(uri)

    async def used(self) -> tuple[int, int]:
        """See `ChannelService.used_by_kept`."""
        return await self._videos().used_bytes()

    def now(self) -> list[KeptVideo]:
        """See `ChannelService.kept_now`."""
        return [self._as_now(video) for video in self._cache.read.channels.kept()]

    # The task ---------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                kept = await self._without_expired()
                if self._monitor.is_online and not self._is_tidy:
                    self._is_tidy = True
                    await self._videos().keep_only([video.uri for video in kept])
                video = await self._next(kept)
            except StorageError as error:  # a damaged cache is told elsewhere
                log.warning("kept videos cannot be read: %s", error.code)
                kept, video = [], None
            if video is not None and self._monitor.is_online:
                await self._patience.attempt(video.uri, lambda video=video: self._fetch(video))  # type: ignore[misc]
                continue
            await self._sleep(kept)

    async def _sleep(self, kept: list[KeptVideo]) -> None:
        """Until somebody asks, the line is back, a wait is over or a video's time is."""
        expiries = [(video.expires_ms - self._now_ms()) / 1000 for video in kept]
        seconds = min([LONGEST_SLEEP_S, *expiries, *self._patience.rests_s()])
        sleeping = asyncio.ensure_future(self._clock.sleep(max(0.05, seconds)))
        waking = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()
            await asyncio.gather(sleeping, waking, return_exceptions=True)

    async def _without_expired(self) -> list[KeptVideo]:
        kept = await self._cache.read_in_worker(lambda read: read.channels.kept())
        now = self._now_ms()
        expired = [video.uri for video in kept if video.expires_ms <= now]
        if expired:
            await self._cache.channels.forget_kept(expired)
            for uri in expired:
                self._whole.discard(uri)
                await self._videos().drop(uri)
        return [video for video in kept if video.expires_ms > now]

    async def _next(self, kept: list[KeptVideo]) -> KeptVideo | None:
        """Give the oldest that is not whole and need not wait."""
        for video in sorted(kept, key=lambda video: video.kept_ms):
            if video.uri in self._whole or self._patience.must_wait(video.uri):
                continue
            if not await asyncio.to_thread(self._videos().is_whole, video.uri):
                return video
            self._whole.add(video.uri)
            await self._videos().keep(video.uri, True)
            if video.done_bytes == 0 or video.done_bytes != video.size_bytes or video.error_code:
                await self._note_whole(video)
        return None

    async def _note_whole(self, video: KeptVideo) -> None:
        """It was whole already, by watching."""
        size = await asyncio.to_thread(self._videos().size_of, video.uri) or 0
        await self._cache.channels.set_kept(video._replace(size_bytes=size, done_bytes=size, error_code=""))

    async def _fetch(self, video: KeptVideo) -> None:
        """Fetch one, keeping on disk how far it is. Raises `TackError`."""
        if video.uri in self._forgotten:
            return
        task = asyncio.create_task(
            self._videos().fetch_whole(
                video.uri, lambda done, size: self._progress.__setitem__(video.uri, (done, size))
            )
        )
        self._fetching = (video.uri, task)
        try:
            while not (await asyncio.wait({task}, timeout=NOTE_EVERY_S))[0]:
                await self._note(video)
            if task.cancelled():  # the person does not want it any more
                return
            task.result()
            self._whole.add(video.uri)
            await self._note(video)
        except TackError as error:
            await self._note(video, error.code)
            if error.code == "disk_full":
                raise TackError("it is tried again when the person asks", code="disk_full") from error
            raise
        finally:
            self._fetching = None
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _note(self, video: KeptVideo, error_code: str = "") -> None:
        """Keep how far it is, unless it was given up meanwhile."""
        kept = await self._cache.read_in_worker(lambda read: read.channels.kept())
        here = next((each for each in kept if each.uri == video.uri), None)
        if here is None:
            return
        now = self._as_now(here)._replace(error_code=error_code)
        if now != here:
            await self._cache.channels.set_kept(now)

    def _as_now(self, video: KeptVideo) -> KeptVideo:
        done, size = self._progress.get(video.uri, (video.done_bytes, video.size_bytes))
        return video._replace(done_bytes=done, size_bytes=size or video.size_bytes)

    def _on_connection(self, _: ConnectionState) -> None:
        is_online, was_online = self._monitor.is_online, self._was_online
        self._was_online = is_online
        if is_online and not was_online:
            self._patience.forget_waits()
            self._woken.set()
