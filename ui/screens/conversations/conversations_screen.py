"""The column of conversations: the way to the quick switcher, filter chips, the list."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.ids import RoomID
from app.domain.membership import Membership
from app.domain.rooms import NotifyLevel, RoomFilter
from resources.translations import tr
from ui.models.room_list_model import RoomListModel
from widgets.broom_button import BroomButton
from widgets.buttons import IconButton
from widgets.chips import Chip, FilterChips
from widgets.painting import fill_plain
from widgets.room_list import RoomListView
from widgets.search_door import SearchDoor

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QMenu

    from app.domain.rooms import RoomSummary
    from ui.desk import Desk
    from widgets.empty_state import EmptyState


class ConversationsScreen(QWidget):
    """Says which room is wanted; shows which one is open."""

    room_activated = Signal(str)
    switcher_requested = Signal()
    new_chat_requested = Signal(QPoint)
    unread_marked = Signal(str)
    leave_requested = Signal(str)
    dot_cleared = Signal(str)
    """The dot of one room is to go."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._open_room: RoomID | None = None
        self.model = RoomListModel(desk.account.cache.read, desk.account.user_id, self)
        self.search = SearchDoor(desk.style)
        self.broom = BroomButton(desk.style)
        self.plus = IconButton(desk.style, "plus-circle", "")
        self.chips = FilterChips(desk.style)
        self.list = RoomListView(desk.style, desk.images)
        self._pages = QStackedWidget()
        self._top, self._filters = QHBoxLayout(), QHBoxLayout()
        self._lay_out()
        self._connect()
        self._word()
        self._show_page()

    def start(self) -> None:
        """A loop runs: the list is read on, behind the first rows."""
        operations, cache = self._desk.operations, self._desk.account.cache
        self.model.start(
            lambda wish, on_news, on_error: operations.start(
                cache.read_in_worker(wish.read), on_news, on_error
            )
        )

    def set_open_room(self, room_id: RoomID | None) -> None:
        """Mark the open room."""
        self._open_room = room_id
        self.model.keep(room_id)
        self._mark()

    def step(self, direction: int) -> None:
        """Open the next or previous room."""
        row = self.model.row_of(self._open_room) if self._open_room else -1
        if row < 0:
            row = self.model.rowCount() if direction < 0 else -1
        room_id = self.model.room_at(row + direction)
        if room_id is not None:
            self.room_activated.emit(room_id)

    def step_unread(self, direction: int) -> None:
        """Open the next or previous room of the list with something unread, around its ends; muted ones last."""
        shown, here = self.model.filter, self._open_room
        self._desk.operations.start(
            self._desk.account.cache.read_in_worker(lambda read: read.unread_walk(shown, here)),
            lambda rooms: self._go_to_unread(rooms, direction),
        )

    def refresh_words(self) -> None:
        """Word every row again (midnight)."""
        self.model.refresh_words()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.LanguageChange:
            self._word()
            self.model.refresh_words()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        fill_plain(painter, self.rect(), self._desk.style.current.colors.list)
        painter.end()

    def _lay_out(self) -> None:
        top, filters = self._top, self._filters
        top.addWidget(self.search, 1)
        top.addWidget(self.broom)
        top.addWidget(self.plus)
        self._pages.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        filters.addWidget(self.chips)
        column.addLayout(top)
        column.addLayout(filters)
        column.addWidget(self._pages, 1)
        self._restyle()

    def _restyle(self) -> None:
        style = self._desk.style.current
        self._top.setContentsMargins(style.px(12), style.px(12), style.px(12), 0)
        self._top.setSpacing(style.px(8))
        self._filters.setContentsMargins(style.px(12), style.px(12), style.px(4), style.px(8))
        self.setMinimumWidth(style.sizes.list_min)
        self.setMaximumWidth(style.sizes.list_max)
        self.update()

    def _connect(self) -> None:
        self.list.setModel(self.model)
        self.list.visible_range_changed.connect(self.model.set_visible)
        self.model.order_shown.connect(self._order_shown)
        self.list.room_activated.connect(self.room_activated)
        self.list.context_requested.connect(self._open_menu)
        self.list.dot_cleared.connect(self.dot_cleared)
        self.search.opened.connect(self.switcher_requested)
        self.chips.chosen.connect(lambda key: self.model.set_filter(RoomFilter(key)))
        self.plus.clicked.connect(
            lambda: self.new_chat_requested.emit(self.plus.mapToGlobal(self.plus.rect().bottomLeft()))
        )
        bridge = self._desk.bridge
        bridge.order_changed.connect(self.model.refresh_order)
        bridge.rooms_changed.connect(self._rooms_changed)
        bridge.rebuilt.connect(self.model.refresh_all)
        bridge.attention_changed.connect(self._show_counts)
        self._desk.images.ready.connect(self.list.image_ready)
        self._desk.style.changed.connect(self._restyle)

    def _order_shown(self, is_other_filter: bool) -> None:
        self._show_page()
        if is_other_filter:
            self.list.scrollToTop()
        self._mark(is_scrolling=is_other_filter)

    def _rooms_changed(self, rooms: frozenset[RoomID]) -> None:
        self.model.refresh_rooms(rooms)
        if self.model.filter is not RoomFilter.ALL:
            self.model.refresh_order()

    def _mark(self, *, is_scrolling: bool = True) -> None:
        row = self.model.row_of(self._open_room) if self._open_room else -1
        self.list.set_current_room(self._open_room or "", row, is_scrolling=is_scrolling)

    def _go_to_unread(self, rooms: list[tuple[RoomID, bool]], direction: int) -> None:
        from ui.screens.conversations.unread_walk import next_unread

        room_id = next_unread(rooms, self._open_room, direction)
        if room_id is not None:
            self.room_activated.emit(room_id)
        else:
            self._desk.tell(tr("Nothing is unread here."))

    def _word(self) -> None:
        self.search.setText(tr("Search  Ctrl+K"))
        self.search.setAccessibleName(tr("Go to a chat or person"))
        self.broom.set_tip(tr("Clear all red dots (Shift+Esc)"))
        self.plus.set_tip(tr("New chat"))
        self.list.setAccessibleName(tr("Chats"))
        self._show_counts()
        self._show_page()

    def _show_counts(self) -> None:
        totals = self._desk.account.attention.totals()
        self.chips.set_chips(
            [
                Chip(RoomFilter.ALL, tr("All")),
                Chip(RoomFilter.UNREAD, tr("Unread"), totals.unread_rooms),
                Chip(RoomFilter.MENTIONS, tr("@me"), totals.mentions),
                Chip(RoomFilter.EXTERNAL, tr("External")),
                Chip(RoomFilter.DIRECT, tr("Direct")),
            ]
        )

    def _show_page(self) -> None:
        if self.model.rowCount():
            self._pages.setCurrentWidget(self.list)
            return
        if self.model.filter is RoomFilter.ALL:
            self._empty.set_state(
                "chats-circle", tr("No chats yet"), tr("Press + to start a chat with a colleague.")
            )
        else:
            self._empty.set_state("check-circle", tr("Nothing here"), tr("No chat fits this filter."))
        self._pages.setCurrentWidget(self._empty)

    @cached_property
    def _empty(self) -> EmptyState:
        from widgets.empty_state import EmptyState

        empty = EmptyState(self._desk.style)
        self._pages.addWidget(empty)
        return empty

    # The menu of one row

    def _open_menu(self, room: str, position: QPoint) -> None:
        summary = self._desk.account.cache.read.room(RoomID(room))
        if summary is None:
            return
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        if summary.membership is Membership.JOIN:
            self._add_joined_acts(menu, summary)
        leave = tr("Decline") if summary.membership is Membership.INVITE else tr("Leave…")
        menu.addAction(leave).triggered.connect(lambda: self.leave_requested.emit(summary.room_id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(position)

    def _add_joined_acts(self, menu: QMenu, room: RoomSummary) -> None:
        from ui.shortcuts import Command, keys_of

        rooms, start = self._desk.account.rooms, self._desk.operations.start
        if room.unread or room.mentions or room.is_marked_unread:
            menu.addAction(tr("Mark as read")).triggered.connect(lambda: self._mark_read(room))
            clear = menu.addAction(tr("Clear this dot"))
            clear.setShortcut(keys_of(Command.CLEAR_DOT)[0])
            clear.triggered.connect(lambda: self.dot_cleared.emit(room.room_id))
        else:
            menu.addAction(tr("Mark as unread")).triggered.connect(lambda: self._mark_unread(room.room_id))
        favourite = tr("Unpin") if room.is_favourite else tr("Pin to top")
        menu.addAction(favourite).triggered.connect(
            lambda: start(rooms.set_favourite(room.room_id, not room.is_favourite))
        )
        menu.addMenu(self._level_menu(menu, room))
        menu.addSeparator()

    def _level_menu(self, parent: QMenu, room: RoomSummary) -> QMenu:
        from PySide6.QtWidgets import QMenu

        menu = QMenu(tr("Notifications"), parent)
        words = {
            NotifyLevel.ALL: tr("Every message"),
            NotifyLevel.MENTIONS: tr("Only @me"),
            NotifyLevel.NONE: tr("Muted"),
        }
        for level, text in words.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(room.level is level)
            action.triggered.connect(lambda _checked=False, level=level: self._set_level(room.room_id, level))
        return menu

    def _set_level(self, room_id: RoomID, level: NotifyLevel) -> None:
        self._desk.operations.start(self._desk.account.rooms.set_level(room_id, level))

    def _mark_read(self, room: RoomSummary) -> None:
        rooms, start = self._desk.account.rooms, self._desk.operations.start
        if room.is_marked_unread:
            start(rooms.mark_unread(room.room_id, False))
        if room.last_event is not None:
            start(rooms.mark_read(room.room_id, room.last_event))

    def _mark_unread(self, room_id: RoomID) -> None:
        self.unread_marked.emit(room_id)
        self._desk.operations.start(self._desk.account.rooms.mark_unread(room_id, True))
