"""The channels page: feed, channel, watch page, in one place with a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.domain.channels.links import VideoLink
    from app.domain.ids import EventID, RoomID
    from ui.desk import Desk


class ChannelsScreen(QWidget):
    """`Place.CHANNELS`."""

    def __init__(self, desk: Desk, window: QWidget, kept: dict[str, Any]) -> None:
        super().__init__()
        self._desk, self._window = desk, window

    def watch(self, event_id: EventID, at_ms: int | None = None, course: str = "") -> None:
        """Show the watch page and play."""
        raise NotImplementedError

    def open_channel(self, room_id: RoomID) -> None:
        """Show one channel."""
        raise NotImplementedError

    def open_link(self, link: VideoLink) -> None:
        """Show what a link leads to; asks before it looks into a room not known here."""
        raise NotImplementedError

    def place(self) -> dict[str, Any]:
        """What to remember for the next start."""
        return {}

    def stop(self) -> None:
        """The account goes."""
