"""Paints a row of the approvals lists: who, what, by which figures, since when. All rows are equally high."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from widgets.approval_values import APPROVAL_CARD_ROLE, ApprovalCard
from widgets.avatar import paint_avatar
from widgets.painting import (
    fill_plain,
    fill_rounded,
    paint_elided,
    paint_focus_ring,
    paint_tag,
    stroke_rounded,
    tag_width,
)

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

ROW_HEIGHT, _MARGIN, _BOX, _DOT = 72, 12, 18, 8
_FADED = 0.55


class ApprovalRowDelegate(QStyledItemDelegate):
    """Draws `ApprovalCard` values; `is_choosing` shows boxes to tick in place of all faces."""

    def __init__(self, style: StyleSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.images: ImageSource | None = None
        self.is_choosing = False
        self.hovered_box = -1
        """Row whose face the mouse is over: there it shows its box."""
        self.has_ring = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(option.rect.width(), self._style.current.px(ROW_HEIGHT))

    def face_rect(self, rect: QRect) -> QRect:
        """Where the face, or the box, of a row is."""
        style = self._style.current
        side = style.sizes.avatar_large
        return QRect(rect.left() + style.px(_MARGIN), rect.center().y() - side // 2, side, side)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card = index.data(APPROVAL_CARD_ROLE)
        if not isinstance(card, ApprovalCard):
            return
        style, rect = self._style.current, option.rect
        painter.save()
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_current:
            fill_plain(painter, rect, style.colors.selected)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            fill_plain(painter, rect, style.colors.hover)
        is_ticked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        has_box = card.can_check and (self.is_choosing or is_ticked or self.hovered_box == index.row())
        if has_box:
            self._paint_box(painter, self.face_rect(rect), is_ticked)
        else:
            self._paint_face(painter, self.face_rect(rect), card)
        self._paint_words(painter, rect, card)
        if is_current and self.has_ring:
            paint_focus_ring(painter, rect.adjusted(1, 1, -1, -1), style, style.sizes.radius_small)
        painter.restore()

    def _paint_face(self, painter: QPainter, box: QRect, card: ApprovalCard) -> None:
        picture = None
        if card.avatar_key and self.images is not None:
            picture = self.images.pixmap(card.avatar_key, box.size(), painter.device().devicePixelRatioF())
        painter.setOpacity(_FADED if card.is_faded else 1.0)
        paint_avatar(painter, box, self._style.current, card.color_key, card.name, picture)
        painter.setOpacity(1.0)
        if card.has_news:
            self._paint_dot(painter, box)

    def _paint_dot(self, painter: QPainter, box: QRect) -> None:
        """Something was said there that I have not read."""
        style = self._style.current
        side = style.px(_DOT)
        dot = QRectF(box.right() - side * 0.7, box.top() - side * 0.3, side, side)
        fill_rounded(painter, dot.adjusted(-2, -2, 2, 2), side, style.colors.list)
        fill_rounded(painter, dot, side / 2, style.colors.attention_fill)

    def _paint_box(self, painter: QPainter, place: QRect, is_ticked: bool) -> None:
        style = self._style.current
        side = style.px(_BOX)
        box = QRectF(place.center().x() - side / 2 + 0.5, place.center().y() - side / 2 + 0.5, side, side)
        if not is_ticked:
            fill_rounded(painter, box, style.sizes.radius_small, style.colors.window)
            stroke_rounded(painter, box, style.sizes.radius_small, style.colors.text3, style.px(1.5))
            return
        fill_rounded(painter, box, style.sizes.radius_small, style.colors.accent)
        pen = QPen(style.colors.on_accent, style.px(2), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        points = ((0.24, 0.52), (0.43, 0.7), (0.77, 0.32))
        painter.drawPolyline([QPointF(box.left() + x * side, box.top() + y * side) for x, y in points])

    def _paint_words(self, painter: QPainter, rect: QRect, card: ApprovalCard) -> None:
        style = self._style.current
        left = self.face_rect(rect).right() + 1 + style.px(10)
        right = rect.right() + 1 - style.px(_MARGIN)
        first, second = rect.top() + style.px(16), rect.top() + style.px(36)
        height = style.px(20)
        when = self._when_width(card)
        box = QRectF(right - when, first, when, height)
        colors = style.colors
        paint_elided(painter, box, card.when, style.small, colors.text2, Qt.AlignmentFlag.AlignRight)
        self._paint_title(painter, QRectF(left, first, right - when - style.px(8) - left, height), card)
        tag = tag_width(style, card.tag)
        if tag:
            paint_tag(painter, style, QPointF(right - tag, second + height / 2), card.tag, card.tag_kind)
            right -= round(tag) + style.px(8)
        facts = QRectF(left, second, right - left, height)
        paint_elided(painter, facts, card.facts, style.font(13), colors.text2)

    def _paint_title(self, painter: QPainter, line: QRectF, card: ApprovalCard) -> None:
        style = self._style.current
        external = tag_width(style, card.external)
        room = QRectF(line)
        room.setWidth(line.width() - (external + style.px(6) if external else 0))
        color = style.colors.text2 if card.is_faded else style.colors.text1
        x = line.left() + paint_elided(painter, room, card.title, style.body_bold, color)
        if external:
            paint_tag(painter, style, QPointF(x + style.px(6), line.center().y()), card.external)

    def _when_width(self, card: ApprovalCard) -> float:
        return QFontMetricsF(self._style.current.small).horizontalAdvance(card.when) + 1 if card.when else 0
