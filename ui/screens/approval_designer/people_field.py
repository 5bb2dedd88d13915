"""Fields in which people or departments are chosen by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.ids import UserID, localpart_of, server_name_of
from app.domain.visible import one_line
from app.errors import TackError
from resources.translations import tr
from ui.images import avatar_key
from ui.screens.approval_designer.names import all_units
from widgets.floating_list import FloatingRow
from widgets.people_picker import PeoplePicker, PersonChip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.rooms import Member, Profile
    from ui.desk import Desk
    from ui.screens.approval_designer.names import Names

_MOST_ROWS = 20


class LookupField(QWidget):
    """Chips of what is chosen and a field that searches. `most` 0: any number; else a new one takes the last one's place."""

    changed = Signal(object)
    """tuple[str, ...], by the person."""

    def __init__(self, desk: Desk, names: Names, label: str, *, most: int = 0) -> None:
        super().__init__()
        self._desk, self._names, self._most = desk, names, most
        self._keys: tuple[str, ...] = ()
        self.picker = PeoplePicker(desk.style, label, desk.images)
        self.set_label(label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picker)
        self.setFocusProxy(self.picker)
        self.picker.term_changed.connect(self._look)
        self.picker.chosen.connect(self._add)
        self.picker.removed.connect(self._remove)
        self.picker.names_given.connect(self._given)
        names.changed.connect(self._show)

    def keys(self) -> tuple[str, ...]:
        """What is chosen."""
        return self._keys

    def set_keys(self, keys: Sequence[str]) -> None:
        """Fill it without `changed`."""
        self._keys = tuple(keys)
        self._names.ask(key for key in keys if key.startswith("@"))
        self._show()

    def set_label(self, label: str) -> None:
        """Word it again."""
        self.picker.set_label(label)
        self.picker.chips.set_name(label or tr("Chosen"))
        self.picker.set_placeholder(self._placeholder())

    async def search(self, term: str) -> list[FloatingRow]:
        """Find what fits a term."""
        raise NotImplementedError

    def _placeholder(self) -> str:
        raise NotImplementedError

    def _show(self) -> None:
        self.picker.set_people([PersonChip(key, self._names(key)) for key in self._keys])

    def _look(self, term: str) -> None:
        def show(rows: list[FloatingRow]) -> None:
            offered = [row for row in rows if row.key not in self._keys]
            for row in offered:
                self._names.know(row.key, row.name)
            self.picker.set_suggestions(term, offered)

        self._names.operations.start(self.search(term), show)

    def _add(self, key: str) -> None:
        kept = [one for one in self._keys if one != key]
        if self._most and len(kept) >= self._most:
            kept = kept[: self._most - 1]
        self._take((*kept, key))

    def _remove(self, key: str) -> None:
        self._take(tuple(one for one in self._keys if one != key))

    def _given(self, names: tuple[str, ...]) -> None:
        self._names.operations.start(self._named(names))

    async def _named(self, names: tuple[str, ...]) -> None:
        unknown = []
        for name in names:
            key = name.casefold()
            rows = [
                row for row in await self.search(name) if key in (row.name.casefold(), row.key.casefold())
            ]
            if len(rows) == 1:
                self._names.know(rows[0].key, rows[0].name)
                self._add(rows[0].key)
            else:
                unknown.append(name)
        self.picker.set_note(tr("Not found: {names}", names=tr(", ").join(unknown)) if unknown else "")

    def _take(self, keys: tuple[str, ...]) -> None:
        self._keys = keys
        self._show()
        self.changed.emit(keys)


class PeopleField(LookupField):
    """People of the organisation, and whoever else the directory knows."""

    def _placeholder(self) -> str:
        return tr("Name or id")

    async def search(self, term: str) -> list[FloatingRow]:
        known = await self._desk.account.cache.read_in_worker(
            lambda read: read.search_people(term, _MOST_ROWS)
        )
        rows = {one.user_id: self._row(one) for one in known}
        me = self._desk.account.user_id
        if term.casefold() in self._names(me).casefold() or term.casefold() in me:
            rows = {me: FloatingRow(me, self._names(me), tr("You"), me), **rows}
        if term:
            rows |= {
                one.user_id: self._row(one) for one in await self._directory(term) if one.user_id not in rows
            }
        return list(rows.values())[:_MOST_ROWS]

    async def _directory(self, term: str) -> list[Profile]:
        try:
            return await self._desk.account.directory.users(term, _MOST_ROWS)
        except TackError:
            return []  # those we know

    def _row(self, one: Member | Profile) -> FloatingRow:
        name = one_line(one.name) or localpart_of(one.user_id)
        detail = self._desk.people.detail_of(one.user_id) or one.user_id
        if server_name_of(one.user_id) != server_name_of(self._desk.account.user_id):
            detail = f"{tr('External')} · {one.user_id}"
        return FloatingRow(one.user_id, name, detail, one.user_id, avatar_key(one.avatar))


class UnitField(LookupField):
    """Departments."""

    def _placeholder(self) -> str:
        return tr("Name of a department")

    async def search(self, term: str) -> list[FloatingRow]:
        units = all_units(self._names.departments)
        fitting = [unit for unit in units if term.casefold() in unit.name.casefold()][:_MOST_ROWS]
        return [FloatingRow(unit.room_id, one_line(unit.name), icon="users-three") for unit in fitting]


def user_ids(keys: Sequence[str]) -> tuple[UserID, ...]:
    """Take the chosen keys of a `PeopleField` as ids."""
    return tuple(UserID(key) for key in keys)
