"""The cache of one account: who writes, who reads, and what moved."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from app.late import Late
from app.store.cache_core import CacheCore
from app.store.connection import CacheKey as CacheKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.changes import Changes
    from app.domain.account import Session
    from app.domain.events import Event, JSONObject
    from app.domain.ids import ContentURI, EventID, RoomID, TxnID
    from app.domain.rooms import NotifyLevel
    from app.domain.sending import QueuedRequest
    from app.domain.sync import SyncBatch
    from app.store import (
        approvals,
        channels,
        history,
        ingest,
        keeping,
        new_rooms,
        person,
        queue_write,
        search_index,
        txn_ids,
    )
    from app.store.channel_store import ChannelStore
    from app.store.clear_store import ClearStore
    from app.store.ding_alert_store import DingAlertStore
    from app.store.ding_store import DingStore
    from app.store.salvage import Salvage
    from app.store.search_read import SearchPage, SearchQuery
    from app.store.values import Draft, MediaFile, NewRequest
    from app.store.write import Write
else:
    history, ingest, keeping = Late("app.store.history"), Late("app.store.ingest"), Late("app.store.keeping")
    person, queue_write = Late("app.store.person"), Late("app.store.queue_write")
    approvals, new_rooms = Late("app.store.approvals"), Late("app.store.new_rooms")
    channels = Late("app.store.channels")
    search_index, txn_ids = Late("app.store.search_index"), Late("app.store.txn_ids")


class Cache(CacheCore):
    """One database. Writers are coroutines; each is one transaction on the cache's own thread and publishes what moved.

    `read` answers at once on the calling thread (the loop's); `read_in_worker` is for what may take longer.
    """

    @cached_property
    def dings(self) -> DingStore:
        """What this device notes about dings."""
        from app.store.ding_store import DingStore

        return DingStore(self.run)

    @cached_property
    def ding_alerts(self) -> DingAlertStore:
        """What this device notes about alerts of dings."""
        from app.store.ding_alert_store import DingAlertStore

        return DingAlertStore(self.run)

    @cached_property
    def channels(self) -> ChannelStore:
        """What is written about channels besides events."""
        from app.store.channel_store import ChannelStore

        return ChannelStore(self.run)

    @cached_property
    def clearing(self) -> ClearStore:
        """One-click clears."""
        from app.store.clear_store import ClearStore

        return ClearStore(self.run)

    async def search(self, query: SearchQuery, limit: int = 50, before_id: int | None = None) -> SearchPage:
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
        return await self.add_events([event])

    async def add_events(self, events: Sequence[Event]) -> Changes:
        """Store fetched events (reactions, edits, a reply's original) in one transaction. None becomes a row."""
        return await self._change(lambda w: history.add_events(w, events))

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

    async def due(self, now_ms: int, lane: str | None = None) -> list[QueuedRequest]:
        """Give the head of every lane (or of one) that may go out now. A wedged head lets the next row of its lane pass."""
        return await self._writer.run(partial(queue_write.due, now_ms=now_ms, lane=lane))

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

    async def queue_room_made(self, txn_id: TxnID, room_id: RoomID, uninvited: Sequence[str] = ()) -> Changes:
        """The server made the room of a `CREATE_ROOM` row: whoever waits for it goes on in it.

        `uninvited` are invited from now on, in a row of their own.
        """

        def job(w: Write) -> None:
            for request in new_rooms.room_made(w, txn_id, room_id, uninvited):
                queue_write.enqueue(w, request)

        return await self._change(job, is_durable=True)

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
        txn = txn_ids.new_txn_id()
        return await self._change(
            lambda w: person.set_read(w, room_id, up_to, txn, is_private=is_private, fully_read=fully_read)
        )

    async def set_marked_unread(self, room_id: RoomID, is_unread: bool) -> Changes:
        """Set or clear the unread mark, here and (queued) on the server."""
        txn = txn_ids.new_txn_id()
        return await self._change(lambda w: person.set_marked_unread(w, room_id, is_unread, txn))

    async def set_level(self, room_id: RoomID, level: NotifyLevel) -> Changes:
        """Make a room as loud as said, here and (queued) on the server."""
        txn = txn_ids.new_txn_id()
        return await self._change(lambda w: person.set_level(w, room_id, level, txn))

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

    async def restore(self, salvage: Salvage) -> Changes:
        """Put back what was saved of a damaged file."""
        from app.store.salvage import restore, restored

        def job(w: Write) -> None:
            restore(w.conn, salvage)
            approvals.refresh_queued(w)
            channels.refresh_queued(w)
            w.tally.is_rebuilt = w.tally.is_queue_changed = True

        changes = await self._change(job, is_durable=True)
        restored(self._folder, salvage)
        await self._learn_user()
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
        await self.run(lambda w: search_index.start_rebuild(w.conn))
        await self.finish_index()
