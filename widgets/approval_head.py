"""The head of the approvals list: title or search field, filter, menu, new request; the pages as chips; what is filtered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.chips import FilterChips
from widgets.search_title import SearchTitle
from widgets.words import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent

    from widgets.chips import Chip
    from widgets.style import StyleSource


class ApprovalHead(QWidget):
    """Shows what it is told; remembers nothing."""

    box_chosen = Signal(str)
    term_changed = Signal(str)
    filter_requested = Signal()
    filter_cleared = Signal()
    new_requested = Signal()
    menu_requested = Signal(QPoint)
    """Where the menu ends at the right."""
    list_requested = Signal()
    """The keyboard goes on to the rows."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._left = SearchTitle(style)
        self.title, self.search, self.field = self._left.title, self._left.search, self._left.field
        self.filter = IconButton(style, "funnel-simple", "")
        self.more = IconButton(style, "dots-three", "")
        self.new = Button(style, "", ButtonKind.PRIMARY, icon="plus")
        self.boxes = FilterChips(style)
        self.filtered = _Filtered(style)
        self._top = QHBoxLayout()
        self._column = QVBoxLayout(self)
        self._lay_out()
        self._connect()
        self.word()
        self._restyle()

    def set_boxes(self, boxes: Sequence[Chip], box: str) -> None:
        """Word the pages, and say which one is on."""
        self.boxes.set_chips(boxes)
        self.boxes.set_current(box)

    def set_filtered(self, words: str) -> None:
        """Say what is filtered; empty: nothing."""
        self.filtered.set_words(words)
        self.filter.set_color_role("accent" if words else "text2")

    def open_search(self) -> None:
        """Let the person type what to look for."""
        self._left.open_search()

    def close_search(self) -> None:
        """Show everything again."""
        self._left.close_search()

    def word(self) -> None:
        """Word it again."""
        self.title.setText(tr("Approvals"))
        self.search.set_tip(tr("Search requests (/)"))
        self.filter.set_tip(tr("Filter"))
        self.more.set_tip(tr("Templates, statistics, deputy"))
        self.field.set_placeholder(tr("Search in requests"))
        self.new.setText(tr("Request"))
        self.new.setToolTip(tr("New request (N)"))
        self.new.setAccessibleName(tr("New request"))
        self.filtered.word()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self.word()

    def _lay_out(self) -> None:
        self._top.addWidget(self._left, 1)
        for part in (self.filter, self.more, self.new):
            self._top.addWidget(part)
        self._column.setSpacing(0)
        self._column.addLayout(self._top)
        self._column.addWidget(self.boxes)
        self._column.addWidget(self.filtered)

    def _connect(self) -> None:
        self._left.term_changed.connect(self.term_changed)
        self._left.list_requested.connect(self.list_requested)
        self.filter.clicked.connect(self.filter_requested)
        self.new.clicked.connect(self.new_requested)
        self.more.clicked.connect(
            lambda: self.menu_requested.emit(self.more.mapToGlobal(self.more.rect().bottomRight()))
        )
        self.boxes.chosen.connect(self.box_chosen)
        self.filtered.cleared.connect(self.filter_cleared)
        self._style.changed.connect(self._restyle)

    def _restyle(self) -> None:
        px = self._style.current.px
        self._column.setContentsMargins(px(12), px(12), px(12), px(8))
        self._top.setContentsMargins(0, 0, 0, px(12))
        self._top.setSpacing(px(2))


class _Filtered(QWidget):
    """One line: what is filtered, and the way back to everything."""

    cleared = Signal()

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._words = Line(style, role="accent_text", pixels=12)
        self._clear = IconButton(style, "x", "", size=24, icon_size=14)
        self._clear.clicked.connect(self.cleared)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(style.current.px(10), style.current.px(6), 0, 0)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self._clear)
        self.hide()

    def set_words(self, words: str) -> None:
        """Show them, or nothing."""
        self._words.setText(words)
        self.setVisible(bool(words))

    def word(self) -> None:
        """Word it again."""
        self._clear.set_tip(tr("Show everything"))
