"""The rows of one page of approvals, in the order the cache gave them, and which of them are ticked.

Rows are worded when they are first painted, and again when what they show has changed. A new list is told to the views
in few steps (`list_diff`), so that selection and place survive; a tick goes when its row goes or may not be ticked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from ui.models import list_diff
from ui.models.row_steps import take_step, tell_changed
from widgets.approval_values import APPROVAL_CARD_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtCore import QObject

    from app.domain.approvals.rows import ApprovalRow
    from app.domain.ids import RoomID
    from widgets.approval_values import ApprovalCard

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ApprovalListModel(QAbstractListModel):
    """Answers `APPROVAL_CARD_ROLE` with an `ApprovalCard`, `CheckStateRole` with the tick."""

    ticks_changed = Signal()

    def __init__(self, word: Callable[[ApprovalRow], ApprovalCard], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._word = word
        self._uids: list[str] = []
        self._rows: dict[str, ApprovalRow] = {}
        self._cards: dict[str, ApprovalCard] = {}
        self._ticked: set[str] = set()

    @property
    def uids(self) -> Sequence[str]:
        """The rows, from the top."""
        return self._uids

    @property
    def ticked(self) -> tuple[RoomID, ...]:
        """The ticked ones, from the top."""
        return tuple(self._rows[uid].room_id for uid in self._uids if uid in self._ticked)

    def row(self, uid: str) -> ApprovalRow | None:
        """What a row is made of."""
        return self._rows.get(uid)

    def row_of(self, uid: str) -> int:
        """Where a row stands; -1 when it is not in the list."""
        return self._uids.index(uid) if uid in self._rows else -1

    def set_rows(self, rows: Iterable[ApprovalRow]) -> None:
        """Show these rows; those that are there already move and change in place."""
        wanted: dict[str, ApprovalRow] = {row.room_id: row for row in rows}
        changed = [uid for uid, row in wanted.items() if uid in self._rows and self._rows[uid] != row]
        uids = list(wanted)
        steps = None if uids == self._uids else list_diff.steps_between(self._uids, uids)
        if steps is None and uids != self._uids:
            self._reset(uids, wanted)
        else:
            self._rows |= wanted
            for step in steps or ():
                take_step(self, self._uids, step, uids)
            self._rows = wanted
            self._cards = {uid: card for uid, card in self._cards.items() if uid in wanted}
            self._reword(changed)
        self._prune()

    def append(self, rows: Iterable[ApprovalRow]) -> None:
        """Show another page below; a row that is there already keeps its place."""
        fresh: dict[str, ApprovalRow] = {row.room_id: row for row in rows if row.room_id not in self._rows}
        if not fresh:
            return
        self.beginInsertRows(_ROOT, len(self._uids), len(self._uids) + len(fresh) - 1)
        self._rows |= fresh
        self._uids += fresh
        self.endInsertRows()

    def refresh_words(self) -> None:
        """Word all rows again (language, names, minutes that passed)."""
        self._reword(self._uids)

    # Ticks

    def set_ticked(self, uids: Iterable[str], is_ticked: bool) -> None:
        """Tick rows that may be, or take their ticks away."""
        wanted = {uid for uid in uids if uid in self._rows and self._card(uid).can_check}
        changed = wanted - self._ticked if is_ticked else wanted & self._ticked
        if not changed:
            return
        self._ticked = self._ticked | changed if is_ticked else self._ticked - changed
        tell_changed(self, [row for row, uid in enumerate(self._uids) if uid in changed])
        self.ticks_changed.emit()

    def tick_between(self, first: int, last: int) -> None:
        """Tick all from one row to another."""
        first, last = sorted((max(0, first), max(0, last)))
        self.set_ticked(self._uids[first : last + 1], True)

    def clear_ticks(self) -> None:
        """Take all ticks away."""
        self.set_ticked(tuple(self._ticked), False)

    # What Qt asks

    def rowCount(self, parent: Index = _ROOT) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._uids)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """See Qt."""
        flags = super().flags(index)
        if index.isValid() and self._card(self._uids[index.row()]).can_check:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or not 0 <= index.row() < len(self._uids):
            return None
        uid = self._uids[index.row()]
        if role == APPROVAL_CARD_ROLE:
            return self._card(uid)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._card(uid).title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._card(uid).spoken
        if role == Qt.ItemDataRole.CheckStateRole and self._card(uid).can_check:
            return Qt.CheckState.Checked if uid in self._ticked else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """See Qt: only ticks can be set."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        uid = self._uids[index.row()]
        self.set_ticked([uid], Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    # Inside

    def _card(self, uid: str) -> ApprovalCard:
        card = self._cards.get(uid)
        if card is None:
            card = self._cards[uid] = self._word(self._rows[uid])
        return card

    def _reword(self, uids: Sequence[str]) -> None:
        """Word these again; only those whose words are other ones now are told."""
        changed = set()
        for uid in uids:
            last = self._cards.pop(uid, None)
            if last is not None and self._card(uid) != last:
                changed.add(uid)
        tell_changed(self, [row for row, uid in enumerate(self._uids) if uid in changed])

    def _prune(self) -> None:
        kept = {uid for uid in self._ticked if uid in self._rows and self._card(uid).can_check}
        if kept != self._ticked:
            self._ticked = kept
            self.ticks_changed.emit()

    def _reset(self, uids: list[str], rows: dict[str, ApprovalRow]) -> None:
        self.beginResetModel()
        self._uids, self._rows = uids, rows
        self._cards.clear()
        self.endResetModel()
