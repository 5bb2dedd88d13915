"""The figures on rail, tray, taskbar and title: one query, asked here, kept, and asked again when something moved."""

from app.changes import ChangeFeed
from app.domain.attention import AttentionSource
from app.domain.rooms import AttentionTotals
from app.store.cache import Cache


class AttentionService:
    """Counts what waits for the person."""

    def __init__(self, cache: Cache, changes: ChangeFeed) -> None:
        self._cache = cache
        self._changes = changes

    def start(self) -> None:
        """Begin to follow the changes."""

    async def stop(self) -> None:
        """End."""

    def totals(self) -> AttentionTotals:
        """Read the totals from the cache (bounded read)."""
        return self._cache.read.totals()

    async def sources(self) -> list[AttentionSource]:
        """Say what the numbers are made of."""
        return await self._cache.read_in_worker(lambda read: read.attention.sources())
