"""A line edit that knows when the input method composes, so that Enter then belongs to it alone."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_INPUT_METHOD_KEYS = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Tab,
)


class LineEdit(QLineEdit):
    """Swallows Enter, Escape and arrows while half-typed characters are shown."""

    keeps_enter = False
    """Enter ends here (`returnPressed`); else whoever is around the field hears of it too (a dialog's button)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_composing = False

    @property
    def is_composing(self) -> bool:
        """Whether the input method shows half-typed characters."""
        return self._is_composing

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._is_composing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_composing and event.key() in _INPUT_METHOD_KEYS:
            event.accept()
        else:
            super().keyPressEvent(event)
            if self.keeps_enter and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                event.accept()
