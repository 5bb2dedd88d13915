"""What a committed write moved: ids only. Receivers read the cache.

`Changes` are produced inside the transaction and published after the commit, on the event loop's thread,
in commit order.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

from app.domain.ids import ContentURI, EventID, RoomID
from app.listeners import Listeners


@dataclass(frozen=True, slots=True)
class TimelineChange:
    """How the rows of one room moved. Applied in this order: reset, prepended, tail, touched."""

    room_id: RoomID
    is_reset: bool = False
    """Rows moved in the middle (a gap was filled, the room was rebuilt): read all again, keep the place by uid."""
    prepended: int = 0
    """Rows added above."""
    tail_from: int | None = None
    """Rows from this row number (after the change) to the end are new or different."""
    touched: frozenset[str] = frozenset()
    """uids of older rows whose content changed (edit, reaction, redaction, receipt count)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """One committed write."""

    rooms: frozenset[RoomID] = frozenset()
    """Rows of the conversation list to read again."""
    is_order_changed: bool = False
    """Order or membership of the conversation list moved."""
    timelines: tuple[TimelineChange, ...] = ()
    members: frozenset[RoomID] = frozenset()
    typing: frozenset[RoomID] = frozenset()
    receipts: frozenset[RoomID] = frozenset()
    is_queue_changed: bool = False
    account_data: frozenset[str] = frozenset()
    media: frozenset[ContentURI] = frozenset()
    profiles: bool = False
    notifying: tuple[tuple[RoomID, EventID], ...] = ()
    """New events that the push rules make worth a notification: the newest of each room, oldest first."""
    dings: bool = False
    """Rows of the DING inbox moved (also scheduled ones and what is noted about their alerts)."""
    clears: bool = False
    """A one-click clear was made, undone, or went on."""
    approvals: frozenset[RoomID] = frozenset()
    """Requests whose rows or details moved (stand-ins for those still to be made)."""
    approval_library: bool = False
    """Templates, roles or deputies moved."""
    channels: frozenset[RoomID] = frozenset()
    """Channels whose rows, courses or figures moved, followed or found; their feed with them."""
    posts: frozenset[EventID] = frozenset()
    """Posts whose card, comments or watch moved."""
    new_posts: tuple[tuple[RoomID, EventID], ...] = ()
    """New posts by others in channels I follow and did not mute, oldest first: worth a notice where the person wants these."""
    kept_videos: bool = False
    """What is kept for offline moved."""
    is_rebuilt: bool = False
    """Everything may have moved."""

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))


Listener = Callable[[Changes], None]


class ChangeFeed:
    """Hands every `Changes` to every listener. Single-threaded: all calls come from the loop's thread."""

    def __init__(self) -> None:
        self._listeners: Listeners[Changes] = Listeners()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; the returned function takes it away again."""
        return self._listeners.subscribe(listener)

    def publish(self, changes: Changes) -> None:
        """Tell everyone. A failing listener is our bug: logged, and the others are still told."""
        if changes:
            self._listeners.tell(changes)
