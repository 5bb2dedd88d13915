"""Formulas: what they give, and each way to fail."""

from decimal import Decimal

import pytest

from app.domain.approvals.formulas import Failure, Ref, parse_formula, refs_of, work_out

VALUES = {
    Ref("a"): Decimal(6),
    Ref("b"): Decimal(4),
    Ref("zero"): Decimal(0),
    Ref("金额"): Decimal("1.5"),
    Ref("my field"): Decimal(9),
    Ref("t", "x"): Decimal(30),
    Ref("r", measure="days"): Decimal("2.5"),
    Ref("r", measure="hours"): Decimal(60),
}

FAILING: dict[Ref, Decimal | Failure] = {Ref("a"): Decimal(1), Ref("b"): Failure.TOO_LARGE}


def result(text: str, decimals: int = 2) -> Decimal | Failure:
    return work_out(text, VALUES.get, decimals)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b * 2", "14"),
        ("(a + b) * 2", "20"),
        ("a - b - 1", "1"),
        ("12 / b / 3", "1"),
        ("-a + +b", "-2"),
        ("--a", "6"),
        ("金额*2", "3"),
        ("{my field} + 1", "10"),
        ("sum(t.x)", "30"),
        ("sum(t.x, a, 1)", "37"),
        ("days(r) * 100", "250"),
        ("hours(r)", "60"),
        ("min(a, b, 5)", "4"),
        ("MAX(a, b)", "6"),
        ("round(a / b, 1)", "1.5"),
        ("round(2.5)", "3"),
        ("1 / 3", "0.33"),
        ("2 / 3", "0.67"),
    ],
)
def test_a_formula_gives(text: str, value: str) -> None:
    assert result(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "a +",
        "a b",
        "(a",
        "a)",
        "1..2",
        "a.b.c + days(1)",
        "sum()",
        "days(a, b)",
        "days(a + b)",
        "eval(a)",
        "__import__('os')",
        "a ** b",
        "a[0]",
        "a; b",
        "a = b",
        "lambda: 1",
        "1e9",
        "'x'",
        "(" * 31 + "a" + ")" * 31,
        "-" * 40 + "a",
        "+".join(["a"] * 400),
        "a" * 2001,
        "\ud800",
    ],
)
def test_what_is_no_formula(text: str) -> None:
    assert parse_formula(text) is None
    assert result(text) is Failure.BAD


def test_a_hundred_terms_are_worked_out() -> None:
    assert result("+".join(["a"] * 100)) == 600


def test_dividing_by_zero_is_told_from_not_being_filled_in() -> None:
    assert result("a / zero") is Failure.DIVISION_BY_ZERO
    assert result("zero / zero") is Failure.DIVISION_BY_ZERO
    assert result("1 / 0") is Failure.DIVISION_BY_ZERO
    assert result("a / missing") is Failure.EMPTY
    assert result("missing + other") is Failure.EMPTY
    assert result("a + missing") == 6


def test_numbers_beyond_reason_are_too_large() -> None:
    big = "9" * 20
    assert result("*".join([big] * 90)) is Failure.TOO_LARGE
    assert result(f"round({big} * {big} * {big}, 6)") is Failure.TOO_LARGE


def test_a_failure_of_what_it_names_is_passed_on() -> None:
    assert work_out("a + b", lambda ref: FAILING[ref], 2) is Failure.TOO_LARGE


def test_what_a_formula_names() -> None:
    node = parse_formula("a + sum(t.x) + days(r) + a")
    assert node is not None
    assert refs_of(node) == (Ref("a"), Ref("t", "x"), Ref("r", measure="days"))
