"""The services of one account and what they are made of: each is made, and its code imported, when first asked for.

So the first window, which needs a connection state and the cache, does not wait for any of them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from app.sync.connection import ConnectionMonitor

if TYPE_CHECKING:
    from app.approvals.service import ApprovalService
    from app.attention.clearing import Clearing
    from app.attention.service import AttentionService
    from app.changes import ChangeFeed
    from app.channels.service import ChannelService
    from app.clock import Clock
    from app.dings.alerts import DingAlerts
    from app.dings.service import DingService
    from app.directory.organisation import Organisation
    from app.directory.service import DirectoryService
    from app.homeserver import Homeserver
    from app.media.service import MediaService
    from app.media.vault import Vault
    from app.media.videos import Videos
    from app.notifications.service import NotificationService
    from app.paths import Paths
    from app.rooms.service import RoomsService
    from app.search.service import SearchService
    from app.sending.attachments import Outbox
    from app.sending.service import SendingService
    from app.sending.uploads import Uploads
    from app.settings import Settings
    from app.store.cache import Cache
    from app.sync.service import SyncService
    from app.timeline.service import TimelineService


class Services:
    """Everything that can be asked of an account. `Account` gives it a life."""

    def __init__(
        self, cache: Cache, paths: Paths, settings: Settings, media_key: bytes, clock: Clock
    ) -> None:
        self.cache = cache
        self.connection = ConnectionMonitor(clock)
        self._paths = paths
        self._settings = settings
        self._clock = clock
        self._media_key = media_key
        self._vaults: dict[str, Vault] = {}

    def is_made(self, name: str) -> bool:
        """Whether a service has been asked for."""
        return name in vars(self)

    @cached_property
    def changes(self) -> ChangeFeed:
        """What committed writes moved."""
        from app.changes import ChangeFeed

        return ChangeFeed()

    @cached_property
    def homeserver(self) -> Homeserver:
        """The line, for what no service covers (devices, password)."""
        from app.homeserver import Homeserver

        return Homeserver(self.cache, self._settings, self._clock)

    @cached_property
    def sync(self) -> SyncService:
        """The sync task."""
        from app.sync.service import SyncService

        return SyncService(self.cache, self.homeserver, self.connection, self._clock)

    @cached_property
    def media(self) -> MediaService:
        """Pictures and files."""
        from app.media.service import MediaService

        return MediaService(
            self.homeserver, self._settings, lambda: self._vault("media"), self.outbox.read, self._clock
        )

    @cached_property
    def rooms(self) -> RoomsService:
        """What one does with rooms."""
        from app.rooms.service import RoomsService

        return RoomsService(self.cache, self.homeserver, self.changes, self._settings, self.sync.subscribe)

    @cached_property
    def timelines(self) -> TimelineService:
        """History."""
        from app.timeline.service import TimelineService

        return TimelineService(self.cache, self.homeserver)

    @cached_property
    def outbox(self) -> Outbox:
        """Attachments that wait in the send queue."""
        from app.sending.attachments import Outbox

        return Outbox(self._paths.outbox, lambda: self._vault("outbox"))

    @cached_property
    def uploads(self) -> Uploads:
        """Uploads under way."""
        from app.sending.uploads import Uploads

        return Uploads(self.changes, self._clock)

    @cached_property
    def sending(self) -> SendingService:
        """What a person sends."""
        from app.sending.service import SendingService

        return SendingService(self.cache, self.homeserver, self.outbox, self.uploads, self._clock)

    @cached_property
    def search(self) -> SearchService:
        """Messages, rooms and people by word."""
        from app.search.service import SearchService

        return SearchService(self.cache)

    @cached_property
    def organisation(self) -> Organisation:
        """The tree of departments."""
        from app.directory.organisation import Organisation

        return Organisation(
            self.cache,
            self.homeserver,
            self.changes,
            self.rooms.load_members,
            self.sync.completed,
            self._clock,
        )

    @cached_property
    def directory(self) -> DirectoryService:
        """The people of the company."""
        from app.directory.service import DirectoryService

        return DirectoryService(self.cache, self.homeserver, self.organisation, self.rooms.load_members)

    @cached_property
    def notifications(self) -> NotificationService:
        """What is announced."""
        from app.notifications.service import NotificationService

        return NotificationService(self.cache, self.changes, self.connection, self._settings, self._clock)

    @cached_property
    def attention(self) -> AttentionService:
        """The figures on rail, tray, taskbar and title."""
        from app.attention.service import AttentionService

        return AttentionService(self.cache, self.changes)

    @cached_property
    def clearing(self) -> Clearing:
        """One click that silences everything but duties."""
        from app.attention.clearing import Clearing

        return Clearing(self.cache, self.attention, self._clock)

    @cached_property
    def dings(self) -> DingService:
        """Urgent reminders: sending, confirming."""
        from app.dings.service import DingService

        return DingService(
            self.cache,
            self.homeserver,
            self.sending,
            self.rooms.load_members,
            self.timelines,
            self.changes,
            self.connection,
            self._clock,
        )

    @cached_property
    def ding_alerts(self) -> DingAlerts:
        """Which dings ring now."""
        from app.dings.alerts import DingAlerts

        return DingAlerts(self.cache, self.changes, self.connection, self._settings, self._clock)

    @cached_property
    def approvals(self) -> ApprovalService:
        """Requests, decisions, templates."""
        from app.approvals.service import ApprovalService

        return ApprovalService(
            self.cache,
            self.homeserver,
            self.sending,
            self.outbox,
            self.dings,
            self.organisation,
            self.timelines,
            self.changes,
            self.connection,
            self._clock,
        )

    @cached_property
    def videos(self) -> Videos:
        """Videos as players read them."""
        from app.media.videos import Videos

        return Videos(self.homeserver, self._settings, lambda: self._vault("videos"), self._clock)

    @cached_property
    def channels(self) -> ChannelService:
        """Video channels: following, publishing, watching."""
        from app.channels.service import ChannelService

        return ChannelService(
            self.cache,
            self.homeserver,
            self.sending,
            self.outbox,
            self.uploads,
            self.media,
            lambda: self.videos,
            self.dings,
            self.organisation,
            self.timelines,
            self.changes,
            self.connection,
            self._clock,
        )

    def _vault(self, place: str) -> Vault:
        if place not in self._vaults:
            from app.media.vault import Vault  # 30 ms of cryptography

            folders = {"outbox": self._paths.outbox, "media": self._paths.media, "videos": self._paths.videos}
            folder = folders[place]
            self._vaults[place] = Vault(folder, self._media_key)
        return self._vaults[place]
