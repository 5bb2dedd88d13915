"""Videos by offset over a line that gives parts, gives none, breaks, lies: every byte right, every failure told, nothing left behind."""

import asyncio
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import ContentURI
from app.errors import InputError, NotFound
from app.media.vault import Vault
from app.media.videos import Videos, VideoSource
from tests.helpers.media_server import URI, MediaServer, Tokens, videos_of

DATA = random.Random(5).randbytes(2_000_123)
OTHER = ContentURI("mxc://acme.com/other")


def _all(source: VideoSource, count: int = 50_000) -> bytes | None:
    found = b""
    while piece := source.read_at(len(found), count):
        found += piece
    return None if piece is None else found


async def _read(source: VideoSource, offset: int, count: int = 20_000) -> bytes | None:
    return await asyncio.to_thread(source.read_at, offset, count)


async def _until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("gives_parts", [True, False])
def test_every_byte_comes_once_and_stays_without_the_line(
    tmp_path: Path, run: Any, gives_parts: bool
) -> None:
    async def watch() -> None:
        async with MediaServer(DATA, gives_parts=gives_parts) as server:
            async with videos_of(server, tmp_path) as videos:
                source = await videos.open(URI)
                assert await asyncio.to_thread(source.size) == len(DATA)
                assert await asyncio.to_thread(_all, source) == DATA
                state = source.state
                assert state.is_whole and state.have == ((0, len(DATA)),) and state.can_range is gives_parts
                assert state.error_code == "" and server.asked == [0] and videos.is_whole(URI)
            await server.stop()
            async with videos_of(server, tmp_path) as videos:
                source = await videos.open(URI)
                assert await asyncio.to_thread(_all, source) == DATA and source.state.is_whole
                assert await _read(source, len(DATA)) == b"" and await _read(source, 1 << 60) == b""
                await source.close()
            assert DATA[5000:5100] not in b"".join(path.read_bytes() for path in _files(tmp_path))

    run(watch())


