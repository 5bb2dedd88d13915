"""Two people at their desks: what one does, the other sees; what happened elsewhere, both see."""

import asyncio
from pathlib import Path

import pytest

from app.domain.connection import ConnectionKind
from app.domain.ids import ContentURI, EventID, UserID
from app.domain.rooms import NotifyLevel
from app.domain.sync import Membership
from app.domain.timeline import ItemKind
from app.errors import Forbidden, InputError, NetworkError, StrangeAnswer
from app.notifications.service import Notice, Notification, Withdrawal
from tests.helpers.desk import Desk, new_room, opened, say, server_texts, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.live.conftest import Run

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\5\0"
    b"\1\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


def test_people_talk_edit_react_answer_and_recall(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang, name="产品发布小组")

    async def talk() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
        ):
            await a.online()
            await b.online()
            summary = a.account.cache.read.room(room)
            assert summary is not None and summary.name == "产品发布小组"
            await a.account.sending.send_text(room, "周五发布可以吗？")
            theirs = await b.until(lambda: b.find(room, "周五发布可以吗？"))
            assert theirs.sender == li.user_id and theirs.event_id
            unread = await b.until(lambda: (r := b.account.cache.read.room(room)) and r.unread)
            assert unread == 1

            await b.account.sending.react(room, theirs.uid, "👍")
            mine = await a.until(lambda: (i := a.find(room, "周五发布可以吗？")) and i.reactions and i)
            assert (mine.reactions[0].key, mine.reactions[0].is_mine) == ("👍", False)
            await b.account.sending.react(room, theirs.uid, "👍")
            await a.until(lambda: (i := a.find(room, "周五发布可以吗？")) and not i.reactions)

            await b.account.sending.send_text(room, "可以", reply_to=theirs.uid)
            answer = await a.until(lambda: a.find(room, "可以"))
            assert answer.reply is not None and answer.reply.body == "周五发布可以吗？"
            assert answer.mentions_me

            await b.account.sending.send_text(room, "可以的", edit_of=b.find(room, "可以").uid)  # type: ignore[union-attr]
            await a.until(lambda: (i := a.find(room, "可以的")) and i.is_edited)

            await b.account.rooms.mark_read(room, EventID(theirs.event_id or ""))
            await a.account.sending.redact(room, mine.uid)
            await b.until(lambda: (i := b.account.cache.read.item(room, theirs.uid)) and i.is_redacted)
            await a.drained()
            await b.drained()

    run(talk())


def test_what_is_written_shows_at_once_and_keeps_its_identity(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)

    async def write() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            txn = await desk.account.sending.send_text(room, "first")
            echo = desk.find(room, "first")
            assert echo is not None and echo.uid == f"t:{txn}"
            await desk.account.sending.send_text(room, "better", edit_of=echo.uid)
            await desk.account.sending.react(room, echo.uid, "🎉")
            await desk.drained()
            item = await desk.until(lambda: (i := desk.find(room, "better")) and i.reactions and i)
            assert item.uid == echo.uid and item.is_edited and item.reactions[0].is_mine
            assert desk.said(room) == ["better"]

    run(write())


def test_typing_names_and_read_receipts_arrive(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang", displayname="张伟")
    room = new_room(homeserver, li, zhang)

    async def watch() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
        ):
            await a.online()
            await b.online()
            await a.account.rooms.open_room(room)
            await b.account.sending.set_typing(room, True)
            typing = await a.until(lambda: a.account.cache.read.typing(room))
            assert [member.name for member in typing] == ["张伟"]
            await b.account.sending.set_typing(room, False)
            await a.account.sending.send_text(room, "read me")
            theirs = await b.until(lambda: b.find(room, "read me"))
            assert theirs.event_id
            await b.account.rooms.mark_read(room, theirs.event_id)
            await a.until(lambda: (i := a.find(room, "read me")) and i.read_count == 1)
            readers, others = a.account.cache.read.readers(room, theirs.event_id)
            assert [member.user_id for member in readers] == [zhang.user_id] and not others

    run(watch())


