"""The owner's page of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.visible import one_line
from resources.translations import tr
from ui.channel_words import audience_kind, audience_words
from ui.images import avatar_key
from ui.operations import Operations
from ui.screens.channel_owner.courses_page import CoursesPage
from ui.screens.channel_owner.figures_page import FiguresPage
from ui.screens.channel_owner.owner_facts import OwnerFacts, read_facts
from ui.screens.channel_owner.people_page import PeoplePage
from ui.screens.channel_owner.settings_page import SettingsPage
from ui.sentences import sentence
from widgets.avatar import Avatar
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.chips import Chip, FilterChips
from widgets.designer_parts import EdgeLine, Tag
from widgets.dialogs import confirm
from widgets.empty_state import EmptyState
from widgets.toast import ToastHost, ToastKind
from widgets.window_place import stand_over
from widgets.words import Line

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent

    from app.domain.ids import RoomID
    from app.errors import TackError
    from ui.desk import Desk

_SIZE, _LEAST = QSize(1000, 720), QSize(720, 480)
TABS = ("figures", "courses", "people", "settings")


def open_owner(desk: Desk, window: QWidget, room_id: RoomID, tab: str = "") -> OwnerWindow:
    """Show it; a channel has one such window."""
    for known in window.findChildren(OwnerWindow):
        if known.isVisible() and known.room_id == room_id:
            known.show_tab(tab or known.tabs.current())
            known.raise_()
            known.activateWindow()
            return known
    page = OwnerWindow(desk, window, room_id)
    page.show_tab(tab or TABS[0])
    page.show()
    page.read()
    return page


class OwnerWindow(QWidget):
    """A window of its own, so that a video can be watched beside it. Deletes itself when closed."""

    def __init__(self, desk: Desk, window: QWidget, room_id: RoomID) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self._desk, self._style, self.room_id = desk, desk.style, room_id
        self._window = window
        self._facts: OwnerFacts | None = None
        self._is_reading = self._is_outdated = self._is_closed = False
        self.operations = Operations(desk.operations.loop, self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        style = desk.style
        self.avatar = Avatar(style, 40)
        self.name = Line(style, pixels=18, is_bold=True)
        self.tag = Tag(style)
        self.publish = Button(style, tr("Publish"), ButtonKind.PRIMARY, icon="upload-simple")
        self.live = IconButton(style, "broadcast", tr("Announce a live stream"))
        self.code = IconButton(style, "qr-code", tr("Link and code of the channel"))
        self.tabs = FilterChips(style)
        self.figures = FiguresPage(desk)
        self.courses = CoursesPage(desk, self.operations)
        self.people = PeoplePage(desk, self.operations)
        self.settings = SettingsPage(desk, self.operations)
        self.empty = EmptyState(style)
        self.toasts = ToastHost(style, self)
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._fit(window)
        self.setWindowTitle(tr("Channel"))
        self.empty.set_state("", tr("Reading…"), is_busy=True)
        self._stack.setCurrentWidget(self.empty)

    def read(self) -> None:
        """Read the channel, now and whenever it moved; one read at a time."""
        if self._is_closed:
            return
        self._is_outdated = True
        if self._is_reading:
            return
        self._is_reading, self._is_outdated = True, False
        reading = self._desk.account.cache.read_in_worker(lambda read: read_facts(read, self.room_id))
        self.operations.start(reading, self.show_facts, self._fail)

    def show_tab(self, tab: str) -> None:
        """Go to a page."""
        self.tabs.set_current(tab if tab in TABS else TABS[0])
        self._turn()

    def show_facts(self, facts: OwnerFacts | None) -> None:
        """Show them."""
        self._is_reading = False
        if facts is None:
            self._facts = None
            self.empty.set_state("warning-circle", tr("This channel is not here any more"))
        else:
            self._facts = facts
            self._show_head(facts)
            for page in (self.figures, self.courses, self.people, self.settings):
                page.follow(facts)
        self._turn()
        if self._is_outdated:
            self.read()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_closed or not self._has_changes():
            self._stop()
            event.accept()
            return
        event.ignore()
        question = confirm(
            self._style,
            self,
            tr("Close without saving?"),
            tr("What you changed here is not saved yet."),
            tr("Throw away"),
            is_danger=True,
        )
        question.accepted.connect(self.close_now)

    def close_now(self) -> None:
        """Close without asking."""
        self._stop()
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange and self.isVisible():
            QTimer.singleShot(0, self, self._word_again)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.window)
        painter.end()

    # Inside

    def _word_again(self) -> None:
        """In another language everything is made anew at the same page; not while something waits to be saved."""
        if self._is_closed or self._has_changes():
            return
        fresh = OwnerWindow(self._desk, self._window, self.room_id)
        fresh.setGeometry(self.geometry())
        fresh.show_tab(self.tabs.current())
        fresh.show()
        fresh.read()
        self.close_now()

    def _has_changes(self) -> bool:
        return self.courses.is_changed or self.settings.is_changed

    def _turn(self) -> None:
        pages = dict(zip(TABS, (self.figures, self.courses, self.people, self.settings), strict=True))
        self._stack.setCurrentWidget(self.empty if self._facts is None else pages[self.tabs.current()])

    def _show_head(self, facts: OwnerFacts) -> None:
        channel = facts.channel
        name = one_line(channel.name) or channel.room_id
        self.name.setText(name)
        self.setWindowTitle(name)
        self.tag.set_tag(audience_words(channel.audience), audience_kind(channel.audience))
        self._show_avatar("")
        self.publish.setVisible(facts.is_editor)
        self.live.setVisible(facts.is_editor)

    def _show_avatar(self, ready: str) -> None:
        if self._facts is None:
            return
        channel = self._facts.channel
        key, picture = avatar_key(channel.avatar), None
        if key is not None and ready in ("", key):
            side = self._style.current.px(40)
            picture = self._desk.images.pixmap(key, QSize(side, side), self.devicePixelRatioF())
        if ready in ("", key):
            self.avatar.set_person(channel.room_id, channel.name, picture)

    def _moved(self, rooms: frozenset[RoomID]) -> None:
        if not rooms or self.room_id in rooms:
            self.read()

    def _fail(self, error: TackError) -> None:
        self._is_reading = False
        if self._facts is None:
            self.empty.set_state("warning-circle", tr("The channel cannot be read"), sentence(error))

    def _refuse(self, error: TackError) -> None:
        self.toasts.show_toast(sentence(error), ToastKind.ERROR)

    def _stop(self) -> None:
        self._is_closed = True
        self.operations.cancel_all()

    def _connect(self) -> None:
        desk, bridge = self._desk, self._desk.bridge
        bridge.channels_changed.connect(self._moved)
        bridge.members_changed.connect(self._moved)
        desk.images.ready.connect(self._show_avatar)
        desk.channels.destroyed.connect(self.close_now)  # the account goes
        self.tabs.chosen.connect(lambda _: self._turn())
        self.publish.clicked.connect(lambda: desk.channels.publish(self.room_id))
        self.live.clicked.connect(lambda: desk.channels.announce_live(self.room_id))
        self.code.clicked.connect(lambda: desk.channels.show_code(self.room_id))
        self.courses.settings_wanted.connect(lambda: self.show_tab("settings"))
        for page in (self.courses, self.people, self.settings):
            page.failed.connect(self._refuse)
        self.operations.failed.connect(self._refuse)

    def _lay_out(self) -> None:
        style = self._style
        px = style.current.px
        words = (tr("Figures"), tr("Playlists and trainings"), tr("Followers"), tr("Settings"))
        self.tabs.set_chips([Chip(key, text) for key, text in zip(TABS, words, strict=True)])
        head = QHBoxLayout()
        head.setContentsMargins(px(24), px(16), px(16), px(8))
        head.setSpacing(px(10))
        head.addWidget(self.avatar)
        head.addWidget(self.name)
        head.addWidget(self.tag)
        head.addStretch(1)
        for part in (self.code, self.live, self.publish):
            head.addWidget(part)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(px(20), 0, px(20), px(10))
        tabs.addWidget(self.tabs)
        for page in (self.figures, self.courses, self.people, self.settings, self.empty):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(tabs)
        column.addWidget(EdgeLine(style))
        column.addWidget(self._stack, 1)

    def _fit(self, window: QWidget) -> None:
        px, screen = self._style.current.px, window.screen().availableGeometry()
        self.setMinimumSize(
            min(px(_LEAST.width()), screen.width()), min(px(_LEAST.height()), screen.height())
        )
        self.resize(
            min(px(_SIZE.width()), screen.width() - 40), min(px(_SIZE.height()), screen.height() - 60)
        )
        stand_over(self, window)
