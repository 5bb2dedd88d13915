"""The line above the text of a card in the conversation: a sign, what it is, and a tag."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from widgets.icons import paint_icon
from widgets.style import Palette
from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target
from widgets.timeline.values import CardTone


class CardHead:
    """Sign and title at the left, the tag at the right; below them where there is no room beside."""

    def __init__(self, icon: str, title: str, tag: str, tone: CardTone, look: Look, max_width: float) -> None:
        self._look, self._icon, self._tone = look, icon, tone
        self._side = look.px(16)
        self._title = Label(title, look.small_bold, max_width - self._side - look.px(6))
        self._tag = Label(tag, look.small, max_width - look.px(12)) if tag else None
        self._tag_width = self._tag.width + look.px(12) if self._tag else 0
        wide = self._side + look.px(6) + self._title.width
        beside = wide + (look.px(12) + self._tag_width if self._tag else 0)
        self._is_stacked = beside > max_width
        self._line = look.px(20)
        self.width: float = max(wide, self._tag_width) if self._is_stacked else beside
        self.height: float = 2 * self._line + look.px(6) if self._is_stacked else self._line

    def paint(self, painter: QPainter, area: QRectF, ctx: PaintContext) -> None:
        """See `Strip`."""
        colors, y = ctx.look.colors, area.y()
        icon = QRectF(area.x(), y + (self._line - self._side) / 2, self._side, self._side)
        paint_icon(painter, icon, self._icon, colors.accent_text, filled=True)
        top = y + (self._line - self._title.height) / 2
        self._title.paint(painter, area.x() + self._side + self._look.px(6), top, colors.accent_text)
        if self._tag is not None:
            self._paint_tag(painter, area, ctx, self._tag)

    def _paint_tag(self, painter: QPainter, area: QRectF, ctx: PaintContext, tag: Label) -> None:
        look = self._look
        x = area.x() if self._is_stacked else area.right() - self._tag_width
        y = area.y() + (self._line + look.px(4) if self._is_stacked else 0)
        rect = QRectF(x, y + look.px(1), self._tag_width, self._line - look.px(2))
        ground, words = _tag_colors(ctx.look.colors, self._tone)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, look.style.sizes.radius_small, look.style.sizes.radius_small)
        tag.paint_in(painter, rect, words)

    def target_at(self, area: QRectF, point: QPointF) -> Target | None:
        """See `Strip`."""
        return None


def _tag_colors(colors: Palette, tone: CardTone) -> tuple[QColor, QColor]:
    if tone is CardTone.WAITING:
        return colors.waiting_soft, colors.waiting_text
    if tone is CardTone.DONE:
        return colors.done_soft, colors.done_text
    if tone is CardTone.ATTENTION:
        return colors.attention_soft, colors.attention_text
    return colors.hover, colors.text2
