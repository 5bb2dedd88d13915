"""Dings between real people on a real homeserver: sent, answered, reminded, scheduled, misused."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.dings.service import NewDing
from app.domain.dings import (
    MIN_NUDGE_MS,
    DingBox,
    DingContent,
    DingFilter,
    DingKind,
    DingRepeat,
    DingSummary,
    RecipientState,
)
from app.domain.ids import EventID, RoomID, UserID
from app.domain.scheduled import ScheduledState, ScheduleMode
from app.errors import InputError
from tests.helpers.desk import Desk, new_room, opened, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser
from tests.live.conftest import Run

DAY_MS = 86_400_000


class AheadClock(SystemClock):
    """The computer's clock, or one that tests move ahead."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms


def notice(*people: ServerUser, **more: Any) -> DingContent:
    return DingContent(DingKind.NOTICE, tuple(UserID(person.user_id) for person in people), **more)


def dings(desk: Desk, box: DingBox) -> list[DingSummary]:
    return desk.account.cache.read.dings.page(box, DingFilter.ALL)


def received(desk: Desk, text: str) -> DingSummary | None:
    return next((ding for ding in dings(desk, DingBox.RECEIVED) if ding.text == text), None)


def sent(desk: Desk, text: str) -> DingSummary | None:
    found = [ding for ding in dings(desk, DingBox.SENT) if ding.text == text]
    assert len(found) < 2, "sent twice"
    return found[0] if found else None


async def arrived(desk: Desk, text: str) -> DingSummary:
    """Wait until the server has a ding of mine and it has come back."""
    ding = await desk.until(lambda: (d := sent(desk, text)) and d.event_id and d)
    assert isinstance(ding, DingSummary)
    return ding


def events_of(
    homeserver: Homeserver, user: ServerUser, room_id: str, kind: str = "m.room.message"
) -> list[Any]:
    page = homeserver.api("GET", f"/_matrix/client/v3/rooms/{room_id}/messages?dir=b&limit=200", user=user)
    return [event for event in page["chunk"] if event["type"] == kind]


def react(homeserver: Homeserver, user: ServerUser, ding: DingSummary, key: str = "✅") -> str:
    """Confirm as another Matrix client does."""
    relation = {"rel_type": "m.annotation", "event_id": ding.event_id, "key": key}
    path = f"/_matrix/client/v3/rooms/{ding.room_id}/send/m.reaction/{'r' + user.device_id}"
    return str(homeserver.api("PUT", path, {"m.relates_to": relation}, user=user)["event_id"])


def test_a_ding_in_a_shared_room_is_confirmed_with_a_note_and_by_another_client(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang, wang = (homeserver.new_user(name) for name in ("li", "zhang", "wang"))
    room = new_room(homeserver, li, zhang, wang)

    async def go() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
        ):
            await a.online()
            await b.online()
            await a.account.dings.send(NewDing("合同盖章", notice(zhang, wang), room))
            ding = await b.until(lambda: received(b, "合同盖章"))
            assert ding.is_open and ding.room_id == room and not ding.is_ding_room
            await b.account.dings.confirm(ding.event_id, "done by Friday")
            mine = await a.until(lambda: (d := sent(a, "合同盖章")) and d.confirmed == 1 and d)
            assert mine.total == 2
            await asyncio.to_thread(react, homeserver, wang, mine)
            await a.until(lambda: (d := sent(a, "合同盖章")) and d.confirmed == 2)
            detail = a.account.cache.read.dings.detail(mine.event_id)
            assert detail is not None
            assert {p.user_id: p.note for p in detail.recipients} == {
                zhang.user_id: "done by Friday",
                wang.user_id: "",
            }
            assert {p.state for p in detail.recipients} == {RecipientState.CONFIRMED}
            with pytest.raises(InputError) as refused:
                await a.account.dings.nudge(mine.event_id)
            assert refused.value.code == "nobody_left"
            assert len(events_of(homeserver, li, room, "m.reaction")) == 2

    run(go())


def test_a_ding_to_people_makes_a_room_that_others_enter_by_themselves_and_is_used_again(
    homeserver: Homeserver, tmp_path: Path, run: Run
) -> None:
    li, zhang, wang = (homeserver.new_user(name) for name in ("li", "zhang", "wang"))

    async def go() -> None:
        async with (
            signed_in(tmp_path / "li", li, homeserver.base_url) as a,
            signed_in(tmp_path / "zhang", zhang, homeserver.base_url) as b,
            signed_in(tmp_path / "wang", wang, homeserver.base_url) as c,
        ):
            for desk in (a, b, c):
                await desk.online()
            await a.account.dings.send(NewDing("everyone out", notice(zhang, wang)))
            for desk in (b, c):
                ding = await desk.until(lambda desk=desk: received(desk, "everyone out"))
                assert ding.is_open and ding.is_ding_room
                await desk.account.dings.confirm(ding.event_id)
                assert ding.room_id not in desk.account.cache.read.room_order()
            mine = await a.until(lambda: (d := sent(a, "everyone out")) and d.confirmed == 2 and d)
            await a.account.dings.send(NewDing("again", notice(wang, zhang)))
            again = await arrived(a, "again")
            assert again.room_id == mine.room_id
            await b.until(lambda: received(b, "again"))

    run(go())
