"""Alerts of dings on a real homeserver: two devices of one person, a new device, a clear, a muted sender."""

import secrets
import time
from pathlib import Path
from typing import Any

from app.dings.service import NewDing
from app.domain.attention import ClearScope
from app.domain.dings import DingContent, DingKind, ding_json
from app.domain.ids import EventID, RoomID, UserID
from tests.helpers.desk import Desk, new_room, opened, say, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.live.conftest import Run


def notice(*people: ServerUser, **more: Any) -> DingContent:
    return DingContent(DingKind.NOTICE, tuple(UserID(person.user_id) for person in people), **more)


def cards(desk: Desk) -> list[str]:
    return [card.text for card in desk.account.ding_alerts.board.cards]


async def ready(desk: Desk) -> None:
    await desk.online()
    await desk.until(lambda: desk.account.cache.read.ding_alerts.has_begun())


async def send(sender: Desk, text: str, room: RoomID, *people: ServerUser, **more: Any) -> None:
    await sender.account.dings.send(NewDing(text, notice(*people, **more), room))


def event_of(desk: Desk, text: str) -> EventID:
    found = next(ding for ding in desk.account.cache.read.dings.open(50) if ding.text == text)
    assert found.event_id is not None
    return found.event_id


def test_two_devices_of_one_person(homeserver: Homeserver, tmp_path: Path, run: Run) -> None:
    li, wang = homeserver.new_user("li"), homeserver.new_user("wang")
    room = new_room(homeserver, wang, li)

    async def scenario() -> None:
        async with (
            signed_in(tmp_path / "wang", wang, homeserver.base_url) as boss,
            signed_in(tmp_path / "desk", li, homeserver.base_url) as desk,
        ):
            await ready(boss)
            await ready(desk)
            await send(boss, "one", room, li)
            await desk.until(lambda: cards(desk) == ["one"])
            async with signed_in(tmp_path / "phone", li, homeserver.base_url) as phone:
                await ready(phone)
                await phone.until(lambda: phone.account.cache.read.dings.open(5))
                await send(boss, "two", room, li)
                await phone.until(lambda: cards(phone) == ["two"])
                await desk.until(lambda: cards(desk) == ["two", "one"])
                await phone.account.cache.set_read(room, event_of(phone, "two"))
                await desk.until(lambda: cards(desk) == [])
                assert cards(phone) == ["two"], "its own reading does not take it away"
                assert len(desk.account.cache.read.dings.open(5)) == 2, "the duties stay"
                await phone.account.dings.confirm(event_of(phone, "two"))
                await phone.until(lambda: cards(phone) == [])

    run(scenario())


def test_a_clear_leaves_the_card_also_when_its_receipt_comes_back(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, wang = homeserver.new_user("li"), homeserver.new_user("wang")
    room = new_room(homeserver, wang, li)

    async def scenario() -> None:
        async with (
            signed_in(tmp_path / "wang", wang, homeserver.base_url) as boss,
            signed_in(tmp_path / "desk", li, homeserver.base_url) as desk,
        ):
            await ready(boss)
            await ready(desk)
            await send(boss, "one", room, li)
            await desk.until(lambda: cards(desk) == ["one"])
            read = desk.account.cache.read
            assert await desk.account.cache.clearing.clear(ClearScope(), 0) is not None
            say(homeserver, wang, room, "after")
            await desk.until(lambda: desk.find(room, "after"))
            conn: Any = read._conn
            came_back = "SELECT 1 FROM receipt WHERE kind = 'm.read.private'"
            await desk.until(lambda: conn.execute(came_back).fetchone())
            await desk.drained()
            assert cards(desk) == ["one"]

    run(scenario())


def test_waiting_ones_show_on_start_and_a_muted_senders_do_not(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, wang, tom = (homeserver.new_user(name) for name in ("li", "wang", "tom"))
    room = new_room(homeserver, wang, li, tom)

    async def scenario() -> None:
        async with signed_in(tmp_path / "desk", li, homeserver.base_url) as desk:
            await ready(desk)
            await desk.account.dings.set_sender_muted(UserID(tom.user_id), True)
            await desk.drained()
        async with (
            signed_in(tmp_path / "wang", wang, homeserver.base_url) as boss,
            signed_in(tmp_path / "tom", tom, homeserver.base_url) as other,
        ):
            await ready(boss)
            await ready(other)
            await send(boss, "while away", room, li)
            await boss.drained()
            await send(other, "muted", room, li)
            await other.drained()
            async with opened(tmp_path / "desk") as desk:
                await desk.until(lambda: cards(desk) == ["while away"])
                await desk.until(lambda: desk.find(room, "[DING] muted"))
                assert cards(desk) == ["while away"]
                await desk.account.dings.set_sender_muted(UserID(wang.user_id), True)
                await desk.until(lambda: cards(desk) == [])

    run(scenario())


def test_a_confirmed_meeting_that_is_brought_forward_reminds_and_a_copy_does_too(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, wang, tom = (homeserver.new_user(name) for name in ("li", "wang", "tom"))
    room = new_room(homeserver, wang, li, tom)

    def meeting(begins_in_min: int) -> DingContent:
        start = time.time_ns() // 1_000_000 + begins_in_min * 60_000
        people, copies = (UserID(li.user_id),), (UserID(tom.user_id),)
        return DingContent(DingKind.MEETING, people, copies, start_ms=start, remind_min=15)

    async def scenario() -> None:
        async with (
            signed_in(tmp_path / "wang", wang, homeserver.base_url) as boss,
            signed_in(tmp_path / "li", li, homeserver.base_url) as desk,
            signed_in(tmp_path / "tom", tom, homeserver.base_url) as copied,
        ):
            for each in (boss, desk, copied):
                await ready(each)
            await boss.account.dings.send(NewDing("review", meeting(300), room))
            await desk.until(lambda: cards(desk) == ["review"])
            event_id = event_of(desk, "review")
            await desk.account.dings.confirm(event_id)
            await desk.until(lambda: cards(desk) == [])
            await desk.drained()
            await copied.until(lambda: copied.account.cache.read.dings.summary(event_id))
            assert cards(copied) == []
            said = {"msgtype": "m.text", "body": "[DING] soon", "im.tack.ding": ding_json(meeting(10))}
            relation = {"rel_type": "m.replace", "event_id": event_id}
            edit = {"msgtype": "m.text", "body": "* soon", "m.new_content": said, "m.relates_to": relation}
            path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/{secrets.token_hex(8)}"
            homeserver.api("PUT", path, edit, user=wang)
            await desk.until(lambda: cards(desk) == ["soon"])
            await copied.until(lambda: cards(copied) == ["soon"])
            assert not desk.account.ding_alerts.board.cards[0].is_open
            await desk.account.ding_alerts.dismiss(event_id)
            await desk.until(lambda: cards(desk) == [])
        async with opened(tmp_path / "li") as desk, opened(tmp_path / "tom") as copied:
            await copied.until(lambda: cards(copied) == ["soon"])
            await desk.online()
            assert cards(desk) == [], "what was dismissed stays away after a restart"

    run(scenario())
