"""One conversation: header, timeline, who is typing, composer. Shows what the cache has, at once."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.changes import TimelineChange
from app.domain.ids import EventID, RoomID
from app.domain.rooms import RoomSummary
from app.domain.timeline import TimelineItem
from resources.translations import tr
from ui.desk import Desk
from ui.models.timeline_source import TimelineSource
from ui.rows import RowContext
from ui.screens.chat.attachments import Attachments
from ui.screens.chat.cards import ChatCards
from ui.screens.chat.chat_header import ChatHeader
from ui.screens.chat.chat_state import WritingState, header_of, writing_of
from ui.screens.chat.dings import ChatDings
from ui.screens.chat.history import History
from ui.screens.chat.item_menu import ItemActs, open_item_menu
from ui.screens.chat.reactions import Reactions
from ui.screens.chat.readers_popup import Readers
from ui.screens.chat.reading import Reading
from ui.screens.chat.typing import typing_words
from ui.screens.chat.writing import Writing
from widgets.composer import Composer, SendKey
from widgets.timeline.texts import translated_texts
from widgets.timeline.values import Density
from widgets.timeline.view import TimelineView
from widgets.words import Line

ItemAct = Callable[[TimelineItem], None]


class ChatScreen(QWidget):
    """Shows one room at a time; `open_room` takes another, the last call wins."""

    search_requested = Signal()
    panel_toggled = Signal(bool)
    user_activated = Signal(str)
    link_activated = Signal(str)
    join_requested = Signal(str)
    room_opened = Signal(str)

    def __init__(self, desk: Desk, window: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._room: RoomID | None = None
        self._source: TimelineSource | None = None
        self._writing_state = WritingState()
        self._anchors: dict[RoomID, tuple[str, int]] = {}
        self.header = ChatHeader(desk.style)
        self.view = TimelineView(desk.style.current, desk.images, translated_texts())
        self.composer = Composer(desk.style)
        self._typing = Line(desk.style, role="text2", pixels=12)
        self._reading = Reading(desk, lambda: self.view.is_at_bottom, self)
        self._history = History(desk, self)
        self._attachments = Attachments(desk, window, lambda uid: self.view.rows_touched({uid}), self)
        self._writing = Writing(desk, self.composer, self)
        self.dings = ChatDings(desk, self._writing, self._item, self._room_to_write, self)
        self._cards = ChatCards(desk, self._item, lambda: self._source, self)
        self._readers = Readers(desk, self.dings.make_of, self)
        self._reactions = Reactions(desk, self.dings.react, self)
        self._acts = self._make_acts()
        self._lay_out()
        self._connect_view()
        self._connect_desk()
        self.apply_settings()
        self._show_room(None)

    @property
    def room_id(self) -> RoomID | None:
        """The open room."""
        return self._room

    @property
    def source(self) -> TimelineSource | None:
        """The rows of the open room."""
        return self._source

    @property
    def writing(self) -> WritingState:
        """Whether one can write here."""
        return self._writing_state

    @property
    def typing_text(self) -> str:
        """Who is typing, as worded."""
        return self._typing.text()

    def open_room(self, room_id: RoomID | None, *, uid: str | None = None) -> None:
        """Show a room from the cache at once, at `uid` if given; the server is asked afterwards."""
        if room_id == self._room:
            if uid is not None:
                self.view.scroll_to(uid)
            return
        self._remember_place()
        room = self._desk.account.cache.read.room(room_id) if room_id is not None else None
        self._room = room.room_id if room else None
        self._show_room(room)
        if room is None:
            return
        self._place(room.room_id, uid)
        self._reading.set_source(self._source)
        self._history.set_source(self._source)
        self._desk.operations.start(
            self._desk.account.rooms.open_room(room.room_id), None, lambda _error: None
        )
        self.room_opened.emit(room.room_id)

    def show_event(self, uid: str) -> bool:
        """Scroll to a row and light it up; False when it is not in the cache."""
        return self.view.scroll_to(uid)

    def set_active(self, is_active: bool) -> None:
        """The window is in front and this screen in it."""
        self._reading.set_active(is_active)

    def forget_read(self, room_id: RoomID) -> None:
        """The person marked the room unread."""
        self._reading.forget(room_id)

    async def save(self) -> None:
        """Keep the draft (the program ends)."""
        await self._writing.save()

    def open_attachment(self, uid: str) -> None:
        """Open a file of the room (from the side panel)."""
        item = self._item(uid)
        if item is not None and not self._cards.play(item):
            self._attachments.open(item)

    def refresh_words(self) -> None:
        """Word everything again: another language, or midnight has passed."""
        self.view.set_texts(translated_texts())
        self.view.rows_reset()
        self._refresh_header()
        self._show_typing()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.LanguageChange:
            self.refresh_words()
        super().changeEvent(event)

    # Building

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.view, 1)
        column.addWidget(self._typing)
        column.addWidget(self.composer)
        self._restyle()
        self._desk.style.changed.connect(self._restyle)

    def _connect_view(self) -> None:
        view = self.view
        view.near_top_reached.connect(self._history.load_above)
        view.visible_range_changed.connect(self._history.seen)
        view.at_bottom_changed.connect(self._reading.look)
        view.visible_range_changed.connect(self._reading.look)
        view.gap_activated.connect(lambda uid: self._history.fill_gap(uid, is_asked=True))
        view.link_activated.connect(self.link_activated)
        view.user_activated.connect(self.user_activated)
        view.reply_quote_activated.connect(self._show_original)
        self.dings.follow(view)
        self._cards.follow(view)
        view.media_activated.connect(self.open_attachment)
        view.media_save_requested.connect(lambda uid: self._with_item(uid, self._attachments.save))
        view.media_stop_requested.connect(lambda uid: self._with_item(uid, self._stop_moving))
        view.read_list_requested.connect(self._show_readers)
        view.retry_requested.connect(lambda uid: self._with_item(uid, self._writing.retry))
        view.discard_requested.connect(lambda uid: self._with_item(uid, self._writing.discard))
        view.reply_requested.connect(lambda uid: self._with_item(uid, self._writing.reply))
        view.edit_requested.connect(lambda uid: self._with_item(uid, self._writing.edit))
        view.delete_requested.connect(self._writing.recall)
        view.context_requested.connect(self._open_menu)
        view.react_requested.connect(self._reactions.pick)
        view.typing_started.connect(self._type_on)
        view.paste_requested.connect(self.composer.paste)
        self.composer.take_drops_on(self)

    def _connect_desk(self) -> None:
        bridge = self._desk.bridge
        bridge.timeline_changed.connect(self._timeline_changed)
        bridge.rooms_changed.connect(self._rooms_changed)
        bridge.typing_changed.connect(self._typing_changed)
        bridge.members_changed.connect(self._rooms_changed)
        bridge.rebuilt.connect(self._rebuilt)
        self._desk.images.ready.connect(self.view.image_ready)
        self._desk.people.changed.connect(self.view.rows_reset)
        self._writing.sent.connect(self.view.scroll_to_bottom)
        self.header.search_requested.connect(self.search_requested)
        self.header.panel_toggled.connect(self.panel_toggled)
        self.header.ding_requested.connect(self.dings.make_here)

    def _make_acts(self) -> ItemActs:
        return ItemActs(
            reply=self._writing.reply,
            edit=self._writing.edit,
            react=lambda item: self._reactions.pick(item.uid, self.cursor().pos()),
            confirm=lambda item: self.dings.confirm(item.uid),
            ding=self.dings.make_of,
            show_ding=lambda item: self._desk.dings.open_inbox(item.uid),
            show_request=lambda item: self._cards.open(item.uid),
            recall=lambda item: self._writing.recall(item.uid),
            save=self._attachments.save,
            stop=self._stop_moving,
            retry=self._writing.retry,
            discard=self._writing.discard,
        )

    def apply_settings(self) -> None:
        """Take the send key and the density from the settings."""
        settings = self._desk.settings.current
        self.composer.set_send_key(SendKey(settings.send_key))
        self.view.set_density(Density(settings.density))

    def _restyle(self) -> None:
        style = self._desk.style.current
        self.view.set_style(style)
        self._typing.setFixedHeight(style.px(20))
        self._typing.setContentsMargins(style.px(24), 0, style.px(24), 0)

    # One room

    def _show_room(self, room: RoomSummary | None) -> None:
        self._source = self._source_of(room.room_id) if room else None
        self._writing.set_room(self._room)
        if self._source is None:
            self._reading.set_source(None)
            self._history.set_source(None)
            self.view.set_source(None)
        self._show_header(room)
        self._show_typing()

    def _source_of(self, room_id: RoomID) -> TimelineSource:
        people, me = self._desk.people, self._desk.account.user_id
        context = RowContext(
            room_id=room_id,
            me=me,
            my_name=people.my_name(room_id),
            name_of=lambda user: people.name_in(room_id, user),
            detail_of=people.detail_of,
            progress_of=self._attachments.progress_of,
            request_of=self._cards.request_of,
            post_of=self._cards.post_of,
        )
        return TimelineSource(self._desk.account.cache.read, context)

    def _place(self, room_id: RoomID, uid: str | None) -> None:
        """Where to come in: the row asked for, the first unread one, where one left, else the end."""
        if self._source is None:
            return
        divider = self._source.divider_uid
        self.view.set_source(self._source, anchor_uid=uid or divider, at_bottom=divider is None)
        anchor = self._anchors.get(room_id)
        if uid is not None:
            self.view.scroll_to(uid)
        elif divider is None and anchor is not None:
            self.view.restore(anchor)

    def _remember_place(self) -> None:
        if self._room is None:
            return
        anchor = None if self.view.is_at_bottom else self.view.anchor()
        if anchor is None:
            self._anchors.pop(self._room, None)
        else:
            self._anchors[self._room] = anchor

    def _show_header(self, room: RoomSummary | None) -> None:
        reads = self._desk.account.cache.read
        self.header.set_state(header_of(room, reads.member_count(room.room_id)) if room else None)
        if room is None:
            return
        self.composer.set_placeholder(room.name)
        self._show_writing(writing_of(room, reads.power_level(room.room_id, "m.room.message")))

    def _show_writing(self, state: WritingState) -> None:
        self._writing_state = state
        room_id = self._room
        if state.action == "join" and room_id is not None:
            self.composer.set_disabled_reason(
                state.reason, tr("Join"), lambda: self.join_requested.emit(room_id)
            )
        else:
            self.composer.set_disabled_reason(state.reason)

    def _refresh_header(self) -> None:
        if self._room is not None:
            self._show_header(self._desk.account.cache.read.room(self._room))

    # News

    def _timeline_changed(self, change: TimelineChange) -> None:
        if self._source is None or change.room_id != self._room:
            return
        self._source.refresh()
        if change.is_reset:
            self.view.rows_reset()
        else:
            if change.prepended:
                self.view.rows_prepended(change.prepended)
            if change.tail_from is not None:
                self.view.rows_changed_from(change.tail_from)
        if change.touched:
            self.view.rows_touched(change.touched)
        self._after_rows(change)

    def _after_rows(self, change: TimelineChange) -> None:
        """News below the divider move nothing; the first news after everything was read set it anew."""
        if self._source is None or (change.tail_from is None and not change.is_reset):
            return
        if not self._reading.is_looking and self._source.divider_uid is None:
            row = self._source.extent.first_unread_row
            page = self._source.rows(row, 1) if row is not None else ()
            if page:
                self._source.set_divider(page[0].uid)
                self.view.rows_touched(frozenset({page[0].uid}))
        self._reading.look()

    def _rooms_changed(self, rooms: frozenset[RoomID]) -> None:
        if self._room in rooms:
            self._refresh_header()

    def _typing_changed(self, rooms: frozenset[RoomID]) -> None:
        if self._room in rooms:
            self._show_typing()

    def _rebuilt(self) -> None:
        if self._source is not None:
            self._source.refresh()
            self.view.rows_reset()
            self._refresh_header()

    def _show_typing(self) -> None:
        members = self._desk.account.cache.read.typing(self._room) if self._room else []
        self._typing.setText(typing_words([member.name for member in members]))

    # What a person does with a row

    def _item(self, uid: str) -> TimelineItem | None:
        return self._source.item(uid) if self._source else None

    def _room_to_write(self) -> RoomID | None:
        return None if self._writing_state.reason else self._room

    def _with_item(self, uid: str, act: ItemAct) -> None:
        item = self._item(uid)
        if item is not None:
            act(item)

    def _open_menu(self, uid: str, position: QPoint) -> None:
        item = self._item(uid)
        if item is None or self._room is None:
            return
        open_item_menu(
            self,
            self._desk.style.current,
            item,
            position,
            self._acts,
            selected_text=self.view.selected_text(),
            is_moving=self._attachments.progress_of(uid) is not None,
            can_write=True,
            can_recall_others=self._writing.can_recall_others(),
        )

    def _stop_moving(self, item: TimelineItem) -> None:
        """End the download of an attachment, or give up one that is on its way up."""
        if not self._attachments.stop(item.uid):
            self._writing.discard(item)

    def _show_original(self, uid: str) -> None:
        if self._room is None or self.view.scroll_to(uid):
            return
        self._desk.operations.start(
            self._desk.account.timelines.jump_to_event(self._room, EventID(uid)),
            self._show_found,
        )

    def _show_found(self, uid: str | None) -> None:
        if uid is None or not self.view.scroll_to(uid):
            self._desk.tell(tr("The original message cannot be reached."))

    def _show_readers(self, uid: str) -> None:
        item = self._item(uid)
        if item is not None and self._room is not None:
            self._readers.show(self._room, item)

    def _type_on(self, text: str) -> None:
        self.composer.focus_text()
        self.composer.set_text(self.composer.text() + text, self.composer.mentions())
