"""What runs beside: history of followed channels, texts of subtitles, the directory, reminders of streams that moved.

Each step that fails waits by itself; what is refused for good is left until the next start.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from app.channels.listing import Listing, note_listing, wishes
from app.domain.channels.rows import TranscriptLine
from app.domain.channels.wire import MAX_SUBTITLE_BYTES
from app.errors import InputError, RetryKind, ServerError, TackError
from app.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.changes import ChangeFeed, Changes
    from app.channels.reminding import Reminding
    from app.clock import Clock
    from app.domain.channels.post import SubtitleTrack
    from app.domain.connection import ConnectionState
    from app.domain.ids import ContentURI, EventID, RoomID
    from app.homeserver import Homeserver
    from app.store.cache import Cache
    from app.sync.connection import ConnectionMonitor
    from app.timeline.service import TimelineService

log = logging.getLogger("tack.channels")

BETWEEN_S = 1.0
LONGEST_WAIT_S = 600.0
PAGE, MOST_PAGES = 100, 20
"""So many pages of one channel in a row: then the others have their turn."""
MOST_CUES = 20_000


class ChannelUpkeep:
    """The task. `start`/`stop` own it."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        timelines: TimelineService,
        reminding: Callable[[], Reminding],
        changes: ChangeFeed,
        monitor: ConnectionMonitor,
        clock: Clock,
    ) -> None:
        self._cache, self._homeserver, self._timelines = cache, homeserver, timelines
        self._reminding = reminding
        self._changes, self._monitor, self._clock = changes, monitor, clock
        self._patience = Patience(log, clock)
        self._too_deep: set[RoomID] = set()
        self._asked: set[tuple[EventID, int, ContentURI]] = set()
        self._woken = asyncio.Event()
        self._was_online = False
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin; returns at once."""
        self._unsubscribe = [
            self._changes.subscribe(self._on_changes),
            self._monitor.subscribe(self._on_connection),
        ]
        self._on_connection(self._monitor.state)
        self._task = asyncio.create_task(self._run(), name="channel upkeep")

    async def stop(self) -> None:
        """End."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def look(self) -> None:
        """Look again: there is a wish."""
        self._woken.set()

    def _on_changes(self, changes: Changes) -> None:
        if changes.channels or changes.is_rebuilt:
            self._woken.set()

    def _on_connection(self, state: ConnectionState) -> None:
        is_online = self._monitor.is_online
        if is_online and not self._was_online:
            self._patience.forget_waits()
            self._woken.set()
        self._was_online = is_online

    async def _run(self) -> None:
        while True:
            await self._wait()
            if not self._monitor.is_online:
                continue
            await self._patience.attempt("listing", self._list_channels)
            await self._patience.attempt("history", self._fetch_history)
            await self._patience.attempt("subtitles", self._fetch_subtitles)
            await self._patience.attempt("reminders", self._move_reminders)

    async def _wait(self) -> None:
        await self._clock.sleep(BETWEEN_S)
        try:
            async with asyncio.timeout(max(0.05, min([LONGEST_WAIT_S, *self._patience.rests_s()]))):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    # The directory ------------------------------------------------------------------------------------------

    async def _list_channels(self) -> None:
        for name, room_id, wish in wishes(self._cache.read):
            await self._patience.attempt(f"listing {room_id}", partial(self._list, name, room_id, wish))

    async def _list(self, name: RoomID, room_id: RoomID, wish: Listing) -> None:
        is_wanted = wish is Listing.WANTED
        try:
            await self._homeserver.client.directory.set_listed(room_id, is_wanted)
        except ServerError as error:
            if error.retry is not RetryKind.PERMANENT:
                raise
            log.info("channel %s is not listed: %s", room_id, error)
            await note_listing(self._cache, name, room_id, Listing.REFUSED)
            return
        await note_listing(self._cache, name, room_id, Listing.LISTED if is_wanted else Listing.UNLISTED)

    # History ------------------------------------------------------------------------------------------------

    async def _fetch_history(self) -> None:
        most = 20 + len(self._too_deep)
        for room_id in await self._cache.read_in_worker(lambda read: read.channels.wanted_history(most)):
            if room_id not in self._too_deep:
                await self._patience.attempt(room_id, partial(self._fill, room_id))

    async def _fill(self, room_id: RoomID) -> None:
        for _ in range(MOST_PAGES):
            gaps = self._cache.read.gaps(room_id)
            try:
                if gaps:
                    await self._timelines.fill_gap(room_id, gaps[0].prev_batch, PAGE)
                elif await self._timelines.paginate_backwards(room_id, PAGE):
                    return
            except TackError as error:
                if error.retry is not RetryKind.PERMANENT:
                    raise
                self._too_deep.add(room_id)
                return
        self._woken.set()

    # Subtitles ----------------------------------------------------------------------------------------------

    async def _fetch_subtitles(self) -> None:
        most = 20 + len(self._asked)
        wanted = await self._cache.read_in_worker(lambda read: read.channels.wanted_subtitles(most))
        for event_id, number in wanted:
            await self._patience.attempt(
                f"subtitle {event_id} {number}", partial(self._fetch_subtitle, event_id, number)
            )

    async def _fetch_subtitle(self, event_id: EventID, number: int) -> None:
        detail = await self._cache.read_in_worker(lambda read: read.channels.detail(event_id))
        tracks = detail.post.subtitles if detail is not None else ()
        if number >= len(tracks) or (event_id, number, tracks[number].uri) in self._asked:
            return
        lines = await self._lines(tracks[number])
        if lines is None:
            log.info("subtitle %d of %s cannot be read", number, event_id)
        self._asked.add(
            (event_id, number, tracks[number].uri)
        )  # once in a run, whatever the cache makes of it
        await self._cache.channels.set_subtitle(event_id, number, lines)

    async def _lines(self, track: SubtitleTrack) -> list[TranscriptLine] | None:
        """Fetch and read a track; None where it cannot be had."""
        from app.domain.channels.subtitles import parse_subtitles

        data = bytearray()

        def take(piece: bytes) -> None:
            data.extend(piece)
            if len(data) > MAX_SUBTITLE_BYTES:
                raise InputError("larger than it said", code="subtitle_unreadable")

        try:
            await self._homeserver.client.media.download(track.uri, take)
            cues = await asyncio.to_thread(parse_subtitles, bytes(data), track.format)
        except TackError as error:
            if error.retry is not RetryKind.PERMANENT:
                raise
            return None
        return [TranscriptLine(cue.from_ms, cue.until_ms, cue.text) for cue in cues[:MOST_CUES]]

    # Reminders ----------------------------------------------------------------------------------------------

    async def _move_reminders(self) -> None:
        await self._reminding().bring_in_line()
