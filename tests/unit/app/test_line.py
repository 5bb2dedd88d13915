"""Backing off, noticing sleep, telling the state of the line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from app.backoff import Backoff, LineBackoff
from app.domain.connection import ConnectionKind, ConnectionState
from app.errors import LimitExceeded, NetworkError
from app.sync.connection import ConnectionMonitor
from app.sync.wake import TICK_S, WakeWatch


class HandClock:
    """A clock that moves only as the test says."""

    def __init__(self) -> None:
        self.wall_ms = 1_700_000_000_000
        self.steady = 100.0
        self.on_sleep: Callable[[float], Awaitable[None]] | None = None

    def now_ms(self) -> int:
        return self.wall_ms

    def monotonic(self) -> float:
        return self.steady

    async def sleep(self, seconds: float) -> None:
        assert self.on_sleep is not None
        await self.on_sleep(seconds)


def test_waits_double_up_to_a_minute() -> None:
    backoff = Backoff()
    waits = [backoff.next_s(NetworkError()) for _ in range(9)]
    for wait, wanted in zip(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=True):
        assert wanted <= wait <= wanted * 1.2
    backoff.reset()
    assert backoff.next_s() <= 1.2


def test_a_dead_line_is_asked_every_three_seconds_for_minutes_then_twice_a_minute() -> None:
    backoff = LineBackoff()
    waits = [backoff.next_s(NetworkError()) for _ in range(140)]
    assert waits[0] <= 1.2 and max(waits[:120]) <= 3.0
    assert sum(waits[:120]) > 240
    assert 25 <= waits[-1] <= 30 and max(waits) <= 30
    backoff.reset()
    assert backoff.next_s() <= 1.2


def test_the_servers_own_wait_is_kept_to() -> None:
    assert Backoff().next_s(LimitExceeded(retry_after_ms=90_000)) == 90
    assert Backoff().next_s(LimitExceeded(retry_after_ms=100)) == 0.1


def test_sleep_a_moved_clock_and_another_network_are_noticed(run: Any) -> None:
    clock = HandClock()
    addresses = ["10.0.0.2"]
    woken: list[str] = []
    steps: list[tuple[str, float, float, list[str]]] = [
        ("nothing", TICK_S, TICK_S, ["10.0.0.2"]),
        ("suspended", 3600, TICK_S, ["10.0.0.2"]),
        ("nothing", TICK_S, TICK_S, ["10.0.0.2"]),
        ("suspended, and the steady clock counts it", 3600, 3600, ["10.0.0.2"]),
        ("wall clock set back a day", -86_400, TICK_S, ["10.0.0.2"]),
        ("another network", TICK_S, TICK_S, ["192.168.7.9"]),
        ("no network", TICK_S, TICK_S, []),
        ("slow machine", TICK_S + 4, TICK_S + 4, []),
    ]
    names = iter(steps)
    current = "nothing"

    async def on_sleep(_: float) -> None:
        nonlocal current
        step = next(names, None)
        if step is None:
            await asyncio.Event().wait()
            return
        current = step[0]
        clock.wall_ms += int(step[1] * 1000)
        clock.steady += step[2]
        addresses[:] = step[3]

    clock.on_sleep = on_sleep

    async def watch() -> None:
        watch = WakeWatch(clock, lambda: woken.append(current), lambda: tuple(addresses))
        watch.start()
        for _ in range(50):
            await asyncio.sleep(0)
        await watch.stop()

    run(watch())
    assert woken == [
        "suspended",
        "suspended, and the steady clock counts it",
        "wall clock set back a day",
        "another network",
        "no network",
    ]


def test_the_line_is_told_since_when_it_is_down_and_only_when_something_moved() -> None:
    clock = HandClock()
    monitor = ConnectionMonitor(clock)
    told: list[ConnectionState] = []
    monitor.subscribe(told.append)
    monitor.move_to(ConnectionKind.OFFLINE, "network")
    since = clock.wall_ms
    clock.wall_ms += 60_000
    monitor.move_to(ConnectionKind.OFFLINE, "network")
    monitor.set_waiting(3)
    monitor.set_clock_skew(20_000)
    assert [(s.kind, s.since_ms, s.waiting) for s in told] == [
        (ConnectionKind.OFFLINE, since, 0),
        (ConnectionKind.OFFLINE, since, 3),
    ]
    monitor.set_clock_skew(-86_400_000)
    assert monitor.state.clock_skew_ms == -86_400_000
    monitor.set_clock_skew(100)
    assert monitor.state.clock_skew_ms == 0
