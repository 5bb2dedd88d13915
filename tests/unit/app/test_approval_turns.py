"""What a deputy has to do comes and goes by time alone, and is told."""

import asyncio
import itertools

import pytest

from app.approvals import turns
from app.approvals.turns import DutyTurns
from app.changes import ChangeFeed, Changes
from app.domain.approvals.request import Deputy
from app.domain.ids import RoomID
from tests.helpers.approval_store import CAROL, RequestRoom, request, rule, template
from tests.helpers.store_history import ME, START_MS, OpenCache, batch


async def heard(told: "asyncio.Queue[Changes]") -> frozenset[RoomID]:
    return (await asyncio.wait_for(told.get(), 10)).approvals


def test_the_begin_and_the_end_of_a_duty_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(turns, "LONGEST_WAIT_S", 0.05)

    async def play(holder: OpenCache) -> None:
        deputy = Deputy(user=CAROL, deputy=ME, from_ms=START_MS + 1000, until_ms=START_MS + 2000)
        room = RequestRoom(request(template(rule("s1", CAROL)), deputies=(deputy,))).sealed()
        await holder.cache.apply_sync(batch(room.update(), RequestRoom(room="other").sealed().update()))
        feed, told = ChangeFeed(), asyncio.Queue[Changes]()
        feed.subscribe(told.put_nowait)
        holder.clock.now = START_MS
        service = DutyTurns(holder.cache, feed, holder.clock.now_ms)
        service.start()
        await asyncio.sleep(0.3)
        assert told.empty()
        holder.clock.now = START_MS + 1000
        assert await heard(told) == {room.room_id}
        holder.clock.now = START_MS + 2001
        assert await heard(told) == {room.room_id}
        await service.stop()

    holder = OpenCache()
    with holder:
        asyncio.run(play(holder))


def test_what_turned_is_found_once() -> None:
    async def play(holder: OpenCache) -> None:
        deputy = Deputy(user=CAROL, deputy=ME, from_ms=START_MS + 1000, until_ms=START_MS + 2000)
        room = RequestRoom(request(template(rule("s1", CAROL)), deputies=(deputy,))).sealed()
        await holder.cache.apply_sync(batch(room.update()))
        read = holder.cache.read.approvals
        times = [START_MS, START_MS + 999, START_MS + 1000, START_MS + 2000, START_MS + 2001, START_MS + 9000]
        spans = itertools.pairwise(times)
        assert [bool(read.turned(after, until)) for after, until in spans] == [
            False,
            True,
            False,
            True,
            False,
        ]

    holder = OpenCache()
    with holder:
        asyncio.run(play(holder))
