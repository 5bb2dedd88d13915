"""A filled form, for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.domain.approvals.request import Values
    from app.domain.approvals.template import Template
    from ui.desk import Desk


class FormView(QWidget):
    """Names on the left, values on the right, tables as tables; as tall as it needs to be."""

    file_activated = Signal(object)
    """A `FileRef` was clicked."""
    request_activated = Signal(str)
    """The room of a linked request."""
    person_activated = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def show_form(
        self,
        template: Template,
        values: Values,
        former: Values | None = None,
        names: dict[str, str] | None = None,
    ) -> None:
        """Show a form; what differs from `former` is marked "was …"."""
        raise NotImplementedError
