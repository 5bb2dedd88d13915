"""Charts and pages: every bar can be heard and pressed, the newest months stay in sight, pages stay sharp and in place."""

import pytest
from PySide6.QtCore import QPoint, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.widgets.conftest import Put
from ui import theme
from widgets.bar_chart import Bar, BarChart, ColumnChart, Part
from widgets.figure_tiles import FigureTiles, Tile
from widgets.page_preview import PagePreview
from widgets.style import StyleSource

BARS = (
    Bar("Expense", (Part(3, "done"), Part(1, "attention")), "4", "a"),
    Bar("Leave", (Part(2, "done"),), "2", "b", "Leave: two"),
    Bar("Nothing", (Part(0),), "0"),
)


def test_each_bar_is_heard_and_pressed_by_keyboard(style: StyleSource, put: Put) -> None:
    chart = BarChart(style)
    chart.set_bars("By template", BARS)
    put(chart)
    opened: list[str] = []
    chart.bar_activated.connect(opened.append)
    assert chart.accessibleDescription() == "Expense: 4; Leave: two; Nothing: 0"
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(4):
        QTest.keyClick(chart, Qt.Key.Key_Return)
        QTest.keyClick(chart, Qt.Key.Key_Down)
    assert opened == ["a", "b"]  # the third opens nothing
    assert chart.accessibleName() == "By template: Nothing: 0"
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.places()[1].rect.center())
    assert opened[-1] == "b"


def test_parts_are_as_long_as_they_are_much(style: StyleSource, put: Put) -> None:
    chart = BarChart(style)
    chart.set_bars("x", BARS[:1])
    put(chart)
    image = chart.grab().toImage()
    row = [image.pixelColor(x, image.height() // 2) for x in range(image.width())]
    done, red = (
        sum(_is_near(pixel, color) for pixel in row)
        for color in (style.current.colors.done, style.current.colors.attention)
    )
    assert done == pytest.approx(3 * red, rel=0.03) and red > 50


def _is_near(one: QColor, other: QColor) -> bool:
    return one.rgb() == other.rgb()


def test_where_not_all_months_fit_the_newest_are_shown(style: StyleSource, qtbot: QtBot) -> None:
    chart = ColumnChart(style)
    qtbot.addWidget(chart)
    chart.set_bars("Per month", [Bar(str(n), (Part(n),), str(n)) for n in range(60)])
    chart.resize(300, 168)
    chart.show()
    shown = [place for place in chart.places() if not place.rect.isEmpty()]
    assert [place.bar.name for place in shown] == [str(n) for n in range(60 - len(shown), 60)]
    assert 4 < len(shown) < 10 and shown[-1].rect.right() <= 300
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    chart.grab()
    chart.set_bars("Per month", [])
    chart.grab()
    assert chart.places() == []


def test_tiles_go_to_a_second_line_where_it_is_narrow(style: StyleSource, qtbot: QtBot) -> None:
    tiles = FigureTiles(style)
    qtbot.addWidget(tiles)
    tiles.set_tiles([Tile(str(n), "1") for n in range(5)])
    tiles.resize(800, 10)
    tiles.show()
    one = tiles.height()
    tiles.resize(300, 10)
    assert tiles.height() > 2 * one and tiles.accessibleName().startswith("0: 1; 1: 1")
    style.set_style(theme.dark(zoom=2.0, has_motion=False))
    tiles.grab()
    style.set_style(theme.light(has_motion=False))


def test_pages_lie_below_each_other_and_are_painted_where_they_are(
    style: StyleSource, put: Put, window: QWidget
) -> None:
    preview = PagePreview(style)
    painted: list[int] = []

    def paint(painter: QPainter, page: int) -> None:
        painted.append(page)
        painter.fillRect(0, 0, 794, 1123, QColor("#ffffff"))
        painter.fillRect(0, 0, 10, 10, QColor("#ff0000"))

    put(preview)
    preview.set_pages(QSizeF(794, 1123), 3, paint, "what stands there")
    corner = preview.page_rect(0).topLeft()
    image = preview.viewport().grab().toImage()
    assert image.pixelColor(corner + QPoint(4, 4)) == QColor("#ff0000")
    assert 0 in painted and 2 not in painted
    assert preview.page_rect(1).top() > preview.page_rect(0).bottom()
    QTest.keyClick(preview, Qt.Key.Key_End)
    painted.clear()
    preview.viewport().grab()
    assert 2 in painted and 0 not in painted
    assert preview.accessibleDescription() == "what stands there"
    QTest.keyClick(preview, Qt.Key.Key_Home)
    assert preview.verticalScrollBar().value() == 0
