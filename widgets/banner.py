"""The line that says how the connection stands, in words, with the next step."""

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.style import StyleSource


class BannerKind(StrEnum):
    """Its colour."""

    WAITING = "waiting"
    ATTENTION = "attention"
    INFO = "info"
    DONE = "done"


class Banner(QWidget):
    """Hidden until `show_line`; slides in unless motion is off."""

    action_triggered = Signal()
    dismissed = Signal()

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def show_line(
        self,
        text: str,
        kind: BannerKind = BannerKind.WAITING,
        *,
        action_text: str = "",
        is_dismissable: bool = False,
        icon: str = "",
    ) -> None:
        """Say something until told otherwise."""

    def hide_line(self) -> None:
        """Take it away."""
