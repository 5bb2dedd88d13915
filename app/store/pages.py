"""Pages of an encrypted database file, read without SQLite: for telling damage from a wrong key, and for salvage.

A SQLCipher 4 page of 4096 bytes ends with 80 reserved bytes: 16 of initialisation vector and 64 of HMAC-SHA512 over
ciphertext, vector and the page number (little endian). The first page starts with the 16 bytes of salt, in clear.
A page whose HMAC agrees is exactly what was written; any other is not used at all.
The write-ahead log holds the same pages behind frame headers of 24 bytes.
Source: SQLCipher design, "Database Encryption"; SQLite file format, "The Write-Ahead Log".
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from pathlib import Path

from app.store.keys import SALT_BYTES, FileKey

PAGE_BYTES = 4096
RESERVED_BYTES = 80
USABLE_BYTES = PAGE_BYTES - RESERVED_BYTES
_IV_BYTES = 16
_HMAC_MASK = 0x3A
_HMAC_ITERATIONS = 2
_WAL_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
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

    Stops at the first frame of an older generation. Frame checksums are left to the pages' HMAC.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        header = file.read(_WAL_HEADER_BYTES)
        while len(frame := file.read(_FRAME_HEADER_BYTES + PAGE_BYTES)) == _FRAME_HEADER_BYTES + PAGE_BYTES:
            number, size_after, salt = struct.unpack_from(">II8s", frame)
            if salt != header[16:24]:
                return
            yield number, frame[_FRAME_HEADER_BYTES:], size_after != 0


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
