"""The conversation list: an order of room ids from the cache, rows read page by page as they come into sight.

Only ids are held for all rooms; summaries are kept for rows that were shown and dropped when their room
changes. A new order is told to the views in few steps (`list_diff`), so that selection and place survive.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.domain.rooms import RoomFilter
from app.late import Late
from ui.room_rows import room_row
from widgets.room_list import ROOM_ROW_ROLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

    from app.domain.ids import RoomID, UserID
    from app.domain.rooms import RoomSummary
    from ui.models import list_diff
    from widgets.room_list import RoomRow
else:
    list_diff = Late("ui.models.list_diff")

PAGE = 32
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class RoomReads(Protocol):
    """The bounded reads of the cache that the list needs."""

    def room_order(self, filter: RoomFilter = RoomFilter.ALL, limit: int | None = None) -> list[RoomID]:
        """Ids in the order of the list."""

    def room_page(self, ids: Sequence[RoomID]) -> list[RoomSummary]:
        """Rows of some rooms."""


class RoomListModel(QAbstractListModel):
    """Answers `ROOM_ROW_ROLE` with a `RoomRow`."""

    def __init__(self, reads: RoomReads, me: UserID, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads = reads
        self._me = me
        self._filter = RoomFilter.ALL
        self._kept: RoomID | None = None
        self._ids: list[RoomID] = []
        self._rows: dict[RoomID, RoomRow] = {}
        self._ids = self._read_order()

    @property
    def filter(self) -> RoomFilter:
        """The chip that is on."""
        return self._filter

    def set_filter(self, chosen: RoomFilter) -> None:
        """Show other rooms."""
        if chosen is not self._filter:
            self._filter = chosen
            self.refresh_order()

    def keep(self, room_id: RoomID | None) -> None:
        """Keep the open room in a filtered list although reading it ends its reason to be there."""
        if self._kept != room_id:
            self._kept = room_id
            if self._filter is not RoomFilter.ALL:
                self.refresh_order()

    def row_of(self, room_id: RoomID) -> int:
        """Where a room stands; -1 when it is not in the list."""
        return self._ids.index(room_id) if room_id in self._ids else -1

    def room_at(self, row: int) -> RoomID | None:
        """The room of a row."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def refresh_order(self) -> None:
        """Read the order again and tell the views what moved."""
        wanted = self._read_order()
        if wanted == self._ids:
            return
        steps = list_diff.steps_between(self._ids, wanted)
        if steps is None:
            self.beginResetModel()
            self._ids = wanted
            self.endResetModel()
            return
        for step in steps:
            self._apply(step, wanted)

    def refresh_rooms(self, rooms: frozenset[RoomID]) -> None:
        """Read these rows again when they are next painted."""
        for room_id in rooms:
            if self._rows.pop(room_id, None) is not None:
                row = self.row_of(room_id)
                if row >= 0:
                    index = self.index(row)
                    self.dataChanged.emit(index, index)

    def refresh_words(self) -> None:
        """Word every row again (language, midnight)."""
        self._rows.clear()
        if self._ids:
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))

    def rowCount(self, parent: Index = _ROOT) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt. DisplayRole is the name, for keyboard search and screen readers."""
        if not index.isValid() or not 0 <= index.row() < len(self._ids):
            return None
        if role not in (ROOM_ROW_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self._row_at(index.row())
        if role == ROOM_ROW_ROLE or row is None:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        return ", ".join(part for part in (row.name, row.lead, row.preview, row.time_text) if part)

    def _row_at(self, row: int) -> RoomRow | None:
        room_id = self._ids[row]
        if room_id not in self._rows:
            self._read_page(row)
        return self._rows.get(room_id)

    def _read_page(self, row: int) -> None:
        missing = [room_id for room_id in self._ids[row : row + PAGE] if room_id not in self._rows]
        now_ms = time.time_ns() // 1_000_000
        for room in self._reads.room_page(missing):
            self._rows[room.room_id] = room_row(room, self._me, now_ms)

    def _read_order(self) -> list[RoomID]:
        order = self._reads.room_order(self._filter)
        if self._kept is None or self._filter is RoomFilter.ALL or self._kept in order:
            return order
        row = self.row_of(self._kept)
        if row >= 0:
            order.insert(min(row, len(order)), self._kept)
        return order

    def _apply(self, step: list_diff.Step, wanted: list[RoomID]) -> None:
        if step.kind is list_diff.StepKind.REMOVE:
            self.beginRemoveRows(_ROOT, step.row, step.row + step.count - 1)
            del self._ids[step.row : step.row + step.count]
            self.endRemoveRows()
        elif step.kind is list_diff.StepKind.INSERT:
            self.beginInsertRows(_ROOT, step.row, step.row + step.count - 1)
            self._ids[step.row : step.row] = wanted[step.row : step.row + step.count]
            self.endInsertRows()
        else:
            self.beginMoveRows(_ROOT, step.row, step.row, _ROOT, step.to)
            self._ids.insert(step.to, self._ids.pop(step.row))
            self.endMoveRows()
