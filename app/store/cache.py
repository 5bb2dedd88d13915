"""The cache of one account: who writes, who reads, and what moved."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.changes import Changes
from app.clock import Clock, SystemClock
from app.domain.account import Session
from app.domain.events import Event, JSONObject
from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
from app.domain.sending import QueuedRequest
from app.domain.sync import SyncBatch
from app.store.connection import CacheKey as CacheKey
from app.store.reader import Reader
from app.store.values import Draft, MediaFile, NewRequest

if TYPE_CHECKING:
    from app.store.salvage import Salvage
    from app.store.search_read import SearchPage, SearchQuery

T = TypeVar("T")


class Cache:
    """One database. Writers are coroutines; each is one transaction on the cache's own thread and publishes what moved.

    `read` answers at once on the calling thread (the loop's); `read_in_worker` is for what may take longer.
    """

    read: Reader
    on_commit: Callable[[Changes], None] | None
    """Called on the attached loop's thread after each commit, in commit order."""

    @classmethod
    def open(
        cls, folder: Path, key: CacheKey, *, user_id: UserID | None = None, clock: Clock | None = None
    ) -> "Cache":
        """Open or make the cache in a folder; blocks a few ms.

        Raises AlreadyOpen, ReadOnlyFolder, DiskFull, Damaged, WrongKey, TooNew.
        """
        raise NotImplementedError

    @classmethod
    def salvage(cls, folder: Path, key: CacheKey) -> "Salvage":
        """Move a damaged file aside and read what can be read of it. Then `open` makes a new one; see `restore`."""
        raise NotImplementedError

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say on which loop's thread `on_commit` is to be called."""
        raise NotImplementedError

    @property
    def user_id(self) -> UserID:
        """Whose cache this is; empty until a session is saved."""
        raise NotImplementedError

    def close(self) -> None:
        """Finish what is queued, close, unlock. May be called twice."""
        raise NotImplementedError

    async def check_quick(self) -> None:
        """Look for damage (1 s per GB, on the read worker). Raises Damaged."""
        raise NotImplementedError

    async def read_in_worker(self, read: Callable[[Reader], T]) -> T:
        """Run reads that may take long on a second connection and thread."""
        raise NotImplementedError

    async def search(
        self, query: "SearchQuery", limit: int = 50, before_id: int | None = None
    ) -> "SearchPage":
        """Search message texts on the read worker."""
        raise NotImplementedError

    # What the server says

    async def apply_sync(self, batch: SyncBatch) -> Changes:
        """Store one sync answer with all its projections and, last, its positions."""
        raise NotImplementedError

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
        raise NotImplementedError

    async def add_members(
        self, room_id: RoomID, events: Sequence[Event], *, complete: bool = True
    ) -> Changes:
        """Store the answer of the member list; `complete` drops members it does not name."""
        raise NotImplementedError

    async def add_event(self, event: Event) -> Changes:
        """Store a single fetched event (a reply's original). It does not become a row."""
        raise NotImplementedError

    async def forget_room(self, room_id: RoomID) -> Changes:
        """Take a left room off the list. Rows of the send queue and the draft stay."""
        raise NotImplementedError

    # Send queue

    async def enqueue(self, request: NewRequest) -> QueuedRequest:
        """Put a row into the send queue. Returns when the disk has it."""
        raise NotImplementedError

    async def enqueue_all(self, requests: Sequence[NewRequest]) -> list[QueuedRequest]:
        """Put several rows into the send queue in one transaction."""
        raise NotImplementedError

    async def due(self, now_ms: int) -> list[QueuedRequest]:
        """Give the head of every lane that may go out now. A wedged head lets the next row of its lane pass."""
        raise NotImplementedError

    async def next_due_ms(self, now_ms: int) -> int | None:
        """Give when the next held row becomes due; None when nothing is held."""
        raise NotImplementedError

    async def queue_mark_sending(self, txn_id: TxnID) -> Changes:
        """The row is on the wire."""
        raise NotImplementedError

    async def queue_mark_sent(self, txn_id: TxnID, event_id: EventID | None = None) -> Changes:
        """The server took it. The row of an event stays until its copy comes by sync; other rows end here."""
        raise NotImplementedError

    async def queue_failed(self, txn_id: TxnID, code: str, retry_at_ms: int | None) -> Changes:
        """Sending failed: again at `retry_at_ms`, or, with None, wedged until the person decides."""
        raise NotImplementedError

    async def queue_retry(self, txn_id: TxnID) -> Changes:
        """Let a wedged or waiting row go out at once."""
        raise NotImplementedError

    async def queue_discard(self, txn_id: TxnID) -> Changes:
        """Drop a row the person gave up, and what depends on it. A row that was sent stays."""
        raise NotImplementedError

    async def queue_hold(self, txn_id: TxnID, until_ms: int) -> Changes:
        """Do not send before a time."""
        raise NotImplementedError

    async def queue_update_content(self, txn_id: TxnID, content: JSONObject) -> Changes:
        """Replace the content of an unsent row (an upload added sizes)."""
        raise NotImplementedError

    async def queue_attachment_uploaded(self, txn_id: TxnID, uri: ContentURI) -> Changes:
        """Keep the address of the uploaded file, so that a retry does not upload again."""
        raise NotImplementedError

    async def queue_recover(self) -> Changes:
        """After a start: rows that were on the wire when the process died wait again, under the same txn id."""
        raise NotImplementedError

    # What the person does

    async def set_read(
        self, room_id: RoomID, up_to: EventID, *, is_private: bool = False, fully_read: bool = True
    ) -> Changes:
        """Mark a room read up to an event: counts drop at once, and the receipt is queued in the same transaction."""
        raise NotImplementedError

    async def set_marked_unread(self, room_id: RoomID, is_unread: bool) -> Changes:
        """Set or clear the unread mark, here and (queued) on the server."""
        raise NotImplementedError

    async def set_draft(self, room_id: RoomID, draft: Draft) -> Changes:
        """Keep unsent text; an empty draft is removed."""
        raise NotImplementedError

    # Account

    async def save_session(self, session: Session | None) -> None:
        """Keep the credentials; returns when the disk has them. None forgets them (signed out), data stays."""
        raise NotImplementedError

    async def set_kv(self, namespace: str, key: str, value: str | None) -> None:
        """Keep a value; None removes it."""
        raise NotImplementedError

    async def set_positions(self, positions: dict[str, str | None]) -> None:
        """Save sync positions outside a batch; None removes one (restart of a connection)."""
        raise NotImplementedError

    async def remember_media(self, file: MediaFile) -> Changes:
        """Note a file of the media cache."""
        raise NotImplementedError

    async def touch_media(self, uri: ContentURI, variant: str = "") -> None:
        """Note that a media file was used now."""
        raise NotImplementedError

    async def forget_media(self, files: Sequence[MediaFile]) -> None:
        """Drop rows of evicted media files."""
        raise NotImplementedError

    async def restore(self, salvage: "Salvage") -> Changes:
        """Put back what was saved of a damaged file."""
        raise NotImplementedError

    # Repair

    async def rebuild(self) -> Changes:
        """Drop every projection and compute it again from the stored facts."""
        raise NotImplementedError

    async def rebuild_search(self) -> None:
        """Drop the search index and build it again."""
        raise NotImplementedError


_ = SystemClock
