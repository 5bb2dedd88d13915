"""Filter chips above a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.style import StyleSource


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice; `count` 0 is not shown."""

    key: str
    text: str
    count: int = 0


class FilterChips(QWidget):
    """A row of choices of which one is on; scrolls sideways when there is no room."""

    chosen = Signal(str)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Show these choices; the current one stays if it is among them."""

    def set_current(self, key: str) -> None:
        """Turn one on without emitting."""

    def current(self) -> str:
        """The key that is on."""
        return ""
