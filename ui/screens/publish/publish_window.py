"""The window in which videos are made ready and published."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.ids import RoomID
    from ui.desk import Desk


def open_publish(desk: Desk, window: QWidget, room_id: RoomID | None, paths: tuple[str, ...]) -> None:
    """Show it, with new files if given."""
    raise NotImplementedError
