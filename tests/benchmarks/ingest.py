"""Take in a sync answer of 10 MB: bytes → parsed → committed, with every projection and the search index.

Two floors: parsing with the standard library plus one `executemany` of the raw events into one encrypted table; and the same
plus the full-text rows, which any cache that can be searched has to write.
"""

import asyncio
import json
import secrets
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from app.matrix.decode_sliding import decode_sliding
from app.store.cache import Cache, CacheKey
from app.store.tokens import tokens_of
from tests.benchmarks.measure import Figure, emit
from tests.benchmarks.synthetic import ME, sliding_body

ROOMS, PER_ROOM, RUNS = 400, 70, 5


def connect(path: Path) -> Any:
    """Open a plain encrypted database with the pragmas of the cache."""
    conn = sqlcipher.connect(str(path), isolation_level=None)
    conn.execute(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    return conn


def floor_ms(body: bytes, folder: Path, *, with_search: bool) -> float:
    """Time the floor once."""
    conn = connect(folder / "floor.db")
    conn.execute(
        "CREATE TABLE event(id INTEGER PRIMARY KEY, event_id TEXT UNIQUE, room TEXT, ts INTEGER, raw BLOB)"
    )
    if with_search:
        conn.execute(
            "CREATE VIRTUAL TABLE search USING fts5(tokens, content='', columnsize=0, tokenize='ascii')"
        )
    started = time.perf_counter()
    answer = json.loads(body)
    rows = [
        (
            event["event_id"],
            room_id,
            event["origin_server_ts"],
            json.dumps(event, ensure_ascii=False).encode(),
        )
        for room_id, room in answer["rooms"].items()
        for event in (*room["required_state"], *room["timeline"])
    ]
    conn.execute("BEGIN")
    conn.executemany("INSERT INTO event(event_id, room, ts, raw) VALUES (?, ?, ?, ?)", rows)
    if with_search:
        texts = [e["content"]["body"] for room in answer["rooms"].values() for e in room["timeline"]]
        conn.executemany(
            "INSERT INTO search(rowid, tokens) VALUES (?, ?)",
            ((n, " ".join(tokens_of(text))) for n, text in enumerate(texts, 1)),
        )
    conn.execute("COMMIT")
    took = (time.perf_counter() - started) * 1000
    conn.close()
    return took


async def ours_ms(body: bytes, folder: Path) -> float:
    """Time Tack once: a fresh cache, the whole path behind the socket."""
    cache = Cache.open(folder, CacheKey(raw=secrets.token_bytes(32)), user_id=ME)
    cache.attach(asyncio.get_running_loop())
    started = time.perf_counter()
    batch = await asyncio.to_thread(decode_sliding, body, ME)
    await cache.apply_sync(batch)
    took = (time.perf_counter() - started) * 1000
    cache.close()
    return took


def main() -> None:
    """Measure, floor and product in turn."""
    body = sliding_body(ROOMS, PER_ROOM)
    ours, plain, searchable = [], [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "a").mkdir()
            (folder / "b").mkdir()
            (folder / "c").mkdir()
            plain.append(floor_ms(body, folder / "a", with_search=False))
            searchable.append(floor_ms(body, folder / "b", with_search=True))
            ours.append(asyncio.run(ours_ms(body, folder / "c")))
    value, low, high = statistics.median(ours), statistics.median(plain), statistics.median(searchable)
    note = f"{len(body) / 1e6:.1f} MB, {ROOMS * PER_ROOM:,} messages in {ROOMS} rooms"
    emit(
        [
            Figure(
                "take in a 10 MB sync answer",
                value,
                "ms",
                "≤ 2×",
                low,
                "json.loads + raw insert",
                value <= 2 * low,
                note,
            ),
            Figure(
                "the same, beside a floor that can be searched too",
                value,
                "ms",
                "≤ 2×",
                high,
                "json.loads + raw insert + FTS5 rows",
                value <= 2 * high,
                "",
            ),
        ]
    )


if __name__ == "__main__":
    main()
