"""Caches filled once through the product's own `apply_sync` and kept between runs, with their key beside them."""

import asyncio
import secrets
import shutil
import sys
import time
from pathlib import Path

from app.domain.account import Session
from app.domain.ids import DeviceID
from app.store.cache import Cache, CacheKey
from app.store.schema import SCHEMA_VERSION
from tests.benchmarks.measure import PREPARED
from tests.benchmarks.synthetic import ME, account_batches


def key_of(folder: Path) -> CacheKey:
    """Give the key of a prepared cache."""
    return CacheKey(raw=bytes.fromhex((folder / "key").read_text(encoding="ascii")))


def prepared(name: str, rooms: int, messages: int) -> Path:
    """Give a folder with a cache of `messages` messages in `rooms` rooms; made on first use."""
    folder = PREPARED / f"{name}-v{SCHEMA_VERSION}"
    if (folder / "done").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "key").write_text(secrets.token_hex(32), encoding="ascii")
    asyncio.run(_fill(folder, rooms, messages))
    (folder / "done").touch()
    return folder


async def _fill(folder: Path, rooms: int, messages: int) -> None:
    cache = Cache.open(folder, key_of(folder), user_id=ME)
    cache.attach(asyncio.get_running_loop())
    started = time.monotonic()
    session = Session("http://127.0.0.1:9", ME, DeviceID("BENCH"), "no-token")
    await cache.save_session(session)
    done = 0
    for batch in account_batches(rooms, messages):
        await cache.apply_sync(batch)
        done += sum(len(update.timeline) for update in batch.rooms)
        sys.stderr.write(f"\r{done} of {messages}, {done / (time.monotonic() - started):.0f} a second ")
    cache.close()
