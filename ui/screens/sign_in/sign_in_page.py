"""The sign-in form: server, user name, password; or the company's own sign-in in the browser."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QWidget

from resources.translations import tr
from ui.proxy_fields import ProxyFields
from ui.screens.sign_in.card import CardPage
from widgets.buttons import Button, ButtonKind
from widgets.form_fields import TextField
from widgets.style import StyleSource


class SignInPage(CardPage):
    """Says what was typed; shows what went wrong where it went wrong."""

    submitted = Signal(str, str, str)
    """Server, user, password."""
    server_typed = Signal(str)
    """The server field was left: find out how one signs in there."""
    sso_requested = Signal(str)
    """Server."""
    back_requested = Signal()

    def __init__(
        self,
        style: StyleSource,
        logo: QPixmap,
        proxy: ProxyFields,
        *,
        server: str = "",
        can_go_back: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, logo, parent)
        self.server = TextField(style, "")
        self.user = TextField(style, "")
        self.password = TextField(style, "", is_password=True)
        self.server.set_text(server)
        self._go = Button(style, "", ButtonKind.PRIMARY)
        self._sso = Button(style, "", ButtonKind.OUTLINE)
        self._back = Button(style, "", ButtonKind.QUIET)
        self._proxy = proxy
        self._proxy_opener = Button(style, "", ButtonKind.QUIET)
        self._proxy.hide()
        self._asked = ""
        self._sso.hide()
        self._back.setVisible(can_go_back)
        self._lay_out_form()
        self._connect()
        self.word()

    def word(self) -> None:
        """See `CardPage.word`."""
        self.set_heading(tr("Sign in"))
        self.server.set_label(tr("Server"))
        self.server.set_placeholder(tr("company.com or @name:company.com"))
        self.user.set_label(tr("User name"))
        self.password.set_label(tr("Password"))
        self._go.setText(tr("Sign in"))
        self._sso.setText(tr("Sign in with the company account"))
        self._back.setText(tr("Back"))
        self._proxy_opener.setText(tr("Proxy…"))
        self._proxy.word()

    def show_offer(self, *, has_password: bool, has_sso: bool, user: str) -> None:
        """The server answered: show the ways it knows."""
        self.user.setVisible(has_password or not has_sso)
        self.password.setVisible(has_password or not has_sso)
        self._go.setVisible(has_password or not has_sso)
        self._sso.setVisible(has_sso)
        if user and not self.user.text():
            self.user.set_text(user)

    def set_busy(self, is_busy: bool) -> None:
        """Lock the form while the server is asked."""
        self._go.set_busy(is_busy)
        for field in (self.server, self.user, self.password, self._sso):
            field.setEnabled(not is_busy)

    def focus_first(self) -> None:
        """Put the cursor where something is missing."""
        empty = [field for field in (self.server, self.user, self.password) if not field.text()]
        (empty or [self.password])[0].focus_field()

    def _lay_out_form(self) -> None:
        for widget in (self.server, self.user, self.password, self._go, self._sso, self._proxy):
            self.add(widget)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._back)
        row.addWidget(self._proxy_opener)
        row.addStretch(1)
        self.body.addLayout(row)

    def _connect(self) -> None:
        self.server.submitted.connect(self.user.focus_field)
        self.server.edit.editingFinished.connect(self._server_done)
        self.user.submitted.connect(self.password.focus_field)
        self.password.submitted.connect(self._submit)
        self._go.clicked.connect(self._submit)
        self._sso.clicked.connect(lambda: self.sso_requested.emit(self.server.text()))
        self._back.clicked.connect(self.back_requested)
        self._proxy_opener.clicked.connect(self._open_proxy)

    def _open_proxy(self) -> None:
        """The line may need a proxy before anything can be signed in to."""
        self._proxy.show()
        self._proxy_opener.hide()
        self._asked = ""  # the same server may answer on another way

    def _server_done(self) -> None:
        """The field was left, by Enter, Tab or the mouse; the same name is asked about once."""
        server = self.server.text()
        if server and server != self._asked:
            self._asked = server
            self.server_typed.emit(server)

    def _submit(self) -> None:
        self.show_error("")
        for field, sentence in (
            (self.server, tr("Type the name of your company's server.")),
            (self.user, tr("Type your user name.")),
            (self.password, tr("Type your password.")),
        ):
            if not field.text():
                field.set_error(sentence)
                field.focus_field()
                return
        self.submitted.emit(self.server.text(), self.user.text(), self.password.text())
