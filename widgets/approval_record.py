"""Everything that was done to a request, line by line; folded until asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind
from widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from widgets.style import StyleSource


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One act, worded."""

    words: str
    when: str
    note: str = ""
    is_void: bool = False
    """It changed nothing, or was taken back."""


class TextLink(Button):
    """Words that act, without a frame or air around them: they stand where the text above them does."""

    def __init__(self, style: StyleSource, text: str = "") -> None:
        super().__init__(style, text, ButtonKind.QUIET)

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        size.setWidth(size.width() - self._style.current.px(24))
        return size


class ApprovalRecord(QWidget):
    """Oldest first."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._lines: tuple[RecordLine, ...] = ()
        self._is_open = False
        self.toggle = TextLink(style)
        self.toggle.clicked.connect(self._toggle)
        self._body = QWidget()
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(style.current.px(10))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.toggle)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self._body)
        self._body.hide()

    def set_lines(self, lines: tuple[RecordLine, ...]) -> None:
        """Show these."""
        self.setVisible(bool(lines))
        if lines != self._lines:
            self._lines = lines
            if self._is_open:
                self._fill()
        self._word()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._word()

    def _toggle(self) -> None:
        self._is_open = not self._is_open
        if self._is_open:
            self._fill()
        self._body.setVisible(self._is_open)
        self._word()

    def _fill(self) -> None:
        while self._rows.count():
            item = self._rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for line in self._lines:
            text = "\n".join(filter(None, (line.words, line.note, line.when)))
            words = Words(self._style, text, role="text2" if line.is_void else "text1", pixels=12)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._rows.addWidget(words)

    def _word(self) -> None:
        count = len(self._lines)
        self.toggle.setText(tr("Hide the record") if self._is_open else tr("Show the record ({n})", n=count))
