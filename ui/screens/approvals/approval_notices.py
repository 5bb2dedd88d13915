"""What is to be known before deciding on a request, as boxes over its form; the most important first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.acts import ActKind
from app.domain.approvals.rows import Trust
from app.domain.approvals.rules import may_reassign
from app.domain.approvals.state import Check, Refusal, RequestStatus
from app.domain.timeline import SendState
from app.domain.visible import one_line
from resources.translations import tr
from ui.approval_words import entry_words, refusal_words
from ui.screens.approvals.approvals_state import concerns, is_being_sealed, is_made, is_waiting_for
from ui.sentences import sentence_for
from widgets.approval_values import ApprovalAct, Notice, NoticeKind

if TYPE_CHECKING:
    from app.domain.approvals.rows import ApprovalDetail, Doubt, PendingAct
    from app.domain.approvals.state import Entry
    from ui.screens.approvals.approvals_state import WordContext

_MOST_REFUSED = 3
_CODE, _LIMIT = "approval_", "approval_act_limit"


def notices_of(detail: ApprovalDetail, doubts: tuple[Doubt, ...], context: WordContext) -> tuple[Notice, ...]:
    """Give all of one request."""
    if not is_made(detail):
        return (_unsent(detail, context),)
    broken = [] if detail.row.is_invited else _broken(detail)  # the seal is seen from inside
    found = [
        *broken,
        *_joining(detail),
        *_stuck(detail, context),
        *(_pending(act, context, context.wait_of(detail.row.room_id)) for act in detail.pending),
        *_returned(detail, context),
        *([] if broken else _trust(detail, doubts, context)),
        *_changed(detail, context),
        *_refused(detail, context),
        *_part(detail),
        *_deputy(detail, context),
    ]
    return tuple(found)


def pending_words(kind: str) -> str:
    """Name an own act on its way."""
    return {
        ActKind.APPROVE: tr("Your approval"),
        ActKind.REJECT: tr("Your rejection"),
        ActKind.RETURN: tr("Your return"),
        ActKind.WITHDRAW: tr("Your withdrawal"),
        ActKind.RESUBMIT: tr("Your correction"),
    }.get(ActKind(kind) if kind in set(ActKind) else ActKind.CC, tr("What you did"))


def error_words(code: str) -> str:
    """Word why an act was parked: by the fold's reason where it is one."""
    reason = code.removeprefix(_CODE)
    if code.startswith(_CODE) and reason in set(Refusal):
        return refusal_words(Refusal(reason))
    return sentence_for(code)


def _unsent(detail: ApprovalDetail, context: WordContext) -> Notice:
    row = detail.row
    if row.send_state is SendState.WEDGED:
        return Notice(
            "unsent",
            NoticeKind.ATTENTION,
            tr("This request was not sent"),
            error_words(row.failed),
            ApprovalAct.RETRY,
            tr("Try again"),
            ApprovalAct.DISCARD,
            tr("Make it a draft again"),
        )
    code = _as_of_now(row.failed, context.wait_of(row.room_id))
    text = error_words(code) if code else ""
    share = context.share_of(row.room_id)
    if not text and share is not None:
        text = tr("Its files are being sent: {n} %", n=round(share * 100))
    if not text and not context.is_online():
        text = tr("There is no connection. It goes out by itself as soon as there is one.")
    return Notice(
        "unsent",
        NoticeKind.WAITING,
        tr("This request will be sent"),
        text,
        second_act=ApprovalAct.DISCARD,
        second_text=tr("Make it a draft again"),
    )


def _as_of_now(code: str, wait_s: int | None) -> str:
    """Give a code that says how long the server asks us to wait with what is left of that; "" when it is over."""
    kind, _, seconds = code.partition(":")
    if not seconds or wait_s is None:
        return code
    return f"{kind}:{wait_s}" if wait_s else ""


