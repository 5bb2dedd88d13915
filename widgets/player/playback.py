"""One open video: a libVLC media player and the thread that gives it orders.

libVLC's calls may wait (opening, stopping, a lock its input thread holds), so none is made on the GUI thread, nor in an event's callback.
Each open video has a thread of its own: closing one that hangs on a dead server does not keep the next one waiting. The thread ends with
the video; `CLOSED` is its last report.

Reports come on libVLC's threads and are kept in a line; the GUI thread is woken once (`Bell.rang`) and takes all that is there.
"""

from __future__ import annotations

import atexit
import logging
import queue
import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from widgets.player.containers import demuxer_of
from widgets.player.frames import Frames
from widgets.player.library import NoVlcError, hand_back_memory, load_vlc
from widgets.player.media_facts import sound_devices, video_facts
from widgets.player.reader import Reader
from widgets.player.values import PlayError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from widgets.player.source import VideoBytes

log = logging.getLogger("tack.player")

_EXIT_WAIT_S = 3.0
_CACHING_MS = 300
_LIVE_CACHING_MS = 1_000
STREAM_SCHEMES = frozenset(("http", "https", "rtmp", "rtmps", "rtsp", "rtsps", "srt"))


class Kind(StrEnum):
    """What a report tells."""

    PLAYING = "playing"
    PAUSED = "paused"
    TIME = "time"
    LENGTH = "length"
    ENDED = "ended"
    FAILED = "failed"
    """value: `PlayError`."""
    HELD = "held"
    """The source failed; everything waits for `retry`."""
    SHAPE = "shape"
    """value: `VideoFacts`."""
    DEVICES = "devices"
    """value: tuple of (id, name)."""
    CLOSED = "closed"


