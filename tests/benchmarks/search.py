"""Search 1,000,000 messages: p95 over queries of many kinds, through the cache's own search.

Floor: one `MATCH` of a two-character word on the same index, ids only.
"""

import asyncio
import statistics
import time
from pathlib import Path

from app.store.cache import Cache
from app.store.connection import open_reader
from app.store.search_read import SearchQuery
from tests.benchmarks.measure import Figure, emit, percentile
from tests.benchmarks.prepared_cache import key_of, open_prepared, paths_of, prepared
from tests.benchmarks.synthetic import room_id

MESSAGES = 1_000_000
QUERIES = {
    "1 character": ["合", "排", "票", "图", "鑫"],
    "2 characters": ["合同", "预算", "发票", "明天", "同事", "口径", "好的"],
    "3-4 characters": ["里程碑", "测试环境", "下班前", "供应链上"],
    "English": ["roadmap", "latency", "flaky", "proto", "absentword"],
    "mixed": ["合同 roadmap", "报价 12", "merging main"],
    "phrase": ["会议改到下午三点", "vendor contract renewal"],
}


async def measure(cache: Cache) -> tuple[dict[str, list[float]], list[float]]:
    """Time every query, in all rooms and in one."""
    by_kind: dict[str, list[float]] = {kind: [] for kind in QUERIES}
    in_room: list[float] = []
    for _ in range(5):
        for kind, texts in QUERIES.items():
            for text in texts:
                started = time.perf_counter()
                await cache.search(SearchQuery(text))
                by_kind[kind].append((time.perf_counter() - started) * 1000)
                started = time.perf_counter()
                await cache.search(SearchQuery(text, room=room_id(0)))
                in_room.append((time.perf_counter() - started) * 1000)
    return by_kind, in_room


def floor_ms(folder: Path) -> float:
    """Time the bare index."""

    conn = open_reader(paths_of(folder).cache, key_of(folder))

    def once() -> float:
        started = time.perf_counter()
        conn.execute(
            "SELECT rowid FROM search WHERE search MATCH '合同' ORDER BY rowid DESC LIMIT 50"
        ).fetchall()
        return (time.perf_counter() - started) * 1000

    return statistics.median(once() for _ in range(20))


async def run() -> list[Figure]:
    """Open the prepared cache and measure."""
    folder = prepared("million", 1, MESSAGES)
    cache = open_prepared(folder)
    cache.attach(asyncio.get_running_loop())
    by_kind, in_room = await measure(cache)
    everything = [t for times in by_kind.values() for t in times]
    floor = floor_ms(folder)
    cache.close()
    p95 = percentile(everything, 0.95)
    worst = ", ".join(f"{kind} {max(times):.0f}" for kind, times in by_kind.items())
    room95 = percentile(in_room, 0.95)
    return [
        Figure(
            "search 1,000,000 messages, p95",
            p95,
            "ms",
            "≤ 50 ms",
            floor,
            "bare MATCH",
            p95 <= 50,
            f"slowest, ms: {worst}",
        ),
        Figure("the same inside one room, p95", room95, "ms", "≤ 50 ms", floor, "bare MATCH", room95 <= 50),
    ]


if __name__ == "__main__":
    emit(asyncio.run(run()))
