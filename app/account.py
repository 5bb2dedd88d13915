"""One signed-in account: its cache, its services and every task that runs for it."""

from app.attention.service import AttentionService
from app.changes import ChangeFeed
from app.clock import Clock, SystemClock
from app.directory.service import DirectoryService
from app.domain.account import Session
from app.domain.ids import UserID
from app.media.service import MediaService
from app.notifications.service import NotificationService
from app.paths import Paths
from app.rooms.service import RoomsService
from app.search.service import SearchService
from app.sending.service import SendingService
from app.settings import Settings
from app.store.cache import Cache, CacheKey
from app.sync.connection import ConnectionMonitor
from app.timeline.service import TimelineService


class Account:
    """The composition root of `app`. `open` touches only the disk; `start` brings the network."""

    cache: Cache
    changes: ChangeFeed
    connection: ConnectionMonitor
    rooms: RoomsService
    timelines: TimelineService
    sending: SendingService
    media: MediaService
    search: SearchService
    directory: DirectoryService
    notifications: NotificationService
    attention: AttentionService

    @classmethod
    async def open(
        cls,
        paths: Paths,
        key: CacheKey,
        settings: Settings,
        *,
        clock: Clock | None = None,
        offline: bool = False,
    ) -> "Account":
        """Open the profile's cache. `session` is None when nobody is signed in yet. Raises `StorageError`.

        A damaged cache is salvaged (unsent text, drafts, session) and built anew; `was_rebuilt` tells so.
        """
        raise NotImplementedError

    @classmethod
    async def sign_in(
        cls,
        paths: Paths,
        key: CacheKey,
        settings: Settings,
        homeserver_typed: str,
        user: str,
        password: str,
        *,
        device_name: str = "Tack",
        clock: Clock | None = None,
    ) -> "Account":
        """Sign in with a password and open the account (not started). Raises `NetworkError`, `ServerError`, `StorageError`."""
        raise NotImplementedError

    @classmethod
    async def sign_in_with_token(
        cls,
        paths: Paths,
        key: CacheKey,
        settings: Settings,
        homeserver_url: str,
        login_token: str,
        *,
        device_name: str = "Tack",
        clock: Clock | None = None,
    ) -> "Account":
        """Sign in with the token that the browser brought back from single sign-on."""
        raise NotImplementedError

    @property
    def session(self) -> Session | None:
        """Who is signed in here."""
        raise NotImplementedError

    @property
    def user_id(self) -> UserID:
        """The own user id. Only after sign-in."""
        raise NotImplementedError

    async def start(self) -> None:
        """Start sync, send queue and the rest. Returns at once; the line comes up in the background."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End every task, close connections and the cache. May be called twice."""
        raise NotImplementedError

    def pause(self) -> None:
        """Go offline by choice."""
        raise NotImplementedError

    def resume(self) -> None:
        """Come back after `pause`."""
        raise NotImplementedError

    def wake(self) -> None:
        """The computer woke up or changed networks: drop connections and try at once."""
        raise NotImplementedError

    async def sign_in_again(self, password: str) -> None:
        """Renew an ended session with the same device and go on where it stopped."""
        raise NotImplementedError

    async def sign_out(self, *, wipe: bool) -> None:
        """End the session at the server (as far as it can be reached) and stop; `wipe` deletes the profile's data."""
        raise NotImplementedError

    async def apply_settings(self, settings: Settings) -> None:
        """Take changed settings (proxy, history depth, notifications)."""
        raise NotImplementedError


_ = SystemClock
