"""What a person does with dings: send, confirm, remind, comment, mute; and what keeps the inbox complete."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.changes import ChangeFeed
from app.clock import Clock
from app.domain.dings import DingContent
from app.domain.ids import EventID, RoomID, UserID
from app.homeserver import Homeserver
from app.sending.service import SendingService
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor


@dataclass(frozen=True, slots=True)
class NewDing:
    """What the dialog gives."""

    text: str
    ding: DingContent
    room_id: RoomID | None = None
    """The shared conversation; None: a direct chat for one person, else a room of type `im.tack.ding`."""
    files: tuple[Path, ...] = ()
    send_at_ms: int | None = None
    """None: now."""


class DingService:
    """`account.dings`."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        sending: SendingService,
        changes: ChangeFeed,
        monitor: ConnectionMonitor,
        clock: Clock,
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._sending = sending
        self._changes = changes
        self._monitor = monitor
        self._clock = clock

    def start(self) -> None:
        """Begin."""

    async def stop(self) -> None:
        """End."""

    async def send(self, new: NewDing) -> str:
        """Queue or schedule a ding; its uid."""
        raise NotImplementedError

    async def confirm(self, event_id: EventID, note: str = "") -> None:
        """Confirm, once."""
        raise NotImplementedError

    async def nudge(self, event_id: EventID) -> None:
        """Remind those who have not confirmed."""
        raise NotImplementedError

    async def comment(self, event_id: EventID, text: str) -> None:
        """Write into the thread of a ding."""
        raise NotImplementedError

    async def set_sender_muted(self, user_id: UserID, is_muted: bool) -> None:
        """Let a sender's dings be plain messages for me."""
        raise NotImplementedError

    async def busy_among(self, users: Sequence[UserID]) -> list[UserID]:
        """Give those who have `MANY_UNCONFIRMED` dings to confirm."""
        raise NotImplementedError
