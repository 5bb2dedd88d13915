"""A field in which partners are named by their servers, each checked for what can be checked from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.ids import server_name_of
from app.domain.visible import one_line
from resources.translations import tr, tr_n
from ui.screens.channel_owner.owner_words import as_server, server_problem
from widgets.floating_list import FloatingRow
from widgets.people_picker import PeoplePicker, PersonChip
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.rooms import Member
    from app.store.reader import Reader
    from ui.desk import Desk
    from ui.operations import Operations

MOST = 50
_MOST_PEOPLE, _MOST_ROWS, _NAMED = 200, 8, 2


class Known(NamedTuple):
    """Whom one knows on a server."""

    server: str
    people: int
    names: tuple[str, ...]


class ServersField(QWidget):
    """A server on which nobody is known is marked: a slip of the pen would let strangers in."""

    changed = Signal()

    def __init__(self, desk: Desk, operations: Operations) -> None:
        super().__init__()
        self._desk, self._operations = desk, operations
        self._own = server_name_of(desk.account.user_id)
        self._servers: tuple[str, ...] = ()
        self._known: dict[str, Known] = {}
        self._checked: set[str] = set()
        label = tr("Servers of the partners")
        self.picker = PeoplePicker(desk.style, label, desk.images, has_count=False)
        self.picker.set_placeholder(tr("Such as hualong.example"))
        self.picker.chips.set_name(label)
        self.doubt = Words(desk.style, role="waiting_text", pixels=12)
        self.doubt.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(desk.style.current.px(4))
        column.addWidget(self.picker)
        column.addWidget(self.doubt)
        self.setFocusProxy(self.picker)
        self.picker.term_changed.connect(self._look)
        self.picker.chosen.connect(lambda key: self._add((key,)))
        self.picker.names_given.connect(self._add)
        self.picker.removed.connect(self._remove)

    def servers(self) -> tuple[str, ...]:
        """The named servers, sorted."""
        return tuple(sorted(self._servers))

    def set_servers(self, servers: Sequence[str]) -> None:
        """Fill it without `changed`."""
        self._servers = tuple(servers)
        self._check()
        self._show()

    def take_typed(self) -> None:
        """What stands in the field without Enter counts too."""
        typed = self.picker.field.term()
        if typed:
            self._add((typed,))

    def _look(self, term: str) -> None:
        def show(found: list[Known]) -> None:
            self._learn(found)
            rows = [_row(one) for one in found if one.server not in self._servers]
            self.picker.set_suggestions(term, rows[:_MOST_ROWS])

        reading = self._desk.account.cache.read_in_worker(lambda read: known_servers(read, term, self._own))
        self._operations.start(reading, show)

    def _add(self, names: Sequence[str]) -> None:
        servers, problem = list(self._servers), ""
        for name in names:
            server = as_server(name)
            problem = server_problem(server, self._own) or problem
            if not server_problem(server, self._own) and server not in servers:
                servers.append(server)
        if len(servers) > MOST:
            problem = tr("At most {n} servers.", n=MOST)
        else:
            self._take(tuple(servers))
        self.picker.set_note(problem)
        if not problem:
            self.picker.field.clear()

    def _remove(self, server: str) -> None:
        self._take(tuple(one for one in self._servers if one != server))

    def _take(self, servers: tuple[str, ...]) -> None:
        if servers != self._servers:
            self._servers = servers
            self._check()
            self._show()
            self.changed.emit()

    def _check(self) -> None:
        """Look whom one knows there."""
        for server in self._servers:
            if server not in self._checked:
                self._look_up(server)

    def _look_up(self, server: str) -> None:
        reading = self._desk.account.cache.read_in_worker(
            lambda read: known_servers(read, f":{server}", self._own)
        )
        self._operations.start(reading, lambda found: self._answered(server, found))

    def _answered(self, server: str, found: list[Known]) -> None:
        self._checked.add(server)
        self._learn(found)
        self._show()

    def _learn(self, found: Iterable[Known]) -> None:
        self._known |= {one.server: one for one in found}

    def _show(self) -> None:
        strange = [one for one in self._servers if one in self._checked and one not in self._known]
        tag = tr("unknown")
        self.picker.set_people(
            [PersonChip(one, one_line(one), tag if one in strange else "") for one in self._servers]
        )
        words = tr(
            "You know nobody on {servers}. Check the spelling with your partner: everybody there could watch.",
            servers=tr(", ").join(strange),
        )
        self.doubt.setText(words if strange else "")
        self.doubt.setVisible(bool(strange))


def known_servers(read: Reader, term: str, own: str) -> list[Known]:
    """Give the other servers of people one shares rooms with. *Slow*."""
    people: dict[str, list[Member]] = {}
    for one in read.search_people(term, _MOST_PEOPLE):
        server = server_name_of(one.user_id).casefold()
        if server != own and term.removeprefix(":").casefold() in server:
            people.setdefault(server, []).append(one)
    return [
        Known(server, len(members), tuple(one_line(member.name) for member in members[:_NAMED]))
        for server, members in sorted(people.items())
    ]


def _row(known: Known) -> FloatingRow:
    names = tr(", ").join(name for name in known.names if name)
    count = tr_n("{n} person you know", "{n} people you know", known.people)
    return FloatingRow(known.server, known.server, f"{count}: {names}" if names else count, icon="buildings")
