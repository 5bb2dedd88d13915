"""Forms, templates and routes under anything a stranger may write: always an answer, the same everywhere, and soon."""

import ast
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import msgspec
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from app.domain.approvals.amounts import ARITHMETIC, decimal_of, decimal_text, rounded, typed_decimal
from app.domain.approvals.formulas import Failure, parse_formula, work_out
from app.domain.approvals.moments import span_days
from app.domain.approvals.money_words import capital_words
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
from app.domain.approvals.template import FieldKind, StepMode, Template
from app.domain.ids import UserID
from tests.helpers.approval_forms import field, step, template

ME = UserID("@me:x")
PEOPLE = ("@me:x", "@a:x", "@b:x", "@c:x", "@d:x")
KEYS = ("a", "b", "c", "t", "t.x", "@requester", "@department", "missing")
TEXTS = st.sampled_from(
    ["", " ", "1", "1280.50", "-3", "NaN", "Infinity", "1e999", "0", "٣", "9" * 50, "x" * 3000, "\ud800"]
) | st.sampled_from(
    [
        "1970-01-01",
        "9999-12-31",
        "2026-02-30",
        "2026-11-17T09:30+08:00",
        "am",
        "yes",
        "no",
        "@a:x",
        "!d:x",
        "mxc://x/y",
    ]
)
NAMES = st.sampled_from(
    (
        "amount",
        "currency",
        "from",
        "to",
        "from_half",
        "days",
        "id",
        "name",
        "uri",
        "path",
        "room_id",
        "x",
        "y",
        "size",
    )
)
LEAVES = TEXTS | st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=3)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
FORMULAS = st.sampled_from(
    (
        "a + b",
        "a / b",
        "sum(t.x)",
        "c",
        "b",
        "1 / 0",
        "days(a) * hours(b)",
        "((",
        "min(a, 1) - max(b, c)",
        "t",
        "t.x",
    )
) | st.text("abct.x()+-*/,1 {}", max_size=30)
CONDITIONS = st.builds(
    lambda name, compare, values: {"field": name, "compare": compare, "values": values},
    st.sampled_from(KEYS),
    st.sampled_from(("eq", "ne", "gt", "ge", "lt", "le", "in", "not_in", "empty", "filled")),
    st.lists(TEXTS.filter(lambda text: len(text) <= 200), max_size=3),
)
WORDS = st.sampled_from(({"zh": "字", "en": "word"}, {}, {"en": " "}))


def raw_field(key: str, depth: int = 1) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "key": st.just(key),
            "kind": st.sampled_from([str(kind) for kind in FieldKind]),
            "name": WORDS,
            "is_required": st.booleans(),
            "visible_if": st.lists(CONDITIONS, max_size=2),
            "options": st.lists(
                st.sampled_from(({"key": "yes", "name": {"en": "y"}}, {"key": "no", "name": {}})), max_size=3
            ),
            "formula": FORMULAS,
            "at_least": st.sampled_from(("", "1", "x", "2026-01-01")),
            "at_most": st.sampled_from(("", "5", "NaN", "9" * 90)),
            "decimals": st.integers(-5, 50),
            "max_length": st.integers(-5, 10),
            "is_money": st.booleans(),
            "has_half_days": st.booleans(),
            "counts_workdays": st.booleans(),
            "has_time": st.booleans(),
            "is_many": st.booleans(),
            "has_sum": st.booleans(),
            "default": st.sampled_from(("", "today", "me", "yes", "1,280.50", "x")),
            "columns": st.tuples(raw_field("x", 0), raw_field("y", 0)) if depth else st.just(()),
        }
    )


PICKS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("people", "manager", "head", "role", "chosen", "requester", "field")),
        "people": st.lists(st.sampled_from(PEOPLE), max_size=3),
        "level": st.integers(1, 20),
        "role": st.sampled_from(("", "r", "none")),
        "field": st.sampled_from(("", *KEYS)),
        "most": st.integers(0, 3),
    }
)
STEPS = st.fixed_dictionaries(
    {
        "node": st.just("step"),
        "key": st.sampled_from([f"s{n}" for n in range(8)]),
        "name": WORDS,
        "mode": st.sampled_from(("all", "any", "turn", "count")),
        "need": st.integers(1, 5),
        "who": st.lists(PICKS, max_size=3),
        "cc": st.lists(PICKS, max_size=2),
    }
)


