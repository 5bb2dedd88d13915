"""What cannot work in a template, on every branch: asked by the designer at each change, and before publishing."""

import re
from collections.abc import Iterable, Iterator

from app.domain.approvals.branch_checks import branch_flaws
from app.domain.approvals.dependencies import by_key, circle_of
from app.domain.approvals.field_checks import field_flaws, has_words
from app.domain.approvals.findings import Flaw, FlawAt
from app.domain.approvals.route_checks import route_flaws
from app.domain.approvals.template import Field, Fork, Node, Template
from app.domain.approvals.wire import MAX_DEPTH, MAX_STEPS, canonical, to_content

MAX_TEMPLATE_BYTES = 40_000
"""A request holds its template and its form in one event of at most `MAX_EVENT_BYTES`."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def check_template(template: Template, roles: frozenset[str] | None = None) -> tuple[FlawAt, ...]:
    """Find everything that cannot work, on every branch. `roles` None: roles are not checked."""
    shape = tuple(_shape(template))
    found: list[FlawAt] = []
    if not has_words(template.name):
        found.append(FlawAt(Flaw.NO_NAME))
    fields = by_key(template.fields)
    found += [FlawAt(Flaw.CIRCLE, key) for key in circle_of(fields)]
    for field in template.fields:
        found += field_flaws(field, fields)
    flaws = {at.flaw for at in shape}
    if Flaw.TOO_DEEP not in flaws:
        found += route_flaws(template, fields, roles)
    if not flaws & {Flaw.TOO_DEEP, Flaw.TOO_BIG}:
        found += branch_flaws(template.route.nodes, fields)
    return tuple(dict.fromkeys((*shape, *found)))


def flaws_of_shape(template: Template) -> tuple[Flaw, ...]:
    """Find what makes even a request that is already made unreadable: doubled keys, too deep, too big."""
    return tuple(dict.fromkeys(at.flaw for at in _shape(template)))


def _shape(template: Template) -> Iterator[FlawAt]:
    yield from _doubled(field.key for field in template.fields)
    for field in template.fields:
        yield from _doubled((option.key for option in field.options), field.key)
        yield from _doubled((column.key for column in field.columns), field.key)
        if field.key.startswith("@"):
            yield FlawAt(Flaw.DOUBLE_KEY, field.key)
    is_deep = _is_deeper(template.route.nodes, MAX_DEPTH)
    if is_deep:
        yield FlawAt(Flaw.TOO_DEEP)
        return
    yield from _doubled(_keys(template.route.nodes))
    if _longest(template.route.nodes) > MAX_STEPS:
        yield FlawAt(Flaw.TOO_BIG, detail=str(MAX_STEPS))
    yield from _size(template)


def _size(template: Template) -> Iterator[FlawAt]:
    try:
        size = len(canonical(to_content(template)))
    except UnicodeEncodeError:  # half a surrogate pair cannot be sent
        size = MAX_TEMPLATE_BYTES + 1
    if size > MAX_TEMPLATE_BYTES:
        yield FlawAt(Flaw.TOO_BIG, detail=str(size))


def _doubled(keys: Iterable[str], where: str = "") -> Iterator[FlawAt]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield FlawAt(Flaw.DOUBLE_KEY, where or key, key if where else "")
        seen.add(key)


def _is_deeper(nodes: Iterable[Node], depth: int) -> bool:
    """Look level by level: a route may be nested deeper than a recursion may go."""
    level = list(nodes)
    for _ in range(depth + 1):
        forks = [node for node in level if isinstance(node, Fork)]
        if not forks:
            return False
        level = [node for fork in forks for branch in fork.branches for node in branch.nodes]
    return True


def _keys(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.key
        if isinstance(node, Fork):
            for branch in node.branches:
                yield branch.key
                yield from _keys(branch.nodes)


def _longest(nodes: Iterable[Node]) -> int:
    total = 0
    for node in nodes:
        if isinstance(node, Fork):
            total += max((_longest(branch.nodes) for branch in node.branches), default=0)
        else:
            total += 1
    return total


def fields_of(template: Template) -> tuple[Field, ...]:
    """Give all fields, columns of tables included."""
    return tuple(part for field in template.fields for part in (field, *field.columns))
