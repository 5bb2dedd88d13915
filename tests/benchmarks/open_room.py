"""From the click on a conversation to its painted timeline, from a cache of 500 rooms and 200,000 messages."""

import asyncio
import statistics
import time

from PySide6.QtWidgets import QApplication

from tests.benchmarks.desk import account_of, play, tack
from tests.benchmarks.measure import Figure, emit, percentile
from tests.benchmarks.prepared_cache import prepared

ROOMS = 60


async def scene(app: QApplication) -> list[float]:
    """Open sixty rooms one after another, each for the first time."""
    times = []
    async with tack(app, prepared("company", 500, 200_000)) as application:
        assert application.signed_in is not None
        page = application.signed_in.page
        for room_id in account_of(application).cache.read.room_order(limit=ROOMS):
            started = time.perf_counter()
            page.open_room(room_id)
            application.window.grab()
            times.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(0)
    return times


def main() -> None:
    """Measure; the floor is painting the whole window again without opening anything."""
    floor: list[float] = []

    async def both(app: QApplication) -> list[float]:
        times = await scene(app)
        async with tack(app, prepared("company", 500, 200_000)) as application:
            for _ in range(20):
                started = time.perf_counter()
                application.window.grab()
                floor.append((time.perf_counter() - started) * 1000)
        return times

    times = play(both)
    value = statistics.median(times)
    p95 = percentile(times, 0.95)
    note = f"p95 {p95:.0f} ms, first {times[0]:.0f} ms"
    low = statistics.median(floor)
    emit(
        [
            Figure(
                "open a conversation, to painted",
                value,
                "ms",
                "≤ 50 ms",
                low,
                "repaint the window",
                value <= 50,
                note,
            )
        ]
    )


if __name__ == "__main__":
    main()
