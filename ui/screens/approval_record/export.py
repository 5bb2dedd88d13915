"""A list of requests as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import ApprovalQuery
    from ui.desk import Desk


def export_list(desk: Desk, window: QWidget, query: ApprovalQuery) -> None:
    """Ask for a file and write what a list shows, with progress; can be cancelled."""
    raise NotImplementedError
