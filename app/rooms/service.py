"""What a person does with rooms: open, read, create, join, leave, invite, mark."""

from app.domain.ids import EventID, RoomID, UserID
from app.domain.rooms import NotifyLevel


class RoomsService:
    """Acts on rooms. Reads come from the cache; these are the writes."""

    async def open_room(self, room_id: RoomID) -> None:
        """Follow the room closely from now on (one at a time) and load its members if they are incomplete."""
        raise NotImplementedError

    async def mark_read(self, room_id: RoomID, event_id: EventID) -> None:
        """Read up to an event: local at once, the receipt goes out by the send queue."""
        raise NotImplementedError

    async def mark_unread(self, room_id: RoomID, is_unread: bool) -> None:
        """Set or take the person's own "unread" mark."""
        raise NotImplementedError

    async def create_direct(self, user_id: UserID) -> RoomID:
        """Give the direct chat with a user, making one when there is none. Needs the line."""
        raise NotImplementedError

    async def create_room(self, name: str, invite: tuple[UserID, ...] = (), *, topic: str = "") -> RoomID:
        """Make a private room. Needs the line."""
        raise NotImplementedError

    async def join(self, room_or_alias: str) -> RoomID:
        """Accept an invitation or enter an open room. Needs the line."""
        raise NotImplementedError

    async def leave(self, room_id: RoomID, *, forget: bool = False) -> None:
        """Leave a room or decline an invitation. Needs the line."""
        raise NotImplementedError

    async def invite(self, room_id: RoomID, user_id: UserID) -> None:
        """Invite a user. Needs the line."""
        raise NotImplementedError

    async def kick(self, room_id: RoomID, user_id: UserID, reason: str = "") -> None:
        """Remove a member. Needs the line."""
        raise NotImplementedError

    async def set_favourite(self, room_id: RoomID, is_favourite: bool) -> None:
        """Keep the room on top. Needs the line."""
        raise NotImplementedError

    async def set_level(self, room_id: RoomID, level: NotifyLevel) -> None:
        """Set how loud the room is, by push rules, for all devices. Needs the line."""
        raise NotImplementedError

    async def set_name(self, room_id: RoomID, name: str) -> None:
        """Rename the room. Needs the line."""
        raise NotImplementedError
