"""Which of many numbered pieces are here, as sorted spans. Cheap while pieces come one after another."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Spans:
    """A set of numbers, kept as spans (first, behind the last)."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._count = 0
        for number in sorted(numbers):
            self.add(number)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._starts, number) - 1
        return at >= 0 and number < self._ends[at]

    def __bool__(self) -> bool:
        return bool(self._starts)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Give them sorted."""
        return tuple(zip(self._starts, self._ends, strict=True))

    def add(self, number: int) -> None:
        """Note one."""
        if number in self:
            return
        self._count += 1
        at = bisect_right(self._starts, number)
        joins_left = at > 0 and self._ends[at - 1] == number
        joins_right = at < len(self._starts) and self._starts[at] == number + 1
        if joins_left and joins_right:
            self._ends[at - 1] = self._ends[at]
            del self._starts[at], self._ends[at]
        elif joins_left:
            self._ends[at - 1] = number + 1
        elif joins_right:
            self._starts[at] = number
        else:
            self._starts.insert(at, number)
            self._ends.insert(at, number + 1)

    def discard(self, number: int) -> None:
        """Forget one."""
        if number not in self:
            return
        self._count -= 1
        at = bisect_right(self._starts, number) - 1
        start, end = self._starts[at], self._ends[at]
        parts = [(a, b) for a, b in ((start, number), (number + 1, end)) if a < b]
        self._starts[at : at + 1] = [a for a, _ in parts]
        self._ends[at : at + 1] = [b for _, b in parts]

    def clear(self) -> None:
        """Forget all."""
        self._starts.clear()
        self._ends.clear()
        self._count = 0

    def gap(self, number: int) -> tuple[int, int | None]:
        """Give the first gap at or behind a number: (its first, the next that is here or None)."""
        at = bisect_right(self._starts, number) - 1
        if at >= 0 and number < self._ends[at]:
            number = self._ends[at]
        following = at + 1
        return number, self._starts[following] if following < len(self._starts) else None

    def first_from(self, number: int) -> int | None:
        """Give the first one that is not below a number."""
        at = bisect_right(self._starts, number) - 1
        if at >= 0 and number < self._ends[at]:
            return number
        return self._starts[at + 1] if at + 1 < len(self._starts) else None

    @property
    def last(self) -> int | None:
        """Give the greatest."""
        return self._ends[-1] - 1 if self._ends else None
