"""The one figure where the system shows it: tray, taskbar or dock, window title. Painted anew when a system may have lost it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from resources.translations import language_changed, tr
from ui.unread import figure_words, unread_of

if TYPE_CHECKING:
    from app.domain.rooms import AttentionTotals
    from ui.desk import Desk
    from ui.main_window import MainWindow
    from ui.tray import Tray


class Figures(QObject):
    """Asks `desk.account.attention` and nobody else."""

    def __init__(self, desk: Desk, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, window
        self._tray: Tray | None = None
        self._shown: AttentionTotals | None = None
        self._is_over = False
        desk.bridge.attention_changed.connect(self.show)

    def use_tray(self, tray: Tray) -> None:
        """Show the figure on the tray and the taskbar, too; before, the first paint would wait for them."""
        self._tray = tray
        app = _app()
        app.applicationStateChanged.connect(self.repaint)
        app.screenAdded.connect(self.repaint)
        app.screenRemoved.connect(self.repaint)
        app.primaryScreenChanged.connect(self.repaint)
        self._window.activity_changed.connect(self.repaint)
        self._desk.bridge.connection_changed.connect(self.repaint)
        language_changed.connect(self.repaint)
        self.repaint()

    def show(self) -> None:
        """The figures may be others."""
        totals = self._desk.account.attention.totals()
        if totals != self._shown:
            self._shown = totals
            self._paint(totals)

    def repaint(self, *_: object) -> None:
        """The system may have lost what was painted: the window came to the front, woke up, or has another screen."""
        if self._is_over:
            return
        self._shown = self._desk.account.attention.totals()
        self._paint(self._shown)
        if self._tray is not None:
            self._tray.repaint()

    def close(self) -> None:
        """The account goes: nothing of it stays on the taskbar."""
        self._is_over = True
        if self._tray is not None:
            self._tray.set_totals(None)
            _app().setBadgeNumber(0)
        self._window.setWindowTitle(tr("Tack"))
        self._window.setAccessibleDescription("")

    def _paint(self, totals: AttentionTotals) -> None:
        count = unread_of(totals)
        self._window.setWindowTitle(tr("({n}) Tack", n=count) if count else tr("Tack"))
        self._window.setAccessibleDescription(figure_words(totals))
        if self._tray is not None:
            self._tray.set_totals(totals)
            _app().setBadgeNumber(count)


def _app() -> QGuiApplication:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    return app
