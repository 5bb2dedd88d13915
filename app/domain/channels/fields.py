"""Fields of posts, read from hostile JSON: words, addresses and numbers within their limits.

What has a wrong type or breaks a limit counts as absent; texts are cut. What comes out can be stored, shown in our own
lines and written again: reading what was written gives the same.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from app.domain.channels.wire import STREAM_SCHEMES
from app.domain.content import JSONObject, int_of, text_of
from app.domain.ids import ContentURI, EventID
from app.domain.visible import TURNING, one_line

MAX_ID: Final = 255
MAX_PIXELS: Final = 1 << 16
MAX_BLURHASH: Final = 120
MAX_ADDRESS: Final = 2_000
_MXC: Final = re.compile(r"mxc://[A-Za-z0-9.:\[\]-]{1,230}/[A-Za-z0-9_=-]{1,255}")
_BLURHASH: Final = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,120}")
_MIMETYPE: Final = re.compile(r"[a-z]+/[A-Za-z0-9][A-Za-z0-9.+-]{0,60}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,5}")
_EVENT_ID: Final = re.compile(r"\$[\x21-\x7e]{1,254}")
_UNSTORABLE: Final = re.compile("[\ud800-\udfff\x00]")
_UNSHOWN: Final = re.compile(f"[\x01-\x08\x0b-\x1f\x7f-\x9f{TURNING}\ud800-\udfff\x00]")
_BREAKS: Final = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_ADDRESS: Final = re.compile(r"[\x21-\x7e]{1,2000}")


def line_of(value: object, limit: int) -> str:
    """Read a text as one line; empty when it is none."""
    if not isinstance(value, str):
        return ""
    return one_line(one_line(_UNSTORABLE.sub("", value[: 4 * limit]), limit), limit).strip()


def paragraphs_of(value: object, limit: int) -> str:
    """Read a text with line breaks; empty when it is none."""
    if not isinstance(value, str):
        return ""
    text = _BREAKS.sub("\n", value[: 2 * limit])
    return _UNSHOWN.sub("", text).strip()[:limit].strip()


def uri_of(content: JSONObject, key: str) -> ContentURI | None:
    """Read a media address."""
    value = text_of(content, key)
    return ContentURI(value) if value is not None and _MXC.fullmatch(value) else None


def event_id_of(value: object) -> EventID | None:
    """Read the id of an event."""
    return EventID(value) if isinstance(value, str) and _EVENT_ID.fullmatch(value) else None


def event_ids_of(value: object, limit: int) -> tuple[EventID, ...]:
    """Read a list of ids, each once, in order."""
    if not isinstance(value, list):
        return ()
    ids = (event_id_of(item) for item in value[: 4 * limit])
    return tuple(dict.fromkeys(item for item in ids if item is not None))[:limit]


def number_of(content: JSONObject, key: str, most: int, least: int = 0) -> int | None:
    """Read a whole number within bounds. Other clients write some (durations) as floats: those are rounded."""
    value = content.get(key)
    if isinstance(value, float) and 0 <= value < 1 << 53:
        value = round(value)
    found = int_of({"": value}, "")
    return found if found is not None and least <= found <= most else None


def pixels_of(content: JSONObject, key: str) -> int | None:
    """Read a width or height."""
    return number_of(content, key, MAX_PIXELS, 1)


def words_of(value: object, most: int, limit: int) -> tuple[str, ...]:
    """Read tags: each once, whatever its case."""
    if not isinstance(value, list):
        return ()
    lines = (line_of(item, limit).lstrip("#＃").strip() for item in value[: 4 * most])
    return tuple({line.casefold(): line for line in reversed([*lines]) if line}.values())[::-1][:most]


def objects_of(content: JSONObject, key: str, most: int) -> Sequence[JSONObject]:
    """Read a list of objects."""
    value = content.get(key)
    return [item for item in value[:most] if isinstance(item, dict)] if isinstance(value, list) else []


def mimetype_of(content: JSONObject) -> str:
    """Read a media type; what is none is `video/mp4`."""
    value = text_of(content, "mimetype") or ""
    return value if _MIMETYPE.fullmatch(value) else "video/mp4"


def blurhash_of(content: JSONObject) -> str:
    """Read a blurhash; empty when it is none."""
    value = text_of(content, "xyz.amorgan.blurhash") or ""
    return value if _BLURHASH.fullmatch(value) else ""


def sha256_of(content: JSONObject) -> str:
    """Read a hex digest; empty when it is none."""
    value = text_of(content, "sha256") or ""
    return value if _SHA256.fullmatch(value) else ""


def language_of(content: JSONObject) -> str:
    """Read a BCP 47 tag; empty when it is none."""
    value = text_of(content, "language") or ""
    return value if _LANGUAGE.fullmatch(value) else ""


def stream_address(value: object) -> str:
    """Read the address of a live stream; empty when it is none that may ever be opened.

    No name or password stands in it: a post is read by everybody who sees the channel. A DASH list is none: libVLC 3
    crashes on a malformed one, and the program with it.
    """
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        return ""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in STREAM_SCHEMES or not host or "@" in parts.netloc or "\\" in value:
        return ""
    return "" if parts.path.lower().endswith(".mpd") else value
