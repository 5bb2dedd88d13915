"""The part of the scripted day about approvals: decided with a note, two at once, asked for, decided by somebody else."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from at_the_desk import AtTheDesk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid

from app.domain.approvals.acts import ActKind
from app.domain.approvals.rows import ApprovalBox, ApprovalDetail, ApprovalQuery, ApprovalRow
from app.domain.approvals.state import RequestStatus
from app.domain.ids import RoomID, UserID
from app.domain.sending import is_new_room
from resources.translations import tr
from ui.screens.approvals.act_dialog import ActDialog
from ui.screens.approvals.approvals_screen import ApprovalsScreen
from ui.screens.main_window.places import Place
from ui.screens.new_approval.new_approval_dialog import NewApprovalWindow
from widgets.rail import Rail

Step = Callable[[], Awaitable[str]]
EXPENSE = "高翔的报销"
NOTE = "住宿标准以内，同意。"
BATCH = ("Sofia Rossi 的请假", "孙悦的对外发布")
REASON = "带孩子体检"
ANSWER = "好的，周四的会我来开。"


class ApprovalSteps:
    """Steps for `Day`; each looks from the other side whether what was done arrived."""

    def __init__(self, at: AtTheDesk) -> None:
        self._at = at
        self._person = at.person
        self._asked: RoomID | None = None

    def plan(self) -> tuple[tuple[str, Step], ...]:
        """The steps in order."""
        return (
            ("approvals to do", self._open_page),
            ("a request", self._open_request),
            ("approve with a note", self._approve),
            ("approve two at once", self._approve_two),
            ("ask for leave", self._ask),
            ("somebody decides", self._be_answered),
        )

    # What the cache says

    def _rows(self, box: ApprovalBox) -> tuple[ApprovalRow, ...]:
        read = self._at.desk.account.cache.read
        return read.approvals.page(ApprovalQuery(box=box), _now_ms()).rows

    def _row(self, box: ApprovalBox, title: str) -> ApprovalRow | None:
        return next((row for row in self._rows(box) if row.title == title), None)

    def _detail(self, room_id: RoomID) -> ApprovalDetail | None:
        return self._at.desk.account.cache.read.approvals.detail(room_id, _now_ms())

    async def _eventually(self, ask: Callable[[], Any], what: str, timeout_s: float = 40) -> Any:
        """Ask somebody else's desk until there is an answer."""
        deadline = time.monotonic() + timeout_s
        while True:
            found = await asyncio.to_thread(ask)
            if found:
                return found
            assert time.monotonic() < deadline, what
            await self._person.breathe(0.3)

    async def _come_to_front(self) -> None:
        """A virtual display has no window manager to do it."""
        window = self._at.application.window
        window.activateWindow()
        await self._person.wait_for("the window does not come back to the front", window.isActiveWindow)

    # Deciding

    async def _open_page(self) -> str:
        rail = await self._person.see(Rail)
        rail.entry_activated.emit(Place.APPROVALS)
        screen = await self._person.see(ApprovalsScreen)
        model = screen.presenter.model
        await self._person.wait_for("the requests are not there", lambda: model.rowCount() >= 5, 60)
        todo = len(self._rows(ApprovalBox.TODO))
        await self._person.wait_for(
            "the number is not that of the list",
            lambda: self._at.desk.account.attention.totals().approvals == todo,
        )
        return f"{todo} requests wait for her, as the rail says"

    async def _open_request(self) -> str:
        screen = await self._person.see(ApprovalsScreen)
        await self._choose(screen, EXPENSE)
        await self._person.wait_for("the request is not shown", lambda: screen.pane.page is not None)
        await self._person.breathe(0.5)
        detail = screen.presenter.detail
        assert detail is not None and detail.seal is not None, "it is not sealed"
        return f"{detail.row.number}: form, route of {len(detail.state.steps)} steps, {detail.row.comments} comments"

    async def _choose(self, screen: ApprovalsScreen, title: str) -> None:
        model = screen.presenter.model

        def look() -> int:
            titles = [model.index(row, 0).data() for row in range(model.rowCount())]
            return titles.index(title) if title in titles else -1

        await self._person.wait_for(f"{title} is not in the list", lambda: look() >= 0)
        await self._person.click_row(screen.column.list, model.index(look(), 0))

        def is_open() -> bool:
            detail = screen.presenter.detail
            return detail is not None and detail.row.title == title

        await self._person.wait_for(f"{title} does not open", is_open)

    async def _approve(self) -> str:
        screen = await self._person.see(ApprovalsScreen)
        detail = screen.presenter.detail
        assert detail is not None
        await self._person.click_button(tr("Approve"))
        dialog = await self._person.see(ActDialog)
        assert dialog.note is not None
        await self._person.write(dialog.note.editor, NOTE)
        QTest.mouseClick(dialog.button("accept"), Qt.MouseButton.LeftButton)
        room = detail.row.room_id
        await self._person.wait_for("the dialog stays", lambda: not (isValid(dialog) and dialog.isVisible()))
        await self._come_to_front()
        await self._person.wait_for(
            "it still waits for her", lambda: self._row(ApprovalBox.TODO, EXPENSE) is None
        )
        await self._person.wait_for(
            "it is not among those done", lambda: self._row(ApprovalBox.DONE, EXPENSE) is not None
        )
        other = await self._at.colleague("gaoxiang")
        me = self._at.company.user(self._at.key)
        acts = await self._eventually(lambda: other.acts(room, me), "the act is not on the server")
        assert [(act["kind"], act.get("note")) for act in acts] == [("approve", NOTE)], acts
        await self._eventually(
            lambda: any(NOTE in body for body in other.bodies(room)), "a phone would not see it"
        )
        return "decided; 高翔 has the act once, and a phone has it as text"

    async def _approve_two(self) -> str:
        screen = await self._person.see(ApprovalsScreen)
        model = screen.presenter.model
        rows = {title: self._row(ApprovalBox.TODO, title) for title in BATCH}
        rooms = [row.room_id for row in rows.values() if row is not None]
        assert len(rooms) == len(BATCH), f"not there: {rows}"
        model.set_ticked(rooms, True)
        await self._person.breathe(0.3)
        screen.batch.decide(model.ticked, ActKind.APPROVE, "")
        me = self._at.company.user(self._at.key)
        for room, who in zip(rooms, ("sofia", "sunyue"), strict=True):
            other = await self._at.colleague(who)
            ask = lambda other=other, room=room: other.acts(room, me)  # noqa: E731
            await self._eventually(ask, f"no act for {who}")
        await self._person.wait_for(
            "they still wait", lambda: not any(self._row(ApprovalBox.TODO, title) for title in BATCH)
        )
        return "two of different templates decided with one click, each once"

    # Asking

    async def _ask(self) -> str:
        self._at.desk.approvals.open_new("leave")
        window = await self._person.see(NewApprovalWindow)
        await self._person.wait_for("no form", lambda: not window.is_picking)
        editor = window.page.editor
        await self._person.wait_for("the form is not whole", lambda: editor.is_built)
        day = (date.today() + timedelta(days=5)).isoformat()
        editor.input("dates").set_value({"from": day, "to": day})
        editor.input("reason").set_value(REASON)
        editor.changed.emit()
        head = self._at.company.user("zhangwei")
        await self._person.wait_for("the route is not shown", lambda: self._decides(window) == [head])
        await self._person.breathe(0.5)
        QTest.mouseClick(window.send, Qt.MouseButton.LeftButton)
        await self._person.wait_for("the window stays", lambda: not (isValid(window) and window.isVisible()))
        await self._come_to_front()
        await self._person.wait_for("the request was not made", lambda: self._made() is not None, 60)
        room = self._asked = self._made()
        assert room is not None
        other = await self._at.colleague("zhangwei")
        levels = await self._eventually(
            lambda: other.sealed_levels(room), "the room is not sealed, or 张伟 is not invited"
        )
        assert levels["users"] == {}
        return "张伟 decides, as shown before sending; he is invited and the room is sealed"

    @staticmethod
    def _decides(window: NewApprovalWindow) -> list[UserID]:
        preview = window.presenter.preview
        if preview is None or preview.plan.error is not None:
            return []
        return [UserID(one.user) for step in preview.plan.steps for one in step.people]

    def _made(self) -> RoomID | None:
        """My newest request, once it is sealed."""
        for row in self._rows(ApprovalBox.MINE):
            is_it = row.template_id == "leave" and row.status is RequestStatus.PENDING
            if is_it and not is_new_room(row.room_id):
                return row.room_id
        return None

    async def _be_answered(self) -> str:
        room = self._asked
        assert room is not None
        detail = self._detail(room)
        assert detail is not None and detail.seal is not None
        step = detail.content.steps[0].key
        other = await self._at.colleague("zhangwei")
        await asyncio.to_thread(other.approve, room, detail.seal, step, ANSWER)

        def status() -> RequestStatus | None:
            now = self._detail(room)
            return now.state.status if now is not None else None

        took = await self._person.wait_for(
            "it is not approved", lambda: status() is RequestStatus.APPROVED, 40
        )
        await self._person.breathe(0.5)
        return f"张伟 approved from another desk; it shows after {took:.2f} s"


def _now_ms() -> int:
    return int(time.time() * 1000)
