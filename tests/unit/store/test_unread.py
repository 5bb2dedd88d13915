"""Red numbers: read positions, mentions, levels, the server's counts, marks, and what notifies."""

from typing import Any

import pytest

from app.domain.events import Event
from app.domain.ids import RoomID
from app.domain.rooms import NotifyLevel, RoomFilter
from app.domain.sending import RequestKind
from app.domain.sync import Receipt, RoomUpdate, ServerCounts
from app.store.cache import Cache
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    ROOM,
    batch,
    edit,
    event,
    event_id,
    member,
    reaction,
    redaction,
    state,
    text,
    update,
)


def counts(cache: Cache, room: RoomID = ROOM) -> tuple[int, int]:
    summary = cache.read.room(room)
    assert summary is not None
    return summary.unread, summary.mentions


def receipt(name: str, user: str = ME, kind: str = "m.read", **more: Any) -> RoomUpdate:
    return RoomUpdate(ROOM, receipts=(Receipt(user, event_id(name), kind, 5, **more),))  # type: ignore[arg-type]


async def start(cache: Cache, *more: RoomUpdate) -> None:
    """A room with three messages, read up to the first."""
    await cache.apply_sync(
        batch(update(event("a"), event("b"), event("c")), receipt("a"), *more, complete=True)
    )


async def test_rows_behind_my_receipt_are_unread(cache: Cache) -> None:
    await start(cache)
    assert counts(cache) == (2, 0)
    assert cache.read.extent(ROOM).first_unread_row == 1
    await cache.apply_sync(batch(receipt("c", kind="m.read.private")))
    assert counts(cache) == (0, 0)
    assert cache.read.extent(ROOM).first_unread_row is None


async def test_edits_reactions_redactions_state_notices_and_my_own_raise_nothing(cache: Cache) -> None:
    await start(cache)
    await cache.apply_sync(
        batch(
            update(
                edit("e", "$b", "x"),
                reaction("r", "$b", "👍"),
                state("n", "m.room.name", {"name": "N"}),
                event("bot", content={"msgtype": "m.notice", "body": "x", "m.mentions": {}}),
                redaction("d", "$c"),
            )
        )
    )
    assert counts(cache) == (1, 0)
    await cache.apply_sync(batch(update(event("mine", sender=ME))))
    assert counts(cache) == (0, 0)


@pytest.mark.parametrize(
    "mine",
    [
        reaction("r", "$b", "✅", sender=ME),
        redaction("d", "$b", sender=ME),
        edit("e", "$b", "x", sender=ME),
        event(
            "t", sender=ME, content=text("x", **{"m.relates_to": {"rel_type": "m.thread", "event_id": "$b"}})
        ),
        event("g", sender=ME, content=text("[DING] x", **{"im.tack.ding": {"v": 1, "recipients": [ANNA]}})),
    ],
    ids=lambda mine: mine.type + (mine.rel_type or ""),
)
async def test_confirming_recalling_and_writing_elsewhere_is_not_reading_the_room(
    cache: Cache, mine: Event
) -> None:
    await start(cache)
    unread = counts(cache)[0]
    await cache.apply_sync(batch(update(mine)))
    assert counts(cache)[0] >= unread - (mine.redacts is not None)
    assert cache.read.extent(ROOM).first_unread_row is not None


async def test_a_receipt_that_goes_back_is_not_believed(cache: Cache) -> None:
    await start(cache, receipt("c"))
    await cache.apply_sync(batch(receipt("a")))
    assert counts(cache) == (0, 0)


async def test_a_receipt_may_come_before_its_event(cache: Cache) -> None:
    await start(cache)
    await cache.apply_sync(batch(receipt("later")))
    await cache.apply_sync(batch(update(event("d"), event("later"), event("e"))))
    assert counts(cache) == (1, 0)


async def test_a_receipt_of_a_thread_does_not_read_the_room(cache: Cache) -> None:
    await start(cache, receipt("c", thread_id="$root"))
    assert counts(cache) == (2, 0)


