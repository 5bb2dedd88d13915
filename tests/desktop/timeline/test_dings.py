"""A ding among other messages: the mouse, the keys and a screen reader reach all of it, in both densities."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.desktop.timeline.conftest import MakeView
from tests.helpers.timeline_rows import ListSource, ding_talk, message
from ui import theme
from widgets.timeline.accessibility import spoken
from widgets.timeline.pieces import TargetKind
from widgets.timeline.texts import translated_texts
from widgets.timeline.values import Density, DingCard
from widgets.timeline.view import TimelineView

Key = Qt.Key
DENSITIES = list(Density)


def short_talk() -> ListSource:
    """Without the last, very long one: all in sight at once."""
    return ListSource(ding_talk().all[:-1])


def spot(view: TimelineView, uid: str, kind: TargetKind | None) -> QPoint | None:
    """A point of a row in sight that reacts as `kind` (None: as nothing)."""
    for slot, layout in view.stage.rows_in_sight():
        if layout.row.uid != uid:
            continue
        body = layout.body.toAlignedRect()
        for y in range(body.top() + 2, body.bottom() - 1, 3):
            for x in range(body.left() + 2, body.right() - 1, 4):
                target = layout.target_at(QPointF(x, y))
                if (target.kind if target else None) == kind:
                    return QPoint(x, y + slot.y)
    return None


def click(view: TimelineView, uid: str, kind: TargetKind) -> None:
    """Click what reacts as `kind`."""
    point = spot(view, uid, kind)
    assert point is not None, f"nothing of {uid} reacts as {kind}"
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)


@pytest.mark.parametrize("width", [320, 700])
@pytest.mark.parametrize("density", DENSITIES)
@pytest.mark.parametrize(
    ("uid", "kind", "signal", "value"),
    [
        ("open", TargetKind.CONFIRM, "ding_confirmed", "open"),
        ("open", TargetKind.DING, "ding_activated", "open"),
        ("mine", TargetKind.DING, "ding_activated", "mine"),
        ("nudge", TargetKind.QUOTE, "reply_quote_activated", "open"),
        ("late", TargetKind.LINK, "link_activated", "https://files.example/q4"),
    ],
)
def test_a_click_tells_what_was_meant(
    make_view: MakeView,
    qtbot: QtBot,
    width: int,
    density: Density,
    uid: str,
    kind: TargetKind,
    signal: str,
    value: str,
) -> None:
    view = make_view(short_talk(), width=width, height=1500)
    view.set_density(density)
    with qtbot.waitSignal(getattr(view, signal)) as caught:
        click(view, uid, kind)
    assert caught.args == [value]


@pytest.mark.parametrize("uid", ["done", "mine", "waits", "gone"])
def test_only_a_ding_that_waits_for_me_has_the_button(make_view: MakeView, uid: str) -> None:
    view = make_view(short_talk(), height=1500)
    assert spot(view, uid, TargetKind.CONFIRM) is None


def test_a_recalled_ding_is_a_recalled_message(make_view: MakeView) -> None:
    view = make_view(short_talk(), height=1500)
    assert spot(view, "gone", TargetKind.DING) is None
    row = next(row for row in short_talk().all if row.uid == "gone")
    words = spoken(row, translated_texts())
    assert translated_texts().recalled in words and "1 / 2" not in words


@pytest.mark.parametrize(
    ("key", "uid", "signal"),
    [
        (Key.Key_C, "open", "ding_confirmed"),
        (Key.Key_Return, "open", "ding_confirmed"),
        (Key.Key_Enter, "late", "ding_confirmed"),
        (Key.Key_Menu, "open", "context_requested"),
        (Key.Key_Return, "done", "context_requested"),
        (Key.Key_Space, "open", "ding_activated"),
        (Key.Key_D, "p", "ding_requested"),
        (Key.Key_D, "open", "ding_requested"),
    ],
)
def test_keys_act_on_the_ding_under_the_cursor(
    make_view: MakeView, qtbot: QtBot, key: Qt.Key, uid: str, signal: str
) -> None:
    view = make_view(short_talk())
    view.put_cursor(view.stage.row_of(uid) or 0)
    with qtbot.waitSignal(getattr(view, signal)) as caught:
        QTest.keyClick(view, key)
    assert caught.args[0] == uid


def test_space_on_a_reminder_leads_to_its_ding(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(short_talk())
    view.put_cursor(view.stage.row_of("nudge") or 0)
    with qtbot.waitSignal(view.reply_quote_activated) as caught:
        QTest.keyClick(view, Key.Key_Space)
    assert caught.args == ["open"]


def test_c_is_a_letter_where_nothing_waits(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(short_talk())
    confirmed: list[str] = []
    view.ding_confirmed.connect(confirmed.append)
    view.put_cursor(view.stage.row_of("done") or 0)
    with qtbot.waitSignal(view.typing_started) as caught:
        QTest.keyClick(view, Key.Key_C)
    assert (caught.args, confirmed) == (["c"], [])


def test_d_is_a_letter_where_no_message_is_chosen(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(short_talk())
    with qtbot.waitSignal(view.typing_started):
        QTest.keyClick(view, Key.Key_D)


@pytest.mark.parametrize("density", DENSITIES)
def test_copy_and_selection_take_the_text_alone(make_view: MakeView, density: Density) -> None:
    source = short_talk()
    view = make_view(source, height=1500)
    view.set_density(density)
    view.put_cursor(1)
    QTest.keyClick(view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == source.all[1].text
    point = spot(view, "open", None)
    assert point is not None
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.keyClick(view, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.selected_text() == source.all[1].text


def test_a_screen_reader_hears_what_it_is_and_how_to_confirm(make_view: MakeView) -> None:
    view = make_view(short_talk(), height=1500)
    found = QAccessible.queryAccessibleInterface(view)
    names = [found.child(index).text(QAccessible.Text.Name) for index in range(found.childCount())]
    opened = next(name for name in names if "11 / 18" in name)
    for part in ("DING · 任务", "今天 18:00 截止", "请各部门今天", "C"):
        assert part in opened
    done = next(name for name in names if "你已确认 10:41" in name)
    assert translated_texts().waits_for_me not in done


def test_the_button_goes_when_it_is_confirmed_and_nothing_else_jumps(make_view: MakeView) -> None:
    source = short_talk()
    view = make_view(source, height=1500)
    view.scroll_to("p", flash=False)
    place = next(slot.y for slot, layout in view.stage.rows_in_sight() if layout.row.uid == "open")
    card = DingCard("DING · 任务", "今天 18:00 截止", False, "12 / 18 已确认", done_text="你已确认 10:41")
    source.all[1] = message("open", "王敏", source.all[1].text, 1, ding=card)
    view.rows_touched(frozenset({"open"}))
    assert spot(view, "open", TargetKind.CONFIRM) is None
    assert next(s.y for s, layout in view.stage.rows_in_sight() if layout.row.uid == "open") == place


@pytest.mark.parametrize("zoom", [1.0, 2.0])
@pytest.mark.parametrize("density", DENSITIES)
@pytest.mark.parametrize("width", [240, 320, 700])
def test_nothing_hangs_over_the_edge(make_view: MakeView, zoom: float, density: Density, width: int) -> None:
    view = make_view(ding_talk(), width=width, height=1500)
    view.set_density(density)
    view.set_style(theme.dark(zoom=zoom))
    view.grab()
    for _slot, layout in view.stage.rows_in_sight():
        bubble = layout.bubble
        if bubble is None or layout.row.ding is None or layout.row.is_redacted:
            continue
        inner = bubble.rect.width()
        assert bubble._head is not None and bubble._foot is not None
        assert max(bubble._head.width, bubble._foot.width) <= inner
        assert bubble._head_area.bottom() <= bubble.text_origin.y()
        assert bubble._foot_area.bottom() <= bubble.rect.bottom()


def test_the_button_tells_its_key(make_view: MakeView) -> None:
    view = make_view(short_talk(), height=1500)
    point = spot(view, "open", TargetKind.CONFIRM)
    assert point is not None
    assert view._pointer.tooltip_at(point)[0] == translated_texts().waits_for_me
