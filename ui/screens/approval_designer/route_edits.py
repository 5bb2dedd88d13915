"""Edits of a route: each makes another template of one. No Qt.

Steps and forks are named by their key, a branch by its fork's key and its own. A place for something new is
`Place(fork, branch, at)`; the top is `Place("", "", index)`.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from app.domain.approvals.template import (
    Branch,
    Conditions,
    Fork,
    Node,
    Pick,
    PickKind,
    StepMode,
    StepRule,
    Template,
)
from app.domain.approvals.wire import MAX_DEPTH, MAX_STEPS

MAX_BRANCHES = 20
Nodes = tuple[Node, ...]


class Place(NamedTuple):
    """Between two nodes."""

    fork: str = ""
    branch: str = ""
    at: int = 0


def nodes_of(template: Template) -> Iterator[Node]:
    """Give every step and fork, from the top, branch by branch."""
    yield from _walk(template.route.nodes)


def node_at(template: Template, key: str) -> Node | None:
    """Give a step or a fork."""
    return next((node for node in nodes_of(template) if node.key == key), None)


def branch_at(template: Template, fork: str, branch: str) -> Branch | None:
    """Give a branch."""
    found = node_at(template, fork)
    branches = found.branches if isinstance(found, Fork) else ()
    return next((one for one in branches if one.key == branch), None)


def place_of(template: Template, key: str) -> Place | None:
    """Say where a node stands."""
    return _find(template.route.nodes, key, "", "")


def depth_of(template: Template, place: Place) -> int:
    """Say within how many forks a place is."""
    depth, fork = 0, place.fork
    while fork:
        above = place_of(template, fork)
        depth, fork = depth + 1, "" if above is None else above.fork
    return depth


def can_fork(template: Template, place: Place) -> bool:
    """Whether one more fork within forks is still allowed there."""
    return depth_of(template, place) < MAX_DEPTH


def new_step(template: Template, name: dict[str, str]) -> StepRule:
    """Make a step that begins with the direct manager."""
    return StepRule(_free(template, "step"), name, StepMode.ANY, (Pick(PickKind.MANAGER),))


def new_fork(template: Template, name: dict[str, str], otherwise: dict[str, str]) -> Fork:
    """Make a fork with one branch to be filled in, and the one that is taken else."""
    key = _free(template, "fork")
    return Fork(key, (Branch(f"{key}_1", name, ((),)), Branch(f"{key}_else", otherwise)))


def insert_node(template: Template, place: Place, node: Node) -> Template:
    """Put a step or fork between two others."""
    if sum(1 for _ in nodes_of(template)) >= MAX_STEPS:
        return template
    return _in_list(template, place, lambda nodes: (*nodes[: place.at], node, *nodes[place.at :]))


def remove_node(template: Template, key: str) -> Template:
    """Take a step, or a fork with all its branches, out."""
    return _edit(template, key, lambda _: ())


def change_node(template: Template, key: str, **changes: Any) -> Template:
    """Change what a step or a fork says."""
    return _edit(template, key, lambda node: (msgspec.structs.replace(node, **changes),))


def move_node(template: Template, key: str, step: int) -> Template:
    """Move a node up or down among its neighbours."""
    place = place_of(template, key)
    if place is None:
        return template

    def moved(nodes: Nodes) -> Nodes:
        row = list(nodes)
        node = row.pop(place.at)
        row.insert(max(0, min(place.at + step, len(row))), node)
        return tuple(row)

    return _in_list(template, place, moved)


def can_relocate(template: Template, key: str, place: Place) -> bool:
    """Whether a node may go to a place: not into itself, nor deeper than forks may be."""
    node, fork = node_at(template, key), place.fork
    while fork:
        if fork == key:
            return False
        above = place_of(template, fork)
        fork = "" if above is None else above.fork
    if node is None:
        return False
    return depth_of(template, place) + _height((node,)) <= MAX_DEPTH


def relocate_node(template: Template, key: str, place: Place) -> Template:
    """Move a node to another place, also into or out of a branch."""
    node, start = node_at(template, key), place_of(template, key)
    if node is None or start is None or not can_relocate(template, key, place):
        return template
    is_behind = (start.fork, start.branch) == (place.fork, place.branch) and start.at < place.at
    without = remove_node(template, key)
    return insert_node(without, place._replace(at=place.at - 1) if is_behind else place, node)


def duplicate_node(template: Template, key: str) -> tuple[Template, str]:
    """Put a copy behind a step or a fork, with keys of its own."""
    node, place = node_at(template, key), place_of(template, key)
    if node is None or place is None:
        return template, key
    taken = {one.key for one in nodes_of(template)}
    copied = _with_new_keys(node, taken)
    added = insert_node(template, place._replace(at=place.at + 1), copied)
    return (template, key) if added == template else (added, copied.key)


def insert_branch(template: Template, fork: str, name: dict[str, str]) -> tuple[Template, str]:
    """Add a branch before the one that is taken else."""
    found = node_at(template, fork)
    if not isinstance(found, Fork) or len(found.branches) >= MAX_BRANCHES:
        return template, ""
    taken = {branch.key for branch in found.branches}
    key = next(one for n in range(1, MAX_BRANCHES + 2) if (one := f"{fork}_{n}") not in taken)
    at = len(found.branches) - (1 if found.branches and is_else(found.branches[-1]) else 0)
    branches = (*found.branches[:at], Branch(key, name, ((),)), *found.branches[at:])
    return change_node(template, fork, branches=branches), key


def insert_else(template: Template, fork: str, name: dict[str, str]) -> Template:
    """Add the last branch where there is none."""
    found = node_at(template, fork)
    if not isinstance(found, Fork) or any(map(is_else, found.branches)):
        return template
    return change_node(template, fork, branches=(*found.branches, Branch(f"{fork}_else", name)))


def change_branch(template: Template, fork: str, branch: str, **changes: Any) -> Template:
    """Change what a branch says."""
    return _branches(
        template,
        fork,
        lambda row: tuple(
            msgspec.structs.replace(one, **changes) if one.key == branch else one for one in row
        ),
    )


def remove_branch(template: Template, fork: str, branch: str) -> Template:
    """Take a branch out. The last one left is no fork: its nodes take the fork's place."""
    found = node_at(template, fork)
    if not isinstance(found, Fork):
        return template
    rest = tuple(one for one in found.branches if one.key != branch)
    if len(rest) > 1:
        return change_node(template, fork, branches=rest)
    return _edit(template, fork, lambda _: rest[0].nodes if rest else ())


