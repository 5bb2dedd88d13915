"""Deciding many requests at once: one note, the result of each, and undo until they go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.approvals.values import UNDO_MS
from app.domain.approvals.acts import ActKind
from app.domain.approvals.state import Refusal
from app.domain.visible import one_line
from resources.translations import tr, tr_n
from ui.approval_words import refusal_words
from ui.screens.approvals.approval_acts import reason_of
from widgets.dialogs import Dialog
from widgets.toast import ToastKind
from widgets.undo_key import UndoKey
from widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from app.domain.approvals.rows import BatchResult, BatchSkip
    from app.domain.ids import RoomID, TxnID
    from app.errors import TackError
    from ui.desk import Desk

SPARE_MS = 500
"""So much earlier the offer ends, so that nobody is told "undo" for what has gone out."""
_MOST_SHOWN = 30


class Batch(QObject):
    """One at a time; its undo is offered by a toast and Ctrl+Z."""

    busy_changed = Signal(bool)
    done = Signal()
    """They are in the send queue; the ticks can go."""

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, window
        self._offers: list[tuple[tuple[TxnID, ...], Callable[[], None]]] = []
        self._undo_key: UndoKey | None = None
        self._is_busy = False

    def decide(self, rooms: Sequence[RoomID], kind: ActKind, note: str) -> None:
        """Approve or reject these."""
        if self._is_busy or not rooms:
            return
        self._set_busy(True)
        self._desk.operations.start(
            self._desk.account.approvals.act_on_all(rooms, kind, note),
            lambda result: self._settled(kind, result),
            self._failed,
            is_vital=True,
        )

    def undo(self) -> None:
        """Take the newest one back, as long as it is offered."""
        if not self._offers:
            return
        txns, withdraw = self._offers[-1]
        withdraw()
        self._desk.operations.start(
            self._desk.account.approvals.undo(txns),
            lambda undone: self._undone(undone, len(txns)),
            is_vital=True,
        )

    def stop(self) -> None:
        """The account goes."""
        if self._undo_key is not None:
            self._undo_key.rest()

    # Inside

    def _settled(self, kind: ActKind, result: BatchResult) -> None:
        self._set_busy(False)
        self.done.emit()
        if result.done:
            self._offer(kind, tuple(txn for _room, txn in result.done))
        if result.skipped:
            show_skipped(self._desk, self._window, result)

    def _failed(self, error: TackError) -> None:
        self._set_busy(False)
        self._desk.tell(reason_of(error), ToastKind.ERROR)

    def _offer(self, kind: ActKind, txns: tuple[TxnID, ...]) -> None:
        count = len(txns)
        if kind is ActKind.APPROVE:
            words = tr_n("{n} request approved", "{n} requests approved", count)
        else:
            words = tr_n("{n} request rejected", "{n} requests rejected", count)
        withdraw = self._desk.toasts.show_toast(
            words,
            ToastKind.DONE,
            action_text=tr("Undo"),
            on_action=self.undo,
            duration_ms=UNDO_MS - SPARE_MS,
            is_counting=True,
            on_gone=lambda: self._gone(txns),
        )
        self._offers.append((txns, withdraw))
        if self._undo_key is None:
            self._undo_key = UndoKey(self._window)
            self._undo_key.pressed.connect(self.undo)
        self._undo_key.listen()

    def _gone(self, txns: tuple[TxnID, ...]) -> None:
        self._offers = [offer for offer in self._offers if offer[0] != txns]
        if not self._offers and self._undo_key is not None:
            self._undo_key.rest()

    def _undone(self, undone: int, asked: int) -> None:
        if undone == asked:
            self._desk.tell(tr("Undone"))
        else:
            self._desk.tell(tr("{n} of {all} undone; the others have gone out.", n=undone, all=asked))

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self.busy_changed.emit(is_busy)


def show_skipped(desk: Desk, window: QWidget, result: BatchResult) -> Dialog:
    """Say what was left out, and why."""
    dialog = Dialog(desk.style, tr_n("{n} was left out", "{n} were left out", len(result.skipped)), window)
    done = len(result.done)
    dialog.set_text(tr_n("{n} was decided.", "{n} were decided.", done) if done else tr("None was decided."))
    for skip in result.skipped[:_MOST_SHOWN]:
        line = tr("{words}: {note}", words=one_line(skip.title), note=skip_words(skip))
        dialog.body.addWidget(Words(desk.style, line, pixels=13))
    more = len(result.skipped) - _MOST_SHOWN
    if more > 0:
        dialog.body.addWidget(Words(desk.style, tr("and {n} more", n=more), role="text2", pixels=13))
    dialog.add_button("accept", tr("OK"), is_default=True)
    dialog.open()
    return dialog


def skip_words(skip: BatchSkip) -> str:
    """Word why a request was left out of a batch."""
    reason = str(skip.refusal)
    own = {
        "not_batchable": tr("It has to be opened to be decided."),
        "unsealed": tr("It is not sealed."),
        "differs": tr("It was not made with your organisation's template."),
        "invalid": tr("It contradicts itself."),
    }
    if reason in own:
        return own[reason]
    return refusal_words(Refusal(reason)) if reason in set(Refusal) else tr("It has changed meanwhile.")
