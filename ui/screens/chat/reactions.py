"""Choosing a reaction: the picker and what was used lately."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from ui.desk import Desk
from widgets.emoji_picker import QUICK_REACTIONS, EmojiPicker

MAX_RECENT = 18


class Reactions(QObject):
    """One picker for the whole screen."""

    def __init__(self, desk: Desk, react: Callable[[str, str], None], home: QWidget) -> None:
        """`react` is given the uid and the key. The picker floats inside the window of `home`."""
        super().__init__(home)
        self._desk = desk
        self._home = home
        self._react = react
        self._picker: EmojiPicker | None = None
        self._recent: list[str] = list(QUICK_REACTIONS)
        self._target = ""

    def pick(self, uid: str, corner: QPoint) -> None:
        """Let the person choose a reaction to an item."""
        self._target = uid
        if self._picker is None:
            self._picker = EmojiPicker(self._desk.style, self._home)
            self._picker.emoji_chosen.connect(self._chosen)
        self._picker.set_recent(self._recent)
        self._picker.open_at(corner)

    def _chosen(self, emoji: str) -> None:
        self._recent = [emoji, *(one for one in self._recent if one != emoji)][:MAX_RECENT]
        self._react(self._target, emoji)
