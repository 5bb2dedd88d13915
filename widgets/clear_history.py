"""The clears of the last 24 hours, as a card: when, how much, where it stands, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind
from widgets.floating import FloatingPanel
from widgets.style import StyleSource
from widgets.words import Line, Words

_WIDTH, _MOST_HEIGHT, _ROW = 480, 380, 52


@dataclass(frozen=True, slots=True)
class ClearRow:
    """One clear, worded."""

    id: int
    time_text: str
    text: str
    state: str
    action: str = ""
    """Empty: nothing can be brought back."""


class ClearHistory(FloatingPanel):
    """Tab and arrows go through the actions; `ticked` comes every second while it is shown."""

    acted = Signal(object)
    """Id of the clear whose action was chosen."""
    ticked = Signal()

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(style, parent)
        self._rows: dict[int, _Row] = {}
        self._title = Line(style, pixels=15, is_bold=True)
        self._hint = Words(style, role="text2", pixels=12)
        self._inside = QWidget()
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._scroll = QScrollArea()
        self._column = QVBoxLayout(self)
        self._lay_out()
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self.ticked)
        style.changed.connect(self._fit)
        self._retranslate()

    def show_rows(self, rows: Sequence[ClearRow]) -> None:
        """Show these, newest first; a row keeps its focus."""
        if list(self._rows) != [row.id for row in rows]:
            self._rebuild(rows)
        for row in rows:
            self._rows[row.id].show_row(row)
        self._hint.setVisible(not rows)
        self._scroll.setVisible(bool(rows))
        self._fit()

    def shown(self) -> tuple[ClearRow, ...]:
        """What is shown."""
        return tuple(row.row for row in self._rows.values())

    def showEvent(self, event: QEvent) -> None:
        """See Qt."""
        self._clock.start()

    def hideEvent(self, event: QEvent) -> None:
        """See Qt."""
        self._clock.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _rebuild(self, rows: Sequence[ClearRow]) -> None:
        for old in self._rows.values():
            old.setParent(None)
            old.deleteLater()
        self._rows = {}
        for row in rows:
            made = _Row(self._style, row)
            made.button.clicked.connect(lambda _=False, key=row.id: self.acted.emit(key))
            self._rows[row.id] = made
            self._list.addWidget(made)

    def _lay_out(self) -> None:
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        for widget in (self._title, self._hint, self._scroll):
            self._column.addWidget(widget)

    def _fit(self) -> None:
        style = self._style.current
        inset = style.px(16)
        self._column.setContentsMargins(inset, inset, inset, style.px(12))
        self._column.setSpacing(style.px(8))
        self.setFixedWidth(style.px(_WIDTH) + 2 * self.SHADOW)
        self._hint.setFixedHeight(max(0, self._hint.heightForWidth(style.px(_WIDTH) - 2 * inset)))
        for row in self._rows.values():
            row.setFixedHeight(style.px(_ROW))
        self._scroll.setFixedHeight(min(style.px(_ROW) * len(self._rows), style.px(_MOST_HEIGHT)))
        self.adjustSize()

    def _retranslate(self) -> None:
        self._title.setText(tr("Cleared in the last 24 hours"))
        self._hint.setText(tr("Nothing was cleared. What you clear with the broom can be brought back here."))
        self.setAccessibleName(tr("Cleared in the last 24 hours"))


class _Row(QWidget):
    """Time, what, state, action."""

    def __init__(self, style: StyleSource, row: ClearRow) -> None:
        super().__init__()
        self._style = style
        self.row = row
        self._time = Line(style, role="text2", pixels=12)
        self._text, self._state = Line(style, pixels=13), Line(style, role="text2", pixels=12)
        self.button = Button(style, "", ButtonKind.QUIET)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._text)
        words.addWidget(self._state)
        words.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.current.px(12))
        line.addWidget(self._time)
        line.addLayout(words, 1)
        line.addWidget(self.button)

    def show_row(self, row: ClearRow) -> None:
        """Word it."""
        self.row = row
        self._time.setText(row.time_text)
        self._time.setFixedWidth(self._style.current.px(40))
        self._text.setText(row.text)
        self._state.setText(row.state)
        self.button.setText(row.action)
        self.button.setVisible(bool(row.action))
        self.button.setAccessibleName(f"{row.action}, {row.time_text} {row.text}" if row.action else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line between rows."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, self._style.current.colors.line)
        painter.end()
