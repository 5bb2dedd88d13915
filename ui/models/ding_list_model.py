"""The rows of one box of the DING inbox, in the order the cache gave them.

Rows are worded when they are first painted or measured, and again when what they show has changed. A new list is told to
the views in few steps (`list_diff`), so that selection and place survive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from ui.models import list_diff
from ui.models.row_steps import take_step, tell_changed
from widgets.ding_values import DING_CARD_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QObject

    from ui.screens.ding.ding_state import Entry
    from widgets.ding_values import DingCard

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class DingListModel(QAbstractListModel):
    """Answers `DING_CARD_ROLE` with a `DingCard`."""

    def __init__(
        self,
        uid_of: Callable[[Entry], str],
        word: Callable[[Entry], DingCard],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._uid_of, self._word = uid_of, word
        self._uids: list[str] = []
        self._entries: dict[str, Entry] = {}
        self._cards: dict[str, DingCard] = {}
        self._ticking: set[str] = set()

    @property
    def uids(self) -> Sequence[str]:
        """The rows, from the top."""
        return self._uids

    def entry(self, uid: str) -> Entry | None:
        """What a row is made of."""
        return self._entries.get(uid)

    def row_of(self, uid: str) -> int:
        """Where a row stands; -1 when it is not in the list."""
        return self._uids.index(uid) if uid in self._entries else -1

    def last(self) -> Entry | None:
        """The last row: what comes next stands behind it."""
        return self._entries[self._uids[-1]] if self._uids else None

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these rows; those that are there already move and change in place."""
        wanted = {self._uid_of(entry): entry for entry in entries}
        changed = [
            uid for uid, entry in wanted.items() if uid in self._entries and self._entries[uid] != entry
        ]
        uids = list(wanted)
        steps = None if uids == self._uids else list_diff.steps_between(self._uids, uids)
        if steps is None and uids != self._uids:
            self._reset(uids, wanted)
            return
        self._entries |= wanted
        for step in steps or ():
            take_step(self, self._uids, step, uids)
        self._entries = wanted
        self._cards = {uid: card for uid, card in self._cards.items() if uid in wanted}
        self._ticking &= wanted.keys()
        self._reword(changed)

    def append(self, entries: Sequence[Entry]) -> None:
        """Show another page below; a row that is there already keeps its place."""
        fresh = {self._uid_of(entry): entry for entry in entries}
        uids = [uid for uid in fresh if uid not in self._entries]
        if not uids:
            return
        self.beginInsertRows(_ROOT, len(self._uids), len(self._uids) + len(uids) - 1)
        self._entries |= {uid: fresh[uid] for uid in uids}
        self._uids += uids
        self.endInsertRows()

    def tick(self) -> None:
        """Word what changes with the seconds."""
        self._reword(list(self._ticking))

    def is_ticking(self) -> bool:
        """Whether anything changes with the seconds."""
        return bool(self._ticking)

    def refresh_words(self, first: int = 0, last: int | None = None) -> None:
        """Word rows again (language, names, minutes that passed)."""
        self._reword(self._uids[first : None if last is None else last + 1])

    def rowCount(self, parent: Index = _ROOT) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._uids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or not 0 <= index.row() < len(self._uids):
            return None
        if role not in (DING_CARD_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        card = self._card(self._uids[index.row()])
        if role == DING_CARD_ROLE:
            return card
        return card.name if role == Qt.ItemDataRole.DisplayRole else card.spoken

    def _card(self, uid: str) -> DingCard:
        card = self._cards.get(uid)
        if card is None:
            card = self._cards[uid] = self._word(self._entries[uid])
            (self._ticking.add if card.is_ticking else self._ticking.discard)(uid)
        return card

    def _reword(self, uids: Sequence[str]) -> None:
        """Word these again; only those whose words are other ones now are told."""
        changed = set()
        for uid in uids:
            last = self._cards.pop(uid, None)
            if last is not None and self._card(uid) != last:
                changed.add(uid)
        if changed:
            tell_changed(self, [row for row, uid in enumerate(self._uids) if uid in changed])

    def _reset(self, uids: list[str], entries: dict[str, Entry]) -> None:
        self.beginResetModel()
        self._uids, self._entries = uids, entries
        self._cards.clear()
        self._ticking.clear()
        self.endResetModel()
