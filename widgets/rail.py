"""The rail at the left: me on top, the places, settings at the bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from widgets.badge import NO_BADGE, Badge
from widgets.style import StyleSource


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One place. `icon` is a name of the icon font, `text` the worded tooltip and accessible name."""

    key: str
    icon: str
    text: str
    badge: Badge = NO_BADGE


class Rail(QWidget):
    """Sixty pixels of places."""

    entry_activated = Signal(str)
    entry_double_activated = Signal(str)
    """Double click: go to the next unread."""
    person_activated = Signal()
    entry_context_requested = Signal(str, QPoint)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def set_person(self, user_id: str, name: str, picture: QPixmap | None = None) -> None:
        """Show me on top."""

    def set_entries(self, top: Sequence[RailEntry], bottom: Sequence[RailEntry] = ()) -> None:
        """Show these places (again after a change of language)."""

    def set_current(self, key: str) -> None:
        """Mark the place that is open."""

    def set_badge(self, key: str, badge: Badge) -> None:
        """Change the badge of one place."""
