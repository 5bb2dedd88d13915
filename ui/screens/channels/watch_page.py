"""Watching a post: player, what it is, comments, chapters, transcript, playlist (`look/channel.png`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.domain.ids import EventID
    from ui.desk import Desk


class WatchPage(QWidget):
    """One post."""

    back_requested = Signal()
    channel_requested = Signal(str)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__()
        self._desk, self._window = desk, window

    def show_post(self, event_id: EventID, at_ms: int | None = None, course: str = "") -> None:
        """Show it and play."""
        raise NotImplementedError

    def leave(self) -> None:
        """Another page is shown: playing goes on in the mini window or stops."""
        raise NotImplementedError

    def stop(self) -> None:
        """The account goes."""
