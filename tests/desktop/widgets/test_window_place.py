"""A second window opens over the first one, wholly on the screen."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from widgets.window_place import stand_over


@pytest.mark.parametrize("corner", [(0, 0), (300, 200), (5000, 5000), (-400, -300)])
def test_it_is_on_the_screen_and_as_near_the_middle_as_that_allows(
    qtbot: QtBot, corner: tuple[int, int]
) -> None:
    first, second = QWidget(), QWidget()
    qtbot.addWidget(first)
    qtbot.addWidget(second)
    first.setGeometry(*corner, 500, 400)
    screen = QApplication.primaryScreen().availableGeometry()
    second.resize(screen.width() - 100, screen.height() - 100)
    stand_over(second, first)
    assert screen.contains(second.geometry())
    second.resize(100, 80)
    stand_over(second, first)
    assert screen.contains(second.geometry())
    if corner == (300, 200):
        assert abs(second.geometry().center().x() - first.geometry().center().x()) <= 1
        assert abs(second.geometry().center().y() - first.geometry().center().y()) <= 33


def test_a_window_larger_than_the_screen_shows_its_upper_left_corner(qtbot: QtBot) -> None:
    first, second = QWidget(), QWidget()
    qtbot.addWidget(first)
    qtbot.addWidget(second)
    second.resize(9000, 9000)
    stand_over(second, first)
    screen = QApplication.primaryScreen().availableGeometry()
    assert second.pos() == screen.topLeft()
