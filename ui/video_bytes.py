"""The bytes of a video for the player: there at once as an object, with content as soon as the source behind it is open.

The player asks for bytes on the GUI thread and must not wait; opening a source does (`Videos.open`). Readers (libVLC's threads) wait here
until it is open, then in the source itself.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.errors import TackError
from ui.sentences import sentence_for
from widgets.player.source import Buffered

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.ids import ContentURI
    from app.media.videos import SourceState, Videos, VideoSource
    from ui.operations import Operations


class LateBytes:
    """Satisfies `widgets.player.source.VideoBytes`. Made, closed and listened to on the GUI thread."""

    def __init__(
        self,
        videos: Videos,
        operations: Operations,
        uri: ContentURI,
        size_hint: int | None,
        on_moved: Callable[[LateBytes], None],
    ) -> None:
        self.uri = uri
        self._videos, self._operations, self._size_hint = videos, operations, size_hint
        self._on_moved = on_moved
        self._ready = threading.Condition()
        self._source: VideoSource | None = None
        self._is_aborted = self._is_closed = False
        self._error_code = ""
        self._unsubscribe: Callable[[], None] | None = None
        self._start()

    @property
    def error_code(self) -> str:
        """What went wrong last; empty: nothing."""
        if self._source is not None:
            return self._source.state.error_code
        return self._error_code

    def buffered(self) -> Buffered:
        """How much is here."""
        if self._source is not None:
            return buffered_of(self._source.state)
        error = sentence_for(self._error_code) if self._error_code else ""
        return Buffered(is_waiting=not error, error=error)

    # Foreign threads --------------------------------------------------------------------------------------------

    def size(self) -> int | None:
        """Wait for the size."""
        source = self._opened()
        return None if source is None else source.size()

    def read_at(self, offset: int, count: int) -> bytes | None:
        """Wait for bytes."""
        source = self._opened()
        return None if source is None else source.read_at(offset, count)

    def abort(self) -> None:
        """Let every reader return."""
        with self._ready:
            self._is_aborted = True
            source = self._source
            self._ready.notify_all()
        if source is not None:
            source.abort()

    def resume(self) -> None:
        """Readers may wait again."""
        with self._ready:
            self._is_aborted = self._is_closed
            source = self._source
        if source is not None and not self._is_closed:
            source.resume()

    def _opened(self) -> VideoSource | None:
        with self._ready:
            self._ready.wait_for(lambda: self._source is not None or self._is_aborted or self._error_code)
            return None if self._is_aborted else self._source

    # GUI thread -------------------------------------------------------------------------------------------------

    def retry(self) -> None:
        """Try again after an error."""
        if self._source is not None:
            self._source.retry()
        elif self._error_code:
            self._error_code = ""
            self._start()

    def close(self) -> None:
        """End it; nobody waits any longer."""
        self._is_closed = True
        self.abort()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._source is not None:
            self._operations.start(self._source.close(), is_vital=True)

    def _start(self) -> None:
        self._operations.start(self._videos.open(self.uri, self._size_hint), self._use, self._failed)

    def _use(self, source: VideoSource) -> None:
        if self._is_closed:
            source.abort()
            self._operations.start(source.close(), is_vital=True)
            return
        self._unsubscribe = source.subscribe(lambda: self._on_moved(self))
        with self._ready:
            self._source = source
            is_aborted = self._is_aborted
            self._ready.notify_all()
        if is_aborted:
            source.abort()
        self._on_moved(self)

    def _failed(self, error: TackError) -> None:
        with self._ready:
            self._error_code = error.code
            self._ready.notify_all()
        self._on_moved(self)


def buffered_of(state: SourceState) -> Buffered:
    """Say in shares what is here."""
    size = state.size_bytes or 0
    ranges = tuple((start / size, min(1.0, end / size)) for start, end in state.have) if size else ()
    waits_for = None if state.waits_for is None or not size else min(1.0, state.waits_for / size)
    return Buffered(
        ranges=ranges,
        is_waiting=state.waits_for is not None,
        waits_for=waits_for,
        bytes_per_s=state.bytes_per_s,
        can_seek_anywhere=state.can_range is not False or state.is_whole,
        error=sentence_for(state.error_code) if state.error_code else "",
    )
