"""A conversation on screen, over a real cache."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.domain.events import JSONObject
from app.domain.ids import RoomID, TxnID
from app.domain.sending import RequestKind
from app.domain.timeline import ItemKind, SendState
from app.errors import DiskFull
from tests.helpers.signed_in import Desktop, desktop, run
from widgets.buttons import Button


def unread(desk: Desktop, key: str) -> int:
    room = desk.account.cache.read.room(desk.company.rooms[key].room_id)
    return room.unread if room else -1


def bodies(desk: Desktop, room_id: RoomID | None = None) -> list[str]:
    room_id = room_id or desk.chat.room_id
    assert room_id is not None
    read = desk.account.cache.read
    return [item.body for item in read.items(room_id, 0, read.extent(room_id).row_count)]


def messages_waiting(desk: Desktop) -> list[JSONObject]:
    queue = desk.account.cache.read.queue()
    return [request.content for request in queue if request.event_type == "m.room.message"]


def test_opening_a_room_marks_it_read_once_it_is_seen(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            assert unread(desk, "launch") == 3
            desk.page.set_active(False)
            desk.open("launch")
            await desk.pause()
            assert unread(desk, "launch") == 3
            desk.page.set_active(True)
            await desk.until(lambda: unread(desk, "launch") == 0)

    run(qapp, scenario())


def test_the_divider_stays_while_the_room_is_open(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.page.set_active(True)
            desk.open("launch")
            source = desk.chat.source
            assert source is not None and source.unread_row() == 2
            await desk.until(lambda: unread(desk, "launch") == 0)
            await desk.account.cache.apply_sync(desk.company.say("launch", "tom", "Looks good to me."))
            assert source.unread_row() == 2
            await desk.until(lambda: unread(desk, "launch") == 0)
            desk.open("supply")
            desk.open("launch")
            assert desk.chat.source is not None and desk.chat.source.unread_row() is None

    run(qapp, scenario())


def test_news_while_nobody_looks_get_a_divider(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.page.set_active(True)
            desk.open("zhangwei")
            await desk.pause()
            desk.page.set_active(False)
            await desk.account.cache.apply_sync(desk.company.say("zhangwei", "zhangwei", "在吗？"))
            source = desk.chat.source
            assert source is not None and source.unread_row() == 3
            assert unread(desk, "zhangwei") == 1

    run(qapp, scenario())


def test_the_last_click_wins(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            for key in ("launch", "supply", "finance", "quality"):
                desk.open(key)
            await desk.pause()
            assert desk.chat.room_id == desk.company.rooms["quality"].room_id
            assert desk.page.conversations.list.currentIndex().data() == "测试与质量"

    run(qapp, scenario())


def test_what_is_written_offline_shows_at_once_and_waits(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("zhangwei")
            composer = desk.chat.composer
            composer.set_text("预算表我下午发你")
            composer.send_requested.emit("预算表我下午发你", ())
            assert composer.text() == ""
            await desk.until(lambda: bodies(desk)[-1] == "预算表我下午发你")
            read = desk.account.cache.read
            assert desk.chat.room_id is not None
            items = read.items(desk.chat.room_id, read.extent(desk.chat.room_id).row_count - 1, 1)
            assert items[0].send_state is SendState.QUEUED
            await desk.until(lambda: desk.account.connection.state.waiting == 1)
            assert desk.page.banner.isVisible()

    run(qapp, scenario())


def test_a_draft_waits_in_its_room(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("zhangwei")
            desk.chat.composer.set_text("还没写完")
            desk.open("launch")
            assert desk.chat.composer.text() == ""
            room = desk.company.rooms["zhangwei"].room_id
            await desk.until(lambda: desk.account.cache.read.draft(room).text == "还没写完")
            desk.open("zhangwei")
            assert desk.chat.composer.text() == "还没写完"

    run(qapp, scenario())


def test_a_draft_keeps_whom_it_answers_and_names(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            room = desk.company.rooms["launch"].room_id
            original = desk.account.cache.read.items(room, 0, 1)[0]
            desk.chat._writing.reply(original)
            desk.chat.composer.insert_mention("@tom:acme.example", "Tom")
            desk.open("zhangwei")
            assert desk.chat.composer.mentions() == () and desk.chat.composer._bar.isHidden()
            await desk.until(
                lambda: {"reply_to", "mentions"} <= desk.account.cache.read.draft(room).extra.keys()
            )
            desk.open("launch")
            assert desk.chat.composer.mentions() == (("@tom:acme.example", "Tom"),)
            assert not desk.chat.composer._bar.isHidden()
            desk.chat.composer.editor.send_pressed.emit()
            await desk.until(lambda: messages_waiting(desk))
            content = messages_waiting(desk)[0]
            assert content["m.relates_to"]["m.in_reply_to"]["event_id"] == original.event_id
            assert "@tom:acme.example" in content["m.mentions"]["user_ids"]
            await desk.until(lambda: not desk.account.cache.read.draft(room).extra)

    run(qapp, scenario())


def test_a_closed_reply_bar_stays_closed(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            room = desk.company.rooms["launch"].room_id
            desk.chat._writing.reply(desk.account.cache.read.items(room, 0, 1)[0])
            await desk.until(lambda: desk.account.cache.read.draft(room).extra)
            desk.chat.composer._bar.cancelled.emit()
            await desk.until(lambda: not desk.account.cache.read.draft(room).extra)

    run(qapp, scenario())


def test_an_edit_goes_on_naming_people(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            room = desk.company.rooms["launch"].room_id
            desk.chat.composer.insert_mention("@tom:acme.example", "Tom")
            desk.chat.composer.insert_text("look")
            desk.chat.composer.editor.send_pressed.emit()
            await desk.until(lambda: messages_waiting(desk))
            last = desk.account.cache.read.extent(room).row_count - 1
            desk.chat._writing.edit(desk.account.cache.read.items(room, last, 1)[0])
            assert desk.chat.composer.mentions() == (("@tom:acme.example", "Tom"),)

    run(qapp, scenario())


def test_the_draft_survives_the_end_of_the_program(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("zhangwei")
            desk.chat.composer.set_text("关机前写的")
            await desk.signed_in.save()
            room = desk.company.rooms["zhangwei"].room_id
            assert desk.account.cache.read.draft(room).text == "关机前写的"

    run(qapp, scenario())


def test_a_reply_names_its_original_and_an_edit_replaces_it(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("quality")
            read, room = desk.account.cache.read, desk.company.rooms["quality"].room_id
            original = read.items(room, 0, 1)[0]
            desk.chat.view.reply_requested.emit(original.uid)
            desk.chat.composer.send_requested.emit("收到", ())
            await desk.until(lambda: len(bodies(desk)) == 2)
            answer = read.items(room, 1, 1)[0]
            assert answer.reply is not None and answer.reply.body == "回归用例已补 14 条"
            desk.chat.composer.edit_last_requested.emit()
            desk.chat.composer.send_requested.emit("收到，谢谢", ())
            await desk.until(lambda: bodies(desk)[-1] == "收到，谢谢")
            assert len(bodies(desk)) == 2

    run(qapp, scenario())


def test_a_reaction_is_added_and_taken_back(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            read, room = desk.account.cache.read, desk.company.rooms["launch"].room_id
            uid = read.items(room, 0, 1)[0].uid

            def thumbs() -> tuple[int, bool]:
                found = [r for r in read.items(room, 0, 1)[0].reactions if r.key == "👍"]
                return (found[0].count, found[0].is_mine) if found else (0, False)

            assert thumbs() == (4, False)
            desk.chat.view.reaction_toggled.emit(uid, "👍")
            await desk.until(lambda: thumbs() == (5, True))
            desk.chat.view.reaction_toggled.emit(uid, "👍")
            await desk.until(lambda: thumbs() == (4, False))

    run(qapp, scenario())


def test_recalling_an_unsent_message_takes_it_out(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("quality")
            desk.chat.composer.send_requested.emit("发错群了", ())
            await desk.until(lambda: bodies(desk)[-1] == "发错群了")
            read, room = desk.account.cache.read, desk.company.rooms["quality"].room_id
            desk.chat.view.delete_requested.emit(read.items(room, 1, 1)[0].uid)
            await desk.until(lambda: bodies(desk) == ["回归用例已补 14 条"])

    run(qapp, scenario())


def test_a_room_that_becomes_encrypted_cannot_be_written_to(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("quality")
            assert desk.chat.writing.reason == ""
            await desk.account.cache.apply_sync(desk.company.encrypt("quality"))
            assert "encrypted" in desk.chat.writing.reason
            read, room = desk.account.cache.read, desk.company.rooms["quality"].room_id
            kinds = [item.kind for item in read.items(room, 0, 10)]
            assert ItemKind.STATE in kinds

    run(qapp, scenario())


def test_typing_is_worded(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            await desk.account.cache.apply_sync(desk.company.types("launch", "wangmin"))
            assert desk.chat.typing_text == "王敏 is typing…"
            await desk.account.cache.apply_sync(desk.company.types("launch"))
            assert desk.chat.typing_text == ""

    run(qapp, scenario())


def test_a_refused_text_comes_back_before_what_was_written_since(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            gate = asyncio.Event()

            async def refuse(*_: object, **__: object) -> TxnID:
                await gate.wait()
                raise DiskFull

            desk.account.sending.send_text = refuse  # type: ignore[method-assign]
            composer, read = desk.chat.composer, desk.account.cache.read
            here = desk.company.rooms["quality"].room_id
            desk.open("quality")
            composer.send_requested.emit("第一段", ())
            composer.set_text("第二段")
            gate.set()
            await desk.until(lambda: composer.text() == "第一段\n第二段")
            await desk.until(lambda: read.draft(here).text == "第一段\n第二段")

            gate.clear()
            composer.clear()
            composer.send_requested.emit("third", ())
            composer.set_text("fourth")
            desk.open("launch")
            await desk.until(lambda: read.draft(here).text == "fourth")
            gate.set()
            await desk.until(lambda: read.draft(here).text == "third\nfourth")
            assert composer.text() == ""

    run(qapp, scenario())


def test_what_was_recalled_can_be_written_again(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            room = desk.chat.room_id
            assert room is not None
            read = desk.account.cache.read
            mine = next(
                item for item in read.items(room, 0, 50) if item.is_own and item.kind is ItemKind.TEXT
            )
            desk.chat.view.delete_requested.emit(mine.uid)
            await desk.until(lambda: read.item(room, mine.uid).is_redacted)  # type: ignore[union-attr]
            buttons = desk.window.findChildren(Button)
            next(button for button in buttons if button.text() == "Edit again").click()
            assert desk.chat.composer.text() == mine.body

    run(qapp, scenario())


def test_the_delete_key_leaves_what_others_wrote(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.open("launch")
            room = desk.chat.room_id
            assert room is not None
            read = desk.account.cache.read
            other = next(item for item in read.items(room, 0, 50) if not item.is_own)
            desk.chat.view.delete_requested.emit(other.uid)
            await desk.pause()
            assert RequestKind.REDACTION not in {request.kind for request in read.queue()}

    run(qapp, scenario())


def test_who_opens_a_room_can_write_at_once(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            desk.window.activateWindow()
            await desk.until(desk.window.isActiveWindow)
            desk.page.conversations.list.setFocus()
            desk.page.conversations.step(1)
            assert desk.chat.composer.editor.hasFocus()
            desk.page.search(None)
            assert not desk.chat.composer.editor.hasFocus()
            desk.page.side.hit_chosen.emit(desk.company.rooms["finance"].room_id, "$nothing")
            assert not desk.chat.composer.editor.hasFocus()

    run(qapp, scenario())


def test_after_an_answer_of_mine_the_server_is_told_what_was_seen(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with desktop(tmp_path) as desk:
            cache, company = desk.account.cache, desk.company
            desk.page.set_active(False)
            desk.open("zhangwei")
            await desk.pause()
            before = {request.txn_id for request in cache.read.queue()}
            await cache.apply_sync(company.say("zhangwei", "zhangwei", "在吗？"))
            await cache.apply_sync(company.say("zhangwei", "lina", "在，手机上回的"))
            assert unread(desk, "zhangwei") == 0
            await desk.pause()
            assert {request.txn_id for request in cache.read.queue()} == before
            desk.page.set_active(True)
            await desk.until(lambda: len(cache.read.queue()) == len(before) + 1)
            (receipt,) = [request for request in cache.read.queue() if request.txn_id not in before]
            assert receipt.kind is RequestKind.RECEIPT

    run(qapp, scenario())
