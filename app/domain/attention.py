"""Red dots: what the figures are made of, and clearing them with one click."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.domain.ids import EventID, RoomID
from app.domain.rooms import RoomFilter


class SourceKind(StrEnum):
    """Why a number is there."""

    UNREAD = "unread"
    MENTION = "mention"
    MARKED = "marked"
    """Marked unread by the person."""
    MUTED = "muted"
    """News in a muted room: a grey dot, in no number."""
    INVITE = "invite"
    DING = "ding"
    APPROVAL = "approval"
    COMMENT = "comment"
    """Comments that name me, in the room of a request or, where `event_id` is the post, in a channel."""
    POST = "post"
    """New posts of a channel I follow; `event_id`: the newest."""
    FAILED_SEND = "failed_send"


@dataclass(frozen=True, slots=True)
class AttentionSource:
    """One line of "why this number": what a click opens."""

    kind: SourceKind
    room_id: RoomID | None
    name: str
    """Of the room; of a ding: its sender."""
    count: int
    event_id: EventID | None = None
    """Where in the room: the first unread row, the ding."""
    text: str = ""
    ts_ms: int = 0


class ClearKind(StrEnum):
    """What one click clears."""

    EVERYTHING = "everything"
    LIST = "list"
    """What the chip `filter` shows."""
    SPACE = "space"
    MUTED = "muted"
    OLDER = "older"
    """Rooms whose last message is older than `days`."""
    ROOMS = "rooms"


class ClearScope(NamedTuple):
    """Which rooms."""

    kind: ClearKind = ClearKind.EVERYTHING
    filter: RoomFilter = RoomFilter.ALL
    space_id: RoomID | None = None
    days: int = 0
    rooms: tuple[RoomID, ...] = ()


class ClearState(StrEnum):
    """Where a clear stands."""

    HELD = "held"
    """The undo time runs; the server knows nothing."""
    SENDING = "sending"
    DONE = "done"
    UNDONE = "undone"


class ClearRecord(NamedTuple):
    """One click, as the history of the last 24 hours shows it."""

    id: int
    at_ms: int
    kind: ClearKind
    state: ClearState
    rooms: int
    unread: int
    mentions: int
    sent: int
    """Rooms whose receipt the server has."""
