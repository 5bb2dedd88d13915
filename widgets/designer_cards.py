"""The pieces of a route that is edited: a card for each step or branch, a plus between any two, a pill for a fork."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from widgets.buttons import PaintedButton
from widgets.icons import icon_pixmap
from widgets.painting import fill_rounded, paint_elided, paint_focus_ring, stroke_rounded
from widgets.style import StyleSource, Weight
from widgets.tips import plain_tip

_MOVES = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


@dataclass(frozen=True, slots=True)
class RouteCard:
    """What stands on a card."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    icon: str = ""
    is_wrong: bool = False
    is_branch: bool = False
    is_fixed: bool = False
    """Start and end: neither moved nor removed."""


@dataclass(frozen=True, slots=True)
class RouteBranch:
    """One way on from a fork."""

    card: RouteCard
    key: str
    items: tuple[RouteItem, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteFork:
    """A fork with its branches."""

    card: RouteCard
    key: str
    branches: tuple[RouteBranch, ...]


RouteItem = RouteCard | RouteFork


class RouteStop(PaintedButton):
    """Something on the route that the keyboard can stand on."""

    move_wanted = Signal(object)
    """A key of the arrows."""
    order_wanted = Signal(int)
    remove_wanted = Signal()
    menu_wanted = Signal(object)
    came = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.order_wanted.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in _MOVES:
            self.move_wanted.emit(key)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.came.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())


class CardButton(RouteStop):
    """A step, a branch, the start or the end."""

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(style, parent)
        self.card = RouteCard("", "")
        self._is_current = False

    def show_card(self, card: RouteCard, *, is_current: bool) -> None:
        """Word it again."""
        self.card, self._is_current = card, is_current
        words = ", ".join(part for part in (card.title, *card.lines) if part)
        self.setAccessibleName(words)
        self.setAccessibleDescription(tr("Something is wrong here") if card.is_wrong else "")
        self.setToolTip(plain_tip("\n".join(card.lines)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, style.sizes.radius
        box = QRectF(self.rect())
        ground = colors.list if self.card.is_branch or self.card.is_fixed else colors.window
        fill_rounded(painter, box, radius, colors.selected if self._is_current else ground)
        edge = colors.attention if self.card.is_wrong else colors.line
        if self.underMouse() and not self._is_current:
            edge = colors.text3 if not self.card.is_wrong else edge
        stroke_rounded(painter, box, radius, colors.accent if self._is_current else edge)
        self._paint_words(painter)
        if self._has_ring:
            paint_focus_ring(painter, box, style, radius)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        style = self._style.current
        colors, left, right = style.colors, style.px(12), self.width() - style.px(12)
        has_lines = bool(self.card.lines)
        top = style.px(9) if has_lines else (self.height() - style.px(20)) // 2
        side = style.px(16)
        if self.card.is_wrong:
            picture = icon_pixmap("warning-circle", colors.attention_text, side, dpr=self.devicePixelRatioF())
            painter.drawPixmap(QPointF(right - side, top + style.px(2)), picture)
            right -= side + style.px(6)
        if self.card.icon:
            picture = icon_pixmap(self.card.icon, colors.text2, side, dpr=self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left, top + style.px(2)), picture)
            left += side + style.px(8)
        title = QRectF(left, top, right - left, style.px(20))
        paint_elided(painter, title, self.card.title, style.font(13, Weight.BOLD), colors.text1)
        width = self.width() - style.px(24)
        for number, line in enumerate(self.card.lines[:2]):
            low = QRectF(style.px(12), top + style.px(23 + 18 * number), width, style.px(17))
            paint_elided(painter, low, line, style.small, colors.text2)


class PlusButton(RouteStop):
    """Adds something between two."""

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(style, parent)
        self.fork, self.branch, self.at = "", "", 0
        self.setAccessibleName(tr("Add a step or a condition here"))
        self.setToolTip(self.accessibleName())

    def sizeHint(self) -> QSize:
        side = self._style.current.px(24)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, self.width() / 2
        is_hot = self.underMouse() or self._has_ring
        fill_rounded(painter, self.rect(), radius, colors.accent if is_hot else colors.window)
        stroke_rounded(painter, self.rect(), radius, colors.accent if is_hot else colors.line)
        side = style.px(14)
        color = colors.on_accent if is_hot else colors.accent_text
        picture = icon_pixmap("plus", color, side, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF((self.width() - side) // 2, (self.height() - side) // 2), picture)
        if self._has_ring:
            paint_focus_ring(painter, QRect(self.rect()), style, radius)
        painter.end()


class ForkButton(RouteStop):
    """Where a fork begins: adds a branch."""

    def __init__(self, style: StyleSource, parent: QWidget) -> None:
        super().__init__(style, parent)
        self.card = RouteCard("", "")

    def show_card(self, card: RouteCard, *, is_current: bool) -> None:
        """Word it again."""
        self.card = card
        self.setAccessibleName(f"{card.title}: {tr('Add branch')}")
        self.setToolTip(tr("Add branch"))
        self.update()

    def sizeHint(self) -> QSize:
        style = self._style.current
        width = QFontMetricsF(style.small_bold).horizontalAdvance(tr("Add branch"))
        return QSize(round(width) + style.px(24), style.px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style.current, QPainter(self)
        colors, radius = style.colors, self.height() / 2
        ground = colors.accent_soft if self.underMouse() or self._has_ring else colors.window
        fill_rounded(painter, self.rect(), radius, ground)
        edge = colors.attention if self.card.is_wrong else colors.line
        stroke_rounded(painter, self.rect(), radius, edge)
        painter.setFont(style.small_bold)
        painter.setPen(colors.attention_text if self.card.is_wrong else colors.accent_text)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Add branch"))
        if self._has_ring:
            paint_focus_ring(painter, self.rect(), style, radius)
        painter.end()
