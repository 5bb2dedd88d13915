"""Inputs for people, departments and other requests: chips of what is chosen over a field that searches."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from app.domain.approvals.rows import ApprovalBox, ApprovalQuery
from app.domain.ids import RoomID, UserID, localpart_of
from app.domain.visible import one_line
from resources.translations import tr, tr_n
from ui.forms.field_input import FieldInput
from ui.people_finder import PeopleFinder
from ui.person import Person
from ui.sentences import sentence
from widgets.people_picker import FloatingRow, PeoplePicker, PersonChip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.directory.service import Department
    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.template import Field
    from app.domain.rooms import Member
    from app.store.reader import Reader
    from ui.desk import Desk
    from ui.forms.field_input import FormPlace

_MOST_OFFERED, _MOST_CHOSEN = 20, 50
_BOXES = (ApprovalBox.MINE, ApprovalBox.DONE, ApprovalBox.COPIES, ApprovalBox.TODO)


class PickedInput(FieldInput):
    """What the three have in common: things chosen one after another, each with a key and a name."""

    placeholder = ""

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self._chosen: dict[str, str] = {}
        self._note = ""
        self._search: asyncio.Task[None] | None = None
        self.picker = PeoplePicker(self.style_source, "", self.desk.images, has_count=False)
        self.picker.set_placeholder(self.placeholder_words())
        self.picker.field.setAccessibleName(self.name)
        self.picker.chips.set_name(self.name)
        self.picker.term_changed.connect(self._look)
        self.picker.chosen.connect(self.take)
        self.picker.names_given.connect(self.take_names)
        self.picker.removed.connect(self._remove)
        self.picker.cancelled.connect(lambda: self.pass_on(Qt.Key.Key_Escape))
        self.column.addWidget(self.picker)
        self.setFocusProxy(self.picker)

    def placeholder_words(self) -> str:
        """What stands in the empty field."""
        raise NotImplementedError

    def hint(self) -> str:
        return self._note or super().hint()

    def mark(self, sentence: str, problem: ProblemAt | None = None) -> None:
        field = self.picker.field
        field.setAccessibleDescription(sentence)
        field.setProperty("error", bool(sentence))
        field.style().unpolish(field)
        field.style().polish(field)

    def most(self) -> int:
        """How many can be chosen."""
        return _MOST_CHOSEN if self.field.is_many else 1

    def keys(self) -> tuple[str, ...]:
        """What is chosen."""
        return tuple(self._chosen)

    def name_of(self, key: str) -> str:
        """How something chosen is called."""
        return self._chosen[key]

    def show_chosen(self, chosen: dict[str, str]) -> None:
        """Show these without emitting."""
        self._chosen = chosen
        self.picker.set_people([PersonChip(key, name) for key, name in chosen.items()])

    def add(self, found: dict[str, str]) -> None:
        """Choose these too; the latest wins where only one fits."""
        self._note = ""
        chosen = found if self.most() == 1 else self._chosen | found
        if len(chosen) > self.most():
            most = self.most()
            self._note = tr_n("At most {n} can be chosen here.", "At most {n} can be chosen here.", most)
        self.show_chosen(dict(list(chosen.items())[: self.most()]))
        self.changed.emit()

    def refuse(self, note: str) -> None:
        """Say why something was not chosen."""
        self._note = note
        self.changed.emit()

    def take(self, key: str) -> None:
        """A suggestion was chosen."""
        raise NotImplementedError

    def take_names(self, names: Sequence[str]) -> None:
        """Names were pasted, or one was typed of which there is no suggestion."""
        self.refuse(tr("Not found: {names}", names=tr(", ").join(names)))

    async def rows(self, term: str) -> Sequence[FloatingRow]:
        """Give the suggestions for a term."""
        raise NotImplementedError

    def _look(self, term: str) -> None:
        if self._search is not None:
            self._search.cancel()
        self._search = self.operations.start(self._suggest(term), None, lambda _error: None)

    async def _suggest(self, term: str) -> None:
        self.picker.set_suggestions(term, await self.rows(term))

    def _remove(self, key: str) -> None:
        self._note = ""
        self.show_chosen({one: name for one, name in self._chosen.items() if one != key})
        self.changed.emit()


class PersonInput(PickedInput):
    """Colleagues, by name or id; a department's people where several fit."""

    def __init__(
        self, place: FormPlace, field: Field, *, is_cell: bool = False, among: Sequence[UserID] = ()
    ) -> None:
        """`among`: nobody else can be chosen."""
        super().__init__(place, field, is_cell=is_cell)
        self._finder = PeopleFinder(self.desk, has_me=True)
        self._among = among
        if among:
            self._finder.use_members([Person(user, localpart_of(user)) for user in among])
            self.operations.start(names_of(self.desk, among), self._name_offered)

    def placeholder_words(self) -> str:
        return tr("Add people") if self.field.is_many else tr("Choose a person")

    def value(self) -> Any:
        return list(self.keys()) or None

    def set_value(self, value: Any) -> None:
        users = [user for user in value if isinstance(user, str)] if isinstance(value, list) else []
        if tuple(users) == self.keys():
            return
        self.show_chosen({user: localpart_of(UserID(user)) for user in users})
        if users:
            self.operations.start(names_of(self.desk, users), self._name)

    def take(self, key: str) -> None:
        if self._finder.is_department(key):
            self.operations.start(
                self._finder.department(key),
                lambda found: self._add_people(found[1]),
                lambda error: self.refuse(sentence(error)),
            )
        elif (person := self._finder.person(key)) is not None:
            self._add_people([person])

    def take_names(self, names: Sequence[str]) -> None:
        self.operations.start(self._finder.named(names), self._add_named, lambda e: self.refuse(sentence(e)))

    async def rows(self, term: str) -> Sequence[FloatingRow]:
        rows = await self._finder.rows(term, [UserID(key) for key in self.keys()])
        return [row for row in rows if self.field.is_many or not self._finder.is_department(row.key)]

    def _name_offered(self, names: dict[str, str]) -> None:
        people = [Person(user, names.get(user, localpart_of(user))) for user in self._among]
        self._finder.use_members(people)

    def _add_named(self, found: tuple[list[Person], list[str]]) -> None:
        people, unknown = found
        if people:
            self._add_people(people)
        if unknown:
            super().take_names(unknown)

    def _add_people(self, people: Iterable[Person]) -> None:
        self.add({person.user_id: person.name for person in people})

    def _name(self, names: dict[str, str]) -> None:
        self.show_chosen({key: names.get(key, name) for key, name in self._chosen.items()})


