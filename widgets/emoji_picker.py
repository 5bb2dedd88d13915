"""Choose an emoji: recent ones, groups, search in Chinese and English, keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QWidget

from widgets.style import StyleSource

QUICK_REACTIONS = ("👍", "✅", "❤️", "😄", "🎉", "👀")


class EmojiPicker(QFrame):
    """A popup."""

    emoji_chosen = Signal(str)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def set_recent(self, emoji: Sequence[str]) -> None:
        """Most recent first."""

    def open_at(self, corner: QPoint) -> None:
        """Show it near a global point, inside the screen."""
