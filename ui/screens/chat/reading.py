"""Marking the open room read: only what a person can have seen.

A room counts as read when the window is active and the newest row is in sight. The same event is never
reported twice, rooms left behind never; after a message of mine the store knows whether the server still counts something.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.domain.ids import EventID, RoomID
from ui.desk import Desk
from ui.models.timeline_source import TimelineSource


class Reading(QObject):
    """Watches one screen's attention."""

    def __init__(self, desk: Desk, is_at_bottom: Callable[[], bool], parent: QObject | None = None) -> None:
        """`is_at_bottom` tells whether the newest row is in sight now."""
        super().__init__(parent)
        self._desk = desk
        self._is_at_bottom = is_at_bottom
        self._source: TimelineSource | None = None
        self._is_active = False
        self._told: dict[RoomID, EventID] = {}

    @property
    def is_looking(self) -> bool:
        """Whether new rows are seen as they come."""
        return self._is_active and self._source is not None and self._is_at_bottom()

    def set_source(self, source: TimelineSource | None) -> None:
        """Another room is open."""
        self._source = source
        self.look()

    def set_active(self, is_active: bool) -> None:
        """The window came to the front, or went."""
        self._is_active = is_active
        self.look()

    def look(self, *_seen: object) -> None:
        """Report the newest event as read if it is seen and news; call whenever what is in sight may have moved."""
        if not self.is_looking or self._source is None:
            return
        room_id = self._source.room_id
        newest = self._newest(self._source)
        if newest is None or self._told.get(room_id) == newest:
            return
        room = self._desk.account.cache.read.room(room_id)
        if room is None:
            return
        self._told[room_id] = newest
        self._desk.operations.start(self._desk.account.rooms.mark_read(room_id, newest))

    def forget(self, room_id: RoomID) -> None:
        """The person marked the room unread: a later look counts again."""
        self._told.pop(room_id, None)

    def _newest(self, source: TimelineSource) -> EventID | None:
        """The newest event of the server."""
        count = source.extent.item_count
        if not count:
            return None
        items = self._desk.account.cache.read.items(source.room_id, count - 1, 1)
        return items[0].event_id if items else None
