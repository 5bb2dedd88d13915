"""Links to posts and channels: `matrix.to` addresses that every Matrix client opens, with the moment as a parameter.

Source: Matrix appendices, "matrix.to navigation" and "Matrix URI scheme"; the latter is read too.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from app.domain.channels.fields import MAX_ADDRESS, event_id_of
from app.domain.channels.wire import MAX_DURATION_MS
from app.domain.ids import EventID, RoomID

AT_PARAMETER: Final = "im.tack.t"
MAX_VIA: Final = 5
_HERE: Final = ("https://matrix.to/#/", "http://matrix.to/#/")
_ROOM: Final = re.compile(r"[!#][^\s\x00-\x1f\x7f/?]{1,254}")
_SERVER: Final = re.compile(r"[A-Za-z0-9.:\[\]-]{1,230}")
_URI_PARTS: Final = {"r": "#", "room": "#", "roomid": "!"}


class VideoLink(NamedTuple):
    """Where a link leads."""

    room: str
    """Room id or alias."""
    event_id: EventID | None
    at_ms: int | None
    via: tuple[str, ...] = ()


def is_room_id(room_id: str) -> bool:
    """Whether a stranger's text may be the id of a room."""
    return room_id.startswith("!") and _ROOM.fullmatch(room_id) is not None


def post_link(room_id: RoomID, event_id: EventID, at_ms: int | None = None, via: tuple[str, ...] = ()) -> str:
    """Write `https://matrix.to/#/!room/$event?via=…&im.tack.t=192` (whole seconds)."""
    at = [] if at_ms is None else [f"{AT_PARAMETER}={max(0, at_ms) // 1000}"]
    return f"{_HERE[0]}{_quoted(room_id)}/{_quoted(event_id)}{_query([*_vias(via), *at])}"


def channel_link(room_id_or_alias: str, via: tuple[str, ...] = ()) -> str:
    """Write the link by which one follows a channel."""
    return f"{_HERE[0]}{_quoted(room_id_or_alias)}{_query(_vias(via))}"


def _quoted(id_or_alias: str) -> str:
    """Write an id; only the `#` of an alias must not stand as it is."""
    return quote(id_or_alias, safe="!$:@-_.~")


def _vias(via: tuple[str, ...]) -> list[str]:
    return [f"via={quote(server, safe=':.-')}" for server in via[:MAX_VIA]]


def _query(parameters: list[str]) -> str:
    return f"?{'&'.join(parameters)}" if parameters else ""


def read_link(href: str) -> VideoLink | None:
    """Read such a link; None where it is none. Bad parameters are left out."""
    if len(href) > 2 * MAX_ADDRESS:
        return None
    try:
        path, query = _matrix_to(href) if href.startswith(_HERE) else _matrix_uri(href)
        parameters = parse_qsl(query, max_num_fields=40)
    except ValueError:
        return None
    if not path or len(path) > 2 or not _ROOM.fullmatch(path[0]):
        return None
    event_id = event_id_of(path[1]) if len(path) == 2 else None
    if len(path) == 2 and event_id is None:
        return None
    via = tuple(value for key, value in parameters if key == "via" and _SERVER.fullmatch(value))
    return VideoLink(path[0], event_id, _moment(dict(parameters)), tuple(dict.fromkeys(via))[:MAX_VIA])


def _matrix_to(href: str) -> tuple[list[str], str]:
    rest, _, query = href.partition("/#/")[2].partition("?")
    return [unquote(part, errors="strict") for part in rest.rstrip("/").split("/") if part], query


def _matrix_uri(href: str) -> tuple[list[str], str]:
    """Take `matrix:r/alias:server/e/event?via=…` apart."""
    parts = urlsplit(href)
    names = [unquote(part, errors="strict") for part in parts.path.split("/")]
    is_event = len(names) == 4 and names[2] in ("e", "event")
    if parts.scheme != "matrix" or names[0] not in _URI_PARTS or not (len(names) == 2 or is_event):
        return [], ""
    room = _URI_PARTS[names[0]] + names[1]
    return [room, "$" + names[3]] if is_event else [room], parts.query


def _moment(parameters: dict[str, str]) -> int | None:
    said = parameters.get(AT_PARAMETER, "")
    if not said.isascii() or not said.isdecimal() or len(said) > 9:
        return None
    return min(int(said) * 1000, MAX_DURATION_MS)


def clock_words(ms: int) -> str:
    """Write a moment as players do: 03:12, 1:02:03."""
    minutes, seconds = divmod(max(0, ms) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"
