"""A QR code on the screen. Who uses it gives dark on light, whatever the theme, so that every reader takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.qr_code import QUIET, paint_qr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor, QPaintEvent

    from widgets.style import StyleSource

_SIDE = 232
_FILE_MODULE = 12
"""Pixels of a module in a saved picture."""


class QrView(QWidget):
    """A square; `name` says what it leads to for who cannot see it."""

    def __init__(
        self, style: StyleSource, dark: QColor, light: QColor, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style, self._dark, self._light = style, dark, light
        self._matrix: tuple[tuple[bool, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        style.changed.connect(self.updateGeometry)

    def set_code(self, matrix: Sequence[Sequence[bool]], name: str) -> None:
        """Show a code."""
        self._matrix = tuple(tuple(row) for row in matrix)
        self.setAccessibleName(name)
        self.update()

    def picture(self) -> QImage:
        """Give it as a picture to save or print."""
        side = (len(self._matrix) + 2 * QUIET) * _FILE_MODULE
        image = QImage(side, side, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self._paint(painter, QRectF(0, 0, side, side))
        painter.end()
        return image

    def sizeHint(self) -> QSize:
        side = self._style.current.px(_SIDE)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, QRectF(self.rect()))
        painter.end()

    def _paint(self, painter: QPainter, box: QRectF) -> None:
        if self._matrix:
            paint_qr(painter, box, self._matrix, self._dark, self._light)
        else:
            painter.fillRect(box, self._light)
