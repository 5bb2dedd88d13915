"""What a player does, without a picture of its own: opens, plays, waits, fails, tries again.

It turns libVLC's reports into one `PlayState`, one position and one error. A video that failed is forgotten as a whole: `retry` opens it
again where it was. Switching the quality opens the other one and keeps the last picture until its first.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from widgets.player.play_clock import PlayClock
from widgets.player.playback import Kind, Order, Playback, Report, close_each
from widgets.player.seek_watch import SeekWatch
from widgets.player.values import MAX_RATE, MIN_RATE, PlayError, PlayState

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.player.frames import Picture
    from widgets.player.media_facts import VideoFacts
    from widgets.player.source import Playable

TICK_MS = 100
_POSITION_EVERY = 0.25
_STANDS_S = 0.7
"""No progress for so long while it should play: it waits."""
_STUCK_S = 0.4
"""A read that waits longer would hold a seek back: open again at the moment."""
_USUAL_FPS, _INSIDE = 25.0, 0.3
"""A moment safely inside of a picture, as a share of its time."""
_STALLED_S = 20.0
_SHORT_MS = 2_500
_STANDING = (PlayState.EMPTY, PlayState.ENDED, PlayState.FAILED)


class Engine(QObject):
    """Plays one `Playable`."""

    frame_changed = Signal()
    state_changed = Signal(object)
    position_changed = Signal(int)
    duration_changed = Signal(int)
    devices_changed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = PlayClock()
        self._playable: Playable | None = None
        self._quality = ""
        self._playback: Playback | None = None
        self._closing: list[Playback] = []
        self._opened = opened = set[Playback]()
        self.destroyed.connect(lambda: close_each(opened))  # who forgot to close it
        self._picture: Picture | None = None
        self._state, self.error = PlayState.EMPTY, PlayError.NONE
        self._duration_ms = 0
        self._is_paused = False
        self._is_begun = False
        self._began_at_ms = 0
        self._frames_seen = 0
        self._moved_at = 0.0
        self._told_at = 0.0
        self._shape, self.frames_per_s = 1.0, 0.0
        self._rate, self._volume, self._is_muted, self._device = 1.0, 80, False, ""
        self._box = (1280, 720)
        self.loop: tuple[int, int] | None = None
        self._seek_watch = SeekWatch(self)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    # what is asked

    @property
    def state(self) -> PlayState:
        """What it does."""
        return self._state

    @property
    def position_ms(self) -> int:
        """Where it is, now."""
        at = max(0, self._clock.position_ms)
        return min(at, self._duration_ms) if self._duration_ms else at

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        return self._duration_ms

    @property
    def is_paused(self) -> bool:
        """Whether the person wants it to stand."""
        return self._is_paused

    @property
    def picture(self) -> Picture | None:
        """The picture shown now."""
        return self._picture

    @property
    def aspect(self) -> float:
        """Width by height of the picture as it is to be shown; 0 without one."""
        size = self._playback.frames.video_size if self._playback is not None else (0, 0)
        if size == (0, 0) and self._picture is not None:
            size = (self._picture.image.width(), self._picture.image.height())
        return size[0] * self._shape / size[1] if size[1] else 0.0

    @property
    def is_reading_stuck(self) -> bool:
        """Whether libVLC waits for bytes for longer than a seek may take."""
        reader = self._playback.reader if self._playback is not None else None
        since = reader.waits_since if reader is not None else None
        return since is not None and time.monotonic() - since > _STUCK_S

    @property
    def playback(self) -> Playback | None:
        """What is open."""
        return self._playback

    # what is ordered

    def play(self, playable: Playable, quality: str, *, is_paused: bool) -> None:
        """Open a video."""
        self._picture = None
        self._playable, self._quality, self._is_paused = playable, quality, is_paused
        self._duration_ms, self._shape, self.loop = playable.duration_ms, 1.0, None
        self._open_at(playable.start_ms)
        self.duration_changed.emit(self._duration_ms)

    def switch(self, quality: str) -> None:
        """Go on in another quality."""
        self._quality = quality
        if self._playable is not None:
            self._open_at(self.position_ms)

    def retry(self) -> None:
        """Try again what failed, where it was."""
        playback = self._playback
        if playback is not None and playback.reader is not None and playback.reader.is_failed:
            playback.reader.retry()
            self._moved_at = time.monotonic()
            self._set_state(PlayState.WAITING if self._is_begun else PlayState.OPENING)
        elif self._playable is not None:
            self._open_at(self.position_ms)

    def close(self) -> None:
        """Give everything back; `EMPTY` comes when it is."""
        self._playable, self._picture = None, None
        self._drop()
        self._clock.jump(0)
        if not self._closing:
            self._set_state(PlayState.EMPTY)

    def set_paused(self, is_paused: bool) -> None:
        """Stand or go on; from the end it begins again."""
        if self._playable is None:
            return
        self._is_paused = is_paused
        if self._state in (PlayState.ENDED, PlayState.FAILED):
            if not is_paused:
                self._open_at(0 if self._state is PlayState.ENDED else self.position_ms)
            return
        if self._playable.is_live:
            self._pause_live(is_paused)
            return
        if self._playback is not None:
            self._playback.set_paused(is_paused)
        self._moved_at = time.monotonic()
        if self._is_begun:
            self._clock.set_running(not is_paused)
            if is_paused:
                self._seek_watch.stand()
            else:
                self._seek_watch.stir()
            self._set_state(PlayState.PAUSED if is_paused else PlayState.PLAYING)

    def _pause_live(self, is_paused: bool) -> None:
        """Let go of a live stream, and come back to what is live then."""
        if not is_paused:
            self._open_at(0)
            return
        self._drop()
        self._set_state(PlayState.PAUSED)

    def seek(self, at_ms: int) -> None:
        """Go to a moment; from the end it plays on there."""
        playable = self._playable
        if playable is None or playable.is_live:
            return
        at_ms = max(0, min(at_ms, self._duration_ms - 100) if self._duration_ms else at_ms)
        if (
            self._state in (PlayState.ENDED, PlayState.FAILED)
            or self.is_reading_stuck
            or self._playback is None
            or not self._is_begun
        ):
            self._open_at(at_ms)
        else:
            self._clock.jump(at_ms)
            self._moved_at = time.monotonic()
            self._playback.seek(at_ms)
            self._seek_watch.watch(at_ms)
        self._tell_position()

    def step(self, direction: int) -> None:
        """Stand, one picture on or back. By moments: libVLC steps on only, swallows the first step and does not say where it is then."""
        frame_ms = 1000 / (self.frames_per_s or _USUAL_FPS)
        number = int(self.position_ms / frame_ms + _INSIDE / 2)
        self.set_paused(True)
        self.seek(round((max(0, number + direction) + _INSIDE) * frame_ms))

    def set_rate(self, rate: float) -> None:
        """Play faster or slower."""
        self._rate = max(MIN_RATE, min(rate, MAX_RATE))
        self._clock.set_rate(self._rate)
        if self._playback is not None:
            self._playback.set_rate(self._rate)

    def set_sound(self, volume: int, is_muted: bool) -> None:
        """Set how loud."""
        self._volume, self._is_muted = max(0, min(volume, 100)), is_muted
        if self._playback is not None:
            self._playback.set_sound(self._volume, is_muted)

    def set_device(self, device: str) -> None:
        """Choose the sound output."""
        self._device = device
        if self._playback is not None:
            self._playback.set_device(device)

    def ask_devices(self) -> None:
        """Have `devices_changed` tell the sound outputs."""
        if self._playback is not None:
            self._playback.ask_devices()

    def set_box(self, box: tuple[int, int]) -> None:
        """Take the size the picture fills, in device pixels."""
        if box == self._box or min(box) < 16:
            return
        self._box = box
        playback = self._playback
        if playback is not None and playback.frames.set_box(box) and self._state not in _STANDING:
            at = self.position_ms
            playback.draw_anew(at)
            self._clock.jump(at)
            self._moved_at = time.monotonic()

    # opening and closing

    def _open_at(self, at_ms: int) -> None:
        self._drop()
        playable = self._playable
        assert playable is not None
        self._is_begun, self._frames_seen, self.error = False, 0, PlayError.NONE
        self._began_at_ms = at_ms
        self._clock.jump(at_ms)
        try:
            source = playable.open(self._quality) if playable.open is not None else None
        except LookupError:  # its owner has no bytes for it
            self.error = PlayError.GONE
            self._set_state(PlayState.FAILED)
            return
        order = Order(
            source=source,
            url=playable.url if source is None else "",
            is_live=playable.is_live,
            start_ms=at_ms,
            is_paused=self._is_paused,
            rate=self._rate,
            volume=self._volume,
            is_muted=self._is_muted,
            device=self._device,
            box=self._box,
        )
        self._moved_at = time.monotonic()
        playback = self._playback = Playback(order)
        playback.bell.rang.connect(self._on_rang, Qt.ConnectionType.QueuedConnection)
        self._opened.add(playback)
        playback.start()
        self._timer.start()
        self._set_state(PlayState.OPENING)

    def _drop(self) -> None:
        playback, self._playback = self._playback, None
        self._timer.stop()
        self._seek_watch.stop()
        self._clock.set_running(False)
        if playback is not None:
            self._closing.append(playback)
            playback.close()

    # what libVLC reports

    def _on_rang(self) -> None:
        for playback in tuple(self._closing):
            if any(report.kind is Kind.CLOSED for report in playback.taken()):
                self._closing.remove(playback)
                self._opened.discard(playback)
        current = self._playback
        if current is None:
            if not self._closing and self._playable is None:
                self._set_state(PlayState.EMPTY)
            return
        for report in current.taken():
            if self._playback is current:  # who hears that it failed may have opened another one
                self._take(report)
        self._take_frame()

    def _take(self, report: Report) -> None:
        handlers: dict[Kind, Callable[[Any], None]] = {
            Kind.TIME: self._on_time,
            Kind.LENGTH: self._on_length,
            Kind.ENDED: self._on_ended,
            Kind.FAILED: self._fail,
            Kind.HELD: lambda _: self._fail(PlayError.NO_NETWORK),
            Kind.SHAPE: self._on_shape,
            Kind.DEVICES: self.devices_changed.emit,
        }
        handler = handlers.get(report.kind)
        if handler is not None:
            handler(report.value)

    def _take_frame(self) -> None:
        frames = self._playback.frames if self._playback is not None else None
        if frames is None or frames.count == self._frames_seen:
            return
        is_first, self._frames_seen = not self._frames_seen, frames.count
        self._picture = frames.take() or self._picture
        if is_first:
            self._seek_watch.stir()
            self._moved()  # later ones may be the last one again: libVLC repeats it while it waits
        self.frame_changed.emit()

    def _on_time(self, at_ms: int) -> None:
        if self._clock.report(at_ms):
            self._moved()

    def _moved(self) -> None:
        """It goes on."""
        self._moved_at = time.monotonic()
        if self._state is PlayState.FAILED:
            return
        self._is_begun = True
        self._clock.set_running(not self._is_paused)
        self._set_state(PlayState.PAUSED if self._is_paused else PlayState.PLAYING)

    def _on_length(self, length_ms: int) -> None:
        if length_ms > 0 and length_ms != self._duration_ms:
            self._duration_ms = length_ms
            self.duration_changed.emit(length_ms)

    def _on_shape(self, facts: VideoFacts) -> None:
        self._shape, self.frames_per_s = facts.pixel_shape, facts.frames_per_s
        self.frame_changed.emit()

    def _on_ended(self, _value: object) -> None:
        playback, playable = self._playback, self._playable
        if playback is None or playable is None:
            return
        is_short = playback.reader is not None and playback.reader.is_short
        missing = self._duration_ms - self.position_ms
        if not self._is_begun and self._began_at_ms and not is_short:
            self._open_at(0)  # a moment behind its end was asked for
        elif not self._is_begun:
            broken = PlayError.CUT_SHORT if is_short else PlayError.BROKEN
            self._fail(PlayError.STREAM if playback.reader is None else broken)
        elif not playable.is_live and missing > _SHORT_MS * max(1.0, self._rate):
            self._fail(PlayError.CUT_SHORT if playback.reader is not None else PlayError.STREAM)
        else:
            self._finish()

    def _finish(self) -> None:
        self._drop()
        self._clock.jump(self._duration_ms)
        self._tell_position()
        self._set_state(PlayState.ENDED)
        self.ended.emit()

    def _fail(self, error: PlayError) -> None:
        playback = self._playback
        if playback is None:
            return
        at = self.position_ms
        if playback.reader is None and error is PlayError.BROKEN:
            error = PlayError.STREAM
        if not (playback.reader is not None and playback.reader.is_failed):
            self._drop()
        self._clock.jump(at)
        self.error = error
        self._set_state(PlayState.FAILED)

    def _tick(self) -> None:
        if self._state is PlayState.FAILED:
            return
        stands_s = time.monotonic() - self._moved_at
        if not self._is_paused and self._is_begun and stands_s > _STANDS_S:
            self._clock.set_running(False)
            self._set_state(PlayState.WAITING)
        if stands_s > _STALLED_S and not self._is_paused and not self._is_reading():
            is_silent = not self._is_begun and self._playback is not None and self._playback.reader is None
            self._fail(PlayError.STREAM if is_silent else PlayError.STALLED)
            return
        self._turn_back()
        if time.monotonic() - self._told_at >= _POSITION_EVERY and self._state is PlayState.PLAYING:
            self._tell_position()

    def _is_reading(self) -> bool:
        reader = self._playback.reader if self._playback is not None else None
        return reader is not None and reader.waits_since is not None

    def _turn_back(self) -> None:
        if self.loop is not None and self._state is PlayState.PLAYING and self.position_ms >= self.loop[1]:
            self.seek(self.loop[0])

    def _tell_position(self) -> None:
        self._told_at = time.monotonic()
        self.position_changed.emit(self.position_ms)

    def _set_state(self, state: PlayState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
