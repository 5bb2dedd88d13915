"""The broom: a click sweeps; the arrow beside it, the right button, a long press or Alt+Down open its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter

from widgets.buttons import PaintedButton
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_focus_ring

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from widgets.style import StyleSource

_SIDE, _ARROW = 32, 14
LONG_PRESS_MS = 500


class BroomButton(PaintedButton):
    """Always enabled: with nothing to clear it says so."""

    menu_requested = Signal(QPoint)
    """Global position of the menu's corner."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(style, parent)
        self._is_menu_press = False
        self._press = QTimer(self, singleShot=True, interval=LONG_PRESS_MS)
        self._press.timeout.connect(self._long_pressed)

    def set_tip(self, tip: str) -> None:
        """Change tooltip and accessible name."""
        self.setToolTip(tip)
        self.setAccessibleName(tip)

    def corner(self) -> QPoint:
        """Where its menu and what else belongs to it opens."""
        return self.mapToGlobal(self.rect().bottomLeft())

    def sizeHint(self) -> QSize:
        """See Qt."""
        px = self._style.current.px
        return QSize(px(_SIDE) + px(_ARROW), px(_SIDE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        style, painter = self._style.current, QPainter(self)
        colors, dpr = style.colors, self.devicePixelRatioF()
        if self.underMouse() or self.isDown():
            fill_rounded(
                painter, self.rect(), style.sizes.radius, colors.line if self.isDown() else colors.hover
            )
        broom, arrow = style.px(20), style.px(10)
        left, height = (style.px(_SIDE) - broom) // 2, self.height()
        painter.drawPixmap(
            QPointF(left, (height - broom) // 2), icon_pixmap("broom", colors.text2, broom, dpr=dpr)
        )
        painter.drawPixmap(
            QPointF(style.px(_SIDE) - style.px(1), (height - arrow) // 2 + 1),
            icon_pixmap("caret-down", colors.text2, arrow, dpr=dpr),
        )
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        at = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton and at.x() >= self._style.current.px(_SIDE) - 2:
            self._is_menu_press = True
            self.menu_requested.emit(self.corner())
            return
        super().mousePressEvent(event)
        self._press.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self._press.stop()
        if self._is_menu_press:
            self._is_menu_press = False
            return
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """See Qt."""
        self._press.stop()
        self.menu_requested.emit(self.corner())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() == Qt.Key.Key_Down:
            self.menu_requested.emit(self.corner())
        else:
            super().keyPressEvent(event)

    def _long_pressed(self) -> None:
        if self.isDown():
            self.setDown(False)
            self._is_menu_press = True
            self.menu_requested.emit(self.corner())
