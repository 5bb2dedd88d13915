"""The machine: what an act that may be done makes of a request. Pure; whether it may is `rules`' to say.

One step is active at a time: the first of the route that is not passed. That alone says how a request goes on after every
decision, addition and return: a step that was passed before stays so unless the template lets all go again.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from app.domain.approvals import planning, steps
from app.domain.approvals.acts import Act, ActKind, Where
from app.domain.approvals.form_checks import without_local_files
from app.domain.approvals.request import RequestContent, Values
from app.domain.approvals.state import (
    FINAL,
    Check,
    Entry,
    RequestState,
    RequestStatus,
    StepState,
    StepStatus,
    Task,
    TaskStatus,
)
from app.domain.approvals.template import AfterReturn, OnRequester
from app.domain.ids import EventID, UserID

SILENT = (ActKind.CC, ActKind.URGE, ActKind.DEPUTISE)
"""Acts that decide nothing: taking back looks past them."""


class Move(NamedTuple):
    """One act about to count."""

    content: RequestContent
    state: RequestState
    user: UserID
    act: Act
    event_id: EventID
    now_ms: int

    @property
    def principal(self) -> UserID:
        """Whose task it is: the actor's own, or that of whom they act for."""
        return UserID(self.act.on_behalf) or self.user

    @property
    def place(self) -> int:
        """The place of the step that the act names."""
        return place_of(self.state, self.act.step)

    @property
    def step(self) -> StepState:
        """The step that the act names."""
        return self.state.steps[self.place]

    @property
    def task(self) -> Task:
        """The task it is about. Only for acts on a task, after the rules have been asked."""
        found = steps.waiting_task(self.step, self.principal)
        assert found is not None
        return found

    def decided(self, status: TaskStatus) -> Task:
        """Give the task as this act leaves it."""
        return self.task._replace(
            status=status,
            at_ms=self.now_ms,
            actor=None if self.user == self.task.user else self.user,
            note=self.act.note,
            files=self.act.files,
            event_id=self.event_id,
        )


def start(
    content: RequestContent, requester: UserID, made_ms: int, checks: tuple[Check, ...]
) -> RequestState:
    """Give a request just made; with `checks` it stands still for ever."""
    state = RequestState(
        status=RequestStatus.INVALID if checks else RequestStatus.PENDING,
        requester=requester,
        steps=tuple(steps.coming(step) for step in content.steps),
        values=without_local_files(content.values) if checks else content.values,
        cc=(),
        entries=(),
        since_ms=made_ms,
        checks=checks,
        away=tuple(
            (UserID(one.user), UserID(one.deputy), one.from_ms, one.until_ms)
            for one in content.deputies
            if may_decide(content, requester, one.deputy)
        ),
    )
    state = _copied(state, (*content.cc_start, *content.cc_own))
    return state if checks else _advanced(content, state, made_ms)


def may_decide(content: RequestContent, requester: UserID, user: str) -> bool:
    """Whether somebody who is not in the route may decide: the requester only where the template lets them."""
    return user != requester or content.template.route.on_requester is OnRequester.KEEP


def place_of(state: RequestState, key: str) -> int:
    """Give the place of a step in the route; -1: there is none."""
    return next((index for index, step in enumerate(state.steps) if step.key == key), -1)


def added_key(user: UserID, act: Act) -> str:
    """Name the step that an act adds, as nobody can name one in a template beforehand."""
    named = f"{user}\n{act.id}".encode("utf-8", "surrogatepass")
    return "+" + hashlib.sha256(named).hexdigest()[:32]


def corrected(content: RequestContent, state: RequestState, changes: dict[str, Any]) -> Values:
    """Give the values of a form with changes; what is computed is computed again."""
    values = {**state.values, **changes}
    return planning.computed(
        content.template, {key: value for key, value in values.items() if value is not None}
    )


def applied(move: Move) -> RequestState:
    """Give the request after an act. The record is the caller's."""
    return _EFFECTS[move.act.kind](move)


def taken_back(state: RequestState, before: RequestState, later: Iterable[Entry]) -> RequestState:
    """Give the request as it was before an act; copies, urges and deputies `later` stay. The record is the caller's."""
    copies = [u for e in later if e.act.kind is ActKind.CC and e.refusal is None for u in e.act.people]
    rounds = {step.key: step.round for step in before.steps}
    begun = {step.key: step.round for step in state.steps if step.round > rounds.get(step.key, step.round)}
    return _copied(before, copies)._replace(
        urged_ms=state.urged_ms,
        away=state.away,
        spent=tuple(sorted({**dict(state.spent), **begun}.items())),
    )


