"""A slider with its name and value, as it stands in the player's menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractSlider, QWidget

from widgets.painting import KEYBOARD_FOCUS, fill_rounded, paint_elided, paint_focus_ring

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QMouseEvent, QPaintEvent, QWheelEvent

    from widgets.style import StyleSource

_WIDTH, _HEIGHT, _LINE, _SIDE, _THICK, _KNOB = 220, 44, 18, 12, 4, 7


class Slider(QAbstractSlider):
    """Whole steps; `changed_by_hand` only when a person moved it."""

    changed_by_hand = Signal(int)

    def __init__(
        self,
        style: StyleSource,
        name: str,
        bounds: tuple[int, int],
        words: Callable[[int], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style, self._name, self._words = style, name, words
        self._has_ring = False
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(*bounds)
        step = max(1, (bounds[1] - bounds[0]) // 20)
        self.setSingleStep(step)
        self.setPageStep(step * 4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.actionTriggered.connect(lambda _: self.changed_by_hand.emit(self.sliderPosition()))

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(_WIDTH), self._style.current.px(_HEIGHT))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._take(self.value() + (self.singleStep() if event.angleDelta().y() > 0 else -self.singleStep()))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)
        self.update()

    def _go(self, x: float) -> None:
        side = self._style.current.px(_SIDE)
        share = (x - side) / max(1, self.width() - 2 * side)
        self._take(round(self.minimum() + max(0.0, min(share, 1.0)) * (self.maximum() - self.minimum())))

    def _take(self, value: int) -> None:
        value = max(self.minimum(), min(value, self.maximum()))
        if value != self.value():
            self.setValue(value)
            self.changed_by_hand.emit(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, side, line = style.colors, style.px(_SIDE), style.px(_LINE)
        head = QRectF(side, style.px(4), self.width() - 2 * side, line)
        value = self._words(self.value())
        paint_elided(painter, head, value, style.small, colors.text2, Qt.AlignmentFlag.AlignRight)
        paint_elided(painter, head, self._name, style.small, colors.text1)
        middle = head.bottom() + style.px(10)
        thick, wide = style.px(_THICK), self.width() - 2 * side
        share = (self.value() - self.minimum()) / max(1, self.maximum() - self.minimum())
        fill_rounded(painter, QRectF(side, middle - thick / 2, wide, thick), thick / 2, colors.line)
        fill_rounded(painter, QRectF(side, middle - thick / 2, wide * share, thick), thick / 2, colors.accent)
        painter.setBrush(colors.accent)
        painter.drawEllipse(QPointF(side + wide * share, middle), style.px(_KNOB), style.px(_KNOB))
        if self._has_ring:
            paint_focus_ring(painter, self.rect().adjusted(4, 1, -4, -1), style, style.sizes.radius_small)
        painter.end()
