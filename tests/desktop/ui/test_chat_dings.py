"""Dings from and in a conversation: every way to make one begins with the right things; ✅ and C confirm, once."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.domain.dings import DingContent, DingKind, ding_json
from app.domain.ids import ContentURI, EventID, RoomID, UserID
from app.domain.membership import Membership
from app.domain.rooms import Member
from app.domain.sync import RoomUpdate, SyncBatch
from app.domain.timeline import DingMark, ItemKind, MediaInfo, SendState, TimelineItem
from resources.translations import tr, tr_n
from tests.helpers.company import ME, user
from tests.helpers.signed_in import Desktop, desktop, run
from ui.ding_desk import DingStart
from ui.item_words import short_words
from ui.screens.chat.dings import ChatDings
from ui.screens.chat.readers_popup import ReadersPopup
from widgets.buttons import Button, IconButton
from widgets.timeline.values import DingCard, Row

ROOM = RoomID("!a:acme.example")
WANG = UserID("@wangmin:acme.example")
ITEM = TimelineItem(0, "$1", ItemKind.TEXT, WANG, "王敏", None, 1, "请看\n第二行", event_id=EventID("$1"))
MARK = DingMark("task", "请确认", None, True, True, None, 0, 3)
DING = replace(ITEM, body="[DING] 请确认", ding=MARK)
DONE = replace(DING, ding=replace(MARK, is_open=False, confirmed_at_ms=5, confirmed=1))


class Recorder:
    """Stands for `desk.dings`."""

    def __init__(self) -> None:
        self.started: list[DingStart] = []
        self.confirmed: list[str] = []
        self.shown: list[str] = []

    def compose(self, start: DingStart) -> None:
        self.started.append(start)

    def confirm(self, event_id: EventID, note: str = "") -> None:
        self.confirmed.append(event_id)

    def open_inbox(self, uid: str = "") -> None:
        self.shown.append(uid)


class Reactions:
    """Stands for `Writing`."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []

    def react(self, uid: str, key: str) -> None:
        self.made.append((uid, key))


class Rig:
    """`ChatDings` over one item."""

    def __init__(self, item: TimelineItem | None, room: RoomID | None = ROOM) -> None:
        self.dings, self.writing, self.home = Recorder(), Reactions(), QObject()

        class Desk:
            dings = self.dings

        self.chat = ChatDings(
            cast(Any, Desk()), cast(Any, self.writing), lambda _uid: item, lambda: room, self.home
        )


@pytest.mark.parametrize("key", ["✅", "✔️", "☑"])
def test_a_check_mark_on_a_ding_to_me_confirms_it(key: str) -> None:
    rig = Rig(DING)
    rig.chat.react("$1", key)
    assert (rig.dings.confirmed, rig.writing.made) == (["$1"], [])


def test_a_second_check_mark_takes_nothing_back() -> None:
    rig = Rig(DONE)
    rig.chat.react("$1", "✅")
    rig.chat.confirm("$1")
    assert (rig.dings.confirmed, rig.writing.made) == ([], [])


@pytest.mark.parametrize(
    ("item", "key"),
    [(DING, "👍"), (ITEM, "✅"), (replace(DING, ding=replace(MARK, is_to_me=False, is_open=False)), "✅")],
)
def test_everything_else_is_a_plain_reaction(item: TimelineItem, key: str) -> None:
    rig = Rig(item)
    rig.chat.react("$1", key)
    assert (rig.dings.confirmed, rig.writing.made) == ([], [("$1", key)])


def test_a_ding_that_is_still_on_its_way_cannot_be_confirmed() -> None:
    rig = Rig(replace(DING, event_id=None))
    rig.chat.confirm("$1")
    assert rig.dings.confirmed == []


