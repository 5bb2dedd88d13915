"""The approvals page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.domain.ids import RoomID
    from ui.desk import Desk


class ApprovalsScreen(QWidget):
    """Lists on the left, one request on the right."""

    def __init__(self, desk: Desk, window: QWidget, kept: dict[str, Any]) -> None:
        super().__init__()

    def open_request(self, room_id: RoomID) -> None:
        """Show one request, on whatever page it is."""
        raise NotImplementedError

    def place(self) -> dict[str, object]:
        """What to remember for the next start: page, width of the list."""
        raise NotImplementedError

    def stop(self) -> None:
        """The account goes."""
