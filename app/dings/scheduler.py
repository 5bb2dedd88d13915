"""Sends dings at their time: keeps the rounds of repeated ones ready, and does what the server cannot.

One task does everything about the plan, so that no two steps of it meet. Rows the server holds are `Handing`'s; a row
nobody else has goes into the send queue at its minute, in the one transaction that takes it off the plan, under a
transaction id made of series and round: once, whatever dies when. Where Tack was off at the minute it goes
out at the next start; of a repeated one that was missed several times only the last round.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.backoff import Backoff
from app.dings.compose import RestOf, file_message, round_txn_id, with_ding
from app.dings.handing import Handing
from app.dings.rounds import ROUNDS_AHEAD, days_until, moved, next_rounds
from app.domain.content import JSONObject, int_of, text_of
from app.domain.dings import DingContent, DingRepeat, parse_ding
from app.domain.ids import TxnID
from app.domain.scheduled import ScheduledState
from app.domain.sending import RequestKind
from app.errors import TackError
from app.sending.attachments import Prepared
from app.sending.contents import Attachment
from app.store.scheduled import ScheduledRow
from app.store.values import NewRequest

if TYPE_CHECKING:
    from app.changes import ChangeFeed, Changes
    from app.clock import Clock
    from app.domain.connection import ConnectionState
    from app.homeserver import Homeserver
    from app.store.cache import Cache
    from app.sync.connection import ConnectionMonitor

log = logging.getLogger("tack.dings")

LONGEST_WAIT_S = 30.0
"""Timers do not count while the computer sleeps."""
CHECK_EVERY_S = 3600.0


class DingScheduler:
    """The task. `start`/`stop` own it; `look` makes it look at the plan again."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        changes: ChangeFeed,
        monitor: ConnectionMonitor,
        clock: Clock,
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._changes = changes
        self._monitor = monitor
        self._clock = clock
        self.handing = Handing(cache, homeserver, self.now_ms)
        self.rest_of: RestOf | None = None
        self.lock = asyncio.Lock()
        """Held while rows and the server are compared."""
        self._woken = asyncio.Event()
        self._check_at = 0.0
        self._try_at = 0.0
        self._was_online = False
        self._skew_ms: int | None = None
        """The server's clock minus ours; None until it was heard in this run."""
        self._backoff = Backoff()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin; returns at once."""
        self._unsubscribe = [
            self._changes.subscribe(self._on_changes),
            self._monitor.subscribe(self._on_connection),
        ]
        self._was_online = self._monitor.is_online
        self._task = asyncio.create_task(self._run(), name="ding scheduler")

    async def stop(self) -> None:
        """End."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def look(self) -> None:
        """Look at the plan, and at what the server holds of it."""
        self._check_at = self._try_at = 0.0
        self._woken.set()

    def now_ms(self) -> int:
        """Give the time by the server's clock, as far as it is known; of a line that is gone, as it was heard last."""
        if self._monitor.is_online:
            self._skew_ms = self._homeserver.clock_skew_ms
        return self._clock.now_ms() + (self._skew_ms or 0)

    def _on_changes(self, changes: Changes) -> None:
        if changes.dings:
            self._woken.set()

    def _on_connection(self, state: ConnectionState) -> None:
        is_online = self._monitor.is_online
        if is_online and not self._was_online:
            self._backoff.reset()
            self.look()
        self._was_online = is_online

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            wait_s = LONGEST_WAIT_S
            try:
                wait_s = await self._cycle()
            except TackError as error:
                wait_s = self._rest(error)
                if self._backoff.failures == 1:
                    log.info("scheduled dings wait: %s", error.code)
            except Exception as error:  # outermost frame of a task; it looks again later
                log.exception("scheduled dings")
                wait_s = self._rest(error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()

    def _rest(self, error: Exception) -> float:
        wait_s = self._backoff.next_s(error)
        self._try_at = self._clock.monotonic() + wait_s
        return min(wait_s, LONGEST_WAIT_S)

    async def _cycle(self) -> float:
        """Bring everything forward that can be; the seconds until there may be more to do."""
        await self._keep_rounds_ready(self._rows())
        if self._rows():
            await self._cache.dings.drop_arrived()
        async with self.lock:  # what is being exchanged for another ding does not go out under its hands
            await self._send_due(self._rows())
        now = self._clock.monotonic()
        if self._monitor.is_online and now >= self._try_at and self._is_check_due(now):
            self._check_at = now + CHECK_EVERY_S
            try:
                async with self.lock:
                    again_s = await self.handing.bring_in_line()
            except BaseException:
                self._check_at = 0.0
                raise
            self._check_at = min(self._check_at, now + again_s)
            self._backoff.reset()
        return self._wait_s()

    def _is_check_due(self, now: float) -> bool:
        return now >= self._check_at or any(self.handing.wants(row) for row in self._rows())

    def _rows(self) -> list[ScheduledRow]:
        return self._cache.read.ding_work.scheduled()

    def _wait_s(self) -> float:
        now_ms, waits = self.now_ms(), [LONGEST_WAIT_S]
        if self._skew_ms is not None:
            waits += [(row.due_ms - now_ms) / 1000 for row in self._rows() if _is_ours(row)]
        if self._monitor.is_online:
            waits.append(max(self._check_at, self._try_at) - self._clock.monotonic())
        return max(0.05, min(waits))

    # Rounds -------------------------------------------------------------------------------------------------

    async def _keep_rounds_ready(self, rows: Sequence[ScheduledRow]) -> None:
        """Plan the next rounds of each repeated ding, so that they go on while Tack is off."""
        series: defaultdict[str, list[ScheduledRow]] = defaultdict(list)
        for row in rows:
            if row.base_ms:
                series[row.series].append(row)
        new = [row for known in series.values() for row in self.rounds_behind(known)]
        if new:
            await self._cache.dings.plan(new)

    def rounds_behind(self, known: Sequence[ScheduledRow]) -> list[ScheduledRow]:
        """Give the rounds that follow those of one series, as many as are wanted."""
        alive = [row for row in known if row.state is ScheduledState.WAITING]
        if not alive:
            return []
        now_ms, model = self.now_ms(), alive[0]
        ding = parse_ding(model.content)
        if ding is None or ding.repeat is DingRepeat.NONE:
            return []
        missing = ROUNDS_AHEAD - sum(row.due_ms > now_ms for row in alive)
        last = max(row.round for row in known)
        rounds = next_rounds(model.base_ms, ding.repeat, last, now_ms, missing)
        return [self.row_of_round(model, ding, round, due_ms) for round, due_ms in rounds]

    def row_of_round(self, model: ScheduledRow, ding: DingContent, round: int, due_ms: int) -> ScheduledRow:
        """Make another round of a ding from any round of it."""
        base_ms, repeat = model.base_ms, ding.repeat
        days = days_until(base_ms, repeat, round) - days_until(base_ms, repeat, model.round)
        content = with_ding(model.content, moved(ding, days)._replace(round=round), self.rest_of)
        return model._replace(round=round, content=content, due_ms=due_ms, id=0, delay_id=None, error_code="")

    # Sending ------------------------------------------------------------------------------------------------

    async def _send_due(self, rows: Sequence[ScheduledRow]) -> None:
        now_ms = self.now_ms()
        if self._skew_ms is None:
            return  # our clock may be hours wrong, and without a line nothing can go out anyway
        series: defaultdict[str, list[ScheduledRow]] = defaultdict(list)
        for row in rows:
            if _is_ours(row) and row.due_ms <= now_ms:
                series[row.series].append(row)
            elif row.state is ScheduledState.SKIPPED and row.due_ms <= now_ms:
                await self._cache.dings.drop_scheduled([row.id])
        for due in series.values():
            await self.send_now(due[-1], [row.id for row in due[:-1]])

    async def send_now(self, row: ScheduledRow, missed: Sequence[int] = ()) -> None:
        """Move a ding into the send queue."""
        if await self._cache.dings.fire(row.id, requests_of(row), missed):
            log.info("ding %s, round %d goes out", row.series, row.round)


def requests_of(row: ScheduledRow) -> list[NewRequest]:
    """Give the rows of the send queue that a ding to come becomes."""
    txn_id, room_id = round_txn_id(row.series, row.round), row.room_id
    ding = NewRequest(room_id, RequestKind.EVENT, txn_id, row.content, room_id, "m.room.message")
    files = [prepared_of(file) for file in row.files]
    return [ding] + [
        file_message(room_id, txn_id, TxnID(f"{txn_id}.{n}"), file) for n, file in enumerate(files)
    ]


def file_json(file: Prepared) -> JSONObject:
    """Write down a file that waits with a ding to come."""
    about = file.attachment
    return {
        "path": file.path,
        "name": about.filename,
        "mimetype": about.mimetype,
        "size": about.size_bytes,
        "w": about.width,
        "h": about.height,
    }


def prepared_of(file: JSONObject) -> Prepared:
    """Read `file_json`."""
    about = Attachment(
        text_of(file, "name") or "",
        text_of(file, "mimetype") or "application/octet-stream",
        int_of(file, "size") or 0,
        int_of(file, "w"),
        int_of(file, "h"),
    )
    return Prepared(text_of(file, "path") or "", about)


def _is_ours(row: ScheduledRow) -> bool:
    """Whether nobody but us can send it: the server was never asked."""
    return row.state is ScheduledState.WAITING and row.delay_id is None and not row.is_elsewhere
