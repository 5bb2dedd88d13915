"""Videos as a player reads them: by offset, from an encrypted sparse file that fills while one watches.

A source may be read by a foreign thread (libVLC's), which waits until the bytes are there; the network stays on its own thread.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from app.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Coroutine
    from pathlib import Path

    from app.clock import Clock
    from app.domain.ids import ContentURI
    from app.homeserver import Homeserver
    from app.media.sparse_download import SparseDownload
    from app.media.sparse_file import SparseFile
    from app.media.sparse_state import Reader
    from app.media.vault import Vault
    from app.media.video_folder import VideoFolder
    from app.settings import Settings

log = logging.getLogger("tack.media")

_T = TypeVar("_T")

LEAST_BYTES = 64 * 1024 * 1024
"""So much one open video may take, however small the budget is."""
PIECE_COST_BYTES = 64 * 1024 + 36


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

    def __init__(
        self, download: SparseDownload, reader: Reader, close: Callable[[VideoSource], Awaitable[None]]
    ) -> None:
        self._download, self._reader, self._close = download, reader, close
        self._unsubscribe: list[Callable[[], None]] = []

    @property
    def download(self) -> SparseDownload:
        """What it shares with other openings."""
        return self._download

    @property
    def reader(self) -> Reader:
        """What is its own."""
        return self._reader

    @property
    def state(self) -> SourceState:
        """How it stands. Any thread."""
        return self._download.state.told()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear (on the loop's thread, at most 5 times a second) that `state` moved."""
        unsubscribe = self._download.subscribe(listener)
        self._unsubscribe.append(unsubscribe)
        return unsubscribe

    def size(self) -> int | None:
        """Wait for the size; None when it failed or was aborted. Foreign thread."""
        try:
            return self._download.wait_size(self._reader)
        except Exception:  # outermost frame of a foreign thread's call
            log.exception("the size of a video cannot be told")
            return None

    def read_at(self, offset: int, count: int) -> bytes | None:
        """Give up to `count` bytes from `offset`, waiting for at least one; b"" behind the end; None when it failed or was aborted. Foreign
        thread; never raises."""
        try:
            return self._download.read(self._reader, offset, count)
        except Exception:  # outermost frame of a foreign thread's call
            log.exception("a video cannot be read")
            return None

    def abort(self) -> None:
        """Let every reader return at once with None. Any thread; may be called twice."""
        self._download.abort(self._reader)

    def resume(self) -> None:
        """Readers may wait again after `abort`; what failed is tried again."""
        self._reader.is_aborted = False
        if self._download.state.error is not None:
            self._download.retry()

    def retry(self) -> None:
        """Forget the last error and fetch on."""
        self._download.retry()

    async def close(self) -> None:
        """End the download; nothing of it is left but the file in the cache."""
        self.abort()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        await self._close(self)


