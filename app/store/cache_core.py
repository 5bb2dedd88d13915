"""The life of a cache: opening, the thread that writes, publishing what moved, reading on another thread, closing."""

from __future__ import annotations

import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from app.clock import SystemClock
from app.domain.ids import UserID
from app.errors import StorageError
from app.late import Late
from app.store import kept
from app.store.connection import (
    ASIDE_NAME,
    FolderLock,
    Worker,
    open_reader,
    open_writer,
    quick_check,
    transaction,
)
from app.store.keys import resolve_key
from app.store.reader import Reader
from app.store.schema import ensure_schema
from app.store.typing_board import TypingBoard

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from app.changes import Changes
    from app.clock import Clock
    from app.store import approvals, channels, keeping, search_backlog
    from app.store.connection import CacheKey
    from app.store.keys import FileKey
    from app.store.salvage import Salvage
    from app.store.write import Write
else:
    approvals, channels = Late("app.store.approvals"), Late("app.store.channels")
    keeping, search_backlog = Late("app.store.keeping"), Late("app.store.search_backlog")

log = logging.getLogger("tack.store")

T = TypeVar("T")
_WRITER_CACHE_KIB = 32_768
"""A sync of 10 MB fits, so that no page of it is encrypted twice."""
_READER_CACHE_KIB = 10_240


