"""The grid of the emoji picker: headings, cells, keyboard; paints only what is visible."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from widgets.painting import fill_rounded, paint_elided
from widgets.style import StyleSource

COLUMNS = 9
CELL, HEADING = 36, 28
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -COLUMNS, Qt.Key.Key_Down: COLUMNS}


@dataclass(frozen=True, slots=True)
class EmojiSection:
    """A heading and its emoji."""

    key: str
    title: str
    emoji: tuple[str, ...]


class EmojiGrid(QAbstractScrollArea):
    """Cells in sections; one cell is current."""

    chosen = Signal(str)
    current_changed = Signal(str)
    section_changed = Signal(str)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._sections: tuple[EmojiSection, ...] = ()
        self._cells: list[tuple[QRect, str]] = []
        self._headings: list[tuple[QRect, EmojiSection]] = []
        self._at = -1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("background: transparent;")
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        style.changed.connect(self._place)

    def set_sections(self, sections: Sequence[EmojiSection]) -> None:
        """Show these from the top."""
        self._sections, self._at = tuple(sections), -1
        self._place()
        self.verticalScrollBar().setValue(0)
        self._set_current(0 if self._cells else -1)

    def show_section(self, key: str) -> None:
        """Scroll to a heading."""
        for box, section in self._headings:
            if section.key == key:
                self.verticalScrollBar().setValue(box.top())
                return

    def current(self) -> str:
        """The current emoji; empty if there is none."""
        return self._cells[self._at][1] if 0 <= self._at < len(self._cells) else ""

    def move_by(self, step: int) -> None:
        """Move the current cell."""
        if self._cells:
            self._set_current(max(0, min(self._at + step, len(self._cells) - 1)))
            self._show_current()

    def choose(self) -> None:
        """Emit the current cell."""
        if self.current():
            self.chosen.emit(self.current())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.move_by(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_current(self._cell_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._cell_at(event.position().toPoint())
        if at >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self._set_current(at)
            self.choose()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self.viewport())
        offset = self.verticalScrollBar().value()
        area = event.rect().translated(0, offset)
        painter.translate(0, -offset)
        for box, section in self._headings:
            if box.intersects(area):
                paint_elided(
                    painter, box.adjusted(4, 0, 0, 0), section.title, style.small_bold, style.colors.text2
                )
        font = QFont(style.font(22))
        painter.setPen(style.colors.text1)
        for number, (box, text) in enumerate(self._cells):
            if box.intersects(area):
                if number == self._at:
                    fill_rounded(
                        painter, box.adjusted(1, 1, -1, -1), style.sizes.radius, style.colors.selected
                    )
                    painter.setPen(style.colors.text1)
                painter.setFont(font)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _place(self) -> None:
        style, y = self._style.current, 0
        cell, heading = style.px(CELL), style.px(HEADING)
        self._cells, self._headings = [], []
        for section in self._sections:
            if section.title:
                self._headings.append((QRect(0, y, cell * COLUMNS, heading), section))
                y += heading
            for number, text in enumerate(section.emoji):
                row, column = divmod(number, COLUMNS)
                self._cells.append((QRect(column * cell, y + row * cell, cell, cell), text))
            y += -(-len(section.emoji) // COLUMNS) * cell
        self.verticalScrollBar().setRange(0, max(0, y - self.viewport().height()))
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.verticalScrollBar().setSingleStep(cell)
        self.viewport().update()

    def _set_current(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self.current_changed.emit(self.current())
            self.viewport().update()

    def _show_current(self) -> None:
        box, bar = self._cells[self._at][0], self.verticalScrollBar()
        if box.top() - HEADING < bar.value():
            bar.setValue(box.top() - HEADING)
        elif box.bottom() + 1 > bar.value() + self.viewport().height():
            bar.setValue(box.bottom() + 1 - self.viewport().height())

    def _cell_at(self, position: QPoint) -> int:
        point = position + QPoint(0, self.verticalScrollBar().value())
        return next((n for n, (box, _) in enumerate(self._cells) if box.contains(point)), -1)

    def _scrolled(self, value: int) -> None:
        passed = [section.key for box, section in self._headings if box.top() <= value + 4]
        if passed:
            self.section_changed.emit(passed[-1])
        self.viewport().update()
