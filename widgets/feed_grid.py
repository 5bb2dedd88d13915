"""The grid of posts: a view over a model that answers `VIDEO_CARD_ROLE`; only what is in sight is painted.

A click or Enter opens a card, a click on its channel the channel; arrows go in both directions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import KEYBOARD_FOCUS, fill_plain
from widgets.video_card import CardZone, VideoCardDelegate
from widgets.video_values import VIDEO_CARD_ROLE, VideoCard

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QPersistentModelIndex
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

_NEAR_END = 2
"""Screens left below when more cards are wanted."""
_SIDE = 12
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_MOVES = (*_ARROWS, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class FeedGrid(QListView):
    """Cards side by side, as many as have room."""

    opened = Signal(str)
    channel_opened = Signal(str)
    """Key of the card whose channel is meant."""
    context_requested = Signal(str, QPoint)
    near_end_reached = Signal()
    search_requested = Signal()
    left_above = Signal()
    """Arrow up from the first line."""
    sight_changed = Signal()
    """Other cards are in sight."""

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._delegate = VideoCardDelegate(style, self)
        self._delegate.images = images
        self._pressed = QModelIndex()
        self._sight = QTimer(self, singleShot=True, interval=0)
        self._sight.timeout.connect(self._look)
        self.setItemDelegate(self._delegate)
        self._configure()
        OverlayScrollBar(self)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(lambda *_: self._scrolled())
        style.changed.connect(self._restyle)
        self._restyle()

    def set_has_hits(self, has_hits: bool) -> None:
        """Keep a line in each card for where the search found the words."""
        if has_hits != self._delegate.has_hits:
            self._delegate.has_hits = has_hits
            self._fit()

    def set_current(self, row: int) -> None:
        """Put the keyboard on a card."""
        model = self.model()
        if model is not None and 0 <= row < model.rowCount():
            self.setCurrentIndex(model.index(row, 0))

    def current_uid(self) -> str:
        """The card the keyboard is on."""
        card = _card(self.currentIndex())
        return card.uid if card else ""

    def rows_in_sight(self) -> range:
        """The rows of which the greater part is in sight."""
        model, cell = self.model(), self._delegate.cell
        if model is None or not model.rowCount() or not cell.height() or not self.isVisible():
            return range(0)
        columns = max(1, self.viewport().width() // max(1, cell.width()))
        top, height = self.verticalScrollBar().value(), self.viewport().height()
        first = -(-(top - cell.height() // 2) // cell.height())
        last = (top + height - cell.height() // 2) // cell.height()
        return range(max(0, first) * columns, min(model.rowCount(), (last + 1) * columns))

    def last_visible_row(self) -> int:
        """The last row that is at least begun; -1 without rows."""
        model, cell = self.model(), self._delegate.cell
        if model is None or not model.rowCount():
            return -1
        columns = max(1, self.viewport().width() // max(1, cell.width()))
        bottom = self.verticalScrollBar().value() + self.viewport().height()
        return min(model.rowCount(), (bottom // max(1, cell.height()) + 1) * columns) - 1

    # What Qt tells

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & _MODIFIERS:
            event.ignore()
        elif key in _MOVES:
            self._move(event, key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if not event.isAutoRepeat() and self.current_uid():
                self.opened.emit(self.current_uid())
        elif key == Qt.Key.Key_Slash:
            self.search_requested.emit()
        elif key == Qt.Key.Key_Menu:
            self._menu_here()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._delegate.has_ring = False
        self._pressed = QModelIndex()
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._pressed = self.indexAt(event.position().toPoint())
        if self._pressed.isValid():
            self.setCurrentIndex(self._pressed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index, pressed = self.indexAt(event.position().toPoint()), self._pressed
        self._pressed = QModelIndex()
        card = _card(index)
        if event.button() is not Qt.MouseButton.LeftButton or card is None or index != pressed:
            return
        zone = self._delegate.zone_at(self.visualRect(index), card, event.position())
        if zone is CardZone.MORE:
            self.context_requested.emit(card.uid, event.globalPosition().toPoint())
        elif zone is CardZone.CHANNEL:
            self.channel_opened.emit(card.uid)
        else:
            self.opened.emit(card.uid)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The first click opened it."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_over = self.indexAt(event.position().toPoint()).isValid()
        shape = Qt.CursorShape.PointingHandCursor if is_over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        if not event.buttons():  # else Qt would begin to choose by drawing a frame
            super().mouseMoveEvent(event)

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)
        self._scrolled()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        fill_plain(painter, event.rect(), self._style.current.colors.window)
        painter.end()
        super().paintEvent(event)

    def rowsInserted(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        self._sight.start()

    def reset(self) -> None:
        super().reset()
        self._sight.start()

    def event(self, event: QEvent) -> bool:
        if event.type() in (event.Type.Show, event.Type.Hide):
            self._sight.start()
        return super().event(event)

    # Inside

    def _move(self, event: QKeyEvent, key: Qt.Key) -> None:
        before, had_ring = self.currentIndex(), self._delegate.has_ring
        self._delegate.has_ring = True
        if not before.isValid() or (not had_ring and key in _ARROWS):  # the first press shows where one is
            self.set_current(max(0, before.row()))
            self.viewport().update()
            return
        super().keyPressEvent(event)
        self.viewport().update()
        if key == Qt.Key.Key_Up and self.currentIndex() == before:
            self.left_above.emit()

    def _menu_here(self) -> None:
        uid = self.current_uid()
        if uid:
            center = self.visualRect(self.currentIndex()).center()
            self.context_requested.emit(uid, self.viewport().mapToGlobal(center))

    def _scrolled(self, *_value: int) -> None:
        self._sight.start()

    def _look(self) -> None:
        """Other cards may be in sight."""
        if self._is_near_end():
            self.near_end_reached.emit()
        self.sight_changed.emit()

    def _is_near_end(self) -> bool:
        """Reckoned, not asked of the scroll bar: before the cards are laid out, and while all have room, it has no range."""
        model, cell = self.model(), self._delegate.cell
        if model is None or not model.rowCount() or not cell.height() or not self.isVisible():
            return False
        columns = max(1, self.viewport().width() // max(1, cell.width()))
        lines, height = -(-model.rowCount() // columns), self.viewport().height()
        below = lines * cell.height() - self.verticalScrollBar().value() - height
        return below < _NEAR_END * height

    def _fit(self) -> None:
        """Cards take the width there is."""
        cell = self._delegate.cell_size(self.width() - 2 * self._style.current.px(_SIDE) - 1)
        if cell != self._delegate.cell:
            self._delegate.cell = cell
            self.setGridSize(QSize(cell))
            self.verticalScrollBar().setSingleStep(max(1, cell.height() // 4))

    def _configure(self) -> None:
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionRectVisible(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _restyle(self) -> None:
        side = self._style.current.px(_SIDE)
        self.setViewportMargins(side, 0, side, 0)
        self._fit()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


def _card(index: QModelIndex) -> VideoCard | None:
    card = index.data(VIDEO_CARD_ROLE) if index.isValid() else None
    return card if isinstance(card, VideoCard) else None
