"""Reading untyped JSON, as event contents are: what has the wrong type counts as absent."""

from typing import Any

JSONObject = dict[str, Any]
MAX_INT = 1 << 53
"""What JSON numbers hold exactly. Source: Matrix, "Canonical JSON"."""


def text_of(content: JSONObject, key: str) -> str | None:
    """Read a string field; None when it is absent or of another type."""
    value = content.get(key)
    return value if isinstance(value, str) else None


def dict_of(content: JSONObject, key: str) -> JSONObject:
    """Read an object field; empty when it is absent or of another type."""
    value = content.get(key)
    return value if isinstance(value, dict) else {}


def int_of(content: JSONObject, key: str) -> int | None:
    """Read a non-negative integer field below 2^53; None otherwise (a bool is not an integer)."""
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MAX_INT:
        return None
    return value


def strings_of(content: JSONObject, key: str) -> list[str]:
    """Read a list of strings; items of other types are dropped."""
    value = content.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
