"""A dot that is dragged off its row: it hangs on an elastic until it is far enough, then it pops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from widgets.badge import BadgeKind, badge_width, paint_badge
from widgets.painting import fill_rounded

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QPaintEvent

    from widgets.badge import Badge
    from widgets.style import StyleSource

LOOSE = 40
"""Pixels (at 100 %) after which the dot is loose and goes when let go."""
_FRAME_MS = 16
_SPARKS = 8


class DotDrag(QWidget):
    """Covers the window while a dot is held, sees no mouse, and goes by itself when all is drawn."""

    over = Signal()

    def __init__(self, style: StyleSource, window: QWidget, badge: Badge, home: QPoint) -> None:
        """`home` is the middle of the dot, in the window's coordinates."""
        super().__init__(window)
        self._style, self._badge = style, badge
        self._home = self._at = QPointF(home)
        self._age = -1.0
        """Share of the pop that is over; negative while the dot is held."""
        self._timer = QTimer(self, interval=_FRAME_MS)
        self._timer.timeout.connect(self._pop_on)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()

    @property
    def is_loose(self) -> bool:
        """Whether letting go now clears."""
        return math.dist(self._home.toTuple(), self._at.toTuple()) > self._style.current.px(LOOSE)

    def move_to(self, position: QPoint) -> None:
        """The pointer is there now."""
        self._at = QPointF(position)
        self.update()

    def pop(self) -> None:
        """Let it go for good."""
        if not self._style.current.motion_ms:
            self._end()
            return
        self._age = 0.0
        self._timer.start()

    def drop(self) -> None:
        """It goes back where it was."""
        self._end()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        style, painter = self._style.current, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._age >= 0:
            self._paint_pop(painter)
        else:
            if not self.is_loose:
                self._paint_elastic(painter)
            width = badge_width(style, self._badge)
            paint_badge(painter, style, self._badge, self._at + QPointF(width / 2, 0))
        painter.end()

    def _paint_elastic(self, painter: QPainter) -> None:
        """Two circles, and between them what a drop would draw: thinner the longer it gets."""
        style = self._style.current
        away = self._at - self._home
        length = math.hypot(away.x(), away.y())
        small = style.px(7) * max(0.3, 1 - length / style.px(LOOSE) * 0.7)
        colors = style.colors
        color = colors.muted_dot if self._badge.kind is BadgeKind.MUTED else colors.attention_fill
        box = QRectF(self._home.x() - small, self._home.y() - small, 2 * small, 2 * small)
        fill_rounded(painter, box, small, color)
        if length < 1:
            return
        across = QPointF(-away.y(), away.x()) / length
        big, middle = style.px(6.0), (self._home + self._at) / 2
        path = QPainterPath(self._home + across * small)
        path.quadTo(middle, self._at + across * big)
        path.lineTo(self._at - across * big)
        path.quadTo(middle, self._home - across * small)
        path.closeSubpath()
        painter.drawPath(path)
        painter.setPen(QPen(color, max(1.0, small * 0.6)))
        painter.drawLine(self._home, self._at)

    def _paint_pop(self, painter: QPainter) -> None:
        style = self._style.current
        painter.setOpacity(1 - self._age)
        reach, side = style.px(8) + style.px(14) * self._age, style.px(4) * (1 - self._age / 2)
        for spark in range(_SPARKS):
            angle = spark * 2 * math.pi / _SPARKS
            middle = self._at + QPointF(math.cos(angle), math.sin(angle)) * reach
            box = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
            fill_rounded(painter, box, side / 2, style.colors.attention)

    def _pop_on(self) -> None:
        self._age += _FRAME_MS / self._style.current.motion_ms
        if self._age >= 1:
            self._end()
        else:
            self.update()

    def _end(self) -> None:
        self._timer.stop()
        self.hide()
        self.over.emit()
        self.deleteLater()
