"""The bar of a video: where it is, what of it is here, its chapters, the part that is looped; small pictures on hover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from resources.translations import tr
from widgets.painting import KEYBOARD_FOCUS, fill_plain, fill_rounded, paint_focus_ring
from widgets.player.source import Buffered
from widgets.player.words import time_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from widgets.player.source import Mark
    from widgets.style import StyleSource

HEIGHT = 20
_THICK, _THICK_HOT, _KNOB, _GAP = 4, 6, 7, 2
_STEP_MS, _PAGE_MS = 5_000, 60_000
_MAX_MARKS = 200


class SeekBar(QAbstractSlider):
    """Its value is the moment in ms."""

    seek_requested = Signal(int)
    hovered = Signal(int, int)
    """Moment, and where along the bar (px); -1: the mouse left."""

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._marks: tuple[Mark, ...] = ()
        self._buffered = Buffered()
        self._loop: tuple[int, int | None] | None = None
        self._hover_x = -1.0
        self._is_dragged = self._has_ring = False
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSingleStep(_STEP_MS)
        self.setPageStep(_PAGE_MS)
        self.setAccessibleName(tr("Position"))
        style.changed.connect(self.update)

    @property
    def is_dragged(self) -> bool:
        """Whether the mouse holds the knob."""
        return self._is_dragged

    def set_duration(self, duration_ms: int) -> None:
        """Take the length; 0: unknown, nowhere to go."""
        self.setRange(0, max(0, duration_ms))
        self.setEnabled(duration_ms > 0)

    def set_position(self, at_ms: int) -> None:
        """Show a moment, unless the mouse holds the knob."""
        if not self._is_dragged:
            self.setValue(at_ms)
            self.setAccessibleDescription(time_words(at_ms, self.maximum()))

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show chapters as gaps."""
        self._marks = tuple(sorted(marks, key=lambda mark: mark.at_ms))[:_MAX_MARKS]
        self.update()

    def set_buffered(self, buffered: Buffered) -> None:
        """Show what is here."""
        if buffered.ranges != self._buffered.ranges:
            self.update()
        self._buffered = buffered

    def set_loop(self, loop: tuple[int, int | None] | None) -> None:
        """Show the part that is looped; the end may not be chosen yet."""
        self._loop = loop
        self.update()

    def chapter_at(self, at_ms: int) -> str:
        """Title of the chapter at a moment."""
        found = ""
        for mark in self._marks:
            if mark.at_ms > at_ms:
                break
            found = mark.title
        return found

    def sizeHint(self) -> QSize:
        style = self._style.current
        return QSize(style.px(200), style.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._style.current.px(40), self._style.current.px(HEIGHT))

    # mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or not self.isEnabled():
            event.ignore()
            return
        self._is_dragged = True
        self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        self._hover_x = x
        self.update()
        if self._is_dragged:
            self._go(x)
        if self.maximum():
            self.hovered.emit(self._moment(x), round(self._place(self._moment(x))))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_dragged and event.button() is Qt.MouseButton.LeftButton:
            self._is_dragged = False
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover_x = -1.0
        self.hovered.emit(0, -1)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_PageUp: -_PAGE_MS, Qt.Key.Key_PageDown: _PAGE_MS}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()  # the player has the other keys
            return
        self.seek_requested.emit(max(0, min(self.value() + step, self.maximum())))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)
        self.update()

    def _go(self, x: float) -> None:
        at_ms = self._moment(x)
        if at_ms != self.value():
            self.setValue(at_ms)
            self.seek_requested.emit(at_ms)

    def _moment(self, x: float) -> int:
        share = (x - self._margin()) / max(1.0, self.width() - 2 * self._margin())
        return round(max(0.0, min(share, 1.0)) * self.maximum())

    def _place(self, at_ms: float) -> float:
        share = at_ms / self.maximum() if self.maximum() else 0.0
        return self._margin() + share * (self.width() - 2 * self._margin())

    def _margin(self) -> float:
        return 0.0

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors = style.colors
        is_hot = self._is_dragged or self._hover_x >= 0 or self._has_ring
        thick = style.px(_THICK_HOT if is_hot else _THICK)
        top = (self.height() - thick) / 2
        bar = QRectF(0, top, self.width(), thick)
        fill_rounded(painter, bar, thick / 2, colors.video_track)
        for start, end in self._buffered.ranges:
            self._fill(painter, bar, start * self.width(), end * self.width(), colors.video_buffered)
        self._fill(painter, bar, 0, self._place(self.value()), colors.accent)
        self._paint_loop(painter, bar)
        self._paint_marks(painter, bar)
        if is_hot and self.isEnabled():
            knob = style.px(_KNOB)
            center = QPointF(
                min(max(self._place(self.value()), knob), self.width() - knob), self.height() / 2
            )
            painter.setBrush(colors.on_scrim)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(center, knob, knob)
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, style.sizes.radius_small)
        painter.end()

    def _fill(self, painter: QPainter, bar: QRectF, start: float, end: float, color: object) -> None:
        if end > start:
            piece = QRectF(bar.left() + start, bar.top(), end - start, bar.height())
            fill_rounded(painter, piece, bar.height() / 2, color)  # type: ignore[arg-type]

    def _paint_marks(self, painter: QPainter, bar: QRectF) -> None:
        ground, gap = self._style.current.colors.video, self._style.current.px(_GAP)
        for mark in self._marks:
            if 0 < mark.at_ms < self.maximum():
                fill_plain(
                    painter, QRectF(round(self._place(mark.at_ms)), bar.top(), gap, bar.height()), ground
                )

    def _paint_loop(self, painter: QPainter, bar: QRectF) -> None:
        if self._loop is None or not self.maximum():
            return
        color, wide = self._style.current.colors.waiting, self._style.current.px(3)
        for at_ms in self._loop:
            if at_ms is not None:
                fill_plain(
                    painter, QRectF(round(self._place(at_ms)), bar.top() - 4, wide, bar.height() + 8), color
                )
