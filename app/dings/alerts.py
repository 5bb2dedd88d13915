"""Decides which dings ring now: the cards on top of everything.

One task looks (`app.dings.ringing`), keeps what it notes, tells the board, and sleeps until the board changes by itself
or something wakes it: dings, receipts in their rooms, settings, the line, a person's act. It never sleeps long in one
piece, because a timer does not count while the computer sleeps and the clock may be set.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple

from app.changes import ChangeFeed, Changes
from app.clock import Clock
from app.dings.ringing import DAY_MS, Moment, dismissed, look, put_off
from app.domain.alerts import AlertBoard, AlertNote
from app.domain.connection import ConnectionState
from app.domain.dings import DingSummary
from app.domain.ids import EventID, RoomID
from app.errors import StorageError
from app.listeners import Listeners
from app.settings import Settings
from app.store.cache import Cache
from app.store.reader import Reader
from app.sync.connection import ConnectionMonitor

log = logging.getLogger("tack.dings")

CHECK_S = 30.0
IDLE_S = 3600.0
PAUSE_S = 0.1
"""Between two looks: a ding to a whole company is confirmed many times a second."""
MOST_OPEN = MOST_COMING = 300
KEEP_NOTES_MS = 90 * DAY_MS

BoardListener = Callable[[AlertBoard], None]


class _Facts(NamedTuple):
    """What a look is made of."""

    dings: list[DingSummary]
    notes: dict[EventID, AlertNote]
    read_elsewhere: dict[EventID, int]
    has_begun: bool
    is_complete: bool


class DingAlerts:
    """`account.ding_alerts`. Single-threaded: the loop's thread."""

    def __init__(
        self, cache: Cache, changes: ChangeFeed, monitor: ConnectionMonitor, settings: Settings, clock: Clock
    ) -> None:
        self._cache = cache
        self._changes = changes
        self._monitor = monitor
        self._settings = settings
        self._clock = clock
        self._board = AlertBoard()
        self._rooms: frozenset[RoomID] = frozenset()
        self._skew_ms = monitor.state.clock_skew_ms
        self._kind = monitor.state.kind
        self._has_begun = False
        self._is_casting = False
        self._is_failing = False
        self._is_woken = False
        self._looked_ms = 0
        self._unsaved: dict[EventID, AlertNote] = {}
        self._lock = asyncio.Lock()
        self._listeners: Listeners[AlertBoard] = Listeners()
        self._unsubscribe: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._sleeper: asyncio.Task[None] | None = None

    @property
    def board(self) -> AlertBoard:
        """What was told last."""
        return self._board

    @property
    def now_ms(self) -> int:
        """Now by the server's clock, as far as it is known."""
        return self._moment().server_ms

    def start(self) -> None:
        """Begin."""
        self._skew_ms, self._kind = self._monitor.state.clock_skew_ms, self._monitor.state.kind
        self._unsubscribe = [
            self._changes.subscribe(self._on_changes),
            self._monitor.subscribe(self._on_connection),
        ]
        self._task = asyncio.create_task(self._run(), name="ding alerts")

    async def stop(self) -> None:
        """End."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def subscribe(self, listener: BoardListener) -> Callable[[], None]:
        """Hear of every new board; the returned function ends it."""
        return self._listeners.subscribe(listener)

    def use_settings(self, settings: Settings) -> None:
        """Take changed settings."""
        self._settings = settings
        self._wake()

    def set_casting(self, is_casting: bool) -> None:
        """Tell whether the screen is shared: then cards show no word and no name, from this moment on."""
        self._is_casting = is_casting
        self._tell(self._board)

    async def snooze(self, event_id: EventID, until_ms: int) -> None:
        """Put a ding off until a time of this computer's clock. It still waits for its confirmation."""
        until, now = until_ms + self._skew_ms, self._moment().server_ms
        await self._note(event_id, lambda ding, note: put_off(ding, note, until, now))

    async def dismiss(self, event_id: EventID) -> None:
        """Take the card away: seen. It comes back when something makes the ding ring again."""
        await self._note(event_id, dismissed)

    # Inside

    async def _note(self, event_id: EventID, act: Callable[[DingSummary, AlertNote], AlertNote]) -> None:
        async with self._lock:
            ding, known = await self._cache.read_in_worker(
                lambda read: (read.dings.summary(event_id), read.ding_alerts.notes([event_id]))
            )
            if ding is not None:
                fresh = AlertNote(event_id, at_ms=self._moment().server_ms)
                note = self._unsaved.get(event_id) or known.get(event_id) or fresh
                await self._keep([act(ding, note)], None)
        self._wake()

    def _on_changes(self, changes: Changes) -> None:
        is_news = changes.dings or changes.clears or changes.is_rebuilt or changes.receipts & self._rooms
        if is_news or not self._has_begun:
            self._wake()

    def _on_connection(self, state: ConnectionState) -> None:
        """The clock's error became known; or the first sync is over: what it brought is to be noted now."""
        is_news = state.clock_skew_ms != self._skew_ms or (
            state.kind is not self._kind and not self._has_begun
        )
        self._skew_ms, self._kind = state.clock_skew_ms, state.kind
        if is_news:
            self._wake()

    def _wake(self) -> None:
        self._is_woken = True
        if self._sleeper is not None:
            self._sleeper.cancel()

    def _moment(self) -> Moment:
        return Moment(self._clock.now_ms(), self._skew_ms)

    async def _run(self) -> None:
        try:
            await self._tidy()
            while True:
                self._is_woken = False
                await self._look_safely()
                await self._clock.sleep(PAUSE_S)
                await self._wait()
        finally:
            if self._sleeper is not None:
                self._sleeper.cancel()

    async def _tidy(self) -> None:
        try:
            await self._cache.ding_alerts.forget(self._moment().server_ms - KEEP_NOTES_MS)
        except Exception:  # outermost frame of the task: old notes do no harm
            log.exception("old notes of alerts could not be dropped")

    async def _look_safely(self) -> None:
        try:
            await self._look()
            if self._is_failing:
                log.warning("alerts work again")
            self._is_failing = False
        except Exception:  # outermost frame of the task: the next change tries again
            if not self._is_failing:
                log.exception("alerts failed")
            self._is_failing = True

    async def _look(self) -> None:
        async with self._lock:
            since_ms = self._moment().server_ms - DAY_MS
            facts = await self._cache.read_in_worker(lambda read: _facts(read, since_ms))
            moment = self._moment()._replace(is_history=not facts.has_begun)
            self._looked_ms = moment.now_ms
            notes = facts.notes | self._unsaved
            board, changed = look(facts.dings, notes, facts.read_elsewhere, self._settings, moment)
            since = moment.server_ms if facts.is_complete and not facts.has_begun else None
            await self._keep(changed, since)
            self._has_begun = facts.has_begun or since is not None
            self._rooms = frozenset(ding.room_id for ding in facts.dings if ding.is_open)
        self._tell(board)

    async def _keep(self, changed: list[AlertNote], since_ms: int | None) -> None:
        """Keep notes; a full disk neither keeps a card from coming nor lets it ring twice."""
        self._unsaved |= {note.event_id: note for note in changed}
        if not self._unsaved and since_ms is None:
            return
        try:
            await self._cache.ding_alerts.save(list(self._unsaved.values()), since_ms)
            self._unsaved = {}
        except StorageError as error:
            log.warning("notes of alerts wait in memory: %s", error.code)

    def _tell(self, board: AlertBoard) -> None:
        board = board._replace(is_text_hidden=self._is_casting)
        last, self._board = self._board, board._replace(rung=())
        if board._replace(next_change_ms=None) == last._replace(next_change_ms=None):
            return
        self._listeners.tell(board)

    async def _wait(self) -> None:
        """Sleep until the board changes by itself, the clock was set back, or something woke us."""
        while not self._is_woken:
            now, change = self._clock.now_ms(), self._board.next_change_ms
            if now < self._looked_ms or (change is not None and change <= now):
                return
            left_s = IDLE_S if change is None else min(CHECK_S, (change - now) / 1000)
            self._sleeper = asyncio.create_task(self._clock.sleep(left_s))
            await asyncio.wait({self._sleeper})
            self._sleeper = None


def _facts(read: Reader, since_ms: int) -> _Facts:
    """Read everything, on the reading thread; meetings that began before `since_ms` are over."""
    dings = [*read.dings.open(MOST_OPEN), *read.dings.coming(since_ms, MOST_COMING)]
    events = [ding.event_id for ding in dings if ding.event_id is not None]
    alerts = read.ding_alerts
    return _Facts(
        dings,
        alerts.notes(events),
        alerts.read_elsewhere(events),
        alerts.has_begun(),
        "complete" in read.positions(),
    )
