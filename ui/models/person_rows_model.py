"""Rows of people as somebody worded them: searched by name, shown anew when they moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from widgets.member_panel import MEMBER_ROW_ROLE, MemberRow

if TYPE_CHECKING:
    from collections.abc import Sequence

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class PersonRowsModel(QAbstractListModel):
    """Answers `MEMBER_ROW_ROLE` with a `MemberRow`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[MemberRow, ...] = ()
        self._rows: tuple[MemberRow, ...] = ()
        self._term = ""

    def rows(self) -> tuple[MemberRow, ...]:
        """What is shown."""
        return self._rows

    def row_of(self, user_id: str) -> MemberRow | None:
        """Somebody's row, shown or not."""
        return next((row for row in self._all if row.user_id == user_id), None)

    def set_rows(self, rows: Sequence[MemberRow]) -> None:
        """Show these."""
        self._all = tuple(rows)
        self._filter()

    def set_term(self, term: str) -> None:
        """Show those whose name or id contains the term."""
        self._term = term.casefold()
        self._filter()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == MEMBER_ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.name, row.tag, row.detail) if part)
        return None

    def _filter(self) -> None:
        key = self._term
        rows = tuple(row for row in self._all if key in row.name.casefold() or key in row.user_id.casefold())
        if [row.user_id for row in rows] == [row.user_id for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
