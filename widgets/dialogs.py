"""Dialogs that never block: `open()` and a signal; `exec()` would starve the event loop (nested loops lose tasks)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind
from widgets.form_fields import TextField
from widgets.style import StyleSource
from widgets.words import Words

_WIDTH = 420


class Dialog(QDialog):
    """Title, body, row of buttons. Deletes itself when closed. Use `open()`, `accepted`, `rejected`, `finished`."""

    chosen = Signal(str)
    """Key of the button that closed it ("" when closed by Escape)."""

    def __init__(self, style: StyleSource, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._key = ""
        self._buttons: dict[str, Button] = {}
        self._default = ""
        self.body = QVBoxLayout()
        self._title = Words(style, title, pixels=15, is_bold=True)
        self._text = Words(style, role="text2", pixels=14)
        self._error = Words(style, role="attention_text", pixels=13)
        self._row = QHBoxLayout()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._lay_out()
        self.finished.connect(lambda _: self.chosen.emit(self._key))

    def set_text(self, text: str) -> None:
        """A paragraph above the body."""
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def add_button(
        self, key: str, text: str, kind: ButtonKind = ButtonKind.SECONDARY, *, is_default: bool = False
    ) -> Button:
        """Buttons stand right, in the order given. "cancel" rejects, others accept."""
        button = Button(self._style, text, kind)
        button.clicked.connect(lambda: self.press(key))
        self._buttons[key] = button
        self._row.addWidget(button)
        if is_default:
            self._default = key
        return button

    def press(self, key: str) -> None:
        """Do what the button does."""
        self._key = key
        if key == "cancel":
            self.reject()
        else:
            self.accept()

    def button(self, key: str) -> Button:
        """One of the buttons."""
        return self._buttons[key]

    def set_busy(self, is_busy: bool) -> None:
        """Lock the buttons while its work runs; the default one turns."""
        for key, button in self._buttons.items():
            if key == self._default:
                button.set_busy(is_busy)
            else:
                button.setEnabled(not is_busy)

    def set_error(self, sentence: str) -> None:
        """A red line above the buttons."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._default:
            button = self._buttons[self._default]
            if button.isEnabled() and not event.isAutoRepeat():
                button.click()
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        if self._key != "cancel":
            self._key = ""
        super().reject()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.current.colors.window)
        painter.end()

    def _lay_out(self) -> None:
        style = self._style.current
        column = QVBoxLayout(self)
        column.setContentsMargins(style.px(24), style.px(20), style.px(24), style.px(20))
        column.setSpacing(style.px(12))
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(self.body)
        column.addWidget(self._error)
        column.addSpacing(style.px(4))
        self._row.setSpacing(style.px(8))
        self._row.addStretch(1)
        column.addLayout(self._row)
        self._text.hide()
        self._error.hide()
        self.body.setSpacing(style.px(12))
        self.setMinimumWidth(style.px(_WIDTH))


class TextDialog(Dialog):
    """Asks one line. Stays open until the asker calls `accept()`; `set_error` says why not."""

    text_accepted = Signal(str)

    def __init__(
        self,
        style: StyleSource,
        title: str,
        label: str,
        accept_text: str,
        *,
        text: str = "",
        is_password: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(style, title, parent)
        self.field = TextField(style, label, hint=hint, is_password=is_password)
        self.field.set_text(text)
        self.field.text_changed.connect(self._changed)
        self.body.addWidget(self.field)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", accept_text, ButtonKind.PRIMARY, is_default=True)
        self._changed(text)

    def press(self, key: str) -> None:
        if key == "accept":
            self._key = key
            self.text_accepted.emit(self.field.text())
        else:
            super().press(key)

    def set_error(self, sentence: str) -> None:
        """The line under the field."""
        self.field.set_error(sentence)
        self.field.focus_field()

    def _changed(self, _: str) -> None:
        self.button("accept").setEnabled(bool(self.field.text()))


def confirm(
    style: StyleSource,
    parent: QWidget,
    title: str,
    text: str,
    accept_text: str,
    *,
    is_danger: bool = False,
    choices: Sequence[tuple[str, str]] = (),
) -> Dialog:
    """Make and open a question; connect to `accepted` or `chosen` ("accept", "cancel", or a key of `choices`)."""
    dialog = Dialog(style, title, parent)
    dialog.set_text(text)
    cancel = dialog.add_button("cancel", tr("Cancel"), is_default=is_danger)
    for key, words in choices:
        dialog.add_button(key, words)
    kind = ButtonKind.DANGER if is_danger else ButtonKind.PRIMARY
    accept = dialog.add_button("accept", accept_text, kind, is_default=not is_danger)
    dialog.open()
    (cancel if is_danger else accept).setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


def ask_text(
    style: StyleSource,
    parent: QWidget,
    title: str,
    label: str,
    accept_text: str,
    *,
    text: str = "",
    is_password: bool = False,
    hint: str = "",
) -> TextDialog:
    """Make and open a question for one line; connect to `text_accepted`, then call `accept()` or `set_error()`."""
    dialog = TextDialog(
        style, title, label, accept_text, text=text, is_password=is_password, hint=hint, parent=parent
    )
    dialog.open()
    dialog.field.focus_field()
    return dialog
