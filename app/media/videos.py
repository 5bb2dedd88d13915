"""Videos as a player reads them: by offset, from an encrypted sparse file that fills while one watches.

A source may be read by a foreign thread (libVLC's), which waits until the bytes are there; the network stays on its own thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.clock import Clock
    from app.domain.ids import ContentURI
    from app.homeserver import Homeserver
    from app.media.vault import Vault
    from app.settings import Settings


class SourceState(NamedTuple):
    """How a source stands."""

    size_bytes: int | None
    """None until the server said."""
    have: tuple[tuple[int, int], ...]
    """Ranges that are here, (from, until), sorted."""
    can_range: bool | None
    """Whether the server gives parts; None until known. Without, bytes come from the start only."""
    waits_for: int | None
    """The offset a reader waits for now, where it does; None."""
    bytes_per_s: float
    error_code: str
    """Of what went wrong last; reading fails then, and is tried again by `retry`."""
    is_whole: bool


class VideoSource:
    """One open video. Made by `Videos.open`; close it. Satisfies `widgets.player.source.VideoBytes`."""

    @property
    def state(self) -> SourceState:
        """How it stands. Any thread."""
        raise NotImplementedError

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear (on the loop's thread, at most 5 times a second) that `state` moved."""
        raise NotImplementedError

    def size(self) -> int | None:
        """Wait for the size; None when it failed or was aborted. Foreign thread."""
        raise NotImplementedError

    def read_at(self, offset: int, count: int) -> bytes | None:
        """Give up to `count` bytes from `offset`, waiting for at least one; b"" behind the end; None when it failed or was aborted. Foreign
        thread; never raises."""
        raise NotImplementedError

    def abort(self) -> None:
        """Let every reader return at once with None. Any thread; may be called twice."""
        raise NotImplementedError

    def resume(self) -> None:
        """Readers may wait again after `abort`."""
        raise NotImplementedError

    def retry(self) -> None:
        """Forget the last error and fetch on."""
        raise NotImplementedError

    async def close(self) -> None:
        """End the download; nothing of it is left but the file in the cache."""
        raise NotImplementedError


class Videos:
    """`account.videos`: sources over one bounded folder of sealed sparse files; kept ones do not count and are not evicted."""

    def __init__(
        self,
        homeserver: Homeserver,
        settings: Settings,
        vault: Callable[[], Vault],
        clock: Clock,
    ) -> None:
        self._homeserver, self._settings, self._vault, self._clock = homeserver, settings, vault, clock

    async def open(self, uri: ContentURI, size_hint: int | None = None) -> VideoSource:
        """Begin to fetch (or go on). Several opens of one address share one download. Raises `InputError` (`media_address`), `StorageError`."""
        raise NotImplementedError

    async def fetch_whole(self, uri: ContentURI, on_progress: Callable[[int, int | None], None]) -> None:
        """Fetch all of it and protect it from eviction (`keep`). Raises `TackError`."""
        raise NotImplementedError

    async def keep(self, uri: ContentURI, is_kept: bool) -> None:
        """Protect from eviction, or not any more."""
        raise NotImplementedError

    def is_whole(self, uri: ContentURI) -> bool:
        """Whether it plays without the network."""
        raise NotImplementedError

    async def used_bytes(self) -> tuple[int, int]:
        """Give what kept videos and what streamed ones take on disk."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Close every source."""
