"""Sending a card of a post into a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.domain.channels.links import clock_words
from app.domain.ids import RoomID
from app.domain.visible import one_line
from resources.translations import tr
from ui.room_dialog import RoomDialog
from ui.sentences import sentence
from widgets.buttons import ButtonKind
from widgets.chips import Chip, FilterChips
from widgets.dialogs import Dialog
from widgets.form_fields import TextField
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.domain.ids import EventID
    from app.errors import TackError
    from ui.desk import Desk

_START, _MOMENT = "start", "moment"


class ShareDialog(RoomDialog):
    """What is said with it, from which moment, and into which chat."""

    def __init__(self, desk: Desk, window: QWidget, title: str, at_ms: int | None) -> None:
        super().__init__(desk, window)
        self._at_ms = at_ms
        self.words = TextField(desk.style, tr("Say something with it"))
        self.moment = FilterChips(desk.style)
        self.set_text(title)
        self.body.insertWidget(0, self.words)
        self.body.insertWidget(1, self.moment)
        self.moment.setVisible(at_ms is not None)
        if at_ms is not None:
            at_moment = tr("At {moment}", moment=clock_words(at_ms))
            self.moment.set_chips([Chip(_MOMENT, at_moment), Chip(_START, tr("From the beginning"))])
            self.moment.set_current(_MOMENT)

    def at_ms(self) -> int | None:
        """The moment the card leads to."""
        return self._at_ms if self.moment.current() == _MOMENT else None


def open_share(desk: Desk, window: QWidget, event_id: EventID, at_ms: int | None) -> None:
    """Show it."""
    row = desk.account.cache.read.channels.post(event_id)
    if row is None:
        desk.tell(tr("This video is not there any more."))
        return
    is_timed = at_ms is not None and at_ms >= 1000 and not row.is_live
    dialog = ShareDialog(desk, window, one_line(row.title), at_ms if is_timed else None)
    dialog.room_chosen.connect(
        lambda room: _send(desk, window, event_id, RoomID(room), dialog.at_ms(), dialog.words.text())
    )
    dialog.open()
    dialog.field.setFocus(Qt.FocusReason.OtherFocusReason)


def _send(desk: Desk, window: QWidget, event_id: EventID, to: RoomID, at_ms: int | None, text: str) -> None:
    def refused(error: TackError) -> None:
        if error.code == "share_wider":
            _ask_wider(desk, window, event_id, to, at_ms, text, sentence(error))
        else:
            desk.tell_error(error)

    work = desk.account.channels.share(event_id, to, at_ms=at_ms, text=text.strip())
    desk.operations.start(work, lambda _none: _tell_sent(desk), refused, is_vital=True)


def _ask_wider(
    desk: Desk, window: QWidget, event_id: EventID, to: RoomID, at_ms: int | None, text: str, why: str
) -> None:
    """Some there could not see the video: send its card all the same?"""
    dialog = Dialog(desk.style, tr("Share it there?"), window)
    dialog.set_text(why)
    dialog.add_button("cancel", tr("Cancel"), is_default=True)
    dialog.add_button("share", tr("Share anyway"), ButtonKind.DANGER)

    def send() -> None:
        work = desk.account.channels.share_anyway(event_id, to, at_ms=at_ms, text=text.strip())
        desk.operations.start(work, lambda _none: _tell_sent(desk), is_vital=True)

    dialog.accepted.connect(send)
    dialog.open()


def _tell_sent(desk: Desk) -> None:
    desk.tell(tr("Sent into the chat"), ToastKind.DONE)
