"""Paints one 64 px row of the conversation list from a `RoomRow`.

Everything that depends only on the style (fonts, metrics) is made once per style: a row costs some 100 us.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QStyledItemDelegate

from resources.translations import tr
from widgets.avatar import paint_avatar
from widgets.badge import NO_BADGE, badge_width, badge_words, paint_badge
from widgets.icons import icon_pixmap
from widgets.painting import TagKind, fill_plain, fill_rounded, paint_elided, paint_focus_ring, paint_tag

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
    from PySide6.QtGui import QColor, QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem

    from widgets.avatar import ImageSource
    from widgets.badge import Badge
    from widgets.style import StyleSource

ROOM_ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The model answers this role with a `RoomRow`."""


class LeadKind(StrEnum):
    """What stands before the preview, and in which colour."""

    NONE = "none"
    MENTION = "mention"
    """Red, bold: [@you]."""
    DRAFT = "draft"
    """Amber, bold: [Draft]."""
    FAILED = "failed"
    """Red with an icon: [Not sent]."""
    SENDING = "sending"
    """Grey clock icon, no words needed."""


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One row, worded."""

    room_id: str
    name: str
    time_text: str = ""
    preview: str = ""
    avatar_key: str | None = None
    """Key for the ImageSource; None shows initials."""
    tag: str = ""
    """Amber tag before the preview: External."""
    lead: str = ""
    lead_kind: LeadKind = LeadKind.NONE
    badge: Badge = NO_BADGE
    is_unread: bool = False
    is_muted: bool = False
    is_favourite: bool = False
    is_encrypted: bool = False
    color_key: str = ""
    """Id the avatar's colour derives from; empty: room_id (direct chats give the person's id)."""
    is_loading: bool = False
    """Nothing is known of it yet: grey shapes stand for what comes."""


def room_row_words(row: RoomRow) -> str:
    """Say a row to a screen reader; models answer Qt.AccessibleTextRole with it."""
    marks = (tr("Pinned") if row.is_favourite else "", tr("Muted") if row.is_muted else "")
    parts = (row.name, badge_words(row.badge), row.tag, row.lead, row.preview, row.time_text, *marks)
    return ", ".join(part for part in parts if part)


class RoomRowDelegate(QStyledItemDelegate):
    """Paints rows; told by the view which room is open."""

    def __init__(self, style: StyleSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.images: ImageSource | None = None
        self.open_room = ""
        self.lifted_room = ""
        """Its dot is in the hand, not in the row."""
        self.has_keyboard = False
        self.has_mouse = False
        """The mouse was over the rows; until then the view does not look for it."""
        style.changed.connect(self._prepare)
        self._prepare()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._style.current.px(120), self._style.current.sizes.row)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROOM_ROW_ROLE)
        if isinstance(row, RoomRow):
            self.paint_row(painter, QRect(option.rect), row)

    def paint_row(
        self,
        painter: QPainter,
        rect: QRect,
        row: RoomRow,
        *,
        is_over: bool = False,
        has_focus: bool = False,
    ) -> None:
        """Paint a row; whether the mouse is over it, and whether the keyboard is on it, the view knows."""
        painter.save()
        self._paint_ground(painter, rect, row, is_over, has_focus)
        if row.is_loading:
            self._paint_shapes(painter, rect)
            painter.restore()
            return
        self._paint_avatar(painter, rect, row)
        left = rect.left() + self._pad + self._avatar + self._gap
        right = rect.right() + 1 - self._pad
        self._paint_head(painter, QRectF(left, rect.top() + self._head_top, right - left, self._line), row)
        self._paint_tail(painter, QRectF(left, rect.top() + self._tail_top, right - left, self._line), row)
        painter.restore()

    def dot_rect(self, rect: QRect, row: RoomRow) -> QRect:
        """Where the dot of a row at `rect` is painted; empty when it has none."""
        style, width = self._style.current, badge_width(self._style.current, row.badge)
        height = style.px(17) if width > style.px(8) else width
        right, middle = rect.right() + 1 - self._pad, rect.top() + self._tail_top + self._line / 2
        return QRect(right - width, round(middle - height / 2), width, height)

    def _prepare(self) -> None:
        style = self._style.current
        self._name_font, self._time_font, self._preview_font = style.body_bold, style.small, style.font(13)
        self._lead_font = style.small_bold
        self._lead_font.setPixelSize(style.px(13))
        self._time_metrics = QFontMetricsF(self._time_font)
        self._pad, self._gap, self._avatar = style.px(12), style.px(10), style.sizes.avatar_large
        self._line = style.px(20)
        self._head_top, self._tail_top = style.px(13), style.px(33)

    def _paint_ground(
        self, painter: QPainter, rect: QRect, row: RoomRow, is_over: bool, has_focus: bool
    ) -> None:
        colors = self._style.current.colors
        if row.room_id == self.open_room:
            fill_plain(painter, rect, colors.selected)
        elif is_over:
            fill_plain(painter, rect, colors.hover)
        if has_focus:
            paint_focus_ring(painter, rect.adjusted(2, 2, -2, -2), self._style.current, 4)

    def _paint_shapes(self, painter: QPainter, rect: QRect) -> None:
        """A place for the picture and two lines, calm: they are seen for a frame or two."""
        style, side = self._style.current, self._avatar
        box = QRect(rect.left() + self._pad, rect.top() + (rect.height() - side) // 2, side, side)
        fill_rounded(painter, box, style.sizes.radius_large, style.colors.hover)
        left, height = box.right() + 1 + self._gap, style.px(10)
        for top, share in ((self._head_top, 0.45), (self._tail_top, 0.75)):
            width = (rect.right() + 1 - self._pad - left) * share
            line = QRectF(left, rect.top() + top + (self._line - height) / 2, width, height)
            fill_rounded(painter, line, height / 2, style.colors.hover)

    def _paint_avatar(self, painter: QPainter, rect: QRect, row: RoomRow) -> None:
        side = self._avatar
        box = QRect(rect.left() + self._pad, rect.top() + (rect.height() - side) // 2, side, side)
        picture = None
        if row.avatar_key and self.images is not None:
            picture = self.images.pixmap(row.avatar_key, box.size(), painter.device().devicePixelRatioF())
        paint_avatar(painter, box, self._style.current, row.color_key or row.room_id, row.name, picture)

    def _paint_head(self, painter: QPainter, line: QRectF, row: RoomRow) -> None:
        style = self._style.current
        time_width = self._time_metrics.horizontalAdvance(row.time_text)
        painter.setFont(self._time_font)
        painter.setPen(style.colors.text2)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.time_text)
        icons = self._head_icons(row)
        side, step = style.px(14), style.px(18)
        room = line.width() - time_width - style.px(8) - step * len(icons)
        name = QRectF(line.left(), line.top(), room, line.height())
        taken = paint_elided(painter, name, row.name, self._name_font, style.colors.text1)
        x = line.left() + taken + style.px(4)
        for glyph in icons:
            picture = icon_pixmap(glyph, style.colors.text3, side, dpr=painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(x, line.top() + (line.height() - side) / 2), picture)
            x += step

    def _paint_tail(self, painter: QPainter, line: QRectF, row: RoomRow) -> None:
        style = self._style.current
        middle = line.center().y()
        if row.room_id != self.lifted_room:
            paint_badge(painter, style, row.badge, QPointF(line.right(), middle))
        width = badge_width(style, row.badge)
        right = line.right() - (width + style.px(8) if width else 0)
        x = line.left()
        if row.tag:
            x += paint_tag(painter, style, QPointF(x, middle), row.tag, TagKind.AMBER) + style.px(4)
        x = self._paint_lead(painter, QRectF(x, line.top(), right - x, line.height()), row)
        rest = QRectF(x, line.top(), right - x, line.height())
        paint_elided(painter, rest, row.preview, self._preview_font, style.colors.text2)

    def _paint_lead(self, painter: QPainter, rest: QRectF, row: RoomRow) -> float:
        style, x = self._style.current, rest.left()
        glyph, color = self._lead_look(row.lead_kind)
        if glyph:
            side = style.px(14)
            picture = icon_pixmap(glyph, color, side, dpr=painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(x, rest.center().y() - side / 2), picture)
            x += side + style.px(4)
        if row.lead:
            box = QRectF(x, rest.top(), rest.right() - x, rest.height())
            x += paint_elided(painter, box, row.lead, self._lead_font, color) + style.px(4)
        return x

    def _lead_look(self, kind: LeadKind) -> tuple[str, QColor]:
        colors = self._style.current.colors
        if kind is LeadKind.DRAFT:
            return "", colors.waiting_text
        if kind is LeadKind.SENDING:
            return "clock", colors.text2
        return ("warning-circle" if kind is LeadKind.FAILED else ""), colors.attention_text

    @staticmethod
    def _head_icons(row: RoomRow) -> list[str]:
        marks = (
            ("push-pin", row.is_favourite),
            ("bell-slash", row.is_muted),
            ("lock", row.is_encrypted),
        )
        return [glyph for glyph, is_on in marks if is_on]
