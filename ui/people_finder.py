"""Finds people for whoever chooses some: members of the conversation it is written in, or anybody of the organisation."""

from collections.abc import Iterable, Sequence

from app.directory.service import Department
from app.domain.dings import MAX_RECIPIENTS
from app.domain.ids import RoomID, UserID, localpart_of, server_name_of
from app.domain.rooms import Member, Profile
from app.domain.visible import one_line
from app.errors import TackError
from resources.translations import tr
from ui.desk import Desk
from ui.images import avatar_key
from ui.person import Person
from widgets.floating_list import FloatingRow

MOST = 20
MOST_DEPARTMENTS = 8
_DEPARTMENT = "unit:"


class PeopleFinder:
    """Without `members` it asks the directory; with them it offers nobody else."""

    def __init__(self, desk: Desk, *, has_me: bool = False) -> None:
        """With `has_me` I can be chosen too."""
        self._desk = desk
        self._has_me = has_me
        self._me = desk.account.user_id
        self._home = server_name_of(self._me)
        self._known: dict[str, Person] = {}
        self._departments: dict[str, Department] = {}
        self._members: tuple[Person, ...] | None = None

    def use_members(self, members: Sequence[Person] | None) -> None:
        """Whom a conversation has; None: anybody."""
        self._members = None if members is None else tuple(members)
        self._known |= {person.user_id: person for person in members or ()}

    def person(self, key: str) -> Person | None:
        """Somebody who was offered."""
        return self._known.get(key)

    def person_of(self, one: Member | Profile) -> Person:
        """Take somebody as the cache or the directory gives them."""
        detail = self._desk.people.detail_of(one.user_id)
        is_external = server_name_of(one.user_id) != self._home
        name = one_line(one.name) or localpart_of(one.user_id)  # the directory gives what people typed
        return Person(one.user_id, name, is_external, one.avatar, detail)

    async def rows(self, term: str, without: Iterable[UserID]) -> list[FloatingRow]:
        """Give the suggestions for a term: departments, then people who are not chosen yet."""
        people = self._offered(await self._search(term), without)
        units = await self._units(term)
        return [*map(_unit_row, units), *people]

    async def known_rows(self, term: str, without: Iterable[UserID]) -> list[FloatingRow]:
        """Give the people who can be offered without the server."""
        known = await (self._cached(term) if self._members is None else self._search(term))
        return self._offered(known, without)

    def _offered(self, found: Iterable[Person], without: Iterable[UserID]) -> list[FloatingRow]:
        taken = {*self._left_out(), *without}
        people = [person for person in found if person.user_id not in taken][:MOST]
        self._known |= {person.user_id: person for person in people}
        return [_person_row(person) for person in people]

    def is_department(self, key: str) -> bool:
        """Whether a suggestion is a department."""
        return key in self._departments

    async def department(self, key: str) -> tuple[str, list[Person]]:
        """Give name and people of an offered department and of those below it; raises only where all are closed."""
        unit = self._departments[key]
        found: dict[UserID, Person] = {}
        error: TackError | None = None
        for room_id in _rooms_of(unit):
            try:
                people = await self._desk.account.directory.department_members(room_id)
            except TackError as refused:  # of one department only its members may know
                error = refused
                continue
            found |= {profile.user_id: self.person_of(profile) for profile in people}
        for user in self._left_out():
            found.pop(user, None)
        if not found and error is not None:
            raise error
        if self._members is not None:
            inside = {person.user_id for person in self._members}
            found = {user: person for user, person in found.items() if user in inside}
        return one_line(unit.name), list(found.values())

    async def named(self, names: Sequence[str]) -> tuple[list[Person], list[str]]:
        """Read typed or pasted names and ids: who is meant, and which of them are nobody or several people."""
        found, unknown = [], []
        for name in names[:MAX_RECIPIENTS]:
            people = await self._exact(name)
            if len(people) == 1:
                found.append(people[0])
            else:
                unknown.append(name)
        return found, unknown

    async def _exact(self, name: str) -> list[Person]:
        key = name.casefold()
        known = [] if self._members is not None or not name.startswith("@") else await self._cached(name)
        if any(
            person.user_id.casefold() == key for person in known
        ):  # no need to ask for each of 500 pasted ids
            people = {person.user_id: person for person in known}
        else:
            people = {person.user_id: person for person in await self._search(name)}
        by_id = [person for person in people.values() if person.user_id.casefold() == key]
        named = [person for person in people.values() if person.name.casefold() == key]
        return [person for person in by_id or named if person.user_id not in self._left_out()]

    def _left_out(self) -> tuple[UserID, ...]:
        return () if self._has_me else (self._me,)

    async def _search(self, term: str) -> list[Person]:
        if self._members is not None:
            key = term.casefold()
            return [
                one for one in self._members if key in one.name.casefold() or key in one.user_id.casefold()
            ]
        people = {person.user_id: person for person in await self._cached(term)}
        if term:
            try:
                found = await self._desk.account.directory.users(term, MOST)
            except TackError:
                found = []  # those we know
            people = {profile.user_id: self.person_of(profile) for profile in found} | people
        return list(people.values())

    async def _cached(self, term: str) -> list[Person]:
        known = await self._desk.account.cache.read_in_worker(lambda read: read.search_people(term, MOST))
        return [self.person_of(member) for member in known]

    async def _units(self, term: str) -> list[Department]:
        tops = await self._desk.account.directory.departments()
        units = {unit.room_id: unit for top in tops for unit in _below(top)}
        key = term.casefold()
        fitting = [unit for unit in units.values() if key in unit.name.casefold()][:MOST_DEPARTMENTS]
        self._departments |= {_key(unit.room_id): unit for unit in fitting}
        return fitting


def _below(unit: Department) -> Iterable[Department]:
    yield unit
    for child in unit.children:
        yield from _below(child)


def _rooms_of(unit: Department) -> list[RoomID]:
    return list(dict.fromkeys(below.room_id for below in _below(unit)))


def _key(room_id: RoomID) -> str:
    return f"{_DEPARTMENT}{room_id}"


def _unit_row(unit: Department) -> FloatingRow:
    return FloatingRow(
        _key(unit.room_id),
        one_line(unit.name),
        tr("Department"),
        icon="users-three",
        section=tr("Departments"),
    )


def _person_row(person: Person) -> FloatingRow:
    detail = person.detail or person.user_id
    if person.is_external:
        detail = f"{tr('External')} · {detail}"
    return FloatingRow(
        person.user_id, person.name, detail, person.user_id, avatar_key(person.avatar), section=tr("People")
    )
