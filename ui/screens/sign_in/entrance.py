"""From nobody to a signed-in account: which page follows which.

The pages only say what was typed. Everything that waits runs as an operation; an error of the world becomes a
sentence on the page in front.
"""

import contextlib
import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from app.account import Account
from app.errors import TackError
from app.local_server.server import LocalServer
from app.paths import Paths
from app.settings import SettingsFile
from app.sign_in import ServerFound, look_up_server
from app.store.cache import CacheKey
from resources.translations import set_language, tr
from ui.main_window import MainWindow
from ui.operations import Operations
from ui.options import Connect
from ui.proxy_fields import ProxyFields
from ui.screens.sign_in.local_page import LocalPage
from ui.screens.sign_in.sign_in_page import SignInPage
from ui.screens.sign_in.sso import BrowserSignIn
from ui.screens.sign_in.welcome_page import WelcomePage
from ui.sentences import sentence, sentence_for
from widgets.style import StyleSource

log = logging.getLogger("tack.ui.entrance")

_SERVER_ERRORS = frozenset({"not_a_homeserver", "server_address", "tls", "strange_answer"})


class Entrance(QObject):
    """Ends with `signed_in`."""

    signed_in = Signal(object)
    """The opened `Account`, not started."""

    def __init__(
        self,
        window: MainWindow,
        style: StyleSource,
        logo: QPixmap,
        paths: Paths,
        key: CacheKey,
        settings: SettingsFile,
        operations: Operations,
        server_folder: Path,
        default_server: str = "",
    ) -> None:
        super().__init__(window)
        self._window = window
        self._style = style
        self._logo = logo
        self._paths = paths
        self._key = key
        self._settings = settings
        self._operations = operations
        self._server_folder = server_folder
        self._default_server = default_server
        self._sso: BrowserSignIn | None = None
        self._page: QWidget | None = None
        self.local_server: LocalServer | None = None

    def welcome(self) -> None:
        """The first run."""
        support = LocalServer.supported()
        page = WelcomePage(self._style, self._logo, "" if support else sentence_for(support.reason))
        page.company_chosen.connect(lambda: self.sign_in())
        page.local_chosen.connect(self._local)
        page.language_chosen.connect(self._speak)
        self._show(page)

    def sign_in(self, server: str = "", *, can_go_back: bool = True) -> SignInPage:
        """The form."""
        page = SignInPage(
            self._style,
            self._logo,
            ProxyFields(self._style, self._settings),
            server=server or self._default_server,
            can_go_back=can_go_back,
        )
        page.back_requested.connect(self.welcome)
        page.submitted.connect(lambda host, user, password: self._submit(page, host, user, password))
        page.server_typed.connect(lambda host: self._look_up(page, host))
        page.sso_requested.connect(lambda host: self._browse(page, host))
        self._show(page)
        page.focus_first()
        return page

    def connect_with(self, connect: Connect) -> None:
        """Sign in without the page (development tools); the page shows what goes wrong."""
        page = self.sign_in(connect.server)
        page.user.set_text(connect.user)
        self._submit(page, connect.server, connect.user, connect.password)

    def _show(self, page: QWidget) -> None:
        self._page = page
        self._window.show_page(page)

    def _speak(self, language: str) -> None:
        self._settings.change(language=language)
        set_language(language)

    # Password

    def _submit(self, page: SignInPage, server: str, user: str, password: str) -> None:
        page.set_busy(True)
        self._operations.start(
            Account.sign_in(self._paths, self._key, self._settings.current, server, user, password),
            self.signed_in.emit,
            lambda error: self._refused(page, error),
        )

    def _refused(self, page: SignInPage, error: TackError) -> None:
        if page is not self._page:
            return
        page.set_busy(False)
        if error.code in {"wrong_password", "forbidden"}:
            page.password.set_error(sentence_for("wrong_password"))
            page.password.focus_field()
        elif self._not_found(page, error):
            page.server.focus_field()
        else:
            page.show_error(sentence(error))

    def _not_found(self, page: SignInPage, error: TackError) -> bool:
        """Say at the server field what is wrong with it; False when it is something else."""
        if page is not self._page:
            return True
        if error.code in {"network", "not_connected"}:
            page.server.set_error(tr("This server cannot be reached. Check the address and the network."))
        elif error.code in _SERVER_ERRORS:
            page.server.set_error(sentence(error))
        else:
            return False
        return True

    def _look_up(self, page: SignInPage, server: str) -> None:
        self._operations.start(
            look_up_server(server, self._settings.current),
            lambda found: self._offer(page, found),
            lambda error: self._look_up_failed(page, error),
        )

    def _look_up_failed(self, page: SignInPage, error: TackError) -> None:
        """Other errors are told when somebody signs in: here nobody asked for anything yet."""
        self._not_found(page, error)

    def _offer(self, page: SignInPage, found: ServerFound) -> None:
        if page is self._page:
            page.show_offer(has_password=found.has_password, has_sso=found.has_sso, user=found.user_localpart)

    # Single sign-on

    def _browse(self, page: SignInPage, server: str) -> None:
        page.set_busy(True)
        self._operations.start(
            self._sign_in_by_browser(server),
            self.signed_in.emit,
            lambda error: self._refused(page, error),
        )

    async def _sign_in_by_browser(self, server: str) -> Account:
        found = await look_up_server(server, self._settings.current)
        async with contextlib.aclosing(BrowserSignIn()) as browser:
            token = await browser.token(found.homeserver_url)
        return await Account.sign_in_with_token(
            self._paths, self._key, self._settings.current, found.homeserver_url, token
        )

    # A server on this computer

    def _local(self) -> None:
        page = LocalPage(self._style, self._logo)
        page.back_requested.connect(self.welcome)
        page.submitted.connect(lambda user, name, password: self._start_local(page, user, name, password))
        self._show(page)
        page.display.focus_field()

    def _start_local(self, page: LocalPage, user: str, name: str, password: str) -> None:
        page.set_busy(True)
        self._operations.start(
            self._sign_in_locally(page, user, name, password),
            self.signed_in.emit,
            lambda error: self._local_failed(page, error),
        )

    async def _sign_in_locally(self, page: LocalPage, user: str, name: str, password: str) -> Account:
        if self.local_server is None:
            self.local_server = LocalServer(self._server_folder)
        address = await self.local_server.start(page.show_step)
        await self.local_server.create_user(user, password, is_admin=True, displayname=name)
        return await Account.sign_in(self._paths, self._key, self._settings.current, address, user, password)

    def _local_failed(self, page: LocalPage, error: TackError) -> None:
        if page is not self._page:
            return
        page.set_busy(False)
        page.word()
        if error.params.get("errcode") == "M_USER_IN_USE":
            page.user.set_error(tr("This name is taken. Choose another one."))
        else:
            page.show_error(sentence(error))
