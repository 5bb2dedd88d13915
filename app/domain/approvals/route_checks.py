"""What cannot work in the steps and forks of a template, taken one by one."""

from collections.abc import Iterable, Iterator

from app.domain.approvals.comparisons import comparison_flaw
from app.domain.approvals.field_checks import has_words
from app.domain.approvals.findings import Flaw, FlawAt
from app.domain.approvals.template import (
    Branch,
    Field,
    FieldKind,
    Fork,
    Node,
    OnNobody,
    Pick,
    PickKind,
    StepMode,
    StepRule,
    Template,
)

Found = Iterator[FlawAt]
_Roles = frozenset[str] | None
_ONE_PERSON = (PickKind.MANAGER, PickKind.REQUESTER, PickKind.HEAD)


def route_flaws(template: Template, fields: dict[str, Field], roles: _Roles) -> Found:
    """Find what cannot work in a route that is not nested too deep."""
    route = template.route
    if route.on_nobody is OnNobody.ADMINS and not template.admins:
        yield FlawAt(Flaw.NO_ADMINS)
    if route.on_nobody is OnNobody.PERSON and not route.stand_in.startswith("@"):
        yield FlawAt(Flaw.NO_STAND_IN)
    for picks in (route.cc_start, route.cc_end):
        yield from _copy_flaws(picks, fields, roles, "")
    yield from _node_flaws(route.nodes, fields, roles)


def _node_flaws(nodes: Iterable[Node], fields: dict[str, Field], roles: _Roles) -> Found:
    for node in nodes:
        if isinstance(node, StepRule):
            yield from _step_flaws(node, fields, roles)
            continue
        yield from _fork_flaws(node)
        for branch in node.branches:
            yield from _branch_flaws(branch, fields)
            yield from _node_flaws(branch.nodes, fields, roles)


def _fork_flaws(fork: Fork) -> Found:
    elses = [index for index, branch in enumerate(fork.branches) if not branch.any_of]
    if not elses:
        yield FlawAt(Flaw.NO_ELSE, fork.key)
    for index in elses:
        if index < len(fork.branches) - 1:
            yield FlawAt(Flaw.ELSE_NOT_LAST, fork.branches[index].key)


def _branch_flaws(branch: Branch, fields: dict[str, Field]) -> Found:
    for group in branch.any_of:
        if not group:
            yield FlawAt(Flaw.BAD_COMPARISON, branch.key)
        for condition in group:
            flaw = comparison_flaw(condition, fields, branch.key, is_route=True)
            if flaw:
                yield flaw


def _step_flaws(step: StepRule, fields: dict[str, Field], roles: _Roles) -> Found:
    if not has_words(step.name):
        yield FlawAt(Flaw.NO_NAME, step.key)
    if not step.who:
        yield FlawAt(Flaw.NOBODY, step.key)
    for pick in step.who:
        yield from _pick_flaws(pick, fields, roles, step.key)
    yield from _copy_flaws(step.cc, fields, roles, step.key)
    most = _most_people(step.who)
    if step.mode is StepMode.COUNT and most is not None and step.need > most:
        yield FlawAt(Flaw.NEED_TOO_MANY, step.key, str(most))


def _copy_flaws(picks: Iterable[Pick], fields: dict[str, Field], roles: _Roles, at: str) -> Found:
    """Nobody is asked to choose who gets a copy by rule: the requester adds own copies."""
    for pick in picks:
        if pick.kind is PickKind.CHOSEN:
            yield FlawAt(Flaw.NOBODY, at, "cc")
        else:
            yield from _pick_flaws(pick, fields, roles, at)


def _pick_flaws(pick: Pick, fields: dict[str, Field], roles: _Roles, at: str) -> Found:
    if pick.kind is PickKind.PEOPLE and not pick.people:
        yield FlawAt(Flaw.NOBODY, at)
    if pick.kind is PickKind.ROLE and (not pick.role or (roles is not None and pick.role not in roles)):
        yield FlawAt(Flaw.NOBODY, at, pick.role)
    wanted = {PickKind.FIELD: FieldKind.PERSON, PickKind.HEAD: FieldKind.DEPARTMENT}.get(pick.kind)
    if wanted is None or (pick.kind is PickKind.HEAD and not pick.field):
        return
    field = fields.get(pick.field)
    if field is None or field.kind is not wanted:
        yield FlawAt(Flaw.UNKNOWN_FIELD, at, pick.field)


def _most_people(picks: Iterable[Pick]) -> int | None:
    """Count the people a step can have at most; None where the rule does not say."""
    people: set[str] = set()
    others = 0
    for pick in picks:
        if pick.kind is PickKind.PEOPLE:
            people.update(pick.people)
        elif pick.kind in _ONE_PERSON and not pick.field:
            others += 1
        elif pick.kind is PickKind.CHOSEN and (pick.most or pick.people):
            others += min(pick.most or len(pick.people), len(pick.people) or pick.most)
        else:
            return None
    return len(people) + others
