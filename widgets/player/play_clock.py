"""Where a video is, between libVLC's reports: they come every 250 to 415 ms."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_AHEAD_S = 1.0
_NEAR_MS = 1_500
_SETTLE_S = 3.0


class PlayClock:
    """Runs on from the last report at the play's rate; stands while it is stopped."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._at_ms, self._at = 0.0, now()
        self._is_running = False
        self._rate = 1.0
        self._target: int | None = None
        self._target_until = 0.0

    @property
    def position_ms(self) -> int:
        """The moment shown."""
        passed = min(self._now() - self._at, _MOST_AHEAD_S) if self._is_running else 0.0
        return round(self._at_ms + passed * 1000 * self._rate)

    def set_running(self, is_running: bool) -> None:
        """Run, or stand where it is."""
        if is_running != self._is_running:
            self._at_ms, self._at = float(self.position_ms), self._now()
            self._is_running = is_running

    def set_rate(self, rate: float) -> None:
        """Run faster or slower."""
        self._at_ms, self._at = float(self.position_ms), self._now()
        self._rate = rate

    def jump(self, at_ms: int) -> None:
        """Stand at a moment; reports from before the jump are not believed until one is near it."""
        self._at_ms, self._at = float(at_ms), self._now()
        self._target, self._target_until = at_ms, self._now() + _SETTLE_S
        self._is_running = False

    def report(self, at_ms: int) -> bool:
        """Take a report; whether it was believed."""
        if self._target is not None:
            if abs(at_ms - self._target) > _NEAR_MS and self._now() < self._target_until:
                return False
            self._target = None
        before = self.position_ms
        if self._is_running and 0 < before - at_ms < 400:  # never a little back: flying comments would jerk
            at_ms = round(before * 0.9 + at_ms * 0.1)
        self._at_ms, self._at = float(at_ms), self._now()
        return True
