"""The four columns of a signed-in account: rail, list, content, side panel; and what moves between them.

The rail and the list are there at once; the conversation and the side panel are made when they are first wanted,
which is right after the first paint, so that a start shows the list as early as it can.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.domain.connection import ConnectionKind
from app.domain.ids import EventID, RoomID, UserID
from resources.translations import tr
from ui.links import follow_link
from ui.screens.conversations.conversations_screen import ConversationsScreen
from ui.screens.main_window.columns import Columns
from ui.screens.main_window.places import Place, badge_words_of, badges_of, place_entries
from ui.sentences import connection_action, connection_words
from widgets.rail import Rail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from app.domain.connection import ConnectionState
    from ui.desk import Desk
    from ui.screens.chat.chat_screen import ChatScreen
    from ui.screens.main_window.side_panel import SidePanel
    from widgets.banner import Banner
    from widgets.empty_state import EmptyState


NARROW = 1060
"""Below this width there is no room for members beside the conversation."""


class MainPage(QWidget):
    """Owns the screens of one account and says which is in front."""

    line_action_requested = Signal()
    place_requested = Signal(str)
    """A rail entry whose page has not been made yet."""
    new_chat_requested = Signal(QPoint)
    switcher_requested = Signal()
    leave_requested = Signal(str)
    profile_requested = Signal(str)
    invite_requested = Signal()
    """Somebody else into the open room."""
    person_menu_requested = Signal()

    def __init__(
        self, desk: Desk, window: QWidget, places: Sequence[Place], parent: QWidget | None = None
    ) -> None:
        """`places` are the entries at the top of the rail that the brand wants."""
        super().__init__(parent)
        self._desk = desk
        self._window = window
        self._places = places
        self._place = Place.CHATS
        self._is_active = False
        self._is_side_wanted = True
        self._is_side_forced = False
        self._pages: dict[Place, QWidget] = {}
        self.rail = Rail(desk.style)
        self.conversations = ConversationsScreen(desk)
        self._chat: ChatScreen | None = None
        self._prepared: ChatScreen | None = None
        self._side: SidePanel | None = None
        self._right = QVBoxLayout()
        self._content = QStackedWidget()
        self._stack = QStackedWidget()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._columns = Columns(desk.style, self._splitter)
        self._lay_out()
        self._connect()
        self._word()
        self._show_line(desk.account.connection.state)

    @property
    def chat(self) -> ChatScreen:
        """The conversation, made when first asked for."""
        return self._make_content()[0] if self._chat is None else self._chat

    @property
    def has_chat(self) -> bool:
        """Whether the conversation was made."""
        return self._chat is not None

    @property
    def side(self) -> SidePanel:
        """The side panel, made with the conversation."""
        return self._make_content()[1] if self._side is None else self._side

    @cached_property
    def banner(self) -> Banner:
        """The line over the content; made when there is first something to say."""
        from widgets.banner import Banner

        banner = Banner(self._desk.style)
        banner.action_triggered.connect(self.line_action_requested)
        self._right.insertWidget(0, banner)
        return banner

    @cached_property
    def _nothing(self) -> EmptyState:
        from widgets.empty_state import EmptyState

        nothing = EmptyState(self._desk.style)
        self._content.addWidget(nothing)
        return nothing

    @property
    def place(self) -> Place:
        """The rail entry that is open."""
        return self._place

    def open_room(self, room_id: str, *, event_id: EventID | None = None) -> None:
        """Show a room, at an event if given. Who opens a room can write at once; who walks through hits, walk on.

        The room of a request shows as that request, a channel as its page or the video.
        """
        if self._is_shown_elsewhere(RoomID(room_id), event_id):
            return
        self.show_place(Place.CHATS)
        self.chat.open_room(RoomID(room_id))
        if not self.side.isAncestorOf(self._window.focusWidget()):
            self.chat.composer.focus_text()
        if event_id is not None:
            self._go_to_event(RoomID(room_id), event_id)

    def _is_shown_elsewhere(self, room_id: RoomID, event_id: EventID | None) -> bool:
        """Open what has a page of its own; whether it was such a room."""
        from app.domain.approvals.wire import REQUEST_ROOM_TYPE  # not needed for the first paint
        from app.domain.channels.wire import CHANNEL_ROOM_TYPE

        room = self._desk.account.cache.read.room(room_id)
        if room is not None and room.room_type == REQUEST_ROOM_TYPE:
            self._desk.approvals.open(room_id)
        elif room is not None and room.room_type == CHANNEL_ROOM_TYPE:
            self._desk.channels.open_event(room_id, event_id)
        else:
            return False
        return True

    def go_to_unread(self, direction: int) -> None:
        """Show the next (1) or previous (-1) chat of the list with something unread."""
        self.show_place(Place.CHATS)
        self.conversations.step_unread(direction)

    def show_place(self, place: Place) -> None:
        """Bring a rail entry to the front."""
        self._place = place
        self._stack.setCurrentWidget(self._pages[place])
        self.rail.set_current(place)
        self._tell_active()

    def add_page(self, place: Place, page: QWidget) -> None:
        """Give a rail entry its page."""
        self._pages[place] = page
        self._stack.addWidget(page)

    def has_page(self, place: Place) -> bool:
        """Whether the page was made already."""
        return place in self._pages

    def set_active(self, is_active: bool) -> None:
        """The window came to the front or went."""
        self._is_active = is_active
        self._tell_active()

    def toggle_side(self) -> None:
        """Open or close the members and files."""
        self._ask_side(self.side.isHidden())

    def search(self, room_id: RoomID | None, text: str = "") -> None:
        """Open message search in the side panel."""
        self.show_place(Place.CHATS)
        self.side.search(room_id, text)
        self._ask_side(True)

    def splitter_sizes(self) -> list[int]:
        """Widths of the columns, for the next start; a hidden side panel keeps the width it had."""
        return self._columns.kept()

    def set_splitter_sizes(self, sizes: list[int]) -> None:
        """Use the widths of the last time."""
        self._columns.take(sizes)

    def is_side_open(self) -> bool:
        """Whether the side panel is wanted."""
        return self._is_side_wanted

    def set_side_open(self, is_open: bool) -> None:
        """As it was the last time."""
        if self._side is None:
            self._is_side_wanted = is_open
        else:
            self._set_side(is_open)

    def apply_settings(self) -> None:
        """The settings changed."""
        if self._chat is not None:
            self._chat.apply_settings()

    def refresh_words(self) -> None:
        """Midnight passed."""
        self.conversations.refresh_words()
        if self._chat is not None:
            self._chat.refresh_words()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        if self._side is not None:
            self._show_side()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.LanguageChange:
            self._word()
            self._show_line(self._desk.account.connection.state)
        super().changeEvent(event)

    # Building

    def _lay_out(self) -> None:
        for widget in (self.conversations, self._content):
            self._splitter.addWidget(widget)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setStretchFactor(1, 1)
        self._columns.fit()
        self.add_page(Place.CHATS, self._splitter)
        right = self._right
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self.rail.entry_activated.connect(self._rail_activated)
        self.rail.entry_double_activated.connect(self._rail_double)
        self.rail.person_activated.connect(self.person_menu_requested)
        conversations = self.conversations
        conversations.room_activated.connect(self.open_room)
        conversations.switcher_requested.connect(self.switcher_requested)
        conversations.new_chat_requested.connect(self.new_chat_requested)
        conversations.unread_marked.connect(lambda room: self._marked_unread(RoomID(room)))
        conversations.leave_requested.connect(self.leave_requested)
        bridge = self._desk.bridge
        bridge.connection_changed.connect(self._show_line)
        bridge.attention_changed.connect(self._show_badges)
        bridge.rooms_changed.connect(self._check_open_room)
        bridge.members_changed.connect(self._show_me)

    def prepare_chat(self) -> None:
        """Make half of the content ahead, so that no turn of the loop has to make it all."""
        from ui.screens.chat.chat_screen import ChatScreen

        if self._chat is None:
            self._prepared = ChatScreen(self._desk, self._window)

    def _make_content(self) -> tuple[ChatScreen, SidePanel]:
        from ui.screens.chat.chat_screen import ChatScreen
        from ui.screens.main_window.side_panel import SidePanel

        chat, side = self._prepared or ChatScreen(self._desk, self._window), SidePanel(self._desk)
        self._prepared, self._chat, self._side = None, chat, side
        self._word_nothing()
        self._content.addWidget(chat)
        self._splitter.addWidget(side)
        self._splitter.handle(2).setStyleSheet("background: transparent;")  # the side panel has its own edge
        self._columns.fit()
        chat.room_opened.connect(self._room_opened)
        chat.search_requested.connect(lambda: self.search(chat.room_id))
        chat.panel_toggled.connect(self._ask_side)
        chat.user_activated.connect(self.profile_requested)
        chat.link_activated.connect(self._open_link)
        chat.join_requested.connect(self._join)
        side.member_activated.connect(self.profile_requested)
        side.invite_requested.connect(self.invite_requested)
        side.file_activated.connect(chat.open_attachment)
        side.hit_chosen.connect(lambda room, event: self.open_room(room, event_id=EventID(event)))
        self._set_side(self._is_side_wanted)
        self._tell_active()
        return chat, side

    def _word(self) -> None:
        top, bottom = place_entries(self._places, self._desk.account.attention.totals())
        self.rail.set_entries(top, bottom)
        self.rail.set_current(self._place)
        self._show_me()
        if self.has_chat:
            self._word_nothing()

    def _word_nothing(self) -> None:
        self._nothing.set_state(
            "chat-circle-dots", tr("Choose a chat"), tr("Press Ctrl+K to find a chat or a colleague.")
        )

    # News

    def _show_me(self) -> None:
        self.rail.set_person(self._desk.account.user_id, self._desk.people.own_name())

    def _show_line(self, state: ConnectionState) -> None:
        words = connection_words(state)
        if not words:
            if "banner" in vars(self):
                self.banner.hide_line()
            return
        from widgets.banner import BannerKind

        is_bad = state.kind is ConnectionKind.SIGNED_OUT
        is_calm = state.kind in {ConnectionKind.SYNCING_FIRST}
        kind = BannerKind.ATTENTION if is_bad else BannerKind.INFO if is_calm else BannerKind.WAITING
        self.banner.show_line(words, kind, action_text=connection_action(state))

    def _show_badges(self) -> None:
        totals = self._desk.account.attention.totals()
        words = badge_words_of(totals)
        for place, badge in badges_of(totals).items():
            self.rail.set_badge(place, badge, words[place])

    def _check_open_room(self, rooms: frozenset[RoomID]) -> None:
        """A room that was left elsewhere stays readable until another one is opened."""
        if self._chat is not None and self._chat.room_id in rooms:
            self.side.refresh_facts()

    # Moving about

    def _rail_activated(self, key: str) -> None:
        place = Place(key)
        if place in self._pages:
            self.show_place(place)
        else:
            self.place_requested.emit(key)

    def _rail_double(self, key: str) -> None:
        if key == Place.CHATS:
            self.go_to_unread(1)

    def _room_opened(self, room_id: str) -> None:
        self._content.setCurrentWidget(self.chat)
        self.conversations.set_open_room(RoomID(room_id))
        self.side.set_room(RoomID(room_id))
        self._show_side()
        self._tell_active()

    def _go_to_event(self, room_id: RoomID, event_id: EventID) -> None:
        if self.chat.show_event(event_id):
            return
        self._desk.operations.start(
            self._desk.account.timelines.jump_to_event(room_id, event_id),
            lambda uid: self._reached(room_id, uid),
        )

    def _reached(self, room_id: RoomID, uid: str | None) -> None:
        if self.chat.room_id != room_id:
            return
        if uid is None or not self.chat.show_event(uid):
            self._desk.tell(tr("This message cannot be reached."))

    def _set_side(self, is_open: bool) -> None:
        self._is_side_wanted = is_open
        self._show_side()

    def _ask_side(self, is_open: bool) -> None:
        """The person wants it now: also where the window is narrow, until it is closed or the window grows."""
        self._is_side_forced = is_open
        self._set_side(is_open)

    def _show_side(self) -> None:
        """Without an open room there are no members to show; in a narrow window the conversation goes first."""
        has_content = self.chat.room_id is not None or self.side.is_searching
        is_wide = self.width() >= self._desk.style.current.px(NARROW)
        self._is_side_forced &= not is_wide
        has_room = is_wide or self._is_side_forced or self.side.is_searching
        is_shown = self._is_side_wanted and has_content and has_room
        if is_shown == self.side.isHidden():
            self.side.setVisible(is_shown)
            self.side.refresh()
        self.chat.header.set_panel_open(is_shown)
        self._columns.fit()

    def _tell_active(self) -> None:
        if self._chat is None:
            return
        is_seen = self._is_active and self._place is Place.CHATS
        self._chat.set_active(is_seen)
        self._desk.account.notifications.set_focus(self._chat.room_id if is_seen else None)

    def _marked_unread(self, room_id: RoomID) -> None:
        self.chat.forget_read(room_id)
        if self.chat.room_id == room_id:
            self.chat.open_room(None)
            self._content.setCurrentWidget(self._nothing)
            self.conversations.set_open_room(None)
            self.side.set_room(None)
            self._show_side()

    def _open_link(self, address: str) -> None:
        user = follow_link(address, self._desk)
        if user is not None:
            self.profile_requested.emit(user)

    def _join(self, room_id: str) -> None:
        self._desk.operations.start(self._desk.account.rooms.join(room_id))

    def open_direct(self, user_id: str) -> None:
        """Open the direct chat with somebody, making one if there is none."""
        self._desk.operations.start(
            self._desk.account.rooms.create_direct(UserID(user_id)), lambda room: self.open_room(room)
        )
