"""Reading the parts of a sync answer so that one wrong part never costs the others.

An answer is cut level by level into raw pieces. The fast way is msgspec; where it refuses (a wrong type,
half a surrogate pair, NaN, absurd nesting) only the refused piece is read again the slow way, and what
still cannot be read is left out and counted.
"""

import json
import re
from typing import Any, TypeVar

import msgspec

from app.matrix.json_answers import DECODE_ERRORS

S = TypeVar("S", bound=msgspec.Struct)

RawMap = dict[str, msgspec.Raw]
RawList = list[msgspec.Raw]
NOTHING = msgspec.Raw(b"null")

_map_decoder = msgspec.json.Decoder(RawMap)
_list_decoder = msgspec.json.Decoder(RawList)
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)


class Skips:
    """Counts what was left out of one answer."""

    def __init__(self) -> None:
        self.count = 0

    def note(self) -> None:
        """One part more."""
        self.count += 1


def raw_map(raw: msgspec.Raw | bytes, skips: Skips) -> RawMap:
    """Cut an object into its members; empty (and counted) when it is none. `null` is an empty object."""
    try:
        return _map_decoder.decode(raw)
    except DECODE_ERRORS:
        pass
    data = bytes(raw)
    if data.strip() == b"null":
        return {}
    pairs = _slow_pairs(data)
    if pairs is None:
        skips.note()
        return {}
    return dict(pairs)


def raw_list(raw: msgspec.Raw | bytes, skips: Skips) -> RawList:
    """Cut an array into its items; empty (and counted) when it is none. `null` is an empty array."""
    try:
        return _list_decoder.decode(raw)
    except DECODE_ERRORS:
        pass
    data = bytes(raw)
    if data.strip() == b"null":
        return []
    items = _slow_items(data)
    if items is None:
        skips.note()
        return []
    return items


def raw_value(raw: msgspec.Raw, skips: Skips) -> Any:
    """Decode a small piece whole; None (and counted) when it cannot be."""
    try:
        return msgspec.json.decode(raw)
    except DECODE_ERRORS:
        skips.note()
        return None


def read_struct(raw: msgspec.Raw | bytes, shape: type[S], skips: Skips) -> S:
    """Decode into a struct whose fields all have defaults; a field of a wrong type keeps its default."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except DECODE_ERRORS:
        pass
    members = raw_map(raw, skips)
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        if field.encode_name not in members:
            continue
        try:
            values[field.name] = _read_field(members[field.encode_name], field.type, skips)
        except DECODE_ERRORS:
            skips.note()
    return shape(**values)


def _read_field(raw: msgspec.Raw, kind: Any, skips: Skips) -> Any:
    if kind in (RawList, RawList | None):
        return raw_list(raw, skips)
    if kind in (RawMap, RawMap | None):
        return raw_map(raw, skips)
    if kind is msgspec.Raw:
        return raw
    return msgspec.json.decode(raw, type=kind)


def _slow_pairs(data: bytes) -> list[tuple[str, msgspec.Raw]] | None:
    try:
        value = json.loads(data)
    except RecursionError:
        return _cut_pairs(data)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    return [(key, _encoded(item)) for key, item in value.items()]


def _slow_items(data: bytes) -> RawList | None:
    try:
        value = json.loads(data)
    except RecursionError:
        pieces = _cut(data, b"[", b"]")
        return None if pieces is None else [msgspec.Raw(piece) for piece in pieces]
    except ValueError:
        return None
    return [_encoded(item) for item in value] if isinstance(value, list) else None


def _encoded(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value, separators=(",", ":")).encode())


def _cut_pairs(data: bytes) -> list[tuple[str, msgspec.Raw]] | None:
    pieces = _cut(data, b"{", b"}")
    if pieces is None:
        return None
    pairs = []
    for piece in pieces:
        key = _TOKEN.match(piece)
        rest = piece[key.end() :].lstrip() if key else b""
        if key is None or not rest.startswith(b":"):
            return None
        try:
            pairs.append((str(json.loads(key.group())), msgspec.Raw(rest[1:].strip())))
        except ValueError:
            return None
    return pairs


def _cut(data: bytes, opening: bytes, closing: bytes) -> list[bytes] | None:
    """Split the outermost object or array at its commas without recursion: for absurdly nested JSON."""
    data = data.strip()
    if not (data.startswith(opening) and data.endswith(closing)):
        return None
    depth, start, pieces = 0, 1, []
    for token in _TOKEN.finditer(data):
        mark = token.group()
        if mark in b"{[":
            depth += 1
        elif mark in b"}]":
            depth -= 1
        elif mark == b"," and depth == 1:
            pieces.append(data[start : token.start()].strip())
            start = token.end()
    last = data[start:-1].strip()
    if last:
        pieces.append(last)
    return pieces if depth == 0 else None