def _broken(detail: ApprovalDetail) -> list[Notice]:
    status = detail.state.status
    if is_being_sealed(detail.row):
        return [_sealing(detail)]
    if status is RequestStatus.UNSEALED:
        text = tr(
            "Whoever made this request could still change or delete parts of it. No decision counts until it is sealed."
        )
        return [Notice("unsealed", NoticeKind.ATTENTION, tr("Not sealed: do not decide"), text)]
    if status is RequestStatus.INVALID:
        text = " ".join(map(check_words, detail.state.checks))
        title = tr("This request contradicts itself: no decision counts")
        return [Notice("invalid", NoticeKind.ATTENTION, title, text)]
    if detail.trust is Trust.DIFFERS:
        text = tr(
            "Its form and route are not those your organisation published under this name. Ask whoever sent it to ask again."
        )
        title = tr("Not the template of your organisation: do not decide")
        return [Notice("differs", NoticeKind.ATTENTION, title, text)]
    return []


def _sealing(detail: ApprovalDetail) -> Notice:
    failed = detail.row.failed
    if failed:
        title = tr("This request was not sent")
        again = (ApprovalAct.RETRY, tr("Try again"))
        return Notice("unsealed", NoticeKind.ATTENTION, title, error_words(failed), *again)
    text = tr("Nobody can decide on it before that.")
    return Notice("unsealed", NoticeKind.WAITING, tr("It is being sealed"), text)


def check_words(check: Check) -> str:
    """Word what is wrong with a request in itself."""
    return {
        Check.OTHER_TEMPLATE: tr("The template in it is not the one it names."),
        Check.BAD_TEMPLATE: tr("Its template cannot work."),
        Check.BAD_VALUES: tr("The form does not fit its template."),
        Check.OTHER_ROUTE: tr("Its approvers are not those the template asks for."),
    }.get(check, tr("It was made so that its maker keeps power over it."))


def _joining(detail: ApprovalDetail) -> list[Notice]:
    if not detail.row.is_invited:
        return []
    title = tr("{name} is not of your organisation", name=one_line(detail.row.requester_name))
    text = tr("You can read the form. To decide or comment, join first; accept only whom you know.")
    return [Notice("join", NoticeKind.INFO, title, text, ApprovalAct.JOIN, tr("Join"))]


def _stuck(detail: ApprovalDetail, context: WordContext) -> list[Notice]:
    """An administrator reads why a request waits for them that never was theirs."""
    row, state = detail.row, detail.state
    is_else = row.is_invited or row.is_away_for is not None or detail.pending or context.me in state.waiting
    if not row.is_todo or is_else or not may_reassign(detail.content, state, context.me):
        return []
    names = tr(", ").join(context.name_of(user) for user in state.waiting)
    text = tr("They have left. You are an administrator of this template: pass it on with “Transfer”.")
    title = tr("Somebody has to decide in place of {names}", names=names)
    return [Notice("stuck", NoticeKind.WAITING, title, text)]


def _pending(act: PendingAct, context: WordContext, wait_s: int | None) -> Notice:
    what = pending_words(act.kind)
    if act.state is SendState.WEDGED:
        text = error_words(act.error_code)
        is_void = act.error_code.startswith(_CODE) and act.error_code.removeprefix(_CODE) in set(Refusal)
        if act.note:
            text = tr("{reason} Your note: {note}", reason=text, note=act.note)
        return Notice(
            f"pending {act.txn_id}",
            NoticeKind.ATTENTION,
            tr("{what} was not sent", what=what),
            text,
            ApprovalAct.ANEW if is_void else ApprovalAct.RETRY,
            tr("Do it again") if is_void else tr("Try again"),
            ApprovalAct.DISCARD,
            tr("Drop it"),
        )
    code = _as_of_now(act.error_code, wait_s)
    text = error_words(code) if code.startswith(_LIMIT) else ""
    if not context.is_online():
        text = tr("There is no connection. It is checked again before it goes out.")
    return Notice(
        f"pending {act.txn_id}",
        NoticeKind.WAITING,
        tr("{what} will be sent", what=what),
        text,
        second_act=ApprovalAct.UNDO if act.state is SendState.QUEUED else "",
        second_text=tr("Undo"),
    )


