"""The broom, notes that count down, the undo key, dots in the hand."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.widgets.conftest import Put
from tests.helpers.gallery_pages import ValueModel
from ui import theme
from widgets.badge import NO_BADGE, Badge, BadgeKind
from widgets.broom_button import BroomButton
from widgets.clear_history import ClearHistory, ClearRow
from widgets.dot_drag import LOOSE, DotDrag
from widgets.floating_list import FloatingRow
from widgets.room_list import ROOM_ROW_ROLE, RoomListView, RoomRow
from widgets.source_panel import SourcePanel
from widgets.style import StyleSource
from widgets.toast import ToastHost
from widgets.undo_key import UndoKey

Left = Qt.MouseButton.LeftButton


@pytest.fixture
def broom(style: StyleSource, put: Put) -> tuple[BroomButton, list[str]]:
    made = BroomButton(style)
    heard: list[str] = []
    made.clicked.connect(lambda: heard.append("sweep"))
    made.menu_requested.connect(lambda corner: heard.append("menu"))
    put(made)
    return made, heard


def test_a_click_sweeps_and_the_arrow_opens_the_menu(broom: tuple[BroomButton, list[str]]) -> None:
    made, heard = broom
    QTest.mouseClick(made, Left, pos=QPoint(10, 10))
    QTest.mouseClick(made, Left, pos=QPoint(made.width() - 4, 10))
    assert heard == ["sweep", "menu"]


def test_the_right_button_and_a_long_press_open_the_menu_and_sweep_nothing(
    broom: tuple[BroomButton, list[str]], qtbot: QtBot
) -> None:
    made, heard = broom
    QApplication.sendEvent(
        made, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(5, 5))
    )
    QTest.mousePress(made, Left, pos=QPoint(10, 10))
    qtbot.waitUntil(lambda: len(heard) == 2)
    QTest.mouseRelease(made, Left, pos=QPoint(10, 10))
    assert heard == ["menu", "menu"]


def test_the_broom_works_by_keyboard(broom: tuple[BroomButton, list[str]]) -> None:
    made, heard = broom
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Down):
        QTest.keyClick(made, key)
    assert heard == ["sweep", "sweep", "menu"]


def test_a_counting_note_goes_in_its_time_also_under_the_mouse(
    style: StyleSource, put: Put, qtbot: QtBot
) -> None:
    window = QWidget()
    window.resize(600, 300)
    put(window)
    host = ToastHost(style, window)
    gone: list[str] = []
    host.show_toast("a", duration_ms=150, is_counting=True, on_gone=lambda: gone.append("a"))
    toast = host._toasts[0]
    QTest.mouseMove(toast, toast.rect().center())
    toast.grab()
    qtbot.waitUntil(lambda: gone == ["a"], timeout=2000)
    assert host.texts() == ()


def test_two_clears_of_one_kind_keep_their_undo_each(style: StyleSource, put: Put) -> None:
    window = QWidget()
    window.resize(600, 300)
    put(window)
    host = ToastHost(style, window)
    gone: list[int] = []
    first = host.show_toast("1 chat cleared", is_counting=True, on_gone=lambda: gone.append(1))
    host.show_toast("1 chat cleared", is_counting=True, on_gone=lambda: gone.append(2))
    assert (host.texts(), gone) == (("1 chat cleared",) * 2, [])
    first()
    first()
    assert (len(host.texts()), gone) == (1, [1])
    host.clear()
    assert gone == [1, 2]


@pytest.mark.parametrize("make", [QLineEdit, QPlainTextEdit])
def test_the_undo_key_leaves_a_text_its_own_undo(
    make: Callable[[], QLineEdit | QPlainTextEdit], put: Put
) -> None:
    window, field, other = QWidget(), make(), QLineEdit()
    column = QVBoxLayout(window)
    column.addWidget(field)
    column.addWidget(other)
    put(window)
    heard: list[str] = []
    key = UndoKey(window)
    key.pressed.connect(lambda: heard.append("undo"))
    key.rest()

    def press() -> None:
        QTest.keyClick(
            QApplication.focusWidget() or window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
        )

    window.activateWindow()
    field.setFocus()
    press()
    assert heard == []
    key.listen()
    key.listen()
    press()
    assert heard == ["undo"]
    QTest.keyClicks(field, "x")
    press()
    assert heard == ["undo"]
    other.setFocus()
    press()
    assert heard == ["undo", "undo"]
    key.rest()
    press()
    assert heard == ["undo", "undo"]


def test_a_dot_is_loose_beyond_a_distance_and_goes_without_motion_where_none_is_wanted(
    put: Put, qtbot: QtBot
) -> None:
    window = QWidget()
    window.resize(400, 300)
    put(window)
    for has_motion in (False, True):
        source = StyleSource(theme.light(has_motion=has_motion))
        drag = DotDrag(source, window, Badge(BadgeKind.NUMBER, 3), QPoint(100, 100))
        over: list[bool] = []
        drag.over.connect(lambda over=over: over.append(True))
        drag.move_to(QPoint(100 + LOOSE, 100))
        drag.grab()
        loose = [drag.is_loose]
        drag.move_to(QPoint(101 + LOOSE, 100))
        drag.grab()
        assert [*loose, drag.is_loose] == [False, True]
        drag.pop()
        drag.grab()
        assert bool(over) is not has_motion
        qtbot.waitUntil(partial(bool, over))
        assert over == [True]


def test_a_duty_cannot_be_dragged_away(style: StyleSource, put: Put) -> None:
    rows = [
        RoomRow("!a", "invitation", badge=Badge(BadgeKind.DUTY, 1)),
        RoomRow("!b", "nothing", badge=NO_BADGE),
        RoomRow("!c", "marked", badge=Badge(BadgeKind.MARK)),
    ]
    view = RoomListView(style)
    model = ValueModel(rows, ROOM_ROW_ROLE)
    model.setParent(view)
    view.setModel(model)
    put(view)
    cleared: list[str] = []
    view.dot_cleared.connect(cleared.append)
    for number, row in enumerate(rows):
        rect = view.visualRect(model.index(number))
        dot = view._delegate.dot_rect(rect, row).center()
        QTest.mousePress(view.viewport(), Left, pos=dot)
        QTest.mouseMove(view.viewport(), dot + QPoint(-20, 0))
        QTest.mouseMove(view.viewport(), dot + QPoint(-90, 0))
        QTest.mouseRelease(view.viewport(), Left, pos=dot + QPoint(-90, 0))
    assert cleared == ["!c"]


def test_a_dot_goes_back_on_escape(style: StyleSource, put: Put) -> None:
    view = RoomListView(style)
    model = ValueModel([RoomRow("!a", "a", badge=Badge(BadgeKind.NUMBER, 3))], ROOM_ROW_ROLE)
    model.setParent(view)
    view.setModel(model)
    put(view)
    cleared: list[str] = []
    view.dot_cleared.connect(cleared.append)
    dot = view._delegate.dot_rect(view.visualRect(model.index(0)), model.values[0]).center()  # type: ignore[arg-type]
    QTest.mousePress(view.viewport(), Left, pos=dot)
    QTest.mouseMove(view.viewport(), dot + QPoint(-90, 0))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.viewport(), Left, pos=dot + QPoint(-90, 0))
    assert cleared == []
    assert view._delegate.lifted_room == ""


def test_the_history_is_walked_by_keyboard_and_keeps_its_place(style: StyleSource, put: Put) -> None:
    window = QWidget()
    window.resize(700, 500)
    put(window)
    panel = ClearHistory(style, window)
    acted: list[object] = []
    panel.acted.connect(acted.append)
    rows = [ClearRow(1_795_000_000_000 + n, f"10:0{n}", "2 chats", "done", "Undo") for n in range(3)]
    panel.show_rows(rows)
    panel.float_at(window.mapToGlobal(QPoint(20, 20)), window)
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Tab)
    button = QApplication.focusWidget()
    assert button is not None
    QTest.keyClick(button, Qt.Key.Key_Down)
    panel.show_rows(rows)
    button = QApplication.focusWidget()
    assert button is not None
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert acted == [rows[1].id]


def test_sources_are_chosen_by_keyboard(style: StyleSource, put: Put) -> None:
    window = QWidget()
    window.resize(700, 500)
    put(window)
    panel = SourcePanel(style, None, window)
    chosen: list[str] = []
    panel.chosen.connect(chosen.append)
    panel.show_sources("3 unread", [FloatingRow(str(n), f"room {n}", section="Unread") for n in range(30)])
    panel.float_at(window.mapToGlobal(QPoint(20, 20)), window)
    assert panel.height() < window.height()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(panel, key)
    assert chosen == ["6"]
    assert panel.isHidden()
