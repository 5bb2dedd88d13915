"""The logic of the approvals page: reads rows and one request, and keeps them as the cache is.

The first page of a list is read at once; everything longer (a search, news, the next page, a request with its
discussion) in the cache's read worker. Answers to a question that is no longer asked are dropped; news that come while
one is under way are asked for once more behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from app.domain.approvals.fold import rights_of
from app.domain.approvals.rows import ApprovalBox, ApprovalCounts, ApprovalQuery
from app.domain.ids import RoomID, TxnID, UserID, localpart_of
from app.domain.sending import NEW_ROOM_PREFIX, is_new_room
from app.errors import TackError
from ui.approval_words import words_of
from ui.models.approval_list_model import ApprovalListModel
from ui.screens.approvals.approval_cards import card_of
from ui.screens.approvals.approvals_state import (
    WordContext,
    box_of,
    is_filtered,
    is_in_box,
    is_made,
    is_waiting_for,
    without_filter,
)
from ui.screens.approvals.discussion import Discussion, read_discussion

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.rows import (
        ApprovalDetail,
        ApprovalPage,
        ApprovalRow,
        Doubt,
        PageKey,
        TemplateEntry,
    )
    from app.domain.approvals.state import Right
    from app.domain.ids import ContentURI
    from app.store.reader import Reader
    from ui.desk import Desk

PAGE = 50
MOST_NAMES = 1000


class Opened(NamedTuple):
    """One request as it was read."""

    detail: ApprovalDetail
    rights: tuple[Right, ...]
    discussion: Discussion
    names: dict[str, str]
    """As the room calls people, else as the request does."""
    faces: dict[str, ContentURI]


class ApprovalsPresenter(QObject):
    """`list_changed`, `request_changed`: look again. The screen says how many rows are in sight (`seen_rows`)."""

    list_changed = Signal()
    """Rows came or went, another page, a failure."""
    request_changed = Signal()
    """What is open is another request, or says something else."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._account = desk.account
        self.query = ApprovalQuery()
        self.counts = ApprovalCounts(0, 0, 0)
        self.seen_rows = 0
        self.is_loading = False
        self.error: TackError | None = None
        self.opened: Opened | None = None
        self.doubts: tuple[Doubt, ...] = ()
        self.is_missing = False
        """What is open is not in the cache."""
        self._next: PageKey | None = None
        self._is_seen = True
        self._is_outdated = False
        self._is_stale = False
        self._is_fresh = True
        """The next answer is the first one to what is asked now."""
        self._asked = 0
        self._room: RoomID | None = None
        self._is_reading = False
        self._is_request_stale = False
        self._names: dict[str, str] = {}
        self.templates: list[tuple[str, str]] = []
        """Id and name of those one can filter by."""
        self.context = WordContext(
            me=self._account.user_id,
            now_ms=self._account.dings.now_ms,
            name_of=self._name_of,
            is_online=lambda: self._account.connection.is_online,
            share_of=self._account.approvals.upload_share,
            wait_of=self._account.approvals.wait_s,
        )
        self.model = ApprovalListModel(lambda row: card_of(row, self.query.box, self.context), self)
        self._connect()

    # Which rows

    def show_query(self, query: ApprovalQuery) -> None:
        """Show another page, filter or search."""
        is_other_box = query.box is not self.query.box
        self.query = query
        self._asked += 1
        self._is_fresh = True
        self.is_loading = False
        if is_other_box:
            self.model.clear_ticks()
            self.model.set_rows([])  # the same request is worded otherwise on another page
        if query.term or query.person:
            self._ask(PAGE)
            self.list_changed.emit()  # what is asked is said at once
        else:
            self._read_now()

    def set_box(self, box: ApprovalBox) -> None:
        """Show another page; the filter goes, the search stays."""
        self.show_query(ApprovalQuery(box, term=self.query.term))

    def search(self, term: str) -> None:
        """Show what contains a term."""
        if term != self.query.term:
            self.show_query(self.query._replace(term=term))

    def clear_filter(self) -> None:
        """Show everything of the page."""
        self.show_query(without_filter(self.query))

    def load_templates(self, then: Callable[[], None]) -> None:
        """Read what one can filter by."""

        def take(entries: tuple[TemplateEntry, ...]) -> None:
            named = {entry.template.id: words_of(entry.template.name) for entry in entries}
            self.templates = sorted(named.items(), key=lambda one: one[1])
            then()

        self._desk.operations.start(self._account.approvals.templates(), take)

    def refresh(self, *_rooms: object) -> None:
        """Something moved: read again as much as is seen, and what is open."""
        if not self._is_seen:
            self._is_outdated = True
            return
        self._is_outdated = False
        self._ask(max(PAGE, self.seen_rows + PAGE))
        self.refresh_request()

    def set_seen(self, is_seen: bool) -> None:
        """While nobody looks nothing is read."""
        self._is_seen = is_seen
        if is_seen and self._is_outdated:
            self.refresh()

    def load_more(self) -> None:
        """Read the next page."""
        after = self._next
        if self.is_loading or after is None:
            return
        asked, query, now = self._asked, self.query, self.context.now_ms()
        self.is_loading = True

        def read(reader: Reader) -> ApprovalPage:
            return reader.approvals.page(query, now, PAGE, after)

        self._desk.operations.start(
            self._account.cache.read_in_worker(read),
            lambda page: self._take_more(asked, page),
            lambda error: self._settle(asked, error),
        )

    def refresh_words(self) -> None:
        """Word everything again: language, minutes that passed, names."""
        self.model.refresh_words()
        self.request_changed.emit()

    # The one that is open

    @property
    def room(self) -> RoomID | None:
        """Which request is open."""
        return self._room

    @property
    def detail(self) -> ApprovalDetail | None:
        """What is open, as it was read last; None while it is being read."""
        return None if self.opened is None else self.opened.detail

    def choose(self, room_id: RoomID | None) -> None:
        """Open a request, or close it."""
        if room_id != self._room:
            self._room, self.opened, self.doubts = room_id, None, ()
            self.is_missing = False
            self.request_changed.emit()
        self.refresh_request()

    def open(self, room_id: RoomID) -> None:
        """Open a request wherever it lies: its page is shown if it has one."""
        if self.model.row_of(room_id) < 0:
            row = self._account.cache.read.approvals.row(room_id, self.context.now_ms())
            if row is not None and (
                is_filtered(self.query) or self.query.term or not is_in_box(row, self.query.box)
            ):
                self._room = room_id
                self.show_query(ApprovalQuery(box_of(row)))
        self._room, self.opened, self.is_missing = room_id, None, False
        self.list_changed.emit()
        self.request_changed.emit()
        self.refresh_request()

    def refresh_request(self) -> None:
        """Read what is open again."""
        room = self._room
        if room is None:
            self.request_changed.emit()
            return
        if self._is_reading:
            self._is_request_stale = True
            return
        self._is_reading, self._is_request_stale = True, False
        me, now = self.context.me, self.context.now_ms()
        self._desk.operations.start(
            self._account.cache.read_in_worker(lambda read: _open(read, room, me, now)),
            lambda opened: self._take_request(room, opened),
            lambda error: self._request_failed(room, error),
        )

    # Inside

    def _connect(self) -> None:
        bridge = self._desk.bridge
        bridge.approvals_changed.connect(self.refresh)
        bridge.rebuilt.connect(self.refresh)
        bridge.timeline_changed.connect(lambda change: self._room_moved(change.room_id))
        bridge.connection_changed.connect(lambda _state: self.refresh_words())
        self._desk.people.changed.connect(self.refresh_words)

    def _room_moved(self, room_id: RoomID) -> None:
        """Somebody said something (a comment of mine waits, too)."""
        if self._is_seen and room_id == self._room:
            self.refresh_request()

    def _name_of(self, user: str) -> str:
        if self.opened is not None and user in self.opened.names:
            return self.opened.names[user]
        if user not in self._names:
            known = self._account.cache.read.search_people(user, 3)
            names = [member.name for member in known if member.user_id == user]
            self._names[user] = names[0] if names else localpart_of(UserID(user))
        return self._names[user]

    def _read_now(self) -> None:
        try:
            reads, now = self._account.cache.read.approvals, self.context.now_ms()
            page, counts = reads.page(self.query, now, PAGE), reads.counts(now)
        except TackError as error:
            self._failed(error)
        else:
            self._take(page, counts)

    def _ask(self, limit: int) -> None:
        if self.is_loading:
            self._is_stale = True
            return
        self.is_loading, self._is_stale = True, False
        asked, query, now = self._asked, self.query, self.context.now_ms()

        def read(reader: Reader) -> tuple[ApprovalPage, ApprovalCounts]:
            return reader.approvals.page(query, now, limit), reader.approvals.counts(now)

        self._desk.operations.start(
            self._account.cache.read_in_worker(read),
            lambda found: self._settle(asked, None, found),
            lambda error: self._settle(asked, error),
        )

    def _settle(
        self, asked: int, error: TackError | None, found: tuple[ApprovalPage, ApprovalCounts] | None = None
    ) -> None:
        """An answer came; one to another question is dropped."""
        if asked != self._asked:
            return
        self.is_loading = False
        if found is None:
            self._failed(error or TackError())
        else:
            self._take(*found)
        if self._is_stale:
            self.refresh()

    def _take(self, page: ApprovalPage, counts: ApprovalCounts) -> None:
        self.error, self._next, self.counts = None, page.next, counts
        is_fresh, self._is_fresh = self._is_fresh, False
        self.model.set_rows(page.rows if is_fresh else self._with_kept(list(page.rows)))
        self.list_changed.emit()
        if is_fresh and not self.query.term:
            self._choose_first()

    def _take_more(self, asked: int, page: ApprovalPage) -> None:
        if asked != self._asked:
            return
        self.is_loading, self._next = False, page.next
        self.model.append(page.rows)
        self.list_changed.emit()
        if self._is_stale:
            self.refresh()

    def _with_kept(self, rows: list[ApprovalRow]) -> list[ApprovalRow]:
        """What is open stays in the list although deciding on it ends its reason to be there."""
        room = self._room
        place = self.model.row_of(room) if room else -1
        if room is None or place < 0 or any(row.room_id == room for row in rows):
            return rows
        kept = self._account.cache.read.approvals.row(room, self.context.now_ms())
        if kept is not None:
            rows.insert(min(place, len(rows)), kept)
        return rows

    def _choose_first(self) -> None:
        """Open the first request where what is open is not in the list; looking at one does nothing to it."""
        model = self.model
        if self._room is None or model.row_of(self._room) < 0:
            self.choose(RoomID(model.uids[0]) if model.uids else None)
            self.list_changed.emit()

    def _failed(self, error: TackError) -> None:
        self.error = error
        self.list_changed.emit()

    def _take_request(self, room: RoomID, opened: Opened | None) -> None:
        self._is_reading = False
        if room == self._room:
            self.opened, self.is_missing = opened, opened is None
            if opened is not None:
                self._room = opened.detail.row.room_id
            self.request_changed.emit()
            if opened is not None:
                self._ask_doubts(opened.detail)
        is_other = opened is None or opened.detail.row.room_id != self._room
        if self._is_request_stale or (room != self._room and is_other):
            self.refresh_request()

    def _request_failed(self, room: RoomID, error: TackError) -> None:
        self._is_reading = False
        self._desk.tell_error(error)
        if room != self._room:
            self.refresh_request()

    def _ask_doubts(self, detail: ApprovalDetail) -> None:
        """Compare with the organisation, for who has to decide."""
        if not is_made(detail) or not is_waiting_for(detail, self.context.me):
            self.doubts = ()
            return

        def take(doubts: tuple[Doubt, ...]) -> None:
            if detail.row.room_id == self._room and doubts != self.doubts:
                self.doubts = doubts
                self.request_changed.emit()

        self._desk.operations.start(self._account.approvals.doubts(detail), take, lambda _error: None)


def _open(read: Reader, room: RoomID, me: UserID, now_ms: int) -> Opened | None:
    detail = read.approvals.detail(room, now_ms)
    if detail is None and is_new_room(room):  # made meanwhile: it is a room of the server now
        made = read.room_made_by(TxnID(room.removeprefix(NEW_ROOM_PREFIX)))
        detail = None if made is None else read.approvals.detail(made, now_ms)
    if detail is None:
        return None
    members = {one.user_id: one for one in read.members(detail.row.room_id, limit=MOST_NAMES)}
    names: dict[str, str] = detail.content.names | {user: one.name for user, one in members.items()}
    faces: dict[str, ContentURI] = {user: one.avatar for user, one in members.items() if one.avatar}
    if not is_made(detail):
        return Opened(detail, (), Discussion(), names, faces)
    rights = rights_of(detail.content, detail.state, me, now_ms)
    return Opened(detail, rights, read_discussion(read, detail.row.room_id), names, faces)
