"""The rules: whether somebody may do an act now, and if not, why. Pure; the fold and the buttons ask the same."""

from collections.abc import Callable
from typing import NamedTuple

from app.domain.approvals import planning, steps
from app.domain.approvals.acts import Act, ActKind, Where
from app.domain.approvals.machine import corrected, last_loud, may_decide, place_of, removable
from app.domain.approvals.request import RequestContent
from app.domain.approvals.state import (
    FINAL,
    Refusal,
    RequestState,
    RequestStatus,
    StepState,
    StepStatus,
    Task,
)
from app.domain.approvals.template import StepMode
from app.domain.approvals.wire import MAX_PEOPLE, MAX_STEPS, MIN_URGE_MS
from app.domain.ids import UserID

CAN_BE_TAKEN_BACK = (ActKind.APPROVE, ActKind.TRANSFER, ActKind.DELEGATE, ActKind.RETURN, ActKind.ADD_SIGN)
OF_DELEGATES = (ActKind.APPROVE, ActKind.REJECT, ActKind.TRANSFER)
"""Who was only asked for an opinion may give it, or let somebody else give it."""
_ON_TASKS = (
    ActKind.APPROVE,
    ActKind.REJECT,
    ActKind.RETURN,
    ActKind.TRANSFER,
    ActKind.DELEGATE,
    ActKind.ADD_SIGN,
)


class Case(NamedTuple):
    """An act somebody would do."""

    content: RequestContent
    state: RequestState
    user: UserID
    act: Act
    now_ms: int

    @property
    def principal(self) -> UserID:
        """Whose task it is about."""
        return UserID(self.act.on_behalf) or self.user

    @property
    def step(self) -> StepState | None:
        """The step it names."""
        index = place_of(self.state, self.act.step)
        return None if index < 0 else self.state.steps[index]


def refusal(
    content: RequestContent, state: RequestState, user: UserID, act: Act, now_ms: int
) -> Refusal | None:
    """Say why an act would change nothing; None: it counts."""
    if state.status in (RequestStatus.UNSEALED, RequestStatus.INVALID):
        return Refusal.FINISHED
    if state.status in FINAL and act.kind is not ActKind.CC:
        return Refusal.FINISHED
    if act.on_behalf and act.kind not in (*_ON_TASKS, ActKind.REMOVE_SIGN):
        return Refusal.MALFORMED
    return _RULES[act.kind](Case(content, state, user, act, now_ms))


def is_deputy(state: RequestState, user: UserID, absent: UserID, now_ms: int) -> bool:
    """Whether somebody decides for another at that moment."""
    return any(
        one == absent and deputy == user and from_ms <= now_ms <= until_ms
        for one, deputy, from_ms, until_ms in state.away
    )


def may_copy(content: RequestContent, state: RequestState, user: UserID) -> bool:
    """Whether somebody may give copies: the requester, who has had a task so far, the template's administrators."""
    if user == state.requester or user in content.template.admins:
        return True
    return any(user in (t.user, t.actor) and t.since_ms for step in state.steps for t in step.tasks)


def may_reassign(content: RequestContent, state: RequestState, user: UserID) -> bool:
    """Whether somebody may pass on the tasks of others: an administrator, but not of what they ask for themselves."""
    return user in content.template.admins and may_decide(content, state.requester, user)


def _may_act_for(case: Case) -> bool:
    if case.principal == case.user:
        return True
    if case.act.kind is ActKind.TRANSFER and may_reassign(case.content, case.state, case.user):
        return True
    return is_deputy(case.state, case.user, case.principal, case.now_ms)


def _task(case: Case) -> Refusal | None:
    """The common rule of acts on a task: it waits, in that round, and is the actor's."""
    step = case.step
    if case.state.status is RequestStatus.RETURNED:
        return Refusal.OTHER_ROUND
    if step is None:
        return Refusal.NO_SUCH_STEP
    if not _may_act_for(case):
        return Refusal.NOT_YOURS
    if case.act.round != step.round:
        return Refusal.OTHER_ROUND
    task = steps.waiting_task(step, case.principal)
    if task is None:
        return _nothing_waits(step, case.principal)
    is_only_asked = steps.is_delegate(task) and case.act.kind not in OF_DELEGATES
    return Refusal.NOT_YOURS if is_only_asked else None


def _nothing_waits(step: StepState, user: UserID) -> Refusal:
    has_moved_on = step.status is not StepStatus.ACTIVE and any(task.user == user for task in step.tasks)
    return Refusal.OTHER_ROUND if has_moved_on else Refusal.NOT_YOURS


def _return(case: Case) -> Refusal | None:
    found = _task(case)
    if found or not case.act.to:
        return found
    here, target = place_of(case.state, case.act.step), place_of(case.state, case.act.to)
    is_behind = 0 <= target < here and case.state.steps[target].status is StepStatus.PASSED
    return None if is_behind else Refusal.NO_SUCH_STEP


