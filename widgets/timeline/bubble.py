"""A message's bubble: its shape, the quoted line above a reply, the text, and the signs beside it."""

from dataclasses import dataclass

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


class BubblePiece:
    """The bubble with what is in it."""

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
    ) -> None:
        self._look, self._tone, self._row = look, tone, row
        self.block, self._quote = block, quote
        self._path: QPainterPath | None = None
        is_boxed = tone.fill is not None or tone.border is not None
        self._side = look.px(12) if is_boxed else 0
        self._above = look.px(8) if is_boxed else 0
        self._icon_room = look.px(22) if tone.icon else 0
        self._fold = Label(fold_label, look.small) if fold_label else None
        self.rect = QRectF(0, 0, max(min_width, self._inner_width() + 2 * self._side), self._tall())

    def _inner_width(self) -> float:
        inner = self.block.width + self._icon_room if self.block else 0
        inner = max(inner, self._quote.width if self._quote else 0)
        return max(inner, self._fold.width if self._fold else 0)

    def _tall(self) -> float:
        tall = 2 * self._above + (self.block.height if self.block else 0)
        if self._quote:
            tall += self._quote.height + (self._look.px(4) if self.block else 0)
        if self._fold:
            tall += self._look.px(4) + self._fold.height
        return tall

    @property
    def text_origin(self) -> QPointF:
        """Where the text begins, in the row."""
        y = self.rect.y() + self._above
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
        x, y = self.rect.x() + self._side, self.rect.y() + self._above
        if self._quote:
            self._quote.paint(painter, x, y, ctx)
        if self._tone.icon:
            side = self._look.px(16)
            top = self.text_origin.y() + self._look.px(2)
            paint_icon(painter, QRectF(x, top, side, side), self._tone.icon, self._tone.text)
        if self.block:
            self.block.paint(painter, self.text_origin, self._tone.text, ctx.selection, ctx.clip)
        if self._fold:
            self._fold.paint(painter, x, self._fold_top, self._look.colors.accent_text)

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
    def _fold_top(self) -> float:
        return self.rect.bottom() - self._above - (self._fold.height if self._fold else 0)

    def target_at(self, point: QPointF) -> Target | None:
        if not self.rect.contains(point):
            return None
        if self._quote and point.y() < self.rect.y() + self._above + self._quote.height:
            return self._quote.target
        if self._fold and point.y() >= self._fold_top:
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
