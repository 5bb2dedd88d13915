"""The quick switcher: rooms and people by part of their name, requests by their words, the way on to message search."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.ids import RoomID, UserID
from app.domain.rooms import Member, RoomFilter, RoomSummary
from app.domain.visible import one_line
from resources.translations import tr
from ui.desk import Desk
from ui.images import avatar_key
from ui.operations import Operations
from ui.room_rows import color_key, room_badge, room_name
from widgets.quick_switcher import QuickSwitcher, SwitcherRow

if TYPE_CHECKING:
    from app.domain.approvals.rows import ApprovalRow
    from app.store.reader import Reader

ROOMS = 12
PEOPLE = 8
REQUESTS = 6


class SwitcherPresenter(QObject):
    """Answers each term at once with rooms; people follow from the read worker."""

    room_chosen = Signal(str)
    person_chosen = Signal(str)
    search_chosen = Signal(str)

    def __init__(self, desk: Desk, panel: QuickSwitcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._panel = panel
        self._term = ""
        self._operations = Operations(desk.operations.loop)
        panel.term_changed.connect(self._answer)
        panel.chosen.connect(self._choose)

    def _answer(self, term: str) -> None:
        self._operations.cancel_all()
        self._operations = Operations(self._desk.operations.loop)
        self._term = term.strip()
        found = self._rooms(self._term)
        rooms = [_room_row(room, tr("Chats") if self._term else tr("Recent")) for room in found]
        known = {room.direct_user for room in found}
        self._panel.set_rows(rooms + self._search_row())
        if self._term:
            self._operations.start(
                self._more(self._term, known),
                lambda more: self._panel.set_rows(rooms + more + self._search_row()),
            )

    def _rooms(self, term: str) -> list[RoomSummary]:
        reads = self._desk.account.cache.read
        if term:
            return reads.search_rooms(term, ROOMS)
        return reads.room_page(reads.room_order(RoomFilter.ALL, ROOMS))

    async def _more(self, term: str, known: set[UserID | None]) -> list[SwitcherRow]:
        """People, then requests."""
        people = await self._people(term, known)
        found = await self._desk.account.cache.read_in_worker(lambda read: _requests(read, term))
        return people + [_request_row(row) for row in found]

    async def _people(self, term: str, known: set[UserID | None]) -> list[SwitcherRow]:
        """People without a direct chat among the rooms above; not me."""
        left_out = {*known, self._desk.account.user_id}
        found = await self._desk.account.cache.read_in_worker(lambda read: read.search_people(term, PEOPLE))
        return [self._person_row(member) for member in found if member.user_id not in left_out]

    def _person_row(self, member: Member) -> SwitcherRow:
        return SwitcherRow(
            key=f"person {member.user_id}",
            name=member.name,
            detail=self._desk.people.detail_of(member.user_id) or member.user_id,
            color_key=member.user_id,
            avatar_key=avatar_key(member.avatar),
            section=tr("People"),
        )

    def _search_row(self) -> list[SwitcherRow]:
        if not self._term:
            return []
        words = tr("Search messages for “{term}”", term=self._term)
        return [SwitcherRow(key="search", name=words, icon="magnifying-glass", section=tr("Messages"))]

    def _choose(self, key: str) -> None:
        kind, _blank, value = key.partition(" ")
        if kind == "room":
            self.room_chosen.emit(RoomID(value))
        elif kind == "person":
            self.person_chosen.emit(UserID(value))
        else:
            self.search_chosen.emit(self._term)


def _room_row(room: RoomSummary, section: str) -> SwitcherRow:
    return SwitcherRow(
        key=f"room {room.room_id}",
        name=room_name(room),
        detail=" ".join(room.topic.split()),
        color_key=color_key(room),
        avatar_key=avatar_key(room.avatar),
        section=section,
        badge=room_badge(room),
    )


def _requests(read: Reader, term: str) -> list[ApprovalRow]:
    """Look through all pages of approvals, what waits for me first; each request once."""
    from app.domain.approvals.rows import ApprovalBox, ApprovalQuery

    now_ms = time.time_ns() // 1_000_000
    found: dict[RoomID, ApprovalRow] = {}
    for box in ApprovalBox:
        for row in read.approvals.page(ApprovalQuery(box, term=term), now_ms, REQUESTS).rows:
            found.setdefault(row.room_id, row)
    return list(found.values())[:REQUESTS]


def _request_row(row: ApprovalRow) -> SwitcherRow:
    from ui.approval_words import fact_words, status_words

    parts = (row.number, status_words(row.status), fact_words(row))
    return SwitcherRow(
        key=f"room {row.room_id}",
        name=one_line(row.title),
        detail=" · ".join(part for part in parts if part),
        icon="stamp",
        section=tr("Approvals"),
    )
