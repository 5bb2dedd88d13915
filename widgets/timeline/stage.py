"""What the view shows and where it stands, without the widget: rows, layouts, heights and the place in them.

Every change of rows goes through `_keeping`: the first row in sight keeps its lower edge where it is, found again by
uid, so that nothing jumps whatever came or went above it. At the bottom the place sticks to the bottom instead.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF

from widgets.style import Style
from widgets.timeline.arrange import RowLayout
from widgets.timeline.heights import HeightIndex
from widgets.timeline.look import Look
from widgets.timeline.pages import RowPages
from widgets.timeline.place import Place, Slot
from widgets.timeline.shelf import LayoutShelf
from widgets.timeline.values import Density, Row, RowKind, RowSource, TimelineTexts

_ESTIMATE = 64
_COUNTED_BELOW = 200
_SAFE_STEPS = 3


class Stage:
    """Rows in sight and the way there."""

    def __init__(self, style: Style, texts: TimelineTexts) -> None:
        self.look = Look(style, Density.BUBBLES)
        self.texts = texts
        self.shelf = LayoutShelf(self.look, texts)
        self.place = Place(self._height_of, self._bottom_margin)
        self.slots: list[Slot] = []
        self.width, self.height = 0, 0
        self.new_below = 0
        self._heights = HeightIndex(self._estimate)
        self._source: RowSource | None = None
        self._pages: RowPages | None = None

    # -- settings

    def set_look(self, style: Style, density: Density, texts: TimelineTexts) -> None:
        """Measure everything anew."""
        with self._keeping():
            self.look, self.texts = Look(style, density), texts
            self.shelf.look, self.shelf.texts = self.look, texts
            self.place.bottom_margin = self._bottom_margin
            self.shelf.clear()

    def set_size(self, width: int, height: int) -> None:
        """Use a viewport of this size."""
        if (width, height) == (self.width, self.height):
            return
        with self._keeping():
            self.width, self.height = width, height
            self.shelf.set_width(width)

    @property
    def _estimate(self) -> int:
        return self.look.px(_ESTIMATE)

    @property
    def _bottom_margin(self) -> int:
        return self.look.px(12)

    # -- rows

    def set_source(self, source: RowSource | None, anchor_uid: str | None, *, at_bottom: bool) -> None:
        """Show other rows."""
        self._source = source
        self._pages = RowPages(source) if source is not None else None
        self.shelf.show(self._pages)
        self._heights.reset(self.count, self._estimate)
        self._read_divider()
        self.new_below = 0
        self.slots = []
        self.place.at_bottom = True
        if anchor_uid is not None and self.center(anchor_uid):
            return
        if not at_bottom and self.shelf.unread_row is not None:
            self.place.put(self.shelf.unread_row, self.height // 4)

    @property
    def has_source(self) -> bool:
        """Whether there is a conversation at all."""
        return self._source is not None

    @property
    def count(self) -> int:
        """All rows."""
        return self._pages.count if self._pages is not None else 0

    def row_of(self, uid: str) -> int | None:
        """Where a row stands; None when it is not among the rows."""
        found = self._source.row_of(uid) if self._source is not None else None
        return found if found is not None and 0 <= found < self.count else None

    def row(self, number: int) -> Row | None:
        """One row."""
        return self._pages.row(number) if self._pages is not None and 0 <= number < self.count else None

    def reset(self) -> None:
        """Any rows may have changed, come or gone; layouts and heights of those that did not stay good."""
        if self._pages is None:
            return
        with self._keeping():
            self._pages.changed_from(0)
            self._heights.resize(self.count)
            self._read_divider()

    def prepended(self, count: int) -> None:
        """`count` rows came above row 0."""
        if self._pages is None or count <= 0:
            return
        if self._source is not None and self._source.row_count() != self.count + count:
            self.reset()
            return
        with self._keeping(shift=count):
            self._pages.prepended(count)
            self._heights.prepend(count)
            self._read_divider()

    def changed_from(self, row: int) -> None:
        """Rows from `row` to the end changed, came or went."""
        if self._pages is None:
            return
        before = self.count
        with self._keeping():
            self._pages.changed_from(max(0, min(row, before)))
            self._heights.resize(self.count)
            self._read_divider()
        self._count_below(before)

    def touched(self, uids: Iterable[str]) -> None:
        """These rows look different."""
        if self._pages is None:
            return
        with self._keeping():
            self._pages.forget(frozenset(uids))
            self._read_divider()

    def toggle_fold(self, uid: str) -> None:
        """Open or close a long message; its upper edge stays where it is, or comes into sight."""
        self.shelf.toggle_fold(uid)
        for slot in self.slots:
            if self.shelf.layout(slot.row).row.uid == uid:
                self.place.put(slot.row, max(slot.y, 0))
                return

    def _read_divider(self) -> None:
        self.shelf.unread_row = self._source.unread_row() if self._source is not None else None

    def _count_below(self, before: int) -> None:
        if self.place.at_bottom:
            self.new_below = 0
            return
        first = max(before, self.count - _COUNTED_BELOW)
        rows = (self.row(number) for number in range(first, self.count))
        self.new_below += sum(1 for row in rows if row and not row.is_own and row.kind is not RowKind.STATE)

    @contextmanager
    def _keeping(self, shift: int = 0) -> Iterator[None]:
        """Keep the first row in sight where it is; `shift` rows come above it."""
        held = [] if self.place.at_bottom else [(self._uid(slot.row), slot) for slot in self.slots]
        yield
        for uid, slot in held:
            row = self._find(uid, slot.row + shift)
            if row is not None:
                self.place.put_bottom_edge(row, slot.bottom)
                return

    def _uid(self, row: int) -> str:
        found = self.row(row)
        return found.uid if found is not None else ""

    def _find(self, uid: str, guess: int) -> int | None:
        if not uid:
            return None
        return guess if self._uid(guess) == uid else self.row_of(uid)

    # -- the place

    def _height_of(self, row: int) -> int:
        height = self.shelf.layout(row).height
        if 0 <= row < len(self._heights) and self._heights[row] != height:
            self._heights[row] = height
        return height

    def settle(self) -> None:
        """Find the rows in sight."""
        self.slots = self.place.settle(self.count, self.height)
        if self.place.at_bottom:
            self.new_below = 0

    def rows_in_sight(self) -> list[tuple[Slot, RowLayout]]:
        """Slots with their layouts, from top to bottom."""
        return [(slot, self.shelf.layout(slot.row)) for slot in self.slots]

    def hit(self, point: QPointF) -> tuple[Slot, RowLayout, QPointF] | None:
        """The row under a point of the viewport, and the point in the row's coordinates."""
        for slot in self.slots:
            if slot.y <= point.y() < slot.bottom:
                return slot, self.shelf.layout(slot.row), QPointF(point.x(), point.y() - slot.y)
        return None

    def center(self, uid: str) -> bool:
        """Bring a row into the middle, or its beginning to the top where it is too tall."""
        row = self.row_of(uid)
        if row is None:
            return False
        self.place.put(row, max(self.look.px(40), (self.height - self._height_of(row)) // 2))
        return True

    def reveal(self, row: int) -> None:
        """Bring a row wholly into sight with the least movement."""
        slot = next((slot for slot in self.slots if slot.row == row), None)
        tall = self._height_of(row)
        if slot is None:
            is_above = bool(self.slots) and row < self.slots[0].row
            self.place.put(row, 0 if is_above else self.height - tall - self._bottom_margin)
        elif slot.y < 0 and tall <= self.height:
            self.place.put(row, 0)
        elif slot.bottom > self.height:
            self.place.put(row, max(0, self.height - tall - self._bottom_margin))

    def drag_to(self, value: int, before: int) -> None:
        """The scroll bar went from `before` to `value`."""
        if value >= self.bar_maximum:
            self.place.at_bottom = True
        elif value <= 0:
            self.place.put(0, 0)
        elif abs(value - before) <= _SAFE_STEPS * self.height:
            self.place.move(value - before)
        else:
            row, into = self._heights.at(value)
            self.place.put(row, -into)

    @property
    def bar_maximum(self) -> int:
        """Greatest value of the scroll bar."""
        return max(0, self._heights.total + self._bottom_margin - self.height)

    @property
    def bar_value(self) -> int:
        """Where the scroll bar stands."""
        if self.place.at_bottom or not self.slots:
            return self.bar_maximum
        return min(self.above, self.bar_maximum)

    @property
    def above(self) -> int:
        """Pixels above the view, partly estimated."""
        if not self.slots:
            return 0
        first = self.slots[0]
        return max(0, self._heights.top(first.row) - first.y)

    def anchor(self) -> tuple[str, int] | None:
        """The first row in sight and where its lower edge is."""
        return (self._uid(self.slots[0].row), self.slots[0].bottom) if self.slots else None

    def restore(self, uid: str, bottom: int) -> bool:
        """Go where `anchor` was."""
        row = self.row_of(uid)
        if row is None:
            return False
        self.place.put_bottom_edge(row, bottom)
        return True
