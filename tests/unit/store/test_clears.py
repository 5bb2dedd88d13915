"""One-click clears: scopes, what is left alone, undo, restore, what waits for the server."""

from typing import Any

import pytest

from app.domain.approvals.wire import TEXT_FIELD
from app.domain.attention import ClearKind, ClearScope, ClearState
from app.domain.ids import RoomID
from app.domain.rooms import NotifyLevel, RoomFilter
from app.domain.sending import RequestKind
from app.domain.sync import Membership, Receipt, RoomUpdate, ServerCounts
from app.domain.timeline import SendState
from app.store import attention_reads, clears, rooms_read
from app.store.cache import Cache
from tests.helpers.approval_store import CAROL, RequestRoom
from tests.helpers.store_history import (
    ANNA,
    ME,
    START_MS,
    Collector,
    OpenCache,
    batch,
    event,
    event_id,
    everything,
    member,
    message,
    state,
    text,
    update,
)

EVERYTHING = ClearScope()
LATER = START_MS + 20_000_000
ONE, TWO, THREE = (RoomID(f"!{name}:acme.example") for name in ("one", "two", "three"))


def said(room: RoomID, *names: str, mention: str = "", **more: Any) -> RoomUpdate:
    """A joined room in which Anna said something."""
    content = {name: text(name) | {"m.mentions": {"user_ids": [ME]}} for name in names if name == mention}
    events = (event(f"{room[1:4]}-{name}", room=room, content=content.get(name)) for name in names)
    return RoomUpdate(room, membership=Membership.JOIN, timeline=tuple(events), **more)


def read(room: RoomID, name: str, kind: str = "m.read") -> RoomUpdate:
    return RoomUpdate(room, receipts=(Receipt(ME, event_id(f"{room[1:4]}-{name}"), kind, 5),))


def all_of(cache: Cache) -> dict[str, Any]:
    """Everything that can be read, the queue included."""
    conn: Any = cache.read._conn
    receipts = conn.execute("SELECT * FROM receipt ORDER BY room, user, kind, thread").fetchall()
    columns = conn.execute(
        "SELECT room_id, unread, mentions, read_ord, is_marked_unread FROM room"
    ).fetchall()
    return everything(cache) | {"receipts": receipts, "columns": columns, "queue": cache.read.queue()}


async def three_rooms(cache: Cache) -> None:
    """One: two unread, one a mention. Two: read, marked unread. Three: muted, one unread behind a gap."""
    await cache.apply_sync(batch(said(ONE, "a", "b", "c", mention="c"), said(TWO, "a"), said(THREE, "a")))
    await cache.apply_sync(batch(read(ONE, "a"), read(TWO, "a"), read(THREE, "a")))
    later = said(THREE, "z", limited=True, prev_batch="t", counts=ServerCounts(7, 0, event_id("thr-z")))
    await cache.apply_sync(batch(later))
    await cache.set_level(THREE, NotifyLevel.NONE)
    await cache.set_marked_unread(TWO, True)
    for request in cache.read.queue():
        await cache.queue_mark_sent(request.txn_id)


def unread(cache: Cache) -> dict[RoomID, tuple[int, int, bool]]:
    rooms = cache.read.room_page([ONE, TWO, THREE])
    return {room.room_id: (room.unread, room.mentions, room.is_marked_unread) for room in rooms}


async def test_a_clear_of_everything_leaves_nothing_unread(cache: Cache) -> None:
    await three_rooms(cache)
    assert unread(cache) == {ONE: (2, 1, False), TWO: (0, 0, True), THREE: (7, 0, False)}
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    assert set(unread(cache).values()) == {(0, 0, False)}
    assert cache.read.totals()[:3] == (0, 0, 0)
    assert cache.read.extent(ONE).first_unread_row is None
    before = everything(cache)
    await cache.rebuild()
    assert everything(cache) == before


async def test_one_row_of_the_queue_waits_for_all_rooms_and_one_for_each_mark(cache: Cache) -> None:
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    mark, receipts = cache.read.queue()
    assert (receipts.kind, receipts.lane, receipts.content) == (
        RequestKind.CLEAR,
        "clear",
        {"clear": clear_id},
    )
    assert (mark.kind, mark.room_id, mark.content) == (RequestKind.ROOM_ACCOUNT_DATA, TWO, {"unread": False})
    assert {receipts.not_before_ms, mark.not_before_ms} == {LATER}
    assert not await cache.due(LATER - 1)
    assert len(await cache.due(LATER)) == 2


