"""The conversation list: an order of room ids, and the rows in sight, both read behind the GUI thread's back.

Painting never asks the cache: a row is worded from the summary in memory, and a row of which nothing is known yet is
an empty one of the same height. What moved is noted (`refresh_order`, `refresh_rooms`, `set_visible`), and at most one
read runs at a time on the cache's read worker: it brings what is wanted by then, and old rows stay on screen until
it has come. Only the first rows are read at once, for the first paint, which comes before any loop runs (`start`).

A new order is told to the views in few steps (`list_diff`), so that selection and place survive.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from app.domain.rooms import RoomFilter
from app.late import Late
from ui.room_rows import room_row, without_news
from widgets.room_list import ROOM_ROW_ROLE, RoomRow, room_row_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QObject

    from app.domain.ids import RoomID, UserID
    from app.domain.rooms import RoomSummary
    from ui.models import list_diff, row_steps
else:
    list_diff, row_steps = Late("ui.models.list_diff"), Late("ui.models.row_steps")

log = logging.getLogger("tack.ui")

FIRST_ROWS = 40
"""Read at once: what the tallest screen shows."""
PAGE = 32
"""Rows one read brings."""
AROUND = 8
"""Rows above and below those in sight that are read along with them."""
KEPT = 1024
"""Summaries in memory; beyond, those far from what is in sight go."""
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class RoomReads(Protocol):
    """The bounded reads of the cache that the list needs."""

    def room_order(self, filter: RoomFilter = RoomFilter.ALL, limit: int | None = None) -> list[RoomID]:
        """Ids in the order of the list."""

    def room_page(self, ids: Sequence[RoomID]) -> list[RoomSummary]:
        """Rows of some rooms."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What one read is to bring; it runs on the read worker."""

    filter: RoomFilter
    is_order_wanted: bool
    ids: Sequence[RoomID]
    """Rows to read, where no order is wanted; else those that come into sight."""
    first: int
    last: int
    fresh: frozenset[RoomID]
    """Rows that need not be read."""
    assumed: tuple[Assumption, ...]

    def read(self, reads: RoomReads) -> News:
        """Read it."""
        order = reads.room_order(self.filter) if self.is_order_wanted else None
        ids = self.ids if order is None else rows_to_read(order, self.first, self.last, self.fresh)
        return News(self, order, tuple(ids), tuple(reads.room_page(ids)) if ids else ())


@dataclass(frozen=True, slots=True)
class News:
    """What a read brought."""

    wish: Wish
    order: list[RoomID] | None
    asked: tuple[RoomID, ...]
    rooms: tuple[RoomSummary, ...]


class Assumption:
    """Rooms that `covers` names have no news: shown before the cache knows, until `RoomListModel.settle`."""

    def __init__(self, covers: Callable[[RoomSummary], bool]) -> None:
        self.covers = covers


def rows_to_read(ids: Sequence[RoomID], first: int, last: int, fresh: frozenset[RoomID]) -> list[RoomID]:
    """Choose at most a page: what is in sight before what is near."""
    near = range(max(0, first - AROUND), min(len(ids), last + 1 + AROUND))
    rows = sorted(near, key=lambda row: 0 if first <= row <= last else 1)
    return [ids[row] for row in rows if ids[row] not in fresh][:PAGE]


