"""No safe keyring on this computer: a passphrase protects the messages instead. It is never stored."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from resources.translations import tr
from ui.screens.sign_in.card import CardPage
from widgets.buttons import Button, ButtonKind
from widgets.form_fields import TextField
from widgets.style import StyleSource

MIN_LENGTH = 8


class PassphrasePage(CardPage):
    """Asks for a new passphrase twice, or for the known one."""

    given = Signal(str)

    def __init__(
        self,
        style: StyleSource,
        logo: QPixmap,
        *,
        is_new: bool,
        reason: str,
        parent: QWidget | None = None,
    ) -> None:
        """`reason` is the sentence that explains why it is asked."""
        super().__init__(style, logo, parent)
        self._is_new = is_new
        self._reason = reason
        self.first = TextField(style, "", is_password=True)
        self.second = TextField(style, "", is_password=True)
        self.second.setVisible(is_new)
        self._go = Button(style, "", ButtonKind.PRIMARY)
        for widget in (self.first, self.second, self._go):
            self.add(widget)
        self.first.submitted.connect(self._first_done)
        self.second.submitted.connect(self._submit)
        self._go.clicked.connect(self._submit)
        self.word()

    def word(self) -> None:
        """See `CardPage.word`."""
        self.set_heading(tr("Passphrase"), self._reason)
        self.first.set_label(tr("New passphrase") if self._is_new else tr("Passphrase"))
        self.second.set_label(tr("Once more"))
        self.first.set_hint(
            tr("At least {n} characters. It is not stored anywhere: remember it.", n=MIN_LENGTH)
            if self._is_new
            else ""
        )
        self._go.setText(tr("Open"))

    def set_busy(self, is_busy: bool) -> None:
        """While the cache opens."""
        self._go.set_busy(is_busy)

    def refuse(self, sentence: str) -> None:
        """Say that this was not it."""
        self.set_busy(False)
        self.first.set_error(sentence)
        self.first.focus_field()

    def _first_done(self) -> None:
        if self._is_new:
            self.second.focus_field()
        else:
            self._submit()

    def _submit(self) -> None:
        text = self.first.text()
        if self._is_new and len(text) < MIN_LENGTH:
            self.first.set_error(tr("Too short: at least {n} characters.", n=MIN_LENGTH))
        elif self._is_new and text != self.second.text():
            self.second.set_error(tr("The two are not the same."))
        elif text:
            self.given.emit(text)
