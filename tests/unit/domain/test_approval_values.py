"""Forms: what is worked out of them, and what keeps them from being sent."""

from typing import Any

import pytest

from app.domain.approvals.planning import Problem, ProblemAt, check_values, column_sums, computed
from app.domain.approvals.template import Template
from tests.helpers.approval_forms import field, options, template, when

CNY = "CNY"


def money(amount: Any, currency: Any = CNY) -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def problems(form: Template, values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(at.problem), at.key) for at in check_values(form, computed(form, values))]


def test_a_hidden_field_holds_nothing_and_what_hangs_on_it_follows() -> None:
    form = template(
        [
            field("c", "formula", formula="b * 2"),
            field("b", "number", visible_if=[when("a", "eq", "yes")], is_required=True),
            field("a", "single", options=options("yes", "no")),
        ]
    )
    assert computed(form, {"a": "yes", "b": "4"}) == {"a": "yes", "b": "4", "c": "8"}
    assert computed(form, {"a": "no", "b": "4"}) == {"a": "no"}
    assert problems(form, {"a": "no"}) == []
    assert problems(form, {"a": "yes"}) == [("missing", "b")]


def test_a_chain_of_two_hundred_fields_is_followed_to_its_end() -> None:
    fields = [field("f0", "number")]
    fields += [field(f"f{n}", "formula", formula=f"f{n - 1} + 1") for n in range(1, 200)]
    assert computed(template(fields[::-1]), {"f0": "1"})["f199"] == "200"


def test_fields_in_a_circle_hold_nothing() -> None:
    form = template(
        [
            field("a", "formula", formula="b + 1"),
            field("b", "formula", formula="a + 1"),
            field("c", "number", visible_if=[when("d", "filled")]),
            field("d", "number", visible_if=[when("c", "filled")]),
            field("e", "number"),
        ]
    )
    assert computed(form, {"a": "1", "b": "2", "c": "3", "d": "4", "e": "5"}) == {"e": "5"}


def test_a_table_is_summed_and_its_rows_are_worked_out() -> None:
    form = template(
        [
            field("total", "formula", formula="sum(t.price)", is_money=True),
            field(
                "t",
                "table",
                columns=[
                    {"key": "n", "kind": "number", "name": {"en": "n"}},
                    {"key": "each", "kind": "money", "name": {"en": "each"}},
                    {
                        "key": "price",
                        "kind": "formula",
                        "name": {"en": "p"},
                        "formula": "n * each",
                        "is_money": True,
                        "has_sum": True,
                    },
                ],
            ),
        ]
    )
    typed = {
        "t": [{"n": "2", "each": money("1.25")}, {}, {"x": "unknown"}, {"n": "3", "each": money("1")}],
        "y": 1,
    }
    worked = computed(form, typed)
    assert worked == {
        "total": money("5.5"),
        "t": [
            {"n": "2", "each": money("1.25"), "price": money("2.5")},
            {"n": "3", "each": money("1"), "price": money("3")},
        ],
    }
    assert column_sums(form.fields[1], worked["t"]) == {"price": "5.5"}
    assert check_values(form, worked) == ()


def test_dividing_by_zero_is_a_problem_where_it_happens() -> None:
    column = {"key": "q", "kind": "formula", "name": {"en": "q"}, "formula": "1 / n"}
    form = template(
        [
            field("n", "number"),
            field("q", "formula", formula="n / (n - n)"),
            field("s", "formula", formula="q + 1"),
            field("t", "table", columns=[{"key": "n", "kind": "number", "name": {"en": "n"}}, column]),
        ]
    )
    found = check_values(form, computed(form, {"n": "3", "t": [{"n": "1"}, {"n": "0"}]}))
    assert found == (
        ProblemAt(Problem.DIVISION_BY_ZERO, "q"),
        ProblemAt(Problem.DIVISION_BY_ZERO, "s"),
        ProblemAt(Problem.DIVISION_BY_ZERO, "t", 1, "q"),
    )


GOOD: list[tuple[str, dict[str, Any], Any]] = [
    ("text", {"max_length": 3}, "三个字"),
    ("number", {"at_least": "0", "at_most": "5"}, "5"),
    ("number", {}, "-1280.50"),
    ("number", {"decimals": 0}, "3.00"),
    ("money", {}, money("1280.50")),
    ("date", {"at_least": "1970-01-01"}, "1970-01-01"),
    ("date", {}, "9999-12-31"),
    ("date_time", {}, "2026-11-17T09:30+08:00"),
    ("range", {}, {"from": "2026-11-17", "to": "2026-11-17"}),
    ("single", {"options": options("a")}, "a"),
    ("multiple", {"options": options("a", "b"), "at_most": "2"}, ["b", "a"]),
    ("person", {"is_many": True}, ["@a:x", "@b:x"]),
    ("department", {}, [{"id": "!d:x", "name": "研发部"}]),
    ("phone", {}, "+86 138-0013-8000"),
    ("rating", {}, "5"),
    ("linked", {}, [{"room_id": "!r:x", "title": "t", "number": "n"}]),
    ("file", {}, [{"name": "a.pdf", "uri": "mxc://x/y", "size": 3}]),
    ("image", {}, [{"name": "a.png", "path": "/somewhere/a.png"}]),
]


