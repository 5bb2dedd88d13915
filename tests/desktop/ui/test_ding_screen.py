"""The DING page over a real cache: what came by sync is shown, what the person does is in the send queue."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.changes import Changes
from app.domain.dings import DingBox, DingFilter, DingSummary
from app.domain.events import parse_event
from app.domain.ids import RoomID, UserID
from app.domain.sending import RequestKind
from app.domain.sync import Membership, RoomUpdate
from app.errors import Damaged
from tests.helpers.company import ME, user
from tests.helpers.ding_company import Dings, picture_batch
from tests.helpers.signed_in import Desktop, desktop, run
from ui.screens.ding.ding_screen import DingScreen
from ui.screens.main_window.places import Place
from widgets.ding_values import DING_CARD_ROLE, DingAct, DingCard

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


class Inbox:
    """The page and what a test asks of it."""

    def __init__(self, desk: Desktop, dings: Dings) -> None:
        self.desk, self.dings = desk, dings
        self.account = desk.account
        desk.signed_in._desk.dings.open_inbox()
        screen = desk.page._pages[Place.DING]
        assert isinstance(screen, DingScreen)
        self.screen = screen
        self.model = screen.presenter.model
        self.tester = QAbstractItemModelTester(self.model, FATAL)

    def cards(self) -> list[DingCard]:
        return [
            self.model.data(self.model.index(row), DING_CARD_ROLE) for row in range(self.model.rowCount())
        ]

    def texts(self) -> list[str]:
        return [card.text for card in self.cards()]

    def card(self, name: str) -> DingCard:
        return next(card for card in self.cards() if card.uid == self.dings.by_name[name])

    async def choose(self, name: str) -> None:
        """Click on a card and wait for its people."""
        uid = self.dings.by_name[name]
        rect = self.screen.list.card_rect(self.model.row_of(uid))
        port = self.screen.list.viewport()
        QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=rect.topLeft() + QPoint(60, 16))
        await self.read()

    async def read(self) -> None:
        """Wait until people and comments are there."""

        def is_read() -> bool:
            page = self.screen.detail.page
            is_shown = page is not None and page.uid == self.screen.presenter.uid
            return is_shown and page is not None and not page.is_loading

        await self.desk.until(is_read)

    async def sync(self, *updates: RoomUpdate) -> Changes:
        return await self.account.cache.apply_sync(self.desk.company.batch(*updates))

    def queued(self) -> list[Any]:
        return [row for row in self.account.cache.read.queue() if row.kind is not RequestKind.RECEIPT]

    def reactions(self) -> list[Any]:
        return [row.content for row in self.queued() if row.event_type == "m.reaction"]

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.screen.list, key)


@asynccontextmanager
async def inbox(folder: Path, language: str = "en") -> AsyncIterator[Inbox]:
    """The window at the DING page, with the dings of the picture."""
    async with desktop(folder, language=language) as desk:
        dings = Dings(desk.company)
        await desk.account.cache.apply_sync(picture_batch(dings))
        made = Inbox(desk, dings)
        await made.read()
        yield made
        del made.tester


def test_the_boxes_show_what_came_and_what_i_sent(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            assert [card.name for card in box.cards()] == ["王敏", "赵磊", "Tom", "Tom"]
            first = box.card("list")
            assert first.short_tail == "11 / 17 confirmed"
            assert [button.act for button in first.buttons] == [DingAct.CONFIRM, DingAct.SNOOZE]
            assert box.card("freeze").done == "You confirmed"
            assert box.card("old").tag == "Recalled"
            box.screen.head.box_chosen.emit(DingBox.SENT)
            assert [card.name for card in box.cards()] == ["新员工培训", "测试与质量"]
            assert box.card("review").done == "All confirmed"
            await box.read()
            page = box.screen.detail.page
            assert page is not None
            assert page.name.endswith("(you)")
            box.screen.head.box_chosen.emit(DingBox.SCHEDULED)
            assert box.cards() == []
            assert box.screen._nothing.isVisible()

    run(qapp, scenario())


def test_the_detail_tells_who_confirmed_and_with_which_note(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            page = box.screen.detail.page
            assert page is not None
            assert page.uid == box.dings.by_name["list"]  # the first one is open
            assert [row.name for row in page.confirmed][:3] == ["刘洋", "陈静", "张伟"]
            assert page.confirmed[1].note == "人力 6 人参加"
            assert page.waiting[0].name == "李娜 (you)"
            assert [row.tag for row in page.waiting].count("External") == 1
            assert [row.name for row in page.files] == ["发布会参会名单.pdf"]
            assert [row.name for row in page.comments] == ["陈静", "Tom"]
            assert page.line.startswith("Today ") or page.line.startswith("Yesterday ")
            assert "reminds every 30 minutes, at most 3 times" in page.line

    run(qapp, scenario())


def test_a_click_confirms_at_once_and_once(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            button = box.screen.detail.buttons.button(DingAct.CONFIRM)
            assert button is not None
            button.click()
            button.click()
            await box.desk.until(lambda: box.card("list").done == "You confirmed")
            box.key(Qt.Key.Key_Return)
            await box.desk.pause()
            assert [r["m.relates_to"]["event_id"] for r in box.reactions()] == [box.dings.by_name["list"]]
            page = box.screen.detail.page
            assert page is not None
            assert page.state.startswith("You confirmed")
            assert page.confirmed_title == "Confirmed 12"

    run(qapp, scenario())


def test_a_note_goes_with_the_confirmation(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            await box.choose("invoice")
            note = box.screen.detail.buttons.button(DingAct.NOTE)
            assert note is not None
            note.click()
            edit = box.screen.detail.note.edit
            assert edit.isVisible()
            edit.setText("周五前补齐")
            QTest.keyClick(edit, Qt.Key.Key_Return)
            await box.desk.until(lambda: box.card("invoice").done)
            assert [r["im.tack.note"] for r in box.reactions()] == ["周五前补齐"]
            await box.desk.until(lambda: "周五前补齐" in (box.screen.detail.page.state))  # type: ignore[union-attr]

    run(qapp, scenario())


def test_what_i_confirm_stays_in_the_filtered_list_while_it_is_open(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            box.screen.head.filter_chosen.emit(DingFilter.UNCONFIRMED)
            assert [card.name for card in box.cards()] == ["王敏", "赵磊"]
            await box.choose("invoice")
            box.key(Qt.Key.Key_Return)
            await box.desk.until(lambda: box.card("invoice").done)
            assert box.screen.list.currentIndex().row() == 1
            box.key(Qt.Key.Key_Up)
            await box.read()
            await box.sync(box.dings.update("launch", box.dings.confirm("list", "launch", user("tom"), 0)))
            await box.desk.until(lambda: [card.name for card in box.cards()] == ["王敏"])
            box.screen.head.filter_chosen.emit("")
            assert len(box.cards()) == 4

    run(qapp, scenario())


def test_news_keep_the_choice_and_the_place(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            await box.choose("freeze")
            news = box.dings.ding("news", "finance", user("zhaolei"), "新的一条", 0, (ME,))
            await box.sync(box.dings.update("finance", news))
            await box.desk.until(lambda: box.texts()[0] == "新的一条")
            assert box.screen.presenter.uid == box.dings.by_name["freeze"]
            assert box.screen.list.currentIndex().row() == box.model.row_of(box.dings.by_name["freeze"])
            confirmed = box.dings.confirm("freeze", "weekly", user("liuyang"), 0, "done")
            await box.sync(box.dings.update("weekly", confirmed))
            await box.desk.until(lambda: box.screen.detail.page.confirmed_title == "Confirmed 2")  # type: ignore[union-attr]

    run(qapp, scenario())


def test_a_comment_goes_into_the_thread_and_is_shown(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            await box.choose("invoice")
            box.key(Qt.Key.Key_R)
            edit = box.screen.detail.field.edit
            await box.desk.until(lambda: box.desk.window.focusWidget() is edit)
            QTest.keyClicks(edit, "on its way")
            QTest.keyClick(edit, Qt.Key.Key_Return)
            await box.desk.until(lambda: len(box.screen.detail.page.comments) == 4)  # type: ignore[union-attr]
            page = box.screen.detail.page
            assert page is not None
            assert (page.comments[-1].text, page.comments[-1].note) == ("on its way", "Waits for the line")
            relation = box.queued()[-1].content["m.relates_to"]
            assert (relation["rel_type"], relation["event_id"]) == ("m.thread", box.dings.by_name["invoice"])
            assert box.reactions() == []  # Enter in the field is no confirmation

    run(qapp, scenario())


def test_search_finds_in_text_comments_and_names(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            box.key(Qt.Key.Key_Slash)
            field = box.screen.head.field
            await box.desk.until(lambda: box.desk.window.focusWidget() is field)
            field.setText("税号")
            await box.desk.until(lambda: [card.name for card in box.cards()] == ["赵磊"])
            field.setText("no such word")
            await box.desk.until(lambda: box.cards() == [])
            assert box.screen._nothing.accessibleName() == "Nothing found"
            QTest.keyClick(field, Qt.Key.Key_Escape)
            QTest.keyClick(field, Qt.Key.Key_Escape)
            await box.desk.until(lambda: len(box.cards()) == 4)

    run(qapp, scenario())


def test_pages_come_as_one_scrolls(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            many = [
                box.dings.ding(f"n{n}", "finance", user("zhaolei"), f"No. {n}", 5000 - n, (ME,))
                for n in range(260)
            ]
            await box.sync(box.dings.update("finance", *many))
            await box.desk.until(lambda: box.model.rowCount() == 50)
            bar = box.screen.list.verticalScrollBar()
            for expected in (100, 150, 200, 250, 264):
                bar.setValue(bar.maximum())
                await box.desk.until(lambda expected=expected: box.model.rowCount() == expected)  # type: ignore[misc]
            assert len({card.uid for card in box.cards()}) == 264
            assert [card.text for card in box.cards()[4:6]] == ["No. 259", "No. 258"]
            last = box.cards()[-1].uid
            bar.setValue(bar.maximum())
            await box.sync(
                box.dings.update("weekly", box.dings.confirm("freeze", "weekly", user("liuyang"), 0))
            )
            await box.desk.pause()
            assert box.cards()[-1].uid == last
            await box.desk.until(lambda: bar.value() == bar.maximum())

    run(qapp, scenario())


def test_go_to_the_message_opens_its_room_there(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            await box.choose("invoice")
            box.screen.detail.header.go.click()
            assert box.desk.page.place is Place.CHATS
            assert box.desk.chat.room_id == box.desk.company.rooms["finance"].room_id

    run(qapp, scenario())


def test_one_ding_is_opened_from_elsewhere(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            opener = box.desk.signed_in._desk.dings
            box.desk.page.show_place(Place.CHATS)
            opener.open_inbox(box.dings.by_name["review"])
            await box.read()
            assert box.screen.view.box.value == "sent"
            assert box.screen.detail.page.text == "Review of the release plan"  # type: ignore[union-attr]
            opener.open_inbox(box.dings.by_name["freeze"])
            await box.read()
            assert box.screen.view.box.value == "received"
            assert box.screen.list.currentIndex().row() == 2
            box.desk.page.show_place(Place.CHATS)
            box.desk.chat.composer.focus_text()
            opener.open_inbox()
            assert box.desk.window.focusWidget() is box.screen.list
            opener.open_inbox("$unknown")
            assert box.screen.presenter.uid == box.dings.by_name["freeze"]

    run(qapp, scenario())


def test_what_the_page_showed_is_remembered(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            box.screen.head.box_chosen.emit(DingBox.SENT)
            place = box.desk.signed_in._desk.dings.place()
            assert place == {"ding": {"box": "sent", "width": 0}}
            box.desk.settings.change(window={"ding": {"box": "sent", "width": 333}})
            box.desk.signed_in._desk.dings._screen = None
            again = box.desk.signed_in._desk.dings._screen_made()
            assert (again.view.box.value, again.list_width) == ("sent", 333)
            box.desk.settings.change(window={"ding": {"box": 7, "width": "x"}})
            box.desk.signed_in._desk.dings._screen = None
            assert box.desk.signed_in._desk.dings._screen_made().view.box.value == "received"

    run(qapp, scenario())


def test_a_sender_is_muted_and_heard_again(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            box.screen.acts.do(box.screen.presenter.entry, DingAct.MUTE)
            await box.desk.until(lambda: box.card("list").tag == "Sender muted")
            assert box.card("list").buttons == ()
            box.screen.acts.do(box.screen.presenter.entry, DingAct.UNMUTE)
            await box.desk.until(lambda: box.card("list").buttons)

    run(qapp, scenario())


def test_a_recall_is_asked_first(qapp: QApplication, tmp_path: Path) -> None:
    from widgets.dialogs import Dialog

    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            box.key(Qt.Key.Key_Delete)  # somebody else's: nothing to take away
            assert box.desk.window.findChildren(Dialog) == []
            box.screen.head.box_chosen.emit(DingBox.SENT)
            await box.choose("lesson")
            box.key(Qt.Key.Key_Delete)
            dialog = box.desk.window.findChildren(Dialog)[0]
            assert box.queued() == []
            dialog.press("accept")
            await box.desk.until(lambda: [row.kind for row in box.queued()] == [RequestKind.REDACTION])

    run(qapp, scenario())


def test_a_reminder_goes_to_who_has_not_confirmed(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            late = box.dings.ding("late", "training", ME, "请确认", 30, (user("wangmin"), user("liuyang")))
            await box.sync(
                box.dings.update("training", late, box.dings.confirm("late", "training", user("wangmin"), 9))
            )
            box.screen.head.box_chosen.emit(DingBox.SENT)
            await box.choose("late")
            button = box.screen.detail.buttons.button(DingAct.NUDGE)
            assert button is not None
            assert (button.text(), button.isEnabled()) == ("Remind the one who has not confirmed", True)
            button.click()
            await box.desk.until(lambda: box.queued())
            assert box.queued()[0].content["m.mentions"]["user_ids"] == [user("liuyang")]
            waiting = box.card("lesson").buttons[0]
            assert (waiting.act, waiting.is_enabled) == (DingAct.NUDGE, False)

    run(qapp, scenario())


def test_strangers_wait_on_top_until_they_are_let_in(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            room = RoomID("!wants:other.example")
            stranger = UserID("@zhou:other.example")

            def state(kind: str, content: dict[str, Any], key: str, sender: str) -> Any:
                value = {"event_id": f"$s{kind}{key}", "type": kind, "sender": sender, "origin_server_ts": 1}
                import json

                wire = value | {"content": content, "state_key": key}
                return parse_event(json.dumps(wire).encode(), room)

            update = RoomUpdate(
                room,
                membership=Membership.INVITE,
                state=(
                    state("m.room.create", {"type": "im.tack.ding"}, "", stranger),
                    state("m.room.member", {"membership": "join", "displayname": "周芳"}, stranger, stranger),
                    state("m.room.member", {"membership": "invite"}, ME, stranger),
                ),
            )
            await box.sync(update)
            await box.desk.until(lambda: box.cards()[0].uid == f"i:{room}")
            answered: list[str] = []

            async def accept(room_id: RoomID) -> None:
                answered.append(room_id)

            monkeypatch.setattr(box.account.dings, "accept", accept)
            box.screen._act_on(f"i:{room}", DingAct.CONFIRM)
            assert answered == []
            box.screen._act_on(f"i:{room}", DingAct.ACCEPT)
            await box.desk.until(lambda: answered == [room])

    run(qapp, scenario())


def test_the_clock_runs_only_while_the_page_is_seen(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            assert box.screen._timer.interval() == 30_000
            box.screen.head.box_chosen.emit(DingBox.SENT)
            assert box.screen._timer.interval() == 1000
            box.desk.page.show_place(Place.CHATS)
            assert not box.screen._timer.isActive()
            reads: list[object] = []
            box.screen.presenter.model.rowsInserted.connect(lambda *_rows: reads.append(True))
            news = box.dings.ding("hidden", "training", ME, "看不见", 0, (user("wangmin"),))
            await box.sync(box.dings.update("training", news))
            await box.desk.pause()
            assert reads == []
            box.desk.page.show_place(Place.DING)
            await box.desk.until(lambda: "看不见" in box.texts())

    run(qapp, scenario())


def test_a_cache_that_fails_says_so_and_is_tried_again(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            reads = box.account.cache.read.dings

            def fail(*_a: object, **_k: object) -> list[DingSummary]:
                raise Damaged("broken")

            with monkeypatch.context() as broken:
                broken.setattr(reads, "page", fail)
                box.screen.head.box_chosen.emit(DingBox.SENT)
                assert box.screen._nothing.accessibleName() == "DINGs cannot be read"
            box.screen._nothing.action_triggered.emit()
            assert len(box.cards()) == 2
            assert box.screen.list.isVisible()

    run(qapp, scenario())


def test_the_text_is_copied_and_the_words_change_with_the_language(
    qapp: QApplication, tmp_path: Path
) -> None:
    from resources.translations import set_language

    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            box.screen.acts.do(box.screen.presenter.entry, DingAct.COPY)
            assert QGuiApplication.clipboard().text().startswith("请各部门")
            set_language("zh")
            await box.desk.until(lambda: box.card("freeze").done == "你已确认")
            assert box.screen.detail.page.confirmed_title == "已确认 11"  # type: ignore[union-attr]
            set_language("en")
            await box.desk.pause()

    run(qapp, scenario())


def test_snooze_is_given_to_the_alerts(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            put_off: list[tuple[str, int]] = []

            async def snooze(event_id: str, until_ms: int) -> None:
                put_off.append((event_id, until_ms))

            monkeypatch.setattr(box.account.ding_alerts, "snooze", snooze)
            box.key(Qt.Key.Key_S)
            await box.desk.until(lambda: put_off)
            assert put_off[0][0] == box.dings.by_name["list"]
            entry = box.screen.presenter.entry
            assert isinstance(entry, DingSummary)
            menu = box.screen.acts.open_snooze_menu(entry, QPoint(0, 0))
            assert [act.text() for act in menu.actions()] == [
                "In 5 minutes",
                "In 15 minutes",
                "In an hour",
                "Tomorrow 9:00",
            ]
            menu.actions()[-1].trigger()
            await box.desk.until(lambda: len(put_off) == 2)
            menu.close()

    run(qapp, scenario())


def test_what_goes_out_later_is_listed_moved_and_cancelled(qapp: QApplication, tmp_path: Path) -> None:
    from app.dings.service import NewDing
    from app.domain.dings import DingContent, DingKind
    from ui.screens.ding.time_dialog import TimeDialog
    from widgets.dialogs import Dialog

    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            room = box.desk.company.rooms["training"].room_id
            due = box.desk.company.now_ms + 3 * 3_600_000
            content = DingContent(DingKind.NOTICE, (user("wangmin"), user("liuyang")))
            await box.account.dings.send(NewDing("明早开会", content, room, send_at_ms=due))
            box.screen.head.box_chosen.emit(DingBox.SCHEDULED)
            (card,) = box.cards()
            assert (card.name, card.text, card.note) == (
                "新员工培训",
                "明早开会",
                "Sent when Tack is running",
            )
            page = box.screen.detail.page
            assert page is not None
            assert [row.name for row in page.waiting] == ["王敏", "刘洋"]
            assert not box.screen.detail.field.edit.isEnabled()
            box.screen._act_on(card.uid, DingAct.EDIT_TIME)
            (dialog,) = box.desk.window.findChildren(TimeDialog)
            later = datetime.fromtimestamp(due / 1000 + 86_400).replace(second=0, microsecond=0)
            dialog.field.set_value(datetime(2020, 1, 1))
            dialog._check()
            assert not dialog.button("accept").isEnabled()
            dialog.field.set_value(later)
            dialog._check()
            dialog.press("accept")
            await box.desk.until(lambda: [c.tag for c in box.cards()] != [card.tag])
            (moved,) = box.cards()
            assert moved.text == "明早开会"
            box.screen._act_on(moved.uid, DingAct.CANCEL)
            question = next(d for d in box.desk.window.findChildren(Dialog) if d is not dialog)
            question.press("accept")
            await box.desk.until(lambda: box.cards() == [])
            assert box.screen._nothing.accessibleName() == "Nothing is scheduled"

    run(qapp, scenario())


def test_tab_goes_through_the_page_in_reading_order(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            screen, detail = box.screen, box.screen.detail
            confirm = detail.buttons.button(DingAct.CONFIRM)
            assert confirm is not None
            stops: list[Any] = []
            at: Any = screen.head.search
            while (at is not None and at is not screen.head.search) or not stops:
                if at.isVisible() and at.focusPolicy() & Qt.FocusPolicy.TabFocus:
                    stops.append(at)
                at = at.nextInFocusChain()
            chips = screen.head.chips.boxes.children()[-1]
            wanted = [screen.head.new, chips, screen.list, detail.header.go, confirm, detail.field.edit]
            places = [stops.index(widget) for widget in wanted]
            assert places == sorted(places)
            for widget in stops:
                if screen.isAncestorOf(widget):
                    assert widget.accessibleName(), widget

    run(qapp, scenario())


def test_the_menu_of_the_page_ends_under_its_button(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with inbox(tmp_path) as box:
            await box.choose("list")
            more = box.screen.detail.header.more
            box.desk.window.move(500 - more.mapTo(box.desk.window, QPoint(0, 0)).x(), 0)  # a small screen
            QTest.mouseClick(more, Qt.MouseButton.LeftButton)
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            right = menu.geometry().right()
            menu.close()
            assert abs(right - more.mapToGlobal(more.rect().bottomRight()).x()) <= 2

    run(qapp, scenario())
