"""The members of the open room, page by page, with a search term."""

from typing import Any, Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.domain.ids import RoomID, UserID, server_name_of
from app.domain.membership import Membership
from app.domain.rooms import Member
from resources.translations import tr
from ui.images import avatar_key
from widgets.member_panel import MEMBER_ROW_ROLE, MemberRow, TagKind

PAGE = 100
OWNER_POWER = 100
ADMIN_POWER = 50
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class MemberReads(Protocol):
    """The bounded read of the cache that the list needs."""

    def members(self, room_id: RoomID, term: str = "", limit: int = 200, offset: int = 0) -> list[Member]:
        """One page of members."""


class Details(Protocol):
    """What is known of a colleague beside the name."""

    def __call__(self, user_id: UserID) -> str:
        """The department; empty where unknown."""


class MemberListModel(QAbstractListModel):
    """Answers `MEMBER_ROW_ROLE` with a `MemberRow`."""

    def __init__(self, reads: MemberReads, detail_of: Details, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads = reads
        self._detail_of = detail_of
        self._room: RoomID | None = None
        self._term = ""
        self._members: list[Member] = []
        self._is_at_end = True

    def set_room(self, room_id: RoomID | None) -> None:
        """Show another room's members; the search term is dropped."""
        self._room = room_id
        self._term = ""
        self.refresh()

    def show_room(self, room_id: RoomID) -> None:
        """Show a room, keeping the search term if it is the same one."""
        if room_id == self._room:
            self.refresh()
        else:
            self.set_room(room_id)

    def refresh_words(self) -> None:
        """Word every row again."""
        if self._members:
            self.dataChanged.emit(self.index(0), self.index(len(self._members) - 1))

    def set_term(self, term: str) -> None:
        """Show members whose name or id contains the term."""
        if term != self._term:
            self._term = term
            self.refresh()

    def refresh(self) -> None:
        """Read as many rows again as are shown."""
        members = self._read(0, max(PAGE, len(self._members)))
        if members == self._members:
            return
        self.beginResetModel()
        self._members = members
        self.endResetModel()

    def member_at(self, row: int) -> Member:
        """The member of a row."""
        return self._members[row]

    def canFetchMore(self, parent: Index = _ROOT) -> bool:
        """See Qt."""
        return not parent.isValid() and not self._is_at_end

    def fetchMore(self, parent: Index = _ROOT) -> None:
        """See Qt."""
        if parent.isValid() or self._is_at_end:
            return
        start = len(self._members)
        more = self._read(start, PAGE)
        if more:
            self.beginInsertRows(_ROOT, start, start + len(more) - 1)
            self._members.extend(more)
            self.endInsertRows()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._members)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or not 0 <= index.row() < len(self._members):
            return None
        member = self._members[index.row()]
        if role == MEMBER_ROW_ROLE:
            return self._row_of(member)
        if role == Qt.ItemDataRole.DisplayRole:
            return member.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            row = self._row_of(member)
            return ", ".join(part for part in (row.name, row.tag, row.detail) if part)
        return None

    def _read(self, offset: int, count: int) -> list[Member]:
        if self._room is None:
            self._is_at_end = True
            return []
        members = self._reads.members(self._room, self._term, count, offset)
        self._is_at_end = len(members) < count
        return members

    def _row_of(self, member: Member) -> MemberRow:
        tag, kind = _tag_of(member)
        detail = server_name_of(member.user_id) if member.is_external else self._detail_of(member.user_id)
        return MemberRow(member.user_id, member.name, detail, avatar_key(member.avatar), tag, kind)


def _tag_of(member: Member) -> tuple[str, TagKind]:
    if member.membership is Membership.INVITE:
        return tr("Invited"), TagKind.GREY
    if member.is_external:
        return tr("External"), TagKind.AMBER
    if member.power >= OWNER_POWER:
        return tr("Owner"), TagKind.AMBER
    if member.power >= ADMIN_POWER:
        return tr("Admin"), TagKind.ACCENT
    return "", TagKind.GREY
