"""Strokes that several widgets share: focus ring, tags, elided text, rounded fills."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF, QRect
    from PySide6.QtGui import QColor, QFont

    from widgets.style import Style

KEYBOARD_FOCUS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""A ring is drawn only for who moves by keyboard."""


class TagKind(StrEnum):
    """Colour of a tag."""

    AMBER = "amber"
    ACCENT = "accent"
    GREY = "grey"
    RED = "red"
    """Attention alone: what is asked of me and overdue."""
    GREEN = "green"


def fill_plain(painter: QPainter, rect: QRect | QRectF, color: QColor) -> None:
    """Fill a rectangle. `QPainter.fillRect` would first look whether the colour is one of 170 gradients: 2 ms, once."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRect(rect)


def fill_rounded(painter: QPainter, rect: QRect | QRectF, radius: float, color: QColor) -> None:
    """Fill a rounded rectangle, antialiased, without an edge."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(rect), radius, radius)


def stroke_rounded(
    painter: QPainter, rect: QRect | QRectF, radius: float, color: QColor, width: float = 1.0
) -> None:
    """Draw the edge of a rounded rectangle inside `rect`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius, radius)


def paint_focus_ring(painter: QPainter, rect: QRect | QRectF, style: Style, radius: float) -> None:
    """Show where the keyboard is."""
    stroke_rounded(painter, rect, radius, style.colors.accent, 2)


def paint_elided(
    painter: QPainter,
    rect: QRect | QRectF,
    text: str,
    font: QFont,
    color: QColor,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Draw one line, cut with an ellipsis where it does not fit; answer the width it took."""
    box = QRectF(rect)
    if box.width() <= 0 or not text:
        return 0.0
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.setFont(font)
    painter.setPen(color)
    flags = alignment | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(box, int(flags), shown)
    return min(metrics.horizontalAdvance(shown), box.width())


def tag_width(style: Style, text: str) -> float:
    """Width of a tag with this text; 0 without text."""
    return QFontMetricsF(style.font(11)).horizontalAdvance(text) + style.px(10) if text else 0.0


def paint_tag(
    painter: QPainter, style: Style, left_center: QPointF, text: str, kind: TagKind = TagKind.AMBER
) -> float:
    """Draw a small tag whose left end is at `left_center`; answer its width."""
    width, height = tag_width(style, text), style.px(17)
    if not width:
        return 0.0
    ground, words = _tag_colors(style, kind)
    rect = QRectF(left_center.x(), round(left_center.y() - height / 2), width, height)
    fill_rounded(painter, rect, style.sizes.radius_small, ground)
    painter.setFont(style.font(11))
    painter.setPen(words)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    return width


def _tag_colors(style: Style, kind: TagKind) -> tuple[QColor, QColor]:
    colors = style.colors
    if kind is TagKind.AMBER:
        return colors.waiting_soft, colors.waiting_text
    if kind is TagKind.ACCENT:
        return colors.accent_soft, colors.accent_text
    if kind is TagKind.RED:
        return colors.attention_soft, colors.attention_text
    if kind is TagKind.GREEN:
        return colors.done_soft, colors.done_text
    return colors.hover, colors.text2
