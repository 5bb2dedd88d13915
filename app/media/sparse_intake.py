"""The network's side of a video that comes in: bytes of one answer become pieces of the sparse file. Runs on the network thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import StrangeAnswer
from app.media.sparse_file import PIECE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.matrix.media import Part
    from app.media.sparse_file import SparseFile
    from app.media.sparse_state import SparseState

MAX_SIZE_BYTES = 1 << 44


class Intake:
    """One answer."""

    def __init__(
        self, state: SparseState, file: SparseFile, until: int | None, tell: Callable[[], None]
    ) -> None:
        self.until = until
        """The offset the answer is asked to end at; None: the end of the file."""
        self.place: int | None = None
        """Where the next byte belongs; None before the answer began."""
        self.settled = 0
        """Everything before this offset that this answer brought is in the file."""
        self.taken = 0
        self._state, self._file, self._tell = state, file, tell
        self._pending = bytearray()
        """What came of the piece before `place`."""
        self._is_over = False

    def begin(self, part: Part) -> None:
        """Hear what comes. Raises `StrangeAnswer`, `StorageError`."""
        if self._is_over:
            return
        if part.size is not None and part.size > MAX_SIZE_BYTES:
            raise StrangeAnswer("larger than any video", status=200)
        state = self._state
        with state.moved:
            state.can_range = part.is_ranged
            if part.is_ranged is False:
                self.until = None
            self.place = self.settled = part.start
            is_other = part.size is not None and state.is_size_sure and part.size != state.size
            is_news = part.size is not None and (is_other or not state.is_size_sure)
            if part.size is not None:
                state.size, state.is_size_sure = part.size, True
            elif state.size is None:
                state.size = state.hint
            if is_other:  # what is here belongs to something else
                state.here.clear()
            state.moved.notify_all()
        if is_other:
            self._file.clear()
        if is_news:
            self._file.set_size(part.size)
        self._tell()

    def take(self, data: bytes) -> None:
        """Take some bytes. Raises `StorageError`."""
        state = self._state
        with state.moved:
            if self._is_over or self.place is None:
                return
            self._pending += data
            self.place += len(data)
            self.taken += len(data)
            state.note_came_locked(len(data))
            ready = self._cut_locked()
            if not ready and state.first_wait_locked() is not None:
                state.moved.notify_all()  # a part of a piece may be what somebody waits for
        for number, clear in ready:
            self._put(number, clear)

    def early_locked(self, offset: int, count: int) -> bytes | None:
        """Give bytes of the piece that is coming in, where they are here already."""
        if self.place is None:
            return None
        at = offset - (self.place - len(self._pending))
        return bytes(self._pending[at : at + count]) if 0 <= at < len(self._pending) else None

    def end_locked(self) -> None:
        """Take nothing from now on."""
        self._is_over = True

    def flush(self) -> None:
        """The answer ended where the file ends: the rest is its last piece. Raises `StorageError`."""
        if self._pending and self.place is not None:
            number = (self.place - len(self._pending)) // PIECE_BYTES
            self._put(number, bytes(self._pending))
            self._pending.clear()

    def _cut_locked(self) -> list[tuple[int, bytes]]:
        """Take whole pieces off what came; the last of the file is shorter."""
        assert self.place is not None
        size = self._state.size if self._state.is_size_sure else None
        start = self.place - len(self._pending)
        found: list[tuple[int, bytes]] = []
        while len(self._pending) >= PIECE_BYTES or (self._pending and start + len(self._pending) == size):
            found.append((start // PIECE_BYTES, bytes(self._pending[:PIECE_BYTES])))
            del self._pending[:PIECE_BYTES]
            start += PIECE_BYTES
        return found

    def _put(self, number: int, clear: bytes) -> None:
        state = self._state
        with state.moved:
            self.settled = max(self.settled, number * PIECE_BYTES)
            if self._is_over or number in state.here:
                return
            spare = state.spare_locked()
            if spare is not None:
                state.here.discard(spare)
        if spare is not None:
            self._file.free(spare)
        self._file.write(number, clear)
        with state.moved:
            state.here.add(number)
            self.settled = (number + 1) * PIECE_BYTES
            state.moved.notify_all()
        self._tell()
