"""Notices of new videos: one per channel, one for all after an absence. Only where the person wants them (a dot is there anyway)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.domain.ids import EventID, RoomID
    from app.store.reader import Reader

MOST_CHANNELS = 3
"""Of more, one notice gives the number."""


@dataclass(frozen=True, slots=True)
class PostNotice:
    """One notice. Words are empty while the screen is shared."""

    room_id: RoomID | None
    """The channel; None: several are meant, and a click lands on the feed."""
    event_id: EventID | None
    """Where a click lands; None: several are meant, and it lands on the channel."""
    channel: str = ""
    title: str = ""
    """Empty where the person wants no text in notices."""
    count: int = 1


def post_notices(
    read: Reader, gathered: Mapping[RoomID, Iterable[EventID]], *, is_text_shown: bool
) -> list[PostNotice]:
    """Word what came, on the reading thread; what was seen meanwhile, or taken down, is left out."""
    told: list[PostNotice] = []
    for room_id, events in gathered.items():
        rows = [row for row in map(read.channels.post, events) if row is not None and row.is_new]
        if len(rows) == 1:
            title = rows[0].title if is_text_shown else ""
            told.append(PostNotice(room_id, rows[0].event_id, rows[0].channel_name, title))
        elif rows:
            told.append(PostNotice(room_id, None, rows[0].channel_name, "", len(rows)))
    if len(told) <= MOST_CHANNELS:
        return told
    return [PostNotice(None, None, count=sum(notice.count for notice in told))]
