"""The player: picture, subtitles, flying comments, controls; full screen and picture in picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.player.acts import Acts
from widgets.player.choices import Choices
from widgets.player.engine import Engine
from widgets.player.full_screen import FullScreen
from widgets.player.hover_card import Storyboard
from widgets.player.key_map import act_of
from widgets.player.menus import Menus
from widgets.player.notice import waiting_words
from widgets.player.overlay import Overlay
from widgets.player.source import Buffered
from widgets.player.stage import Stage
from widgets.player.values import PlayerLikes, PlayError, PlayState
from widgets.player.words import error_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent

    from widgets.player.source import Flying, Line, Playable
    from widgets.style import StyleSource

_BOX_MS = 300
"""After the last change of its size pictures are made for the new one."""
_FLIGHT_MS = 16
_DRAG = 8


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
        self._playable: Playable | None = None
        self._buffered = Buffered()
        self._full: FullScreen | None = None
        self._has_corners = True
        self._pressed_at: QPoint | None = None
        self._engine = Engine(self)
        self._stage = Stage(style, self._engine, self)
        self._menus = Menus(style, self._stage)
        self._overlay = Overlay(style, self._stage, lambda: self._menus.is_open)
        self._acts = Acts(self, self._engine)
        self._choices = Choices(self, self._engine, self._menus, self._overlay.controls)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stage)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._box_timer = QTimer(self, interval=_BOX_MS, singleShot=True)
        self._box_timer.timeout.connect(self._take_box)
        self._flight = QTimer(self, interval=_FLIGHT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._flight.timeout.connect(self._stage.update_flight)
        self._listen_to_engine()
        self._listen_to_parts()
        self.set_likes(self._likes)

    # what the owner gives

    def play(self, playable: Playable, *, is_paused: bool = False) -> None:
        """Open it and begin (or show the first picture)."""
        is_other = self._playable is None or self._playable.id != playable.id
        self._playable, self._buffered = playable, Buffered()
        self._stage.cover = playable.cover
        self.setAccessibleName(playable.title)
        if is_other:
            self._acts.loop_off()
            self._stage.subtitles.set_lines(())
            self._stage.danmaku.set_flying(())
            self._overlay.card.storyboard = None
        quality = self._choices.begin(playable, self._screen_height(), is_other=is_other)
        self._show_playable(playable)
        self._take_box()
        self._engine.play(playable, quality, is_paused=is_paused)

    def close_video(self) -> None:
        """Stop, and give back threads, memory and files. Returns at once; `PlayState.EMPTY` comes when all is given back."""
        self.leave_full_screen()
        self._playable, self._stage.cover = None, None
        self._acts.loop_off()
        self._overlay.notice.show_sentence("")
        self._stage.subtitles.set_lines(())
        self._stage.danmaku.set_flying(())
        self._overlay.card.storyboard = None
        self._engine.close()
        self._stage.update()

    def set_likes(self, likes: PlayerLikes) -> None:
        """Take volume, speed, danmaku… as remembered."""
        self._likes = likes
        self._engine.set_rate(likes.rate)
        self._engine.set_sound(likes.volume, likes.is_muted)
        self._engine.set_device(likes.device)
        self._stage.danmaku.set_look(likes.danmaku)
        self._stage.flight_share = likes.danmaku.area
        self._stage.subtitles.set_scale(likes.subtitle_size)
        self._overlay.controls.set_likes(likes)
        self._fly()
        self._stage.update()

    def set_lines(self, track: str, lines: Sequence[Line]) -> None:
        """Take the cues of the chosen subtitle track."""
        self._choices.take_track(track)
        self._stage.subtitles.set_lines(lines)
        self._stage.update()

    def set_flying(self, flying: Sequence[Flying]) -> None:
        """Take the comments that fly, in any order."""
        self._stage.danmaku.set_flying(flying)
        self._fly()
        self._stage.update()

    def set_buffered(self, buffered: Buffered) -> None:
        """Show what is here, whether it waits, what is wrong."""
        had_error, self._buffered = bool(self._buffered.error), buffered
        self._overlay.controls.bar.set_buffered(buffered)
        share = self.position_ms / self.duration_ms if self.duration_ms else 0.0
        self._overlay.spinner.set_words(waiting_words(buffered, share))
        if had_error and not buffered.error and self._engine.error is PlayError.NO_NETWORK:
            self._engine.retry()
        self._show_failure()

    def set_storyboard(self, image: QImage | None, columns: int, rows: int, every_ms: int) -> None:
        """Take the small pictures for the seek bar."""
        board = Storyboard(image, columns, rows, every_ms) if image is not None else None
        self._overlay.card.storyboard = board if board is not None and board.is_good() else None

    # what anybody asks

    def toggle(self) -> None:
        """Play or pause."""
        self._engine.set_paused(
            not self._engine.is_paused and self.state not in (PlayState.ENDED, PlayState.FAILED)
        )

    def seek(self, at_ms: int) -> None:
        """Go to a moment."""
        self._engine.seek(at_ms)
        self._overlay.wake()

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

    @property
    def error(self) -> PlayError:
        """Why it does not play."""
        return self._engine.error

    @property
    def likes(self) -> PlayerLikes:
        """What the person likes now."""
        return self._likes

    @property
    def quality(self) -> str:
        """Id of the quality that plays."""
        return self._choices.quality

    def picture(self) -> QImage:
        """Give the picture shown now, in its own size; null where there is none."""
        picture = self._engine.picture
        return picture.image.copy() if picture is not None else QImage()

    def handle_key(self, event: QKeyEvent) -> bool:
        """Do what a key asks for; whether it was one of the player's. A page around it passes its keys on where no text field has them."""
        ordered = act_of(event)
        if ordered is None or self._playable is None:
            return False
        if not self._overlay.help.isHidden():
            self._overlay.help.hide()
            return True
        is_done = self._acts.do(ordered)
        self._overlay.wake()
        return is_done

    def leave_full_screen(self) -> bool:
        """Come back from full screen; whether it was."""
        full, self._full = self._full, None
        if full is None:
            return False
        layout = self.layout()
        assert layout is not None
        self._stage.has_corners = self._has_corners
        layout.addWidget(self._stage)
        self._stage.show()
        full.hide()
        full.deleteLater()
        self._overlay.controls.set_full(False)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.full_screen_changed.emit(False)
        return True

    def set_corners(self, has_corners: bool) -> None:
        """Whether the picture has rounded corners: not where it fills a window."""
        self._has_corners = has_corners
        self._stage.has_corners = has_corners and self._full is None
        self._stage.update()

    # what keys and buttons ask

    def leave(self) -> bool:
        """Escape: the help, then the full screen; whether there was anything to leave."""
        return self.leave_full_screen()

    def toggle_full_screen(self) -> None:
        """To the whole screen and back."""
        if self.leave_full_screen():
            return
        full = self._full = FullScreen(self._style, self._stage, self)
        self._stage.has_corners = False
        full.left.connect(self.leave_full_screen)
        full.key_pressed.connect(self._take_key)
        full.clicked.connect(self.toggle)
        full.double_clicked.connect(self._double_clicked)
        full.menu_wanted.connect(self._choices.open_more)
        self._overlay.controls.set_full(True)
        full.showFullScreen()
        full.activateWindow()
        full.setFocus(Qt.FocusReason.OtherFocusReason)
        self.full_screen_changed.emit(True)

    def toggle_help(self) -> None:
        """Show the keys."""
        self._overlay.help.toggle()

    def toggle_subtitles(self) -> None:
        """Off, or the track that was shown last (else the first)."""
        self._choices.toggle_track()

    def ask_comment(self) -> None:
        """Write at this moment: not over the whole screen."""
        at_ms = self.position_ms
        self.leave_full_screen()
        self.comment_requested.emit(at_ms)

    @property
    def acts(self) -> Acts:
        """What can be done to it by hand."""
        return self._acts

    @property
    def playable(self) -> Playable | None:
        """What it plays."""
        return self._playable

    def take_screenshot(self) -> None:
        """Give the picture with its subtitles."""
        image = self.picture()
        if not image.isNull():
            painter = QPainter(image)
            self._stage.subtitles.paint(painter, image.rect(), self.position_ms)
            painter.end()
            self.screenshot_taken.emit(image)

    def change_likes(self, likes: PlayerLikes) -> None:
        """The person changed something."""
        if likes != self._likes:
            self.set_likes(likes)
            self.likes_changed.emit(likes)

    def show_loop(self) -> None:
        """Mark the part that is looped."""
        self._overlay.controls.bar.set_loop(self._acts.loop)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.handle_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._playable is not None:
            self._pressed_at = event.position().toPoint()
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed_at = self._pressed_at, None
        if pressed is not None and (event.position().toPoint() - pressed).manhattanLength() < _DRAG:
            self.toggle()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._playable is not None:
            self._double_clicked()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._choices.open_more(event.globalPos())

    # within

    def _listen_to_engine(self) -> None:
        engine = self._engine
        engine.state_changed.connect(self._state_changed)
        engine.position_changed.connect(self._position_changed)
        engine.duration_changed.connect(self._duration_changed)
        engine.devices_changed.connect(self._menus.set_devices)
        engine.ended.connect(self.ended)

    def _listen_to_parts(self) -> None:
        controls, menus, overlay = self._overlay.controls, self._menus, self._overlay
        self._stage.box_changed.connect(lambda: self._box_timer.start())
        overlay.notice.retry_clicked.connect(self._retry)
        overlay.play_button.clicked.connect(self.toggle)
        controls.bar.seek_requested.connect(self.seek)
        controls.play_button.clicked.connect(self.toggle)
        controls.next_button.clicked.connect(self.next_requested)
        controls.full_button.clicked.connect(self.toggle_full_screen)
        controls.mini_button.clicked.connect(lambda: self.mini_requested.emit(True))
        controls.sound_button.turned.connect(self._acts.turn)
        menus.likes_changed.connect(self.change_likes)
        self._choices.listen()

    def _show_playable(self, playable: Playable) -> None:
        controls = self._overlay.controls
        controls.set_live(playable.is_live)
        controls.bar.set_marks(playable.marks)
        controls.bar.set_buffered(self._buffered)
        controls.set_offered(
            has_next=playable.has_next, qualities=len(playable.qualities), has_tracks=bool(playable.tracks)
        )
        self._overlay.spinner.set_words("")

    def _state_changed(self, state: PlayState) -> None:
        self._overlay.set_state(state)
        self._show_failure()
        self._fly()
        self.state_changed.emit(state)

    def _position_changed(self, at_ms: int) -> None:
        self._overlay.controls.set_times(at_ms, self.duration_ms)
        self.position_changed.emit(at_ms)

    def _duration_changed(self, duration_ms: int) -> None:
        self._overlay.controls.bar.set_duration(duration_ms)
        self._overlay.controls.set_times(self.position_ms, duration_ms)

    def _show_failure(self) -> None:
        notice, error = self._overlay.notice, self._engine.error
        if self.state is not PlayState.FAILED:
            notice.show_sentence("")
            return
        url = self._playable.url if self._playable is not None else ""
        notice.show_sentence(self._buffered.error or error_words(error, url=url))
        notice.place_in(self._stage.width(), self._stage.height())

    def _retry(self) -> None:
        self.retry_requested.emit()
        if self.state is PlayState.FAILED:  # nobody opened it again
            self._engine.retry()

    def _fly(self) -> None:
        """Comments move between pictures too."""
        is_flying = self._stage.danmaku.is_on and self.state is PlayState.PLAYING
        if is_flying != self._flight.isActive():
            self._flight.start() if is_flying else self._flight.stop()

    def _take_box(self) -> None:
        ratio = self._stage.devicePixelRatioF()
        self._engine.set_box((round(self._stage.width() * ratio), round(self._stage.height() * ratio)))

    def _take_key(self, event: QKeyEvent) -> None:
        event.setAccepted(self.handle_key(event))

    def _double_clicked(self) -> None:
        self.toggle()  # the first of the two clicks did that
        self.toggle_full_screen()

    def _screen_height(self) -> int:
        return round(self.screen().size().height() * self.devicePixelRatioF())
