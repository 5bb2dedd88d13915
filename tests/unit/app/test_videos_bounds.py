"""Videos within their bounds: fetched ahead so far and no farther, no more disk than allowed, a line that stalls, two who watch."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import ContentURI
from app.media import sparse_download, sparse_file, sparse_plan, videos
from app.media.sparse_file import PIECE_BYTES
from app.media.videos import VideoSource
from tests.helpers.media_server import URI, MediaServer, videos_of

DATA = random.Random(8).randbytes(4_000_000)
KB = 1024


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparse_plan, "AHEAD_BYTES", 512 * KB)
    monkeypatch.setattr(sparse_plan, "REQUEST_BYTES", 256 * KB)
    monkeypatch.setattr(sparse_plan, "NEAR_BYTES", 128 * KB)


async def _read(source: VideoSource, offset: int, count: int = 20_000) -> bytes | None:
    return await asyncio.to_thread(source.read_at, offset, count)


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _rests(server: MediaServer) -> int:
    """Wait until nothing comes any more."""
    before = -1
    while before != server.sent:
        before = server.sent
        await asyncio.sleep(0.3)
    return before


def test_it_is_fetched_ahead_of_who_reads_and_goes_on_with_them(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as account:
            source = await account.open(URI)
            assert await _read(source, 0, 10) == DATA[:10]
            ahead = await _rests(server)
            assert 512 * KB <= ahead <= 1024 * KB
            assert await _read(source, 400 * KB, 10) == DATA[400 * KB : 400 * KB + 10]
            await _until(lambda: server.sent > ahead)
            found = b""
            while piece := await _read(source, len(found), 300_000):
                found += piece
            assert found == DATA
            assert server.asked == sorted(set(server.asked))  # one after another, nothing twice

    run(watch())


def test_without_parts_all_of_it_comes(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA, gives_parts=False) as server, videos_of(server, tmp_path) as account:
            source = await account.open(URI)
            await _until(lambda: source.state.is_whole)
            assert server.asked == [0]

    run(watch())


def test_a_video_larger_than_the_budget_gives_back_what_is_far_from_who_watches(
    tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(videos, "LEAST_BYTES", 2_000_000)

    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path, limit_mb=1) as account:
            source = await account.open(URI)
            found = b""
            while piece := await _read(source, len(found), 300_000):
                found += piece
            assert found == DATA
            assert (await account.used_bytes())[1] <= 2_000_000 + PIECE_BYTES
            assert await _read(source, 1_100_000, 100) == DATA[1_100_000:1_100_100]  # fetched again
            assert (await account.used_bytes())[1] <= 2_000_000 + PIECE_BYTES
            await account.fetch_whole(URI, lambda done, size: None)  # kept ones may be as large as they are
            assert account.is_whole(URI)

    run(watch())


@pytest.mark.parametrize("gives_parts", [True, False])
def test_the_last_of_the_disk_is_left_to_others(
    gives_parts: bool, tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [sparse_file.LEFT_FREE_BYTES * 2]
    monkeypatch.setattr(sparse_file, "free_bytes", lambda folder: free[0])
    monkeypatch.setattr(sparse_file, "LOOK_EVERY_PIECES", 4)

    async def watch() -> None:
        async with MediaServer(DATA, gives_parts=gives_parts) as server:
            server.gate = asyncio.Event()
            async with videos_of(server, tmp_path) as account:
                source = await account.open(URI)
                assert await _read(source, 0, 9) == DATA[:9]
                free[0] = sparse_file.LEFT_FREE_BYTES - 1
                server.gate.set()
                await _until(lambda: source.state.error_code)
                assert source.state.error_code == "disk_full" and not source.state.is_whole
                assert await _read(source, 0, 9) == DATA[:9]
                free[0] = sparse_file.LEFT_FREE_BYTES * 2
                source.retry()
                assert await _read(source, len(DATA) - 9, 9) == DATA[-9:]

    run(watch())


def test_two_who_watch_at_different_places_both_get_on(tmp_path: Path, run: Any) -> None:
    async def part(source: VideoSource, start: int) -> bytes:
        found = b""
        while len(found) < 1_000_000:
            found += await _read(source, start + len(found), 50_000) or b""
        return found

    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as account:
            server.pause_s = 0.001
            one, other = await account.open(URI), await account.open(URI)
            parts = await asyncio.gather(part(one, 0), part(other, 2_500_000))
            assert parts[0] == DATA[: len(parts[0])]
            assert parts[1] == DATA[2_500_000 : 2_500_000 + len(parts[1])]

    run(watch())


def test_an_answer_that_stalls_is_asked_for_again(
    tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparse_download, "STALLED_S", 0.2)

    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as account:
            server.gate = asyncio.Event()
            source = await account.open(URI)
            assert await _read(source, 0, 10) == DATA[:10]
            await _until(lambda: len(server.asked) > 1)
            server.gate.set()
            assert await _read(source, 200_000, 10) == DATA[200_000:200_010]
            server.gate.clear()
            assert await _read(source, 3_900_000, 10) is None and source.state.error_code == "network"

    run(watch())


def test_protection_without_a_reason_is_let_go(tmp_path: Path, run: Any) -> None:
    other = ContentURI("mxc://acme.com/other")

    async def keep() -> None:
        async with MediaServer(DATA[:300_000]) as server, videos_of(server, tmp_path) as account:
            for address in (URI, other):
                await account.fetch_whole(address, lambda done, size: None)
            await account.keep_only([other])
            await account.clear()
            assert [account.is_whole(address) for address in (URI, other)] == [False, True]
            await account.drop(other)
            assert await account.used_bytes() == (0, 0)

    run(keep())


def test_who_is_cancelled_while_closing_leaves_no_file_open(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        downloads = []
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            for steps in range(1, 10):
                source = await videos.open(URI)
                downloads.append(source.download)
                closing = asyncio.create_task(source.close())
                for _ in range(steps):
                    await asyncio.sleep(0)
                closing.cancel()
                await asyncio.gather(closing, return_exceptions=True)
        assert all(download._file._file.closed for download in downloads)

    run(watch())
