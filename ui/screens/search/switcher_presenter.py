"""The quick switcher: rooms, channels and people by part of their name, requests and videos by their words, the way on to message search."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.ids import EventID, RoomID, UserID
from app.domain.rooms import Member, RoomFilter, RoomSummary
from app.domain.visible import one_line
from resources.translations import tr
from ui.desk import Desk
from ui.images import avatar_key
from ui.operations import Operations
from ui.room_rows import color_key, room_badge, room_name
from widgets.badge import NO_BADGE, Badge, BadgeKind
from widgets.quick_switcher import QuickSwitcher, SwitcherRow

if TYPE_CHECKING:
    from app.domain.approvals.rows import ApprovalRow
    from app.domain.channels.rows import ChannelRow, PostRow
    from app.store.reader import Reader

ROOMS = 12
PEOPLE = 8
REQUESTS = 6
VIDEOS = 6


class SwitcherPresenter(QObject):
    """Answers each term at once with rooms; the rest follows from the read worker."""

    room_chosen = Signal(str)
    channel_chosen = Signal(str)
    video_chosen = Signal(str)
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
        """People, then channels and videos, then requests."""
        people = await self._people(term, known)
        channels, videos, requests = await self._desk.account.cache.read_in_worker(
            lambda read: (_channels(read, term), _videos(read, term), _requests(read, term))
        )
        shown = [_channel_row(row) for row in channels] + [_video_row(row) for row in videos]
        return people + shown + [_request_row(row) for row in requests]

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
        elif kind == "channel":
            self.channel_chosen.emit(RoomID(value))
        elif kind == "video":
            self.video_chosen.emit(EventID(value))
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


def _channels(read: Reader, term: str) -> list[ChannelRow]:
    """Look for channels one follows, then for those that were found."""
    words = term.casefold().split()
    both = [*read.channels.channels(), *read.channels.channels(followed=False)]
    return [row for row in both if all(word in row.name.casefold() for word in words)][:VIDEOS]


def _videos(read: Reader, term: str) -> list[PostRow]:
    """Look through titles, descriptions, subtitles and comments."""
    return read.channels.find(term, time.time_ns() // 1_000_000, VIDEOS)


def _channel_row(row: ChannelRow) -> SwitcherRow:
    from ui.channel_words import audience_words, followers_words

    parts = (audience_words(row.audience), followers_words(row))
    return SwitcherRow(
        key=f"channel {row.room_id}",
        name=one_line(row.name),
        detail=" · ".join(part for part in parts if part),
        color_key=row.room_id,
        avatar_key=avatar_key(row.avatar),
        section=tr("Channels"),
        badge=Badge(BadgeKind.NUMBER, row.unread) if row.unread and not row.is_muted else NO_BADGE,
    )


def _video_row(row: PostRow) -> SwitcherRow:
    from ui.channel_words import hit_words

    parts = (one_line(row.channel_name), hit_words(row))
    return SwitcherRow(
        key=f"video {row.event_id}",
        name=one_line(row.title),
        detail=" · ".join(part for part in parts if part),
        icon="monitor-play",
        section=tr("Videos"),
    )
