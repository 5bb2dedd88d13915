"""Rows laid out for the present width, kept while they are near: the last few hundred, no more.

An entry is good as long as its row, what the row above decides, the width and the look are the same. The check happens
on use, so nobody has to tell the shelf what changed.
"""

from collections import OrderedDict
from dataclasses import dataclass

from widgets.timeline.arrange import RowLayout, arrange
from widgets.timeline.grouping import Setting, setting_of
from widgets.timeline.look import Look
from widgets.timeline.pages import RowPages
from widgets.timeline.values import Row, RowKind, TimelineTexts

_KEPT = 400


@dataclass(slots=True)
class _Entry:
    """One layout and what it was made from."""

    layout: RowLayout
    above: Row | None
    is_unread_start: bool
    is_whole: bool


class LayoutShelf:
    """Gives the layout of any row, made now or kept."""

    def __init__(self, look: Look, texts: TimelineTexts) -> None:
        self.look, self.texts = look, texts
        self.unread_row: int | None = None
        self._width = 0
        self._pages: RowPages | None = None
        self._kept: OrderedDict[int, _Entry] = OrderedDict()
        self._unfolded: set[str] = set()

    def show(self, pages: RowPages | None) -> None:
        """Lay out other rows from now on."""
        self._pages = pages
        self._unfolded.clear()
        self._kept.clear()

    def set_width(self, width: int) -> None:
        """Lay out for this width."""
        if width != self._width:
            self._width = width
            self._kept.clear()

    def clear(self) -> None:
        """Lay everything out again."""
        self._kept.clear()

    def toggle_fold(self, uid: str) -> None:
        """Show all of a long message, or its beginning."""
        self._unfolded ^= {uid}

    def layout(self, row: int) -> RowLayout:
        """The layout of one row."""
        pages = self._pages
        current = pages.row(row) if pages is not None else None
        if pages is None or current is None:
            return _nothing()
        above = pages.row(row - 1) if row else None
        is_unread_start = row == self.unread_row
        is_whole = current.uid in self._unfolded
        key = pages.key(row)
        entry = self._kept.get(key)
        if entry is not None and _still_good(entry, current, above, is_unread_start, is_whole):
            self._kept.move_to_end(key)
            return entry.layout
        setting = setting_of(current, above, is_unread_start=is_unread_start)
        layout = arrange(current, setting, self.look, self.texts, self._width, is_whole=is_whole)
        self._kept[key] = _Entry(layout, above, is_unread_start, is_whole)
        self._kept.move_to_end(key)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return layout


def _still_good(
    entry: _Entry, current: Row, above: Row | None, is_unread_start: bool, is_whole: bool
) -> bool:
    layout = entry.layout
    if entry.is_unread_start != is_unread_start or entry.is_whole != is_whole:
        return False
    if layout.row is not current:
        if layout.row != current:
            return False
        layout.row = current
    if entry.above is not above:
        if setting_of(current, above, is_unread_start=is_unread_start) != layout.setting:
            return False
        entry.above = above
    return True


def _nothing() -> RowLayout:
    """Stands for a row that the source announced but does not have."""
    blank = Row(uid="", kind=RowKind.STATE, sender_id="", sender_name="", ts_ms=0)
    return RowLayout(blank, Setting(False, False, False, False, False), height=1)
