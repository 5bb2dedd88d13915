"""A route as cards: what stands on each step and branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.template import Fork, PickKind, StepMode, StepRule
from resources.translations import tr
from ui.approval_value_words import list_words, words_of
from ui.screens.approval_designer.route_edits import is_else, nodes_of
from ui.template_words import condition_words, pick_words
from widgets.designer_cards import RouteBranch, RouteCard, RouteFork, RouteItem

if TYPE_CHECKING:
    from app.domain.approvals.template import Branch, Node, Pick, Template
    from ui.screens.approval_designer.editing import TemplateEditing
    from ui.screens.approval_designer.names import Names

START, END, STEP, FORK, BRANCH = "start", "end", "step:", "fork:", "branch:"


def items_of(editing: TemplateEditing, names: Names) -> list[RouteItem]:
    """Give the whole route, from who asks to the end."""
    route = editing.template.route
    asks = RouteCard(START, tr("Requester"), _copies(editing, names, route.cc_start), "user", is_fixed=True)
    end = RouteCard(END, tr("End"), _copies(editing, names, route.cc_end), "flag", is_fixed=True)
    return [asks, *_nodes(editing, names, route.nodes), end]


def branch_of(template: Template, card: str) -> tuple[str, str]:
    """Fork and branch of a branch's card; ("", "") where it is none."""
    for node in nodes_of(template):
        for branch in node.branches if isinstance(node, Fork) else ():
            if card == f"{BRANCH}{node.key}/{branch.key}":
                return node.key, branch.key
    return "", ""


def _nodes(editing: TemplateEditing, names: Names, nodes: tuple[Node, ...]) -> list[RouteItem]:
    return [
        _fork(editing, names, node) if isinstance(node, Fork) else _step(editing, names, node)
        for node in nodes
    ]


def _step(editing: TemplateEditing, names: Names, step: StepRule) -> RouteCard:
    names.ask(user for pick in (*step.who, *step.cc) for user in pick.people)
    who = list_words([pick_words(editing.template, pick, editing.roles, names) for pick in step.who])
    lines = (who or tr("Nobody decides yet"), _mode(step), *_copies(editing, names, step.cc))
    return RouteCard(
        f"{STEP}{step.key}",
        words_of(step.name) or tr("Step"),
        tuple(line for line in lines if line),
        "stamp",
        is_wrong=bool(editing.flaws_at(step.key)),
    )


def _mode(step: StepRule) -> str:
    """Only where more than one may decide."""
    if len(step.who) == 1 and step.who[0].kind in (PickKind.MANAGER, PickKind.HEAD, PickKind.REQUESTER):
        return ""
    if step.mode is StepMode.COUNT:
        return tr("{n} must approve", n=step.need)
    return {StepMode.ALL: tr("All must approve"), StepMode.ANY: tr("Any one decides")}.get(
        step.mode, tr("In turn")
    )


def _fork(editing: TemplateEditing, names: Names, fork: Fork) -> RouteFork:
    card = RouteCard(f"{FORK}{fork.key}", tr("Fork"), is_wrong=bool(editing.flaws_at(fork.key)))
    branches = tuple(_branch(editing, names, fork, branch, n) for n, branch in enumerate(fork.branches, 1))
    return RouteFork(card, fork.key, branches)


def _branch(editing: TemplateEditing, names: Names, fork: Fork, branch: Branch, number: int) -> RouteBranch:
    if is_else(branch):
        title, lines = words_of(branch.name) or tr("Else"), (tr("When no other branch fits"),)
    else:
        title = words_of(branch.name) or tr("Condition {n}", n=number)
        lines = (_when(editing, names, branch) or tr("No condition yet"),)
    card = RouteCard(
        f"{BRANCH}{fork.key}/{branch.key}",
        title,
        lines,
        "arrow-bend-down-right",
        is_wrong=bool(editing.flaws_at(branch.key)),
        is_branch=True,
    )
    return RouteBranch(card, branch.key, tuple(_nodes(editing, names, branch.nodes)))


def _when(editing: TemplateEditing, names: Names, branch: Branch) -> str:
    groups = [
        list_words([condition_words(editing.template, one, names) for one in group])
        for group in branch.any_of
    ]
    return tr(" or ").join(filter(None, groups))


def _copies(editing: TemplateEditing, names: Names, picks: tuple[Pick, ...]) -> tuple[str, ...]:
    if not picks:
        return ()
    names.ask(user for pick in picks for user in pick.people)
    who = list_words([pick_words(editing.template, pick, editing.roles, names) for pick in picks])
    return (tr("Copies: {who}", who=who),)
