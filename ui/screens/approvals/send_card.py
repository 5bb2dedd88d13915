"""Chooses the conversation that a card of a request goes into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.domain.ids import RoomID
from app.domain.visible import one_line
from resources.translations import tr
from ui.approval_words import fact_words
from ui.room_dialog import RoomDialog
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import ApprovalDetail
    from ui.desk import Desk


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
