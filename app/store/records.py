"""Rows of a table read straight from its pages, for files SQLite refuses to open.

Only what salvage needs: ordinary tables, their tree of pages, records with overflow. The pages given here are
authenticated, so a damaged page is absent rather than wrong; whatever hangs on it is reported as lost.
Source: SQLite file format, "B-tree Pages", "Record Format", "The Freelist".
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.store.pages import USABLE_BYTES, PageMap

Value = int | float | str | bytes | None

_LEAF, _INTERIOR = 0x0D, 0x05
_FIRST_PAGE_HEADER = 100
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_MAX_LOCAL = USABLE_BYTES - 35
_MIN_LOCAL = (USABLE_BYTES - 12) * 32 // 255 - 23
_MAX_PAYLOAD = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its number and its columns in the order of the table."""

    rowid: int
    values: tuple[Value, ...]


@dataclass(slots=True)
class TableRows:
    """What could be read of one table."""

    records: list[Record] = field(default_factory=list)
    has_losses: bool = False
    pages: set[int] = field(default_factory=set)
    """Every page of the table that was seen."""


def read_table(pages: PageMap, root: int) -> TableRows:
    """Walk a table from its root page and give every row that can still be reached."""
    found = TableRows()
    waiting = [root]
    while waiting:
        number = waiting.pop()
        if number in found.pages:
            found.has_losses = True
            continue
        found.pages.add(number)
        page = pages.get(number)
        children = None if page is None else _children(page, number)
        if page is None or (children is None and not is_leaf(page, number)):
            found.has_losses = True
        elif children is not None:
            waiting.extend(children)
        else:
            found.has_losses |= read_leaf(pages, page, number, found.records)
    return found


def read_leaf(pages: PageMap, page: bytes, number: int, records: list[Record]) -> bool:
    """Add the rows of one leaf page. Gives whether some were lost."""
    has_losses = False
    for offset in _cells(page, number, header_bytes=8):
        try:
            records.append(_record_at(pages, page, offset))
        except (IndexError, ValueError, struct.error):
            has_losses = True
    return has_losses


def is_leaf(page: bytes, number: int) -> bool:
    """Whether the page holds rows of a table."""
    return page[_header(number)] == _LEAF


def free_pages(pages: PageMap) -> set[int]:
    """Give the pages that hold nothing valid any more, as far as the list of them can be read."""
    first = pages.get(1)
    found: set[int] = set()
    trunk = struct.unpack_from(">I", first, 32)[0] if first else 0
    while trunk and trunk not in found:
        found.add(trunk)
        page = pages.get(trunk)
        if page is None:
            break
        trunk, count = struct.unpack_from(">II", page)
        found.update(struct.unpack_from(f">{min(count, USABLE_BYTES // 4 - 2)}I", page, 8))
    return found


def _header(number: int) -> int:
    return _FIRST_PAGE_HEADER if number == 1 else 0


def _cells(page: bytes, number: int, header_bytes: int) -> Iterator[int]:
    start = _header(number)
    count = struct.unpack_from(">H", page, start + 3)[0]
    for place in range(min(count, USABLE_BYTES // 2)):
        at = start + header_bytes + 2 * place
        if at + 2 > len(page):
            return
        yield struct.unpack_from(">H", page, at)[0]


def _children(page: bytes, number: int) -> list[int] | None:
    start = _header(number)
    if page[start] != _INTERIOR:
        return None
    offsets = [offset for offset in _cells(page, number, header_bytes=12) if offset + 4 <= len(page)]
    last = struct.unpack_from(">I", page, start + 8)[0]
    return [last, *(struct.unpack_from(">I", page, offset)[0] for offset in reversed(offsets))]


def _record_at(pages: PageMap, page: bytes, offset: int) -> Record:
    size, offset = _varint(page, offset)
    rowid, offset = _varint(page, offset)
    if size > _MAX_PAYLOAD:
        raise ValueError("a record larger than any of ours")
    payload = _payload(pages, page, offset, size)
    return Record(rowid - (1 << 64) if rowid >> 63 else rowid, _values(payload))


def _payload(pages: PageMap, page: bytes, offset: int, size: int) -> bytes:
    if size <= _MAX_LOCAL:
        return page[offset : offset + size]
    local = _MIN_LOCAL + (size - _MIN_LOCAL) % (USABLE_BYTES - 4)
    if local > _MAX_LOCAL:
        local = _MIN_LOCAL
    parts = [page[offset : offset + local]]
    missing = size - local
    following = struct.unpack_from(">I", page, offset + local)[0]
    while missing > 0:
        overflow = pages.get(following)
        if overflow is None:
            raise ValueError("an overflow page is gone")
        parts.append(overflow[4 : 4 + min(missing, USABLE_BYTES - 4)])
        missing -= USABLE_BYTES - 4
        following = struct.unpack_from(">I", overflow)[0]
    return b"".join(parts)


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        byte = data[offset + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, offset + place + 1
    return value << 8 | data[offset + 8], offset + 9


def _values(payload: bytes) -> tuple[Value, ...]:
    end, offset = _varint(payload, 0)
    kinds: list[int] = []
    while offset < end:
        kind, offset = _varint(payload, offset)
        kinds.append(kind)
    values: list[Value] = []
    place = end
    for kind in kinds:
        value, length = _value(payload, place, kind)
        values.append(value)
        place += length
    return tuple(values)


def _value(payload: bytes, place: int, kind: int) -> tuple[Value, int]:
    if kind in (0, 8, 9):
        return (None, 0, 1)[max(0, kind - 7)], 0
    if kind == 7:
        return struct.unpack_from(">d", payload, place)[0], 8
    length = _INTEGER_BYTES.get(kind, (kind - 12) // 2)
    data = payload[place : place + length]
    if len(data) != length or kind in (10, 11):
        raise ValueError("a record that ends too early")
    if kind <= 6:
        return int.from_bytes(data, "big", signed=True), length
    return (data if kind % 2 == 0 else data.decode("utf-8")), length
