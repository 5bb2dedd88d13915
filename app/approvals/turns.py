"""Duties of a deputy come and go because time passes: nothing is written then, so somebody has to say that they did."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from app.changes import Changes
from app.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.changes import ChangeFeed
    from app.store.cache import Cache

FIRST_WAIT_S = 5.0
"""A start has better things to do."""
LONGEST_WAIT_S = 600.0
"""The computer may have slept meanwhile, or its clock was set."""


class DutyTurns:
    """Tells the change feed which requests have become, or are no longer, a duty by time alone."""

    def __init__(self, cache: Cache, changes: ChangeFeed, now_ms: Callable[[], int]) -> None:
        self._cache, self._changes, self._now_ms = cache, changes, now_ms
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._unsubscribe = self._changes.subscribe(self._on_changes)
        self._task = asyncio.create_task(self._run(), name="turns of deputies")

    async def stop(self) -> None:
        """End."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _on_changes(self, changes: Changes) -> None:
        if changes.approvals or changes.is_rebuilt:
            self._moved.set()

    async def _run(self) -> None:
        seen = self._now_ms()
        await self._wait(FIRST_WAIT_S)
        while True:
            turn = None
            self._moved.clear()
            with contextlib.suppress(StorageError):  # damage is found elsewhere; the next look tries again
                now = self._now_ms()
                rooms, turn = await self._cache.read_in_worker(
                    lambda read, seen=seen, now=now: (  # type: ignore[misc]
                        read.approvals.turned(seen, now),
                        read.approvals.next_turn_ms(now),
                    )
                )
                seen = now
                self._changes.publish(Changes(approvals=frozenset(rooms)))
            await self._wait(LONGEST_WAIT_S if turn is None else (turn - seen) / 1000)

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(max(seconds, 0.05), LONGEST_WAIT_S)):
                await self._moved.wait()
