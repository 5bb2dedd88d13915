"""Approvals on their way: my acts and requests in the send queue, and what of them survives."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.domain.approvals.acts import ActKind
from app.domain.approvals.rows import ApprovalBox, Trust
from app.domain.approvals.state import RequestStatus, TaskStatus
from app.domain.approvals.wire import REQUEST_FIELD, REQUEST_ROOM_TYPE, TEXT_FIELD, to_content
from app.domain.attention import ClearScope, SourceKind
from app.domain.ids import EventID, RoomID, TxnID
from app.domain.sending import RequestKind, new_room_id
from app.domain.timeline import SendState
from app.store import schema
from app.store.cache import Cache
from app.store.connection import DB_NAME, open_writer, transaction
from app.store.keys import resolve_key
from app.store.pages import PAGE_BYTES
from app.store.values import NewRequest
from tests.helpers.approval_store import CAROL, RequestRoom, detail, page, queued_act, request, titles
from tests.helpers.store_history import ANNA, KEY, ME, START_MS, OpenCache, batch, message, update

TODO, DONE, MINE = ApprovalBox.TODO, ApprovalBox.DONE, ApprovalBox.MINE
APPROVE = ActKind.APPROVE
MAKER = TxnID("maker")
STAND_IN = new_room_id(MAKER)


async def given(cache: Cache, **more: Any) -> RequestRoom:
    room = RequestRoom(**more).sealed()
    await cache.apply_sync(batch(room.update()))
    return room


def making(**more: Any) -> NewRequest:
    """The row that makes the room of a request of mine."""
    content = request(requester=ME, title="我的报销", **more)
    creation = {"type": REQUEST_ROOM_TYPE, "im.tack.txn": MAKER, REQUEST_FIELD: to_content(content)}
    body = {"name": "n", "creation_content": creation}
    return NewRequest(STAND_IN, RequestKind.CREATE_ROOM, MAKER, body, STAND_IN)


# Acts -----------------------------------------------------------------------------------------------------------


async def test_my_act_counts_at_once_and_until_the_copy_is_here(cache: Cache) -> None:
    room = await given(cache)
    act = room.make(ME, APPROVE, "s1", note="fine")
    await cache.enqueue(queued_act(room.room_id, act, not_before_ms=START_MS * 2))
    assert titles(cache, TODO) == [] and titles(cache, DONE) == ["r"] and cache.read.totals().approvals == 0
    (row,) = page(cache, DONE).rows
    assert (row.pending, row.failed) == (1, "")
    (pending,) = detail(cache, room).pending
    assert (pending.kind, pending.note, pending.is_held) == ("approve", "fine", True)
    assert detail(cache, room).state.entries[0].event_id == ""
    await cache.queue_mark_sending(TxnID("act1"))
    await cache.queue_mark_sent(TxnID("act1"))
    assert titles(cache, DONE) == ["r"] and page(cache, DONE).rows[0].pending == 0
    assert detail(cache, room).pending == () and len(cache.read.queue()) == 1
    copy = room.act(ME, APPROVE, "s1", id=act.id, note="fine")
    changes = await cache.apply_sync(batch(update(copy, room=room.room_id)))
    assert changes.is_queue_changed and cache.read.queue() == []
    assert titles(cache, DONE) == ["r"] and detail(cache, room).state.entries[0].event_id == copy.event_id


async def test_a_copy_may_come_before_the_answer(cache: Cache) -> None:
    room = await given(cache)
    act = room.make(ME, APPROVE, "s1")
    await cache.enqueue(queued_act(room.room_id, act))
    await cache.queue_mark_sending(TxnID("act1"))
    await cache.apply_sync(batch(update(room.act(ME, APPROVE, "s1", id=act.id), room=room.room_id)))
    assert len(detail(cache, room).state.entries) == 1
    await cache.queue_mark_sent(TxnID("act1"))
    assert cache.read.queue() == [] and titles(cache, DONE) == ["r"]


async def test_a_refused_act_waits_for_me_with_its_reason(cache: Cache) -> None:
    room = await given(cache)
    await cache.enqueue(queued_act(room.room_id, room.make(ME, APPROVE, "s1", note="my words")))
    changes = await cache.queue_failed(TxnID("act1"), "approval_finished", None)
    assert room.room_id in changes.approvals
    (row,) = page(cache, TODO).rows
    assert (row.failed, row.pending) == ("approval_finished", 0) and titles(cache, DONE) == []
    assert detail(cache, room).pending[0].note == "my words"
    await cache.apply_sync(batch(update(room.act(ANNA, ActKind.WITHDRAW), room=room.room_id)))
    assert page(cache, TODO).rows[0].status is RequestStatus.WITHDRAWN, "it would be nowhere else"
    await cache.queue_discard(TxnID("act1"))
    assert titles(cache, TODO) == []


async def test_undo_before_sending_leaves_no_trace(cache: Cache) -> None:
    room = await given(cache)
    before = detail(cache, room)
    await cache.enqueue(queued_act(room.room_id, room.make(ME, APPROVE, "s1")))
    await cache.queue_discard(TxnID("act1"))
    assert detail(cache, room) == before and titles(cache, TODO) == ["r"]


async def test_an_act_that_is_no_act_harms_nothing(cache: Cache) -> None:
    room = await given(cache)
    bad = NewRequest(room.room_id, RequestKind.ACT, TxnID("bad"), {"act": {"kind": "fly"}}, room.room_id)
    await cache.enqueue(bad)
    lost = NewRequest(RoomID("!no:x"), RequestKind.ACT, TxnID("lost"), {"act": 7}, RoomID("!no:x"))
    await cache.enqueue(lost)
    await cache.queue_mark_sent(TxnID("lost"))
    assert titles(cache, TODO) == ["r"] and [row.txn_id for row in cache.read.queue()] == ["bad"]


async def test_what_says_an_act_in_words_is_no_echo(cache: Cache) -> None:
    room = await given(cache)
    content = {"msgtype": "m.text", "body": "approved", TEXT_FIELD: {"v": 1, "act": "a"}}
    await cache.enqueue(message("said", room=room.room_id, content=content))
    assert cache.read.extent(room.room_id).row_count == len(
        [one for one in room.timeline if one.type in ("m.room.create", "m.room.member")]
    )


# Requests -------------------------------------------------------------------------------------------------------


async def test_a_request_to_be_made_stands_on_top_of_mine(cache: Cache) -> None:
    await given(cache, content=request(requester=ME), requester=ME)
    await cache.enqueue(making(number="EXP-9"))
    assert titles(cache, MINE) == [str(STAND_IN)[1:].partition(":")[0], "r"]
    row = cache.read.approvals.row(STAND_IN, START_MS)
    assert row is not None and row == page(cache, MINE).rows[0]
    assert (row.number, row.status, row.send_state) == ("EXP-9", RequestStatus.PENDING, SendState.QUEUED)
    assert row.waiting == ("me",) and row.is_mine and not row.is_todo
    assert cache.read.approvals.counts(START_MS).mine_open == 2
    found = cache.read.approvals.detail(STAND_IN, START_MS)
    assert found is not None and found.seal is None and found.trust is Trust.VERIFIED
    assert found.state.steps[0].tasks[0].status is TaskStatus.WAITING
    assert (
        titles(cache, MINE, term="我的 上海")[0].startswith("new") and titles(cache, MINE, term="没有") == []
    )
    assert titles(cache, MINE, template_id="leave") == [] and titles(cache, MINE, until_ms=1) == []
    assert len(titles(cache, MINE, person=CAROL)) == 2


async def test_a_refused_request_says_why(cache: Cache) -> None:
    await cache.enqueue(making())
    changes = await cache.queue_failed(MAKER, "room_limit", START_MS * 2)
    assert STAND_IN in changes.approvals
    assert page(cache, MINE).rows[0].failed == ""
    assert titles(cache, TODO) == [] and cache.read.totals().duties == 0
    seal = NewRequest(STAND_IN, RequestKind.STATE, TxnID("seal"), {}, STAND_IN, "m.room.power_levels", "")
    await cache.enqueue(seal)
    assert cache.read.waiting_count() == 1
    await cache.queue_failed(MAKER, "forbidden", None)
    assert page(cache, MINE).rows[0].failed == page(cache, TODO).rows[0].failed == "forbidden"
    totals, counts = cache.read.totals(), cache.read.approvals.counts(START_MS)
    assert totals.approvals == totals.duties == counts.todo == 1 and totals.failed_sends == 0
    (source,) = cache.read.attention.sources()
    assert (source.kind, source.room_id, source.text) == (SourceKind.APPROVAL, STAND_IN, "我的报销")
    changes = await cache.queue_discard(MAKER)
    assert STAND_IN in changes.approvals and titles(cache, MINE) == []


async def test_the_room_takes_the_place_of_the_request(cache: Cache) -> None:
    await cache.enqueue(making())
    room = RequestRoom(request(requester=ME), requester=ME, more={"im.tack.txn": MAKER})
    await cache.apply_sync(batch(room.update()))
    assert titles(cache, MINE) == ["r"], "before the answer came"
    changes = await cache.queue_room_made(MAKER, room.room_id)
    assert {STAND_IN, room.room_id} <= changes.approvals
    assert titles(cache, MINE) == ["r"] and cache.read.approvals.row(STAND_IN, START_MS) is None


async def test_between_the_answer_and_sync_the_request_is_there(cache: Cache) -> None:
    await cache.enqueue(making(number="EXP-9"))
    room = RequestRoom(request(requester=ME, number="EXP-9"), requester=ME, more={"im.tack.txn": MAKER})
    await cache.queue_room_made(MAKER, room.room_id)
    (row,) = page(cache, MINE).rows
    assert (row.room_id, row.number, row.send_state) == (room.room_id, "EXP-9", SendState.SENDING)
    assert row == cache.read.approvals.row(room.room_id, START_MS) == detail(cache, room).row
    assert cache.read.approvals.counts(START_MS).mine_open == 1
    seal = NewRequest(
        room.room_id, RequestKind.STATE, TxnID("s"), {}, room.room_id, "m.room.power_levels", ""
    )
    await cache.enqueue(seal)
    await cache.apply_sync(batch(room.update()))
    (row,) = page(cache, MINE).rows
    assert (row.status, row.send_state) == (RequestStatus.UNSEALED, SendState.QUEUED)
    changes = await cache.queue_mark_sent(TxnID("s"), EventID("$seal"))
    assert room.room_id in changes.approvals
    (row,) = page(cache, MINE).rows
    assert (row.room_id, row.send_state) == (room.room_id, None)
    assert cache.read.kv("made_request", room.room_id) is None


async def test_a_colleague_cannot_hide_my_request(cache: Cache) -> None:
    await cache.enqueue(making())
    room = RequestRoom(more={"im.tack.txn": MAKER}).sealed()
    await cache.apply_sync(batch(room.update()))
    assert len(titles(cache, MINE)) == 1


# Attention ------------------------------------------------------------------------------------------------------


async def test_the_figures_name_their_sources(cache: Cache) -> None:
    room = await given(cache)
    found = [one for one in cache.read.attention.sources() if one.kind is SourceKind.APPROVAL]
    assert [(one.room_id, one.name, one.text) for one in found] == [(room.room_id, "anna", "安娜的报销")]
    assert len(found) == cache.read.totals().approvals


async def test_the_broom_leaves_duties(cache: Cache) -> None:
    room = RequestRoom().sealed()
    room.say("news")
    await cache.apply_sync(batch(room.update()))
    await cache.clearing.clear(ClearScope(), START_MS * 2)
    assert cache.read.totals().approvals == 1 and titles(cache, TODO) == ["r"]


# What survives --------------------------------------------------------------------------------------------------


async def test_a_file_of_the_second_version_gets_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = OpenCache()
    with holder as cache:
        room = RequestRoom().sealed()
        room.say("独角兽")
        room.act(ME, APPROVE, "s1")
        await cache.apply_sync(batch(room.update(), RequestRoom(room="x").sealed().update()))
        expected = {box: page(cache, box) for box in ApprovalBox}
        cache.close()
        _second_version(cache.folder, tmp_path, monkeypatch)
    for _ in range(2):
        opened = Cache.open(tmp_path, KEY, clock=holder.clock)
        try:
            assert {box: page(opened, box) for box in ApprovalBox} == expected
            assert titles(opened, DONE, term="独角兽") == ["r"] and titles(opened, TODO) == ["x"]
            assert opened.read.kv("cache", "unprojected_approvals") is None
        finally:
            opened.close()


def _second_version(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_STEPS", schema._STEPS[:2])
        patch.setattr(schema, "SCHEMA_VERSION", 2)
        new: Any = open_writer(folder, resolve_key(folder / DB_NAME, KEY))
        schema.ensure_schema(new)
    old: Any = open_writer(source, resolve_key(source / DB_NAME, KEY))
    tables = ("room", "event", "item", "state", "member", "reaction", "last_sent", "kv", "account_data")
    for table in tables:
        rows = old.execute(f"SELECT * FROM {table}").fetchall()
        with transaction(new):
            for row in rows:
                new.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
    assert new.execute("PRAGMA user_version").fetchone()[0] == 2
    new.close()
    old.close()


@pytest.mark.parametrize("is_garbled", [False, True])
def test_a_damaged_cache_gives_requests_and_acts_back(tmp_path: Path, is_garbled: bool) -> None:
    room = RequestRoom().sealed()
    with OpenCache() as cache:

        async def fill() -> None:
            await cache.apply_sync(batch(room.update()))
            await cache.enqueue(queued_act(room.room_id, room.make(ME, APPROVE, "s1", note="my words")))
            await cache.enqueue(making())

        asyncio.run(fill())
        folder = cache.folder
        cache.close()
        profile = Path(shutil.copytree(folder, tmp_path / "p"))
    if is_garbled:
        with (profile / DB_NAME).open("r+b") as file:
            file.write(os.urandom(PAGE_BYTES))
    saved = Cache.salvage(profile, KEY)
    assert saved.unsent_count == 2
    opened = Cache.open(profile, KEY, user_id=ME)

    async def take_in() -> None:
        await opened.apply_sync(batch(room.update()))
        await opened.restore(saved)

    asyncio.run(take_in())
    try:
        (mine,) = page(opened, MINE).rows
        assert mine.title == "我的报销" and (mine.send_state is SendState.WEDGED) is is_garbled
        box = TODO if is_garbled else DONE
        assert titles(opened, box)[-1:] == ["r"], "salvaged rows that may be old wait for a decision"
        assert detail(opened, room).pending[0].note == "my words"
    finally:
        opened.close()
