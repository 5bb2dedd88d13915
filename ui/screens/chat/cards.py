"""Cards of requests in a conversation: how each stands now, and the way to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.rows import ApprovalRow
    from app.domain.ids import RoomID
    from app.domain.timeline import TimelineItem
    from ui.desk import Desk
    from ui.models.timeline_source import TimelineSource
    from widgets.timeline.view import TimelineView


class ChatCards(QObject):
    """Joins the open conversation to `desk.approvals`."""

    def __init__(
        self,
        desk: Desk,
        item_of: Callable[[str], TimelineItem | None],
        source: Callable[[], TimelineSource | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk, self._item_of, self._source = desk, item_of, source
        self._view: TimelineView | None = None

    def follow(self, view: TimelineView) -> None:
        """Open what is asked for, and paint cards anew when their requests move."""
        self._view = view
        view.request_activated.connect(self.open)
        self._desk.bridge.approvals_changed.connect(self._moved)

    def request_of(self, room_id: RoomID) -> ApprovalRow | None:
        """How a request stands; None where I am not in it (bounded read)."""
        return self._desk.account.cache.read.approvals.row(room_id, time.time_ns() // 1_000_000)

    def open(self, uid: str) -> None:
        """Open the request that a row shows, if I am in it."""
        item = self._item_of(uid)
        if item is not None and item.card is not None and self.request_of(item.card.room_id) is not None:
            self._desk.approvals.open(item.card.room_id)

    def _moved(self, requests: frozenset[RoomID]) -> None:
        source = self._source()
        touched = source.cards_of(requests) if source is not None else frozenset()
        if touched and self._view is not None:
            self._view.rows_touched(touched)
