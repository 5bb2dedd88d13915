"""Fields, buttons, dialogs: keyboard, input method, errors."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.widgets.conftest import Put
from tests.helpers.input_method import commit, compose
from widgets.buttons import Button, ButtonKind, IconButton
from widgets.dialogs import ask_text, confirm
from widgets.form_fields import ChoiceField, SwitchField, TextField
from widgets.search_field import SearchField
from widgets.style import StyleSource
from widgets.time_field import TimeField


@pytest.fixture
def field(style: StyleSource, put: Put, qtbot: QtBot) -> SearchField:
    made = SearchField(style, "Search")
    put(made)
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def test_a_time_stays_readable_in_another_look(style: StyleSource, put: Put) -> None:
    made = TimeField(style, "From")
    put(made)
    made.set_value("21:00")
    line = made.edit.lineEdit()
    before = line.width()
    assert before > line.fontMetrics().horizontalAdvance("21:00")
    made.window().setStyleSheet("QAbstractSpinBox { padding: 7px; border: 1px solid red; }")
    assert line.width() == before


def test_a_search_waits_for_a_pause(qtbot: QtBot, field: SearchField) -> None:
    heard: list[str] = []
    field.term_changed.connect(heard.append)
    QTest.keyClicks(field, "tack")
    assert heard == []
    qtbot.waitUntil(lambda: heard == ["tack"])


def test_half_typed_chinese_is_not_searched(qtbot: QtBot, field: SearchField) -> None:
    heard: list[str] = []
    submitted: list[str] = []
    field.term_changed.connect(heard.append)
    field.submitted.connect(submitted.append)
    commit(field, "合")
    compose(field, "tong")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.wait(200)
    assert (heard, submitted) == ([], [])
    commit(field, "同")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (heard, submitted) == (["合同"], ["合同"])


def test_escape_clears_then_leaves(qtbot: QtBot, field: SearchField) -> None:
    left: list[bool] = []
    field.cancelled.connect(lambda: left.append(True))
    QTest.keyClicks(field, "x")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), left) == ("", [])
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert left == [True]


def test_escape_while_composing_is_the_input_methods(qtbot: QtBot, field: SearchField) -> None:
    left: list[bool] = []
    field.cancelled.connect(lambda: left.append(True))
    compose(field, "zhong")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert left == []


def test_arrows_go_to_the_list_below(qtbot: QtBot, field: SearchField) -> None:
    steps: list[int] = []
    field.moved.connect(steps.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown):
        QTest.keyClick(field, key)
    assert steps == [1, -1, 10]


def test_clearing_is_told_at_once(qtbot: QtBot, field: SearchField) -> None:
    heard: list[str] = []
    QTest.keyClicks(field, "abc")
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.term_changed.connect(heard.append)
    QTest.mouseClick(field._clear, Qt.MouseButton.LeftButton)
    assert heard == [""]


def test_a_text_field_shows_and_forgets_its_error(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    field = TextField(style, "Server", hint="acme.com")
    put(field)
    field.set_error("No such server.")
    assert field.error() == "No such server."
    assert field.edit.accessibleDescription() == "No such server."
    QTest.keyClicks(field.edit, " a ")
    assert (field.error(), field.text()) == ("", "a")
    assert field._below.text() == "acme.com"


def test_enter_in_a_text_field_submits_but_not_while_composing(
    qtbot: QtBot, style: StyleSource, put: Put
) -> None:
    field = TextField(style, "Name")
    put(field)
    heard: list[bool] = []
    field.submitted.connect(lambda: heard.append(True))
    field.focus_field()
    compose(field.edit, "li na")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert heard == []
    commit(field.edit, "李娜")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert (heard, field.text()) == ([True], "李娜")


def test_a_password_can_be_looked_at_and_keeps_its_blanks(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    field = TextField(style, "Password", is_password=True)
    put(field)
    QTest.keyClicks(field.edit, " p ")
    assert field.edit.echoMode() is QLineEdit.EchoMode.Password
    QTest.mouseClick(field._eye, Qt.MouseButton.LeftButton)
    assert field.edit.echoMode() is QLineEdit.EchoMode.Normal
    assert field.text() == " p "


def test_a_choice_is_silent_when_set_and_keeps_when_worded_again(style: StyleSource, put: Put) -> None:
    choice = ChoiceField(style, "Language", [("zh", "中文"), ("en", "English")])
    put(choice)
    heard: list[str] = []
    choice.chosen.connect(heard.append)
    choice.set_current("en")
    choice.set_choices([("system", "System"), ("zh", "中文"), ("en", "English")])
    assert (choice.current(), heard) == ("en", [])
    choice.box.activated.emit(2)
    assert heard == ["en"]


def test_a_switch_toggles_by_words_and_space(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    switch = SwitchField(style, "Notifications", "Shown at the lower right")
    put(switch)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert switch.isChecked()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()
    assert switch.heightForWidth(120) > switch.heightForWidth(600)


def test_buttons_by_keyboard_and_while_busy(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    button = Button(style, "Send", ButtonKind.PRIMARY)
    put(button)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(button, key)
    assert len(pressed) == 2
    button.set_busy(True)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (len(pressed), button.is_busy()) == (2, True)
    button.set_busy(False)
    assert button.isEnabled()


def test_an_icon_button_has_a_name(style: StyleSource) -> None:
    button = IconButton(style, "x", "Close")
    assert (button.accessibleName(), button.toolTip()) == ("Close", "Close")
    button.deleteLater()


def test_a_dialog_does_not_block_and_tells_its_button(
    qtbot: QtBot, style: StyleSource, window: QWidget
) -> None:
    window.show()
    heard: list[str] = []
    dialog = confirm(
        style, window, "Sign out?", "3 messages wait.", "Sign out", choices=[("keep", "Keep data")]
    )
    dialog.chosen.connect(heard.append)
    QTest.mouseClick(dialog.button("keep"), Qt.MouseButton.LeftButton)
    assert heard == ["keep"]


def test_escape_in_a_dialog(qtbot: QtBot, style: StyleSource, window: QWidget) -> None:
    window.show()
    heard: list[str] = []
    results: list[int] = []
    dialog = confirm(style, window, "Delete?", "", "Delete", is_danger=True)
    dialog.chosen.connect(heard.append)
    dialog.finished.connect(results.append)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert (heard, results) == ([""], [QDialog.DialogCode.Rejected.value])


def test_enter_in_a_dangerous_question_cancels(qtbot: QtBot, style: StyleSource, window: QWidget) -> None:
    window.show()
    heard: list[str] = []
    dialog = confirm(style, window, "Delete?", "", "Delete", is_danger=True)
    dialog.chosen.connect(heard.append)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert heard == ["cancel"]


def test_a_text_question_stays_open_on_errors(qtbot: QtBot, style: StyleSource, window: QWidget) -> None:
    window.show()
    heard: list[str] = []
    dialog = ask_text(style, window, "New chat", "Name", "Create", text="")
    dialog.text_accepted.connect(heard.append)
    assert not dialog.button("accept").isEnabled()
    compose(dialog.field.edit, "fa bu")
    QTest.keyClick(dialog.field.edit, Qt.Key.Key_Return)
    assert heard == []
    commit(dialog.field.edit, "发布")
    QTest.keyClick(dialog.field.edit, Qt.Key.Key_Return)
    assert heard == ["发布"]
    assert dialog.isVisible()
    dialog.set_error("There is one already.")
    assert dialog.field.error() == "There is one already."
    dialog.accept()
    assert not dialog.isVisible()
