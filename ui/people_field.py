"""A field that chooses people of the organisation, or from outside by their id: the picker joined to the directory."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from resources.translations import tr
from ui.people_finder import PeopleFinder
from ui.sentences import sentence
from widgets.people_picker import PeoplePicker, PersonChip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.ids import UserID
    from ui.desk import Desk
    from ui.person import Person
    from widgets.floating_list import FloatingRow

_PATIENCE_S = 0.4
"""So long suggestions wait for the server before those of the cache come alone."""


class PeopleField(QWidget):
    """At most `most` people; where only one is wanted the next choice takes the place of the last."""

    changed = Signal()
    cancelled = Signal()

    def __init__(
        self,
        desk: Desk,
        label: str,
        *,
        most: int = 50,
        without: Iterable[UserID] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._most = desk, most
        self._without = tuple(without)
        self._finder = PeopleFinder(desk)
        self._people: dict[UserID, Person] = {}
        self._search: asyncio.Task[None] | None = None
        self.picker = PeoplePicker(desk.style, label, desk.images)
        self.picker.set_placeholder(tr("Name or id") if most == 1 else tr("Add people or departments"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picker)
        self.setFocusProxy(self.picker)
        self.picker.term_changed.connect(self._look_for)
        self.picker.chosen.connect(self._choose)
        self.picker.names_given.connect(self._add_named)
        self.picker.removed.connect(self._remove)
        self.picker.cancelled.connect(self.cancelled)
        self.destroyed.connect(self._stop)

    def people(self) -> tuple[UserID, ...]:
        """Who is chosen."""
        return tuple(self._people)

    def names(self) -> dict[str, str]:
        """What the chosen are called."""
        return {user: person.name for user, person in self._people.items()}

    def set_people(self, people: Sequence[Person]) -> None:
        """Choose these."""
        self._people = {person.user_id: person for person in people}
        self._show()

    # Inside

    def _look_for(self, term: str) -> None:
        self._stop()
        self._search = self._desk.operations.start(self._suggest(term), None, lambda _error: None)

    async def _suggest(self, term: str) -> None:
        without = (*self._people, *self._without)
        full = asyncio.ensure_future(self._finder.rows(term, without))
        try:
            await asyncio.wait({full}, timeout=_PATIENCE_S)
            if not full.done():  # the server is slow, or there is none
                self._offer(term, await self._finder.known_rows(term, without))
            self._offer(term, await full)
        finally:
            full.cancel()

    def _offer(self, term: str, rows: list[FloatingRow]) -> None:
        if self._most == 1:
            rows = [row for row in rows if not self._finder.is_department(row.key)]
        self.picker.set_suggestions(term, rows)

    def _choose(self, key: str) -> None:
        person = self._finder.person(key)
        if person is not None:
            self._add([person])
        elif self._finder.is_department(key):
            self._desk.operations.start(
                self._finder.department(key),
                lambda found: self._add(found[1]),
                lambda error: self.picker.set_note(sentence(error)),
            )

    def _add_named(self, names: Sequence[str]) -> None:
        def take(found: tuple[list[Person], list[str]]) -> None:
            self._add(found[0])
            if found[1]:
                unknown = tr(", ").join(found[1])
                self.picker.set_note(tr("Nobody, or several people: {names}", names=unknown))

        self._desk.operations.start(
            self._finder.named(names), take, lambda error: self.picker.set_note(sentence(error))
        )

    def _add(self, people: Sequence[Person]) -> None:
        fresh = {person.user_id: person for person in people if person.user_id not in self._without}
        if not fresh:
            self.picker.set_note(tr("This person already takes part. Choose somebody else."))
            return
        if self._most == 1:
            self._people = dict([*fresh.items()][:1])
        elif len(self._people | fresh) > self._most:
            self.picker.set_note(tr("At most {n} people.", n=self._most))
            return
        else:
            self._people |= fresh
        self._show()

    def _remove(self, key: str) -> None:
        self._people = {user: person for user, person in self._people.items() if user != key}
        self._show()

    def _show(self) -> None:
        tag = tr("External")
        chips = [PersonChip(p.user_id, p.name, tag if p.is_external else "") for p in self._people.values()]
        self.picker.set_people(chips)
        self.changed.emit()

    def _stop(self) -> None:
        if self._search is not None:
            self._search.cancel()
            self._search = None
