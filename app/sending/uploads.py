"""Attachments on their way up: how far each is, and how the person stops one.

Lives in memory: the row of the send queue is what survives a restart, and its file is then uploaded from the start. A
row that is dropped while its file goes up was never an event: nothing has to be recalled.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.changes import ChangeFeed, Changes, TimelineChange
from app.clock import Clock
from app.domain.ids import TxnID
from app.domain.sending import QueuedRequest, RequestKind
from app.sending.contents import ECHO_PREFIX

TELL_EVERY_S = 0.2

Note = Callable[[int, int], None]
"""Called on the loop's thread with bytes so far and bytes in all."""
T = TypeVar("T")


class UploadDropped(Exception):
    """The person gave the attachment up while it was on its way: the row is not sent."""


class _Upload:
    """One running upload."""

    def __init__(self, row: QueuedRequest) -> None:
        self.row = row
        self.task: asyncio.Task[object] | None = None
        self.share = 0.0
        self.is_dropped = False


class Uploads:
    """The running uploads of one account. Tells of progress by `Changes`, a few times a second in all."""

    def __init__(self, changes: ChangeFeed, clock: Clock) -> None:
        self._changes = changes
        self._clock = clock
        self._running: dict[TxnID, _Upload] = {}
        self._moved: set[TxnID] = set()
        self._told_at = float("-inf")

    def share_of(self, uid: str) -> float | None:
        """How much of an item's file is up, 0 to 1; None when nothing moves."""
        upload = self._running.get(TxnID(uid.removeprefix(ECHO_PREFIX)))
        return None if upload is None else upload.share

    def drop(self, txn_id: TxnID) -> bool:
        """Stop an upload; whether there was one. Its row is not sent any more, and may be discarded."""
        upload = self._running.get(txn_id)
        if upload is None:
            return False
        upload.is_dropped = True
        if upload.task is not None:
            upload.task.cancel()
        return True

    async def run(self, row: QueuedRequest, work: Callable[[Note], Awaitable[T]]) -> T:
        """Run everything that comes before a row's event is sent. Raises `UploadDropped` after `drop`."""
        upload = self._running[row.txn_id] = _Upload(row)

        async def move() -> T:
            return await work(lambda sent, total: self._note(upload, sent, total))

        task = upload.task = asyncio.create_task(move(), name=f"upload {row.txn_id}")
        try:
            self._note(upload, 0, 1)
            result = await task
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if upload.is_dropped and (own is None or not own.cancelling()):
                raise UploadDropped from None
            raise
        finally:
            task.cancel()
            del self._running[row.txn_id]
        if upload.is_dropped:
            raise UploadDropped
        return result

    def _note(self, upload: _Upload, sent: int, total: int) -> None:
        upload.share = min(1.0, sent / total) if total else 1.0
        self._moved.add(upload.row.txn_id)
        now = self._clock.monotonic()
        if now - self._told_at < TELL_EVERY_S:
            return
        self._told_at = now
        moved, self._moved = self._moved, set()
        rows = [running.row for txn_id in moved if (running := self._running.get(txn_id)) is not None]
        shown = tuple(_touch(row) for row in rows if row.room_id and row.kind is RequestKind.EVENT)
        asked = frozenset(row.room_id for row in rows if row.room_id and row.kind is not RequestKind.EVENT)
        self._changes.publish(Changes(timelines=shown, approvals=asked))


def _touch(row: QueuedRequest) -> TimelineChange:
    assert row.room_id is not None
    return TimelineChange(row.room_id, touched=frozenset({f"{ECHO_PREFIX}{row.txn_id}"}))
