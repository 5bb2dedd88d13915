"""A day and a minute: typed, stepped, chosen."""

from datetime import date, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.widgets.conftest import Put
from widgets.date_time_field import DateTimeField, MomentPanel
from widgets.month_view import MonthView
from widgets.style import StyleSource

NOW = datetime(2026, 11, 22, 10, 30, 17)


@pytest.fixture
def field(style: StyleSource, put: Put, qtbot: QtBot) -> DateTimeField:
    page = QWidget()
    made = DateTimeField(style, "Due", lambda: NOW)
    column = QVBoxLayout(page)
    column.addWidget(made)
    column.addStretch(1)
    put(page)
    made.edit.setFocus()
    qtbot.waitUntil(made.edit.hasFocus)
    return made


@pytest.fixture
def heard(field: DateTimeField) -> list[datetime]:
    moments: list[datetime] = []
    field.changed.connect(moments.append)
    return moments


def panel_of(field: DateTimeField) -> MomentPanel:
    panel = field.window().findChild(MomentPanel)
    assert isinstance(panel, MomentPanel)
    return panel


def test_filling_it_tells_nobody_and_drops_seconds(field: DateTimeField, heard: list[datetime]) -> None:
    field.set_value(NOW)
    assert field.value() == datetime(2026, 11, 22, 10, 30)
    assert heard == []


def test_digits_are_typed_section_by_section(field: DateTimeField, heard: list[datetime]) -> None:
    edit = field.edit
    edit.setSelectedSection(edit.Section.HourSection)
    QTest.keyClicks(edit, "18")
    edit.setSelectedSection(edit.Section.MinuteSection)
    QTest.keyClicks(edit, "05")
    assert field.value() == datetime(2026, 11, 22, 18, 5)
    assert heard[-1] == field.value()


def test_arrows_step_the_section(field: DateTimeField, heard: list[datetime]) -> None:
    field.edit.setSelectedSection(field.edit.Section.DaySection)
    QTest.keyClick(field.edit, Qt.Key.Key_Up)
    assert heard == [datetime(2026, 11, 23, 10, 30)]


def test_the_calendar_opens_by_keyboard_and_keeps_the_minute(
    field: DateTimeField, heard: list[datetime], qtbot: QtBot
) -> None:
    QTest.keyClick(field.edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    panel = panel_of(field)
    qtbot.waitUntil(panel.month.days.hasFocus)
    QTest.keyClick(panel.month.days, Qt.Key.Key_Down)
    QTest.keyClick(panel.month.days, Qt.Key.Key_Right)
    assert panel.month.day() == date(2026, 11, 30)
    QTest.keyClick(panel.month.days, Qt.Key.Key_PageDown)
    QTest.keyClick(panel.month.days, Qt.Key.Key_Return)
    assert panel.isHidden() and field.edit.hasFocus()
    assert heard == [datetime(2026, 12, 30, 10, 30)]


def test_escape_closes_the_calendar_and_changes_nothing(
    field: DateTimeField, heard: list[datetime], qtbot: QtBot
) -> None:
    field.open_panel()
    panel = panel_of(field)
    qtbot.waitUntil(panel.month.days.hasFocus)
    QTest.keyClick(panel.month.days, Qt.Key.Key_Right)
    QTest.keyClick(panel.month.days, Qt.Key.Key_Escape)
    assert panel.isHidden() and field.edit.hasFocus() and heard == []


def test_quick_choices_take_one_click(field: DateTimeField, heard: list[datetime]) -> None:
    field.open_panel()
    buttons = {button.text(): button for button in panel_of(field).quick}
    assert list(buttons) == ["In 1 hour", "Today 18:00", "Tomorrow 9:00"]  # tomorrow is the next Monday
    buttons["Today 18:00"].click()
    field.open_panel()
    panel_of(field).quick[0].click()
    assert heard == [datetime(2026, 11, 22, 18, 0), datetime(2026, 11, 22, 11, 30)]


def test_the_calendar_stays_inside_its_window(field: DateTimeField) -> None:
    field.open_panel()
    panel = panel_of(field)
    assert field.window().rect().contains(panel.geometry().adjusted(12, 12, -12, -12))
    field.window().resize(420, 300)
    panel.close_panel()
    field.open_panel()
    assert field.window().rect().contains(panel.card().translated(panel.pos()))


def test_days_gone_by_cannot_be_chosen(style: StyleSource, put: Put) -> None:
    view = MonthView(style, NOW.date)
    chosen: list[date] = []
    view.day_chosen.connect(chosen.append)
    put(view)
    days = view.days
    column, row = days.width() / 7, days.height() / 7

    def click(week: int, weekday: int) -> None:
        QTest.mouseClick(
            days,
            Qt.MouseButton.LeftButton,
            pos=QPoint(round((weekday + 0.5) * column), round((week + 1.5) * row)),
        )

    click(3, 5)  # Saturday the 21st
    assert chosen == []
    click(4, 0)
    assert chosen == [date(2026, 11, 23)]
    QTest.keyClick(days, Qt.Key.Key_PageUp)
    assert view.day() == NOW.date()


def test_the_weekday_is_said_to_a_screen_reader(field: DateTimeField) -> None:
    assert field.edit.accessibleName() == "Due"
    assert field.edit.accessibleDescription() == "Sunday, 22 Nov 2026"


def test_the_wheel_changes_nothing(field: DateTimeField, heard: list[datetime], qtbot: QtBot) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 120),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field.edit, wheel)
    assert heard == []


def test_a_click_on_a_part_lets_its_digits_be_typed(field: DateTimeField, heard: list[datetime]) -> None:
    field.set_value(NOW)
    line = field.edit.lineEdit()
    hour = line.text().index("10:30") + 1
    line.setCursorPosition(hour)
    at = line.cursorRect().center()
    line.setCursorPosition(0)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=at)
    assert line.selectedText() == "10"
    QTest.keyClicks(field.edit, "1805")
    assert heard[-1] == datetime(2026, 11, 22, 18, 5)


def test_digits_replace_a_part_that_is_not_selected(field: DateTimeField, heard: list[datetime]) -> None:
    field.set_value(NOW)
    line = field.edit.lineEdit()
    line.deselect()
    line.setCursorPosition(line.text().index("10:30") + 1)
    QTest.keyClicks(field.edit, "18")
    assert heard[-1] == datetime(2026, 11, 22, 18, 30)
    QTest.keyClicks(field.edit, "05")
    assert heard[-1] == datetime(2026, 11, 22, 18, 5)


def test_left_and_right_go_from_part_to_part(field: DateTimeField, heard: list[datetime]) -> None:
    field.set_value(NOW)
    field.edit.setSelectedSection(field.edit.Section.HourSection)
    QTest.keyClick(field.edit, Qt.Key.Key_Left)
    assert field.edit.lineEdit().selectedText() == "22"
    for _ in range(3):
        QTest.keyClick(field.edit, Qt.Key.Key_Right)
    QTest.keyClicks(field.edit, "45")
    assert heard[-1] == datetime(2026, 11, 22, 10, 45)


def test_it_stays_readable_in_another_look(field: DateTimeField) -> None:
    line = field.edit.lineEdit()
    before = line.width()
    assert before > line.fontMetrics().horizontalAdvance(line.text())
    field.window().setStyleSheet("QAbstractSpinBox { padding: 7px; border: 1px solid red; }")
    assert line.width() == before
