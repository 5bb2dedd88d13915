"""Whose new posts the person has looked at: a channel's dot goes when all its new cards were in sight for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.domain.sending import is_new_room

if TYPE_CHECKING:
    from app.domain.ids import RoomID
    from ui.desk import Desk
    from ui.models.feed_model import FeedModel
    from widgets.feed_grid import FeedGrid

LOOK_MS = 2000


class Looking(QObject):
    """Watches one grid. Only a window that is active counts as looked at."""

    def __init__(self, desk: Desk, model: FeedModel, grid: FeedGrid, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._model, self._grid = desk, model, grid
        self._seen: dict[RoomID, set[str]] = {}
        self._timer = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._timer.timeout.connect(self._looked)
        grid.sight_changed.connect(self.look)
        model.rowsInserted.connect(lambda *_: self.look())
        model.modelReset.connect(self.look)

    def look(self) -> None:
        """What is in sight is looked at from now on."""
        if self._grid.isVisible() and self._new_in_sight():
            self._timer.start()
        else:
            self._timer.stop()

    def stop(self) -> None:
        """The account goes."""
        self._timer.stop()

    def _new_in_sight(self) -> list[tuple[RoomID, str]]:
        rows = [self._model.row_at(number) for number in self._grid.rows_in_sight()]
        return [(row.room_id, row.event_id) for row in rows if row.is_new and not is_new_room(row.room_id)]

    def _looked(self) -> None:
        if not self._grid.isVisible() or not self._grid.isActiveWindow():
            if self._grid.isVisible():
                self._timer.start()  # the window may come to the front without another word
            return
        for room_id, event_id in self._new_in_sight():
            self._seen.setdefault(room_id, set()).add(event_id)
        reads = self._desk.account.cache.read.channels
        for room_id, seen in list(self._seen.items()):
            channel = reads.channel(room_id)
            if channel is None or channel.unread <= len(seen):
                del self._seen[room_id]
                if channel is not None and channel.unread:
                    self._desk.operations.start(
                        self._desk.account.channels.mark_seen(room_id), None, lambda _error: None
                    )
