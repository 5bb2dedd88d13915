"""Who wrote it: the avatar and the line with name, department or "external" tag, and the time."""

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from widgets.avatar import paint_avatar
from widgets.timeline.look import Label, Look
from widgets.timeline.pieces import PaintContext, Target, TargetKind
from widgets.timeline.values import Row

_KEPT_AVATARS = 128


class AvatarCache:
    """Avatars as pixmaps: rounded corners and initials are drawn once per person."""

    def __init__(self) -> None:
        self._pixmaps: OrderedDict[tuple[str, str, int, int, float], QPixmap] = OrderedDict()

    def clear(self) -> None:
        """Forget all (colours or sizes changed)."""
        self._pixmaps.clear()

    def paint(self, painter: QPainter, ctx: PaintContext, rect: QRectF, row: Row) -> None:
        """Draw the avatar of the row's sender."""
        side = round(rect.width())
        picture = ctx.picture(row.avatar_key, side, side)
        key = (row.sender_id, row.sender_name, picture.cacheKey() if picture else 0, side, ctx.dpr)
        made = self._pixmaps.get(key)
        if made is None:
            made = self._pixmaps[key] = _render(ctx, side, row, picture)
            if len(self._pixmaps) > _KEPT_AVATARS:
                self._pixmaps.popitem(last=False)
        else:
            self._pixmaps.move_to_end(key)
        painter.drawPixmap(rect.topLeft(), made)


def _render(ctx: PaintContext, side: int, row: Row, picture: QPixmap | None) -> QPixmap:
    made = QPixmap(round(side * ctx.dpr), round(side * ctx.dpr))
    made.setDevicePixelRatio(ctx.dpr)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint_avatar(painter, QRectF(0, 0, side, side), ctx.look.style, row.sender_id, row.sender_name, picture)
    painter.end()
    return made


class AvatarPiece:
    """The sender's avatar."""

    def __init__(self, rect: QRectF, row: Row) -> None:
        self.rect = rect
        self._row = row
        self._target = Target(TargetKind.USER, row.sender_id, row.sender_name)

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        ctx.avatars.paint(painter, ctx, self.rect, self._row)

    def target_at(self, point: QPointF) -> Target | None:
        return self._target if self.rect.contains(point) else None


class HeaderPiece:
    """Name, then department in grey or an amber tag, then (in lines) the time."""

    def __init__(
        self, x: float, y: float, width: float, row: Row, look: Look, external: str, time: str
    ) -> None:
        self._look = look
        face = look.small if look.is_bubbles else look.bold
        detail = f"{external} · {row.sender_detail}" if row.is_external and row.sender_detail else ""
        detail = detail or (external if row.is_external else row.sender_detail)
        self._is_external = row.is_external
        self._time = Label(time, look.small) if time else None
        room = width - (self._time.width + look.px(8) if self._time else 0)
        self._name = Label(row.sender_name, face, max(40.0, room * (0.6 if detail else 1.0)))
        self._detail = self._detail_label(detail, room - self._name.width - look.px(16))
        self.rect = QRectF(x, y, width, look.px(20))
        self._target = Target(TargetKind.USER, row.sender_id, row.sender_id)
        self._name_rect = QRectF(x, y, self._name.width, self.rect.height())

    def _detail_label(self, detail: str, room: float) -> Label | None:
        if not detail or room < self._look.px(24):
            return None
        if self._is_external:
            return Label(detail, self._look.tiny, room)
        return Label(f" · {detail}" if self._look.is_bubbles else detail, self._look.small, room)

    def paint(self, painter: QPainter, ctx: PaintContext) -> None:
        look, colors = ctx.look, ctx.look.colors
        is_pointed = ctx.hovered is not None and ctx.hovered == self._target
        color = colors.accent_text if is_pointed else colors.text2 if look.is_bubbles else colors.text1
        middle = self.rect.center().y()
        x = self.rect.x()
        self._name.paint(painter, x, middle - self._name.height / 2, color)
        x += self._name.width
        if self._detail is not None:
            x = self._paint_detail(painter, look, x, middle)
        if self._time is not None:
            self._time.paint(painter, x + look.px(8), middle - self._time.height / 2, colors.text2)

    def _paint_detail(self, painter: QPainter, look: Look, x: float, middle: float) -> float:
        detail = self._detail
        if detail is None:
            return x
        if not self._is_external:
            x += 0 if look.is_bubbles else look.px(6)
            detail.paint(painter, x, middle - detail.height / 2, look.colors.text2)
            return x + detail.width
        tag = QRectF(x + look.px(4), middle - look.px(8), detail.width + look.px(10), look.px(16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colors.waiting_soft)
        painter.drawRoundedRect(tag, look.style.sizes.radius_small, look.style.sizes.radius_small)
        detail.paint_in(painter, tag, look.colors.waiting_text)
        return tag.right()

    def target_at(self, point: QPointF) -> Target | None:
        return self._target if self._name_rect.contains(point) else None
