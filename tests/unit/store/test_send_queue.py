"""The send queue and its echoes."""

from functools import partial

from app.domain.events import Event
from app.domain.ids import ContentURI, RoomID, TxnID
from app.domain.rooms import ListSendState, PreviewKind
from app.domain.sending import RequestKind
from app.domain.timeline import SendState
from app.store.cache import Cache
from app.store.queue_write import enqueue
from app.store.values import Draft, NewRequest
from tests.helpers.store_history import (
    ME,
    ROOM,
    START_MS,
    OpenCache,
    batch,
    event,
    event_id,
    message,
    reaction,
    redaction,
    shown,
    text,
    uids,
    update,
)

X, Y = TxnID("x"), TxnID("y")


def copy(txn: str = "x", body: str = "hello") -> Event:
    unsigned = {"transaction_id": txn}
    return event(f"copy-{txn}", sender=ME, content=text(body), unsigned=unsigned)


async def room_with(cache: Cache, *names: str) -> None:
    await cache.apply_sync(batch(update(*(event(name) for name in names))))


async def test_an_echo_is_the_last_row_and_keeps_its_uid_when_the_copy_comes(cache: Cache) -> None:
    await room_with(cache, "a")
    row = await cache.enqueue(message("x"))
    assert (row.state, row.txn_id, row.created_ms) == (SendState.QUEUED, X, START_MS + 10_000_000)
    assert shown(cache) == ["a", "hello"] and uids(cache)[1] == "t:x"
    assert cache.read.items(ROOM, 1, 1)[0].send_state == SendState.QUEUED
    await cache.queue_mark_sending(X)
    await cache.queue_mark_sent(X, event_id("copy-x"))
    assert cache.read.items(ROOM, 1, 1)[0].send_state == SendState.SENT
    changes = await cache.apply_sync(batch(update(event("b"), copy())))
    assert uids(cache) == ["$a", "$b", "t:x"]
    assert cache.read.queue() == [] and changes.is_queue_changed
    assert changes.timelines[0].tail_from == 1
    assert cache.read.items(ROOM, 2, 1)[0].send_state is None


async def test_the_copy_may_come_before_the_answer(cache: Cache) -> None:
    await cache.enqueue(message("x"))
    await cache.queue_mark_sending(X)
    await cache.apply_sync(batch(update(copy())))
    assert uids(cache) == ["t:x"]
    await cache.queue_mark_sent(X, event_id("copy-x"))
    await cache.queue_failed(X, "network", 5)
    assert uids(cache) == ["t:x"] and cache.read.queue() == []


async def test_a_copy_without_transaction_id_is_matched_by_its_event_id(cache: Cache) -> None:
    for order in ("answer first", "copy first"):
        room = RoomID(f"!{order[:4]}:acme.example")
        await cache.enqueue(message(order, room=room))
        echo = event(f"c-{order}", sender=ME, room=room)
        if order == "answer first":
            await cache.queue_mark_sent(TxnID(order), echo.event_id)
            await cache.apply_sync(batch(update(echo, room=room)))
        else:
            await cache.apply_sync(batch(update(echo, room=room)))
            await cache.queue_mark_sent(TxnID(order), echo.event_id)
        assert uids(cache, room) == [f"t:{order}"]


async def test_a_row_is_stored_once_per_transaction_id_and_survives_a_restart(opened: OpenCache) -> None:
    await opened.cache.enqueue(message("x"))
    await opened.cache.enqueue(message("x", "other"))
    await opened.cache.queue_mark_sending(X)
    cache = opened.reopen()
    await cache.queue_recover()
    (row,) = cache.read.queue()
    assert (row.state, row.content["body"], row.attempts) == (SendState.QUEUED, "hello", 1)


async def test_a_lane_goes_in_order_and_a_wedged_head_lets_the_next_pass(cache: Cache) -> None:
    for txn in ("x", "y"):
        await cache.enqueue(message(txn))
    assert [row.txn_id for row in await cache.due(START_MS)] == [X]
    await cache.queue_mark_sending(X)
    assert await cache.due(START_MS) == []
    await cache.queue_failed(X, "limit_exceeded", START_MS + 500)
    assert await cache.due(START_MS) == [] and await cache.next_due_ms(START_MS) == START_MS + 500
    await cache.queue_failed(X, "forbidden", None)
    assert [row.txn_id for row in await cache.due(START_MS)] == [Y]
    assert cache.read.items(ROOM, 0, 1)[0].error_code == "forbidden"
    assert cache.read.totals().failed_sends == 1 and cache.read.waiting_count() == 1
    await cache.queue_retry(X)
    assert [row.txn_id for row in await cache.due(START_MS)] == [X]


async def test_one_lane_is_asked_without_looking_at_the_others(cache: Cache) -> None:
    """A clear of ten thousand marked rooms makes as many lanes, and each row that went asks for the next of its lane."""
    lanes = [RoomID(f"!{n}:x") for n in range(5)]
    for n, lane in enumerate(lanes * 3):
        await cache.enqueue(message(f"t{n}", room=lane, not_before_ms=START_MS + 9 if n % 5 == 4 else 0))
    await cache.enqueue(message("child", room=lanes[0], depends_on=TxnID("t0")))
    await cache.queue_mark_sending(TxnID("t1"))
    await cache.queue_failed(TxnID("t2"), "forbidden", None)
    for now_ms in (START_MS, START_MS + 9):
        heads = await cache.due(now_ms)
        assert len(heads) == (3 if now_ms == START_MS else 4)
        for lane in lanes:
            assert await cache.due(now_ms, lane) == [row for row in heads if row.lane == lane]


