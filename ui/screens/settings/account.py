"""Settings of the account: who I am here, and the ways to sign out."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from ui.desk import Desk
from ui.screens.settings.section import Section
from widgets.buttons import Button, ButtonKind
from widgets.dialogs import confirm


class AccountSection(Section):
    """Signing out asks whether the data on this computer stays."""

    sign_out_requested = Signal(bool)
    """Whether to delete the data on this computer."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(desk.style, lambda: tr("Account"))
        self._desk = desk
        self._window = window
        self._button = Button(desk.style, "", ButtonKind.OUTLINE)
        self._button.clicked.connect(self._ask)
        self.add_note(self._who_words)
        self.add_left(self._button)
        self.worded(lambda: tr("Sign out…"), self._button.setText)
        self.finish()

    def _who_words(self) -> str:
        session = self._desk.account.session
        if session is None:
            return tr("Nobody is signed in.")
        return tr(
            "{user} at {server}.",
            user=session.user_id,
            server=session.homeserver_url,
        )

    def _ask(self) -> None:
        waiting = self._desk.account.cache.read.waiting_count()
        text = tr("Keep the messages on this computer for the next sign-in, or delete them here?")
        if waiting:
            text += " " + tr("{n} messages are not sent yet; deleting loses them.", n=waiting)
        dialog = confirm(
            self._desk.style,
            self._window.window(),
            tr("Sign out?"),
            text,
            tr("Sign out and delete"),
            is_danger=True,
            choices=[("keep", tr("Sign out and keep"))],
        )
        dialog.chosen.connect(self._chosen)

    def _chosen(self, key: str) -> None:
        if key in {"accept", "keep"}:
            self.sign_out_requested.emit(key == "accept")