class CacheCore:
    """Owns the files, connections and threads of one cache. `Cache` adds what can be asked of it."""

    def __init__(self, folder: Path, key: FileKey, lock: FolderLock, clock: Clock) -> None:
        self._folder, self._key, self._lock, self._clock = folder, key, lock, clock
        self._board = TypingBoard()
        self._me = UserID("")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writer = Worker(
            "tack-cache-write", folder, partial(open_writer, folder, key, cache_kib=_WRITER_CACHE_KIB)
        )
        self._read_worker: Worker | None = None
        self._worker_reader: Reader | None = None
        self._is_closed = False
        self._is_indexing = False
        self.read: Reader
        self.on_commit: Callable[[Changes], None] | None = None
        """Called on the attached loop's thread after each commit, in commit order."""

    # Life --------------------------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls, folder: Path, key: CacheKey, *, user_id: UserID | None = None, clock: Clock | None = None
    ) -> Self:
        """Open or make the cache in a folder; blocks a few ms.

        Raises AlreadyOpen, ReadOnlyFolder, DiskFull, Damaged, WrongKey, TooNew.
        """
        lock = FolderLock(folder)
        lock.acquire()
        try:
            cache = cls(folder, resolve_key(folder / "cache.db", key), lock, clock or SystemClock())
            cache._start(user_id)
            cache._finish_salvage(key)
        except BaseException:
            lock.release()
            raise
        return cache

    def _start(self, user_id: UserID | None) -> None:
        self._writer.start()
        try:
            self._me = self._writer.call(partial(_prepare, user_id=user_id))
            self._writer.call(self._project_older)
            self.read = self._new_reader(open_reader(self._folder, self._key, cache_kib=_READER_CACHE_KIB))
            self._writer.submit(
                self._project_older_channels
            )  # nothing waits: rooms of chats are shown meanwhile
        except BaseException:
            self._writer.stop()
            raise

    def _project_older(self, conn: Any) -> None:
        """Look through what an older version stored, if its file was just brought up to date."""
        if self._me and kept.read_kv(conn, *kept.UNPROJECTED) is not None:
            from app.store.dings import project_older

            self._run(project_older, False, conn)
        if self._me and kept.read_kv(conn, *kept.UNPROJECTED_APPROVALS) is not None:
            self._run(approvals.project_older, False, conn)

    def _project_older_channels(self, conn: Any) -> None:
        if not self._me or kept.read_kv(conn, *kept.UNPROJECTED_CHANNELS) is None:
            return
        try:
            self._run(channels.project_older, False, conn)
        except Exception:  # outermost frame: nobody waits for it, and the next start tries again
            log.exception("channels of an earlier version could not be looked through")

    def _finish_salvage(self, key: CacheKey) -> None:
        """Take in what a salvage left behind that died before `restore`."""
        if not (self._folder / ASIDE_NAME).exists():
            return
        from app.store.salvage import restore, restored, unrestored

        def take_in(w: Write, saved: Salvage) -> None:
            restore(w.conn, saved)
            approvals.refresh_queued(w)
            channels.refresh_queued(w)

        try:
            saved = unrestored(self._folder, key)
            if saved is not None:
                self._writer.call(partial(self._run, partial(take_in, saved=saved), True))
                restored(self._folder, saved)
                self._me = self._writer.call(partial(_prepare, user_id=None))
        except StorageError as error:  # the next start tries again
            log.error("what was saved of a damaged cache cannot be taken in: %s", error)

    async def _learn_user(self) -> None:
        """Read whose cache this is, after rows were put back."""
        self._me = await self._writer.run(partial(_prepare, user_id=None))

    def _new_reader(self, conn: Any) -> Reader:
        return Reader(conn, self._board, self._who)

    def _who(self) -> UserID:
        return self._me

    @classmethod
    def salvage(cls, folder: Path, key: CacheKey) -> Salvage:
        """Move a damaged file aside and read what can be read of it. Then `open` makes a new one; see `restore`."""
        from app.store.salvage import salvage

        return salvage(folder, key)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say on which loop's thread `on_commit` is to be called."""
        self._loop = loop
        self._index_later()

    @property
    def user_id(self) -> UserID:
        """Whose cache this is; empty until a session is saved."""
        return self._me

    @property
    def folder(self) -> Path:
        """Where the database lies."""
        return self._folder

    def close(self) -> None:
        """Finish what is queued, close, unlock. May be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._read_worker is not None:
            self._read_worker.stop()
        read, self.read = self.read, self._new_reader(_Closed())
        read.close()
        self._writer.stop()
        self._lock.release()

    async def check_quick(self) -> None:
        """Look for damage (1 s per GB, on the read worker). Raises Damaged."""
        await self._reading().run(partial(quick_check, folder=self._folder))

    # Running -----------------------------------------------------------------------------------------------------

    async def run(self, job: Callable[[Write], T], *, is_durable: bool = False) -> tuple[T, Changes]:
        """Run a job as one transaction on the writer's thread and publish what it moved.

        `is_durable` waits for the disk: for what a person wrote. Raises StorageError after `close`.
        """
        self._refuse_closed()
        return await self._writer.run(partial(self._run, job, is_durable))

    def _run(self, job: Callable[[Write], T], is_durable: bool, conn: Any) -> tuple[T, Changes]:
        from app.store.write import Write

        write = Write(conn, self._clock.now_ms(), self._me, self._board)
        with transaction(conn, is_durable=is_durable):
            result = job(write)
        for step in write.after_commit:
            step()
        changes = write.tally.finish()
        self._publish(changes)
        if write.has_backlog:
            self._index_later()
        return result, changes

    def _index_later(self) -> None:
        """Go on indexing behind whatever waits for the writer's thread now."""
        if self._is_indexing:
            return
        with contextlib.suppress(RuntimeError):  # closing: the rest is indexed after the next start
            self._writer.submit(self._index_some)
            self._is_indexing = True

    def _index_some(self, conn: Any) -> None:
        self._is_indexing = False
        with transaction(conn):
            is_more = search_backlog.index_more(conn)
        if is_more:
            self._index_later()
        else:
            conn.execute("PRAGMA shrink_memory")  # what a first sync needed is not needed again

    def _publish(self, changes: Changes) -> None:
        loop = self._loop
        if not changes or loop is None or self.on_commit is None:
            return
        try:
            loop.call_soon_threadsafe(self._deliver, changes)
        except RuntimeError:
            log.debug("the loop has ended; changes were not published")

    def _deliver(self, changes: Changes) -> None:
        if self.on_commit is not None and not self._is_closed:
            self.on_commit(changes)

    async def _change(self, job: Callable[[Write], object], *, is_durable: bool = False) -> Changes:
        return (await self.run(job, is_durable=is_durable))[1]

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise StorageError("the cache is closed")

    def _reading(self) -> Worker:
        self._refuse_closed()
        if self._read_worker is None:
            self._read_worker = Worker(
                "tack-cache-read", self._folder, partial(open_reader, self._folder, self._key)
            )
            self._read_worker.start()
        return self._read_worker

    async def read_in_worker(self, read: Callable[[Reader], T]) -> T:
        """Run reads that may take long on a second connection and thread."""

        def job(conn: Any) -> T:
            if self._worker_reader is None:
                self._worker_reader = self._new_reader(conn)
            return read(self._worker_reader)

        return await self._reading().run(job)

    async def finish_index(self) -> None:
        """Index everything that waits, in short transactions; other writes go on in between."""
        while (await self.run(lambda w: search_backlog.index_more(w.conn)))[0]:
            pass


class _Closed:
    """Stands in the place of a closed connection: who still asks, as a window that goes, gets an error of the world."""

    def execute(self, *_: object) -> NoReturn:
        """Raise StorageError."""
        raise StorageError("the cache is closed")


def _prepare(conn: Any, user_id: UserID | None) -> UserID:
    """Bring a freshly opened file up to date, and say whose cache it is."""
    ensure_schema(conn)
    if user_id is not None:
        with transaction(conn):
            keeping.keep_user(conn, user_id)
        return user_id
    return UserID(kept.read_kv(conn, *kept.USER) or "")
