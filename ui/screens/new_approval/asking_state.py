"""A request as it is being written: what a draft keeps, and what it is still in want of. No Qt and no wording here."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.approvals.dependencies import by_key
from app.domain.approvals.findings import Plan, PlanError, Problem, ProblemAt
from app.domain.approvals.planning import needs_of
from app.domain.approvals.state import RequestStatus
from app.domain.approvals.template import FieldKind, Fork, PickKind, StepRule
from app.domain.ids import RoomID, UserID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.domain.approvals.request import Values
    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.template import Node, Template

_FILES = (FieldKind.IMAGE, FieldKind.FILE)
_CORRECTED = (RequestStatus.REJECTED, RequestStatus.WITHDRAWN)
Chosen = dict[str, tuple[UserID, ...]]


@dataclass(frozen=True, slots=True)
class Writing:
    """What was filled in and chosen."""

    values: Values = field(default_factory=dict)
    """As typed, fields that are hidden now included."""
    chosen: Chosen = field(default_factory=dict)
    """Step → the people whom the requester chose."""
    cc: tuple[UserID, ...] = ()
    former: RoomID | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A step whose people the requester chooses."""

    step: str
    name: dict[str, str]
    among: tuple[UserID, ...] = ()
    """Nobody else; empty: anybody."""
    most: int = 0
    """0: as many as one likes."""


def draft_content(writing: Writing) -> dict[str, Any]:
    """Write it down so that `writing_of` gives the same."""
    return {
        "v": 1,
        "values": writing.values,
        "chosen": {step: list(people) for step, people in writing.chosen.items()},
        "cc": list(writing.cc),
        "former": writing.former or "",
    }


def writing_of(content: dict[str, Any]) -> Writing:
    """Read what `draft_content` wrote; what is of a wrong type is left out."""
    values, chosen = content.get("values"), content.get("chosen")
    people = chosen.items() if isinstance(chosen, dict) else ()
    former = content.get("former")
    return Writing(
        values if isinstance(values, dict) else {},
        {str(step): users for step, given in people if (users := _users(given))},
        _users(content.get("cc")),
        RoomID(former) if isinstance(former, str) and former else None,
    )


def copied(detail: ApprovalDetail, me: UserID) -> Writing:
    """Begin with a request that was made before. A correction of an own one that came to nothing names that."""
    is_correction = detail.state.requester == me and detail.state.status in _CORRECTED
    chosen = {step: tuple(map(UserID, users)) for step, users in detail.content.chosen.items()}
    cc = tuple(map(UserID, detail.content.cc_own))
    return Writing(dict(detail.state.values), chosen, cc, detail.row.room_id if is_correction else None)


def choices_of(template: Template, values: Values, plan: Plan | None, chosen: Chosen) -> tuple[Choice, ...]:
    """Give the steps whose people the requester chooses: by rule, or because nobody was found for them."""
    wanted = dict.fromkeys(needs_of(template, values).choices)
    if plan is not None:
        wanted |= dict.fromkeys(
            step.key for step in plan.steps if step.key in chosen and _is_chosen(step.people)
        )
        if plan.error is PlanError.NOT_CHOSEN:
            wanted |= {plan.error_at: None}
    return tuple(_choice(rule) for rule in rules_of(template.route.nodes) if rule.key in wanted)


def rules_of(nodes: Iterable[Node]) -> Iterator[StepRule]:
    """Give all steps of a route, those of all branches."""
    for node in nodes:
        if isinstance(node, Fork):
            for branch in node.branches:
                yield from rules_of(branch.nodes)
        else:
            yield node


def lost_files(template: Template, values: Values) -> tuple[ProblemAt, ...]:
    """Find files that are no longer where they were. Looks at the disk: for a worker."""
    fields = by_key(template.fields)
    found = []
    for key, value in values.items():
        if key in fields and fields[key].kind in _FILES and isinstance(value, list):
            names = (one.get("name", "") for one in value if isinstance(one, dict) and _is_lost(one))
            found += [ProblemAt(Problem.FILE_GONE, key, detail=str(name)) for name in names]
    return tuple(found)


def changes_between(before: Values, after: Values) -> dict[str, Any]:
    """Give field → new value of all that differs; None: empty now."""
    keys = dict.fromkeys((*before, *after))
    return {key: after.get(key) for key in keys if before.get(key) != after.get(key)}


def _choice(rule: StepRule) -> Choice:
    pick = next((pick for pick in rule.who if pick.kind is PickKind.CHOSEN), None)
    if pick is None:
        return Choice(rule.key, rule.name)
    return Choice(rule.key, rule.name, tuple(map(UserID, pick.people)), pick.most)


def _is_chosen(people: Iterable[Any]) -> bool:
    return any(approver.why.kind is PickKind.CHOSEN for approver in people)


def _is_lost(file: dict[str, Any]) -> bool:
    path = file.get("path")
    return isinstance(path, str) and bool(path) and not Path(path).is_file()


def _users(value: Any) -> tuple[UserID, ...]:
    users = value if isinstance(value, list | tuple) else ()
    return tuple(UserID(user) for user in users if isinstance(user, str) and user.startswith("@"))