def test_files_and_pictures_go_both_ways_and_lie_sealed_on_disk(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)
    source = tmp_path / "报价单.txt"
    source.write_text("secret price " * 20_000)

    async def exchange() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
        ):
            await a.online()
            await b.online()
            await a.account.sending.send_file(room, source, "看一下")
            source.unlink()  # the copy goes out all the same
            await a.account.sending.send_image_bytes(room, PNG)
            file = await b.until(lambda: next((i for i in b.items(room) if i.kind is ItemKind.FILE), None))
            image = await b.until(lambda: next((i for i in b.items(room) if i.kind is ItemKind.IMAGE), None))
            assert file.media is not None and image.media is not None
            assert (file.media.filename, file.body, file.media.size_bytes) == (
                "报价单.txt",
                "看一下",
                260_000,
            )
            assert (image.media.width, image.media.height) == (1, 1)
            uri = ContentURI(file.media.uri or "")
            steps: list[int] = []
            assert not b.account.media.is_cached(uri)
            clear = await b.account.media.file(uri, lambda done, total: steps.append(done))
            assert clear == b"secret price " * 20_000 and steps and steps[-1] == len(clear)
            await b.account.media.save_as(uri, tmp_path / "saved.txt")
            assert (tmp_path / "saved.txt").read_bytes() == clear
            assert await b.account.media.thumbnail(ContentURI(image.media.uri or ""), 300, 200)
            assert a.account.media.is_cached(uri), "one's own file is never downloaded"
            await a.drained()

    run(exchange())
    stored = [p for p in tmp_path.rglob("*") if p.is_file() and "saved" not in p.name]
    assert stored and not any(b"secret price" in p.read_bytes() for p in stored)


def test_a_missing_file_is_an_error_with_a_name(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)

    async def attempt() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            with pytest.raises(InputError) as caught:
                await desk.account.sending.send_file(room, tmp_path / "gone.pdf")
            assert caught.value.code == "file_gone"
            assert desk.waiting() == 0

    run(attempt())


def test_history_comes_from_the_server_when_it_is_looked_for(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)
    first = say(homeserver, zhang, room, "line 0")
    for number in range(1, 60):
        say(homeserver, zhang, room, f"line {number}")

    async def look() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            assert desk.find(room, "line 0") is None
            uid = await desk.account.timelines.jump_to_event(room, EventID(first))
            assert uid == first
            assert desk.said(room) == [f"line {n}" for n in range(60)]
            while not await desk.account.timelines.paginate_backwards(room):
                pass
            assert desk.account.cache.read.extent(room).reached_start

    run(look())


def test_a_gap_left_by_an_absence_is_filled_in_its_place(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)

    async def come_back() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            say(homeserver, zhang, room, "before")
            await desk.until(lambda: desk.find(room, "before"))
        for number in range(45):
            say(homeserver, zhang, room, f"meanwhile {number}")
        async with opened(tmp_path / "li") as desk:
            await desk.until(lambda: desk.find(room, "meanwhile 44"))
            for _ in range(5):
                gaps = desk.account.cache.read.gaps(room)
                if not gaps:
                    break
                await desk.account.timelines.fill_gap(room, gaps[0].prev_batch, 20)
            assert desk.said(room) == ["before", *(f"meanwhile {n}" for n in range(45))]

    run(come_back())


def test_rooms_are_made_joined_left_and_a_direct_chat_is_made_once(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")

    async def meet() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
        ):
            await a.online()
            await b.online()
            direct = await a.account.rooms.create_direct(UserID(zhang.user_id))
            await a.until(lambda: (r := a.account.cache.read.room(direct)) and r.is_direct)
            assert await a.account.rooms.create_direct(UserID(zhang.user_id)) == direct
            group = await a.account.rooms.create_room("团建", (UserID(zhang.user_id),))
            for room in (direct, group):
                invite = await b.until(
                    lambda room=room: (
                        (r := b.account.cache.read.room(room))  # type: ignore[misc]
                        and r.membership is Membership.INVITE
                        and r
                    )
                )
                assert invite.inviter == li.user_id
            assert await b.account.rooms.join(group) == group
            await b.account.rooms.set_favourite(group, True)
            await b.account.rooms.set_level(group, NotifyLevel.NONE)
            await b.until(lambda: (r := b.account.cache.read.room(group)) and r.is_favourite)
            await b.until(lambda: (r := b.account.cache.read.room(group)) and r.level is NotifyLevel.NONE)
            await b.account.rooms.leave(direct)
            await b.until(lambda: direct not in b.account.cache.read.room_order())
            await b.account.rooms.leave(group)
            await a.until(lambda: a.account.cache.read.member_count(group) == 1)
            await directory_knows(a, zhang)

    run(meet())


async def directory_knows(desk: Desk, person: ServerUser) -> None:
    """The server writes its user directory a little after the fact, and its search is by prefix."""
    async with asyncio.timeout(15):
        while person.user_id not in [p.user_id for p in await desk.account.directory.users(person.localpart)]:  # noqa: ASYNC110 (the server tells nobody)
            await asyncio.sleep(0.2)


