"""What is on screen while nobody is signed in, and the server on this computer if there is one.

`Lobby` chooses the page: the first run, the sign-in form, the passphrase, a sentence when the data cannot be
opened. It ends with `account_opened`.
"""

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from app.account import Account
from app.errors import KeyringError, TackError
from app.paths import Paths
from app.settings import SettingsFile
from app.store.cache import CacheKey
from resources.translations import tr
from ui.brand import Brand
from ui.main_window import MainWindow
from ui.operations import Operations
from ui.options import Connect
from ui.sentences import sentence
from widgets.style import StyleSource

if TYPE_CHECKING:
    from app.local_server.server import LocalServer
    from ui.screens.sign_in.entrance import Entrance
    from ui.screens.sign_in.passphrase_page import PassphrasePage

log = logging.getLogger("tack.ui.lobby")

LOGO_SIDE = 128
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Lobby(QObject):
    """Owns the pages before sign-in and the local server's process."""

    account_opened = Signal(object)
    """`Account`, opened and not started."""
    passphrase_given = Signal(str)
    retry_requested = Signal()

    def __init__(
        self,
        window: MainWindow,
        style: StyleSource,
        brand: Brand,
        paths: Paths,
        settings: SettingsFile,
        operations: Operations,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._style = style
        self._brand = brand
        self._paths = paths
        self._settings = settings
        self._operations = operations
        self._server: LocalServer | None = None
        self._entrance: Entrance | None = None
        self._passphrase_page: PassphrasePage | None = None

    @property
    def server_folder(self) -> Path:
        """Where the server on this computer lives: beside the profiles, shared by them."""
        return self._paths.folder.parent.parent / "server"

    def enter(self, key: CacheKey, *, is_first: bool, connect: Connect | None) -> None:
        """Ask who comes in."""
        from ui.screens.sign_in.entrance import Entrance

        entrance = Entrance(
            self._window,
            self._style,
            self._brand.logo(LOGO_SIDE),
            self._paths,
            key,
            self._settings,
            self._operations,
            self.server_folder,
            self._brand.default_server,
        )
        entrance.signed_in.connect(self._came_in)
        self._entrance = entrance
        if connect is not None:
            entrance.connect_with(connect)
        elif is_first:
            entrance.welcome()
        else:
            entrance.sign_in(can_go_back=False)

    def ask_passphrase(self, error: TackError) -> None:
        """No safe keyring, or the key is not the one: a passphrase opens the data instead."""
        from ui.screens.sign_in.passphrase_page import PassphrasePage

        is_new = not self._paths.cache.exists()
        reason = sentence(error)
        if isinstance(error, KeyringError) and not is_new:
            reason = tr("Your messages on this computer are protected by a passphrase.")
        page = PassphrasePage(self._style, self._brand.logo(LOGO_SIDE), is_new=is_new, reason=reason)
        page.given.connect(self._passphrase_typed)
        self._passphrase_page = page
        self._window.show_page(page)
        page.first.focus_field()

    def refuse_passphrase(self, error: TackError) -> None:
        """The passphrase did not open the data."""
        if self._passphrase_page is not None:
            self._passphrase_page.refuse(sentence(error))

    def _passphrase_typed(self, passphrase: str) -> None:
        if self._passphrase_page is not None:
            self._passphrase_page.set_busy(True)
        self.passphrase_given.emit(passphrase)

    def show_error(self, error: TackError) -> None:
        """The data cannot be opened: say why and offer to try again."""
        from widgets.empty_state import EmptyState

        page = EmptyState(
            self._style, "warning-circle", tr("Tack cannot open"), sentence(error), tr("Try again")
        )
        page.action_triggered.connect(self.retry_requested)
        self._window.show_page(page)

    def show_waiting(self, text: str) -> None:
        """Something takes a moment."""
        from widgets.empty_state import EmptyState

        page = EmptyState(self._style)
        page.set_state("circle-notch", text, is_busy=True)
        self._window.show_page(page)

    async def bring_server(self, account: Account) -> None:
        """Start the server on this computer if the account lives on it; its address may have moved."""
        session = account.session
        if session is None or urlsplit(session.homeserver_url).hostname not in LOOPBACK:
            return
        if self._server is None and not self.server_folder.exists():
            return
        from app.local_server.server import LocalServer

        if not LocalServer.supported():
            return
        self._server = self._server or LocalServer(self.server_folder)
        address = await self._server.start()
        if address != session.homeserver_url:
            await account.cache.save_session(replace(session, homeserver_url=address))

    async def close(self) -> None:
        """Stop the server on this computer, if it is ours."""
        if self._server is None and self._entrance is not None:
            self._server = self._entrance.local_server
        if self._server is not None:
            await self._server.stop()
            self._server = None

    def _came_in(self, account: Account) -> None:
        if self._entrance is not None:
            self._server = self._entrance.local_server or self._server
            self._entrance.deleteLater()
            self._entrance = None
        self.account_opened.emit(account)
