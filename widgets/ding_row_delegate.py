"""Paints one card of the DING list from a `DingCard`, and says where its buttons are.

A card is as high as its words need at a width: `height` is arithmetic on widths that are measured once per text, so that
thousands of cards can be laid out in a frame; lines are broken only for cards that are painted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyledItemDelegate

from widgets.avatar import paint_avatar
from widgets.ding_values import DING_CARD_ROLE, CardTone, DingAct, DingCard
from widgets.icons import icon_pixmap
from widgets.painting import (
    TagKind,
    fill_rounded,
    paint_elided,
    paint_focus_ring,
    paint_tag,
    stroke_rounded,
    tag_width,
)
from widgets.style import Weight

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
    from PySide6.QtGui import QColor, QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem

    from widgets.avatar import ImageSource
    from widgets.ding_values import ActButton
    from widgets.style import StyleSource

_KEPT_WIDTHS = 4000
_LEAST_NAME = 48
"""Where a tag would leave less for the name, it is not shown: the detail has it."""
_LEAST_WHEN = 48
"""A long name leaves room for the time."""
FADED = 0.7
"""How much of an avatar is left where nothing is asked."""


class Spot(NamedTuple):
    """A button of a card, for the pointer."""

    uid: str
    act: DingAct


class _Parts(NamedTuple):
    """Tops and sizes inside a card."""

    lines: int
    note: int
    tail: int
    """Top of the line of its own for the tail; 0 where it stands beside the buttons."""
    buttons: int
    """Top of the buttons; 0 without."""
    height: int


class DingRowDelegate(QStyledItemDelegate):
    """Told by the view what is under the pointer and where the keyboard is."""

    def __init__(self, style: StyleSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.images: ImageSource | None = None
        self.hovered: Spot | None = None
        self.pressed: Spot | None = None
        self._widths: dict[str, float] = {}
        self._button_widths: dict[str, float] = {}
        self._tail_widths: dict[str, float] = {}
        style.changed.connect(self._prepare)
        self._prepare()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        card = index.data(DING_CARD_ROLE)
        height = self.height(card, option.rect.width()) if isinstance(card, DingCard) else 0
        return QSize(option.rect.width(), height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        card = index.data(DING_CARD_ROLE)
        if isinstance(card, DingCard):
            self.paint_card(painter, QRect(option.rect), card)

    def height(self, card: DingCard, width: int) -> int:
        """How high a card of this width is."""
        return self._parts(card, width).height

    def button_at(self, card: DingCard, rect: QRect, point: QPointF) -> Spot | None:
        """The button of a card under a point."""
        for button, box in self._button_boxes(card, rect):
            if button.is_enabled and box.contains(point):
                return Spot(card.uid, button.act)
        return None

    def button_box(self, card: DingCard, rect: QRect, act: DingAct) -> QRectF | None:
        """Where a button of a card lies."""
        return next((box for button, box in self._button_boxes(card, rect) if button.act is act), None)

    def paint_card(
        self,
        painter: QPainter,
        rect: QRect,
        card: DingCard,
        *,
        is_current: bool = False,
        is_over: bool = False,
        has_ring: bool = False,
    ) -> None:
        """Draw a card."""
        painter.save()
        self._paint_ground(painter, rect, is_current, is_over, has_ring)
        self._paint_avatar(painter, rect, card)
        self._paint_head(painter, rect, card)
        parts = self._parts(card, rect.width())
        self._paint_text(painter, rect, card, parts)
        if parts.note:
            line = self._line(rect, parts.note)
            paint_elided(painter, line, card.note, self._small, self._color(card.note_role))
        for button, box in self._button_boxes(card, rect):
            self._paint_button(painter, card, button, box)
        self._paint_tail(painter, rect, card, parts)
        painter.restore()

    # Measures

    def _prepare(self) -> None:
        style = self._style.current
        self._body, self._bold, self._small = style.body, style.body_bold, style.small
        self._button_font = style.font(13, Weight.BOLD)
        self._body_metrics = QFontMetricsF(self._body)
        self._button_metrics = QFontMetricsF(self._button_font)
        self._small_metrics = QFontMetricsF(self._small)
        self._pad, self._gap = style.px(13), style.px(8)
        self._row, self._small_row = style.px(20), style.px(18)
        for kept in (self._widths, self._button_widths, self._tail_widths):
            kept.clear()

    def _parts(self, card: DingCard, width: int) -> _Parts:
        inner = width - 2 * self._pad
        lines = 0 if not card.text else 1 if self._text_width(card.text) <= inner else 2
        y = self._pad + self._style.current.sizes.avatar + self._style.current.px(9) + lines * self._row
        note = tail = buttons = 0
        if card.note:
            note, y = y + self._style.current.px(2), y + self._small_row + self._style.current.px(4)
        has_foot = bool(card.buttons)
        if card.tail and (not has_foot or not self._tail_beside(card, inner)):
            tail, y = y + self._style.current.px(2), y + self._small_row + self._style.current.px(4)
        if has_foot:
            buttons = y + self._style.current.px(7)
            y = buttons + self._style.current.sizes.button + self._style.current.px(1)
        return _Parts(lines, note, tail, buttons, y + self._style.current.px(12))

    def _text_width(self, text: str) -> float:
        return _measured(self._widths, text, self._body_metrics)

    def _tail_beside(self, card: DingCard, inner: int) -> str:
        """As much of the tail as there is room for beside the buttons."""
        room = inner - sum(self._button_width(button) + self._gap for button in card.buttons)
        for words in (card.tail, card.short_tail):
            if words and _measured(self._tail_widths, words, self._small_metrics) <= room:
                return words
        return ""

    def _button_width(self, button: ActButton) -> float:
        words = _measured(self._button_widths, button.text, self._button_metrics)
        return round(words) + self._style.current.px(28)

    def _button_boxes(self, card: DingCard, rect: QRect) -> list[tuple[ActButton, QRectF]]:
        top = self._parts(card, rect.width()).buttons
        x, right = rect.left() + self._pad, rect.right() + 1 - self._pad
        boxes: list[tuple[ActButton, QRectF]] = []
        for button in card.buttons if top else ():
            width = min(self._button_width(button), right - x)
            if width < self._style.current.px(40):
                break
            boxes.append((button, QRectF(x, rect.top() + top, width, self._style.current.sizes.button)))
            x += round(width) + self._gap
        return boxes

    def _line(self, rect: QRect, top: int) -> QRectF:
        return QRectF(
            rect.left() + self._pad, rect.top() + top, rect.width() - 2 * self._pad, self._small_row
        )

    def _color(self, role: str) -> QColor:
        color: QColor = getattr(self._style.current.colors, role)
        return color

    # Painting

    def _paint_ground(
        self, painter: QPainter, rect: QRect, is_current: bool, is_over: bool, has_ring: bool
    ) -> None:
        style = self._style.current
        colors, radius = style.colors, style.sizes.radius_large
        fill_rounded(painter, rect, radius, colors.selected if is_current else colors.window)
        edge = colors.accent if is_current else colors.text3 if is_over else colors.line
        stroke_rounded(painter, rect, radius, edge)
        if has_ring:
            paint_focus_ring(painter, rect, style, radius)

    def _paint_avatar(self, painter: QPainter, rect: QRect, card: DingCard) -> None:
        side = self._style.current.sizes.avatar
        box = QRect(rect.left() + self._pad, rect.top() + self._pad, side, side)
        picture = None
        if card.avatar_key and self.images is not None:
            picture = self.images.pixmap(card.avatar_key, box.size(), painter.device().devicePixelRatioF())
        painter.setOpacity(FADED if card.tone is not CardTone.NORMAL else 1.0)
        paint_avatar(painter, box, self._style.current, card.color_key, card.name, picture)
        painter.setOpacity(1.0)

    def _paint_head(self, painter: QPainter, rect: QRect, card: DingCard) -> None:
        style = self._style.current
        side = style.sizes.avatar
        left = rect.left() + self._pad + side + style.px(10)
        middle = rect.top() + self._pad + side / 2
        end = rect.right() + 1 - self._pad
        right = end - self._paint_mark(painter, end, end - left - style.px(_LEAST_NAME), middle, card)
        line = QRectF(left, middle - self._row / 2, max(0.0, right - left), self._row)
        color = style.colors.text1 if card.tone is CardTone.NORMAL else style.colors.text2
        tag = tag_width(style, card.external)
        room = QRectF(line)
        room.setWidth(line.width() - (tag + style.px(6) if tag else 0))
        when = min(self._small_metrics.horizontalAdvance(card.when), style.px(_LEAST_WHEN))
        room.setWidth(max(room.width() - when - style.px(6), min(room.width(), style.px(_LEAST_NAME))))
        x = left + paint_elided(painter, room, card.name, self._bold, color)
        if tag:
            x += style.px(6)
            paint_tag(painter, style, QPointF(x, middle), card.external)
            x += tag
        x += style.px(6)
        rest = QRectF(x, line.top(), right - x, line.height())
        if rest.width() >= style.px(24):
            paint_elided(painter, rest, card.when, self._small, style.colors.text2)

    def _paint_mark(
        self, painter: QPainter, right: float, room: float, middle: float, card: DingCard
    ) -> float:
        """Draw the tag, or the green words, where there is room; answer what it takes."""
        style = self._style.current
        if card.done:
            side = style.px(14)
            width = min(self._small_metrics.horizontalAdvance(card.done), room - side)
            box = QRectF(right - width, middle - self._row / 2, width + 1, self._row)
            paint_elided(painter, box, card.done, self._small, style.colors.done_text)
            picture = icon_pixmap(
                "check-circle",
                style.colors.done_text,
                side,
                filled=True,
                dpr=painter.device().devicePixelRatioF(),
            )
            painter.drawPixmap(QPointF(box.left() - side - style.px(2), round(middle - side / 2)), picture)
            return width + side + style.px(10)
        width = tag_width(style, card.tag)
        if not width or width > room:
            return 0.0
        paint_tag(painter, style, QPointF(right - width, middle), card.tag, card.tag_kind)
        return width + style.px(8)

    def _paint_text(self, painter: QPainter, rect: QRect, card: DingCard, parts: _Parts) -> None:
        style = self._style.current
        color = style.colors.text1 if card.tone is CardTone.NORMAL else style.colors.text2
        top = rect.top() + self._pad + style.sizes.avatar + style.px(9)
        inner = rect.width() - 2 * self._pad
        rest = card.text
        for number in range(parts.lines):
            is_last = number == parts.lines - 1
            cut = len(rest) if is_last else self._break(rest, inner)
            line = QRectF(rect.left() + self._pad, top + number * self._row, inner, self._row)
            paint_elided(painter, line, rest[:cut].rstrip(), self._body, color)
            rest = rest[cut:].lstrip()

    def _break(self, text: str, width: int) -> int:
        """Where the first line of a text ends."""
        shown = text[:400]
        layout = QTextLayout(shown, self._body)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(width)
        layout.endLayout()
        units = line.textLength()
        return len(shown.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore"))

    def _paint_button(self, painter: QPainter, card: DingCard, button: ActButton, box: QRectF) -> None:
        style = self._style.current
        colors, spot = style.colors, Spot(card.uid, button.act)
        is_hot = button.is_enabled and self.hovered == spot
        if button.is_primary and button.is_enabled:
            ground = colors.accent_hover if is_hot else colors.accent
            ground, words = (colors.accent_pressed if self.pressed == spot else ground), colors.on_accent
        else:
            ground = colors.line if is_hot else colors.hover
            words = colors.text1 if button.is_enabled else colors.text2
        fill_rounded(painter, box, style.sizes.radius, ground)
        inner = box.adjusted(style.px(8), 0, -style.px(8), 0)
        paint_elided(painter, inner, button.text, self._button_font, words, Qt.AlignmentFlag.AlignHCenter)

    def _paint_tail(self, painter: QPainter, rect: QRect, card: DingCard, parts: _Parts) -> None:
        if not card.tail:
            return
        color = self._style.current.colors.text2
        if parts.tail:
            paint_elided(painter, self._line(rect, parts.tail), card.tail, self._small, color)
            return
        boxes = self._button_boxes(card, rect)
        left = boxes[-1][1].right() + self._gap
        box = QRectF(left, rect.top() + parts.buttons, rect.right() + 1 - self._pad - left, 0)
        box.setHeight(self._style.current.sizes.button)
        words = self._tail_beside(card, rect.width() - 2 * self._pad)
        paint_elided(painter, box, words, self._small, color, Qt.AlignmentFlag.AlignRight)


def _measured(kept: dict[str, float], text: str, metrics: QFontMetricsF) -> float:
    """The width of a text, measured once."""
    width = kept.get(text)
    if width is None:
        if len(kept) > _KEPT_WIDTHS:
            kept.clear()
        width = kept[text] = metrics.horizontalAdvance(text[:400])
    return width


__all__ = ["DING_CARD_ROLE", "DingCard", "DingRowDelegate", "Spot", "TagKind"]
