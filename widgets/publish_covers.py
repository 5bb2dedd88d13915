"""Pictures of a video in a row, one of which is its cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.translations import tr
from widgets.painting import fill_rounded, stroke_rounded
from widgets.publish_jobs import cropped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from widgets.style import StyleSource

_TILE, _GAP = QSize(112, 63), 8
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class CoverStrip(QWidget):
    """Wraps into rows. Click or arrows choose."""

    chosen = Signal(int)

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._pictures: tuple[QPixmap | None, ...] = ()
        self._current = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._say()

    @property
    def current(self) -> int:
        """Which one is the cover; -1: none of them."""
        return self._current

    def set_pictures(self, pictures: Sequence[QPixmap | None]) -> None:
        """Show these; None: still read."""
        self._pictures = tuple(pictures)
        self._fit()
        self._say()
        self.update()

    def set_current(self, number: int) -> None:
        """Choose without `chosen`."""
        self._current = number
        self._say()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._style.current.px(_TILE.width()) * 2, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not self._pictures:
            super().keyPressEvent(event)
            return
        self._choose((max(0, self._current) + step) % len(self._pictures))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number in range(len(self._pictures)):
            if self._box(number).contains(event.position()):
                self._choose(number)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number, picture in enumerate(self._pictures):
            self._paint(painter, number, picture)
        painter.end()

    def _paint(self, painter: QPainter, number: int, picture: QPixmap | None) -> None:
        style, box = self._style.current, self._box(number)
        radius = style.sizes.radius
        fill_rounded(painter, box, radius, style.colors.field)
        if picture is not None and not picture.isNull():
            shape = QPainterPath()
            shape.addRoundedRect(box, radius, radius)
            painter.save()
            painter.setRenderHints(
                QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
            )
            painter.setClipPath(shape)
            painter.drawPixmap(box, picture, cropped(picture, box.width() / box.height()))
            painter.restore()
        if number == self._current:
            width = 3 if self.hasFocus() else 2
            stroke_rounded(painter, box, radius, style.colors.accent, width)

    def _box(self, number: int) -> QRectF:
        px = self._style.current.px
        width, height, gap = px(_TILE.width()), px(_TILE.height()), px(_GAP)
        columns = self._columns()
        row, column = divmod(number, columns)
        return QRectF(column * (width + gap), row * (height + gap), width, height)

    def _columns(self) -> int:
        px = self._style.current.px
        return max(1, (self.width() + px(_GAP)) // (px(_TILE.width()) + px(_GAP)))

    def _fit(self) -> None:
        bottom = self._box(len(self._pictures) - 1).bottom() if self._pictures else 0
        self.setFixedHeight(max(1, round(bottom)))

    def _choose(self, number: int) -> None:
        if number != self._current:
            self.set_current(number)
            self.chosen.emit(number)

    def _say(self) -> None:
        count = len(self._pictures)
        words = tr("Cover {number} of {count}", number=self._current + 1, count=count)
        self.setAccessibleName(words if count and self._current >= 0 else tr("Cover"))
