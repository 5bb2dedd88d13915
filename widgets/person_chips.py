"""Chosen people as chips in rows: painted, so that five hundred of them cost no more than seven."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.translations import tr
from widgets.announce import announce
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided, paint_focus_ring
from widgets.style import Style, StyleSource

_GAP, _MOST_WIDTH, _CROSS, _FOLDED_ROWS = 6, 220, 18, 3
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -5, Qt.Key.Key_Down: 5}


@dataclass(frozen=True, slots=True)
class PersonChip:
    """One person; `tag` ("External") makes the chip amber."""

    key: str
    name: str
    tag: str = ""

    @property
    def words(self) -> str:
        """What stands on it."""
        return f"{self.name} · {self.tag}" if self.tag else self.name


class PersonChips(QWidget):
    """Arrow keys move, Delete takes away. More than three rows are folded until asked for."""

    removed = Signal(str)
    left_at_end = Signal()
    """Arrow right behind the last one: the focus belongs to the field again."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._chips: tuple[PersonChip, ...] = ()
        self._boxes: list[QRect] = []
        self._more = QRect()
        self._at = 0
        self._hovered = -1
        self._is_open = False
        self._name = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        style.changed.connect(self._place)
        self.hide()

    def set_chips(self, chips: Sequence[PersonChip]) -> None:
        """Show these."""
        if self._chips == tuple(chips):
            return
        self._chips = tuple(chips)
        self._at = max(0, min(self._at, len(self._chips) - 1))
        self.setVisible(bool(self._chips))
        self._place()
        self._describe()

    def chips(self) -> tuple[PersonChip, ...]:
        """What is shown."""
        return self._chips

    def set_name(self, name: str) -> None:
        """What the row is, for a screen reader."""
        self._name = name
        self._describe()

    def hidden_count(self) -> int:
        """How many are folded away."""
        return len(self._chips) - len(self._boxes)

    def focus_last(self) -> None:
        """Put the keyboard on the last one that is shown."""
        if self._chips:
            self._at = len(self._boxes) - 1
            self.setFocus(Qt.FocusReason.TabFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(200), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Right and self._at >= len(self._boxes) - 1:
            self.left_at_end.emit()
        elif key in _STEPS:
            self._move_to(self._at + _STEPS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_to(0 if key == Qt.Key.Key_Home else len(self._boxes) - 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove(self._at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.hidden_count():
            self._unfold()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        hovered = next((n for n, box in enumerate(self._boxes) if box.contains(point)), -1)
        is_hot = self._more.contains(point) or (hovered >= 0 and self._cross(hovered).contains(point))
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_hot else Qt.CursorShape.ArrowCursor)
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._more.contains(point):
            self._unfold()
            return
        at = next((n for n in range(len(self._boxes)) if self._cross(n).contains(point)), -1)
        if at >= 0:
            self._remove(at)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._say()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        for number, box in enumerate(self._boxes):
            if box.intersects(event.rect()):
                self._paint_chip(painter, style, number, box)
        if not self._more.isEmpty():
            words = tr("+{n} more", n=self.hidden_count())
            paint_elided(painter, self._more, words, style.small_bold, style.colors.accent_text)
        painter.end()

    def _paint_chip(self, painter: QPainter, style: Style, number: int, box: QRect) -> None:
        chip, colors = self._chips[number], style.colors
        ground, words = (
            (colors.waiting_soft, colors.waiting_text) if chip.tag else (colors.hover, colors.text1)
        )
        radius = box.height() / 2
        fill_rounded(painter, box, radius, ground)
        if self.hasFocus() and number == self._at:
            paint_focus_ring(painter, box, style, radius)
        cross = self._cross(number)
        left = box.left() + style.px(10)
        line = QRectF(left, box.top(), cross.left() - left, box.height())
        paint_elided(painter, line, chip.words, style.font(13), words)
        side = style.px(12)
        color = colors.text1 if number == self._hovered else colors.text2
        picture = icon_pixmap("x", color, side, dpr=self.devicePixelRatioF())
        at = QPointF(cross.left() + (cross.width() - side) // 2, cross.top() + (cross.height() - side) // 2)
        painter.drawPixmap(at, picture)

    def _cross(self, number: int) -> QRect:
        box, width = self._boxes[number], self._style.current.px(_CROSS) + self._style.current.px(4)
        return QRect(box.right() - width, box.top(), width, box.height())

    def _unfold(self) -> None:
        self._is_open = True
        self._place()

    def _remove(self, at: int) -> None:
        if 0 <= at < len(self._chips):
            self.removed.emit(self._chips[at].key)

    def _move_to(self, at: int) -> None:
        self._at = max(0, min(at, len(self._boxes) - 1))
        self._say()
        self.update()

    def _say(self) -> None:
        if 0 <= self._at < len(self._chips):
            announce(self, self._chips[self._at].words)

    def _describe(self) -> None:
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(", ".join(chip.words for chip in self._chips[:20]))

    def _place(self) -> None:
        """Lay the chips in rows; a last word stands for those that are folded."""
        style = self._style.current
        metrics, gap = QFontMetricsF(style.font(13)), style.px(_GAP)
        height, most = style.sizes.chip, min(style.px(_MOST_WIDTH), max(1, self.width()))
        self._boxes, self._more = [], QRect()
        x = y = 0
        for chip in self._chips:
            wanted = round(metrics.horizontalAdvance(chip.words)) + style.px(10 + 4 + _CROSS + 4)
            width = min(wanted, most)
            if x and x + width > self.width():
                x, y = 0, y + height + gap
            if y >= _FOLDED_ROWS * (height + gap) and not self._is_open:
                self._fold(height, gap)
                break
            self._boxes.append(QRect(x, y, width, height))
            x += width + gap
        bottom = max((box.bottom() + 1 for box in self._boxes), default=height)
        self.setFixedHeight(bottom)
        self._at = max(0, min(self._at, len(self._boxes) - 1))
        self.update()

    def _fold(self, height: int, gap: int) -> None:
        """Make room for the last word at the end of the last row."""
        style = self._style.current
        words = tr("+{n} more", n=len(self._chips))
        width = round(QFontMetricsF(style.small_bold).horizontalAdvance(words)) + style.px(8)
        while len(self._boxes) > 1 and self._boxes[-1].right() + gap + width > self.width():
            self._boxes.pop()
        last = self._boxes[-1]
        self._more = QRect(last.right() + gap + 1, last.top(), width, height)