def last_loud(entries: tuple[Entry, ...]) -> int:
    """Give the place of the last entry that decided something and still stands; -1: none."""
    for index in range(len(entries) - 1, -1, -1):
        entry = entries[index]
        is_loud = entry.act.kind not in SILENT and entry.act.kind is not ActKind.TAKE_BACK
        if is_loud and entry.refusal is None and not entry.is_taken_back:
            return index
    return -1


# How a request goes on ----------------------------------------------------------------------------------------------


def _with_step(state: RequestState, index: int, *new: StepState) -> RequestState:
    return state._replace(steps=(*state.steps[:index], *new, *state.steps[index + 1 :]))


def _copied(state: RequestState, users: Iterable[str]) -> RequestState:
    return state._replace(cc=tuple(dict.fromkeys((*state.cc, *map(UserID, users)))))


def _advanced(content: RequestContent, state: RequestState, now_ms: int) -> RequestState:
    """Go on to the first step that is not passed; behind the last the request is approved."""
    for index, step in enumerate(state.steps):
        if step.status is StepStatus.AUTO and not step.done_ms:
            state = _copied(_with_step(state, index, step._replace(done_ms=now_ms)), step.cc)
        elif step.status not in (StepStatus.PASSED, StepStatus.AUTO):
            state = _with_step(state, index, _entered(state, step, now_ms))
            return _settled(content, state, index, now_ms)
    return _finished(content, state, RequestStatus.APPROVED, now_ms)


def _entered(state: RequestState, step: StepState, now_ms: int) -> StepState:
    if step.status is StepStatus.RETURNED:
        step = steps.anew(step, _next_round(state, step), keeps_approvals=True)
    return step if step.status is StepStatus.ACTIVE else steps.begun(step, now_ms)


def _next_round(state: RequestState, step: StepState) -> int:
    return max(step.round, dict(state.spent).get(step.key, 0)) + 1


def _settled(content: RequestContent, state: RequestState, index: int, now_ms: int) -> RequestState:
    """Draw the consequence of what now stands in the active step."""
    step = state.steps[index]
    found = steps.verdict(step)
    if found is StepStatus.PASSED:
        state = _with_step(state, index, steps.over(step, StepStatus.PASSED, now_ms))
        return _advanced(content, _copied(state, step.cc), now_ms)
    if found is StepStatus.REJECTED:
        state = _with_step(state, index, steps.over(step, StepStatus.REJECTED, now_ms))
        return _finished(content, state, RequestStatus.REJECTED, now_ms)
    return _with_step(state, index, steps.awake(step, now_ms))


_DONE = (StepStatus.PASSED, StepStatus.AUTO, StepStatus.REJECTED)


def _finished(
    content: RequestContent, state: RequestState, status: RequestStatus, now_ms: int
) -> RequestState:
    ended = tuple(
        step if step.status in _DONE else steps.over(step, StepStatus.NOT_REACHED, 0) for step in state.steps
    )
    state = state._replace(status=status, steps=ended, finished_ms=now_ms)
    return state if status is RequestStatus.WITHDRAWN else _copied(state, content.cc_end)


def _restarted(state: RequestState, first: int, last: int) -> RequestState:
    """Let the steps from one to another come again, all decisions anew."""
    again = tuple(
        steps.anew(step, _next_round(state, step) if step.since_ms else step.round, keeps_approvals=False)
        if first <= index <= last and step.status is not StepStatus.AUTO
        else step
        for index, step in enumerate(state.steps)
    )
    return state._replace(steps=again)


# What each act does -------------------------------------------------------------------------------------------------


def _decide(move: Move, status: TaskStatus) -> RequestState:
    task = move.task
    status = TaskStatus.GAVE_OPINION if steps.is_delegate(task) else status
    step = steps.with_task(move.step, task, move.decided(status))
    return _settled(move.content, _with_step(move.state, move.place, step), move.place, move.now_ms)


def _approve(move: Move) -> RequestState:
    return _decide(move, TaskStatus.APPROVED)


def _reject(move: Move) -> RequestState:
    return _decide(move, TaskStatus.REJECTED)


def _return(move: Move) -> RequestState:
    step = steps.with_task(move.step, move.task, move.decided(TaskStatus.RETURNED))
    state = _with_step(move.state, move.place, steps.asleep(step, StepStatus.RETURNED))
    if not move.act.to:
        return state._replace(status=RequestStatus.RETURNED, returned_by=move.user, since_ms=move.now_ms)
    target = place_of(state, move.act.to)
    is_again = move.content.template.route.after_return is AfterReturn.AGAIN
    state = _restarted(state, target, move.place if is_again else target)
    return _advanced(move.content, state, move.now_ms)