def forks(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    made = st.fixed_dictionaries(
        {
            "key": st.sampled_from([f"b{n}" for n in range(8)]),
            "any_of": st.lists(st.lists(CONDITIONS, max_size=2), max_size=2),
            "nodes": st.lists(inner, max_size=3),
        }
    )
    return st.fixed_dictionaries(
        {"node": st.just("fork"), "key": st.sampled_from(("f", "g")), "branches": st.lists(made, max_size=3)}
    )


NODES = st.lists(st.recursive(STEPS, lambda inner: STEPS | forks(inner), max_leaves=6), max_size=4)
TEMPLATES = st.builds(
    lambda fields, route, admins: msgspec.convert(
        {"id": "t", "version": 1, "name": {"en": "t"}, "fields": fields, "route": route, "admins": admins},
        Template,
    ),
    st.tuples(raw_field("a"), raw_field("b"), raw_field("c"), raw_field("t")).flatmap(
        lambda fields: st.lists(st.sampled_from(fields), max_size=5)
    ),
    st.fixed_dictionaries(
        {
            "nodes": NODES,
            "cc_start": st.lists(PICKS, max_size=1),
            "on_nobody": st.sampled_from(("pass", "admins", "person", "refuse", "choose")),
            "stand_in": st.sampled_from(("", "@a:x", "@me:x")),
            "on_requester": st.sampled_from(("keep", "pass", "manager")),
            "on_twice": st.sampled_from(("keep", "first", "last")),
        }
    ),
    st.lists(st.sampled_from(PEOPLE), max_size=2),
)
VALUES = st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=5)
FACTS = st.builds(
    Facts,
    department=st.sampled_from(("", "!d:x")),
    departments=st.sampled_from(((), ("!d:x", "!e:x"))),
    managers=st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3).map(tuple),
    heads=st.dictionaries(st.just("!d:x"), st.sampled_from(PEOPLE)),
    roles=st.dictionaries(
        st.just("r"), st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3).map(tuple)
    ),
)
CHOSEN = st.dictionaries(
    st.sampled_from([f"s{n}" for n in range(8)]), st.lists(st.sampled_from(PEOPLE), max_size=3).map(tuple)
)
SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(TEMPLATES, VALUES)
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


@given(TEMPLATES, ANYTHING)
@SLOW
def test_what_is_no_form_at_all_is_an_answer_too(rule: Template, values: Any) -> None:
    worked = computed(rule, values)
    check_values(rule, values)
    needs_of(rule, worked)


@given(TEMPLATES, VALUES, FACTS, CHOSEN)
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


@given(TEMPLATES, VALUES, FACTS, CHOSEN)
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


@given(TEMPLATES, VALUES, FACTS, CHOSEN)
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


@given(TEMPLATES)
@SLOW
def test_a_template_without_flaws_always_gives_a_route(rule: Template) -> None:
    found = check_template(rule)
    assert found == check_template(rule)
    if not found:
        plan = plan_route(rule, {}, Facts(managers=("@z:x",)), {}, ME)
        assert plan.error is None or plan.error in ("not_chosen", "nobody")


@given(st.text(max_size=60) | FORMULAS)
@example("{" * 100)
@example("1" * 21)
def test_any_text_is_a_formula_or_is_none(text: str) -> None:
    result = work_out(text, lambda ref: Decimal(2), 2)
    assert (parse_formula(text) is None) == (result is Failure.BAD)


NUMBERS = st.decimals(-999, 999, places=2).map(decimal_text)


