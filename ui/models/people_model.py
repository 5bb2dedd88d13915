"""A fixed list of people: one department, or the hits of a search in the directory."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.ids import UserID, server_name_of
from app.domain.rooms import Profile
from resources.translations import tr
from ui.images import avatar_key
from ui.models.member_list_model import Details
from widgets.member_panel import MEMBER_ROW_ROLE, MemberRow

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class PeopleModel(QAbstractListModel):
    """Answers `MEMBER_ROW_ROLE` with a `MemberRow`."""

    def __init__(self, me: UserID, detail_of: Details, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = server_name_of(me)
        self._detail_of = detail_of
        self._people: tuple[Profile, ...] = ()

    def set_people(self, people: Sequence[Profile]) -> None:
        """Show other people."""
        self.beginResetModel()
        self._people = tuple(people)
        self.endResetModel()

    def refresh_words(self) -> None:
        """Word every row again."""
        if self._people:
            self.dataChanged.emit(self.index(0), self.index(len(self._people) - 1))

    def rowCount(self, parent: Index = _ROOT) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._people)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or not 0 <= index.row() < len(self._people):
            return None
        profile = self._people[index.row()]
        if role == MEMBER_ROW_ROLE:
            return self._row_of(profile)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return profile.name
        return None

    def _row_of(self, profile: Profile) -> MemberRow:
        is_external = server_name_of(profile.user_id) != self._home
        return MemberRow(
            user_id=profile.user_id,
            name=profile.name,
            detail=self._detail_of(profile.user_id) or profile.user_id,
            avatar_key=avatar_key(profile.avatar),
            tag=tr("External") if is_external else "",
        )
