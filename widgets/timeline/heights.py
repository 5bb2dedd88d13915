"""Heights of all rows, estimated until a row was seen: where a row lies, and which row lies at a height.

A million rows must open at once and take prepends and appends without a pass over all of them. Heights live in one
array; sums of blocks of 512 make both questions a walk over some thousand numbers at most. Rows that come above are
put into spare room at the front, so the block sums of the others stay as they are.
"""

from array import array
from itertools import accumulate

BLOCK = 512


class HeightIndex:
    """Heights by row; every row not yet seen has the estimated one."""

    def __init__(self, estimate: int, count: int = 0) -> None:
        self._estimate = estimate
        self._spare = 0
        self._count = 0
        self._heights = array("i")
        self._sums: list[int] = []
        self.reset(count)

    def __len__(self) -> int:
        return self._count

    def reset(self, count: int, estimate: int | None = None) -> None:
        """Forget everything; `count` rows of estimated height."""
        self._estimate = self._estimate if estimate is None else estimate
        self._spare = 0
        self._count = count
        self._heights = array("i", (self._estimate,)) * count
        blocks, rest = divmod(count, BLOCK)
        self._sums = [self._estimate * BLOCK] * blocks
        if rest:
            self._sums.append(self._estimate * rest)

    def __getitem__(self, row: int) -> int:
        return self._heights[row + self._spare]

    def __setitem__(self, row: int, height: int) -> None:
        at = row + self._spare
        self._sums[at // BLOCK] += height - self._heights[at]
        self._heights[at] = height

    def prepend(self, count: int) -> None:
        """Make room for `count` rows above row 0."""
        if count > self._spare:
            blocks = -(-(count - self._spare) // BLOCK)
            self._heights = array("i", (0,)) * (blocks * BLOCK) + self._heights
            self._sums[:0] = [0] * blocks
            self._spare += blocks * BLOCK
        self._spare -= count
        self._count += count
        for row in range(count):
            self[row] = self._estimate

    def resize(self, count: int) -> None:
        """Rows came or went at the end."""
        if count < self._count:
            self._truncate(count)
        while self._count < count:
            self._append_some(count - self._count)

    def _truncate(self, count: int) -> None:
        end = count + self._spare
        del self._heights[end:]
        whole, rest = divmod(end, BLOCK)
        del self._sums[whole:]
        if rest:
            self._sums.append(sum(self._heights[whole * BLOCK :]))
        self._count = count

    def _append_some(self, wanted: int) -> None:
        filled = len(self._heights) % BLOCK
        added = min(wanted, BLOCK - filled)
        self._heights.extend((self._estimate,) * added)
        if filled:
            self._sums[-1] += self._estimate * added
        else:
            self._sums.append(self._estimate * added)
        self._count += added

    @property
    def total(self) -> int:
        """Height of all rows."""
        return sum(self._sums)

    def top(self, row: int) -> int:
        """Where a row begins."""
        at = row + self._spare
        block = at // BLOCK
        return sum(self._sums[:block]) + sum(self._heights[block * BLOCK : at])

    def at(self, y: int) -> tuple[int, int]:
        """Return the row at a height and how far into it that is; clamped to the rows there are."""
        if self._count == 0:
            return 0, 0
        if y <= 0:
            return 0, 0
        before = 0
        block = len(self._sums) - 1
        for index, reached in enumerate(accumulate(self._sums)):
            if reached > y:
                block = index
                break
            before = reached
        else:
            return self._count - 1, self[self._count - 1]
        at = block * BLOCK
        while before + self._heights[at] <= y:
            before += self._heights[at]
            at += 1
        return at - self._spare, y - before
