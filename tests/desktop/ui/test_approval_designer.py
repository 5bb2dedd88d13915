"""The designer with real widgets over a real cache and service: what is shown, edited, refused, published, kept."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.approvals.field_checks import COLUMN_KINDS
from app.domain.approvals.findings import Flaw
from app.domain.approvals.template import (
    Branch,
    Compare,
    Condition,
    Field,
    FieldKind,
    Fork,
    OnNobody,
    PickKind,
    Route,
    Template,
)
from app.domain.approvals.wire import ROLES_TYPE, TEMPLATE_TYPE
from app.domain.sending import RequestKind
from app.errors import InputError
from resources.translations import set_language
from tests.helpers.company import user
from tests.helpers.designer_stage import (
    FINANCE,
    DesignerStage,
    designer_stage,
    expense,
    step,
    words,
)
from tests.helpers.input_method import commit
from tests.helpers.signed_in import run
from ui.screens.approval_designer import field_edits as forms
from ui.screens.approval_designer import route_edits as routes
from ui.screens.approval_designer.designer_window import DesignerWindow
from ui.screens.approval_designer.editing import TemplateEditing
from ui.screens.approval_designer.editor_page import BASICS, FORM, ROUTE, RULES, TRY
from ui.screens.approval_designer.route_edits import Place
from ui.template_words import kind_words

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
OFF = Template("old", 2, words("Old one"), (), expense().route, is_off=True)
Work = Callable[[DesignerStage], Coroutine[Any, Any, None]]


def scene(qapp: QApplication, folder: Path, work: Work, language: str = "en") -> None:
    async def scenario() -> None:
        async with designer_stage(folder, language) as it:
            await work(it)

    run(qapp, scenario())


def editing_of(window: DesignerWindow) -> TemplateEditing:
    editing = window.editor.editing
    assert editing is not None
    return editing


def keys(window: DesignerWindow) -> list[str]:
    return [field.key for field in editing_of(window).template.fields]


def tags(window: DesignerWindow, title: str) -> list[str]:
    row = next(row for row in window.templates.list.rows() if row.title == title)
    return [text for text, _ in row.tags]


def at() -> QWidget:
    """Where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


async def checked(window: DesignerWindow) -> None:
    """Let the check run that follows an edit."""
    editing_of(window).check()
    await asyncio.sleep(0)


def test_the_list_says_what_is_published_off_and_comes_with_tack(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense(), OFF)
        window = await it.open()
        await it.until(lambda: len(window.templates.list.rows()) > 2)
        sections = {row.title: row.section for row in window.templates.list.rows()}
        assert sections["Expense"] == "Published" and sections["Old one"] == "Switched off"
        assert sections["Leave"] == "Come with Tack"
        assert tags(window, "Expense") == ["Version 3"] and tags(window, "Leave") == []
        assert window.templates.banner.text() == "" and not window.templates.new.isHidden()

    scene(qapp, tmp_path, work)


