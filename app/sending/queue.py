"""Empties the send queue towards the server.

Rows of one lane go out one after another, lanes run side by side (at most `MAX_LANES`). A row is tried under the
transaction id it was given when the person wrote it, as often as needed, so that a lost reply or a crash never
makes two events of one. What a failure means is read from `error.retry` alone:

- network: the line is checked; the lane goes on when the line is back (or after a wait, in case only sending fails);
- transient: the lane waits as long as the server asks, or backs off; where it named no wait, at most until the sync
  hears the server again;
- auth: the queue rests until the person has signed in again;
- permanent: the row is wedged, and the lane goes on with the next row.

Waits are held in memory on the monotonic clock: a wrong wall clock cannot stop the queue for a day. Only
`not_before`, set on purpose, is wall time.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from app.backoff import Backoff
from app.clock import Clock
from app.domain.approvals.wire import REQUEST_ROOM_TYPE
from app.domain.channels.wire import CHANNEL_ROOM_TYPE
from app.domain.connection import ConnectionKind
from app.domain.content import dict_of
from app.domain.ids import TxnID
from app.domain.sending import QueuedRequest, RequestKind
from app.domain.timeline import SendState
from app.errors import LimitExceeded, NetworkError, RetryKind, TackError
from app.homeserver import Homeserver
from app.sending.uploads import UploadDropped
from app.sending.wire import Wire
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor

log = logging.getLogger("tack.sending")

MAX_LANES = 4
LONGEST_WAIT_S = 30.0
LOOK_EVERY_S = 0.1
RESTING = (ConnectionKind.PAUSED, ConnectionKind.SIGNED_OUT, ConnectionKind.CONNECTING)
"""While connecting, the first sync goes first: it may say that a room is encrypted by now."""
NO_LINE_CODES = ("network", "tls", "proxy")


class _Lane:
    """What is known of one lane in this run."""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.backoff = Backoff()
        self.wait_until = 0.0
        self.is_waiting_for_line = False
        self.stranded: TxnID | None = None
        """A row whose fate could not be written down: it stands as being sent and nobody sends it."""

    @property
    def is_busy(self) -> bool:
        return self.task is not None and not self.task.done()


class SendQueue:
    """The task that sends. `wake` makes it look again."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        monitor: ConnectionMonitor,
        wire: Wire,
        clock: Clock,
        check_line: Callable[[], None],
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._monitor = monitor
        self._wire = wire
        self._clock = clock
        self._check_line = check_line
        self._lanes: dict[str, _Lane] = {}
        self._woken = asyncio.Event()
        self._looked_at = 0.0
        self._next_look: asyncio.Handle | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._task = asyncio.create_task(self._run(), name="send queue")

    async def stop(self) -> None:
        """End; rows on the wire are tried again under the same transaction id after the next start."""
        if self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def look(self) -> None:
        """Look at the queue again: a row came, or changed. At once after a rest, else a few times a second."""
        if self._woken.is_set() or self._next_look is not None:
            return
        loop = asyncio.get_running_loop()
        rested_s = loop.time() - self._looked_at
        if rested_s >= LOOK_EVERY_S:
            self._woken.set()
        else:
            self._next_look = loop.call_later(LOOK_EVERY_S - rested_s, self._look_now)

    def _look_now(self) -> None:
        self._next_look = None
        self._woken.set()

    def wake(self, *, is_line_back: bool = False) -> None:
        """Go on at once where the line was what we waited for (everywhere, unless `is_line_back`)."""
        for lane in self._lanes.values():
            if lane.is_waiting_for_line or not is_line_back:
                lane.wait_until = 0.0
                lane.is_waiting_for_line = False
        self._woken.set()

    def wait_s(self, lane: str) -> float:
        """Give how long a lane still waits; 0 where it does not."""
        known = self._lanes.get(lane)
        return max(0.0, known.wait_until - self._clock.monotonic()) if known is not None else 0.0

    def _is_resting(self) -> bool:
        state = self._monitor.state
        has_no_line = state.kind is ConnectionKind.OFFLINE and state.error_code in NO_LINE_CODES
        return state.kind in RESTING or has_no_line or not self._homeserver.is_open

    async def _run(self) -> None:
        is_recovered = False
        try:
            while True:
                self._woken.clear()
                self._looked_at = asyncio.get_running_loop().time()
                wait_s = LONGEST_WAIT_S
                try:
                    if not is_recovered:
                        await self._cache.queue_recover()
                        is_recovered = True
                    if not self._is_resting():
                        wait_s = await self._start_lanes()
                except TackError as error:  # the cache: full disk and the like
                    log.warning("send queue rests: %s", error.code)
                except Exception:  # outermost frame of a task; it looks again later
                    log.exception("send queue")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):  # wait_for of 3.11 can swallow our cancellation
                        await self._woken.wait()
        finally:
            await self._end_lanes()

    async def _start_lanes(self) -> float:
        """Start a task for every lane that may go; the seconds until something more may become due."""
        now = self._clock.monotonic()
        wait_s = LONGEST_WAIT_S
        await self._take_up_stranded(now)
        busy = sum(lane.is_busy for lane in self._lanes.values())
        for row in await self._cache.due(self._clock.now_ms()):
            lane = self._lanes.setdefault(row.lane, _Lane())
            if lane.is_busy or busy >= MAX_LANES:
                continue
            if lane.wait_until > now:
                wait_s = min(wait_s, lane.wait_until - now)
                continue
            lane.task = asyncio.create_task(self._run_lane(row, lane), name=f"send lane {row.lane}")
            busy += 1
        held_until = await self._cache.next_due_ms(self._clock.now_ms())
        if held_until is not None:
            wait_s = min(wait_s, max(0.05, (held_until - self._clock.now_ms()) / 1000))
        return wait_s

    async def _take_up_stranded(self, now: float) -> None:
        """Let rows wait again that were left as being sent, as soon as the cache takes that note."""
        stranded = {
            lane.stranded: lane
            for lane in self._lanes.values()
            if lane.stranded is not None and not lane.is_busy and lane.wait_until <= now
        }
        if not stranded:
            return
        for row in self._cache.read.queue(SendState.SENDING, limit=5000):
            if row.txn_id in stranded:
                await self._cache.queue_failed(row.txn_id, row.error_code, 0)
        for lane in stranded.values():
            lane.stranded = None

    async def _run_lane(self, row: QueuedRequest | None, lane: _Lane) -> None:
        """Send row after row of one lane until there is none or it has to wait."""
        try:
            while row is not None and not self._is_resting() and await self._attempt(row, lane):
                row = await self._next(row.lane)
        except TackError as error:  # the cache: full disk and the like
            self._strand(lane, row, error)
            log.warning("lane rests: %s", error.code)
        except Exception as error:  # outermost frame of a task
            self._strand(lane, row, error)
            log.exception("send lane")
        finally:
            self._woken.set()

    def _strand(self, lane: _Lane, row: QueuedRequest | None, error: Exception) -> None:
        lane.wait_until = self._clock.monotonic() + lane.backoff.next_s(error)
        lane.stranded = row.txn_id if row is not None else None

    async def _next(self, lane_name: str) -> QueuedRequest | None:
        return next(iter(await self._cache.due(self._clock.now_ms(), lane_name)), None)

    async def _attempt(self, row: QueuedRequest, lane: _Lane) -> bool:
        """Try one row; whether the lane may go on with the next."""
        if not await self._cache.queue_mark_sending(row.txn_id):
            return True  # discarded a moment ago
        try:
            event_id = await self._wire.send(row)
        except UploadDropped:
            log.info("row %s was dropped on its way", row.txn_id)
            return True
        except TackError as error:
            return await self._note_failure(row, lane, error)
        except asyncio.CancelledError:
            raise
        except Exception:  # a bug of ours: park the row, keep the text, let the others pass
            log.exception("row %s", row.txn_id)
            await self._cache.queue_failed(row.txn_id, "internal", None)
            return True
        await self._cache.queue_mark_sent(row.txn_id, event_id)
        lane.backoff.reset()
        return True

    async def _note_failure(self, row: QueuedRequest, lane: _Lane, error: TackError) -> bool:
        if error.retry is RetryKind.PERMANENT:
            log.warning("row %s is wedged: %s (%s)", row.txn_id, error.code, error)
            await self._cache.queue_failed(row.txn_id, error.code, None)
            return True
        await self._cache.queue_failed(row.txn_id, _shown_code(row, error), 0)
        if error.retry is RetryKind.AUTH:
            self._check_line()
        wait_s = lane.backoff.next_s(error)
        is_server_away = error.retry is RetryKind.TRANSIENT and not isinstance(error, LimitExceeded)
        lane.is_waiting_for_line = isinstance(error, NetworkError) or is_server_away
        lane.wait_until = self._clock.monotonic() + wait_s
        if lane.backoff.failures == 1:
            log.info("row %s waits %.1f s: %s", row.txn_id, wait_s, error.code)
            if isinstance(error, NetworkError):
                self._check_line()
        return False

    async def _end_lanes(self) -> None:
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _shown_code(row: QueuedRequest, error: TackError) -> str:
    """Servers let one make few rooms in a row: what is said in the new one tells that it waits for that.

    Behind a colon stands how many seconds the server asked to wait.
    """
    if not isinstance(error, LimitExceeded):
        return error.code
    seconds = error.params.get("seconds", 0)
    if row.kind is RequestKind.ACT:
        return f"approval_act_limit:{seconds}"
    if row.kind is not RequestKind.CREATE_ROOM:
        return error.code
    made = dict_of(row.content, "creation_content").get("type")
    codes = {REQUEST_ROOM_TYPE: f"approval_limit:{seconds}", CHANNEL_ROOM_TYPE: f"channel_limit:{seconds}"}
    return codes.get(str(made), "room_limit")
