"""The approvals page over a real cache: what came by sync is shown, what the person does is in the send queue."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.approvals.values import NewApproval
from app.domain.approvals.acts import ActKind
from app.domain.approvals.rows import ApprovalBox, ApprovalQuery, TemplateEntry
from app.domain.approvals.state import RequestStatus
from app.domain.approvals.wire import CARD_FIELD
from app.domain.events import parse_stripped
from app.domain.sending import RequestKind
from app.domain.sync import Membership, RoomUpdate
from app.errors import Damaged
from app.store.approval_reads import ApprovalReads
from resources.translations import set_language
from tests.helpers.approval_company import CHEN, LIU, ZHAO, Requests, asked
from tests.helpers.approval_store import RequestRoom, request, rule, template
from tests.helpers.company import ME, OUTSIDER, user
from tests.helpers.signed_in import Desktop, desktop, run
from ui.person import Person
from ui.room_dialog import RoomDialog
from ui.screens.approvals.approvals_screen import ApprovalsScreen
from ui.screens.approvals.filter_dialog import FilterDialog
from ui.screens.main_window.places import Place
from widgets.approval_values import (
    APPROVAL_CARD_ROLE,
    ApprovalAct,
    ApprovalCard,
    ApprovalPage,
    Notice,
    NoticeKind,
)
from widgets.dialogs import Dialog
from widgets.flow_chart import FlowMark
from widgets.words import Words

T = TypeVar("T")
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


class Page:
    """The page and what a test asks of it."""

    def __init__(self, desk: Desktop, requests: Requests) -> None:
        self.desk, self.requests, self.account = desk, requests, desk.account
        desk.signed_in._desk.approvals.open()
        screen = desk.page._pages[Place.APPROVALS]
        assert isinstance(screen, ApprovalsScreen)
        self.screen, self.model = screen, screen.presenter.model
        self.tester = QAbstractItemModelTester(self.model, FATAL)

    def cards(self) -> list[ApprovalCard]:
        return [
            self.model.data(self.model.index(n), APPROVAL_CARD_ROLE) for n in range(self.model.rowCount())
        ]

    def titles(self) -> list[str]:
        return [card.title for card in self.cards()]

    def room(self, name: str) -> RequestRoom:
        return self.requests.rooms[name]

    @property
    def page(self) -> ApprovalPage:
        page = self.screen.pane.page
        assert page is not None
        return page

    def acts(self) -> list[ApprovalAct]:
        return [choice.act for choice in self.page.acts]

    async def choose(self, name: str) -> None:
        """Click on a row and wait until it is read."""
        row = self.model.row_of(self.room(name).room_id)
        rect = self.screen.column.list.visualRect(self.model.index(row))
        port = self.screen.column.list.viewport()
        QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=rect.topLeft() + QPoint(150, 20))
        await self.read(name)

    async def read(self, name: str) -> None:
        uid = self.room(name).room_id
        await self.desk.until(lambda: self.screen.pane.page is not None and self.page.uid == uid)

    async def box(self, box: ApprovalBox) -> None:
        self.screen.column.head.box_chosen.emit(box)
        await self.desk.pause(0.05)

    async def sync(self, *names: str) -> None:
        """The server tells all of some rooms again."""
        updates = [self.room(name).update() for name in names]
        await self.account.cache.apply_sync(self.desk.company.batch(*updates))

    def queued(self) -> list[dict[str, Any]]:
        rows = [row for row in self.account.cache.read.queue() if row.kind is RequestKind.ACT]
        return [row.content["act"] for row in rows]

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.screen.column.list, key, modifiers)

    async def dialog(self) -> Any:
        await self.desk.until(lambda: self.screen.acts.dialog is not None)
        return self.screen.acts.dialog

    def ticks(self) -> int:
        return len(self.model.ticked)

    def notices(self) -> list[str]:
        return [notice.title for notice in self.page.notices]


@asynccontextmanager
async def approvals(folder: Path, language: str = "en") -> AsyncIterator[Page]:
    """The window at the approvals page, with requests in all pages."""
    async with desktop(folder, language=language) as desk:
        requests = Requests(desk.company.now_ms)
        await desk.account.cache.apply_sync(desk.company.batch(*requests.updates()))
        made = Page(desk, requests)
        await desk.until(lambda: made.model.rowCount() == 3)
        await desk.until(lambda: made.screen.pane.page is not None)
        yield made
        del made.tester


def test_the_pages_show_what_waits_what_i_did_and_what_i_asked(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            assert sorted(page.titles()) == ["张伟的报销", "赵磊的差旅", "陈静的打车费"]
            assert all(card.when.startswith("waits ") for card in page.cards())
            assert page.cards()[0].facts == "Travel · ¥ 1,280.50"
            assert page.screen.presenter.counts.todo == 3
            await page.box(ApprovalBox.DONE)
            assert page.titles() == ["张伟的团建"]
            assert page.cards()[0].tag == "Waiting for 赵磊, 陈静"
            await page.box(ApprovalBox.MINE)
            assert page.titles() == ["李娜的报销"]
            await page.box(ApprovalBox.COPIES)
            assert page.titles() == []
            assert page.screen.column.nothing.isVisible()

    run(qapp, scenario())


def test_a_request_shows_form_route_discussion_and_what_i_may_do(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            head = page.page.head
            assert (head.title, head.number, head.status) == (
                "张伟的报销",
                "EXP-2026-TRIP",
                "Waiting for 李娜",
            )
            assert head.is_sealed
            assert page.acts()[:3] == [ApprovalAct.APPROVE, ApprovalAct.REJECT, ApprovalAct.RETURN]
            said = [row.text for row in page.screen.pane.view.comments._all]
            assert said == ["住宿标准以内，已核对。"]  # not the form in words
            titles = [node.title for node in page.screen.pane.view.flow.nodes()]
            assert titles[1:3] == ["刘洋", "李娜 (you)"]

    run(qapp, scenario())


def test_a_approves_with_a_note_and_the_row_says_so(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            page.key(Qt.Key.Key_A)
            dialog = await page.dialog()
            dialog.note.set_text("同意")
            QTest.keyClick(dialog.note.editor, Qt.Key.Key_Return)
            await page.desk.until(lambda: page.queued())
            act = page.queued()[0]
            assert (act["kind"], act["step"], act["note"]) == ("approve", "head", "同意")
            await page.desk.until(lambda: "Your approval will be sent" in page.notices())
            assert ApprovalAct.APPROVE not in page.acts()
            row = page.model.row_of(page.room("trip").room_id)
            await page.desk.until(
                lambda: page.cards()[row].tag == "Will be sent"
            )  # it stays until one goes on
            await page.desk.until(lambda: page.screen.presenter.counts.todo == 2)

    run(qapp, scenario())


def test_j_and_k_go_through_the_rows(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            first, second = page.model.uids[0], page.model.uids[1]
            assert page.screen.presenter.room == first
            page.key(Qt.Key.Key_J)
            assert page.screen.presenter.room == second
            QTest.keyClick(page.screen.pane.view, Qt.Key.Key_K)
            assert page.screen.presenter.room == first
            page.key(Qt.Key.Key_K)
            assert page.screen.presenter.room == first

    run(qapp, scenario())


def test_many_are_decided_at_once_and_undone(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            page.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            ticked = set(page.model.ticked)
            assert ticked == {
                page.room("trip").room_id,
                page.room("taxi").room_id,
            }  # "third" has to be opened
            bar = page.screen.column.bar
            assert bar.isVisible()
            bar.note.setText("都同意")
            bar.note.setFocus()
            QTest.keyClick(bar.note, Qt.Key.Key_Return)
            assert bar.approve.hasFocus()
            QTest.keyClick(bar.approve, Qt.Key.Key_Return)
            await page.desk.until(lambda: len(page.queued()) == 2)
            assert {act["note"] for act in page.queued()} == {"都同意"}
            await page.desk.until(lambda: not page.model.ticked)
            assert not bar.isVisible() and page.screen.column.list.hasFocus()
            page.screen.batch.undo()
            await page.desk.until(lambda: not page.queued())
            await page.desk.until(lambda: page.screen.presenter.counts.todo == 3)

    run(qapp, scenario())


def test_what_changed_meanwhile_is_left_out_of_a_batch_and_said(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            rooms = (page.room("trip").room_id, page.room("taxi").room_id, page.room("done").room_id)
            page.screen.batch.decide(rooms, ActKind.APPROVE, "")
            await page.desk.until(lambda: len(page.queued()) == 2)
            await page.desk.pause(0.05)
            dialogs = [
                w
                for w in QApplication.topLevelWidgets()
                if w.isVisible() and w.windowTitle() == "1 was left out"
            ]
            assert len(dialogs) == 1
            dialogs[0].close()
            page.screen.batch.undo()

    run(qapp, scenario())


def test_shift_and_ctrl_and_the_box_tick(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            view = page.screen.column.list
            port, rows = view.viewport(), [view.visualRect(page.model.index(n)) for n in range(3)]
            batchable = [n for n, card in enumerate(page.cards()) if card.can_check]
            at = rows[batchable[0]].topLeft() + QPoint(30, 36)
            QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=at)  # its face
            assert page.ticks() == 1
            shift = Qt.KeyboardModifier.ShiftModifier
            QTest.mouseClick(port, Qt.MouseButton.LeftButton, shift, rows[batchable[1]].center())
            assert page.ticks() == 2
            control = Qt.KeyboardModifier.ControlModifier
            QTest.mouseClick(port, Qt.MouseButton.LeftButton, control, rows[batchable[1]].center())
            assert page.ticks() == 1
            page.key(Qt.Key.Key_Escape)
            assert page.ticks() == 0

    run(qapp, scenario())


def test_news_from_the_server_arrive_while_one_looks(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.box(ApprovalBox.DONE)
            await page.choose("done")
            page.room("done").act(ZHAO, ActKind.APPROVE, "finance", note="已付")
            await page.sync("done")
            await page.desk.until(lambda: page.page.head.status == "Approved")
            await page.desk.until(lambda: page.cards()[0].tag == "Approved")
            page.room("early").act(LIU, ActKind.APPROVE, "manager")
            await page.sync("early")
            await page.desk.until(lambda: page.screen.presenter.counts.todo == 4)

    run(qapp, scenario())


def test_a_returned_request_of_mine_asks_to_be_corrected(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            page.room("mine").act(LIU, ActKind.RETURN, "manager", note="发票不清楚")
            await page.sync("mine")
            page.screen.open_request(page.room("mine").room_id)
            await page.read("mine")
            notice = page.page.notices[0]
            assert (notice.title, notice.text) == ("刘洋 returned it to you to be corrected", "发票不清楚")
            assert page.acts()[:1] == [ApprovalAct.RESUBMIT]

    run(qapp, scenario())


def test_search_and_filter_leave_out_what_does_not_fit(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            page.screen.presenter.search("机场")
            await page.desk.until(lambda: page.titles() == ["陈静的打车费"])
            page.screen.presenter.search("")
            await page.desk.until(lambda: len(page.titles()) == 3)
            page.screen.presenter.show_query(ApprovalQuery(status=RequestStatus.APPROVED))
            await page.desk.until(lambda: page.screen.column.nothing.isVisible())
            assert not page.screen.column.head.filtered.isHidden()
            page.screen.column.head.filter_cleared.emit()
            await page.desk.until(lambda: len(page.titles()) == 3)

    run(qapp, scenario())


def test_an_unsealed_request_takes_no_decision(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            open_room = RequestRoom(
                page.room("trip").content, room="open", requester=LIU, ts=page.desk.company.now_ms
            )
            open_room.put("m.room.member", {"membership": "join"}, ME, ME)
            page.requests.rooms["open"] = open_room
            await page.sync("open")
            page.screen.open_request(open_room.room_id)
            await page.read("open")
            assert page.acts() == []
            assert page.notices()[0] in (
                "Not sealed: do not decide",
                "This request contradicts itself: no decision counts",
            )
            assert not page.page.head.is_sealed

    run(qapp, scenario())


def test_the_place_is_kept_for_the_next_start(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.box(ApprovalBox.MINE)
            assert page.screen.place()["box"] == "mine"
            again = ApprovalsScreen(page.desk.signed_in._desk, page.desk.window, page.screen.place())
            assert again.presenter.query.box is ApprovalBox.MINE
            again.stop()
            again.deleteLater()

    run(qapp, scenario())


async def given(page: Page, act: ApprovalAct, people: tuple[str, ...] = (), note: str = "") -> dict[str, Any]:
    """Do an act through its dialog; what is in the send queue then."""
    page.screen.acts.do(act)
    dialog = await page.dialog()
    if people:
        dialog.people.set_people([Person(user(name), name) for name in people])
    if note:
        dialog.note.set_text(note)
    dialog.press("accept")
    await page.desk.until(lambda: page.queued())
    await page.desk.until(lambda: page.screen.acts.dialog is None)
    return page.queued()[-1]


@pytest.mark.parametrize(
    ("act", "people", "expected"),
    [
        (ApprovalAct.REJECT, (), {"kind": "reject", "step": "head", "note": "n"}),
        (ApprovalAct.RETURN, (), {"kind": "return", "step": "head", "note": "n"}),
        (ApprovalAct.TRANSFER, ("tom",), {"kind": "transfer", "step": "head", "people": [user("tom")]}),
        (ApprovalAct.DELEGATE, ("tom",), {"kind": "delegate", "step": "head", "people": [user("tom")]}),
        (ApprovalAct.ADD_SIGN, ("tom", "wangmin"), {"kind": "add_sign", "where": "before", "people": [user("tom"), user("wangmin")]}),
        (ApprovalAct.CC, ("tom",), {"kind": "cc", "people": [user("tom")]}),
    ],
)  # fmt: skip
def test_each_act_goes_through_its_dialog(
    qapp: QApplication, tmp_path: Path, act: ApprovalAct, people: tuple[str, ...], expected: dict[str, Any]
) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            done = await given(page, act, people, note="n")
            assert {key: done.get(key) for key in expected} == expected

    run(qapp, scenario())


def test_before_approvers_are_added_the_new_route_is_shown(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            page.screen.acts.do(ApprovalAct.ADD_SIGN)
            dialog = await page.dialog()
            assert not dialog.button("accept").isEnabled()
            assert not dialog.added.picture.isVisible()
            dialog.people.set_people([Person(user("tom"), "Tom")])
            assert dialog.added.picture.isVisible()
            nodes = dialog.added.picture.flow.nodes()
            assert [person.name for person in nodes[1].people] == ["Tom"]
            assert nodes[1].mark is FlowMark.NEW
            dialog.added.wheres.chosen.emit("after")
            assert dialog.button("accept").isEnabled()
            dialog.reject()

    run(qapp, scenario())


def test_a_notice_is_never_cut_off_in_a_small_window(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            page.screen.window().resize(900, 600)
            await page.choose("trip")
            notices = page.screen.pane.view.notices
            words = "It was published where this computer cannot look, or has not been fetched yet."
            notices.set_notices((Notice("unknown", NoticeKind.INFO, "It could not be checked", words),))
            (box,) = notices.boxes
            await page.desk.until(lambda: box.width() == notices.width())
            assert box._text.height() >= box._text.heightForWidth(box._text.width())

    run(qapp, scenario())


def test_what_is_mine_is_withdrawn_and_urged(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.box(ApprovalBox.MINE)
            await page.read("mine")
            assert page.acts()[:2] == [ApprovalAct.URGE, ApprovalAct.WITHDRAW]
            done = await given(page, ApprovalAct.WITHDRAW)
            assert done["kind"] == "withdraw"
            await page.desk.until(lambda: page.page.head.status == "Withdrawn")

    run(qapp, scenario())


def test_a_decision_that_comes_too_late_says_so_and_keeps_the_note(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            page.screen.acts.do(ApprovalAct.APPROVE)
            dialog = await page.dialog()
            dialog.note.set_text("同意")
            page.room("trip").act(user("zhangwei"), ActKind.WITHDRAW)
            await page.sync("trip")
            dialog.press("accept")
            await page.desk.until(lambda: dialog.button("accept").isEnabled())
            assert dialog.isVisible()
            assert dialog.note.text() == "同意"
            assert dialog._error.text() == "The request was already closed."
            assert page.queued() == []
            dialog.reject()

    run(qapp, scenario())


def test_a_menu_of_a_row_opens_when_it_is_known_what_may_be_done(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            other = page.model.uids[1]
            page.screen.column.list.context_requested.emit(other, QPoint(300, 300))
            await page.desk.until(lambda: any(menu.isVisible() for menu in page.screen.findChildren(QMenu)))
            menu = next(menu for menu in page.screen.findChildren(QMenu) if menu.isVisible())
            assert page.screen.presenter.room == other
            assert [action.text() for action in menu.actions()][:2] == ["Approve", "Reject"]
            menu.close()

    run(qapp, scenario())


def test_a_comment_goes_into_the_room_and_shows_at_once(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            composer = page.screen.pane.view.composer
            composer.set_text("发票收到了")
            QTest.keyClick(composer.editor, Qt.Key.Key_Return)
            comments = page.screen.pane.view.comments
            await page.desk.until(lambda: [row.text for row in comments._all][-1:] == ["发票收到了"])
            assert composer.text() == ""
            await page.choose("taxi")
            assert [row.text for row in comments._all] == []

    run(qapp, scenario())


def test_in_a_narrow_window_the_route_stands_under_the_form(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            view = page.screen.pane.view
            page.desk.window.resize(1280, 800)
            await page.desk.until(lambda: not view.is_narrow)
            right = view.flow.mapTo(view, QPoint(0, 0)).x()
            page.desk.window.resize(900, 600)
            await page.desk.until(lambda: view.is_narrow)
            await page.desk.pause()
            assert view.flow.mapTo(view, QPoint(0, 0)).x() < right
            assert view.flow.isVisible()
            assert view.width() >= 380

    run(qapp, scenario())


def test_who_is_invited_from_outside_reads_the_form_and_joins_first(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            form = template(rule("s1", ME), fields=page.room("trip").content.template.fields)
            content = request(form, requester=OUTSIDER, title="周芳的用印", values={"why": "框架合同 2 份"})
            outside = RequestRoom(content, room="outside", requester=OUTSIDER, ts=page.desk.company.now_ms)
            page.requests.rooms["outside"] = outside
            state = (
                {
                    "type": "m.room.create",
                    "sender": OUTSIDER,
                    "state_key": "",
                    "content": outside.create.content,
                },
                {
                    "type": "m.room.member",
                    "sender": OUTSIDER,
                    "state_key": ME,
                    "content": {"membership": "invite"},
                },
            )
            stripped = tuple(parse_stripped(json.dumps(raw).encode(), outside.room_id) for raw in state)
            update = RoomUpdate(outside.room_id, state=stripped, membership=Membership.INVITE)
            await page.account.cache.apply_sync(page.desk.company.batch(update))
            await page.desk.until(lambda: page.model.row_of(outside.room_id) >= 0)
            row = page.model.row_of(outside.room_id)
            assert (page.cards()[row].tag, page.cards()[row].external) == ("Join first", "External")
            page.screen.open_request(outside.room_id)
            await page.read("outside")
            assert page.page.notices[0].act == ApprovalAct.JOIN
            assert not page.screen.pane.view.composer.isVisible()
            assert any("框架合同" in words.text() for words in page.screen.pane.view.form.findChildren(Words))

    run(qapp, scenario())


def test_a_request_to_be_made_stands_on_top_of_mine_and_becomes_a_draft_again(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            entry = TemplateEntry(page.room("trip").content.template, None, None, can_edit=False)
            values = {"kind": "trip", "why": "展会", "amount": {"amount": "10.00", "currency": "CNY"}}
            stand_in = await page.account.approvals.send(NewApproval(entry, values, title="李娜的展会"))
            await page.box(ApprovalBox.MINE)
            await page.desk.until(lambda: page.titles()[:1] == ["李娜的展会"])
            assert page.cards()[0].tag == "Will be sent"
            page.screen.presenter.choose(stand_in)
            await page.desk.until(lambda: page.screen.pane.page is not None and page.page.uid == stand_in)
            assert page.page.head.status == "Will be sent"
            page.screen.pane.view.notices.act_requested.emit(ApprovalAct.DISCARD)
            await page.desk.until(lambda: page.titles() == ["李娜的报销"])
            assert [draft.title for draft in await page.account.approvals.drafts()] == ["李娜的展会"]

    run(qapp, scenario())


def test_a_long_list_is_read_in_pages_and_a_search_drops_earlier_answers(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            many = [
                asked(f"n{n}", CHEN, f"第 {n} 个", page.desk.company.now_ms, why=f"nr{n}") for n in range(120)
            ]
            for room in many:
                room.act(LIU, ActKind.APPROVE, "manager")
            await page.account.cache.apply_sync(page.desk.company.batch(*(room.update() for room in many)))
            await page.desk.until(lambda: page.screen.presenter.counts.todo == 123)
            assert page.model.rowCount() < 123
            view = page.screen.column.list
            for _ in range(6):
                view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
                await page.desk.pause(0.1)
            await page.desk.until(lambda: page.model.rowCount() == 123)
            assert len(set(page.model.uids)) == 123
            page.screen.presenter.search("nr1")
            page.screen.presenter.search("nr117")
            await page.desk.until(lambda: page.titles() == ["第 117 个"])
            await page.desk.pause()
            assert page.titles() == ["第 117 个"]

    run(qapp, scenario())


def test_a_cache_that_cannot_be_read_says_so_and_is_tried_again(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:

            def broken(*_args: object, **_more: object) -> Any:
                raise Damaged("page", code="damaged")

            with monkeypatch.context() as patch:
                patch.setattr(ApprovalReads, "page", broken)
                page.screen.presenter.set_box(ApprovalBox.DONE)
                assert page.screen.column.nothing.isVisible()
                assert page.screen.column.nothing.accessibleName() == "Approvals cannot be read"
            page.screen.column.nothing.action_triggered.emit()
            await page.desk.until(lambda: page.titles() == ["张伟的团建"])

    run(qapp, scenario())


def test_another_language_words_everything_again(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            set_language("zh")
            await page.desk.pause()
            assert page.page.acts[0].text == "同意"
            assert page.cards()[0].when.startswith("等你")
            assert page.screen.column.head.new.text() == "发起"
            shown = [words.text() for words in page.screen.pane.view.form.findChildren(Words)]
            assert "金额" in shown
            assert "Amount" not in shown
            set_language("en")
            await page.desk.pause()
            assert page.page.acts[0].text == "Approve"

    run(qapp, scenario())


def dialog_of(kind: type[T]) -> T | None:
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()), None)


def test_the_filter_chooses_template_person_state_and_time(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            page.screen.column.head.filter.click()
            await page.desk.until(lambda: dialog_of(FilterDialog))
            dialog = dialog_of(FilterDialog)
            assert dialog is not None
            assert dialog.template.current() == ""
            dialog.status.set_current("pending")
            dialog.person.set_people([Person(CHEN, "陈静")])
            dialog.when.set_current("30")
            dialog.press("accept")
            query = page.screen.presenter.query
            assert (query.status, query.person) == (RequestStatus.PENDING, CHEN)
            assert query.from_ms > 0
            await page.desk.until(lambda: "陈静的打车费" in page.titles())
            assert page.screen.column.head.filtered._words.text().startswith("In approval · 陈静 · since")
            page.screen.column.head.filter.click()
            await page.desk.until(lambda: dialog_of(FilterDialog))
            again = dialog_of(FilterDialog)
            assert again is not None
            assert again.person.people() == (CHEN,)
            again.press("reset")
            await page.desk.until(lambda: len(page.titles()) == 3)
            assert page.screen.column.head.filtered.isHidden()

    run(qapp, scenario())


def test_files_go_with_a_decision_and_stay_when_it_is_refused(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            page.screen.acts.do(ApprovalAct.REJECT)
            dialog = await page.dialog()
            (tmp_path / "proof.txt").write_text("receipt")
            dialog.note.files_given.emit((tmp_path / "gone.txt",))
            dialog.press("accept")
            await page.desk.until(lambda: dialog._error.isVisible())
            assert dialog.files.items() == (tmp_path / "gone.txt",)
            dialog.files.set_items((tmp_path / "proof.txt",))
            dialog.press("accept")
            await page.desk.until(lambda: page.queued())
            assert [file["name"] for file in page.queued()[0]["files"]] == ["proof.txt"]

    run(qapp, scenario())


def test_a_card_goes_into_a_chat(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            page.screen.acts.do(ApprovalAct.SEND_CARD)
            dialog = dialog_of(RoomDialog)
            assert dialog is not None
            dialog._look_for("刘洋")
            dialog.rows.choose()

            def cards() -> list[Any]:
                rows = page.account.cache.read.queue()
                return [row.content[CARD_FIELD] for row in rows if CARD_FIELD in row.content]

            await page.desk.until(cards)
            assert cards()[0]["room_id"] == page.room("trip").room_id

    run(qapp, scenario())


def test_the_seal_explains_itself(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with approvals(tmp_path) as page:
            await page.choose("trip")
            page.screen.pane.view.header.seal.click()
            found = [w for w in QApplication.topLevelWidgets() if w.isVisible() and isinstance(w, Dialog)]
            assert [w.windowTitle() for w in found] == ["Sealed, nobody can change it"]
            QTest.keyClick(found[0], Qt.Key.Key_Escape)

    run(qapp, scenario())
