"""The one top-level window: shows a page, remembers its place on the screen, never decides anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QSize, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from widgets.style import StyleSource

DEFAULT_SIZE = QSize(1280, 800)
MIN_SIZE = QSize(720, 480)


class MainWindow(QWidget):
    """Pages come and go; the window stays."""

    close_wanted = Signal()
    """The person closed it: the application hides it or quits."""
    activity_changed = Signal(bool)

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self._style = style
        self._stack = QStackedLayout(self)
        self._page: QWidget | None = None
        self._is_closing = False
        self.setMinimumSize(MIN_SIZE)
        self.resize(DEFAULT_SIZE)

    def show_page(self, page: QWidget) -> None:
        """Show a page and drop the one before."""
        last, self._page = self._page, page
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        if last is not None and last is not page:
            self._stack.removeWidget(last)
            last.deleteLater()

    def restore_place(self, kept: dict[str, Any]) -> None:
        """Take the geometry of the last time."""
        geometry = kept.get("geometry")
        if isinstance(geometry, str):
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "replace")))

    def place(self) -> dict[str, Any]:
        """The geometry, for the next time."""
        return {"geometry": bytes(self.saveGeometry().toBase64().data()).decode("ascii")}

    def come_to_front(self) -> None:
        """Show the window over others."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def allow_close(self) -> None:
        """The program ends: closing is just closing now."""
        self._is_closing = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """See Qt."""
        if self._is_closing:
            event.accept()
            return
        event.ignore()
        self.close_wanted.emit()

    def changeEvent(self, event: QEvent) -> None:
        """See Qt."""
        if event.type() is QEvent.Type.ActivationChange:
            self.activity_changed.emit(self.isActiveWindow())
        super().changeEvent(event)
