"""Reactions under a message: one chip for each key, mine in the accent colour."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target, TargetKind
from widgets.timeline.values import ReactionChip, Row

_LONGEST_KEY = 24


class ChipsPiece:
    """All chips of one row, wrapped into lines; right-aligned under own bubbles."""

    def __init__(self, row: Row, look: Look, x: float, y: float, width: float, *, is_right: bool) -> None:
        self._look = look
        self._chips = [_Chip(row.uid, chip, look, width) for chip in row.reactions]
        gap, tall = look.px(4), look.px(22)
        lines = _wrapped([chip.width for chip in self._chips], width, gap)
        for number, line in enumerate(lines):
            used = sum(self._chips[index].width + gap for index in line) - gap
            left = x + (width - used if is_right else 0)
            for index in line:
                self._chips[index].rect = QRectF(
                    left, y + number * (tall + gap), self._chips[index].width, tall
                )
                left += self._chips[index].width + gap
        self.rect = QRectF(x, y, width, len(lines) * (tall + gap) - gap)

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        for chip in self._chips:
            if chip.rect.bottom() >= ctx.clip.top() and chip.rect.top() <= ctx.clip.bottom():
                chip.paint(painter, ctx)

    def target_at(self, point: QPointF) -> Target | None:
        for chip in self._chips:
            if chip.rect.contains(point):
                return chip.target
        return None


class _Chip:
    """One chip."""

    def __init__(self, uid: str, chip: ReactionChip, look: Look, max_width: float) -> None:
        self._is_mine = chip.is_mine
        self.target = Target(TargetKind.REACTION, f"{uid}\n{chip.key}", chip.tooltip)
        self._key = Label(chip.key[:_LONGEST_KEY], look.chip, min(look.px(120), max_width - look.px(60)))
        self._count = Label(str(chip.count), look.small)
        self._pad, self._gap = look.px(8), look.px(4)
        self.width = self._key.width + self._count.width + 2 * self._pad + self._gap
        self.rect = QRectF()

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        colors = ctx.look.colors
        is_pointed = ctx.hovered == self.target
        border = colors.accent if self._is_mine or is_pointed else colors.line
        painter.setPen(QPen(border, 1))
        painter.setBrush(colors.accent_soft if self._is_mine else colors.window)
        radius = self.rect.height() / 2
        painter.drawRoundedRect(self.rect.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5, radius - 0.5)
        y = self.rect.center().y() - self._key.height / 2
        text = colors.accent_text if self._is_mine else colors.text1
        self._key.paint(painter, self.rect.x() + self._pad, y, text)
        x = self.rect.right() - self._pad - self._count.width
        self._count.paint(painter, x, y, text)


def _wrapped(widths: list[int], room: float, gap: float) -> list[list[int]]:
    """Distribute items over lines."""
    lines: list[list[int]] = []
    left = 0.0
    for index, width in enumerate(widths):
        if not lines or width > left:
            lines.append([])
            left = room
        lines[-1].append(index)
        left -= width + gap
    return lines