@given(
    st.recursive(
        NUMBERS.map(lambda n: f"({n})"),
        lambda p: st.tuples(p, st.sampled_from("+-*"), p).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
        max_leaves=8,
    )
)
def test_a_formula_gives_what_arithmetic_gives(text: str) -> None:
    assume(parse_formula(text) is not None)

    def exact(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            left, right = exact(node.left), exact(node.right)
            if isinstance(node.op, ast.Add):
                return left + right
            return left - right if isinstance(node.op, ast.Sub) else left * right
        if isinstance(node, ast.UnaryOp):
            return -exact(node.operand)
        assert isinstance(node, ast.Constant)
        return Fraction(str(node.value))

    wanted = exact(ast.parse(text, mode="eval").body)
    found = work_out(text, lambda ref: None, 6)
    if abs(wanted) < 10**15:
        assert isinstance(found, Decimal)
        assert abs(Fraction(found) - wanted) <= Fraction(1, 2_000_000)
    else:
        assert found is Failure.TOO_LARGE


DIGITS = {word: number for number, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_capitals(text: str) -> Decimal:
    """Read capitals back, by a rule of its own."""
    sign = -1 if text.startswith("负") else 1
    text = text.removeprefix("负").removesuffix("整")
    yuan, _, rest = text.rpartition("元")
    cents, digit = 0, 0
    for sign_of in rest if yuan or "元" in text else text:
        if sign_of in DIGITS:
            digit = DIGITS[sign_of]
        else:
            cents += digit * (10 if sign_of == "角" else 1)
            digit = 0
    return sign * (Decimal(_read_whole(yuan)) + Decimal(cents) / 100)


def _read_whole(text: str) -> int:
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if unit in text:
            head, _, tail = text.rpartition(unit)
            return _read_whole(head) * size + _read_whole(tail)
    total = digit = 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
        else:
            total, digit = total + digit * PLACES[sign], 0
    return total + digit


@given(st.integers(-(10**18) + 1, 10**18 - 1))
@example(10**15)
@example(10**14 + 1)
@example(5)
def test_capitals_read_back_give_the_amount(cents: int) -> None:
    amount = decimal_text(Decimal(cents).scaleb(-2))
    words = capital_words(amount)
    assert read_capitals(words) == Decimal(amount)
    assert "零零" not in words


HALF = st.sampled_from((None, "am", "pm"))


@given(st.dates(), st.integers(-3, 40), HALF, HALF, st.booleans(), st.booleans())
def test_days_are_what_counting_them_gives(
    first: date, length: int, from_half: str | None, to_half: str | None, is_work: bool, is_half: bool
) -> None:
    assume(date.min + timedelta(4) < first < date.max - timedelta(50))
    last = first + timedelta(length)
    value: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat()}
    value |= {"from_half": from_half} if from_half else {}
    value |= {"to_half": to_half} if to_half else {}
    one = field("r", "range", counts_workdays=is_work, has_half_days=is_half)
    halves = [
        (day, half)
        for day in (first + timedelta(n) for n in range(length + 1))
        for half in ("am", "pm")
        if not (is_half and day == first and half == "am" and from_half == "pm")
        and not (is_half and day == last and half == "pm" and to_half == "am")
    ]
    counted = [entry for entry in halves if not is_work or entry[0].weekday() < 5]
    assert span_days(one, value) == (Decimal(len(counted)) / 2 if halves else None)


@given(st.text(max_size=70))
def test_what_is_typed_is_a_decimal_or_nothing(text: str) -> None:
    typed = typed_decimal(text)
    assert typed is None or decimal_of(typed) is not None


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15),
    st.integers(-3, 9),
)
def test_rounding_stays_near(number: Decimal, decimals: int) -> None:
    near = rounded(number, decimals)
    limit = Decimal(5).scaleb(-min(max(decimals, 0), 6) - 1)
    assert ARITHMETIC.subtract(near, number).copy_abs() <= limit


def test_the_sums_of_a_form_of_two_hundred_fields_and_rows() -> None:
    columns = [msgspec.to_builtins(field(f"c{n}", "number", has_sum=True)) for n in range(20)]
    fields = [field(f"t{n}", "table", columns=columns) for n in range(20)]
    fields += [field(f"s{n}", "formula", formula=f"sum(t{n}.c0, t{n}.c19)") for n in range(20)]
    rows = [{f"c{n}": "1.5" for n in range(20)} for _ in range(200)]
    rule = template(fields, [step("s1")])
    worked = computed(rule, {f"t{n}": rows for n in range(20)})
    assert {worked[f"s{n}"] for n in range(20)} == {"600"}
    assert check_values(rule, worked) == ()
