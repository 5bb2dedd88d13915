"""The logic of a grid of posts: reads them and keeps them as the cache is. Of the feed, of one channel, of a playlist.

The first page without a search is read at once, so that the page opens with it; everything longer (a search, a playlist,
news, the next page) in the cache's read worker. Answers to a question that is no longer asked are dropped; news that
come while one is under way are asked for once more behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.channels.rows import FeedPage, FeedQuery
from app.errors import TackError
from ui.models.feed_model import FeedModel
from ui.screens.channels.feed_cards import card_of
from ui.screens.channels.feed_state import without_filter

if TYPE_CHECKING:
    from app.domain.channels.rows import FeedKey
    from app.store.reader import Reader
    from ui.desk import Desk

PAGE = 30
MOST_TAGS = 30


class FeedPresenter(QObject):
    """`changed`: look again. The view says how many rows are in sight (`seen_rows`)."""

    changed = Signal()
    """Rows came or went, another page, a failure."""
    tags_changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._cache = desk.account.cache
        self.query = FeedQuery()
        self.course = ""
        """Id of the playlist that is shown in place of all posts of the channel."""
        self.seen_rows = 0
        self.is_loading = False
        self.error: TackError | None = None
        self.tags: tuple[str, ...] = ()
        self._next: FeedKey | None = None
        self._is_seen = False
        self._is_outdated = True
        self._is_stale = False
        self._asked = 0
        self._is_asking_tags = False
        self.model = FeedModel(lambda row: card_of(row, self.now_ms()), self)
        bridge = desk.bridge
        for moved in (bridge.channels_changed, bridge.posts_changed, bridge.kept_videos_changed):
            moved.connect(self.refresh)
        bridge.rebuilt.connect(self.refresh)

    def now_ms(self) -> int:
        """The time as the server has it."""
        return self._desk.account.channels.now_ms()

    def show_query(self, query: FeedQuery, course: str = "") -> None:
        """Show another page, filter, search or playlist."""
        is_other_place = (query.tab, query.channel) != (self.query.tab, self.query.channel)
        self.query, self.course = query, course
        self._asked += 1
        self.is_loading = self._is_stale = self._is_outdated = False
        self.seen_rows = 0
        if query.term or course:
            self._ask(PAGE)
            self.changed.emit()  # what is asked is said at once
        else:
            self._read_now()
        if is_other_place:
            self.tags = ()
        self._ask_tags()

    def search(self, term: str) -> None:
        """Show what contains a term."""
        if term != self.query.term:
            self.show_query(self.query._replace(term=term), self.course if not term else "")

    def clear_filter(self) -> None:
        """Show everything of the page."""
        self.show_query(without_filter(self.query))

    def set_seen(self, is_seen: bool) -> None:
        """While nobody looks nothing is read."""
        self._is_seen = is_seen
        if is_seen and self._is_outdated:
            self.refresh()

    def refresh(self, *_moved: object) -> None:
        """Something moved: read again as much as is seen."""
        if not self._is_seen:
            self._is_outdated = True
            return
        self._is_outdated = False
        self._ask(max(PAGE, self.seen_rows + PAGE))

    def refresh_words(self) -> None:
        """Word everything again: language, age, streams that began."""
        self.model.refresh_words()

    def load_more(self) -> None:
        """Read the next page."""
        after = self._next
        if self.is_loading or after is None:
            return
        asked, query, now = self._asked, self.query, self.now_ms()
        self.is_loading = True
        self._desk.operations.start(
            self._cache.read_in_worker(lambda read: read.channels.feed(query, now, PAGE, after)),
            lambda page: self._take_more(asked, page),
            lambda error: self._settle(asked, error),
        )

    # Inside

    def _read_now(self) -> None:
        try:
            page = self._cache.read.channels.feed(self.query, self.now_ms(), PAGE)
        except TackError as error:
            self._failed(error)
        else:
            self._take(page)

    def _ask(self, limit: int) -> None:
        if self.is_loading:
            self._is_stale = True
            return
        self.is_loading, self._is_stale = True, False
        asked, query, course, now = self._asked, self.query, self.course, self.now_ms()
        self._desk.operations.start(
            self._cache.read_in_worker(lambda read: _read(read, query, course, now, limit)),
            lambda page: self._settle(asked, None, page),
            lambda error: self._settle(asked, error),
        )

    def _settle(self, asked: int, error: TackError | None, page: FeedPage | None = None) -> None:
        """An answer came; one to another question is dropped."""
        if asked != self._asked:
            return
        self.is_loading = False
        if page is None:
            self._failed(error or TackError())
        else:
            self._take(page)
        if self._is_stale:
            self.refresh()

    def _take(self, page: FeedPage) -> None:
        self.error, self._next = None, page.next
        self.model.set_rows(page.rows)
        self.changed.emit()

    def _take_more(self, asked: int, page: FeedPage) -> None:
        if asked != self._asked:
            return
        self.is_loading, self._next = False, page.next
        self.model.append(page.rows)
        self.changed.emit()
        if self._is_stale:
            self.refresh()

    def _failed(self, error: TackError) -> None:
        self.error = error
        self.changed.emit()

    def _ask_tags(self) -> None:
        """Which tags one can filter by; asked beside."""
        if self._is_asking_tags:
            return
        self._is_asking_tags = True
        place = FeedQuery(self.query.tab, self.query.channel)

        def take(tags: list[str]) -> None:
            self._is_asking_tags = False
            if place != FeedQuery(self.query.tab, self.query.channel):
                self._ask_tags()
            elif tuple(tags) != self.tags:
                self.tags = tuple(tags)
                self.tags_changed.emit()

        def fail(_error: TackError) -> None:
            self._is_asking_tags = False

        work = self._cache.read_in_worker(lambda read: read.channels.tags(place, MOST_TAGS))
        self._desk.operations.start(work, take, fail)


def _read(read: Reader, query: FeedQuery, course: str, now_ms: int, limit: int) -> FeedPage:
    if course and query.channel is not None:
        return FeedPage(tuple(read.channels.course_posts(query.channel, course)), None)
    return read.channels.feed(query, now_ms, limit)
