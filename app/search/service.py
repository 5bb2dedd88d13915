"""Search over the cache."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from app.store.cache import Cache

if TYPE_CHECKING:
    from app.store.search_read import SearchPage, SearchQuery


class SearchService:
    """Searches what is cached; the page says how far back that reaches."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def search(self, query: "SearchQuery", page_size: int = 50) -> "AsyncIterator[SearchPage]":
        """Yield pages, newest hits first, until there are no more. Stop iterating to stop searching."""
        before: int | None = None
        while True:
            page = await self._cache.search(query, page_size, before)
            yield page
            if page.next is None:
                return
            before = page.next
