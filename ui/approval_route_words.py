"""Routes in words: why somebody decides, what a step needs, what led to it, where a request stands.

`ui.approval_words` is the door; other modules import from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.request import Auto
from app.domain.approvals.state import RequestStatus
from app.domain.approvals.template import (
    DEPARTMENT,
    REQUESTER,
    Compare,
    Field,
    FieldKind,
    Fork,
    PickKind,
    StepMode,
)
from resources.translations import language, tr
from ui.approval_value_words import list_words, number_words, value_words, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.approvals.request import Why
    from app.domain.approvals.template import Branch, Condition, Node, Template

    Name = Callable[[str], str]

_NUMBERS = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.FORMULA, FieldKind.RATING, FieldKind.RANGE)


def why_words(why: Why, name: Name) -> str:
    """Word why somebody stands in a step: "直属上级", "部门负责人 (研发部)", "由申请人选择"."""
    words = _found(why)
    if why.is_stand_in:
        return tr("Stands in: nobody was found ({who})", who=words)
    if why.instead_of:
        return tr("{who}, in place of {name}", who=words, name=name(why.instead_of))
    return words


def _found(why: Why) -> str:
    if why.kind is PickKind.MANAGER:
        return manager_words(why.level)
    if why.kind is PickKind.HEAD:
        return (
            f"{tr('Head of department')} ({why.department})" if why.department else tr("Head of department")
        )
    if why.kind is PickKind.ROLE:
        return words_of(why.role) or tr("By role")
    return {
        PickKind.CHOSEN: tr("Chosen by the requester"),
        PickKind.REQUESTER: tr("Who asks"),
        PickKind.FIELD: tr("Named in the form"),
    }.get(why.kind, tr("Named in the template"))


def manager_words(level: int) -> str:
    """Name a manager by level; 1 is the direct one."""
    if level <= 1:
        return tr("Direct manager")
    return tr("Manager's manager") if level == 2 else tr("Manager, level {n}", n=level)


def mode_words(mode: StepMode, need: int, people: int) -> str:
    """Word how a step is passed: "会签", "或签", "依次", "3 人中 2 人"; "" for a single person."""
    if people <= 1:
        return ""
    if mode is StepMode.COUNT:
        return tr("{need} of {people}", need=need, people=people)
    return {StepMode.ALL: tr("All must approve"), StepMode.ANY: tr("Any one decides")}.get(
        mode, tr("In turn")
    )


def status_words(status: RequestStatus) -> str:
    """Word a state."""
    return {
        RequestStatus.UNSEALED: tr("Not sealed"),
        RequestStatus.INVALID: tr("Not valid"),
        RequestStatus.PENDING: tr("In approval"),
        RequestStatus.RETURNED: tr("Returned"),
        RequestStatus.APPROVED: tr("Approved"),
        RequestStatus.REJECTED: tr("Rejected"),
    }.get(status, tr("Withdrawn"))


def auto_words(auto: Auto) -> str:
    """Word why a step is passed without anybody."""
    return {
        Auto.NOBODY: tr("Passed: nobody was found"),
        Auto.REQUESTER: tr("Passed: it would be the requester"),
    }.get(auto, tr("Passed: decides in another step"))


def branch_words(template: Template, branches: Sequence[tuple[str, str]], name: Name | None = None) -> str:
    """Word the branches that lead to a step: "金额超过 5,000"; "" for one that always comes."""
    found = (_branch_at(template.route.nodes, fork, branch) for fork, branch in branches)
    words = [_branch(template, branch, name) for branch in found if branch is not None]
    return _and(words)


def _branch_at(nodes: Sequence[Node], fork_key: str, branch_key: str) -> Branch | None:
    for node in nodes:
        if not isinstance(node, Fork):
            continue
        for branch in node.branches:
            if node.key == fork_key and branch.key == branch_key:
                return branch
            deeper = _branch_at(branch.nodes, fork_key, branch_key)
            if deeper is not None:
                return deeper
    return None


def _branch(template: Template, branch: Branch, name: Name | None) -> str:
    if not branch.any_of:
        return words_of(branch.name)
    groups = [_and([reason_words(template, one, name) for one in group]) for group in branch.any_of]
    return tr(" or ").join(filter(None, groups))


def _and(words: list[str]) -> str:
    return ("，" if language() == "zh" else ", ").join(filter(None, words))


def reason_words(template: Template, condition: Condition, name: Name | None = None) -> str:
    """Word a condition as a part of a sentence: "金额超过 5,000"."""
    field = _field_of(template, condition.field)
    who = _subject(condition.field, field)
    if condition.compare is Compare.EMPTY:
        return tr("{field} is empty", field=who)
    if condition.compare is Compare.FILLED:
        return tr("{field} is filled in", field=who)
    values = [_value(field, value, name) for value in condition.values]
    return _compared(condition.compare, who, tr(" or ").join(values))


def _compared(compare: Compare, who: str, value: str) -> str:
    return {
        Compare.UNEQUAL: lambda: tr("{field} is not {value}", field=who, value=value),
        Compare.NONE_OF: lambda: tr("{field} is not {value}", field=who, value=value),
        Compare.MORE: lambda: tr("{field} is more than {value}", field=who, value=value),
        Compare.AT_LEAST: lambda: tr("{field} is at least {value}", field=who, value=value),
        Compare.LESS: lambda: tr("{field} is less than {value}", field=who, value=value),
        Compare.AT_MOST: lambda: tr("{field} is at most {value}", field=who, value=value),
    }.get(compare, lambda: tr("{field} is {value}", field=who, value=value))()


def _subject(key: str, field: Field | None) -> str:
    if key == REQUESTER:
        return tr("who asks")
    if key == DEPARTMENT:
        return tr("the department")
    return key if field is None else words_of(field.name)


def _field_of(template: Template, key: str) -> Field | None:
    return next((field for field in template.fields if field.key == key), None)


def _value(field: Field | None, value: str, name: Name | None) -> str:
    if field is None or field.kind in (FieldKind.PERSON, FieldKind.DEPARTMENT):
        return value if name is None else name(value)
    if field.kind in _NUMBERS:
        return number_words(value)
    return value_words(field, value, name or str)


def people_words(people: Sequence[str], name: Name) -> str:
    """Name several people."""
    return list_words([name(user) for user in people])
