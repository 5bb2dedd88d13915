"""The cache of one account: who writes, who reads, and what moved."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.changes import Changes
from app.clock import Clock, SystemClock
from app.domain.account import Session
from app.domain.events import Event, JSONObject
from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
from app.domain.sending import QueuedRequest
from app.domain.sync import SyncBatch
from app.errors import StorageError
from app.store import history, ingest, keeping, person, queue_write
from app.store.connection import (
    ASIDE_NAME,
    FolderLock,
    Worker,
    open_reader,
    open_writer,
    quick_check,
    transaction,
)
from app.store.connection import CacheKey as CacheKey
from app.store.keys import FileKey, resolve_key
from app.store.reader import Reader
from app.store.schema import ensure_schema
from app.store.search_backlog import index_more
from app.store.search_index import start_rebuild
from app.store.txn_ids import new_txn_id
from app.store.values import Draft, MediaFile, NewRequest
from app.store.write import TypingBoard, Write

if TYPE_CHECKING:
    from app.store.salvage import Salvage
    from app.store.search_read import SearchPage, SearchQuery

log = logging.getLogger("tack.store")

T = TypeVar("T")
_WRITER_CACHE_KIB = 32_768
"""A sync of 10 MB fits, so that no page of it is encrypted twice."""
_READER_CACHE_KIB = 16_384


class Cache:
    """One database. Writers are coroutines; each is one transaction on the cache's own thread and publishes what moved.

    `read` answers at once on the calling thread (the loop's); `read_in_worker` is for what may take longer.
    """

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
    ) -> "Cache":
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
            self.read = self._new_reader(open_reader(self._folder, self._key, cache_kib=_READER_CACHE_KIB))
        except BaseException:
            self._writer.stop()
            raise

    def _finish_salvage(self, key: CacheKey) -> None:
        """Take in what a salvage left behind that died before `restore`."""
        if not (self._folder / ASIDE_NAME).exists():
            return
        from app.store.salvage import restore, restored, unrestored

        try:
            saved = unrestored(self._folder, key)
            if saved is not None:
                self._writer.call(partial(self._run, lambda w: restore(w.conn, saved), True))
                restored(self._folder, saved)
                self._me = self._writer.call(partial(_prepare, user_id=None))
        except StorageError as error:  # the next start tries again
            log.error("what was saved of a damaged cache cannot be taken in: %s", error)

    def _new_reader(self, conn: Any) -> Reader:
        return Reader(conn, self._board, self._who)

    def _who(self) -> UserID:
        return self._me

    @classmethod
    def salvage(cls, folder: Path, key: CacheKey) -> "Salvage":
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
        self.read.close()
        self._writer.stop()
        self._lock.release()

    async def check_quick(self) -> None:
        """Look for damage (1 s per GB, on the read worker). Raises Damaged."""
        await self._reading().run(partial(quick_check, folder=self._folder))

    # Running -----------------------------------------------------------------------------------------------------

    async def run(self, job: Callable[[Write], T], *, is_durable: bool = False) -> tuple[T, Changes]:
        """Run a job as one transaction on the writer's thread and publish what it moved.

        `is_durable` waits for the disk: for what a person wrote.
        """
        return await self._writer.run(partial(self._run, job, is_durable))

    def _run(self, job: Callable[[Write], T], is_durable: bool, conn: Any) -> tuple[T, Changes]:
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
            is_more = index_more(conn)
        if is_more:
            self._index_later()

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

    def _reading(self) -> Worker:
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

    async def search(
        self, query: "SearchQuery", limit: int = 50, before_id: int | None = None
    ) -> "SearchPage":
        """Search message texts on the read worker."""
        return await self.read_in_worker(lambda reader: reader.search(query, limit, before_id))

    # What the server says ----------------------------------------------------------------------------------------

    async def apply_sync(self, batch: SyncBatch) -> Changes:
        """Store one sync answer with all its projections and, last, its positions."""
        return await self._change(lambda w: ingest.apply_sync(w, batch))

    async def add_messages(
        self,
        room_id: RoomID,
        events_newest_first: Sequence[Event],
        prev_batch_used: str,
        end: str | None,
        *,
        state: Sequence[Event] = (),
    ) -> Changes:
        """Store a page of history asked with `prev_batch_used`: above the first row, or into the gap of that token.

        `end` None means the start of the room is reached. `state` are members the server sent along; they never
        override what is known. A token nobody waits for any more changes nothing.
        """
        return await self._change(
            lambda w: history.add_messages(w, room_id, events_newest_first, prev_batch_used, end, state)
        )

    async def add_members(
        self, room_id: RoomID, events: Sequence[Event], *, complete: bool = True
    ) -> Changes:
        """Store the answer of the member list; `complete` drops members it does not name."""
        return await self._change(lambda w: history.add_members(w, room_id, events, complete=complete))

    async def add_event(self, event: Event) -> Changes:
        """Store a single fetched event (a reply's original). It does not become a row."""
        return await self._change(lambda w: history.add_event(w, event))

    async def forget_room(self, room_id: RoomID) -> Changes:
        """Take a left room off the list. Rows of the send queue and the draft stay."""
        return await self._change(lambda w: history.forget_room(w, room_id))

    # Send queue --------------------------------------------------------------------------------------------------

    async def enqueue(self, request: NewRequest) -> QueuedRequest:
        """Put a row into the send queue. Returns when the disk has it."""
        return (await self.run(lambda w: queue_write.enqueue(w, request), is_durable=True))[0]

    async def enqueue_all(self, requests: Sequence[NewRequest]) -> list[QueuedRequest]:
        """Put several rows into the send queue in one transaction."""
        return (await self.run(lambda w: [queue_write.enqueue(w, r) for r in requests], is_durable=True))[0]

    async def due(self, now_ms: int) -> list[QueuedRequest]:
        """Give the head of every lane that may go out now. A wedged head lets the next row of its lane pass."""
        return await self._writer.run(partial(queue_write.due, now_ms=now_ms))

    async def next_due_ms(self, now_ms: int) -> int | None:
        """Give when the next held row becomes due; None when nothing is held."""
        return await self._writer.run(partial(queue_write.next_due_ms, now_ms=now_ms))

    async def queue_mark_sending(self, txn_id: TxnID) -> Changes:
        """The row is on the wire."""
        return await self._change(lambda w: queue_write.mark_sending(w, txn_id))

    async def queue_mark_sent(self, txn_id: TxnID, event_id: EventID | None = None) -> Changes:
        """The server took it. The row of an event stays until its copy comes by sync; other rows end here."""
        return await self._change(lambda w: queue_write.mark_sent(w, txn_id, event_id))

    async def queue_failed(self, txn_id: TxnID, code: str, retry_at_ms: int | None) -> Changes:
        """Sending failed: again at `retry_at_ms`, or, with None, wedged until the person decides."""
        return await self._change(lambda w: queue_write.failed(w, txn_id, code, retry_at_ms))

    async def queue_retry(self, txn_id: TxnID) -> Changes:
        """Let a wedged or waiting row go out at once."""
        return await self._change(lambda w: queue_write.retry(w, txn_id))

    async def queue_discard(self, txn_id: TxnID) -> Changes:
        """Drop a row the person gave up, and what depends on it. A row that was sent stays."""
        return await self._change(lambda w: queue_write.discard(w, txn_id))

    async def queue_hold(self, txn_id: TxnID, until_ms: int) -> Changes:
        """Do not send before a time."""
        return await self._change(lambda w: queue_write.hold(w, txn_id, until_ms))

    async def queue_update_content(self, txn_id: TxnID, content: JSONObject) -> Changes:
        """Replace the content of an unsent row (an upload added sizes)."""
        return await self._change(lambda w: queue_write.update_content(w, txn_id, content))

    async def queue_attachment_uploaded(self, txn_id: TxnID, uri: ContentURI) -> Changes:
        """Keep the address of the uploaded file, so that a retry does not upload again."""
        return await self._change(lambda w: queue_write.attachment_uploaded(w, txn_id, uri))

    async def queue_recover(self) -> Changes:
        """After a start: rows that were on the wire when the process died wait again, under the same txn id."""
        return await self._change(queue_write.recover)

    # What the person does ----------------------------------------------------------------------------------------

    async def set_read(
        self, room_id: RoomID, up_to: EventID, *, is_private: bool = False, fully_read: bool = True
    ) -> Changes:
        """Mark a room read up to an event: counts drop at once, and the receipt is queued in the same transaction."""
        txn = new_txn_id()
        return await self._change(
            lambda w: person.set_read(w, room_id, up_to, txn, is_private=is_private, fully_read=fully_read)
        )

    async def set_marked_unread(self, room_id: RoomID, is_unread: bool) -> Changes:
        """Set or clear the unread mark, here and (queued) on the server."""
        txn = new_txn_id()
        return await self._change(lambda w: person.set_marked_unread(w, room_id, is_unread, txn))

    async def set_draft(self, room_id: RoomID, draft: Draft) -> Changes:
        """Keep unsent text; an empty draft is removed."""
        return await self._change(lambda w: keeping.set_draft(w, room_id, draft), is_durable=True)

    # Account -----------------------------------------------------------------------------------------------------

    async def save_session(self, session: Session | None) -> None:
        """Keep the credentials; returns when the disk has them. None forgets them (signed out), data stays."""
        await self.run(lambda w: keeping.save_session(w, session), is_durable=True)
        if session is not None:
            self._me = session.user_id

    async def set_kv(self, namespace: str, key: str, value: str | None) -> None:
        """Keep a value; None removes it."""
        await self.run(lambda w: keeping.set_kv(w, namespace, key, value))

    async def set_positions(self, positions: dict[str, str | None]) -> None:
        """Save sync positions outside a batch; None removes one (restart of a connection)."""

        def job(w: Write) -> None:
            for name, value in positions.items():
                keeping.put_position(w, name, value)

        await self.run(job)

    async def remember_media(self, file: MediaFile) -> Changes:
        """Note a file of the media cache."""
        return await self._change(lambda w: keeping.remember_media(w, file))

    async def touch_media(self, uri: ContentURI, variant: str = "") -> None:
        """Note that a media file was used now."""
        await self.run(lambda w: keeping.touch_media(w, uri, variant))

    async def forget_media(self, files: Sequence[MediaFile]) -> None:
        """Drop rows of evicted media files."""
        await self.run(lambda w: keeping.forget_media(w, files))

    async def restore(self, salvage: "Salvage") -> Changes:
        """Put back what was saved of a damaged file."""
        from app.store.salvage import restore, restored

        changes = await self._change(lambda w: restore(w.conn, salvage), is_durable=True)
        restored(self._folder, salvage)
        self._me = await self._writer.run(partial(_prepare, user_id=None))
        return changes

    # Repair ------------------------------------------------------------------------------------------------------

    async def rebuild(self) -> Changes:
        """Drop every projection and compute it again from the stored facts; the search index follows in pieces."""
        from app.store.rebuild import rebuild

        changes = await self._change(rebuild)
        await self.finish_index()
        return changes

    async def rebuild_search(self) -> None:
        """Drop the search index and build it again."""
        await self.run(lambda w: start_rebuild(w.conn))
        await self.finish_index()

    async def finish_index(self) -> None:
        """Index everything that waits, in short transactions; other writes go on in between."""
        while (await self.run(lambda w: index_more(w.conn)))[0]:
            pass


def _prepare(conn: Any, user_id: UserID | None) -> UserID:
    """Bring a freshly opened file up to date, and say whose cache it is."""
    ensure_schema(conn)
    if user_id is not None:
        with transaction(conn):
            keeping.keep_user(conn, user_id)
        return user_id
    return UserID(keeping.read_kv(conn, *keeping.USER) or "")
