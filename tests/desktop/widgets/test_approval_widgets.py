"""Widgets of the approvals page: the form, its tables, the bar of acts, notices, the list and its model."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.approvals.rows import ApprovalBox
from app.domain.approvals.template import Field, FieldKind
from app.domain.ids import RoomID
from tests.helpers import approval_samples as samples
from ui.forms.form_view import FormView
from ui.models.approval_list_model import ApprovalListModel
from ui.screens.approvals.approval_cards import card_of
from ui.screens.approvals.approval_pages import page_of
from widgets.approval_act_bar import ApprovalActBar
from widgets.approval_chips import ChipFlow, ValueChip
from widgets.approval_header import ApprovalHeader
from widgets.approval_list import ApprovalListView
from widgets.approval_notices import ApprovalNotices
from widgets.approval_table import ApprovalTable, TableColumn, TableValue
from widgets.approval_values import ActChoice, ApprovalAct, Notice, NoticeKind
from widgets.buttons import Button
from widgets.painting import TagKind
from widgets.style import StyleSource
from widgets.words import Words

Put = Callable[[QWidget], QWidget]
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def texts(widget: QWidget) -> list[str]:
    return [words.text() for words in widget.findChildren(Words) if words.isVisibleTo(widget)]


def button_of(widget: QWidget, words: str) -> Button:
    return next(button for button in widget.findChildren(Button) if button.text() == words)


def form(
    style: StyleSource, values: dict[str, Any], former: dict[str, Any] | None = None, **more: Any
) -> FormView:
    view = FormView(samples.bare_desk(style))
    view.show_form(samples.expense_template(**more), values, former, samples.NAME_OF)
    return view


def choices(count: int) -> tuple[ActChoice, ...]:
    return tuple(ActChoice(act, f"{act.value} it now") for act in list(ApprovalAct)[:count])


def test_a_name_stands_on_one_line_with_its_value(style: StyleSource, put: Put) -> None:
    view = form(style, samples.expense_values())
    put(view)
    name = next(words for words in view.findChildren(Words) if words.text() == "Type")
    value = next(words for words in view.findChildren(Words) if words.text() == "Travel")
    assert name.y() == value.y() and _highest_ink(name) == _highest_ink(value)  # both begin with a T


def _highest_ink(words: Words) -> int:
    picture = words.grab().toImage()
    ground = picture.pixel(picture.width() - 1, picture.height() - 1)
    across = range(words.fontMetrics().horizontalAdvance("T") - 2)
    return next(y for y in range(picture.height()) if any(picture.pixel(x, y) != ground for x in across))


def test_a_long_form_is_made_a_part_at_a_time_and_ends_up_as_if_at_once(
    qtbot: QtBot, style: StyleSource, put: Put
) -> None:
    names = [f"field {n}" for n in range(200)]
    fields = tuple(Field(key=f"f{n}", kind=FieldKind.TEXT, name={"en": name}) for n, name in enumerate(names))
    template = msgspec.structs.replace(samples.expense_template(), fields=fields)
    values = {field.key: "x" for field in fields if field.key != "f70"}
    whole, parts = (FormView(samples.bare_desk(style)) for _ in range(2))
    whole.show_form(template, values)
    parts.show_form(template, values, is_at_once=False)
    expected = texts(whole)
    assert texts(parts) == expected[: len(texts(parts))] and len(texts(parts)) < len(expected)
    parts.rest()
    qtbot.wait(50)
    assert len(texts(parts)) < len(expected)
    parts.show_form(template, values, is_at_once=False)
    qtbot.waitUntil(lambda: len(texts(parts)) == len(expected))
    assert texts(parts) == expected
    assert parts.heightForWidth(500) == whole.heightForWidth(500)


def test_a_form_that_is_left_half_made_leaves_nothing_in_the_next_one(
    qtbot: QtBot, style: StyleSource, put: Put
) -> None:
    fields = tuple(Field(key=f"f{n}", kind=FieldKind.TEXT, name={"en": f"field {n}"}) for n in range(200))
    template = msgspec.structs.replace(samples.expense_template(), fields=fields)
    view = FormView(samples.bare_desk(style))
    view.show_form(template, {field.key: "x" for field in fields}, is_at_once=False)
    view.show_form(samples.expense_template(), samples.expense_values(), is_at_once=False)
    put(view)
    shown = texts(view)
    qtbot.wait(100)
    assert texts(view) == shown and not any(text.startswith("field") for text in shown)


def test_a_form_shows_names_and_values_and_leaves_out_what_is_empty(style: StyleSource, put: Put) -> None:
    view = form(style, samples.expense_values())
    put(view)
    shown = texts(view)
    assert shown[:4] == ["Type", "Travel", "Purpose", "上海供应商走访"]
    assert {"¥ 1,280.50", "壹仟贰佰捌拾元伍角", "2026-11-17 to 2026-11-19 (3 days)"} <= set(shown)
    assert "With" not in shown
    assert [chip.text() for chip in view.findChildren(ValueChip)] == ["发票 3 张.pdf"]


def test_what_a_correction_changed_says_what_it_was(style: StyleSource, put: Put) -> None:
    former = samples.expense_values()
    view = form(
        style, samples.expense_values(amount=samples.money("1080"), why="") | {"with": [samples.ME]}, former
    )
    put(view)
    shown = texts(view)
    assert "was: ¥ 1,280.50" in shown
    assert "was: 上海供应商走访" in shown
    assert "was: empty" in shown


def test_a_file_a_person_and_a_request_are_clicked(style: StyleSource, put: Put, qtbot: QtBot) -> None:
    values = {
        "files": [{"name": "a.pdf", "uri": "mxc://x/y"}],
        "with": [samples.ME],
        "before": [{"room_id": "!r:x", "title": "t", "number": "N"}],
    }
    view = form(style, values)
    put(view)
    chips = {chip.text(): chip for chip in view.findChildren(ValueChip)}
    with qtbot.waitSignal(view.file_activated) as file:
        chips["a.pdf"].click()
    with qtbot.waitSignal(view.person_activated) as person:
        QTest.keyClick(chips["李娜"], Qt.Key.Key_Return)
    with qtbot.waitSignal(view.request_activated) as request:
        chips["t"].click()
    assert (file.args[0].uri, person.args, request.args) == ("mxc://x/y", [samples.ME], ["!r:x"])


@given(st.dictionaries(st.sampled_from([f.key for f in samples.expense_template().fields]), st.recursive(st.none() | st.text(max_size=9) | st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "amount", "item", "from", "uri", "sum"]), inner, max_size=3), max_leaves=6)))  # fmt: skip
def test_whatever_stands_in_a_form_is_shown_somehow(values: dict[str, Any]) -> None:
    app = QApplication.instance() or QApplication([])
    assert app is not None
    from ui import theme

    form(StyleSource(theme.light(has_motion=False)), values).deleteLater()


def test_two_hundred_fields_and_a_long_text_are_folded_not_cut(style: StyleSource, put: Put) -> None:
    fields = tuple(Field(f"f{n}", FieldKind.LONG_TEXT, {"en": f"Field {n}"}) for n in range(200))
    view = form(style, {"f0": "word " * 2000, "f199": "last"}, fields=fields)
    put(view)
    assert "last" in texts(view)
    long = next(text for text in texts(view) if text.startswith("word"))
    assert len(long) < 600
    button_of(view, "Show all").click()
    assert any(len(text) > 9000 for text in texts(view))


def test_a_long_table_is_folded_and_its_sums_stay(style: StyleSource, put: Put) -> None:
    rows = tuple((f"item {n}", str(n)) for n in range(60))
    table = ApprovalTable(
        style, TableValue((TableColumn("Item"), TableColumn("Sum", True)), rows, ("Total", "1770"))
    )
    put(table)
    folded = table.grid.height()
    assert button_of(table, "Show all 60 rows").isVisible()
    button_of(table, "Show all 60 rows").click()
    assert not table.grid.is_folded
    assert table.grid.height() > 3 * folded
    assert table.grid.accessibleName().endswith("Item Total, Sum 1770")


def test_buttons_without_room_go_into_the_menu(style: StyleSource, put: Put, qtbot: QtBot) -> None:
    bar = ApprovalActBar(style)
    put(bar)
    bar.set_acts(choices(6), "hint")
    qtbot.waitUntil(lambda: bar.width() >= 880)
    assert not bar.hidden_choices()
    bar.setFixedWidth(360)
    bar.set_acts(choices(6), "hint")
    hidden = bar.hidden_choices()
    assert hidden
    assert bar.more.isVisible()
    shown = [bar.button(choice.act) for choice in choices(6)[: 6 - len(hidden)]]
    assert all(b is not None and b.geometry().right() < bar.more.geometry().left() for b in shown)
    with qtbot.waitSignal(bar.more_requested) as asked:
        bar.more.click()
    assert asked.args is not None
    assert asked.args[0] == hidden


def test_a_button_that_only_changes_its_words_keeps_the_focus(style: StyleSource, put: Put) -> None:
    bar = ApprovalActBar(style)
    put(bar)
    bar.set_acts(choices(2), "")
    button = bar.button(choices(2)[1].act)
    assert button is not None
    button.setFocus()
    bar.set_acts((choices(2)[0], ActChoice(choices(2)[1].act, "in 3 min", is_enabled=True)), "")
    assert button.hasFocus()
    assert button.text() == "in 3 min"


def test_the_seal_says_less_where_there_is_little_room(style: StyleSource, put: Put) -> None:
    header = ApprovalHeader(style)
    put(header)
    page = page_of(samples.expense_detail(), (), (), samples.context())
    header.show_headline(page.head)
    wide = header.seal.sizeHint().width()
    header.setFixedWidth(360)
    header.show_headline(page.head)
    assert header.seal.sizeHint().width() < wide
    assert header.seal.accessibleName() == "Sealed, nobody can change it"


def test_notices_offer_what_can_be_done(style: StyleSource, put: Put, qtbot: QtBot) -> None:
    notices = ApprovalNotices(style)
    put(notices)
    notices.set_notices(
        (Notice("a", NoticeKind.ATTENTION, "Bad", "text " * 60, ApprovalAct.RETRY, "Try again"),)
    )
    box = notices.boxes[0]
    qtbot.waitUntil(lambda: box.height() == box.heightForWidth(box.width()))
    with qtbot.waitSignal(notices.act_requested) as asked:
        box.buttons[0].click()
    assert asked.args == [ApprovalAct.RETRY]
    notices.set_notices(())
    assert notices.isHidden()


def test_a_notice_whose_time_runs_keeps_its_button_and_the_focus(style: StyleSource, put: Put) -> None:
    notices = ApprovalNotices(style)
    put(notices)

    def tell(text: str, act_text: str = "Undo") -> None:
        notices.set_notices(
            (Notice("a", NoticeKind.WAITING, "Will be sent", text, ApprovalAct.UNDO, act_text),)
        )

    tell("34 s")
    (box,) = notices.boxes
    box.buttons[0].setFocus()
    tell("33 s, " + "and it takes quite a while " * 12)
    assert notices.boxes == (box,) and box.buttons[0].hasFocus()
    assert box._text.text().startswith("33 s") and box.accessibleName().startswith("Will be sent 33 s")
    assert box.height() == box.heightForWidth(box.width())
    tell("33 s", "Make it a draft again")
    assert notices.boxes != (box,) and notices.boxes[0]._text.text() == "33 s"


def test_chips_take_as_many_lines_as_they_need(style: StyleSource, put: Put) -> None:
    flow = ChipFlow(style, [ValueChip(style, f"a rather long name of a file {n}.pdf") for n in range(6)])
    put(flow)
    one = flow.chips[0].height()
    flow.resize(300, 400)
    assert flow.minimumHeight() >= 6 * one
    assert all(chip.geometry().right() < 300 for chip in flow.chips)


def rows(order: list[int], pending: int = 0) -> list[Any]:
    return [samples.expense_row(room_id=RoomID(f"!{n}"), pending=pending if n % 3 == 0 else 0) for n in order]


def made_model() -> ApprovalListModel:
    return ApprovalListModel(lambda row: card_of(row, ApprovalBox.TODO, samples.context()))


orders = st.lists(st.integers(0, 12), unique=True, max_size=12)


@given(st.lists(st.tuples(orders, st.integers(0, 1), st.sets(st.integers(0, 12))), max_size=6))
def test_the_model_follows_any_list_and_ticks_only_what_is_there(
    steps: list[tuple[list[int], int, set[int]]],
) -> None:
    QApplication.instance() or QApplication([])
    model = made_model()
    tester = QAbstractItemModelTester(model, FATAL)
    for order, pending, ticks in steps:
        model.set_rows(rows(order, pending))
        model.set_ticked([f"!{n}" for n in ticks], True)
        assert list(model.uids) == [f"!{n}" for n in order]
        possible = {f"!{n}" for n in order if not (pending and n % 3 == 0)}
        assert set(model.ticked) <= possible
        assert {f"!{n}" for n in ticks} & possible <= set(model.ticked)
    model.append(rows([20, 21]))
    assert list(model.uids[-2:]) == ["!20", "!21"]
    del tester


def test_keys_of_the_list(style: StyleSource, put: Put, qtbot: QtBot) -> None:
    view, model = ApprovalListView(style), made_model()
    model.set_rows(rows(list(range(30))))
    view.set_rows_model(model, model)
    put(view)
    view.set_current(0)
    for key, signal in (
        (Qt.Key.Key_A, view.act_requested),
        (Qt.Key.Key_R, view.act_requested),
        (Qt.Key.Key_N, view.new_requested),
        (Qt.Key.Key_Slash, view.search_requested),
        (Qt.Key.Key_Return, view.entered),
        (Qt.Key.Key_J, view.chosen),
        (Qt.Key.Key_PageDown, view.chosen),
        (Qt.Key.Key_Home, view.chosen),
        (Qt.Key.Key_Menu, view.context_requested),
    ):
        with qtbot.waitSignal(signal):
            QTest.keyClick(view, key)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert [*model.ticked] == ["!0"]
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [*model.ticked] == ["!0", "!1"]


def test_a_tag_is_amber_while_somebody_is_waited_for() -> None:
    row = samples.expense_row(is_todo=False, has_acted=True, waiting=("刘洋",))
    assert card_of(row, ApprovalBox.DONE, samples.context()).tag_kind is TagKind.AMBER
