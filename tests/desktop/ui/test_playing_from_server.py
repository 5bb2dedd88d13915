"""libVLC plays what comes over a line: before all is here, far ahead, after a server died, with the index at the end."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.errors import DiskFull
from app.media import sparse_plan
from app.media.sparse_file import SparseFile
from app.media.videos import VideoSource
from tests.helpers.media_server import URI, MediaServer, Tokens, videos_of
from tests.helpers.playing import FPS, shown
from tests.helpers.signed_in import run, until
from tests.helpers.videos import make_video
from ui import theme
from widgets.player.player import Player
from widgets.player.source import Playable
from widgets.player.values import PlayState
from widgets.style import StyleSource

SECONDS = 40
PATIENCE_S = 30.0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    yield make_video(path, seconds=SECONDS, size=(320, 180), fps=FPS).read_bytes()


@pytest.fixture(scope="module")
def index_last(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    yield make_video(path, seconds=SECONDS, size=(320, 180), fps=FPS, faststart=False).read_bytes()


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """As in the program: garbage is collected in this thread alone, never in one of libVLC or of the line."""
    gc.collect()
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def nearer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The films here are smaller than what is waited for elsewhere."""
    monkeypatch.setattr(sparse_plan, "NEAR_BYTES", 64 * 1024)


@asynccontextmanager
async def _watching(
    server: MediaServer, folder: Path, tokens: Tokens | None = None
) -> AsyncIterator[tuple[Player, VideoSource]]:
    """A player before a source that is open."""
    async with videos_of(server, folder, tokens=tokens) as videos:
        source = await videos.open(URI)
        player = Player(StyleSource(theme.light(has_motion=False)))
        player.resize(640, 400)
        player.show()
        player.play(Playable("one", "One", lambda _quality: _again(source)))
        try:
            yield player, source
        finally:
            player.close_video()
            await until(lambda: player.state is PlayState.EMPTY, PATIENCE_S)
            await source.close()
            player.close()
            player.deleteLater()


def _again(source: VideoSource) -> VideoSource:
    source.resume()
    return source


@pytest.mark.parametrize("gives_parts", [True, False])
def test_it_plays_before_all_is_here_and_goes_far_ahead(
    qapp: QApplication, tmp_path: Path, film: bytes, gives_parts: bool
) -> None:
    async def main() -> None:
        async with MediaServer(film, gives_parts=gives_parts) as server:
            server.pause_s = 0.1
            async with _watching(server, tmp_path) as (player, source):
                await until(lambda: shown(player) >= 2, PATIENCE_S)
                assert not source.state.is_whole
                player.seek(36_000)
                await until(lambda: shown(player) >= 36 * FPS - 2, PATIENCE_S)
                assert shown(player) < 38 * FPS and source.state.can_range is gives_parts
                assert (len(server.asked) > 1) is gives_parts
                player.seek(1_000)  # what is here needs no line
                await until(lambda: FPS - 2 <= shown(player) < 4 * FPS, PATIENCE_S)

    run(qapp, main())


def test_a_video_with_its_index_at_the_end_begins_where_parts_are_given(
    qapp: QApplication, tmp_path: Path, index_last: bytes
) -> None:
    async def main() -> None:
        async with MediaServer(index_last) as server:
            server.pause_s = 0.1
            async with _watching(server, tmp_path) as (player, source):
                await until(lambda: shown(player) >= 2, PATIENCE_S)
                assert not source.state.is_whole and max(server.asked) > len(index_last) // 2

    run(qapp, main())


def test_a_server_that_dies_ends_it_in_words_and_it_goes_on_when_it_is_back(
    qapp: QApplication, tmp_path: Path, film: bytes
) -> None:
    async def main() -> None:
        async with MediaServer(film) as server:
            server.cut_after = 200_000
            server.pause_s = 0.01
            async with _watching(server, tmp_path) as (player, source):
                await until(lambda: shown(player) >= 2, PATIENCE_S)
                await server.stop()
                player.seek(36_000)
                await until(lambda: source.state.error_code == "network", PATIENCE_S)
                await until(lambda: player.state is PlayState.FAILED, PATIENCE_S)
                server.cut_after = None
                await server.start()
                source.retry()
                player.play(Playable("one", "One", lambda _quality: _again(source), start_ms=36_000))
                await until(lambda: 36 * FPS - 2 <= shown(player) < 39 * FPS, PATIENCE_S)

    run(qapp, main())


def test_a_token_that_expires_while_it_plays_is_renewed_unnoticed(
    qapp: QApplication, tmp_path: Path, film: bytes
) -> None:
    async def main() -> None:
        tokens = Tokens()
        async with MediaServer(film) as server:
            server.good_token, server.pause_s, server.cut_after = "one", 0.05, len(film) // 4
            async with _watching(server, tmp_path, tokens) as (player, source):
                await until(lambda: shown(player) >= 2, PATIENCE_S)
                assert not source.state.is_whole
                server.good_token = "one+"
                player.seek(36_000)  # the line is cut before: it has to ask again
                await until(lambda: 36 * FPS - 2 <= shown(player) < 39 * FPS, PATIENCE_S)
                await until(lambda: player.state is PlayState.PLAYING, PATIENCE_S)
                assert tokens.refreshes and tokens.current == "one+"

    run(qapp, main())


def test_a_disk_that_fills_while_it_plays_is_told_and_it_goes_on_when_there_is_room(
    qapp: QApplication, tmp_path: Path, film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, full = SparseFile.write, [False]

    def refuse(self: SparseFile, number: int, clear: bytes) -> None:
        if full[0]:
            raise DiskFull(path="/")
        write(self, number, clear)

    monkeypatch.setattr(SparseFile, "write", refuse)

    async def main() -> None:
        async with MediaServer(film) as server:
            server.pause_s = 0.05
            async with _watching(server, tmp_path) as (player, source):
                await until(lambda: shown(player) >= 2, PATIENCE_S)
                assert not source.state.is_whole
                full[0] = True
                player.seek(36_000)
                await until(lambda: source.state.error_code == "disk_full", PATIENCE_S)
                await until(lambda: player.state is PlayState.FAILED, PATIENCE_S)
                assert not player._overlay.notice.isHidden()
                full[0] = False
                source.retry()
                player.play(Playable("one", "One", lambda _quality: _again(source), start_ms=36_000))
                await until(lambda: 36 * FPS - 2 <= shown(player) < 39 * FPS, PATIENCE_S)

    run(qapp, main())


def test_opened_many_times_it_leaves_nothing_open(qapp: QApplication, tmp_path: Path, film: bytes) -> None:
    async def main() -> None:
        async with MediaServer(film) as server:
            for _ in range(4):
                async with _watching(server, tmp_path) as (player, source):
                    await until(lambda player=player: shown(player) >= 1, PATIENCE_S)  # type: ignore[misc]
                assert source.read_at(0, 10) is None
            await asyncio.sleep(0)
            assert [task for task in asyncio.all_tasks() if task.get_name() == "video"] == []

    run(qapp, main())
