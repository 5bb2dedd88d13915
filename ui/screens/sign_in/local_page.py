"""A server on this computer: who you are, then it starts."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from app.local_server.settings import StartStep
from resources.translations import tr
from ui.screens.sign_in.card import CardPage
from widgets.buttons import Button, ButtonKind
from widgets.form_fields import TextField
from widgets.style import StyleSource

MIN_PASSWORD = 8
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


class LocalPage(CardPage):
    """Asks for the first account of the new server."""

    submitted = Signal(str, str, str)
    """User name, shown name, password."""
    back_requested = Signal()

    def __init__(self, style: StyleSource, logo: QPixmap, parent: QWidget | None = None) -> None:
        super().__init__(style, logo, parent)
        self.display = TextField(style, "")
        self.user = TextField(style, "")
        self.password = TextField(style, "", is_password=True)
        self._go = Button(style, "", ButtonKind.PRIMARY)
        self._back = Button(style, "", ButtonKind.QUIET)
        for widget in (self.display, self.user, self.password, self._go, self._back):
            self.add(widget)
        self.display.submitted.connect(self.user.focus_field)
        self.user.submitted.connect(self.password.focus_field)
        self.password.submitted.connect(self._submit)
        self._go.clicked.connect(self._submit)
        self._back.clicked.connect(self.back_requested)
        self.word()

    def word(self) -> None:
        """See `CardPage.word`."""
        self.set_heading(
            tr("A server on this computer"),
            tr("It runs while Tack is open. You are its administrator."),
        )
        self.display.set_label(tr("Your name"))
        self.user.set_label(tr("User name"))
        self.user.set_hint(tr("Small letters and digits, as in an e-mail address."))
        self.password.set_label(tr("Password"))
        self._go.setText(tr("Start the server"))
        self._back.setText(tr("Back"))

    def set_busy(self, is_busy: bool) -> None:
        """While the server starts."""
        self._go.set_busy(is_busy)
        for widget in (self.display, self.user, self.password, self._back):
            widget.setEnabled(not is_busy)

    def show_step(self, step: StartStep) -> None:
        """Say what the start is doing."""
        self.set_heading(tr("A server on this computer"), step_words(step))

    def _submit(self) -> None:
        user = self.user.text().lower()
        if not user or set(user) - _NAME_CHARACTERS:
            self.user.set_error(tr("Only small letters, digits and . _ - please."))
        elif len(self.password.text()) < MIN_PASSWORD:
            self.password.set_error(tr("Too short: at least {n} characters.", n=MIN_PASSWORD))
        else:
            self.show_error("")
            self.submitted.emit(user, self.display.text() or user, self.password.text())


def step_words(step: StartStep) -> str:
    """Word a step of the start."""
    return {
        StartStep.PREPARING: tr("Preparing…"),
        StartStep.WAITING_FOR_OTHER: tr("Waiting for the last server to close…"),
        StartStep.BACKING_UP: tr("Backing up the data before an upgrade…"),
        StartStep.PORT_MOVED: tr("The usual port is in use; taking another…"),
        StartStep.STARTING: tr("Starting the server…"),
        StartStep.READY: tr("Ready."),
    }[step]
