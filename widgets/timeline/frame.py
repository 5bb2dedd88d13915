"""Paints one frame: the rows in sight, the keyboard cursor, the flash after a jump."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from widgets.timeline.arrange import RowLayout
from widgets.timeline.look import Look
from widgets.timeline.pieces import PaintContext, Target
from widgets.timeline.place import Slot
from widgets.timeline.selection import TextSelection


class Marks:
    """What is marked in the view right now, by uid."""

    def __init__(self) -> None:
        self.hovered_uid = ""
        self.hovered: Target | None = None
        self.cursor_uid = ""
        self.has_cursor = False
        """The keyboard cursor shows (the view has the focus)."""
        self.flash_uid = ""
        self.flash_strength = 0.0


def paint_frame(
    painter: QPainter,
    exposed: QRect,
    rows: Sequence[tuple[Slot, RowLayout]],
    ctx: PaintContext,
    marks: Marks,
    selection: TextSelection,
) -> None:
    """Paint the rows that `exposed` touches."""
    painter.fillRect(exposed, ctx.look.colors.window)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for slot, layout in rows:
        if slot.bottom <= exposed.top() or slot.y > exposed.bottom():
            continue
        painter.translate(0, slot.y)
        ctx.clip = QRectF(exposed).translated(0, -slot.y)
        _paint_row(painter, slot, layout, ctx, marks, selection)
        painter.translate(0, -slot.y)


def _paint_row(
    painter: QPainter,
    slot: Slot,
    layout: RowLayout,
    ctx: PaintContext,
    marks: Marks,
    selection: TextSelection,
) -> None:
    uid = layout.row.uid
    is_cursor = marks.has_cursor and uid == marks.cursor_uid
    ctx.is_hovered = is_cursor or uid == marks.hovered_uid
    ctx.hovered = marks.hovered if uid == marks.hovered_uid else None
    ctx.selection = selection.range_of(uid)
    _paint_behind(painter, slot, layout, ctx, marks)
    for piece in layout.pieces:
        piece.paint(painter, ctx)
    if layout.row.mentions_me and not layout.row.is_own and not layout.row.is_redacted:
        _paint_mention_bar(painter, layout, ctx.look)
    if is_cursor:
        _paint_cursor(painter, layout.body, ctx.look)


def _paint_behind(painter: QPainter, slot: Slot, layout: RowLayout, ctx: PaintContext, marks: Marks) -> None:
    look = ctx.look
    if layout.row.uid == marks.flash_uid and marks.flash_strength > 0:
        area = QRectF(0, layout.body.top() - look.px(8), ctx.clip.right(), layout.body.height() + look.px(16))
        painter.fillRect(area, look.faded(look.colors.highlight, marks.flash_strength))
    elif ctx.is_hovered and not look.is_bubbles and layout.bubble is not None:
        top = layout.body.top() - look.px(1)
        painter.fillRect(QRectF(0, top, ctx.clip.right() + 1, slot.height - top), look.colors.hover)


def _paint_mention_bar(painter: QPainter, layout: RowLayout, look: Look) -> None:
    bar = QRectF(layout.body.left() - look.px(6), layout.body.top(), look.px(3), layout.body.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colors.attention)
    painter.drawRoundedRect(bar, bar.width() / 2, bar.width() / 2)


def _paint_cursor(painter: QPainter, body: QRectF, look: Look) -> None:
    painter.setPen(QPen(look.colors.accent, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = look.style.sizes.radius_large
    painter.drawRoundedRect(body.adjusted(-3, -3, 3, 3), radius, radius)
