"""What the conversation list shows of dings: whether one waits for me, and its text without what other clients are told."""

from app.domain.dings import BODY_REST, DingContent, DingKind, ding_json
from app.domain.events import JSONObject
from app.domain.rooms import RoomSummary
from app.store.cache import Cache
from tests.helpers.store_history import ANNA, ME, ROOM, batch, event, member, reaction, redaction, update


def ding(text: str, *people: str) -> JSONObject:
    """A message that is a ding to these people."""
    content = DingContent(DingKind.NOTICE, people)  # type: ignore[arg-type]
    body = f"[DING] {text}{BODY_REST}due 2026-11-22 18:00"
    return {"msgtype": "m.text", "body": body, "im.tack.ding": ding_json(content)}


def row(cache: Cache) -> RoomSummary:
    room = cache.read.room(ROOM)
    assert room is not None
    return room


async def test_a_room_knows_that_a_ding_waits_until_it_is_confirmed(cache: Cache) -> None:
    people = (member(ME, "Me"), member(ANNA, "Anna"))
    await cache.apply_sync(batch(update(event("hello"), state=people)))
    assert not row(cache).has_ding
    await cache.apply_sync(batch(update(event("d", content=ding("come\nnow", ME)))))
    assert row(cache).has_ding and row(cache).preview_text == "[DING] come now"
    changes = await cache.apply_sync(batch(update(reaction("c", "$d", "✅", sender=ME))))
    assert not row(cache).has_ding
    assert ROOM in changes.rooms


async def test_a_ding_to_others_and_a_recalled_one_do_not_wait(cache: Cache) -> None:
    people = (member(ME, "Me"), member(ANNA, "Anna"))
    await cache.apply_sync(batch(update(event("o", content=ding("x", ANNA)), state=people)))
    assert not row(cache).has_ding
    await cache.apply_sync(batch(update(event("d", content=ding("y", ME)))))
    await cache.apply_sync(batch(update(redaction("r", "$d"))))
    assert not row(cache).has_ding


async def test_a_quote_of_a_ding_leaves_the_times_out(cache: Cache) -> None:
    relation = {"m.relates_to": {"m.in_reply_to": {"event_id": "$d"}}}
    answer = event("a", content={"msgtype": "m.text", "body": "yes", **relation})
    await cache.apply_sync(batch(update(event("d", content=ding("come\nnow", ME)), answer)))
    reply = cache.read.items(ROOM, 1, 1)[0].reply
    assert reply is not None and reply.body == "[DING] come now"
