"""The history of clears: reads it when opened, when it moved, and every second while an undo time runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal

from ui.screens.red_dots.clear_words import clear_row
from widgets.clear_history import ClearHistory

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.attention import ClearRecord
    from ui.desk import Desk


class History(QObject):
    """One card, made once."""

    undo_chosen = Signal(object)
    """Id of the clear."""

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, window
        self._records: list[ClearRecord] = []
        self.panel = ClearHistory(desk.style, window)
        self.panel.acted.connect(self.undo_chosen)
        self.panel.ticked.connect(self._word)
        desk.bridge.clears_changed.connect(self._read_shown)

    def open_at(self, corner: QPoint) -> None:
        """Show it."""
        self._read()
        self.panel.float_at(corner, self._window)
        self.panel.setFocus()

    def close(self) -> None:
        """The account goes."""
        self.panel.close_panel()
        self.panel.deleteLater()

    def _read_shown(self) -> None:
        if not self.panel.isHidden():
            self._read()

    def _read(self) -> None:
        self._records = self._desk.account.clearing.history()
        self._word()

    def _word(self) -> None:
        now_ms = time.time_ns() // 1_000_000
        self.panel.show_rows([clear_row(record, now_ms) for record in self._records])