class RoomListModel(QAbstractListModel):
    """Answers `ROOM_ROW_ROLE` with a `RoomRow`."""

    order_shown = Signal(bool)
    """Another order is on screen; whether it is that of another filter."""

    def __init__(self, reads: RoomReads, me: UserID, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._me = me
        self._filter = self._shown_filter = RoomFilter.ALL
        self._kept: RoomID | None = None
        self._ids = reads.room_order(limit=FIRST_ROWS)
        self._places: dict[RoomID, int] | None = None
        self._known: dict[RoomID, RoomSummary] = {room.room_id: room for room in reads.room_page(self._ids)}
        self._rows: dict[RoomID, RoomRow] = {}
        self._stale: set[RoomID] = set()
        self._absent: set[RoomID] = set()
        self._moved_since: set[RoomID] = set()
        self._assumed: list[Assumption] = []
        self._is_order_wanted = True
        self._is_reading = False
        self._visible = (0, PAGE - 1)
        self._later: Callable[[Wish, Callable[[News], None], Callable[[object], None]], object] | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._read)

    def start(
        self, later: Callable[[Wish, Callable[[News], None], Callable[[object], None]], object]
    ) -> None:
        """From now on read on: `later` runs a wish on the read worker and tells here what came, or the error."""
        self._later = later
        self._soon.start()

    @property
    def filter(self) -> RoomFilter:
        """The chip that is on."""
        return self._filter

    def set_filter(self, chosen: RoomFilter) -> None:
        """Show other rooms, as soon as they are read."""
        if chosen is not self._filter:
            self._filter = chosen
            self.refresh_order()

    def keep(self, room_id: RoomID | None) -> None:
        """Keep the open room in a filtered list although reading it ends its reason to be there."""
        if self._kept != room_id:
            self._kept = room_id
            if self._filter is not RoomFilter.ALL:
                self.refresh_order()

    def row_of(self, room_id: RoomID) -> int:
        """Where a room stands; -1 when it is not in the list."""
        if self._places is None:
            self._places = {known: row for row, known in enumerate(self._ids)}
        return self._places.get(room_id, -1)

    def room_at(self, row: int) -> RoomID | None:
        """The room of a row."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def set_visible(self, first: int, last: int) -> None:
        """Rows first … last are in sight."""
        self._visible = (max(0, first), max(last, first + PAGE // 2))
        self._soon.start()

    def refresh_order(self) -> None:
        """The order moved, or other rooms are wanted."""
        self._is_order_wanted = True
        self._soon.start()

    def refresh_rooms(self, rooms: frozenset[RoomID]) -> None:
        """These rows moved; they are read again if, or as soon as, they are in sight."""
        self._stale |= rooms & self._known.keys()
        self._absent -= rooms
        if self._is_reading:
            self._moved_since |= rooms
        self._soon.start()

    def refresh_all(self) -> None:
        """Everything may have moved."""
        self.refresh_rooms(frozenset(self._known))
        self.refresh_order()

    def refresh_words(self) -> None:
        """Word every row again (language, midnight)."""
        self._rows.clear()
        self._tell_rows(0, len(self._ids) - 1)

    def assume(self, covers: Callable[[RoomSummary], bool]) -> Assumption:
        """Show the rooms that `covers` names without news, at once and until `settle`."""
        assumption = Assumption(covers)
        self._assumed.append(assumption)
        for room_id, room in self._known.items():
            if covers(room):
                self._take(room_id, without_news(room))
        self._tell_rows(0, len(self._ids) - 1)
        return assumption

    def settle(self, assumption: Assumption) -> None:
        """The cache knows now, or never will: what it says is shown again."""
        if assumption in self._assumed:
            self._assumed.remove(assumption)
            self.refresh_rooms(frozenset(self._known))

    def rowCount(self, parent: Index = _ROOT) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt. DisplayRole is the name, for keyboard search and screen readers."""
        if not index.isValid() or not 0 <= index.row() < len(self._ids):
            return None
        if role not in (ROOM_ROW_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self._row_of_room(self._ids[index.row()])
        if role == ROOM_ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        return room_row_words(row)

    # Reading

    def _read(self) -> None:
        if self._later is None or self._is_reading:
            return
        wish = self._wish()
        if not wish.is_order_wanted and not wish.ids:
            return
        self._is_reading, self._is_order_wanted = True, False
        self._moved_since.clear()
        self._later(wish, self._show, self._failed)

    def _wish(self) -> Wish:
        fresh = frozenset((self._known.keys() - self._stale) | self._absent)
        ids = () if self._is_order_wanted else rows_to_read(self._ids, *self._visible, fresh)
        return Wish(self._filter, self._is_order_wanted, ids, *self._visible, fresh, tuple(self._assumed))

    def _show(self, news: News) -> None:
        self._is_reading = False
        self._take_rooms(news)
        if news.order is not None and news.wish.filter is self._filter:
            self._show_order(news.order)
        self._forget_far()
        self._soon.start()

    def _failed(self, error: object) -> None:
        """Nothing is read again before something moves: a cache that cannot be read would be asked for ever."""
        log.warning("the conversation list could not be read: %s", type(error).__name__)
        self._is_reading, self._is_order_wanted = False, True

    def _take_rooms(self, news: News) -> None:
        assumed = {*news.wish.assumed, *self._assumed}
        places: list[int] = []
        for room in news.rooms:
            shown = without_news(room) if any(a.covers(room) for a in assumed) else room
            if self._known.get(room.room_id) != shown:
                self._take(room.room_id, shown)
                places.append(self.row_of(room.room_id))
        asked, moved = set(news.asked), self._moved_since
        self._stale = (self._stale - asked) | (asked & moved)
        self._absent |= asked - {room.room_id for room in news.rooms} - moved
        places = [row for row in places if row >= 0]
        if places:
            self._tell_rows(min(places), max(places))

    def _take(self, room_id: RoomID, room: RoomSummary) -> None:
        self._known[room_id] = room
        self._rows.pop(room_id, None)

    def _forget_far(self) -> None:
        if len(self._known) <= KEPT:
            return
        first, last = self._visible
        near = set(self._ids[max(0, first - KEPT // 4) : last + KEPT // 4])
        for room_id in self._known.keys() - near:
            del self._known[room_id]
            self._rows.pop(room_id, None)
        self._stale &= self._known.keys()

    def _row_of_room(self, room_id: RoomID) -> RoomRow:
        row = self._rows.get(room_id)
        if row is None:
            room = self._known.get(room_id)
            if room is None:
                return RoomRow(room_id, "", is_loading=True)
            row = self._rows[room_id] = room_row(room, self._me, time.time_ns() // 1_000_000)
        return row

    def _tell_rows(self, first: int, last: int) -> None:
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))

    # The order

    def _show_order(self, order: list[RoomID]) -> None:
        is_other = self._filter is not self._shown_filter
        wanted = order if is_other else self._with_kept(order)
        self._shown_filter = self._filter
        self._absent.clear()
        if wanted == self._ids and not is_other:
            return
        steps = list_diff.steps_between(self._ids, wanted)
        if steps is None:
            self.beginResetModel()
            self._ids, self._places = wanted, None
            self.endResetModel()
        else:
            for step in steps:
                row_steps.take_step(self, self._ids, step, wanted, self._forget_places)
        self.order_shown.emit(is_other)

    def _with_kept(self, order: list[RoomID]) -> list[RoomID]:
        if self._kept is None or self._filter is RoomFilter.ALL or self._kept in order:
            return order
        row = self.row_of(self._kept)
        if row >= 0:
            order.insert(min(row, len(order)), self._kept)
        return order

    def _forget_places(self) -> None:
        self._places = None