@pytest.mark.parametrize(("kind", "rest", "value"), GOOD)
def test_a_good_value_has_no_problem(kind: str, rest: dict[str, Any], value: Any) -> None:
    assert problems(template([field("f", kind, is_required=True, **rest)]), {"f": value}) == []


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in GOOD}))
@pytest.mark.parametrize("value", [None, "", "  ", [], {}])
def test_a_required_field_left_empty_is_missing(kind: str, value: Any) -> None:
    form = template([field("f", kind, is_required=True, options=options("a"))])
    assert problems(form, {"f": value} if value is not None else {}) == [("missing", "f")]


BAD: list[tuple[str, dict[str, Any], Any, str]] = [
    ("text", {"max_length": 3}, "四个字了", "too_long"),
    ("text", {}, "x" * 3_000_000, "too_long"),
    ("long_text", {}, "x" * 50_001, "too_long"),
    ("text", {}, 5, "wrong_type"),
    ("text", {}, "\ud83d", "wrong_type"),
    ("number", {}, "five", "not_a_number"),
    ("number", {}, "NaN", "not_a_number"),
    ("number", {}, 5, "wrong_type"),
    ("number", {}, "9" * 30, "too_large"),
    ("number", {}, "9" * 300, "not_a_number"),
    ("number", {"at_least": "10"}, "9.99", "too_small"),
    ("number", {"at_most": "10"}, "10.01", "too_large"),
    ("number", {}, "1.234", "too_precise"),
    ("money", {}, "1280.50", "wrong_type"),
    ("money", {}, money("a lot"), "not_a_number"),
    ("money", {}, money(1280.5), "wrong_type"),
    ("money", {}, money("1280.50", "IDR"), "not_an_option"),
    ("money", {}, {**money("1"), "note": "x"}, "wrong_type"),
    ("date", {}, "2026-02-30", "not_a_date"),
    ("date", {}, "tomorrow", "not_a_date"),
    ("date", {}, 1_795_000_000, "wrong_type"),
    ("date", {"at_most": "2026-12-31"}, "9999-12-31", "too_large"),
    ("date_time", {}, "2026-11-17", "not_a_date"),
    ("range", {}, {"from": "2026-11-17"}, "missing"),
    ("range", {}, {"from": "2026-11-17", "to": "2026-11-16"}, "ends_before_start"),
    ("range", {}, {"from": "2026-11-17", "to": "soon"}, "not_a_date"),
    ("range", {}, {"from": "2026-11-17", "to": "2026-11-18", "to_half": "am"}, "wrong_type"),
    (
        "range",
        {"has_time": True},
        {"from": "2026-11-17T09:00Z", "to": "2026-11-17T09:00Z"},
        "ends_before_start",
    ),
    ("range", {"at_most": "2"}, {"from": "2026-11-17", "to": "2026-11-19"}, "too_large"),
    ("single", {"options": options("a")}, "b", "not_an_option"),
    ("multiple", {"options": options("a")}, ["a", "a"], "wrong_type"),
    ("multiple", {"options": options("a", "b"), "at_least": "2"}, ["a"], "too_few"),
    ("multiple", {"options": options("a", "b"), "at_most": "1"}, ["a", "b"], "too_many"),
    ("person", {}, ["@a:x", "@b:x"], "too_many"),
    ("person", {}, ["a"], "wrong_type"),
    ("department", {}, ["!d:x"], "wrong_type"),
    ("phone", {}, "call me", "not_a_phone"),
    ("rating", {}, "6", "too_large"),
    ("rating", {}, "2.5", "not_a_number"),
    ("table", {"columns": [], "at_least": "2"}, [{}], "missing"),
    ("table", {"columns": []}, ["row"], "wrong_type"),
    ("file", {}, [{"name": "a"}], "file_gone"),
    ("file", {}, [{"name": "a", "uri": "https://elsewhere/a"}], "wrong_type"),
    ("file", {}, [{"size": 1}], "wrong_type"),
    ("file", {}, [{"name": "a", "uri": "mxc://x/y"}] * 51, "too_many"),
    ("linked", {}, [{"title": "t"}], "wrong_type"),
]


@pytest.mark.parametrize(("kind", "rest", "value", "problem"), BAD)
def test_a_bad_value_is_named(kind: str, rest: dict[str, Any], value: Any, problem: str) -> None:
    assert problems(template([field("f", kind, is_required=True, **rest)]), {"f": value}) == [(problem, "f")]


def test_a_problem_in_a_table_says_which_cell() -> None:
    column = {"key": "n", "kind": "number", "name": {"en": "n"}, "is_required": True}
    other = {"key": "w", "kind": "text", "name": {"en": "w"}}
    form = template([field("t", "table", columns=[column, other])])
    found = check_values(form, computed(form, {"t": [{"n": "1"}, {"n": "x"}, {"w": "no number"}]}))
    assert found == (
        ProblemAt(Problem.NOT_A_NUMBER, "t", 1, "n", "x"),
        ProblemAt(Problem.MISSING, "t", 2, "n"),
    )
