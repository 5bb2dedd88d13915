"""A route to be edited, drawn from the top: cards, forks with their branches side by side, a plus between any two.

The cards are real buttons on a ground that draws the lines, so that a screen reader finds them. One of them takes the Tab
key; the arrows go from one to the next, left and right between the branches of a fork.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QLine, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from widgets.designer_cards import (
    CardButton,
    ForkButton,
    PlusButton,
    RouteBranch,
    RouteCard,
    RouteFork,
    RouteItem,
    RouteStop,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from widgets.style import StyleSource

_CARD, _HEIGHT, _GAP, _SIDE, _ARM, _MARGIN = 208, 66, 46, 20, 14, 28


class _Put(NamedTuple):
    """Where a stop stands, and what may lie left and right of it."""

    key: str
    rect: QRect
    beside: tuple[str, ...] = ()


class RouteCanvas(QWidget):
    """Inside `RouteFlow`."""

    def __init__(self, flow: RouteFlow, style: StyleSource) -> None:
        super().__init__()
        self._flow, self._style = flow, style
        self._lines: list[QLine] = []
        self._puts: list[_Put] = []
        self._items: tuple[RouteItem, ...] = ()
        self._places: dict[str, tuple[str, str, int]] = {}
        """Of each plus: fork, branch, place in it."""
        self._stops: dict[str, RouteStop] = {}
        style.changed.connect(self.lay_out)

    def set_items(self, items: tuple[RouteItem, ...]) -> None:
        """Draw these."""
        self._items = items
        self.lay_out()

    def stops(self) -> dict[str, RouteStop]:
        """The buttons by key, from the top."""
        return self._stops

    def beside(self, key: str) -> tuple[str, ...]:
        """The cards of the branches beside one, from the left."""
        return next((put.beside for put in self._puts if put.key == key), ())

    def lay_out(self) -> None:
        """Place everything anew."""
        style = self._style.current
        self._lines, self._puts, made = [], [], self._stops
        self._stops, self._places = {}, {}
        margin = style.px(_MARGIN)
        width = max(self._width(self._items) + 2 * margin, self._flow.viewport().width())
        bottom = self._place(self._items, width // 2, margin, "", "")
        self._make(made)
        for stop in made.values():
            stop.setParent(None)
            stop.deleteLater()
        self.setFixedSize(width, max(bottom + margin, self._flow.viewport().height()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = self._style.current.colors
        painter.setPen(QPen(colors.text3, max(1, self._style.current.px(1.4))))
        for line in self._lines:
            painter.drawLine(line)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._flow.chosen.emit("")

    # Geometry -----------------------------------------------------------------------------------------------

    def _width(self, items: Sequence[RouteItem]) -> int:
        px = self._style.current.px
        return max((self._item_width(item) for item in items), default=px(_CARD))

    def _item_width(self, item: RouteItem) -> int:
        px = self._style.current.px
        if isinstance(item, RouteCard):
            return px(_CARD)
        widths = [self._width(branch.items) for branch in item.branches]
        return max(px(_CARD), sum(widths) + px(_SIDE) * (len(widths) - 1))

    def _place(self, items: Sequence[RouteItem], center: int, top: int, fork: str, branch: str) -> int:
        """Put items under each other; a plus stands before each but the fixed first, and at the end of a branch."""
        y = top
        for at, item in enumerate(items):
            is_first = not fork and at == 0
            if not is_first:
                y = self._put_plus(center, y, fork, branch, at if fork else at - 1)
            y = self._put_item(item, center, y)
        return self._put_plus(center, y, fork, branch, len(items)) if fork else y

    def _put_item(self, item: RouteItem, center: int, y: int) -> int:
        px = self._style.current.px
        if isinstance(item, RouteFork):
            return self._put_fork(item, center, y)
        self._puts.append(_Put(item.key, QRect(center - px(_CARD) // 2, y, px(_CARD), self._height(item))))
        return y + self._height(item)

    def _height(self, card: RouteCard) -> int:
        px = self._style.current.px
        return px((40, 54, _HEIGHT + 6)[min(2, len(card.lines))])

    def _put_plus(self, center: int, y: int, fork: str, branch: str, at: int) -> int:
        px = self._style.current.px
        gap, side = px(_GAP), px(24)
        self._lines.append(QLine(center, y, center, y + gap))
        key = f"plus:{fork}/{branch}/{at}"
        self._places[key] = (fork, branch, at)
        self._puts.append(_Put(key, QRect(center - side // 2, y + (gap - side) // 2, side, side)))
        return y + gap

    def _put_fork(self, fork: RouteFork, center: int, y: int) -> int:
        px = self._style.current.px
        pill = self._stop_size(fork)
        self._puts.append(_Put(fork.card.key, QRect(center - pill // 2, y, pill, px(26))))
        top = y + px(26) + px(_ARM)
        self._lines.append(QLine(center, y, center, top))
        left = center - self._item_width(fork) // 2
        centers, ends = [], []
        beside = tuple(branch.card.key for branch in fork.branches)
        for branch in fork.branches:
            width = self._width(branch.items)
            centers.append(left + width // 2)
            ends.append(self._put_branch(fork, branch, centers[-1], top, beside))
            left += width + px(_SIDE)
        bottom = max(ends, default=top)
        for x, end in zip(centers, ends, strict=True):
            self._lines.append(QLine(x, end, x, bottom))
        for level in (top, bottom):
            self._lines.append(QLine(centers[0], level, centers[-1], level))
        return bottom

    def _put_branch(
        self, fork: RouteFork, branch: RouteBranch, center: int, top: int, beside: tuple[str, ...]
    ) -> int:
        px = self._style.current.px
        y = top + px(_ARM)
        self._lines.append(QLine(center, top, center, y))
        box = QRect(center - px(_CARD) // 2, y, px(_CARD), self._height(branch.card))
        self._puts.append(_Put(branch.card.key, box, beside))
        return self._place(branch.items, center, box.bottom() + 1, fork.key, branch.key)

    def _stop_size(self, fork: RouteFork) -> int:
        known = self._stops.get(fork.card.key) or ForkButton(self._style, self)
        width = known.sizeHint().width()
        if fork.card.key not in self._stops:
            self._stops[fork.card.key] = known
            self._flow.adopt(fork.card.key, known)
        return width

    # Buttons ------------------------------------------------------------------------------------------------

    def _make(self, made: dict[str, RouteStop]) -> None:
        """Give every place its button; those that were there keep the keyboard."""
        forks, self._stops = self._stops, {}
        cards = {card.key: card for card in _cards(self._items)}
        for put in self._puts:
            stop = made.pop(put.key, None)
            fresh = forks.pop(put.key, None)
            if stop is None:
                stop = fresh or self._made(put.key)
                if fresh is None:
                    self._flow.adopt(put.key, stop)
            elif fresh is not None:
                fresh.deleteLater()
            if isinstance(stop, CardButton | ForkButton):
                stop.show_card(cards[put.key], is_current=put.key == self._flow.current())
            stop.setGeometry(put.rect)
            stop.setVisible(isinstance(stop, CardButton) or self._flow.is_editable)
            self._stops[put.key] = stop

    def _made(self, key: str) -> RouteStop:
        if not key.startswith("plus:"):
            return CardButton(self._style, self)
        plus = PlusButton(self._style, self)
        plus.fork, plus.branch, plus.at = self._places[key]
        return plus


class RouteFlow(QScrollArea):
    """What was chosen is shown beside it by who uses it; `""` is the route as a whole."""

    chosen = Signal(str)
    """Key of a card; "" beside all cards."""
    opened = Signal(str)
    """Enter, or a click, on a card: its properties are wanted."""
    insert_wanted = Signal(str, str, int, QPoint)
    """Fork, branch, place in it; where a menu may open."""
    branch_wanted = Signal(str)
    """Key of the fork's card."""
    remove_wanted = Signal(str)
    step_wanted = Signal(str, int)
    menu_wanted = Signal(str, QPoint)

    def __init__(self, style: StyleSource, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._current = self._at = ""
        self._wants_top = False
        self._is_editable = True
        self._canvas = RouteCanvas(self, style)
        self._canvas.setAccessibleName(name)
        self.setWidget(self._canvas)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self._canvas.setAutoFillBackground(False)

    @property
    def is_editable(self) -> bool:
        """Whether something can be added."""
        return self._is_editable

    def set_editable(self, can_edit: bool) -> None:
        """Offer to add something between any two, or not; with the next `set_items`."""
        self._is_editable = can_edit

    def set_items(self, items: Sequence[RouteItem]) -> None:
        """Draw a route."""
        self._canvas.set_items(tuple(items))
        self._set_stop(self._at)

    def stops(self) -> dict[str, RouteStop]:
        """The buttons by key, from the top."""
        return self._canvas.stops()

    def current(self) -> str:
        """The chosen card."""
        return self._current

    def set_current(self, key: str) -> None:
        """Choose a card without emitting."""
        if key == self._current:
            return
        self._wants_top = self._wants_top and not key
        self._current = key
        self._canvas.lay_out()
        self._set_stop(key)
        if key in self.stops():
            self.ensureWidgetVisible(
                self.stops()[key], self._style.current.px(40), self._style.current.px(60)
            )

    def show_top(self) -> None:
        """Show where the route begins."""
        self._wants_top = True
        self._go_to_top()

    def focus_card(self, key: str) -> None:
        """Put the keyboard on a card."""
        stop = self.stops().get(key)
        if stop is not None:
            stop.setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._canvas.lay_out()
        self._go_to_top()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._go_to_top()

    def _go_to_top(self) -> None:
        """Once it has a size: the middle of the uppermost row, until somebody goes elsewhere."""
        if self._wants_top:
            across = self.horizontalScrollBar()
            across.setValue((across.minimum() + across.maximum()) // 2)
            self.verticalScrollBar().setValue(0)

    def adopt(self, key: str, stop: RouteStop) -> None:
        """Listen to a new button."""
        stop.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        stop.clicked.connect(lambda: self._clicked(key))
        stop.came.connect(lambda: self._came(key))
        stop.move_wanted.connect(lambda pressed: self._move(key, pressed))
        stop.order_wanted.connect(lambda step: self.step_wanted.emit(key, step))
        stop.remove_wanted.connect(lambda: self.remove_wanted.emit(key))
        stop.menu_wanted.connect(lambda point: self.menu_wanted.emit(key, point))

    def _clicked(self, key: str) -> None:
        stop = self.stops()[key]
        if isinstance(stop, PlusButton):
            below = stop.mapToGlobal(QPoint(0, stop.height()))
            self.insert_wanted.emit(stop.fork, stop.branch, stop.at, below)
        elif isinstance(stop, ForkButton):
            self.branch_wanted.emit(key)
        else:
            self.set_current(key)
            self.chosen.emit(key)
            self.opened.emit(key)

    def _came(self, key: str) -> None:
        self._set_stop(key)
        stop = self.stops().get(key)
        if stop is not None:
            self.ensureWidgetVisible(stop, self._style.current.px(24), self._style.current.px(24))

    def _set_stop(self, key: str) -> None:
        """One of all takes the Tab key."""
        stops = self.stops()
        self._at = key if key in stops else next(iter(stops), "")
        for name, stop in stops.items():
            is_at = name == self._at
            stop.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_at else Qt.FocusPolicy.ClickFocus)

    def _move(self, key: str, pressed: Qt.Key) -> None:
        keys = [name for name, stop in self.stops().items() if not stop.isHidden()]
        beside = self._canvas.beside(key)
        target = key
        if pressed in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            at = beside.index(key) + (1 if pressed == Qt.Key.Key_Right else -1) if beside else -1
            target = beside[at] if 0 <= at < len(beside) else key
        elif pressed in (Qt.Key.Key_Home, Qt.Key.Key_End):
            target = keys[0 if pressed == Qt.Key.Key_Home else -1]
        else:
            at = keys.index(key) + (1 if pressed == Qt.Key.Key_Down else -1)
            target = keys[max(0, min(at, len(keys) - 1))]
        self.focus_card(target)


def _cards(items: Sequence[RouteItem]) -> list[RouteCard]:
    found: list[RouteCard] = []
    for item in items:
        if isinstance(item, RouteCard):
            found.append(item)
            continue
        found.append(item.card)
        for branch in item.branches:
            found += [branch.card, *_cards(branch.items)]
    return found
