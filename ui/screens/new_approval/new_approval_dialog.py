"""The window in which one asks for something."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import ApprovalDetail
    from ui.desk import Desk


def open_new_approval(
    desk: Desk, window: QWidget, template_id: str = "", copy_of: ApprovalDetail | None = None
) -> None:
    """Choose a template (or begin with one, or with a copy of a request), fill the form, see the route, send."""
    raise NotImplementedError
