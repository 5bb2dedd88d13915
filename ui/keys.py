"""Where the key of the cache comes from: the system's keyring, a throw-away file, or a passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.secrets import KeyStore, OSKeyStore, ThrowAwayKeyStore, profile_key, profile_key_now
from app.store.cache import CacheKey

if TYPE_CHECKING:
    from app.paths import Paths
    from ui.options import Options


def key_store_of(options: Options, paths: Paths) -> KeyStore:
    """The keyring to use."""
    if options.has_throwaway_keyring:
        return ThrowAwayKeyStore(paths.folder / "keys")
    return OSKeyStore()


async def read_key(store: KeyStore, profile: str) -> CacheKey:
    """The key of a profile. Raises `KeyringError` where there is no safe keyring."""
    return CacheKey(raw=await profile_key(store, profile))


def read_key_now(store: KeyStore, profile: str) -> CacheKey | None:
    """The key of a profile, where it can be had without a word; blocking. Else `read_key` makes it or says why."""
    raw = profile_key_now(store, profile)
    return None if raw is None else CacheKey(raw=raw)


def key_of_passphrase(passphrase: str) -> CacheKey:
    """The key a person remembers."""
    return CacheKey(passphrase=passphrase)