def test_two_devices_of_one_person_agree(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room = new_room(homeserver, li, zhang)

    async def sit_at_both() -> None:
        async with (
            signed_in(tmp_path / "office", li, homeserver.base_url) as office,
            signed_in(tmp_path / "home", li, homeserver.base_url) as home,
        ):
            await office.online()
            await home.online()
            assert office.account.session != home.account.session
            for number in range(5):
                await office.account.sending.send_text(room, f"office {number}")
                await home.account.sending.send_text(room, f"home {number}")
            await office.drained()
            await home.drained()
            truth = server_texts(homeserver, li, room)
            await office.until(lambda: office.said(room) == truth)
            await home.until(lambda: home.said(room) == truth)
            assert all(item.is_own for item in home.items(room) if item.kind is ItemKind.TEXT)
            event = EventID(say(homeserver, zhang, room, "for both"))
            for desk in (office, home):
                await desk.until(
                    lambda desk=desk: (r := desk.account.cache.read.room(room)) and r.unread == 1  # type: ignore[misc]
                )
            await office.account.rooms.mark_read(room, event)
            await home.until(lambda: (r := home.account.cache.read.room(room)) and r.unread == 0)
            await home.account.rooms.mark_unread(room, True)
            await office.until(lambda: (r := office.account.cache.read.room(room)) and r.is_marked_unread)
            await home.account.sending.react(room, event, "✅")
            await office.until(lambda: (i := office.find(room, "for both")) and i.reactions)
            await office.account.sending.react(room, event, "✅")
            await home.until(lambda: (i := home.find(room, "for both")) and not i.reactions)

    run(sit_at_both())


def test_notices_come_once_and_go_when_the_room_is_read(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang = homeserver.new_user("li"), homeserver.new_user("zhang")
    room, other = new_room(homeserver, li, zhang), new_room(homeserver, li, zhang)
    say(homeserver, zhang, room, "old")

    async def listen() -> None:
        heard: list[Notice] = []
        async with signed_in(tmp_path / "li", li, homeserver.base_url, is_started=False) as desk:
            desk.account.notifications.subscribe(heard.append)
            await desk.account.start()
            await desk.online()
            desk.account.notifications.set_focus(other)
            say(homeserver, zhang, other, "seen")
            event = EventID(say(homeserver, zhang, room, "hello"))
            notice = await desk.until(lambda: heard and heard[0])
            assert isinstance(notice, Notification)
            assert (notice.room_id, notice.event_id, notice.body, notice.count) == (room, event, "hello", 1)
            await desk.account.rooms.mark_read(room, event)
            await desk.until(lambda: heard[1:] == [Withdrawal(room)])
            heard.clear()
        for number in range(12):
            say(homeserver, zhang, room, f"missed {number}")
        async with opened(tmp_path / "li", is_started=False) as desk:
            desk.account.notifications.subscribe(heard.append)
            await desk.account.start()
            notice = await desk.until(lambda: heard and heard[0])
            assert isinstance(notice, Notification)
            assert notice.count == 12 and len(heard) == 1, "one notice for the room, not twelve"

    run(listen())


def test_signing_in_fails_with_a_name_and_leaves_nothing(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    from dataclasses import replace

    li = homeserver.new_user("li")

    async def attempt() -> None:
        with pytest.raises(Forbidden) as wrong:
            async with signed_in(tmp_path / "a", replace(li, password="no"), homeserver.base_url):
                pass
        assert wrong.value.code == "wrong_password"
        with pytest.raises((NetworkError, StrangeAnswer)):
            async with signed_in(tmp_path / "a", li, "http://127.0.0.1:1"):
                pass
        async with signed_in(tmp_path / "a", li, homeserver.base_url) as desk:
            await desk.online()

    run(attempt())


def test_signing_out_ends_the_session_and_can_wipe(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li = homeserver.new_user("li")

    async def leave() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            device = desk.account.session.device_id if desk.account.session else ""
            await desk.account.sign_out(wipe=True)
        devices = homeserver.api("GET", "/_matrix/client/v3/devices", user=li)["devices"]
        assert device not in [entry["device_id"] for entry in devices]
        assert not (tmp_path / "li" / "cache").exists()

    run(leave())


def test_offline_by_choice_reads_and_writes_without_a_line(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li = homeserver.new_user("li")
    room = new_room(homeserver, li)

    async def choose() -> None:
        async with signed_in(tmp_path / "li", li, homeserver.base_url) as desk:
            await desk.online()
            desk.account.pause()
            await desk.account.sending.send_text(room, "later")
            assert desk.said(room) == ["later"]
            state = desk.account.connection.state
            assert (state.kind, state.waiting) == (ConnectionKind.PAUSED, 1)
        async with opened(tmp_path / "li", offline=True) as desk:
            assert desk.said(room) == ["later"]
            assert desk.account.connection.state.kind is ConnectionKind.PAUSED
            desk.account.resume()
            await desk.drained()
        assert server_texts(homeserver, li, room) == ["later"]

    run(choose())
