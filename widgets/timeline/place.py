"""Where the view stands: the first row in sight and where it begins, never an absolute height.

Heights of rows are known only once they were laid out. Because the place hangs on a row, correcting any height above
it moves nothing on the screen. The only inputs are the number of rows and a function that lays one out and tells its
height; there is no Qt here.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """One row in sight."""

    row: int
    y: int
    height: int

    @property
    def bottom(self) -> int:
        """Where the next row begins."""
        return self.y + self.height


class Place:
    """Finds the rows in sight and keeps still while rows change."""

    def __init__(self, height_of: Callable[[int], int], bottom_margin: int = 12) -> None:
        self._height_of = height_of
        self.bottom_margin = bottom_margin
        self.row = 0
        self.y = 0
        """Where `row` begins; 0 is the top of the view."""
        self.at_bottom = True

    def put(self, row: int, y: int) -> None:
        """Stand so that `row` begins at `y`."""
        self.row, self.y, self.at_bottom = row, y, False

    def put_bottom_edge(self, row: int, bottom: int) -> None:
        """Stand so that `row` ends at `bottom`."""
        self.put(row, bottom - self._height_of(row))

    def move(self, pixels: int) -> None:
        """Scroll down by `pixels` (up if negative)."""
        if self.at_bottom and pixels >= 0:
            return
        self.at_bottom = False
        self.y -= pixels

    def settle(self, count: int, height: int) -> list[Slot]:
        """Return the rows in sight from top to bottom, after clamping the place to what exists."""
        if count == 0 or height <= 0:
            return []
        slots = self._downwards(count, height) if not self.at_bottom else []
        if not slots or self._ends_early(slots, count, height):
            slots = self._upwards(count, height)
        last = slots[-1]
        self.at_bottom = last.row == count - 1 and last.bottom <= height - self.bottom_margin
        self.row, self.y = slots[0].row, slots[0].y
        return slots

    def _ends_early(self, slots: list[Slot], count: int, height: int) -> bool:
        last = slots[-1]
        return last.row == count - 1 and last.bottom < height - self.bottom_margin

    def _upwards(self, count: int, height: int) -> list[Slot]:
        """Fill the view from its bottom edge."""
        bottom = height - self.bottom_margin
        slots: list[Slot] = []
        row = count - 1
        while row >= 0 and (bottom > 0 or not slots):
            tall = self._height_of(row)
            bottom -= tall
            slots.append(Slot(row, bottom, tall))
            row -= 1
        slots.reverse()
        return slots

    def _downwards(self, count: int, height: int) -> list[Slot]:
        """Fill the view from the place."""
        row, y = self._first_in_sight(count)
        slots: list[Slot] = []
        while row < count and y < height:
            tall = self._height_of(row)
            if y + tall > 0:
                slots.append(Slot(row, y, tall))
            y += tall
            row += 1
        return slots

    def _first_in_sight(self, count: int) -> tuple[int, int]:
        row, y = min(max(self.row, 0), count - 1), self.y
        while y > 0 and row > 0:
            row -= 1
            y -= self._height_of(row)
        return row, min(y, 0) if row == 0 else y
