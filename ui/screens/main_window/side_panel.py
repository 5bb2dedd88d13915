"""The fourth column: members and files of the open room, or message search."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.membership import Membership
from resources.formats import format_list_time, format_size
from resources.translations import tr
from ui.models.member_list_model import MemberListModel
from ui.screens.search.search_presenter import SearchPresenter
from widgets.member_panel import FileRow, MemberPanel
from widgets.search_panel import SearchPanel

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.domain.ids import EventID, RoomID
    from app.domain.timeline import TimelineItem
    from app.errors import TackError
    from app.store.reader import Reader
    from ui.desk import Desk

log = logging.getLogger("tack.ui")

FILES = 30
MIN_WIDTH = 220
MAX_WIDTH = 480


class Facts(NamedTuple):
    """What stands around the members of a room."""

    room_id: RoomID
    members: int
    can_invite: bool
    files: list[TimelineItem]


def facts_of(read: Reader, room_id: RoomID) -> Facts:
    """Read them."""
    return Facts(room_id, read.member_count(room_id), can_invite(read, room_id), read.files(room_id, FILES))


def can_invite(read: Reader, room_id: RoomID) -> bool:
    """Whether I may add people to a room that can have more."""
    room = read.room(room_id)
    if room is None or room.is_direct or room.membership is not Membership.JOIN:
        return False
    mine, needed = read.power_level(room_id, "invite")
    return mine >= needed


class SidePanel(QWidget):
    """Reads only while it is open."""

    member_activated = Signal(str)
    file_activated = Signal(str)
    hit_chosen = Signal(str, str)
    invite_requested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._room: RoomID | None = None
        self._is_reading = self._is_outdated = False
        self._files: list[FileRow] = []
        self._model = MemberListModel(desk.account.cache.read, desk.people.detail_of, self)
        self._members = MemberPanel(desk.style, desk.images)
        self._search = SearchPanel(desk.style, desk.images)
        self._presenter = SearchPresenter(desk, self._search, self)
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    def set_room(self, room_id: RoomID | None) -> None:
        """Another room is open."""
        self._room = room_id
        self.refresh()

    def refresh(self) -> None:
        """Read members and files again, if they can be seen."""
        if self.isHidden() or self._room is None:
            self._model.set_room(None)
            return
        self._model.show_room(self._room)
        self.refresh_facts()

    def refresh_facts(self) -> None:
        """The room moved: count, files and what I may do are read again, on the read worker, one read at a time."""
        self._is_outdated = True
        if self._is_reading or self.isHidden() or self._room is None:
            return
        room, self._is_outdated, self._is_reading = self._room, False, True
        reading = self._desk.account.cache.read_in_worker(lambda read: facts_of(read, room))
        if self._desk.operations.start(reading, self._show_facts, self._not_read) is None:
            self._is_reading = False

    def _show_facts(self, facts: Facts) -> None:
        self._is_reading = False
        if facts.room_id == self._room:
            self._members.set_count(facts.members)
            self._members.set_can_invite(facts.can_invite)
            now_ms = time.time_ns() // 1_000_000
            rows = [file_row(item, now_ms) for item in facts.files]
            if rows != self._files:
                self._files = rows
                self._members.set_files(rows)
        if self._is_outdated or facts.room_id != self._room:
            self.refresh_facts()

    def _not_read(self, error: TackError) -> None:
        log.warning("members and files could not be read: %s", error.code)
        self._is_reading = False

    @property
    def is_searching(self) -> bool:
        """Whether the message search is in front."""
        return self._stack.currentWidget() is self._search

    def search(self, room_id: RoomID | None, text: str = "") -> None:
        """Show the search, within a room if one is given."""
        self._stack.setCurrentWidget(self._search)
        self._presenter.open(room_id, text=text)

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.LanguageChange:
            self._model.refresh_words()
            self._presenter.refresh_words()
            self.refresh()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._desk.style.current.colors.panel)
        painter.end()

    def _lay_out(self) -> None:
        self._stack.addWidget(self._members)
        self._stack.addWidget(self._search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._restyle()
        self._members.set_model(self._model)

    def _restyle(self) -> None:
        style = self._desk.style.current
        self.setMinimumWidth(style.px(MIN_WIDTH))
        self.setMaximumWidth(style.px(MAX_WIDTH))
        self.update()

    def _connect(self) -> None:
        self._desk.style.changed.connect(self._restyle)
        self._members.search_changed.connect(self._model.set_term)
        self._members.member_activated.connect(self.member_activated)
        self._members.invite_requested.connect(self.invite_requested)
        self._members.file_activated.connect(self.file_activated)
        self._members.near_end_reached.connect(self._model.fetchMore)
        self._search.closed.connect(self._search_closed)
        self._presenter.hit_chosen.connect(self.hit_chosen)
        self._presenter.video_chosen.connect(self._watch)
        bridge = self._desk.bridge
        bridge.members_changed.connect(self._rooms_changed)
        bridge.rebuilt.connect(self.refresh)
        self._desk.people.changed.connect(self._model.refresh_words)
        self._desk.images.ready.connect(self._members.image_ready)

    def _watch(self, event_id: EventID, at_ms: int) -> None:
        self._desk.channels.watch(event_id, at_ms if at_ms >= 0 else None)

    def _search_closed(self) -> None:
        self._presenter.close()
        self._stack.setCurrentWidget(self._members)

    def _rooms_changed(self, rooms: frozenset[RoomID]) -> None:
        if self._room in rooms:
            self.refresh()


def file_row(item: TimelineItem, now_ms: int) -> FileRow:
    """Word one file: who sent it, when, how large."""
    media = item.media
    size = format_size(media.size_bytes) if media and media.size_bytes is not None else ""
    parts = (item.sender_name, format_list_time(item.ts_ms, now_ms), size)
    return FileRow(
        uid=item.uid,
        name=media.filename if media and media.filename else tr("Unnamed file"),
        detail=" · ".join(part for part in parts if part),
        mime=media.mimetype if media else "",
    )
