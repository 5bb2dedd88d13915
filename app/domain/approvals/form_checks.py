"""What keeps a filled form from being sent: one check per kind of field. Values of any type may arrive here."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from app.domain.approvals.amounts import MAX_AMOUNT, decimal_of
from app.domain.approvals.conditions import holds, look_in, number_of
from app.domain.approvals.dependencies import by_key
from app.domain.approvals.findings import Problem, ProblemAt
from app.domain.approvals.form_values import FormulaFailure, precise, worked_out
from app.domain.approvals.formulas import Failure
from app.domain.approvals.moments import HALVES, date_of, minutes_of, span_days, span_halves, span_minutes
from app.domain.approvals.request import Values
from app.domain.approvals.template import Field, FieldKind, Template
from app.domain.approvals.wire import MAX_FILES, MAX_ROWS, FileRef

MAX_TEXT = 2000
MAX_LONG_TEXT = 50_000
MAX_CHOSEN = 50
"""People, departments, linked requests in one field."""
DEFAULT_STARS = 5
MAX_STARS = 10

_PHONE = re.compile(r"\+?[0-9(][0-9 ()\-]{3,30}", re.ASCII)
_USER = re.compile(r"@[^\s:]{1,200}:[^\s]{1,200}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 60
"""Characters of what was typed that a problem repeats."""

Found = Iterator[ProblemAt]


def check_values(template: Template, values: Values) -> tuple[ProblemAt, ...]:
    """Find what keeps a form from being sent, from top to bottom. Expects `computed` values."""
    held = values if isinstance(values, dict) else {}
    return problems_in(template, held, worked_out(template.fields, held)[1])


def problems_in(
    template: Template, values: Values, failures: tuple[FormulaFailure, ...]
) -> tuple[ProblemAt, ...]:
    """Find the same where it is known already which formulas failed (`worked_out`)."""
    fields = by_key(template.fields)
    found = list(_form_problems(fields, values))
    found += [_failed(failure) for failure in failures]
    places = {key: place for place, key in enumerate(fields)}
    return tuple(
        sorted(dict.fromkeys(found), key=lambda at: (places[at.key], at.row if at.row is not None else -1))
    )


def has_local_files(values: Values) -> bool:
    """Say whether a form names files of this computer: right before sending, never in what arrives."""
    return any(map(_is_local, values.values()))


def _is_local(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value.get("path")) or any(map(_is_local, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_is_local, value))
    return bool(getattr(value, "path", ""))


def without_local_files(values: Values) -> Values:
    """Give what arrived without names of files of this computer: nobody's client opens, shows or uploads those."""
    return {key: _without_path(value) for key, value in values.items()}


def _without_path(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_path(part) for key, part in value.items() if key != "path"}
        if not str(kept.get("uri", "mxc://")).startswith("mxc://"):
            del kept["uri"]
        return kept
    return [_without_path(part) for part in value] if isinstance(value, list | tuple) else value


def _form_problems(fields: dict[str, Field], values: Values) -> Found:
    look = look_in(fields, values)
    for field in fields.values():
        if field.kind is FieldKind.NOTE or not holds(field.visible_if, fields, look):
            continue
        value = values.get(field.key)
        if value is None:
            if field.is_required:
                yield ProblemAt(Problem.MISSING, field.key)
            continue
        yield from _CHECKS[field.kind](field, value)


def _failed(failure: FormulaFailure) -> ProblemAt:
    problem = {
        Failure.DIVISION_BY_ZERO: Problem.DIVISION_BY_ZERO,
        Failure.TOO_LARGE: Problem.TOO_LARGE,
    }.get(failure.failure, Problem.CANNOT_COMPUTE)
    return ProblemAt(problem, failure.key, failure.row, failure.column)


