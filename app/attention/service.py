"""The figures on rail, tray, taskbar and title: one query, asked here, kept, and asked again when something moved.

The query runs on the read worker, at most one at a time; whatever moves meanwhile asks once more. Listeners hear of
figures that differ from the last they heard, and of no others.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.errors import StorageError
from app.late import Late
from app.listeners import Listeners

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from app.changes import ChangeFeed, Changes
    from app.domain.attention import AttentionSource
    from app.domain.rooms import AttentionTotals
    from app.store.cache import Cache
else:
    asyncio = Late("asyncio")

log = logging.getLogger("tack.attention")


class AttentionService:
    """Counts what waits for the person. All calls come from the loop's thread."""

    def __init__(self, cache: Cache, changes: ChangeFeed) -> None:
        self._cache = cache
        self._changes = changes
        self._listeners: Listeners[AttentionTotals] = Listeners()
        self._told: AttentionTotals | None = None
        self._assumptions = 0
        self._is_outdated = False
        self._reading: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to follow the changes."""
        if self._unsubscribe is None:
            self._unsubscribe = self._changes.subscribe(self._on_changes)
            self.refresh()

    async def stop(self) -> None:
        """End."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def totals(self) -> AttentionTotals:
        """Give what the listeners know; while nobody follows, or nothing runs, read it from the cache (bounded read)."""
        if self._told is None or not self._listeners or self._unsubscribe is None:
            self._told = self._assumed(self._cache.read.totals())
        return self._told

    def subscribe(self, listener: Callable[[AttentionTotals], None]) -> Callable[[], None]:
        """Tell a listener of every change of the figures; the returned function ends it. The first are in `totals`."""
        self._told = self.totals()
        unsubscribe = self._listeners.subscribe(listener)
        self.refresh()
        return unsubscribe

    def refresh(self) -> None:
        """Read again soon. Many calls in a row are one."""
        self._is_outdated = True
        if self._unsubscribe is None or not self._listeners or self._reading is not None:
            return
        self._reading = asyncio.create_task(self._read(), name="attention")

    def assume_cleared(self) -> None:
        """Say at once what a clear of everything is about to make true; the next read says what is."""
        self._tell(_cleared(self.totals()))
        self.refresh()

    @contextmanager
    def assuming_cleared(self) -> Iterator[None]:
        """Say so, and hold to it whatever is read, until the write inside has ended, well or not."""
        self._assumptions += 1
        try:
            self._tell(_cleared(self.totals()))
            yield
        finally:
            self._assumptions -= 1
            self.refresh()

    async def sources(self) -> list[AttentionSource]:
        """Say what the numbers are made of."""
        return await self._cache.read_in_worker(lambda read: read.attention.sources())

    def _on_changes(self, changes: Changes) -> None:
        if (
            changes.rooms
            or changes.is_order_changed
            or changes.is_queue_changed
            or changes.dings
            or changes.approvals
            or changes.is_rebuilt
        ):
            self.refresh()

    async def _read(self) -> None:
        try:
            while self._is_outdated:
                self._is_outdated = False
                self._tell(self._assumed(await self._cache.read_in_worker(lambda read: read.totals())))
        except StorageError as error:
            log.warning("the figures cannot be read: %s", error.code)
        except Exception:  # outermost frame of a task; the next change asks again
            log.exception("attention")
        finally:
            self._reading = None

    def _assumed(self, totals: AttentionTotals) -> AttentionTotals:
        return _cleared(totals) if self._assumptions else totals

    def _tell(self, totals: AttentionTotals) -> None:
        if totals == self._told:
            return
        self._told = totals
        self._listeners.tell(totals)


def _cleared(totals: AttentionTotals) -> AttentionTotals:
    """Give the figures without what a clear takes away; duties stay."""
    return totals._replace(
        unread=0, mentions=0, muted_rooms=0, unread_rooms=0, comments=0, new_posts=0, post_comments=0
    )
