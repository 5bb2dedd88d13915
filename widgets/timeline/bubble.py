"""A message's bubble: its shape, the quoted line above a reply, the text, and the signs beside it."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from widgets.icons import paint_icon
from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target, TargetKind
from widgets.timeline.text_block import TextBlock
from widgets.timeline.values import ReplyQuote, Row


@dataclass(frozen=True, slots=True)
class BubbleTone:
    """Colours of one bubble. `fill` None: no bubble is drawn; `border` None: no outline."""

    fill: QColor | None
    text: QColor
    border: QColor | None = None
    icon: str = ""


class QuoteLine:
    """The quoted line: an accent bar, then "name: text" shortened to one line."""

    def __init__(self, quote: ReplyQuote, look: Look, max_width: float) -> None:
        self._look = look
        words = _quoted_words(quote)
        self.target = Target(TargetKind.QUOTE, quote.uid, "")
        self.label = Label(words, look.small, max_width - look.px(10))
        self.width = self.label.width + look.px(10)
        self.height = look.px(20)

    def paint(self, painter: QPainter, x: float, y: float, ctx: PaintContext) -> None:
        """Draw with the top left corner at `x`, `y`."""
        look = self._look
        painter.fillRect(QRectF(x, y, look.px(2), self.height), look.colors.accent)
        color = look.colors.text1 if ctx.hovered == self.target else look.colors.text2
        self.label.paint(painter, x + look.px(10), y + (self.height - self.label.height) / 2, color)


class Strip(Protocol):
    """A line across a bubble, above or below its text."""

    width: float
    height: float

    def paint(self, painter: QPainter, area: QRectF, ctx: PaintContext) -> None:
        """Draw into `area`, which may be wider than asked for."""
        ...

    def target_at(self, area: QRectF, point: QPointF) -> Target | None:
        """What a click at this point of the row means."""
        ...


class BubblePiece:
    """The bubble with what is in it: a head, the quoted line, the text, the fold's link, a foot; most have the text only."""

    def __init__(
        self,
        row: Row,
        look: Look,
        tone: BubbleTone,
        block: TextBlock | None,
        quote: QuoteLine | None,
        *,
        min_width: float = 0,
        fold_label: str = "",
        head: Strip | None = None,
        foot: Strip | None = None,
        target: Target | None = None,
    ) -> None:
        """`target` is what a click beside everything else means."""
        self._look, self._tone, self._row = look, tone, row
        self.block, self._quote = block, quote
        self._head, self._foot, self._target = head, foot, target
        self._head_tall = head.height + look.px(4) if head else 0
        self._foot_tall = foot.height + look.px(8) if foot else 0
        self._path: QPainterPath | None = None
        is_boxed = tone.fill is not None or tone.border is not None
        self._side = look.px(12) if is_boxed else 0
        self._above = look.px(8) if is_boxed else 0
        self._icon_room = look.px(22) if tone.icon else 0
        self._fold = Label(fold_label, look.small) if fold_label else None
        self.rect = QRectF(0, 0, max(min_width, self._inner_width() + 2 * self._side), self._tall())

    def _inner_width(self) -> float:
        inner = self.block.width + self._icon_room if self.block else 0
        others = (self._quote, self._fold, self._head, self._foot)
        return max(inner, *(part.width if part else 0 for part in others))

    def _tall(self) -> float:
        tall = 2 * self._above + (self.block.height if self.block else 0) + self._head_tall + self._foot_tall
        if self._quote:
            tall += self._quote.height + (self._look.px(4) if self.block else 0)
        if self._fold:
            tall += self._look.px(4) + self._fold.height
        return tall

    @property
    def text_origin(self) -> QPointF:
        """Where the text begins, in the row."""
        y = self._quote_top
        if self._quote:
            y += self._quote.height + self._look.px(4)
        return QPointF(self.rect.x() + self._side + self._icon_room, y)

    @property
    def text_rect(self) -> QRectF:
        """Where text can be selected, in the row."""
        if self.block is None:
            return QRectF()
        return QRectF(self.text_origin.x(), self.text_origin.y(), self.rect.width(), self.block.height)

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        self._paint_shape(painter)
        x = self.rect.x() + self._side
        if self._head:
            self._head.paint(painter, self._head_area, ctx)
        if self._quote:
            self._quote.paint(painter, x, self._quote_top, ctx)
        if self._tone.icon:
            side = self._look.px(16)
            top = self.text_origin.y() + self._look.px(2)
            paint_icon(painter, QRectF(x, top, side, side), self._tone.icon, self._tone.text)
        if self.block:
            self.block.paint(painter, self.text_origin, self._tone.text, ctx.selection, ctx.clip)
        if self._fold:
            self._fold.paint(painter, x, self._fold_top, self._look.colors.accent_text)
        if self._foot:
            self._foot.paint(painter, self._foot_area, ctx)

    def _paint_shape(self, painter: QPainter) -> None:
        tone = self._tone
        if tone.fill is None and tone.border is None:
            return
        painter.setBrush(tone.fill if tone.fill is not None else Qt.BrushStyle.NoBrush)
        rect = self.rect
        if tone.border is not None:
            painter.setPen(QPen(tone.border, 1))
            rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        if self._path is None:
            sizes = self._look.style.sizes
            self._path = bubble_path(rect, sizes.radius_large, sizes.grid / 2, is_own=self._points_right)
        painter.drawPath(self._path)

    @property
    def _points_right(self) -> bool:
        return self._row.is_own and self._look.is_bubbles

    @property
    def _quote_top(self) -> float:
        return self.rect.y() + self._above + self._head_tall

    @property
    def _fold_top(self) -> float:
        fold = self._fold.height if self._fold else 0
        return self.rect.bottom() - self._above - self._foot_tall - fold

    @property
    def _head_area(self) -> QRectF:
        return self._across(self.rect.y() + self._above, self._head)

    @property
    def _foot_area(self) -> QRectF:
        tall = self._foot.height if self._foot else 0
        return self._across(self.rect.bottom() - self._above - tall, self._foot)

    def _across(self, y: float, strip: Strip | None) -> QRectF:
        width = self.rect.width() - 2 * self._side
        return QRectF(self.rect.x() + self._side, y, width, strip.height if strip else 0)

    def target_at(self, point: QPointF) -> Target | None:
        if not self.rect.contains(point):
            return None
        return self._strip_target(point) or self._inner_target(point) or self._target

    def _strip_target(self, point: QPointF) -> Target | None:
        if self._head and point.y() < self._head_area.bottom():
            return self._head.target_at(self._head_area, point)
        if self._foot and point.y() >= self._foot_area.top():
            return self._foot.target_at(self._foot_area, point)
        return None

    def _inner_target(self, point: QPointF) -> Target | None:
        if self._quote and self._quote_top <= point.y() < self._quote_top + self._quote.height:
            return self._quote.target
        if self._fold and self._fold_top <= point.y() < self._fold_top + self._fold.height + self._above:
            return Target(TargetKind.FOLD, self._row.uid)
        return self._span_target(point)

    def _span_target(self, point: QPointF) -> Target | None:
        span = self.block.span_at(point - self.text_origin) if self.block else None
        if span is None:
            return None
        if span.user_id:
            return Target(TargetKind.USER, span.user_id, span.user_id)
        return Target(TargetKind.LINK, span.href, span.href)


