"""The list of dings: a view over a model that answers `DING_CARD_ROLE` with `DingCard` values.

Cards differ in height. The view keeps the heights itself and asks for each once, so that rows that are appended or
repainted cost nothing for the thousands before them; rows that come above what is seen do not move it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from widgets.ding_heights import RowHeights
from widgets.ding_row_delegate import DING_CARD_ROLE, DingRowDelegate, Spot
from widgets.ding_values import DingAct, DingCard
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import KEYBOARD_FOCUS, fill_plain

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QEvent
    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
    )
    from PySide6.QtWidgets import QWidget

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

Index = QModelIndex | QPersistentModelIndex
DING_KEYS = {
    Qt.Key.Key_Return: DingAct.CONFIRM,
    Qt.Key.Key_Enter: DingAct.CONFIRM,
    Qt.Key.Key_C: DingAct.CONFIRM,
    Qt.Key.Key_R: DingAct.REPLY,
    Qt.Key.Key_S: DingAct.SNOOZE,
    Qt.Key.Key_Delete: DingAct.DELETE,
}
_CURSOR = QAbstractItemView.CursorAction
_MOVES = {
    Qt.Key.Key_Up: _CURSOR.MoveUp,
    Qt.Key.Key_Down: _CURSOR.MoveDown,
    Qt.Key.Key_PageUp: _CURSOR.MovePageUp,
    Qt.Key.Key_PageDown: _CURSOR.MovePageDown,
    Qt.Key.Key_Home: _CURSOR.MoveHome,
    Qt.Key.Key_End: _CURSOR.MoveEnd,
}
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_NEAR_END = 3
"""Screens left below when more rows are wanted."""


class DingListView(QListView):
    """Arrows and clicks choose a card, buttons painted in it act."""

    ding_chosen = Signal(str)
    """The person went to another card."""
    act_requested = Signal(str, str)
    """A card's uid and a `DingAct`: a painted button, or a key."""
    new_requested = Signal()
    search_requested = Signal()
    context_requested = Signal(str, QPoint)
    near_end_reached = Signal()

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._delegate = DingRowDelegate(style, self)
        self._delegate.images = images
        self._heights = RowHeights()
        self._anchor: tuple[QPersistentModelIndex, int] | None = None
        self._over = -1
        self._has_ring = False
        self.setItemDelegate(self._delegate)
        self._configure()
        OverlayScrollBar(self)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        style.changed.connect(self._restyle)
        self._restyle()

    def set_current(self, row: int, *, is_shown: bool = True) -> None:
        """Put the cursor on a row without telling; -1 takes it away."""
        model = self.model()
        if model is None or not 0 <= row < model.rowCount():
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        index = model.index(row, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if is_shown:
            self.scrollTo(index)
        self.viewport().update()

    def last_visible_row(self) -> int:
        """The last row in sight; -1 without rows."""
        bottom = self.verticalScrollBar().value() + self.viewport().height()
        return min(self._row_at(bottom), self._heights.count - 1)

    def card_rect(self, row: int) -> QRect:
        """The card of a row, in the viewport."""
        style = self._style.current
        rect = self.visualRect(self.model().index(row, 0))
        return rect.adjusted(style.px(12), 0, -style.px(12), -style.px(8))

    # What Qt asks of a view

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            model.rowsInserted.connect(self._inserted)
            model.rowsAboutToBeRemoved.connect(self._removed)
            model.dataChanged.connect(self._changed)
            for signal in (model.rowsMoved, model.modelReset, model.layoutChanged):
                signal.connect(self._forget)
        self._forget()

    def doItemsLayout(self) -> None:
        self._heights.outdate()
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        self._lay_out()
        bar, page = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(page)
        bar.setSingleStep(self._style.current.px(40))
        anchor = self._anchor
        bar.setRange(0, max(0, self._heights.total - page))
        if anchor is not None and anchor[0].isValid():
            bar.setValue(self._heights.top(anchor[0].row()) + anchor[1])
        QAbstractItemView.updateGeometries(self)

    def visualRect(self, index: Index) -> QRect:
        self._lay_out()
        row = index.row()
        if not index.isValid() or row >= self._heights.count:
            return QRect()
        top = self._heights.top(row) - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), self._heights.height(row))

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._row_at(point.y() + self.verticalOffset())
        model = self.model()
        if model is None or not 0 <= row < self._heights.count:
            return QModelIndex()
        return model.index(row, 0)

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        rect, page, bar = self.visualRect(index), self.viewport().height(), self.verticalScrollBar()
        if rect.top() < 0 or rect.height() > page:
            bar.setValue(bar.value() + rect.top() - (self._style.current.px(4) if index.row() == 0 else 0))
        elif rect.bottom() >= page:
            bar.setValue(bar.value() + rect.bottom() - page + 1)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(0, dy)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.topLeft())
        self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region += self.visualRect(index)
        return region

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        model, row = self.model(), self._chosen_row()
        count = model.rowCount() if model is not None else 0
        if model is None or not count:
            return QModelIndex()
        page = max(1, self.viewport().height() // self._style.current.px(150))
        target = {
            _CURSOR.MoveUp: row - 1,
            _CURSOR.MoveDown: row + 1,
            _CURSOR.MovePageUp: row - page,
            _CURSOR.MovePageDown: row + page,
            _CURSOR.MoveHome: 0,
            _CURSOR.MoveEnd: count - 1,
        }.get(action, row)
        return model.index(max(0, min(target, count - 1)), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & _MODIFIERS:
            event.ignore()
        elif key in _MOVES:
            self._move(event)
        elif key in DING_KEYS:
            if not event.isAutoRepeat():
                self._act(self.currentIndex(), DING_KEYS[key])
        elif key == Qt.Key.Key_N:
            self.new_requested.emit()
        elif key == Qt.Key.Key_Slash:
            self.search_requested.emit()
        elif key == Qt.Key.Key_Menu:
            self._ask_menu(self.currentIndex(), self.visualRect(self.currentIndex()).center())
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        spot = self._spot_at(at)
        self._delegate.pressed = spot if event.button() is Qt.MouseButton.LeftButton else None
        self._has_ring = False
        if spot is None and event.button() is Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            self._tell(self.indexAt(at.toPoint()))
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._delegate.pressed = self._delegate.pressed, None
        if pressed is not None and self._spot_at(event.position()) == pressed:
            self.act_requested.emit(pressed.uid, pressed.act)
        elif pressed is None:
            super().mouseReleaseEvent(event)
        self.viewport().update()

    mouseDoubleClickEvent = mousePressEvent

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self._hover(self.indexAt(at.toPoint()).row(), at)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1, QPointF(-1, -1))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._ask_menu(self.indexAt(event.pos()), event.pos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._has_ring = False
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self._heights.forget()
        super().resizeEvent(event)
        self.updateGeometries()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._lay_out()
        painter = QPainter(self.viewport())
        fill_plain(painter, event.rect(), self._style.current.colors.list)
        model, current = self.model(), self._chosen_row()
        row = max(0, self._row_at(event.rect().top() + self.verticalOffset()))
        end = event.rect().bottom() + self.verticalOffset()
        while model is not None and row < self._heights.count and self._heights.top(row) <= end:
            self._paint_row(painter, model.index(row, 0), is_current=row == current)
            row += 1
        painter.end()

    # Inside

    def _paint_row(self, painter: QPainter, index: QModelIndex, *, is_current: bool) -> None:
        card = _card(index)
        if card is not None:
            rect, is_over = self.card_rect(index.row()), index.row() == self._over
            has_ring = is_current and self._has_ring
            self._delegate.paint_card(
                painter, rect, card, is_current=is_current, is_over=is_over, has_ring=has_ring
            )

    def _configure(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _lay_out(self) -> None:
        model = self.model()
        if model is not None:
            self._heights.measure(model.rowCount(), self._style.current.px(4), self._height_of)

    def _height_of(self, row: int) -> int:
        style = self._style.current
        card = _card(self.model().index(row, 0))
        width = self.viewport().width() - 2 * style.px(12)
        return style.px(8) + (0 if card is None else self._delegate.height(card, width))

    def _row_at(self, y: int) -> int:
        self._lay_out()
        return self._heights.row_at(y)

    def _inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._heights.inserted(first, last)
        self.scheduleDelayedItemsLayout()

    def _removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._heights.removed(first, last)
        self.scheduleDelayedItemsLayout()

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        self._heights.changed(first.row(), last.row())
        self.scheduleDelayedItemsLayout()

    def _forget(self) -> None:
        self._heights.forget()
        self.scheduleDelayedItemsLayout()

    def _scrolled(self, value: int) -> None:
        """Remember what is at the top, so that it stays there when rows come above it."""
        model, row = self.model(), self._row_at(value)
        if value <= 0 or model is None or not 0 <= row < self._heights.count:
            self._anchor = None
        else:
            index = QPersistentModelIndex(model.index(row, 0))
            self._anchor = (index, value - self._heights.top(row))
        bar = self.verticalScrollBar()
        if bar.maximum() - value < _NEAR_END * bar.pageStep():
            self.near_end_reached.emit()

    def _spot_at(self, at: QPointF) -> Spot | None:
        index = self.indexAt(at.toPoint())
        card = _card(index)
        if card is None:
            return None
        return self._delegate.button_at(card, self.card_rect(index.row()), at)

    def _hover(self, row: int, at: QPointF) -> None:
        spot = self._spot_at(at) if row >= 0 else None
        if row != self._over or spot != self._delegate.hovered:
            self._over, self._delegate.hovered = row, spot
            shape = Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def _move(self, event: QKeyEvent) -> None:
        index = self.moveCursor(_MOVES[Qt.Key(event.key())], event.modifiers())
        self._has_ring = True
        if index.isValid() and index.row() != self._chosen_row():
            self.set_current(index.row())
            self._tell(index)

    def _chosen_row(self) -> int:
        """The row that is chosen; Qt puts its cursor on the first one, chosen or not, when the keyboard comes."""
        index, selection = self.currentIndex(), self.selectionModel()
        return index.row() if selection is not None and selection.isSelected(index) else -1

    def _tell(self, index: QModelIndex) -> None:
        card = _card(index)
        if card is not None:
            self.ding_chosen.emit(card.uid)

    def _act(self, index: QModelIndex, act: DingAct) -> None:
        card = _card(index)
        if card is not None:
            self.act_requested.emit(card.uid, act)

    def _ask_menu(self, index: QModelIndex, position: QPoint) -> None:
        card = _card(index)
        if card is not None:
            self.context_requested.emit(card.uid, self.viewport().mapToGlobal(position))

    def _restyle(self) -> None:
        self._forget()
        self.viewport().update()


def _card(index: QModelIndex) -> DingCard | None:
    card = index.data(DING_CARD_ROLE) if index.isValid() else None
    return card if isinstance(card, DingCard) else None