async def test_what_a_clear_moved_is_said_once(cache: Cache) -> None:
    await three_rooms(cache)
    collector = Collector(cache)
    await cache.clearing.clear(EVERYTHING, LATER)
    await cache.run(lambda w: None)
    (changes,) = collector.changes
    assert changes.rooms == {ONE, TWO, THREE}
    assert changes.is_order_changed and changes.clears and changes.is_queue_changed


async def test_nothing_to_clear_writes_nothing(cache: Cache) -> None:
    await cache.apply_sync(batch(said(ONE, "a"), read(ONE, "a")))
    before = all_of(cache)
    assert await cache.clearing.clear(EVERYTHING, LATER) is None
    assert all_of(cache) == before
    assert not cache.read.attention.clears(0)


async def test_duties_are_not_cleared(cache: Cache) -> None:
    await three_rooms(cache)
    invitation = state("i", "m.room.member", {"membership": "invite"}, ME, room=RoomID("!new:acme.example"))
    await cache.apply_sync(
        batch(RoomUpdate(RoomID("!new:acme.example"), membership=Membership.INVITE, state=(invitation,)))
    )
    await cache.enqueue(message("failed", room=ONE))
    await cache.queue_failed("failed", "forbidden", None)  # type: ignore[arg-type]
    await cache.clearing.clear(EVERYTHING, LATER)
    totals = cache.read.totals()
    assert (totals.invites, totals.failed_sends, totals.unread) == (1, 1, 0)
    assert cache.read.room_order(RoomFilter.UNREAD) == ["!new:acme.example"]


async def test_rooms_that_are_not_in_the_list_are_cleared_with_everything(cache: Cache) -> None:
    created = state("made", "m.room.create", {"type": "im.tack.approval"}, room=TWO)
    hidden = RoomUpdate(TWO, membership=Membership.JOIN, state=(created,), timeline=(event("x", room=TWO),))
    await cache.apply_sync(batch(hidden, RoomUpdate(TWO, counts=ServerCounts(3, 1))))
    assert unread(cache)[TWO] == (3, 1, False)
    assert await cache.clearing.clear(ClearScope(ClearKind.LIST), LATER) is None
    await cache.clearing.clear(EVERYTHING, LATER)
    assert unread(cache)[TWO] == (0, 0, False)


@pytest.mark.parametrize(
    ("scope", "cleared"),
    [
        (ClearScope(ClearKind.LIST), {ONE, TWO, THREE}),
        (ClearScope(ClearKind.LIST, RoomFilter.UNREAD), {ONE, TWO, THREE}),
        (ClearScope(ClearKind.LIST, RoomFilter.MENTIONS), {ONE}),
        (ClearScope(ClearKind.LIST, RoomFilter.DIRECT), set()),
        (ClearScope(ClearKind.MUTED), {THREE}),
        (ClearScope(ClearKind.ROOMS, rooms=(TWO, RoomID("!unknown:x"))), {TWO}),
        (ClearScope(ClearKind.OLDER, days=0), {ONE, TWO, THREE}),
        (ClearScope(ClearKind.OLDER, days=1), set()),
        (ClearScope(ClearKind.SPACE, space_id=RoomID("!space:acme.example")), {ONE, THREE}),
        (ClearScope(ClearKind.SPACE, space_id=RoomID("!inner:acme.example")), {THREE}),
        (ClearScope(ClearKind.SPACE), set()),
    ],
)
async def test_a_clear_keeps_to_its_scope(cache: Cache, scope: ClearScope, cleared: set[RoomID]) -> None:
    await three_rooms(cache)
    await cache.apply_sync(
        batch(space("!space", ONE, "!inner:acme.example"), space("!inner", THREE, "!inner:acme.example"))
    )
    before = unread(cache)
    clear_id = await cache.clearing.clear(scope, LATER)
    after = unread(cache)
    assert {room for room in before if before[room] != after[room]} == cleared
    assert all(after[room] == (0, 0, False) for room in cleared)
    assert (clear_id is None) == (not cleared)


