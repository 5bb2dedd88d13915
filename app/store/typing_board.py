"""Who is typing, kept beside the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.ids import RoomID, UserID


class TypingBoard:
    """Who is typing where. Lives in memory only: nobody is typing any more when the app starts."""

    def __init__(self) -> None:
        self.users: dict[RoomID, tuple[UserID, ...]] = {}

    def set(self, room_id: RoomID, users: tuple[UserID, ...]) -> None:
        """Replace who is typing in a room."""
        if users:
            self.users[room_id] = users
        else:
            self.users.pop(room_id, None)
