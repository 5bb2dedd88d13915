"""Ctrl+Z for something that is not a text, while it can be undone.

A text field takes Ctrl+Z for itself whether or not it has something to undo. While this listens, a field that has
nothing does not get the key, so that the window's shortcut does; a field that has something keeps it.
"""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid


class UndoKey(QObject):
    """Sleeps until `listen`."""

    pressed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._watched: QWidget | None = None
        self._shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), window)
        self._shortcut.setEnabled(False)
        self._shortcut.activated.connect(self.pressed)

    def listen(self) -> None:
        """Take the key from now on."""
        if self._shortcut.isEnabled():
            return
        self._shortcut.setEnabled(True)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._watch)
        self._watch(None, app.focusWidget())

    def rest(self) -> None:
        """Leave the key alone."""
        if not self._shortcut.isEnabled():
            return
        self._shortcut.setEnabled(False)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.disconnect(self._watch)
        self._watch(None, None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field with nothing to undo does not see that the key is a shortcut of its own."""
        return (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Undo)
            and not has_undo(watched)
        )

    def _watch(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = now
        if now is not None:
            now.installEventFilter(self)


def has_undo(field: QObject) -> bool:
    """Whether a text field would undo something."""
    if isinstance(field, QLineEdit):
        return field.isUndoAvailable()
    return isinstance(field, QTextEdit | QPlainTextEdit) and field.document().isUndoAvailable()
