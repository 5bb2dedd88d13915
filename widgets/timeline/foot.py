"""What stands under and beside a bubble: who read it, thread link, failed sending, the clock, the time."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from widgets.icons import paint_icon
from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target
from widgets.timeline.values import SendMark


class LinkLine:
    """A short line of words under a bubble, some of them links."""

    def __init__(
        self,
        words: list[tuple[str, Target | None, QColor]],
        look: Look,
        x: float,
        y: float,
        width: float,
        *,
        is_right: bool,
    ) -> None:
        gap = look.px(12)
        room = width
        self._look = look
        self._parts: list[tuple[Label, Target | None, QColor, QRectF]] = []
        labels = [Label(text, look.small, room) for text, _target, _color in words]
        used = sum(label.width + gap for label in labels) - gap
        left = x + (width - used if is_right else 0)
        for label, (_text, target, color) in zip(labels, words, strict=True):
            self._parts.append((label, target, color, QRectF(left, y, label.width, label.height)))
            left += label.width + gap
        self.rect = QRectF(x, y, width, labels[0].height if labels else 0)

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        for label, target, color, rect in self._parts:
            label.paint(painter, rect.x(), rect.y(), color)
            if target is not None and ctx.hovered == target:
                y = rect.bottom() - self._look.px(2)
                painter.fillRect(QRectF(rect.x(), y, rect.width(), 1), color)

    def target_at(self, point: QPointF) -> Target | None:
        for _label, target, _color, rect in self._parts:
            if rect.adjusted(-4, -2, 4, 2).contains(point):
                return target
        return None


class SendSign:
    """Beside an own bubble: a clock while it waits, a red sign when it failed."""

    def __init__(self, mark: SendMark, look: Look, right: float, bottom: float, target: Target) -> None:
        self._mark = mark
        side = look.px(16)
        rise = look.px(10 if look.is_bubbles else 2)
        self.rect = QRectF(right - side, bottom - side - rise, side, side)
        self._target = target

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        colors = ctx.look.colors
        if self._mark is SendMark.FAILED:
            paint_icon(painter, self.rect, "warning-circle", colors.attention, filled=True)
        else:
            paint_icon(painter, self.rect, "clock", colors.text3)

    def target_at(self, point: QPointF) -> Target | None:
        return self._target if self.rect.contains(point) else None


class HoverTime:
    """The time, seen only while the pointer is over the row."""

    def __init__(
        self, text: str, look: Look, bubble: QRectF, *, is_right: bool, shift: float, target: Target
    ) -> None:
        self._label = Label(text, look.small)
        gap = look.px(8) + shift
        x = bubble.left() - gap - self._label.width if is_right else bubble.right() + gap
        y = bubble.bottom() - self._label.height - look.px(7)
        self.rect = QRectF(x, y, self._label.width, self._label.height)
        self._target = target

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        if ctx.is_hovered:
            self._label.paint(painter, self.rect.x(), self.rect.y(), ctx.look.colors.text2)

    def target_at(self, point: QPointF) -> Target | None:
        return self._target if self.rect.contains(point) else None
