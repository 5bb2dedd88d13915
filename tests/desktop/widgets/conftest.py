"""A light style, the program's own sheet, English, and a window to put widgets into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from resources.translations import language, set_language
from tests.helpers.playing import FPS, PATIENCE_MS
from tests.helpers.videos import make_video
from ui import theme
from widgets.player.values import PlayState
from widgets.style import StyleSource

if TYPE_CHECKING:
    from pathlib import Path

    from widgets.player.player import Player

Put = Callable[[QWidget], QWidget]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


@pytest.fixture
def style(qapp: QApplication) -> Iterator[StyleSource]:
    """The light style without motion."""
    source = StyleSource(theme.light(has_motion=False))
    qapp.setStyleSheet(theme.style_sheet(source.current))
    yield source
    qapp.setStyleSheet("")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """An empty window of 900 x 640."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 640)
    return host


@pytest.fixture
def put(qtbot: QtBot, window: QWidget) -> Put:
    """Put a widget into the window, show and activate it."""

    def show(widget: QWidget) -> QWidget:
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(widget)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window).__enter__()
        qtbot.waitUntil(window.isActiveWindow)
        return widget

    return show


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds whose pictures carry their number."""
    return make_video(tmp_path_factory.mktemp("player") / "three.mp4", seconds=3, fps=FPS)


@pytest.fixture
def player(qtbot: QtBot, style: StyleSource) -> Iterator[Player]:
    """A player with real libVLC. Not given to qtbot: that would delete it before it is closed."""
    from widgets.player.player import Player

    made = Player(style)
    made.resize(640, 400)
    made.show()
    yield made
    made.close_video()
    qtbot.waitUntil(lambda: made.state is PlayState.EMPTY, timeout=PATIENCE_MS)
    made.close()
    made.deleteLater()
