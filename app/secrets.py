"""The key of a profile's cache and the place that keeps it.

The key is 32 random bytes in the keyring of the operating system; session tokens lie in the cache that the key
opens. Where there is no safe keyring, `KeyringError` is raised and the interface asks for a passphrase: the key
is never written to a plain file. Every keyring call may block on a prompt, so all of them run in threads.
"""

from __future__ import annotations

import binascii
import logging
import os
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from app.errors import KeyringError
from app.late import Late

if TYPE_CHECKING:
    import asyncio
    import secrets
    from collections.abc import Callable
    from pathlib import Path
else:
    asyncio, secrets = Late("asyncio"), Late("secrets")

log = logging.getLogger("tack.secrets")

SERVICE = "im.tack"
KEY_BYTES = 32
SAFE_BACKENDS = frozenset(
    f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows")
)
T = TypeVar("T")


class KeyStore(Protocol):
    """Keeps one short secret per name."""

    def get_now(self, name: str) -> bytes | None:
        """Read a secret, blocking: only while there is no window yet. None when there is none."""

    async def get(self, name: str) -> bytes | None:
        """Read a secret; None when there is none."""

    async def set(self, name: str, secret: bytes) -> None:
        """Keep a secret."""

    async def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none."""


class OSKeyStore:
    """The keyring of the operating system, and only a safe one."""

    def get_now(self, name: str) -> bytes | None:
        """See `KeyStore.get_now`. Raises `KeyringError`."""
        text = _call_keyring(lambda backend: backend.get_password(SERVICE, name))
        return None if text is None else binascii.a2b_base64(text)

    async def get(self, name: str) -> bytes | None:
        """See `KeyStore.get`. Raises `KeyringError`."""
        return await asyncio.to_thread(self.get_now, name)

    async def set(self, name: str, secret: bytes) -> None:
        """See `KeyStore.set`. Raises `KeyringError`."""
        text = binascii.b2a_base64(secret, newline=False).decode("ascii")
        await _in_thread(lambda backend: backend.set_password(SERVICE, name, text))

    async def delete(self, name: str) -> None:
        """See `KeyStore.delete`. Raises `KeyringError`."""
        await _in_thread(lambda backend: _delete(backend, name))


class MemoryKeyStore:
    """Keeps secrets until the program ends: for tests and for a session that leaves nothing behind."""

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}

    def get_now(self, name: str) -> bytes | None:
        """See `KeyStore.get_now`."""
        return self._secrets.get(name)

    async def get(self, name: str) -> bytes | None:
        """See `KeyStore.get`."""
        return self.get_now(name)

    async def set(self, name: str, secret: bytes) -> None:
        """See `KeyStore.set`."""
        self._secrets[name] = secret

    async def delete(self, name: str) -> None:
        """See `KeyStore.delete`."""
        self._secrets.pop(name, None)


class ThrowAwayKeyStore:
    """Keeps secrets in plain files of a folder. Only for the demo and tests (`--throwaway-keyring`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        log.warning("throw-away keyring in use: the cache of this profile is not protected")

    def get_now(self, name: str) -> bytes | None:
        """See `KeyStore.get_now`."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    async def get(self, name: str) -> bytes | None:
        """See `KeyStore.get`."""
        return self.get_now(name)

    async def set(self, name: str, secret: bytes) -> None:
        """See `KeyStore.set`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())

    async def delete(self, name: str) -> None:
        """See `KeyStore.delete`."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.key"


def profile_key_now(store: KeyStore, profile: str) -> bytes | None:
    """Read the cache key of a profile, blocking; None when `profile_key` has something to make or to say."""
    try:
        key = store.get_now(profile)
    except KeyringError:
        return None
    return key if key is not None and len(key) == KEY_BYTES else None


async def profile_key(store: KeyStore, profile: str) -> bytes:
    """Read the cache key of a profile, making it the first time. Raises `KeyringError`."""
    key = await store.get(profile)
    if key is None:
        key = secrets.token_bytes(KEY_BYTES)
        await store.set(profile, key)
        if await store.get(profile) != key:
            raise KeyringError("the keyring does not give back what it was given", code="keyring_refused")
    if len(key) != KEY_BYTES:
        raise KeyringError("the keyring entry is not a key of ours", code="keyring_refused")
    return key


def _delete(backend: Any, name: str) -> None:
    if backend.get_password(SERVICE, name) is not None:
        backend.delete_password(SERVICE, name)


async def _in_thread(call: Callable[[Any], T]) -> T:
    return await asyncio.to_thread(_call_keyring, call)


def _call_keyring(call: Callable[[Any], T]) -> T:
    import keyring
    import keyring.errors

    backend = keyring.get_keyring()
    if not _is_safe(backend):
        raise KeyringError(f"no safe keyring ({type(backend).__module__})", code="keyring_missing")
    try:
        return call(backend)
    except keyring.errors.NoKeyringError as error:
        raise KeyringError(str(error), code="keyring_missing") from error
    except (keyring.errors.KeyringLocked, keyring.errors.InitError) as error:
        raise KeyringError(str(error), code="keyring_locked") from error
    except keyring.errors.KeyringError as error:
        raise KeyringError(str(error), code="keyring_refused") from error


def _is_safe(backend: Any) -> bool:
    """A chainer is safe when each of its members is, since it may write to any of them."""
    module = type(backend).__module__
    if module == "keyring.backends.chainer":
        members = list(backend.backends)
        return bool(members) and all(_is_safe(member) for member in members)
    return module in SAFE_BACKENDS
