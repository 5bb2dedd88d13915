"""One channel: what it is, its playlists, its posts; followed or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.channels.channel import Role
from app.domain.channels.rows import FeedQuery, FeedTab
from app.domain.ids import TxnID
from app.domain.sending import NEW_ROOM_PREFIX, is_new_room
from app.domain.visible import one_line
from resources.formats import format_due
from resources.translations import tr
from ui.screens.channels.feed_cards import head_of
from ui.screens.channels.feed_pane import FeedPane
from ui.screens.channels.feed_presenter import FeedPresenter
from widgets.channel_head import ChannelHead
from widgets.channel_playlists import ChannelPlaylists
from widgets.chips import Chip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QShowEvent

    from app.domain.channels.rows import ChannelRow, CourseRow
    from app.domain.ids import EventID, RoomID
    from app.errors import TackError
    from app.store.reader import Reader
    from ui.desk import Desk


class _Read(NamedTuple):
    channel: ChannelRow | None
    courses: list[CourseRow]


class ChannelPage(QWidget):
    """`show_channel` says which one."""

    menu_requested = Signal(str, QPoint)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._room: RoomID | None = None
        self._stand_in: RoomID | None = None
        """The id it had before it was made."""
        self.channel: ChannelRow | None = None
        self.courses: list[CourseRow] = []
        self._is_reading = self._is_stale = False
        self.presenter = FeedPresenter(desk, self)
        self.head = ChannelHead(desk.style, desk.images)
        self.playlists = ChannelPlaylists(desk.style)
        self.pane = FeedPane(desk, self.presenter)
        self._lay_out()
        self._connect()

    @property
    def room_id(self) -> RoomID | None:
        """Which channel."""
        return self._room

    def show_channel(self, room_id: RoomID) -> None:
        """Show a channel; one that is not followed is looked into."""
        if room_id not in (self._room, self._stand_in):
            self._stand_in = None
            self._room, self.courses = room_id, []
            self.channel = self._desk.account.cache.read.channels.channel(room_id)
            self.presenter.show_query(FeedQuery(FeedTab.FOLLOWING, room_id))
            self.pane.grid.scrollToTop()
        self._show()
        self.read()
        if (self.channel is None or not self.channel.is_followed) and not is_new_room(room_id):
            self._peek(room_id)

    def read(self, *_moved: object) -> None:
        """Read channel and playlists again."""
        room_id = self._room
        if room_id is None:
            return
        if self._is_reading or not self.isVisible():
            self._is_stale = True
            return
        self._is_reading, self._is_stale = True, False
        self._desk.operations.start(
            self._desk.account.cache.read_in_worker(lambda read: _read(read, room_id)),
            lambda found: self._take(room_id, found),
            self._not_read,
        )

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt."""
        super().showEvent(event)
        self.read()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self._show()

    def stop(self) -> None:
        """The account goes."""
        self.pane.stop()

    # Inside

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.playlists)
        column.addWidget(self.pane, 1)

    def _connect(self) -> None:
        desk, head = self._desk, self.head
        head.follow_requested.connect(self._follow)
        head.following_menu_requested.connect(lambda point: self.menu_requested.emit(self._room or "", point))
        head.manage_requested.connect(lambda: self._with_room(desk.channels.manage))
        head.code_requested.connect(lambda: self._with_room(desk.channels.show_code))
        self.playlists.chosen.connect(self._choose_course)
        self.playlists.play_requested.connect(self._play_course)
        desk.bridge.channels_changed.connect(self.read)
        desk.bridge.posts_changed.connect(self.read)  # how far I am with a playlist
        desk.images.ready.connect(lambda _key: head.paint_face())

    def _with_room(self, act: Callable[[RoomID], object]) -> None:
        if self._room is not None:
            act(self._room)

    def _take(self, room_id: RoomID, found: _Read) -> None:
        self._is_reading = False
        if room_id == self._room:
            self._take_row(found)
            self._show()
        if self._is_stale or room_id not in (self._room, self._stand_in):
            self.read()

    def _take_row(self, found: _Read) -> None:
        channel, last = found.channel, self.channel
        if channel is not None and channel.room_id != self._room:  # it was made: a room of the server now
            self._stand_in, self._room = self._room, channel.room_id
            self.presenter.show_query(FeedQuery(FeedTab.FOLLOWING, channel.room_id))
        elif channel is None and last is not None:  # I left it, and nobody tells of it
            channel = last._replace(is_followed=False, my_role=Role.VIEWER)
        self.channel, self.courses = channel, found.courses

    def _not_read(self, error: TackError) -> None:
        self._is_reading = False
        self._desk.tell_error(error)

    def _show(self) -> None:
        if self.channel is not None:
            self.head.show_channel(head_of(self.channel))
        self.head.setVisible(self.channel is not None)
        chips = [Chip("", tr("All videos"))]
        chips += [Chip(course.id, _course_words(course)) for course in self.courses]
        self.playlists.show_playlists(chips if self.courses else [], self.presenter.course)
        course = self._course()
        self.playlists.show_course(_course_facts(course, self._desk) if course else "", can_play=bool(course))
        self.pane.refresh()

    def _course(self) -> CourseRow | None:
        return next((one for one in self.courses if one.id == self.presenter.course), None)

    def _choose_course(self, course: str) -> None:
        query = FeedQuery(FeedTab.FOLLOWING, self._room)
        self.presenter.show_query(query, course)
        self._show()

    def _play_course(self) -> None:
        """Go on with the first video of the playlist that is not finished."""
        course = self._course()
        if course is None or not course.posts:
            return
        rows = [self.presenter.model.row(uid) for uid in course.posts]
        left = [row.event_id for row in rows if row is not None and not row.watch.finished_ms]
        first: EventID = left[0] if left else course.posts[0]
        self._desk.channels.watch(first, None, course.id)

    # Following

    def _follow(self) -> None:
        channel = self.channel
        if channel is None:
            return
        self.head.set_busy(True)

        def settle(error: TackError | None = None) -> None:
            self.head.set_busy(False)
            if error is not None:
                self._desk.tell_error(error)
            self.read()

        work = self._desk.account.channels.follow(channel.room_id, channel.via)
        self._desk.operations.start(work, lambda _none: settle(), settle)

    def _peek(self, room_id: RoomID) -> None:
        """Look into a channel one does not follow; what is known of it stands there meanwhile."""
        self.pane.is_asking = True
        self.pane.refresh()

        def settle(error: TackError | None = None) -> None:
            self.pane.is_asking = False
            if room_id == self._room:
                self.read()
                self.pane.refresh()
            if error is not None and room_id == self._room and self.isVisible():
                self._desk.tell_error(error)

        via = self.channel.via if self.channel is not None else ()
        work = self._desk.account.channels.peek(room_id, via)
        self._desk.operations.start(work, lambda _peek: settle(), settle)


def _read(read: Reader, room_id: RoomID) -> _Read:
    if is_new_room(room_id) and read.channels.channel(room_id) is None:
        made = read.room_made_by(TxnID(room_id.removeprefix(NEW_ROOM_PREFIX)))
        room_id = made or room_id
    return _Read(read.channels.channel(room_id), read.channels.courses(room_id))


def _course_words(course: CourseRow) -> str:
    title = one_line(course.title) or tr("Playlist")
    return tr("{title} {done}/{all}", title=title, done=course.finished, all=len(course.posts))


def _course_facts(course: CourseRow, desk: Desk) -> str:
    parts = []
    if course.is_compulsory:
        due = format_due(course.due_ms, desk.account.channels.now_ms()) if course.due_ms else ""
        parts.append(tr("Compulsory, by {when}", when=due) if due else tr("Compulsory"))
    parts.append(tr("{done} of {all} finished", done=course.finished, all=len(course.posts)))
    about = one_line(course.about)
    return " · ".join([*parts, about] if about else parts)
