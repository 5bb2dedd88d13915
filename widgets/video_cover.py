"""Paints the cover of a post: the picture (or a ground of its own), length, badge, what is kept, how much was watched.

Covers are scaled once per size and kept, rounded, for a grid is painted again and again while it scrolls.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QLinearGradient, QPainter, QPixmap, QTransform

from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded
from widgets.style import Weight
from widgets.video_values import BadgeTone

if TYPE_CHECKING:
    from widgets.style import StyleSource
    from widgets.video_values import VideoCard

_BADGE, _BAR, _ICON = 18, 4, 34
_SCRIM_ALPHA = 205
_MOST_COVERS = 48


class CoverPainter:
    """Keeps what it scaled."""

    def __init__(self, style: StyleSource) -> None:
        self._style = style
        self._kept: OrderedDict[tuple[int | str, int, int], QPixmap] = OrderedDict()
        style.changed.connect(self._kept.clear)

    def paint(self, painter: QPainter, box: QRectF, card: VideoCard, picture: QPixmap | None) -> None:
        """Draw it into `box`."""
        if picture is None or picture.isNull():
            picture = self._made(painter, box, self._style.current.avatar_color(card.color_key))
            painter.drawPixmap(box.topLeft(), picture)
            self._paint_glyph(painter, box, card)
        else:
            painter.drawPixmap(box.topLeft(), self._made(painter, box, picture))
        edge, top = self._style.current.px(6), box.top() + self._style.current.px(6)
        if card.badge:
            self._paint_badge(painter, QPointF(box.left() + edge, top), card.badge, card.badge_tone)
        self._paint_marks(painter, QPointF(box.right() - edge, top), card)
        bar = self._style.current.px(_BAR) if card.share else 0
        if card.length:
            bottom = box.bottom() - edge - self._style.current.px(_BADGE) - bar
            left = box.right() - edge - self._badge_width(card.length)
            self._paint_badge(painter, QPointF(left, bottom), card.length, BadgeTone.PLAIN)
        if card.share:
            self._paint_bar(painter, box, card.share)

    # Ground

    def _made(self, painter: QPainter, box: QRectF, of: QPixmap | QColor) -> QPixmap:
        """Give the rounded picture, or ground, of a size."""
        dpr = painter.device().devicePixelRatioF()
        name = of.cacheKey() if isinstance(of, QPixmap) else of.name()
        key = (name, round(box.width() * dpr), round(box.height() * dpr))
        kept = self._kept.get(key)
        if kept is None:
            brush = self._scaled(box.size(), of) if isinstance(of, QPixmap) else _ground(box.size(), of)
            kept = self._kept[key] = self._rounded(box.size(), brush, dpr)
            if len(self._kept) > _MOST_COVERS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return kept

    @staticmethod
    def _scaled(size: QSizeF, picture: QPixmap) -> QBrush:
        """Fill the box; what is too much is cut at both sides."""
        scale = max(size.width() / picture.width(), size.height() / picture.height())
        x = (size.width() - picture.width() * scale) / 2
        y = (size.height() - picture.height() * scale) / 2
        brush = QBrush(picture)
        brush.setTransform(QTransform.fromTranslate(x, y).scale(scale, scale))
        return brush

    def _rounded(self, size: QSizeF, brush: QBrush, dpr: float) -> QPixmap:
        made = QPixmap((size * dpr).toSize())
        made.setDevicePixelRatio(dpr)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
        radius = self._style.current.sizes.radius
        painter.drawRoundedRect(QRectF(0, 0, size.width(), size.height()), radius, radius)
        painter.end()
        return made

    def _paint_glyph(self, painter: QPainter, box: QRectF, card: VideoCard) -> None:
        """In place of a picture."""
        style = self._style.current
        side = style.px(_ICON)
        glyph = "broadcast" if card.badge_tone is BadgeTone.LIVE else "monitor-play"
        faint = QColor(style.on_avatar)
        faint.setAlpha(130)
        picture = icon_pixmap(glyph, faint, side, dpr=painter.device().devicePixelRatioF())
        center = box.center()
        painter.drawPixmap(QPointF(round(center.x() - side / 2), round(center.y() - side / 2)), picture)

    # Over it

    def _paint_badge(self, painter: QPainter, corner: QPointF, words: str, tone: BadgeTone) -> None:
        style = self._style.current
        box = QRectF(corner.x(), corner.y(), self._badge_width(words), style.px(_BADGE))
        ground, ink = self._badge_colors(tone)
        fill_rounded(painter, box, style.sizes.radius_small, ground)
        painter.setFont(style.font(11, Weight.BOLD))
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _badge_width(self, words: str) -> float:
        style = self._style.current
        return QFontMetricsF(style.font(11, Weight.BOLD)).horizontalAdvance(words) + style.px(10)

    def _badge_colors(self, tone: BadgeTone) -> tuple[QColor, QColor]:
        colors = self._style.current.colors
        if tone is BadgeTone.LIVE:
            return colors.attention_fill, colors.on_attention
        if tone is BadgeTone.DUTY:
            return colors.waiting_soft, colors.waiting_text
        return self._scrim(), colors.on_scrim

    def _paint_marks(self, painter: QPainter, corner: QPointF, card: VideoCard) -> None:
        """Kept and saved, from the right."""
        style = self._style.current
        side, right = style.px(22), corner.x()
        marks = [("download-simple", card.is_kept), ("bookmark-simple", card.is_saved)]
        for glyph in (name for name, is_on in marks if is_on):
            box = QRectF(right - side, corner.y(), side, side)
            fill_rounded(painter, box, side / 2, self._scrim())
            icon = style.px(14)
            dpr = painter.device().devicePixelRatioF()
            picture = icon_pixmap(glyph, style.colors.on_scrim, icon, filled=True, dpr=dpr)
            painter.drawPixmap(box.center() - QPointF(icon / 2, icon / 2), picture)
            right -= side + style.px(4)

    def _paint_bar(self, painter: QPainter, box: QRectF, share: float) -> None:
        """How much was watched, along the lower edge and within its round corners."""
        style = self._style.current
        height = style.px(_BAR)
        painter.save()
        painter.setClipRect(QRectF(box.left(), box.bottom() - height, box.width(), height))
        fill_rounded(painter, box, style.sizes.radius, self._scrim())
        painter.setClipRect(QRectF(box.left(), box.bottom() - height, box.width() * share, height))
        fill_rounded(painter, box, style.sizes.radius, style.colors.accent)
        painter.restore()

    def _scrim(self) -> QColor:
        color = QColor(self._style.current.colors.scrim)
        color.setAlpha(_SCRIM_ALPHA)
        return color


def _ground(size: QSizeF, color: QColor) -> QBrush:
    """Without a picture: the channel's own colour, quietly."""
    ground = QLinearGradient(0, 0, size.width(), size.height())
    ground.setColorAt(0, color.darker(170))
    ground.setColorAt(1, color.darker(300))
    return QBrush(ground)
