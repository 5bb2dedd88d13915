"""The templates that come with Tack work in every organisation, and in none."""

import pytest

from app.domain.approvals.planning import (
    PlanError,
    check_template,
    check_values,
    computed,
    needs_of,
    plan_route,
)
from app.domain.approvals.request import Facts, Values
from app.domain.approvals.shipped import shipped_templates
from app.domain.approvals.template import Field, FieldKind, Fork, Node, StepRule, Template
from app.domain.ids import UserID
from resources.icons import read_glyphs
from resources.templates import ORDER, template_texts

ME = UserID("@me:x")
SHIPPED = {template.id: template for template in shipped_templates(template_texts())}
CNY = "CNY"


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": CNY}


def days(last: int) -> dict[str, str]:
    return {"from": "2026-11-02", "to": f"2026-11-{last:02}"}


def expense(amount: str) -> Values:
    return {"kind": "travel", "subject": "上海", "items": [{"item": "train", "amount": money(amount)}]}


def laptops(count: str) -> Values:
    items = [{"name": "笔记本", "count": count, "each": money("7900")}]
    return {"subject": "笔记本", "kind": "equipment", "reason": "新人", "items": items}


TRIP: Values = {"place": "上海", "dates": days(3), "reason": "走访"}
HOURS = {"from": "2026-11-02T18:00+08:00", "to": "2026-11-02T21:00+08:00"}
SEAL: Values = {
    "seal": ["company"],
    "document": "合同",
    "kind": "contract",
    "copies": "2",
    "outside": "no",
    "files": [{"name": "a.pdf", "uri": "mxc://x/y"}],
}
FORMS: list[tuple[str, Values, list[str]]] = [
    ("leave", {"kind": "annual", "dates": days(3), "reason": "家里有事"}, ["manager"]),
    ("leave", {"kind": "annual", "dates": days(4), "reason": "家里有事"}, ["manager", "second"]),
    (
        "leave",
        {"kind": "annual", "dates": days(17), "reason": "家里有事"},
        ["manager", "second_long", "third", "hr_check"],
    ),
    ("expense", expense("1000"), ["manager", "finance"]),
    ("expense", expense("1280.50"), ["manager", "second", "finance"]),
    ("expense", expense("5000.01"), ["manager", "second_large", "third", "finance"]),
    ("purchase", laptops("6"), ["manager", "second_large", "third", "finance"]),
    ("purchase", laptops("1"), ["manager", "second", "finance"]),
    ("business_trip", TRIP, ["manager"]),
    (
        "business_trip",
        {**TRIP, "budget": money("20000"), "advance": money("1")},
        ["manager", "second", "finance"],
    ),
    ("overtime", {"when": HOURS, "day": "workday", "pay": "money", "reason": "上线"}, ["manager"]),
    ("overtime", {"when": HOURS, "day": "holiday", "pay": "money", "reason": "上线"}, ["manager", "second"]),
    ("seal", SEAL, ["manager", "keeper"]),
    ("seal", {**SEAL, "outside": "yes", "back": days(2)}, ["manager", "second", "keeper"]),
    ("general", {"subject": "事", "reason": "为什么"}, ["chosen"]),
]


def test_all_of_them_are_there() -> None:
    assert tuple(SHIPPED) == ORDER
    assert len({template.prefix for template in SHIPPED.values()}) == len(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_none_has_a_flaw_or_names_anybody(name: str) -> None:
    template = SHIPPED[name]
    assert check_template(template) == ()
    assert not template.admins
    assert template.version == 1
    assert template.icon in read_glyphs()


@pytest.mark.parametrize("name", ORDER)
def test_everything_is_worded_in_both_languages(name: str) -> None:
    template = SHIPPED[name]
    worded = [template.name, template.about, template.group]
    worded += [part for field in template.fields for part in _words(field)]
    worded += [step.name for step in _steps(template.route.nodes)]
    for words in worded:
        assert set(words) in ({"zh", "en"}, set()), words
        assert all(text.strip() for text in words.values())


@pytest.mark.parametrize("name", ORDER)
def test_two_to_four_facts_stand_in_lists(name: str) -> None:
    assert 2 <= sum(field.is_key for field in SHIPPED[name].fields) <= 4


@pytest.mark.parametrize(("name", "typed", "route"), FORMS)
def test_a_sensible_route(name: str, typed: Values, route: list[str]) -> None:
    template, values = _filled(name, typed)
    facts = Facts(
        managers=("@m1:x", "@m2:x", "@m3:x"),
        roles={role: (f"@{role}:x",) for role in needs_of(template, values).roles},
    )
    plan = plan_route(template, values, facts, {"chosen": ("@c:x",)}, ME)
    assert plan.error is None
    assert [step.key for step in plan.steps] == route
    assert all(step.people for step in plan.steps)


@pytest.mark.parametrize(("name", "typed", "route"), FORMS)
def test_without_any_organisation_the_requester_chooses_once(
    name: str, typed: Values, route: list[str]
) -> None:
    template, values = _filled(name, typed)
    asked = plan_route(template, values, Facts(), {}, ME)
    assert asked.error is PlanError.NOT_CHOSEN
    plan = plan_route(template, values, Facts(), {asked.error_at: ("@friend:x",)}, ME)
    assert plan.error is None
    assert [[one.user for one in step.people] for step in plan.steps if step.people] == [["@friend:x"]]


def _filled(name: str, typed: Values) -> tuple[Template, Values]:
    template = SHIPPED[name]
    values = computed(template, typed)
    assert check_values(template, values) == ()
    return template, values


def _words(field: Field) -> list[dict[str, str]]:
    own = [field.name, field.hint, field.text, *(option.name for option in field.options)]
    return own + [words for column in field.columns for words in _words(column)]


def _steps(nodes: tuple[Node, ...]) -> list[StepRule]:
    found: list[StepRule] = []
    for node in nodes:
        if isinstance(node, Fork):
            found += [step for branch in node.branches for step in _steps(branch.nodes)]
        else:
            found.append(node)
    return found


def test_the_expense_is_that_of_the_picture() -> None:
    template, values = _filled("expense", expense("1280.50"))
    assert values["amount"] == money("1280.5")
    tables = [field for field in template.fields if field.kind is FieldKind.TABLE]
    assert any(column.has_sum for column in tables[0].columns)
