"""Pictures as libVLC draws them into memory (`libvlc_video_set_callbacks`), three buffers round robin.

One is shown by the GUI thread, one is the newest, one is written by libVLC: nobody waits, and nothing tears while a frame is painted
again under flying comments. Pictures are RV32 and as large as they are shown: libVLC scales, on its own thread.
"""

from __future__ import annotations

import ctypes
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from collections.abc import Callable

_SET_UP = ctypes.CFUNCTYPE(
    ctypes.c_uint,
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.c_void_p,
    ctypes.POINTER(ctypes.c_uint),
    ctypes.POINTER(ctypes.c_uint),
    ctypes.POINTER(ctypes.c_uint),
    ctypes.POINTER(ctypes.c_uint),
)
"""As the wrapper's, but the chroma as an address: it would come as a copy, and could not be written."""
_ALIGNMENT = 32
_BUFFERS = 3
_MAX_SIDE = 4096
_WORTH_IT = 0.06
_PADDING = 64


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the memory it lies in: hold this, not the image alone."""

    image: QImage
    address: int
    memory: Any


class Frames:
    """The pictures of one open video. `take` and `size` from any thread; the rest is libVLC's.

    `on_frame` is called by libVLC's thread for each new picture. `shown_size` says how large the track is to be shown: libVLC gives the
    size with what the codec pads (1088 rows for 1080), which would be a dark or torn edge.

    Each video output of libVLC has buffers of its own, from its set-up until it is cleaned up: one that still draws while the next one is
    set up (another size) neither writes into memory that is gone nor beyond smaller buffers.
    """

    def __init__(
        self, box: tuple[int, int], on_frame: Callable[[], None], shown_size: Callable[[], tuple[int, int]]
    ) -> None:
        self._box, self._on_frame, self._shown_size = box, on_frame, shown_size
        self._lock = threading.Lock()
        self._buffers: list[Picture] = []
        self._outputs: dict[int, list[Picture]] = {}
        self._made = 0
        self._shown = self._newest = -1
        self.video_size = (0, 0)
        """As libVLC decodes it, turned as it is to be shown."""
        self.count = 0
        """Pictures shown so far."""
        self._kept: tuple[Any, ...] = ()

    def attach(self, vlc: Any, player: Any) -> None:
        """Give the callbacks to a media player. They live as long as this object: keep it until after `stop`."""
        kinds = vlc.CallbackDecorators
        self._kept = (
            _SET_UP(self._set_up),
            kinds.VideoCleanupCb(self._clean_up),
            kinds.VideoLockCb(self._lock_picture),
            kinds.VideoUnlockCb(self._unlock_picture),
            kinds.VideoDisplayCb(self._display),
        )
        set_up, clean_up, lock, unlock, display = self._kept
        player.video_set_callbacks(lock, unlock, display, None)
        player.video_set_format_callbacks(set_up, clean_up)

    def take(self) -> Picture | None:
        """Give the newest picture; it stays as it is until the next `take`."""
        with self._lock:
            if self._newest < 0:
                return None
            self._shown = self._newest
            return self._buffers[self._shown]

    def set_box(self, box: tuple[int, int]) -> bool:
        """Take the size that is to be filled (device pixels); whether pictures ought to be made anew for it."""
        with self._lock:
            self._box = box
            if self.video_size == (0, 0) or not self._buffers:
                return False
            now = self._buffers[0].image.width()
            wanted = fitted(self.video_size, box)[0]
        return abs(wanted / now - 1) > _WORTH_IT

    def forget(self) -> None:
        """Give the memory back; after `stop` only."""
        with self._lock:
            self._buffers, self._shown, self._newest = [], -1, -1
            self._outputs.clear()
        self._kept = ()

    def _set_up(self, output: Any, chroma: Any, width: Any, height: Any, pitches: Any, lines: Any) -> int:
        try:
            ctypes.memmove(chroma, b"RV32", 4)
            size = without_padding((width[0], height[0]), self._shown_size())
            if not (0 < size[0] <= 65536 and 0 < size[1] <= 65536):
                return 0
            with self._lock:
                self.video_size = size
                wide, high = fitted(size, self._box)
                width[0], height[0], pitches[0], lines[0] = wide, high, _pitch(wide), high
                self._buffers = [_make_buffer(wide, high) for _ in range(_BUFFERS)]
                self._shown = self._newest = -1
                self._made += 1
                self._outputs[self._made] = self._buffers
                output[0] = self._made  # what the other callbacks are called with
            return 1
        except Exception:  # called by libVLC: an exception here would go nowhere
            return 0

    def _clean_up(self, output: Any) -> None:
        """No more is written there. The last picture stays for who still shows it."""
        with self._lock:
            self._outputs.pop(output or 0, None)

    def _lock_picture(self, output: Any, planes: Any) -> int:
        """Give libVLC a place to write to: one of this output's own, as large as it was told."""
        with self._lock:
            buffers = self._outputs[output]
            is_current = buffers is self._buffers
            taken = (self._shown, self._newest) if is_current else ()
            free = next(at for at in range(_BUFFERS) if at not in taken)
            planes[0] = buffers[free].address
        return free

    def _unlock_picture(self, _output: Any, _picture: Any, _planes: Any) -> None:
        """Nothing: it counts when it is to be displayed."""

    def _display(self, output: Any, picture: Any) -> None:
        try:
            with self._lock:
                if self._outputs.get(output or 0) is not self._buffers:
                    return  # an output that another one took the place of
                self._newest = int(picture or 0)
                self.count += 1
            self._on_frame()
        except Exception:  # called by libVLC
            return


def without_padding(coded: tuple[int, int], shown: tuple[int, int]) -> tuple[int, int]:
    """Take the size to be shown where it is the coded one but for padding."""
    is_padding = all(0 <= one - other < _PADDING for one, other in zip(coded, shown, strict=True))
    return shown if is_padding and min(shown) > 0 else coded


def fitted(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """Scale `size` so that it fills `box`, up or down: then the GUI thread lays the picture down as it is."""
    share = min(box[0] / size[0], box[1] / size[1], _MAX_SIDE / max(size))
    return max(16, round(size[0] * share)), max(16, round(size[1] * share))


def _pitch(width: int) -> int:
    """Bytes of a row; each begins aligned."""
    return -(-width * 4 // _ALIGNMENT) * _ALIGNMENT


def _make_buffer(width: int, height: int) -> Picture:
    length = _pitch(width) * height
    memory = ctypes.create_string_buffer(length + _ALIGNMENT)
    skip = -ctypes.addressof(memory) % _ALIGNMENT
    view = memoryview(memory).cast("B")[skip : skip + length]
    image = QImage(view, width, height, _pitch(width), QImage.Format.Format_RGB32)
    return Picture(image, ctypes.addressof(memory) + skip, (memory, view))
