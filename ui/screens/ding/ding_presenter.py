"""The logic of the DING page: reads rows and details, keeps them as the cache is, sends what the person does.

The first page of a box is read at once; everything longer (a search, news, the next page, a detail with hundreds of
people) in the cache's read worker. Answers to a question that is no longer asked are dropped; news that come while one
is under way are asked for once more behind it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.dings import DingBox, DingFilter, DingSummary
from app.domain.membership import Membership
from app.domain.scheduled import ScheduledDing
from app.errors import TackError
from ui.models.ding_list_model import DingListModel
from ui.screens.ding.ding_cards import card_of
from ui.screens.ding.ding_pages import page_of, scheduled_page
from ui.screens.ding.ding_state import (
    INVITATION,
    InboxView,
    WordContext,
    box_of,
    is_in_box,
    uid_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.dings import DingDetail
    from app.domain.ids import RoomID
    from app.domain.timeline import TimelineItem
    from app.store.ding_work import DingInvitation
    from app.store.reader import Reader
    from ui.desk import Desk
    from ui.screens.ding.ding_state import Entry
    from widgets.ding_values import DingPage

PAGE = 50


class DingPresenter(QObject):
    """`list_changed`, `page_changed`: look again. The screen says how many rows are in sight (`seen_rows`)."""

    list_changed = Signal()
    """Rows came or went, another box, a failure."""
    page_changed = Signal()
    """What the detail shows is another thing, or says something else."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._account = desk.account
        self._operations = desk.operations
        self.view = InboxView()
        self.seen_rows = 0
        self._is_seen = True
        self._is_outdated = False
        self.is_loading = False
        self.error: TackError | None = None
        self.counts: dict[DingFilter, int] = {}
        self._has_more = False
        self._is_stale = False
        self._asked = 0
        self._invitations: list[DingInvitation] = []
        self._uid = ""
        self._summary: DingSummary | None = None
        self._detail: DingDetail | None = None
        self._is_reading = False
        self._is_detail_stale = False
        self.context = WordContext(
            me=self._account.user_id,
            now_ms=self._account.dings.now_ms,
            name_of=desk.people.name_in,
            detail_of=desk.people.detail_of,
            is_online=lambda: self._account.connection.is_online,
        )
        self.model = DingListModel(uid_of, lambda entry: card_of(entry, self.view.box, self.context), self)
        self._connect()

    # Which rows

    def show_view(self, view: InboxView) -> None:
        """Show another box, filter or search."""
        self.view = view
        self._asked += 1
        self.is_loading = False
        if view.term and view.box is not DingBox.SCHEDULED:
            self._ask(PAGE)
        else:
            self._read_now()

    def set_box(self, box: DingBox) -> None:
        """Show another box; the filter goes, the search stays."""
        self.show_view(InboxView(box, DingFilter.ALL, self.view.term))
        self._choose_first()

    def set_filter(self, filter: DingFilter) -> None:
        """Show another choice of the box."""
        self.show_view(replace(self.view, filter=filter))
        self._choose_first()

    def search(self, term: str) -> None:
        """Show what contains a term."""
        if term != self.view.term:
            self.show_view(replace(self.view, term=term))

    def refresh(self) -> None:
        """Something moved: read again as much as is seen, and what the detail shows."""
        if not self._is_seen:
            self._is_outdated = True
            return
        self._is_outdated = False
        self._ask(max(PAGE, self.seen_rows + PAGE))
        self.refresh_detail()

    def set_seen(self, is_seen: bool) -> None:
        """While nobody looks nothing is read."""
        self._is_seen = is_seen
        if is_seen and self._is_outdated:
            self.refresh()

    def load_more(self) -> None:
        """Read the next page."""
        last = self.model.last()
        if self.is_loading or not self._has_more or not isinstance(last, DingSummary):
            return
        asked, view, now = self._asked, self.view, self.context.now_ms()
        self.is_loading = True

        def read(reader: Reader) -> Sequence[Entry]:
            return reader.dings.page(
                view.box, view.filter, term=view.term, limit=PAGE, before=last, now_ms=now
            )

        self._operations.start(
            self._account.cache.read_in_worker(read),
            lambda entries: self._take_more(asked, entries),
            lambda error: self._settle(asked, error),
        )

    def refresh_words(self) -> None:
        """Word everything again: language, midnight, names."""
        self.model.refresh_words()
        self.page_changed.emit()

    def tick(self) -> None:
        """A second passed."""
        self.model.tick()
        if self.page is not None and self.page.is_ticking:
            self.page_changed.emit()

    def _choose_first(self) -> None:
        """Open the first ding where what is open is not in the list; looking at one does nothing to it."""
        model = self.model
        if model.row_of(self._uid) < 0:
            is_ding = (uid for uid in model.uids if not uid.startswith(INVITATION))
            self.choose(next(is_ding, ""))
            self.list_changed.emit()

    # The one that is open

    @property
    def uid(self) -> str:
        """Which row is open; empty for none."""
        return self._uid

    @property
    def entry(self) -> Entry | None:
        """What is open, as it is now."""
        if self._summary is not None and self._summary.uid == self._uid:
            return self._summary
        return self.model.entry(self._uid)

    @property
    def page(self) -> DingPage | None:
        """What the detail shows; None where nothing is open."""
        entry = self.entry
        if isinstance(entry, ScheduledDing):
            return scheduled_page(entry, self.context)
        if not isinstance(entry, DingSummary):
            return None
        return page_of(entry, self._detail, self.context, is_here=self._is_in(entry.room_id))

    def choose(self, uid: str) -> None:
        """Open a row (or close it, with an empty one)."""
        if uid != self._uid:
            self._uid, self._detail = uid, None
            entry = self.model.entry(uid)
            self._summary = entry if isinstance(entry, DingSummary) else None
            self.page_changed.emit()
        self.refresh_detail()

    def open(self, uid_or_event: str) -> bool:
        """Open a ding wherever it lies; False where it is not known."""
        found = self._account.cache.read.dings.summary(uid_or_event)
        if found is None:
            return False
        if self.model.row_of(found.uid) < 0:
            self.show_view(InboxView(box_of(found)))
        self._uid, self._detail, self._summary = found.uid, None, found
        self.list_changed.emit()
        self.page_changed.emit()
        self.refresh_detail()
        return True

    def refresh_detail(self) -> None:
        """Read people and comments of what is open again."""
        if not self._uid or not isinstance(self.entry, DingSummary):
            self.page_changed.emit()
            return
        if self._is_reading:
            self._is_detail_stale = True
            return
        self._is_reading, self._is_detail_stale = True, False
        uid = self._uid
        self._operations.start(
            self._account.cache.read_in_worker(lambda read: read.dings.detail(uid)),
            lambda detail: self._take_detail(uid, detail),
            lambda error: self._take_detail(uid, self._detail),
        )

    def item(self, uid: str) -> TimelineItem | None:
        """A comment or file of what is open."""
        comments = self._detail.comments if self._detail is not None else ()
        return next((item for item in comments if item.uid == uid), None)

    # Inside

    def _connect(self) -> None:
        bridge = self._desk.bridge
        bridge.dings_changed.connect(self.refresh)
        bridge.rooms_changed.connect(self._rooms_changed)
        bridge.receipts_changed.connect(self._rooms_moved)
        bridge.members_changed.connect(self._rooms_moved)
        bridge.timeline_changed.connect(lambda change: self._rooms_moved(frozenset({change.room_id})))
        bridge.rebuilt.connect(self.refresh)
        bridge.connection_changed.connect(lambda _state: self.list_changed.emit())
        self._desk.people.changed.connect(self.refresh_words)

    def _rooms_changed(self, _rooms: frozenset[RoomID]) -> None:
        """Invitations are rooms; they come and go without a ding."""
        if not self._is_seen:
            self._is_outdated = True
        elif self._account.dings.invitations() != self._invitations:
            self.refresh()

    def _rooms_moved(self, rooms: frozenset[RoomID]) -> None:
        """Somebody has read, came, or said something (a comment of mine waits, too)."""
        entry = self.entry
        if self._is_seen and isinstance(entry, DingSummary) and entry.room_id in rooms:
            self.refresh_detail()

    def _is_in(self, room_id: RoomID) -> bool:
        room = self._account.cache.read.room(room_id)
        return room is None or room.membership is Membership.JOIN

    def _read(self, reader: Reader, limit: int) -> Sequence[Entry]:
        view = self.view
        return reader.dings.page(
            view.box, view.filter, term=view.term, limit=limit, now_ms=self.context.now_ms()
        )

    def _scheduled(self) -> Sequence[Entry]:
        """They are few, and all of them are shown."""
        words = self.view.term.casefold().split()
        return [
            ding
            for ding in self._account.dings.scheduled()
            if all(word in ding.text.casefold() for word in words)
        ]

    def _read_now(self) -> None:
        try:
            if self.view.box is DingBox.SCHEDULED:
                self._take(self._scheduled(), PAGE)
            else:
                self._take(self._read(self._account.cache.read, PAGE), PAGE)
        except TackError as error:
            self._failed(error)

    def _ask(self, limit: int) -> None:
        if self.view.box is DingBox.SCHEDULED:
            self._read_now()
            return
        if self.is_loading:
            self._is_stale = True
            return
        self.is_loading, self._is_stale = True, False
        asked = self._asked
        self._operations.start(
            self._account.cache.read_in_worker(lambda reader: self._read(reader, limit)),
            lambda entries: self._settle(asked, None, entries, limit),
            lambda error: self._settle(asked, error),
        )

    def _settle(
        self, asked: int, error: TackError | None, entries: Sequence[Entry] = (), limit: int = 0
    ) -> None:
        """An answer came; one to another question is dropped."""
        if asked != self._asked:
            return
        self.is_loading = False
        if error is not None:
            self._failed(error)
        else:
            self._take(entries, limit)
        if self._is_stale:
            self.refresh()

    def _take(self, entries: Sequence[Entry], limit: int) -> None:
        self.error = None
        self._has_more = len(entries) >= limit and self.view.box is not DingBox.SCHEDULED
        self.counts = self._account.cache.read.dings.counts()
        rows = self._with_kept(list(entries))
        self._invitations = self._account.dings.invitations()
        if self.view.box is DingBox.RECEIVED and not self.view.term:
            rows = [*reversed(self._invitations), *rows]
        self.model.set_entries(rows)
        self.list_changed.emit()

    def _take_more(self, asked: int, entries: Sequence[Entry]) -> None:
        if asked != self._asked:
            return
        self.is_loading = False
        self._has_more = len(entries) >= PAGE
        self.model.append(entries)
        self.list_changed.emit()
        if self._is_stale:
            self.refresh()

    def _with_kept(self, rows: list[Entry]) -> list[Entry]:
        """What is open stays in a filtered list although confirming it ends its reason to be there."""
        row = self.model.row_of(self._uid) if self._uid else -1
        if self.view.filter is DingFilter.ALL or row < 0 or any(uid_of(e) == self._uid for e in rows):
            return rows
        kept = self._account.cache.read.dings.summary(self._uid)
        if kept is not None and is_in_box(kept, self.view.box):
            rows.insert(min(row, len(rows)), kept)
        return rows

    def _failed(self, error: TackError) -> None:
        self.error = error
        self.list_changed.emit()

    def _take_detail(self, uid: str, detail: DingDetail | None) -> None:
        self._is_reading = False
        if uid == self._uid:
            self._detail = detail
            self._summary = detail.summary if detail is not None else None
            self.page_changed.emit()
        if self._is_detail_stale or uid != self._uid:
            self.refresh_detail()
