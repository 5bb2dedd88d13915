"""One step of a request and its tasks: how it begins, waits, pauses, begins anew and is decided. Pure."""

from app.domain.approvals.acts import ActKind
from app.domain.approvals.request import Step
from app.domain.approvals.state import StepState, StepStatus, Task, TaskStatus
from app.domain.approvals.template import StepMode
from app.domain.ids import UserID

OPEN = frozenset((TaskStatus.COMING, TaskStatus.WAITING, TaskStatus.LENT))
_DECIDED = frozenset((TaskStatus.APPROVED, TaskStatus.REJECTED))


def coming(step: Step) -> StepState:
    """Give a step of the route as it is before anything happens."""
    return StepState(
        key=step.key,
        name=dict(step.name),
        mode=step.mode,
        need=min(step.need, max(len(step.people), 1)),
        status=StepStatus.AUTO if step.auto else StepStatus.COMING,
        tasks=tuple(Task(UserID(one.user), TaskStatus.COMING, one.why) for one in step.people),
        auto=step.auto,
        cc=tuple(UserID(user) for user in step.cc),
        branches=step.branches,
    )


def is_delegate(task: Task) -> bool:
    """Whether this one only gives an opinion; such a task never counts when a step is decided."""
    return task.by_kind is ActKind.DELEGATE


def waiting_task(step: StepState, user: UserID) -> Task | None:
    """Give the task somebody must do now."""
    return next((t for t in step.tasks if t.status is TaskStatus.WAITING and t.user == user), None)


def takes_part(step: StepState, user: UserID) -> bool:
    """Whether somebody decides in a step, or has: they cannot be asked there a second time."""
    return any(t.user == user and (t.status in OPEN or t.status in _DECIDED) for t in step.tasks)


def with_task(step: StepState, old: Task, *new: Task) -> StepState:
    """Give the step with other tasks in the place of one."""
    place = next(index for index, task in enumerate(step.tasks) if task is old)
    return step._replace(tasks=(*step.tasks[:place], *new, *step.tasks[place + 1 :]))


def begun(step: StepState, now_ms: int) -> StepState:
    """Let the step begin, or go on after a pause: it waits for everybody whose turn it is."""
    since_ms = now_ms if step.status is StepStatus.COMING else step.since_ms
    return awake(step._replace(status=StepStatus.ACTIVE, since_ms=since_ms), now_ms)


def awake(step: StepState, now_ms: int) -> StepState:
    """Let everybody wait whose turn it is: all, or in a step "in turn" the first who has not decided.

    Who lent their task waits once nobody's opinion is outstanding.
    """
    undecided = (t.user for t in step.tasks if t.status in OPEN and not is_delegate(t))
    turn = next(undecided, None) if step.mode is StepMode.TURN else None
    asking = {t.by_user for t in step.tasks if is_delegate(t) and t.status in OPEN}
    return step._replace(tasks=tuple(_awake(task, turn, asking, now_ms) for task in step.tasks))


def _awake(task: Task, turn: UserID | None, asking: set[UserID | None], now_ms: int) -> Task:
    owner = task.by_user if is_delegate(task) else task.user
    if task.status not in (TaskStatus.COMING, TaskStatus.LENT) or (turn is not None and owner != turn):
        return task
    if not is_delegate(task) and task.user in asking:
        return task._replace(status=TaskStatus.LENT)
    return task._replace(status=TaskStatus.WAITING, since_ms=now_ms)


def asleep(step: StepState, status: StepStatus) -> StepState:
    """Let nobody wait in the step for the time being."""
    tasks = tuple(
        t._replace(status=TaskStatus.COMING) if t.status is TaskStatus.WAITING else t for t in step.tasks
    )
    return step._replace(status=status, tasks=tasks)


def anew(step: StepState, round_: int, *, keeps_approvals: bool) -> StepState:
    """Forget what was decided in the step (but approvals, where they stand) before it comes again."""
    tasks = tuple(_anew(task, keeps_approvals) for task in step.tasks)
    return step._replace(status=StepStatus.COMING, tasks=tasks, round=round_, done_ms=0)


def _anew(task: Task, keeps_approvals: bool) -> Task:
    if task.status in (TaskStatus.PASSED_ON, TaskStatus.REMOVED, TaskStatus.GAVE_OPINION):
        return task
    if is_delegate(task):
        return task._replace(status=TaskStatus.REMOVED)
    if keeps_approvals and task.status is TaskStatus.APPROVED:
        return task
    return task._replace(status=TaskStatus.COMING, at_ms=0, actor=None, note="", files=(), event_id=None)


def over(step: StepState, status: StepStatus, now_ms: int) -> StepState:
    """End the step: whoever has not decided need not any more."""
    tasks = tuple(t._replace(status=TaskStatus.NOT_NEEDED) if t.status in OPEN else t for t in step.tasks)
    return step._replace(status=status, tasks=tasks, done_ms=now_ms)


def verdict(step: StepState) -> StepStatus | None:
    """Say whether the step is passed or rejected by what stands in it; None: it goes on."""
    counted = [task.status for task in step.tasks if not is_delegate(task)]
    approved = counted.count(TaskStatus.APPROVED)
    still_open = sum(status in OPEN for status in counted)
    if step.mode is StepMode.COUNT:
        if approved >= step.need:
            return StepStatus.PASSED
        return StepStatus.REJECTED if approved + still_open < step.need else None
    if TaskStatus.REJECTED in counted:
        return StepStatus.REJECTED
    is_enough = approved and (step.mode is StepMode.ANY or not still_open)
    return StepStatus.PASSED if is_enough else None


def is_empty(step: StepState) -> bool:
    """Whether everybody was taken away from an added step."""
    return step.added_by is not None and all(task.status is TaskStatus.REMOVED for task in step.tasks)
