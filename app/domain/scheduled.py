"""A ding that goes out later: who holds it until then, and when the next rounds of a repeated one are."""

from enum import StrEnum
from typing import NamedTuple

from app.domain.dings import DingContent
from app.domain.ids import RoomID, UserID


class ScheduleMode(StrEnum):
    """Who sends it."""

    SERVER = "server"
    """The server holds it: it goes out also while Tack is off."""
    LOCAL = "local"
    """It is sent when Tack is running, at the next start where that is later."""


class ScheduledState(StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    FAILED = "failed"
    """It did not go out: the person tries again or drops it."""
    CANCELLING = "cancelling"
    """Given up here; the server has not heard of it yet."""
    SKIPPED = "skipped"
    """A round the person took out of its series; not shown."""


class ScheduledDing(NamedTuple):
    """One ding to come. Of a repeated one the next round stands for all."""

    series: str
    round: int
    text: str
    content: DingContent
    due_ms: int
    mode: ScheduleMode
    state: ScheduledState
    room_id: RoomID
    """May be a room that is still to be made."""
    room_name: str
    """Empty where the room is only for this ding's people."""
    is_ding_room: bool
    people: tuple[UserID, ...]
    file_count: int = 0
    error_code: str = ""
    later_ms: tuple[int, ...] = ()
    """When the rounds after this one are due that lie ready by now."""
    is_elsewhere: bool = False
    """Another device of mine planned it; it can be cancelled here."""

    @property
    def uid(self) -> str:
        """Its identity in a list."""
        return f"s:{self.series}:{self.round}"
