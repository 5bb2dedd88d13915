"""The rows of one open room, read from the cache page by page.

The "new messages" divider is fixed when the room opens (by uid) and stays until the room is left, whatever
is read meanwhile: a person must be able to see where they came in.
"""

from collections.abc import Sequence
from typing import Protocol

from app.domain.ids import EventID, RoomID
from app.domain.timeline import TimelineExtent, TimelineItem
from ui.rows import RowContext, row_of
from widgets.timeline.values import Row


class TimelineReads(Protocol):
    """The bounded reads of the cache that a timeline needs; each takes one indexed page."""

    def extent(self, room_id: RoomID) -> TimelineExtent:
        """How much is cached."""

    def items(self, room_id: RoomID, first_row: int, count: int) -> list[TimelineItem]:
        """One page."""

    def row_of(self, room_id: RoomID, uid: str) -> int | None:
        """Where an item stands, by uid or event id."""

    def item(self, room_id: RoomID, uid: str) -> TimelineItem | None:
        """One item, by uid or event id."""


class TimelineSource:
    """Implements the view's `RowSource` for one room."""

    def __init__(self, reads: TimelineReads, context: RowContext) -> None:
        self._reads = reads
        self._context = context
        self._extent = reads.extent(context.room_id)
        self._divider_uid = self._uid_at(self._extent.first_unread_row)
        self._divider_row = self._extent.first_unread_row
        self._cards: dict[str, RoomID] = {}
        self._videos: dict[str, EventID] = {}

    @property
    def room_id(self) -> RoomID:
        """The room shown."""
        return self._context.room_id

    @property
    def extent(self) -> TimelineExtent:
        """How much is cached, as of the last `refresh`."""
        return self._extent

    @property
    def divider_uid(self) -> str | None:
        """The first row under the "new messages" divider."""
        return self._divider_uid

    def refresh(self) -> None:
        """Take over a change of the room's rows; call before telling the view."""
        self._extent = self._reads.extent(self.room_id)
        self._divider_row = self._row_of_divider()

    def set_divider(self, uid: str | None) -> None:
        """Move the divider (messages came while nobody looked), or take it away."""
        self._divider_uid = uid
        self._divider_row = self._row_of_divider()

    def row_count(self) -> int:
        """See `RowSource.row_count`."""
        return self._extent.row_count

    def rows(self, first: int, count: int) -> Sequence[Row]:
        """See `RowSource.rows`."""
        items = self._reads.items(self.room_id, first, count)
        self._cards |= {item.uid: item.card.room_id for item in items if item.card is not None}
        self._videos |= {item.uid: item.video.event_id for item in items if item.video is not None}
        return [row_of(item, self._context) for item in items]

    def cards_of(self, requests: frozenset[RoomID]) -> frozenset[str]:
        """The rows, of those asked for so far, that are cards of some requests; of any where none are named."""
        return frozenset(uid for uid, room_id in self._cards.items() if not requests or room_id in requests)

    def videos_of(self, posts: frozenset[EventID]) -> frozenset[str]:
        """The same for cards of posts."""
        return frozenset(uid for uid, event_id in self._videos.items() if not posts or event_id in posts)

    def row_of(self, uid: str) -> int | None:
        """See `RowSource.row_of`."""
        return self._reads.row_of(self.room_id, uid)

    def unread_row(self) -> int | None:
        """See `RowSource.unread_row`."""
        return self._divider_row

    def item(self, uid: str) -> TimelineItem | None:
        """The item behind a row."""
        return self._reads.item(self.room_id, uid)

    def last_uid(self) -> str | None:
        """The newest row's uid."""
        return self._uid_at(self._extent.row_count - 1)

    def _uid_at(self, row: int | None) -> str | None:
        if row is None or row < 0:
            return None
        items = self._reads.items(self.room_id, row, 1)
        return items[0].uid if items else None

    def _row_of_divider(self) -> int | None:
        if self._divider_uid is None:
            return None
        return self._reads.row_of(self.room_id, self._divider_uid)
