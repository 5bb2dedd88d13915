"""What cannot work in one field of a template: its name, options, limits, default, formula, visibility."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from app.domain.approvals.amounts import MAX_DECIMALS, decimal_of, typed_decimal
from app.domain.approvals.comparisons import comparison_flaw
from app.domain.approvals.conditions import NUMBERS
from app.domain.approvals.dependencies import by_key, circle_of
from app.domain.approvals.findings import Flaw, FlawAt
from app.domain.approvals.form_checks import MAX_LONG_TEXT, MAX_STARS, MAX_TEXT
from app.domain.approvals.formulas import Ref, parse_formula, refs_of
from app.domain.approvals.moments import date_of, minutes_of
from app.domain.approvals.template import Field, FieldKind
from app.domain.approvals.wire import Words

COLUMN_KINDS = (
    FieldKind.TEXT,
    FieldKind.LONG_TEXT,
    FieldKind.NUMBER,
    FieldKind.MONEY,
    FieldKind.DATE,
    FieldKind.DATE_TIME,
    FieldKind.RANGE,
    FieldKind.SINGLE,
    FieldKind.MULTIPLE,
    FieldKind.PERSON,
    FieldKind.DEPARTMENT,
    FieldKind.PHONE,
    FieldKind.RATING,
    FieldKind.FORMULA,
)
"""What a table can hold."""

_CURRENCY = re.compile("[A-Z]{3}", re.ASCII)
_CHOICES = (FieldKind.SINGLE, FieldKind.MULTIPLE)
_COUNTED = (FieldKind.MULTIPLE, FieldKind.PERSON, FieldKind.DEPARTMENT, FieldKind.LINKED, FieldKind.TABLE)
_COUNTED_FILES = (FieldKind.IMAGE, FieldKind.FILE)

Found = Iterator[FlawAt]


def has_words(words: Words) -> bool:
    """Say whether there is anything to read."""
    return any(text.strip() for text in words.values())


def field_flaws(field: Field, fields: dict[str, Field]) -> Found:
    """Find what cannot work in a field among its neighbours; in a table's columns too, at "table.column"."""
    yield from _own_flaws(field, fields, field.key)
    if field.kind is not FieldKind.TABLE:
        return
    if not field.columns:
        yield FlawAt(Flaw.NO_OPTIONS, field.key)
    columns = by_key(field.columns)
    for key in circle_of(columns):
        yield FlawAt(Flaw.CIRCLE, f"{field.key}.{key}")
    for column in field.columns:
        at = f"{field.key}.{column.key}"
        if column.kind not in COLUMN_KINDS:
            yield FlawAt(Flaw.BAD_COLUMN, at, column.kind)
        else:
            yield from _own_flaws(column, columns, at)


def _own_flaws(field: Field, fields: dict[str, Field], at: str) -> Found:
    if not has_words(field.name) and not (field.kind is FieldKind.NOTE and has_words(field.text)):
        yield FlawAt(Flaw.NO_NAME, at)
    yield from _option_flaws(field, at)
    if not _are_limits_good(field):
        yield FlawAt(Flaw.BAD_LIMITS, at)
    elif field.default and not _is_default_good(field):
        yield FlawAt(Flaw.BAD_DEFAULT, at, field.default[:60])
    if field.kind is FieldKind.FORMULA:
        yield from _formula_flaws(field, fields, at)
    for condition in field.visible_if:
        flaw = comparison_flaw(condition, fields, at, is_route=False)
        if flaw:
            yield flaw


def _option_flaws(field: Field, at: str) -> Found:
    if field.kind not in _CHOICES:
        return
    if not field.options:
        yield FlawAt(Flaw.NO_OPTIONS, at)
    for option in field.options:
        if not has_words(option.name):
            yield FlawAt(Flaw.NO_NAME, at, option.key)


def _are_limits_good(field: Field) -> bool:
    if not 0 <= field.decimals <= MAX_DECIMALS or not _CURRENCY.fullmatch(field.currency):
        return False
    longest = MAX_TEXT if field.kind is FieldKind.TEXT else MAX_LONG_TEXT
    if not 0 <= field.max_length <= longest:
        return False
    least, most = _limit(field, field.at_least), _limit(field, field.at_most)
    if (field.at_least and least is None) or (field.at_most and most is None):
        return False
    if field.kind is FieldKind.RATING and not 1 <= (most or Decimal(5)) <= MAX_STARS:
        return False
    return least is None or most is None or least <= most


def _limit(field: Field, text: str) -> Decimal | None:
    if field.kind in (FieldKind.DATE, FieldKind.DATE_TIME):
        day = date_of(text)
        return None if day is None else Decimal(day)
    number = decimal_of(text)
    is_count = field.kind in _COUNTED or field.kind in _COUNTED_FILES or field.kind is FieldKind.RATING
    if number is not None and is_count and (number < 0 or number != number.to_integral_value()):
        return None
    return number


def _is_default_good(field: Field) -> bool:
    check = _DEFAULTS.get(field.kind)
    return check is not None and check(field, field.default)


def _is_number_in_limits(field: Field, text: str) -> bool:
    typed = typed_decimal(text)
    number = decimal_of(typed)
    least, most = decimal_of(field.at_least), decimal_of(field.at_most)
    if number is None or (least is not None and number < least):
        return False
    return most is None or number <= most


def _is_text_short(field: Field, text: str) -> bool:
    return not field.max_length or len(text) <= field.max_length


def _is_option(field: Field, text: str) -> bool:
    return any(option.key == text for option in field.options)


_DEFAULTS: dict[FieldKind, Callable[[Field, str], bool]] = {
    FieldKind.TEXT: _is_text_short,
    FieldKind.LONG_TEXT: _is_text_short,
    FieldKind.NUMBER: _is_number_in_limits,
    FieldKind.MONEY: _is_number_in_limits,
    FieldKind.RATING: _is_number_in_limits,
    FieldKind.DATE: lambda field, text: text == "today" or date_of(text) is not None,
    FieldKind.DATE_TIME: lambda field, text: text in ("now", "today") or minutes_of(text) is not None,
    FieldKind.RANGE: lambda field, text: text == "today",
    FieldKind.SINGLE: _is_option,
    FieldKind.MULTIPLE: _is_option,
    FieldKind.PERSON: lambda field, text: text == "me" or text.startswith("@"),
    FieldKind.DEPARTMENT: lambda field, text: text == "me",
    FieldKind.PHONE: lambda field, text: len(text) <= 40,
}


def _formula_flaws(field: Field, fields: dict[str, Field], at: str) -> Found:
    node = parse_formula(field.formula)
    if node is None:
        yield FlawAt(Flaw.BAD_FORMULA, at, field.formula[:60])
        return
    for ref in refs_of(node):
        source = fields.get(ref.key)
        if source is None:
            yield FlawAt(Flaw.UNKNOWN_FIELD, at, ref.key)
        elif not _is_countable(source, ref):
            yield FlawAt(Flaw.BAD_FORMULA, at, f"{ref.key}.{ref.column}" if ref.column else ref.key)


def _is_countable(source: Field, ref: Ref) -> bool:
    if source.kind is FieldKind.TABLE:
        column = by_key(source.columns).get(ref.column)
        return column is not None and column.kind in NUMBERS and not ref.measure
    if ref.column or source.kind not in NUMBERS:
        return False
    return not ref.measure or source.kind is FieldKind.RANGE
