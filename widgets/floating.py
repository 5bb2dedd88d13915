"""What floats over the window: a soft shadow, an edge, a panel that closes on Escape or a click outside."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from widgets.painting import fill_rounded, stroke_rounded
from widgets.style import Style, StyleSource


def paint_floating(painter: QPainter, box: QRectF, style: Style, spread: int) -> None:
    """Draw a floating card: shadow of `spread` around `box`, ground, edge."""
    radius = style.sizes.radius_large
    layer = QColor(style.colors.shadow)
    strength, weights = layer.alphaF(), spread * (spread + 1) / 2
    for grow in range(spread, 0, -1):  # each ring a little stronger than the one outside it
        layer.setAlphaF(strength * (spread + 1 - grow) / weights)
        fill_rounded(painter, box.adjusted(-grow, -grow * 0.5, grow, grow), radius + grow, layer)
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
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window and self.isVisible():
            self.setGeometry(self._window.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.scrim)
        painter.end()


class FloatingPanel(QWidget):
    """A card inside its window: no window of its own, so it keeps the input method and can never leave the screen.

    Closes on Escape and on a press outside; the focus goes back where it was.
    """

    SHADOW = 12

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._focus_before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        margin = self.SHADOW
        self.setContentsMargins(margin, margin, margin, margin)
        self.hide()
        style.changed.connect(self.update)

    def float_at(self, corner: QPoint, window: QWidget) -> None:
        """Show above the global point `corner` where there is room, else below it; always inside `window`."""
        self._focus_before = QApplication.focusWidget()
        if self.parentWidget() is not window:
            self.setParent(window)
        self.adjustSize()
        at = window.mapFromGlobal(corner)
        top = at.y() - self.height()
        if top < 0:
            top = min(at.y(), window.height() - self.height())
        left = max(-self.SHADOW, min(at.x() - self.SHADOW, window.width() - self.width() + self.SHADOW))
        self.move(left, max(-self.SHADOW, top))
        self.show()
        self.raise_()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def close_panel(self) -> None:
        """Hide it and give the focus back."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        if self.isHidden():
            return
        self.hide()
        before, self._focus_before = self._focus_before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def card(self) -> QRect:
        """The card without its shadow."""
        margin = self.SHADOW
        return self.rect().adjusted(margin, margin, -margin, -margin)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.MouseButtonPress
            and isinstance(event, QMouseEvent)
            and self.isVisible()
        ):
            at = self.mapFromGlobal(event.globalPosition().toPoint())
            if not self.card().contains(at):
                self.close_panel()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_floating(painter, QRectF(self.card()), self._style.current, self.SHADOW)
        painter.end()
