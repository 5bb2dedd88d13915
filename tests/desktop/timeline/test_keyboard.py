"""Everything the mouse can do in the timeline, the keyboard can too; screen readers hear it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.desktop.timeline.conftest import MakeView
from tests.helpers.timeline_rows import ListSource, every_kind, generated_row, release_talk
from widgets.timeline.accessibility import TimelineAccessible, spoken
from widgets.timeline.texts import translated_texts

Key = Qt.Key


def test_up_and_down_walk_over_the_rows_and_keep_them_in_sight(make_view: MakeView) -> None:
    view = make_view(ListSource([generated_row(number) for number in range(100)]))
    QTest.keyClick(view, Key.Key_Up)
    assert view.current_uid() == "$99"
    for _ in range(40):
        QTest.keyClick(view, Key.Key_Up)
    assert view.current_uid() == "$59"
    assert view.choice.cursor_slot() is not None
    QTest.keyClick(view, Key.Key_Down)
    assert view.current_uid() == "$60"
    view.grab()
    QTest.keyClick(view, Key.Key_Escape)
    assert view.current_uid() is None


def test_the_cursor_follows_its_row_when_others_come(make_view: MakeView) -> None:
    source = ListSource([generated_row(number) for number in range(50)])
    view = make_view(source)
    view.put_cursor(45)
    source.all[:0] = [generated_row(-5), generated_row(-4)]
    view.rows_prepended(2)
    QTest.keyClick(view, Key.Key_Up)
    assert view.current_uid() == "$44"


@pytest.mark.parametrize(
    ("key", "signal", "uid"),
    [
        (Key.Key_R, "reply_requested", "b"),
        (Key.Key_E, "react_requested", "b"),
        (Key.Key_F2, "edit_requested", "b"),
        (Key.Key_Delete, "delete_requested", "b"),
        (Key.Key_Return, "context_requested", "b"),
        (Key.Key_Menu, "context_requested", "b"),
        (Key.Key_Space, "media_activated", "c"),
    ],
)
def test_keys_act_on_the_row_under_the_cursor(
    make_view: MakeView, qtbot: QtBot, key: Qt.Key, signal: str, uid: str
) -> None:
    view = make_view(release_talk())
    row = view.stage.row_of(uid)
    assert row is not None
    view.put_cursor(row)
    with qtbot.waitSignal(getattr(view, signal)) as caught:
        QTest.keyClick(view, key)
    assert caught.args[0] == uid


def test_space_opens_what_the_row_holds(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(every_kind())
    for uid, signal in (("8", "gap_activated"), ("19", "retry_requested"), ("1", "link_activated")):
        row = view.stage.row_of(uid)
        assert row is not None
        view.put_cursor(row)
        with qtbot.waitSignal(getattr(view, signal)):
            QTest.keyClick(view, Key.Key_Space)


def test_copy_takes_the_whole_message_under_the_cursor(make_view: MakeView) -> None:
    view = make_view(release_talk())
    view.put_cursor(3)
    QTest.keyClick(view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("The sample batch")
    QTest.keyClick(view, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.selected_text().startswith("The sample batch")


def test_home_end_and_pages(make_view: MakeView) -> None:
    view = make_view(ListSource([generated_row(number) for number in range(300)]))
    QTest.keyClick(view, Key.Key_Home)
    assert view.visible_uids()[0] == "$0"
    QTest.keyClick(view, Key.Key_PageDown)
    assert view.visible_uids()[0] != "$0"
    QTest.keyClick(view, Key.Key_End)
    assert view.is_at_bottom


def test_typing_goes_to_the_composer(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(release_talk())
    with qtbot.waitSignal(view.typing_started) as caught:
        QTest.keyClick(view, Key.Key_H)
    assert caught.args == ["h"]


def test_a_screen_reader_finds_a_list_of_the_rows_in_sight(make_view: MakeView) -> None:
    view = make_view(release_talk())
    found = QAccessible.queryAccessibleInterface(view)
    assert isinstance(found, TimelineAccessible)
    assert found.role() is QAccessible.Role.List
    assert found.childCount() == len(view.stage.slots)
    last = found.child(found.childCount() - 1)
    assert last is not None
    assert last.role() is QAccessible.Role.ListItem
    assert "The sample batch" in last.text(QAccessible.Text.Name)
    assert "周芳" in last.text(QAccessible.Text.Name)
    assert found.indexOfChild(last) == found.childCount() - 1
    assert last.rect().height() > 0
    corner = last.rect().center()
    assert found.childAt(corner.x(), corner.y()) is last
    view.put_cursor(3)
    assert last.state().focused


def test_every_kind_of_row_has_words(make_view: MakeView) -> None:
    for row in every_kind().all:
        assert spoken(row, translated_texts()).strip()
    failed = next(row for row in every_kind().all if row.uid == "19")
    assert "没有在这里发言的权限" in spoken(failed, translated_texts())


def test_a_paste_over_the_messages_goes_to_the_composer(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(release_talk())
    with qtbot.waitSignal(view.paste_requested):
        QTest.keyClick(view, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
