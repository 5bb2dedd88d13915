"""The sync task on a line that fails: how often it asks, who may hurry it, what it logs."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import app.sync.service as service
from app.clock import SystemClock
from app.domain.connection import ConnectionKind
from app.errors import LimitExceeded, NetworkError, ServerError, TackError
from app.store.cache import Cache, CacheKey
from app.sync.connection import ConnectionMonitor
from app.sync.service import SyncService
from tests.helpers.desk import until


class DeadServer:
    """A homeserver that fails to answer the probe, and counts."""

    def __init__(self, error: TackError) -> None:
        self.error = error
        self.probes = 0
        self.clock_skew_ms = 0
        self.client: Any = None

    async def offers(self) -> Any:
        self.probes += 1
        raise self.error

    async def check(self, *, is_patient: bool = True) -> None:
        self.probes += 1
        raise self.error


class Hand:
    """The next wait as the test says it."""

    wait_s = 0.01

    def __init__(self) -> None:
        self.failures = 0

    def next_s(self, error: BaseException | None = None) -> float:
        self.failures += 1
        return Hand.wait_s

    def reset(self) -> None:
        self.failures = 0


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    opened = Cache.open(tmp_path, CacheKey(raw=bytes(32)), clock=SystemClock())
    yield opened
    opened.close()


async def failing(cache: Cache, server: DeadServer, act: Callable[[SyncService], Any]) -> ConnectionMonitor:
    clock = SystemClock()
    monitor = ConnectionMonitor(clock)
    sync = SyncService(cache, server, monitor, clock)  # type: ignore[arg-type]
    cache.attach(asyncio.get_running_loop())
    sync.start()
    try:
        await act(sync)
    finally:
        await sync.stop()
    return monitor


@pytest.mark.parametrize(
    ("error", "code"), [(NetworkError("cut"), "network"), (ServerError("bad gateway", status=502), "server")]
)
def test_a_row_of_failures_is_one_line_in_the_log(
    run: Any,
    cache: Cache,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: TackError,
    code: str,
) -> None:
    server = DeadServer(error)
    monkeypatch.setattr(service, "LineBackoff", Hand)

    async def fail(sync: SyncService) -> None:
        await until(lambda: server.probes > 20)
        sync.wake()
        await until(lambda: server.probes > 30)

    caplog.set_level(logging.INFO, "tack.sync")
    monitor = run(failing(cache, server, fail))
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert (monitor.state.kind, monitor.state.error_code) == (ConnectionKind.OFFLINE, code)


def test_a_send_probes_at_once_and_a_thousand_sends_do_not_hammer(
    run: Any, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = DeadServer(NetworkError("cut"))
    monkeypatch.setattr(service, "LineBackoff", Hand)
    monkeypatch.setattr(Hand, "wait_s", 3600.0)
    monkeypatch.setattr(service, "PROBE_GAP_S", 0.05)

    async def write(sync: SyncService) -> None:
        await until(lambda: server.probes == 1)
        await asyncio.sleep(0.02)
        assert server.probes == 1
        sync.probe()
        await until(lambda: server.probes == 2)
        for _ in range(1000):
            sync.probe()
            await asyncio.sleep(0)
        assert server.probes <= 5

    run(failing(cache, server, write))


def test_a_named_wait_is_not_cut_short_by_a_send(
    run: Any, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = DeadServer(LimitExceeded(retry_after_ms=3_600_000))

    async def write(sync: SyncService) -> None:
        await until(lambda: server.probes == 1)
        sync.probe()
        await asyncio.sleep(0.1)
        assert server.probes == 1

    run(failing(cache, server, write))
