"""One person's part in a route in words: why they are in it, what they did and when, what they wait for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from app.domain.approvals.acts import ActKind
from app.domain.approvals.state import StepState, StepStatus, TaskStatus
from resources.formats import format_clock, format_day, format_due
from resources.translations import tr
from ui.approval_words import why_words, words_of
from ui.sentences import span_words
from widgets.flow_chart import FlowMark

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.request import Step
    from app.domain.approvals.state import RequestState, Task
    from app.domain.ids import UserID

    Name = Callable[[str], str]

_MINUTE_MS = 60_000
_MARKS = {
    TaskStatus.WAITING: FlowMark.WAITING,
    TaskStatus.LENT: FlowMark.WAITING,
    TaskStatus.APPROVED: FlowMark.DONE,
    TaskStatus.GAVE_OPINION: FlowMark.DONE,
    TaskStatus.REJECTED: FlowMark.REJECTED,
    TaskStatus.RETURNED: FlowMark.RETURNED,
    TaskStatus.PASSED_ON: FlowMark.SKIPPED,
    TaskStatus.REMOVED: FlowMark.SKIPPED,
    TaskStatus.NOT_NEEDED: FlowMark.SKIPPED,
}


class Scene(NamedTuple):
    """What is needed to word a route."""

    state: RequestState
    me: UserID | None
    now_ms: int
    name: Name
    is_paper: bool = False
    """Read later: moments in full, "today" means nothing there."""


def task_mark(step: StepState, task: Task) -> FlowMark:
    """Give the mark of a task."""
    if task.status is TaskStatus.COMING and step.status is StepStatus.NOT_REACHED:
        return FlowMark.SKIPPED
    return _MARKS.get(task.status, FlowMark.COMING)


def called(scene: Scene, user: str) -> str:
    """Name somebody; me as such."""
    name = scene.name(user)
    return tr("{name} (you)", name=name) if user == scene.me else name


def task_name(scene: Scene, task: Task) -> str:
    """Name who decides, and for whom: "李娜 代 王强"."""
    if task.actor is not None and task.actor != task.user:
        return tr("{name} for {other}", name=called(scene, task.actor), other=called(scene, task.user))
    return called(scene, task.user)


def task_lines(scene: Scene, step: StepState, task: Task) -> tuple[str, ...]:
    """Give the small print: why and what at once, the note, who is to decide instead."""
    first = " · ".join(filter(None, (_origin(scene, task), _doing(scene, step, task))))
    files = tr(", ").join(file.name for file in task.files)
    return tuple(filter(None, (first, task.note, files, _deputy(scene, task))))


def moment_words(ts_ms: int, now_ms: int) -> str:
    """Word when something happened: the time alone if it was today."""
    is_today = format_day(ts_ms, now_ms) == tr("Today")
    return format_clock(ts_ms) if is_today else format_due(ts_ms, now_ms)


def waited_words(since_ms: int, now_ms: int) -> str:
    """Word since when something waits: "等待中，已 2 小时"."""
    span = now_ms - since_ms
    if since_ms <= 0 or span < _MINUTE_MS:
        return tr("waiting")
    return tr("waiting for {span}", span=span_words(span))


def step_title(step: Step | StepState) -> str:
    """Name a step; one that was added has no name of its own."""
    is_added = isinstance(step, StepState) and step.added_by is not None
    return words_of(step.name) or (tr("Added approvers") if is_added else tr("Step"))


def voices(step: StepState) -> int:
    """How many decide in a step: who passed it on or only advises does not."""
    gone = (TaskStatus.PASSED_ON, TaskStatus.REMOVED)
    return sum(task.status not in gone and task.by_kind is not ActKind.DELEGATE for task in step.tasks)


def paper_moment(ts_ms: int) -> str:
    """Word a moment in full: "2026-11-17 11:04:05"; local time."""
    return datetime.fromtimestamp(ts_ms / 1000).strftime("%Y-%m-%d %H:%M:%S")


def _waited(scene: Scene, task: Task) -> str:
    if scene.is_paper and task.since_ms > 0:
        return tr("waiting since {time}", time=paper_moment(task.since_ms))
    return waited_words(task.since_ms, scene.now_ms)


def _origin(scene: Scene, task: Task) -> str:
    if task.by_user is None:
        return "" if task.why is None else why_words(task.why, scene.name)
    by = called(scene, task.by_user)
    if task.by_kind is ActKind.TRANSFER:
        return tr("passed on by {name}", name=by)
    if task.by_kind is ActKind.DELEGATE:
        return tr("asked by {name}", name=by)
    return tr("added by {name}", name=by)


def _doing(scene: Scene, step: StepState, task: Task) -> str:
    if task.status is TaskStatus.WAITING:
        return _waited(scene, task)
    if task.status is TaskStatus.LENT:
        return _lent(scene, step, task)
    done = _done(scene, step, task)
    if not done or not task.at_ms:
        return done
    when = paper_moment(task.at_ms) if scene.is_paper else moment_words(task.at_ms, scene.now_ms)
    return f"{done} {when}" if task.event_id else f"{done} · {tr('will be sent')}"


def _done(scene: Scene, step: StepState, task: Task) -> str:
    if task.status is TaskStatus.PASSED_ON:
        return tr("passed on to {name}", name=_heirs(scene, step, task, ActKind.TRANSFER))
    if task.status is TaskStatus.GAVE_OPINION:
        return _opinion(scene, task)
    return {
        TaskStatus.APPROVED: tr("approved"),
        TaskStatus.REJECTED: tr("rejected"),
        TaskStatus.RETURNED: tr("returned"),
        TaskStatus.REMOVED: tr("taken out again"),
        TaskStatus.NOT_NEEDED: tr("not needed any more"),
    }.get(task.status, "")


def _opinion(scene: Scene, task: Task) -> str:
    acts = [
        entry.act.kind
        for entry in scene.state.entries
        if entry.user == (task.actor or task.user)
        and entry.event_id == task.event_id
        and entry.act.kind in (ActKind.APPROVE, ActKind.REJECT)
    ]
    is_against = bool(acts) and acts[-1] is ActKind.REJECT
    return tr("gave an opinion: against") if is_against else tr("gave an opinion: in favour")


def _lent(scene: Scene, step: StepState, task: Task) -> str:
    asked = _heirs(scene, step, task, ActKind.DELEGATE)
    return tr("waits for the opinion of {name}", name=asked) if asked else tr("waits for those added first")


def _heirs(scene: Scene, step: StepState, task: Task, kind: ActKind) -> str:
    heirs = [other.user for other in step.tasks if other.by_user == task.user and other.by_kind is kind]
    return tr(", ").join(scene.name(user) for user in dict.fromkeys(heirs))


def _deputy(scene: Scene, task: Task) -> str:
    if task.status is not TaskStatus.WAITING:
        return ""
    now = scene.now_ms
    deputies = [
        called(scene, deputy)
        for user, deputy, from_ms, until_ms in scene.state.away
        if user == task.user and from_ms <= now <= until_ms
    ]
    return tr("away; {name} may decide", name=tr(", ").join(dict.fromkeys(deputies))) if deputies else ""
