"""Search in messages and videos: the panel's terms become a query on the cache, hits become rows; videos come first.

The last terms win: an older search is closed unread. Pages are asked for one at a time.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.ids import RoomID
from app.domain.timeline import ItemKind
from app.domain.visible import one_line
from app.errors import TackError
from app.store.search_read import SearchHit, SearchPage, SearchQuery
from resources.formats import format_list_time
from resources.translations import tr, tr_n
from ui.desk import Desk
from ui.images import avatar_key
from ui.item_words import kind_words
from ui.operations import Operations
from ui.sentences import sentence
from widgets.search_panel import HitRow, SearchKind, SearchPanel, SearchTerms, SearchTime

if TYPE_CHECKING:
    from app.domain.channels.rows import PostRow

DAY_MS = 86_400_000
PAGE = 50
FEW_VIDEOS = 5
"""Before the messages; the chip of the videos shows all."""
_VIDEO = "video "
_WITH_VIDEOS = (SearchKind.ALL, SearchKind.VIDEOS)
_DAYS = {SearchTime.WEEK: 7, SearchTime.MONTH: 31, SearchTime.YEAR: 366}
_KINDS: dict[SearchKind, tuple[ItemKind, ...] | None] = {
    SearchKind.ALL: None,
    SearchKind.TEXT: (ItemKind.TEXT,),
    SearchKind.IMAGES: (ItemKind.IMAGE, ItemKind.VIDEO),
    SearchKind.FILES: (ItemKind.FILE, ItemKind.AUDIO),
    SearchKind.VIDEOS: (),
}


class SearchPresenter(QObject):
    """Serves one search panel."""

    hit_chosen = Signal(str, str)
    """Room id, event id."""
    video_chosen = Signal(str, int)
    """Post, and where in it in ms; -1: nowhere in particular."""

    def __init__(self, desk: Desk, panel: SearchPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._panel = panel
        self._room: RoomID | None = None
        self._operations = Operations(desk.operations.loop)
        self._pages: AsyncIterator[SearchPage] | None = None
        self._count = 0
        self._has_more = False
        self._videos: list[HitRow] = []
        self._channels: frozenset[RoomID] = frozenset()
        """Their posts and comments are among the videos already."""
        panel.terms_changed.connect(self._search)
        panel.more_requested.connect(self._read_more)
        panel.hit_activated.connect(self._choose)

    def open(self, room_id: RoomID | None, *, text: str = "") -> None:
        """Open the panel, within a room if one is given."""
        self._room = room_id
        room = self._desk.account.cache.read.room(room_id) if room_id else None
        self._panel.open_with(text, room.name if room else "")

    def refresh_words(self) -> None:
        """Search again in another language's words."""
        self._search(self._panel.terms())

    def close(self) -> None:
        """Stop searching."""
        self._operations.cancel_all()
        self._pages = None

    def _search(self, terms: SearchTerms) -> None:
        self.close()
        self._operations = Operations(self._desk.operations.loop)
        self._count = 0
        if not terms.text.strip():
            self._panel.set_hits(())
            self._panel.set_status("")
            return
        self._panel.set_status(tr("Searching…"), is_busy=True)
        self._pages = None
        if terms.kind is not SearchKind.VIDEOS:
            self._pages = self._desk.account.search.search(self._query(terms), PAGE)
        self._videos, self._channels = [], frozenset()
        if terms.kind in _WITH_VIDEOS and terms.time is SearchTime.ANY and not terms.is_this_room:
            most = PAGE if terms.kind is SearchKind.VIDEOS else FEW_VIDEOS
            self._operations.start(self._find_videos(terms.text.strip(), most), self._begin, self._failed)
        else:
            self._read(is_first=True)

    async def _find_videos(self, term: str, most: int) -> list[HitRow]:
        now_ms = time.time_ns() // 1_000_000
        cache = self._desk.account.cache
        rows, channels = await cache.read_in_worker(
            lambda read: (read.channels.find(term, now_ms, most), read.channels.channels())
        )
        self._channels = frozenset(channel.room_id for channel in channels)
        return [video_row(row, term, now_ms) for row in rows]

    def _begin(self, videos: list[HitRow]) -> None:
        self._videos = videos
        if self._pages is None:
            self._show(None, is_first=True)
        else:
            self._read(is_first=True)

    def _failed(self, error: TackError) -> None:
        self._panel.set_status(sentence(error))

    def _query(self, terms: SearchTerms) -> SearchQuery:
        now_ms = time.time_ns() // 1_000_000
        days = _DAYS.get(terms.time)
        return SearchQuery(
            text=terms.text.strip(),
            room=self._room if terms.is_this_room else None,
            since_ms=now_ms - days * DAY_MS if days else None,
            kinds=_KINDS[terms.kind],
        )

    def _read_more(self) -> None:
        if self._has_more:
            self._has_more = False
            self._read(is_first=False)

    def _read(self, *, is_first: bool) -> None:
        if self._pages is None:
            return
        self._operations.start(
            _next_page(self._pages),
            lambda page: self._show(page, is_first=is_first),
            self._failed,
        )

    def _show(self, page: SearchPage | None, *, is_first: bool) -> None:
        now_ms = time.time_ns() // 1_000_000
        hits = self._videos if is_first else []
        found = page.hits if page else ()
        hits = hits + [hit_row(hit, now_ms) for hit in found if hit.room_id not in self._channels]
        self._has_more = bool(page and page.next is not None)
        self._count += len(hits)
        if is_first:
            self._panel.set_hits(hits, has_more=self._has_more)
        else:
            self._panel.add_hits(hits, has_more=self._has_more)
        self._panel.set_status(self._status(page))

    def _status(self, page: SearchPage | None) -> str:
        if not self._count:
            head = tr("Nothing found.")
        elif self._has_more:
            head = tr("More than {n} found.", n=self._count)
        else:
            head = tr_n("{n} found.", "{n} found.", self._count)
        if page is not None and page.is_indexing:
            return tr("{found} Still going through older messages: search again in a moment.", found=head)
        if page is None or page.covered_from_ms is None:
            return head
        return tr("{found} Complete since {day}.", found=head, day=format_date(page.covered_from_ms))

    def _choose(self, key: str) -> None:
        if key.startswith(_VIDEO):
            event_id, _blank, at_ms = key.removeprefix(_VIDEO).partition(" ")
            self.video_chosen.emit(event_id, int(at_ms))
            return
        room_id, _blank, event_id = key.partition(" ")
        self.hit_chosen.emit(room_id, event_id)


