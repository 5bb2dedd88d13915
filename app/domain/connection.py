"""The state of the line to the homeserver, in the terms the status line words."""

from enum import StrEnum
from typing import NamedTuple


class ConnectionKind(StrEnum):
    """What the line is doing."""

    CONNECTING = "connecting"
    SYNCING_FIRST = "syncing_first"
    ONLINE = "online"
    OFFLINE = "offline"
    """No answer from the server."""
    PAUSED = "paused"
    """Offline by choice (`--offline` or the menu)."""
    SIGNED_OUT = "signed_out"
    """The session was ended elsewhere; the cache stays readable until the person signs in again."""


class ConnectionState(NamedTuple):
    """Where the line stands since when, and why."""

    kind: ConnectionKind
    since_ms: int
    error_code: str = ""
    waiting: int = 0
    """Rows in the send queue that a person would recognise (messages, files)."""
    clock_skew_ms: int = 0
    """Server time minus ours, when it is off by more than a minute."""
