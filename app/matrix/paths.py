"""Paths and parameters of requests, percent-encoded."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from app.domain.ids import RoomID


def client_path(*segments: str) -> str:
    """Join segments under `/_matrix/client`, each encoded whole (a slash in an id stays in its segment)."""
    return "/_matrix/client/" + "/".join(_segment(segment) for segment in segments)


def _segment(text: str) -> str:
    """Encode one segment; "." and ".." too, which would lead elsewhere."""
    return quote(text, safe="", errors="replace") if text.strip(".") else text.replace(".", "%2E")


def room_path(room_id: RoomID, *segments: str) -> str:
    """A path under `/v3/rooms/{room}`."""
    return client_path("v3", "rooms", room_id, *segments)


def state_path(room_id: RoomID, event_type: str, state_key: str) -> str:
    """The path of one state event; an empty key has no segment."""
    return room_path(room_id, "state", event_type, *([state_key] if state_key else []))


def given(params: Mapping[str, str | None]) -> dict[str, str]:
    """Leave out what was not given."""
    return {name: value for name, value in params.items() if value is not None}


def via_query(servers: tuple[str, ...] | list[str]) -> str:
    """The `?via=` part for servers that know a room; empty without any."""
    return "?" + "&".join(f"via={quote(server, safe='')}" for server in servers) if servers else ""


def with_query(url: str, params: Mapping[str, str] | None) -> str:
    """Add parameters to an address that may have some already."""
    if not params:
        return url
    return url + ("&" if "?" in url else "?") + urlencode(params, quote_via=quote, errors="replace")
