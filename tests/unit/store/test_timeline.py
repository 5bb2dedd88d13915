"""Rows of the timeline: order, gaps, history, edits, reactions, redactions in any order of arrival."""

import asyncio
from typing import Any

import pytest

from app.changes import TimelineChange
from app.domain.events import parse_event
from app.domain.ids import EventID
from app.domain.timeline import ItemKind
from app.store.cache import Cache
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    ROOM,
    START_MS,
    Collector,
    batch,
    edit,
    event,
    event_id,
    member,
    reaction,
    redaction,
    shown,
    state,
    text,
    uids,
    update,
)


async def sync(cache: Cache, *events: object, **more: object) -> None:
    await cache.apply_sync(batch(update(*events, **more)))  # type: ignore[arg-type]


def rows_of(change: TimelineChange) -> tuple[bool, int, int | None]:
    return change.is_reset, change.prepended, change.tail_from


async def test_events_are_appended_in_the_order_of_the_server_whatever_their_time(cache: Cache) -> None:
    await sync(cache, event("a", ts=START_MS + 9), event("b", ts=START_MS))
    await sync(cache, event("c", ts=START_MS + 1))
    assert shown(cache) == ["a", "b", "c"]
    assert cache.read.extent(ROOM).item_count == 3


async def test_a_repeated_event_makes_no_second_row(cache: Cache) -> None:
    await sync(cache, event("a"), event("b"), event("a"))
    await sync(cache, event("a"), event("b"), event("c"), limited=True, prev_batch="t")
    assert shown(cache) == ["a", "b", "c"]


async def test_a_limited_window_without_a_known_event_opens_a_gap(cache: Cache) -> None:
    await sync(cache, event("a"))
    changes = await cache.apply_sync(batch(update(event("m"), event("n"), limited=True, prev_batch="t5")))
    assert shown(cache) == ["a", "gap", "m", "n"]
    gap = cache.read.items(ROOM, 1, 1)[0]
    assert (gap.kind, gap.prev_batch) == (ItemKind.GAP, "t5")
    assert [(g.row, g.prev_batch) for g in cache.read.gaps(ROOM)] == [(1, "t5")]
    assert rows_of(changes.timelines[0]) == (False, 0, 1)


async def test_a_gap_is_filled_from_its_newer_side_and_closes_at_a_known_event(cache: Cache) -> None:
    await sync(cache, event("a"), event("b"))
    await sync(cache, event("m"), event("n"), limited=True, prev_batch="t5")
    changes = await cache.add_messages(ROOM, [event("l"), event("k")], "t5", "t3")
    assert shown(cache) == ["a", "b", "gap", "k", "l", "m", "n"]
    assert rows_of(changes.timelines[0])[0] is True
    await cache.add_messages(ROOM, [event("j"), event("b"), event("a")], "t3", "t1")
    assert shown(cache) == ["a", "b", "j", "k", "l", "m", "n"]
    assert cache.read.gaps(ROOM) == []


async def test_an_empty_page_moves_the_token_of_a_gap(cache: Cache) -> None:
    await sync(cache, event("a"))
    await sync(cache, event("m"), limited=True, prev_batch="t5")
    await cache.add_messages(ROOM, [], "t5", "t4")
    assert cache.read.gaps(ROOM)[0].prev_batch == "t4"


async def test_history_goes_above_and_reaches_the_start(cache: Cache) -> None:
    await sync(cache, event("c"), prev_batch="t2")
    changes = await cache.add_messages(ROOM, [event("b"), event("a")], "t2", "t1")
    assert shown(cache) == ["a", "b", "c"]
    assert rows_of(changes.timelines[0]) == (False, 2, None)
    assert not cache.read.extent(ROOM).reached_start
    create = state("create", "m.room.create", {"room_version": "11"})
    await cache.add_messages(ROOM, [create], "t1", None)
    assert cache.read.extent(ROOM).reached_start
    assert shown(cache) == ["state", "a", "b", "c"]


async def test_a_page_nobody_waits_for_changes_nothing(cache: Cache) -> None:
    await sync(cache, event("c"), prev_batch="t2")
    assert not await cache.add_messages(ROOM, [event("b")], "other", "t1")
    assert shown(cache) == ["c"]


async def test_a_longer_window_of_the_same_room_goes_above(cache: Cache) -> None:
    await sync(cache, event("c"), event("d"), prev_batch="t2", is_initial=True)
    window = [event(name) for name in "abcde"]
    await sync(cache, *window, prev_batch="t0", is_initial=True, limited=True)
    assert shown(cache) == list("abcde")
    assert cache.read.prev_batch(ROOM) == "t0"


