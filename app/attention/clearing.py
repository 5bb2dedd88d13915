"""One click clears unread and mentions, never duties; ten seconds to undo, then private receipts go out."""

from app.clock import Clock
from app.domain.attention import ClearScope
from app.store.cache import Cache

UNDO_MS = 10_000


class Clearing:
    """`account.clearing`."""

    def __init__(self, cache: Cache, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock

    async def clear(self, scope: ClearScope) -> int | None:
        """Clear; the id for `undo`, None when there was nothing to clear."""
        return await self._cache.clearing.clear(scope, self._clock.now_ms() + UNDO_MS)
