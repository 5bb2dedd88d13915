"""Dead branches and ways without anybody, against a look at every form there is."""

from itertools import product
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.domain.approvals.planning import check_template, plan_route
from app.domain.approvals.request import Facts, Values
from app.domain.approvals.template import Template
from app.domain.ids import UserID
from tests.helpers.approval_forms import branch, field, fork, options, people, step, template, when

LETTERS = ("a", "b", "c")
MOST = 5

NUMBER_CONDITIONS = st.builds(
    when,
    st.just("n"),
    st.sampled_from(("eq", "ne", "gt", "ge", "lt", "le")),
    st.integers(-1, MOST + 1).map(str),
) | st.builds(
    lambda values: when("n", "in", *values), st.lists(st.integers(0, MOST).map(str), min_size=1, max_size=3)
)
CHOICE_CONDITIONS = st.builds(
    lambda key, compare, values: when(key, compare, *values),
    st.sampled_from(("one", "many")),
    st.sampled_from(("in", "not_in")),
    st.lists(st.sampled_from(LETTERS), min_size=1, max_size=2, unique=True),
)
EMPTY = st.builds(when, st.sampled_from(("n", "one", "many")), st.sampled_from(("empty", "filled")))
CONDITIONS = NUMBER_CONDITIONS | CHOICE_CONDITIONS | EMPTY
GROUPS = st.lists(st.lists(CONDITIONS, min_size=1, max_size=3), min_size=1, max_size=2)
REQUIRED = st.tuples(st.booleans(), st.booleans(), st.booleans())


class _Names:
    """Keys for nested forks; every branch gets a step of its own, so that a route tells where it went."""

    def __init__(self) -> None:
        self.count = 0

    def fork(self, groups: list[Any], inner: list[Any]) -> dict[str, Any]:
        self.count += 1
        name = f"f{self.count}"
        branches = []
        for number, one in enumerate(groups):
            key = f"{name}.{number}"
            nodes = [step(f"s{key}", people(f"@{key}:x"))]
            if number == 0 and inner:
                nodes.append(self.fork(inner, []))
            branches.append(branch(key, *nodes, any_of=one))
        return fork(name, *branches, branch(f"{name}.else", step(f"s{name}.else", people(f"@{name}.else:x"))))


@st.composite
def templates(draw: st.DrawFn) -> Template:
    n, one, many = draw(REQUIRED)
    fields = [
        field("n", "number", decimals=0, at_least="0", at_most=str(MOST), is_required=n),
        field("one", "single", options=options(*LETTERS), is_required=one),
        field("many", "multiple", options=options(*LETTERS), is_required=many),
    ]
    outer = draw(st.lists(GROUPS, min_size=1, max_size=3))
    inner = draw(st.lists(GROUPS, max_size=2))
    return template(fields, [_Names().fork(outer, inner)], on_twice="keep")


def forms(rule: Template) -> list[Values]:
    """Give every form that can be sent."""
    n, one, many = rule.fields
    numbers = [str(number) for number in range(MOST + 1)] + [None] * (not n.is_required)
    singles = [*LETTERS] + [None] * (not one.is_required)
    subsets = [list(keys) for keys in _subsets() if keys or not many.is_required]
    made = product(numbers, singles, subsets)
    return [
        {key: value for key, value in zip(("n", "one", "many"), values, strict=True) if value}
        for values in made
    ]


def _subsets() -> list[tuple[str, ...]]:
    picked = product((False, True), repeat=len(LETTERS))
    return [tuple(key for key, is_in in zip(LETTERS, one, strict=True) if is_in) for one in picked]


def taken(rule: Template) -> set[str]:
    """Give the branches that some form takes."""
    plans = (plan_route(rule, values, Facts(), {}, UserID("@me:x")) for values in forms(rule))
    return {branch for plan in plans for one in plan.steps for _, branch in one.branches}


def all_branches(rule: Template) -> set[str]:
    found: set[str] = set()
    level: list[Any] = list(rule.route.nodes)
    while level:
        branches = [one for node in level for one in getattr(node, "branches", ())]
        found |= {one.key for one in branches}
        level = [node for one in branches for node in one.nodes]
    return found


@given(templates())
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@example(
    template(
        [
            field("n", "number", decimals=0, at_least="0", at_most="5", is_required=True),
            field("one", "single", options=options(*LETTERS)),
            field("many", "multiple", options=options(*LETTERS)),
        ],
        [_Names().fork([[[when("n", "le", "2")], [when("n", "gt", "2")]], [[when("one", "empty")]]], [])],
    )
)
def test_a_branch_is_called_dead_exactly_when_no_form_takes_it(rule: Template) -> None:
    dead = {at.key for at in check_template(rule) if at.flaw == "dead_branch"}
    never = {key for key in all_branches(rule) - taken(rule) if not key.endswith(".else")}
    inside_dead = {key for key in never if key.startswith("f2") and "f1.0" in never}
    assert dead == never - inside_dead