async def test_without_a_known_read_position_the_server_counts_and_later_rows_are_added(cache: Cache) -> None:
    await cache.apply_sync(batch(update(event("a"), event("b")), RoomUpdate(ROOM, counts=ServerCounts(7, 2))))
    assert counts(cache) == (7, 2)
    await cache.apply_sync(batch(update(event("c", content=text("c") | {"m.mentions": {"user_ids": [ME]}}))))
    assert counts(cache) == (8, 3)
    await cache.apply_sync(batch(RoomUpdate(ROOM, counts=ServerCounts(8, 3, event_id("c")))))
    assert counts(cache) == (8, 3)


async def test_counts_that_came_before_their_event_are_not_added_twice(cache: Cache) -> None:
    await cache.apply_sync(batch(update(event("a"))))
    await cache.apply_sync(batch(RoomUpdate(ROOM, counts=ServerCounts(1, 0, event_id("b")))))
    await cache.apply_sync(batch(update(event("b"))))
    assert counts(cache) == (1, 0)


async def test_behind_a_gap_the_server_counts(cache: Cache) -> None:
    await start(cache)
    gap = update(
        event("y"), event("z"), limited=True, prev_batch="t", counts=ServerCounts(40, 1, event_id("z"))
    )
    await cache.apply_sync(batch(gap))
    assert counts(cache) == (40, 1)
    await cache.add_messages(ROOM, [event("x"), event("c")], "t", "t0")
    assert counts(cache) == (5, 0)


async def test_counts_of_an_unknown_room_wait_for_the_room(cache: Cache) -> None:
    await cache.apply_sync(batch(RoomUpdate(ROOM, counts=ServerCounts(4, 1))))
    assert cache.read.room_order() == []
    await cache.apply_sync(batch(update(event("a"), is_initial=True)))
    assert cache.read.room_order() == [ROOM] and counts(cache) == (4, 1)


@pytest.mark.parametrize(
    ("content", "power", "mentions"),
    [
        (text("x") | {"m.mentions": {"user_ids": [ME]}}, 0, 1),
        (text("Li Na") | {"m.mentions": {"user_ids": [BOB]}}, 0, 0),
        (text("x") | {"m.mentions": {"room": True}}, 50, 1),
        (text("x") | {"m.mentions": {"room": True}}, 49, 0),
        ({"msgtype": "m.text", "body": "hi Li Na!"}, 0, 1),
        ({"msgtype": "m.text", "body": "ask @me:acme.example"}, 0, 1),
        ({"msgtype": "m.text", "body": "met meat"}, 0, 0),
    ],
)
async def test_a_mention_needs_my_id_or_everyone_or_in_old_clients_my_name(
    cache: Cache, content: dict[str, Any], power: int, mentions: int
) -> None:
    told = (member(ME, "Li Na"), state("p", "m.room.power_levels", {"users": {ANNA: power}}))
    await start(cache, RoomUpdate(ROOM, state=told))
    await cache.apply_sync(batch(update(event("d", content=content))))
    assert counts(cache) == (3, mentions)
    assert cache.read.items(ROOM, 3, 1)[0].mentions_me is bool(mentions)


async def test_mentions_are_judged_again_when_power_or_my_name_changes(cache: Cache) -> None:
    await start(cache)
    everyone = event("d", content=text("x") | {"m.mentions": {"room": True}})
    old_style = event("e", content={"msgtype": "m.text", "body": "小李在吗"})
    await cache.apply_sync(batch(update(everyone, old_style)))
    assert counts(cache) == (4, 0)
    await cache.apply_sync(batch(update(state("p", "m.room.power_levels", {"users": {ANNA: 60}}))))
    assert counts(cache) == (4, 1)
    changes = await cache.apply_sync(batch(RoomUpdate(ROOM, state=(member(ME, "小李"),))))
    assert counts(cache) == (4, 2)
    assert changes.timelines[0].touched == {"$e"}


