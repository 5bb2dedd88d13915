"""A form to be filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.approvals.planning import ProblemAt
    from app.domain.approvals.request import Values
    from app.domain.approvals.template import Template
    from ui.desk import Desk


class FormEditor(QWidget):
    """One input per field; hidden fields come and go, formulas compute as one types. As tall as it needs to be."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def set_form(self, template: Template, values: Values) -> None:
        """Show a template with these values; `{}`: with its defaults."""
        raise NotImplementedError

    def values(self) -> Values:
        """What stands in it now, computed; half-typed inputs as typed. Files not uploaded have a `path`."""
        raise NotImplementedError

    def show_problems(self, problems: Sequence[ProblemAt]) -> None:
        """Mark what keeps it from being sent; go to the first."""
        raise NotImplementedError
