"""The channels page: feed, channel, watch page, in one place with a way back."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.channels.channel import Role
from app.domain.channels.rows import FeedTab
from app.domain.ids import EventID, RoomID
from ui.screens.channels.channel_page import ChannelPage
from ui.screens.channels.feed_page import FeedPage
from ui.screens.channels.feed_state import tab_of, tab_words
from ui.screens.channels.link_opener import LinkOpener
from ui.screens.channels.page_menu import PageMenu
from ui.screens.channels.post_acts import PostActs
from widgets.chips import Chip
from widgets.feed_head import FeedHead
from widgets.painting import fill_plain

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QMimeData
    from PySide6.QtGui import (
        QDragEnterEvent,
        QDropEvent,
        QHideEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QShowEvent,
    )

    from app.domain.channels.links import VideoLink
    from ui.desk import Desk
    from ui.screens.channels.feed_presenter import FeedPresenter
    from ui.screens.channels.watch_page import WatchPage

MOST_STEPS = 50
_BACK_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Back)
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class _Step(NamedTuple):
    """A page one can go back to: the feed (neither), a channel, a post."""

    room_id: RoomID | None = None
    event_id: EventID | None = None
    at_ms: int | None = None
    course: str = ""


class ChannelsScreen(QWidget):
    """`Place.CHANNELS`."""

    def __init__(self, desk: Desk, window: QWidget, kept: dict[str, Any]) -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._steps: list[_Step] = [_Step()]
        self.head = FeedHead(desk.style)
        self.feed = FeedPage(desk)
        self._stack = QStackedWidget()
        self.acts = PostActs(desk, window, self)
        self._menu = PageMenu(desk, window, self)
        self._opener = LinkOpener(desk, window, self)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.feed.show_tab(tab_of(kept.get("tab")))
        self._show_step()

    @cached_property
    def channel(self) -> ChannelPage:
        """The page of one channel, made when first wanted."""
        page = ChannelPage(self._desk)
        page.menu_requested.connect(self._open_channel_menu)
        page.pane.opened.connect(lambda uid: self._open_post(page.presenter, uid))
        page.pane.context_requested.connect(lambda uid, at: self._open_menu(page.presenter, uid, at))
        page.pane.search_requested.connect(self.head.open_search)
        page.pane.left_above.connect(self.head.open_search)
        self._stack.addWidget(page)
        return page

    @cached_property
    def watch_page(self) -> WatchPage:
        """The page on which one watches, made when first wanted."""
        from ui.screens.channels.watch_page import WatchPage

        page = WatchPage(self._desk, self._window)
        page.back_requested.connect(self.go_back)
        page.channel_requested.connect(lambda room_id: self.open_channel(RoomID(room_id)))
        page.tag_requested.connect(self.open_tag)
        self._stack.addWidget(page)
        return page

    # Where one is

    def watch(self, event_id: EventID, at_ms: int | None = None, course: str = "") -> None:
        """Show the watch page and play."""
        self._go(_Step(None, event_id, at_ms, course))

    def open_channel(self, room_id: RoomID) -> None:
        """Show one channel."""
        self._go(_Step(room_id))

    def open_link(self, link: VideoLink) -> None:
        """Show what a link leads to; asks before it looks into a room not known here."""
        self._opener.open(link)

    def open_tab(self, tab: FeedTab) -> None:
        """Show a tab of the feed."""
        self._steps = [_Step()]
        self.feed.show_tab(tab)
        self._show_step()

    def open_tag(self, tag: str, is_followed: bool) -> None:
        """Show the posts with a tag, among what one follows or else where one discovers; the way back leads here."""
        self.feed.show_tag(FeedTab.FOLLOWING if is_followed else FeedTab.DISCOVER, tag)
        self._go(_Step())

    def go_back(self) -> None:
        """Show what was there before."""
        if len(self._steps) > 1:
            self._steps.pop()
            self._show_step()

    def current_room(self) -> RoomID | None:
        """The channel that is open, or whose card or tile the keyboard is on."""
        step = self._steps[-1]
        if step.event_id is not None:
            post = self._desk.account.cache.read.channels.post(step.event_id)
            return None if post is None else post.room_id
        return step.room_id or self.feed.current_room()

    def place(self) -> dict[str, Any]:
        """What to remember for the next start."""
        return {"tab": self.feed.presenter.query.tab.value}

    def stop(self) -> None:
        """The account goes."""
        self.feed.stop()
        for name in ("channel", "watch_page"):
            if name in self.__dict__:
                getattr(self, name).stop()

    # What Qt tells

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        if not self.head.field.hasFocus():
            self._focus_cards(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt."""
        super().hideEvent(event)
        if self._steps[-1].event_id is not None:
            self.watch_page.leave()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._word()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._desk.style.current.colors.window)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the page, wherever the focus is that does not want them itself."""
        key = Qt.Key(event.key())
        is_alt_left = key == Qt.Key.Key_Left and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if is_alt_left or (key in _BACK_KEYS and not event.modifiers()):
            self.go_back()
        elif event.modifiers() & _MODIFIERS:
            event.ignore()
        elif key == Qt.Key.Key_Slash:
            self.head.open_search()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The mouse's own button for back."""
        if event.button() is Qt.MouseButton.BackButton:
            self.go_back()
        else:
            super().mousePressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the page."""
        if _paths_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Publish them."""
        paths = _paths_of(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self._publish(paths)

    # Building

    def _lay_out(self) -> None:
        self._stack.addWidget(self.feed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        head, feed, desk = self.head, self.feed, self._desk.channels
        head.back_requested.connect(self.go_back)
        head.tab_chosen.connect(lambda tab: self.open_tab(FeedTab(tab)))
        head.term_changed.connect(self._search)
        head.list_requested.connect(lambda: self._focus_cards())
        head.publish_requested.connect(lambda: self._publish())
        head.menu_requested.connect(self._menu.open_at)
        self._menu.server_chosen.connect(self._look_at_server)
        feed.pane.opened.connect(lambda uid: self._open_post(feed.presenter, uid))
        feed.pane.channel_opened.connect(self._open_channel_of)
        feed.pane.context_requested.connect(lambda uid, at: self._open_menu(feed.presenter, uid, at))
        feed.pane.search_requested.connect(head.open_search)
        feed.channel_requested.connect(lambda room_id: self.open_channel(RoomID(room_id)))
        feed.channel_menu_requested.connect(self._open_channel_menu)
        feed.discover_requested.connect(lambda: self.open_tab(FeedTab.DISCOVER))
        feed.new_channel_requested.connect(desk.new_channel)

    # Pages

    def _go(self, step: _Step) -> None:
        """Go to a page; to another post from a post, in its place."""
        last = self._steps[-1]
        if last.event_id is not None and step.event_id is not None:
            self._steps.pop()
        elif last.event_id is not None:  # another post may play there by now
            self._steps[-1] = last._replace(event_id=self.watch_page.event_id or last.event_id)
        self._steps = [*self._steps[-MOST_STEPS:], step]
        self._show_step()

    def _show_step(self) -> None:
        step = self._steps[-1]
        if step.event_id is not None:
            self._stack.setCurrentWidget(self.watch_page)
            self.watch_page.show_post(step.event_id, step.at_ms, step.course)
            self._steps[-1] = step._replace(at_ms=None)  # coming back goes on where it stopped
        else:
            if "watch_page" in self.__dict__ and self._stack.currentWidget() is self.watch_page:
                self.watch_page.leave()
            self._show_list(step)
        self._word()
        if self.isVisible() and not self.head.isAncestorOf(self.window().focusWidget()):
            self._focus_cards(Qt.FocusReason.OtherFocusReason)

    def _show_list(self, step: _Step) -> None:
        if step.room_id is None:
            self._stack.setCurrentWidget(self.feed)
            self.head.set_term(self.feed.presenter.query.term)
        else:
            self._stack.setCurrentWidget(self.channel)
            self.channel.show_channel(step.room_id)
            self.head.set_term(self.channel.presenter.query.term)

    def _word(self) -> None:
        step = self._steps[-1]
        is_feed = step == _Step()
        tabs = [Chip(tab.value, tab_words(tab)) for tab in FeedTab]
        self.head.set_tabs(tabs, self.feed.presenter.query.tab.value if is_feed else "")
        self.head.set_place(has_back=len(self._steps) > 1, is_in_channel=step.room_id is not None)

    def _focus_cards(self, reason: Qt.FocusReason = Qt.FocusReason.ShortcutFocusReason) -> None:
        step = self._steps[-1]
        if step.event_id is not None:
            self.watch_page.setFocus(Qt.FocusReason.OtherFocusReason)
        elif step.room_id is not None:
            self.channel.pane.focus_cards(reason)
        else:
            self.feed.pane.focus_cards(reason)

    def _search(self, term: str) -> None:
        """Search the channel one is in, else the tab."""
        step = self._steps[-1]
        if step.room_id is not None:
            self.channel.presenter.search(term)
            return
        if term == self.feed.presenter.query.term:
            return
        if step.event_id is not None:
            self._steps = [_Step()]
            self._show_step_of_search(term)
        self.feed.search(term)

    def _show_step_of_search(self, term: str) -> None:
        """From a post to the feed, without losing what is being typed."""
        self.watch_page.leave()
        self._stack.setCurrentWidget(self.feed)
        self._word()
        self.head.set_term(term)
        self.head.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is asked for

    def _open_post(self, presenter: FeedPresenter, uid: str) -> None:
        row = presenter.model.row(uid)
        if row is None:
            return
        if row.send_state is not None:
            self._desk.channels.publish()
            return
        at_ms = row.hit_at_ms if presenter.query.term else None
        self.watch(row.event_id, at_ms, presenter.course)

    def _open_channel_of(self, uid: str) -> None:
        row = self.feed.presenter.model.row(uid)
        if row is not None:
            self.open_channel(row.room_id)

    def _open_menu(self, presenter: FeedPresenter, uid: str, position: QPoint) -> None:
        row = presenter.model.row(uid)
        if row is not None:
            is_in_channel = presenter.query.channel is not None
            self.acts.open_menu(row, position, is_in_channel=is_in_channel)

    def _open_channel_menu(self, room_id: str, position: QPoint) -> None:
        channel = self._desk.account.cache.read.channels.channel(RoomID(room_id))
        if channel is not None:
            is_open = self._steps[-1].room_id == room_id
            self.acts.open_channel_menu(channel, position, is_in_channel=is_open)

    def _publish(self, paths: tuple[str, ...] = ()) -> None:
        """Publish in the channel one is in, where that may be."""
        channel = self.channel.channel if self._steps[-1].room_id is not None else None
        is_mine = channel is not None and channel.is_followed and channel.my_role is not Role.VIEWER
        self._desk.channels.publish(channel.room_id if channel is not None and is_mine else None, paths)

    def _look_at_server(self, server: str) -> None:
        self._steps = [_Step()]
        self.feed.look_at_server(server)
        self._show_step()


def _paths_of(data: QMimeData) -> tuple[str, ...]:
    return tuple(url.toLocalFile() for url in data.urls() if url.isLocalFile() and url.toLocalFile())
