"""Tags as a person types them: separated by commas, with or without #."""

import re

from app.domain.channels.wire import MAX_TAG, MAX_TAGS
from app.domain.visible import one_line

_SEPARATORS = re.compile(r"[,，;；、#\n]+")


def read_tags(text: str) -> tuple[str, ...]:
    """Give each tag once, in the order typed."""
    parts = (one_line(part, MAX_TAG) for part in _SEPARATORS.split(text))
    seen: dict[str, str] = {}
    for part in parts:
        if part:
            seen.setdefault(part.casefold(), part)
    return tuple(seen.values())[:MAX_TAGS]


def tag_text(tags: tuple[str, ...]) -> str:
    """Write them for the field."""
    return ", ".join(tags)
