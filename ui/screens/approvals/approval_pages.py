"""One request as head, notices and buttons: everything worded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.acts import ActKind
from app.domain.approvals.state import FINAL, RequestStatus
from app.domain.approvals.wire import MIN_URGE_MS
from app.domain.visible import one_line
from resources.formats import format_moment
from resources.translations import tr
from ui.approval_words import entry_words, status_words
from ui.screens.approvals.approval_cards import STATUS_KINDS, waiting_words
from ui.screens.approvals.approval_notices import notices_of
from ui.screens.approvals.approvals_state import is_being_sealed, is_made, may_decide, may_do, rights_by_kind
from widgets.approval_record import RecordLine
from widgets.approval_values import ActChoice, ApprovalAct, ApprovalHeadline, ApprovalPage
from widgets.painting import TagKind

if TYPE_CHECKING:
    from app.domain.approvals.rows import ApprovalDetail, Doubt
    from app.domain.approvals.state import Right
    from app.domain.approvals.wire import FileRef
    from ui.screens.approvals.approvals_state import WordContext

_ORDER = (
    ActKind.APPROVE,
    ActKind.REJECT,
    ActKind.RESUBMIT,
    ActKind.RETURN,
    ActKind.TRANSFER,
    ActKind.ADD_SIGN,
    ActKind.DELEGATE,
    ActKind.REMOVE_SIGN,
    ActKind.TAKE_BACK,
    ActKind.URGE,
    ActKind.WITHDRAW,
    ActKind.CC,
)


def page_of(
    detail: ApprovalDetail, rights: tuple[Right, ...], doubts: tuple[Doubt, ...], context: WordContext
) -> ApprovalPage:
    """Word all but form, route and discussion."""
    acts = _acts(detail, rights, context)
    is_here = is_made(detail) and not detail.row.is_invited
    return ApprovalPage(
        uid=detail.row.room_id,
        head=_head(detail),
        notices=notices_of(detail, doubts, context),
        acts=acts,
        more=_more(detail),
        hint=_hint(detail, acts, context),
        can_comment=is_here,
        no_comment_reason=_no_comment(detail),
    )


def record_of(detail: ApprovalDetail, context: WordContext) -> tuple[RecordLine, ...]:
    """Word everything that was done."""
    now = context.now_ms()
    return tuple(
        RecordLine(
            entry_words(entry, detail.state, context.name_of),
            format_moment(entry.ts_ms, now) if entry.event_id else tr("Will be sent"),
            entry.act.note,
            entry.refusal is not None or entry.is_taken_back,
        )
        for entry in detail.state.entries
    )


def files_of(detail: ApprovalDetail, context: WordContext) -> tuple[tuple[str, FileRef], ...]:
    """Give the files that came with acts that count, with who attached them."""
    entries = (e for e in detail.state.entries if e.refusal is None and not e.is_taken_back)
    return tuple((context.name_of(entry.user), file) for entry in entries for file in entry.act.files)


def act_name(kind: ActKind) -> str:
    """What the button of an act says."""
    return {
        ActKind.APPROVE: tr("Approve"),
        ActKind.REJECT: tr("Reject"),
        ActKind.RESUBMIT: tr("Correct and hand in"),
        ActKind.RETURN: tr("Return"),
        ActKind.TRANSFER: tr("Transfer"),
        ActKind.ADD_SIGN: tr("Add approvers"),
        ActKind.DELEGATE: tr("Delegate"),
        ActKind.REMOVE_SIGN: tr("Remove added"),
        ActKind.TAKE_BACK: tr("Take back"),
        ActKind.URGE: tr("Urge"),
        ActKind.WITHDRAW: tr("Withdraw"),
    }.get(kind, tr("Copy to"))


def _tip(kind: ActKind) -> str:
    return {
        ActKind.APPROVE: tr("Approve (A)"),
        ActKind.REJECT: tr("Reject (R)"),
        ActKind.RETURN: tr("Back to who asked, or to an earlier step"),
        ActKind.TRANSFER: tr("Somebody else decides in your place"),
        ActKind.ADD_SIGN: tr("More people decide: before, beside or after you"),
        ActKind.DELEGATE: tr("Ask somebody for an opinion; then it is yours again"),
        ActKind.TAKE_BACK: tr("Undo what you did, as long as nobody has acted on it"),
        ActKind.URGE: tr("Send a DING to those it waits for"),
    }.get(kind, "")


def _head(detail: ApprovalDetail) -> ApprovalHeadline:
    row, status = detail.row, detail.state.status
    is_sealed = detail.seal is not None and status is not RequestStatus.UNSEALED
    words, kind = status_words(status), STATUS_KINDS.get(status, TagKind.GREY)
    if status is RequestStatus.PENDING:
        words = waiting_words(row.waiting)
    is_coming = not is_made(detail) or is_being_sealed(row)
    if is_coming:
        words, kind = tr("Will be sent"), TagKind.AMBER
    elif row.is_invited:
        words, kind = tr("Join first"), TagKind.AMBER
    is_seen = not is_coming and not row.is_invited
    return ApprovalHeadline(
        title=one_line(row.title),
        number=one_line(row.number),
        status=words,
        status_kind=kind,
        seal=_seal(is_sealed) if is_seen else "",
        seal_tip=seal_words(is_sealed),
        is_sealed=is_sealed,
    )


def _seal(is_sealed: bool) -> str:
    return tr("Sealed, nobody can change it") if is_sealed else tr("Not sealed")


def seal_words(is_sealed: bool) -> str:
    """Explain the seal."""
    if is_sealed:
        return tr(
            "Form, route and decisions can be changed by nobody: not by who asked, not by an approver, not by the server's "
            "administrator. Each decision stands in a record that only its author can write."
        )
    return tr("Whoever made it still has power over this request. Nothing counts until it is sealed.")


def _acts(detail: ApprovalDetail, rights: tuple[Right, ...], context: WordContext) -> tuple[ActChoice, ...]:
    if not is_made(detail) or detail.row.is_invited:
        return ()
    kinds = {kind for kind in rights_by_kind(rights) if may_do(detail, kind)}
    if detail.pending:  # what has not gone out is undone by its notice
        kinds.discard(ActKind.TAKE_BACK)
    wait = _urge_wait_min(detail, context) if may_decide(detail) and ActKind.URGE not in kinds else 0
    if wait:
        kinds.add(ActKind.URGE)  # it keeps its place: another act there would be pressed by mistake
    return tuple(
        _urging(wait) if wait and kind is ActKind.URGE else _choice(kind) for kind in _ORDER if kind in kinds
    )


def _urging(wait_min: int) -> ActChoice:
    words = tr("Urge in {n} min", n=wait_min)
    return ActChoice(ApprovalAct.URGE, words, "bell-ringing", _tip(ActKind.URGE), is_enabled=False)


def _choice(kind: ActKind) -> ActChoice:
    return ActChoice(
        ApprovalAct(kind),
        act_name(kind),
        _ICONS.get(kind, "copy"),
        _tip(kind),
        is_primary=kind in (ActKind.APPROVE, ActKind.RESUBMIT),
        is_danger=kind is ActKind.REJECT,
    )


_ICONS = {
    ActKind.APPROVE: "check",
    ActKind.REJECT: "x",
    ActKind.RESUBMIT: "pencil-simple",
    ActKind.RETURN: "arrow-bend-up-left",
    ActKind.TRANSFER: "arrow-right",
    ActKind.ADD_SIGN: "user-plus",
    ActKind.DELEGATE: "question",
    ActKind.REMOVE_SIGN: "user-minus",
    ActKind.TAKE_BACK: "arrow-counter-clockwise",
    ActKind.URGE: "bell-ringing",
    ActKind.WITHDRAW: "x-circle",
}


def _urge_wait_min(detail: ApprovalDetail, context: WordContext) -> int:
    """In how many minutes the requester may urge again; 0: now, or never."""
    state = detail.state
    if state.requester != context.me or state.status is not RequestStatus.PENDING or not state.urged_ms:
        return 0
    return max(0, -(-(state.urged_ms + MIN_URGE_MS - context.now_ms()) // 60_000))


def _more(detail: ApprovalDetail) -> tuple[ActChoice, ...]:
    is_there = is_made(detail)
    choices = (
        (ApprovalAct.AGAIN, tr("New request with this form"), "copy", True),
        (ApprovalAct.SEND_CARD, tr("Send into a chat"), "paper-plane-tilt", is_there),
        (ApprovalAct.COPY_NUMBER, tr("Copy the number"), "hash", bool(detail.row.number)),
        (ApprovalAct.VERIFY, tr("Check a printed record"), "qr-code", is_there),
    )
    return tuple(ActChoice(act, words, icon) for act, words, icon, is_possible in choices if is_possible)


def _hint(detail: ApprovalDetail, acts: tuple[ActChoice, ...], context: WordContext) -> str:
    if any(choice.act is ApprovalAct.APPROVE for choice in acts):
        return tr("J / K next, previous · A approve · R reject")
    state = detail.state
    if not is_made(detail):
        return tr("It has not left this computer yet.")
    if detail.row.is_invited:
        return tr("Join to decide or comment.")
    if not may_decide(detail):
        return tr("Nothing can be decided here.")
    if state.status in FINAL and state.finished_ms:
        when = format_moment(state.finished_ms, context.now_ms())
        return tr("{status} · {when}", status=status_words(state.status), when=when)
    return "" if acts else waiting_words(detail.row.waiting)


def _no_comment(detail: ApprovalDetail) -> str:
    if not is_made(detail):
        return tr("Comments can be written when it is sent")
    return tr("Join to decide or comment.") if detail.row.is_invited else ""
