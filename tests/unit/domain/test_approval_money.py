"""Decimals of forms, and amounts in Chinese capitals."""

from decimal import Decimal, localcontext

import pytest

from app.domain.approvals.amounts import decimal_of, decimal_text, rounded, typed_decimal
from app.domain.approvals.money_words import capital_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1280.50", "壹仟贰佰捌拾元伍角"),
        ("0", "零元整"),
        ("-0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("1.05", "壹元零伍分"),
        ("10", "壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1001", "壹仟零壹元整"),
        ("10000001", "壹仟万零壹元整"),
        ("100010001", "壹亿零壹万零壹元整"),
        ("200000000000", "贰仟亿元整"),
        ("-3.2", "负叁元贰角"),
        ("0.004", "零元整"),
        ("0.005", "壹分"),
        ("9999999999999999.994", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("9999999999999999.995", ""),
        ("99999999999999999999", ""),
        ("1e3", ""),
        ("", ""),
        ("NaN", ""),
        (5, ""),
        (None, ""),
    ],
)
def test_an_amount_in_capitals(amount: object, words: str) -> None:
    assert capital_words(amount) == words


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 1",
        "1 ",
        "1,000",
        "1e5",
        "NaN",
        "Infinity",
        ".5",
        "5.",
        "--1",
        "+1",
        "١",
        "１",
        "9" * 41,
        1,
        1.5,
        None,
        True,
    ],
)
def test_what_is_no_decimal(value: object) -> None:
    assert decimal_of(value) is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("￥１，２８０．５０", "1280.50"),
        ("1,280.5 元", "1280.5"),
        ("¥ 12", "12"),
        ("+3", "3"),
        (".5", "0.5"),
        ("5.", "5"),
        ("−7", "-7"),
        ("12。5", "12.5"),
        ("twelve", None),
        ("", None),
        ("1" * 100, None),
    ],
)
def test_what_people_type_becomes_a_decimal(typed: str, value: str | None) -> None:
    assert typed_decimal(typed) == value


def test_numbers_are_written_without_exponents_and_needless_zeros() -> None:
    assert decimal_text(Decimal("1E+3")) == "1000"
    assert decimal_text(Decimal("1280.50")) == "1280.5"
    assert decimal_text(Decimal("-0.00")) == "0"


def test_halves_are_rounded_up_whatever_the_thread_thinks() -> None:
    with localcontext() as context:
        context.prec = 3
        context.rounding = "ROUND_DOWN"
        assert rounded(Decimal("123456.785"), 2) == Decimal("123456.79")
        assert capital_words("123456.785") == "壹拾贰万叁仟肆佰伍拾陆元柒角玖分"
