"""The running program: settings, window, tray, and one account at a time from its first paint to its end.

Order of a start: `show_at_once` brings window and list from the cache and returns after the first paint, before any
loop of asyncio is imported; a thread imports the rest (`WarmUp`); `run` completes the window and brings the network.
Where there is nothing to show at once (nobody signed in, something wrong), `run` begins with the page that says so.

A second start of the same profile rings the first one's bell and ends. Closing the last window never ends the
program by itself; `quit` does, and whoever opened something closes it in `_end`.
"""

from __future__ import annotations

import contextlib
import logging
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

from app.account import Account
from app.errors import AlreadyOpen, KeyringError, TackError, WrongKey
from app.late import Late
from app.paths import Paths
from app.settings import SettingsFile
from resources.translations import language_changed, tr
from ui.appearance import Appearance
from ui.brand import Brand, load_brand
from ui.garbage import GarbageCollector
from ui.keys import key_of_passphrase, key_store_of, read_key, read_key_now
from ui.main_window import MainWindow
from ui.operations import Operations
from ui.screens.main_window.places import known_places
from ui.signed_in import SignedIn
from ui.start_trace import trace
from ui.turns import Turns
from ui.warm_up import WarmUp

if TYPE_CHECKING:
    import asyncio
    import signal

    from PySide6.QtWidgets import QApplication

    from app.store.cache import CacheKey
    from ui.lobby import Lobby
    from ui.options import Options
    from ui.single_instance import Bell
    from ui.tray import Tray
else:
    asyncio, signal = Late("asyncio"), Late("signal")

log = logging.getLogger("tack.ui")

PAINT_PATIENCE_MS = 2000
"""A window that starts minimised is never painted; the program goes on without."""


