"""What somebody may do now: what the buttons are made of."""

from collections.abc import Iterator

from app.domain.approvals import steps
from app.domain.approvals.acts import ActKind
from app.domain.approvals.machine import last_loud, removable
from app.domain.approvals.request import RequestContent
from app.domain.approvals.rules import CAN_BE_TAKEN_BACK, OF_DELEGATES, is_deputy, may_copy, may_reassign
from app.domain.approvals.state import FINAL, RequestState, RequestStatus, Right, StepState, Task, TaskStatus
from app.domain.approvals.wire import MIN_URGE_MS
from app.domain.ids import UserID

_OF_TASKS = (
    ActKind.APPROVE,
    ActKind.REJECT,
    ActKind.RETURN,
    ActKind.TRANSFER,
    ActKind.DELEGATE,
    ActKind.ADD_SIGN,
)


def rights_of(content: RequestContent, state: RequestState, user: UserID, now_ms: int) -> tuple[Right, ...]:
    """Give every act somebody may do now; what the buttons are made of."""
    if state.status in (RequestStatus.UNSEALED, RequestStatus.INVALID):
        return ()
    found: list[Right] = []
    if state.status is RequestStatus.PENDING:
        found += (right for step in state.steps for right in _in_step(content, state, step, user, now_ms))
    if state.status not in FINAL:
        found += _beside_tasks(state, user, now_ms)
    if may_copy(content, state, user):
        found.append(Right(ActKind.CC))
    return tuple(found)


def _in_step(
    content: RequestContent, state: RequestState, step: StepState, user: UserID, now_ms: int
) -> Iterator[Right]:
    for task in step.tasks:
        if task.status is TaskStatus.WAITING:
            yield from _on_task(content, state, step, task, user, now_ms)
    if removable(step, user):
        yield Right(ActKind.REMOVE_SIGN, step.key, step.round)


def _on_task(
    content: RequestContent, state: RequestState, step: StepState, task: Task, user: UserID, now_ms: int
) -> Iterator[Right]:
    kinds: tuple[ActKind, ...] = ()
    if task.user == user or is_deputy(state, user, task.user, now_ms):
        kinds = OF_DELEGATES if steps.is_delegate(task) else _OF_TASKS
    elif may_reassign(content, state, user):
        kinds = (ActKind.TRANSFER,)
    for kind in kinds:
        yield Right(kind, step.key, step.round, None if task.user == user else task.user)


def _beside_tasks(state: RequestState, user: UserID, now_ms: int) -> Iterator[Right]:
    last = last_loud(state.entries)
    if last >= 0 and state.entries[last].user == user and state.entries[last].act.kind in CAN_BE_TAKEN_BACK:
        yield Right(ActKind.TAKE_BACK)
    if user == state.requester:
        yield from _of_requester(state, now_ms)
    still_in = (*steps.OPEN, TaskStatus.RETURNED)
    if any(task.user == user and task.status in still_in for step in state.steps for task in step.tasks):
        yield Right(ActKind.DEPUTISE)


def _of_requester(state: RequestState, now_ms: int) -> Iterator[Right]:
    yield Right(ActKind.WITHDRAW)
    if state.status is RequestStatus.RETURNED:
        yield Right(ActKind.RESUBMIT)
    elif not state.urged_ms or now_ms - state.urged_ms >= MIN_URGE_MS:
        yield Right(ActKind.URGE)
