"""The mini window of a player session: made when first wanted, remembered where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from ui.desk import Desk
    from widgets.player.dock import PlayerDock
    from widgets.player.mini_window import MiniWindow
    from widgets.player.player import Player

KEPT = "player_mini"


class MiniPlace:
    """Of one session."""

    def __init__(self, desk: Desk, on_back: Callable[[], None], on_closed: Callable[[], None]) -> None:
        self._desk, self._on_back, self._on_closed = desk, on_back, on_closed
        self._window: MiniWindow | None = None

    @property
    def window(self) -> MiniWindow | None:
        """The window, if it was wanted once."""
        return self._window

    @property
    def dock(self) -> PlayerDock:
        """Where the player goes."""
        return self._made().dock

    def holds(self, place: QWidget | None) -> bool:
        """Whether a place is the mini window's."""
        return self._window is not None and place is self._window.dock

    def show(self, player: Player) -> None:
        """Show it with the player in it."""
        window = self._made()
        window.take(player)
        window.open_at(_rect_of(self._desk.settings.current.window.get(KEPT)))

    def release(self) -> None:
        """The player goes elsewhere."""
        if self._window is not None:
            self._window.release()
            self._window.hide()

    def close(self) -> None:
        """The account goes."""
        if self._window is not None:
            self._window.closed.disconnect(self._on_closed)
            self._window.close()
            self._window.deleteLater()
            self._window = None

    def _made(self) -> MiniWindow:
        if self._window is None:
            from widgets.player.mini_window import MiniWindow

            self._window = MiniWindow(self._desk.style)
            self._window.back_requested.connect(self._on_back)
            self._window.closed.connect(self._on_closed)
            self._window.moved.connect(self._keep)
        return self._window

    def _keep(self, place: QRect) -> None:
        kept = [place.x(), place.y(), place.width(), place.height()]
        self._desk.settings.change(window=self._desk.settings.current.window | {KEPT: kept})


def _rect_of(kept: object) -> QRect | None:
    """Read where the mini window was."""
    if (
        isinstance(kept, list)
        and len(kept) == 4
        and all(type(one) is int and abs(one) < 1 << 20 for one in kept)
    ):
        return QRect(*kept)
    return None
