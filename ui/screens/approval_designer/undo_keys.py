"""Ctrl+Z and Ctrl+Shift+Z (Ctrl+Y) for what is edited on a page, also while the cursor is in one of its text fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNDO, _REDO, _REDO_TOO = "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y"


class UndoKeys(QObject):
    """The fields' own undo is passed over: an edit of the template holds what was typed. `free` widgets keep theirs."""

    undo_pressed = Signal()
    redo_pressed = Signal()

    def __init__(self, page: QWidget, free: Sequence[QWidget] = ()) -> None:
        super().__init__(page)
        self._page, self._free = page, tuple(free)
        self._watched: QWidget | None = None
        for sequence, signal in (
            (_UNDO, self.undo_pressed),
            (_REDO, self.redo_pressed),
            (_REDO_TOO, self.redo_pressed),
        ):
            shortcut = QShortcut(QKeySequence(sequence), page)
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
        return QKeySequence(event.keyCombination()).toString() in (_UNDO, _REDO, _REDO_TOO)

    def _watch(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        is_ours = now is not None and self._page.isAncestorOf(now)
        if now is not None and any(free is now or free.isAncestorOf(now) for free in self._free):
            is_ours = False
        self._watched = now if is_ours else None
        if self._watched is not None:
            self._watched.installEventFilter(self)
