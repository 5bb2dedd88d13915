"""The player with real libVLC: pictures are told by the number coded in them."""

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.playing import FPS, PATIENCE_MS, MemoryBytes, playable, shown
from widgets.player.player import Player
from widgets.player.values import PlayerLikes, PlayState


def test_it_plays_from_the_first_picture_to_the_end(qtbot: QtBot, player: Player, video: Path) -> None:
    states: list[PlayState] = []
    numbers: list[int] = []
    player.state_changed.connect(states.append)
    player.position_changed.connect(lambda _: numbers.append(shown(player)))
    with qtbot.waitSignal(player.ended, timeout=PATIENCE_MS):
        player.play(playable(video))
    assert states[0] is PlayState.OPENING
    assert PlayState.PLAYING in states
    assert states[-1] is player.state is PlayState.ENDED
    assert numbers == sorted(numbers)
    assert numbers[-1] > 2 * FPS
    assert abs(player.duration_ms - 3000) < 150


def test_it_stands_at_the_first_picture(qtbot: QtBot, player: Player, video: Path) -> None:
    player.play(playable(video), is_paused=True)
    qtbot.waitUntil(lambda: shown(player) >= 0, timeout=PATIENCE_MS)
    assert player.state is PlayState.PAUSED
    qtbot.wait(300)
    assert shown(player) < FPS
    player.toggle()
    qtbot.waitUntil(lambda: shown(player) > FPS, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)


def test_it_goes_to_a_moment_while_it_stands(qtbot: QtBot, player: Player, video: Path) -> None:
    player.play(playable(video), is_paused=True)
    qtbot.waitUntil(lambda: shown(player) >= 0, timeout=PATIENCE_MS)
    player.seek(2000)
    qtbot.waitUntil(lambda: shown(player) == 2 * FPS, timeout=PATIENCE_MS)
    player.seek(440)
    qtbot.waitUntil(lambda: shown(player) == 6, timeout=PATIENCE_MS)
    assert player.position_ms == 440


def test_it_begins_where_one_stopped(qtbot: QtBot, player: Player, video: Path) -> None:
    player.play(playable(video, start_ms=2000), is_paused=True)
    qtbot.waitUntil(lambda: shown(player) >= 0, timeout=PATIENCE_MS)
    assert 2 * FPS <= shown(player) < 3 * FPS


def test_closing_gives_threads_and_source_back(qtbot: QtBot, player: Player, video: Path) -> None:
    before = {thread.ident for thread in threading.enumerate()}
    source = MemoryBytes(video)
    player.play(playable(source))
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)
    player.close_video()
    qtbot.waitUntil(lambda: player.state is PlayState.EMPTY, timeout=PATIENCE_MS)
    assert source.is_aborted
    qtbot.waitUntil(lambda: {thread.ident for thread in threading.enumerate()} <= before, timeout=PATIENCE_MS)
    assert player.picture().isNull()


def test_a_pause_before_the_first_picture_holds_there(qtbot: QtBot, player: Player, video: Path) -> None:
    player.play(playable(video))
    player.toggle()
    qtbot.waitUntil(lambda: player.state is PlayState.PAUSED, timeout=PATIENCE_MS)
    qtbot.wait(500)
    assert 0 <= shown(player) < FPS
    player.toggle()
    qtbot.waitUntil(lambda: shown(player) > FPS, timeout=PATIENCE_MS)


def test_who_goes_on_before_the_first_picture_does_not_stand(
    qtbot: QtBot, player: Player, video: Path
) -> None:
    player.play(playable(video), is_paused=True)
    player.toggle()
    qtbot.waitUntil(lambda: shown(player) > FPS, timeout=PATIENCE_MS)


def test_a_seek_before_the_first_picture_counts(qtbot: QtBot, player: Player, video: Path) -> None:
    player.play(playable(video), is_paused=True)
    player.seek(2010)
    qtbot.waitUntil(lambda: player.state is PlayState.PAUSED, timeout=PATIENCE_MS)
    assert 2 * FPS <= shown(player) < 3 * FPS
    assert player.position_ms == 2010


def test_it_is_as_loud_as_one_likes(qtbot: QtBot, player: Player, video: Path) -> None:
    player.set_likes(PlayerLikes(volume=35))
    player.play(playable(video), is_paused=True)
    qtbot.waitUntil(lambda: player.state is PlayState.PAUSED, timeout=PATIENCE_MS)
    qtbot.wait(200)
    playback = player._engine.playback
    assert playback is not None
    assert (playback._volume, playback._is_muted) == (35, False)
    player.set_likes(PlayerLikes(volume=60, is_muted=True))
    assert (playback._volume, playback._is_muted) == (60, True)


def test_a_moment_behind_the_end_leads_to_the_beginning(qtbot: QtBot, player: Player, video: Path) -> None:
    player.play(playable(video, start_ms=60_000))
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: 0 <= shown(player) < 2 * FPS, timeout=PATIENCE_MS)


@pytest.mark.parametrize("after_ms", [0, 60, 150])
def test_a_pause_right_after_a_seek_shows_what_was_sought(
    qtbot: QtBot, player: Player, video: Path, after_ms: int
) -> None:
    player.play(playable(video))
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)
    player.seek(1000)
    qtbot.wait(after_ms)
    player.toggle()
    qtbot.waitUntil(lambda: player.state is PlayState.PAUSED, timeout=PATIENCE_MS)
    qtbot.wait(500)  # what libVLC still draws by itself
    at_ms = player.position_ms  # rounded: at the border of two pictures it may be either
    borders = {(at_ms - 1) * FPS // 1000, at_ms * FPS // 1000}
    qtbot.waitUntil(lambda: shown(player) in borders, timeout=PATIENCE_MS)
