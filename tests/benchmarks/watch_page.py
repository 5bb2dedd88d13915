"""The watch page as it is painted, of a post with 500 comments: from the click to the frame with the comments in sight.

A frame counts when every comment in sight is laid out in it. The floor is the same page of a post with 10 comments. The
videos cannot be fetched, so that only the page is measured; pictures that move have a benchmark of their own (player).
"""

import asyncio
import shutil
import statistics
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.domain.events import Event
from app.domain.ids import EventID, RoomID
from app.domain.sync import RoomUpdate, SyncBatch
from tests.benchmarks.approvals_page import Frames, rest
from tests.benchmarks.channels import COMMENTS, MANY, POSTS, _event, all_channels
from tests.benchmarks.desk import account_of, play, tack
from tests.benchmarks.measure import Figure, emit
from tests.benchmarks.player import WorkWatch
from tests.benchmarks.prepared_cache import open_prepared
from tests.benchmarks.synthetic import PEOPLE, WORDS, ZH
from ui.application import Application

GOAL_MS, FRAME_MS, RUNS, SCROLLS = 50, 16, 7, 120
ALL, ARRIVING = 500, 20
ROOM, LOUD = RoomID("!channel0:bench.example"), EventID(f"$v0-{POSTS - 1}")


def said(name: str, n: int) -> Event:
    """Make one more comment of the post that has most; some are long."""
    words = f"{ZH[n % len(ZH)]} {WORDS[n % len(WORDS)]} https://acme.example/{n} " * (1 + n % 7)
    content = {
        "msgtype": "m.text",
        "body": words.strip(),
        "m.mentions": {},
        "m.relates_to": {"rel_type": "m.thread", "event_id": LOUD},
        "im.tack.at": n * 1000,
    }
    return _event(ROOM, f"{name}{n}", "m.room.message", PEOPLE[n % 40], content, POSTS * 3_600_000 + n)


def more(name: str, count: int) -> SyncBatch:
    """The server tells of more comments."""
    events = tuple(said(name, n) for n in range(count))
    return SyncBatch(positions=(), rooms=(RoomUpdate(ROOM, timeline=events),))


async def fill_up(data: Path) -> None:
    """Put comments to the loud post until it has all."""
    cache = open_prepared(data)
    await cache.apply_sync(more("more", ALL - MANY))
    assert len(cache.read.channels.comments(LOUD)) == ALL
    cache.close()


class Page:
    """The page as somebody uses it."""

    def __init__(self, application: Application) -> None:
        assert application.signed_in is not None
        self.frames = Frames(application.window)
        self.desk = application.signed_in.page._desk.channels
        self.account = account_of(application)

    @property
    def page(self) -> Any:
        """The watch page, once it is open."""
        screen: Any = self.desk._screen
        return screen.watch_page

    @property
    def comments(self) -> Any:
        """Its comments."""
        return self.page.side.talk.comments

    def is_whole(self, event_id: EventID, count: int) -> bool:
        """Whether a post is there with its comments."""
        if self.page.event_id != event_id or len(self.comments.uids) != count:
            return False
        return bool(self.comments.isVisible() and self.comments.is_whole)

    async def open(self, event_id: EventID, count: int) -> float:
        """Open a post, as a click on its card does."""
        return await self.frames.until_painted(
            lambda: self.desk.watch(event_id), lambda: self.is_whole(event_id, count)
        )

    async def scroll(self, watch: WorkWatch) -> list[float]:
        """Scroll through the comments, here and there in leaps; how long each frame with other comments takes."""
        bar, took = self.comments.verticalScrollBar(), list[float]()
        bar.setValue(0)
        watch.start()
        for n in range(SCROLLS):
            at = (bar.value() + (2500 if n % 10 == 9 else 90)) % bar.maximum()
            took.append(await self.frames.until_painted(partial(bar.setValue, at), lambda: True))
        watch.stop()
        return took


async def scene(app: QApplication, data: Path) -> tuple[dict[str, list[float]], dict[str, list[WorkWatch]]]:
    """Measure everything in one window."""
    took: dict[str, list[float]] = {"few": [], "many": []}
    watched: dict[str, list[WorkWatch]] = {"few": [], "many": [], "scroll": [], "news": []}
    async with tack(app, data, settle_s=3.0) as application:
        page = Page(application)
        page.desk.open()
        await rest()
        vars(page.desk.session)["play"] = lambda *_: None
        took["first"] = [await page.open(LOUD, ALL)]
        await rest()
        for run in range(RUNS):
            for kind, event_id, count in (
                ("few", EventID(f"$v1-{run}"), COMMENTS),
                ("many", LOUD, ALL),
            ):
                watch = WorkWatch()
                watch.start()
                took[kind].append(await page.open(event_id, count))
                await asyncio.sleep(0.5)
                watch.stop()
                watched[kind].append(watch)
                await rest()
        watched["scroll"] = [WorkWatch()]
        took["scroll"] = await page.scroll(watched["scroll"][0])
        await rest()
        watched["news"] = [WorkWatch()]
        watched["news"][0].start()
        await page.account.cache.apply_sync(more("new", ARRIVING))
        await asyncio.sleep(0.7)
        watched["news"][0].stop()
    return took, watched


def _painted(name: str, times: list[float], floor: float, goal: int = GOAL_MS) -> Figure:
    value = statistics.median(times)
    note = f"least {min(times):.0f}, most {max(times):.0f} ms of {len(times)}" if len(times) > 1 else ""
    return Figure(name, value, "ms", f"≤ {goal} ms", floor, "10 comments", value <= goal, note)


def _stall(name: str, watches: list[WorkWatch], few: list[WorkWatch]) -> Figure:
    """Work of the thread in one turn of the loop counts: the machine's other work is not the page's."""
    value, low = max(one.most_work_ms for one in watches), max(one.most_work_ms for one in few)
    gaps = ", ".join(f"{one.longest_ms:.0f}" for one in watches)
    note = f"by the clock {gaps} ms"
    return Figure(name, value, "ms", f"≤ {FRAME_MS} ms", low, "10 comments", value <= FRAME_MS, note)


def main() -> None:
    """Measure on a copy of the prepared account."""
    source = all_channels()
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        shutil.copytree(source, data)
        asyncio.run(fill_up(data))
        took, watched = play(lambda app: scene(app, data))
    floor = statistics.median(took["few"])
    emit(
        [
            _painted(f"watch page, {ALL} comments, painted: first opened", took["first"], floor),
            _painted("… another post", took["many"], floor),
            _stall("… most work at once while they come", watched["many"], watched["few"]),
            _stall(f"… while {ARRIVING} more are said", watched["news"], watched["few"]),
            _painted("… a frame while scrolling through them", took["scroll"], floor, FRAME_MS),
            _stall("… most work at once while scrolling", watched["scroll"], watched["few"]),
        ]
    )


if __name__ == "__main__":
    main()
