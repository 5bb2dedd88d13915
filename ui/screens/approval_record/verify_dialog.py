"""The dialog that checks the code of a printed record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.desk import Desk


def open_verify(desk: Desk, window: QWidget) -> None:
    """Take a code and say whether it is that of the record."""
    raise NotImplementedError
