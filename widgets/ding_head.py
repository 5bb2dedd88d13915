"""What stands over the list of dings: title, search, the button for a new one; which box; which filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind
from widgets.chips import FilterChips
from widgets.search_title import SearchTitle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent

    from widgets.chips import Chip
    from widgets.style import StyleSource


class DingHead(QWidget):
    """The search field takes the place of the title while one searches."""

    box_chosen = Signal(str)
    filter_chosen = Signal(str)
    """Empty: all."""
    term_changed = Signal(str)
    new_requested = Signal()
    list_requested = Signal()
    """The keyboard goes on to the rows."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._left = SearchTitle(style)
        self.title, self.search, self.field = self._left.title, self._left.search, self._left.field
        self.new = Button(style, "", ButtonKind.PRIMARY, icon="plus")
        self.chips = _ChipLine(style)
        self._top = QHBoxLayout()
        self._column = QVBoxLayout(self)
        self._lay_out()
        self._connect()
        self.word()
        self._restyle()

    def set_chips(self, boxes: Sequence[Chip], box: str, filters: Sequence[Chip], filter: str) -> None:
        """Word the choices, and say which are on."""
        self.chips.boxes.set_chips(boxes)
        self.chips.boxes.set_current(box)
        self.chips.filters.set_chips(filters)
        self.chips.filters.set_current(filter)
        self.chips.place()

    def open_search(self) -> None:
        """Let the person type what to look for."""
        self._left.open_search()

    def close_search(self) -> None:
        """Show everything again."""
        self._left.close_search()

    def word(self) -> None:
        """Word it again."""
        self.title.setText(tr("DING"))
        self.search.set_tip(tr("Search DINGs (/)"))
        self.field.set_placeholder(tr("Search DINGs"))
        self.new.setText(tr("New"))
        self.new.setToolTip(tr("New DING (N)"))
        self.new.setAccessibleName(tr("New DING"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self.word()

    def _lay_out(self) -> None:
        self._top.addWidget(self._left, 1)
        self._top.addWidget(self.new)
        self._column.setSpacing(0)
        self._column.addLayout(self._top)
        self._column.addWidget(self.chips)

    def _connect(self) -> None:
        self._left.term_changed.connect(self.term_changed)
        self._left.list_requested.connect(self.list_requested)
        self.new.clicked.connect(self.new_requested)
        self.chips.boxes.chosen.connect(self.box_chosen)
        self.chips.filters.chosen.connect(self.filter_chosen)
        self._style.changed.connect(self._restyle)

    def _restyle(self) -> None:
        style = self._style.current
        self._column.setContentsMargins(style.px(12), style.px(12), style.px(12), style.px(8))
        self._top.setContentsMargins(0, 0, 0, style.px(12))
        self._top.setSpacing(style.px(8))


class _ChipLine(QWidget):
    """The boxes at the left, the filters at the right; under each other where there is no room."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self.boxes = FilterChips(style, self)
        self.filters = FilterChips(style, self, is_optional=True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self.place)

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.sizes.list, self.height())

    def place(self) -> None:
        """Find room for both."""
        left, right = self.boxes.natural_width(), self.filters.natural_width()
        gap = self._style.current.px(4)
        if left + gap + right <= self.width():
            bottom = max(self.boxes.fit(left), self.filters.fit(right))
            self.filters.move(self.width() - right, 0)
        else:
            top = self.boxes.fit(self.width()) + gap
            bottom = top + self.filters.fit(self.width())
            self.filters.move(0, top)
        if self.height() != bottom:
            self.setFixedHeight(bottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()
