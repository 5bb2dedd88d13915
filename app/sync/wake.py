"""Notices that the computer slept or changed networks.

Every few seconds wall time and monotonic time are compared with what a tick should take: a jump of either means
sleep (or a clock set by hand, where trying at once does no harm). The own address towards the outside (a UDP
socket that sends nothing) tells one network from another.
"""

import asyncio
import logging
import socket
from collections.abc import Callable

from app.clock import Clock

log = logging.getLogger("tack.sync")

TICK_S = 3.0
JUMP_S = 10.0
_OUTSIDE = ((socket.AF_INET, ("192.0.2.1", 9)), (socket.AF_INET6, ("2001:db8::1", 9)))


def local_addresses() -> tuple[str, ...]:
    """Give the own addresses that packets to the outside would carry; empty when there is no network."""
    found: list[str] = []
    for family, target in _OUTSIDE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect(target)
                found.append(str(probe.getsockname()[0]))
        except OSError:
            continue
    return tuple(found)


class WakeWatch:
    """Calls `on_wake` after a sleep and after a change of network."""

    def __init__(
        self,
        clock: Clock,
        on_wake: Callable[[], None],
        addresses: Callable[[], tuple[str, ...]] = local_addresses,
    ) -> None:
        self._clock = clock
        self._on_wake = on_wake
        self._addresses = addresses
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._run(), name="wake watch")

    async def stop(self) -> None:
        """End watching."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        wall, steady, addresses = self._clock.now_ms(), self._clock.monotonic(), self._addresses()
        while True:
            await self._clock.sleep(TICK_S)
            new_wall, new_steady, new_addresses = (
                self._clock.now_ms(),
                self._clock.monotonic(),
                self._addresses(),
            )
            wall_gone_s = (new_wall - wall) / 1000
            steady_gone_s = new_steady - steady
            has_jumped = (
                max(wall_gone_s, steady_gone_s) > TICK_S + JUMP_S or abs(wall_gone_s - steady_gone_s) > JUMP_S
            )
            if has_jumped or new_addresses != addresses:
                log.info(
                    "woke up or changed networks: wall %.0f s, steady %.0f s", wall_gone_s, steady_gone_s
                )
                self._on_wake()
            wall, steady, addresses = new_wall, new_steady, new_addresses
