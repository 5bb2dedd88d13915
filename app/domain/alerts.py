"""What rings now, and what a device notes of each ding that rang."""

from typing import NamedTuple

from app.domain.dings import DingSummary
from app.domain.ids import EventID

ON_SCREEN = 0
HIDDEN = -1
MOST_CARDS = 3


class AlertNote(NamedTuple):
    """What this device knows of the alerts of one ding. Times are of the server's clock, as far as it is known."""

    event_id: EventID
    rings: int = 0
    """How often it rang by itself: when it came, and by its sender's wish. 0: it came and has not rung yet."""
    at_ms: int = 0
    """When it came, rang last, or was put off."""
    next_ms: int = ON_SCREEN
    """`ON_SCREEN`, `HIDDEN` (seen: no card until something makes it ring again), or put off until then."""
    nudge_ms: int = 0
    """The newest re-ding that is taken into account."""
    read_ms: int = 0
    """The newest receipt of another device of mine that is taken into account."""
    told_ms: int | None = None
    """Of a meeting nothing is asked for any more: the reminder that has rung, 0 before; None while it is a duty."""


class AlertBoard(NamedTuple):
    """What is on top of everything now."""

    cards: tuple[DingSummary, ...] = ()
    """At most `MOST_CARDS`, what rang last first. One that is not open reminds of a meeting."""
    beyond: tuple[EventID, ...] = ()
    """The cards for which there is no room, in the same order."""
    is_text_hidden: bool = False
    """The screen is shared: no word, no name."""
    held: int = 0
    """How many wait for the end of quiet hours or of "do not disturb"."""
    next_change_ms: int | None = None
    """When the board changes by itself, in local time."""
    rung: tuple[EventID, ...] = ()
    """What begins to ring with this board: one sound for all of them."""

    @property
    def more(self) -> int:
        """How many cards more there would be."""
        return len(self.beyond)
