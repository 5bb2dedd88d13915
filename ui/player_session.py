"""The one player of a window and what stands behind it: the source of the bytes, where I stopped, subtitles, flying comments.

One `Player` wanders: the watch page, a card in a chat and the mini window take it in (`dock`) one after another, while it plays on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.ids import EventID
    from ui.desk import Desk
    from ui.screens.main_window.main_page import MainPage
    from widgets.player.player import Player


class PlayerSession(QObject):
    """`desk.channels.session`."""

    post_changed = Signal(str)
    """Event id of what plays now; empty: nothing."""
    docked = Signal(object)
    """The widget that holds the player now; the earlier one shows the cover again."""

    def __init__(self, desk: Desk, page: MainPage, window: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page, self._window = desk, page, window

    @property
    def player(self) -> Player:
        """The player."""
        raise NotImplementedError

    @property
    def event_id(self) -> EventID | None:
        """What plays."""
        raise NotImplementedError

    def dock(self, place: QWidget) -> None:
        """Put the player into a widget that gives it all its room (a `PlayerDock`); where it was shows the cover again."""
        raise NotImplementedError

    def play(
        self, event_id: EventID, at_ms: int | None = None, course: str = "", *, is_paused: bool = False
    ) -> None:
        """Play a post in whatever holds the player; at a moment, else where I stopped."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop playing, keep the place."""
        raise NotImplementedError

    def show_mini(self) -> None:
        """Go on in the small window that stays on top."""
        raise NotImplementedError

    def leave(self, place: QWidget) -> None:
        """A widget that held the player goes or is hidden: go on in the mini window if it plays and the person likes that, else stop."""
        raise NotImplementedError

    def close(self) -> None:
        """The account goes."""
        raise NotImplementedError
