"""Live streams of companies over real libVLC: HLS pieces whose pictures are looked at, addresses nobody answers, lists that point elsewhere."""

import socket
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.hls_server import LiveServer, cut, serving
from tests.helpers.playing import FPS, PATIENCE_MS, playable, shown
from tests.helpers.videos import make_video
from widgets.player import engine
from widgets.player.player import Player
from widgets.player.source import Playable
from widgets.player.values import PlayError, PlayState


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("hls")
    made = cut(make_video(folder / "film.mp4", seconds=9), folder / "pieces")
    assert len(made) >= 8
    return made


def goes_on(qtbot: QtBot, player: Player, video: Path) -> None:
    player.play(playable(video))
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING and shown(player) > 2, timeout=PATIENCE_MS)


def is_over(player: Player) -> bool:
    return player.state in (PlayState.ENDED, PlayState.FAILED)


def test_an_hls_stream_plays_piece_after_piece_to_its_end(
    qtbot: QtBot, player: Player, video: Path, pieces: list[bytes]
) -> None:
    with serving(LiveServer(pieces)) as server:
        player.play(Playable("live", "Live", url=server.url, is_live=True))
        qtbot.waitUntil(lambda: shown(player) >= 0, timeout=PATIENCE_MS)
        begun = shown(player)
        qtbot.waitUntil(lambda: shown(player) > begun + 2 * FPS, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: is_over(player), timeout=PATIENCE_MS)
        assert player.error is PlayError.NONE
        assert server.asked.count("live.m3u8") > 1 and "7.ts" in server.asked
    goes_on(qtbot, player, video)


def test_a_list_of_files_of_this_computer_shows_none_of_them(
    qtbot: QtBot, player: Player, video: Path, pieces: list[bytes], tmp_path: Path
) -> None:
    for number, piece in enumerate(pieces):
        (tmp_path / f"{number}.ts").write_bytes(piece)
    with serving(LiveServer(pieces, f"file://{tmp_path}/{{number}}.ts")) as server:
        player.play(Playable("live", "Live", url=server.url, is_live=True))
        qtbot.waitUntil(
            lambda: player.state in (PlayState.ENDED, PlayState.FAILED) or shown(player) >= 0,
            timeout=PATIENCE_MS,
        )
        assert shown(player) < 0
    goes_on(qtbot, player, video)


@pytest.mark.parametrize("scheme", ["rtsp", "rtmp", "srt"])
def test_a_stream_of_each_kind_that_nobody_answers_is_told(
    qtbot: QtBot, player: Player, video: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """Where this libVLC does not know the kind at all, too."""
    monkeypatch.setattr(engine, "_STALLED_S", 4.0)  # SRT alone asks again and again
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        url = f"{scheme}://127.0.0.1:{taken.getsockname()[1]}/live"
        player.play(Playable("live", "Live", url=url, is_live=True))
        qtbot.waitUntil(lambda: player.state is PlayState.FAILED, timeout=PATIENCE_MS)
        assert player.error is PlayError.STREAM
        assert player._overlay.notice.sentence.startswith("The stream cannot be reached.")
        assert ("rtsp://" in player._overlay.notice.sentence) is (scheme == "rtsp")
    goes_on(qtbot, player, video)
