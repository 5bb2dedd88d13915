"""Ctrl+K: type part of a name, Enter goes there."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.avatar import ImageSource
from widgets.badge import NO_BADGE, Badge
from widgets.style import StyleSource


@dataclass(frozen=True, slots=True)
class SwitcherRow:
    """One place to go to."""

    key: str
    name: str
    detail: str = ""
    color_key: str = ""
    avatar_key: str | None = None
    icon: str = ""
    """An icon instead of an avatar (commands)."""
    section: str = ""
    """Worded heading, shown where it changes."""
    badge: Badge = NO_BADGE


class QuickSwitcher(QWidget):
    """A panel over the window. Emits the term while typing; the screen answers with `set_rows`."""

    term_changed = Signal(str)
    chosen = Signal(str)
    closed = Signal()

    def __init__(self, style: StyleSource, window: QWidget, images: ImageSource | None = None) -> None:
        super().__init__(window)

    def open_empty(self) -> None:
        """Show it with an empty field (term_changed("") follows)."""

    def close_panel(self) -> None:
        """Hide it and give the focus back."""

    def set_rows(self, rows: Sequence[SwitcherRow]) -> None:
        """The answer to the current term; the first row gets selected."""