def _returned(detail: ApprovalDetail, context: WordContext) -> list[Notice]:
    state = detail.state
    if state.status is not RequestStatus.RETURNED or state.returned_by is None:
        return []
    name = context.name_of(state.returned_by)
    note = next(
        (e.act.note for e in reversed(state.entries) if e.act.kind is ActKind.RETURN and e.refusal is None),
        "",
    )
    if state.requester != context.me:
        who = context.name_of(state.requester)
        title = tr("{name} returned it; {who} corrects it", name=name, who=who)
        return [Notice("returned", NoticeKind.WAITING, title, note)]
    title = tr("{name} returned it to you to be corrected", name=name)
    return [Notice("returned", NoticeKind.WAITING, title, note, ApprovalAct.RESUBMIT, tr("Correct it"))]


def _trust(detail: ApprovalDetail, doubts: tuple[Doubt, ...], context: WordContext) -> list[Notice]:
    if not is_waiting_for(detail, context.me) or detail.state.requester == context.me:
        return []
    found = []
    if doubts:
        text = "\n".join(doubt_words(doubt, context) for doubt in doubts)
        title = tr("Your organisation says otherwise. Ask before you decide.")
        found.append(Notice("doubts", NoticeKind.WAITING, title, text))
    if detail.trust is Trust.UNKNOWN:
        text = tr("It was published where this computer cannot look, or has not been fetched yet.")
        found.append(Notice("unknown", NoticeKind.INFO, tr("The template could not be checked"), text))
    return found


def doubt_words(doubt: Doubt, context: WordContext) -> str:
    """Word one difference between the request and the organisation."""

    def named(users: tuple[str, ...]) -> str:
        return tr(", ").join(context.name_of(user) for user in users) or tr("nobody")

    what = {
        "manager": tr("Manager"),
        "head": tr("Head of department"),
        "role": tr("Role"),
        "deputy": tr("Deputy"),
    }.get(doubt.kind, doubt.kind)
    subject = f"{what} ({doubt.what})" if doubt.what else what
    return tr(
        "{subject}: the request says {claimed}, the organisation {known}.",
        subject=subject,
        claimed=named(doubt.claimed),
        known=named(doubt.known),
    )


def _changed(detail: ApprovalDetail, context: WordContext) -> list[Notice]:
    names = [context.name_of(user) for user in detail.state.changed_afterwards]
    if not names:
        return []
    title = tr("{names} changed decisions afterwards", names=tr(", ").join(names))
    return [Notice("changed", NoticeKind.ATTENTION, title, tr("What stood first counts."))]


def _refused(detail: ApprovalDetail, context: WordContext) -> list[Notice]:
    """Acts that changed nothing, told to whom they concern."""
    entries = [e for e in detail.state.entries if e.refusal is not None and concerns(e, detail, context.me)]
    return [_refusal(entry, detail, context) for entry in entries[-_MOST_REFUSED:]]


def _refusal(entry: Entry, detail: ApprovalDetail, context: WordContext) -> Notice:
    reason = refusal_words(entry.refusal) if entry.refusal is not None else ""
    return Notice(
        f"refused {entry.event_id} {entry.act.id}",
        NoticeKind.WAITING if entry.user == context.me else NoticeKind.INFO,
        entry_words(entry, detail.state, context.name_of),
        reason,
    )


def _part(detail: ApprovalDetail) -> list[Notice]:
    if detail.row.is_whole:
        return []
    title = tr("Older parts are still being fetched")
    return [Notice("part", NoticeKind.INFO, title, tr("What is shown here may change."))]


def _deputy(detail: ApprovalDetail, context: WordContext) -> list[Notice]:
    user = detail.row.is_away_for
    if user is None:
        return []
    return [
        Notice(
            "deputy", NoticeKind.INFO, tr("You decide for {name}, who is away", name=context.name_of(user))
        )
    ]
