"""The broom, its undo and history, "why this number", dots of rows, and the one figure, in the whole window."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.domain.attention import ClearKind, ClearScope
from app.domain.ids import EventID
from app.domain.rooms import RoomFilter
from app.domain.sync import Membership, Receipt, RoomUpdate
from app.errors import StorageError
from app.notifications.service import Notification, Withdrawal
from app.store.clear_store import ClearStore
from tests.helpers.company import ME
from tests.helpers.signed_in import Desktop, desktop, run
from ui.shortcuts import Command
from ui.unread import unread_of
from widgets.badge import BadgeKind
from widgets.room_list import ROOM_ROW_ROLE, RoomRow


def row(desk: Desktop, key: str) -> RoomRow:
    model = desk.page.conversations.model
    found = model.data(model.index(model.row_of(desk.company.rooms[key].room_id)), ROOM_ROW_ROLE)
    assert isinstance(found, RoomRow)
    return found


def unread_rows(desk: Desktop) -> list[str]:
    model = desk.page.conversations.model
    rows = [model.data(model.index(number), ROOM_ROW_ROLE) for number in range(model.rowCount())]
    return [row.name for row in rows if row.is_unread]


def toasts(desk: Desktop) -> tuple[str, ...]:
    return desk.signed_in._desk.toasts.texts()


def menu_of(desk: Desktop) -> QMenu | None:
    menu = QApplication.activePopupWidget()
    return menu if isinstance(menu, QMenu) else None


def words_of(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def test_one_click_takes_every_dot_in_the_same_turn_and_undo_brings_them_back(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            before, title = unread_rows(desk), desk.window.windowTitle()
            assert (len(before), title) == (5, "(15) Tack")
            desk.page.conversations.broom.click()
            assert unread_rows(desk) == []
            await asyncio.sleep(0)
            assert desk.window.windowTitle() == "Tack"
            await desk.until(lambda: toasts(desk) == ("5 chats cleared",))
            await desk.pause()
            assert (unread_rows(desk), desk.window.windowTitle()) == ([], "Tack")
            desk.signed_in._desk.red_dots.undo()
            await desk.until(lambda: unread_rows(desk) == before)
            await desk.until(lambda: desk.window.windowTitle() == title)
            assert toasts(desk) == ()

    run(qapp, scenario())


def test_the_key_clears_and_ctrl_z_undoes_but_not_under_a_text_that_has_something_to_undo(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.page.set_active(False)
            desk.open("zhangwei")
            editor = desk.chat.composer.editor
            editor.setFocus()
            await desk.pause()
            QTest.keyClick(editor, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
            await desk.until(lambda: unread_rows(desk) == [] and toasts(desk))
            QTest.keyClicks(editor, "ab")
            QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
            await desk.pause()
            assert (editor.toPlainText(), unread_rows(desk)) == ("", [])
            editor.document().clearUndoRedoStacks()
            QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
            await desk.until(lambda: len(unread_rows(desk)) == 5)

    run(qapp, scenario())


def test_with_nothing_to_clear_the_duties_are_named(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.signed_in._desk.red_dots.clear()
            await desk.until(lambda: toasts(desk) == ("5 chats cleared",))
            desk.signed_in._desk.toasts.clear()
            desk.signed_in._desk.red_dots.clear()
            await desk.until(lambda: toasts(desk) == ("Nothing to clear.",))
            desk.signed_in._desk.toasts.clear()
            invited = RoomUpdate(desk.company.rooms["desk"].room_id, membership=Membership.INVITE)
            await desk.account.cache.apply_sync(desk.company.batch(invited))
            await desk.until(lambda: desk.account.attention.totals().invites == 1)
            desk.signed_in._desk.red_dots.clear()
            await desk.until(
                lambda: toasts(desk) == ("Nothing to clear. 1 thing waits for you: 1 invitation",)
            )

    run(qapp, scenario())


def test_a_write_that_fails_puts_everything_back_and_says_so(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: ClearStore, scope: ClearScope, not_before_ms: int) -> int | None:
        await asyncio.sleep(0.05)
        raise StorageError

    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            monkeypatch.setattr(ClearStore, "clear", fail)
            desk.signed_in._desk.red_dots.clear()
            assert unread_rows(desk) == []
            await desk.until(lambda: len(unread_rows(desk)) == 5)
            await desk.until(lambda: desk.window.windowTitle() == "(15) Tack")
            assert len(toasts(desk)) == 1

    run(qapp, scenario())


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (ClearScope(ClearKind.MUTED), 4),
        (ClearScope(ClearKind.LIST, filter=RoomFilter.MENTIONS), 4),
        (ClearScope(ClearKind.LIST, filter=RoomFilter.EXTERNAL), 3),
        (ClearScope(ClearKind.OLDER, days=1), 4),
        (ClearScope(ClearKind.OLDER, days=30), 5),
    ],
)
def test_a_scope_shows_at_once_what_the_cache_does_then(
    qapp: QApplication, tmp_path: Path, scope: ClearScope, left: int
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.signed_in._desk.red_dots.clear(scope)
            assumed = unread_rows(desk)
            assert len(assumed) == left
            await desk.until(lambda: toasts(desk))
            await desk.pause()
            assert unread_rows(desk) == assumed

    run(qapp, scenario())


def test_the_menu_offers_what_fits_and_clears_the_shown_list(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            conversations = desk.page.conversations
            conversations.broom.menu_requested.emit(conversations.broom.corner())
            await desk.until(lambda: menu_of(desk))
            menu = menu_of(desk)
            assert menu is not None
            assert words_of(menu) == [
                "Clear the red dots of",
                "Everything",
                "Muted chats only",
                "Older than 7 days",
                "Older than 30 days",
                "History of the last 24 hours…",
                "Why this number…",
            ]
            menu.close()
            conversations.model.set_filter(RoomFilter.MENTIONS)
            conversations.broom.menu_requested.emit(conversations.broom.corner())
            await desk.until(lambda: menu_of(desk) not in (None, menu))
            menu = menu_of(desk)
            assert menu is not None
            assert words_of(menu)[2] == "This list: @me"
            menu.actions()[2].trigger()
            menu.close()
            await desk.until(lambda: toasts(desk) == ("1 chat cleared",))

    run(qapp, scenario())


def test_the_history_offers_the_way_back(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            red_dots = desk.signed_in._desk.red_dots
            red_dots.open_history()
            history = red_dots._history
            assert history is not None
            assert (history.panel.isVisible(), history.panel.shown()) == (True, ())
            red_dots.clear()
            await desk.until(history.panel.shown)
            line = history.panel.shown()[0]
            assert line.text == "Everything: 5 chats, 16 messages"
            assert (line.state.startswith("Can be undone for"), line.action) == (True, "Undo")
            history.panel.acted.emit(line.id)
            await desk.until(lambda: len(unread_rows(desk)) == 5)
            await desk.until(lambda: history.panel.shown()[0].state == "Brought back")
            assert history.panel.shown()[0].action == ""
            QTest.keyClick(history.panel, Qt.Key.Key_Escape)
            assert history.panel.isHidden()

    run(qapp, scenario())


def test_why_this_number_leads_to_each_place(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.page.set_active(False)
            red_dots = desk.signed_in._desk.red_dots
            red_dots.open_sources()
            await desk.until(lambda: red_dots._sources is not None and red_dots._sources.panel.isVisible())
            assert red_dots._sources is not None
            panel = red_dots._sources.panel
            rows = panel.rows.rows()
            assert [line.section for line in rows] == [
                "Mentions",
                "Unread",
                "Unread",
                "Unread",
                "Unread",
                "Muted, in no number",
            ]
            assert sum(line.badge.count for line in rows if line.badge.kind is BadgeKind.NUMBER) == 15
            QTest.keyClick(panel, Qt.Key.Key_Down)
            QTest.keyClick(panel, Qt.Key.Key_Up)
            QTest.keyClick(panel, Qt.Key.Key_Return)
            assert panel.isHidden()
            await desk.until(lambda: desk.chat.room_id == desk.company.rooms["supply"].room_id)

    run(qapp, scenario())


def dot_of(desk: Desktop, key: str) -> QPoint:
    view = desk.page.conversations.list
    index = view.model().index(desk.page.conversations.model.row_of(desk.company.rooms[key].room_id), 0)
    return view._delegate.dot_rect(view.visualRect(index), row(desk, key)).center()


def test_a_dot_dragged_away_clears_its_room_and_no_other(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            port, dot = desk.page.conversations.list.viewport(), dot_of(desk, "finance")
            QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=dot)
            QTest.mouseMove(port, dot + QPoint(30, 0))
            QTest.mouseMove(port, dot + QPoint(25, 5))
            QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=dot + QPoint(25, 5))
            await desk.pause()
            assert row(desk, "finance").is_unread
            QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=dot)
            QTest.mouseMove(port, dot + QPoint(30, 0))
            QTest.mouseMove(port, dot + QPoint(60, 30))
            QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=dot + QPoint(60, 30))
            assert not row(desk, "finance").is_unread
            await desk.until(lambda: toasts(desk) == ("1 chat cleared",))
            assert (len(unread_rows(desk)), desk.chat.room_id) == (4, None)
            desk.signed_in._desk.red_dots.undo()
            await desk.until(lambda: row(desk, "finance").badge.count == 8)

    run(qapp, scenario())


def test_a_double_click_on_a_dot_clears_and_opens_nothing_a_single_one_opens(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.page.set_active(False)
            port = desk.page.conversations.list.viewport()
            dot = dot_of(desk, "weekly") + QPoint(8, -8)  # beside the dot, inside its area
            QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=dot)
            QTest.mouseDClick(port, Qt.MouseButton.LeftButton, pos=dot)
            await desk.until(lambda: toasts(desk) == ("1 chat cleared",))
            await desk.pause(QApplication.doubleClickInterval() / 1000 + 0.1)
            assert (row(desk, "weekly").is_unread, desk.chat.room_id) == (False, None)
            QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=dot_of(desk, "finance"))
            await desk.until(lambda: desk.chat.room_id == desk.company.rooms["finance"].room_id)

    run(qapp, scenario())


def test_the_key_clears_the_row_the_keyboard_is_on(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            view = desk.page.conversations.list
            place = desk.page.conversations.model.row_of(desk.company.rooms["finance"].room_id)
            view.setFocus()
            view.setCurrentIndex(view.model().index(place, 0))
            await desk.pause()
            assert view.hasFocus()
            desk.signed_in._acts()[Command.CLEAR_DOT]()
            assert not row(desk, "finance").is_unread
            await desk.until(lambda: toasts(desk) == ("1 chat cleared",))

    run(qapp, scenario())


def test_the_figure_is_the_same_everywhere(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            totals = desk.account.attention.totals()
            assert unread_of(totals) == 15
            assert desk.window.windowTitle() == "(15) Tack"
            assert desk.window.accessibleDescription() == "15 unread"
            badge = desk.page.rail._buttons["chats"]._badge
            assert (badge.kind, badge.count) == (BadgeKind.NUMBER, 15)
            words = "15 unread, 1 muted chat with news"
            assert desk.page.rail._buttons["chats"].accessibleName() == f"Chats, {words}"
            assert desk.page.rail._buttons["chats"].toolTip() == f"Chats\n{words}"
            tray = desk.signed_in._tray
            assert tray is not None
            assert tray._icon.toolTip() == "Tack: 15 unread"
            invited = RoomUpdate(desk.company.rooms["desk"].room_id, membership=Membership.INVITE)
            await desk.account.cache.apply_sync(desk.company.batch(invited))
            await desk.until(lambda: tray._icon.toolTip() == "Tack: 15 unread, 1 waiting for you")
            desk.signed_in._desk.red_dots.clear()
            await desk.until(lambda: tray._icon.toolTip() == "Tack: 1 waiting for you")
            badge = desk.page.rail._buttons["chats"]._badge
            assert (badge.kind, badge.count) == (BadgeKind.DUTY, 1)
            assert desk.page.rail._buttons["chats"].accessibleName() == "Chats, 1 waiting for you"

    run(qapp, scenario())


def test_a_lost_figure_is_painted_again(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[int] = []
    monkeypatch.setattr(QGuiApplication, "setBadgeNumber", lambda self, number: shown.append(number))

    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            shown.clear()
            desk.window.activity_changed.emit(True)
            qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
            qapp.primaryScreenChanged.emit(qapp.primaryScreen())
            assert shown == [15, 15, 15]
            desk.window.setWindowTitle("lost")
            desk.window.activity_changed.emit(False)
            assert desk.window.windowTitle() == "(15) Tack"

    run(qapp, scenario())
    assert shown[-1] == 0


def test_marking_unread_and_how_loud_a_room_is_work_offline(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            conversations, room = desk.page.conversations, desk.company.rooms["finance"].room_id

            async def choose(*path: str) -> None:
                conversations.list.context_requested.emit(room, desk.window.mapToGlobal(QPoint(100, 100)))
                menu = menu_of(desk)
                assert menu is not None
                for word in path:
                    action = next(action for action in menu.actions() if action.text().startswith(word))
                    if isinstance(inner := action.menu(), QMenu):
                        menu = inner
                    else:
                        action.trigger()
                popup = menu_of(desk)
                assert popup is not None
                popup.close()
                await desk.pause()

            await choose("Notifications", "Muted")
            await desk.until(lambda: row(desk, "finance").badge.kind is BadgeKind.MUTED)
            await desk.until(lambda: desk.window.windowTitle() == "(7) Tack")
            await choose("Notifications", "Only @me")
            await desk.until(lambda: not row(desk, "finance").is_muted)
            assert row(desk, "finance").badge.kind is BadgeKind.MUTED
            await choose("Notifications", "Every message")
            await desk.until(lambda: desk.window.windowTitle() == "(15) Tack")
            await choose("Clear this dot")
            await desk.until(lambda: desk.window.windowTitle() == "(7) Tack")
            await choose("Mark as unread")
            await desk.until(lambda: row(desk, "finance").badge.kind is BadgeKind.MARK)
            await desk.until(lambda: desk.window.windowTitle() == "(8) Tack")

    run(qapp, scenario())


def test_a_receipt_of_my_other_device_takes_the_dot_and_the_figure(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            finance = desk.company.rooms["finance"].room_id
            heard: list[object] = []
            desk.account.notifications.subscribe(heard.append)
            await desk.account.cache.apply_sync(desk.company.say("finance", "zhaolei", "请今天补交"))
            await desk.until(lambda: row(desk, "finance").badge.count == 9)
            await desk.until(lambda: any(isinstance(news, Notification) for news in heard))
            last = desk.account.cache.read.room(finance)
            assert last is not None and last.last_event is not None
            receipt = Receipt(ME, EventID(last.last_event), "m.read", desk.company.now_ms)
            await desk.account.cache.apply_sync(desk.company.batch(RoomUpdate(finance, receipts=(receipt,))))
            await desk.until(lambda: not row(desk, "finance").is_unread)
            await desk.until(lambda: desk.window.windowTitle() == "(7) Tack")
            await desk.until(lambda: any(isinstance(news, Withdrawal) for news in heard))

    run(qapp, scenario())


async def seen_count(desk: Desktop, seen: list[str], count: int) -> None:
    await desk.until(lambda: len(seen) == count)


async def opened(desk: Desktop, key: str) -> None:
    await desk.until(lambda: desk.chat.room_id == desk.company.rooms[key].room_id)


def test_going_to_the_next_unread_wraps_and_takes_muted_rooms_last(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.page.set_active(False)
            seen: list[str] = []
            rooms = {room.room_id: key for key, room in desk.company.rooms.items()}
            desk.chat.room_opened.connect(lambda room: seen.append(rooms[room]))
            for count in range(1, 6):
                desk.page.rail.entry_double_activated.emit("chats")
                await seen_count(desk, seen, count)
            assert seen == ["launch", "supply", "finance", "training", "launch"]
            desk.page.go_to_unread(-1)
            await desk.until(lambda: seen[-1] == "training")
            for key in ("launch", "supply", "finance", "training"):
                desk.signed_in._desk.red_dots.clear_room(desk.company.rooms[key].room_id)
            await desk.until(lambda: unread_rows(desk) == ["R&D weekly"])
            await desk.until(lambda: desk.account.attention.totals().unread == 0)
            desk.page.go_to_unread(1)
            await desk.until(lambda: seen[-1] == "weekly")
            desk.page.go_to_unread(1)
            await desk.until(lambda: "Nothing is unread here." in toasts(desk))

    run(qapp, scenario())


def test_the_walk_stays_in_the_filter(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.page.set_active(False)
            desk.page.conversations.model.set_filter(RoomFilter.EXTERNAL)
            desk.open("finance")
            for key in ("launch", "supply", "launch"):
                desk.page.go_to_unread(1)
                await opened(desk, key)

    run(qapp, scenario())
