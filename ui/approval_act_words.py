"""Acts in words: the lines of a record, why something changed nothing, and what phones without Tack are told.

`ui.approval_words` is the door; other modules import from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.acts import ActKind, Where
from app.domain.approvals.state import Refusal, TaskStatus
from resources.translations import tr
from ui.approval_route_words import people_words
from ui.approval_value_words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.approvals.acts import Act
    from app.domain.approvals.request import RequestContent
    from app.domain.approvals.state import Entry, RequestState

    Name = Callable[[str], str]

_SIGNS = {
    ActKind.APPROVE: "✅",
    ActKind.REJECT: "❌",
    ActKind.RETURN: "↩️",
    ActKind.WITHDRAW: "🚫",
    ActKind.URGE: "⏰",
}
"""What a plain line begins with, so that a decision is seen at a glance."""


def entry_words(entry: Entry, state: RequestState, name: Name) -> str:
    """Word a line of the record: "刘洋 同意", "李娜 代 王强 同意", "陈静 转交给 赵磊"."""
    who = _actor(name(entry.user), "" if entry.deputy_of is None else name(entry.deputy_of))
    line = f"{who} {_did(entry, state, name)}"
    if entry.refusal is not None:
        return tr("{line} (without effect)", line=line)
    return tr("{line} (taken back)", line=line) if entry.is_taken_back else line


def act_words(kind: ActKind, who: str, where: Where | None = None) -> str:
    """Word what an act does; `who`: the people or the step it names."""
    plain = {
        ActKind.APPROVE: tr("approved"),
        ActKind.REJECT: tr("rejected"),
        ActKind.TAKE_BACK: tr("took it back"),
        ActKind.WITHDRAW: tr("withdrew the request"),
        ActKind.RESUBMIT: tr("handed it in again"),
        ActKind.URGE: tr("urged"),
    }
    if kind in plain:
        return plain[kind]
    if kind is ActKind.ADD_SIGN:
        return _added(who, where)
    if kind is ActKind.DEPUTISE:
        return tr("lets {who} decide while away", who=who) if who else tr("is back")
    return {
        ActKind.RETURN: lambda: tr("returned it to {who}", who=who),
        ActKind.TRANSFER: lambda: tr("passed it on to {who}", who=who),
        ActKind.DELEGATE: lambda: tr("asked {who} for an opinion", who=who),
        ActKind.REMOVE_SIGN: lambda: tr("took {who} out again", who=who),
    }.get(kind, lambda: tr("sent a copy to {who}", who=who))()


def refusal_words(refusal: Refusal) -> str:
    """Word why an act changed nothing, as one sentence."""
    return {
        Refusal.NOT_YOURS: tr("Nothing here was waiting for this person."),
        Refusal.OTHER_ROUND: tr("The request had moved on meanwhile. Look at it again and decide anew."),
        Refusal.FINISHED: tr("The request was already closed."),
        Refusal.NOT_RETURNED: tr("The request had not been returned, so it could not be handed in again."),
        Refusal.NOT_REQUESTER: tr("Only who asked may do this."),
        Refusal.NO_SUCH_STEP: tr("There is no such step in the route."),
        Refusal.NO_SUCH_PERSON: tr("This person has no part in the step."),
        Refusal.ALREADY_IN: tr("This person already decides in that step. Choose somebody else."),
        Refusal.OWN_REQUEST: tr("Who asked may not decide on it. Choose somebody else."),
        Refusal.TOO_LATE: tr("Somebody has acted on it since: it cannot be taken back any more."),
        Refusal.TOO_SOON: tr("They were urged less than five minutes before. Try again later."),
        Refusal.ROUTE_CHANGES: tr("The correction needs other approvers. Ask with a new request."),
        Refusal.BAD_FORM: tr("The correction does not fit the form. Correct it and hand it in again."),
        Refusal.IMPOSSIBLE_BASIS: tr("It refers to decisions that do not exist."),
    }.get(refusal, tr("It was incomplete, or too much was in it."))


def act_text(
    kind: ActKind,
    content: RequestContent,
    note: str,
    people: tuple[str, ...],
    name: Name,
    *,
    actor: str = "",
    on_behalf: str = "",
    to: str = "",
    where: Where | None = None,
) -> str:
    """Word an act for people without Tack: "✅ 刘洋 同意：住宿标准以内". Without `actor` the sender's name stands for it."""
    who = _step_name(content, to, name) if kind is ActKind.RETURN else people_words(people, name)
    did = act_words(kind, who, where)
    if actor:
        did = f"{_actor(name(actor), name(on_behalf) if on_behalf else '')} {did}"
    elif on_behalf:
        did = tr("for {name}: {did}", name=name(on_behalf), did=did)
    line = f"{_SIGNS[kind]} {did}" if kind in _SIGNS else did
    return tr("{line}: {note}", line=line, note=note.strip()) if note.strip() else line


def _actor(name: str, instead_of: str) -> str:
    return tr("{name} for {other}", name=name, other=instead_of) if instead_of else name


def _did(entry: Entry, state: RequestState, name: Name) -> str:
    act = entry.act
    if act.kind in (ActKind.APPROVE, ActKind.REJECT) and _is_opinion(entry, state):
        is_for = act.kind is ActKind.APPROVE
        return tr("gave an opinion: in favour") if is_for else tr("gave an opinion: against")
    if act.kind is ActKind.RETURN:
        return act_words(act.kind, _target(act, state, name))
    return act_words(act.kind, people_words(act.people, name), act.where)


def _is_opinion(entry: Entry, state: RequestState) -> bool:
    """A delegate's answer decides nothing."""
    tasks = (task for step in state.steps if step.key == entry.act.step for task in step.tasks)
    return any(
        task.status is TaskStatus.GAVE_OPINION and entry.event_id and task.event_id == entry.event_id
        for task in tasks
    )


def _target(act: Act, state: RequestState, name: Name) -> str:
    steps: Sequence[dict[str, str]] = [step.name for step in state.steps if step.key == act.to]
    return (words_of(steps[0]) if steps else act.to) if act.to else name(state.requester)


def _step_name(content: RequestContent, key: str, name: Name) -> str:
    if not key:
        return tr("who asked")
    return next((words_of(step.name) for step in content.steps if step.key == key), key)


def _added(who: str, where: Where | None) -> str:
    if where is Where.BEFORE:
        return tr("added {who}, to decide first", who=who)
    return (
        tr("added {who}, to decide next", who=who)
        if where is Where.AFTER
        else tr("added {who} beside", who=who)
    )