def _quoted_words(quote: ReplyQuote) -> str:
    if not quote.sender_name:
        return quote.text
    return quote.sender_name + (": " if quote.sender_name.isascii() else "：") + quote.text


def bubble_path(rect: QRectF, radius: float, small: float, *, is_own: bool) -> QPainterPath:
    """A rounded rectangle whose corner towards the avatar is nearly square."""
    left, right = (radius, small) if is_own else (small, radius)
    path = QPainterPath()
    path.moveTo(rect.left() + left, rect.top())
    path.lineTo(rect.right() - right, rect.top())
    path.arcTo(QRectF(rect.right() - 2 * right, rect.top(), 2 * right, 2 * right), 90, -90)
    path.lineTo(rect.right(), rect.bottom() - radius)
    path.arcTo(QRectF(rect.right() - 2 * radius, rect.bottom() - 2 * radius, 2 * radius, 2 * radius), 0, -90)
    path.lineTo(rect.left() + radius, rect.bottom())
    path.arcTo(QRectF(rect.left(), rect.bottom() - 2 * radius, 2 * radius, 2 * radius), 270, -90)
    path.lineTo(rect.left(), rect.top() + left)
    path.arcTo(QRectF(rect.left(), rect.top(), 2 * left, 2 * left), 180, -90)
    path.closeSubpath()
    return path
