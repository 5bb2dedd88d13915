"""People: the server's directory and the company's tree of departments (spaces)."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from app.directory.organisation import Organisation, Unit, is_joined, read_people, read_tree
from app.domain.ids import RoomID, UserID
from app.domain.rooms import Member, Profile
from app.errors import NetworkError
from app.homeserver import Homeserver
from app.store.cache import Cache
from app.store.reader import Reader

MAX_DEPARTMENT_MEMBERS = 5000
MAX_DEPARTMENTS = 5000
MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class Department:
    """One space of the organisation and what hangs below it."""

    room_id: RoomID
    name: str
    children: tuple["Department", ...] = ()


class DirectoryService:
    """Finds people."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        organisation: Organisation,
        load_members: Callable[[RoomID], Awaitable[None]],
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._organisation = organisation
        self._load_members = load_members

    async def users(self, term: str, limit: int = 50) -> list[Profile]:
        """Search the server's directory; without the line, the people the cache knows."""
        try:
            found, _ = await self._homeserver.client.directory.search_users(term, limit)
        except NetworkError:
            known = await self._cache.read_in_worker(lambda read: read.search_people(term, limit))
            return [_profile(member) for member in known]
        return found

    async def refresh(self) -> None:
        """Somebody looks at the departments: read them again in case they are old. `Changes.profiles` tells."""
        await self._organisation.refresh()

    async def departments(self) -> tuple[Department, ...]:
        """Give the top spaces with their sub-spaces, from the cache. A space in two places appears in both."""
        return await self._cache.read_in_worker(_departments)

    async def department_members(self, room_id: RoomID) -> list[Profile]:
        """Give the people of one department; asks the server when the cache has not all of them.

        Raises `Forbidden` for one whose members only its members may know.
        """
        is_mine = is_joined(self._cache.read, room_id)
        try:
            if not is_mine:
                return await self._organisation.members(room_id)
            await self._load_members(room_id)
        except NetworkError:
            pass  # those we know
        return await self._cache.read_in_worker(lambda read: _people(read, room_id))

    async def affiliations(self) -> dict[UserID, str]:
        """Give the department of everybody the cache knows one of: the lowest in the tree. The company is none."""
        return await self._cache.read_in_worker(_affiliations)


def _departments(read: Reader) -> tuple[Department, ...]:
    """Build the trees: joined spaces as their own state says, others as the server last said."""
    mine = {space.room_id: Unit(space.room_id, space.name, space.children) for space in read.spaces()}
    units = {unit.room_id: unit for unit in read_tree(read).units} | mine
    below = {child for unit in units.values() for child in unit.children if child != unit.room_id}
    tops = [unit for unit in mine.values() if unit.room_id not in below]
    room = iter(range(MAX_DEPARTMENTS))
    return tuple(_department(unit, units, frozenset(), room) for unit in tops or mine.values())


def _department(
    unit: Unit, units: dict[RoomID, Unit], above: frozenset[RoomID], room: Iterator[int]
) -> Department:
    """Build the tree below a space; a circle ends where it closes, everything where `room` is used up.

    Spaces that all name each other as children would else make a tree without end.
    """
    path = above | {unit.room_id}
    children = [
        _department(units[child], units, path, room)
        for child in (unit.children if len(path) < MAX_DEPTH else ())
        if child in units and child not in path and next(room, None) is not None
    ]
    return Department(unit.room_id, unit.name, tuple(children))


def _affiliations(read: Reader) -> dict[UserID, str]:
    found: dict[UserID, str] = {}
    for top in _departments(read):
        for unit in top.children:
            _affiliate(read, unit, found)
    return found


def _affiliate(read: Reader, unit: Department, found: dict[UserID, str]) -> None:
    for child in unit.children:
        _affiliate(read, child, found)
    for profile in _people(read, unit.room_id):
        found.setdefault(profile.user_id, unit.name)


def _people(read: Reader, room_id: RoomID) -> list[Profile]:
    if not is_joined(read, room_id):
        return read_people(read, room_id) or []
    return [_profile(member) for member in read.members(room_id, limit=MAX_DEPARTMENT_MEMBERS)]


def _profile(member: Member) -> Profile:
    return Profile(member.user_id, member.name, member.avatar)
