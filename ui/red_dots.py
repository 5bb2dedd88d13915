"""The broom, its undo and its history; "why this number"; and the figures where the system shows them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QPoint

from app.domain.attention import ClearKind, ClearScope
from app.domain.ids import EventID, RoomID
from resources.translations import tr, tr_n
from ui.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.attention import ClearRecord
    from app.errors import TackError
    from ui.desk import Desk
    from ui.main_window import MainWindow
    from ui.models.room_list_model import Assumption
    from ui.screens.main_window.main_page import MainPage
    from ui.screens.red_dots.history import History
    from ui.screens.red_dots.sources import Sources
    from ui.tray import Tray
    from widgets.undo_key import UndoKey

SPARE_MS = 250
"""The offer to undo ends a little before the undo time, so that a click in the last moment still undoes."""


class _Offer(NamedTuple):
    """A clear whose undo is offered on screen."""

    clear_id: int
    withdraw: Callable[[], None]


class RedDots(QObject):
    """`desk.red_dots`."""

    def __init__(self, desk: Desk, page: MainPage, window: MainWindow) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self._window = window
        self._figures = Figures(desk, window, self)
        self._offers: list[_Offer] = []
        self._undo_key: UndoKey | None = None
        self._tray: Tray | None = None
        self._history: History | None = None
        self._sources: Sources | None = None
        conversations = page.conversations
        conversations.broom.clicked.connect(lambda: self.clear())
        conversations.broom.menu_requested.connect(self.open_menu)
        conversations.dot_cleared.connect(self.clear_room)
        page.rail.entry_context_requested.connect(self._open_rail_menu)

    def use_tray(self, tray: Tray) -> None:
        """Show the figure on the tray, too, and take what its menu asks for."""
        self._figures.use_tray(tray)
        self._tray = tray
        tray.clear_requested.connect(self.clear)
        tray.why_requested.connect(self._why_from_tray)

    def show_totals(self) -> None:
        """Paint the figures anew."""
        self._figures.show()

    def close(self) -> None:
        """The account goes."""
        self._figures.close()
        if self._tray is not None:
            self._tray.clear_requested.disconnect(self.clear)
            self._tray.why_requested.disconnect(self._why_from_tray)
        for panel in (self._history, self._sources):
            if panel is not None:
                panel.close()
        if self._undo_key is not None:
            self._undo_key.rest()

    # Clearing

    def clear(self, scope: ClearScope | None = None) -> None:
        """Clear unread and mentions at once (everything by default), and offer to undo it.

        Shown before it is written: rows lose their dots in this turn, the figures in the next.
        """
        from ui.screens.red_dots.scopes import covers_of

        scope = scope or ClearScope()
        model, account = self._page.conversations.model, self._desk.account
        spaces = account.cache.read.spaces() if scope.kind is ClearKind.SPACE else ()
        now_ms = time.time_ns() // 1_000_000
        assumption = model.assume(covers_of(scope, spaces, now_ms))
        self._desk.operations.start(
            self._clear(scope),
            lambda record: self._cleared(assumption, record),
            lambda error: self._not_cleared(assumption, error),
            is_vital=True,
        )

    def clear_room(self, room_id: str) -> None:
        """Clear the dot of one room."""
        self.clear(ClearScope(ClearKind.ROOMS, rooms=(RoomID(room_id),)))

    def clear_here(self) -> None:
        """Clear the dot of the row the keyboard is on, else of the open room; among channels, of the channel there."""
        from ui.screens.main_window.places import Place

        if self._page.place is Place.CHANNELS:
            channel = self._desk.channels.current_room()
            if channel is not None:
                self.clear_room(channel)
            return
        conversations = self._page.conversations
        room = conversations.list.current_room() if conversations.list.hasFocus() else ""
        room = room or (self._page.chat.room_id or "" if self._page.has_chat else "")
        if room:
            self.clear_room(room)

    def undo(self) -> None:
        """Undo the newest clear that is still offered."""
        if self._offers:
            self.undo_clear(self._offers[-1].clear_id)

    def undo_clear(self, clear_id: int) -> None:
        """Bring one clear back: as it was while the server knows nothing, later by marking unread."""
        for offer in [offer for offer in self._offers if offer.clear_id == clear_id]:
            offer.withdraw()
        self._desk.operations.start(self._undo(clear_id), self._undone, is_vital=True)

    async def _clear(self, scope: ClearScope) -> ClearRecord | None:
        clearing = self._desk.account.clearing
        clear_id = await clearing.clear(scope)
        if clear_id is None:
            return None
        return next((record for record in clearing.history() if record.id == clear_id), None)

    async def _undo(self, clear_id: int) -> int | None:
        clearing = self._desk.account.clearing
        return None if await clearing.undo(clear_id) else await clearing.restore(clear_id)

    def _cleared(self, assumption: Assumption, record: ClearRecord | None) -> None:
        from ui.screens.red_dots.clear_words import cleared_words, nothing_words

        self._page.conversations.model.settle(assumption)
        if record is None:
            self._desk.tell(nothing_words(self._desk.account.attention.totals()))
            return
        self._offer(record, cleared_words(record))

    def _not_cleared(self, assumption: Assumption, error: TackError) -> None:
        self._page.conversations.model.settle(assumption)
        self._desk.tell_error(error)

    def _undone(self, restored: int | None) -> None:
        if restored is None:
            return
        if restored:
            self._desk.tell(tr_n("{n} chat is unread again.", "{n} chats are unread again.", restored))
        else:
            self._desk.tell(tr("All of it was read since. There is nothing to bring back."))

    def _offer(self, record: ClearRecord, words: str) -> None:
        from app.attention.clearing import UNDO_MS
        from widgets.toast import ToastKind

        left_ms = record.at_ms + UNDO_MS - SPARE_MS - time.time_ns() // 1_000_000
        withdraw = self._desk.toasts.show_toast(
            words,
            ToastKind.DONE,
            action_text=tr("Undo"),
            on_action=lambda: self.undo_clear(record.id),
            duration_ms=max(1000, min(left_ms, UNDO_MS)),
            is_counting=True,
            on_gone=lambda: self._offer_gone(record.id),
        )
        self._offers.append(_Offer(record.id, withdraw))
        self._listen_for_undo()

    def _offer_gone(self, clear_id: int) -> None:
        self._offers = [offer for offer in self._offers if offer.clear_id != clear_id]
        if not self._offers and self._undo_key is not None:
            self._undo_key.rest()

    def _listen_for_undo(self) -> None:
        if self._undo_key is None:
            from widgets.undo_key import UndoKey

            self._undo_key = UndoKey(self._window)
            self._undo_key.pressed.connect(self.undo)
        self._undo_key.listen()

    def open_next_unread(self) -> None:
        """Go to the next chat with something unread."""
        self._page.go_to_unread(1)

    # Menus and cards

    def open_menu(self, corner: QPoint) -> None:
        """Open the broom's menu."""
        from ui.screens.red_dots.broom_menu import BroomMenu

        room = self._page.chat.room_id if self._page.has_chat else None
        menu = BroomMenu(self._desk, self._window, self._page.conversations.model.filter, room)
        menu.scope_chosen.connect(lambda chosen: self.clear(chosen.scope))
        menu.history_chosen.connect(lambda: self.open_history(corner))
        menu.why_chosen.connect(lambda: self.open_sources(corner))
        menu.open_at(corner)

    def open_history(self, corner: QPoint | None = None) -> None:
        """Show the clears of the last 24 hours."""
        if self._history is None:
            from ui.screens.red_dots.history import History

            self._history = History(self._desk, self._window, self)
            self._history.undo_chosen.connect(self.undo_clear)
        self._history.open_at(corner or self._page.conversations.broom.corner())

    def open_sources(self, corner: QPoint | None = None) -> None:
        """Show what the number is made of."""
        if self._sources is None:
            from ui.screens.red_dots.sources import Sources

            self._sources = Sources(self._desk, self._window, self)
            self._sources.room_chosen.connect(self._open_place)
        self._sources.open_at(corner or self._page.conversations.broom.corner())

    def _open_place(self, room_id: str, event_id: str) -> None:
        self._page.open_room(room_id, event_id=EventID(event_id) if event_id else None)

    def _why_from_tray(self) -> None:
        self._window.come_to_front()
        self.open_sources()

    def _open_rail_menu(self, key: str, position: QPoint) -> None:
        from ui.screens.main_window.places import Place
        from ui.screens.red_dots.broom_menu import open_rail_menu

        if key in (Place.CHATS, Place.DING, Place.APPROVALS, Place.CHANNELS):
            open_rail_menu(self._window, position, self, is_broom_offered=key == Place.CHATS)
