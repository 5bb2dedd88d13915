"""Caches filled once through the product's own `apply_sync` and kept between runs.

A prepared folder is a data folder of Tack: `--data-dir FOLDER --profile bench --throwaway-keyring` opens it.
"""

import asyncio
import secrets
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.domain.account import Session
from app.domain.ids import DeviceID
from app.paths import Paths
from app.store.cache import Cache, CacheKey
from app.store.schema import SCHEMA_VERSION
from tests.benchmarks.measure import PREPARED
from tests.benchmarks.synthetic import ME, account_batches

PROFILE = "bench"


def paths_of(data: Path) -> Paths:
    """Give the places inside a prepared folder."""
    return Paths.for_profile(PROFILE, data)


def key_of(data: Path) -> CacheKey:
    """Give the key of a prepared cache."""
    return CacheKey(raw=_key_file(data).read_bytes())


def open_prepared(data: Path) -> Cache:
    """Open the cache in a prepared folder, without any account around it."""
    return Cache.open(paths_of(data).cache, key_of(data), user_id=ME)


def _key_file(data: Path) -> Path:
    return paths_of(data).folder / "keys" / f"{PROFILE}.key"


def prepared(name: str, rooms: int, messages: int) -> Path:
    """Give a data folder with a cache of `messages` messages in `rooms` rooms; made on first use."""
    folder = PREPARED / f"{name}-v{SCHEMA_VERSION}"
    if (folder / "done").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    paths_of(folder).create()
    _key_file(folder).parent.mkdir(parents=True)
    _key_file(folder).write_bytes(secrets.token_bytes(32))
    with ThreadPoolExecutor(1) as filler:  # the benchmark may have a loop running here
        filler.submit(asyncio.run, _fill(folder, rooms, messages)).result()
    (folder / "done").touch()
    return folder


async def _fill(folder: Path, rooms: int, messages: int) -> None:
    cache = open_prepared(folder)
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
