"""Everything on screen that belongs to one signed-in account, from opening its cache to closing it."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer, Signal

from app.domain.connection import ConnectionKind
from app.domain.ids import EventID, RoomID
from resources.formats import next_day_ms
from resources.translations import tr
from ui.approval_desk import ApprovalDesk
from ui.bridge import Bridge
from ui.channel_desk import ChannelDesk
from ui.desk import Desk
from ui.ding_desk import DingDesk, DingStart
from ui.images import ImageStore, loader_of
from ui.operations import Operations
from ui.people import People
from ui.red_dots import RedDots
from ui.screens.main_window.main_page import MainPage
from ui.screens.main_window.places import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QShortcut

    from app.account import Account
    from app.domain.connection import ConnectionState
    from app.errors import TackError
    from app.settings import Settings, SettingsFile
    from ui.appearance import Appearance
    from ui.main_window import MainWindow
    from ui.notices import Notices
    from ui.screens.main_window.room_acts import RoomActs
    from ui.screens.search.invite_presenter import InvitePresenter
    from ui.shortcuts import Command
    from ui.tray import Tray
    from widgets.quick_switcher import QuickSwitcher

log = logging.getLogger("tack.ui")

PEOPLE_DELAY_MS = 1500


class SignedIn(QObject):
    """Composes screens over one account; `close` undoes it."""

    quit_requested = Signal()
    close_requested = Signal()
    sign_out_requested = Signal(bool)
    """Whether to delete the data on this computer."""

    def __init__(
        self,
        account: Account,
        window: MainWindow,
        appearance: Appearance,
        settings: SettingsFile,
        places: Sequence[Place],
    ) -> None:
        """Needs no loop: `complete` does, and gives the pictures, the keys and the tray."""
        super().__init__(window)
        self._account = account
        self._window = window
        self._settings = settings
        self._applied = replace(settings.current, window={})
        self._appearance = appearance
        self._tray: Tray | None = None
        self._operations = Operations(None, self)
        self.images = ImageStore(self._operations, self)
        self._desk = Desk(
            account=account,
            bridge=Bridge(self),
            operations=self._operations,
            images=self.images,
            style=appearance.style,
            settings=settings,
            people=People(account, self),
            window=window,
        )
        self.page = MainPage(self._desk, window, places)
        self._desk.dings = DingDesk(self._desk, self.page, window)
        self._desk.red_dots = RedDots(self._desk, self.page, window)
        self._desk.approvals = ApprovalDesk(self._desk, self.page, window)
        self._desk.channels = ChannelDesk(self._desk, self.page, window)
        self._room_acts_made: RoomActs | None = None
        self._switcher: QuickSwitcher | None = None
        self._inviter: InvitePresenter | None = None
        self._notices: Notices | None = None
        self._midnight = QTimer(self, singleShot=True)
        self._connect()
        self._restore_columns()
        self._desk.red_dots.show_totals()
        self._wait_for_midnight()
        self._shortcuts: list[QShortcut] = []
        self._is_complete = False

    @property
    def account(self) -> Account:
        """Whose screens these are."""
        return self._account

    def complete(self, tray: Tray) -> None:
        """Make what the first paint could do without: pictures, the conversation, the side panel, the keys."""
        for step in self.steps(tray):
            step()

    def steps(self, tray: Tray) -> Sequence[Callable[[], object]]:
        """What `complete` does, in pieces that need not follow each other at once."""
        chat, side = self.page.prepare_chat, lambda: self.page.side
        return self._listen, chat, side, self._restore_room, lambda: self._use_tray(tray)

    def _listen(self) -> None:
        from ui.shortcuts import bind

        self._desk.bridge.attach(self._account.changes, self._account.connection, self._account.attention)
        self.images.set_loader(loader_of(self._account.media))
        self.page.conversations.start()
        self.page.conversations.list.viewport().update()  # its pictures may be asked for now
        self._shortcuts = bind(self.page, self._acts())

    def _use_tray(self, tray: Tray) -> None:
        from ui.dnd import DoNotDisturb
        from ui.notices import Notices

        self._tray = tray
        DoNotDisturb(self._settings, tray, self)
        self._notices = Notices(self._account.notifications, tray, self)
        self._notices.activated.connect(self.open_room)
        self._notices.approval_activated.connect(self._open_request)
        self._notices.post_activated.connect(self._open_post)
        tray.pause_requested.connect(self._set_paused)
        self._desk.red_dots.use_tray(tray)
        self._desk.dings.start()

    def start(self) -> None:
        """Bring the network; call after the first paint."""
        self._operations.start(self._account.start())
        self._desk.approvals.start()
        QTimer.singleShot(PEOPLE_DELAY_MS, self, self._load_people)
        if self._account.was_rebuilt:
            self._desk.tell(tr("The local data was damaged and is fetched again. Unsent messages were kept."))

    def open_room(self, room_id: str, event_id: str = "") -> None:
        """Show a room (and a message in it) over everything else."""
        self._window.come_to_front()
        self.page.open_room(room_id, event_id=EventID(event_id) if event_id else None)

    def _open_request(self, room_id: str) -> None:
        self._window.come_to_front()
        self._desk.approvals.open(RoomID(room_id) if room_id else None)

    def _search_here(self) -> None:
        """In the channels where they are open, else in the open chat."""
        if self.page.place is Place.CHANNELS:
            self._desk.channels.search()
        else:
            self.page.search(self.page.chat.room_id)

    def _open_post(self, room_id: str, event_id: str) -> None:
        self._window.come_to_front()
        if room_id:
            self._desk.channels.open_event(RoomID(room_id), EventID(event_id) if event_id else None)
        else:
            self._desk.channels.open()

    def place(self) -> dict[str, object]:
        """What to remember for the next start."""
        kept: dict[str, object] = {
            "columns": self.page.splitter_sizes(),
            "is_side_open": self.page.is_side_open(),
        }
        room = self.page.chat.room_id if self.page.has_chat else None
        if room is None and not self._is_complete:
            room = self._settings.current.window.get("room")
        kept |= self._desk.dings.place() | self._desk.approvals.place() | self._desk.channels.place()
        return kept | ({} if room is None else {"room": room})

    async def save(self) -> None:
        """Keep what is being written."""
        if self.page.has_chat:
            await self.page.chat.save()

    async def close(self) -> None:
        """Take everything of the account off the screen; nothing of it runs afterwards."""
        await self._operations.aclose()
        self._midnight.stop()
        self._unsubscribe()
        if self._notices is not None:
            self._notices.close()
        self._desk.dings.close()
        self._desk.channels.close()
        self._desk.approvals.close()
        self._desk.red_dots.close()
        self._desk.bridge.detach()
        self._desk.toasts.clear()
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
        if self._switcher is not None:
            self._switcher.close_panel()
        self.images.set_loader(None)
        self.images.close()
        self.deleteLater()

    # Building

    def _connect(self) -> None:
        page = self.page
        self._operations.failed.connect(self.tell_error)
        page.line_action_requested.connect(self._act_on_line)
        page.place_requested.connect(self._open_place)
        page.switcher_requested.connect(self.open_switcher)
        page.new_chat_requested.connect(self._open_new_menu)
        page.leave_requested.connect(lambda room: self._room_acts.ask_leave(room))
        page.profile_requested.connect(lambda user: self._room_acts.open_profile(user))
        page.invite_requested.connect(self.open_invite)
        page.person_menu_requested.connect(self.open_settings)
        self._window.activity_changed.connect(page.set_active)
        self._window.activity_changed.connect(self._probe_line)
        bridge = self._desk.bridge
        bridge.connection_changed.connect(self._line_moved)
        bridge.profiles_changed.connect(self._load_people)
        self._midnight.timeout.connect(self._day_changed)
        self._unsubscribe: Callable[[], None] = self._settings.subscribe(self._settings_changed)
        page.set_active(self._window.isActiveWindow())

    @property
    def _room_acts(self) -> RoomActs:
        if self._room_acts_made is None:
            from ui.screens.main_window.room_acts import RoomActs

            self._room_acts_made = RoomActs(self._desk, self._window, self)
            self._room_acts_made.direct_requested.connect(self.page.open_direct)
            self._room_acts_made.room_made.connect(self.page.open_room)
        return self._room_acts_made

    def _acts(self) -> dict[Command, Callable[[], None]]:
        from ui.shortcuts import Command

        conversations = self.page.conversations
        return {
            Command.SWITCH: self.open_switcher,
            Command.SEARCH_HERE: self._search_here,
            Command.SEARCH_ALL: lambda: self.page.search(None),
            Command.NEW_CHAT: lambda: self._room_acts.ask_room(),
            Command.PREVIOUS_ROOM: lambda: conversations.step(-1),
            Command.NEXT_ROOM: lambda: conversations.step(1),
            Command.PREVIOUS_UNREAD: lambda: self.page.go_to_unread(-1),
            Command.NEXT_UNREAD: lambda: self.page.go_to_unread(1),
            Command.CHATS: lambda: self.page.show_place(Place.CHATS),
            Command.DINGS: self._desk.dings.open_inbox,
            Command.NEW_DING: self._new_ding,
            Command.APPROVALS: self._desk.approvals.open,
            Command.NEW_APPROVAL: self._desk.approvals.open_new,
            Command.CHANNELS: self._desk.channels.open,
            Command.PUBLISH: self._desk.channels.publish,
            Command.ALERT: self._desk.dings.reach_alert,
            Command.CLEAR: self._desk.red_dots.clear,
            Command.CLEAR_DOT: self._desk.red_dots.clear_here,
            Command.WHY: self._desk.red_dots.open_sources,
            Command.PEOPLE: self.open_people,
            Command.SETTINGS: self.open_settings,
            Command.SIDE_PANEL: self.page.toggle_side,
            Command.ZOOM_IN: lambda: self._zoom(1),
            Command.ZOOM_OUT: lambda: self._zoom(-1),
            Command.ZOOM_RESET: lambda: self._zoom(0),
            Command.CLOSE: self.close_requested.emit,
            Command.QUIT: self.quit_requested.emit,
        }

    def _new_ding(self) -> None:
        if self.page.has_chat:
            self.page.chat.dings.make_here()
        else:
            self._desk.dings.compose(DingStart())

    def _restore_room(self) -> None:
        room, self._is_complete = self._settings.current.window.get("room"), True
        is_known = isinstance(room, str) and self._account.cache.read.room(RoomID(room)) is not None
        if is_known and self.page.chat.room_id is None:
            self.page.open_room(str(room))

    def _restore_columns(self) -> None:
        kept = self._settings.current.window
        columns = kept.get("columns")
        if isinstance(columns, list):
            self.page.set_splitter_sizes(columns)
        self.page.set_side_open(kept.get("is_side_open", True) is True)

    # Pages made when first wanted

    def _open_place(self, key: str) -> None:
        makers = {
            Place.SETTINGS: self.open_settings,
            Place.PEOPLE: self.open_people,
            Place.APPROVALS: self._desk.approvals.open,
            Place.CHANNELS: self._desk.channels.open,
        }
        makers.get(Place(key), self._desk.dings.open_inbox)()

    def open_settings(self) -> None:
        """Show the settings."""
        if not self.page.has_page(Place.SETTINGS):
            from ui.screens.settings.settings_screen import SettingsScreen

            screen = SettingsScreen(self._desk)
            screen.sign_out_requested.connect(self.sign_out_requested)
            self.page.add_page(Place.SETTINGS, screen)
        self.page.show_place(Place.SETTINGS)

    def open_people(self) -> None:
        """Show the people of the company."""
        if not self.page.has_page(Place.PEOPLE):
            from ui.screens.people.people_screen import PeopleScreen

            screen = PeopleScreen(self._desk)
            screen.person_activated.connect(self._room_acts.open_profile)
            screen.direct_requested.connect(self.page.open_direct)
            self.page.add_page(Place.PEOPLE, screen)
        self.page.show_place(Place.PEOPLE)

    def open_switcher(self) -> None:
        """Show the quick switcher."""
        if self._switcher is None:
            from ui.screens.search.switcher_presenter import SwitcherPresenter
            from widgets.quick_switcher import QuickSwitcher

            self._switcher = QuickSwitcher(self._desk.style, self._window, self.images)
            presenter = SwitcherPresenter(self._desk, self._switcher, self)
            presenter.room_chosen.connect(self.page.open_room)
            presenter.person_chosen.connect(self.page.open_direct)
            presenter.channel_chosen.connect(lambda room: self._desk.channels.open_channel(RoomID(room)))
            presenter.video_chosen.connect(lambda event: self._desk.channels.watch(EventID(event)))
            presenter.search_chosen.connect(lambda text: self.page.search(None, text))
        self._switcher.open_empty()

    def open_invite(self) -> None:
        """Ask whom to invite into the open room."""
        if self._inviter is None:
            from ui.screens.search.invite_presenter import InvitePresenter
            from widgets.quick_switcher import QuickSwitcher

            panel = QuickSwitcher(self._desk.style, self._window, self.images)
            self._inviter = InvitePresenter(self._desk, panel, self)
            self._inviter.person_chosen.connect(lambda room, user: self._room_acts.invite(room, user))
        if self.page.chat.room_id is not None:
            self._inviter.open(self.page.chat.room_id)

    def _open_new_menu(self, corner: QPoint) -> None:
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self._window)
        menu.addAction(tr("Chat with a colleague")).triggered.connect(self.open_switcher)
        menu.addAction(tr("New group…")).triggered.connect(self._room_acts.ask_room)
        menu.addAction(tr("Join by address…")).triggered.connect(self._room_acts.ask_join)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(corner)

    # The line

    def _act_on_line(self) -> None:
        kind = self._account.connection.state.kind
        if kind is ConnectionKind.SIGNED_OUT:
            self._ask_password()
        elif kind is ConnectionKind.PAUSED:
            self._account.resume()
        else:
            self._account.wake()

    def _probe_line(self, is_active: bool) -> None:
        """Somebody looks: what is shown as offline is asked again now."""
        if is_active:
            self._account.probe()

    def _set_paused(self, is_paused: bool) -> None:
        if is_paused:
            self._account.pause()
        else:
            self._account.resume()

    def _line_moved(self, state: ConnectionState) -> None:
        if self._tray is not None:
            self._tray.set_paused(state.kind is ConnectionKind.PAUSED)
        if state.kind is ConnectionKind.ONLINE:
            self.images.try_again()

    def _ask_password(self) -> None:
        from ui.sentences import sentence
        from widgets.dialogs import ask_text

        dialog = ask_text(
            self._desk.style,
            self._window,
            tr("Sign in again"),
            tr("Password of {user}", user=self._account.user_id),
            tr("Sign in"),
            is_password=True,
        )

        def send(password: str) -> None:
            dialog.set_busy(True)
            self._operations.start(
                self._account.sign_in_again(password), lambda _none: dialog.accept(), refuse
            )

        def refuse(error: TackError) -> None:
            dialog.set_busy(False)
            dialog.set_error(sentence(error))

        dialog.text_accepted.connect(send)

    # News

    def _load_people(self) -> None:
        self._operations.start(self._desk.people.load(), None, lambda _error: None)

    def _settings_changed(self, settings: Settings) -> None:
        last, self._applied = self._applied, replace(settings, window={})
        if last == self._applied:
            return
        self._appearance.apply(settings)
        self.page.apply_settings()
        self._operations.start(self._account.apply_settings(settings))

    def _zoom(self, direction: int) -> None:
        from ui.appearance import zoomed

        percent = zoomed(self._settings.current.zoom_percent, direction)
        if percent != self._settings.current.zoom_percent:
            self._settings.change(zoom_percent=percent)

    def _wait_for_midnight(self) -> None:
        self._midnight.start(next_day_ms(time.time_ns() // 1_000_000) + 500)

    def _day_changed(self) -> None:
        self.page.refresh_words()
        self._wait_for_midnight()

    def tell_error(self, error: TackError) -> None:
        """Say what went wrong."""
        self._desk.tell_error(error)