async def test_state_known_before_takes_its_place_when_history_reaches_it(cache: Cache) -> None:
    name = state("name", "m.room.name", {"name": "Launch"})
    await sync(cache, event("z"), state=(name,), prev_batch="t9")
    assert shown(cache) == ["z"]
    await cache.add_messages(ROOM, [name, event("a")], "t9", None)
    assert shown(cache) == ["a", "state", "z"]


@pytest.mark.parametrize("is_early", [True, False])
async def test_an_edit_shows_whether_it_comes_before_or_after_its_target(
    cache: Cache, is_early: bool
) -> None:
    events = [event("a"), edit("e", "$a", "better")]
    for one in reversed(events) if is_early else events:
        await sync(cache, one)
    item = cache.read.item(ROOM, "$a")
    assert item is not None and (item.body, item.is_edited) == ("better", True)
    assert cache.read.extent(ROOM).item_count == 1


async def test_the_newest_edit_of_the_author_wins(cache: Cache) -> None:
    await sync(cache, event("a"), edit("late", "$a", "late", ts=START_MS + 5), edit("early", "$a", "early"))
    await sync(cache, edit("forged", "$a", "forged", BOB, ts=START_MS + 9))
    assert shown(cache) == ["late"]
    await sync(cache, redaction("r", "$late"))
    assert shown(cache) == ["early"]


@pytest.mark.parametrize("is_early", [True, False])
async def test_a_redaction_shows_whether_it_comes_before_or_after(cache: Cache, is_early: bool) -> None:
    events = [event("a"), redaction("r", "$a")]
    for one in reversed(events) if is_early else events:
        await sync(cache, one)
    item = cache.read.item(ROOM, "$a")
    assert item is not None and item.is_redacted and item.body == "" and item.formatted is None


async def test_a_relation_into_another_room_has_no_effect(cache: Cache) -> None:
    await sync(cache, event("a"))
    other = type(ROOM)("!other:acme.example")
    moved = [
        redaction("r", "$a", room=other),
        edit("e", "$a", "x", room=other),
        reaction("x", "$a", "👍", room=other),
    ]
    await sync(cache, *moved, room=other)
    item = cache.read.item(ROOM, "$a")
    assert item is not None and not item.is_redacted and item.body == "a" and item.reactions == ()


async def test_reactions_are_counted_once_per_person_and_can_be_taken_back(cache: Cache) -> None:
    await sync(
        cache,
        event("a"),
        reaction("x1", "$a", "👍"),
        reaction("x2", "$a", "👍"),
        reaction("x3", "$a", "👍", ME),
    )
    item = cache.read.item(ROOM, "$a")
    assert item is not None
    assert [(r.key, r.count, r.is_mine, r.senders) for r in item.reactions] == [("👍", 2, True, (ANNA, ME))]
    changes = await cache.apply_sync(batch(update(redaction("r", "$x3", ME))))
    assert changes.timelines[0].touched == frozenset({"$a"})
    item = cache.read.item(ROOM, "$a")
    assert item is not None and [(r.count, r.is_mine) for r in item.reactions] == [(1, False)]


async def test_a_reaction_redacted_before_it_came_does_not_count(cache: Cache) -> None:
    await sync(cache, event("a"), redaction("r", "$x1"))
    await sync(cache, reaction("x1", "$a", "👍"))
    item = cache.read.item(ROOM, "$a")
    assert item is not None and item.reactions == ()


async def test_what_the_server_bundles_counts_also_without_the_event_itself(cache: Cache) -> None:
    newest: dict[str, Any] = {
        "event_id": "$e",
        "type": "m.room.message",
        "sender": ANNA,
        "origin_server_ts": 5,
    }
    bundle = {**newest, "content": edit("e", "$a", "better").content}
    because: dict[str, Any] = {
        "event_id": "$r",
        "type": "m.room.redaction",
        "sender": ANNA,
        "origin_server_ts": 5,
    }
    because |= {"content": {}, "redacts": "$b"}
    await sync(
        cache,
        event("a", unsigned={"m.relations": {"m.replace": bundle, "m.thread": {"count": 3}}}),
        event("b", content={}, unsigned={"redacted_because": because}),
    )
    first, second = cache.read.items(ROOM, 0, 2)
    assert (first.body, first.is_edited, first.thread_count) == ("better", True, 3)
    assert second.is_redacted
    await sync(cache, edit("e", "$a", "better"))
    assert shown(cache) == ["better", "text"]


