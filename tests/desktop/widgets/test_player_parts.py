"""The parts of the player that need no libVLC: the clock, sizes, kinds of files, words, keys; and what a player leaves behind."""

import ctypes
import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from tests.helpers.playing import PATIENCE_MS, MemoryBytes, playable
from widgets.player import engine, frames, library, playback
from widgets.player.acts import next_rate
from widgets.player.choices import fitting_quality
from widgets.player.containers import demuxer_of
from widgets.player.frames import fitted, without_padding
from widgets.player.key_map import Act, act_of
from widgets.player.notice import waiting_words
from widgets.player.play_clock import PlayClock
from widgets.player.player import Player
from widgets.player.source import Buffered, Playable, Quality
from widgets.player.values import RATES, PlayError, PlayState
from widgets.player.words import error_words, time_words
from widgets.style import StyleSource


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_the_clock_runs_on_between_reports() -> None:
    hand = Hand()
    clock = PlayClock(hand)
    clock.set_running(True)
    clock.report(1000)
    hand.at += 0.2
    assert clock.position_ms == 1200
    clock.set_rate(2.0)
    hand.at += 0.1
    assert clock.position_ms == 1400
    clock.set_running(False)
    hand.at += 5
    assert clock.position_ms == 1400


def test_the_clock_does_not_run_away_when_reports_stay_out() -> None:
    hand = Hand()
    clock = PlayClock(hand)
    clock.set_running(True)
    clock.report(1000)
    hand.at += 60
    assert clock.position_ms <= 2000


def test_reports_from_before_a_seek_are_not_believed() -> None:
    hand = Hand()
    clock = PlayClock(hand)
    clock.report(1000)
    clock.jump(60_000)
    assert not clock.report(1300)
    assert clock.position_ms == 60_000
    assert clock.report(60_200)
    clock.jump(5_000)
    hand.at += 10  # libVLC went elsewhere, and stays there
    assert clock.report(30_000)


@given(
    st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)),
    st.tuples(st.integers(16, 8000), st.integers(16, 8000)),
)
def test_a_picture_fits_where_it_is_shown(size: tuple[int, int], box: tuple[int, int]) -> None:
    wide, high = fitted(size, box)
    assert 16 <= wide <= max(16, min(box[0], 4096) + 1)
    assert 16 <= high <= max(16, min(box[1], 4096) + 1)


def test_what_a_codec_pads_is_left_out() -> None:
    assert without_padding((1920, 1088), (1920, 1080)) == (1920, 1080)
    assert without_padding((1920, 1088), (0, 0)) == (1920, 1088)
    assert without_padding((1920, 1088), (160, 90)) == (1920, 1088)  # the file claims something else


@given(st.binary(max_size=600))
def test_any_first_bytes_are_looked_at(head: bytes) -> None:
    assert demuxer_of(head) in ("", "mp4", "mkv", "avi", "ogg", "avformat", "asf", "ps", "ts")


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\nfile:///etc/passwd",
        b"[playlist]\nFile1=/etc/passwd",
        b"<?xml version='1.0'?><playlist/>",
        b"RIFF....WAVE",
        b"",
    ],
)
def test_playlists_are_no_videos(head: bytes) -> None:
    assert demuxer_of(head) == ""


@pytest.mark.parametrize("error", [error for error in PlayError if error])
@pytest.mark.parametrize("platform", ["win32", "darwin", "linux"])
def test_every_failure_has_a_sentence(error: PlayError, platform: str) -> None:
    assert error_words(error, platform).endswith(".")


def test_times_are_worded() -> None:
    assert [time_words(ms) for ms in (0, 192_000, 3_600_000, -5)] == ["00:00", "03:12", "1:00:00", "00:00"]
    assert time_words(192_000, 36_000_000) == "0:03:12"


def test_speeds_go_up_and_down() -> None:
    assert [next_rate(rate, 1) for rate in RATES] == [*RATES[1:], 3.0]
    assert [next_rate(rate, -1) for rate in RATES] == [0.5, *RATES[:-1]]


