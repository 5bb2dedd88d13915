"""Where the line to the homeserver stands; the one place the status line and the send queue ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.domain.connection import ConnectionKind, ConnectionState
from app.listeners import Listeners

if TYPE_CHECKING:
    from app.clock import Clock

MAX_UNTOLD_SKEW_MS = 60_000
StateListener = Callable[[ConnectionState], None]


class ConnectionMonitor:
    """Keeps the `ConnectionState` and tells who listens. Single-threaded: the loop's thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._listeners: Listeners[ConnectionState] = Listeners()
        self.state = ConnectionState(ConnectionKind.CONNECTING, clock.now_ms())

    @property
    def is_online(self) -> bool:
        """Whether the server answered last time."""
        return self.state.kind in (ConnectionKind.ONLINE, ConnectionKind.SYNCING_FIRST)

    def subscribe(self, listener: StateListener) -> Callable[[], None]:
        """Tell the listener after each change; the returned function ends it."""
        return self._listeners.subscribe(listener)

    def move_to(self, kind: ConnectionKind, error_code: str = "") -> None:
        """Take a new kind; `since_ms` moves only when the kind does."""
        since = self.state.since_ms if kind is self.state.kind else self._clock.now_ms()
        self._set(self.state._replace(kind=kind, since_ms=since, error_code=error_code))

    def set_waiting(self, waiting: int) -> None:
        """Tell how many messages wait in the send queue."""
        self._set(self.state._replace(waiting=waiting))

    def set_clock_skew(self, skew_ms: int) -> None:
        """Tell how far the server's clock is from ours; less than a minute counts as none."""
        told = skew_ms if abs(skew_ms) >= MAX_UNTOLD_SKEW_MS else 0
        if abs(told - self.state.clock_skew_ms) >= MAX_UNTOLD_SKEW_MS or (told == 0) != (
            self.state.clock_skew_ms == 0
        ):
            self._set(self.state._replace(clock_skew_ms=told))

    def _set(self, state: ConnectionState) -> None:
        if state == self.state:
            return
        self.state = state
        self._listeners.tell(state)
