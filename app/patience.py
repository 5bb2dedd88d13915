"""Steps of work beside: one that fails waits by itself, one that is refused for good is left; the others go on."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Container

from app.backoff import Backoff
from app.clock import Clock
from app.errors import RetryKind, TackError


class Patience:
    """What is known of the steps of one task, by their names."""

    def __init__(self, log: logging.Logger, clock: Clock) -> None:
        self.given_up: set[str] = set()
        """Refused for good: left until whoever owns this forgets it."""
        self._log = log
        self._clock = clock
        self._waits: dict[str, tuple[Backoff, float]] = {}

    async def attempt(self, name: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Run a step unless it waits or was given up; whether it failed and is to be tried again."""
        if self.must_wait(name):
            return False
        try:
            await work()
        except TackError as error:
            return self._note_failure(name, error)
        except Exception as error:  # outermost frame of a task's step; the others go on
            self._log.exception("upkeep: %s", name)
            return self._note_failure(name, error)
        self._waits.pop(name, None)
        return False

    def must_wait(self, name: str) -> bool:
        """Whether a step waits, or was given up."""
        waiting = self._waits.get(name)
        return name in self.given_up or (waiting is not None and self._clock.monotonic() < waiting[1])

    def forget_waits(self) -> None:
        """Try everything again at once: the line is back."""
        self._waits.clear()

    def forget_rooms(self, kept: Container[str]) -> None:
        """Steps named after other rooms than these are done with: the next of that name is a new one."""
        self.given_up -= {name for name in self.given_up if name.startswith("!") and name not in kept}

    def rests_s(self) -> list[float]:
        """Give in how many seconds each step that waits may be tried again."""
        now = self._clock.monotonic()
        return [until - now for _, until in self._waits.values() if until > now]

    def _note_failure(self, name: str, error: Exception) -> bool:
        if isinstance(error, TackError) and error.retry is RetryKind.PERMANENT:
            self._log.info("upkeep, %s: %s", name, error)
            self.given_up.add(name)
            return False
        backoff = self._waits[name][0] if name in self._waits else Backoff()
        self._waits[name] = (backoff, self._clock.monotonic() + backoff.next_s(error))
        return True
