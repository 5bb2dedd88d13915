"""A large answer is indexed a moment later, and says so meanwhile."""

import asyncio
from pathlib import Path

from app.domain.ids import EventID, UserID
from app.domain.sync import SyncBatch
from app.store.cache import Cache, CacheKey
from app.store.search_backlog import MOST_INDEXED_AT_ONCE
from app.store.search_read import SearchQuery
from tests.benchmarks.synthetic import ME, room_update

MESSAGES = 12 * MOST_INDEXED_AT_ONCE


async def _indexed(cache: Cache) -> None:
    async with asyncio.timeout(20):
        while (await cache.search(SearchQuery("x"))).is_indexing:  # noqa: ASYNC110 (the cache's thread works)
            await asyncio.sleep(0.02)


async def _all_ids(cache: Cache) -> set[EventID]:
    found: set[EventID] = set()
    page = await cache.search(SearchQuery("", sender=UserID("@u1:bench.example")), 500)
    while True:
        found |= {hit.event_id for hit in page.hits}
        if page.next is None:
            return found
        page = await cache.search(SearchQuery("", sender=UserID("@u1:bench.example")), 500, page.next)


def test_a_large_answer_is_searchable_after_a_moment_even_across_a_restart(tmp_path: Path) -> None:
    key = CacheKey.random()
    update = room_update(1, 0, MESSAGES, with_state=True)
    expected = {event.event_id for event in update.timeline if event.sender == "@u1:bench.example"}

    async def take_in() -> None:
        cache = Cache.open(tmp_path, key, user_id=ME)
        cache.attach(asyncio.get_running_loop())
        await cache.apply_sync(SyncBatch(positions=(("sliding.pos", "1"),), rooms=(update,)))
        assert (await cache.search(SearchQuery("x"))).is_indexing
        cache.close()  # at once: the rest is for the next start

    async def come_back() -> None:
        cache = Cache.open(tmp_path, key)
        cache.attach(asyncio.get_running_loop())
        await _indexed(cache)
        assert await _all_ids(cache) == expected
        cache.close()

    asyncio.run(take_in())
    asyncio.run(come_back())


def test_a_small_answer_is_searchable_at_once(tmp_path: Path) -> None:
    async def run() -> None:
        cache = Cache.open(tmp_path, CacheKey.random(), user_id=ME)
        cache.attach(asyncio.get_running_loop())
        update = room_update(1, 0, 20, with_state=True)
        await cache.apply_sync(SyncBatch(positions=(("sliding.pos", "1"),), rooms=(update,)))
        page = await cache.search(SearchQuery(update.timeline[3].content["body"][:4]))
        assert not page.is_indexing
        assert update.timeline[3].event_id in {hit.event_id for hit in page.hits}
        cache.close()

    asyncio.run(run())
