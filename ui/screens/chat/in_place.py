"""A video that plays in the conversation, over the picture of its row. Out of sight it goes on in the mini window, or stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from ui.channel_words import is_on_air
from widgets.player.dock import PlayerDock
from widgets.timeline.inset import Inset

if TYPE_CHECKING:
    from app.domain.channels.rows import PostRow
    from app.domain.ids import RoomID
    from app.domain.timeline import TimelineItem, VideoMark
    from ui.desk import Desk
    from widgets.timeline.view import TimelineView


class InPlace(QObject):
    """Of one timeline."""

    def __init__(self, desk: Desk, view: TimelineView, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._view = desk, view
        self.dock = PlayerDock(desk.style, desk.images, parent=view.viewport())
        self.dock.hide()
        self._inset = Inset(view, self.dock)
        self._inset.left.connect(self._out_of_sight)
        session = desk.channels.session
        session.docked.connect(self._docked)
        session.post_changed.connect(self._post_changed)

    def play(self, item: TimelineItem, room_id: RoomID) -> None:
        """Play a post or a plain video where its row is; what cannot be played leads to its page."""
        session = self._desk.channels.session
        if item.video is None:
            uid = item.uid
            self._show(uid)
            session.play_message(item, room_id, lambda: self._go_back(room_id, uid))
            return
        row = self._desk.account.cache.read.channels.post(item.video.event_id)
        if row is None:
            self._follow(item.video)
        elif not self._can_play(row):
            self._desk.channels.watch(row.recording or row.event_id)
        else:
            self._show(item.uid)
            session.play(item.video.event_id, item.video.at_ms, is_alone=True)

    def _can_play(self, row: PostRow) -> bool:
        return not row.is_live or is_on_air(row, self._desk.account.channels.now_ms())

    def _follow(self, mark: VideoMark) -> None:
        self._desk.channels.open_post(mark.room_id, mark.event_id, mark.at_ms, mark.via)

    def _show(self, uid: str) -> None:
        """Lay the dock over the picture of a row; without one in sight the mini window plays."""
        session = self._desk.channels.session
        if self._inset.lay_over(uid):
            session.dock(self.dock)
            self.dock.setFocus()
        elif session.place is None:
            session.dock(self.dock)
            QTimer.singleShot(0, self, session.show_mini)

    def _docked(self, place: object) -> None:
        if place is not self.dock:
            self._inset.take_away()

    def _post_changed(self, event_id: str) -> None:
        if not event_id and not self._desk.channels.session.subject_id:
            self._inset.take_away()

    def _out_of_sight(self) -> None:
        self._desk.channels.session.leave(self.dock)

    def _go_back(self, room_id: RoomID, uid: str) -> None:
        """Back from the mini window to the row."""
        self._desk.channels.show_message(room_id, uid)
        QTimer.singleShot(0, self, lambda: self._show(uid))
