"""Opening the cache of a profile, and building it anew when its file is damaged.

A damaged file is moved aside and salvaged: unsent rows, drafts and the session go into a new cache, everything else
comes from the server again. Damage found while the cache is in use leaves a mark (`Paths.damage_mark`), and the
next opening builds the cache anew.
"""

import asyncio
import base64
import logging
import secrets
import shutil

from app.clock import Clock
from app.errors import Damaged
from app.paths import Paths
from app.store.cache import Cache, CacheKey

log = logging.getLogger("tack.account")

MEDIA_KEY = ("media", "key")
MEDIA_KEY_BYTES = 32


async def open_or_rebuild(paths: Paths, key: CacheKey, clock: Clock) -> tuple[Cache, bytes, bool]:
    """Give the cache, the key of media and outbox, and whether the cache had to be built anew. Raises `StorageError`."""
    paths.create()
    try:
        if await asyncio.to_thread(paths.damage_mark.exists):
            raise Damaged("found while it was in use", path=str(paths.cache))
        return *await _open_cache(paths, key, clock), False
    except Damaged as error:
        log.warning("the cache is damaged (%s): it is built anew", error)
        return *await _open_salvaged(paths, key, clock), True


async def _open_cache(paths: Paths, key: CacheKey, clock: Clock) -> tuple[Cache, bytes]:
    """Open the cache and read the media key; a cache that fails in this is closed again."""
    cache = await asyncio.to_thread(Cache.open, paths.cache, key, clock=clock)
    try:
        return cache, await _media_key(cache)
    except BaseException:
        await asyncio.to_thread(cache.close)
        raise


async def _open_salvaged(paths: Paths, key: CacheKey, clock: Clock) -> tuple[Cache, bytes]:
    salvage = await asyncio.to_thread(Cache.salvage, paths.cache, key)
    cache = await asyncio.to_thread(Cache.open, paths.cache, key, clock=clock)
    cache.attach(asyncio.get_running_loop())
    await cache.restore(salvage)
    await asyncio.to_thread(paths.damage_mark.unlink, missing_ok=True)
    return cache, await _media_key(cache)


async def _media_key(cache: Cache) -> bytes:
    """Give the key of media and outbox, which lies in the cache and so under the profile's key."""
    kept = cache.read.kv(*MEDIA_KEY)
    if kept is not None:
        return base64.b64decode(kept)
    key = secrets.token_bytes(MEDIA_KEY_BYTES)
    cache.attach(asyncio.get_running_loop())
    await cache.set_kv(*MEDIA_KEY, base64.b64encode(key).decode("ascii"))
    return key


def wipe_profile(paths: Paths) -> None:
    """Delete everything the profile keeps except settings and log. Blocking."""
    for folder in (paths.cache, paths.media, paths.outbox):
        shutil.rmtree(folder, ignore_errors=True)