def test_who_opens_it_too_shares_the_download(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            server.gate = asyncio.Event()
            sources = [await videos.open(URI) for _ in range(4)]
            reading = [asyncio.to_thread(_all, source) for source in sources[1:]]
            await sources[0].close()
            asyncio.get_running_loop().call_later(0.1, server.gate.set)
            assert await asyncio.gather(*reading) == [DATA] * 3
            assert server.asked == [0]

    run(watch())


def test_what_is_far_away_is_asked_for_where_parts_are_given(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            server.gate = asyncio.Event()
            source = await videos.open(URI)
            assert await _read(source, 0, 10) == DATA[:10]
            reading = asyncio.create_task(_read(source, 1_900_000, 10))
            await _until(lambda: len(server.asked) == 2)
            server.gate.set()
            assert await reading == DATA[1_900_000:1_900_010]
            assert server.asked[1] == 1_900_000 // 65_536 * 65_536
            await _until(lambda: source.state.is_whole)
            assert await asyncio.to_thread(_all, source) == DATA
            assert server.sent < len(DATA) + 500_000  # nothing came twice but what was cut off

    run(watch())


def test_what_is_far_away_comes_when_all_before_it_is_there_where_no_parts_are_given(
    tmp_path: Path, run: Any
) -> None:
    async def watch() -> None:
        async with MediaServer(DATA, gives_parts=False) as server, videos_of(server, tmp_path) as videos:
            server.gate = asyncio.Event()
            source = await videos.open(URI)
            assert await _read(source, 0, 10) == DATA[:10]
            reading = asyncio.create_task(_read(source, 1_900_000, 10))
            await _until(lambda: source.state.waits_for == 1_900_000)
            assert source.state.can_range is False and not reading.done()
            server.gate.set()
            assert await reading == DATA[1_900_000:1_900_010] and server.asked == [0]

    run(watch())


def test_a_reader_is_let_go_at_once_and_may_come_back(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            server.gate = asyncio.Event()
            source = await videos.open(URI)
            other = await videos.open(URI)
            reading = asyncio.create_task(_read(source, 1_000_000))
            await _until(lambda: source.state.waits_for == 1_000_000)
            source.abort()
            source.abort()
            assert await reading is None and await _read(source, 0) is None
            assert await _read(other, 0, 10) == DATA[:10]
            server.gate.set()
            source.resume()
            assert await _read(source, 1_000_000, 10) == DATA[1_000_000:1_000_010]

    run(watch())


@pytest.mark.parametrize("gives_parts", [True, False])
def test_a_server_that_dies_is_told_and_gone_on_with(tmp_path: Path, run: Any, gives_parts: bool) -> None:
    async def watch() -> None:
        async with (
            MediaServer(DATA, gives_parts=gives_parts) as server,
            videos_of(server, tmp_path) as videos,
        ):
            server.cut_after = 500_000
            server.pause_s = 0.002
            source = await videos.open(URI)
            await _until(lambda: server.sent >= 200_000)
            await server.stop()
            await _until(lambda: source.state.error_code)
            assert source.state.error_code == "network" and source.state.have
            assert await _read(source, 1_900_000) is None and await _read(source, 0, 5) == DATA[:5]
            here = source.state.have[0][1]
            server.asked, server.cut_after, server.pause_s = [], None, 0.0
            await server.start()
            source.retry()
            assert await asyncio.to_thread(_all, source) == DATA and source.state.error_code == ""
            assert server.asked == ([here] if gives_parts else [0])

    run(watch())


@pytest.mark.parametrize("gives_parts", [True, False])
def test_a_file_shorter_than_announced_is_told(tmp_path: Path, run: Any, gives_parts: bool) -> None:
    async def watch() -> None:
        async with (
            MediaServer(DATA, gives_parts=gives_parts) as server,
            videos_of(server, tmp_path) as videos,
        ):
            server.announced = len(DATA) + 300_000
            source = await videos.open(URI)
            assert await asyncio.to_thread(source.size) == len(DATA) + 300_000
            await _until(lambda: source.state.have and source.state.have[0][1] > 1_900_000)
            assert await _read(source, len(DATA) + 100_000) is None
            assert await _read(source, 1_000_000, 9) == DATA[1_000_000:1_000_009]
            assert source.state.error_code == "video_short" and not source.state.is_whole
            assert not videos.is_whole(URI)

    run(watch())


def test_a_line_that_is_cut_again_and_again_gets_there(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            server.cut_after = 200_000
            source = await videos.open(URI)
            assert await asyncio.to_thread(_all, source) == DATA
            assert len(server.asked) > 10 and source.state.error_code == ""

    run(watch())


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda server: setattr(server, "status", 404), "not_found"),
        (lambda server: setattr(server, "data", b""), "video_empty"),
        (lambda server: setattr(server, "content_type", "text/html; charset=utf-8"), "strange_answer"),
        (lambda server: setattr(server, "announced", 1 << 50), "strange_answer"),
    ],
)
def test_what_is_no_video_is_told_by_name(
    tmp_path: Path, run: Any, spoil: Callable[[MediaServer], None], code: str
) -> None:
    async def watch() -> None:
        async with MediaServer(DATA, gives_parts=False) as server, videos_of(server, tmp_path) as videos:
            spoil(server)
            source = await videos.open(URI)
            await _until(lambda: source.state.error_code)
            assert source.state.error_code == code and not await _read(source, 0)

    run(watch())


def test_a_server_that_never_says_how_long_it_is(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA, gives_parts=False) as server, videos_of(server, tmp_path) as videos:
            server.is_size_told = False
            source = await videos.open(URI, size_hint=len(DATA) + 50)
            assert await asyncio.to_thread(source.size) == len(DATA) + 50
            await _until(lambda: source.state.is_whole or source.state.error_code)
            assert source.state.size_bytes == len(DATA) and await asyncio.to_thread(_all, source) == DATA

    run(watch())


def test_an_expired_token_is_renewed_in_between(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        tokens = Tokens()
        async with (
            MediaServer(DATA) as server,
            videos_of(server, tmp_path, tokens=tokens) as videos,
        ):
            server.good_token, server.cut_after = "one", 400_000
            source = await videos.open(URI)
            await _until(lambda: server.sent >= 300_000)
            server.good_token = "one+"
            assert await asyncio.to_thread(_all, source) == DATA and tokens.refreshes == 1

    run(watch())


def test_a_damaged_piece_is_fetched_again(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA) as server:
            async with videos_of(server, tmp_path) as videos:
                source = await videos.open(URI)
                await asyncio.to_thread(_all, source)
            (path,) = _files(tmp_path / "videos")
            data = bytearray(path.read_bytes())
            for at in (10 * 65_572 + 5_000, 20 * 65_572 + 43):
                data[at] ^= 1
            path.write_bytes(data[:-1000])  # the last one is half written
            server.asked.clear()
            async with videos_of(server, tmp_path) as videos:
                source = await videos.open(URI)
                assert await asyncio.to_thread(_all, source) == DATA
                assert source.state.is_whole and videos.is_whole(URI) and 1 <= len(server.asked) <= 6
            assert path.stat().st_size == len(data)

    run(watch())


def test_a_file_of_another_key_or_of_rubbish_is_begun_anew(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            path = Vault(tmp_path / "videos", bytes(32)).path_of(URI)
            await asyncio.to_thread(path.parent.mkdir, parents=True)
            await asyncio.to_thread(path.write_bytes, b"TKP1" + bytes(200_000))
            source = await videos.open(URI)
            assert await asyncio.to_thread(_all, source) == DATA

    run(watch())


def test_a_full_disk_is_told_and_watching_goes_on_when_there_is_room(
    tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.errors import DiskFull
    from app.media.sparse_file import SparseFile

    write, is_full = SparseFile.write, threading.Event()

    def refuse(self: SparseFile, number: int, clear: bytes) -> None:
        if is_full.is_set() and number >= 10:
            raise DiskFull(path="/")
        write(self, number, clear)

    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            early = await videos.open(OTHER)
            await asyncio.to_thread(_all, early)
            await early.close()
            is_full.set()
            monkeypatch.setattr(SparseFile, "write", refuse)
            source = await videos.open(URI)
            await _until(lambda: source.state.error_code)
            assert source.state.error_code == "disk_full" and await _read(source, 1_000_000) is None
            assert await _read(source, 0, 9) == DATA[:9]
            assert not videos.is_whole(OTHER)  # it made room, though not enough
            is_full.clear()
            source.retry()
            assert await asyncio.to_thread(_all, source) == DATA

    run(watch())


def test_the_oldest_go_first_but_no_open_and_no_kept_ones(tmp_path: Path, run: Any) -> None:
    data = DATA[:700_000]

    async def watch() -> None:
        async with MediaServer(data) as server, videos_of(server, tmp_path, limit_mb=2) as videos:
            addresses = [ContentURI(f"mxc://acme.com/{n}") for n in range(6)]
            held = await videos.open(addresses[0])
            await asyncio.to_thread(_all, held)
            await videos.fetch_whole(addresses[1], lambda done, total: None)
            for address in addresses[2:]:
                source = await videos.open(address)
                await asyncio.to_thread(_all, source)
                await source.close()
            assert [videos.is_whole(address) for address in addresses] == [
                True,
                True,
                False,
                False,
                False,
                True,
            ] or [videos.is_whole(address) for address in addresses] == [True, True, False, False, True, True]
            kept, streamed = await videos.used_bytes()
            assert 700_000 < kept < 800_000 and streamed <= 2 << 20
            await videos.keep(addresses[1], False)
            await held.close()
            await videos.clear()
            assert await videos.used_bytes() == (0, 0) and not _files(tmp_path / "videos")

    run(watch())


def test_fetching_whole_tells_how_far_it_is_and_why_it_ends(tmp_path: Path, run: Any) -> None:
    async def fetch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            server.pause_s = 0.01
            told: list[tuple[int, int | None]] = []
            await videos.fetch_whole(URI, lambda done, total: told.append((done, total)))
            assert told == sorted(told, key=lambda each: each[0]) and told[-1] == (len(DATA), len(DATA))
            assert len(told) > 2
            server.status = 404
            with pytest.raises(NotFound):
                await videos.fetch_whole(OTHER, lambda done, total: None)

    run(fetch())


def test_what_is_no_address_is_refused(tmp_path: Path, run: Any) -> None:
    async def ask() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            for address in ("file:///etc/passwd", "mxc://acme.com/../x", "mxc://acme.com", "https://a/b"):
                with pytest.raises(InputError) as refused:
                    await videos.open(ContentURI(address))
                assert refused.value.code == "media_address"

    run(ask())


def test_who_listens_hears_of_it_a_few_times_a_second(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            server.pause_s = 0.005
            source = await videos.open(URI)
            heard: list[int] = []
            stop = source.subscribe(lambda: heard.append(threading.get_ident()))
            await _until(lambda: source.state.is_whole)
            await _until(lambda: heard)
            stop()
            assert set(heard) == {threading.get_ident()} and len(heard) < 12

    run(watch())


def test_closing_returns_threads_files_and_tasks(tmp_path: Path, run: Any) -> None:
    async def watch() -> None:
        async with MediaServer(DATA) as server, videos_of(server, tmp_path) as videos:
            await _opened_and_closed(videos, 3)
            threads, files = threading.active_count(), _descriptors()
            await _opened_and_closed(videos, 40)
            assert not [task for task in asyncio.all_tasks() if task.get_name() == "video"]
            await _until(lambda: _descriptors() <= files + 4)  # the line's connections come and go
            assert threading.active_count() <= threads + 2

    run(watch())


async def _opened_and_closed(videos: Videos, times: int) -> None:
    for _ in range(times):
        source = await videos.open(URI)
        assert await _read(source, 0, 10) == DATA[:10]
        await source.close()
        assert await _read(source, 0, 10) is None


def _descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0
