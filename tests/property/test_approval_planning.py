"""Forms, templates and routes under anything a stranger may write: always an answer, the same everywhere, and soon."""

from decimal import localcontext
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings

from app.domain.approvals.planning import (
    check_request,
    check_template,
    check_values,
    column_sums,
    computed,
    needs_of,
    plan_route,
)
from app.domain.approvals.request import Auto, Facts, RequestContent
from app.domain.approvals.request_checks import template_digest
from app.domain.approvals.template import StepMode, Template
from tests.helpers.approval_forms import field, step, template
from tests.helpers.approval_strategies import ANYTHING, CHOSEN, FACTS, FORMS, ME, RULES

SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(RULES, FORMS)
@SLOW
def test_a_form_is_worked_out_once_and_for_all(rule: Template, values: dict[str, Any]) -> None:
    worked = computed(rule, values)
    again = computed(rule, worked)
    assert again == worked
    found = check_values(rule, worked)
    assert found == check_values(rule, again)
    assert {at.key for at in found} <= {one.key for one in rule.fields}
    for one in rule.fields:
        column_sums(one, worked.get(one.key))


@given(RULES, ANYTHING)
@SLOW
def test_what_is_no_form_at_all_is_an_answer_too(rule: Template, values: Any) -> None:
    worked = computed(rule, values)
    check_values(rule, values)
    needs_of(rule, worked)


@given(RULES, FORMS, FACTS, CHOSEN)
@SLOW
def test_any_route_is_made_twice_alike_and_keeps_the_rules(
    rule: Template, values: dict[str, Any], facts: Facts, chosen: dict[str, tuple[str, ...]]
) -> None:
    worked = computed(rule, values)
    plan = plan_route(rule, worked, facts, chosen, ME)
    with localcontext() as context:
        context.prec = 2
        assert plan_route(rule, computed(rule, values), facts, dict(reversed(chosen.items())), ME) == plan
    for one in plan.steps:
        users = [approver.user for approver in one.people]
        assert len(set(users)) == len(users)
        assert (not users) is (one.auto is not None)
        assert 1 <= one.need <= max(len(users), 1)
        if one.auto is Auto.REQUESTER:
            assert rule.route.on_requester == "pass"
    if rule.route.on_requester != "keep":
        asked = [approver for one in plan.steps for approver in one.people if approver.user == ME]
        assert all(approver.why.kind == "requester" for approver in asked)
    assert ME not in plan.cc_start
    certain = [
        approver.user
        for one in plan.steps
        if one.mode in (StepMode.ALL, StepMode.TURN)
        for approver in one.people
    ]
    if rule.route.on_twice != "keep":
        assert len(set(certain)) == len(certain)


@given(RULES, FORMS, FACTS, CHOSEN)
@SLOW
def test_what_needs_of_asks_for_is_all_that_a_route_uses(
    rule: Template, values: dict[str, Any], facts: Facts, chosen: dict[str, tuple[str, ...]]
) -> None:
    worked = computed(rule, values)
    needs = needs_of(rule, worked)
    asked = msgspec.structs.replace(
        facts,
        managers=facts.managers[: needs.levels],
        heads={
            room: head for room, head in facts.heads.items() if room in (*needs.departments, facts.department)
        },
        roles={role: users for role, users in facts.roles.items() if role in needs.roles},
    )
    assert plan_route(rule, worked, asked, chosen, ME) == plan_route(rule, worked, facts, chosen, ME)


@given(RULES, FORMS, FACTS, CHOSEN)
@SLOW
def test_a_request_is_valid_exactly_when_it_was_made_by_the_rule(
    rule: Template, values: dict[str, Any], facts: Facts, chosen: dict[str, tuple[str, ...]]
) -> None:
    worked = computed(rule, values)
    plan = plan_route(rule, worked, facts, chosen, ME)
    content = RequestContent(
        number="1",
        title="t",
        template=rule,
        template_hash=template_digest(rule),
        values=worked,
        steps=plan.steps,
        facts=facts,
        chosen=chosen,
        cc_start=plan.cc_start,
        cc_end=plan.cc_end,
    )
    checks = check_request(content, ME)
    assert checks == check_request(content, ME)
    if checks == ():
        assert plan.error is None
        assert plan.steps
        assert not check_values(rule, worked)
        fewer = msgspec.structs.replace(content, steps=plan.steps[:-1])
        assert check_request(fewer, ME)


@given(RULES)
@SLOW
def test_a_template_without_flaws_always_gives_a_route(rule: Template) -> None:
    found = check_template(rule)
    assert found == check_template(rule)
    if not found:
        plan = plan_route(rule, {}, Facts(managers=("@z:x",)), {}, ME)
        assert plan.error is None or plan.error in ("not_chosen", "nobody")


def test_the_sums_of_a_form_of_two_hundred_fields_and_rows() -> None:
    columns = [msgspec.to_builtins(field(f"c{n}", "number", has_sum=True)) for n in range(20)]
    fields = [field(f"t{n}", "table", columns=columns) for n in range(20)]
    fields += [field(f"s{n}", "formula", formula=f"sum(t{n}.c0, t{n}.c19)") for n in range(20)]
    rows = [{f"c{n}": "1.5" for n in range(20)} for _ in range(200)]
    rule = template(fields, [step("s1")])
    worked = computed(rule, {f"t{n}": rows for n in range(20)})
    assert {worked[f"s{n}"] for n in range(20)} == {"600"}
    assert check_values(rule, worked) == ()