def _pass_on(case: Case) -> Refusal | None:
    found = _task(case)
    if found:
        return found
    return _newcomers(case) if len(case.act.people) == 1 else Refusal.MALFORMED


def _newcomers(case: Case) -> Refusal | None:
    """Whether the people of the act may join the step it names."""
    people, step = case.act.people, case.step
    assert step is not None
    if len(set(people)) != len(people) or len(step.tasks) + len(people) > MAX_PEOPLE:
        return Refusal.MALFORMED
    if not all(may_decide(case.content, case.state.requester, user) for user in people):
        return Refusal.OWN_REQUEST
    is_in = any(steps.takes_part(step, UserID(user)) for user in people)
    return Refusal.ALREADY_IN if is_in else None


def _add_sign(case: Case) -> Refusal | None:
    found = _task(case)
    if found:
        return found
    act = case.act
    if not act.people or act.where is None or act.mode is StepMode.COUNT:
        return Refusal.MALFORMED
    if act.where is not Where.BESIDE and len(case.state.steps) >= MAX_STEPS:
        return Refusal.MALFORMED
    return _newcomers(case)


def _remove_sign(case: Case) -> Refusal | None:
    if not case.act.people:
        return Refusal.MALFORMED
    if not _may_act_for(case):
        return Refusal.NOT_YOURS
    if case.act.step and case.step is None:
        return Refusal.NO_SUCH_STEP
    added = {task.user for task in _added(case)}
    return None if added.issuperset(case.act.people) else Refusal.NO_SUCH_PERSON


def _added(case: Case) -> tuple[Task, ...]:
    return tuple(
        task
        for step in case.state.steps
        if case.act.step in ("", step.key)
        for task in removable(step, case.principal)
    )


def _take_back(case: Case) -> Refusal | None:
    index = last_loud(case.state.entries)
    if index < 0:
        return Refusal.TOO_LATE
    last = case.state.entries[index]
    is_mine = last.user == case.user and last.act.kind in CAN_BE_TAKEN_BACK
    return None if is_mine else Refusal.TOO_LATE


def _requester(case: Case) -> Refusal | None:
    return None if case.user == case.state.requester else Refusal.NOT_REQUESTER


def _resubmit(case: Case) -> Refusal | None:
    found = _requester(case)
    if found:
        return found
    if case.state.status is not RequestStatus.RETURNED:
        return Refusal.NOT_RETURNED
    return _correction(case)


def _correction(case: Case) -> Refusal | None:
    content = case.content
    fields = {field.key for field in content.template.fields}
    if not fields.issuperset(case.act.changes):
        return Refusal.BAD_FORM
    values = corrected(content, case.state, case.act.changes)
    if planning.check_values(content.template, values):
        return Refusal.BAD_FORM
    plan = planning.plan_route(content.template, values, content.facts, content.chosen, case.state.requester)
    return Refusal.ROUTE_CHANGES if plan.error or plan.steps != content.steps else None


def _urge(case: Case) -> Refusal | None:
    found = _requester(case)
    if found:
        return found
    if case.state.status is RequestStatus.RETURNED:
        return Refusal.NOT_YOURS
    is_soon = bool(case.state.urged_ms) and case.now_ms - case.state.urged_ms < MIN_URGE_MS
    return Refusal.TOO_SOON if is_soon else None


def _cc(case: Case) -> Refusal | None:
    if not may_copy(case.content, case.state, case.user):
        return Refusal.NOT_YOURS
    is_too_many = len(set(case.state.cc).union(case.act.people)) > MAX_PEOPLE
    return Refusal.MALFORMED if not case.act.people or is_too_many else None


def _deputise(case: Case) -> Refusal | None:
    act = case.act
    if len(act.people) > 1 or case.user in act.people or act.from_ms > act.until_ms:
        return Refusal.MALFORMED
    is_allowed = all(may_decide(case.content, case.state.requester, user) for user in act.people)
    return None if is_allowed else Refusal.OWN_REQUEST


_RULES: dict[ActKind, Callable[[Case], Refusal | None]] = {
    ActKind.APPROVE: _task,
    ActKind.REJECT: _task,
    ActKind.RETURN: _return,
    ActKind.TRANSFER: _pass_on,
    ActKind.DELEGATE: _pass_on,
    ActKind.ADD_SIGN: _add_sign,
    ActKind.REMOVE_SIGN: _remove_sign,
    ActKind.TAKE_BACK: _take_back,
    ActKind.WITHDRAW: _requester,
    ActKind.RESUBMIT: _resubmit,
    ActKind.CC: _cc,
    ActKind.URGE: _urge,
    ActKind.DEPUTISE: _deputise,
}