def _typed(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return _SURROGATE.sub("", text[:_SHOWN])


def _is_text(value: object) -> bool:
    """A text that can be sent at all: half a surrogate pair has no UTF-8."""
    return isinstance(value, str) and not _SURROGATE.search(value)


def _text(field: Field, value: Any) -> Found:
    if not _is_text(value):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    limit = MAX_TEXT if field.kind is FieldKind.TEXT else MAX_LONG_TEXT
    limit = min(field.max_length, limit) if field.max_length > 0 else limit
    if len(value) > limit:
        yield ProblemAt(Problem.TOO_LONG, field.key, detail=str(limit))


def _phone(field: Field, value: Any) -> Found:
    if not _is_text(value):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    digits = sum(sign.isdigit() for sign in value[:40])
    if not _PHONE.fullmatch(value) or not 3 <= digits <= 15:
        yield ProblemAt(Problem.NOT_A_PHONE, field.key, detail=_typed(value))


def _number(field: Field, value: Any) -> Found:
    if not isinstance(value, str):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    number = decimal_of(value)
    if number is None:
        yield ProblemAt(Problem.NOT_A_NUMBER, field.key, detail=_typed(value))
        return
    yield from _limits(field, number)
    if not precise(field, number):
        yield ProblemAt(Problem.TOO_PRECISE, field.key, detail=str(max(field.decimals, 0)))


def _limits(field: Field, number: Decimal) -> Found:
    least, most = decimal_of(field.at_least), decimal_of(field.at_most)
    if least is not None and number < least:
        yield ProblemAt(Problem.TOO_SMALL, field.key, detail=field.at_least)
    if most is not None and number > most:
        yield ProblemAt(Problem.TOO_LARGE, field.key, detail=field.at_most)
    elif number.copy_abs() >= MAX_AMOUNT:
        yield ProblemAt(Problem.TOO_LARGE, field.key, detail=str(MAX_AMOUNT))


def _money(field: Field, value: Any) -> Found:
    if not isinstance(value, dict) or set(value) - {"amount", "currency"}:
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    yield from _number(field, value.get("amount"))
    if value.get("currency") != field.currency:
        yield ProblemAt(Problem.NOT_AN_OPTION, field.key, detail=_typed(value.get("currency")))


def _rating(field: Field, value: Any) -> Found:
    number = decimal_of(value)
    if number is None or number != number.to_integral_value():
        yield ProblemAt(Problem.NOT_A_NUMBER, field.key, detail=_typed(value))
        return
    most = decimal_of(field.at_most) or Decimal(DEFAULT_STARS)
    least = decimal_of(field.at_least) or Decimal(1)
    if number < least:
        yield ProblemAt(Problem.TOO_SMALL, field.key, detail=str(least))
    if number > most:
        yield ProblemAt(Problem.TOO_LARGE, field.key, detail=str(most))


def _date(field: Field, value: Any) -> Found:
    is_timed = field.kind is FieldKind.DATE_TIME
    if not isinstance(value, str):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    day = date_of(value[:10])
    if day is None or (minutes_of(value) is None if is_timed else date_of(value) is None):
        yield ProblemAt(Problem.NOT_A_DATE, field.key, detail=_typed(value))
        return
    least, most = date_of(field.at_least), date_of(field.at_most)
    if least is not None and day < least:
        yield ProblemAt(Problem.TOO_SMALL, field.key, detail=field.at_least)
    if most is not None and day > most:
        yield ProblemAt(Problem.TOO_LARGE, field.key, detail=field.at_most)


def _range(field: Field, value: Any) -> Found:
    if not isinstance(value, dict) or set(value) - {"from", "to", "from_half", "to_half", "days"}:
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    if any(value.get(end) in (None, "") for end in ("from", "to")):
        yield ProblemAt(Problem.MISSING, field.key)
        return
    halves = [value[half] for half in ("from_half", "to_half") if half in value]
    if any(half not in HALVES for half in halves) or (halves and not field.has_half_days):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    yield from _span(field, value)


def _span(field: Field, value: dict[str, Any]) -> Found:
    length = span_minutes(value) if field.has_time else span_halves(field, value)
    if length is None:
        bad = next((value[end] for end in ("from", "to") if _is_no_end(field, value[end])), "")
        yield ProblemAt(Problem.NOT_A_DATE, field.key, detail=_typed(bad))
        return
    days = span_days(field, value)
    if length <= 0 or days is None:
        yield ProblemAt(Problem.ENDS_BEFORE_START, field.key)
        return
    yield from _limits(field, days)


def _is_no_end(field: Field, value: object) -> bool:
    return (minutes_of(value) if field.has_time else date_of(value)) is None


def _single(field: Field, value: Any) -> Found:
    if not isinstance(value, str):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
    elif all(option.key != value for option in field.options):
        yield ProblemAt(Problem.NOT_AN_OPTION, field.key, detail=_typed(value))


def _multiple(field: Field, value: Any) -> Found:
    if not _is_list_of(value, str) or len(set(value)) != len(value):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    keys = {option.key for option in field.options}
    for chosen in value:
        if chosen not in keys:
            yield ProblemAt(Problem.NOT_AN_OPTION, field.key, detail=_typed(chosen))
            return
    yield from _count(field, len(value), len(keys))


def _count(field: Field, count: int, limit: int) -> Found:
    least, most = decimal_of(field.at_least), decimal_of(field.at_most)
    if least is not None and count < least:
        yield ProblemAt(Problem.TOO_FEW, field.key, detail=field.at_least)
    if most is not None and count > most:
        yield ProblemAt(Problem.TOO_MANY, field.key, detail=field.at_most)
    elif count > limit:
        yield ProblemAt(Problem.TOO_MANY, field.key, detail=str(limit))


def _is_list_of(value: object, kind: type) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, kind) for item in value)


