"""Icons: glyphs of the icon font, drawn crisp at any size, colour and screen density, and kept.

`icon_pixmap` and `icon` are cached (the cache is bounded); `paint_icon` draws straight through a painter.
Names are Phosphor's ("push-pin", "chat-circle-dots"); `filled=True` is the form for the selected thing.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGlyphRun,
    QGuiApplication,
    QPainter,
    QPixmap,
    QRawFont,
)

from resources.icons import FILLED_FONT, REGULAR_FONT, read_glyphs

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

_CACHE_SIZE = 512
_MOST_PIXELS = 60
_UNKNOWN = "placeholder"


def has_icon(name: str) -> bool:
    """Tell whether the font holds this icon."""
    return name in _glyphs()


def paint_icon(
    painter: QPainter,
    rect: QRect | QRectF,
    name: str,
    color: QColor,
    *,
    filled: bool = False,
) -> None:
    """Draw an icon as large as fits into the middle of `rect`."""
    side = min(rect.width(), rect.height())
    raw = _raw_font(filled, round(side))
    index = _glyph_index(name, filled)
    if side > _MOST_PIXELS:
        _paint_outline(painter, QRectF(rect), raw, index, color)
        return
    run = QGlyphRun()
    run.setRawFont(raw)
    run.setGlyphIndexes([index])
    run.setPositions([QPointF(0, 0)])
    center = QRectF(rect).center()
    box = QPointF(center.x() - side / 2, center.y() - side / 2 + raw.ascent() * side / _em_height(raw))
    painter.save()
    painter.setPen(color)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawGlyphRun(box, run)
    painter.restore()


def _paint_outline(painter: QPainter, rect: QRectF, raw: QRawFont, index: int, color: QColor) -> None:
    """Draw a large icon: Qt draws no runs of glyphs of more than 64 pixels."""
    side = min(rect.width(), rect.height())
    top = rect.center().y() - side / 2 + raw.ascent() * side / _em_height(raw)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - side / 2, top)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPath(raw.pathForGlyph(index))
    painter.restore()


def icon_pixmap(name: str, color: QColor, size: int, *, filled: bool = False, dpr: float = 0.0) -> QPixmap:
    """Render an icon of `size` device independent pixels; `dpr` 0 means that of the application."""
    ratio = dpr or app_dpr()
    return _pixmap(name, color.rgba(), size, filled, ratio)


def icon(name: str, color: QColor, size: int = 20, filled: bool = False) -> QIcon:
    """Make a QIcon that renders itself sharp at whatever size and density Qt asks for."""
    from PySide6.QtGui import QIcon

    from widgets.glyph_engine import GlyphEngine  # the first paint has pixmaps only

    return QIcon(GlyphEngine(name, QColor(color), size, filled))


@lru_cache(maxsize=_CACHE_SIZE)
def _pixmap(name: str, rgba: int, size: int, filled: bool, dpr: float) -> QPixmap:
    side = round(size * dpr)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_icon(painter, QRect(0, 0, side, side), name, QColor.fromRgba(rgba), filled=filled)
    painter.end()
    picture.setDevicePixelRatio(dpr)
    return picture


def app_dpr() -> float:
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


@lru_cache(maxsize=1)
def _glyphs() -> dict[str, int]:
    return read_glyphs()


@lru_cache(maxsize=64)
def _raw_font(filled: bool, pixels: int) -> QRawFont:
    path = FILLED_FONT if filled else REGULAR_FONT
    return QRawFont(str(path), pixels, QFont.HintingPreference.PreferNoHinting)


@lru_cache(maxsize=_CACHE_SIZE)
def _glyph_index(name: str, filled: bool) -> int:
    if name not in _glyphs():
        logging.getLogger(__name__).error("no icon named %s", name)
    point = _glyphs().get(name, _glyphs()[_UNKNOWN])
    indexes = _raw_font(filled, 16).glyphIndexesForString(chr(point))
    return int(indexes[0])


def _em_height(raw: QRawFont) -> float:
    return raw.ascent() + raw.descent()
