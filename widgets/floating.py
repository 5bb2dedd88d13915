"""What floats over the window: a soft shadow, an edge, a panel that closes on Escape or a click outside."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from widgets.painting import fill_rounded, stroke_rounded
from widgets.style import Style, StyleSource


def paint_floating(painter: QPainter, box: QRectF, style: Style, spread: int) -> None:
    """Draw a floating card: shadow of `spread` around `box`, ground, edge."""
    radius = style.sizes.radius_large
    steps = max(1, spread // 2)
    layer = QColor(style.colors.shadow)
    layer.setAlphaF(layer.alphaF() / steps * 0.9)
    for step in range(steps, 0, -1):
        grow = step * 2.0 * spread / (2 * steps)
        fill_rounded(painter, box.adjusted(-grow, -grow * 0.6, grow, grow), radius + grow, layer)
    fill_rounded(painter, box, radius, style.colors.window)
    stroke_rounded(painter, box, radius, style.colors.line)


class Overlay(QWidget):
    """Covers a window and follows its size; the focus goes back where it was when it hides."""

    def __init__(self, style: StyleSource, window: QWidget) -> None:
        super().__init__(window)
        self._style, self._window = style, window
        self._focus_before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        window.installEventFilter(self)
        style.changed.connect(self.update)

    def cover(self) -> None:
        """Show over the whole window."""
        if self.isHidden():
            self._focus_before = QApplication.focusWidget()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()

    def uncover(self) -> None:
        """Hide and give the focus back."""
        if self.isHidden():
            return
        self.hide()
        before, self._focus_before = self._focus_before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def click_outside(self) -> None:
        """A click on the covered part."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window and self.isVisible():
            self.setGeometry(self._window.rect())
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.click_outside()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.scrim)
        painter.end()