def hit_row(hit: SearchHit, now_ms: int) -> HitRow:
    """Word one hit."""
    words = kind_words(hit.kind, "") if hit.kind is not ItemKind.TEXT else ""
    lead = f"{words} " if words else ""
    return HitRow(
        key=f"{hit.room_id} {hit.event_id}",
        room_name=hit.room_name,
        sender_name=hit.sender_name,
        time_text=format_list_time(hit.ts_ms, now_ms),
        snippet=lead + hit.snippet,
        ranges=tuple((start + len(lead), end - start) for start, end in hit.ranges),
        color_key=hit.sender,
    )


def video_row(row: PostRow, term: str, now_ms: int) -> HitRow:
    """Word a video."""
    from ui.channel_words import hit_words

    words = hit_words(row) or one_line(row.title)
    start = words.casefold().find(term.casefold())
    return HitRow(
        key=f"{_VIDEO}{row.event_id} {-1 if row.hit_at_ms is None else row.hit_at_ms}",
        room_name=tr("{channel} · video", channel=one_line(row.channel_name)),
        sender_name=one_line(row.title),
        time_text=format_list_time(row.ts_ms, now_ms),
        snippet=words,
        ranges=((start, len(term)),) if start >= 0 else (),
        color_key=row.room_id,
        avatar_key=avatar_key(row.channel_avatar),
    )


def format_date(ts_ms: int) -> str:
    """A date that reads the same everywhere."""
    return time.strftime("%Y-%m-%d", time.localtime(ts_ms / 1000))


async def _next_page(pages: AsyncIterator[SearchPage]) -> SearchPage | None:
    return await anext(pages, None)
