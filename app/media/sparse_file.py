"""A sealed file that is filled in any order: what of a video is here.

The file is `TKP1`, a sealed head (how long the video is), then slots of one size, each with one sealed piece of 64 KiB and its number,
in the order in which the pieces came. So the file is as long as what is here, on every file system; what is here is what is
in the file, and is found again by reading the numbers; each piece is checked for itself when it is read. A piece that fails
the check, or is half written, is forgotten and fetched again. A slot is freed by moving the last one into its place.
"""

from __future__ import annotations

import os
import secrets
import shutil
import struct
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import DiskFull
from app.media.spans import Spans
from app.store.lock import storage_error

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

MAGIC = b"TKP1"
PIECE_BYTES = 64 * 1024
NONCE_BYTES = 12
TAG_BYTES = 16
_LABEL = struct.Struct(">II")
"""Number of a piece and its length (only the last one is shorter; it is filled up)."""
_SIZE = struct.Struct(">Q")
_UNKNOWN = (1 << 64) - 1
HEAD_BYTES = len(MAGIC) + NONCE_BYTES + _SIZE.size + TAG_BYTES
SLOT_BYTES = _LABEL.size + NONCE_BYTES + PIECE_BYTES + TAG_BYTES
LEFT_FREE_BYTES = 256 * 1024 * 1024
"""Of the disk, for everything else: messages cannot be kept on a full one. A server may send without end."""
LOOK_EVERY_PIECES = 16
REMEMBERED_PIECES = 8
"""Read pieces are kept in clear in memory: a player reads a few kilobytes at a time."""


