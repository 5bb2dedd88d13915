"""How one video stands while it comes in: what is here, who waits for what, what went wrong.

Everything here is guarded by `moved`, a condition on which readers wait. Methods with `locked` in their name are called with
it held; the others take it. Nobody holds it while reading or writing the file.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from app.media.sparse_file import PIECE_BYTES, pieces_of
from app.media.videos import SourceState

if TYPE_CHECKING:
    from app.clock import Clock
    from app.errors import TackError
    from app.media.spans import Spans
    from app.media.sparse_intake import Intake

SPEED_WINDOW_S = 3.0
HEAD_PIECES = 16
"""The beginning of a video holds its index: it is given back last."""


class Reader:
    """One who reads: what is different for each opening of the same video."""

    def __init__(self) -> None:
        self.is_aborted = False
        self.waits_for: int | None = None
        self.waits_since = 0
        """The number of its wait: who waits longest is served first."""


class SparseState:
    """See the module text."""

    def __init__(self, here: Spans, size: int | None, hint: int | None, clock: Clock) -> None:
        self.moved = threading.Condition()
        self.here, self.size, self.hint = here, size, hint
        self.is_size_sure = size is not None
        """The server said it; else it is what the event claims."""
        self.can_range: bool | None = None
        self.error: TackError | None = None
        self.is_stopped = False
        self.is_all_wanted = False
        self.last_read = 0
        """Where somebody read last."""
        self.max_pieces: int | None = None
        """How many pieces the video may take on disk; None: as many as there are."""
        self.intake: Intake | None = None
        self.readers: set[Reader] = set()
        self.waits = 0
        self._came: deque[tuple[float, int]] = deque()
        self._clock = clock

    def told(self) -> SourceState:
        """Give it as players see it."""
        with self.moved:
            first = self.first_wait_locked()
            return SourceState(
                self.size,
                self._have_locked(),
                self.can_range,
                first.waits_for if first else None,
                self.speed_locked(),
                self.error.code if self.error else "",
                self.is_whole_locked(),
            )

    def is_whole_locked(self) -> bool:
        """Whether every piece is here."""
        return self.is_size_sure and self.size is not None and len(self.here) >= pieces_of(self.size)

    def first_wait_locked(self) -> Reader | None:
        """Give the reader who waits longest for what is not here."""
        waiting = (reader for reader in self.readers if reader.waits_for is not None)
        return min(waiting, key=lambda reader: reader.waits_since, default=None)

    def note_came_locked(self, count: int) -> None:
        """Count what came, for the speed."""
        now = self._clock.monotonic()
        self._came.append((now, count))
        while self._came[0][0] < now - SPEED_WINDOW_S:
            self._came.popleft()

    def speed_locked(self) -> float:
        """Give the bytes of a second, over the last few."""
        now = self._clock.monotonic()
        recent = [(at, count) for at, count in self._came if at >= now - SPEED_WINDOW_S]
        if not recent:
            return 0.0
        return sum(count for _, count in recent) / max(now - recent[0][0], 0.25)

    def spare_locked(self) -> int | None:
        """Give the piece that is farthest from who reads, where the video takes all it may; else None."""
        if self.max_pieces is None or self.can_range is not True or len(self.here) < self.max_pieces:
            return None
        place, last = self.last_read // PIECE_BYTES, self.here.last
        first = self.here.first_from(HEAD_PIECES)
        if first is None or last is None:
            return None
        return first if place - first >= last - place else last

    def _have_locked(self) -> tuple[tuple[int, int], ...]:
        end = self.size if self.size is not None else 1 << 62
        return tuple((a * PIECE_BYTES, min(b * PIECE_BYTES, end)) for a, b in self.here.spans)
