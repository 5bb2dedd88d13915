"""A message of mine reads what stands above it here, but not on the server, which takes receipts alone."""

from app.domain.sending import RequestKind
from app.store.cache import Cache
from tests.helpers.store_history import ANNA, ME, ROOM, batch, event, event_id, member, update


def receipts(cache: Cache) -> list[str]:
    """The events that waiting receipts are for."""
    return [str(row.target) for row in cache.read.queue() if row.kind is RequestKind.RECEIPT]


async def answer(cache: Cache) -> None:
    """Read up to `a`; then Anna said `b` and I cache."""
    people = (member(ME, "Me"), member(ANNA, "Anna"))
    await cache.apply_sync(batch(update(event("a"), state=people)))
    await cache.set_read(ROOM, event_id("a"))
    await cache.apply_sync(batch(update(event("b"), event("c", sender=ME))))


async def test_the_server_is_told_once_of_what_my_answer_read(cache: Cache) -> None:
    await answer(cache)
    room = cache.read.room(ROOM)
    assert room is not None and room.unread == 0 and receipts(cache) == ["$a"]
    await cache.set_read(ROOM, event_id("c"))
    assert receipts(cache) == ["$c"]
    assert not await cache.set_read(ROOM, event_id("c"))


async def test_a_message_of_mine_alone_needs_no_receipt(cache: Cache) -> None:
    await answer(cache)
    await cache.set_read(ROOM, event_id("c"))
    await cache.apply_sync(batch(update(event("d", sender=ME))))
    assert not await cache.set_read(ROOM, event_id("d"))
    assert receipts(cache) == ["$c"]
