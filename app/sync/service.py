"""The sync task: asks the homeserver what is new and puts it into the cache, for as long as the account runs.

One *session* runs from a (re)connection to the next error: it makes an adapter from the positions that the cache
holds, polls rooms, and polls counts beside it. An answer that cannot be stored ends the session, because the adapter
has moved on and the cache has not: the next session starts from the cache's positions again. No error leaves the
loop. A row of failures is logged once, and once more when it is over.

After a failure a session begins with a *probe*, the cheapest question there is. As long as that is what fails, it is
asked again every few seconds (`LineBackoff`); a server that answers it and fails the sync is left alone for longer
(`Backoff`). What makes success likelier (a send, the window in front) probes at once.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.backoff import Backoff, LineBackoff, code_of
from app.changes import Changes
from app.clock import Clock
from app.domain.connection import ConnectionKind
from app.domain.ids import RoomID
from app.domain.sync import SyncBatch
from app.errors import LimitExceeded, NetworkError, TackError, Unauthorized
from app.homeserver import Homeserver
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor

if TYPE_CHECKING:
    from app.matrix.sync import SyncAdapter

log = logging.getLogger("tack.sync")

POLL_MS = 30_000
PROBE_GAP_S = 0.5
"""At least so far apart are two attempts, however often somebody asks for one."""
PATIENT_EVERY = 3
"""Every so many probes one waits long: the line may be slow rather than dead."""
COMPLETE_KEY = ("sync", "complete")


class SyncService:
    """Runs the sync. `start`/`stop` own its tasks; `pause`, `resume`, `wake` may be called at any time between."""

    def __init__(
        self, cache: Cache, homeserver: Homeserver, monitor: ConnectionMonitor, clock: Clock
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._monitor = monitor
        self._clock = clock
        self._backoff = Backoff()
        self._line_backoff = LineBackoff()
        self._failures = 0
        self._is_reached = False
        self._is_waiting_for_line = False
        self._tried_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self._session: asyncio.Task[None] | None = None
        self._allowed = asyncio.Event()
        self._nudged = asyncio.Event()
        self._subscribed: tuple[RoomID, ...] = ()
        self._adapter: SyncAdapter | None = None
        self.completed = asyncio.Event()
        """Set when the whole list of rooms has been delivered, in this run or an earlier one."""

    def start(self, *, is_paused: bool = False) -> None:
        """Begin. Returns at once."""
        if self._cache.read.kv(*COMPLETE_KEY):
            self.completed.set()
        if is_paused:
            self._monitor.move_to(ConnectionKind.PAUSED)
        else:
            self._allowed.set()
        self._task = asyncio.create_task(self._run(), name="sync")

    async def stop(self) -> None:
        """End every task; an answer that is being stored is stored."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def pause(self) -> None:
        """Stop asking until `resume`."""
        self._allowed.clear()
        self._monitor.move_to(ConnectionKind.PAUSED)
        self._end_session()

    def resume(self) -> None:
        """Ask again: after a pause, or after the person has signed in again."""
        self._reset_waits()
        self._monitor.move_to(ConnectionKind.CONNECTING)
        self._allowed.set()
        self._nudged.set()

    def wake(self) -> None:
        """Try at once with new connections."""
        self._reset_waits()
        self._nudged.set()
        self._end_session()

    def probe(self) -> None:
        """Try at once where the server did not answer; does nothing while it does."""
        if self._is_waiting_for_line:
            self._reset_waits()
            self._nudged.set()

    def subscribe(self, rooms: Sequence[RoomID]) -> None:
        """Follow these rooms closely from the next poll on."""
        if tuple(rooms) == self._subscribed:
            return
        self._subscribed = tuple(rooms)
        if self._adapter is not None:
            self._adapter.subscribe(self._subscribed)

    # Loop ---------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            await self._allowed.wait()
            self._nudged.clear()
            self._tried_at = self._clock.monotonic()
            self._session = asyncio.create_task(self._run_session(), name="sync session")
            try:
                await asyncio.wait({self._session})
            finally:
                await _cancelled(self._session)
            wait_s = self._judge(self._session)
            if wait_s > 0:
                await self._rest(wait_s)

    async def _rest(self, wait_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):  # wait_for of 3.11 can swallow our cancellation
                await self._nudged.wait()
                gone_s = self._clock.monotonic() - self._tried_at
                await self._clock.sleep(max(0.0, PROBE_GAP_S - gone_s))

    def _judge(self, session: "asyncio.Task[None]") -> float:
        """Read how a session ended; the seconds to wait before the next."""
        if session.cancelled():
            return 0
        error = session.exception()
        if isinstance(error, Unauthorized):
            log.warning("the session was ended by the server (soft: %s)", error.is_soft_logout)
            self._allowed.clear()
            self._monitor.move_to(
                ConnectionKind.SIGNED_OUT, "soft_logout" if error.is_soft_logout else "device_removed"
            )
            return 0
        wait_s = self._wait_after(error)
        if not self._allowed.is_set():
            return 0
        self._failures += 1
        if self._failures == 1:
            _log_first(error)
        if self._failures > 1 or not isinstance(error, TackError) or not self._monitor.is_online:
            self._monitor.move_to(ConnectionKind.OFFLINE, code_of(error) if error else "internal")
        return wait_s

    def _wait_after(self, error: BaseException | None) -> float:
        """Tell a server that cannot be reached from one that answers and fails."""
        is_cut = isinstance(error, NetworkError) and self._failures == 0
        is_named = isinstance(error, TackError) and not isinstance(error, LimitExceeded)
        self._is_waiting_for_line = is_named and (is_cut or not self._is_reached)
        backoff = self._line_backoff if self._is_waiting_for_line else self._backoff
        return backoff.next_s(error)

    def _reset_waits(self) -> None:
        self._backoff.reset()
        self._line_backoff.reset()

    def _end_session(self) -> None:
        if self._session is not None:
            self._session.cancel()

    # One session --------------------------------------------------------------------------------------------

    async def _run_session(self) -> None:
        self._is_reached = False
        if self._failures:
            await self._homeserver.check(is_patient=self._failures % PATIENT_EVERY == 0)
        offers = await self._homeserver.offers()
        self._is_reached = True
        from app.matrix.sync import SyncAdapter  # imported by the line, on a thread

        client = self._homeserver.client
        positions = self._cache.read.positions()
        adapter = SyncAdapter(client, offers, positions, user_id=self._cache.user_id)
        adapter.subscribe(self._subscribed)
        self._adapter = adapter
        counts: asyncio.Task[None] | None = None
        try:
            timeout_ms = 0
            while True:
                answer = [await adapter.next_rooms(timeout_ms)]
                await self._store(answer[0])
                self._note_success(answer[0])
                # A large answer takes 16 ms to free: not on the loop's thread, and not only after the next poll.
                asyncio.get_running_loop().run_in_executor(None, answer.clear)
                if counts is None:
                    counts = asyncio.create_task(self._run_counts(adapter), name="sync counts")
                timeout_ms = POLL_MS
        finally:
            self._adapter = None
            if counts is not None:
                await _cancelled(counts)

    def _note_success(self, batch: SyncBatch) -> None:
        if self._failures:
            log.info("the line is back after %d failures", self._failures)
            self._failures = 0
        self._is_waiting_for_line = False
        self._reset_waits()
        if batch.complete and not self.completed.is_set():
            self.completed.set()
        is_first = not self.completed.is_set()
        self._monitor.set_clock_skew(self._homeserver.clock_skew_ms)
        self._monitor.move_to(ConnectionKind.SYNCING_FIRST if is_first else ConnectionKind.ONLINE)

    async def _run_counts(self, adapter: "SyncAdapter") -> None:
        """Poll counts until the session ends. Its failures are its own: rooms go on."""
        backoff = Backoff()
        while True:
            try:
                batch = await adapter.next_counts(POLL_MS)
                if batch is None:
                    return
                await self._store(batch)
                backoff.reset()
            except Unauthorized:
                return  # the rooms loop meets the same answer and says so
            except TackError as error:
                if backoff.failures == 0:
                    log.info("counts: %s", code_of(error))
                await self._clock.sleep(backoff.next_s(error))
            except Exception:  # outermost frame of a task
                log.exception("counts")
                await self._clock.sleep(backoff.next_s())

    # Storing ------------------------------------------------------------------------------------------------

    async def _store(self, batch: SyncBatch) -> Changes:
        """Put an answer into the cache. One room that trips us must not keep the others away for ever."""
        try:
            changes = await self._cache.apply_sync(batch)
        except TackError:
            raise
        except Exception:  # our bug: logged, and as much as possible is kept
            log.exception("an answer of the server could not be stored; its rooms are tried one by one")
            changes = await self._store_piecewise(batch)
        if batch.complete and not self.completed.is_set():
            await self._cache.set_kv(*COMPLETE_KEY, "1")
        return changes

    async def _store_piecewise(self, batch: SyncBatch) -> Changes:
        pieces = [SyncBatch(positions=(), rooms=(room,)) for room in batch.rooms]
        for piece in pieces:
            try:
                await self._cache.apply_sync(piece)
            except TackError:
                raise
            except Exception:  # our bug, in this room
                log.exception("room %s could not be stored", piece.rooms[0].room_id)
        return await self._cache.apply_sync(replace(batch, rooms=()))


def _log_first(error: BaseException | None) -> None:
    if isinstance(error, TackError):
        log.warning("sync: %s (%s)", error.code, error)
    else:
        log.error("sync failed", exc_info=error)


async def _cancelled(task: "asyncio.Task[None]") -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
