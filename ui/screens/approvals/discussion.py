"""What people said about a request: the messages of its room without those that repeat form and acts for other clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.domain.approvals.wire import TEXT_FIELD
from app.domain.timeline import ItemKind

if TYPE_CHECKING:
    from app.domain.ids import EventID, RoomID, TxnID
    from app.domain.timeline import TimelineItem
    from app.store.reader import Reader

PAGE, MOST_ROWS, MOST_COMMENTS = 200, 2000, 300
_TALK = (
    ItemKind.TEXT,
    ItemKind.NOTICE,
    ItemKind.EMOTE,
    ItemKind.IMAGE,
    ItemKind.FILE,
    ItemKind.VIDEO,
    ItemKind.AUDIO,
)


class Discussion(NamedTuple):
    """What was said, oldest first."""

    items: tuple[TimelineItem, ...] = ()
    newest: EventID | None = None
    """The newest event of the room: up to here it is read when it is seen."""


def read_discussion(read: Reader, room_id: RoomID) -> Discussion:
    """Read the newest messages. *Slow*: looks into each."""
    extent = read.extent(room_id)
    repeats = {row.txn_id for row in read.queue(room_id=room_id) if TEXT_FIELD in row.content}
    found: list[TimelineItem] = []
    newest: EventID | None = None
    end = extent.row_count
    while end > 0 and len(found) < MOST_COMMENTS and extent.row_count - end < MOST_ROWS:
        start = max(0, end - PAGE)
        items = read.items(room_id, start, end - start)
        newest = newest or next((item.event_id for item in reversed(items) if item.event_id), None)
        talk = (item for item in items if item.kind in _TALK and item.ding is None)  # urging is an act
        found[:0] = [item for item in talk if not _is_repeat(read, item, repeats)]
        end = start
    return Discussion(tuple(found[-MOST_COMMENTS:]), newest)


def _is_repeat(read: Reader, item: TimelineItem, repeats: set[TxnID]) -> bool:
    """Whether a message only says in words what Tack shows better."""
    if item.event_id is None:
        return item.txn_id in repeats
    event = read.event(item.event_id)
    return event is not None and TEXT_FIELD in event.content
