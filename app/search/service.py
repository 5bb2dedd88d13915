"""Search over the cache."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.store.search_read import SearchPage, SearchQuery


class SearchService:
    """Searches what is cached; the page says how far back that reaches."""

    def search(self, query: "SearchQuery", page_size: int = 50) -> "AsyncIterator[SearchPage]":
        """Yield pages, newest hits first, until there are no more. Stop iterating to stop searching."""
        raise NotImplementedError
