"""Opening the cache of a profile, and building it anew when its file is damaged.

A damaged file is moved aside and salvaged: unsent rows, drafts and the session go into a new cache, everything else
comes from the server again. Damage found while the cache is in use leaves a mark (`Paths.damage_mark`), and the
next opening builds the cache anew.
"""

from __future__ import annotations

import binascii
import logging
from typing import TYPE_CHECKING

from app.errors import Damaged, StorageError, TackError
from app.late import Late
from app.store.cache import Cache
from app.store.connection import SQLError

if TYPE_CHECKING:
    import asyncio
    import base64
    import secrets
    import shutil

    from app.clock import Clock
    from app.paths import Paths
    from app.store.cache import CacheKey
else:
    asyncio, base64, secrets, shutil = Late("asyncio"), Late("base64"), Late("secrets"), Late("shutil")

log = logging.getLogger("tack.account")

MEDIA_KEY = ("media", "key")
MEDIA_KEY_BYTES = 32


def open_at_once(paths: Paths, key: CacheKey, clock: Clock) -> tuple[Cache, bytes] | None:
    """Give the cache of somebody who is signed in and its media key; None when there is anything else to be said.

    Blocking. What is wrong, `open_or_rebuild` finds again and tells.
    """
    if paths.damage_mark.exists() or not paths.cache.exists():
        return None
    try:
        cache = Cache.open(paths.cache, key, clock=clock)
    except TackError:
        return None
    try:
        media_key = cache.read.kv(*MEDIA_KEY)
        if media_key is not None and cache.read.has_session():
            return cache, binascii.a2b_base64(media_key)
    except SQLError as error:
        log.warning("the cache cannot be read at once: %s", type(error).__name__)
    cache.close()
    return None


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
    """Delete everything the profile keeps except settings and log. Blocking.

    Goes on past what cannot be deleted. Raises `StorageError` (`wipe_incomplete`) when something is left.
    """
    folders = (paths.cache, paths.media, paths.videos, paths.outbox)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    left = [folder for folder in folders if folder.exists()]
    try:
        paths.damage_mark.unlink(missing_ok=True)
    except OSError:
        left.append(paths.damage_mark)
    if left:
        raise StorageError("not everything could be deleted", code="wipe_incomplete", path=str(paths.folder))
