"""Changing an own post."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.ids import EventID
    from ui.desk import Desk


def open_edit(desk: Desk, window: QWidget, event_id: EventID) -> None:
    """Show it."""
    raise NotImplementedError