class Report(NamedTuple):
    """What libVLC told."""

    kind: Kind
    value: Any = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be opened and how."""

    source: VideoBytes | None
    url: str
    is_live: bool
    start_ms: int
    is_paused: bool
    rate: float
    volume: int
    is_muted: bool
    device: str
    box: tuple[int, int]


class Bell(QObject):
    """Wakes the GUI thread. Made on it, and kept until the video is closed.

    A child of the application: `deleteLater` ends it on the GUI thread. Else it would end with the last reference to its
    `Playback`, and that may be the one of the thread that is about to finish.
    """

    rang = Signal()
    ended = Signal()


_open: dict[int, Playback] = {}
"""What must not be collected yet: libVLC still calls into it."""


class Playback:
    """An open video. All methods are of the GUI thread and return at once."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.bell = Bell(QCoreApplication.instance())
        self.reports: deque[Report] = deque()
        self._is_rung = False
        self._orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self.frames = Frames(order.box, self._on_frame, self._shown_size)
        self.reader = Reader(order.source, self._on_held) if order.source is not None else None
        self._vlc: Any = None
        self._player: Any = None
        self._media: Any = None
        self._events: Any = None
        self._heard: tuple[Any, ...] = ()
        self._is_closing = False
        self._has_shape = self._has_begun = False
        self._is_paused = order.is_paused
        self._volume, self._is_muted = order.volume, order.is_muted
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)

    def start(self) -> None:
        """Begin to open it."""
        _open[id(self)] = self
        self.bell.ended.connect(self._let_go, Qt.ConnectionType.QueuedConnection)
        self._thread.start()

    def close(self) -> None:
        """Stop and give everything back, behind us."""
        if self._is_closing:
            return
        self._is_closing = True
        if self.reader is not None:
            self.reader.abort()
        self._orders.put(None)

    def join(self, timeout_s: float) -> None:
        """Wait until it is closed."""
        self._thread.join(timeout_s)

    def taken(self) -> list[Report]:
        """Take what was reported since."""
        self._is_rung = False
        found = []
        while self.reports:
            found.append(self.reports.popleft())
        return found

    def set_paused(self, is_paused: bool) -> None:
        """Pause or go on. Before it has begun libVLC takes a pause for a stop: then it stands as soon as it has."""
        self._is_paused = is_paused
        if self._has_begun:
            self._do(lambda player: player.set_pause(1 if is_paused else 0))

    def seek(self, at_ms: int) -> None:
        """Go to a moment."""
        self._do(lambda player: player.set_time(at_ms))

    def set_rate(self, rate: float) -> None:
        """Play faster or slower."""
        self._do(lambda player: player.set_rate(rate))

    def set_sound(self, volume: int, is_muted: bool) -> None:
        """Set how loud."""
        self._volume, self._is_muted = volume, is_muted
        self._do(lambda player: (player.audio_set_volume(volume), player.audio_set_mute(is_muted)))

    def set_device(self, device: str) -> None:
        """Sound comes out there; empty: the system's choice."""
        self._do(lambda player: player.audio_output_device_set(None, device or None))

    def ask_devices(self) -> None:
        """Report the sound outputs."""
        self._do(self._tell_devices)

    def draw_anew(self, at_ms: int) -> None:
        """Have pictures made for another size: the decoder is started again at a moment."""

        def again(player: Any) -> None:
            track = player.video_get_track()
            player.video_set_track(-1)
            player.video_set_track(track)
            if not self._order.is_live:
                player.set_time(at_ms)

        self._do(again)

    def _do(self, work: Callable[[Any], object]) -> None:
        def run() -> None:
            if self._player is not None and not self._is_closing:
                work(self._player)

        self._orders.put(run)

    def _report(self, kind: Kind, value: Any = None) -> None:
        self.reports.append(Report(kind, value))
        self._ring()

    def _ring(self) -> None:
        if not self._is_rung:
            self._is_rung = True
            self.bell.rang.emit()

    def _on_frame(self) -> None:
        if not self._has_shape:
            self._has_shape = True
            self._orders.put(self._tell_shape)
            self._begun()
        self._ring()

    def _on_time(self, event: Any) -> None:
        self._begun()
        self._report(Kind.TIME, int(event.u.new_time))

    def _begun(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._do(self._stand_if_wanted)

    def _stand_if_wanted(self, player: Any) -> None:
        """Stand at the first picture. (Told to begin so, libVLC shows no picture after a seek.)"""
        if self._is_paused:
            player.set_pause(1)
        player.audio_set_volume(self._volume)  # some outputs forget what they were told before they were open
        player.audio_set_mute(self._is_muted)

    def _on_held(self) -> None:
        self._report(Kind.HELD)

    def _run(self) -> None:
        try:
            self._begin()
            while (order := self._orders.get()) is not None:
                order()
        except NoVlcError:
            self._report(Kind.FAILED, PlayError.NO_VLC)
            self._wait_for_close()
        except Exception:  # the outermost frame of the thread
            log.exception("a video failed to play")
            self._report(Kind.FAILED, PlayError.BROKEN)
            self._wait_for_close()
        finally:
            self._end()

    def _wait_for_close(self) -> None:
        while self._orders.get() is not None:
            pass

    def _begin(self) -> None:
        options = self._checked()
        if options is None:
            return
        self._vlc, instance = load_vlc()
        if self.reader is not None:
            self._media = self.reader.media(self._vlc, instance)
        else:
            self._media = instance.media_new_location(self._order.url)
        for option in options:
            self._media.add_option(option)
        self._player = instance.media_player_new()
        self._player.set_media(self._media)
        self.frames.attach(self._vlc, self._player)
        self._listen()
        order = self._order
        self._player.set_rate(order.rate)
        self._player.audio_set_volume(order.volume)
        self._player.audio_set_mute(order.is_muted or order.is_paused)
        if order.device:
            self._player.audio_output_device_set(None, order.device)
        if not self._is_closing:
            self._player.play()

    def _checked(self) -> list[str] | None:
        """Look at the first bytes, or at the address; the options to play it with, None where it cannot be."""
        order = self._order
        if self.reader is None:
            if order.url.partition("://")[0].lower() not in STREAM_SCHEMES:
                self._report(Kind.FAILED, PlayError.STREAM)
                return None
            return [f":network-caching={_LIVE_CACHING_MS}", ":http-reconnect"]
        load_vlc()  # without it there is nothing to wait for
        head = self.reader.head()
        if head is None:
            return None
        error = _error_of(self.reader, head)
        if error:
            self._report(Kind.FAILED, error)
            return None
        options = [f":demux={demuxer_of(head)}", f":file-caching={_CACHING_MS}"]
        if order.start_ms > 0:
            options.append(f":start-time={order.start_ms / 1000:.3f}")
        return options

    def _listen(self) -> None:
        kinds = self._vlc.EventType
        answers: dict[Any, Callable[[Any], None]] = {
            kinds.MediaPlayerPlaying: lambda _: self._report(Kind.PLAYING),
            kinds.MediaPlayerPaused: lambda _: self._report(Kind.PAUSED),
            kinds.MediaPlayerEndReached: lambda _: self._report(Kind.ENDED),
            kinds.MediaPlayerEncounteredError: lambda _: self._report(Kind.FAILED, PlayError.BROKEN),
            kinds.MediaPlayerTimeChanged: self._on_time,
            kinds.MediaPlayerLengthChanged: lambda event: self._report(Kind.LENGTH, int(event.u.new_length)),
        }
        self._events, self._heard = self._player.event_manager(), tuple(answers)
        for kind, answer in answers.items():
            self._events.event_attach(kind, answer)

    def _shown_size(self) -> tuple[int, int]:
        facts = video_facts(self._vlc, self._media)
        return (facts.width, facts.height) if facts is not None else (0, 0)

    def _tell_shape(self) -> None:
        if self._media is not None and not self._is_closing:
            found = video_facts(self._vlc, self._media)
            if found is not None:
                self._report(Kind.SHAPE, found)

    def _tell_devices(self, player: Any) -> None:
        self._report(Kind.DEVICES, sound_devices(self._vlc, player))

    def _end(self) -> None:
        try:
            if self._player is not None:
                self._player.stop()
                for kind in self._heard:
                    self._events.event_detach(kind)
                vars(
                    self._events
                ).clear()  # a ring that the collector does not see: it would keep us for ever
                self._player.release()
            if self._media is not None:
                self._media.release()
        except Exception:  # the outermost frame of the thread
            log.exception("a video failed to close")
        self._player = self._media = self._events = None
        self.frames.forget()
        if self.reader is not None:
            self.reader.forget()
        hand_back_memory()
        self._report(Kind.CLOSED)
        self.bell.ended.emit()

    def _let_go(self) -> None:
        _open.pop(id(self), None)
        self.bell.ended.disconnect()  # it would keep us for ever
        self.bell.deleteLater()


def _error_of(reader: Reader, head: bytes) -> PlayError:
    if reader.size == 0:
        return PlayError.EMPTY_FILE
    if demuxer_of(head):
        return PlayError.NONE
    return PlayError.CUT_SHORT if reader.is_short and not head else PlayError.NOT_A_VIDEO


def close_each(playbacks: Iterable[Playback]) -> None:
    """Close several."""
    for playback in tuple(playbacks):
        playback.close()


def close_all() -> None:
    """Close what is open and wait for it: libVLC's threads must not outlive the interpreter."""
    close_each(_open.values())
    for playback in list(_open.values()):
        playback.join(_EXIT_WAIT_S)


atexit.register(close_all)
