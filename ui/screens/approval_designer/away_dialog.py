"""The dialog that lets somebody decide for me while I am away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.desk import Desk


def open_away(desk: Desk, window: QWidget) -> None:
    """Choose who, from when until when, and for which templates; end it."""
    raise NotImplementedError
