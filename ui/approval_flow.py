"""Routes as nodes of the flow chart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.approvals.acts import ActKind, Where
from app.domain.approvals.state import FINAL, RequestStatus, StepStatus, TaskStatus
from app.domain.approvals.template import Fork
from app.domain.ids import UserID
from resources.formats import format_moment
from resources.translations import tr
from ui.approval_task_words import (
    Scene,
    called,
    moment_words,
    step_title,
    task_lines,
    task_mark,
    task_name,
    voices,
    waited_words,
)
from ui.approval_words import auto_words, branch_words, mode_words, why_words, words_of
from widgets.flow_chart import FlowMark, FlowNode, FlowPerson

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPixmap

    from app.domain.approvals.planning import Plan
    from app.domain.approvals.request import Facts, Step
    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.state import Entry, StepState, Task
    from app.domain.approvals.template import Node, StepRule, Template

    Name = Callable[[str], str]
    Face = Callable[[str], QPixmap | None]

REQUESTER_KEY, COPIES_KEY = "@requester", "@copies"
_STEP_MARKS = {
    StepStatus.ACTIVE: FlowMark.WAITING,
    StepStatus.PAUSED: FlowMark.WAITING,
    StepStatus.PASSED: FlowMark.DONE,
    StepStatus.AUTO: FlowMark.SKIPPED,
    StepStatus.NOT_REACHED: FlowMark.SKIPPED,
    StepStatus.REJECTED: FlowMark.REJECTED,
    StepStatus.RETURNED: FlowMark.RETURNED,
}


def flow_of(detail: ApprovalDetail, me: UserID, now_ms: int, name: Name, face: Face) -> list[FlowNode]:
    """Give the route of a request as it stands: from who asked to the copies at the end."""
    scene = Scene(detail.state, me, now_ms, name)
    nodes = [_asked(detail, scene, face)]
    template = detail.content.template
    rules = _rules(template.route.nodes)
    nodes += [_step(scene, step, template, rules.get(step.key), face) for step in detail.state.steps]
    copies = _copies(detail, scene, face)
    return [*nodes, copies] if copies is not None else nodes


def flow_of_plan(
    template: Template, plan: Plan, facts: Facts, requester: UserID, name: Name, face: Face
) -> list[FlowNode]:
    """Give the route of a request to be sent, with the reason for everybody in it."""
    asker = FlowPerson(requester, name(requester), FlowMark.DONE, avatar=face(requester))
    you = tr("{name} (you)", name=asker.name)
    nodes = [FlowNode(REQUESTER_KEY, you, FlowMark.DONE, (tr("asks"),), (replace(asker, name=you),))]
    rules = _rules(template.route.nodes)

    def known(key: str) -> str:
        return facts.department_name if key == facts.department and facts.department_name else name(key)

    nodes += [_planned(template, step, rules.get(step.key), known, face) for step in plan.steps]
    copies = tuple(dict.fromkeys((*plan.cc_start, *plan.cc_end)))
    if copies:
        people = tuple(FlowPerson(user, name(user), FlowMark.COPY, avatar=face(user)) for user in copies)
        nodes.append(FlowNode(COPIES_KEY, tr("Copies"), FlowMark.COPY, (), people))
    return nodes


def with_added(
    nodes: Sequence[FlowNode], step: str, people: Sequence[str], where: Where, name: Name, face: Face
) -> list[FlowNode]:
    """Give the same route with people added before, after or beside a step: the picture before it is confirmed."""
    added = tuple(
        FlowPerson(user, name(user), FlowMark.NEW, (tr("would be added"),), face(user)) for user in people
    )
    fresh = FlowNode(f"{step}+", tr("Added approvers"), FlowMark.NEW, (), added)
    result: list[FlowNode] = []
    for node in nodes:
        if node.key != step:
            result.append(node)
        elif where is Where.BESIDE:
            result.append(replace(node, people=(*node.people, *added)))
        else:
            result += [fresh, node] if where is Where.BEFORE else [node, fresh]
    return result


# As it stands ----------------------------------------------------------------------------------------------------


def _asked(detail: ApprovalDetail, scene: Scene, face: Face) -> FlowNode:
    state = detail.state
    made = tr("asked · {time}", time=format_moment(detail.row.made_ms, scene.now_ms))
    name = called(scene, state.requester)
    person = FlowPerson(state.requester, name, FlowMark.DONE, avatar=face(state.requester))
    lines = (made, *(_own_act(entry, scene) for entry in state.entries if _is_own(entry, state.requester)))
    mark = FlowMark.DONE
    if state.status is RequestStatus.RETURNED:
        mark = FlowMark.WAITING
        lines = (*lines, tr("corrects it · {waiting}", waiting=waited_words(state.since_ms, scene.now_ms)))
    elif state.status is RequestStatus.WITHDRAWN:
        mark = FlowMark.RETURNED
    return FlowNode(REQUESTER_KEY, name, mark, lines, (person,))


def _is_own(entry: Entry, requester: str) -> bool:
    is_told = entry.act.kind in (ActKind.RESUBMIT, ActKind.WITHDRAW)
    return is_told and entry.user == requester and entry.refusal is None and not entry.is_taken_back


def _own_act(entry: Entry, scene: Scene) -> str:
    when = moment_words(entry.ts_ms, scene.now_ms)
    if entry.act.kind is ActKind.WITHDRAW:
        words = tr("withdrew it · {time}", time=when)
    else:
        words = tr("handed it in again · {time}", time=when)
    return f"{words} · {entry.act.note}" if entry.act.note else words


def _step(scene: Scene, step: StepState, template: Template, rule: StepRule | None, face: Face) -> FlowNode:
    lines = _step_lines(scene, step, template, rule)
    if len(step.tasks) == 1:
        return _single(scene, step, step.tasks[0], lines, face)
    gone = TaskStatus.REMOVED
    is_quiet = _is_quiet(step)
    people = tuple(
        _person(scene, step, task, face, is_brief=is_quiet and task.status is not gone) for task in step.tasks
    )
    return FlowNode(step.key, step_title(step), _STEP_MARKS.get(step.status, FlowMark.COMING), lines, people)


def _is_quiet(step: StepState) -> bool:
    """Nothing has happened in it: names are enough, unless the reasons differ."""
    is_coming = step.status in (StepStatus.COMING, StepStatus.NOT_REACHED)
    whys = [task.why for task in step.tasks]
    return is_coming and all(why == whys[0] for why in whys)


def _single(scene: Scene, step: StepState, task: Task, lines: tuple[str, ...], face: Face) -> FlowNode:
    person = _person(scene, step, task, face)
    mark = _STEP_MARKS.get(step.status, FlowMark.COMING)
    alone = replace(person, lines=())
    return FlowNode(step.key, person.name, mark, (*person.lines, *lines), (alone,))


def _person(scene: Scene, step: StepState, task: Task, face: Face, *, is_brief: bool = False) -> FlowPerson:
    lines = () if is_brief else task_lines(scene, step, task)
    name = task_name(scene, task)
    actor = task.actor or task.user
    return FlowPerson(actor, name, task_mark(step, task), lines, face(actor), step.key)


def _step_lines(scene: Scene, step: StepState, template: Template, rule: StepRule | None) -> tuple[str, ...]:
    because = branch_words(template, step, scene.name)
    parts = [
        _common_reason(scene, step),
        mode_words(step.mode, step.need, voices(step)),
        auto_words(step.auto) if step.auto is not None else "",
        tr("Because: {reason}", reason=because) if because else "",
        _added(scene, step),
        tr("Round {n}", n=step.round + 1) if step.round else "",
        _timeout(rule) if step.status is StepStatus.ACTIVE else "",
        tr("Copy to {names}", names=tr(", ").join(map(scene.name, step.cc))) if step.cc else "",
    ]
    return tuple(filter(None, parts))


def _added(scene: Scene, step: StepState) -> str:
    """Who added a step; a single task says it itself."""
    if step.added_by is None or len(step.tasks) == 1:
        return ""
    return tr("added by {name}", name=called(scene, step.added_by))


def _common_reason(scene: Scene, step: StepState) -> str:
    """Why these people, where all are in it for one reason and have no lines of their own."""
    whys = [task.why for task in step.tasks]
    if len(whys) < 2 or not _is_quiet(step) or whys[0] is None:
        return ""
    reason = why_words(whys[0], scene.name)
    return "" if reason == words_of(step.name) else reason


def _copies(detail: ApprovalDetail, scene: Scene, face: Face) -> FlowNode | None:
    has = detail.state.cc
    is_over = detail.state.status in FINAL
    coming = () if is_over else tuple(UserID(user) for user in detail.content.cc_end if user not in has)
    if not has and not coming:
        return None
    is_mixed = bool(has) and bool(coming)
    words = {True: tr("has a copy"), False: tr("gets a copy at the end")}
    people = tuple(
        FlowPerson(
            user,
            called(scene, user),
            FlowMark.COPY if user in has else FlowMark.COMING,
            (words[user in has],) if is_mixed else (),
            face(user),
        )
        for user in (*has, *coming)
    )
    return FlowNode(COPIES_KEY, tr("Copies"), FlowMark.COPY if has else FlowMark.COMING, (), people)


# As it would be --------------------------------------------------------------------------------------------------


def _planned(template: Template, step: Step, rule: StepRule | None, name: Name, face: Face) -> FlowNode:
    whys = [one.why for one in step.people]
    is_shared = len(whys) > 1 and all(why == whys[0] for why in whys)
    people = tuple(
        FlowPerson(
            one.user,
            name(one.user),
            FlowMark.COMING,
            () if is_shared else (why_words(one.why, name),),
            face(one.user),
            step.key,
        )
        for one in step.people
    )
    mark = FlowMark.SKIPPED if step.auto is not None else FlowMark.COMING
    lines = _planned_lines(template, step, rule, name)
    if len(people) == 1:
        alone = replace(people[0], lines=())
        return FlowNode(step.key, alone.name, mark, (*people[0].lines, *lines), (alone,))
    title = step_title(step)
    reason = why_words(whys[0], name) if is_shared else ""
    return FlowNode(step.key, title, mark, (reason, *lines) if reason not in ("", title) else lines, people)


def _planned_lines(template: Template, step: Step, rule: StepRule | None, name: Name) -> tuple[str, ...]:
    because = branch_words(template, step, name)
    lines = (
        auto_words(step.auto) if step.auto is not None else "",
        mode_words(step.mode, step.need, len(step.people)),
        tr("Because: {reason}", reason=because) if because else "",
        _timeout(rule),
        tr("Copy to {names}", names=tr(", ").join(map(name, step.cc))) if step.cc else "",
    )
    return tuple(filter(None, lines))


def _timeout(rule: StepRule | None) -> str:
    words = "" if rule is None else words_of(rule.timeout)
    return tr("Expected: {time}", time=words) if words else ""


def _rules(nodes: Sequence[Node]) -> dict[str, StepRule]:
    found: dict[str, StepRule] = {}
    for node in nodes:
        if isinstance(node, Fork):
            for branch in node.branches:
                found |= _rules(branch.nodes)
        else:
            found[node.key] = node
    return found