def move_branch(template: Template, fork: str, branch: str, step: int) -> Template:
    """Change the order in which branches are tried; else stays the last."""

    def moved(row: tuple[Branch, ...]) -> tuple[Branch, ...]:
        tried, last = [b for b in row if not is_else(b)], [b for b in row if is_else(b)]
        keys = [one.key for one in tried]
        if branch not in keys:
            return row
        at = keys.index(branch)
        tried.insert(max(0, min(at + step, len(tried) - 1)), tried.pop(at))
        return (*tried, *last)

    return _branches(template, fork, moved)


def is_else(branch: Branch) -> bool:
    """Whether a branch is taken when no other is."""
    return not branch.any_of


def with_group(branch: Branch, number: int, group: Conditions | None) -> tuple[Conditions, ...]:
    """Give a branch's groups with one changed, added (at the end) or taken out (None); one always stays."""
    groups = list(branch.any_of)
    if group is None:
        groups[number : number + 1] = []
    else:
        groups[number : number + 1] = [group]
    return tuple(groups) or ((),)


def change_route(template: Template, **changes: Any) -> Template:
    """Change the rules of the whole route."""
    return msgspec.structs.replace(template, route=msgspec.structs.replace(template.route, **changes))


def _height(nodes: Nodes) -> int:
    """How many forks stand within each other."""
    forks = [node for node in nodes if isinstance(node, Fork)]
    return max(
        (1 + max((_height(one.nodes) for one in fork.branches), default=0) for fork in forks), default=0
    )


def _walk(nodes: Nodes) -> Iterator[Node]:
    for node in nodes:
        yield node
        for branch in node.branches if isinstance(node, Fork) else ():
            yield from _walk(branch.nodes)


def _find(nodes: Nodes, key: str, fork: str, branch: str) -> Place | None:
    for index, node in enumerate(nodes):
        if node.key == key:
            return Place(fork, branch, index)
        for one in node.branches if isinstance(node, Fork) else ():
            found = _find(one.nodes, key, node.key, one.key)
            if found is not None:
                return found
    return None


def _edit(template: Template, key: str, change: Callable[[Node], Nodes]) -> Template:
    return change_route(template, nodes=_edited(template.route.nodes, key, change))


def _edited(nodes: Nodes, key: str, change: Callable[[Node], Nodes]) -> Nodes:
    found: list[Node] = []
    for node in nodes:
        if node.key == key:
            found.extend(change(node))
        elif isinstance(node, Fork):
            branches = tuple(
                msgspec.structs.replace(branch, nodes=_edited(branch.nodes, key, change))
                for branch in node.branches
            )
            found.append(msgspec.structs.replace(node, branches=branches))
        else:
            found.append(node)
    return tuple(found)


def _in_list(template: Template, place: Place, change: Callable[[Nodes], Nodes]) -> Template:
    if not place.fork:
        return change_route(template, nodes=change(template.route.nodes))
    branch = branch_at(template, place.fork, place.branch)
    if branch is None:
        return template
    return change_branch(template, place.fork, place.branch, nodes=change(branch.nodes))


def _branches(
    template: Template, fork: str, change: Callable[[tuple[Branch, ...]], tuple[Branch, ...]]
) -> Template:
    found = node_at(template, fork)
    return (
        template
        if not isinstance(found, Fork)
        else change_node(template, fork, branches=change(found.branches))
    )


def _with_new_keys(node: Node, taken: set[str]) -> Node:
    """Copies get keys of their own; `taken` grows by them."""
    stem = "step" if isinstance(node, StepRule) else "fork"
    key = next(one for n in range(1, len(taken) + 2) if (one := f"{stem}{n}") not in taken)
    taken.add(key)
    if isinstance(node, StepRule):
        return msgspec.structs.replace(node, key=key)
    branches = tuple(
        msgspec.structs.replace(
            branch, key=f"{key}_{number}", nodes=tuple(_with_new_keys(one, taken) for one in branch.nodes)
        )
        for number, branch in enumerate(node.branches, 1)
    )
    return Fork(key, branches)


def _free(template: Template, stem: str) -> str:
    taken = {node.key for node in nodes_of(template)}
    return next(key for n in range(1, len(taken) + 2) if (key := f"{stem}{n}") not in taken)