def _resubmit(move: Move) -> RequestState:
    state = move.state._replace(
        status=RequestStatus.PENDING,
        returned_by=None,
        values=corrected(move.content, move.state, move.act.changes),
    )
    if move.content.template.route.after_return is AfterReturn.AGAIN:
        state = _restarted(state, 0, len(state.steps))
    return _advanced(move.content, state, move.now_ms)


def _transfer(move: Move) -> RequestState:
    task = move.task
    heir = Task(UserID(move.act.people[0]), TaskStatus.COMING, None, move.user, ActKind.TRANSFER)
    if steps.is_delegate(task):
        heir = heir._replace(by_user=task.by_user, by_kind=task.by_kind)
    return _shared(move, move.decided(TaskStatus.PASSED_ON), heir)


def _delegate(move: Move) -> RequestState:
    heir = Task(UserID(move.act.people[0]), TaskStatus.COMING, None, move.principal, ActKind.DELEGATE)
    return _shared(move, move.task._replace(status=TaskStatus.LENT), heir)


def _shared(move: Move, mine: Task, *others: Task) -> RequestState:
    """Put others behind my task in the same step."""
    step = steps.with_task(move.step, move.task, mine, *others)
    return _with_step(move.state, move.place, steps.awake(step, move.now_ms))


def _add_sign(move: Move) -> RequestState:
    added = tuple(
        Task(UserID(user), TaskStatus.COMING, None, move.principal, ActKind.ADD_SIGN)
        for user in move.act.people
    )
    if move.act.where is Where.BESIDE:
        return _shared(move, move.task, *added)
    new = StepState(
        key=added_key(move.user, move.act),
        name={},
        mode=move.act.mode,
        need=1,
        status=StepStatus.COMING,
        tasks=added,
        added_by=move.principal,
        added_where=str(move.act.where),
    )
    if move.act.where is Where.AFTER:
        return _with_step(move.state, move.place, move.step, new)
    mine = steps.with_task(move.step, move.task, move.task._replace(status=TaskStatus.LENT))
    state = _with_step(move.state, move.place, new, steps.asleep(mine, StepStatus.PAUSED))
    return _advanced(move.content, state, move.now_ms)


def _remove_sign(move: Move) -> RequestState:
    state = move.state
    for step in state.steps:
        if move.act.step in ("", step.key):
            state = _removed(move, state, step)
    return state


def removable(step: StepState, by_user: UserID) -> tuple[Task, ...]:
    """Give the undecided tasks in a step that somebody added."""
    kinds = (ActKind.ADD_SIGN, ActKind.DELEGATE)
    return tuple(
        t for t in step.tasks if t.by_user == by_user and t.by_kind in kinds and t.status in steps.OPEN
    )


def _removed(move: Move, state: RequestState, step: StepState) -> RequestState:
    mine = [task for task in removable(step, move.principal) if task.user in move.act.people]
    if not mine or state.status in FINAL:
        return state
    for task in mine:
        step = steps.with_task(
            step, task, task._replace(status=TaskStatus.REMOVED, at_ms=move.now_ms, event_id=move.event_id)
        )
    index = place_of(state, step.key)
    was_active = step.status is StepStatus.ACTIVE
    if steps.is_empty(step):
        state = _with_step(state, index)
        return _advanced(move.content, state, move.now_ms) if was_active else state
    state = _with_step(state, index, step)
    return _settled(move.content, state, index, move.now_ms) if was_active else state


def _withdraw(move: Move) -> RequestState:
    return _finished(move.content, move.state, RequestStatus.WITHDRAWN, move.now_ms)


def _cc(move: Move) -> RequestState:
    return _copied(move.state, move.act.people)


def _urge(move: Move) -> RequestState:
    return move.state._replace(urged_ms=move.now_ms)


def _deputise(move: Move) -> RequestState:
    act = move.act
    others = tuple(one for one in move.state.away if one[0] != move.user)
    mine = tuple((move.user, UserID(user), act.from_ms, act.until_ms) for user in act.people)
    return move.state._replace(away=others + mine)


def _nothing(move: Move) -> RequestState:
    return move.state


_EFFECTS: dict[ActKind, Callable[[Move], RequestState]] = {
    ActKind.APPROVE: _approve,
    ActKind.REJECT: _reject,
    ActKind.RETURN: _return,
    ActKind.TRANSFER: _transfer,
    ActKind.DELEGATE: _delegate,
    ActKind.ADD_SIGN: _add_sign,
    ActKind.REMOVE_SIGN: _remove_sign,
    ActKind.TAKE_BACK: _nothing,  # `taken_back` needs the state before; the fold has it
    ActKind.WITHDRAW: _withdraw,
    ActKind.RESUBMIT: _resubmit,
    ActKind.CC: _cc,
    ActKind.URGE: _urge,
    ActKind.DEPUTISE: _deputise,
}