def test_a_quality_is_chosen() -> None:
    offered = (Quality("a", "2160p", 2160), Quality("b", "1080p", 1080), Quality("c", "480p", 480))
    assert fitting_quality(offered, "480p", 1080) == "c"
    assert fitting_quality(offered, "", 1080) == "b"
    assert fitting_quality(offered, "720p", 300) == "c"
    assert fitting_quality((), "", 1080) == ""


def test_what_one_waits_for_is_said_honestly() -> None:
    here = ((0.0, 0.2), (0.9, 1.0))
    in_order = Buffered(here, is_waiting=True, waits_for=0.8, can_seek_anywhere=False)
    assert "25%" in waiting_words(in_order, 0.8)
    assert waiting_words(Buffered(here, is_waiting=True, bytes_per_s=500_000), 0.5) == "Loading… 500 KB/s"
    assert waiting_words(Buffered(here), 0.1) == ""


def press(
    text: str, key: int = 0, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)


def test_signs_count_wherever_they_are_on_a_keyboard() -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    for text, act in (("<", Act.SLOWER), ("《", Act.SLOWER), (">", Act.FASTER), ("？", Act.HELP)):
        found = act_of(press(text, Qt.Key.Key_unknown, shift))
        assert found is not None
        assert found.act is act
    assert act_of(press("S", Qt.Key.Key_S, shift)) is None
    assert act_of(press("", Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)) is None


def test_a_computer_without_sound_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PULSE_SERVER", "unix:/somewhere")
    assert library.sound_arguments() == []
    monkeypatch.delenv("PULSE_SERVER")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(Path, "read_text", lambda *_: "--- no soundcards ---\n")
    assert library.sound_arguments() == ["--aout=adummy"]
    (tmp_path / "pipewire-0").touch()
    assert library.has_sound()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0


def test_opening_and_closing_leaves_nothing(qtbot: QtBot, player: Player, video: Path) -> None:
    def once() -> None:
        player.play(playable(video))
        qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)
        player.close_video()
        qtbot.waitUntil(lambda: player.state is PlayState.EMPTY, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: threading.active_count() <= threads, timeout=PATIENCE_MS)

    threads = threading.active_count()
    once()
    files = open_files()
    for _ in range(6):
        once()
    gc.collect()
    assert open_files() <= files
    qtbot.waitUntil(lambda: not player._engine._closing and not player._engine._opened, timeout=PATIENCE_MS)


def opening(player: Player, _: MemoryBytes) -> bool:
    return player.state is PlayState.OPENING


def waiting(player: Player, _: MemoryBytes) -> bool:
    return player.state is PlayState.WAITING


def paused(player: Player, _: MemoryBytes) -> bool:
    if player.state is PlayState.PLAYING:
        player.toggle()
    return player.state is PlayState.PAUSED


def at_the_end(player: Player, _: MemoryBytes) -> bool:
    return player.state is PlayState.ENDED


def failed(player: Player, source: MemoryBytes) -> bool:
    if player.state is PlayState.PLAYING:
        source.fail(True)
    return player.state is PlayState.FAILED


def on_the_whole_screen(player: Player, _: MemoryBytes) -> bool:
    if player.state is PlayState.PLAYING and player._full is None:
        player.toggle_full_screen()
    return player._full is not None


