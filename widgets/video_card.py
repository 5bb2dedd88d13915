"""Paints the card of a post: cover with length and watched bar, title in two lines, channel with who may see it, age, figures.

All cards of a grid are equally large (`cell_size`); a card paints inside its cell with a little air around, which is
the ground while the mouse is over it.
"""

from __future__ import annotations

from collections import OrderedDict
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from widgets.avatar import paint_avatar
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided, paint_focus_ring, paint_tag, tag_width
from widgets.video_cover import CoverPainter
from widgets.video_values import VIDEO_CARD_ROLE, VideoCard

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
    from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
    from PySide6.QtWidgets import QStyleOptionViewItem

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

LEAST_WIDTH, MOST_COLUMNS = 252, 8
PAD = 8
"""Air around a card, at 100 %."""
_TITLE_LINE, _LINES = 20, 2
_WORDS = 10 + _TITLE_LINE * _LINES + 6 + 36
_HIT = 22
_FACE, _MORE, _DOT = 32, 24, 8
_MOST_TITLES = 400


class CardZone(StrEnum):
    """What of a card is under the mouse."""

    CARD = "card"
    CHANNEL = "channel"
    MORE = "more"


class VideoCardDelegate(QStyledItemDelegate):
    """Draws `VideoCard` values; `has_hits` keeps a line for where a search found the words."""

    def __init__(self, style: StyleSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.images: ImageSource | None = None
        self.cell = QSize(LEAST_WIDTH, LEAST_WIDTH)
        self.has_hits = False
        self.has_ring = False
        self._covers = CoverPainter(style)
        self._titles: OrderedDict[tuple[str, int], tuple[str, ...]] = OrderedDict()
        style.changed.connect(self._titles.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self.cell

    def cell_size(self, width: int) -> QSize:
        """How large a card is in so wide a view: as many side by side as have room."""
        style = self._style.current
        columns = max(1, min(MOST_COLUMNS, width // style.px(LEAST_WIDTH)))
        cell, pad = max(1, width // columns), style.px(PAD)
        cover = round((cell - 2 * pad) * 9 / 16)
        words = style.px(_WORDS) + (style.px(_HIT) if self.has_hits else 0)
        return QSize(cell, cover + words + 2 * pad)

    def zone_at(self, cell: QRect, card: VideoCard, point: QPointF) -> CardZone:
        """What is at a point of a cell."""
        if self._more_rect(cell).contains(point):
            return CardZone.MORE
        return CardZone.CHANNEL if self._channel_rect(cell, card).contains(point) else CardZone.CARD

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card = index.data(VIDEO_CARD_ROLE)
        if not isinstance(card, VideoCard):
            return
        style, cell = self._style.current, QRect(option.rect)
        painter.save()
        is_over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        is_current = self.has_ring and bool(option.state & QStyle.StateFlag.State_HasFocus)
        ground = cell.adjusted(1, 1, -1, -1)
        if is_over:
            fill_rounded(painter, ground, style.sizes.radius_large, style.colors.list)
        cover = self._cover_rect(cell)
        self._covers.paint(
            painter, cover, card, self._picture(painter, card.cover_key, cover.toRect().size())
        )
        self._paint_title(painter, cell, card, has_more=is_over or is_current)
        self._paint_channel(painter, cell, card)
        if self.has_hits:
            below = self._channel_rect(cell, card).bottom()
            line = QRectF(cover.left(), below, cover.width(), style.px(_HIT))
            paint_elided(painter, line, card.hit, style.small, style.colors.accent_text)
        if is_current:
            paint_focus_ring(painter, ground, style, style.sizes.radius_large)
        painter.restore()

    # Where things are

    def _cover_rect(self, cell: QRect) -> QRectF:
        pad = self._style.current.px(PAD)
        width = cell.width() - 2 * pad
        return QRectF(cell.left() + pad, cell.top() + pad, width, round(width * 9 / 16))

    def _title_rect(self, cell: QRect) -> QRectF:
        px, cover = self._style.current.px, self._cover_rect(cell)
        return QRectF(cover.left(), cover.bottom() + px(10), cover.width(), px(_TITLE_LINE) * _LINES)

    def _more_rect(self, cell: QRect) -> QRectF:
        style, title = self._style.current, self._title_rect(cell)
        side = style.px(_MORE)
        return QRectF(title.right() - side + style.px(4), title.top() - style.px(2), side, side)

    def _channel_rect(self, cell: QRect, card: VideoCard) -> QRectF:
        px, title = self._style.current.px, self._title_rect(cell)
        top = title.top() + len(self._lines_of(cell, card)) * px(_TITLE_LINE) + px(6)
        return QRectF(title.left(), top, title.width(), px(36))

    def _lines_of(self, cell: QRect, card: VideoCard) -> tuple[str, ...]:
        """Break the title; it is kept, for a grid is painted again and again while it scrolls."""
        px = self._style.current.px
        width = round(self._title_rect(cell).width()) - px(_MORE - 2)
        indent = px(_DOT + 6) if card.is_new else 0
        key = (card.title, width * 64 + indent)
        lines = self._titles.get(key)
        if lines is None:
            lines = self._titles[key] = _broken(card.title, self._style.current.body_bold, width, indent)
            if len(self._titles) > _MOST_TITLES:
                self._titles.popitem(last=False)
        return lines

    # Parts

    def _picture(self, painter: QPainter, key: str | None, size: QSize) -> QPixmap | None:
        if key is None or self.images is None:
            return None
        return self.images.pixmap(key, size, painter.device().devicePixelRatioF())

    def _paint_title(self, painter: QPainter, cell: QRect, card: VideoCard, *, has_more: bool) -> None:
        style, box = self._style.current, self._title_rect(cell)
        indent = style.px(_DOT + 6) if card.is_new else 0
        if card.is_new:
            side = style.px(_DOT)
            dot = QRectF(box.left(), box.top() + (style.px(_TITLE_LINE) - side) / 2, side, side)
            fill_rounded(painter, dot, side / 2, style.colors.attention_fill)
        width = round(box.width()) - style.px(_MORE - 2)
        painter.setFont(style.body_bold)
        painter.setPen(style.colors.text1)
        for number, words in enumerate(self._lines_of(cell, card)):
            left = box.left() + (indent if number == 0 else 0)
            line = QRectF(left, box.top() + number * style.px(_TITLE_LINE), width, style.px(_TITLE_LINE))
            painter.drawText(line, int(_FLAGS), words)
        if has_more:
            more = self._more_rect(cell)
            picture = self._icon(painter, "dots-three-vertical", style.colors.text2, 18)
            side = style.px(18)
            painter.drawPixmap(
                QPointF(round(more.center().x() - side / 2), round(more.center().y() - side / 2)), picture
            )

    def _paint_channel(self, painter: QPainter, cell: QRect, card: VideoCard) -> None:
        style, box = self._style.current, self._channel_rect(cell, card)
        side = style.px(_FACE)
        face = QRect(round(box.left()), round(box.center().y() - side / 2), side, side)
        picture = self._picture(painter, card.avatar_key, face.size())
        paint_avatar(painter, face, style, card.color_key, card.channel, picture)
        left = face.right() + 1 + style.px(8)
        first = QRectF(left, box.top(), box.right() - left, box.height() / 2)
        self._paint_name(painter, first, card)
        second = first.translated(0, first.height())
        if card.note:
            role = style.colors.attention_text if card.is_failed else style.colors.waiting_text
            paint_elided(painter, second, card.note, style.small, role)
        else:
            self._paint_facts(painter, second, card)

    def _paint_name(self, painter: QPainter, line: QRectF, card: VideoCard) -> None:
        style = self._style.current
        tag = tag_width(style, card.audience)
        room = QRectF(line)
        room.setWidth(max(0.0, line.width() - (tag + style.px(6) if tag else 0)))
        taken = paint_elided(painter, room, card.channel, style.font(13), style.colors.text2)
        if tag:
            x = min(line.left() + taken + style.px(6), line.right() - tag)
            paint_tag(painter, style, QPointF(x, line.center().y()), card.audience, card.audience_kind)

    def _paint_facts(self, painter: QPainter, line: QRectF, card: VideoCard) -> None:
        style = self._style.current
        figures = self._figures(card)
        width = sum(self._figure_width(text) for _icon, text, _on in figures)
        room = QRectF(line)
        room.setWidth(max(0.0, line.width() - width))
        paint_elided(painter, room, card.facts, style.small, style.colors.text2)
        x = line.right() - width
        for icon, text, is_on in figures:
            color = style.colors.accent_text if is_on else style.colors.text2
            side = style.px(14)
            x += style.px(10)
            picture = self._icon(painter, icon, color, 14, is_filled=is_on)
            painter.drawPixmap(QPointF(round(x), round(line.center().y() - side / 2)), picture)
            x += side + style.px(4)
            taken = QFontMetricsF(style.small).horizontalAdvance(text)
            paint_elided(painter, QRectF(x, line.top(), taken + 1, line.height()), text, style.small, color)
            x += taken

    @staticmethod
    def _figures(card: VideoCard) -> list[tuple[str, str, bool]]:
        figures = [("thumbs-up", card.likes, card.is_liked), ("chat-circle-dots", card.comments, False)]
        return [figure for figure in figures if figure[1]]

    def _figure_width(self, text: str) -> float:
        style = self._style.current
        return style.px(10) + style.px(14) + style.px(4) + QFontMetricsF(style.small).horizontalAdvance(text)

    def _icon(
        self, painter: QPainter, name: str, color: QColor, side: int, *, is_filled: bool = False
    ) -> QPixmap:
        dpr = painter.device().devicePixelRatioF()
        return icon_pixmap(name, color, self._style.current.px(side), filled=is_filled, dpr=dpr)


_FLAGS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def _broken(title: str, font: QFont, width: int, indent: int) -> tuple[str, ...]:
    """Break a title into the lines of a card, the last one cut where more would follow."""
    metrics = QFontMetricsF(font)
    layout = QTextLayout(title, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    starts: list[int] = []
    for number in range(_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1, width - (indent if number == 0 else 0)))
        starts.append(line.textStart())
    layout.endLayout()
    lines = [title[start:end] for start, end in zip(starts, [*starts[1:], len(title)], strict=True)]
    if lines:
        lines[-1] = metrics.elidedText(lines[-1], Qt.TextElideMode.ElideRight, width)
    return tuple(line.strip() for line in lines)
