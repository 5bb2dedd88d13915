"""Text with a dark edge, readable over any picture, drawn once into a pixmap and laid over each frame."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QTextLayout, QTextOption

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

    from widgets.style import Palette

_AROUND = tuple((math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)) for turn in range(8))
MAX_SIDE = 4096
"""Device pixels; what is larger is cut."""


def edge_color(colors: Palette) -> QColor:
    """The scrim, opaque: dark in both themes."""
    color = QColor(colors.scrim)
    color.setAlpha(255)
    return color


def outlined(
    text: str, font: QFont, fill: QColor, edge: QColor, dpr: float, *, width: float, thickness: float
) -> QPixmap:
    """Draw a text, wrapped at `width`, its lines centred, on nothing. The pixmap is as large as the text with its edge."""
    layouts, size = _laid_out(text, font, width)
    side = math.ceil(thickness) + 1
    wide = min(math.ceil((size.width() + 2 * side) * dpr), MAX_SIDE)
    high = min(math.ceil((size.height() + 2 * side) * dpr), MAX_SIDE)
    pixmap = QPixmap(wide, high)
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(edge)
    for x, y in _AROUND:
        _draw(painter, layouts, QPointF(side + x * thickness, side + y * thickness))
    painter.setPen(fill)
    _draw(painter, layouts, QPointF(side, side))
    painter.end()
    return pixmap


def _laid_out(text: str, font: QFont, width: float) -> tuple[list[QTextLayout], QSizeF]:
    """Lay out each line; the widest decides the width of all."""
    layouts: list[QTextLayout] = []
    y, widest = 0.0, 1.0
    for part in text.split("\n"):
        layout = QTextLayout(part or " ", font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        line = layout.createLine()
        while line.isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y))
            y += line.height()
            widest = max(widest, line.naturalTextWidth())
            line = layout.createLine()
        layout.endLayout()
        layouts.append(layout)
    for layout in layouts:
        _centre(layout, widest)
    return layouts, QSizeF(widest, max(1.0, y))


def _centre(layout: QTextLayout, widest: float) -> None:
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        line.setPosition(QPointF((widest - line.naturalTextWidth()) / 2, line.y()))


def _draw(painter: QPainter, layouts: list[QTextLayout], at: QPointF) -> None:
    for layout in layouts:
        layout.draw(painter, at)
