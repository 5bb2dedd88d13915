"""Where a second window opens: over the middle of the first one, and wholly on its screen."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

_FRAME = 32
"""Of what the window manager draws above a window, before it has said how much."""


def stand_over(window: QWidget, over: QWidget) -> None:
    """Move a window that is not shown yet. Its size is set before."""
    first = over.window()
    screen = first.screen().availableGeometry()
    at = first.geometry().center() - window.rect().center()
    right = max(screen.left(), screen.right() + 1 - window.width())
    bottom = max(screen.top() + _FRAME, screen.bottom() + 1 - window.height())
    x = min(max(screen.left(), at.x()), right)
    y = min(max(screen.top() + _FRAME, at.y()), bottom)
    window.move(QPoint(x, y) - QPoint(0, _FRAME))
