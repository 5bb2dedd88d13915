"""Notes of alerts survive what a cache survives; receipts of my other devices are told from this one's own."""

from typing import Any

import pytest

from app.domain.alerts import AlertNote
from app.domain.attention import ClearScope
from app.domain.ids import EventID
from app.domain.sync import Membership, Receipt
from app.store.cache import Cache
from tests.helpers.store_dings import ding, summary, sync, with_ding
from tests.helpers.store_history import (
    ANNA,
    BOB,
    ME,
    ROOM,
    START_MS,
    OpenCache,
    batch,
    event,
    event_id,
    member,
    redaction,
    update,
)

D, E = EventID("$d"), EventID("$e")


async def receipt(
    cache: Cache, name: str, *, kind: str = "m.read", ts: int = 50, who: str = ME, **more: Any
) -> None:
    await cache.apply_sync(batch(update(receipts=(Receipt(who, event_id(name), kind, ts, **more),))))  # type: ignore[arg-type]


def elsewhere(cache: Cache) -> dict[EventID, int]:
    return cache.read.ding_alerts.read_elsewhere([D, E])


async def test_notes_survive_a_restart_and_a_rebuild(opened: OpenCache) -> None:
    await with_ding(opened.cache)
    note = AlertNote(D, 2, 10, -1, 7, 9, 11)
    await opened.cache.ding_alerts.save([AlertNote(D), AlertNote(E, 1, 2, 3)])
    await opened.cache.ding_alerts.save([note], since_ms=5)
    await opened.reopen().rebuild()
    assert opened.cache.read.ding_alerts.notes([D, E]) == {D: note, E: AlertNote(E, 1, 2, 3)}
    assert opened.cache.read.ding_alerts.has_begun()


async def test_before_anything_is_noted_nothing_has_begun(cache: Cache) -> None:
    assert not cache.read.ding_alerts.has_begun()
    await cache.ding_alerts.save([AlertNote(D)])
    assert not cache.read.ding_alerts.has_begun()


async def test_old_notes_of_closed_dings_are_dropped(cache: Cache) -> None:
    await with_ding(cache)
    await cache.ding_alerts.save(
        [AlertNote(D, at_ms=1), AlertNote(E, at_ms=1), AlertNote(EventID("$f"), at_ms=9)]
    )
    await cache.ding_alerts.forget(5)
    assert set(cache.read.ding_alerts.notes([D, E, EventID("$f")])) == {D, "$f"}


@pytest.mark.parametrize("kind", ["m.read", "m.read.private"])
async def test_a_receipt_of_another_device_at_or_behind_the_ding_counts(cache: Cache, kind: str) -> None:
    await sync(cache, *(member(user) for user in (ME, ANNA, BOB)), event("a"), ding(), ding("e"))
    await receipt(cache, "a", kind=kind)
    assert elsewhere(cache) == {}
    await receipt(cache, "d", kind=kind, ts=60)
    assert elsewhere(cache) == {D: 60}
    await sync(cache, event("z"))
    await receipt(cache, "z", kind=kind, ts=70)
    assert elsewhere(cache) == {D: 70, E: 70}


async def test_receipts_of_others_and_of_other_threads_do_not(cache: Cache) -> None:
    await with_ding(cache, event("z"))
    await receipt(cache, "z", who=ANNA)
    await receipt(cache, "z", thread_id="$thread")
    await receipt(cache, "z", kind="m.fully_read")
    assert elsewhere(cache) == {}


async def test_reading_here_does_not_count_nor_what_comes_back_of_it(cache: Cache) -> None:
    await with_ding(cache, event("y"), event("z"))
    await cache.set_read(ROOM, event_id("y"))
    assert elsewhere(cache) == {}
    await cache.set_read(ROOM, event_id("z"))
    await receipt(cache, "y", ts=60)
    assert elsewhere(cache) == {}
    await receipt(cache, "z", ts=61)
    assert elsewhere(cache) == {}


async def test_a_one_click_clear_of_this_device_does_not_count(cache: Cache) -> None:
    await sync(
        cache, *(member(user) for user in (ME, ANNA, BOB)), ding(), event("y"), membership=Membership.JOIN
    )
    assert await cache.clearing.clear(ClearScope(), START_MS) is not None
    assert elsewhere(cache) == {}
    await receipt(cache, "y", kind="m.read.private")
    assert elsewhere(cache) == {}, "it came back from the server"
    await sync(cache, event("z"))
    assert await cache.clearing.clear(ClearScope(), START_MS) is not None
    await receipt(cache, "z", kind="m.read.private", ts=60)
    assert elsewhere(cache) == {}, "nor the next one"
    await receipt(cache, "d", kind="m.read", ts=70)
    assert elsewhere(cache) == {D: 70}, "the phone did read it"
    assert summary(cache).is_open


async def test_a_recalled_ding_is_not_open_any_more(cache: Cache) -> None:
    await with_ding(cache)
    assert [found.event_id for found in cache.read.dings.open(10)] == [D]
    await sync(cache, redaction("r", "$d"))
    assert cache.read.dings.open(10) == []