class DepartmentInput(PickedInput):
    """Departments of the organisation, as {"id", "name"}."""

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self._offered: dict[str, str] = {}

    def placeholder_words(self) -> str:
        return tr("Add departments") if self.field.is_many else tr("Choose a department")

    def value(self) -> Any:
        return [{"id": key, "name": self.name_of(key)} for key in self.keys()] or None

    def set_value(self, value: Any) -> None:
        self.show_chosen(_named(value, "id", "name"))

    def take(self, key: str) -> None:
        if key in self._offered:
            self.add({key: self._offered[key]})

    async def rows(self, term: str) -> Sequence[FloatingRow]:
        tops = await self.desk.account.directory.departments()
        units = {unit.room_id: one_line(unit.name) for top in tops for unit in _below(top)}
        key = term.casefold()
        self._offered = {room: name for room, name in units.items() if key in name.casefold()}
        left = [room for room in self._offered if room not in self.keys()][:_MOST_OFFERED]
        return [FloatingRow(room, self._offered[room], icon="users-three") for room in left]


class LinkedInput(PickedInput):
    """Other requests one can see, as {"room_id", "title", "number"}."""

    def __init__(self, place: FormPlace, field: Field, *, is_cell: bool = False) -> None:
        super().__init__(place, field, is_cell=is_cell)
        self._links: dict[str, dict[str, str]] = {}

    def placeholder_words(self) -> str:
        return tr("Search requests by title or number")

    def most(self) -> int:
        return _MOST_CHOSEN

    def value(self) -> Any:
        return [self._links[key] for key in self.keys()] or None

    def set_value(self, value: Any) -> None:
        for link in value if isinstance(value, list) else ():
            if isinstance(link, dict) and isinstance(link.get("room_id"), str):
                self._links[link["room_id"]] = {
                    key: str(link.get(key, "")) for key in ("room_id", "title", "number")
                }
        self.show_chosen(_named(value, "room_id", "title"))

    def take(self, key: str) -> None:
        if key in self._links:
            self.add({key: self._links[key]["title"]})

    async def rows(self, term: str) -> Sequence[FloatingRow]:
        now_ms = round(time.time() * 1000)
        found = await self.desk.account.cache.read_in_worker(lambda read: _requests(read, term, now_ms))
        self._links |= {
            row.key: {"room_id": row.key, "title": row.name, "number": row.detail} for row in found
        }
        return [row for row in found if row.key not in self.keys()]


async def members_of(desk: Desk, users: Iterable[str]) -> dict[str, Member]:
    """Give people as far as the cache knows them."""
    wanted = [UserID(user) for user in users]
    return await desk.account.cache.read_in_worker(lambda read: _members(read, wanted))


async def names_of(desk: Desk, users: Iterable[str]) -> dict[str, str]:
    """Give the names of people as far as the cache knows them."""
    found = await members_of(desk, users)
    return {user: name for user, member in found.items() if (name := one_line(member.name))}


def _members(read: Reader, users: Sequence[UserID]) -> dict[str, Member]:
    found: dict[str, Member] = {}
    for user in users:
        member = next((one for one in read.search_people(user, 5) if one.user_id == user), None)
        if member is not None:
            found[user] = member
    return found


def _requests(read: Reader, term: str, now_ms: int) -> list[FloatingRow]:
    rows: dict[RoomID, FloatingRow] = {}
    for box in _BOXES:
        page = read.approvals.page(ApprovalQuery(box=box, term=term), now_ms, _MOST_OFFERED)
        for row in page.rows:
            if row.send_state is None:
                rows.setdefault(row.room_id, FloatingRow(row.room_id, row.title, row.number, icon=row.icon))
    return list(rows.values())[:_MOST_OFFERED]


def _below(unit: Department) -> Iterable[Department]:
    yield unit
    for child in unit.children:
        yield from _below(child)


def _named(value: Any, key: str, name: str) -> dict[str, str]:
    found = {}
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict) and isinstance(one.get(key), str):
            found[one[key]] = str(one.get(name) or one[key])
    return found
