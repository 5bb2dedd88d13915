"""The player: picture, subtitles, flying comments, controls; full screen and picture in picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.player.engine import Engine
from widgets.player.stage import Stage
from widgets.player.values import PlayerLikes, PlayState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from widgets.player.source import Buffered, Flying, Line, Playable
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
        self._likes = PlayerLikes()
        self._engine = Engine(self)
        self._stage = Stage(style, self._engine, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stage)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._stage.box_changed.connect(lambda wide, high: self._engine.set_box((wide, high)))
        self._engine.state_changed.connect(self.state_changed)
        self._engine.position_changed.connect(self.position_changed)
        self._engine.ended.connect(self.ended)

    def play(self, playable: Playable, *, is_paused: bool = False) -> None:
        """Open it and begin (or show the first picture)."""
        self._stage.cover = playable.cover
        quality = playable.qualities[0].id if playable.qualities else ""
        self._engine.play(playable, quality, is_paused=is_paused)

    def close_video(self) -> None:
        """Stop, and give back threads, memory and files. Returns at once; `PlayState.EMPTY` comes when all is given back."""
        self._stage.cover = None
        self._engine.close()
        self._stage.update()

    def set_likes(self, likes: PlayerLikes) -> None:
        """Take volume, speed, danmaku… as remembered."""
        self._likes = likes
        self._engine.set_rate(likes.rate)
        self._engine.set_sound(likes.volume, likes.is_muted)
        self._stage.danmaku.set_look(likes.danmaku)
        self._stage.subtitles.set_scale(likes.subtitle_size)

    def set_lines(self, track: str, lines: Sequence[Line]) -> None:
        """Take the cues of the chosen subtitle track."""
        self._stage.subtitles.set_lines(lines)
        self._stage.update()

    def set_flying(self, flying: Sequence[Flying]) -> None:
        """Take the comments that fly, in any order."""
        self._stage.danmaku.set_flying(flying)
        self._stage.update()

    def set_buffered(self, buffered: Buffered) -> None:
        """Show what is here, whether it waits, what is wrong."""

    def set_storyboard(self, image: QImage | None, columns: int, rows: int, every_ms: int) -> None:
        """Take the small pictures for the seek bar."""

    def toggle(self) -> None:
        """Play or pause."""
        self._engine.set_paused(
            self.state is PlayState.PLAYING
            or (not self._engine.is_paused and self.state is PlayState.WAITING)
        )

    def seek(self, at_ms: int) -> None:
        """Go to a moment."""
        self._engine.seek(at_ms)

    @property
    def position_ms(self) -> int:
        """Where it is, interpolated between libVLC's reports."""
        return self._engine.position_ms

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        return self._engine.duration_ms

    @property
    def state(self) -> PlayState:
        """What it does."""
        return self._engine.state

    def picture(self) -> QImage:
        """Give the picture shown now, in its own size; null where there is none."""
        picture = self._engine.picture
        return picture.image.copy() if picture is not None else QImage()

    def leave_full_screen(self) -> bool:
        """Come back from full screen; whether it was."""
        return False
