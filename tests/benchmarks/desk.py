"""The real program in this process, offscreen, for benchmarks that watch its window."""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.account import Account
from tests.benchmarks.prepared_cache import PROFILE
from ui.application import Application
from ui.options import Connect, Options

T = TypeVar("T")


def play(scene: Callable[[QApplication], Awaitable[T]]) -> T:
    """Run a coroutine on Qt's loop as the program does."""
    sys.setswitchinterval(0.0003)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)

    async def run() -> T:
        return await scene(app)

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(run())


@asynccontextmanager
async def tack(
    app: QApplication,
    data: Path,
    *,
    offline: bool = True,
    connect: Connect | None = None,
    settle_s: float = 0.5,
) -> AsyncIterator[Application]:
    """Open Tack over a data folder; the window is 1280 × 800 and painted when this returns."""
    options = Options(
        profile=PROFILE, data_dir=data, is_offline=offline, has_throwaway_keyring=True, connect=connect
    )
    application = Application(app, options)
    application.window.resize(1280, 800)
    running = asyncio.ensure_future(application.run())
    try:
        await until(lambda: application.signed_in is not None and application.window.isVisible())
        await asyncio.sleep(settle_s)
        yield application
    finally:
        application.quit()
        await running


async def until(is_true: Callable[[], bool], timeout_s: float = 60.0) -> float:
    """Wait for a condition without hiding the loop's work; gives how long it took, in milliseconds."""
    started = time.perf_counter()
    while not is_true():
        if time.perf_counter() - started > timeout_s:
            raise TimeoutError("the benchmark waited in vain")
        await asyncio.sleep(0)
    return (time.perf_counter() - started) * 1000


def account_of(application: Application) -> Account:
    """Reach the account behind the window."""
    account = application._account
    assert account is not None
    return account


class StallWatch(QObject):
    """Measures the longest time the GUI thread did not get to run a timer of 1 ms."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self.over_16 = 0
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin to watch."""
        gc.collect()
        self.longest_ms, self.over_16 = 0.0, 0
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> float:
        """End; the longest gap in milliseconds."""
        self._tick()
        self._timer.stop()
        return self.longest_ms

    def _tick(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        self._last = now
        self.longest_ms = max(self.longest_ms, gap)
        self.over_16 += gap > 16
