"""The list of requests: a view over a model that answers `APPROVAL_CARD_ROLE`, with ticks for deciding many at once.

One row is open (the view's current row); any number are ticked. A click opens, a click on the face or with Ctrl ticks,
with Shift it ticks everything from the last ticked one; Space and Ctrl+A do it from the keyboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from widgets.approval_row_delegate import ApprovalRowDelegate
from widgets.approval_values import APPROVAL_CARD_ROLE, ApprovalAct, ApprovalCard
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import KEYBOARD_FOCUS, fill_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QAbstractItemModel, QEvent
    from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from widgets.avatar import ImageSource
    from widgets.style import StyleSource

ACT_KEYS = {
    Qt.Key.Key_A: ApprovalAct.APPROVE,
    Qt.Key.Key_R: ApprovalAct.REJECT,
}
STEP_KEYS = {Qt.Key.Key_J: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_K: -1, Qt.Key.Key_Up: -1}
_NEAR_END = 3
"""Screens left below when more rows are wanted."""


class TickModel(Protocol):
    """What the view needs of its model beside Qt's own."""

    def set_ticked(self, uids: Iterable[str], is_ticked: bool) -> None:
        """Tick rows, or take their ticks away."""

    def tick_between(self, first: int, last: int) -> None:
        """Tick all from one row to another."""

    def clear_ticks(self) -> None:
        """Take all ticks away."""


class ApprovalListView(QListView):
    """Arrows, J, K and clicks choose a row."""

    chosen = Signal(str)
    """The person went to another row."""
    act_requested = Signal(str)
    """An `ApprovalAct`, for what is open (or ticked)."""
    entered = Signal()
    """Enter: into the request."""
    new_requested = Signal()
    search_requested = Signal()
    context_requested = Signal(str, QPoint)
    near_end_reached = Signal()

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._delegate = ApprovalRowDelegate(style, self)
        self._delegate.images = images
        self._anchor = -1
        self._ticks: TickModel | None = None
        self.setItemDelegate(self._delegate)
        self._configure()
        OverlayScrollBar(self)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        style.changed.connect(self._restyle)

    def set_rows_model(self, model: QAbstractItemModel, ticks: TickModel) -> None:
        """Show a model; `ticks` is the same one as what knows the ticks."""
        self._ticks = ticks
        self.setModel(model)

    def set_choosing(self, is_choosing: bool) -> None:
        """Show boxes in all rows: at least one is ticked."""
        self._delegate.is_choosing = is_choosing
        self.viewport().update()

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
        self.update(index)  # Qt repaints the row before, and this one only where it was not the cursor's

    def go_by(self, step: int) -> bool:
        """Open the next row, or the one before; False at the end."""
        model, row = self.model(), self._chosen_row()
        target = 0 if row < 0 else row + step
        if model is None or not 0 <= target < model.rowCount():
            return False
        self.set_current(target)
        self._tell(model.index(target, 0))
        return True

    def last_visible_row(self) -> int:
        """The last row in sight; -1 without rows."""
        model = self.model()
        if model is None or not model.rowCount():
            return -1
        index = self.indexAt(QPoint(1, self.viewport().height() - 1))
        return index.row() if index.isValid() else model.rowCount() - 1

    # What Qt tells

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if key == Qt.Key.Key_A and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._tick_all()
        elif modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        elif key in STEP_KEYS:
            self._step(STEP_KEYS[key], is_ticking=bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif key in ACT_KEYS and not event.isAutoRepeat():
            self.act_requested.emit(ACT_KEYS[key])
        elif key in _PAGES:
            super().keyPressEvent(event)
            self._tell(self.currentIndex())
        elif not self._other_key(key):
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._delegate.has_ring = False
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            return
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier and self._ticks is not None:
            start = self._anchor if self._anchor >= 0 else max(0, self._chosen_row())
            self._ticks.tick_between(start, index.row())
        elif modifiers & Qt.KeyboardModifier.ControlModifier or self._is_over_face(
            event.position().toPoint()
        ):
            self._toggle(index)
        else:
            self.set_current(index.row())
            self._tell(index)

    mouseDoubleClickEvent = mousePressEvent

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        row = self.indexAt(point).row() if self._is_over_face(point) else -1
        if row != self._delegate.hovered_box:
            self._delegate.hovered_box = row
            self.viewport().update()
        if not event.buttons():  # else Qt would begin to choose by drawing a frame
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._delegate.hovered_box = -1
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        card = _card(self.indexAt(event.pos()))
        if card is not None:
            self.context_requested.emit(card.uid, self.viewport().mapToGlobal(event.pos()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_ring = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_ring = False
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        fill_plain(painter, event.rect(), self._style.current.colors.list)
        painter.end()
        super().paintEvent(event)

    # Inside

    def _other_key(self, key: Qt.Key) -> bool:
        """Whether a key was one of the list's."""
        if key == Qt.Key.Key_Space:
            self._toggle(self.currentIndex())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key == Qt.Key.Key_N:
            self.new_requested.emit()
        elif key == Qt.Key.Key_Slash:
            self.search_requested.emit()
        elif key == Qt.Key.Key_Escape and self._delegate.is_choosing and self._ticks is not None:
            self._ticks.clear_ticks()
        elif key == Qt.Key.Key_Menu:
            self._menu_here()
        else:
            return False
        return True

    def _menu_here(self) -> None:
        card = _card(self.currentIndex())
        if card is not None:
            center = self.visualRect(self.currentIndex()).center()
            self.context_requested.emit(card.uid, self.viewport().mapToGlobal(center))

    def _step(self, step: int, *, is_ticking: bool) -> None:
        self._delegate.has_ring = True
        before = self._chosen_row()
        self.go_by(step)
        if is_ticking and self._ticks is not None:
            self._ticks.tick_between(before, self._chosen_row())

    def _toggle(self, index: QModelIndex) -> None:
        card = _card(index)
        if card is None or self._ticks is None:
            return
        self._anchor = index.row()
        is_ticked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        self._ticks.set_ticked([card.uid], not is_ticked)

    def _tick_all(self) -> None:
        model = self.model()
        if model is not None and self._ticks is not None:
            self._ticks.tick_between(0, model.rowCount() - 1)

    def _is_over_face(self, point: QPoint) -> bool:
        index = self.indexAt(point)
        card = _card(index)
        if card is None or not card.can_check:
            return False
        return self._delegate.face_rect(self.visualRect(index)).contains(point)

    def _chosen_row(self) -> int:
        """The row that is open; Qt puts its cursor on the first one, open or not, when the keyboard comes."""
        index, selection = self.currentIndex(), self.selectionModel()
        return index.row() if selection is not None and selection.isSelected(index) else -1

    def _tell(self, index: QModelIndex) -> None:
        card = _card(index)
        if card is not None:
            self._anchor = index.row()
            self.chosen.emit(card.uid)

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if bar.maximum() - value < _NEAR_END * bar.pageStep():
            self.near_end_reached.emit()

    def _configure(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


_PAGES = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)


def _card(index: QModelIndex) -> ApprovalCard | None:
    card = index.data(APPROVAL_CARD_ROLE) if index.isValid() else None
    return card if isinstance(card, ApprovalCard) else None
