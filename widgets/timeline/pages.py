"""The rows in use, fetched in pages from the source and forgotten again: memory stays flat at any length.

Pages are keyed by a coordinate that does not move when rows come above (`row - first`), so prepending history
refetches nothing but the page that was cut at the old beginning.
"""

from collections import OrderedDict
from collections.abc import Sequence

from widgets.timeline.values import Row, RowSource

PAGE_ROWS = 32
KEPT_PAGES = 32


class RowPages:
    """Rows by number, read through pages."""

    def __init__(self, source: RowSource) -> None:
        self._source = source
        self._first = 0
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self.count = source.row_count()

    def key(self, row: int) -> int:
        """A number for this row that survives prepending."""
        return row + self._first

    def row(self, row: int) -> Row | None:
        """One row; None when the source has fewer rows than it said."""
        at = row + self._first
        number = at // PAGE_ROWS
        page = self._pages.get(number)
        if page is None:
            page = self._fetch(number)
        else:
            self._pages.move_to_end(number)
        index = at - max(number * PAGE_ROWS, self._first)
        return page[index] if 0 <= index < len(page) else None

    def _fetch(self, number: int) -> Sequence[Row]:
        start = max(number * PAGE_ROWS, self._first)
        page = self._source.rows(start - self._first, (number + 1) * PAGE_ROWS - start)
        self._pages[number] = page
        if len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        return page

    def prepended(self, count: int) -> None:
        """`count` rows came above row 0."""
        self._pages.pop(self._first // PAGE_ROWS, None)
        self._first -= count
        self.count += count

    def changed_from(self, row: int) -> None:
        """Forget `row` and everything behind it; count again."""
        self.count = self._source.row_count()
        number = (row + self._first) // PAGE_ROWS
        for known in [known for known in self._pages if known >= number]:
            del self._pages[known]

    def forget(self, uids: frozenset[str]) -> None:
        """Read the pages with these rows again when next asked; rows not in use cost nothing."""
        stale = [number for number, page in self._pages.items() if any(row.uid in uids for row in page)]
        for number in stale:
            del self._pages[number]
