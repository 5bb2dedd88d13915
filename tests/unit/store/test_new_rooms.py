"""Rooms that the send queue makes, and dings to come: what the cache keeps of them, whatever happens in between."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import EventID, RoomID, TxnID
from app.domain.scheduled import ScheduledState
from app.domain.sending import QueuedRequest, RequestKind, new_room_id
from app.domain.timeline import SendState
from app.store.cache import Cache
from app.store.connection import DB_NAME, open_writer
from app.store.pages import PAGE_BYTES
from app.store.salvage import restore, salvage
from app.store.scheduled import ScheduledRow
from app.store.schema import ensure_schema
from app.store.values import Draft, NewRequest
from tests.helpers.store_history import KEY, ME, OpenCache, batch, event, message, state, update

MAKER = TxnID("make")
STAND_IN = new_room_id(MAKER)
REAL = RoomID("!real:acme.example")


def make_room(txn: TxnID = MAKER) -> NewRequest:
    room = new_room_id(txn)
    return NewRequest(room, RequestKind.CREATE_ROOM, txn, {"name": "n"}, room)


def rows(cache: Cache) -> list[QueuedRequest]:
    return cache.read.queue()


def told(cache: Cache) -> list[tuple[str, str, str | None, str]]:
    return [(row.txn_id, str(row.room_id), row.depends_on, row.state.value) for row in rows(cache)]


async def queue_room(cache: Cache) -> None:
    thread = {"m.relates_to": {"rel_type": "m.thread", "event_id": "t:ding"}}
    await cache.enqueue_all(
        [
            make_room(),
            message("ding", room=STAND_IN),
            message("file", room=STAND_IN, depends_on=TxnID("ding"), content={"body": "f"} | thread),
        ]
    )


async def due(cache: Cache) -> list[str]:
    return [row.txn_id for row in await cache.due(10**15)]


async def test_what_is_said_in_a_room_waits_until_it_is_made(cache: Cache) -> None:
    await queue_room(cache)
    assert told(cache)[1] == ("ding", STAND_IN, MAKER, "queued")
    assert await due(cache) == [MAKER]
    await cache.queue_mark_sending(MAKER)
    await cache.queue_room_made(MAKER, REAL)
    assert told(cache) == [("ding", REAL, None, "queued"), ("file", REAL, "ding", "queued")]
    assert [row.lane for row in rows(cache)] == [REAL, REAL]
    assert await due(cache) == ["ding"]
    await cache.queue_mark_sent(TxnID("ding"), EventID("$ding"))
    assert rows(cache)[1].content["m.relates_to"]["event_id"] == "$ding"


async def test_who_still_holds_the_stand_in_is_understood(cache: Cache) -> None:
    await queue_room(cache)
    await cache.set_draft(STAND_IN, Draft("unsent"))
    await cache.queue_room_made(MAKER, REAL)
    assert cache.read.draft(REAL).text == "unsent"
    await cache.enqueue(message("later", room=STAND_IN))
    assert told(cache)[-1] == ("later", REAL, None, "queued")
    await cache.queue_room_made(MAKER, REAL)  # a second answer changes nothing
    assert len(rows(cache)) == 3


async def test_a_refused_room_fails_what_is_said_in_it_and_is_tried_again_with_it(cache: Cache) -> None:
    await queue_room(cache)
    await cache.queue_mark_sending(MAKER)
    await cache.queue_failed(MAKER, "forbidden", None)
    assert {(row.state, row.error_code) for row in rows(cache)} == {(SendState.WEDGED, "forbidden")}
    await cache.enqueue(message("late", room=STAND_IN))
    assert rows(cache)[-1].state is SendState.WEDGED and cache.read.totals().failed_sends == 3
    assert await due(cache) == []
    await cache.queue_retry(TxnID("late"))
    assert {row.state for row in rows(cache)} == {SendState.QUEUED}
    assert rows(cache)[0].attempts > 0, "it may have been made: that must be looked up"
    assert await due(cache) == [MAKER]


async def test_a_server_that_asks_to_wait_is_shown_on_what_waits(cache: Cache) -> None:
    await queue_room(cache)
    await cache.queue_failed(MAKER, "room_limit", 0)
    assert [(row.state.value, row.error_code) for row in rows(cache)] == [("queued", "room_limit")] * 3
    await cache.queue_room_made(MAKER, REAL)
    assert {row.error_code for row in rows(cache)} == {""}


async def test_a_room_nobody_wants_any_more_is_not_made(cache: Cache) -> None:
    await queue_room(cache)
    await cache.queue_discard(TxnID("ding"))
    assert not rows(cache)
    await queue_room(cache)
    await cache.queue_mark_sending(MAKER)
    await cache.queue_discard(TxnID("ding"))
    assert [row.txn_id for row in rows(cache)] == [MAKER], "on the wire: it will be made"


async def test_what_comes_for_a_discarded_room_is_not_sent_anywhere(cache: Cache) -> None:
    await cache.enqueue(message("lost", room=STAND_IN))
    assert [(row.state, row.error_code) for row in rows(cache)] == [(SendState.WEDGED, "parent_gone")]


async def test_a_room_is_known_by_the_transaction_id_in_its_creation(cache: Cache) -> None:
    for name, content in (("!a:x", {"im.tack.txn": "other make"}), (REAL, {"im.tack.txn": MAKER})):
        made = state(f"c{name}", "m.room.create", content, sender=ME, room=RoomID(name))
        await cache.apply_sync(
            batch(update(event(f"e{name}", room=RoomID(name)), room=RoomID(name), state=(made,)))
        )
    assert cache.read.room_made_by(MAKER) == REAL
    assert cache.read.room_made_by(TxnID("mak")) is None
    assert cache.read.rooms_without_create([REAL, RoomID("!new:x")]) == ["!new:x"]


# Dings to come --------------------------------------------------------------------------------------------------


def planned(series: str = "s1", round: int = 0, **more: Any) -> ScheduledRow:
    content = {"msgtype": "m.text", "body": f"[DING] {series}"}
    return ScheduledRow(series, round, more.pop("room_id", REAL), content, (), 1000 + round, 1000, **more)


def plan_of(cache: Cache) -> list[tuple[str, int, str, str | None]]:
    return [(r.series, r.round, r.state.value, r.delay_id) for r in cache.read.ding_work.scheduled()]


async def test_a_round_is_planned_once_and_moves_into_the_queue_once(cache: Cache) -> None:
    await cache.dings.plan([planned(), planned(round=1), planned(round=1)])
    await cache.dings.plan([planned()._replace(content={"body": "other"})])
    first, second = cache.read.ding_work.scheduled()
    assert first.content["body"] == "[DING] s1"
    assert await cache.dings.fire(second.id, [message("r1", room=REAL)], [first.id])
    assert not await cache.dings.fire(second.id, [message("r1", room=REAL)])
    assert plan_of(cache) == [] and [row.txn_id for row in rows(cache)] == ["r1"]


async def test_what_the_server_may_hold_is_not_sent_from_here(cache: Cache) -> None:
    await cache.dings.plan([planned()])
    (row,) = cache.read.ding_work.scheduled()
    for delay_id in ("?asked", "held"):
        await cache.dings.set_scheduled(row.id, ScheduledState.WAITING, delay_id)
        assert not await cache.dings.fire(row.id, [message("r1", room=REAL)])
    assert plan_of(cache) == [("s1", 0, "waiting", "held")] and not rows(cache)


async def test_giving_up_waits_for_the_server_where_it_holds_something(cache: Cache) -> None:
    await cache.dings.plan([planned(round=n) for n in range(4)])
    keys = {row.round: row.id for row in cache.read.ding_work.scheduled()}
    await cache.dings.set_scheduled(keys[0], ScheduledState.WAITING, "held0")
    await cache.dings.give_up("s1", 2)
    assert plan_of(cache)[2] == ("s1", 2, "skipped", None)
    await cache.dings.give_up("s1", None)
    assert plan_of(cache) == [("s1", 0, "cancelling", "held0"), ("s1", 2, "skipped", None)]
    await cache.dings.set_scheduled(keys[0], ScheduledState.WAITING, "held0")
    assert plan_of(cache)[0][2] == "cancelling", "an answer that comes late does not bring it back"


async def test_a_room_to_be_made_takes_its_dings_to_come_along(cache: Cache) -> None:
    await cache.dings.plan([planned(room_id=STAND_IN)], [make_room()])
    await cache.dings.give_up("s1", None)
    assert not rows(cache) and not plan_of(cache)
    await cache.dings.plan([planned(room_id=STAND_IN)], [make_room()])
    await cache.queue_room_made(MAKER, REAL)
    assert [row.room_id for row in cache.read.ding_work.scheduled()] == [REAL]


@pytest.mark.parametrize("is_garbled", [False, True])
def test_a_damaged_cache_gives_dings_to_come_back(tmp_path: Path, is_garbled: bool) -> None:
    with OpenCache() as cache:

        async def fill() -> None:
            await cache.dings.plan([planned(f"s{n}") for n in range(12)])
            await queue_room(cache)

        asyncio.run(fill())
        folder = cache.folder
        cache.close()
        profile = Path(shutil.copytree(folder, tmp_path / "p"))
    if is_garbled:
        with (profile / DB_NAME).open("r+b") as file:
            file.write(os.urandom(PAGE_BYTES))
    saved = salvage(profile, KEY)
    assert {row["series"] for row in saved.scheduled} == {f"s{n}" for n in range(12)}
    assert saved.is_complete != is_garbled and saved.unsent_count == 15
    conn = open_writer(profile, KEY)
    ensure_schema(conn)
    for _ in range(2):
        restore(conn, saved)
    found = conn.execute("SELECT state, error_code, content FROM scheduled_ding").fetchall()
    assert len(found) == 12 and all(json.loads(row[2])["body"].startswith("[DING]") for row in found)
    assert {row[:2] for row in found} == {("failed", "salvaged") if is_garbled else ("waiting", "")}
    conn.close()