class Videos:
    """`account.videos`: sources over one bounded folder of sealed sparse files; kept ones do not count and are not evicted."""

    def __init__(
        self,
        homeserver: Homeserver,
        settings: Settings,
        vault: Callable[[], Vault],
        clock: Clock,
    ) -> None:
        self._homeserver, self._vault, self._clock = homeserver, vault, clock
        self._limit_bytes = settings.video_limit_mb * 1024 * 1024
        self._open: dict[Path, SparseDownload] = {}
        self._lock = asyncio.Lock()
        self._behind = set[asyncio.Future[Any]]()
        """What must come to its end though who began it was cancelled: a file is open."""
        self._is_stopped = False

    async def open(self, uri: ContentURI, size_hint: int | None = None) -> VideoSource:
        """Begin to fetch (or go on). Several opens of one address share one download. Raises `InputError` (`media_address`), `StorageError`."""
        from app.media.sparse_state import Reader

        check_address(uri)
        async with self._lock:
            download = await self._download(uri, size_hint)
            reader = Reader()
            with download.state.moved:
                download.state.readers.add(reader)
        return VideoSource(download, reader, self._close)

    async def fetch_whole(self, uri: ContentURI, on_progress: Callable[[int, int | None], None]) -> None:
        """Fetch all of it and protect it from eviction (`keep`). Raises `TackError`."""
        await self.keep(uri, True)
        source = await self.open(uri)
        moved = asyncio.Event()
        source.subscribe(moved.set)
        try:
            if source.state.error_code:
                source.retry()
            source.download.want_all()
            while not (state := source.state).is_whole:
                moved.clear()
                error = source.download.state.error
                if error is not None:
                    raise error
                on_progress(sum(until - first for first, until in state.have), state.size_bytes)
                await moved.wait()
            on_progress(state.size_bytes or 0, state.size_bytes)
        finally:
            await source.close()

    async def keep(self, uri: ContentURI, is_kept: bool) -> None:
        """Protect from eviction, or not any more."""
        path = self._path(uri)
        await asyncio.to_thread(self._folder.mark, path, is_kept)
        if not is_kept:
            await self._shrink()

    async def keep_only(self, uris: Collection[ContentURI]) -> None:
        """Protect no others from eviction than these."""
        paths = {self._path(uri) for uri in uris}
        await asyncio.to_thread(self._folder.keep_only, paths)

    def is_whole(self, uri: ContentURI) -> bool:
        """Whether it plays without the network."""
        return self.size_of(uri) is not None

    def size_of(self, uri: ContentURI) -> int | None:
        """Give how long a video is that is here as a whole; else None. Blocking, short."""
        return self._vault().whole_size(self._path(uri))

    async def drop(self, uri: ContentURI) -> None:
        """Do not keep it, and delete it unless it is open."""
        async with self._lock:
            path = self._path(uri)
            await asyncio.to_thread(self._folder.mark, path, False)
            if path not in self._open:
                await asyncio.to_thread(self._folder.remove, path)

    async def used_bytes(self) -> tuple[int, int]:
        """Give what kept videos and what streamed ones take on disk."""
        return await asyncio.to_thread(self._folder.used)

    async def clear(self) -> None:
        """Delete what was streamed and is neither kept nor open."""
        await asyncio.to_thread(self._folder.shrink, 0, frozenset(self._open))

    async def use_settings(self, settings: Settings) -> None:
        """Take a changed budget."""
        self._limit_bytes = settings.video_limit_mb * 1024 * 1024
        await self._shrink()

    async def stop(self) -> None:
        """Close every source."""
        async with self._lock:
            self._is_stopped = True
            downloads, self._open = list(self._open.values()), {}
        try:
            await asyncio.gather(*(download.stop() for download in downloads))
        finally:
            await asyncio.gather(*self._behind, return_exceptions=True)

    # Inside -----------------------------------------------------------------------------------------------------

    async def _download(self, uri: ContentURI, size_hint: int | None) -> SparseDownload:
        if self._is_stopped:
            raise StorageError("the account is closed", code="closed")
        path = self._path(uri)
        download = self._open.get(path)
        if download is None:
            from app.media.sparse_download import SparseDownload

            await self._shrink()
            is_kept = await asyncio.to_thread(self._folder.begin, path)
            file = await self._opened(path)
            download = SparseDownload(uri, file, self._homeserver, self._clock, self._make_room, size_hint)
            if not is_kept:
                download.state.max_pieces = max(self._limit_bytes, LEAST_BYTES) // PIECE_COST_BYTES
            self._open[path] = download
            download.start()
        return download

    async def _opened(self, path: Path) -> SparseFile:
        """Open a file on a thread; one whose opening nobody waits for any more is closed again."""
        opening = self._to_its_end(asyncio.to_thread(self._vault().sparse, path))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_opened)
            raise

    async def _close(self, source: VideoSource) -> None:
        await asyncio.shield(self._to_its_end(self._release(source)))

    def _to_its_end(self, work: Coroutine[Any, Any, _T]) -> asyncio.Future[_T]:
        going = asyncio.ensure_future(work)
        self._behind.add(going)
        going.add_done_callback(self._behind.discard)
        return going

    async def _release(self, source: VideoSource) -> None:
        async with self._lock:
            download = source.download
            readers = download.state.readers
            with download.state.moved:
                readers.discard(source.reader)
            path = self._path(download.uri)
            if not readers and self._open.get(path) is download:
                del self._open[path]
                await download.stop()
                await self._shrink()

    async def _make_room(self) -> bool:
        """Delete what was streamed, because the disk is full; whether anything went."""
        return await asyncio.to_thread(self._folder.shrink, 0, frozenset(self._open)) > 0

    async def _shrink(self) -> None:
        gone = await asyncio.to_thread(self._folder.shrink, self._limit_bytes, frozenset(self._open))
        if gone:
            log.info("videos: %d files made room", gone)

    @property
    def _folder(self) -> VideoFolder:
        from app.media.video_folder import VideoFolder

        return VideoFolder(self._vault().folder)

    def _path(self, uri: ContentURI) -> Path:
        return self._vault().path_of(uri)


def _close_opened(opening: asyncio.Future[SparseFile]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def check_address(uri: ContentURI) -> None:
    """Refuse what is no `mxc://` address. Raises `InputError` (`media_address`)."""
    from app.matrix.media import parts_of

    parts_of(uri)