@pytest.mark.parametrize("until", [opening, waiting, paused, at_the_end, failed, on_the_whole_screen])
def test_whenever_it_is_closed_it_gives_everything_back(
    qtbot: QtBot, player: Player, video: Path, until: Callable[[Player, MemoryBytes], bool]
) -> None:
    def once() -> None:
        source = MemoryBytes(video)
        if until in (waiting, failed):
            source.let(len(source.data) // 2)
        player.play(playable(source, start_ms=2_000 if until is at_the_end else 0))
        qtbot.waitUntil(lambda: until(player, source), timeout=PATIENCE_MS)
        player.close_video()
        qtbot.waitUntil(lambda: player.state is PlayState.EMPTY, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: threading.active_count() <= threads, timeout=PATIENCE_MS)
        assert source.is_aborted

    threads = threading.active_count()
    once()
    files = open_files()
    for _ in range(2):
        once()
    gc.collect()
    qtbot.waitUntil(lambda: open_files() <= files, timeout=PATIENCE_MS)


def test_one_video_after_another_without_closing(qtbot: QtBot, player: Player, video: Path) -> None:
    sources = [MemoryBytes(video) for _ in range(5)]
    for number, source in enumerate(sources):
        player.play(playable(source, id=str(number)))
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)
    assert [source.is_aborted for source in sources] == [True] * 4 + [False]


def test_a_player_that_is_deleted_stops(qtbot: QtBot, style: StyleSource, video: Path) -> None:
    before = threading.active_count()
    player, source = Player(style), MemoryBytes(video)
    player.play(playable(source))
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)
    shiboken6.delete(player)
    assert source.is_aborted
    qtbot.waitUntil(lambda: threading.active_count() <= before, timeout=PATIENCE_MS)


class _Reports:
    """Stands for an open video: it tells what it is given."""

    def __init__(self, _order: object) -> None:
        self.bell, self.reader, self.is_closed = playback.Bell(), None, False
        self.frames = frames.Frames((16, 16), lambda: None, lambda: (0, 0))
        self.told: list[playback.Report] = []

    def start(self) -> None:
        """Nothing opens."""

    def close(self) -> None:
        self.is_closed = True

    def taken(self) -> list[playback.Report]:
        told, self.told = self.told, []
        return told


def test_what_a_closed_video_told_last_is_not_the_next_ones(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[_Reports] = []

    def open_next(order: object) -> _Reports:
        opened.append(_Reports(order))
        return opened[-1]

    monkeypatch.setattr(engine, "Playback", open_next)
    plays = engine.Engine()

    def fall_back(state: PlayState) -> None:
        if state is PlayState.FAILED and len(opened) == 1:
            plays.switch("1")

    plays.state_changed.connect(fall_back)
    plays.play(Playable("a", "A", url="https://live.example/a"), "", is_paused=False)
    broken = playback.Report(playback.Kind.FAILED, PlayError.BROKEN)
    opened[0].told = [broken, playback.Report(playback.Kind.ENDED)]
    plays._on_rang()
    assert [one.is_closed for one in opened] == [True, False]
    assert plays.state is PlayState.OPENING
    plays.close()


def test_two_outputs_of_a_video_never_write_into_each_others_pictures() -> None:
    pictures = frames.Frames((640, 360), lambda: None, lambda: (0, 0))
    address = ctypes.c_void_p * 1

    def set_up() -> int:
        output, chroma = address(), ctypes.create_string_buffer(4)
        values = [(ctypes.c_uint * 1)(value) for value in (640, 360, 0, 0)]
        assert pictures._set_up(output, chroma, *values) == 1
        return int(output[0] or 0)

    def write(output: int, letter: bytes) -> int:
        planes = address()
        number = pictures._lock_picture(output, planes)
        size = pictures._outputs[output][number].image.sizeInBytes()
        ctypes.memset(int(planes[0] or 0), ord(letter), size)
        return number

    old = set_up()
    assert pictures.set_box((64, 36))
    new = set_up()
    number = write(new, b"n")
    late = write(old, b"o")  # it still draws, and larger pictures
    pictures._display(new, number)
    pictures._display(old, late)
    picture = pictures.take()
    assert picture is not None
    assert (picture.image.width(), bytes(picture.memory[1][:4])) == (64, b"nnnn")
    assert pictures.count == 1
    pictures._clean_up(old)
    pictures._clean_up(new)
    assert not pictures._outputs
    assert bytes(picture.memory[1][:4]) == b"nnnn"
