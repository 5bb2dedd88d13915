"""The longest stall of the GUI thread while a 10 MB sync answer is taken in under an open window, beside an idle window."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.matrix.decode_sliding import decode_sliding
from tests.benchmarks.desk import StallWatch, account_of, play, tack
from tests.benchmarks.measure import Figure, emit
from tests.benchmarks.prepared_cache import prepared
from tests.benchmarks.synthetic import ME, sliding_body

RUNS = 3


async def scene(app: QApplication, data: Path) -> tuple[list[float], list[float]]:
    """Watch an idle second, then the intake, several times."""
    idle, busy = [], []
    async with tack(app, data) as application:
        assert application.signed_in is not None
        account = account_of(application)
        application.signed_in.page.open_room(account.cache.read.room_order(limit=1)[0])
        await asyncio.sleep(1)
        watch = StallWatch()
        for run in range(RUNS):
            body = await asyncio.to_thread(sliding_body, 400, 70, 10_000 * (run + 1))
            watch.start()
            await asyncio.sleep(1)
            idle.append(watch.stop())
            watch.start()
            batch = await asyncio.to_thread(decode_sliding, body, ME)
            await account.cache.apply_sync(batch)
            await asyncio.sleep(0.5)
            busy.append(watch.stop())
            del batch, body
    return idle, busy


def main() -> None:
    """Measure on a copy of the prepared account."""
    source = prepared("company", 500, 200_000)
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        shutil.copytree(source, data)
        idle, busy = play(lambda app: scene(app, data))
    value, low = max(busy), max(idle)
    note = "of three runs: " + ", ".join(f"{gap:.0f}" for gap in busy) + " ms"
    emit(
        [
            Figure(
                "longest stall while taking in 10 MB",
                value,
                "ms",
                "≤ 16 ms",
                low,
                "idle window",
                value <= 16,
                note,
            )
        ]
    )


if __name__ == "__main__":
    main()
