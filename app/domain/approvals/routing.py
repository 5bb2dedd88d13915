"""From rules to people: the route of one request, and what has to be known of the organisation before it can be made.

What follows from what is written down once, in this order: the branch taken at each fork; the people each step names;
the requester among them (`OnRequester`); nobody at all (`OnNobody`); people who stand in several steps (`OnTwice`).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from app.domain.approvals.conditions import Look, any_group_holds, look_in
from app.domain.approvals.dependencies import by_key
from app.domain.approvals.findings import Needs, Plan, PlanError
from app.domain.approvals.request import Approver, Auto, Facts, Step, Values, Why
from app.domain.approvals.template import (
    Branch,
    Field,
    Fork,
    Node,
    OnNobody,
    OnRequester,
    OnTwice,
    Pick,
    PickKind,
    StepMode,
    StepRule,
    Template,
)
from app.domain.approvals.wire import MAX_DEPTH, MAX_PEOPLE, MAX_STEPS, Users
from app.domain.ids import UserID

Branches = tuple[tuple[str, str], ...]


class _NoBranchError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class _NoPlanError(Exception):
    def __init__(self, error: PlanError, at: str) -> None:
        super().__init__(error)
        self.error = error
        self.at = at


class _Found(NamedTuple):
    people: tuple[Approver, ...]
    is_requester_out: bool = False
    """The requester was among them and is left out."""


def needs_of(template: Template, values: Values) -> Needs:
    """Say what the organisation has to answer first.

    Independent of who asks: where a fork looks at the requester or the department, all its branches count.
    """
    fields = by_key(template.fields)
    rules = tuple(_possible(template.route.nodes, fields, look_in(fields, values)))
    picks = [pick for rule in rules for pick in (*rule.who, *rule.cc)]
    picks += [*template.route.cc_start, *template.route.cc_end]
    levels = [pick.level for pick in picks if pick.kind is PickKind.MANAGER]
    if template.route.on_requester is OnRequester.MANAGER:
        levels.append(1)
    roles = dict.fromkeys(pick.role for pick in picks if pick.kind is PickKind.ROLE and pick.role)
    heads = [pick.field for pick in picks if pick.kind is PickKind.HEAD and pick.field]
    departments = dict.fromkeys(room for key in heads for room in _departments(values.get(key)))
    choices = tuple(rule.key for rule in rules if any(pick.kind is PickKind.CHOSEN for pick in rule.who))
    return Needs(max(levels, default=0), tuple(roles), tuple(departments), choices)


def _possible(
    nodes: Iterable[Node], fields: dict[str, Field], look: Look, depth: int = 0
) -> Iterator[StepRule]:
    for node in nodes:
        if isinstance(node, StepRule):
            yield node
            continue
        if depth >= MAX_DEPTH:
            continue
        for branch in node.branches:
            is_open = any(condition.field.startswith("@") for group in branch.any_of for condition in group)
            is_taken = not branch.any_of or any_group_holds(branch.any_of, fields, look)
            if is_open or is_taken:
                yield from _possible(branch.nodes, fields, look, depth + 1)
            if is_taken and not is_open:
                break


def plan_route(
    template: Template, values: Values, facts: Facts, chosen: dict[str, Users], requester: UserID
) -> Plan:
    """Make the route."""
    return _Planner(template, values, facts, chosen, requester).plan()


def _departments(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return ()
    ids = (item.get("id") for item in value if isinstance(item, dict))
    return tuple(room for room in ids if isinstance(room, str))


class _Planner:
    """Everything one route is made of."""

    def __init__(
        self, template: Template, values: Values, facts: Facts, chosen: dict[str, Users], requester: UserID
    ) -> None:
        self._route = template.route
        self._admins = template.admins
        self._fields = by_key(template.fields)
        self._values = values
        self._facts = facts
        self._chosen = chosen
        self._requester = requester
        self._look = look_in(self._fields, values, requester, facts.departments)
        self._stand_ins: Users = ()
        """Whom the requester chose where nobody was found, for all such steps."""

    def plan(self) -> Plan:
        steps: list[Step] = []
        error, at = None, ""
        try:
            for rule, branches in self._taken(self._route.nodes, ()):
                if len(steps) >= MAX_STEPS:
                    break
                steps.append(self._step(rule, branches))
        except _NoBranchError as missing:
            error, at = PlanError.NO_BRANCH, missing.key
        except _NoPlanError as missing:
            error, at = missing.error, missing.at
        return Plan(
            tuple(_without_twice(steps, self._route.on_twice)),
            self._copies(self._route.cc_start),
            self._copies(self._route.cc_end),
            error,
            at,
        )

    def _taken(self, nodes: Iterable[Node], branches: Branches) -> Iterator[tuple[StepRule, Branches]]:
        for node in nodes:
            if isinstance(node, StepRule):
                yield node, branches
                continue
            branch = self._branch(node)
            if branch is None or len(branches) >= MAX_DEPTH:
                raise _NoBranchError(node.key)
            yield from self._taken(branch.nodes, (*branches, (node.key, branch.key)))

    def _branch(self, fork: Fork) -> Branch | None:
        for branch in fork.branches:
            if not branch.any_of or any_group_holds(branch.any_of, self._fields, self._look):
                return branch
        return None

    def _step(self, rule: StepRule, branches: Branches) -> Step:
        found = self._people(rule)
        auto: Auto | None = None
        people = found.people
        if not people:
            if found.is_requester_out and self._route.on_requester is OnRequester.PASS:
                auto = Auto.REQUESTER
            else:
                people, auto = self._when_nobody(rule)
        return Step(
            key=rule.key,
            name=rule.name,
            mode=rule.mode,
            people=people,
            need=min(rule.need, max(len(people), 1)) if rule.mode is StepMode.COUNT else 1,
            cc=self._copies(rule.cc),
            auto=auto,
            branches=branches,
        )

    def _people(self, rule: StepRule) -> _Found:
        people: dict[str, Approver] = {}
        is_out = False
        for pick in rule.who:
            for approver in self._picked(pick, rule.key):
                allowed = self._instead_of_requester(approver)
                is_out = is_out or allowed is None
                if allowed is not None:
                    people.setdefault(allowed.user, allowed)
        return _Found(tuple(people.values())[:MAX_PEOPLE], is_out)

    def _instead_of_requester(self, approver: Approver) -> Approver | None:
        rule = self._route.on_requester
        is_meant = approver.why.kind is PickKind.REQUESTER
        if approver.user != self._requester or is_meant or rule is OnRequester.KEEP:
            return approver
        manager = next((user for user in self._facts.managers if user != self._requester), None)
        if rule is OnRequester.PASS or manager is None:
            return None
        return Approver(manager, msgspec.structs.replace(approver.why, instead_of=self._requester))

    def _when_nobody(self, rule: StepRule) -> tuple[tuple[Approver, ...], Auto | None]:
        how = self._route.on_nobody
        if how is OnNobody.PASS:
            return (), Auto.NOBODY
        if how is OnNobody.REFUSE:
            raise _NoPlanError(PlanError.NOBODY, rule.key)
        kind, users = PickKind.PEOPLE, self._others(self._admins)
        if how is OnNobody.PERSON:
            users = self._others((self._route.stand_in,))
            if not users:
                raise _NoPlanError(PlanError.NOBODY, rule.key)
        if how is OnNobody.CHOOSE or not users:
            kind, users = PickKind.CHOSEN, self._chosen_stand_ins(rule)
        return tuple(Approver(user, Why(kind, is_stand_in=True)) for user in users), None

    def _chosen_stand_ins(self, rule: StepRule) -> Users:
        users = self._others(self._chosen.get(rule.key, ())) or self._stand_ins
        if not users:
            raise _NoPlanError(PlanError.NOT_CHOSEN, rule.key)
        self._stand_ins = users
        return users

    def _others(self, users: Users) -> Users:
        """Leave the requester out, where the route does."""
        is_kept = self._route.on_requester is OnRequester.KEEP
        found = (user for user in users if user and (is_kept or user != self._requester))
        return tuple(dict.fromkeys(found))[:MAX_PEOPLE]

    def _copies(self, picks: Iterable[Pick]) -> Users:
        users = (approver.user for pick in picks for approver in self._picked(pick, ""))
        return tuple(dict.fromkeys(user for user in users if user != self._requester))[:MAX_PEOPLE]

    def _picked(self, pick: Pick, step: str) -> Iterator[Approver]:
        kind, facts = pick.kind, self._facts
        if kind is PickKind.MANAGER:
            yield from self._manager(pick.level)
        elif kind is PickKind.HEAD:
            yield from self._heads(pick)
        elif kind is PickKind.ROLE:
            why = Why(kind, role=facts.role_names.get(pick.role, {}))
            yield from (Approver(user, why) for user in facts.roles.get(pick.role, ()))
        else:
            yield from (Approver(user, Why(kind)) for user in self._named(pick, step))

    def _named(self, pick: Pick, step: str) -> Users:
        if pick.kind is PickKind.REQUESTER:
            return (self._requester,)
        if pick.kind is PickKind.PEOPLE:
            return pick.people
        if pick.kind is PickKind.FIELD:
            return self._field_people(pick.field)
        others = self._others(self._chosen.get(step, ()))
        users = tuple(user for user in others if not pick.people or user in pick.people)
        if step and not users:
            raise _NoPlanError(PlanError.NOT_CHOSEN, step)
        return users[: pick.most or MAX_PEOPLE]

    def _field_people(self, key: str) -> Users:
        value = self._values.get(key)
        users = value if isinstance(value, list | tuple) else ()
        return tuple(user for user in users if isinstance(user, str) and user.startswith("@"))[:MAX_PEOPLE]

    def _manager(self, level: int) -> Iterator[Approver]:
        """Where there are fewer levels than asked for, the highest there is."""
        managers = self._facts.managers
        if managers:
            reached = min(level, len(managers))
            yield Approver(managers[reached - 1], Why(PickKind.MANAGER, level=reached))

    def _heads(self, pick: Pick) -> Iterator[Approver]:
        facts = self._facts
        rooms = _departments(self._values.get(pick.field)) if pick.field else (facts.department,)
        names = (
            _names(self._values.get(pick.field)) if pick.field else {facts.department: facts.department_name}
        )
        for room in rooms:
            head = facts.heads.get(room)
            if head:
                yield Approver(head, Why(PickKind.HEAD, department=names.get(room, "")))


def _names(value: object) -> dict[str, str]:
    items = value if isinstance(value, list | tuple) else ()
    found = ((item.get("id"), item.get("name")) for item in items if isinstance(item, dict))
    return {str(room): name[:200] for room, name in found if isinstance(name, str)}


def _without_twice(steps: list[Step], rule: OnTwice) -> list[Step]:
    """Leave people out of steps whose decision another step holds for certain."""
    if rule is OnTwice.KEEP:
        return steps
    ordered = steps if rule is OnTwice.FIRST else steps[::-1]
    decided: set[str] = set()
    kept: list[Step] = []
    for step in ordered:
        left = _left_out(step, decided)
        decided |= _certain(left)
        kept.append(left)
    return kept if rule is OnTwice.FIRST else kept[::-1]


def _left_out(step: Step, decided: set[str]) -> Step:
    people = tuple(approver for approver in step.people if approver.user not in decided)
    gone = len(step.people) - len(people)
    if not gone:
        return step
    need = step.need - gone if step.mode is StepMode.COUNT else 1
    if not people or need <= 0:
        return msgspec.structs.replace(step, people=(), need=1, auto=Auto.TWICE)
    return msgspec.structs.replace(step, people=people, need=need)


def _certain(step: Step) -> set[str]:
    """Those without whom the step cannot be passed: of "any one" of several nobody is."""
    count = len(step.people)
    is_all = step.mode in (StepMode.ALL, StepMode.TURN) or count == 1
    if is_all or (step.mode is StepMode.COUNT and step.need >= count):
        return {approver.user for approver in step.people}
    return set()
