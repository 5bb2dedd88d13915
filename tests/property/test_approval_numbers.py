"""Formulas against exact arithmetic, capitals read back, days counted one by one, typed numbers, rounding."""

import ast
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.domain.approvals.amounts import ARITHMETIC, decimal_of, decimal_text, rounded, typed_decimal
from app.domain.approvals.formulas import Failure, parse_formula, work_out
from app.domain.approvals.moments import span_days
from app.domain.approvals.money_words import capital_words
from tests.helpers.approval_forms import field
from tests.helpers.approval_strategies import FORMULAS


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
