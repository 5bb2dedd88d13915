"""What the room endpoints answer, as values."""

from dataclasses import dataclass

from app.domain.events import Event, JSONObject
from app.domain.ids import ContentURI, RoomID


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """One page of `/messages`. Source: Matrix client-server API, "Syncing", GET messages."""

    events: tuple[Event, ...]
    """As served: newest first when asked backwards."""
    start: str
    end: str | None
    """Where to go on; None at the start of the room (or the end, forwards). May point at an empty page."""
    state: tuple[Event, ...] = ()
    """Member events of the senders (lazy loading)."""


@dataclass(frozen=True, slots=True)
class ContextPage:
    """Events around one event."""

    before: tuple[Event, ...]
    """Newest first."""
    event: Event
    after: tuple[Event, ...]
    """Oldest first."""
    start: str
    end: str
    state: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationsPage:
    """Events that relate to one event."""

    events: tuple[Event, ...]
    next_batch: str | None


@dataclass(frozen=True, slots=True)
class HierarchyRoom:
    """A room or sub-space of a space, as its summary says."""

    room_id: RoomID
    name: str
    topic: str
    avatar: ContentURI | None
    room_type: str | None
    alias: str | None
    joined_count: int
    join_rule: str
    children: tuple[RoomID, ...]
    """Children in the order the space wants (its `order` strings, then the age of the link)."""
    raw: JSONObject


@dataclass(frozen=True, slots=True)
class HierarchyPage:
    """One page of a space's tree, the space itself first."""

    rooms: tuple[HierarchyRoom, ...]
    next_batch: str | None
