"""Gives an MP4 file with its index before the media, so that it plays while it arrives.

FFmpeg can do that only to a file with a name; ours have none. The index (`moov`) holds where each chunk lies: these offsets grow
by its own size. Source: ISO/IEC 14496-12, 4.2, 8.7.5.
"""

from __future__ import annotations

import sys
from array import array
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE_BYTES = 1 << 20
MAX_INDEX_BYTES = 1 << 28
_HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


class Box(NamedTuple):
    """A part of a file at its top level."""

    kind: bytes
    start: int
    size: int


def boxes_of(file: IO[bytes]) -> list[Box]:
    """Give the parts of a file. Raises `ValueError` where it is no whole MP4."""
    end = file.seek(0, 2)
    found: list[Box] = []
    at = 0
    while at < end:
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            raise ValueError("cut short")
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        elif size == 0:
            size = end - at
        if size < 8 or at + size > end or len(found) > 1000:
            raise ValueError("no MP4")
        found.append(Box(head[4:8], at, size))
        at += size
    return found


def is_index_first(file: IO[bytes]) -> bool:
    """Whether a file plays while it arrives."""
    try:
        kinds = [box.kind for box in boxes_of(file)]
    except ValueError:
        return False
    return b"moov" in kinds and b"mdat" in kinds and kinds.index(b"moov") < kinds.index(b"mdat")


def pieces_index_first(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the whole file, index first. Raises `ValueError` where it is no whole MP4."""
    boxes = boxes_of(file)
    index = next((box for box in boxes if box.kind == b"moov"), None)
    media = next((box for box in boxes if box.kind == b"mdat"), None)
    if index is None or media is None or index.size > MAX_INDEX_BYTES:
        raise ValueError("no index")
    file.seek(index.start)
    moov = bytearray(file.read(index.size))
    if index.start > media.start:
        _move_chunks(moov, 0, len(moov), len(moov))
    before = [box for box in boxes if box.kind == b"ftyp"]
    after = [box for box in boxes if box.kind not in (b"ftyp", b"moov")]
    for box in before:
        yield from _pieces(file, box)
    yield bytes(moov)
    for box in after:
        yield from _pieces(file, box)


def _pieces(file: IO[bytes], box: Box) -> Iterator[bytes]:
    file.seek(box.start)
    left = box.size
    while left:
        piece = file.read(min(left, PIECE_BYTES))
        if not piece:
            raise ValueError("cut short")
        left -= len(piece)
        yield piece


def _move_chunks(moov: bytearray, start: int, end: int, shift: int) -> None:
    at = start
    while at + 8 <= end:
        size, kind = int.from_bytes(moov[at : at + 4], "big"), bytes(moov[at + 4 : at + 8])
        if size < 8 or at + size > end:
            raise ValueError("a broken index")
        if kind in _HOLDERS:
            _move_chunks(moov, at + 8, at + size, shift)
        elif kind in (b"stco", b"co64"):
            _move_table(moov, at + 16, at + size, "I" if kind == b"stco" else "Q", shift)
        at += size


def _move_table(moov: bytearray, start: int, end: int, code: str, shift: int) -> None:
    offsets = array(code)
    offsets.frombytes(bytes(moov[start : end - (end - start) % offsets.itemsize]))
    if sys.byteorder == "little":
        offsets.byteswap()
    try:
        moved = array(code, (offset + shift for offset in offsets))
    except OverflowError as error:
        raise ValueError("too large for its index") from error
    if sys.byteorder == "little":
        moved.byteswap()
    moov[start : start + len(moved) * moved.itemsize] = moved.tobytes()
