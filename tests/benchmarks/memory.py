"""Resident memory of the whole program after a day in a minute: rooms opened, a million rows scrolled, searches, 10 MB taken in.

Floor: the same interpreter with an empty Qt window.
"""

import asyncio
import gc
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.matrix.decode_sliding import decode_sliding
from app.store.search_read import SearchQuery
from tests.benchmarks.desk import account_of, play, tack
from tests.benchmarks.measure import Figure, emit, resident_mb
from tests.benchmarks.prepared_cache import prepared
from tests.benchmarks.synthetic import ME
from widgets.timeline.view import TimelineView

EMPTY = (
    "import os, psutil; from PySide6.QtWidgets import QApplication, QWidget; a = QApplication([]); w = QWidget();"
    " w.resize(1280, 800); w.show(); a.processEvents(); print(psutil.Process(os.getpid()).memory_info().rss / 1e6)"
)
WRITE = (
    "import sys, pathlib; from tests.benchmarks.synthetic import sliding_body;"
    " pathlib.Path(sys.argv[1]).write_bytes(sliding_body(400, 70, 50_000))"
)
"""In a process of its own: making the answer leaves more behind than taking it in."""


async def scene(app: QApplication, data: Path) -> tuple[float, float]:
    """Use the program; memory after the start and at the end."""
    async with tack(app, data) as application:
        assert application.signed_in is not None
        page, account = application.signed_in.page, account_of(application)
        first = resident_mb()
        body = (data / "answer.json").read_bytes()
        answer = [await asyncio.to_thread(decode_sliding, body, ME)]
        del body
        await account.cache.apply_sync(answer[0])
        answer.clear()
        rng = random.Random(3)
        for room_id in account.cache.read.room_order(limit=100):
            page.open_room(room_id)
            application.window.grab()
            view = page.chat.findChild(TimelineView)
            assert view is not None
            for _ in range(20):
                view.verticalScrollBar().setValue(rng.randrange(1 + view.verticalScrollBar().maximum()))
                view.viewport().repaint()
            await asyncio.sleep(0)
        for word in ("合同", "预算", "roadmap", "口径", "latency", "好"):
            await account.cache.search(SearchQuery(word))
        await asyncio.sleep(2)
        gc.collect()
        return first, resident_mb()


def main() -> None:
    """Measure on a copy of the prepared account."""
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    floor = float(
        subprocess.run(
            [sys.executable, "-c", EMPTY], env=env, capture_output=True, text=True, check=True
        ).stdout
    )
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        shutil.copytree(prepared("company", 500, 200_000), data)
        subprocess.run([sys.executable, "-c", WRITE, str(data / "answer.json")], check=True)
        first, last = play(lambda app: scene(app, data))
    note = f"after the start {first:.0f} MB"
    emit(
        [
            Figure(
                "resident memory after all of it",
                last,
                "MB",
                "≤ 250 MB",
                floor,
                "empty Qt window",
                last <= 250,
                note,
            )
        ]
    )


if __name__ == "__main__":
    main()