def test_a_ding_of_a_message_leads_back_to_it() -> None:
    rig = Rig(ITEM)
    people = [Member(user("tom"), "Tom", None, Membership.JOIN, 0, False)]
    rig.chat.make_of(ITEM, people)
    rig.chat.make_of(DING)
    assert rig.dings.started == [
        DingStart(ROOM, EventID("$1"), "请看\n第二行", (user("tom"),)),
        DingStart(ROOM, EventID("$1"), "请确认"),
    ]


def test_where_i_cannot_write_it_goes_to_people_elsewhere() -> None:
    rig = Rig(ITEM, room=None)
    rig.chat.make_of(ITEM)
    rig.chat.make_here()
    assert [start.room_id for start in rig.dings.started] == [None, None]


@pytest.mark.parametrize(
    "item",
    [
        replace(ITEM, is_redacted=True),
        replace(ITEM, event_id=None, send_state=SendState.QUEUED),
        replace(ITEM, kind=ItemKind.STATE),
        replace(ITEM, kind=ItemKind.GAP),
    ],
)
def test_what_is_no_message_of_the_server_becomes_no_ding(item: TimelineItem) -> None:
    rig = Rig(item)
    rig.chat.make_of(item)
    assert rig.dings.started == []


# In the window


def record(desk: Desktop, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Let a recorder do what screens ask of `desk.dings`."""
    recorder = Recorder()
    for name in ("compose", "confirm", "open_inbox"):
        monkeypatch.setattr(desk.page._desk.dings, name, getattr(recorder, name))
    return recorder


def first_uid(desk: Desktop) -> str:
    source = desk.chat.source
    assert source is not None
    return source.rows(0, 1)[0].uid


def menu_entry(desk: Desktop, uid: str, words: str) -> bool:
    """Open a message's menu and choose an entry."""
    desk.chat.view.context_requested.emit(uid, QPoint(40, 40))
    menu = desk.chat.findChildren(QMenu)[-1]
    found = [action for action in menu.actions() if action.text() == words]
    for action in found:
        action.trigger()
    menu.close()
    return bool(found)


def test_the_menu_and_the_key_make_a_ding_of_a_message(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            recorder = record(desk, monkeypatch)
            desk.open("launch")
            uid, room_id = first_uid(desk), desk.company.rooms["launch"].room_id
            assert menu_entry(desk, uid, tr("DING…"))
            assert not menu_entry(desk, uid, tr("Show in DING"))
            desk.chat.view.put_cursor(0)
            QTest.keyClick(desk.chat.view, Qt.Key.Key_D)
            text = "第二版标题再短一些会更好，现在一行放不下。"
            assert recorder.started == [DingStart(room_id, EventID(uid), text)] * 2

    run(qapp, scenario())


def test_the_header_and_the_shortcut_begin_one_in_the_open_room(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            recorder = record(desk, monkeypatch)
            button = desk.chat.header.ding_button
            assert isinstance(button, IconButton) and not button.isEnabled()
            desk.open("launch")
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            shortcuts = desk.window.findChildren(QShortcut)
            next(one for one in shortcuts if one.key().toString() == "Ctrl+Shift+D").activated.emit()
            assert recorder.started == [DingStart(desk.company.rooms["launch"].room_id)] * 2

    run(qapp, scenario())


def test_those_who_have_not_read_are_dinged_together(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            recorder = record(desk, monkeypatch)
            desk.open("launch")
            source = desk.chat.source
            assert source is not None
            mine = next(row for row in source.rows(0, 50) if row.is_own and row.is_read_link)
            desk.chat.view.read_list_requested.emit(mine.uid)
            popup = desk.window.findChildren(ReadersPopup)[-1]
            unread = desk.account.cache.read.readers(source.room_id, EventID(mine.uid))[1]
            assert unread
            words = tr_n("DING the one who has not read", "DING the {n} who have not read", len(unread))
            button = next(one for one in popup.findChildren(Button) if one.text() == words)
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            people = tuple(member.user_id for member in unread)
            assert recorder.started == [DingStart(source.room_id, EventID(mine.uid), mine.text, people)]
            assert popup.isHidden() and ME not in people

    run(qapp, scenario())


def test_escape_closes_the_list_of_readers_and_gives_the_keyboard_back(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            source = desk.chat.source
            assert source is not None
            mine = next(row for row in source.rows(0, 50) if row.is_own and row.is_read_link)
            before = QApplication.focusWidget()
            desk.chat.view.read_list_requested.emit(mine.uid)
            popup = desk.window.findChildren(ReadersPopup)[-1]
            await desk.until(popup.hasFocus)
            QTest.keyClick(popup, Qt.Key.Key_Tab)
            assert isinstance(QApplication.focusWidget(), Button)
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, Qt.Key.Key_Escape)
            assert popup.isHidden() and QApplication.focusWidget() is before

    run(qapp, scenario())


def test_a_file_is_dinged_by_its_name(qapp: QApplication) -> None:
    media = MediaInfo(ContentURI("mxc://a/b"), "计划.xlsx", "", 1)
    item = replace(ITEM, kind=ItemKind.FILE, body="", media=media)
    rig = Rig(item)
    rig.chat.make_of(item)
    assert "计划.xlsx" in rig.dings.started[0].text


# Over a real cache


def ding_event(desk: Desktop, text: str, sender: str = "wangmin") -> SyncBatch:
    """A ding to me and two others, just now."""
    people = (ME, user("zhangwei"), user("chenjing"))
    field = {
        "im.tack.ding": ding_json(DingContent(DingKind.TASK, people, due_ms=desk.company.now_ms + 3_600_000))
    }
    mentions = {"m.mentions": {"user_ids": list(people)}}
    return desk.company.say("launch", sender, f"[DING] {text}\n— 截止 2026-11-22 18:00", **field, **mentions)


def newest(desk: Desktop) -> Row:
    source = desk.chat.source
    assert source is not None
    return source.rows(source.row_count() - 1, 1)[0]


def card(desk: Desktop) -> DingCard:
    found = newest(desk).ding
    assert found is not None
    return found


def test_a_ding_arrives_and_is_confirmed_with_a_key(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            recorder = record(desk, monkeypatch)
            desk.open("launch")
            await desk.account.cache.apply_sync(ding_event(desk, "请确认名单"))
            row = newest(desk)
            assert (
                row.text == "请确认名单" and card(desk).is_open and card(desk).count_text == "0 / 3 confirmed"
            )
            desk.chat.view.put_cursor(desk.chat.view.stage.count - 1)
            QTest.keyClick(desk.chat.view, Qt.Key.Key_C)
            QTest.keyClick(desk.chat.view, Qt.Key.Key_Space)
            assert (recorder.confirmed, recorder.shown) == ([row.uid], [row.uid])
            assert menu_entry(desk, row.uid, tr("Confirm"))
            assert menu_entry(desk, row.uid, tr("Show in DING"))
            assert (len(recorder.confirmed), len(recorder.shown)) == (2, 2)

    run(qapp, scenario())


def test_what_others_do_shows_in_the_open_conversation(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            cache, company = desk.account.cache, desk.company
            room_id = company.rooms["launch"].room_id
            await cache.apply_sync(ding_event(desk, "请确认名单"))
            ding = EventID(newest(desk).uid)
            check = company.react("launch", "zhangwei", ding, "✅")
            await cache.apply_sync(company.batch(RoomUpdate(room_id, timeline=(check,))))
            assert card(desk).count_text == "1 / 3 confirmed" and newest(desk).reactions == ()
            mine = company.react("launch", "lina", ding, "✅")
            await cache.apply_sync(company.batch(RoomUpdate(room_id, timeline=(mine,))))
            assert card(desk).count_text == "2 / 3 confirmed"
            assert not card(desk).is_open and card(desk).done_text.startswith("You confirmed")

    run(qapp, scenario())


def test_the_real_confirmation_waits_in_the_queue_and_counts_at_once(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            await desk.account.cache.apply_sync(ding_event(desk, "请确认名单"))
            desk.chat.view.ding_confirmed.emit(newest(desk).uid)
            await desk.until(lambda: not card(desk).is_open)
            assert card(desk).count_text == "1 / 3 confirmed"
            desk.chat.view.reaction_toggled.emit(newest(desk).uid, "✅")
            await desk.pause()
            queue = desk.account.cache.read.queue()
            assert [request.event_type for request in queue].count("m.reaction") == 1

    run(qapp, scenario())


def test_a_muted_senders_ding_is_a_plain_message(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            muted = (("im.tack.ding.muted", {"users": [user("wangmin")]}),)
            await desk.account.cache.apply_sync(desk.company.batch(account_data=muted))
            await desk.account.cache.apply_sync(ding_event(desk, "请确认名单"))
            assert newest(desk).ding is None and newest(desk).text.startswith("[DING] 请确认名单")

    run(qapp, scenario())


def test_a_forged_ding_is_a_plain_message(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            field = {"im.tack.ding": {"v": 1, "kind": "task", "recipients": [ME], "due_ts": -5}}
            await desk.account.cache.apply_sync(desk.company.say("launch", "tom", "[DING] <b>x</b>", **field))
            assert newest(desk).ding is None and newest(desk).text == "[DING] <b>x</b>"

    run(qapp, scenario())


def test_a_reminder_in_the_conversation_leads_to_its_ding(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            await desk.account.cache.apply_sync(ding_event(desk, "请确认名单"))
            ding = newest(desk).uid
            desk.company.now_ms += 6 * 60_000
            nudge = {
                "im.tack.ding.nudge": {"v": 1, "event_id": ding},
                "m.relates_to": {"m.in_reply_to": {"event_id": ding}},
                "m.mentions": {"user_ids": [ME]},
            }
            said = desk.company.say("launch", "wangmin", "[DING] 请确认", **nudge)
            await desk.account.cache.apply_sync(said)
            assert (newest(desk).nudges, newest(desk).text) == (ding, "Reminder: 请确认名单")

    run(qapp, scenario())


def test_an_edit_of_my_ding_changes_its_text_alone(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            people = (user("zhangwei"), user("chenjing"))
            field = {"im.tack.ding": ding_json(DingContent(DingKind.TASK, people, due_ms=2_000_000_000_000))}
            body = "[DING] 周三交\n— 截止 2033-05-18 11:33"
            await desk.account.cache.apply_sync(desk.company.say("launch", "lina", body, **field))
            uid = newest(desk).uid
            desk.chat.view.edit_requested.emit(uid)
            composer = desk.chat.composer
            assert composer.text() == "周三交"
            composer.send_requested.emit("周四交\n— 我", ())
            await desk.until(lambda: newest(desk).text == "周四交\n—\u00a0我")
            sent = desk.account.cache.read.queue()[-1].content["m.new_content"]
            assert sent["body"] == "[DING] 周四交\n—\u00a0我\n— 截止 2033-05-18 11:33"
            assert card(desk).title == "DING · Task" and newest(desk).is_edited
            desk.chat.view.edit_requested.emit(uid)
            assert composer.text() == "周四交\n— 我"

    run(qapp, scenario())


def test_a_ding_is_quoted_by_its_text(qapp: QApplication) -> None:
    assert short_words(replace(DING, body="[DING] 请确认\n— 截止 2033-05-18 11:33")) == "[DING] 请确认"


def test_the_replies_to_a_ding_are_its_comments(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            recorder = record(desk, monkeypatch)
            desk.open("launch")
            plain = first_uid(desk)
            await desk.account.cache.apply_sync(ding_event(desk, "请确认名单"))
            uid = newest(desk).uid
            thread = {"m.relates_to": {"rel_type": "m.thread", "event_id": uid}}
            await desk.account.cache.apply_sync(desk.company.say("launch", "tom", "Done.", **thread))
            desk.chat.view.thread_activated.emit(uid)
            desk.chat.view.thread_activated.emit(plain)
            assert recorder.shown == [uid]

    run(qapp, scenario())
