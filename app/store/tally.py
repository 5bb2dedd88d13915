"""Collects what one transaction moved and gives it as `Changes`."""

from dataclasses import dataclass, field

from app.changes import Changes, TimelineChange
from app.domain.ids import ContentURI, EventID, RoomID


@dataclass(slots=True)
class _Rows:
    is_reset: bool = False
    prepended: int = 0
    tail_from: int | None = None
    touched: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Tally:
    """Grows while a transaction runs; `finish` gives the changes to publish after the commit."""

    rooms: set[RoomID] = field(default_factory=set)
    is_order_changed: bool = False
    members: set[RoomID] = field(default_factory=set)
    typing: set[RoomID] = field(default_factory=set)
    receipts: set[RoomID] = field(default_factory=set)
    is_queue_changed: bool = False
    account_data: set[str] = field(default_factory=set)
    media: set[ContentURI] = field(default_factory=set)
    profiles: bool = False
    notifying: list[tuple[RoomID, EventID]] = field(default_factory=list)
    dings: bool = False
    clears: bool = False
    approvals: set[RoomID] = field(default_factory=set)
    approval_library: bool = False
    channels: set[RoomID] = field(default_factory=set)
    posts: set[EventID] = field(default_factory=set)
    new_posts: list[tuple[RoomID, EventID]] = field(default_factory=list)
    kept_videos: bool = False
    is_rebuilt: bool = False
    _timelines: dict[RoomID, _Rows] = field(default_factory=dict)

    def reset(self, room_id: RoomID) -> None:
        """Rows of a room moved in the middle."""
        self._rows(room_id).is_reset = True

    def prepended(self, room_id: RoomID, count: int) -> None:
        """Rows were added above; row numbers noted so far move down by as many."""
        if count <= 0:
            return
        rows = self._rows(room_id)
        rows.prepended += count
        if rows.tail_from is not None:
            rows.tail_from += count

    def tail_from(self, room_id: RoomID, row: int) -> None:
        """Rows from this one on are new or different."""
        rows = self._rows(room_id)
        rows.tail_from = row if rows.tail_from is None else min(row, rows.tail_from)

    def touched(self, room_id: RoomID, uid: str) -> None:
        """The content of a row changed in its place."""
        self._rows(room_id).touched.add(uid)

    def finish(self) -> Changes:
        """Give what moved."""
        return Changes(
            rooms=frozenset(self.rooms),
            is_order_changed=self.is_order_changed,
            timelines=tuple(
                TimelineChange(
                    room_id, rows.is_reset, rows.prepended, rows.tail_from, frozenset(rows.touched)
                )
                for room_id, rows in self._timelines.items()
            ),
            members=frozenset(self.members),
            typing=frozenset(self.typing),
            receipts=frozenset(self.receipts),
            is_queue_changed=self.is_queue_changed,
            account_data=frozenset(self.account_data),
            media=frozenset(self.media),
            profiles=self.profiles,
            notifying=tuple(self.notifying),
            dings=self.dings,
            clears=self.clears,
            approvals=frozenset(self.approvals),
            approval_library=self.approval_library,
            channels=frozenset(self.channels),
            posts=frozenset(self.posts),
            new_posts=tuple(self.new_posts),
            kept_videos=self.kept_videos,
            is_rebuilt=self.is_rebuilt,
        )

    def _rows(self, room_id: RoomID) -> _Rows:
        return self._timelines.setdefault(room_id, _Rows())
