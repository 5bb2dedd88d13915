"""Files on disk that only the profile's key can read: media cache and waiting attachments.

A file is `TKV1`, 8 random bytes, then chunks of 64 KiB sealed with AES-256-GCM. A chunk's nonce is the 8 bytes and
its number; its additional data tells the last chunk from the others, so that a file cut short is noticed. Names are a
keyed hash of what is inside and say nothing to a stranger. A file gets its name only when it is whole.
"""

import hashlib
import hmac
import logging
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import InputError
from app.media.sparse_file import SparseFile, open_sparse, whole_size
from app.store.lock import storage_error

log = logging.getLogger("tack.media")

MAGIC = b"TKV1"
PREFIX_BYTES = 8
TAG_BYTES = 16
CHUNK_BYTES = 64 * 1024


class Vault:
    """A folder of sealed files. Blocking; call it from threads."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key

    def path_of(self, name: str) -> Path:
        """Give the file for a name of ours (`mxc://…` and a variant)."""
        digest = hmac.digest(self._key, name.encode("utf-8", "replace"), hashlib.sha256).hex()[:40]
        return self._folder / digest[:2] / digest

    def sparse(self, path: Path) -> "SparseFile":
        """Open a file that is filled in any order, or begin one. Raises `DiskFull`, `ReadOnlyFolder`, `StorageError`."""
        return open_sparse(path, self._key)

    def whole_size(self, path: Path) -> int | None:
        """Give the length of such a file when all of it is there, else None."""
        return whole_size(path, self._key)

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return self._folder

    def writer(self, path: Path, *, is_durable: bool = False) -> "SealedWriter":
        """Begin a file. `is_durable` waits for the disk: for what cannot be fetched again."""
        return SealedWriter(path, self._key, is_durable=is_durable)

    def write(self, path: Path, clear: bytes, *, is_durable: bool = False) -> None:
        """Write a whole file. Raises `DiskFull`, `ReadOnlyFolder`."""
        with self.writer(path, is_durable=is_durable) as writer:
            writer.write(clear)

    def chunks(self, path: Path) -> Iterator[bytes]:
        """Yield the clear content. Raises `InputError` (`file_gone`, `file_damaged`)."""
        return _unsealed(path, self._key)

    def read(self, path: Path) -> bytes:
        """Give the clear content in memory. Raises as `chunks`."""
        return b"".join(self.chunks(path))

    def copy_in(self, source: Path, path: Path) -> int:
        """Seal a file of the person's durably; its length. Raises `InputError` when it cannot be read."""
        try:
            with open(source, "rb") as file, self.writer(path, is_durable=True) as writer:
                while block := file.read(1 << 20):
                    writer.write(block)
                return writer.written_bytes
        except FileNotFoundError as error:
            raise InputError("the file is not there any more", code="file_gone") from error
        except (PermissionError, IsADirectoryError) as error:
            raise InputError("the file cannot be read", code="file_unreadable") from error

    def clear_size(self, path: Path) -> int:
        """Give the length of the content without reading it; 0 when there is no file."""
        try:
            size = path.stat().st_size - len(MAGIC) - PREFIX_BYTES
        except OSError:
            return 0
        return size - TAG_BYTES * -(-size // (CHUNK_BYTES + TAG_BYTES))

    def used_bytes(self) -> int:
        """Give what all files take on disk."""
        return sum(size for _, size, _ in self._files())

    def shrink_to(self, limit_bytes: int) -> int:
        """Delete the files used longest ago until the rest fits; how many went."""
        files = sorted(self._files(), key=lambda entry: entry[2])
        total = sum(size for _, size, _ in files)
        gone = 0
        for path, size, _ in files:
            if total <= limit_bytes:
                break
            path.unlink(missing_ok=True)
            total -= size
            gone += 1
        return gone

    def remove(self, path: Path) -> None:
        """Delete one file; nothing happens when it is not there."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a sealed file cannot be deleted: %s", type(error).__name__)

    def _files(self) -> list[tuple[Path, int, float]]:
        found: list[tuple[Path, int, float]] = []
        for path in self._folder.glob("*/*"):
            try:
                status = path.stat()
            except OSError:
                continue
            found.append((path, status.st_size, status.st_mtime))
        return found


class SealedWriter:
    """Seals what is written to it; a context manager that keeps the file only when all went well."""

    def __init__(self, path: Path, key: bytes, *, is_durable: bool) -> None:
        self._path = path
        self._is_durable = is_durable
        self._partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        self._cipher = AESGCM(key)
        self._prefix = secrets.token_bytes(PREFIX_BYTES)
        self._count = 0
        self._pending = bytearray()
        self._file: IO[bytes] | None = None
        self.written_bytes = 0

    def __enter__(self) -> "SealedWriter":
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
            self._file = os.fdopen(descriptor, "wb")
            self._file.write(MAGIC + self._prefix)
        except OSError as error:
            raise storage_error(error, self._path.parent) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            try:
                self._finish()
            except OSError as error:
                self._drop()
                raise storage_error(error, self._path.parent) from error
        else:
            self._drop()

    def write(self, clear: bytes) -> None:
        """Add some content. Raises `DiskFull`, `ReadOnlyFolder`."""
        self.written_bytes += len(clear)
        self._pending += clear
        try:
            while len(self._pending) > CHUNK_BYTES:
                self._seal(bytes(self._pending[:CHUNK_BYTES]), is_last=False)
                del self._pending[:CHUNK_BYTES]
        except OSError as error:
            raise storage_error(error, self._path.parent) from error

    def _seal(self, clear: bytes, *, is_last: bool) -> None:
        assert self._file is not None
        nonce = self._prefix + self._count.to_bytes(4, "big")
        self._file.write(self._cipher.encrypt(nonce, clear, b"last" if is_last else b"more"))
        self._count += 1

    def _finish(self) -> None:
        assert self._file is not None
        self._seal(bytes(self._pending), is_last=True)
        if self._is_durable:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._partial, self._path)

    def _drop(self) -> None:
        if self._file is not None:
            try:
                self._file.close()
            except OSError:  # the buffer did not fit on a full disk
                pass
        self._partial.unlink(missing_ok=True)


_BINARY = getattr(os, "O_BINARY", 0)


def _unsealed(path: Path, key: bytes) -> Iterator[bytes]:
    cipher = AESGCM(key)
    try:
        with open(path, "rb") as file:
            header = file.read(len(MAGIC) + PREFIX_BYTES)
            prefix = header[len(MAGIC) :]
            if header[: len(MAGIC)] != MAGIC or len(prefix) != PREFIX_BYTES:
                raise InputError("not a sealed file", code="file_damaged")
            block, count = file.read(CHUNK_BYTES + TAG_BYTES), 0
            while block:
                following = file.read(CHUNK_BYTES + TAG_BYTES)
                yield cipher.decrypt(
                    prefix + count.to_bytes(4, "big"), block, b"more" if following else b"last"
                )
                block, count = following, count + 1
            if count == 0:
                raise InputError("the file is cut short", code="file_damaged")
    except InvalidTag as error:
        raise InputError("the file is damaged", code="file_damaged") from error
    except OSError as error:
        raise InputError("the file is not there any more", code="file_gone") from error
