"""The parts of the designers: list, canvas of the route, palette, choices, checks, a text in two languages."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from widgets.designer_cards import CardButton, RouteBranch, RouteCard, RouteFork, RouteItem
from widgets.designer_checks import CheckRow
from widgets.designer_flow import RouteFlow
from widgets.designer_list import ROW, DesignerList, DesignerModel, DesignerRow
from widgets.designer_parts import ChoiceRows, Palette, PaletteItem, TwoLanguages
from widgets.painting import TagKind
from widgets.style import StyleSource

Put = Callable[[QWidget], QWidget]


def rows(*keys: str) -> list[DesignerRow]:
    return [DesignerRow(key, key.upper(), section="S" if number else "") for number, key in enumerate(keys)]


def route() -> list[RouteItem]:
    """Start, a step, a fork of two (the first with a step), end."""
    branches = (
        RouteBranch(
            RouteCard("branch:f/a", "A", ("x > 1",), is_branch=True), "a", (RouteCard("step:in", "In"),)
        ),
        RouteBranch(RouteCard("branch:f/b", "B", is_branch=True), "b"),
    )
    return [
        RouteCard("start", "Start", is_fixed=True),
        RouteCard("step:one", "One", ("Manager", "All")),
        RouteFork(RouteCard("fork:f", "Fork"), "f", branches),
        RouteCard("end", "End", is_fixed=True),
    ]


def test_the_model_is_a_good_model(qapp: object) -> None:
    model = DesignerModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for shown in (rows("a", "b"), rows("a", "b", "c"), [], rows("c", "b")):
        model.set_rows(shown)
        assert model.rowCount() == len(shown)
    assert model.data(model.index(0), ROW) == rows("c", "b")[0]
    assert model.data(QModelIndex()) is None
    assert [model.heading(0), model.heading(1)] == ["", "S"]


def test_words_of_rows_change_without_losing_the_place(style: StyleSource, put: Put) -> None:
    view = DesignerList(style, "Fields", is_movable=True)
    put(view)
    view.set_rows(rows("a", "b", "c"))
    view.set_current("b")
    view.set_rows([DesignerRow(key, "new", tags=(("Key", TagKind.GREY),)) for key in ("a", "b", "c")])
    assert view.current_key() == "b" and view.rows()[1].words == "new, Key"
    view.set_rows(rows("c", "b"))
    assert view.current_key() == "b"
    view.set_rows(rows("c"))
    assert view.current_key() == ""


def test_the_list_by_keyboard(style: StyleSource, put: Put, qtbot: QtBot) -> None:
    view = DesignerList(style, "Fields", is_movable=True)
    put(view)
    view.set_rows(rows("a", "b", "c"))
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.hasFocus)
    assert view.current_key() == "a" and view.has_ring
    said: list[object] = []
    view.chosen.connect(said.append)
    view.opened.connect(lambda key: said.append(("open", key)))
    view.step_wanted.connect(lambda key, step: said.append((key, step)))
    view.remove_wanted.connect(lambda key: said.append(("remove", key)))
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert said == ["b", ("b", 1), ("open", "b"), ("remove", "b")]


def test_cards_stand_under_each_other_and_branches_side_by_side(style: StyleSource, put: Put) -> None:
    flow = RouteFlow(style, "Route")
    put(flow)
    flow.set_items(route())
    stops = flow.stops()
    assert list(stops) == [
        "start",
        "plus://0",
        "step:one",
        "plus://1",
        "fork:f",
        "branch:f/a",
        "plus:f/a/0",
        "step:in",
        "plus:f/a/1",
        "branch:f/b",
        "plus:f/b/0",
        "plus://2",
        "end",
    ]
    assert stops["branch:f/a"].y() == stops["branch:f/b"].y()
    assert stops["branch:f/a"].geometry().right() < stops["branch:f/b"].x()
    assert stops["start"].y() < stops["step:one"].y() < stops["fork:f"].y() < stops["end"].y()
    assert stops["plus://2"].y() > stops["plus:f/a/1"].geometry().bottom()
    boxes = [stop.geometry() for stop in stops.values()]
    assert not any(one.intersects(other) for n, one in enumerate(boxes) for other in boxes[n + 1 :])
    assert all(stop.accessibleName() for stop in stops.values())


def test_a_plus_says_where_it_is_and_buttons_stay(style: StyleSource, put: Put) -> None:
    flow = RouteFlow(style, "Route")
    put(flow)
    flow.set_items(route())
    said: list[object] = []
    flow.insert_wanted.connect(lambda fork, branch, at, point: said.append((fork, branch, at)))
    flow.branch_wanted.connect(said.append)
    flow.chosen.connect(said.append)
    for key in ("plus:f/b/0", "plus://1", "fork:f", "step:in"):
        flow.stops()[key].click()
    assert said == [("f", "b", 0), ("", "", 1), "fork:f", "step:in"]
    before = flow.stops()["step:in"]
    before.setFocus()
    items = route()
    items.insert(1, RouteCard("step:new", "New"))
    flow.set_items(items)
    assert flow.stops()["step:in"] is before and before.hasFocus()
    assert "step:new" in flow.stops()


def test_deep_routes_keep_their_cards_apart(style: StyleSource, put: Put) -> None:
    def nested(depth: int) -> RouteItem:
        if not depth:
            return RouteCard("step:last", "Last", ("Somebody", "All", "Copies"))
        inside = (nested(depth - 1),)
        branches = tuple(
            RouteBranch(RouteCard(f"branch:f{depth}/{n}", "B", ("…",)), str(n), inside if n == 1 else ())
            for n in range(3)
        )
        return RouteFork(RouteCard(f"fork:f{depth}", "Fork"), f"f{depth}", branches)

    flow = RouteFlow(style, "Route")
    put(flow)
    flow.set_items([RouteCard("start", "Start"), nested(6), RouteCard("end", "End")])
    boxes = [stop.geometry() for stop in flow.stops().values()]
    assert len(boxes) == 6 * 8 + 5
    assert not any(one.intersects(other) for n, one in enumerate(boxes) for other in boxes[n + 1 :])


def test_the_palette_goes_round_by_arrows(style: StyleSource, put: Put, qtbot: QtBot) -> None:
    palette = Palette(style)
    put(palette)
    palette.set_items([PaletteItem(key, key, "star") for key in "abcdef"])
    palette.resize(220, palette.height())
    picked: list[str] = []
    palette.picked.connect(picked.append)
    palette.tiles()[0].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(palette.tiles()[0].hasFocus)
    QTest.keyClick(palette.tiles()[0], Qt.Key.Key_Right)
    assert palette.tiles()[1].hasFocus()
    QTest.keyClick(palette.tiles()[1], Qt.Key.Key_Return)
    palette.set_allowed(["a"])
    palette.tiles()[1].click()
    palette.tiles()[0].click()
    assert picked == ["b", "a"]


def test_a_text_in_two_languages_keeps_a_third(style: StyleSource, put: Put) -> None:
    field = TwoLanguages(style, "Name")
    put(field)
    field.set_words({"zh": "甲", "en": "A", "de": "Ä"})
    said: list[object] = []
    field.changed.connect(said.append)
    QTest.keyClicks(field.fields["en"].edit, "b")
    field.fields["zh"].edit.selectAll()
    QTest.keyClick(field.fields["zh"].edit, Qt.Key.Key_Delete)
    assert said == [{"zh": "甲", "en": "Ab", "de": "Ä"}, {"en": "Ab", "de": "Ä"}]
    field.set_words({"en": "Ab"})
    assert len(said) == 2 and field.words() == {"en": "Ab"}


def test_choices_are_added_by_enter_and_moved(style: StyleSource, put: Put) -> None:
    choices = ChoiceRows(style, "Choices")
    put(choices)
    choices.set_choices([("a", {"en": "A"}), ("b", {"en": "B"})])
    said: list[object] = []
    choices.add_wanted.connect(lambda: said.append("add"))
    choices.edited.connect(lambda key, words: said.append((key, words)))
    choices.step_wanted.connect(lambda key, step: said.append((key, step)))
    choices.removed.connect(said.append)
    row = choices.rows()["b"]
    QTest.keyClicks(row.fields["en"].edit, "x")
    QTest.keyClick(row.fields["en"].edit, Qt.Key.Key_Return)
    row.up.click()
    row.remove.click()
    assert said == [("b", {"en": "Bx"}), "add", ("b", -1), "b"]
    choices.set_choices([("b", {"en": "Bx"}), ("a", {"en": "A"})])
    assert choices.rows()["b"] is row and list(choices.rows()) == ["b", "a"]


def test_checks_are_turned_on_and_off(style: StyleSource, put: Put) -> None:
    checks = CheckRow(style, "Templates")
    put(checks)
    checks.set_choices([("a", "Leave"), ("b", "Expense")])
    checks.set_checked(["b"])
    said: list[object] = []
    checks.changed.connect(said.append)
    QTest.keyClick(checks.chips()["a"], Qt.Key.Key_Space)
    checks.chips()["b"].click()
    assert said == [("a", "b"), ("a",)]


def test_the_tip_of_a_card_shows_others_words_as_they_are(style: StyleSource, put: Put) -> None:
    """HTML in a tip would load pictures, on Windows with the person's credentials."""
    holder = QWidget()
    put(holder)
    card = CardButton(style, holder)
    card.show_card(RouteCard("s", "Step", ('<img src="//elsewhere/x.png">',)), is_current=False)
    assert "<img" not in card.toolTip() and "&lt;img" in card.toolTip()
