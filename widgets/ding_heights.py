"""Heights and tops of rows that differ in height: each is asked for once, and again when its row changed."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class RowHeights:
    """`measure` brings it up to date; until then the tops are those of before."""

    def __init__(self) -> None:
        self._heights: list[int | None] = []
        self._tops: list[int] = [0]
        self._is_stale = True

    @property
    def count(self) -> int:
        """How many rows are measured."""
        return len(self._tops) - 1

    @property
    def total(self) -> int:
        """All of them."""
        return self._tops[-1]

    def measure(self, count: int, first_top: int, height_of: Callable[[int], int]) -> None:
        """Ask for what is not known of `count` rows."""
        if not self._is_stale and count == self.count:
            return
        self._is_stale = False
        if len(self._heights) != count:
            self._heights = [None] * count
        known = [height_of(row) if height is None else height for row, height in enumerate(self._heights)]
        self._heights = list(known)
        self._tops = list(accumulate(known, initial=first_top))

    def top(self, row: int) -> int:
        """Where a row begins."""
        return self._tops[row]

    def height(self, row: int) -> int:
        """How high it is."""
        return self._tops[row + 1] - self._tops[row]

    def row_at(self, y: int) -> int:
        """The row at a height; -1 above the first, `count` below the last."""
        return bisect_right(self._tops, y) - 1

    def inserted(self, first: int, last: int) -> None:
        """Rows came."""
        self._heights[first:first] = [None] * (last - first + 1)
        self._is_stale = True

    def removed(self, first: int, last: int) -> None:
        """Rows went."""
        del self._heights[first : last + 1]
        self._is_stale = True

    def changed(self, first: int, last: int) -> None:
        """Rows may have another height."""
        for row in range(first, min(last + 1, len(self._heights))):
            self._heights[row] = None
        self._is_stale = True

    def forget(self) -> None:
        """All may have another height."""
        self._heights = [None] * len(self._heights)
        self._is_stale = True

    def outdate(self) -> None:
        """Look again whether anything is not known."""
        self._is_stale = True
