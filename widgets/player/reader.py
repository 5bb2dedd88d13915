"""Gives libVLC the bytes of a `VideoBytes` through its read callbacks.

The callbacks run on libVLC's threads, wait as long as it takes and never raise. When a source fails, libVLC is not told: it would take
that for the end of the file. The reader holds it instead, says what is wrong, and goes on at the same byte after `retry`. `abort` lets
everybody go: call it before `stop`, or stopping waits for the network.
"""

from __future__ import annotations

import ctypes
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from widgets.player.containers import HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.player.source import VideoBytes

_MOST = 1 << 20
_T = TypeVar("_T")


class Reader:
    """One source, read by one media player. `on_failed` is called (on a foreign thread) when it holds."""

    def __init__(self, source: VideoBytes, on_failed: Callable[[], None]) -> None:
        self._source, self._on_failed = source, on_failed
        self._gate = threading.Condition()
        self._is_aborted = False
        self._tries = 0
        self._offset = 0
        self._size: int | None = None
        self._kept: tuple[Any, ...] = ()
        self.waits_since: float | None = None
        """`time.monotonic` of when a read began that is not answered yet."""
        self.is_failed = False
        """It holds libVLC because the source failed."""
        self.is_short = False
        """The source ended before its size."""

    def media(self, vlc: Any, instance: Any) -> Any:
        """Make the media. The callbacks live as long as this object: keep it until after `stop`."""
        kinds = vlc.CallbackDecorators
        self._kept = (
            kinds.MediaOpenCb(self._open),
            kinds.MediaReadCb(self._read),
            kinds.MediaSeekCb(self._seek),
            kinds.MediaCloseCb(self._close),
        )
        return vlc.libvlc_media_new_callbacks(instance, *self._kept, None)

    def head(self) -> bytes | None:
        """Wait for the size and the first bytes; None when aborted. Not on the GUI thread."""
        size = self._ask(self._source.size)
        if size is None:
            return None
        self._size = size
        head = b""
        while len(head) < min(HEAD_BYTES, size):
            at = len(head)
            more = self._ask(lambda at=at: self._source.read_at(at, HEAD_BYTES - at))  # type: ignore[misc]
            if more is None:
                return None
            if not more:
                self.is_short = True
                break
            head += more
        return head

    @property
    def size(self) -> int | None:
        """The size, once it is known."""
        return self._size

    def abort(self) -> None:
        """Let libVLC go at once. Any thread."""
        with self._gate:
            self._is_aborted = True
            self._gate.notify_all()
        self._source.abort()

    def retry(self) -> None:
        """Ask the source again. Any thread."""
        with self._gate:
            self._tries += 1
            self.is_failed = False
            self._gate.notify_all()

    def forget(self) -> None:
        """Let the callbacks go; after `stop` only."""
        self._kept = ()

    def _open(self, _opaque: Any, data: Any, size: Any) -> int:
        try:
            known = self._size if self._size is not None else self._ask(self._source.size)
            if known is None:
                return -1
            self._size, self._offset = known, 0
            data[0] = None
            size[0] = known
            return 0
        except Exception:  # called by libVLC: an exception here would go nowhere
            return -1

    def _read(self, _opaque: Any, buffer: Any, length: int) -> int:
        try:
            data = self._ask(lambda: self._source.read_at(self._offset, min(length, _MOST)))
            if data is None:
                return -1
            if not data:
                self.is_short = self.is_short or self._offset < (self._size or 0)
                return 0
            count = min(len(data), length)
            ctypes.memmove(buffer, data, count)
            self._offset += count
            return count
        except Exception:  # called by libVLC
            return -1

    def _seek(self, _opaque: Any, offset: int) -> int:
        self._offset = offset
        return 0

    def _close(self, _opaque: Any) -> None:
        """The source belongs to who gave it."""

    def _ask(self, question: Callable[[], _T | None]) -> _T | None:
        """Ask until there is an answer; None when aborted."""
        self.waits_since = time.monotonic()
        try:
            while not self._is_aborted:
                tries = self._tries
                answer = question()
                if answer is not None:
                    return answer
                self._hold(tries)
            return None
        finally:
            self.waits_since = None

    def _hold(self, tries: int) -> None:
        """Wait for `retry` or `abort`."""
        with self._gate:
            if self._is_aborted or self._tries != tries:
                return
            self.is_failed = True
        self._on_failed()
        with self._gate:
            self._gate.wait_for(lambda: self._is_aborted or self._tries != tries)
            self.is_failed = False
