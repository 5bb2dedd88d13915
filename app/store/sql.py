"""What reads and writes share: lists in statements, JSON columns, texts SQLite can hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from app.domain.content import JSONObject

Connection = Any
Row = tuple[Any, ...]
IN_CHUNK = 400


def chunks(values: Sequence[Any], size: int = IN_CHUNK) -> Iterator[Sequence[Any]]:
    """Cut a sequence into pieces that fit one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def select_in(conn: Connection, sql: str, values: Iterable[Any], *before: Any) -> Iterator[Row]:
    """Run a SELECT whose `{in}` stands for the values; `before` fills the parameters left of it."""
    for chunk in chunks([sql_text(value) if isinstance(value, str) else value for value in values]):
        marks = ",".join("?" * len(chunk))
        yield from conn.execute(sql.replace("{in}", f"({marks})"), (*before, *chunk))


def sql_text(text: str) -> str:
    """Give a text SQLite can hold: lone surrogates, which JSON allows, become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def to_json(value: object) -> str:
    """Encode a JSON column. What is read back holds no lone surrogates."""
    return sql_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def from_json(text: str | None) -> JSONObject:
    """Decode a JSON column that holds an object; anything else gives an empty one."""
    value = json.loads(text) if text else {}
    return value if isinstance(value, dict) else {}
