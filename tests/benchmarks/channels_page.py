"""The channels page as it is painted, over a cache with 2,000 posts: from the key or click to the frame that shows it.

A frame counts when it is in the window's backing store with the right cards in it. The floor is the same rows read with
raw SQLite plus a whole frame of an empty Qt window, seen in the same way.
"""

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.domain.channels.rows import FeedTab
from app.store.connection import open_reader
from tests.benchmarks.approvals_page import Frames, empty_frame, rest
from tests.benchmarks.channels import _FEED, TERMS, all_channels
from tests.benchmarks.desk import play, tack
from tests.benchmarks.measure import Figure, emit, median_ms
from tests.benchmarks.prepared_cache import key_of, paths_of
from ui.application import Application

GOAL_MS, FRAME_MS, RUNS, SCROLLS = 50, 16, 9, 120


class Page:
    """The page as somebody uses it."""

    def __init__(self, application: Application) -> None:
        assert application.signed_in is not None
        self.frames = Frames(application.window)
        self.desk = application.signed_in.page._desk.channels

    @property
    def screen(self) -> Any:
        """The page, once it is open."""
        return self.desk._screen

    def has_cards(self) -> bool:
        """Whether the cards that were asked for are there."""
        screen = self.screen
        if screen is None or screen.feed.presenter.is_loading:
            return False
        return bool(screen.feed.presenter.model.rowCount()) and screen.feed.pane.grid.isVisible()

    async def open(self) -> float:
        """Open it for the first time."""
        return await self.frames.until_painted(self.desk.open, self.has_cards)

    async def go(self, tab: FeedTab) -> float:
        """Go to a tab."""
        query = self.screen.feed.presenter
        return await self.frames.until_painted(
            lambda: self.screen.head.tabs.chosen.emit(tab.value), lambda: query.query.tab is tab
        )

    async def search(self, term: str) -> float:
        """Look for something, from the moment the pause in the typing is over."""
        presenter = self.screen.feed.presenter
        return await self.frames.until_painted(
            lambda: self.screen.feed.search(term),
            lambda: presenter.query.term == term and not presenter.is_loading,
        )

    async def open_channel(self, number: int) -> float:
        """Open a channel of the strip."""
        room = self.screen.feed.tiles.uids[number]
        took = await self.frames.until_painted(
            lambda: self.screen.feed.strip.opened.emit(room), lambda: self.is_in_channel(room)
        )
        await rest()
        self.screen.go_back()
        return took

    def is_in_channel(self, room: str) -> bool:
        """Whether its posts are there."""
        page = self.screen.channel
        return page.isVisible() and page.room_id == room and bool(page.presenter.model.rowCount())

    async def scroll(self) -> list[float]:
        """Scroll through the feed; how long each frame with other cards takes."""
        bar = self.screen.feed.pane.grid.verticalScrollBar()
        return [
            await self.frames.until_painted(lambda: bar.setValue(bar.value() + 90), lambda: True)
            for _ in range(SCROLLS)
        ]


async def scene(app: QApplication, data: Path) -> tuple[dict[str, list[float]], float]:
    """Measure everything in one window."""
    frame = await empty_frame()
    took: dict[str, list[float]] = {}
    async with tack(app, data, settle_s=3.0) as application:
        page = Page(application)
        took["open"] = [await page.open()]
        await rest()
        for _ in range(RUNS):
            for tab in (FeedTab.COMPANY, FeedTab.FOLLOWING):
                took.setdefault("tab", []).append(await page.go(tab))
                await rest()
        for _ in range(3):
            for term in TERMS:
                took.setdefault(f"search {term}", []).append(await page.search(term))
                await rest()
        await page.search("")
        for n in range(5):
            await rest()
            took.setdefault("channel", []).append(await page.open_channel(n))
        await rest()
        took["scroll"] = await page.scroll()
    return took, frame


def _painted(name: str, times: list[float], floor: float, floor_name: str, goal: int = GOAL_MS) -> Figure:
    value = statistics.median(times)
    note = f"least {min(times):.0f}, most {max(times):.0f} ms of {len(times)}" if len(times) > 1 else ""
    return Figure(name, value, "ms", f"≤ {goal} ms", floor, floor_name, value <= goal, note)


def main() -> None:
    """Measure on a copy of the prepared account."""
    source = all_channels()
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        shutil.copytree(source, data)
        took, frame = play(lambda app: scene(app, data))
        conn = open_reader(paths_of(data).cache, key_of(data))
        rows = median_ms(lambda: conn.execute(_FEED).fetchall(), 15)
        conn.close()
    searches = {term: times for term in TERMS if (times := took[f"search {term}"])}
    worst = max(searches, key=lambda term: statistics.median(searches[term]))
    floor_name = "30 rows, an empty frame"
    figures = [
        _painted("channels page, 2,000 posts, painted: first opened", took["open"], rows + frame, floor_name),
        _painted("… another tab", took["tab"], rows + frame, floor_name),
        _painted("… one channel", took["channel"], rows + frame, floor_name),
        _painted("… search, worst of several", searches[worst], rows + frame, floor_name, 2 * GOAL_MS),
        _painted("… a frame while scrolling", took["scroll"], frame, "an empty frame", FRAME_MS),
    ]
    emit(figures)


if __name__ == "__main__":
    main()
