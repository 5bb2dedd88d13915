"""Cards in a conversation: requests as they stand now and the way to them, videos that play in place."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.domain.timeline import ItemKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.rows import ApprovalRow
    from app.domain.channels.rows import PostRow
    from app.domain.ids import EventID, RoomID
    from app.domain.timeline import TimelineItem
    from ui.desk import Desk
    from ui.models.timeline_source import TimelineSource
    from ui.screens.chat.in_place import InPlace
    from widgets.timeline.view import TimelineView

_LIVE_MS = 30_000
"""A live stream begins and ends without an event."""


class ChatCards(QObject):
    """Joins the open conversation to `desk.approvals` and `desk.channels`."""

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
        self._in_place: InPlace | None = None
        self._live = QTimer(self, interval=_LIVE_MS, singleShot=True)
        self._live.timeout.connect(lambda: self._posts_moved(frozenset()))

    def follow(self, view: TimelineView) -> None:
        """Open what is asked for, and paint cards anew when their requests or posts move."""
        self._view = view
        view.request_activated.connect(self.open)
        self._desk.bridge.approvals_changed.connect(self._moved)
        self._desk.bridge.posts_changed.connect(self._posts_moved)

    def request_of(self, room_id: RoomID) -> ApprovalRow | None:
        """How a request stands; None where I am not in it (bounded read)."""
        return self._desk.account.cache.read.approvals.row(room_id, time.time_ns() // 1_000_000)

    def post_of(self, event_id: EventID) -> PostRow | None:
        """How a post stands; None where it is not known here (bounded read)."""
        row = self._desk.account.cache.read.channels.post(event_id)
        if row is not None and row.is_live and not self._live.isActive():
            self._live.start()
        return row

    def open(self, uid: str) -> None:
        """Open the request that a row shows, if I am in it, or the page of its video."""
        item = self._item_of(uid)
        if item is not None and item.video is not None:
            self._desk.channels.open_post(
                item.video.room_id, item.video.event_id, item.video.at_ms, item.video.via
            )
        if item is not None and item.card is not None and self.request_of(item.card.room_id) is not None:
            self._desk.approvals.open(item.card.room_id)

    def play(self, item: TimelineItem) -> bool:
        """Play the video of a row where it stands; whether there is one."""
        source = self._source()
        if self._view is None or source is None or item.is_redacted:
            return False
        if item.video is None and (
            item.kind is not ItemKind.VIDEO or item.media is None or item.media.uri is None
        ):
            return False
        if self._in_place is None:
            from ui.screens.chat.in_place import InPlace

            self._in_place = InPlace(self._desk, self._view, self)
        self._in_place.play(item, source.room_id)
        return True

    def _moved(self, requests: frozenset[RoomID]) -> None:
        source = self._source()
        touched = source.cards_of(requests) if source is not None else frozenset()
        if touched and self._view is not None:
            self._view.rows_touched(touched)

    def _posts_moved(self, posts: frozenset[EventID]) -> None:
        source = self._source()
        touched = source.videos_of(posts) if source is not None else frozenset()
        if touched and self._view is not None:
            self._view.rows_touched(touched)
