"""What goes wrong with a video: a sentence, and a player that plays the next one."""

import socket
import struct
import threading
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.playing import FPS, PATIENCE_MS, MemoryBytes, playable, shown
from tests.helpers.videos import make_video
from widgets.player import playback
from widgets.player.library import NoVlcError
from widgets.player.player import Player
from widgets.player.source import Buffered, Playable
from widgets.player.values import PlayerLikes, PlayError, PlayState


def sentence(player: Player) -> str:
    return player._overlay.notice.sentence


def fails(qtbot: QtBot, player: Player, what: Playable, error: PlayError) -> None:
    player.play(what)
    qtbot.waitUntil(lambda: player.state is PlayState.FAILED, timeout=PATIENCE_MS)
    assert player.error is error
    assert len(sentence(player)) > 20


def plays(qtbot: QtBot, player: Player, video: Path) -> None:
    player.play(playable(video, id="after"))
    qtbot.waitUntil(lambda: shown(player) > 2, timeout=PATIENCE_MS)
    assert player.state is PlayState.PLAYING
    assert not sentence(player)


def moov_at(data: bytes) -> int:
    return data.index(b"moov") - 4


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("nothing", PlayError.EMPTY_FILE),
        ("text", PlayError.NOT_A_VIDEO),
        ("playlist", PlayError.NOT_A_VIDEO),
        ("picture", PlayError.NOT_A_VIDEO),
        ("head only", PlayError.BROKEN),
        ("index cut", PlayError.BROKEN),
        ("index scrambled", PlayError.BROKEN),
        ("nothing came", PlayError.CUT_SHORT),
    ],
)
def test_a_bad_file_is_told_in_words(
    qtbot: QtBot, player: Player, video: Path, kind: str, error: PlayError
) -> None:
    good = video.read_bytes()
    middle = moov_at(good) + 200
    files: dict[str, bytes | MemoryBytes] = {
        "nothing": b"",
        "text": b"This is a letter, not a video.\n" * 50,
        "playlist": b"#EXTM3U\n#EXTINF:3,one\nfile://" + str(video).encode() + b"\n",
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(600),
        "head only": good[:40] + bytes(3000),
        "index cut": good[:middle],
        "index scrambled": good[: moov_at(good) + 8] + b"\xff" * 4000,
        "nothing came": MemoryBytes(b"", size=5000),
    }
    fails(qtbot, player, playable(files[kind]), error)
    plays(qtbot, player, video)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_file_that_ends_too_early_plays_until_there(
    qtbot: QtBot, player: Player, tmp_path: Path, video: Path, is_told: bool
) -> None:
    """Whether the server announced the whole size or not."""
    good = make_video(tmp_path / "eight.mp4", seconds=8, fps=FPS).read_bytes()
    half = good[: len(good) // 2]
    numbers: list[int] = []
    player.position_changed.connect(lambda _: numbers.append(shown(player)))
    fails(qtbot, player, playable(MemoryBytes(half, len(good) if is_told else None)), PlayError.CUT_SHORT)
    assert max(numbers) > FPS
    plays(qtbot, player, video)


def test_the_network_is_cut_and_comes_back(qtbot: QtBot, player: Player, tmp_path: Path) -> None:
    whole = make_video(tmp_path / "long.mp4", seconds=12, fps=FPS)
    source = MemoryBytes(whole)
    source.let(len(source.data) // 4)
    player.play(playable(source))
    qtbot.waitUntil(lambda: player.state is PlayState.WAITING, timeout=PATIENCE_MS)
    at = player.position_ms
    source.fail(True)
    player.set_buffered(Buffered(error="No network."))
    qtbot.waitUntil(lambda: player.state is PlayState.FAILED, timeout=PATIENCE_MS)
    assert sentence(player) == "No network."
    source.let(None)
    source.fail(False)
    player.set_buffered(Buffered())
    qtbot.waitUntil(
        lambda: player.state is PlayState.PLAYING and player.position_ms > at + 500, timeout=PATIENCE_MS
    )
    assert not sentence(player)


def test_who_tries_again_goes_on_where_it_failed(qtbot: QtBot, player: Player, tmp_path: Path) -> None:
    source = MemoryBytes(make_video(tmp_path / "long.mp4", seconds=12, fps=FPS))
    source.let(len(source.data) // 3)
    player.play(playable(source))
    qtbot.waitUntil(lambda: player.state is PlayState.WAITING, timeout=PATIENCE_MS)
    source.fail(True)
    qtbot.waitUntil(lambda: player.state is PlayState.FAILED, timeout=PATIENCE_MS)
    at = player.position_ms
    source.let(None)
    source.fail(False)
    with qtbot.waitSignal(player.retry_requested):
        player._overlay.notice.retry_button.click()
    qtbot.waitUntil(
        lambda: player.state is PlayState.PLAYING and player.position_ms > at, timeout=PATIENCE_MS
    )
    assert shown(player) > FPS


def test_waiting_for_bytes_is_shown_and_ends(qtbot: QtBot, player: Player, tmp_path: Path) -> None:
    source = MemoryBytes(make_video(tmp_path / "long.mp4", seconds=12, fps=FPS))
    source.let(len(source.data) // 3)
    player.play(playable(source))
    qtbot.waitUntil(lambda: player.state is PlayState.WAITING, timeout=PATIENCE_MS)
    player.set_buffered(
        Buffered(((0, 0.33),), is_waiting=True, waits_for=0.66, bytes_per_s=2e6, can_seek_anywhere=False)
    )
    assert "50%" in player._overlay.spinner.accessibleName()
    assert "2.0 MB/s" in player._overlay.spinner.accessibleName()
    source.let(None)
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)


def test_one_can_leave_and_go_elsewhere_while_the_server_is_silent(
    qtbot: QtBot, player: Player, tmp_path: Path, video: Path
) -> None:
    source = MemoryBytes(make_video(tmp_path / "long.mp4", seconds=12, fps=FPS, key_every=5))
    source.let(len(source.data) // 3)
    player.play(playable(source))
    qtbot.waitUntil(lambda: player.state is PlayState.WAITING, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: player._engine.is_reading_stuck, timeout=PATIENCE_MS)
    player.seek(1000)  # is here: needs nobody
    qtbot.waitUntil(lambda: FPS <= shown(player) < 3 * FPS, timeout=PATIENCE_MS)
    player.seek(9000)  # is not here
    plays(qtbot, player, video)


def test_a_server_that_never_answers_does_not_hold_the_player(
    qtbot: QtBot, player: Player, video: Path
) -> None:
    source = MemoryBytes(video)
    source.let(0)
    player.play(playable(source))
    qtbot.wait(300)
    assert player.state is PlayState.OPENING
    player.close_video()
    qtbot.waitUntil(lambda: player.state is PlayState.EMPTY, timeout=PATIENCE_MS)
    plays(qtbot, player, video)


def test_without_vlc_it_says_how_to_get_it_and_looks_again(
    qtbot: QtBot, player: Player, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise NoVlcError

    with monkeypatch.context() as patch:
        patch.setattr(playback, "load_vlc", missing)
        fails(qtbot, player, playable(video), PlayError.NO_VLC)
        assert "VLC" in sentence(player)
    player._overlay.notice.retry_button.click()
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)


def test_a_source_that_cannot_be_opened_is_told(qtbot: QtBot, player: Player, video: Path) -> None:
    def refuse(_quality: str) -> MemoryBytes:
        raise LookupError

    fails(qtbot, player, Playable("x", "X", open=refuse), PlayError.GONE)
    plays(qtbot, player, video)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_picture_that_lies_on_its_side_is_turned(
    qtbot: QtBot, player: Player, tmp_path: Path, degrees: int
) -> None:
    turned = make_video(tmp_path / "turned.mp4", seconds=1, fps=FPS, rotation=degrees)
    player.play(playable(turned), is_paused=True)
    qtbot.waitUntil(lambda: shown(player) >= 0, timeout=PATIENCE_MS)
    assert shown(player) < FPS
    assert player._engine.aspect == pytest.approx(160 / 90, abs=0.05)


def test_a_video_without_sound_plays(qtbot: QtBot, player: Player, tmp_path: Path) -> None:
    silent = make_video(tmp_path / "silent.mp4", seconds=1, fps=FPS, audio=False)
    with qtbot.waitSignal(player.ended, timeout=PATIENCE_MS):
        player.play(playable(silent))
    assert shown(player) > FPS // 2


def test_ten_hours_are_told_and_gone_to(qtbot: QtBot, player: Player, tmp_path: Path) -> None:
    path = tmp_path / "day.mp4"
    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        stream = out.add_stream("libx264", rate=1)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.codec_context.gop_size = 1
        for number in range(601):
            frame = av.VideoFrame(160, 90, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([number % 200 + 20]) * plane.buffer_size)
            frame.pts, frame.time_base = number * 60, Fraction(1, 1)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    player.play(playable(path), is_paused=True)
    qtbot.waitUntil(lambda: player.duration_ms >= 36_000_000, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not player.picture().isNull(), timeout=PATIENCE_MS)
    before = player.picture().pixelColor(100, 100)
    player.seek(9 * 3_600_000)
    qtbot.waitUntil(lambda: player.picture().pixelColor(100, 100) != before, timeout=PATIENCE_MS)
    assert player.position_ms == 9 * 3_600_000


def test_eight_k_is_made_as_large_as_it_is_shown(qtbot: QtBot, player: Player, tmp_path: Path) -> None:
    huge = make_video(tmp_path / "huge.mp4", seconds=1, fps=2, size=(7680, 4320), audio=False)
    player.play(playable(huge), is_paused=True)
    qtbot.waitUntil(lambda: shown(player) >= 0, timeout=PATIENCE_MS)
    assert player.picture().width() <= 640
    assert player.picture().height() <= 400


def test_pixels_that_are_not_square_are_shown_as_meant(qtbot: QtBot, player: Player, tmp_path: Path) -> None:
    squeezed = tmp_path / "squeezed.mp4"
    with av.open(str(squeezed), "w") as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for number in range(FPS):
            frame = av.VideoFrame(160, 120, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    player.play(playable(squeezed), is_paused=True)
    qtbot.waitUntil(lambda: player._engine.aspect == pytest.approx(16 / 9, abs=0.05), timeout=PATIENCE_MS)


@pytest.fixture
def served(video: Path) -> Iterator[str]:
    """The folder of the video over HTTP."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(video.parent)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{video.name}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_stream_plays(qtbot: QtBot, player: Player, served: str) -> None:
    player.play(Playable("live", "Live", url=served, is_live=True))
    qtbot.waitUntil(lambda: shown(player) > 2, timeout=PATIENCE_MS)
    assert player._overlay.controls.bar.isHidden()
    player.toggle()
    assert player.state is PlayState.PAUSED
    assert shown(player) > 2
    player.toggle()
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)


def test_a_stream_that_is_not_there_is_told(qtbot: QtBot, player: Player, video: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/live.m3u8"
        fails(qtbot, player, Playable("live", "Live", url=url, is_live=True), PlayError.STREAM)
    plays(qtbot, player, video)


@pytest.mark.parametrize("scheme", ["file://", "FILE://", "/", "dvd://", "v4l2://", "screen://"])
def test_nothing_of_this_computer_is_opened_as_a_stream(
    qtbot: QtBot, player: Player, video: Path, scheme: str
) -> None:
    fails(qtbot, player, Playable("live", "Live", url=scheme + str(video), is_live=True), PlayError.STREAM)


def test_likes_are_kept_from_video_to_video(qtbot: QtBot, player: Player, video: Path) -> None:
    player.set_likes(PlayerLikes(rate=2.0, volume=30))
    plays(qtbot, player, video)
    assert player._engine._playback is not None
    assert player._engine._playback._player.get_rate() == pytest.approx(2.0)


def test_garbage_in_mid_file_does_not_end_the_player(qtbot: QtBot, player: Player, video: Path) -> None:
    good = bytearray(video.read_bytes())
    start = good.index(b"mdat") + 4
    for at in range(start + 4000, min(start + 9000, len(good)), 7):
        good[at] ^= 0x5A
    good[start + 2000 : start + 2004] = struct.pack(">I", 0xFFFFFFFF)
    player.play(playable(bytes(good)))
    qtbot.waitUntil(lambda: player.state in (PlayState.ENDED, PlayState.FAILED), timeout=PATIENCE_MS)
    plays(qtbot, player, video)
