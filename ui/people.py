"""Names and departments of the people on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.ids import RoomID, UserID, localpart_of

if TYPE_CHECKING:
    from app.account import Account


class People(QObject):
    """Answers at once from memory and the cache; departments come when the space tree has been read."""

    changed = Signal()
    """Departments became known."""

    def __init__(self, account: Account, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._account = account
        self._details: dict[UserID, str] = {}

    def own_name(self) -> str:
        """How I am called: as any room says, else the local part of my id."""
        reads = self._account.cache.read
        for room_id in reads.room_order(limit=1):
            return self.my_name(room_id)
        return localpart_of(self._account.user_id)

    def my_name(self, room_id: RoomID) -> str:
        """How a room calls me."""
        return self.name_in(room_id, self._account.user_id)

    def name_in(self, room_id: RoomID, user_id: UserID) -> str:
        """How a room calls somebody."""
        member = self._account.cache.read.member(room_id, user_id)
        return member.name if member else localpart_of(user_id)

    def detail_of(self, user_id: UserID) -> str:
        """The department of a colleague; empty where unknown."""
        return self._details.get(user_id, "")

    async def load(self) -> None:
        """Read the departments and who is in them."""
        details = await self._account.directory.affiliations()
        if details != self._details:
            self._details = details
            self.changed.emit()
