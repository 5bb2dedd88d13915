"""Names of the people and departments that templates mention: from memory at once, from the cache and the directory soon.

Owns the reads of its window: they end with it (`stop`); what is written runs on the desk's own operations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.ids import UserID, localpart_of
from app.domain.visible import one_line
from ui.operations import Operations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.directory.service import Department
    from app.store.reader import Reader
    from ui.desk import Desk


class Names(QObject):
    """Callable: `names("@lina:…")`."""

    changed = Signal()
    """Some became known."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.operations = Operations(desk.operations.loop, self)
        me = desk.account.user_id
        self._known: dict[str, str] = {me: desk.people.own_name()}
        self._asked: set[str] = set()
        self.departments: tuple[Department, ...] = ()

    def __call__(self, key: str) -> str:
        """The name of a user or department; the local part of an id nobody knows."""
        if key in self._known:
            return self._known[key]
        return localpart_of(UserID(key)) if key.startswith("@") else key

    def know(self, key: str, name: str) -> None:
        """Remember a name that was shown."""
        self._known[key] = one_line(name) or self(key)

    def ask(self, users: Iterable[str]) -> None:
        """Look names up; `changed` tells."""
        missing = tuple(user for user in users if user not in self._known and user not in self._asked)
        if missing:
            self._asked |= set(missing)
            self.operations.start(self._look_up(missing))

    def load(self) -> None:
        """Read the departments."""
        self.operations.start(self._load())

    def stop(self) -> None:
        """The window goes."""
        self.operations.cancel_all()

    async def _look_up(self, users: tuple[str, ...]) -> None:
        found = await self._desk.account.cache.read_in_worker(lambda read: _names_of(read, users))
        self._known |= found
        if found:
            self.changed.emit()

    async def _load(self) -> None:
        self.departments = await self._desk.account.directory.departments()
        for unit in all_units(self.departments):
            self._known[unit.room_id] = one_line(unit.name)
        self.changed.emit()


def all_units(tops: Iterable[Department]) -> list[Department]:
    """Give departments with those below them, each once."""
    found: dict[str, Department] = {}
    for unit in tops:
        found[unit.room_id] = unit
        found |= {below.room_id: below for below in all_units(unit.children)}
    return list(found.values())


def _names_of(read: Reader, users: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for user in users:
        for one in read.search_people(user, 3):
            if one.user_id == user and one.name:
                found[user] = one_line(one.name)
    return found
