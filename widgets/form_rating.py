"""A rating by stars: click, arrows, or the number itself."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.translations import tr
from widgets.announce import announce
from widgets.icons import icon_pixmap
from widgets.painting import KEYBOARD_FOCUS, paint_focus_ring
from widgets.style import StyleSource

_STAR, _GAP = 26, 6


class Stars(QWidget):
    """0 is "not rated"; a click on the last filled star takes the rating away."""

    changed = Signal(int)

    def __init__(self, style: StyleSource, most: int = 5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self._most, self._value, self._hovered = style, most, 0, 0
        self._has_ring = False
        self._name = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        style.changed.connect(self.updateGeometry)

    def value(self) -> int:
        """How many stars."""
        return self._value

    def set_value(self, value: int) -> None:
        """Show a rating without emitting."""
        self._value = max(0, min(value, self._most))
        self._word()

    def set_name(self, name: str) -> None:
        """What is rated."""
        self._name = name
        self._word()

    def sizeHint(self) -> QSize:
        style = self._style.current
        return QSize(self._most * style.px(_STAR + _GAP) + style.px(4), style.sizes.button)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = Qt.Key(event.key()), event.text()
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Up):
            self._choose(self._value + 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Down):
            self._choose(self._value - 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._choose(0)
        elif text.isascii() and text.isdigit():
            self._choose(int(text))
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._star_at(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = 0
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        star = self._star_at(event)
        if star and event.button() is Qt.MouseButton.LeftButton:
            self._choose(0 if star == self._value else star)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        filled, side = self._hovered or self._value, style.px(_STAR)
        for number in range(self._most):
            is_on = number < filled
            color = style.colors.accent if is_on else style.colors.text3
            picture = icon_pixmap("star", color, side, filled=is_on, dpr=self.devicePixelRatioF())
            painter.drawPixmap(
                QPointF(style.px(2) + number * style.px(_STAR + _GAP), (self.height() - side) // 2), picture
            )
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius)
        painter.end()

    def _star_at(self, event: QMouseEvent) -> int:
        at = int(event.position().x()) // self._style.current.px(_STAR + _GAP) + 1
        return at if self.rect().contains(event.position().toPoint()) and at <= self._most else 0

    def _choose(self, value: int) -> None:
        value = max(0, min(value, self._most))
        if value != self._value:
            self.set_value(value)
            announce(self, self.accessibleDescription())
            self.changed.emit(value)

    def _word(self) -> None:
        self.setAccessibleName(self._name)
        stars = tr("{n} of {most} stars", n=self._value, most=self._most) if self._value else tr("Not rated")
        self.setAccessibleDescription(stars)
        self.setToolTip(stars)
        self.update()
