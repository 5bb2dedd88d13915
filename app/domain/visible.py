"""Names and other short texts of strangers, made safe to stand in our own lines.

A name is shown beside words of ours: "{name} joined", "{name}: {preview}", a file name before its size. Marks that turn
the reading direction, characters that take no room and line breaks would let its owner write our part of the line too,
or look like somebody else. They are dropped; joiners stay where a script or an emoji needs them.
"""

import re
import unicodedata
from functools import cache
from typing import Final

MAX_NAME: Final = 256
MAX_MARKS: Final = 4
"""So many accents may sit on one letter; more of them are drawn over other people's lines."""

TURNING: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks and overrides of the reading direction, as a class of a regular expression."""
UNSEEN: Final = TURNING + (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff"
)
"""What shows nothing at all (the joiners U+200C and U+200D apart)."""
_UNSEEN: Final = f"[{UNSEEN}]"
_TURNING_ONLY: Final = f"[{TURNING}]"
_JOINERS: Final = "[\u200c\u200d]+"
_BREAKS: Final = "[\\s\x00-\x1f\x7f-\x9f]+"
_ODD: Final = "[^ -~\u3000-\u9fff\uff00-\uff5e]"
"""Texts without one of these (plain Latin, Chinese) need no look at single characters."""


@cache
def _made(pattern: str) -> "re.Pattern[str]":
    """Compile when first needed: the first paint needs few of them."""
    return re.compile(pattern)


def one_line(text: str, limit: int = MAX_NAME) -> str:
    """Give a name, topic or file name as one line of at most `limit` characters; may be empty."""
    text = _made(_BREAKS).sub(" ", text[: 4 * limit]).strip()
    if _made(_ODD).search(text):
        text = _without_heaps(_made(_JOINERS).sub(_kept_joiner, _made(_UNSEEN).sub("", text))).strip()
    return text[:limit]


def unturned(text: str) -> str:
    """Give a text without marks that turn the reading direction."""
    return text if text.isascii() else _made(_TURNING_ONLY).sub("", text)


def spaced(text: str) -> str:
    """Give a name to stand within Chinese words: a space parts Latin letters and digits from them."""
    before = " " if _is_latin(text[:1]) else ""
    return before + text + (" " if _is_latin(text[-1:]) else "")


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def _kept_joiner(found: "re.Match[str]") -> str:
    """Keep one joiner between pictures, or behind a letter of a script that joins."""
    before = found.string[found.start() - 1 : found.start()]
    is_joining = before >= "\u2190" and not before.isalnum()
    return found.group()[0] if is_joining or "\u0600" <= before <= "\u0dff" else ""


def _without_heaps(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)