class SparseFile:
    """One video's pieces. Open it with `open_sparse`; blocking; any thread."""

    def __init__(self, path: Path, key: bytes, file: BinaryIO) -> None:
        self._path, self._file = path, file
        self._cipher = AESGCM(key)
        self._who = path.name.encode()
        self._lock = threading.Lock()
        self._slots: dict[int, int] = {}
        self._numbers: list[int] = []
        self._clear: OrderedDict[int, bytes] = OrderedDict()
        self.size: int | None = None
        """How long the video is; None until `set_size`."""

    @property
    def spans(self) -> Spans:
        """Give which pieces are here. A copy."""
        with self._lock:
            return Spans(self._numbers)

    def load(self) -> None:
        """Find out what is here. Raises `ValueError` for a file that is none of ours."""
        with self._lock:
            self.size = self._read_head()
            length = self._file.seek(0, os.SEEK_END)
            if length < HEAD_BYTES:
                self._write_head()
                return
            for slot in range((length - HEAD_BYTES) // SLOT_BYTES):
                number = self._number_at(slot)
                self._numbers.append(number)
                self._slots[number] = slot
            self._file.truncate(_place(len(self._numbers)))  # what was half written
            for number in [number for number in self._numbers if number < 0]:
                self._free(number)

    def set_size(self, size: int | None) -> None:
        """Note how long the video is. Raises `StorageError`."""
        with self._lock:
            self.size = size
            if self._file.closed:
                return
            try:
                self._write_head()
            except OSError as error:
                raise storage_error(error, self._path.parent) from error

    def read(self, number: int) -> bytes | None:
        """Give a piece; None where it is not here, or was damaged: it is forgotten then."""
        with self._lock:
            clear = self._clear.get(number)
            if clear is not None:
                self._clear.move_to_end(number)
                return clear
            slot = self._slots.get(number)
            if slot is None or self._file.closed:
                return None
            clear = self._unseal(number, slot)
            if clear is None:
                with suppress(OSError):  # then it stands there till the next opening
                    self._free(number)
                return None
            self._remember(number, clear)
            return clear

    def write(self, number: int, clear: bytes) -> None:
        """Put a piece in, in the place of an earlier one of its number. Raises `DiskFull`, `ReadOnlyFolder`, `StorageError`."""
        label = _LABEL.pack(number, len(clear))
        nonce = secrets.token_bytes(NONCE_BYTES)
        filled = clear if len(clear) == PIECE_BYTES else clear.ljust(PIECE_BYTES, b"\0")
        sealed = self._cipher.encrypt(nonce, filled, self._who + label)
        with self._lock:
            if self._file.closed:
                return  # the video was closed while this came
            slot = self._slots.get(number, len(self._numbers))
            try:
                if slot == len(self._numbers) and slot and slot % LOOK_EVERY_PIECES == 0:
                    self._check_room()
                self._file.seek(_place(slot))
                self._write_all(label + nonce + sealed)
            except OSError as error:
                self._forget_half(number, slot)
                raise storage_error(error, self._path.parent) from error
            if slot == len(self._numbers):
                self._numbers.append(number)
                self._slots[number] = slot
            self._remember(number, clear)

    def free(self, number: int) -> None:
        """Give a piece's place back."""
        with self._lock, suppress(OSError):
            if number in self._slots and not self._file.closed:
                self._free(number)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._numbers.clear()
            self._slots.clear()
            self._clear.clear()
            if not self._file.closed:
                self._file.truncate(HEAD_BYTES)

    def close(self) -> None:
        """Close it."""
        with self._lock:
            self._clear.clear()
            self._file.close()

    # Inside; the lock is held -----------------------------------------------------------------------------------

    def _read_head(self) -> int | None:
        self._file.seek(0)
        head = self._file.read(HEAD_BYTES)
        if not head:
            return None
        if head[: len(MAGIC)] != MAGIC or len(head) < HEAD_BYTES:
            raise ValueError("not a file of pieces")
        nonce, sealed = head[len(MAGIC) : len(MAGIC) + NONCE_BYTES], head[len(MAGIC) + NONCE_BYTES :]
        try:
            (size,) = _SIZE.unpack(self._cipher.decrypt(nonce, sealed, self._who))
        except InvalidTag as error:
            raise ValueError("the head is damaged") from error
        return None if size == _UNKNOWN else size

    def _number_at(self, slot: int) -> int:
        """Read a slot's number; one that cannot be right is told by a number below zero."""
        self._file.seek(_place(slot))
        (number, _) = _LABEL.unpack(self._file.read(_LABEL.size))
        is_beyond = self.size is not None and number >= pieces_of(self.size)
        return -1 - slot if is_beyond or number in self._slots else int(number)

    def _write_head(self) -> None:
        nonce = secrets.token_bytes(NONCE_BYTES)
        size = _SIZE.pack(_UNKNOWN if self.size is None else self.size)
        self._file.seek(0)
        self._write_all(MAGIC + nonce + self._cipher.encrypt(nonce, size, self._who))

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def _unseal(self, number: int, slot: int) -> bytes | None:
        try:
            self._file.seek(_place(slot))
            block = self._file.read(SLOT_BYTES)
            label, rest = block[: _LABEL.size], block[_LABEL.size :]
            written, length = _LABEL.unpack(label)
            clear = self._cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], self._who + label)
        except (OSError, ValueError, InvalidTag, struct.error):
            return None
        return clear[:length] if written == number else None

    def _free(self, number: int) -> None:
        """Move the last slot into this one's place."""
        slot, last = self._slots.pop(number), len(self._numbers) - 1
        self._clear.pop(number, None)
        moved = self._numbers.pop()
        if slot != last:
            self._file.seek(_place(last))
            block = self._file.read(SLOT_BYTES)
            self._file.seek(_place(slot))
            self._write_all(block)
            self._numbers[slot] = moved
            self._slots[moved] = slot
        self._file.truncate(_place(last))

    def _check_room(self) -> None:
        """Raise `DiskFull` before it is."""
        if free_bytes(self._path.parent) < LEFT_FREE_BYTES:
            raise DiskFull(path=str(self._path.parent))

    def _forget_half(self, number: int, slot: int) -> None:
        """A piece did not fit any more: what of it was written goes."""
        with suppress(OSError):  # the next opening finds it
            if slot < len(self._numbers):
                self._free(number)
            else:
                self._file.truncate(_place(slot))

    def _remember(self, number: int, clear: bytes) -> None:
        self._clear[number] = clear
        self._clear.move_to_end(number)
        if len(self._clear) > REMEMBERED_PIECES:
            self._clear.popitem(last=False)


def open_sparse(path: Path, key: bytes) -> SparseFile:
    """Open a video's pieces, or begin anew where there is no usable file. Raises `DiskFull`, `ReadOnlyFolder`, `StorageError`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return _opened(path, key)
        except ValueError:
            path.unlink()
            return _opened(path, key)
    except OSError as error:
        raise storage_error(error, path.parent) from error


def whole_size(path: Path, key: bytes) -> int | None:
    """Give how long a video is whose every piece is here; None where one is missing. One short read."""
    try:
        length = path.stat().st_size
        with open(path, "rb", buffering=0) as file:
            size = SparseFile(path, key, file)._read_head()
    except (OSError, ValueError):
        return None
    if size is None or length != _place(pieces_of(size)):
        return None
    return size


def free_bytes(folder: Path) -> int:
    """Give how much of the disk is free for us. Raises `OSError`."""
    return shutil.disk_usage(folder).free


def pieces_of(size: int) -> int:
    """Give how many pieces a file of this length has."""
    return -(-size // PIECE_BYTES)


def _opened(path: Path, key: bytes) -> SparseFile:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0)
    sparse = SparseFile(path, key, file)
    try:
        sparse.load()
    except BaseException:
        file.close()
        raise
    return sparse


def _place(slot: int) -> int:
    return HEAD_BYTES + slot * SLOT_BYTES
