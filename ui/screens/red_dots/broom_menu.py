"""The menu of the broom, and that of a number on the rail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from app.domain.attention import ClearKind, ClearScope
from app.domain.rooms import RoomFilter
from resources.translations import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from app.domain.ids import RoomID
    from app.store.values import Space
    from ui.desk import Desk
    from ui.red_dots import RedDots

OLDER_DAYS = (7, 30)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A scope on its way through a signal, which would take a named tuple apart."""

    scope: ClearScope


class BroomMenu(QObject):
    """One opening of the menu; it goes when the menu closes."""

    scope_chosen = Signal(object)
    """Chosen."""
    history_chosen = Signal()
    why_chosen = Signal()

    def __init__(self, desk: Desk, window: QWidget, shown_list: RoomFilter, open_room: RoomID | None) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._shown_list, self._open_room = shown_list, open_room

    def open_at(self, corner: QPoint) -> None:
        """Show it once the spaces are known."""
        cache = self._desk.account.cache
        self._desk.operations.start(
            cache.read_in_worker(lambda read: read.spaces()), lambda spaces: self._open(corner, spaces)
        )

    def _open(self, corner: QPoint, spaces: Sequence[Space]) -> None:
        menu = QMenu(self._window)
        menu.addAction(tr("Clear the red dots of")).setEnabled(False)
        self._add(menu, tr("Everything"), ClearScope())
        self._add_list(menu)
        self._add_spaces(menu, spaces)
        self._add(menu, tr("Muted chats only"), ClearScope(ClearKind.MUTED))
        for days in OLDER_DAYS:
            words = tr("Older than {n} days", n=days)
            self._add(menu, words, ClearScope(ClearKind.OLDER, days=days))
        menu.addSeparator()
        menu.addAction(tr("History of the last 24 hours…")).triggered.connect(self.history_chosen)
        menu.addAction(tr("Why this number…")).triggered.connect(self.why_chosen)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.destroyed.connect(self.deleteLater)
        menu.popup(corner)

    def _add(self, menu: QMenu, words: str, scope: ClearScope) -> None:
        chosen = partial(self.scope_chosen.emit, Chosen(scope))
        menu.addAction(words.replace("&", "&&")).triggered.connect(lambda _=False: chosen())

    def _add_list(self, menu: QMenu) -> None:
        """What the chips show now; without a chip that is everything."""
        shown = self._shown_list
        if shown is not RoomFilter.ALL:
            words = tr("This list: {name}", name=list_name(shown))
            self._add(menu, words, ClearScope(ClearKind.LIST, filter=shown))

    def _add_spaces(self, menu: QMenu, spaces: Sequence[Space]) -> None:
        here = space_of(self._open_room, spaces)
        if here is not None:
            words = tr("This space: {name}", name=here.name)
            self._add(menu, words, ClearScope(ClearKind.SPACE, space_id=here.room_id))
        elif spaces:
            more = QMenu(tr("A space"), menu)
            for space in spaces:
                self._add(more, space.name, ClearScope(ClearKind.SPACE, space_id=space.room_id))
            menu.addMenu(more)


def space_of(room_id: RoomID | None, spaces: Sequence[Space]) -> Space | None:
    """Give the first space that lists a room."""
    return next((space for space in spaces if room_id in space.children), None)


def list_name(shown: RoomFilter) -> str:
    """The words of a chip."""
    return {
        RoomFilter.ALL: tr("All"),
        RoomFilter.UNREAD: tr("Unread"),
        RoomFilter.MENTIONS: tr("@me"),
        RoomFilter.EXTERNAL: tr("External"),
        RoomFilter.DIRECT: tr("Direct"),
    }[shown]


def open_rail_menu(window: QWidget, position: QPoint, red_dots: RedDots, *, is_broom_offered: bool) -> None:
    """The menu of a place on the rail: the same acts where the number stands."""
    menu = QMenu(window)
    if is_broom_offered:
        menu.addAction(tr("Next unread chat")).triggered.connect(lambda: red_dots.open_next_unread())
        menu.addAction(tr("Clear all red dots")).triggered.connect(lambda: red_dots.clear())
        menu.addAction(tr("History of the last 24 hours…")).triggered.connect(
            lambda: red_dots.open_history(position)
        )
    menu.addAction(tr("Why this number…")).triggered.connect(lambda: red_dots.open_sources(position))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(position)
