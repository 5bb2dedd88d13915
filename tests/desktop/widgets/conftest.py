"""A light style, the program's own sheet, English, and a window to put widgets into."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from resources.translations import language, set_language
from ui import theme
from widgets.style import StyleSource

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
