"""The figures on rail, tray, taskbar and title: one query, asked here."""

from app.domain.rooms import AttentionTotals
from app.store.cache import Cache


class AttentionService:
    """Counts what waits for the person."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def totals(self) -> AttentionTotals:
        """Read the totals from the cache (bounded read)."""
        return self._cache.read.totals()
