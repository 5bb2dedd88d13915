"""Choosing people by keyboard, by mouse, by paste and with an input method."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.widgets.conftest import Put
from tests.helpers.input_method import commit, compose
from widgets.people_picker import FloatingRow, PeoplePicker, PersonChip
from widgets.style import StyleSource

TOM, WANG = FloatingRow("@tom:x", "Tom"), FloatingRow("@wang:x", "王敏")


class Desk:
    """Answers as a screen does, and notes what it hears."""

    def __init__(self, picker: PeoplePicker) -> None:
        self.picker = picker
        self.people: list[PersonChip] = []
        self.chosen: list[str] = []
        self.given: list[tuple[str, ...]] = []
        self.cancelled = 0
        self.is_silent = False
        picker.term_changed.connect(self.answer)
        picker.chosen.connect(self.add)
        picker.names_given.connect(self.given.append)
        picker.removed.connect(self.remove)
        picker.cancelled.connect(self.cancel)

    def answer(self, term: str) -> None:
        if not self.is_silent:
            rows = [row for row in (TOM, WANG) if term.casefold() in row.name.casefold()]
            self.picker.set_suggestions(term, rows)

    def add(self, key: str) -> None:
        self.chosen.append(key)
        self.show([*self.people, PersonChip(key, key[1:-2], "External" if key == "@out:y" else "")])

    def remove(self, key: str) -> None:
        self.show([chip for chip in self.people if chip.key != key])

    def show(self, people: list[PersonChip]) -> None:
        self.people = people
        self.picker.set_people(people)

    def cancel(self) -> None:
        self.cancelled += 1


@pytest.fixture
def desk(style: StyleSource, put: Put, qtbot: QtBot) -> Desk:
    page = QWidget()
    picker = PeoplePicker(style, "To")
    column = QVBoxLayout(page)
    column.addWidget(picker)
    column.addStretch(1)
    put(page)
    picker.focus_field()
    qtbot.waitUntil(picker.field.hasFocus)
    return Desk(picker)


def test_type_and_enter_takes_the_first_suggestion(desk: Desk, qtbot: QtBot) -> None:
    QTest.keyClicks(desk.picker.field, "to")
    qtbot.waitUntil(lambda: desk.picker.suggestions() == (TOM,))
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Return)
    assert (desk.chosen, desk.picker.field.text(), desk.picker.suggestions()) == (["@tom:x"], "", ())
    assert [chip.name for chip in desk.picker.chips.chips()] == ["tom"]


def test_enter_before_the_answer_waits_for_it_and_takes_no_older_one(desk: Desk, qtbot: QtBot) -> None:
    QTest.keyClicks(desk.picker.field, "to")
    qtbot.waitUntil(lambda: desk.picker.suggestions() == (TOM,))
    desk.is_silent = True
    desk.picker.field.setText("王")
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Return)
    assert desk.chosen == []
    desk.picker.set_suggestions("to", [TOM])
    assert desk.chosen == []
    desk.picker.set_suggestions("王", [WANG])
    assert desk.chosen == ["@wang:x"]


def test_arrows_choose_in_the_list_and_open_it(desk: Desk) -> None:
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Down)
    assert desk.picker.suggestions() == (TOM, WANG)
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Down)
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Return)
    assert desk.chosen == ["@wang:x"]
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Return)
    assert desk.chosen == ["@wang:x"]  # an empty field chooses nobody by itself


def test_half_typed_chinese_is_left_to_the_input_method(desk: Desk, qtbot: QtBot) -> None:
    compose(desk.picker.field, "wang")
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Return)
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Backspace)
    assert (desk.chosen, desk.given) == ([], [])
    commit(desk.picker.field, "王")
    qtbot.waitUntil(lambda: desk.picker.suggestions() == (WANG,))
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Return)
    assert desk.chosen == ["@wang:x"]


def test_several_pasted_names_come_together(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("王敏，Tom\n刘洋; 王敏")
    QTest.keySequence(desk.picker.field, "Ctrl+V")
    assert desk.given == [("王敏", "Tom", "刘洋")]
    assert desk.picker.field.text() == ""


def test_a_name_nobody_has_is_given_as_typed(desk: Desk, qtbot: QtBot) -> None:
    QTest.keyClicks(desk.picker.field, "@new:far.example")
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Return)
    assert desk.given == [("@new:far.example",)]


def test_chips_are_taken_away_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    desk.show([PersonChip("a", "A"), PersonChip("b", "B"), PersonChip("c", "C")])
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Backspace)
    assert desk.picker.chips.hasFocus() and len(desk.people) == 3
    QTest.keyClick(desk.picker.chips, Qt.Key.Key_Left)
    QTest.keyClick(desk.picker.chips, Qt.Key.Key_Delete)
    assert [chip.key for chip in desk.people] == ["a", "c"]
    QTest.keyClick(desk.picker.chips, Qt.Key.Key_Right)
    assert desk.picker.field.hasFocus()
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Left)
    for _ in range(2):
        QTest.keyClick(desk.picker.chips, Qt.Key.Key_Backspace)
    assert desk.people == [] and desk.picker.field.hasFocus()


def test_the_cross_of_a_chip_takes_it_away_and_the_name_does_not(desk: Desk) -> None:
    desk.show([PersonChip("a", "Adam"), PersonChip("b", "Berta")])
    chips = desk.picker.chips
    QTest.mouseClick(chips, Qt.MouseButton.LeftButton, pos=QPoint(14, 12))
    assert len(desk.people) == 2
    for x in range(chips.width()):
        cross = chips._cross(0)
        if cross.left() <= x <= cross.right():
            QTest.mouseClick(chips, Qt.MouseButton.LeftButton, pos=QPoint(x, 12))
            break
    assert [chip.key for chip in desk.people] == ["b"]


def test_five_hundred_are_folded_and_can_be_unfolded(desk: Desk, qtbot: QtBot) -> None:
    desk.show([PersonChip(f"@u{n}:x", f"Colleague {n}") for n in range(500)])
    chips = desk.picker.chips
    qtbot.waitUntil(lambda: 0 < chips.hidden_count() < 500)
    assert chips.height() < 120
    chips.focus_last()
    QTest.keyClick(chips, Qt.Key.Key_Return)
    assert chips.hidden_count() == 0


def test_escape_closes_the_list_then_clears_then_leaves(desk: Desk, qtbot: QtBot) -> None:
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Down)
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Escape)
    assert (desk.picker.suggestions(), desk.cancelled) == ((), 0)
    QTest.keyClicks(desk.picker.field, "to")
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Escape)
    assert (desk.picker.field.text(), desk.cancelled) == ("", 0)
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Escape)
    assert desk.cancelled == 1


def test_the_list_goes_when_the_cursor_goes(desk: Desk) -> None:
    QTest.keyClick(desk.picker.field, Qt.Key.Key_Down)
    assert desk.picker.suggestions()
    desk.picker.field.clearFocus()
    assert desk.picker.suggestions() == ()


def test_who_is_chosen_is_said_to_a_screen_reader(desk: Desk) -> None:
    desk.show([PersonChip("a", "Adam"), PersonChip("o", "Zhou", "External")])
    assert desk.picker.chips.accessibleName() == "To"
    assert desk.picker.chips.accessibleDescription() == "Adam, Zhou · External"
    assert desk.picker.field.accessibleName()