def rule(room: RoomID, kind: str) -> dict[str, Any]:
    if kind == "none":
        condition = {"kind": "event_match", "key": "room_id", "pattern": room}
        return {"global": {"override": [{"rule_id": room, "conditions": [condition], "actions": []}]}}
    return {"global": {"room": [{"rule_id": room, "actions": ["dont_notify"]}]}}


async def test_levels_come_from_the_push_rules(cache: Cache) -> None:
    await start(cache)
    for kind, level, total in (("none", NotifyLevel.NONE, 0), ("room", NotifyLevel.MENTIONS, 0)):
        changes = await cache.apply_sync(batch(account_data=(("m.push_rules", rule(ROOM, kind)),)))
        summary = cache.read.room(ROOM)
        assert summary is not None and summary.level == level and ROOM in changes.rooms
        assert cache.read.totals().unread == total
    await cache.apply_sync(batch(account_data=(("m.push_rules", {"global": {"room": "nonsense"}}),)))
    assert cache.read.totals().unread == 2
    assert cache.read.totals().muted_rooms == 0


async def test_new_rows_notify_by_level(cache: Cache) -> None:
    await start(cache)
    mention = event("m", content=text("x") | {"m.mentions": {"user_ids": [ME]}})
    own, quiet = event("o", sender=ME), event("n", content={"msgtype": "m.notice", "body": "x"})
    changes = await cache.apply_sync(batch(update(own, event("d"), quiet)))
    assert changes.notifying == ((ROOM, event_id("d")),)
    await cache.apply_sync(batch(account_data=(("m.push_rules", rule(ROOM, "room")),)))
    changes = await cache.apply_sync(batch(update(event("e"), mention)))
    assert changes.notifying == ((ROOM, event_id("m")),)
    changes = await cache.apply_sync(batch(update(mention, limited=True, is_initial=True)))
    assert changes.notifying == ()


async def test_the_first_sync_and_history_do_not_notify(cache: Cache) -> None:
    changes = await cache.apply_sync(batch(update(event("b"), prev_batch="t")))
    assert changes.notifying == ()
    changes = await cache.add_messages(ROOM, [event("a")], "t", None)
    assert changes.notifying == ()


async def test_reading_drops_the_count_at_once_and_queues_one_receipt(cache: Cache) -> None:
    await start(cache)
    changes = await cache.set_read(ROOM, event_id("b"))
    assert ROOM in changes.rooms and changes.is_queue_changed
    assert counts(cache) == (1, 0)
    await cache.set_read(ROOM, event_id("c"), is_private=True)
    assert counts(cache) == (0, 0)
    (row,) = cache.read.queue()
    assert (row.kind, row.content) == (RequestKind.RECEIPT, {"m.read.private": "$c", "m.fully_read": "$c"})
    assert cache.read.waiting_count() == 0
    assert not await cache.set_read(ROOM, event_id("c"))
    await cache.queue_mark_sent(row.txn_id)
    assert cache.read.queue() == [] and counts(cache) == (0, 0)


async def test_an_unread_mark_shows_at_once_and_ends_by_reading(cache: Cache) -> None:
    await start(cache, receipt("c"))
    await cache.set_marked_unread(ROOM, True)
    assert cache.read.room_order(RoomFilter.UNREAD) == [ROOM]
    assert (cache.read.totals().unread, cache.read.totals().unread_rooms) == (1, 1)
    await cache.apply_sync(batch(RoomUpdate(ROOM, account_data=(("m.marked_unread", {"unread": False}),))))
    assert cache.read.room_order(RoomFilter.UNREAD) == [ROOM]  # mine is still on its way
    await cache.set_read(ROOM, event_id("c"))
    assert cache.read.room_order(RoomFilter.UNREAD) == []
    contents = [row.content for row in cache.read.queue() if row.kind == RequestKind.ROOM_ACCOUNT_DATA]
    assert contents == [{"unread": False}]
