"""The conversation list: a view over a model that answers `ROOM_ROW_ROLE` with `RoomRow` values."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QPainter,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from resources.translations import tr
from widgets.even_rows import EvenRowsView
from widgets.overlay_scroll import OverlayScrollBar
from widgets.painting import KEYBOARD_FOCUS, fill_plain
from widgets.room_row_delegate import ROOM_ROW_ROLE, LeadKind, RoomRow, RoomRowDelegate, room_row_words

if TYPE_CHECKING:
    from PySide6.QtCore import (
        QAbstractItemModel,
        QModelIndex,
    )
    from PySide6.QtGui import (
        QContextMenuEvent,
        QEnterEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
    )

    from widgets.avatar import ImageSource
    from widgets.row_dots import RowDots
    from widgets.style import StyleSource


__all__ = ["ROOM_ROW_ROLE", "LeadKind", "RoomListView", "RoomRow", "room_row_words"]

_MOVES = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


class RoomListView(EvenRowsView):
    """Uniform rows, one click opens; arrows move a cursor, Enter opens. `setModel` as usual."""

    room_activated = Signal(str)
    """Click or Enter: open it."""
    context_requested = Signal(str, QPoint)
    """Room and global position."""
    visible_range_changed = Signal(int, int)
    """First and last visible row."""
    dot_cleared = Signal(str)
    """Room whose dot was dragged off or double-clicked."""

    def __init__(
        self, style: StyleSource, images: ImageSource | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = style
        self.setViewport(
            _Port(self)
        )  # Qt's own would be unknown here: finding its class costs the first paint 8 ms
        self._delegate = RoomRowDelegate(style, self)
        self._delegate.images = images
        self._range: tuple[int, int] | None = None
        self._range_timer = QTimer(self, singleShot=True, interval=0)
        self._range_timer.timeout.connect(self._tell_range)
        self.setItemDelegate(self._delegate)
        self._configure()
        OverlayScrollBar(self)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._range_timer.start())
        style.changed.connect(self._restyle)
        self._retranslate()
        self._restyle()

    def set_current_room(self, room_id: str, row: int = -1, *, is_scrolling: bool = True) -> None:
        """Mark the open room, and put the cursor on its `row` (-1: leave it) without emitting."""
        self._delegate.open_room = room_id
        model, bar = self.model(), self.verticalScrollBar()
        if model is not None and 0 <= row < model.rowCount():
            index, place = model.index(row, 0), bar.value()
            if index != self.currentIndex():
                flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.selectionModel().setCurrentIndex(index, flags)
            if is_scrolling:
                self.scrollTo(index)
            else:
                bar.setValue(place)
        self.viewport().update()

    def set_images(self, images: ImageSource) -> None:
        """Where avatars come from."""
        self._delegate.images = images
        self.viewport().update()

    def image_ready(self, key: str) -> None:
        """A picture came; the few visible rows repaint."""
        self.viewport().update()

    def row_height(self) -> int:
        """Of the style."""
        return self._style.current.sizes.row

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.layoutChanged):
                signal.connect(self._forget_range)
        self._forget_range()

    @cached_property
    def dots(self) -> RowDots:
        """What is done with the dots of rows; made with the first press."""
        from widgets.row_dots import RowDots

        dots = RowDots(self._style, self, self._delegate)
        dots.cleared.connect(self.dot_cleared)
        dots.clicked.connect(self._activate)
        return dots

    def current_room(self) -> str:
        """The room the cursor is on; empty for none."""
        row = self.currentIndex().data(ROOM_ROW_ROLE) if self.currentIndex().isValid() else None
        return row.room_id if isinstance(row, RoomRow) else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.dots.press(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if "dots" not in vars(self) or not self.dots.move(event):
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self.dots.double_click(event):
            super().mouseDoubleClickEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.dots.release(event):
            return
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid() and index == self.currentIndex():
            self._activate(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(self.currentIndex())
            return
        if event.key() == Qt.Key.Key_Escape and "dots" in vars(self) and self.dots.cancel():
            return
        if event.key() == Qt.Key.Key_Menu:
            self._request_context(self.currentIndex(), self.visualRect(self.currentIndex()).center())
            return
        if event.key() in _MOVES:
            self._delegate.has_keyboard = True
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._request_context(self.indexAt(event.pos()), event.pos())

    def enterEvent(self, event: QEnterEvent) -> None:
        self._delegate.has_mouse = True
        super().enterEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_keyboard = event.reason() in KEYBOARD_FOCUS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_keyboard = False
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._range_timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        fill_plain(painter, event.rect(), self._style.current.colors.list)
        first, last = self.visible_range()
        over = self.hovered_row() if self._delegate.has_mouse else -1
        focus = self.currentIndex().row() if self._delegate.has_keyboard and self.hasFocus() else -1
        model = self.model()
        for row in range(first, last + 1) if last >= 0 else ():
            rect = self.row_rect(row)
            if rect.intersects(event.rect()):
                value = model.index(row, 0).data(ROOM_ROW_ROLE)
                if isinstance(value, RoomRow):
                    self._delegate.paint_row(
                        painter, rect, value, is_over=row == over, has_focus=row == focus
                    )
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _configure(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def _activate(self, index: QModelIndex) -> None:
        row = index.data(ROOM_ROW_ROLE) if index.isValid() else None
        if isinstance(row, RoomRow):
            self.room_activated.emit(row.room_id)

    def _request_context(self, index: QModelIndex, position: QPoint) -> None:
        row = index.data(ROOM_ROW_ROLE) if index.isValid() else None
        if isinstance(row, RoomRow):
            self.context_requested.emit(row.room_id, self.viewport().mapToGlobal(position))

    def _forget_range(self) -> None:
        self._range = None
        self._range_timer.start()

    def _tell_range(self) -> None:
        now = self.visible_range()
        if now != self._range:
            self._range = now
            self.visible_range_changed.emit(*now)

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("Conversations"))

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
        self._range_timer.start()


class _Port(QWidget):
    """What the rows are painted on."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
