"""The conversation list, chips, rail and member panel: clicks, keys, what screen readers hear."""

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.widgets.conftest import Put
from tests.helpers.gallery_pages import ValueModel
from ui import theme
from widgets.badge import Badge, BadgeKind
from widgets.chips import Chip, FilterChips
from widgets.member_panel import MEMBER_ROW_ROLE, FileRow, MemberPanel, MemberRow
from widgets.rail import Rail, RailEntry
from widgets.room_list import ROOM_ROW_ROLE, LeadKind, RoomListView, RoomRow, room_row_words
from widgets.style import StyleSource


def rooms(count: int) -> list[RoomRow]:
    return [
        RoomRow(f"!{n}", f"Room {n}", "10:00", "text", badge=Badge(BadgeKind.NUMBER, n)) for n in range(count)
    ]


@pytest.fixture
def view(style: StyleSource, put: Put) -> RoomListView:
    made = RoomListView(style)
    model = ValueModel(rooms(500), ROOM_ROW_ROLE)
    model.setParent(made)
    made.setModel(model)
    put(made)
    return made


def spot(view: RoomListView, row: int) -> QPoint:
    model = view.model()
    assert model is not None
    return view.visualRect(model.index(row, 0)).center()


def test_a_click_opens_a_room(qtbot: QtBot, view: RoomListView) -> None:
    opened: list[str] = []
    view.room_activated.connect(opened.append)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 2))
    assert opened == ["!2"]


def test_rows_that_change_are_painted_and_no_row_is_placed_anew(style: StyleSource, put: Put) -> None:
    """Of ten thousand rows each would be asked for otherwise whenever one of them changes."""
    asked = 0

    class Counted(ValueModel):
        def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
            nonlocal asked
            asked += 1
            return super().rowCount(parent)

    view = RoomListView(style)
    model = Counted(rooms(500), ROOM_ROW_ROLE)
    model.setParent(view)
    view.setModel(model)
    put(view)
    before = view.viewport().grab().toImage()
    asked = 0
    model.values[1] = RoomRow("!1", "Renamed", "10:00", "text")
    model.dataChanged.emit(model.index(0, 0), model.index(499, 0))
    view.viewport().repaint()
    assert 0 < asked < 200
    assert view.viewport().grab().toImage() != before


def test_a_press_that_slides_to_another_row_opens_nothing(qtbot: QtBot, view: RoomListView) -> None:
    opened: list[str] = []
    view.room_activated.connect(opened.append)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 2))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 5))
    assert opened in ([], ["!5"])
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=spot(view, 1))
    assert "!1" not in opened


def test_arrows_move_and_enter_opens(qtbot: QtBot, view: RoomListView) -> None:
    opened: list[str] = []
    view.room_activated.connect(opened.append)
    view.set_current_room("!0", 0)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert opened == []
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened == ["!2"]


def test_the_menu_is_asked_with_room_and_place(qtbot: QtBot, view: RoomListView) -> None:
    asked: list[str] = []
    view.context_requested.connect(lambda room, _: asked.append(room))
    view.set_current_room("!3", 3)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Menu)
    assert asked == ["!3"]


def test_the_visible_range_is_told_when_it_moves(qtbot: QtBot, view: RoomListView) -> None:
    heard: list[tuple[int, int]] = []
    view.visible_range_changed.connect(lambda first, last: heard.append((first, last)))
    qtbot.wait(20)
    heard.clear()
    view.verticalScrollBar().setValue(64 * 100)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[-1] == (100, 109)
    model = view.model()
    assert isinstance(model, ValueModel)
    model.beginResetModel()
    model.values = []
    model.endResetModel()
    qtbot.waitUntil(lambda: heard[-1] == (-1, -1))


def test_rows_use_the_whole_width(view: RoomListView) -> None:
    assert view.viewport().width() == view.width()


def test_pictures_come_later(view: RoomListView, qtbot: QtBot) -> None:
    class Source:
        asked: list[str]

        def __init__(self) -> None:
            self.asked = []

        def pixmap(self, key: str, size: QSize, dpr: float) -> QPixmap | None:
            self.asked.append(key)
            return QPixmap(size)

    source = Source()
    model = view.model()
    assert isinstance(model, ValueModel)
    model.values[0] = RoomRow("!0", "Room", avatar_key="mxc://a/b")
    view.set_images(source)
    view.image_ready("mxc://a/b")
    view.grab()
    assert "mxc://a/b" in source.asked


def test_a_row_is_said_in_full() -> None:
    row = RoomRow(
        "!a", "财务", "10:00", "hello", tag="External", lead="[Draft]", lead_kind=LeadKind.DRAFT,
        badge=Badge(BadgeKind.NUMBER, 3), is_favourite=True,
    )  # fmt: skip
    assert room_row_words(row) == "财务, 3 unread, External, [Draft], hello, 10:00, Pinned"


def test_strange_rows_are_painted_without_complaint(style: StyleSource, put: Put) -> None:
    view = RoomListView(style)
    rows = [
        RoomRow("!a", "", "", ""),
        RoomRow(
            "!b", "x" * 5000, "y" * 500, "z" * 5000, tag="t" * 200, lead="l" * 300, lead_kind=LeadKind.FAILED
        ),
        RoomRow("!c", "\n\t\u202e rtl", "10:00", "a\nb", badge=Badge(BadgeKind.DUTY, 10**9)),
    ]
    model: QAbstractListModel = ValueModel([*rows, None, "no row"], ROOM_ROW_ROLE)
    model.setParent(view)
    view.setModel(model)
    put(view)
    for width in (60, 120, 288, 900):
        view.window().resize(width, 400)
        assert not view.grab().isNull()
    style.set_style(theme.dark(zoom=2.0))
    assert not view.grab().isNull()


