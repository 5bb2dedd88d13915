"""Links to posts and channels: `matrix.to` addresses that every Matrix client opens, with the moment as a parameter."""

from typing import NamedTuple

from app.domain.ids import EventID, RoomID


class VideoLink(NamedTuple):
    """Where a link leads."""

    room: str
    """Room id or alias."""
    event_id: EventID | None
    at_ms: int | None
    via: tuple[str, ...] = ()


def post_link(room_id: RoomID, event_id: EventID, at_ms: int | None = None, via: tuple[str, ...] = ()) -> str:
    """Write `https://matrix.to/#/!room/$event?via=…&im.tack.t=192` (whole seconds)."""
    raise NotImplementedError


def channel_link(room_id_or_alias: str, via: tuple[str, ...] = ()) -> str:
    """Write the link by which one follows a channel."""
    raise NotImplementedError


def read_link(href: str) -> VideoLink | None:
    """Read such a link; None where it is none. Bad parameters are left out."""
    raise NotImplementedError


def clock_words(ms: int) -> str:
    """Write a moment as players do: 03:12, 1:02:03."""
    raise NotImplementedError
