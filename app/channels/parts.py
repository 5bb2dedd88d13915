"""The parts of the service and what they share: each is made, and its code imported, when first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.changes import ChangeFeed
    from app.channels.courses import Courses
    from app.channels.finding import Finding
    from app.channels.keeping import Keeping
    from app.channels.making import Making
    from app.channels.posts import Posts
    from app.channels.publishing import Publishing
    from app.channels.reminding import Reminding
    from app.channels.sharing import Sharing
    from app.channels.talking import Talking
    from app.channels.upkeep import ChannelUpkeep
    from app.channels.watching import Watching
    from app.clock import Clock
    from app.dings.service import DingService
    from app.directory.organisation import Organisation
    from app.homeserver import Homeserver
    from app.media.service import MediaService
    from app.media.videos import Videos
    from app.sending.attachments import Outbox
    from app.sending.service import SendingService
    from app.sending.uploads import Uploads
    from app.store.cache import Cache
    from app.sync.connection import ConnectionMonitor
    from app.timeline.service import TimelineService


class ChannelParts:
    """What `ChannelService` is made of."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        sending: SendingService,
        outbox: Outbox,
        uploads: Uploads,
        media: MediaService,
        videos: Callable[[], Videos],
        dings: DingService,
        organisation: Organisation,
        timelines: TimelineService,
        changes: ChangeFeed,
        monitor: ConnectionMonitor,
        clock: Clock,
    ) -> None:
        self._cache, self._homeserver, self._sending = cache, homeserver, sending
        self._outbox, self._uploads = outbox, uploads
        self._media, self._videos = media, videos
        self._dings, self._organisation, self._timelines = dings, organisation, timelines
        self._changes, self._monitor, self._clock = changes, monitor, clock

    def now_ms(self) -> int:
        """Give the time as the server has it."""
        return self._clock.now_ms() + self._homeserver.clock_skew_ms

    def _is_made(self, part: str) -> bool:
        return part in vars(self)

    @cached_property
    def _finding(self) -> Finding:
        from app.channels.finding import Finding

        return Finding(self._cache, self._homeserver, self._changes, self.now_ms)

    @cached_property
    def _talking(self) -> Talking:
        from app.channels.talking import Talking

        return Talking(self._cache, self._sending)

    @cached_property
    def _sharing(self) -> Sharing:
        from app.channels.sharing import Sharing

        return Sharing(self._cache, self._homeserver, self._sending)

    @cached_property
    def _watching(self) -> Watching:
        from app.channels.watching import Watching

        return Watching(self._cache, self._sending, self._clock, self.now_ms)

    @cached_property
    def _keeping(self) -> Keeping:
        from app.channels.keeping import Keeping

        return Keeping(self._cache, self._videos, self._monitor, self._clock, self.now_ms)

    @cached_property
    def _making(self) -> Making:
        from app.channels.making import Making

        return Making(self._cache, self._homeserver, self._sending)

    @cached_property
    def _courses(self) -> Courses:
        from app.channels.courses import Courses

        return Courses(self._cache, self._sending, self._dings, self.now_ms)

    @cached_property
    def publishing(self) -> Publishing:
        """Videos on their way up (`app.channels.publishing`)."""
        from app.channels.publishing import Publishing

        return Publishing(
            self._cache,
            self._homeserver,
            self._sending,
            self._outbox,
            self._media,
            self._monitor,
            self._clock,
            self.now_ms,
        )

    @cached_property
    def _posts(self) -> Posts:
        from app.channels.posts import Posts

        return Posts(self._cache, self._sending, self._outbox, lambda: self.publishing, self.now_ms)

    @cached_property
    def _reminding(self) -> Reminding:
        from app.channels.reminding import Reminding

        return Reminding(self._cache, self._talking, self._dings, self.now_ms)

    @cached_property
    def _upkeep(self) -> ChannelUpkeep:
        from app.channels.upkeep import ChannelUpkeep

        return ChannelUpkeep(
            self._cache,
            self._homeserver,
            self._timelines,
            lambda: self._reminding,
            self._changes,
            self._monitor,
            self._clock,
        )
