"""The fourth column: members and files of the open room, or message search."""

import time

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.ids import RoomID
from app.domain.sync import Membership
from app.domain.timeline import TimelineItem
from resources.formats import format_list_time, format_size
from resources.translations import tr
from ui.desk import Desk
from ui.models.member_list_model import MemberListModel
from ui.screens.search.search_presenter import SearchPresenter
from widgets.member_panel import FileRow, MemberPanel
from widgets.search_panel import SearchPanel

FILES = 30
MIN_WIDTH = 220
MAX_WIDTH = 480


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
        reads = self._desk.account.cache.read
        self._model.show_room(self._room)
        self._members.set_count(reads.member_count(self._room))
        self._members.set_can_invite(self._can_invite(self._room))
        now_ms = time.time_ns() // 1_000_000
        self._members.set_files([file_row(item, now_ms) for item in reads.files(self._room, FILES)])

    def _can_invite(self, room_id: RoomID) -> bool:
        room = self._desk.account.cache.read.room(room_id)
        if room is None or room.is_direct or room.membership is not Membership.JOIN:
            return False
        mine, needed = self._desk.account.cache.read.power_level(room_id, "invite")
        return mine >= needed

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
        bridge = self._desk.bridge
        bridge.members_changed.connect(self._rooms_changed)
        bridge.rebuilt.connect(self.refresh)
        self._desk.people.changed.connect(self._model.refresh_words)
        self._desk.images.ready.connect(self._members.image_ready)

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
