"""A ding in the conversation: the line above its text (what it is, until when) and the one below (who confirmed, my button)."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.icons import paint_icon
from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target, TargetKind
from widgets.timeline.values import DingCard, TimelineTexts


class DingHead:
    """A push-pin, "DING · Task", and the time by which as an amber tag; below them where there is no room beside."""

    def __init__(self, ding: DingCard, look: Look, max_width: float) -> None:
        self._look, self._is_overdue = look, ding.is_overdue
        self._icon = look.px(16)
        self._title = Label(ding.title, look.small_bold, max_width - self._icon - look.px(6))
        self._tag = Label(ding.due_text, look.small, max_width - look.px(12)) if ding.due_text else None
        self._tag_width = self._tag.width + look.px(12) if self._tag else 0
        title = self._icon + look.px(6) + self._title.width
        beside = title + (look.px(12) + self._tag_width if self._tag else 0)
        self._is_stacked = beside > max_width
        self._line = look.px(20)
        self.width: float = max(title, self._tag_width) if self._is_stacked else beside
        self.height: float = 2 * self._line + look.px(6) if self._is_stacked else self._line

    def paint(self, painter: QPainter, area: QRectF, ctx: PaintContext) -> None:
        colors, y = ctx.look.colors, area.y()
        icon = QRectF(area.x(), y + (self._line - self._icon) / 2, self._icon, self._icon)
        paint_icon(painter, icon, "push-pin", colors.accent_text, filled=True)
        top = y + (self._line - self._title.height) / 2
        self._title.paint(painter, area.x() + self._icon + self._look.px(6), top, colors.accent_text)
        if self._tag is not None:
            self._paint_tag(painter, area, ctx, self._tag)

    def _paint_tag(self, painter: QPainter, area: QRectF, ctx: PaintContext, tag: Label) -> None:
        look, colors = self._look, ctx.look.colors
        x = area.x() if self._is_stacked else area.right() - self._tag_width
        y = area.y() + (self._line + look.px(4) if self._is_stacked else 0)
        rect = QRectF(x, y + look.px(1), self._tag_width, self._line - look.px(2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.attention_soft if self._is_overdue else colors.waiting_soft)
        painter.drawRoundedRect(rect, look.style.sizes.radius_small, look.style.sizes.radius_small)
        tag.paint_in(painter, rect, colors.attention_text if self._is_overdue else colors.waiting_text)

    def target_at(self, area: QRectF, point: QPointF) -> Target | None:
        return None


class DingFoot:
    """The button that confirms, or when I did; at the right how many have, which leads to the inbox."""

    def __init__(self, uid: str, ding: DingCard, texts: TimelineTexts, look: Look, max_width: float) -> None:
        self._look = look
        self._has_button = ding.is_open
        self._confirm = Target(TargetKind.CONFIRM, uid, texts.waits_for_me)
        self._open = Target(TargetKind.DING, uid)
        self._mine = self._label_of(ding, texts.confirm, max_width)
        self._mine_width = self._room_of(self._mine)
        self._count = Label(ding.count_text, look.small, max_width)
        self._line = look.px(28 if self._mine else 20)  # as high when confirmed as before: nothing jumps
        gap = look.px(16) if self._mine_width and self._count.width else 0
        beside = self._mine_width + gap + self._count.width
        self._is_stacked = beside > max_width
        self.width: float = max(self._mine_width, self._count.width) if self._is_stacked else beside
        self.height: float = self._line + (look.px(24) if self._is_stacked else 0)

    def _label_of(self, ding: DingCard, confirm: str, max_width: float) -> Label | None:
        if self._has_button:
            return Label(confirm, self._look.small_bold, max_width - self._look.px(24))
        if ding.done_text:
            return Label(ding.done_text, self._look.small, max_width - self._look.px(20))
        return None

    def _room_of(self, label: Label | None) -> float:
        if label is None:
            return 0
        return label.width + self._look.px(24 if self._has_button else 20)

    def _mine_rect(self, area: QRectF) -> QRectF:
        return QRectF(area.x(), area.y(), self._mine_width, self._line)

    def _count_rect(self, area: QRectF) -> QRectF:
        """At the right; at the left where nothing stands there."""
        width, tall = self._count.width, self._count.height
        if self._is_stacked:
            return QRectF(area.x(), area.bottom() - tall, width, tall)
        x = area.right() - width if self._mine_width else area.x()
        return QRectF(x, area.y() + (self._line - tall) / 2, width, tall)

    def paint(self, painter: QPainter, area: QRectF, ctx: PaintContext) -> None:
        if self._mine is not None:
            paint = self._paint_button if self._has_button else self._paint_done
            paint(painter, self._mine_rect(area), ctx, self._mine)
        rect, colors = self._count_rect(area), ctx.look.colors
        is_pointed = ctx.hovered == self._open
        color = colors.accent_text if is_pointed else colors.text2
        self._count.paint(painter, rect.x(), rect.y(), color)
        if is_pointed:
            painter.fillRect(QRectF(rect.x(), rect.bottom() - self._look.px(2), rect.width(), 1), color)

    def _paint_button(self, painter: QPainter, rect: QRectF, ctx: PaintContext, words: Label) -> None:
        colors = ctx.look.colors
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.accent_hover if ctx.hovered == self._confirm else colors.accent)
        radius = ctx.look.style.sizes.radius
        painter.drawRoundedRect(rect, radius, radius)
        words.paint_in(painter, rect, colors.on_accent)

    def _paint_done(self, painter: QPainter, rect: QRectF, ctx: PaintContext, words: Label) -> None:
        look, color = ctx.look, ctx.look.colors.done_text
        side = look.px(16)
        icon = QRectF(rect.x(), rect.y() + (rect.height() - side) / 2, side, side)
        paint_icon(painter, icon, "check-circle", color, filled=True)
        top = rect.y() + (rect.height() - words.height) / 2
        words.paint(painter, rect.x() + look.px(20), top, color)

    def target_at(self, area: QRectF, point: QPointF) -> Target | None:
        if self._mine is not None and self._mine_rect(area).contains(point):
            return self._confirm if self._has_button else None
        if self._count_rect(area).adjusted(-4, -4, 4, 4).contains(point):
            return self._open
        return None
