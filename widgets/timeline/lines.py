"""Lines between messages: day and pause labels, the "new messages" divider, state changes, gaps."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target
from widgets.timeline.text_block import TextBlock, TextPlan


class DayLabel:
    """The day (and time) in grey, in the middle."""

    def __init__(self, text: str, look: Look, y: float, width: float) -> None:
        self._label = Label(text, look.small, width - 2 * look.edge)
        self.rect = QRectF(look.edge, y, width - 2 * look.edge, look.px(20))

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        self._label.paint_in(painter, self.rect, ctx.look.colors.text2)

    def target_at(self, point: QPointF) -> Target | None:
        return None


class UnreadDivider:
    """A red line across, with words in its middle."""

    def __init__(self, text: str, look: Look, y: float, width: float) -> None:
        self._label = Label(text, look.small, width - 4 * look.edge)
        self.rect = QRectF(look.edge, y, width - 2 * look.edge, look.px(20))

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        look = ctx.look
        y = round(self.rect.center().y())
        half = self._label.width / 2 + look.px(8)
        middle = self.rect.center().x()
        color = look.faded(look.colors.attention, 0.55)
        painter.fillRect(QRectF(self.rect.left(), y, middle - half - self.rect.left(), 1), color)
        painter.fillRect(QRectF(middle + half, y, self.rect.right() - middle - half, 1), color)
        self._label.paint_in(painter, self.rect, look.colors.attention_text)

    def target_at(self, point: QPointF) -> Target | None:
        return None


class StateLine:
    """A state change: grey, centred, wrapped where it is long."""

    def __init__(self, text: str, look: Look, y: float, width: float) -> None:
        room = min(width - 4 * look.edge, look.widest)
        self.block = TextBlock(TextPlan(text), look, look.small, room)
        self.rect = QRectF(round((width - self.block.width) / 2), y, self.block.width, self.block.height)

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        self.block.paint(painter, self.rect.topLeft(), ctx.look.colors.text2, ctx.selection, ctx.clip)

    def target_at(self, point: QPointF) -> Target | None:
        return None


class GapLine:
    """Missing messages: a pill on a dashed line; a click asks the server."""

    def __init__(self, text: str, look: Look, y: float, width: float, target: Target) -> None:
        self._label = Label(text, look.small, width - 6 * look.edge)
        self.rect = QRectF(look.edge, y, width - 2 * look.edge, look.px(28))
        pill = self._label.width + look.px(24)
        self._pill = QRectF(round((width - pill) / 2), y, pill, self.rect.height())
        self._target = target

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        look, colors = ctx.look, ctx.look.colors
        y = self.rect.center().y()
        pen = QPen(colors.text3, 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(self.rect.left(), y), QPointF(self._pill.left() - look.px(8), y))
        painter.drawLine(QPointF(self._pill.right() + look.px(8), y), QPointF(self.rect.right(), y))
        is_pointed = ctx.hovered == self._target
        fill: QColor = colors.accent_soft if is_pointed else colors.window
        painter.setPen(QPen(colors.accent if is_pointed else colors.line, 1))
        painter.setBrush(fill)
        radius = self._pill.height() / 2
        painter.drawRoundedRect(self._pill.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self._label.paint_in(painter, self._pill, colors.accent_text)

    def target_at(self, point: QPointF) -> Target | None:
        return self._target if self._pill.contains(point) else None
