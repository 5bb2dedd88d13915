"""The player: picture, subtitles, flying comments, controls; full screen and picture in picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage

    from widgets.player.source import Buffered, Flying, Line, Playable
    from widgets.player.values import PlayerLikes, PlayState
    from widgets.style import StyleSource


class Player(QWidget):
    """Plays one video at a time. It keeps nothing between videos but its likes."""

    position_changed = Signal(int)
    """ms; about four times a second while it plays, and after each seek."""
    state_changed = Signal(object)
    """PlayState."""
    ended = Signal()
    next_requested = Signal()
    previous_requested = Signal()
    likes_changed = Signal(object)
    """PlayerLikes, after the person changed one."""
    quality_chosen = Signal(str)
    track_chosen = Signal(str)
    """Id of a subtitle track, empty: off. The owner answers with `set_lines`."""
    retry_requested = Signal()
    screenshot_taken = Signal(object)
    """QImage, of the picture with its subtitles."""
    link_requested = Signal(int)
    """Copy a link to this moment (ms)."""
    comment_requested = Signal(int)
    """Write a comment at this moment (key C)."""
    mini_requested = Signal(bool)
    """Picture in picture on or off."""
    full_screen_changed = Signal(bool)

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style

    def play(self, playable: Playable, *, is_paused: bool = False) -> None:
        """Open it and begin (or show the first picture)."""
        raise NotImplementedError

    def close_video(self) -> None:
        """Stop, and give back threads, memory and files. Returns at once; `PlayState.EMPTY` comes when all is given back."""
        raise NotImplementedError

    def set_likes(self, likes: PlayerLikes) -> None:
        """Take volume, speed, danmaku… as remembered."""
        raise NotImplementedError

    def set_lines(self, track: str, lines: Sequence[Line]) -> None:
        """Take the cues of the chosen subtitle track."""
        raise NotImplementedError

    def set_flying(self, flying: Sequence[Flying]) -> None:
        """Take the comments that fly, in any order."""
        raise NotImplementedError

    def set_buffered(self, buffered: Buffered) -> None:
        """Show what is here, whether it waits, what is wrong."""
        raise NotImplementedError

    def set_storyboard(self, image: QImage | None, columns: int, rows: int, every_ms: int) -> None:
        """Take the small pictures for the seek bar."""
        raise NotImplementedError

    def toggle(self) -> None:
        """Play or pause."""
        raise NotImplementedError

    def seek(self, at_ms: int) -> None:
        """Go to a moment."""
        raise NotImplementedError

    @property
    def position_ms(self) -> int:
        """Where it is, interpolated between libVLC's reports."""
        raise NotImplementedError

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        raise NotImplementedError

    @property
    def state(self) -> PlayState:
        """What it does."""
        raise NotImplementedError

    def picture(self) -> QImage:
        """Give the picture shown now, in its own size; null where there is none."""
        raise NotImplementedError

    def leave_full_screen(self) -> bool:
        """Come back from full screen; whether it was."""
        raise NotImplementedError
