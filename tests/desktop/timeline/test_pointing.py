"""Clicks, hovering and selection with the mouse."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from tests.desktop.timeline.conftest import MakeView
from tests.helpers.timeline_rows import ListSource, every_kind, generated_row, message, release_talk
from widgets.timeline.pieces import TargetKind
from widgets.timeline.values import Density, MediaBox, MediaKind
from widgets.timeline.view import TimelineView


def _spot(view: TimelineView, kind: TargetKind, uid: str = "") -> QPoint:
    """Find a point in sight that reacts as `kind`."""
    view.grab()
    for y in range(0, view.viewport().height(), 4):
        for x in range(0, view.viewport().width(), 6):
            hit = view.stage.hit(QPointF(x, y))
            target = hit[1].target_at(hit[2]) if hit else None
            if hit and target and target.kind is kind and uid in ("", hit[1].row.uid):
                return QPoint(x + 1, y + 1)
    raise AssertionError(f"nothing in sight reacts as {kind}")


def _move(view: TimelineView, point: QPoint, button: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    at = QPointF(point)
    glob = QPointF(view.viewport().mapToGlobal(point))
    event = QMouseEvent(QEvent.Type.MouseMove, at, glob, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view.viewport(), event)


@pytest.mark.parametrize(
    ("signal", "kind", "uid", "expected"),
    [
        ("reaction_toggled", TargetKind.REACTION, "a", ["a", "👍"]),
        ("reply_quote_activated", TargetKind.QUOTE, "b", ["a"]),
        ("read_list_requested", TargetKind.READ_LIST, "b", ["b"]),
        ("media_activated", TargetKind.MEDIA, "c", ["c"]),
        ("user_activated", TargetKind.USER, "d", ["@周芳:example"]),
    ],
)
def test_a_click_tells_what_was_meant(
    make_view: MakeView, qtbot: QtBot, signal: str, kind: TargetKind, uid: str, expected: list[str]
) -> None:
    view = make_view(release_talk(), height=700)
    with qtbot.waitSignal(getattr(view, signal)) as caught:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_spot(view, kind, uid))
    assert caught.args == expected


@pytest.mark.parametrize("kind", [MediaKind.FILE, MediaKind.IMAGE])
def test_what_moves_can_be_stopped(make_view: MakeView, qtbot: QtBot, kind: MediaKind) -> None:
    box = MediaBox(kind, "plan.pdf", width=400, height=300, progress=0.4)
    view = make_view(ListSource([message("m", "李娜", "", media=box)]), height=500)
    with qtbot.waitSignal(view.media_stop_requested) as caught:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_spot(view, TargetKind.STOP))
    assert caught.args == ["m"]
    with pytest.raises(AssertionError):
        _spot(view, TargetKind.SAVE)


@pytest.mark.parametrize(
    ("signal", "kind", "uid", "expected"),
    [
        ("link_activated", TargetKind.LINK, "1", ["https://docs.example/q4/plan"]),
        ("gap_activated", TargetKind.GAP, "8", ["8"]),
        ("media_save_requested", TargetKind.SAVE, "12", ["12"]),
        ("retry_requested", TargetKind.RETRY, "19", ["19"]),
        ("discard_requested", TargetKind.DISCARD, "19", ["19"]),
        ("thread_activated", TargetKind.THREAD, "18", ["18"]),
    ],
)
@pytest.mark.parametrize("density", list(Density))
def test_odd_rows_react_too(
    make_view: MakeView,
    qtbot: QtBot,
    signal: str,
    kind: TargetKind,
    uid: str,
    expected: list[str],
    density: Density,
) -> None:
    view = make_view(every_kind())
    view.set_density(density)
    view.scroll_to(uid, flash=False)
    with qtbot.waitSignal(getattr(view, signal)) as caught:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_spot(view, kind, uid))
    assert caught.args == expected


def test_a_long_message_opens_and_closes_where_it_stands(make_view: MakeView) -> None:
    view = make_view(every_kind())
    view.scroll_to("5", flash=False)
    before = view.stage.bar_maximum
    spot = _spot(view, TargetKind.FOLD)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert view.stage.bar_maximum > before
    assert "5" in view.visible_uids()
    row = view.stage.row_of("5")
    assert row is not None
    assert not view.stage.shelf.layout(row).block.is_folded  # type: ignore[union-attr]


def test_dragging_selects_text_and_copies_it(make_view: MakeView) -> None:
    view = make_view(ListSource([message("a", "王敏", "第一句 hello 👍 结束")]))
    slot, layout = view.stage.rows_in_sight()[-1]
    origin = layout.block_origin + QPointF(0, slot.y)
    start = QPoint(round(origin.x()) + 1, round(origin.y()) + 10)
    end = QPoint(round(layout.body.right()) - 2, start.y())
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    _move(view, end, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert view.selected_text() == "第一句 hello 👍 结束"
    view.grab()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "第一句 hello 👍 结束"


def test_a_double_click_chooses_a_word(make_view: MakeView) -> None:
    view = make_view(ListSource([message("a", "Tom", "alpha beta gamma")]))
    slot, layout = view.stage.rows_in_sight()[-1]
    origin = layout.block_origin + QPointF(0, slot.y)
    spot = QPoint(round(origin.x()) + 55, round(origin.y()) + 10)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert view.selected_text() == "beta"


def test_a_selection_ends_with_its_row(make_view: MakeView) -> None:
    source = ListSource([message("a", "Tom", "alpha beta"), message("b", "Tom", "gamma")])
    view = make_view(source)
    block = view.stage.shelf.layout(0).block
    assert block is not None
    view.selection.choose_all("a", block)
    assert view.selected_text() == "alpha beta"
    del source.all[0]
    view.rows_reset()
    assert view.selected_text() == ""


def test_pointing_at_a_message_shows_the_bar_with_its_actions(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(release_talk(), height=700)
    _move(view, _spot(view, TargetKind.MEDIA, "c"))
    bar = view._bar
    assert bar.isVisible()
    assert bar.uid == "c"
    with qtbot.waitSignal(view.reply_requested) as caught:
        QTest.mouseClick(bar._reply, Qt.MouseButton.LeftButton)
    assert caught.args == ["c"]
    with qtbot.waitSignal(view.context_requested):
        QTest.mouseClick(bar._more, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(view.react_requested):
        QTest.mouseClick(bar._react, Qt.MouseButton.LeftButton)


def test_the_pointer_tells_links_from_text(make_view: MakeView) -> None:
    view = make_view(every_kind())
    view.scroll_to("1", flash=False)
    _move(view, _spot(view, TargetKind.LINK))
    assert view.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert view.viewport().cursor().shape() is Qt.CursorShape.ArrowCursor
    assert view.marks.hovered is None


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_a_link_tells_its_true_address(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(every_kind())
    view.scroll_to("1", flash=False)
    spot = _spot(view, TargetKind.LINK)
    event = QHelpEvent(QEvent.Type.ToolTip, spot, view.viewport().mapToGlobal(spot))
    QApplication.sendEvent(view.viewport(), event)
    assert QToolTip.text() == "https://docs.example/q4/plan"
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_the_jump_button_leads_back(make_view: MakeView, qtbot: QtBot) -> None:
    source = ListSource([generated_row(number) for number in range(200)])
    view = make_view(source)
    assert not view._jump.isVisible()
    view.scroll_by(-4000)
    source.all.append(message("n", "王敏", "新的"))
    view.rows_changed_from(200)
    assert view._jump.isVisible()
    assert view._jump.count == 1
    with qtbot.waitSignal(view.jumped_to_bottom):
        QTest.mouseClick(view._jump, Qt.MouseButton.LeftButton)
    assert view.is_at_bottom
    assert not view._jump.isVisible()


def test_a_flash_goes_out(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(ListSource([generated_row(number) for number in range(200)]))
    assert view.scroll_to("$50")
    assert view.marks.flash_uid == "$50"
    view.grab()
    qtbot.waitUntil(lambda: not view.marks.flash_uid, timeout=4000)


def test_a_picture_that_comes_later_repaints_without_moving(make_view: MakeView) -> None:
    view = make_view(every_kind())
    view.scroll_to("16", flash=False)
    before = list(view.stage.slots)
    view.image_ready("late")
    view.grab()
    assert view.stage.slots == before
