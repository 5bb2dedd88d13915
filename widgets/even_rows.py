"""A list view whose rows all have one height: where a row is follows from its number, so that nothing is laid out.

`QListView` walks through all rows whenever one of them changed, 50 ms for 10,000. Here no change costs more than what is
in sight. It stays a `QListView` for what else that is, above all for screen readers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QCursor, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelectionModel

Index = QModelIndex | QPersistentModelIndex
_STEPS = {
    QAbstractItemView.CursorAction.MoveUp: -1,
    QAbstractItemView.CursorAction.MovePrevious: -1,
    QAbstractItemView.CursorAction.MoveDown: 1,
    QAbstractItemView.CursorAction.MoveNext: 1,
}


class EvenRowsView(QListView):
    """One column, from the top down; scrolled by pixels. Who derives from it paints the rows."""

    def row_height(self) -> int:
        """Height of every row."""
        raise NotImplementedError

    def visible_range(self) -> tuple[int, int]:
        """First and last visible row; (-1, -1) when there are none."""
        count = self._count()
        if not count:
            return -1, -1
        height, top = self.row_height(), self.verticalScrollBar().value()
        last = (top + self.viewport().height() - 1) // height
        return min(top // height, count - 1), min(last, count - 1)

    def hovered_row(self) -> int:
        """The row under the mouse; -1 for none."""
        if not self.viewport().underMouse():
            return -1
        return self.indexAt(self.viewport().mapFromGlobal(QCursor.pos())).row()

    def row_rect(self, row: int) -> QRect:
        """Where a row is in the viewport."""
        height = self.row_height()
        return QRect(0, row * height - self.verticalScrollBar().value(), self.viewport().width(), height)

    def visualRect(self, index: Index) -> QRect:
        """See Qt."""
        return self.row_rect(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """See Qt."""
        model, row = self.model(), (point.y() + self.verticalScrollBar().value()) // self.row_height()
        is_inside = 0 <= row < self._count() and 0 <= point.x() < self.viewport().width()
        return model.index(row, 0) if is_inside else QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """See Qt."""
        if not index.isValid():
            return
        self.updateGeometries()
        bar, height = self.verticalScrollBar(), self.row_height()
        top, room = index.row() * height, self.viewport().height()
        hints = QAbstractItemView.ScrollHint
        if hint is hints.PositionAtTop or (hint is hints.EnsureVisible and top < bar.value()):
            bar.setValue(top)
        elif hint is hints.PositionAtBottom or (
            hint is hints.EnsureVisible and top + height > bar.value() + room
        ):
            bar.setValue(top + height - room)
        elif hint is hints.PositionAtCenter:
            bar.setValue(top - (room - height) // 2)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """See Qt."""
        count = self._count()
        if not count:
            return QModelIndex()
        page = max(1, self.viewport().height() // self.row_height() - 1)
        actions = QAbstractItemView.CursorAction
        steps = _STEPS | {actions.MovePageUp: -page, actions.MovePageDown: page}
        row = self.currentIndex().row() + steps.get(action, 0)
        if action is actions.MoveHome:
            row = 0
        elif action is actions.MoveEnd:
            row = count - 1
        return self.model().index(max(0, min(row, count - 1)), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """See Qt."""
        index = self.indexAt(rect.center())
        selection = QItemSelection(index, index) if index.isValid() else QItemSelection()
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """See Qt."""
        region = QRegion()
        for index in selection.indexes()[:1]:
            region = region.united(QRegion(self.visualRect(index)))
        return region

    def doItemsLayout(self) -> None:
        """See Qt: there is nothing to lay out."""
        self.updateGeometries()
        self.viewport().update()

    def dataChanged(self, top: Index, bottom: Index, roles: object = ()) -> None:
        """See Qt: no row gets another height."""
        first, last = self.visible_range()
        if top.row() <= last and bottom.row() >= first:
            upper, lower = self.row_rect(max(first, top.row())), self.row_rect(min(last, bottom.row()))
            self.viewport().update(upper.united(lower))

    def updateGeometries(self) -> None:
        """See Qt."""
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._count() * self.row_height() - room))
        bar.setPageStep(room)
        bar.setSingleStep(self.row_height() // 2)

    def _count(self) -> int:
        model = self.model()
        return model.rowCount() if model is not None else 0
