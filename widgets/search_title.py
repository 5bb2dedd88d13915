"""The left of a list's head: its title with a button, or in their place the field in which one searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from widgets.buttons import IconButton
from widgets.search_field import SearchField
from widgets.words import Line

if TYPE_CHECKING:
    from widgets.style import StyleSource


class SearchTitle(QStackedWidget):
    """Its owner words `title`, `search` and `field`."""

    term_changed = Signal(str)
    list_requested = Signal()
    """The keyboard goes on to the rows."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Line(style, pixels=16, is_bold=True)
        self.search = IconButton(style, "magnifying-glass", "")
        self.field = SearchField(style)
        plain = QWidget()
        row = QHBoxLayout(plain)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.title, 1)
        row.addWidget(self.search)
        self.addWidget(plain)
        self.addWidget(self.field)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search.clicked.connect(self.open_search)
        self.field.term_changed.connect(self.term_changed)
        self.field.cancelled.connect(self._leave)
        self.field.submitted.connect(lambda _term: self.list_requested.emit())
        self.field.moved.connect(lambda _step: self.list_requested.emit())

    def open_search(self) -> None:
        """Let the person type what to look for."""
        self.setCurrentIndex(1)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_search(self) -> None:
        """Show everything again."""
        if self.currentIndex():
            self.field.clear()
            self.setCurrentIndex(0)

    def _leave(self) -> None:
        self.close_search()
        self.list_requested.emit()
