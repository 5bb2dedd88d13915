"""Chooses the conversation that a card of a request goes into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from app.domain.ids import RoomID
from app.domain.visible import one_line
from resources.translations import tr
from ui.approval_words import fact_words
from ui.images import avatar_key
from widgets.dialogs import Dialog
from widgets.floating_list import FloatingList, FloatingRow
from widgets.search_field import SearchField
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import ApprovalDetail
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


def ask_room(desk: Desk, window: QWidget, detail: ApprovalDetail) -> RoomDialog:
    """Ask for a conversation and send the card into it."""
    dialog = RoomDialog(desk, window)
    words = " · ".join(filter(None, (one_line(detail.row.title), detail.row.number, fact_words(detail.row))))

    def send(room_id: str) -> None:
        desk.operations.start(
            desk.account.approvals.send_card(detail.row.room_id, RoomID(room_id), words),
            lambda _txn: desk.tell(tr("Sent into the chat"), ToastKind.DONE),
            is_vital=True,
        )

    dialog.room_chosen.connect(send)
    dialog.open()
    dialog.field.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog
