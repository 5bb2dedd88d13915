"""What looks like a search field and is a door: a click or the first key opens the place where one searches.

A real line edit would cost the first paint 10 ms and hold a cursor that nobody may use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided, stroke_rounded

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from widgets.style import StyleSource


class SearchDoor(QAbstractButton):
    """Paints itself like `SearchField`; its text is the hint."""

    opened = Signal()

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.pressed.connect(self.opened)
        style.changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        style = self._style.current
        return QSize(style.px(120), style.sizes.button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_text = bool(event.text().strip()) and event.text().isprintable()
        if is_text or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, style.sizes.radius
        fill_rounded(painter, self.rect(), radius, colors.window if self.hasFocus() else colors.field)
        if self.hasFocus() or self.underMouse():
            stroke_rounded(painter, self.rect(), radius, colors.accent if self.hasFocus() else colors.line)
        side = style.sizes.icon_small
        picture = icon_pixmap("magnifying-glass", colors.text2, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(style.px(10), (self.height() - side) // 2), picture)
        left = style.px(10) + side + style.px(7)
        line = QRectF(left, 0, self.width() - left - style.px(10), self.height())
        font = style.font(13)
        has_room = QFontMetricsF(font).horizontalAdvance(self.text()) <= line.width()
        hint = self.text() if has_room else self.text().rpartition(" ")[0].rstrip()  # the key goes first
        paint_elided(painter, line, hint or self.text(), font, colors.text3)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
