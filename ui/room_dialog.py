"""Chooses a conversation that something is sent into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from resources.translations import tr
from ui.images import avatar_key
from widgets.dialogs import Dialog
from widgets.floating_list import FloatingList, FloatingRow
from widgets.search_field import SearchField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.desk import Desk

_MOST, _HEIGHT = 12, 300


class RoomDialog(Dialog):
    """A field that searches, conversations under it."""

    room_chosen = Signal(str)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(desk.style, tr("Send into a chat"), window)
        self._desk = desk
        self.field = SearchField(desk.style, tr("Search chats"))
        self.rows = FloatingList(desk.style, desk.images)
        self.rows.setFixedHeight(desk.style.current.px(_HEIGHT))
        self.body.addWidget(self.field)
        self.body.addWidget(self.rows)
        self.add_button("cancel", tr("Cancel"))
        self.field.term_changed.connect(self._look_for)
        self.field.moved.connect(self.rows.move_by)
        self.field.submitted.connect(lambda _term: self.rows.choose())
        self.field.cancelled.connect(self.reject)
        self.rows.chosen.connect(self._choose)
        self._look_for("")

    def _look_for(self, term: str) -> None:
        reads = self._desk.account.cache.read
        found = reads.search_rooms(term, _MOST) if term else reads.room_page(reads.room_order(limit=_MOST))
        self.rows.set_rows(
            [
                FloatingRow(room.room_id, room.name, "", room.room_id, avatar_key(room.avatar))
                for room in found
            ]
        )

    def _choose(self, room_id: str) -> None:
        self.room_chosen.emit(room_id)
        self.accept()
