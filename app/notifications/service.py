"""Decides what is worth a notification; the interface shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.ids import EventID, RoomID
from app.domain.rooms import PreviewKind


@dataclass(frozen=True, slots=True)
class Notification:
    """One notice. After a start or a long absence one per room stands for `count` messages."""

    room_id: RoomID
    event_id: EventID
    """Where a click lands."""
    room_name: str
    sender_name: str
    is_direct: bool
    is_mention: bool
    kind: PreviewKind
    body: str
    """Empty when the person wants no text in notices, and for encrypted messages."""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The room was read (here or elsewhere): its notices go away."""

    room_id: RoomID


NoticeListener = Callable[[Notification | Withdrawal], None]


class NotificationService:
    """Turns `Changes.notifying` into notices. Single-threaded: the loop's thread."""

    def subscribe(self, listener: NoticeListener) -> Callable[[], None]:
        """Hear of notices and withdrawals; the returned function ends it."""
        raise NotImplementedError

    def set_focus(self, room_id: RoomID | None) -> None:
        """Tell which room the person is looking at (None: the window is not active)."""
        raise NotImplementedError
