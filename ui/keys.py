"""Where the key of the cache comes from: the system's keyring, a throw-away file, or a passphrase."""

from app.paths import Paths
from app.secrets import KeyStore, OSKeyStore, ThrowAwayKeyStore, profile_key
from app.store.cache import CacheKey
from ui.options import Options


def key_store_of(options: Options, paths: Paths) -> KeyStore:
    """The keyring to use."""
    if options.has_throwaway_keyring:
        return ThrowAwayKeyStore(paths.folder / "keys")
    return OSKeyStore()


async def read_key(store: KeyStore, profile: str) -> CacheKey:
    """The key of a profile. Raises `KeyringError` where there is no safe keyring."""
    return CacheKey(raw=await profile_key(store, profile))


def key_of_passphrase(passphrase: str) -> CacheKey:
    """The key a person remembers."""
    return CacheKey(passphrase=passphrase)
