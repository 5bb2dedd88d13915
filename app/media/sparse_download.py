"""One video on its way into its sparse file, shared by all who opened it.

Three threads meet here: readers (libVLC's threads) wait on the state's condition until their bytes are here; the network thread
puts pieces in (`Intake`); the loop's thread decides what is asked for (`sparse_plan`), and is woken when somebody waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from app.errors import (
    InputError,
    LimitExceeded,
    NetworkError,
    RetryKind,
    ServerError,
    StorageError,
    StrangeAnswer,
    TackError,
)
from app.media.sparse_file import PIECE_BYTES
from app.media.sparse_intake import Intake
from app.media.sparse_plan import Asking, must_jump, next_asking, wants_more
from app.media.sparse_state import Reader, SparseState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.clock import Clock
    from app.domain.ids import ContentURI
    from app.homeserver import Homeserver
    from app.media.sparse_file import SparseFile

log = logging.getLogger("tack.media")

RETRY_AFTER_S = (0.3, 1.0, 2.5)
LONGEST_RETRY_S = 30.0
STALLED_S = 12.0
"""An answer that began and brings nothing for so long (twice at most) is given up."""
MAX_DAMAGES = 3
WAIT_S = 5.0
"""Readers look again after so long, come what may."""
TELL_EVERY_S = 0.2


class SparseDownload:
    """See the module text. `start`, `stop`, `subscribe`, `retry`, `want_all` on the loop."""

    def __init__(
        self,
        uri: ContentURI,
        file: SparseFile,
        homeserver: Homeserver,
        clock: Clock,
        make_room: Callable[[], Awaitable[bool]],
        size_hint: int | None,
    ) -> None:
        self.uri = uri
        self.state = SparseState(file.spans, file.size, size_hint or None, clock)
        self._file, self._homeserver, self._clock, self._make_room = file, homeserver, clock, make_room
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._request: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[], None]] = []
        self._telling: asyncio.TimerHandle | None = None
        self._is_tell_due = False
        self._is_resting = False
        self._damages: Counter[int] = Counter()

    # Readers' threads -------------------------------------------------------------------------------------------

    def wait_size(self, reader: Reader) -> int | None:
        """See `VideoSource.size`."""
        state = self.state
        with state.moved:
            while state.size is None:
                if reader.is_aborted or state.is_stopped or state.error:
                    return None
                self._wait_locked(reader, 0)
            return state.size

    def read(self, reader: Reader, offset: int, count: int) -> bytes | None:
        """See `VideoSource.read_at`."""
        number, within = divmod(offset, PIECE_BYTES)
        while True:
            with self.state.moved:
                early = self._early_locked(reader, offset, count)
                if early is not None or self._is_over_locked(reader, number):
                    return early
                if number not in self.state.here:
                    self._wait_locked(reader, offset)
                    continue
            clear = self._file.read(number)
            if clear is not None and within < len(clear):
                return clear[within : within + count]
            self._fetch_again(number)

    def abort(self, reader: Reader) -> None:
        """Let a reader return at once."""
        with self.state.moved:
            reader.is_aborted = True
            self.state.moved.notify_all()

    def wake(self) -> None:
        """Look again at what is to be fetched. Any thread."""
        with suppress(RuntimeError):  # the loop ended meanwhile; so do the readers
            self._loop.call_soon_threadsafe(self._look)

    def _early_locked(self, reader: Reader, offset: int, count: int) -> bytes | None:
        """Give what needs no piece: the end, or bytes of the piece that comes in now."""
        state = self.state
        if reader.is_aborted or state.is_stopped:
            return None
        if state.size is not None and offset >= state.size:
            return b""
        state.last_read = offset
        if self._is_resting and wants_more(state):
            self._is_resting = False
            self.wake()
        is_coming = state.intake is not None and offset // PIECE_BYTES not in state.here
        return state.intake.early_locked(offset, count) if is_coming and state.intake else None

    def _is_over_locked(self, reader: Reader, number: int) -> bool:
        state = self.state
        is_failed = state.error is not None and number not in state.here
        return reader.is_aborted or state.is_stopped or is_failed

    def _wait_locked(self, reader: Reader, offset: int) -> None:
        self.state.waits += 1
        reader.waits_for, reader.waits_since = offset, self.state.waits
        self.wake()
        try:
            self.state.moved.wait(WAIT_S)
        finally:
            reader.waits_for = None

    def _fetch_again(self, number: int) -> None:
        """A piece was damaged on disk, or is shorter than it must be."""
        self._file.free(number)
        with self.state.moved:
            self.state.here.discard(number)
            self._damages[number] += 1
            if self._damages[number] > MAX_DAMAGES:
                self.state.error = StorageError("damaged again and again", code="file_damaged")
        self.wake()

    # The loop's thread ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to fetch."""
        self._task = asyncio.create_task(self._run(), name="video")

    async def stop(self) -> None:
        """End it; readers return, the file is closed."""
        with self.state.moved:
            self.state.is_stopped = True
            self.state.moved.notify_all()
        if self._telling is not None:
            self._telling.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self._file.close)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """See `VideoSource.subscribe`."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def retry(self) -> None:
        """Forget the error and fetch on. Any thread."""
        with self.state.moved:
            self.state.error = None
            self._damages.clear()
        self.wake()

    def want_all(self) -> None:
        """Fetch every piece."""
        with self.state.moved:
            self.state.is_all_wanted, self.state.max_pieces = True, None
        self._look()

    def _look(self) -> None:
        """Something moved: end an answer that does not bring what is waited for, or ask."""
        with self.state.moved:
            intake = self.state.intake
            is_elsewhere = intake is not None and must_jump(self.state, intake)
        if is_elsewhere and self._request is not None:
            self._request.cancel()
        self._wake.set()
        self._tell_soon()

    async def _run(self) -> None:
        failures = 0
        while True:
            self._wake.clear()
            with self.state.moved:
                asking = next_asking(self.state)
                self._is_resting = asking is None
                before = len(self.state.here)
            if asking is None:
                self._tell_soon()
                await self._wake.wait()
                continue
            try:
                await self._fetch(asking)
                failures = 0
            except TackError as error:
                failures = await self._after(error, failures if len(self.state.here) == before else 0)
            except Exception:  # outermost frame of a task
                log.exception("fetching a video failed")
                self._fail(TackError("our own mistake"))

    async def _after(self, error: TackError, failures: int) -> int:
        """Try again in a moment, or tell that it failed; how often it failed now."""
        if error.code == "disk_full":
            if failures == 0 and await self._make_room():
                return 1
        elif error.retry in (RetryKind.NETWORK, RetryKind.TRANSIENT) and failures < len(RETRY_AFTER_S):
            named = error.retry_after_ms / 1000 if isinstance(error, LimitExceeded) else 0.0
            await self._clock.sleep(max(RETRY_AFTER_S[failures], min(named, LONGEST_RETRY_S)))
            return failures + 1
        self._fail(error)
        return 0

    def _fail(self, error: TackError) -> None:
        log.info("a video cannot be fetched on: %s", error.code)
        with self.state.moved:
            self.state.error = error
            self.state.moved.notify_all()
        self._tell_soon()

    async def _fetch(self, asking: Asking) -> None:
        """Ask for pieces until they are here, somebody waits elsewhere, or it fails."""
        start, until = asking.first * PIECE_BYTES, None
        if asking.until is not None:
            until = asking.until * PIECE_BYTES
            until = min(until, self.state.size) if self.state.is_size_sure and self.state.size else until
        media = self._homeserver.client.media
        intake = Intake(self.state, self._file, until, self._tell_from_afar)
        with self.state.moved:
            self.state.intake = intake
        request = asyncio.create_task(media.download_part(self.uri, start, until, intake.take, intake.begin))
        self._request = request
        try:
            await self._wait_for(request, intake)
            if not request.cancelled():
                await self._finish(request, intake)
        finally:
            request.cancel()
            with self.state.moved:
                intake.end_locked()
                self.state.intake = None
                self.state.moved.notify_all()

    async def _wait_for(self, request: asyncio.Task[None], intake: Intake) -> None:
        """Wait for an answer's end. Raises `NetworkError` where it began and then nothing came any more."""
        taken: int | None = None
        while not (await asyncio.wait({request}, timeout=STALLED_S))[0]:
            if intake.place is not None and taken == intake.taken:
                raise NetworkError("nothing comes any more", reason="timeout")
            taken = intake.taken if intake.place is not None else None

    async def _finish(self, request: asyncio.Task[None], intake: Intake) -> None:
        """An answer came to its end, for good or ill. Raises `TackError`."""
        try:
            request.result()
        except NetworkError as error:
            if intake.place is not None and error.params.get("reason") == "protocol":
                raise StrangeAnswer("it ended before its end", code="video_short") from error
            raise
        except ServerError as error:
            if error.status == 416:
                raise StrangeAnswer("it ends before that place", code="video_short") from error
            raise
        await self._check_end(intake)

    async def _check_end(self, intake: Intake) -> None:
        """See that what was asked for came. Raises `StrangeAnswer`, `InputError`, `StorageError`."""
        place, state = intake.place or 0, self.state
        if intake.until is not None and place >= intake.until:
            return
        if not state.is_size_sure:  # the server never said how long it is: this is the end
            await asyncio.to_thread(intake.flush)
            await asyncio.to_thread(self._file.set_size, place)
            with state.moved:
                state.size, state.is_size_sure = place, True
                state.moved.notify_all()
        if not state.size:
            raise InputError("there is nothing in it", code="video_empty")
        if place < state.size:
            raise StrangeAnswer("shorter than announced", code="video_short")

    # Telling ----------------------------------------------------------------------------------------------------

    def _tell_from_afar(self) -> None:
        """Something came. The network thread."""
        if not self._is_tell_due:
            self._is_tell_due = True
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._tell_soon)

    def _tell_soon(self) -> None:
        if self._telling is None and not self.state.is_stopped:
            self._telling = self._loop.call_later(TELL_EVERY_S, self._tell)

    def _tell(self) -> None:
        self._telling, self._is_tell_due = None, False
        for listener in tuple(self._listeners):
            try:
                listener()
            except Exception:  # outermost frame of a listener
                log.exception("a listener failed")
