"""One request on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import ApprovalDetail
    from ui.desk import Desk


def open_record(desk: Desk, window: QWidget, detail: ApprovalDetail) -> None:
    """Show the record as it will be printed; print it, or save it as PDF."""
    raise NotImplementedError
