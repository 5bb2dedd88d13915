"""The window in which one asks, over a real cache and the real service without a line: choose, fill, see, keep, send."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.approvals.drafts import read_drafts
from app.approvals.values import NewApproval
from app.domain.approvals.rows import ApprovalBox, ApprovalDetail, ApprovalQuery
from app.domain.approvals.template import Pick, PickKind, StepMode, StepRule, Template
from app.domain.ids import RoomID, UserID
from app.errors import InputError
from tests.helpers.approval_templates import EVERY_KIND, TRIP, words
from tests.helpers.company import ME, user
from tests.helpers.input_method import commit, compose
from tests.helpers.signed_in import Desktop, desktop, run
from ui.forms.fields_choice import FlowInput
from ui.forms.fields_people import PersonInput
from ui.forms.fields_text import LineInput
from ui.screens.new_approval.new_approval_dialog import NewApprovalWindow
from widgets.buttons import Button
from widgets.template_cards import TemplateCards

WANG, ZHANG = user("wangmin"), user("zhangwei")
NOW = 1_795_000_000_000


class Stage:
    """A signed-in window and what floats over it."""

    def __init__(self, desk: Desktop) -> None:
        self.desktop = desk
        self.desk = desk.chat._desk
        self.service = desk.account.approvals

    def offer(self, *templates: Template) -> None:
        """Let these be what one may ask with."""
        self.service.use_shipped(templates)

    async def open(self, template_id: str = "", copy_of: ApprovalDetail | None = None) -> NewApprovalWindow:
        before = set(self.windows())
        self.desk.approvals.open_new(template_id, copy_of)
        window = next((one for one in self.windows() if one not in before), self.windows()[-1])
        await self.until(lambda: window.presenter.is_listed)
        if template_id or copy_of is not None:
            await self.until(lambda: not window.is_picking and window.presenter.preview is not None)
            await self.until(lambda: window.page.editor.is_built)
        return window

    def windows(self) -> list[NewApprovalWindow]:
        found: list[NewApprovalWindow] = self.desktop.window.findChildren(NewApprovalWindow)
        return [one for one in found if one.isVisible()]

    async def until(self, condition: Callable[[], object]) -> None:
        await self.desktop.until(condition, 10)

    async def drafts(self) -> list[Any]:
        return await self.desktop.account.cache.read_in_worker(read_drafts)

    async def mine(self) -> list[Any]:
        read = self.desktop.account.cache.read_in_worker
        page = await read(lambda reader: reader.approvals.page(ApprovalQuery(ApprovalBox.MINE), NOW))
        return list(page.rows)


def scene(qapp: QApplication, folder: Path, work: Callable[[Stage], Any]) -> None:
    async def scenario() -> None:
        async with desktop(folder) as desk:
            it = Stage(desk)
            it.offer(TRIP, EVERY_KIND)
            try:
                await work(it)
            finally:
                for window in it.windows():
                    window.close()
                await asyncio.sleep(0.05)

    run(qapp, scenario())


def line(window: NewApprovalWindow, key: str) -> Any:
    found = window.page.editor.input(key)
    assert isinstance(found, LineInput)
    return found.line


def shown(window: NewApprovalWindow) -> list[str]:
    return window.picker.cards.keys()


async def choose(it: Stage, window: NewApprovalWindow, step: str, name: str) -> None:
    """Type a name where the requester chooses, and take the first suggestion."""
    await it.until(lambda: step in window.page.route._inputs)
    found = window.page.route._inputs[step]
    assert isinstance(found, PersonInput)
    found.focus_input()
    commit(found.picker.field, name)
    await it.until(lambda: found.picker.suggestions())
    QTest.keyClick(found.picker.field, Qt.Key.Key_Return)
    await it.until(lambda: found.value())


def test_a_template_is_found_filled_and_sent(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open()
        assert set(shown(window)) == {"trip", "every"}
        commit(window.picker.search, "trip")
        await it.until(lambda: window.picker.cards.keys() == ["trip"])
        QTest.keyClick(window.picker.search, Qt.Key.Key_Return)
        await it.until(lambda: not window.is_picking and window.page.editor.is_built)
        assert line(window, "where").hasFocus()
        QTest.keyClicks(line(window, "where"), "Shanghai")
        QTest.keyClicks(line(window, "cost"), "1,280.50")
        await choose(it, window, "lead", "王敏")
        await it.until(lambda: window.presenter.preview and window.presenter.preview.plan.error is None)
        QTest.keyClick(line(window, "where"), Qt.Key.Key_Return)  # Enter alone sends nothing
        assert not window.presenter.is_sending
        QTest.keyClick(line(window, "where"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await it.until(lambda: not it.windows())
        (row,) = await it.mine()
        assert row.title == "Trip of 李娜" and row.send_state is not None
        queue = it.desktop.account.cache.read.rooms_to_be_made()
        content = queue[0].content["creation_content"]["im.tack.approval"]
        assert content["values"] == {
            "where": "Shanghai",
            "cost": {"amount": "1280.50", "currency": "CNY"},
        }
        assert content["steps"][0]["people"][0]["user"] == WANG
        texts = json.dumps([one.content for one in it.desktop.account.cache.read.queue()], ensure_ascii=False)
        assert "壹仟贰佰捌拾元伍角" in texts and "Where: Shanghai" in texts
        assert await it.drafts() == []

    scene(qapp, tmp_path, work)


def test_ctrl_enter_sends_also_from_a_button_and_what_waits_is_said(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        assert window.used.text() == ""  # far from full: nobody needs to know
        QTest.keyClicks(line(window, "where"), "Shanghai")
        QTest.keyClicks(line(window, "cost"), "1,280.50")
        await choose(it, window, "lead", "王敏")
        await it.until(lambda: window.presenter.preview and window.presenter.preview.plan.error is None)
        line(window, "where").setFocus()
        compose(line(window, "where"), "yixia")
        QTest.keyClick(line(window, "where"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert not window.presenter.is_sending  # the key was the input method's
        commit(line(window, "where"), "一下")
        window.discard.setFocus()
        QTest.keyClick(window.discard, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await it.until(lambda: not it.windows())
        assert len(await it.mine()) == 1
        is_online = it.desktop.account.connection.is_online
        assert it.desk.toasts.texts()[-1].startswith("Request sent" if is_online else "Will be sent when")

    scene(qapp, tmp_path, work)


def test_what_stands_in_the_way_is_said_where_it_is(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        window.send.click()
        await it.until(lambda: window.page.editor.row("where").problem())
        assert line(window, "where").hasFocus() and "marked" in window.error.text()
        QTest.keyClicks(line(window, "where"), "Shanghai")
        assert window.error.text() == ""
        QTest.keyClicks(line(window, "cost"), "80")
        window.send.click()
        await it.until(lambda: "“Lead”" in window.error.text())
        assert window.page.route._rows["lead"].problem() == "Choose who decides in the step “Lead”."
        assert it.windows() and not await it.mine()

    scene(qapp, tmp_path, work)


def test_the_route_follows_what_one_types(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        await choose(it, window, "lead", "王敏")
        QTest.keyClicks(line(window, "cost"), "9000")
        await it.until(lambda: "boss" in window.page.route._inputs)
        await choose(it, window, "boss", "张伟")
        await it.until(lambda: len(window.page.route.chart.nodes()) == 3)
        route = window.page.route.chart
        await it.until(lambda: [node.title for node in route.nodes()][1:] == ["王敏", "张伟"])
        assert any("5,000" in text for text in window.page.route.chart.nodes()[2].lines)
        line(window, "cost").selectAll()
        QTest.keyClicks(line(window, "cost"), "90")
        await it.until(lambda: "boss" not in window.page.route._inputs)
        await it.until(lambda: len(window.page.route.chart.nodes()) == 2)

    scene(qapp, tmp_path, work)


def test_where_only_some_can_be_chosen_they_stand_side_by_side(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        pick = Pick(PickKind.CHOSEN, people=(str(WANG), str(ZHANG)), most=1)
        rule = StepRule("one", words("One of two"), StepMode.ALL, (pick,))
        it.offer(msgspec.structs.replace(TRIP, route=msgspec.structs.replace(TRIP.route, nodes=(rule,))))
        window = await it.open("trip")
        await it.until(lambda: "王敏" in [one.text() for one in window.findChildren(QAbstractButton)])
        found = window.page.route._inputs["one"]
        assert isinstance(found, FlowInput)
        QTest.mouseClick(found.flow._buttons[1], Qt.MouseButton.LeftButton)
        assert window.presenter.writing.chosen == {"one": (ZHANG,)}
        await it.until(lambda: len(window.page.route.chart.nodes()) == 2)
        assert not window.presenter.plan_error

    scene(qapp, tmp_path, work)


def test_a_draft_is_kept_at_a_pause_and_gone_on_with(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        QTest.keyClicks(line(window, "where"), "Shang")
        await it.until(lambda: window.kept.text())  # the disk has it: a kill now loses nothing
        (draft,) = await it.drafts()
        assert (draft.template_id, draft.title) == ("trip", "Trip · Shang")
        QTest.keyClicks(line(window, "where"), "hai")
        await choose(it, window, "lead", "王敏")
        window.close()  # keeps the rest silently
        await it.until(lambda: not it.windows())
        await asyncio.sleep(0.1)
        window = await it.open()
        card = window.picker.cards.card(f"draft:{draft.key}")
        assert "Shanghai" in card.accessibleName()
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
        await it.until(lambda: not window.is_picking)
        assert line(window, "where").text() == "Shanghai"
        assert window.presenter.writing.chosen == {"lead": (WANG,)}
        await it.until(lambda: window.page.route._inputs["lead"].value() == [WANG])

    scene(qapp, tmp_path, work)


def test_looking_at_a_form_leaves_no_draft(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("every")
        window.close()
        await asyncio.sleep(0.7)
        assert await it.drafts() == []

    scene(qapp, tmp_path, work)


def test_a_draft_thrown_away_comes_back_on_undo(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.service.save_draft("k", "trip", "Trip · X", {"values": {"where": "X"}})
        window = await it.open()
        window.picker.cards.focus_first()
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Delete)
        await it.until(lambda: "draft:k" not in shown(window))
        assert await it.drafts() == []
        next(one for one in window.findChildren(Button) if one.text() == "Undo").click()
        await it.until(lambda: "draft:k" in shown(window))
        (draft,) = await it.drafts()
        assert draft.content == {"values": {"where": "X"}}

    scene(qapp, tmp_path, work)


def test_throwing_away_what_is_being_written_leaves_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        QTest.keyClicks(line(window, "where"), "Shanghai")
        await it.until(lambda: window.kept.text())
        window.discard.click()
        await it.until(lambda: window.is_picking)
        await asyncio.sleep(0.7)
        assert await it.drafts() == []
        next(one for one in window.findChildren(Button) if one.text() == "Undo").click()
        await it.until(lambda: len(shown(window)) == 3)
        (draft,) = await it.drafts()
        assert draft.content["values"] == {"where": "Shanghai"}

    scene(qapp, tmp_path, work)


def test_a_draft_of_a_template_that_is_gone_is_kept(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        await it.service.save_draft("k", "gone", "Old · X", {"values": {"where": "X"}})
        window = await it.open()
        window.picker.cards.chosen.emit("draft:k")
        assert window.is_picking
        assert "no longer offered" in window.toasts._toasts[-1].text()
        assert len(await it.drafts()) == 1

    scene(qapp, tmp_path, work)


def test_a_late_save_brings_nothing_back_that_was_sent(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        QTest.keyClicks(line(window, "where"), "Shanghai")
        QTest.keyClicks(line(window, "cost"), "80")
        window.presenter.choose("lead", (WANG,))
        window.presenter._save()  # under way when it is sent
        window.send.click()
        await it.until(lambda: not it.windows())
        await asyncio.sleep(0.7)
        assert len(await it.mine()) == 1 and await it.drafts() == []

    scene(qapp, tmp_path, work)


def test_a_request_taken_back_from_the_queue_is_a_draft_with_all_that_was_typed(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        QTest.keyClicks(line(window, "where"), "Shang")
        await it.until(lambda: window.kept.text())
        QTest.keyClicks(line(window, "where"), "hai")  # and no pause
        QTest.keyClicks(line(window, "cost"), "80")
        window.presenter.choose("lead", (WANG,))
        window.send.click()
        await it.until(lambda: not it.windows())
        (row,) = await it.mine()
        await it.service.discard(row.room_id)
        (draft,) = await it.drafts()
        assert draft.content["values"]["where"] == "Shanghai"
        assert await it.mine() == []

    scene(qapp, tmp_path, work)


def test_a_refusal_of_the_service_keeps_form_and_draft(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        QTest.keyClicks(line(window, "where"), "Shanghai")
        QTest.keyClicks(line(window, "cost"), "80")
        window.presenter.choose("lead", (WANG,))

        async def refuse(new: NewApproval) -> RoomID:
            raise InputError("gone", code="file_gone")

        vars(it.service)["send"] = refuse
        window.send.click()
        await it.until(lambda: window.error.text())
        assert window.error.text() == "The file is no longer there. Choose it again."
        assert window.send.isEnabled() and line(window, "where").text() == "Shanghai"
        assert line(window, "where").hasFocus()  # where it was
        await it.until(lambda: window.kept.text())
        assert len(await it.drafts()) == 1

    scene(qapp, tmp_path, work)


def test_a_file_that_is_gone_is_named_at_its_field(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        report = tmp_path / "report.pdf"
        report.write_bytes(b"%PDF")
        window = await it.open("trip")
        QTest.keyClicks(line(window, "where"), "Shanghai")
        QTest.keyClicks(line(window, "cost"), "80")
        window.presenter.choose("lead", (WANG,))
        window.page.editor.input("file").add_files((report,))  # type: ignore[attr-defined]
        await it.until(lambda: "file" in window.page.editor.values())
        report.unlink()
        window.send.click()
        await it.until(lambda: "report.pdf" in window.page.editor.row("file").problem())
        assert not await it.mine()

    scene(qapp, tmp_path, work)


def test_three_megabytes_of_text_are_refused_before_sending(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("every")
        long: Any = window.page.editor.input("long")
        long.set_value("审" * 40_000)
        long.changed.emit()
        QTest.keyClicks(line(window, "text"), "x")
        window.presenter.choose("lead", (WANG,))
        window.send.click()
        await it.until(lambda: "too much for one request" in window.error.text())
        assert "KB" in window.used.text()
        assert long.value() == "审" * 40_000

    scene(qapp, tmp_path, work)


def test_copies_and_deputies_are_part_of_it(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        QTest.keyClicks(line(window, "where"), "Shanghai")
        QTest.keyClicks(line(window, "cost"), "80")
        window.presenter.choose("lead", (WANG,))
        window.page.route.copies.add({str(ZHANG): "张伟"})
        assert window.presenter.writing.cc == (ZHANG,)
        window.send.click()
        await it.until(lambda: not it.windows())
        content = it.desktop.account.cache.read.rooms_to_be_made()[0].content
        assert content["creation_content"]["im.tack.approval"]["cc_own"] == [ZHANG]

    scene(qapp, tmp_path, work)


def test_a_copy_begins_with_what_the_other_had(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        first = await it.open("trip")
        QTest.keyClicks(line(first, "where"), "Shanghai")
        QTest.keyClicks(line(first, "cost"), "80")
        first.presenter.choose("lead", (WANG,))
        first.send.click()
        await it.until(lambda: not it.windows())
        (row,) = await it.mine()
        read = it.desktop.account.cache.read_in_worker
        detail = await read(lambda reader: reader.approvals.detail(row.room_id, NOW))
        assert detail is not None
        window = await it.open(copy_of=detail)
        assert line(window, "where").text() == "Shanghai"
        assert window.presenter.writing.chosen == {"lead": (WANG,)}
        window.close()
        await asyncio.sleep(0.7)
        assert await it.drafts() == []

    scene(qapp, tmp_path, work)


def test_the_keyboard_goes_through_the_cards_and_back_to_the_search(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def work(it: Stage) -> None:
        window = await it.open()
        QTest.keyClick(window.picker.search, Qt.Key.Key_Down)
        cards: TemplateCards = window.picker.cards
        assert cards.card(cards.keys()[0]).hasFocus()
        QTest.keyClick(cards.card(cards.keys()[0]), Qt.Key.Key_Right)
        assert cards.card(cards.keys()[1]).hasFocus()
        QTest.keyClick(cards.card(cards.keys()[1]), Qt.Key.Key_T)
        assert window.picker.search.text() == "t" and window.picker.search.hasFocus()
        commit(window.picker.search, "zzz")
        await it.until(lambda: not cards.keys())
        assert window.picker.empty.isVisible()
        QTest.keyClick(window.picker.search, Qt.Key.Key_Escape)
        QTest.keyClick(window.picker.search, Qt.Key.Key_Escape)
        await it.until(lambda: not it.windows())

    scene(qapp, tmp_path, work)


def test_without_templates_there_is_a_next_step(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        it.offer()
        window = await it.open()
        assert window.picker.empty.isVisible() and window.picker.empty.accessibleName()

    scene(qapp, tmp_path, work)


@pytest.mark.parametrize(("width", "is_narrow"), [(1040, False), (560, True)])
def test_in_a_narrow_window_form_and_route_take_turns(
    qapp: QApplication, tmp_path: Path, width: int, is_narrow: bool
) -> None:
    async def work(it: Stage) -> None:
        window = await it.open("trip")
        window.resize(width, 600)
        await asyncio.sleep(0.05)
        assert window.page.tabs.isVisible() is is_narrow
        assert window.page.route.isVisible() is not is_narrow
        QTest.keyClicks(line(window, "where"), "Shanghai")
        QTest.keyClicks(line(window, "cost"), "80")
        window.send.click()
        await it.until(lambda: window.error.text())
        assert window.page.route.isVisible()  # what is missing is there

    scene(qapp, tmp_path, work)


def test_somebody_else_may_go_on_with_nothing_of_mine(qapp: QApplication, tmp_path: Path) -> None:
    """A template that names who may use it is offered to nobody else."""

    async def work(it: Stage) -> None:
        it.offer(msgspec.structs.replace(TRIP, may_use=(str(WANG),)), EVERY_KIND)
        window = await it.open()
        assert window.picker.cards.keys() == ["every"] and UserID(WANG) != ME

    scene(qapp, tmp_path, work)
