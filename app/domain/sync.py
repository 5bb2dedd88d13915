"""What one answer of the homeserver's sync brings, whatever endpoint it came from.

The Matrix layer produces `SyncBatch`, the cache applies it in one transaction. Every field that the
endpoint did not speak about is None or empty and leaves the cache as it is.
"""

from dataclasses import dataclass, field

from app.domain.events import Event, JSONObject
from app.domain.ids import ContentURI, EventID, RoomID, UserID
from app.domain.membership import Membership as Membership


@dataclass(frozen=True, slots=True)
class Receipt:
    """A read receipt. Source: Matrix client-server API, "Receipts"."""

    user_id: UserID
    event_id: EventID
    kind: str
    """`m.read` or `m.read.private` or `m.fully_read`."""
    ts_ms: int
    thread_id: str | None = None


@dataclass(frozen=True, slots=True)
class ServerCounts:
    """The server's own unread numbers of a room, absolute."""

    notifications: int
    highlights: int
    latest_event: EventID | None = None
    """Newest event the server had counted when it answered; None when the answer did not say."""


@dataclass(frozen=True, slots=True)
class RoomHints:
    """What the server computed about a room; a hint, the state events are the truth."""

    name: str | None = None
    avatar: ContentURI | None = None
    heroes: tuple[UserID, ...] | None = None
    hero_names: tuple[str, ...] = ()
    """Display names of `heroes`, in the same order; empty where the answer has none."""
    hero_avatars: tuple[ContentURI | None, ...] = ()
    joined_count: int | None = None
    invited_count: int | None = None
    bump_stamp: int | None = None
    is_direct: bool | None = None


@dataclass(frozen=True, slots=True)
class RoomUpdate:
    """News of one room."""

    room_id: RoomID
    membership: Membership | None = None
    hints: RoomHints = RoomHints()
    state: tuple[Event, ...] = ()
    """State before the timeline. For an invite: the stripped state (malformed ids are expected there)."""
    timeline: tuple[Event, ...] = ()
    """Oldest first."""
    limited: bool = False
    """The timeline does not join on to what this connection sent before."""
    prev_batch: str | None = None
    is_initial: bool = False
    counts: ServerCounts | None = None
    account_data: tuple[tuple[str, JSONObject], ...] = ()
    receipts: tuple[Receipt, ...] = ()
    typing: tuple[UserID, ...] | None = None
    """Everyone typing now; None when the answer says nothing of it."""


@dataclass(frozen=True, slots=True)
class SyncBatch:
    """One sync answer. Applied in the order to-device, device lists, state, timeline, account data, receipts."""

    positions: tuple[tuple[str, str], ...]
    """Names and values of positions to keep, saved last and in the same transaction."""
    rooms: tuple[RoomUpdate, ...] = ()
    account_data: tuple[tuple[str, JSONObject], ...] = ()
    to_device: tuple[bytes, ...] = ()
    room_total: int | None = None
    """How many rooms the account has by the server's count."""
    complete: bool = False
    """Whether the whole list of rooms has been delivered by now."""
    extra: JSONObject = field(default_factory=dict)
    """`present_rooms`: all rooms the account is in or invited to, once a list was read from nothing."""
