"""Correcting a request that was returned: what was changed is marked and nothing else is sent; the route must stay."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.approvals.values import NewAct
from app.domain.approvals.acts import Act, ActKind
from app.domain.approvals.planning import plan_route
from app.domain.approvals.request import Facts
from app.domain.approvals.rows import ApprovalDetail
from app.domain.approvals.state import Entry, RequestStatus
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.errors import InputError
from tests.helpers.approval_samples import expense_content, expense_detail, expense_state
from tests.helpers.approval_templates import TRIP
from tests.helpers.company import ME, user
from tests.helpers.signed_in import Desktop, desktop, run
from ui.forms.fields_text import LineInput
from ui.screens.new_approval.new_approval_dialog import NewApprovalWindow
from ui.screens.new_approval.resubmit import ResubmitDialog, open_resubmit

WANG = user("wangmin")
VALUES = {"where": "Shanghai", "cost": {"amount": "1280.50", "currency": "CNY"}}


class FakeService:
    """Takes acts as the service does."""

    def __init__(self) -> None:
        self.acts: list[tuple[RoomID, NewAct]] = []
        self.error: InputError | None = None

    async def act(self, room_id: RoomID, new: NewAct) -> TxnID:
        if self.error is not None:
            raise self.error
        self.acts.append((room_id, new))
        return TxnID("t")


class Stage:
    """A signed-in window and the dialog over it."""

    def __init__(self, desk: Desktop, service: FakeService) -> None:
        self.desktop, self.service, self.desk = desk, service, desk.chat._desk

    async def open(self, detail: ApprovalDetail | None = None) -> ResubmitDialog:
        dialog = open_resubmit(self.desk, self.desktop.window, detail or returned())
        await self.until(lambda: dialog.editor.is_built)
        return dialog

    async def until(self, condition: Callable[[], object]) -> None:
        await self.desktop.until(condition)


def returned() -> ApprovalDetail:
    """A trip of mine that came back with a note."""
    chosen: dict[str, tuple[str, ...]] = {"lead": (str(WANG),)}
    plan = plan_route(TRIP, VALUES, Facts(), chosen, UserID(ME))
    content = expense_content(
        VALUES, template=TRIP, steps=plan.steps, facts=Facts(), chosen=chosen, names={str(WANG): "王敏"}
    )
    act = Act(id="a", kind=ActKind.RETURN, note="Which hotel?")
    entries = (Entry(UserID(WANG), act, EventID("$r"), 1),)
    state = expense_state(
        RequestStatus.RETURNED, requester=UserID(ME), values=VALUES, entries=entries, steps=()
    )
    return expense_detail(state, content)


def scene(qapp: QApplication, folder: Path, work: Callable[[Stage], Any]) -> None:
    async def scenario() -> None:
        async with desktop(folder) as desk:
            real, fake = desk.account.approvals, FakeService()
            desk.account.approvals.use_shipped((TRIP,))
            vars(desk.account)["approvals"] = fake
            try:
                await work(Stage(desk, fake))
            finally:
                vars(desk.account)["approvals"] = real
                for kind in (ResubmitDialog, NewApprovalWindow):
                    for one in desk.window.findChildren(kind):
                        one.close()
                await asyncio.sleep(0.05)

    run(qapp, scenario())


def line(dialog: ResubmitDialog, key: str) -> Any:
    found = dialog.editor.input(key)
    assert isinstance(found, LineInput)
    return found.line


def test_only_what_was_changed_goes_out(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        assert dialog.why.text() == "Returned by 王敏: Which hotel?"
        assert dialog.changes() == {}
        line(dialog, "where").selectAll()
        QTest.keyClicks(line(dialog, "where"), "Suzhou")
        assert dialog.editor.row("where").note() == "Changed; was: Shanghai"
        assert dialog.editor.row("cost").note() == ""
        QTest.keyClicks(dialog.note.editor, "The hotel is in Suzhou")
        QTest.keyClick(dialog.note.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await it.until(lambda: it.service.acts)
        ((room, act),) = it.service.acts
        assert room == expense_detail().row.room_id
        assert (act.kind, act.changes, act.note) == (
            ActKind.RESUBMIT,
            {"where": "Suzhou"},
            "The hotel is in Suzhou",
        )
        assert act.text.splitlines()[-1] == "Where: Suzhou"

    scene(qapp, tmp_path, work)


def test_what_is_as_it_was_again_is_not_marked(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        QTest.keyClicks(line(dialog, "where"), "x")
        assert dialog.editor.row("where").note()
        line(dialog, "where").setCursorPosition(99)
        line(dialog, "where").selectAll()
        QTest.keyClicks(line(dialog, "where"), "Shanghai")
        assert dialog.editor.row("where").note() == "" and dialog.changes() == {}

    scene(qapp, tmp_path, work)


def test_a_change_of_the_route_needs_a_new_request(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        line(dialog, "cost").selectAll()
        QTest.keyClicks(line(dialog, "cost"), "9000")
        assert dialog.route.isVisible() and not dialog.button("send").isEnabled()
        QTest.keyClick(line(dialog, "cost"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await asyncio.sleep(0.05)
        assert it.service.acts == []
        line(dialog, "cost").selectAll()
        QTest.keyClicks(line(dialog, "cost"), "90")
        assert not dialog.route.isVisible() and dialog.button("send").isEnabled()

    scene(qapp, tmp_path, work)


def test_problems_are_marked_and_nothing_is_sent(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        line(dialog, "where").clear()
        line(dialog, "where").textEdited.emit("")
        dialog.press("send")
        await it.until(lambda: dialog.editor.row("where").problem())
        assert it.service.acts == [] and dialog.isVisible()

    scene(qapp, tmp_path, work)


def test_a_refusal_is_said_and_keeps_what_was_typed(qapp: QApplication, tmp_path: Path) -> None:
    async def work(it: Stage) -> None:
        dialog = await it.open()
        it.service.error = InputError("late", code="file_gone")
        QTest.keyClicks(dialog.note.editor, "Done")
        dialog.press("send")
        await it.until(lambda: dialog._error.text())
        assert dialog.isVisible() and dialog.note.text() == "Done"
        assert dialog.button("send").isEnabled()

    scene(qapp, tmp_path, work)
