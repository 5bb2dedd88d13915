"""Rows of one height: where they are, how one moves through them, and what a change of one costs."""

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication

from ui import theme
from widgets.room_list import ROOM_ROW_ROLE, RoomListView, RoomRow
from widgets.style import StyleSource

ROWS = 10_000
Hint = QAbstractItemView.ScrollHint


class Rooms(QAbstractListModel):
    """Counts what is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        self.count = ROWS

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return self.count

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != ROOM_ROW_ROLE:
            return None
        self.asked.append(index.row())
        return RoomRow(f"!{index.row()}:x", f"room {index.row()}", is_loading=index.row() % 2 == 1)


@pytest.fixture
def view(qapp: QApplication) -> RoomListView:
    view = RoomListView(StyleSource(theme.light(has_motion=False)))
    model = Rooms()
    model.setParent(view)
    view.setModel(model)
    view.resize(288, 640)
    view.show()
    qapp.processEvents()
    return view


def model_of(view: RoomListView) -> Rooms:
    model = view.model()
    assert isinstance(model, Rooms)
    return model


def test_a_row_is_where_its_number_says_and_found_there(view: RoomListView) -> None:
    height = view.row_height()
    for row in (0, 1, 9):
        rect = view.visualRect(view.model().index(row, 0))
        assert rect == QRect(0, row * height, view.viewport().width(), height)
        assert view.indexAt(rect.center()).row() == row
        assert view.indexAt(rect.topLeft()).row() == row
    assert not view.indexAt(QPoint(-1, 5)).isValid()
    model_of(view).count = 2
    assert not view.indexAt(QPoint(5, 2 * height)).isValid()
    assert view.visualRect(QModelIndex()) == QRect()


def test_it_scrolls_to_rows_and_no_further_than_it_must(view: RoomListView) -> None:
    height, bar = view.row_height(), view.verticalScrollBar()
    assert bar.maximum() == ROWS * height - view.viewport().height()
    view.scrollTo(view.model().index(3, 0))
    assert bar.value() == 0
    view.scrollTo(view.model().index(20, 0))
    assert view.visible_range()[1] == 20
    view.scrollTo(view.model().index(5, 0))
    assert bar.value() == 5 * height
    view.scrollTo(view.model().index(500, 0), Hint.PositionAtTop)
    assert view.visible_range()[0] == 500
    view.scrollTo(view.model().index(700, 0), Hint.PositionAtBottom)
    assert view.visible_range()[1] == 700
    view.scrollTo(view.model().index(900, 0), Hint.PositionAtCenter)
    first, last = view.visible_range()
    assert first < 900 - 2 and last > 900 + 2


def test_keys_move_the_cursor(view: RoomListView) -> None:
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    walked = []
    for key in (
        Qt.Key.Key_Down,
        Qt.Key.Key_Up,
        Qt.Key.Key_Up,
        Qt.Key.Key_End,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_Home,
        Qt.Key.Key_PageDown,
    ):
        QTest.keyClick(view, key)
        walked.append(view.currentIndex().row())
    assert walked == [1, 0, 0, 9_999, 9_999, 9_990, 0, 9]
    assert view.visible_range()[0] <= 9 <= view.visible_range()[1]


def test_a_changed_row_costs_what_is_in_sight_of_it(view: RoomListView, qapp: QApplication) -> None:
    model = model_of(view)
    model.asked.clear()
    model.dataChanged.emit(model.index(5_000), model.index(9_999))
    qapp.processEvents()
    assert model.asked == []
    model.dataChanged.emit(model.index(3), model.index(3))
    qapp.processEvents()
    assert set(model.asked) == {3}
    model.asked.clear()
    model.dataChanged.emit(model.index(0), model.index(9_999))
    qapp.processEvents()
    assert set(model.asked) == set(range(10))


def test_a_click_marks_one_row(view: RoomListView) -> None:
    heard: list[str] = []
    view.room_activated.connect(heard.append)
    spot = view.visualRect(view.model().index(4, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert heard == ["!4:x"]
    assert [index.row() for index in view.selectedIndexes()] == [4]
    assert view.visualRegionForSelection(view.selectionModel().selection()).contains(spot)


def test_an_empty_list_has_no_rows_and_paints_none(view: RoomListView, qapp: QApplication) -> None:
    model = model_of(view)
    model.beginResetModel()
    model.count = 0
    model.endResetModel()
    qapp.processEvents()
    assert view.visible_range() == (-1, -1)
    assert view.verticalScrollBar().maximum() == 0
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert not view.currentIndex().isValid()
    model.asked.clear()
    view.grab()
    assert model.asked == []
