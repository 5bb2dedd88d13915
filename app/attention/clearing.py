"""One click clears unread and mentions, never duties; ten seconds to undo, then private receipts go out."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from app.domain.attention import ClearKind

if TYPE_CHECKING:
    from app.attention.service import AttentionService
    from app.clock import Clock
    from app.domain.attention import ClearRecord, ClearScope
    from app.store.cache import Cache

UNDO_MS = 10_000
HISTORY_MS = 24 * 3600 * 1000


class Clearing:
    """`account.clearing`."""

    def __init__(self, cache: Cache, attention: AttentionService, clock: Clock) -> None:
        self._cache = cache
        self._attention = attention
        self._clock = clock

    async def clear(self, scope: ClearScope) -> int | None:
        """Clear; the id for `undo`, None when there was nothing to clear. Raises `StorageError`.

        A clear of everything shows in the figures before the disk has it.
        """
        is_all = scope.kind is ClearKind.EVERYTHING
        with self._attention.assuming_cleared() if is_all else nullcontext():
            return await self._cache.clearing.clear(scope, self._clock.now_ms() + UNDO_MS)

    async def undo(self, clear_id: int) -> bool:
        """Put everything back as it was; False once the undo time is over (then there is `restore`)."""
        return await self._cache.clearing.undo(clear_id)

    async def restore(self, clear_id: int) -> int:
        """Later: make the rooms unread again that nobody read since; how many. Without effect the second time."""
        return await self._cache.clearing.restore(clear_id)

    def history(self) -> list[ClearRecord]:
        """Give the clears of the last 24 hours, newest first (bounded read)."""
        return self._cache.read.attention.clears(self._clock.now_ms() - HISTORY_MS)
