"""Kept videos: fetched one after another, gone on with after a restart, told why not, let go when their time is over."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.channels.keeping import DAY_MS, Keeping
from app.clock import SystemClock
from app.domain.channels.rows import KeptVideo
from app.domain.connection import ConnectionKind
from app.domain.ids import ContentURI, EventID, RoomID
from app.errors import InputError
from app.media.videos import Videos
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor
from tests.helpers.media_server import URI, MediaServer, QuickClock, videos_of

DATA = random.Random(6).randbytes(800_000)
OTHER = ContentURI("mxc://acme.com/other")
POST = EventID("$post")


class KeptRows:
    """What of the cache `Keeping` uses; outlives it as the disk does."""

    def __init__(self) -> None:
        self.rows: dict[ContentURI, KeptVideo] = {}
        self.channels = self
        self.read = SimpleNamespace(channels=self)

    def post(self, event_id: EventID) -> object:
        return SimpleNamespace(room_id=RoomID("!c"), title="A film") if event_id == POST else None

    def kept(self) -> list[KeptVideo]:
        return sorted(self.rows.values(), key=lambda video: -video.kept_ms)

    async def read_in_worker(self, ask: Callable[[Any], Any]) -> Any:
        return ask(self.read)

    async def set_kept(self, video: KeptVideo) -> None:
        self.rows[video.uri] = video

    async def forget_kept(self, uris: Sequence[ContentURI]) -> None:
        for uri in uris:
            self.rows.pop(uri, None)


class Office:
    """One start of the program."""

    def __init__(self, rows: KeptRows, videos: Videos) -> None:
        self.monitor = ConnectionMonitor(SystemClock())
        self.late_ms = 0
        self.videos = videos
        self.keeping = Keeping(cast(Cache, rows), lambda: videos, self.monitor, QuickClock(), self._now_ms)

    def _now_ms(self) -> int:
        return SystemClock().now_ms() + self.late_ms


@asynccontextmanager
async def office(
    rows: KeptRows, server: MediaServer, folder: Path, *, online: bool = True
) -> AsyncIterator[Office]:
    async with videos_of(server, folder) as videos:
        made = Office(rows, videos)
        if online:
            made.monitor.move_to(ConnectionKind.ONLINE)
        made.keeping.start()
        try:
            yield made
        finally:
            await made.keeping.stop()


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def test_a_kept_video_comes_whole_and_stays_till_its_time_is_over(tmp_path: Path, run: Any) -> None:
    async def keep() -> None:
        rows = KeptRows()
        async with MediaServer(DATA) as server, office(rows, server, tmp_path) as desk:
            await desk.keeping.keep(POST, URI, 30)
            await _until(lambda: rows.rows[URI].done_bytes == len(DATA))
            assert desk.videos.is_whole(URI) and desk.keeping.now()[0].size_bytes == len(DATA)
            assert (await desk.keeping.used())[0] > len(DATA)
            desk.late_ms = 31 * DAY_MS
            await desk.keeping.keep(POST, OTHER, 30)  # anything that wakes it
            await _until(lambda: list(rows.rows) == [OTHER])
            await _until(lambda: not desk.videos.is_whole(URI))

    run(keep())


def test_what_was_not_finished_goes_on_after_a_restart(tmp_path: Path, run: Any) -> None:
    async def keep() -> None:
        rows = KeptRows()
        async with MediaServer(DATA) as server:
            server.gate = asyncio.Event()
            server.cut_after = 200_000
            async with office(rows, server, tmp_path) as desk:
                await desk.keeping.keep(POST, URI, 30)
                await desk.keeping.keep(POST, OTHER, 30)
                await _until(lambda: server.asked)
            server.gate.set()
            async with office(rows, server, tmp_path) as desk:
                await _until(lambda: all(video.done_bytes == len(DATA) for video in rows.rows.values()))
                assert desk.videos.is_whole(URI) and desk.videos.is_whole(OTHER)

    run(keep())


def test_without_the_line_it_waits(tmp_path: Path, run: Any) -> None:
    async def keep() -> None:
        rows = KeptRows()
        async with MediaServer(DATA) as server, office(rows, server, tmp_path, online=False) as desk:
            await desk.keeping.keep(POST, URI, 30)
            await asyncio.sleep(0.1)
            assert not server.asked and desk.keeping.now()[0].done_bytes == 0
            desk.monitor.move_to(ConnectionKind.ONLINE)
            await _until(lambda: rows.rows[URI].done_bytes == len(DATA))

    run(keep())


def test_what_is_gone_at_the_server_is_told_and_does_not_hold_up_the_next(tmp_path: Path, run: Any) -> None:
    async def keep() -> None:
        rows = KeptRows()
        async with MediaServer(DATA) as server, office(rows, server, tmp_path) as desk:
            server.status = 404
            await desk.keeping.keep(POST, URI, 30)
            await _until(lambda: rows.rows[URI].error_code == "not_found")
            server.status = 200
            await desk.keeping.keep(POST, OTHER, 30)
            await _until(lambda: rows.rows[OTHER].done_bytes == len(DATA))
            assert rows.rows[URI].error_code == "not_found"
            await desk.keeping.keep(POST, URI, 30)
            await _until(lambda: rows.rows[URI].done_bytes == len(DATA) and not rows.rows[URI].error_code)

    run(keep())


def test_what_is_forgotten_on_its_way_leaves_nothing(tmp_path: Path, run: Any) -> None:
    async def keep() -> None:
        rows = KeptRows()
        async with MediaServer(DATA) as server, office(rows, server, tmp_path) as desk:
            server.gate = asyncio.Event()
            await desk.keeping.keep(POST, URI, 30)
            await _until(lambda: server.asked)
            await desk.keeping.forget(URI)
            server.gate.set()
            await desk.keeping.keep(POST, OTHER, 30)
            await _until(lambda: rows.rows[OTHER].done_bytes == len(DATA))
            assert list(rows.rows) == [OTHER]
            await _until(lambda: not desk.videos.is_whole(URI))
            assert (await desk.keeping.used())[1] == 0

    run(keep())


def test_what_is_no_post_or_no_address_is_refused(tmp_path: Path, run: Any) -> None:
    async def keep() -> None:
        async with MediaServer(DATA) as server, office(KeptRows(), server, tmp_path) as desk:
            with pytest.raises(InputError, match="no such post"):
                await desk.keeping.keep(EventID("$gone"), URI, 30)
            with pytest.raises(InputError) as refused:
                await desk.keeping.keep(POST, ContentURI("file:///etc/passwd"), 30)
            assert refused.value.code == "media_address"

    run(keep())
