"""People: the server's directory and the company's tree of departments (spaces)."""

from dataclasses import dataclass

from app.domain.ids import RoomID
from app.domain.rooms import Profile


@dataclass(frozen=True, slots=True)
class Department:
    """One space of the organisation and what hangs below it."""

    room_id: RoomID
    name: str
    children: tuple["Department", ...] = ()


class DirectoryService:
    """Finds people."""

    async def users(self, term: str, limit: int = 50) -> list[Profile]:
        """Search the server's directory; without the line, the people the cache knows."""
        raise NotImplementedError

    async def departments(self) -> tuple[Department, ...]:
        """Give the top spaces with their sub-spaces, from the cache."""
        raise NotImplementedError

    async def department_members(self, room_id: RoomID) -> list[Profile]:
        """Give the people of one department; asks the server when the cache has not all of them."""
        raise NotImplementedError
