"""A ding in the conversation: the line above its text (what it is, until when) and the one below (who confirmed, my button)."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.icons import paint_icon
from widgets.timeline.card_head import CardHead
from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target, TargetKind
from widgets.timeline.values import CardTone, DingCard, TimelineTexts


class DingHead(CardHead):
    """A push-pin, "DING · Task", and the time by which as an amber tag."""

    def __init__(self, ding: DingCard, look: Look, max_width: float) -> None:
        tone = CardTone.ATTENTION if ding.is_overdue else CardTone.WAITING
        super().__init__("push-pin", ding.title, ding.due_text, tone, look, max_width)


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
