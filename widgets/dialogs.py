"""Dialogs that never block: `open()` and a signal; `exec()` would starve the event loop (nested loops lose tasks)."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from widgets.buttons import ButtonKind
from widgets.style import StyleSource


class Dialog(QDialog):
    """Title, body, row of buttons. Deletes itself when closed. Use `open()`, `accepted`, `rejected`, `finished`."""

    chosen = Signal(str)
    """Key of the button that closed it ("" when closed by Escape)."""

    def __init__(self, style: StyleSource, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = QVBoxLayout()

    def set_text(self, text: str) -> None:
        """A paragraph above the body."""

    def add_button(
        self, key: str, text: str, kind: ButtonKind = ButtonKind.SECONDARY, *, is_default: bool = False
    ) -> None:
        """Buttons stand right, in the order given. Keys "cancel" and "" reject, others accept."""

    def set_busy(self, is_busy: bool) -> None:
        """Lock the buttons while its work runs."""

    def set_error(self, sentence: str) -> None:
        """A red line above the buttons."""


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
    raise NotImplementedError


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
) -> "TextDialog":
    """Make and open a question for one line; connect to `text_accepted`."""
    raise NotImplementedError


class TextDialog(Dialog):
    """Asks one line. Stays open on `set_error`; the asker calls `accept()`."""

    text_accepted = Signal(str)
