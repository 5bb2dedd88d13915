"""Clearing one row by its dot: dragged away, or double-clicked. The list asks here before it takes a press for a click.

A single click on a dot opens the room as anywhere in the row, but only when no second click has come: the double
click must not open it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from widgets.badge import BadgeKind
from widgets.dot_drag import DotDrag
from widgets.room_row_delegate import ROOM_ROW_ROLE, RoomRow

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QListView

    from widgets.room_row_delegate import RoomRowDelegate
    from widgets.style import StyleSource

_HIT = 24
"""Least side of the area that takes the dot."""
_CLEARABLE = (BadgeKind.NUMBER, BadgeKind.MARK, BadgeKind.MUTED)
"""A duty ends when one acts."""


class RowDots(QObject):
    """Belongs to one list."""

    cleared = Signal(str)
    """Room id."""
    clicked = Signal(QModelIndex)
    """A single click on a dot, after all."""

    def __init__(self, style: StyleSource, view: QListView, delegate: RoomRowDelegate) -> None:
        super().__init__(view)
        self._style, self._view, self._delegate = style, view, delegate
        self._held: QPersistentModelIndex | None = None
        self._clicked: QPersistentModelIndex | None = None
        """Clicked once; whether twice shows in a moment."""
        self._start = QPoint()
        self._drag: DotDrag | None = None
        self._click = QTimer(self, singleShot=True)
        self._click.timeout.connect(self._click_after_all)

    def dot_at(self, position: QPoint) -> QModelIndex:
        """The row whose dot, with some room around it, is at a point of the viewport; invalid if none."""
        index = self._view.indexAt(position)
        row = index.data(ROOM_ROW_ROLE) if index.isValid() else None
        if not isinstance(row, RoomRow) or row.badge.kind not in _CLEARABLE:
            return QModelIndex()
        return index if self._area(index, row).contains(position) else QModelIndex()

    def press(self, event: QMouseEvent) -> bool:
        """Take a press on a dot."""
        position = event.position().toPoint()
        index = self.dot_at(position) if event.button() is Qt.MouseButton.LeftButton else QModelIndex()
        if not index.isValid():
            return False
        self._held, self._start = QPersistentModelIndex(index), position
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Follow the pointer with the dot that is held."""
        if self._held is None:
            return False
        position = event.position().toPoint()
        if self._drag is None and self._is_moved(position):
            self._begin_drag()
        if self._drag is not None:
            self._drag.move_to(self._in_window(position))
        return True

    def release(self, event: QMouseEvent) -> bool:
        """Let go: far away it is cleared; where it was, the row was clicked."""
        if self._held is None:
            return False
        held, drag = self._held, self._drag
        self._held = self._drag = None
        if drag is None:
            self._clicked = held
            self._click.start(QApplication.doubleClickInterval())
            return True
        self._delegate.lifted_room = ""
        if drag.is_loose:
            drag.pop()
            self._tell(held)
        else:
            drag.drop()
        self._view.viewport().update()
        return True

    def double_click(self, event: QMouseEvent) -> bool:
        """Clear the dot that was hit twice."""
        index = self.dot_at(event.position().toPoint())
        self._click.stop()
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            return False
        self._held = self._clicked = None
        self._tell(QPersistentModelIndex(index))
        return True

    def cancel(self) -> bool:
        """Escape: the dot goes back."""
        if self._drag is None:
            return False
        self._drag.drop()
        self._held = self._drag = None
        self._delegate.lifted_room = ""
        self._view.viewport().update()
        return True

    def _begin_drag(self) -> None:
        assert self._held is not None
        index = self._held.model().index(self._held.row(), 0) if self._held.isValid() else QModelIndex()
        row = index.data(ROOM_ROW_ROLE)
        if not isinstance(row, RoomRow):
            return
        home = self._delegate.dot_rect(self._view.visualRect(index), row).center()
        window = self._view.window()
        self._drag = DotDrag(self._style, window, row.badge, self._in_window(home))
        self._delegate.lifted_room = row.room_id
        self._view.viewport().update()

    def _area(self, index: QModelIndex, row: RoomRow) -> QRect:
        dot, least = self._delegate.dot_rect(self._view.visualRect(index), row), self._style.current.px(_HIT)
        wider, higher = max(0, least - dot.width() + 1) // 2, max(0, least - dot.height() + 1) // 2
        return dot.adjusted(-wider, -higher, wider, higher)

    def _is_moved(self, position: QPoint) -> bool:
        return (position - self._start).manhattanLength() >= QApplication.startDragDistance() // 2

    def _in_window(self, position: QPoint) -> QPoint:
        return self._view.viewport().mapTo(self._view.window(), position)

    def _tell(self, held: QPersistentModelIndex) -> None:
        row = held.data(ROOM_ROW_ROLE) if held.isValid() else None
        if isinstance(row, RoomRow):
            self.cleared.emit(row.room_id)

    def _click_after_all(self) -> None:
        clicked, self._clicked = self._clicked, None
        if clicked is not None and clicked.isValid():
            self.clicked.emit(clicked.model().index(clicked.row(), 0))
