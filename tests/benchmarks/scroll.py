"""Scroll a room of 1,000,000 messages from the real cache: 40 px a frame, then random jumps of the bar."""

import asyncio
import random
import statistics
import time

from PySide6.QtWidgets import QApplication

from tests.benchmarks.desk import account_of, play, tack
from tests.benchmarks.measure import Figure, emit, percentile, resident_mb
from tests.benchmarks.prepared_cache import prepared
from widgets.timeline.view import TimelineView

FRAMES = 3000


async def scene(app: QApplication) -> dict[str, float]:
    """Scroll and jump; times in milliseconds a frame."""
    async with tack(app, prepared("million", 1, 1_000_000)) as application:
        assert application.signed_in is not None
        page = application.signed_in.page
        room_id = account_of(application).cache.read.room_order(limit=1)[0]
        started = time.perf_counter()
        page.open_room(room_id)
        application.window.grab()
        opened = (time.perf_counter() - started) * 1000
        view = page.chat.findChild(TimelineView)
        assert view is not None
        bar = view.verticalScrollBar()
        rng = random.Random(7)
        for _ in range(300):  # fills the caches, which are bounded
            bar.setValue(rng.randrange(bar.maximum()))
            view.viewport().repaint()
            await asyncio.sleep(0)
        bar.setValue(bar.maximum())
        before = resident_mb()
        frames = []
        for _ in range(FRAMES):
            started = time.perf_counter()
            bar.setValue(bar.value() - 40)
            view.viewport().repaint()
            await asyncio.sleep(0)
            frames.append((time.perf_counter() - started) * 1000)
        jumps = []
        for _ in range(200):
            started = time.perf_counter()
            bar.setValue(rng.randrange(bar.maximum()))
            view.viewport().repaint()
            await asyncio.sleep(0)
            jumps.append((time.perf_counter() - started) * 1000)
        empty = []
        for _ in range(200):
            started = time.perf_counter()
            application.signed_in.page.rail.repaint()
            await asyncio.sleep(0)
            empty.append((time.perf_counter() - started) * 1000)
        return {
            "opened": opened,
            "p50": statistics.median(frames),
            "p99": percentile(frames, 0.99),
            "max": max(frames),
            "jump99": percentile(jumps, 0.99),
            "grown": resident_mb() - before,
            "floor": statistics.median(empty),
        }


def main() -> None:
    """Measure."""
    got = play(scene)
    note = f"p50 {got['p50']:.1f}, max {got['max']:.0f}, jump p99 {got['jump99']:.0f} ms; room opened in {got['opened']:.0f} ms"
    emit(
        [
            Figure(
                "scroll 1,000,000 messages, p99 frame",
                got["p99"],
                "ms",
                "≤ 16 ms",
                got["floor"],
                "repaint of the rail",
                got["p99"] <= 16,
                note,
            ),
            Figure(
                "memory grown by that, caches once filled",
                got["grown"],
                "MB",
                "flat (≤ 5)",
                is_met=got["grown"] <= 5,
            ),
        ]
    )


if __name__ == "__main__":
    main()
