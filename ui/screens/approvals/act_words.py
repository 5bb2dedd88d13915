"""The dialogs of acts in words: titles, explanations, what is told afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.acts import ActKind, Where
from app.domain.approvals.template import AfterReturn, StepMode
from resources.translations import tr
from ui.screens.approvals.approval_pages import act_name

if TYPE_CHECKING:
    from app.domain.approvals.template import Route


def title_of(kind: ActKind) -> str:
    """Name the dialog of an act."""
    return {
        ActKind.APPROVE: tr("Approve this request"),
        ActKind.REJECT: tr("Reject this request"),
        ActKind.RETURN: tr("Return this request"),
        ActKind.TRANSFER: tr("Transfer to somebody else"),
        ActKind.DELEGATE: tr("Ask somebody for an opinion"),
        ActKind.ADD_SIGN: tr("Add approvers"),
        ActKind.REMOVE_SIGN: tr("Remove added approvers"),
        ActKind.TAKE_BACK: tr("Take back what you did?"),
        ActKind.WITHDRAW: tr("Withdraw this request?"),
        ActKind.URGE: tr("Urge those it waits for"),
    }.get(kind, tr("Send a copy"))


def text_of(kind: ActKind, route: Route) -> str:
    """Explain what an act does, where that is not plain."""
    if kind is ActKind.RETURN:
        if route.after_return is AfterReturn.STRAIGHT:
            return tr("When it is corrected it comes straight back to you.")
        return tr("When it is corrected it goes through the steps again.")
    return {
        ActKind.TRANSFER: tr("They decide in your place. You can take it back until they act."),
        ActKind.DELEGATE: tr("Their answer is an opinion. Then it is yours again to decide."),
        ActKind.TAKE_BACK: tr("The request stands again as it was before. This can be done only until somebody acts on it."),
        ActKind.WITHDRAW: tr("It ends, and nobody has to decide any more. This cannot be undone."),
        ActKind.URGE: tr("They get a DING. You can urge again after five minutes."),
        ActKind.CC: tr("They may read and comment, not decide."),
    }.get(kind, "")  # fmt: skip


def people_label(kind: ActKind) -> str:
    """Label the field that chooses people."""
    return {
        ActKind.TRANSFER: tr("To"),
        ActKind.DELEGATE: tr("Whom to ask"),
        ActKind.ADD_SIGN: tr("Who decides too"),
    }.get(kind, tr("Who gets a copy"))


def where_words(where: Where) -> str:
    """Word when added people decide."""
    return {
        Where.BEFORE: tr("Before me"),
        Where.BESIDE: tr("Beside me"),
    }.get(where, tr("After me"))


def where_hint(where: Where) -> str:
    """Explain it."""
    return {
        Where.BEFORE: tr("They decide first; then it is yours."),
        Where.BESIDE: tr("They decide in the same step as you."),
    }.get(where, tr("They decide when your step is passed."))


def mode_choice(mode: StepMode) -> str:
    """Word how added people decide among themselves."""
    return {
        StepMode.ALL: tr("All must approve"),
        StepMode.ANY: tr("Any one decides"),
    }.get(mode, tr("In turn"))


def accept_words(kind: ActKind) -> str:
    """Word the button that does it."""
    return tr("Send") if kind is ActKind.CC else act_name(kind)


def done_words(kind: ActKind, *, is_online: bool) -> str:
    """Say what was done; without a line, what will be."""
    if not is_online:
        return tr("{what}: will be sent when there is a connection", what=act_name(kind))
    return {
        ActKind.APPROVE: tr("Approved"),
        ActKind.REJECT: tr("Rejected"),
        ActKind.RETURN: tr("Returned"),
        ActKind.TRANSFER: tr("Transferred"),
        ActKind.DELEGATE: tr("Asked for an opinion"),
        ActKind.ADD_SIGN: tr("Approvers added"),
        ActKind.REMOVE_SIGN: tr("Approvers removed"),
        ActKind.TAKE_BACK: tr("Taken back"),
        ActKind.WITHDRAW: tr("Withdrawn"),
        ActKind.URGE: tr("Urged"),
    }.get(kind, tr("Copy sent"))