async def test_an_edit_reply_and_reaction_of_an_echo_wait_for_its_event_id(cache: Cache) -> None:
    await cache.enqueue(message("x"))
    new = {"m.new_content": text("better"), "m.relates_to": {"rel_type": "m.replace", "event_id": "t:x"}}
    react = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "t:x", "key": "👍"}}
    answer = text("yes", **{"m.relates_to": {"m.in_reply_to": {"event_id": "t:x"}}})
    await cache.enqueue(message("e", content=text("* better", **new), depends_on=X))
    await cache.enqueue(message("r", content=react, event_type="m.reaction", depends_on=X))
    await cache.enqueue(message("q", content=answer, depends_on=X))
    first, second = cache.read.items(ROOM, 0, 9)
    assert (first.body, first.is_edited, first.reactions[0].is_mine) == ("better", True, True)
    assert second.reply is not None and second.reply.body == "hello"
    assert [row.txn_id for row in await cache.due(START_MS)] == [X]
    await cache.queue_mark_sent(X, event_id("copy-x"))
    rows = {row.txn_id: row for row in cache.read.queue()}
    relations = [rows[TxnID(txn)].content["m.relates_to"] for txn in ("e", "r", "q")]
    assert [r.get("event_id") for r in relations] == ["$copy-x", "$copy-x", None]
    assert relations[2]["m.in_reply_to"]["event_id"] == "$copy-x"
    assert rows[TxnID("e")].depends_on is None and rows[TxnID("e")].target == "$copy-x"
    assert [row.txn_id for row in await cache.due(START_MS)] == ["e"]


async def test_what_waits_shows_on_the_rows_it_changes(cache: Cache) -> None:
    await cache.apply_sync(batch(update(event("a"), reaction("mine", "$a", "✅", ME), event("b"))))
    react = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": "👍"}}
    changes = []
    await cache.enqueue(message("r", content=react, event_type="m.reaction"))
    for txn, target in (("u", "mine"), ("d", "b")):
        request = NewRequest(ROOM, RequestKind.REDACTION, TxnID(txn), {}, ROOM, target=event_id(target))
        changes.append((await cache.run(partial(enqueue, request=request)))[1])
    assert changes[0].timelines[0].touched >= {"$mine", "$a"} and changes[1].timelines[0].touched >= {"$b"}
    first, second = cache.read.items(ROOM, 0, 2)
    assert [(r.key, r.is_mine) for r in first.reactions] == [("👍", True)]
    assert second.is_redacted and second.body == ""
    await cache.apply_sync(batch(update(redaction("gone", "$b", ME, unsigned={"transaction_id": "d"}))))
    assert [row.txn_id for row in cache.read.queue()] == ["r", "u"]


async def test_discarding_drops_what_depends_on_the_row(cache: Cache) -> None:
    await cache.enqueue(message("x"))
    await cache.enqueue(message("y", depends_on=X))
    changes = await cache.queue_discard(X)
    assert cache.read.queue() == [] and shown(cache) == []
    assert changes.timelines[0].tail_from == 0
    late = await cache.enqueue(message("z", depends_on=X))
    assert (late.state, late.error_code) == (SendState.WEDGED, "parent_gone")


async def test_rows_and_drafts_outlive_their_room(cache: Cache) -> None:
    await room_with(cache, "a")
    await cache.enqueue(message("x"))
    await cache.set_draft(ROOM, Draft("half a thought", {"reply_to": "$a"}))
    await cache.forget_room(ROOM)
    await cache.rebuild()
    assert cache.read.room_order() == []
    assert [row.txn_id for row in cache.read.queue()] == [X]
    assert cache.read.draft(ROOM) == Draft("half a thought", {"reply_to": "$a"})


async def test_the_list_shows_what_waits(cache: Cache) -> None:
    await room_with(cache, "a")
    other = RoomID("!other:acme.example")
    await cache.apply_sync(batch(update(event("o", ts=START_MS + 5, room=other), room=other)))
    assert cache.read.room_order() == [other, ROOM]
    await cache.enqueue(message("x", "on its\nway"))
    assert cache.read.room_order() == [ROOM, other]
    room = cache.read.room(ROOM)
    assert room is not None
    assert (room.preview_kind, room.preview_text, room.send_state) == (
        PreviewKind.TEXT,
        "on its way",
        ListSendState.SENDING,
    )
    await cache.queue_failed(X, "forbidden", None)
    room = cache.read.room(ROOM)
    assert room is not None and room.send_state == ListSendState.FAILED
    await cache.queue_discard(X)
    assert cache.read.room_order() == [other, ROOM]


async def test_an_upload_is_remembered(cache: Cache) -> None:
    content = {"msgtype": "m.file", "body": "a.pdf", "info": {"size": 3}}
    await cache.enqueue(message("x", content=content, attachment_path="/files/a.pdf"))
    item = cache.read.items(ROOM, 0, 1)[0]
    assert item.media is not None and item.media.local_path == "/files/a.pdf"
    await cache.queue_attachment_uploaded(X, ContentURI("mxc://acme/1"))
    await cache.queue_update_content(X, {**content, "url": "mxc://acme/1"})
    await cache.queue_hold(X, START_MS + 9)
    (row,) = cache.read.queue()
    assert (row.attachment_uri, row.content["url"], row.not_before_ms) == (
        "mxc://acme/1",
        "mxc://acme/1",
        START_MS + 9,
    )
