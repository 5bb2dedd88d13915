"""A request (of an approval) in the conversation: its title with the state, and the button that opens it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from widgets.timeline.card_head import CardHead
from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target, TargetKind
from widgets.timeline.values import RequestCard

_LEAST_WIDTH = 240
"""Cards below each other are equally wide, as long as their words are not longer."""


class RequestHead(CardHead):
    """A stamp, "Zhang Wei's expense", and the state as a tag."""

    def __init__(self, card: RequestCard, look: Look, max_width: float) -> None:
        super().__init__("stamp", card.title, card.status, card.tone, look, max_width)


class RequestFoot:
    """The button at the left, whom it waits for at the right; below the button where there is no room beside."""

    def __init__(self, uid: str, card: RequestCard, look: Look, max_width: float) -> None:
        self._look, self._is_mine = look, card.is_mine
        self._open = Target(TargetKind.REQUEST, uid)
        padding = look.px(24)
        self._button = Label(card.button, look.small_bold, max_width - padding) if card.button else None
        self._button_width = self._button.width + padding if self._button else 0.0
        self._words = Label(card.waits_for, look.small, max_width)
        gap = look.px(16) if self._button and card.waits_for else 0
        beside = self._button_width + gap + self._words.width
        self._is_stacked = beside > max_width
        self._line = look.px(28) if self._button else look.px(20)
        wide = max(self._button_width, self._words.width) if self._is_stacked else beside
        self.width: float = max(wide, min(look.px(_LEAST_WIDTH), max_width))
        self.height: float = self._line + (look.px(24) if self._is_stacked else 0)

    def paint(self, painter: QPainter, area: QRectF, ctx: PaintContext) -> None:
        """See `Strip`."""
        if self._button is not None:
            self._paint_button(painter, self._button_rect(area), ctx, self._button)
        tall = self._words.height
        x = area.x() if self._is_stacked or self._button is None else area.right() - self._words.width
        y = area.bottom() - tall if self._is_stacked else area.y() + (self._line - tall) / 2
        self._words.paint(painter, x, y, ctx.look.colors.text2)

    def target_at(self, area: QRectF, point: QPointF) -> Target | None:
        """See `Strip`."""
        is_on = self._button is not None and self._button_rect(area).contains(point)
        return self._open if is_on else None

    def _button_rect(self, area: QRectF) -> QRectF:
        return QRectF(area.x(), area.y(), self._button_width, self._line)

    def _paint_button(self, painter: QPainter, rect: QRectF, ctx: PaintContext, words: Label) -> None:
        """Full where it waits for me, an outline else."""
        colors, radius = ctx.look.colors, ctx.look.style.sizes.radius
        is_pointed = ctx.hovered == self._open
        if self._is_mine:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.accent_hover if is_pointed else colors.accent)
        else:
            painter.setPen(QPen(colors.accent_text if is_pointed else colors.line, 1))
            painter.setBrush(colors.window)
            rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, radius, radius)
        words.paint_in(painter, rect, colors.on_accent if self._is_mine else colors.accent_text)
