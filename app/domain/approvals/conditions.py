"""Conditions on a form: what a comparison compares, and whether it holds.

What a field holds becomes an operand: a number (amounts, days of ranges, days of the calendar), or a set of texts
(everything else; one text is a set of one), or None where it is empty.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from app.domain.approvals.amounts import decimal_of
from app.domain.approvals.moments import date_of
from app.domain.approvals.request import Values
from app.domain.approvals.template import (
    DEPARTMENT,
    REQUESTER,
    Compare,
    Condition,
    Conditions,
    Field,
    FieldKind,
)

Operand = Decimal | frozenset[str] | None
Look = Callable[[str], Operand]
"""Gives the operand of a field, `REQUESTER` or `DEPARTMENT`."""

NUMBERS = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.RATING, FieldKind.FORMULA, FieldKind.RANGE)
DATES = (FieldKind.DATE, FieldKind.DATE_TIME)
ONLY_FILLED = (FieldKind.TABLE, FieldKind.IMAGE, FieldKind.FILE, FieldKind.LINKED)
"""Of these a condition can only ask whether there is anything."""
ORDERED = (Compare.MORE, Compare.AT_LEAST, Compare.LESS, Compare.AT_MOST)
MET_BY_NOTHING = (Compare.EMPTY, Compare.UNEQUAL, Compare.NONE_OF)


def holds(conditions: Conditions, fields: dict[str, Field], look: Look) -> bool:
    """Say whether all conditions hold."""
    return all(
        meets(condition, fields.get(condition.field), look(condition.field)) for condition in conditions
    )


def any_group_holds(groups: Iterable[Conditions], fields: dict[str, Field], look: Look) -> bool:
    """Say whether all conditions of one group hold."""
    return any(holds(group, fields, look) for group in groups)


def meets(condition: Condition, field: Field | None, operand: Operand) -> bool:
    """Say whether an operand meets a condition."""
    compare = condition.compare
    if operand is None:
        return compare in MET_BY_NOTHING
    if compare in (Compare.EMPTY, Compare.FILLED):
        return compare is Compare.FILLED
    if isinstance(operand, Decimal):
        return _number_meets(compare, operand, wanted_numbers(condition, field))
    return _set_meets(condition, operand)


def wanted_numbers(condition: Condition, field: Field | None) -> tuple[Decimal, ...]:
    """Give the numbers a condition compares with; what is none is left out."""
    read = _day if field and field.kind in DATES else decimal_of
    return tuple(number for number in map(read, condition.values) if number is not None)


def _day(text: str) -> Decimal | None:
    day = date_of(text[:10])
    return None if day is None else Decimal(day)


def _number_meets(compare: Compare, number: Decimal, wanted: tuple[Decimal, ...]) -> bool:
    if compare is Compare.NONE_OF:
        return number not in wanted
    if not wanted:
        return compare is Compare.UNEQUAL
    if compare is Compare.ONE_OF:
        return number in wanted
    return _NUMERIC[compare](number, wanted[0])


_NUMERIC: dict[Compare, Callable[[Decimal, Decimal], bool]] = {
    Compare.EQUAL: lambda number, wanted: number == wanted,
    Compare.UNEQUAL: lambda number, wanted: number != wanted,
    Compare.MORE: lambda number, wanted: number > wanted,
    Compare.AT_LEAST: lambda number, wanted: number >= wanted,
    Compare.LESS: lambda number, wanted: number < wanted,
    Compare.AT_MOST: lambda number, wanted: number <= wanted,
}


def _set_meets(condition: Condition, held: frozenset[str]) -> bool:
    wanted = frozenset(condition.values)
    if condition.compare is Compare.ONE_OF:
        return bool(held & wanted)
    if condition.compare is Compare.NONE_OF:
        return not held & wanted
    is_equal = bool(held & wanted) if condition.field == DEPARTMENT else held == wanted
    if condition.compare is Compare.EQUAL:
        return is_equal
    return condition.compare is Compare.UNEQUAL and not is_equal


def operand_of(field: Field | None, value: Any) -> Operand:
    """Give what a field holds as conditions compare it. Nonsense counts as empty."""
    if field is None or value is None:
        return None
    if field.kind in NUMBERS:
        return number_of(field, value)
    if field.kind in DATES:
        return _day(value) if isinstance(value, str) else None
    if field.kind in ONLY_FILLED:
        return frozenset({"*"}) if isinstance(value, list | tuple) and value else None
    texts = frozenset(_texts(value))
    return texts or None


def number_of(field: Field, value: Any) -> Decimal | None:
    """Give the number in a value: of money its amount, of a range its days."""
    if is_amount(field):
        return decimal_of(value.get("amount")) if isinstance(value, dict) else None
    if field.kind is FieldKind.RANGE:
        return decimal_of(value.get("days")) if isinstance(value, dict) else None
    return decimal_of(value)


def is_amount(field: Field) -> bool:
    """Say whether a field holds money: typed, or computed."""
    return field.kind is FieldKind.MONEY or (field.kind is FieldKind.FORMULA and field.is_money)


def _texts(value: Any) -> Iterable[str]:
    items = value if isinstance(value, list | tuple) else (value,)
    for item in items:
        text = item.get("id") if isinstance(item, dict) else item
        if isinstance(text, str) and text.strip():
            yield text.strip()


def look_in(
    fields: dict[str, Field], values: Values, requester: str = "", departments: tuple[str, ...] = ()
) -> Look:
    """Give the operands of a form, and of who asks."""

    def look(key: str) -> Operand:
        if key == REQUESTER:
            return frozenset({requester}) if requester else None
        if key == DEPARTMENT:
            return frozenset(departments) or None
        return operand_of(fields.get(key), values.get(key))

    return look
