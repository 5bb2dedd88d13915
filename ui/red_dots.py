"""The figures of tray, taskbar and title; the broom, its undo and its history; "why this number"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from resources.translations import tr
from ui.unread import unread_of

if TYPE_CHECKING:
    from app.domain.attention import ClearScope
    from ui.desk import Desk
    from ui.main_window import MainWindow
    from ui.screens.main_window.main_page import MainPage
    from ui.tray import Tray


class RedDots(QObject):
    """`desk.red_dots`."""

    def __init__(self, desk: Desk, page: MainPage, window: MainWindow) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self._window = window
        self._tray: Tray | None = None
        desk.bridge.attention_changed.connect(self.show_totals)

    def use_tray(self, tray: Tray) -> None:
        """Show the figure on the tray, too."""
        self._tray = tray
        tray.set_totals(self._desk.account.attention.totals())

    def show_totals(self) -> None:
        """Paint the figures anew."""
        totals = self._desk.account.attention.totals()
        if self._tray is not None:
            self._tray.set_totals(totals)
        count = unread_of(totals)
        self._window.setWindowTitle(tr("({n}) Tack", n=count) if count else tr("Tack"))

    def clear(self, scope: ClearScope | None = None) -> None:
        """Clear unread and mentions at once (everything by default), and offer to undo it."""