def test_chips_choose_by_click_and_arrow(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    chips = FilterChips(style)
    chips.set_chips([Chip("all", "All"), Chip("unread", "Unread", 12), Chip("direct", "Direct")])
    put(chips)
    heard: list[str] = []
    chips.chosen.connect(heard.append)
    first, second, third = chips._buttons
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert (heard, chips.current(), second.accessibleName()) == (["unread"], "unread", "Unread 12")
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Right)
    assert heard == ["unread", "direct"]
    QTest.keyClick(third, Qt.Key.Key_Right)
    assert chips.current() == "all"
    assert first.isChecked()


def test_chips_keep_the_choice_when_worded_again(style: StyleSource, put: Put) -> None:
    chips = FilterChips(style)
    chips.set_chips([Chip("all", "All"), Chip("unread", "Unread", 1)])
    chips.set_current("unread")
    chips.set_chips([Chip("all", "全部"), Chip("unread", "未读", 2)])
    assert chips.current() == "unread"
    chips.set_chips([Chip("all", "All")])
    assert chips.current() == "all"


def test_every_chip_is_visible_where_there_is_little_room(style: StyleSource, put: Put) -> None:
    chips = FilterChips(style)
    put(chips)
    chips.window().setFixedWidth(288)
    chips.set_chips(
        [Chip("all", "All"), Chip("unread", "Unread", 128), Chip("external", "External"), Chip("d", "Direct")]
    )
    one_line = chips.height()
    assert one_line == style.current.sizes.chip
    for width in (220, 140):
        chips.window().setFixedWidth(width)
        QApplication.processEvents()
        assert all(chips.rect().contains(button.geometry()) for button in chips._buttons)
    assert chips.height() > one_line


def test_the_rail_opens_places_and_says_badges(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    rail = Rail(style)
    rail.set_person("@li:a", "李娜")
    rail.set_entries(
        [RailEntry("chats", "chat-circle-dots", "Chats"), RailEntry("people", "users", "People")]
    )
    put(rail)
    opened: list[str] = []
    next_unread: list[str] = []
    rail.entry_activated.connect(opened.append)
    rail.entry_double_activated.connect(next_unread.append)
    rail.set_current("chats")
    button = rail._buttons["people"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened == ["people"]
    assert rail._buttons["chats"].isChecked()
    assert not button.isChecked()
    rail.set_badge("people", Badge(BadgeKind.DUTY, 2))
    assert button.accessibleName() == "People, 2 waiting for you"
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    assert next_unread == ["people"]
    rail.set_badge("nowhere", Badge(BadgeKind.NUMBER, 1))


def test_the_rail_by_keyboard(qtbot: QtBot, style: StyleSource, put: Put) -> None:
    rail = Rail(style)
    rail.set_entries(
        [RailEntry("chats", "chat-circle-dots", "Chats"), RailEntry("people", "users", "People")]
    )
    put(rail)
    opened: list[str] = []
    rail.entry_activated.connect(opened.append)
    rail._buttons["chats"].setFocus()
    QTest.keyClick(rail._buttons["chats"], Qt.Key.Key_Down)
    qtbot.waitUntil(rail._buttons["people"].hasFocus)
    QTest.keyClick(rail._buttons["people"], Qt.Key.Key_Return)
    assert opened == ["people"]


@pytest.fixture
def panel(style: StyleSource, put: Put) -> MemberPanel:
    made = MemberPanel(style)
    model = ValueModel([MemberRow(f"@u{n}:a", f"User {n}", "R&D") for n in range(100)], MEMBER_ROW_ROLE)
    model.setParent(made)
    made.set_model(model)
    made.set_count(100)
    put(made)
    return made


def test_members_are_searched_and_opened(qtbot: QtBot, panel: MemberPanel) -> None:
    terms: list[str] = []
    opened: list[str] = []
    panel.search_changed.connect(terms.append)
    panel.member_activated.connect(opened.append)
    QTest.keyClicks(panel.search, "User")
    qtbot.waitUntil(lambda: terms == ["User"])
    model = panel.view.model()
    assert model is not None
    QTest.mouseClick(
        panel.view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=panel.view.visualRect(model.index(1, 0)).center(),
    )
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert opened == ["@u1:a", "@u2:a"]


def test_the_end_of_the_members_is_announced(qtbot: QtBot, panel: MemberPanel) -> None:
    with qtbot.waitSignal(panel.near_end_reached):
        panel.view.verticalScrollBar().setValue(panel.view.verticalScrollBar().maximum())


def test_files_are_opened_and_the_section_hides_without_any(qtbot: QtBot, panel: MemberPanel) -> None:
    opened: list[str] = []
    panel.file_activated.connect(opened.append)
    assert not panel._files_title.isVisible()
    panel.set_files([FileRow("e1", "a.pdf", "Tom"), FileRow("e2", "b.xlsx", "Tom")])
    assert panel._files_title.isVisible()
    QTest.mouseClick(panel._files[1], Qt.MouseButton.LeftButton)
    assert opened == ["e2"]
    panel.set_files([])
    assert not panel._files_title.isVisible()
