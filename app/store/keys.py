"""The key of the cache and the small file beside it that tells a wrong key from a damaged file.

SQLCipher keeps the salt of a database in the first 16 bytes of the file. When just those bytes are damaged
nothing in the file can be read any more, and a wrong key looks the same as damage. So `<folder>/cache.salt`
holds a second copy of the salt and a check value: 16 bytes of salt, 16 bytes of HMAC over a fixed text.
It is written before the database and never changes while that database lives. It is not a secret: it allows
nothing that the encrypted file itself does not allow.

A passphrase is stretched here, once per start (about 0.1 s), exactly as SQLCipher 4 would do it for every connection.
Source: SQLCipher design, "Database Encryption and Key Derivation".
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import WrongKey
from app.store.lock import storage_error

SALT_BYTES = 16
KEY_BYTES = 32
_ITERATIONS = 256_000
_CHECK_TEXT = b"tack cache key 1"


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What opens the cache: 32 random bytes from the keyring, or else a passphrase."""

    raw: bytes | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.raw is None) == (self.passphrase is None):
            raise ValueError("give either a raw key or a passphrase")
        if self.raw is not None and len(self.raw) != KEY_BYTES:
            raise ValueError(f"a raw key has {KEY_BYTES} bytes")

    @classmethod
    def random(cls) -> "CacheKey":
        """Make a new raw key."""
        return cls(raw=secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class FileKey:
    """The key of one database file, ready for use by any number of connections."""

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    is_checked: bool = False
    """The check value of the salt file agreed: what cannot be read under this key is damaged."""

    @property
    def pragma(self) -> str:
        """The statement that must come first on a connection."""
        return f"PRAGMA key = \"x'{self.key.hex()}{self.salt.hex()}'\""

    @property
    def check(self) -> bytes:
        """What the salt file keeps to recognise the key."""
        return hmac.digest(self.key, _CHECK_TEXT + self.salt, "sha256")[:SALT_BYTES]


def salt_path(database: Path) -> Path:
    """Give the place of the salt file of a database."""
    return database.with_suffix(".salt")


def resolve_key(database: Path, key: CacheKey) -> FileKey:
    """Find the key of a database, making a salt file for a database that does not exist yet.

    Raises WrongKey when the salt file knows another key, ReadOnlyFolder or DiskFull when it cannot be written.
    """
    is_new = not database.exists() or database.stat().st_size == 0
    kept = _read(salt_path(database), 2 * SALT_BYTES)
    if len(kept) == 2 * SALT_BYTES:
        found = _derive(key, kept[:SALT_BYTES])
        if hmac.compare_digest(found.check, kept[SALT_BYTES:]):
            return FileKey(found.key, found.salt, is_checked=True)
        if not is_new and kept[:SALT_BYTES] == _read(database, SALT_BYTES):
            raise WrongKey(path=str(database.parent))
    if not is_new:  # the salt file is lost or damaged: the database's own copy is all there is
        return _derive(key, _read(database, SALT_BYTES).ljust(SALT_BYTES, b"\0"))
    made = _derive(key, secrets.token_bytes(SALT_BYTES))
    write_salt_file(database, made)
    return FileKey(made.key, made.salt, is_checked=True)


def write_salt_file(database: Path, key: FileKey) -> None:
    """Write the salt file so that it is whole or not there."""
    target = salt_path(database)
    partial = target.with_suffix(".salt-new")
    try:
        with open(partial, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(key.salt + key.check)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
    except OSError as error:
        raise storage_error(error, database.parent) from error


def _derive(key: CacheKey, salt: bytes) -> FileKey:
    if key.raw is not None:
        return FileKey(key.raw, salt)
    secret = (key.passphrase or "").encode()
    return FileKey(hashlib.pbkdf2_hmac("sha512", secret, salt, _ITERATIONS, KEY_BYTES), salt)


def _read(path: Path, count: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(count)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise storage_error(error, path.parent) from error
