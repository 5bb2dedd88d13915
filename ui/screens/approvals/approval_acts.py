"""What a person does with one request: from a button, a key, a notice, the menus."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication

from app.domain.approvals.acts import ActKind
from app.domain.timeline import SendState
from resources.translations import tr
from ui.screens.approvals.approval_notices import error_words
from ui.screens.approvals.approvals_state import is_made, may_do, rights_by_kind
from ui.sentences import sentence
from widgets.approval_values import ActChoice, ApprovalAct
from widgets.icons import icon
from widgets.toast import ToastKind

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from PySide6.QtWidgets import QMenu, QWidget

    from app.approvals.values import NewAct
    from app.domain.approvals.rows import ApprovalDetail, PendingAct
    from app.domain.ids import RoomID
    from app.errors import TackError
    from ui.desk import Desk
    from ui.screens.approvals.act_dialog import ActDialog
    from ui.screens.approvals.approvals_presenter import ApprovalsPresenter

_KINDS = {ApprovalAct(kind.value): kind for kind in ActKind if kind is not ActKind.DEPUTISE}


class ApprovalActs(QObject):
    """Acts on what the presenter has open."""

    acted = Signal()
    """An act is in the send queue."""

    def __init__(self, desk: Desk, presenter: ApprovalsPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._presenter, self._parent = desk, presenter, parent
        self._service = desk.account.approvals
        self._dialog: ActDialog | None = None

    @property
    def dialog(self) -> ActDialog | None:
        """The one that is open."""
        return self._dialog

    def do(self, act: ApprovalAct) -> None:
        """Do one thing; what does not fit is left."""
        detail = self._presenter.detail
        if detail is None:
            return
        kind = _KINDS.get(act)
        if kind is ActKind.RESUBMIT:
            self._resubmit(detail)
        elif kind is not None:
            self._ask(detail, kind)
        else:
            self._other(detail, act)

    def stop(self) -> None:
        """The account goes: nobody is left to send it."""
        if self._dialog is not None:
            self._dialog.reject()

    def open_menu(
        self,
        choices: Sequence[ActChoice],
        position: QPoint,
        *,
        ends_there: bool = False,
        is_below: bool = False,
    ) -> QMenu:
        """Offer acts. `position` is the menu's lower left corner; its upper right one, or upper left one."""
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self._parent)
        menu.aboutToHide.connect(menu.deleteLater)
        style = self._desk.style.current
        for choice in choices:
            picture = icon(choice.icon or "dots-three", style.colors.text2, style.sizes.icon_small)
            entry = menu.addAction(picture, choice.text)
            entry.setEnabled(choice.is_enabled)
            entry.triggered.connect(lambda _checked=False, act=choice.act: self.do(act))
        size = menu.sizeHint()
        left = size.width() if ends_there else 0
        menu.popup(position - QPoint(left, 0 if ends_there or is_below else size.height()))
        return menu

    # Acts of a request

    def _ask(self, detail: ApprovalDetail, kind: ActKind, void: PendingAct | None = None) -> bool:
        """Open the dialog of an act, if I may do it now; it takes the place of one that was parked."""
        opened = self._presenter.opened
        rights = rights_by_kind(opened.rights).get(kind, []) if opened is not None else []
        if not rights or not may_do(detail, kind) or self._dialog is not None:
            return False
        from ui.screens.approvals.act_dialog import ActDialog, Subject

        subject = Subject(detail, tuple(rights), self._presenter.context)
        dialog = ActDialog(self._desk, self._parent.window(), kind, subject)
        self._dialog = dialog
        dialog.act_given.connect(partial(self._send, dialog, detail.row.room_id, void))
        dialog.finished.connect(self._dialog_closed)
        dialog.begin("" if void is None else void.note)
        return True

    def _again(self, detail: ApprovalDetail) -> None:
        """Decide anew what was parked because the request had moved on."""
        void = next((act for act in detail.pending if act.state is SendState.WEDGED), None)
        if void is None:
            return
        is_known = void.kind in set(ActKind)
        if not is_known or not self._ask(detail, ActKind(void.kind), void):
            self._desk.tell(tr("This is not yours to do any more."))

    def _dialog_closed(self, _result: int) -> None:
        self._dialog = None

    def _send(self, dialog: ActDialog, room_id: RoomID, void: PendingAct | None, act: NewAct) -> None:
        def sent(_txn: object) -> None:
            from ui.screens.approvals.act_words import done_words

            dialog.accept()
            if void is not None:
                self._start(self._desk.account.sending.discard(void.txn_id))
            words = done_words(act.kind, is_online=self._presenter.context.is_online())
            self._desk.tell(words, ToastKind.DONE)
            self.acted.emit()

        def failed(error: TackError) -> None:
            dialog.refuse(reason_of(error))

        self._desk.operations.start(self._service.act(room_id, act), sent, failed, is_vital=True)

    def _resubmit(self, detail: ApprovalDetail) -> None:
        self._desk.approvals.correct(detail)

    # Everything else

    def _other(self, detail: ApprovalDetail, act: ApprovalAct) -> None:
        room_id = detail.row.room_id
        acts: dict[ApprovalAct, Callable[[], None]] = {
            ApprovalAct.JOIN: lambda: self._start(self._service.join(room_id)),
            ApprovalAct.RETRY: lambda: self._start(self._service.retry(room_id)),
            ApprovalAct.ANEW: lambda: self._again(detail),
            ApprovalAct.DISCARD: lambda: self._discard(detail),
            ApprovalAct.UNDO: lambda: self._undo(detail),
            ApprovalAct.AGAIN: lambda: self._desk.approvals.open_new(copy_of=detail),
            ApprovalAct.PRINT: lambda: self._desk.approvals.print(detail),
            ApprovalAct.VERIFY: self._desk.approvals.verify,
            ApprovalAct.COPY_NUMBER: lambda: self._copy(detail.row.number),
            ApprovalAct.SEND_CARD: lambda: self._send_card(detail),
        }
        if act in acts:
            acts[act]()

    def _discard(self, detail: ApprovalDetail) -> None:
        """Give up what was parked: the request becomes a draft again, an act is dropped."""
        if not is_made(detail):
            words = tr("It is a draft again. You find it under “Request”.")
            self._start(self._service.discard(detail.row.room_id), words)
            return
        for act in detail.pending:
            if act.state is SendState.WEDGED:
                self._start(self._desk.account.sending.discard(act.txn_id))

    def _undo(self, detail: ApprovalDetail) -> None:
        waiting = [act.txn_id for act in detail.pending if act.state is SendState.QUEUED]

        def tell(undone: int) -> None:
            self._desk.tell(tr("Undone") if undone else tr("It has gone out already."))

        self._desk.operations.start(self._service.undo(waiting), tell, is_vital=True)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._desk.tell(tr("Copied"))

    def _send_card(self, detail: ApprovalDetail) -> None:
        from ui.screens.approvals.send_card import ask_room

        ask_room(self._desk, self._parent.window(), detail)

    def _start(self, work: Coroutine[Any, Any, Any], words: str = "") -> None:
        def tell(_result: object) -> None:
            if words:
                self._desk.tell(words, ToastKind.DONE)

        self._desk.operations.start(work, tell, is_vital=True)


def reason_of(error: TackError) -> str:
    """Word why something could not be done."""
    return error_words(error.code) if error.code.startswith("approval_") else sentence(error)