def test_a_template_is_made_and_published_with_the_keyboard_alone(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open()
        window.templates.new.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(window.templates.new, Qt.Key.Key_Return)
        basics = window.editor.basics
        commit(basics.name.fields["zh"].edit, "礼品")
        QTest.keyClicks(basics.name.fields["en"].edit, "Gifts")
        QTest.keyClick(basics.name.fields["en"].edit, Qt.Key.Key_2, CTRL)
        form = window.editor.form
        assert window.editor.stack.currentWidget() is form
        tile = next(one for one in form.palette_box.tiles() if "Amount" in one.accessibleName())
        QTest.keyClick(tile, Qt.Key.Key_Return)
        assert form.panel.path() == ("money1",)
        QTest.keyClick(form.panel.required, Qt.Key.Key_Space)
        QTest.keyClick(form.list, Qt.Key.Key_4, CTRL)
        assert window.editor.stack.currentWidget() is window.editor.rules
        QTest.keyClick(window.editor.publish, Qt.Key.Key_Return)
        await it.until(lambda: it.queued(TEMPLATE_TYPE))
        (row,) = it.queued(TEMPLATE_TYPE)
        made = msgspec.convert(row.content, Template)
        assert (made.version, made.name) == (1, {"zh": "礼品", "en": "Gifts"})
        assert [(field.kind, field.is_required) for field in made.fields] == [(FieldKind.MONEY, True)]
        await it.until(lambda: not editing_of(window).is_changed)
        window.show_list()
        await it.until(lambda: "Gifts" in [one.title for one in window.templates.list.rows()])
        assert tags(window, "Gifts") == ["Will be sent", "Version 1"]

    scene(qapp, tmp_path, work)


def test_what_cannot_work_is_not_published_but_shown_where_it_is(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        editor, editing = window.editor, editing_of(window)
        editing.edit(forms.change_field(editing.template, ("why",), name={}))
        editing.edit(routes.change_node(editing.template, "first", who=()))
        editing.edit(routes.change_route(editing.template, on_nobody=OnNobody.PERSON))
        await checked(window)
        assert [row.is_wrong for row in editor.form.list.rows()] == [False, True, False]
        editor.publish.click()
        assert it.queued(TEMPLATE_TYPE) == []
        assert "3 things to mend" in editor.banner.text()
        seen = set()
        for _ in range(3):
            seen.add(editor.tabs.current())
            editor.go_to_next_flaw()
        assert seen == {FORM, ROUTE, RULES}
        editor.form.go_to(("why",))
        assert "it has no name" in editor.form.panel.note.text()
        editor.route.go_to("step:first")
        assert "it names nobody" in editor.route.step.note.text()
        assert editor.route.flow.stops()["step:first"].accessibleDescription() == "Something is wrong here"
        assert "somebody shall stand in" in editor.rules.note.text()
        for _ in range(3):
            editing.undo()
        await checked(window)
        assert editor.banner.text() == "" and editing.flaws() == ()

    scene(qapp, tmp_path, work)


def test_versions_grow_and_a_newer_one_is_told(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        editing = editing_of(window)
        assert window.editor.version.text() == "Version 3" and not window.editor.publish.isEnabled()
        QTest.keyClicks(window.editor.form.panel.hint.fields["en"].edit, "all of it")
        assert window.editor.state.text() == "Not published"
        window.editor.publish.click()
        await it.until(lambda: it.queued(TEMPLATE_TYPE))
        assert it.queued(TEMPLATE_TYPE)[0].content["version"] == 4
        await it.until(lambda: window.editor.version.text() == "Version 4")
        assert not editing.is_overtaken
        entry = editing.entry
        assert entry is not None
        editing.edit(forms.remove_field(editing.template, ("why",))[0])
        newer = msgspec.structs.replace(entry.template, version=9)
        editing.follow(entry._replace(template=newer), editing.roles)
        assert (editing.is_overtaken, editing.next_version) == (True, 10)
        assert "Version 9 was published since you began" in window.editor.banner.text()

    scene(qapp, tmp_path, work)


def test_undo_takes_typing_back_also_from_within_the_field(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        form, before = window.editor.form, editing_of(window).template
        form.go_to(("why",))
        edit = form.panel.name.fields["en"].edit
        edit.setFocus()
        await asyncio.sleep(0.05)
        QTest.keyClick(edit, Qt.Key.Key_End)
        QTest.keyClicks(edit, " so")
        assert form.list.rows()[1].title == "Why so"
        QTest.keyClick(edit, Qt.Key.Key_Z, CTRL)
        assert editing_of(window).template == before and edit.text() == "Why"
        QTest.keyClick(edit, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
        assert edit.text() == "Why so"
        QTest.keyClick(edit, Qt.Key.Key_Z, CTRL)
        QTest.keyClick(edit, Qt.Key.Key_Y, CTRL)
        assert edit.text() == "Why so"
        QTest.keyClick(edit, Qt.Key.Key_Z, CTRL)
        form._remove("when")
        window.editor.undo.click()
        assert keys(window) == ["amount", "why", "when"]

    scene(qapp, tmp_path, work)


def test_a_draft_survives_the_window_and_can_be_thrown_away(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        window.editor.form._add(FieldKind.RATING.value)
        window.close()
        await it.until(lambda: not it.windows())
        await asyncio.sleep(0.1)
        window = await it.open()
        await it.until(lambda: "Draft" in tags(window, "Expense"))
        window.open_template("expense")
        assert "rating1" in keys(window) and window.editor.state.text() == "Not published"
        window.editor.discard_wanted.emit()
        await it.until(lambda: "Draft" not in tags(window, "Expense"))
        window.toasts._toasts[-1]._act()
        await it.until(lambda: "Draft" in tags(window, "Expense"))
        window.templates.discard.click()
        await it.until(lambda: "Draft" not in tags(window, "Expense"))
        window.open_template("expense")
        assert "rating1" not in keys(window)

    scene(qapp, tmp_path, work)


def test_who_goes_back_and_forth_quickly_loses_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense(), OFF)
        window = await it.open("expense")
        for number, kind in enumerate((FieldKind.RATING, FieldKind.TEXT, FieldKind.PHONE), 4):
            window.editor.form._add(kind.value)
            window.show_list()
            window.open_template("expense")
            assert len(keys(window)) == number
        window.editor.duplicate_wanted.emit()
        window.open_template("expense")
        assert len(keys(window)) == 6
        window.editor.discard_wanted.emit()
        window.open_template("expense")
        assert len(keys(window)) == 3

    scene(qapp, tmp_path, work)


def test_fields_are_put_in_order_by_keys_and_by_mouse(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        fields = window.editor.form.list
        fields.set_current("amount")
        QTest.keyClick(fields, Qt.Key.Key_Down, ALT)
        assert keys(window) == ["why", "amount", "when"] and fields.current_key() == "amount"
        QTest.keyClick(fields, Qt.Key.Key_Up, ALT)
        assert keys(window) == ["amount", "why", "when"]
        top, low = (fields.visualRect(fields.model().index(n, 0)) for n in (0, 2))
        view = fields.viewport()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=top.center())
        for point in (top.center() + QPoint(0, 12), low.center() + QPoint(0, 8)):
            _drag(view, point)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=low.center() + QPoint(0, 8))
        assert keys(window) == ["why", "when", "amount"]
        QTest.keyClick(fields, Qt.Key.Key_Delete)
        assert keys(window) == ["why", "when"] and fields.current_key() == "when"
        QTest.keyClick(fields, Qt.Key.Key_Z, CTRL)
        assert keys(window) == ["why", "when", "amount"]

    scene(qapp, tmp_path, work)


def _drag(view: QWidget, point: QPoint) -> None:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(view.mapToGlobal(point)),
        left,
        left,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)


def test_columns_go_into_their_table(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        form = window.editor.form
        form.go_to(("when",))
        for kind in (FieldKind.TABLE, FieldKind.TEXT, FieldKind.MONEY, FieldKind.FILE):
            form._add(kind.value)
        assert forms.paths_of(editing_of(window).template)[3:] == [
            ("table1",),
            ("table1", "text1"),
            ("table1", "money1"),
            ("file1",),
        ]
        form.go_to(("table1", "money1"))
        assert not form.panel.has_sum.isHidden() and form.panel.conditions.isHidden()
        form.panel.has_sum.click()
        column = forms.field_at(editing_of(window).template, ("table1", "money1"))
        assert column is not None and column.has_sum
        await it.until(lambda: "file1" in form.preview._rows)
        assert "table1" in form.preview._rows

    scene(qapp, tmp_path, work)


def test_choices_formulas_and_conditions_of_fields(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        form, editing = window.editor.form, editing_of(window)
        form._add(FieldKind.SINGLE.value)
        form.panel.options.add.click()
        row = next(iter(form.panel.options.rows().values()))
        QTest.keyClicks(row.fields["en"].edit, "Train")
        QTest.keyClick(row.fields["en"].edit, Qt.Key.Key_Return)
        QTest.keyClicks(list(form.panel.options.rows().values())[1].fields["en"].edit, "Plane")
        field = forms.field_at(editing.template, ("single1",))
        assert field is not None and [one.name for one in field.options] == [{"en": "Train"}, {"en": "Plane"}]
        form._add(FieldKind.FORMULA.value)
        QTest.keyClicks(form.panel.formula.edit, "amount * 2")
        assert form.panel.meaning.text() == "= “Amount” * 2"
        form.panel.conditions.add.click()
        condition = form.panel.conditions.rows()[0]
        condition._field_chosen("single1")
        condition.options.chips()["option2"].click()
        field = forms.field_at(editing.template, ("formula1",))
        assert field is not None and field.formula == "amount * 2"
        assert [(one.field, one.values) for one in field.visible_if] == [("single1", ("option2",))]
        await checked(window)
        assert editing.flaws() == ()

    scene(qapp, tmp_path, work)


def test_steps_and_forks_are_added_anywhere_and_edited(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense(), roles=FINANCE)
        window = await it.open("expense")
        editing, page = editing_of(window), window.editor.route
        window.editor.open_part(ROUTE)
        stops = page.flow.stops()
        assert list(stops)[:4] == ["start", "plus://0", "step:first", "plus://1"]
        QTest.keyClick(stops["plus:fork1/else/0"], Qt.Key.Key_Return)
        it.menu()["Step"].trigger()
        assert page.flow.current() == "step:step1"
        page.step.who.rows()[0]._kind_chosen(PickKind.ROLE.value)
        page.step.who.rows()[0]._take(role="finance")
        await asyncio.sleep(0.05)
        assert "Role: Finance" in page.flow.stops()["step:step1"].accessibleName()
        QTest.keyClick(page.flow.stops()["plus://0"], Qt.Key.Key_Return)
        it.menu()["Fork by conditions"].trigger()
        fork = editing.template.route.nodes[0]
        assert isinstance(fork, Fork) and page.flow.current() == f"branch:{fork.key}/{fork.branches[0].key}"
        page.branch.groups[0].add.click()
        page.branch.groups[0].rows()[0].text.edit.setFocus()
        QTest.keyClicks(page.branch.groups[0].rows()[0].text.edit, "100")
        assert "Amount > 100" in page.flow.stops()[page.flow.current()].accessibleName()
        QTest.keyClick(page.flow.stops()[f"fork:{fork.key}"], Qt.Key.Key_Delete)
        placed = routes.place_of(editing.template, "step1")
        assert placed == Place("fork1", "else", 0)
        await checked(window)
        assert editing.flaws() == ()

    scene(qapp, tmp_path, work)


def test_a_step_is_moved_into_a_branch_by_menus(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        page = window.editor.route
        window.editor.open_part(ROUTE)
        page._menu("step:first", QPoint(10, 10))
        it.menu()["Move…"].trigger()
        assert window.toasts.texts() == ("Choose a plus where it shall go.",)
        page.flow.stops()["plus:fork1/big/1"].click()
        it.menu()["Move “first” here"].trigger()
        assert routes.place_of(editing_of(window).template, "first") == Place("fork1", "big", 1)
        assert page.flow.current() == "step:first"
        page.flow.stops()["plus://0"].click()
        assert "Move “first” here" not in it.menu()

    scene(qapp, tmp_path, work)


def test_the_flow_is_walked_and_ordered_with_the_keyboard(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        page = window.editor.route
        window.editor.open_part(ROUTE)
        page.flow.focus_card("start")
        await asyncio.sleep(0.05)
        for _ in range(2):
            QTest.keyClick(at(), Qt.Key.Key_Down)
        assert page.flow.stops()["step:first"].hasFocus()
        QTest.keyClick(at(), Qt.Key.Key_Down, ALT)
        assert [node.key for node in editing_of(window).template.route.nodes] == ["fork1", "first"]
        assert page.flow.stops()["step:first"].hasFocus()
        page.flow.focus_card("branch:fork1/big")
        QTest.keyClick(at(), Qt.Key.Key_Right)
        assert page.flow.stops()["branch:fork1/else"].hasFocus()
        QTest.keyClick(at(), Qt.Key.Key_Return)
        assert page.branch.isAncestorOf(at())
        QTest.keyClick(at(), Qt.Key.Key_Escape)
        assert page.flow.stops()["branch:fork1/else"].hasFocus()
        takers = [
            key for key, stop in page.flow.stops().items() if stop.focusPolicy() == Qt.FocusPolicy.StrongFocus
        ]
        assert takers == ["branch:fork1/else"]

    scene(qapp, tmp_path, work)


def test_a_trial_shows_who_would_decide_for_whom_and_why(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        page = window.editor.trial
        window.editor.open_part(TRY)
        await it.until(lambda: len(page.chart.nodes()) == 2)
        page.form.set_form(editing_of(window).template, {"amount": {"amount": "9000", "currency": "CNY"}})
        page.who._add(user("tom"))
        await it.until(lambda: [node.title for node in page.chart.nodes()] == ["Tom", "刘洋", "赵磊"])
        assert page.requester() == user("tom")

    scene(qapp, tmp_path, work)


def test_without_power_one_looks_and_nothing_changes(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense(), power=0)
        window = await it.open("expense")
        assert window.templates.new.isHidden() and "Ask an administrator" in window.templates.banner.text()
        assert window.editor.publish.isHidden() and "needs the power" in window.editor.banner.text()
        window.editor.form._add(FieldKind.TEXT.value)
        QTest.keyClick(window.editor.form.list, Qt.Key.Key_Delete)
        assert keys(window) == ["amount", "why", "when"] and not editing_of(window).is_changed
        assert not any(tile.isEnabled() for tile in window.editor.form.palette_box.tiles())
        line, switch = window.editor.form.panel.name.fields["en"].edit, window.editor.form.panel.required
        assert line.isReadOnly() and line.isEnabled() and not switch.isEnabled()
        window.editor.open_part(ROUTE)
        window.editor.route.go_to("step:first")
        assert not window.editor.route.step.who.add.isEnabled() and window.editor.more.isHidden()
        assert [key for key, stop in window.editor.route.flow.stops().items() if stop.isVisible()] == [
            "start",
            "step:first",
            "branch:fork1/big",
            "step:boss",
            "branch:fork1/else",
            "end",
        ]
        window.editor.duplicate_wanted.emit()
        window.editor.open_part(TRY)
        await it.until(lambda: len(window.editor.trial.chart.nodes()) == 2)

    scene(qapp, tmp_path, work)


def test_where_there_is_no_library_it_is_set_up(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        window = await it.open()
        assert "no library of templates yet" in window.templates.banner.text()
        assert {row.section for row in window.templates.list.rows()} == {"Come with Tack"}
        window._set_up()
        dialog = window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        setup = next(one for one in dialog if type(one).__name__ == "SetUpDialog")
        setup.press("accept")  # type: ignore[attr-defined]
        await it.until(
            lambda: [row for row in it.cache.read.queue(limit=50) if row.kind is RequestKind.CREATE_ROOM]
        )

    scene(qapp, tmp_path, work)


def test_a_template_is_switched_off_and_copied(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open()
        window.templates.list.set_current("expense")
        window.templates.switch.click()
        await it.until(lambda: it.queued(TEMPLATE_TYPE))
        assert it.queued(TEMPLATE_TYPE)[0].content["is_off"] is True
        await it.until(
            lambda: (
                {row.title: row.section for row in window.templates.list.rows()}["Expense"] == "Switched off"
            )
        )
        window.templates.copy.click()
        copied = editing_of(window).template
        assert copied.id != "expense" and copied.name["en"] == "Expense (copy)" and not copied.is_off
        assert window.editor.tabs.current() == BASICS
        window.show_list()
        await it.until(lambda: "Expense (copy)" in [row.title for row in window.templates.list.rows()])

    scene(qapp, tmp_path, work)


def test_roles_are_edited_undone_and_published(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense(), roles=FINANCE)
        window = await it.open()
        window.templates.roles.click()
        page = window.roles
        await it.until(lambda: page.list.rows())
        page.add.click()
        assert not page.publish.isEnabled()  # it has no name yet
        QTest.keyClicks(page.name.fields["en"].edit, "Legal")
        page.people._add(user("tom"))
        page.people._add(user("chenjing"))
        page.undo.click()
        page._choose("finance")
        page.people._remove(user("zhaolei"))
        page.publish.click()
        await it.until(lambda: it.queued(ROLES_TYPE))
        roles = it.queued(ROLES_TYPE)[0].content["roles"]
        assert [(role["key"], role["people"]) for role in roles] == [
            ("finance", [user("chenjing")]),
            ("role1", [user("tom")]),
        ]
        await it.until(lambda: not page.is_changed)

    scene(qapp, tmp_path, work)


def test_changed_roles_are_not_lost_without_a_question(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense(), roles=FINANCE)
        window = await it.open()
        window._show_roles()
        window.roles._choose("finance")
        window.roles.remove.click()
        window.close()
        assert window.isVisible()
        question = window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        dialog = next(one for one in question if type(one).__name__ == "Dialog")
        dialog.press("accept")  # type: ignore[attr-defined]
        await it.until(lambda: not it.windows())
        assert it.queued(ROLES_TYPE) == []

    scene(qapp, tmp_path, work)


def test_everything_the_keyboard_reaches_has_a_name(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense(), roles=FINANCE)
        window = await it.open("expense")
        editor = window.editor
        editor.form.go_to(("amount",))
        editor.route.go_to("step:first")
        for part in (BASICS, FORM, ROUTE, RULES):
            editor.open_part(part)
            await asyncio.sleep(0.05)
            nameless = [
                f"{part}: {type(one).__name__} {one.objectName()}"
                for one in editor.findChildren(QWidget)
                if one.isVisible()
                and one.focusPolicy() & Qt.FocusPolicy.TabFocus
                and not name_of(one)
                and not editor.form.preview.isAncestorOf(one)
            ]
            assert nameless == []

    scene(qapp, tmp_path, work)


def test_a_route_that_is_dead_or_open_says_so_in_chinese(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        editing = editing_of(window)
        editing.edit(routes.remove_node(routes.remove_node(editing.template, "first"), "fork1"))
        await checked(window)
        window.editor.publish.click()
        assert "申请可能没有任何人审批就通过" in window.editor.banner.text()
        assert window.editor.tabs.current() == ROUTE
        editing.undo()
        branches = routes.insert_branch(editing.template, "fork1", words("Bigger"))
        template = routes.change_branch(
            branches[0],
            "fork1",
            branches[1],
            any_of=routes.branch_at(branches[0], "fork1", "big").any_of,  # type: ignore[union-attr]
        )
        editing.edit(template)
        await checked(window)
        assert "Bigger：永远不会进入这个分支" in _sentences(window)

    scene(qapp, tmp_path, work, "zh")


def _sentences(window: DesignerWindow) -> str:
    from ui.template_words import flaw_words

    editing = editing_of(window)
    return "\n".join(flaw_words(editing.template, flaw) for flaw in editing.flaws())


def test_a_newer_version_of_what_was_not_changed_is_simply_shown(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        editing = editing_of(window)
        entry = editing.entry
        assert entry is not None
        newer = msgspec.structs.replace(entry.template, version=4, fields=entry.template.fields[:1])
        editing.follow(entry._replace(template=newer), editing.roles)
        assert keys(window) == ["amount"] and not editing.is_changed
        assert window.editor.version.text() == "Version 4" and window.editor.banner.text() == ""

    scene(qapp, tmp_path, work)


def test_the_server_may_refuse_a_publication(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        window.editor.form._add(FieldKind.RATING.value)
        editing_of(window).failed.emit(InputError("no", code="approval_no_library"))
        assert window.editor.banner.text() and "rating1" in keys(window)

    scene(qapp, tmp_path, work)


def test_every_kind_can_be_added_and_shown_also_as_a_column(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense(fields=(), route=Route((step("one", "tom"),))))
        window = await it.open("expense")
        form, editing = window.editor.form, editing_of(window)
        for kind in FieldKind:
            form.go_to(())
            form._add(kind.value)
            assert form.panel.heading.text() == kind_words(kind)
        for kind in COLUMN_KINDS:
            form.go_to(("table1",))
            template = editing.template
            field = Field(forms.new_key(template, kind.value), kind, words("C"))
            editing.edit(forms.insert_column(template, "table1", field)[0])
            form.go_to(("table1", field.key))
        assert len(editing.template.fields) == len(FieldKind)
        await checked(window)
        found = {(flaw.flaw, flaw.key.split(".")[-1].rstrip("12")) for flaw in editing.flaws()}
        assert found == {
            (Flaw.NO_OPTIONS, "single"),
            (Flaw.NO_OPTIONS, "multiple"),
            (Flaw.BAD_FORMULA, "formula"),
        }
        await it.until(lambda: form.preview.is_built and len(form.preview._rows) == len(FieldKind))

    scene(qapp, tmp_path, work)


def test_in_another_language_the_window_stays_at_its_template(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        await it.library(expense())
        window = await it.open("expense")
        window.editor.open_part(ROUTE)
        editing_of(window).edit(forms.remove_field(editing_of(window).template, ("why",))[0])
        set_language("zh")
        await it.until(lambda: it.windows() and it.windows()[0] is not window)
        (fresh,) = it.windows()
        await it.until(lambda: fresh.editor.editing is not None)
        assert fresh.editor.tabs.current() == ROUTE and fresh.editor.publish.text() == "发布"
        assert keys(fresh) == ["amount", "when"]

    scene(qapp, tmp_path, work)


def test_foreign_keys_with_signs_in_them_do_no_harm(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: DesignerStage) -> None:
        branches = (
            Branch("a/b", words("A"), ((Condition("x.y", Compare.MORE, ("1",)),),), (step("s/1:2", "tom"),)),
            Branch("/", words("Else")),
        )
        fields = (
            Field("x.y", FieldKind.MONEY, words("X")),
            Field("x\u202e\n", FieldKind.TEXT, words("Y\nZ")),
        )
        await it.library(expense(fields=fields, route=Route((step("f", "tom"), Fork("f/k", branches)))))
        window = await it.open("expense")
        page, editing = window.editor.route, editing_of(window)
        window.editor.form.go_to(("x.y",))
        assert window.editor.form.list.current_key() == "x.y"
        window.editor.open_part(ROUTE)
        page.go_to("branch:f/k/a/b")
        assert page.branch.branch() == ("f/k", "a/b")
        page.flow.stops()["plus:f/k/a/b/0"].click()
        it.menu()["Step"].trigger()
        assert routes.place_of(editing.template, "step1") == Place("f/k", "a/b", 0)
        QTest.keyClick(page.flow.stops()["branch:f/k//"], Qt.Key.Key_Delete)
        assert routes.node_at(editing.template, "f/k") is None

    scene(qapp, tmp_path, work)
