"""Pages of an encrypted database file, read without SQLite: for telling damage from a wrong key, and for salvage.

A SQLCipher 4 page of 4096 bytes ends with 80 reserved bytes: 16 of initialisation vector and 64 of HMAC-SHA512 over
ciphertext, vector and the page number (little endian). The first page starts with the 16 bytes of salt, in clear.
A page whose HMAC agrees is exactly what was written; any other is not used at all.
The write-ahead log holds the same pages behind frame headers of 24 bytes.
Source: SQLCipher design, "Database Encryption"; SQLite file format, "The Write-Ahead Log".
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import TYPE_CHECKING

from app.store.keys import SALT_BYTES, FileKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE_BYTES = 4096
RESERVED_BYTES = 80
USABLE_BYTES = PAGE_BYTES - RESERVED_BYTES
_IV_BYTES = 16
_HMAC_MASK = 0x3A
_HMAC_ITERATIONS = 2
_WAL_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_SAMPLED_PAGES = 20_000


class PageReader:
    """Checks and decrypts single pages under one key."""

    def __init__(self, key: FileKey) -> None:
        self._key = key.key
        salt = bytes(byte ^ _HMAC_MASK for byte in key.salt)
        self._hmac_key = hashlib.pbkdf2_hmac("sha512", key.key, salt, _HMAC_ITERATIONS, len(key.key))

    def is_whole(self, number: int, page: bytes) -> bool:
        """Whether the page carries the right HMAC for its place."""
        start = SALT_BYTES if number == 1 else 0
        signed = page[start : USABLE_BYTES + _IV_BYTES] + struct.pack("<I", number)
        return hmac.compare_digest(
            hmac.digest(self._hmac_key, signed, "sha512"), page[USABLE_BYTES + _IV_BYTES :]
        )

    def decrypt(self, number: int, page: bytes) -> bytes:
        """Give the plain usable bytes of a whole page. The first page starts with SQLite's own magic again."""
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        start = SALT_BYTES if number == 1 else 0
        vector = page[USABLE_BYTES : USABLE_BYTES + _IV_BYTES]
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(vector)).decryptor()
        plain = decryptor.update(page[start:USABLE_BYTES]) + decryptor.finalize()
        return b"SQLite format 3\0" + plain if number == 1 else plain


def database_pages(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give the number and the raw bytes of each page in the database file; a cut last page is left out."""
    with path.open("rb") as file:
        number = 1
        while len(page := file.read(PAGE_BYTES)) == PAGE_BYTES:
            yield number, page
            number += 1


def log_pages(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """Give page number, raw bytes and "this frame commits" of the frames of a write-ahead log, oldest first.

    Stops at the first frame of an older generation: its salt is not the header's (a damaged header is not asked).
    Frame checksums are left to the pages' HMAC.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        header = file.read(_WAL_HEADER_BYTES)
        generation = header[16:24] if header[:4] in _WAL_MAGIC else None
        while len(frame := file.read(_FRAME_HEADER_BYTES + PAGE_BYTES)) == _FRAME_HEADER_BYTES + PAGE_BYTES:
            number, size_after, salt = struct.unpack_from(">II8s", frame)
            generation = generation or salt
            if salt != generation:
                return
            yield number, frame[_FRAME_HEADER_BYTES:], size_after != 0


class PageMap:
    """The plain pages of a database as SQLite would see them: the file, overlaid with what the log committed."""

    def __init__(self, path: Path, key: FileKey) -> None:
        self._path = path
        self._reader = PageReader(key)
        self._logged = self._committed_pages(path.with_name(f"{path.name}-wal"))
        self.count = max(path.stat().st_size // PAGE_BYTES, max(self._logged, default=0))

    def get(self, number: int) -> bytes | None:
        """Give a page; None when it is damaged or not there."""
        page = self._logged.get(number) or self._from_file(number)
        if page is None or not self._reader.is_whole(number, page):
            return None
        return self._reader.decrypt(number, page)

    def _from_file(self, number: int) -> bytes | None:
        with self._path.open("rb") as file:
            file.seek((number - 1) * PAGE_BYTES)
            page = file.read(PAGE_BYTES)
        return page if len(page) == PAGE_BYTES else None

    def _committed_pages(self, log: Path) -> dict[int, bytes]:
        """Everything up to the last commit before the first damaged frame, as SQLite itself recovers a log."""
        committed: dict[int, bytes] = {}
        pending: dict[int, bytes] = {}
        for number, page, is_commit in log_pages(log):
            if not self._reader.is_whole(number, page):
                break
            pending[number] = page
            if is_commit:
                committed.update(pending)
                pending.clear()
        return committed


def can_read_a_page(path: Path, key: FileKey) -> bool:
    """Whether at least one page of the file (of the first 80 MB, or of its log) was written under this key."""
    reader = PageReader(key)
    for number, page in database_pages(path):
        if reader.is_whole(number, page):
            return True
        if number >= _SAMPLED_PAGES:
            break
    return any(
        reader.is_whole(number, page) for number, page, _ in log_pages(path.with_name(f"{path.name}-wal"))
    )
