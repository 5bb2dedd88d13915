"""A search field: icon, clear button, waits for a pause in typing and for the input method."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets.style import StyleSource


class SearchField(QLineEdit):
    """Emits `term_changed` after a short pause, at once on Enter and when cleared; never with half-typed Chinese."""

    term_changed = Signal(str)
    submitted = Signal(str)
    """Enter."""
    moved = Signal(int)
    """Arrow up (-1), down (+1), page (-10, +10): for the list below."""
    cancelled = Signal()
    """Escape in an empty field."""

    def __init__(self, style: StyleSource, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def term(self) -> str:
        """What is searched for now."""
        return ""
