"""The feed: the tab's channels in a line, their posts below."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.channels.rows import FeedQuery, FeedTab
from app.domain.ids import RoomID
from app.errors import TackError
from resources.translations import tr
from ui.models.feed_model import ChannelTileModel
from ui.screens.channels.feed_cards import tile_of
from ui.screens.channels.feed_pane import FeedPane
from ui.screens.channels.feed_presenter import FeedPresenter
from ui.screens.channels.feed_state import channels_of, with_term
from widgets.channel_strip import ChannelStrip

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QShowEvent

    from app.channels.values import Found
    from app.domain.channels.rows import ChannelRow
    from app.store.reader import Reader
    from ui.desk import Desk

log = logging.getLogger("tack.ui.channels")

MOST_PEEKS = 8
"""Of so many channels that were found the newest posts are asked for, too; of others when they are opened."""
AGAIN_S = 60.0
"""So soon the same directory is not asked again by itself."""
_LOOKED_UP = (FeedTab.DISCOVER, FeedTab.COMPANY, FeedTab.PARTNERS)
"""Tabs with channels one does not follow: the server's directory is asked when they are opened."""


class FeedPage(QWidget):
    """`presenter` says which tab; the screen tells it."""

    channel_requested = Signal(str)
    channel_menu_requested = Signal(str, QPoint)
    discover_requested = Signal()
    new_channel_requested = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.presenter = FeedPresenter(desk, self)
        self.tiles = ChannelTileModel(tile_of, self)
        self.strip = ChannelStrip(desk.style, desk.images)
        self.pane = FeedPane(desk, self.presenter)
        self._followed: list[ChannelRow] = []
        self._found: list[ChannelRow] = []
        self._is_reading = self._is_stale = False
        self._asking = 0
        self._is_shown = False
        self._server = ""
        self._looked: dict[tuple[str, str], float] = {}
        """When a directory was asked for a term."""
        self._peeked: set[RoomID] = set()
        self._since: str | None = None
        self._lay_out()
        self._connect()

    def show_tab(self, tab: FeedTab) -> None:
        """Show a tab; the search stays, the filter goes."""
        query = self.presenter.query
        if query.tab is not tab or not self._is_shown:
            self._is_shown = True
            self.presenter.show_query(FeedQuery(tab, term=query.term))
        self._show_tiles()
        self.read_channels()
        if tab in _LOOKED_UP:
            self._look_up_once("")

    def show_tag(self, tab: FeedTab, tag: str) -> None:
        """Show all posts of a tab that have a tag."""
        self.show_tab(tab)
        self.presenter.show_query(FeedQuery(tab, tag=tag))

    def search(self, term: str) -> None:
        """Show posts and channels with a term; where one looks for new ones, the directory is asked too."""
        self.presenter.search(term)
        self._show_tiles()
        if term and self.presenter.query.tab is FeedTab.DISCOVER:
            self._look_up_once(term)

    def look_at_server(self, server: str) -> None:
        """Ask the directory of another server."""
        self._server = server
        self.show_tab(FeedTab.DISCOVER)

    def current_room(self) -> RoomID | None:
        """The channel whose tile or card the keyboard is on."""
        if self.strip.hasFocus():
            row = self.strip.currentIndex().row()
            return RoomID(self.tiles.uids[row]) if 0 <= row < len(self.tiles.uids) else None
        post = self.presenter.model.row(self.pane.grid.current_uid())
        return None if post is None else post.room_id

    def read_channels(self, *_moved: object) -> None:
        """Read the channels again."""
        if not self.isVisible():
            self._is_stale = True
            return
        if self._is_reading:
            self._is_stale = True
            return
        self._is_reading, self._is_stale = True, False
        self._desk.operations.start(
            self._desk.account.cache.read_in_worker(_channels), self._take_channels, self._not_read
        )

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self.read_channels()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._show_tiles()

    def stop(self) -> None:
        """The account goes."""
        self.pane.stop()

    # Inside

    def _lay_out(self) -> None:
        self.strip.setModel(self.tiles)
        self.strip.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, self._desk.style.current.px(8), 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.pane, 1)

    def _connect(self) -> None:
        self.strip.opened.connect(self.channel_requested)
        self.strip.context_requested.connect(self.channel_menu_requested)
        self.strip.near_end_reached.connect(self._look_further)
        self.strip.left_below.connect(self.pane.focus_cards)
        self.pane.left_above.connect(self.strip.setFocus)
        self.pane.action_requested.connect(self._act)
        self._desk.bridge.channels_changed.connect(self.read_channels)
        self._desk.images.ready.connect(lambda _key: self.strip.viewport().update())

    def _take_channels(self, both: tuple[list[ChannelRow], list[ChannelRow]]) -> None:
        self._is_reading = False
        self._followed, self._found = both
        self._show_tiles()
        if self._is_stale:
            self.read_channels()

    def _not_read(self, error: TackError) -> None:
        self._is_reading = False
        self._desk.tell_error(error)

    def _show_tiles(self) -> None:
        query = self.presenter.query
        rows = with_term(channels_of(query.tab, self._followed, self._found), query.term)
        self.tiles.set_rows(rows)
        self.strip.setVisible(bool(rows))
        self.pane.follows_any, self.pane.has_channels = bool(self._followed), bool(rows)
        self.pane.refresh()

    def _act(self) -> None:
        """What the empty page offers."""
        tab = self.presenter.query.tab
        if tab is FeedTab.FOLLOWING:
            self.discover_requested.emit()
        elif tab is FeedTab.COMPANY:
            self.new_channel_requested.emit()
        else:
            self._look_up()

    # The directory

    def _look_up_once(self, term: str) -> None:
        """Ask, if that was not done just now."""
        now = time.monotonic()
        if now - self._looked.get((self._server, term), -AGAIN_S) >= AGAIN_S:
            self._looked[self._server, term] = now
            self._look_up(term)

    def _look_up(self, term: str = "", since: str | None = None) -> None:
        self._asking += 1
        self.pane.is_asking = True
        self.pane.refresh()
        self._desk.operations.start(
            self._desk.account.channels.find(term, self._server, since), self._take_found, self._not_found
        )

    def _look_further(self) -> None:
        if self._since is not None and self.presenter.query.tab in _LOOKED_UP:
            since, self._since = self._since, None
            self._look_up(since=since)

    def _take_found(self, found: Found) -> None:
        self._since = found.next
        fresh = [one for one in found.channels if not one.is_followed and one.room_id not in self._peeked]
        if fresh and not found.is_stale:
            self._peeked |= {one.room_id for one in fresh[:MOST_PEEKS]}
            self._desk.operations.start(self._peek(fresh[:MOST_PEEKS]))
        self._settle()
        if found.is_stale and self._desk.account.connection.is_online:
            self._desk.tell(tr("The directory does not answer now. This is what it said last time."))

    async def _peek(self, channels: list[ChannelRow]) -> None:
        """Look into channels that were found, one after another: their newest posts stand in the feed then."""
        for channel in channels:
            try:
                await self._desk.account.channels.peek(channel.room_id, channel.via)
            except TackError as error:
                log.info("a channel that was found cannot be looked into: %s", error.code)

    def _not_found(self, error: TackError) -> None:
        self._looked.clear()
        self._settle()
        self._desk.tell_error(error)

    def _settle(self) -> None:
        self._asking -= 1
        self.pane.is_asking = self._asking > 0
        self.read_channels()
        self.pane.refresh()


def _channels(read: Reader) -> tuple[list[ChannelRow], list[ChannelRow]]:
    return read.channels.channels(), read.channels.channels(followed=False)