class Application(QObject):
    """One per process."""

    def __init__(self, app: QApplication, options: Options) -> None:
        super().__init__(app)
        self._app = app
        self._options = options
        self._paths = Paths.for_profile(options.profile, options.data_dir)
        self._settings = SettingsFile(self._paths.settings_file)
        self._settings.load()
        self._brand: Brand = load_brand()
        self._appearance = Appearance(app, self._settings.current, self._brand.accent, has_controls=False)
        self._shutdown: asyncio.Event | None = None
        self._imported: asyncio.Event | None = None
        """Everything the account needs to start has been imported."""
        self._is_over = False
        self._operations = Operations(None, self)
        self.window = MainWindow(self._appearance.style)
        self.window.setWindowTitle(tr("Tack"))
        self.window.restore_place(self._settings.current.window)
        self._warm_up = WarmUp(self)
        self._turns = Turns(self)
        self._garbage = GarbageCollector(self)
        self._bell: Bell | None = None
        self._account: Account | None = None
        self.signed_in: SignedIn | None = None
        self._is_painted = False
        self._is_settled = False
        self._connect()

    def show_at_once(self) -> None:
        """Show what is in the cache, if that can be done without a word; returns after the first paint.

        Needs no loop of asyncio, and the first paint waits for none. What is clicked meanwhile is answered by `run`.
        """
        self._garbage.start()
        key = read_key_now(key_store_of(self._options, self._paths), self._options.profile)
        if key is None:
            return
        account = Account.open_at_once(
            self._paths, key, self._settings.current, offline=self._options.is_offline
        )
        if account is None:
            return
        self._take_account(account)
        self._show()
        QTimer.singleShot(PAINT_PATIENCE_MS, self._warm_up.start)
        flags = QEventLoop.ProcessEventsFlag
        while not self._warm_up.is_loop_ready:
            self._app.processEvents(flags.ExcludeUserInputEvents | flags.WaitForMoreEvents)

    async def run(self) -> int:
        """Live until somebody quits; the exit code."""
        self._shutdown, self._imported = asyncio.Event(), asyncio.Event()
        self._imported_all()
        self._obey_signals()
        self._garbage.start()
        try:
            if self._account is not None:
                self._account.attach()
            else:
                self._appearance.dress_controls()
            if self._account is not None or await self._open():
                self._show()
                self._settle()
                if not self._is_over:
                    await self._shutdown.wait()
        finally:
            await self._end()
            self._garbage.stop()
        return 0

    def quit(self) -> None:
        """End the program."""
        self._is_over = True
        if self._shutdown is not None:
            self._shutdown.set()

    @cached_property
    def _tray(self) -> Tray:
        from ui.tray import Tray

        tray = Tray(self._appearance.style, self)
        tray.open_requested.connect(self.window.come_to_front)
        tray.quit_requested.connect(self.quit)
        language_changed.connect(tray.word)
        return tray

    @cached_property
    def _lobby(self) -> Lobby:
        from ui.lobby import Lobby

        lobby = Lobby(
            self.window,
            self._appearance.style,
            self._brand,
            self._paths,
            self._settings,
            self._operations,
        )
        lobby.account_opened.connect(self._take_account)
        lobby.retry_requested.connect(lambda: self._operations.start(self._open()))
        lobby.passphrase_given.connect(self._try_passphrase)
        return lobby

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first paint of the window: what may wait starts after it."""
        if watched is self.window and event.type() is QEvent.Type.Paint and not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self._painted)
        return super().eventFilter(watched, event)

    # Start

    def _connect(self) -> None:
        self.window.close_wanted.connect(self._close_wanted)
        self._operations.failed.connect(self._show_failure)
        self._warm_up.window_ready.connect(self._settle)
        self._warm_up.finished.connect(self._imported_all)

    def _show(self) -> None:
        if not self.window.isVisible():
            self.window.installEventFilter(self)
            self.window.show()
            trace("window shown")

    async def _open(self) -> bool:
        """Bring the first page; False when another Tack has the profile and was told."""
        try:
            self._paths.create()
            key = await read_key(key_store_of(self._options, self._paths), self._options.profile)
            await self._open_with(key)
        except AlreadyOpen as error:
            return self._give_way(error)
        except (KeyringError, WrongKey) as error:
            self._lobby.ask_passphrase(error)
        except TackError as error:
            self._lobby.show_error(error)
        return True

    async def _open_with(self, key: CacheKey) -> None:
        """Open the cache, if there is one, and show what is in it; else ask who comes in."""
        connect = self._options.connect
        if not self._paths.cache.exists():
            self._lobby.enter(key, is_first=True, connect=connect)
            return
        account = await Account.open(
            self._paths, key, self._settings.current, offline=self._options.is_offline
        )
        if account.session is None:
            await account.stop()
            self._lobby.enter(key, is_first=False, connect=connect)
        else:
            self._take_account(account)

    def _try_passphrase(self, passphrase: str) -> None:
        self._operations.start(
            self._open_with(key_of_passphrase(passphrase)), None, self._lobby.refuse_passphrase
        )

    def _take_account(self, account: Account) -> None:
        """Show an opened account."""
        self._account = account
        signed_in = SignedIn(
            account,
            self.window,
            self._appearance,
            self._settings,
            known_places(self._brand.rail),
        )
        signed_in.quit_requested.connect(self.quit)
        signed_in.close_requested.connect(self._close_wanted)
        signed_in.sign_out_requested.connect(
            lambda is_wiping: self._operations.start(self._sign_out(is_wiping))
        )
        self.signed_in = signed_in
        self.window.show_page(signed_in.page)
        if self._is_settled:
            signed_in.complete(self._tray)
            self._operations.start(self._start_account(signed_in))

    def _painted(self) -> None:
        trace("list painted")
        self._warm_up.start()

    def _settle(self) -> None:
        """Complete the window once it is painted, the loop runs and all is imported; called at each of these."""
        is_ready = self._is_painted and self._warm_up.is_window_ready and self._shutdown is not None
        if self._is_settled or self._is_over or not is_ready:
            return
        self._is_settled = True
        signed_in = self.signed_in
        steps = [] if signed_in is None else signed_in.steps(self._tray)
        self._turns.run([self._appearance.dress_controls, *steps, lambda: trace("conversation made")])
        self._turns.run(
            [self._open_log, self._show_logo, self._listen, self._tray.show, self._garbage.settle]
        )
        if signed_in is not None:
            self._turns.run([lambda: self._operations.start(self._start_account(signed_in))])

    def _open_log(self) -> None:
        from app.log import write_log_to

        write_log_to(self._paths.log_file)

    def _imported_all(self) -> None:
        if self._imported is not None and self._warm_up.is_finished:
            self._imported.set()

    async def _start_account(self, signed_in: SignedIn) -> None:
        if self._imported is not None:
            await self._imported.wait()
        if self._account is None or self.signed_in is not signed_in:
            return
        if not self._options.is_offline:
            try:
                await self._lobby.bring_server(self._account)
            except TackError as error:
                signed_in.tell_error(error)
        if self.signed_in is signed_in:
            signed_in.start()

    def _show_logo(self) -> None:
        from PySide6.QtGui import QIcon

        logo = self._brand.logo(128)
        self._app.setWindowIcon(QIcon(logo))
        self._tray.set_logo(logo)

    def _show_failure(self, error: TackError) -> None:
        if self.signed_in is not None:
            self.signed_in.tell_error(error)
        else:
            self._lobby.show_error(error)

    def _listen(self) -> None:
        from ui.single_instance import Bell

        self._bell = Bell(self._paths.folder, self)
        self._bell.rung.connect(self.window.come_to_front)
        self._bell.listen()

    def _give_way(self, error: AlreadyOpen) -> bool:
        from ui.single_instance import ring

        if ring(self._paths.folder):
            return False
        self._lobby.show_error(error)
        return True

    def _obey_signals(self) -> None:
        """End cleanly when the system or a terminal asks; Windows has no such signals for loops."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, self.quit)

    # End

    def _close_wanted(self) -> None:
        self._keep_place()
        if self._settings.current.is_closing_to_tray and self._tray.is_available:
            if self.signed_in is not None:
                self._operations.start(self.signed_in.save())
            self.window.hide()
        else:
            self.quit()

    def _keep_place(self) -> None:
        place = self.window.place()
        if self.signed_in is not None:
            place |= self.signed_in.place()
        try:
            self._settings.change(window=place)
        except TackError as error:
            log.warning("the window's place is not kept: %s", error.code)

    async def _sign_out(self, is_wiping: bool) -> None:
        account = self._account
        if account is None:
            return
        await self._leave_account()
        self._lobby.show_waiting(tr("Signing out…"))
        await account.sign_out(wipe=is_wiping)
        if is_wiping:
            with contextlib.suppress(KeyringError):  # a passphrase profile has no entry
                await key_store_of(self._options, self._paths).delete(self._options.profile)
        await self._open()

    async def _leave_account(self) -> None:
        """Keep what is being written and take the account off the screen."""
        self._turns.finish()
        signed_in, self.signed_in = self.signed_in, None
        self._account = None
        if signed_in is not None:
            with contextlib.suppress(TackError):
                await signed_in.save()
            await signed_in.close()
        if self._has_tray():
            self._tray.set_totals(None)

    def _has_tray(self) -> bool:
        return "_tray" in vars(self)

    async def _end(self) -> None:
        account = self._account
        self._warm_up.stop()
        if self.window.isVisible():
            self._keep_place()
        await self._leave_account()
        if self._has_tray():
            self._tray.hide()
        self.window.allow_close()
        self.window.close()
        if self._bell is not None:
            self._bell.close()
        await self._operations.aclose()
        if account is not None:
            with contextlib.suppress(TackError):
                await account.stop()
        if "_lobby" in vars(self):
            await self._lobby.close()
