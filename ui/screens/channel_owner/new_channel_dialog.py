"""Making a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.desk import Desk


def open_new_channel(desk: Desk, window: QWidget) -> None:
    """Show it."""
    raise NotImplementedError
