"""The window in which templates and roles are designed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.desk import Desk


def open_designer(desk: Desk, window: QWidget) -> None:
    """Show the templates; who may not edit them sees them."""
    raise NotImplementedError
