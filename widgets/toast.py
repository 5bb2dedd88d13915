"""Short notes over the window's lower edge, some with one action (Undo)."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from widgets.style import StyleSource


class ToastKind(StrEnum):
    """Its icon."""

    INFO = "info"
    DONE = "done"
    ERROR = "error"


class ToastHost(QObject):
    """Shows toasts over `window`, newest lowest, at most three; errors stay longer, a hovered one stays."""

    def __init__(self, style: StyleSource, window: QWidget) -> None:
        super().__init__(window)

    def show_toast(
        self,
        text: str,
        kind: ToastKind = ToastKind.INFO,
        *,
        action_text: str = "",
        on_action: Callable[[], None] | None = None,
        duration_ms: int = 0,
    ) -> None:
        """Show `text`; duration 0 means by length and kind (4-10 s)."""

    def clear(self) -> None:
        """Take all away."""