def _people(field: Field, value: Any) -> Found:
    if not _is_list_of(value, str) or any(not _USER.fullmatch(user[:402]) for user in value):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    yield from _count(field, len(value), MAX_CHOSEN if field.is_many else 1)


def _departments(field: Field, value: Any) -> Found:
    if not _is_list_of(value, dict) or any(not _is_named(item, "id", "name") for item in value):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    yield from _count(field, len(value), MAX_CHOSEN if field.is_many else 1)


def _linked(field: Field, value: Any) -> Found:
    if not _is_list_of(value, dict) or any(
        not _is_named(item, "room_id", "title", "number") for item in value
    ):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    yield from _count(field, len(value), MAX_CHOSEN)


def _is_named(item: dict[str, Any], key: str, *texts: str) -> bool:
    is_known = isinstance(item.get(key), str) and 0 < len(item[key]) <= 255
    return is_known and all(_is_text(item.get(text, "")) and len(item.get(text, "")) <= 200 for text in texts)


def _files(field: Field, value: Any) -> Found:
    if not isinstance(value, list | tuple):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    yield from _count(field, len(value), MAX_FILES)
    for item in value[:MAX_FILES]:
        file = _file(item)
        if file is None:
            yield ProblemAt(Problem.WRONG_TYPE, field.key)
            return
        if not file.uri and not file.path:
            yield ProblemAt(Problem.FILE_GONE, field.key, detail=_typed(file.name))


def _file(item: object) -> FileRef | None:
    try:
        file = msgspec.convert(item, FileRef)
    except (ValueError, RecursionError):  # half a surrogate is a ValueError, too
        return None
    return file if _is_text(file.name) and (not file.uri or file.uri.startswith("mxc://")) else None


def _table(field: Field, value: Any) -> Found:
    if not _is_list_of(value, dict):
        yield ProblemAt(Problem.WRONG_TYPE, field.key)
        return
    yield from _count(field, len(value), MAX_ROWS)
    columns = by_key(column for column in field.columns if column.kind is not FieldKind.TABLE)
    for number, row in enumerate(value[:MAX_ROWS]):
        for problem in _form_problems(columns, row):
            yield ProblemAt(problem.problem, field.key, number, problem.key, problem.detail)


def _formula(field: Field, value: Any) -> Found:
    number = number_of(field, value)
    if number is None:
        yield ProblemAt(Problem.CANNOT_COMPUTE, field.key)
        return
    yield from _limits(field, number)


def _nothing(field: Field, value: Any) -> Found:
    yield from ()


_CHECKS: dict[FieldKind, Callable[[Field, Any], Found]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money,
    FieldKind.DATE: _date,
    FieldKind.DATE_TIME: _date,
    FieldKind.RANGE: _range,
    FieldKind.SINGLE: _single,
    FieldKind.MULTIPLE: _multiple,
    FieldKind.PERSON: _people,
    FieldKind.DEPARTMENT: _departments,
    FieldKind.PHONE: _phone,
    FieldKind.RATING: _rating,
    FieldKind.TABLE: _table,
    FieldKind.IMAGE: _files,
    FieldKind.FILE: _files,
    FieldKind.LINKED: _linked,
    FieldKind.FORMULA: _formula,
    FieldKind.NOTE: _nothing,
}
