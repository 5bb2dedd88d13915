"""Ctrl+Z and Ctrl+Shift+Z (Ctrl+Y) for what is edited on a page, also while the cursor is in one of its text fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class UndoKeys(QObject):
    """The fields' own undo is passed over: an edit of the template holds what was typed. `free` widgets keep theirs."""

    undo_pressed = Signal()
    redo_pressed = Signal()

    def __init__(self, page: QWidget, free: Sequence[QWidget] = ()) -> None:
        super().__init__(page)
        self._page, self._free = page, tuple(free)
        self._watched: QWidget | None = None
        for sequence, signal in (
            (QKeySequence(_KEYS[0]), self.undo_pressed),
            (QKeySequence(_KEYS[1]), self.redo_pressed),
            (QKeySequence("Ctrl+Y"), self.redo_pressed),
        ):
            if sequence == QKeySequence("Ctrl+Y") and sequence == QKeySequence(_KEYS[1]):
                continue
            shortcut = QShortcut(sequence, page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(signal)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._watch)

    def stop(self) -> None:
        """The page goes."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.disconnect(self._watch)
        self._watch(None, None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field of the page does not see that the key is a shortcut of its own."""
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        return any(event.matches(key) for key in _KEYS) or _is_ctrl_y(event)

    def _watch(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        is_ours = now is not None and self._page.isAncestorOf(now)
        if now is not None and any(free is now or free.isAncestorOf(now) for free in self._free):
            is_ours = False
        self._watched = now if is_ours else None
        if self._watched is not None:
            self._watched.installEventFilter(self)


def _is_ctrl_y(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier
