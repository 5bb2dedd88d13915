"""People: the server's directory and the company's tree of departments (spaces)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.domain.ids import RoomID
from app.domain.rooms import Member, Profile
from app.errors import NetworkError
from app.homeserver import Homeserver
from app.store.cache import Cache
from app.store.values import Space

MAX_DEPARTMENT_MEMBERS = 5000


@dataclass(frozen=True, slots=True)
class Department:
    """One space of the organisation and what hangs below it."""

    room_id: RoomID
    name: str
    children: tuple["Department", ...] = ()


class DirectoryService:
    """Finds people."""

    def __init__(
        self, cache: Cache, homeserver: Homeserver, load_members: Callable[[RoomID], Awaitable[None]]
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._load_members = load_members

    async def users(self, term: str, limit: int = 50) -> list[Profile]:
        """Search the server's directory; without the line, the people the cache knows."""
        try:
            found, _ = await self._homeserver.client.directory.search_users(term, limit)
        except NetworkError:
            known = await self._cache.read_in_worker(lambda read: read.search_people(term, limit))
            return [_profile(member) for member in known]
        return found

    async def departments(self) -> tuple[Department, ...]:
        """Give the top spaces with their sub-spaces, from the cache. A space in two places appears in both."""
        spaces = {space.room_id: space for space in await self._cache.read_in_worker(lambda r: r.spaces())}
        below = {child for space in spaces.values() for child in space.children if child != space.room_id}
        tops = [space for space in spaces.values() if space.room_id not in below]
        return tuple(_department(space, spaces, frozenset()) for space in tops or spaces.values())

    async def department_members(self, room_id: RoomID) -> list[Profile]:
        """Give the people of one department; asks the server when the cache has not all of them."""
        try:
            await self._load_members(room_id)
        except NetworkError:
            pass  # those we know
        known = await self._cache.read_in_worker(
            lambda read: read.members(room_id, limit=MAX_DEPARTMENT_MEMBERS)
        )
        return [_profile(member) for member in known]


def _department(space: Space, spaces: dict[RoomID, Space], above: frozenset[RoomID]) -> Department:
    """Build the tree below a space; a circle ends where it closes."""
    path = above | {space.room_id}
    children = (spaces[child] for child in space.children if child in spaces and child not in path)
    return Department(
        space.room_id, space.name, tuple(_department(child, spaces, path) for child in children)
    )


def _profile(member: Member) -> Profile:
    return Profile(member.user_id, member.name, member.avatar)