def space(name: str, *children: str) -> RoomUpdate:
    room = RoomID(f"{name}:acme.example")
    made = state(f"made{name}", "m.room.create", {"type": "m.space"}, room=room)
    named = [
        state(f"{name}{n}", "m.room.name" if not child else "m.space.child", {"via": ["x"]}, child, room=room)
        for n, child in enumerate(children)
    ]
    return RoomUpdate(room, membership=Membership.JOIN, state=(made, member(ME, room=room), *named))


async def test_rooms_at_mentions_only_count_as_muted_until_they_mention_me(cache: Cache) -> None:
    await three_rooms(cache)
    await cache.set_level(ONE, NotifyLevel.MENTIONS)
    await cache.clearing.clear(ClearScope(ClearKind.MUTED), LATER)
    assert unread(cache)[ONE] == (2, 1, False)
    await cache.apply_sync(batch(read(ONE, "c"), said(ONE, "d")))
    await cache.clearing.clear(ClearScope(ClearKind.MUTED), LATER)
    assert unread(cache)[ONE] == (0, 0, False)


# Undo -----------------------------------------------------------------------------------------------------------


async def test_undo_puts_everything_back_and_the_server_never_hears_of_it(cache: Cache) -> None:
    await three_rooms(cache)
    before = all_of(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    assert await cache.clearing.undo(clear_id)
    assert all_of(cache) == before
    assert not await cache.due(LATER)
    assert not await cache.clearing.undo(clear_id)
    assert await cache.clearing.restore(clear_id) == 0


async def test_undo_survives_a_restart() -> None:
    rig = OpenCache()
    with rig as cache:
        await three_rooms(cache)
        before = all_of(cache)
        clear_id = await cache.clearing.clear(EVERYTHING, LATER)
        cache = rig.reopen()
        assert clear_id is not None
        assert set(unread(cache).values()) == {(0, 0, False)}
        assert await cache.clearing.undo(clear_id)
        assert all_of(cache) == before


async def test_undo_counts_what_came_meanwhile(cache: Cache) -> None:
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    await cache.apply_sync(batch(said(ONE, "d"), read(THREE, "z")))
    assert unread(cache)[ONE] == (1, 0, False)
    assert await cache.clearing.undo(clear_id)
    assert unread(cache) == {ONE: (3, 1, False), TWO: (0, 0, True), THREE: (0, 0, False)}
    assert cache.read.extent(ONE).first_unread_row == 1


async def test_once_it_was_tried_a_clear_cannot_be_undone(cache: Cache) -> None:
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    row = next(row for row in cache.read.queue() if row.kind is RequestKind.CLEAR)
    await cache.queue_mark_sending(row.txn_id)
    await cache.queue_recover()
    assert cache.read.queue(SendState.QUEUED)[-1].attempts == 1
    assert not await cache.clearing.undo(clear_id)
    assert set(unread(cache).values()) == {(0, 0, False)}


@pytest.mark.parametrize("first", [0, 1])
async def test_clears_over_the_same_room_are_undone_each_by_itself(cache: Cache, first: int) -> None:
    await three_rooms(cache)
    older = await cache.clearing.clear(EVERYTHING, LATER)
    await cache.apply_sync(batch(said(ONE, "d", mention="d")))
    newer = await cache.clearing.clear(EVERYTHING, LATER)
    assert older is not None and newer is not None and newer != older
    order = (older, newer) if first == 0 else (newer, older)
    assert await cache.clearing.undo(order[0])
    assert unread(cache)[ONE] == ((0, 0, False) if first == 0 else (1, 1, False))
    assert unread(cache)[TWO] == ((0, 0, True) if first == 0 else (0, 0, False))
    before = everything(cache)
    await cache.rebuild()
    assert everything(cache) == before
    assert await cache.clearing.undo(order[1])
    assert unread(cache) == {ONE: (3, 2, False), TWO: (0, 0, True), THREE: (7, 0, False)}


async def test_a_mark_is_not_put_back_where_the_person_read_on(cache: Cache) -> None:
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    await cache.apply_sync(batch(said(TWO, "b")))
    await cache.set_read(TWO, event_id("two-b"))
    assert await cache.clearing.undo(clear_id)
    assert unread(cache)[TWO] == (0, 0, False)


async def test_a_mark_that_went_out_already_is_set_again(cache: Cache) -> None:
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    await cache.queue_mark_sent(cache.read.queue()[0].txn_id)
    assert await cache.clearing.undo(clear_id)
    assert unread(cache)[TWO] == (0, 0, True)
    (row,) = cache.read.queue()
    assert (row.room_id, row.content) == (TWO, {"unread": True})


# The way to the server ------------------------------------------------------------------------------------------


async def test_rooms_of_which_nothing_is_known_are_cleared_with_everything_and_not_told_of(
    cache: Cache,
) -> None:
    """A new device knows only of the newest few thousand unread."""
    await cache.apply_sync(batch(said(ONE, "a"), said(TWO, "a"), said(THREE, "a"), read(TWO, "a")))
    assert await cache.clearing.clear(EVERYTHING, LATER) is None
    await cache.apply_sync(batch(RoomUpdate(ONE, counts=ServerCounts(1, 0, event_id("one-a")))))
    before = all_of(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    assert await cache.clearing.undo(clear_id)
    assert all_of(cache) == before
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    assert await cache.clearing.waiting(clear_id, 1) == [(ONE, event_id("one-a"))]
    await cache.clearing.mark_sent(clear_id, [ONE])
    assert await cache.clearing.waiting(clear_id) == [(THREE, event_id("thr-a"))]
    await cache.clearing.mark_sent(clear_id, [THREE])
    assert await cache.clearing.restore(clear_id) == 1
    record = cache.read.attention.clears(0)[0]
    assert (record.rooms, record.sent, record.unread) == (1, 1, 1)
    assert unread(cache) == {ONE: (0, 0, True), TWO: (0, 0, False), THREE: (0, 0, False)}


async def test_texts_that_repeat_a_request_are_read_for_the_server_too(cache: Cache) -> None:
    """They are never unread here, but the server counts them for every other client."""
    room = RequestRoom().sealed()
    seen = room.say("hello")
    await cache.apply_sync(batch(room.update(receipts=(Receipt(ME, seen.event_id, "m.read", 5),))))
    text = room.say("✅ Carol approved", CAROL, {TEXT_FIELD: {"v": 1, "act": "a"}})
    await cache.apply_sync(
        batch(RoomUpdate(room.room_id, timeline=(text,)), said(ONE, "a", "b"), read(ONE, "a"))
    )
    assert await cache.clearing.clear(ClearScope(ClearKind.ROOMS, rooms=(room.room_id,)), LATER) is None
    before = all_of(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    assert await cache.clearing.undo(clear_id)
    assert all_of(cache) == before
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    assert set(await cache.clearing.waiting(clear_id)) == {
        (ONE, event_id("one-b")),
        (room.room_id, text.event_id),
    }
    await cache.apply_sync(batch(said(ONE, "c")))
    clear_id = await cache.clearing.clear(EVERYTHING, LATER + 1)
    assert clear_id is not None
    assert await cache.clearing.waiting(clear_id) == [(ONE, event_id("one-c"))]


async def test_receipts_wait_newest_room_first_and_are_taken_once_sent(cache: Cache) -> None:
    await three_rooms(cache)
    await cache.apply_sync(batch(RoomUpdate(ONE, timeline=(event("new", ts=START_MS + 9, room=ONE),))))
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    first = await cache.clearing.waiting(clear_id, 1)
    assert first == [(ONE, event_id("new"))]
    assert await cache.clearing.waiting(clear_id, 1) == first  # a kill before `mark_sent`: again
    await cache.clearing.mark_sent(clear_id, [ONE])
    rest = await cache.clearing.waiting(clear_id, 5)
    assert rest == [(THREE, event_id("thr-z"))]  # TWO was read: it was only marked
    await cache.clearing.mark_sent(clear_id, [THREE])
    (record,) = cache.read.attention.clears(0)
    assert (record.state, record.rooms, record.sent) == (ClearState.SENDING, 3, 3)
    assert not await cache.clearing.waiting(clear_id, 5)
    assert cache.read.attention.clears(0)[0].state is ClearState.DONE


async def test_rooms_that_were_read_meanwhile_need_no_receipt(cache: Cache) -> None:
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    await cache.apply_sync(batch(read(ONE, "c", "m.read.private"), read(THREE, "z")))
    assert not await cache.clearing.waiting(clear_id)
    assert cache.read.attention.clears(0)[0].sent == 3


async def test_the_copy_of_a_private_receipt_moves_nothing(cache: Cache) -> None:
    await three_rooms(cache)
    await cache.clearing.clear(EVERYTHING, LATER)
    before = everything(cache)
    await cache.apply_sync(
        batch(read(ONE, "c", "m.read.private"), RoomUpdate(ONE, counts=ServerCounts(0, 0, event_id("one-c"))))
    )
    assert everything(cache) == before


async def test_restore_marks_what_went_and_puts_back_what_did_not(cache: Cache) -> None:
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    await cache.clearing.waiting(clear_id, 5)
    await cache.clearing.mark_sent(clear_id, [ONE, TWO])
    assert not await cache.clearing.undo(clear_id)
    assert await cache.clearing.restore(clear_id) == 3  # THREE was on its way
    assert unread(cache) == {ONE: (0, 0, True), TWO: (0, 0, True), THREE: (0, 0, True)}
    marks = [row for row in cache.read.queue() if row.kind is RequestKind.ROOM_ACCOUNT_DATA]
    assert {(row.room_id, row.content["unread"]) for row in marks} == {
        (room, True) for room in (ONE, TWO, THREE)
    }
    before = everything(cache)
    await cache.rebuild()
    assert everything(cache) == before


async def test_restore_before_the_end_puts_waiting_rooms_back_wholly(cache: Cache) -> None:
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    sent = await cache.clearing.waiting(clear_id, 1)
    await cache.clearing.mark_sent(clear_id, [sent[0][0]])
    before = {ONE: (2, 1, False), TWO: (0, 0, True), THREE: (7, 0, False)}
    assert await cache.clearing.restore(clear_id) == 3
    assert unread(cache) == before | {sent[0][0]: (0, 0, True)}
    assert not await cache.clearing.waiting(clear_id)
    assert cache.read.attention.clears(0)[0].state is ClearState.UNDONE
    assert await cache.clearing.restore(clear_id) == 0


async def test_restore_passes_over_rooms_read_further_or_left(cache: Cache) -> None:
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    await cache.clearing.waiting(clear_id, 5)
    await cache.clearing.mark_sent(clear_id, [ONE, TWO, THREE])
    await cache.apply_sync(batch(said(ONE, "d"), RoomUpdate(THREE, membership=Membership.LEAVE)))
    await cache.set_read(ONE, event_id("one-d"))
    assert await cache.clearing.restore(clear_id) == 1
    assert unread(cache)[TWO] == (0, 0, True)


async def test_the_history_forgets_after_a_day_and_the_counts_stay() -> None:
    rig = OpenCache()
    with rig as cache:
        await three_rooms(cache)
        old = await cache.clearing.clear(EVERYTHING, LATER)
        assert old is not None
        await cache.clearing.waiting(old, 5)
        await cache.clearing.mark_sent(old, [ONE, TWO, THREE])
        await cache.clearing.waiting(old, 5)
        await cache.apply_sync(batch(said(ONE, "d")))
        rig.clock.now += 25 * 3600 * 1000
        new = await cache.clearing.clear(EVERYTHING, LATER)
        assert new is not None
        assert [record.id for record in cache.read.attention.clears(0)] == [new]
        assert await cache.clearing.undo(new)
        assert unread(cache) == {ONE: (1, 0, False), TWO: (0, 0, False), THREE: (0, 0, False)}


async def test_a_room_with_no_event_but_the_one_the_server_counted_to(cache: Cache) -> None:
    known = RoomUpdate(ONE, membership=Membership.JOIN, state=(member(ANNA, room=ONE),))
    await cache.apply_sync(batch(known, RoomUpdate(ONE, counts=ServerCounts(4, 1, event_id("far")))))
    assert unread(cache)[ONE] == (4, 1, False)
    clear_id = await cache.clearing.clear(EVERYTHING, LATER)
    assert clear_id is not None
    assert unread(cache)[ONE] == (0, 0, False)
    assert await cache.clearing.waiting(clear_id) == [(ONE, event_id("far"))]


# Levels ---------------------------------------------------------------------------------------------------------


async def test_a_level_shows_at_once_and_goes_out_once(cache: Cache) -> None:
    await cache.apply_sync(batch(update(event("a"), room=ONE)))
    for level in (NotifyLevel.NONE, NotifyLevel.MENTIONS, NotifyLevel.ALL, NotifyLevel.NONE):
        await cache.set_level(ONE, level)
        room = cache.read.room(ONE)
        assert room is not None and room.level is level
    (row,) = cache.read.queue()
    assert (row.kind, row.content, row.lane) == (RequestKind.LEVEL, {"level": "none"}, f"level:{ONE}")


async def test_a_level_on_its_way_is_not_undone_by_rules_that_come_meanwhile(cache: Cache) -> None:
    await cache.apply_sync(batch(update(event("a"), room=ONE), update(event("b"), room=TWO)))
    await cache.set_level(ONE, NotifyLevel.NONE)
    muted = {"rule_id": TWO, "actions": [], "enabled": True}
    rules = {"global": {"room": [muted], "override": [{"rule_id": ".m.rule.master", "enabled": False}]}}
    await cache.apply_sync(batch(account_data=(("m.push_rules", rules),)))

    def levels() -> list[NotifyLevel]:
        return [room.level for room in cache.read.room_page([ONE, TWO])]

    assert levels() == [NotifyLevel.NONE, NotifyLevel.MENTIONS]
    (row,) = cache.read.queue()
    await cache.queue_mark_sent(row.txn_id)
    await cache.rebuild()
    assert levels() == [NotifyLevel.NONE, NotifyLevel.MENTIONS]
    await cache.apply_sync(batch(account_data=(("m.push_rules", rules),)))
    assert levels() == [NotifyLevel.ALL, NotifyLevel.MENTIONS]


# Cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("totals", rooms_read._TOTALS),
        ("sources", attention_reads._ROOMS),
        ("clear", clears._SNAPSHOT.replace("{scope}", clears._SHOWN).replace("{ts}", "0").replace("?", "1")),
    ],
)
async def test_only_rooms_that_say_something_are_looked_at(cache: Cache, name: str, sql: str) -> None:
    conn: Any = cache.read._conn
    plan = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
    rooms = next(step for step in plan if " room" in step or " r " in step)
    assert "room_by_attention" in rooms
    assert ("COVERING" in rooms) == (name == "totals")


async def test_a_receipt_of_the_main_thread_reads_the_room(cache: Cache) -> None:
    await three_rooms(cache)
    main = Receipt(ME, event_id("one-c"), "m.read", 5, "main")
    await cache.apply_sync(batch(RoomUpdate(ONE, receipts=(main,))))
    assert unread(cache)[ONE] == (0, 0, False)


@pytest.mark.parametrize("thread", [None, "main"])
async def test_a_receipt_on_the_event_the_server_counted_to_reads_what_it_counted(
    cache: Cache, thread: str | None
) -> None:
    """Its event may lie where this device has not been; that of a thread says nothing of the other threads."""
    await three_rooms(cache)
    await cache.apply_sync(batch(RoomUpdate(THREE, counts=ServerCounts(9, 2, event_id("far")))))
    assert unread(cache)[THREE] == (9, 2, False)
    far = Receipt(ME, event_id("far"), "m.read", 5, thread)
    await cache.apply_sync(batch(RoomUpdate(THREE, receipts=(far,))))
    assert unread(cache)[THREE] == ((0, 0, False) if thread is None else (9, 2, False))
    await cache.rebuild()
    assert unread(cache)[THREE] == ((0, 0, False) if thread is None else (9, 2, False))


async def test_who_reads_a_cleared_room_says_so(cache: Cache) -> None:
    """Clearing was private and no claim to have read; a public receipt still goes out when the room is read."""
    await three_rooms(cache)
    clear_id = await cache.clearing.clear(ClearScope(ClearKind.ROOMS, rooms=(ONE,)), LATER)
    assert clear_id is not None
    await cache.clearing.waiting(clear_id)
    await cache.clearing.mark_sent(clear_id, [ONE])
    await cache.set_read(ONE, event_id("one-c"), is_private=True)
    assert not [row for row in cache.read.queue() if row.kind is RequestKind.RECEIPT]
    await cache.set_read(ONE, event_id("one-c"))
    (row,) = [row for row in cache.read.queue() if row.kind is RequestKind.RECEIPT]
    assert row.content["m.read"] == event_id("one-c")
    await cache.set_read(ONE, event_id("one-c"))
    assert len([row for row in cache.read.queue() if row.kind is RequestKind.RECEIPT]) == 1


async def test_server_counts_that_contradict_themselves_are_made_whole(cache: Cache) -> None:
    await cache.apply_sync(batch(said(ONE, "a"), RoomUpdate(ONE, counts=ServerCounts(1, 5))))
    assert unread(cache)[ONE] == (5, 5, False)
