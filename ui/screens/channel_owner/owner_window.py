"""The owner's page of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.ids import RoomID
    from ui.desk import Desk


def open_owner(desk: Desk, window: QWidget, room_id: RoomID, tab: str = "") -> None:
    """Show it."""
    raise NotImplementedError
