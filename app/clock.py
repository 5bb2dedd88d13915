"""Time as a dependency, so that tests move it by hand. Wall time labels, monotonic time measures."""

import time
from typing import TYPE_CHECKING, Protocol

from app.late import Late

if TYPE_CHECKING:
    import asyncio
else:
    asyncio = Late("asyncio")


class Clock(Protocol):
    """What the core needs of time."""

    def now_ms(self) -> int:
        """Wall clock, milliseconds since the epoch. May jump."""

    def monotonic(self) -> float:
        """Seconds that never go back. Does not count while the computer sleeps on some systems."""

    async def sleep(self, seconds: float) -> None:
        """Wait; never used for ordering."""


class SystemClock:
    """The computer's clock."""

    def now_ms(self) -> int:
        """See `Clock.now_ms`."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`. Capped, because Qt's timers overflow after 24.8 days."""
        await asyncio.sleep(min(seconds, 86_400.0))
