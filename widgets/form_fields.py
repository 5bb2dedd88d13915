"""Labelled form fields: label above, hint or error below."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from widgets.style import StyleSource


class TextField(QWidget):
    """One line of text. `is_password` adds the eye."""

    text_changed = Signal(str)
    submitted = Signal()

    def __init__(
        self,
        style: StyleSource,
        label: str,
        *,
        placeholder: str = "",
        hint: str = "",
        is_password: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)

    def text(self) -> str:
        """What stands in it, without blanks around (passwords as typed)."""
        return ""

    def set_text(self, text: str) -> None:
        """Fill it."""

    def set_label(self, label: str) -> None:
        """Word it again."""

    def set_placeholder(self, text: str) -> None:
        """Word it again."""

    def set_hint(self, text: str) -> None:
        """The grey line below."""

    def set_error(self, sentence: str) -> None:
        """The red line below; empty takes it away. Typing takes it away too."""

    def focus_field(self) -> None:
        """Put the cursor in, everything selected."""


class ChoiceField(QWidget):
    """One of a few choices."""

    chosen = Signal(str)

    def __init__(
        self,
        style: StyleSource,
        label: str,
        choices: Sequence[tuple[str, str]] = (),
        *,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are (key, worded)."""
        super().__init__(parent)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Word them again; the current one stays."""

    def set_label(self, label: str) -> None:
        """Word it again."""

    def current(self) -> str:
        """The chosen key."""
        return ""

    def set_current(self, key: str) -> None:
        """Choose without emitting."""


class SwitchField(QCheckBox):
    """A switch with its words and a grey explanation under them. Use `toggled`, `isChecked`, `setChecked`."""

    def __init__(self, style: StyleSource, text: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def set_hint(self, hint: str) -> None:
        """Word it again."""
