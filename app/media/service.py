"""Files and pictures: fetched once, kept encrypted on disk within a budget, given out as bytes."""

import asyncio
import hashlib
import logging
import os
import threading
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.clock import Clock
from app.domain.ids import ContentURI
from app.errors import InputError, NotFound, ServerError
from app.homeserver import Homeserver
from app.settings import Settings
from app.store.lock import storage_error

if TYPE_CHECKING:
    from app.media.vault import Vault

log = logging.getLogger("tack.media")

MAX_IN_MEMORY_BYTES = 64 * 1024 * 1024
MAX_DOWNLOADS = 4
FORGET_FAILURE_S = 600.0
SHRINK_EVERY_BYTES = 32 * 1024 * 1024
THUMBNAILS = ((96, 96, "crop"), (320, 240, "scale"), (640, 480, "scale"), (800, 600, "scale"))
"""Sizes that Synapse makes at upload; others would cost the server work for each picture."""

Progress = Callable[[int, int | None], None]
"""Called on the loop's thread with bytes so far and the total where known."""
T = TypeVar("T")


class MediaService:
    """Gives media. Concurrent calls for the same thing share one download, which ends with its last caller."""

    def __init__(
        self,
        homeserver: Homeserver,
        settings: Settings,
        vault: "Callable[[], Vault]",
        read_local: Callable[[str], Awaitable[bytes]],
        clock: Clock,
    ) -> None:
        self._homeserver = homeserver
        self._limit_bytes = settings.media_limit_mb * 1024 * 1024
        self._open_vault = vault
        self._read_local = read_local
        self._clock = clock
        self._downloads: dict[Path, _Download] = {}
        self._slots = asyncio.Semaphore(MAX_DOWNLOADS)
        self._failed: dict[Path, tuple[float, NotFound]] = {}
        self._written_bytes = 0

    async def thumbnail(self, uri: ContentURI, width: int, height: int) -> bytes:
        """Give an image scaled by the server to at least about this size (encoded PNG, JPEG, WebP or GIF)."""
        fits = (t for t in THUMBNAILS[1:] if t[0] >= width and t[1] >= height)
        return await self._thumbnail(uri, *next(fits, THUMBNAILS[-1]))

    async def avatar(self, uri: ContentURI, size: int) -> bytes:
        """Give a square picture of a person or room."""
        return await self._thumbnail(uri, *(THUMBNAILS[0] if size <= 96 else THUMBNAILS[1]))

    async def file(self, uri: ContentURI, on_progress: Progress | None = None, *, sha256: str = "") -> bytes:
        """Give the whole file in memory; for pictures. Raises `InputError` (`file_too_large`) above 64 MB.

        With a digest: only if these are the bytes (`file_changed`).
        """
        vault = self._open_vault()
        path = await self._fetched(uri, on_progress, MAX_IN_MEMORY_BYTES)
        if vault.clear_size(path) > MAX_IN_MEMORY_BYTES:
            raise InputError("too large to be shown", code="file_too_large")
        if sha256:
            await asyncio.to_thread(_check, vault, path, sha256)
        return await self._read(path)

    async def save_as(
        self, uri: ContentURI, path: Path, on_progress: Progress | None = None, *, sha256: str = ""
    ) -> None:
        """Write the clear file where the person chose. The name appears only when all of it is there.

        With a digest: only if these are the bytes. Raises `InputError` (`file_changed`) where they are not.
        """
        source = await self._fetched(uri, on_progress, None)
        is_stopped = threading.Event()
        if sha256:
            await asyncio.to_thread(_check, self._open_vault(), source, sha256)
        try:
            await asyncio.to_thread(_write_clear, self._open_vault(), source, path, is_stopped)
        except asyncio.CancelledError:
            is_stopped.set()  # a thread cannot be cancelled
            raise

    async def keep(self, uri: ContentURI, clear: bytes) -> None:
        """Put an own upload into the cache, so that it need not be fetched."""
        vault = self._open_vault()
        await asyncio.to_thread(vault.write, vault.path_of(uri), clear)
        await self._note_written(len(clear))

    async def local_file(self, local_path: str) -> bytes:
        """Give an attachment that still waits in the send queue (`MediaInfo.local_path`). Raises `InputError`."""
        return await self._read_local(local_path)

    def is_cached(self, uri: ContentURI) -> bool:
        """Whether `file` would answer without the line."""
        return self._open_vault().path_of(uri).exists()

    async def used_bytes(self) -> int:
        """How much disk the media cache takes."""
        return await asyncio.to_thread(self._open_vault().used_bytes)

    async def clear(self) -> None:
        """Delete all cached media (never what waits in the send queue)."""
        await asyncio.to_thread(self._open_vault().shrink_to, 0)

    async def use_settings(self, settings: Settings) -> None:
        """Take a changed budget."""
        self._limit_bytes = settings.media_limit_mb * 1024 * 1024
        await asyncio.to_thread(self._open_vault().shrink_to, self._limit_bytes)

    async def stop(self) -> None:
        """End every download."""
        tasks = [download.task for download in self._downloads.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # Fetching -----------------------------------------------------------------------------------------------

    async def _thumbnail(self, uri: ContentURI, width: int, height: int, method: str) -> bytes:
        vault = self._open_vault()
        path = vault.path_of(f"{uri}#{width}x{height}-{method}")

        async def fetch(_: "_Download") -> None:
            try:
                clear = await self._homeserver.client.media.thumbnail(uri, width, height, method)
            except ServerError as error:
                if error.status not in (400, 404, 413):
                    raise
                clear = await self.file(uri)  # the server makes none of this sort: the file itself will do
            await asyncio.to_thread(vault.write, path, clear)
            await self._note_written(len(clear))

        if not path.exists():
            await self._shared(path, fetch, None, None)
        return await self._read(path)

    async def _fetched(self, uri: ContentURI, on_progress: Progress | None, limit: int | None) -> Path:
        """Make sure the file is in the cache; its sealed path. A download ends where nobody wants that much."""
        vault = self._open_vault()
        path = vault.path_of(uri)

        async def fetch(download: "_Download") -> None:
            with vault.writer(path) as writer:

                def sink(piece: bytes) -> None:
                    download.check(writer.written_bytes + len(piece))
                    writer.write(piece)
                    download.note(writer.written_bytes)

                async with self._slots:
                    await self._homeserver.client.media.download(uri, sink, download.set_total)
            await self._note_written(writer.written_bytes)

        if not path.exists():
            await self._shared(path, fetch, on_progress, limit)
        return path

    async def _shared(
        self,
        path: Path,
        fetch: "Callable[[_Download], Awaitable[None]]",
        on_progress: Progress | None,
        limit: int | None,
    ) -> None:
        """Join the download of a path, beginning it when nobody has."""
        failed_at, failure = self._failed.get(path, (0.0, None))
        if failure is not None and self._clock.monotonic() - failed_at < FORGET_FAILURE_S:
            raise failure
        download = self._downloads.get(path)
        if download is None:
            download = self._downloads[path] = _Download(asyncio.get_running_loop(), limit)
            download.task = asyncio.create_task(self._run(path, download, fetch), name="media")
        download.allow(limit)
        if on_progress is not None:
            download.listeners.append(on_progress)
        await download.join()

    async def _run(
        self, path: Path, download: "_Download", fetch: "Callable[[_Download], Awaitable[None]]"
    ) -> None:
        try:
            await fetch(download)
        except NotFound as error:
            self._failed[path] = (self._clock.monotonic(), error)
            raise
        finally:
            del self._downloads[path]

    async def _read(self, path: Path) -> bytes:
        return await asyncio.to_thread(_read_and_touch, self._open_vault(), path)

    async def _note_written(self, count: int) -> None:
        self._written_bytes += count
        if self._written_bytes >= SHRINK_EVERY_BYTES:
            self._written_bytes = 0
            gone = await asyncio.to_thread(self._open_vault().shrink_to, self._limit_bytes)
            log.info("media cache: %d files made room", gone)


class _Download:
    """One running download and who waits for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limit: int | None) -> None:
        self.task: asyncio.Task[None]
        self.listeners: list[Progress] = []
        self._limit = limit
        self._loop = loop
        self._waiting = 0
        self._total: int | None = None

    async def join(self) -> None:
        """Wait for the end; the last one to give up ends it."""
        self._waiting += 1
        try:
            await asyncio.shield(self.task)
        finally:
            self._waiting -= 1
            if self._waiting == 0 and not self.task.done():
                self.task.cancel()

    def allow(self, limit: int | None) -> None:
        """Take what one more caller wants at most; None is without limit."""
        is_endless = limit is None or self._limit is None
        self._limit = None if is_endless else max(limit or 0, self._limit or 0)

    def check(self, size: int) -> None:
        """Refuse more than anybody wants. From any thread. Raises `InputError` (`file_too_large`)."""
        limit = self._limit
        if limit is not None and size > limit:
            raise InputError("too large to be shown", code="file_too_large")

    def set_total(self, total: int | None) -> None:
        """Note the announced length. From any thread. Raises as `check`."""
        self.check(total or 0)
        self._total = total

    def note(self, done: int) -> None:
        """Tell the listeners. From any thread."""
        if self.listeners:
            self._loop.call_soon_threadsafe(self._tell, done)

    def _tell(self, done: int) -> None:
        for listener in self.listeners:
            listener(done, self._total)


def _read_and_touch(vault: "Vault", path: Path) -> bytes:
    try:
        clear = vault.read(path)
    except InputError:
        vault.remove(path)  # a damaged file is fetched again next time
        raise
    try:
        os.utime(path)
    except OSError:  # only the order of eviction
        pass
    return clear


def _check(vault: "Vault", path: Path, sha256: str) -> None:
    """Compare a file with what it must be; another one is not kept."""
    digest = hashlib.sha256()
    for piece in vault.chunks(path):
        digest.update(piece)
    if digest.hexdigest() != sha256:
        vault.remove(path)
        raise InputError("not the file that was sealed", code="file_changed")


def _write_clear(vault: "Vault", source: Path, target: Path, is_stopped: threading.Event) -> None:
    # A name nobody could guess and lay a link under, and short whatever the file's own name is.
    partial = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with open(partial, "xb") as file:
            for piece in vault.chunks(source):
                if is_stopped.is_set():
                    break
                file.write(piece)
        if is_stopped.is_set():
            partial.unlink()
        else:
            os.replace(partial, target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise storage_error(error, target.parent) from error
    except InputError:
        partial.unlink(missing_ok=True)
        vault.remove(source)
        raise
