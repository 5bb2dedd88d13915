"""The player by hand: keys, mouse, menus, full screen, what lies over the picture."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from resources.translations import set_language
from tests.helpers.playing import FPS, PATIENCE_MS, MemoryBytes, playable, shown
from tests.helpers.videos import make_video
from widgets.player.player import Player
from widgets.player.slider import Slider
from widgets.player.source import Buffered, Flying, Line, Mark, Playable, Quality, Track
from widgets.player.values import DanmakuLook, PlayerLikes, PlayState

Begin = Callable[..., None]


@pytest.fixture
def begin(qtbot: QtBot, player: Player, video: Path) -> Begin:
    """Open the video; it stands at its first picture."""

    def open_it(**more: object) -> None:
        player.play(playable(video, **more), is_paused=True)
        qtbot.waitUntil(lambda: shown(player) >= 0, timeout=PATIENCE_MS)
        qtbot.wait(400)  # rests
        player.setFocus()

    return open_it


def type_key(
    player: Player, key: str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press the key of a letter."""
    QTest.keyClick(player, key, modifier)  # type: ignore[call-overload]


def move_mouse(widget: QWidget, place: QPointF) -> None:
    """Move the mouse over a widget; the cursor of the screen may be over another test's window."""
    nothing = Qt.MouseButton.NoButton
    everywhere = widget.mapToGlobal(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, everywhere, nothing, nothing, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def is_at(player: Player, at_ms: int) -> bool:
    return abs(player.position_ms - at_ms) < 130


def test_keys_go_to_moments(qtbot: QtBot, player: Player, begin: Begin) -> None:
    begin()
    for key, at_ms in (("5", 1500), ("0", 0), ("3", 900)):
        type_key(player, key)
        assert is_at(player, at_ms)
    QTest.keyClick(player, Qt.Key.Key_Right)
    assert is_at(player, player.duration_ms)
    QTest.keyClick(player, Qt.Key.Key_J)
    assert is_at(player, 0)
    QTest.keyClick(player, Qt.Key.Key_End)
    assert is_at(player, player.duration_ms)
    type_key(player, "2")
    qtbot.waitUntil(lambda: 9 <= shown(player) < 16, timeout=PATIENCE_MS)


def test_space_and_a_click_play_and_pause(qtbot: QtBot, player: Player, begin: Begin) -> None:
    begin()
    QTest.keyClick(player, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)
    QTest.mouseClick(player._stage, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    qtbot.waitUntil(lambda: player.state is PlayState.PAUSED, timeout=PATIENCE_MS)
    QTest.keyClick(player, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)


def test_pictures_are_stepped_through(qtbot: QtBot, player: Player, begin: Begin) -> None:
    begin()
    player.seek(1010)
    qtbot.waitUntil(lambda: shown(player) == FPS, timeout=PATIENCE_MS)
    for key, number in ((".", FPS + 1), (".", FPS + 2), (".", FPS + 3), (",", FPS + 2), (",", FPS + 1)):
        type_key(player, key)
        qtbot.waitUntil(lambda number=number: shown(player) == number, timeout=PATIENCE_MS)  # type: ignore[misc]


def test_a_part_is_played_again_and_again(qtbot: QtBot, player: Player, begin: Begin) -> None:
    begin()
    player.seek(600)
    type_key(player, "a")
    player.seek(1200)
    type_key(player, "b")
    turns: list[int] = []
    player.position_changed.connect(turns.append)
    player.toggle()
    qtbot.waitUntil(
        lambda: sum(after < before for before, after in pairwise(turns)) >= 2,
        timeout=PATIENCE_MS,
    )
    assert max(turns[1:]) < 2000
    type_key(player, "x")
    with qtbot.waitSignal(player.ended, timeout=PATIENCE_MS):
        pass


def test_keys_change_what_one_likes(player: Player, begin: Begin) -> None:
    begin()
    heard: list[PlayerLikes] = []
    player.likes_changed.connect(heard.append)
    type_key(player, ">")
    QTest.keyClick(player, Qt.Key.Key_Up)
    type_key(player, "m")
    type_key(player, "d")
    assert (heard[0].rate, heard[1].volume, heard[2].is_muted, heard[3].danmaku.is_on) == (
        1.25,
        85,
        True,
        True,
    )
    assert player._overlay.controls.rate_button.text() == "1.25×"


def test_keys_ask_the_owner(qtbot: QtBot, player: Player, begin: Begin) -> None:
    begin(start_ms=1000)
    for key, signal in (
        ("c", player.comment_requested),
        ("n", player.next_requested),
        ("p", player.previous_requested),
        ("i", player.mini_requested),
    ):
        with qtbot.waitSignal(signal, timeout=2000):
            type_key(player, key)


def test_keys_of_the_window_are_left_to_it(player: Player, begin: Begin) -> None:
    begin()
    type_key(player, "m", Qt.KeyboardModifier.ControlModifier)
    type_key(player, "d", Qt.KeyboardModifier.AltModifier)
    assert player.likes == PlayerLikes()


def test_the_whole_screen_and_back(qtbot: QtBot, player: Player, begin: Begin) -> None:
    begin()
    heard: list[bool] = []
    player.full_screen_changed.connect(heard.append)
    type_key(player, "f")
    assert player._full is not None
    assert player._stage.window() is player._full
    QTest.keyClick(player._full, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)
    QTest.keyClick(player._full, Qt.Key.Key_Escape)
    assert player._stage.parent() is player
    assert heard == [True, False]
    assert player.leave_full_screen() is False


def test_pictures_are_made_for_the_size_they_are_shown_in(
    qtbot: QtBot, player: Player, tmp_path: Path
) -> None:
    large = make_video(tmp_path / "large.mp4", seconds=4, fps=FPS, size=(1280, 720), audio=False)
    player.play(playable(large), is_paused=True)
    qtbot.waitUntil(lambda: player.picture().width() == 640, timeout=PATIENCE_MS)
    qtbot.wait(400)
    player.seek(2010)
    player.resize(320, 200)
    qtbot.waitUntil(lambda: player.picture().width() == 320 and shown(player) == 2 * FPS, timeout=PATIENCE_MS)
    player.toggle()
    player.resize(800, 600)
    qtbot.waitUntil(lambda: player.picture().width() == 800 and shown(player) > 2 * FPS, timeout=PATIENCE_MS)


def test_the_bar_is_pressed_and_hovered(qtbot: QtBot, player: Player, begin: Begin) -> None:
    begin(marks=(Mark(0, "Start"), Mark(1500, "Middle")))
    bar, card = player._overlay.controls.bar, player._overlay.card
    board = QImage(80, 45, QImage.Format.Format_RGB32)
    board.fill(Qt.GlobalColor.green)
    player.set_storyboard(board, 2, 2, 1000)
    place = QPoint(bar.width() * 2 // 3, bar.height() // 2)
    move_mouse(bar, QPointF(place))
    assert card.isVisible()
    assert (card._chapter, card._time) == ("Middle", "00:02")
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
    assert is_at(player, player.duration_ms * 2 // 3)
    qtbot.waitUntil(lambda: shown(player) in (29, 30, 31), timeout=PATIENCE_MS)


def test_a_storyboard_of_nonsense_is_left_out(player: Player, begin: Begin) -> None:
    begin()
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    for columns, rows, every_ms in ((0, 2, 100), (2, -1, 100), (2, 2, 0), (1000, 1, 10)):
        player.set_storyboard(image, columns, rows, every_ms)
        assert player._overlay.card.storyboard is None


def test_another_quality_goes_on_at_the_same_moment(
    qtbot: QtBot, player: Player, video: Path, tmp_path: Path
) -> None:
    small = make_video(tmp_path / "small.mp4", seconds=3, fps=FPS, size=(80, 44))
    opened: list[str] = []

    def open_quality(quality: str) -> MemoryBytes:
        opened.append(quality)
        return MemoryBytes(small if quality == "low" else video)

    qualities = (Quality("high", "90p", 90), Quality("low", "44p", 44))
    player.play(Playable("x", "X", open=open_quality, qualities=qualities), is_paused=True)
    qtbot.waitUntil(lambda: shown(player) >= 0, timeout=PATIENCE_MS)
    qtbot.wait(400)
    player.seek(2010)
    qtbot.waitUntil(lambda: shown(player) == 30, timeout=PATIENCE_MS)
    player._overlay.controls.quality_button.click()
    menu = player._menus.open_menu
    assert menu is not None
    with qtbot.waitSignal(player.quality_chosen) as chosen:
        menu.actions()[1].trigger()
    menu.close()
    assert chosen.args == ["low"]
    qtbot.waitUntil(
        lambda: player._engine.playback is not None and player.state is PlayState.PAUSED, timeout=PATIENCE_MS
    )
    assert opened == ["high", "low"]
    assert 30 <= shown(player) < 45
    assert player.likes.quality == "44p"


def test_subtitles_lie_over_the_picture_and_in_the_screenshot(
    qtbot: QtBot, player: Player, begin: Begin
) -> None:
    begin(tracks=(Track("0", "中文", "zh"), Track("1", "English", "en")))
    plain = player.grab().toImage()
    with qtbot.waitSignal(player.track_chosen) as chosen:
        type_key(player, "s")
    assert chosen.args == ["0"]
    player.set_lines("0", [Line(0, 3000, "先确认防护用品齐全")])
    assert player.grab().toImage() != plain
    with qtbot.waitSignal(player.screenshot_taken) as taken:
        player.take_screenshot()
    assert taken.args is not None
    assert taken.args[0] != player.picture()
    type_key(player, "s")
    assert player.likes.subtitle == "off"
    player._overlay.controls.subtitle_button.click()
    menu = player._menus.open_menu
    assert menu is not None
    menu.actions()[2].trigger()
    menu.close()
    assert player.likes.subtitle == "en"


def test_comments_fly_while_it_plays(qtbot: QtBot, player: Player, begin: Begin) -> None:
    begin()
    player.set_likes(PlayerLikes(danmaku=DanmakuLook(is_on=True)))
    player.set_flying([Flying("$1", 100, "好"), Flying("$2", 200, "谢谢")])
    assert not player._flight.isActive()
    player.toggle()
    qtbot.waitUntil(lambda: player._flight.isActive(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(player._stage.danmaku.lanes_at(player.position_ms)) == 2, timeout=PATIENCE_MS)
    player.toggle()
    assert not player._flight.isActive()


def test_menus_change_what_one_likes(qtbot: QtBot, player: Player, begin: Begin) -> None:
    begin()
    controls = player._overlay.controls
    controls.danmaku_button.click()
    menu = player._menus.open_menu
    assert menu is not None
    menu.actions()[0].trigger()
    sliders = menu.findChildren(Slider)
    QTest.keyClick(sliders[0], Qt.Key.Key_Right)
    field = menu.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText("广告  spam 广告")
    field.editingFinished.emit()
    menu.close()
    look = player.likes.danmaku
    assert look.is_on
    assert look.speed == pytest.approx(1.07)
    assert look.blocked == ("广告", "spam")
    controls.sound_button.click()
    menu = player._menus.open_menu
    assert menu is not None
    player._menus.set_devices([("one", "Headset"), ("two", "Loudspeaker")])
    next(action for action in menu.actions() if action.text() == "Headset").trigger()
    menu.close()
    assert player.likes.device == "one"
    assert player.state is PlayState.PAUSED


def test_help_is_shown_and_any_key_closes_it(player: Player, begin: Begin) -> None:
    begin()
    type_key(player, "?")
    assert player._overlay.help.isVisible()
    before = player.position_ms
    type_key(player, "5")
    assert player._overlay.help.isHidden()
    assert player.position_ms == before


def test_controls_go_while_it_plays_and_come_with_the_mouse(
    qtbot: QtBot, player: Player, tmp_path: Path
) -> None:
    player.play(playable(make_video(tmp_path / "long.mp4", seconds=10, fps=FPS, audio=False)))
    controls = player._overlay.controls
    qtbot.waitUntil(lambda: player.state is PlayState.PLAYING, timeout=PATIENCE_MS)
    assert controls.isVisible()

    def gone() -> bool:
        QApplication.sendEvent(controls, QEvent(QEvent.Type.Leave))  # it may have been shown under the cursor
        return controls.isHidden()

    qtbot.waitUntil(gone, timeout=PATIENCE_MS)
    move_mouse(player._stage, QPointF(80, 80))
    assert controls.isVisible()
    player.toggle()
    assert controls.isVisible()


@pytest.mark.parametrize("width", [120, 200, 260, 330, 480, 900])
def test_controls_fit_into_any_width(player: Player, begin: Begin, width: int) -> None:
    begin(
        qualities=(Quality("a", "1080p"), Quality("b", "720p")), tracks=(Track("0", "中文"),), has_next=True
    )
    for language in ("zh", "en"):
        set_language(language)
        player.resize(width, 200)
        controls = player._overlay.controls
        controls.layout().activate()  # type: ignore[union-attr]
        assert controls.width() == width
        for button in (controls.play_button, controls.full_button):
            assert button.isVisible()
            assert controls.rect().contains(button.geometry())


def test_everything_has_a_name(player: Player, begin: Begin) -> None:
    begin(
        title="第二课", qualities=(Quality("a", "1080p"), Quality("b", "720p")), tracks=(Track("0", "中文"),)
    )
    controls = player._overlay.controls
    assert player.accessibleName() == "第二课"
    buttons = (
        controls.play_button,
        controls.next_button,
        controls.rate_button,
        controls.quality_button,
        controls.danmaku_button,
        controls.subtitle_button,
        controls.sound_button,
        controls.mini_button,
        controls.full_button,
    )
    assert all(button.accessibleName() for button in buttons)
    assert controls.bar.accessibleName() == "Position"


def test_what_is_here_is_on_the_bar(player: Player, begin: Begin) -> None:
    begin()
    bar = player._overlay.controls.bar
    player.set_buffered(Buffered(((0.6, 0.8),)))
    picture, middle = QImage(bar.size(), QImage.Format.Format_RGB32), bar.height() // 2
    picture.fill(Qt.GlobalColor.black)  # what is half transparent is white on a white window
    bar.render(picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)

    def color(share: float) -> QColor:
        return picture.pixelColor(round(bar.width() * share), middle)

    assert color(0.7) != color(0.5)
    assert color(0.5) == color(0.9)
