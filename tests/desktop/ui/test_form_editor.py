"""A form to be filled in, over a real cache: what its inputs give, what is said about them, how one moves in it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.domain.approvals.findings import Problem, ProblemAt
from app.domain.approvals.planning import check_values
from app.domain.approvals.request import Values
from app.domain.approvals.template import Field, FieldKind, Template
from tests.helpers.approval_templates import EVERY_KIND, ROUTE, options, words
from tests.helpers.company import ME, user
from tests.helpers.input_method import commit, compose
from tests.helpers.signed_in import Desktop, desktop, run
from ui.forms.fields_choice import FlowInput
from ui.forms.fields_dates import DateInput, DateTimeInput, RangeInput
from ui.forms.fields_files import FilesInput
from ui.forms.fields_people import DepartmentInput, LinkedInput, PersonInput
from ui.forms.fields_table import AT_ONCE, TableInput
from ui.forms.fields_text import FormulaInput, LineInput, LongTextInput
from ui.forms.form_editor import FormEditor


class Stage:
    """A form in a window of its own."""

    def __init__(self, desk: Desktop) -> None:
        self.desktop = desk
        self.area = QScrollArea()
        self.editor = FormEditor(desk.chat._desk)
        self.area.setWidget(self.editor)
        self.area.setWidgetResizable(True)
        self.area.resize(700, 800)
        self.area.show()
        self.area.activateWindow()
        self.told = 0
        self.editor.changed.connect(self._count)

    def _count(self) -> None:
        self.told += 1

    async def show(self, template: Template = EVERY_KIND, values: Values | None = None) -> None:
        self.editor.set_form(template, values or {})
        await self.desktop.until(lambda: self.editor.is_built)
        await asyncio.sleep(0)

    def line(self, key: str) -> LineInput:
        found = self.editor.input(key)
        assert isinstance(found, LineInput)
        return found

    def type(self, key: str, text: str) -> None:
        QTest.keyClicks(self.line(key).line, text)


def scene(qapp: QApplication, folder: Path, work: Callable[[Stage], Any]) -> None:
    async def scenario() -> None:
        async with desktop(folder) as desk:
            it = Stage(desk)
            try:
                await work(it)
            finally:
                it.editor.stop()
                it.area.close()
                it.area.deleteLater()
                await asyncio.sleep(0)

    run(qapp, scenario())


async def until(it: Stage, condition: Callable[[], object]) -> None:
    await it.desktop.until(condition)


WHOLE: Values = {
    "text": "Shanghai",
    "long": "two\nlines",
    "number": "12",
    "money": {"amount": "1280.50", "currency": "CNY"},
    "date": "2026-11-17",
    "moment": "2026-11-17T09:30+00:00",
    "range": {"from": "2026-11-17", "to": "2026-11-19", "from_half": "pm", "to_half": "pm", "days": "2.5"},
    "single": "train",
    "many": ["a", "c"],
    "person": [str(ME)],
    "unit": [{"id": "!unit:x", "name": "Sales"}],
    "phone": "+86 21 5555",
    "stars": "4",
    "items": [{"what": "Train", "count": "2", "price": {"amount": "281.25", "currency": "CNY"}}],
    "image": [{"name": "a.png", "size": 3, "mimetype": "image/png", "uri": "mxc://x/a"}],
    "file": [{"name": "b.pdf", "size": 9, "mimetype": "application/pdf", "uri": "mxc://x/b"}],
    "link": [{"room_id": "!r:x", "title": "Trip of Li", "number": "TRP-1"}],
    "twice": "24",
    "seat": "12A",
}


def test_every_kind_shows_a_value_and_gives_it_back(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show(values=WHOLE)
        assert it.editor.values() == WHOLE
        assert it.told == 0

    scene(qapp, tmp_path, work)


@pytest.mark.parametrize("wrong", [1, "x", [1], {"a": 1}, [{"b": 2}], {"from": 3}, [[]], True])
def test_values_of_a_wrong_type_leave_an_empty_input(qapp: QApplication, tmp_path: Path, wrong: Any) -> None:
    """A draft, or a copy of what a stranger sent, may hold anything."""

    async def work(it: Stage) -> None:
        await it.show(values=dict.fromkeys(WHOLE, wrong))
        it.editor.values()
        it.editor.show_problems(check_values(EVERY_KIND, it.editor.values()))

    scene(qapp, tmp_path, work)


def test_numbers_are_understood_as_people_type_them(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        it.type("number", "1,280")
        it.line("money").line.setFocus()
        compose(it.line("money").line, "１２")
        commit(it.line("money").line, "１２８０。５")
        values = it.editor.values()
        assert values["number"] == "1280"
        assert values["money"] == {"amount": "1280.5", "currency": "CNY"}
        assert "壹仟贰佰捌拾元伍角" in it.editor.row("money").hint()
        assert values["twice"] == "2560"
        twice = it.editor.input("twice")
        assert isinstance(twice, FormulaInput) and twice.shown.text() == "2,560"

    scene(qapp, tmp_path, work)


def test_half_typed_things_stand_as_typed_and_are_named(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        it.type("number", "12x")
        date = it.editor.input("date")
        assert isinstance(date, DateInput)
        QTest.keyClicks(date.moment.day, "17 Nov")
        values = it.editor.values()
        assert (values["number"], values["date"]) == ("12x", "17 Nov")
        it.editor.show_problems(check_values(EVERY_KIND, values))
        assert it.editor.row("number").problem() == "“12x” is not a number."
        assert "17 Nov" in it.editor.row("date").problem()
        assert it.line("number").line.accessibleDescription() == "“12x” is not a number."

    scene(qapp, tmp_path, work)


def test_problems_are_marked_and_the_first_gets_the_cursor(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show(values={"money": {"amount": "9000", "currency": "CNY"}})
        it.editor.show_problems(check_values(EVERY_KIND, it.editor.values()))
        assert it.editor.row("text").problem() == "Fill this in."
        assert it.editor.row("money").problem() == "At most 5,000."
        assert it.line("text").line.hasFocus()
        it.type("text", "x")
        assert it.editor.row("text").problem() == ""  # being mended
        assert it.editor.row("money").problem() == "At most 5,000."

    scene(qapp, tmp_path, work)


def test_a_hidden_field_comes_and_keeps_what_it_held(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        assert it.editor.row("seat").isHidden()
        single = it.editor.input("single")
        assert isinstance(single, FlowInput)
        train, plane = single.flow._buttons
        QTest.mouseClick(train, Qt.MouseButton.LeftButton)
        assert not it.editor.row("seat").isHidden()
        it.type("seat", "12A")
        QTest.mouseClick(plane, Qt.MouseButton.LeftButton)
        assert it.editor.row("seat").isHidden() and "seat" not in it.editor.values()
        assert it.editor.typed()["seat"] == "12A"
        QTest.mouseClick(train, Qt.MouseButton.LeftButton)
        assert it.editor.values()["seat"] == "12A"
        QTest.mouseClick(train, Qt.MouseButton.LeftButton)
        assert "single" not in it.editor.values()  # a second click gives it back

    scene(qapp, tmp_path, work)


def test_days_and_moments_are_typed_or_chosen(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        date, moment = it.editor.input("date"), it.editor.input("moment")
        assert isinstance(date, DateInput) and isinstance(moment, DateTimeInput)
        QTest.keyClicks(date.moment.day, "20261117")
        assert it.editor.values()["date"] == "2026-11-17"
        QTest.keyClick(date.moment.day, Qt.Key.Key_Up)
        assert it.editor.values()["date"] == "2026-11-18"
        QTest.keyClick(date.moment.day, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        panel = date.moment.day._panel
        assert panel is not None and panel.isVisible()
        QTest.keyClick(panel.month.days, Qt.Key.Key_Left)
        QTest.keyClick(panel.month.days, Qt.Key.Key_Return)
        assert it.editor.values()["date"] == "2026-11-17"
        QTest.keyClicks(moment.moment.day, "2026-11-17")
        assert moment.moment.clock is not None
        moment.moment.clock.selectAll()
        QTest.keyClicks(moment.moment.clock, "930")
        assert it.editor.values()["moment"].startswith("2026-11-17T09:30")

    scene(qapp, tmp_path, work)


@pytest.mark.parametrize("day", ["1970-01-01", "9999-12-31", "0001-01-01"])
def test_any_day_of_the_calendar_can_be_written(qapp: QApplication, tmp_path: Path, day: str) -> None:
    async def work(it: Stage) -> None:
        await it.show(values={"date": day, "moment": f"{day}T00:00+00:00"})
        assert it.editor.values()["date"] == day
        date = it.editor.input("date")
        assert isinstance(date, DateInput)
        date.moment.day.open_panel()
        for key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            assert date.moment.day._panel is not None
            QTest.keyClick(date.moment.day._panel.month.days, key)
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            QTest.keyClick(date.moment.day, key)

    scene(qapp, tmp_path, work)


def test_a_range_counts_half_days_and_never_ends_before_it_begins(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        span = it.editor.input("range")
        assert isinstance(span, RangeInput)
        QTest.keyClicks(span.ends["from"].day, "2026-11-17")
        QTest.keyClicks(span.ends["to"].day, "2026-11-19")
        assert it.editor.values()["range"]["days"] == "3"
        span.halves["from"].set_current("pm")
        span.halves["from"].chosen.emit("pm")
        assert it.editor.values()["range"] == {
            "from": "2026-11-17",
            "to": "2026-11-19",
            "from_half": "pm",
            "to_half": "pm",
            "days": "2.5",
        }
        assert span.days.text() == "2.5 days in all"
        span.ends["from"].day.selectAll()
        QTest.keyClicks(span.ends["from"].day, "2026-11-25")
        QTest.keyClick(span.ends["from"].day, Qt.Key.Key_Return)
        assert it.editor.values()["range"]["to"] == "2026-11-25"

    scene(qapp, tmp_path, work)


def test_rows_are_added_removed_and_summed(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        table = it.editor.input("items")
        assert isinstance(table, TableInput)
        assert [row.value() for row in table.rows] == [{}] and "items" not in it.editor.values()
        first = table.rows[0].inputs
        assert isinstance(first["what"], LineInput) and isinstance(first["price"], LineInput)
        QTest.keyClicks(first["what"].line, "Train")
        QTest.keyClicks(first["price"].line, "10.5")
        QTest.keyClick(table.add, Qt.Key.Key_Return)
        second = table.rows[1].inputs
        assert isinstance(second["price"], LineInput) and isinstance(second["what"], LineInput)
        assert second["what"].line.hasFocus()
        QTest.keyClicks(second["price"].line, "4")
        assert table.sums.text() == "Price: ¥ 14.50 in all"
        it.editor.show_problems(check_values(EVERY_KIND, it.editor.values()))
        assert table.rows[1]._cells["what"].problem() == "Fill this in."
        table.rows[0].removed.emit()
        assert [row["price"]["amount"] for row in it.editor.values()["items"]] == ["4"]
        QTest.keyClick(table.undo, Qt.Key.Key_Return)
        assert [row["price"]["amount"] for row in it.editor.values()["items"]] == ["10.5", "4"]
        assert table.undo.isHidden()

    scene(qapp, tmp_path, work)


def test_an_empty_row_between_shifts_no_problem(qapp: QApplication, tmp_path: Path) -> None:
    """The computed form knows no empty rows, so its numbers are others than those on the screen."""

    async def work(it: Stage) -> None:
        await it.show(values={"text": "x", "items": [{"what": "a"}]})
        table = it.editor.input("items")
        assert isinstance(table, TableInput)
        table.add_row()
        table.add_row()
        last = table.rows[2].inputs["count"]
        assert isinstance(last, LineInput)
        QTest.keyClicks(last.line, "1")
        it.editor.show_problems(check_values(EVERY_KIND, it.editor.values()))
        assert [row._cells["what"].problem() for row in table.rows] == ["", "", "Fill this in."]

    scene(qapp, tmp_path, work)


def test_a_long_table_shows_more_when_asked_and_loses_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        rows = [{"what": str(number)} for number in range(AT_ONCE + 5)]
        await it.show(values={"text": "x", "items": rows})
        table = it.editor.input("items")
        assert isinstance(table, TableInput)
        await until(it, lambda: len(table.rows) == AT_ONCE)
        assert it.editor.values()["items"] == rows
        assert not table.more.isHidden() and table.add.isHidden()
        it.editor.show_problems([ProblemAt(Problem.TOO_LONG, "items", AT_ONCE + 2, "what", "9")])
        assert table.rows[AT_ONCE + 2]._cells["what"].problem()
        table.show_more()
        await until(it, lambda: len(table.rows) == AT_ONCE + 5)
        assert it.editor.values()["items"] == rows and not table.add.isHidden()

    scene(qapp, tmp_path, work)


def test_files_come_by_drop_and_pictures_by_paste(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        files, images = it.editor.input("file"), it.editor.input("image")
        assert isinstance(files, FilesInput) and isinstance(images, FilesInput)
        report = tmp_path / "report.pdf"
        report.write_bytes(b"%PDF")
        (tmp_path / "empty.txt").touch()
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(report)), QUrl.fromLocalFile(str(tmp_path / "empty.txt"))])
        drop = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        files.files.dropEvent(drop)
        await until(it, lambda: files.value())
        (ref,) = it.editor.values()["file"]
        assert (ref["name"], ref["size"], ref["path"]) == ("report.pdf", 4, str(report))
        assert "empty.txt" in it.editor.row("file").hint()  # why it was not taken
        images.add_files((report,))
        await until(it, lambda: "report.pdf" in it.editor.row("image").hint())
        assert images.value() is None
        picture = QImage(8, 8, QImage.Format.Format_RGB32)
        picture.fill(QColor("red"))
        QGuiApplication.clipboard().setImage(picture)
        QTest.keyClick(images.files, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        await until(it, lambda: images.value())
        (shot,) = it.editor.values()["image"]
        assert shot["mimetype"] == "image/png" and shot["sha256"]
        data_kept = await it.desktop.account.outbox.read(shot["path"])
        assert data_kept.startswith(b"\x89PNG")
        assert it.desktop.account.outbox.is_sealed(shot["path"])
        QTest.mouseClick(files.files._rows[0].cross, Qt.MouseButton.LeftButton)
        assert "file" not in it.editor.values()

    scene(qapp, tmp_path, work)


def test_files_dropped_anywhere_go_to_the_field_for_them(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        report, picture = tmp_path / "report.pdf", tmp_path / "shot.png"
        for path in (report, picture):
            path.write_bytes(b"data")
        assert it.editor.give_files((report,)) and it.editor.give_files((picture,))
        await until(it, lambda: {"file", "image"} <= it.editor.values().keys())
        assert it.editor.values()["file"][0]["name"] == "report.pdf"
        assert it.editor.values()["image"][0]["name"] == "shot.png"
        await it.show(Template("t", 1, words("T"), (Field("x", FieldKind.TEXT, words("X")),), ROUTE))
        assert not it.editor.give_files((report,))

    scene(qapp, tmp_path, work)


def test_a_file_that_is_gone_is_said_at_once(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        lost = {"name": "a.pdf", "size": 1, "mimetype": "application/pdf", "path": str(tmp_path / "a.pdf")}
        await it.show(values={"file": [lost]})
        files = it.editor.input("file")
        assert isinstance(files, FilesInput)
        await until(it, lambda: files.files._rows[0].file.is_lost)
        assert it.editor.values()["file"] == [lost]

    scene(qapp, tmp_path, work)


def test_people_and_departments_are_found_by_name(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        person, unit = it.editor.input("person"), it.editor.input("unit")
        assert isinstance(person, PersonInput) and isinstance(unit, DepartmentInput)
        person.focus_input()
        commit(person.picker.field, "王")
        await until(it, lambda: person.picker.suggestions())
        QTest.keyClick(person.picker.field, Qt.Key.Key_Return)
        await until(it, lambda: person.value())
        assert person.value() and person.picker.chips.chips()[0].name.startswith("王")
        person.take_names(["Nobody Ever"])
        await until(it, lambda: "Nobody Ever" in it.editor.row("person").hint())

    scene(qapp, tmp_path, work)


def test_names_of_people_in_a_draft_are_looked_up(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        someone = user("wangmin")
        await it.show(values={"person": [str(someone), "@gone:nowhere"]})
        person = it.editor.input("person")
        assert isinstance(person, PersonInput)
        await until(it, lambda: person.picker.chips.chips()[0].name != "wangmin")
        assert person.value() == [str(someone), "@gone:nowhere"]

    scene(qapp, tmp_path, work)


def test_an_input_method_keeps_enter_and_sends_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        long = it.editor.input("long")
        assert isinstance(long, LongTextInput)
        compose(long.area.editor, "shang")
        QTest.keyClick(long.area.editor, Qt.Key.Key_Return)
        commit(long.area.editor, "上海")
        assert it.editor.values()["long"] == "上海"

    scene(qapp, tmp_path, work)


def test_the_tab_key_goes_through_the_form_from_top_to_bottom(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show()
        table = it.editor.input("items")
        assert isinstance(table, TableInput)
        table.add_row()
        it.editor.focus_first()
        seen: list[QWidget] = []
        for _ in range(80):
            focused = QApplication.focusWidget()
            if focused is None or focused in seen:
                break
            seen.append(focused)
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        tops = [one.mapTo(it.editor, one.rect().topLeft()).y() for one in seen]
        link = it.editor.input("link")
        assert isinstance(link, LinkedInput) and seen[-1] is link.picker.field
        assert [top for at, top in enumerate(tops[1:], 1) if top < tops[at - 1] - 60] == []

    scene(qapp, tmp_path, work)


def test_every_input_has_a_name_for_who_cannot_see_it(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.show(values=WHOLE)
        nameless = [
            type(stop).__name__
            for key in it.editor._inputs
            for stop in it.editor.input(key).stops()
            if not stop.accessibleName()
        ]
        assert nameless == []

    scene(qapp, tmp_path, work)


def test_two_hundred_fields_are_made_between_frames(qapp: QApplication, tmp_path: Path) -> None:
    kinds = [kind for kind in FieldKind if kind not in (FieldKind.TABLE, FieldKind.FORMULA)]
    fields = tuple(
        Field(f"f{n}", kinds[n % len(kinds)], words(f"F{n}"), options=options("A", "B"), text=words("note"))
        for n in range(200)
    )

    async def work(it: Stage) -> None:
        it.editor.set_form(Template("big", 1, words("Big"), fields, ROUTE), {"f0": "kept", "f199": "last"})
        assert not it.editor.is_built  # the rest comes later
        assert it.editor.values()["f0"] == "kept"
        await it.desktop.until(lambda: it.editor.is_built, 20)
        assert len(it.editor._inputs) == 200

    scene(qapp, tmp_path, work)


def test_another_form_takes_the_place_of_one_half_made(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        it.editor.set_form(EVERY_KIND, WHOLE)
        await it.show(
            Template("t", 1, words("T"), (Field("x", FieldKind.TEXT, words("X"), default="d"),), ROUTE)
        )
        assert it.editor.values() == {"x": "d"}

    scene(qapp, tmp_path, work)