async def test_a_reply_quotes_its_original_once_that_is_known(cache: Cache) -> None:
    answer = event(
        "b", content=text("> <@x> a\n\nyes", **{"m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}})
    )
    await sync(cache, member(ANNA, "Anna"), answer)
    item = cache.read.item(ROOM, "$b")
    assert item is not None and item.reply is not None
    assert (item.body, item.reply.body, item.reply.sender) == ("yes", "", None)
    changes = await cache.add_event(event("a"))
    assert changes.timelines[0].touched == frozenset({"$b"})
    item = cache.read.item(ROOM, "$b")
    assert item is not None and item.reply is not None
    assert (item.reply.body, item.reply.sender_name) == ("a", "Anna")


async def test_thread_messages_are_rows_and_count_at_their_root(cache: Cache) -> None:
    relation = {"m.relates_to": {"rel_type": "m.thread", "event_id": "$a"}}
    await sync(cache, event("a"), event("b", content=text("b", **relation)))
    root, answer = cache.read.items(ROOM, 0, 2)
    assert (root.thread_count, answer.thread_root) == (1, "$a")


async def test_media_rows_carry_what_the_sender_claims(cache: Cache) -> None:
    content: dict[str, Any] = {
        "msgtype": "m.image",
        "body": "look!",
        "filename": "a.png",
        "url": "mxc://acme/1",
    }
    content |= {"info": {"w": 10, "h": "tall", "size": 5, "mimetype": "image/png"}}
    await sync(cache, event("a", content=content))
    item = cache.read.items(ROOM, 0, 1)[0]
    assert item.media is not None and item.kind == ItemKind.IMAGE
    assert (item.body, item.media.filename, item.media.width, item.media.height) == (
        "look!",
        "a.png",
        10,
        None,
    )
    assert [file.uid for file in cache.read.files(ROOM)] == ["$a"]


async def test_events_nobody_reads_make_no_row_and_strange_ones_are_kept(cache: Cache) -> None:
    strange = parse_event(b'{"type": 7}', ROOM)
    await sync(
        cache, strange, event("u", content={"msgtype": "org.new", "body": "new"}), event("v", type="org.odd")
    )
    assert [item.kind for item in cache.read.items(ROOM, 0, 9)] == [ItemKind.UNKNOWN, ItemKind.UNKNOWN]
    kept = cache.read.event(strange.event_id)
    assert kept is not None and kept.raw == strange.raw


async def test_state_changes_that_people_read_are_worded_by_verbs(cache: Cache) -> None:
    left = member(BOB, "", "leave", n=2, sender=ANNA, unsigned={"prev_content": {"membership": "join"}})
    renamed = member(
        ANNA, "Anna B", n=3, unsigned={"prev_content": {"membership": "join", "displayname": "A"}}
    )
    await sync(cache, member(BOB, "Bob"), left, renamed, state("n", "m.room.name", {"name": "Launch"}))
    texts = [item.state for item in cache.read.items(ROOM, 0, 9)]
    assert [(t.verb, t.target, t.value) for t in texts if t] == [
        ("join", BOB, ""),
        ("kick", BOB, ""),
        ("name", None, "Launch"),
    ]


async def test_rows_are_found_by_uid_and_event_id(cache: Cache) -> None:
    own = event("o", sender=ME, unsigned={"transaction_id": "x1"})
    await sync(cache, event("a"), own)
    await sync(cache, event("m"), limited=True, prev_batch="t")
    assert uids(cache)[:2] == ["$a", "t:x1"]
    for row, uid in enumerate(uids(cache)):
        assert cache.read.row_of(ROOM, uid) == row
    assert cache.read.row_of(ROOM, "$o") == 1
    assert cache.read.row_of(ROOM, "$nowhere") is None


async def test_a_time_from_the_far_future_is_held_back(cache: Cache) -> None:
    await sync(cache, event("a", ts=START_MS * 100))
    assert cache.read.items(ROOM, 0, 1)[0].ts_ms < START_MS * 2


async def test_readers_are_counted_at_own_rows(cache: Cache) -> None:
    from app.domain.sync import Receipt, RoomHints, RoomUpdate

    people = tuple(member(user) for user in (ME, ANNA, BOB))
    await sync(
        cache, event("a", sender=ME), event("b", sender=ME), state=people, hints=RoomHints(joined_count=3)
    )
    collected = Collector(cache)
    await cache.apply_sync(batch(RoomUpdate(ROOM, receipts=(Receipt(ANNA, event_id("a"), "m.read", 1),))))
    await asyncio.sleep(0)
    counts = [(item.read_count, item.unread_count) for item in cache.read.items(ROOM, 0, 2)]
    assert counts == [(1, 1), (0, 2)]
    assert collected.changes[0].receipts == {ROOM} and collected.changes[0].timelines[0].touched == {"$a"}
    read, unread = cache.read.readers(ROOM, EventID("$a"))
    assert ([m.user_id for m in read], [m.user_id for m in unread]) == ([ANNA], [BOB])
