"""What stands over the list of dings: title, search, the button for a new one; which box; which filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.chips import FilterChips
from widgets.search_field import SearchField
from widgets.words import Line

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
        self.title = Line(style, "DING", pixels=16, is_bold=True)
        self.search = IconButton(style, "magnifying-glass", "")
        self.field = SearchField(style)
        self.new = Button(style, "", ButtonKind.PRIMARY, icon="plus")
        self.chips = _ChipLine(style)
        self._top = QHBoxLayout()
        self._left = QStackedWidget()
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
        self._left.setCurrentIndex(1)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_search(self) -> None:
        """Show everything again."""
        if self._left.currentIndex():
            self.field.clear()
            self._left.setCurrentIndex(0)

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
        plain = QWidget()
        row = QHBoxLayout(plain)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.title, 1)
        row.addWidget(self.search)
        self._left.addWidget(plain)
        self._left.addWidget(self.field)
        self._left.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._top.addWidget(self._left, 1)
        self._top.addWidget(self.new)
        self._column.setSpacing(0)
        self._column.addLayout(self._top)
        self._column.addWidget(self.chips)

    def _connect(self) -> None:
        self.search.clicked.connect(self.open_search)
        self.new.clicked.connect(self.new_requested)
        self.field.term_changed.connect(self.term_changed)
        self.field.cancelled.connect(self._leave_search)
        self.field.submitted.connect(lambda _term: self.list_requested.emit())
        self.field.moved.connect(lambda _step: self.list_requested.emit())
        self.chips.boxes.chosen.connect(self.box_chosen)
        self.chips.filters.chosen.connect(self.filter_chosen)
        self._style.changed.connect(self._restyle)

    def _leave_search(self) -> None:
        self.close_search()
        self.list_requested.emit()

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
