"""The DING page's widgets: painted buttons, keys, heights that follow, text that is selected, Enter that waits for the input method."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.dings import DingBox, DingSummary
from tests.desktop.widgets.conftest import Put
from tests.helpers.ding_rows import NOON_MS, ding
from tests.helpers.gallery_dings import context, detail
from tests.helpers.input_method import commit, compose
from ui.models.ding_list_model import DingListModel
from ui.screens.ding.ding_cards import card_of
from ui.screens.ding.ding_pages import page_of
from ui.screens.ding.ding_state import uid_of
from widgets.ding_detail import DingDetail
from widgets.ding_head import DingHead
from widgets.ding_list import DingListView
from widgets.ding_people import DingPeople
from widgets.ding_text import DingText
from widgets.ding_values import DingAct, DingCard, DingPage, PersonRow
from widgets.style import StyleSource
from widgets.timeline.values import SpanStyle, TextSpan


def dings(count: int, **values: object) -> list[DingSummary]:
    texts = ("short", "a text that needs two lines " * 4)
    return [ding(f"d{n}", text=texts[n % 2], **values) for n in range(count)]


class Box:
    """A list over a model, and what it tells."""

    def __init__(self, style: StyleSource, count: int) -> None:
        self.view = DingListView(style)
        self.worded = 0
        self.model = DingListModel(uid_of, self._word, self.view)
        self.model.set_entries(dings(count))
        self.view.setModel(self.model)
        self.chosen: list[str] = []
        self.acts: list[tuple[str, str]] = []
        self.view.ding_chosen.connect(self.chosen.append)
        self.view.act_requested.connect(lambda uid, act: self.acts.append((uid, act)))

    def _word(self, entry: object) -> DingCard:
        self.worded += 1
        return card_of(entry, DingBox.RECEIVED, context())  # type: ignore[arg-type]

    def button(self, row: int, act: DingAct) -> QPoint:
        card = self.model.data(self.model.index(row), self.role)
        rect = self.view.card_rect(row)
        delegate: Any = self.view.itemDelegate()
        point: QPoint = delegate.button_box(card, rect, act).center().toPoint()
        return point

    @property
    def role(self) -> int:
        from widgets.ding_values import DING_CARD_ROLE

        return DING_CARD_ROLE

    def top(self, row: int) -> int:
        return self.view.visualRect(self.model.index(row)).top()


@pytest.fixture
def box(style: StyleSource, put: Put) -> Box:
    made = Box(style, 40)
    put(made.view)
    made.view.setFocus()
    return made


def click(view: QWidget, at: QPoint) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)


def test_a_painted_button_acts_and_does_not_choose(box: Box) -> None:
    click(box.view.viewport(), box.button(1, DingAct.CONFIRM))
    click(box.view.viewport(), box.button(2, DingAct.SNOOZE))
    assert (box.acts, box.chosen) == ([("$d1", "confirm"), ("$d2", "snooze")], [])
    click(box.view.viewport(), box.view.card_rect(1).topLeft() + QPoint(80, 20))
    assert box.chosen == ["$d1"]


def test_a_press_that_leaves_the_button_does_nothing(box: Box) -> None:
    port = box.view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=box.button(0, DingAct.CONFIRM))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=box.button(0, DingAct.SNOOZE))
    QTest.mousePress(port, Qt.MouseButton.RightButton, pos=box.button(0, DingAct.CONFIRM))
    QTest.mouseRelease(port, Qt.MouseButton.RightButton, pos=box.button(0, DingAct.CONFIRM))
    assert box.acts == []


def test_keys_move_choose_and_act(box: Box) -> None:
    news: list[bool] = []
    searches: list[bool] = []
    box.view.new_requested.connect(lambda: news.append(True))
    box.view.search_requested.connect(lambda: searches.append(True))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_R, Qt.Key.Key_S):
        QTest.keyClick(box.view, key)
    QTest.keyClick(box.view, Qt.Key.Key_N)
    QTest.keyClick(box.view, Qt.Key.Key_Slash)
    QTest.keyClick(box.view, Qt.Key.Key_Delete)
    assert box.chosen == ["$d0", "$d1"]
    assert [act for _uid, act in box.acts] == ["confirm", "reply", "snooze", "delete"]
    assert {uid for uid, _act in box.acts} == {"$d1"}
    assert (news, searches) == ([True], [True])
    QTest.keyClick(box.view, Qt.Key.Key_End)
    assert box.chosen[-1] == "$d39"
    QTest.keyClick(box.view, Qt.Key.Key_Home)
    assert box.chosen[-1] == "$d0"
    assert box.top(0) >= 0


def test_keys_with_ctrl_belong_to_the_window(box: Box) -> None:
    QTest.keyClick(box.view, Qt.Key.Key_Down)
    for key in (Qt.Key.Key_S, Qt.Key.Key_R, Qt.Key.Key_N, Qt.Key.Key_Return):
        QTest.keyClick(box.view, key, Qt.KeyboardModifier.ControlModifier)
    assert box.acts == []


def test_cards_are_as_high_as_their_words(box: Box, window: QWidget, qtbot: QtBot) -> None:
    window.resize(400, 600)
    qtbot.waitUntil(lambda: box.view.card_rect(1).width() == 376)
    low, high = (box.view.card_rect(row).height() for row in (0, 1))
    assert (low, high) == (126, 146)
    heights = [box.view.card_rect(row).height() for row in range(40)]
    assert heights == [low, high] * 20
    window.resize(330, 600)
    qtbot.waitUntil(lambda: box.view.card_rect(1).width() < 310)
    assert box.view.card_rect(1).height() >= high
    bottom = box.view.card_rect(0).bottom()
    assert bottom < box.view.card_rect(1).top()


def test_news_above_do_not_move_what_is_read(box: Box, qtbot: QtBot) -> None:
    box.view.verticalScrollBar().setValue(1000)
    index = box.view.indexAt(QPoint(100, 200))
    before = box.view.visualRect(index).top()
    name = box.model.uids[index.row()]
    box.model.set_entries([*(ding(f"n{n}") for n in range(5)), *dings(40)])
    qtbot.wait(20)
    assert box.top(box.model.row_of(name)) == before
    box.view.verticalScrollBar().setValue(0)
    box.model.set_entries([ding("newest"), *dings(40)])
    qtbot.wait(20)
    assert box.view.verticalScrollBar().value() == 0
    assert 0 <= box.top(0) < 10


def test_a_page_below_is_wanted_before_the_end_and_costs_only_itself(box: Box, qtbot: QtBot) -> None:
    wanted: list[bool] = []
    box.view.near_end_reached.connect(lambda: wanted.append(True))
    box.view.verticalScrollBar().setValue(100)
    assert wanted == []
    bar = box.view.verticalScrollBar()
    bar.setValue(bar.maximum() - bar.pageStep())
    assert wanted
    worded = box.worded
    box.model.append([ding(f"p{n}") for n in range(50)])
    qtbot.wait(20)
    assert box.worded == worded + 50
    assert bar.maximum() > 90 * 100


def test_only_what_is_seen_is_painted(style: StyleSource, put: Put) -> None:
    box = Box(style, 3000)
    put(box.view)
    painted: list[str] = []
    delegate: Any = box.view.itemDelegate()
    paint = delegate.paint_card

    def note(painter: object, rect: object, card: DingCard, **more: object) -> None:
        painted.append(card.uid)
        paint(painter, rect, card, **more)

    delegate.paint_card = note
    box.view.verticalScrollBar().setValue(100_000)
    box.view.grab()
    assert 3 <= len(set(painted)) <= 8
    assert box.view.last_visible_row() > 600


def test_the_pointer_over_a_button_is_seen(box: Box) -> None:
    port = box.view.viewport()
    at = box.button(0, DingAct.CONFIRM)
    QTest.mouseMove(port, at + QPoint(0, 400))
    QTest.mouseMove(port, at)
    delegate = box.view.itemDelegate()
    assert delegate.hovered.act is DingAct.CONFIRM  # type: ignore[attr-defined]
    assert port.cursor().shape() is Qt.CursorShape.PointingHandCursor
    QApplication.sendEvent(box.view, QEvent(QEvent.Type.Leave))
    assert delegate.hovered is None  # type: ignore[attr-defined]


def test_the_menu_names_its_card_and_chooses_nothing(box: Box) -> None:
    asked: list[str] = []
    box.view.context_requested.connect(lambda uid, _at: asked.append(uid))
    box.view.set_current(3)
    QTest.keyClick(box.view, Qt.Key.Key_Menu)
    assert (asked, box.chosen) == (["$d3"], [])
    box.view.set_current(-1)
    assert box.view.currentIndex() == QModelIndex()


# The detail


@pytest.fixture
def shown(style: StyleSource, put: Put) -> DingDetail:
    made = DingDetail(style)
    put(made)
    one = detail()
    made.show_page(page_of(one.summary, one, context()))
    return made


def page(**values: object) -> DingPage:
    one = detail()
    return replace(page_of(one.summary, one, context()), **values)  # type: ignore[arg-type]


def test_a_note_waits_for_the_input_method(shown: DingDetail, qtbot: QtBot) -> None:
    notes: list[str] = []
    shown.note_entered.connect(notes.append)
    shown.open_note()
    qtbot.waitUntil(shown.note.edit.hasFocus)
    compose(shown.note.edit, "zhou")
    QTest.keyClick(shown.note.edit, Qt.Key.Key_Return)
    assert notes == []
    commit(shown.note.edit, "周五前")
    QTest.keyClick(shown.note.edit, Qt.Key.Key_Return)
    assert notes == ["周五前"]
    assert shown.note.isHidden()
    shown.open_note()
    QTest.keyClick(shown.note.edit, Qt.Key.Key_Escape)
    assert shown.note.isHidden()
    assert notes == ["周五前"]


def test_a_comment_waits_for_the_input_method_and_is_never_empty(shown: DingDetail) -> None:
    said: list[str] = []
    shown.comment_entered.connect(said.append)
    edit = shown.field.edit
    compose(edit, "hao")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    commit(edit, "好")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    edit.setText("   ")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert said == ["好"]


def test_what_is_being_written_stays_with_its_ding(shown: DingDetail) -> None:
    shown.field.edit.setText("about the first")
    shown.show_page(page(uid="$other"))
    assert shown.field.text() == ""
    shown.field.edit.setText("about the other")
    shown.show_page(page())
    assert shown.field.text() == "about the first"


def test_news_repaint_in_place(shown: DingDetail) -> None:
    button = shown.buttons.button(DingAct.CONFIRM)
    rows = [shown.comments.children()]
    text = shown.text
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    now = page()
    shown.show_page(replace(now, confirmed=now.confirmed[:1], confirmed_title="Confirmed 1"))
    assert shown.buttons.button(DingAct.CONFIRM) is button
    assert [shown.comments.children()] == rows
    assert shown.text.selected_text() == now.text


def test_buttons_say_what_they_ask_for(shown: DingDetail) -> None:
    acts: list[str] = []
    shown.act_requested.connect(acts.append)
    for act in (DingAct.CONFIRM, DingAct.SNOOZE):
        button = shown.buttons.button(act)
        assert button is not None
        button.click()
    shown.header.go.click()
    assert acts == ["confirm", "snooze", "go"]
    assert shown.buttons.button(DingAct.NUDGE) is None


def test_a_stranger_s_text_is_text(style: StyleSource, put: Put) -> None:
    made = DingDetail(style)
    put(made)
    evil = "<img src=file:///etc/passwd><b>x</b>" * 40
    one = detail()
    summary = one.summary._replace(text=evil, sender_name=evil)
    content = summary.content._replace(place=evil, break_glass=evil)
    made.show_page(page_of(summary._replace(content=content), one, context()))
    made.grab()
    assert made.text.accessibleName().startswith("<img")


def test_a_link_shows_where_it_leads_before_it_is_followed(
    style: StyleSource, put: Put, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tips: list[str] = []
    monkeypatch.setattr("widgets.ding_text.QToolTip.showText", lambda _at, text, _w: tips.append(text))
    label = DingText(style, 18)
    host = put(label)
    label.set_text("see the plan", [TextSpan(4, 12, SpanStyle.LINK, href="https://plan.example/x")])
    followed: list[str] = []
    label.link_activated.connect(followed.append)
    qtbot.waitUntil(lambda: label.width() > 200)
    at = QPoint(70, 12)
    QApplication.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, at, host.mapToGlobal(at)))
    assert (tips, followed) == (["https://plan.example/x"], [])
    QTest.mouseClick(label, Qt.MouseButton.LeftButton, pos=at)
    assert followed == ["https://plan.example/x"]
    QTest.mousePress(label, Qt.MouseButton.LeftButton, pos=QPoint(45, 12))
    QTest.mouseMove(label, QPoint(110, 12))
    label._selection = (4, 12)
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, pos=QPoint(110, 12))
    assert len(followed) == 1  # it was selected, not clicked


def test_selected_text_is_copied(style: StyleSource, put: Put) -> None:
    label = DingText(style)
    put(label)
    label.set_text("一二三 four")
    label.setFocus()
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "一二三 four"
    QTest.mouseDClick(label, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "four"


def test_people_stand_under_each_other_where_it_is_narrow(style: StyleSource, put: Put) -> None:
    people = DingPeople(style)
    put(people)
    rows = [PersonRow(f"@p{n}:a", f"Person {n}", "10:00", "a note that is long " * 9) for n in range(200)]
    people.set_people("Confirmed 200", rows, "Unconfirmed 200", rows)
    wide = people.height()
    people.resize(200, 10)
    assert people.height() > wide * 1.5
    opened: list[str] = []
    people.person_activated.connect(opened.append)
    QTest.mouseClick(people, Qt.MouseButton.LeftButton, pos=QPoint(50, 40))
    assert opened == ["@p0:a"]
    assert "Person 199" in people.accessibleDescription()


def test_the_search_takes_the_title_s_place_and_gives_it_back(
    style: StyleSource, put: Put, qtbot: QtBot
) -> None:
    head = DingHead(style)
    put(head)
    terms: list[str] = []
    head.term_changed.connect(terms.append)
    head.search.click()
    qtbot.waitUntil(head.field.hasFocus)
    QTest.keyClicks(head.field, "plan")
    qtbot.waitUntil(lambda: terms == ["plan"])
    QTest.keyClick(head.field, Qt.Key.Key_Escape)
    QTest.keyClick(head.field, Qt.Key.Key_Escape)
    assert terms == ["plan", ""]
    assert head.title.isVisible()
    assert NOON_MS
