"""Paints one 44 px row of the member list from a `MemberRow`."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.avatar import ImageSource, paint_avatar
from widgets.painting import TagKind, fill_rounded, paint_elided, paint_focus_ring, paint_tag, tag_width
from widgets.style import StyleSource

MEMBER_ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The model answers this role with a `MemberRow`."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member, worded."""

    user_id: str
    name: str
    detail: str = ""
    avatar_key: str | None = None
    tag: str = ""
    tag_kind: TagKind = TagKind.AMBER


class MemberRowDelegate(QStyledItemDelegate):
    """Avatar, name with tag, detail."""

    def __init__(self, style: StyleSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.images: ImageSource | None = None
        self.has_keyboard = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._style.current.px(120), self._style.current.sizes.member_row)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(MEMBER_ROW_ROLE)
        if not isinstance(row, MemberRow):
            return
        style, rect, state = self._style.current, QRect(option.rect), option.state
        painter.save()
        ground = rect.adjusted(style.px(8), 1, -style.px(8), -1)
        if state & QStyle.StateFlag.State_MouseOver:
            fill_rounded(painter, ground, style.sizes.radius, style.colors.hover)
        if self.has_keyboard and state & QStyle.StateFlag.State_HasFocus:
            paint_focus_ring(painter, ground, style, style.sizes.radius)
        self._paint_avatar(painter, rect, row)
        self._paint_words(painter, rect, row)
        painter.restore()

    def _paint_avatar(self, painter: QPainter, rect: QRect, row: MemberRow) -> None:
        style = self._style.current
        side = style.sizes.avatar
        box = QRect(rect.left() + style.px(16), rect.top() + (rect.height() - side) // 2, side, side)
        picture = None
        if row.avatar_key and self.images is not None:
            picture = self.images.pixmap(row.avatar_key, box.size(), painter.device().devicePixelRatioF())
        paint_avatar(painter, box, style, row.user_id, row.name, picture)

    def _paint_words(self, painter: QPainter, rect: QRect, row: MemberRow) -> None:
        style = self._style.current
        left, right = rect.left() + style.px(58), rect.right() - style.px(14)
        taken = tag_width(style, row.tag)
        top = rect.top() + (style.px(4) if row.detail else style.px(12))
        name = QRectF(left, top, right - left - (taken + style.px(4) if taken else 0), style.px(20))
        width = paint_elided(painter, name, row.name, style.body, style.colors.text1)
        paint_tag(
            painter, style, QPointF(left + width + style.px(4), name.center().y()), row.tag, row.tag_kind
        )
        line = QRectF(left, top + style.px(19), right - left, style.px(17))
        paint_elided(painter, line, row.detail, style.small, style.colors.text2)
