"""What a place shows when it has nothing: an icon, a sentence, the next step."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.style import StyleSource


class EmptyState(QWidget):
    """Centred in its place; used for empty, loading, offline, error and no-permission."""

    action_triggered = Signal()

    def __init__(
        self,
        style: StyleSource,
        icon: str = "",
        title: str = "",
        text: str = "",
        action_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)

    def set_state(
        self, icon: str, title: str, text: str = "", action_text: str = "", *, is_busy: bool = False
    ) -> None:
        """Change everything at once; `is_busy` turns the icon into a spinner."""
