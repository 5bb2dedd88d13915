"""What follows from a form's values: which fields are shown, formulas, days of ranges, sums of columns."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from app.domain.approvals.amounts import ARITHMETIC, MAX_DECIMALS, decimal_text, decimals_of, rounded
from app.domain.approvals.conditions import NUMBERS, holds, look_in, number_of
from app.domain.approvals.dependencies import by_key, working_order
from app.domain.approvals.formulas import Failure, Ref, work_out
from app.domain.approvals.moments import span_days, span_hours
from app.domain.approvals.request import Values
from app.domain.approvals.template import Field, FieldKind, Template
from app.domain.approvals.wire import MAX_ROWS

_EMPTY: tuple[Any, ...] = ("", [], {}, ())


class FormulaFailure(NamedTuple):
    """A formula without a result."""

    failure: Failure
    key: str
    row: int | None = None
    column: str = ""


def computed(template: Template, values: Values) -> Values:
    """Drop hidden fields, and fill in formulas, days of ranges and sums. What cannot be computed is absent."""
    return worked_out(template.fields, values)[0]


def worked_out(fields: Iterable[Field], values: object) -> tuple[Values, tuple[FormulaFailure, ...]]:
    """Work a form out, and say which formulas have no result."""
    known = by_key(fields)
    form = _Form(known, values if isinstance(values, dict) else {})
    form.work_out(working_order(known))
    found = {key: form.values[key] for key in form.fields if key in form.values}
    return found, tuple(form.failures)


def is_shown(template: Template, key: str, values: Values) -> bool:
    """Say whether a field is shown, given computed values."""
    fields = by_key(template.fields)
    field = fields.get(key)
    return field is not None and holds(field.visible_if, fields, look_in(fields, values))


def column_sums(field: Field, rows: object) -> dict[str, str]:
    """Give the sums under a table: column key → decimal as text, for the columns that have one."""
    columns = [column for column in field.columns if column.has_sum and column.kind in NUMBERS]
    sums: dict[str, str] = {}
    for column in columns:
        total = _column_total(column, rows)
        if total is not None:
            sums[column.key] = decimal_text(total)
    return sums


def _column_total(column: Field, rows: object) -> Decimal | None:
    if not isinstance(rows, list | tuple):
        return None
    total, has_any = Decimal(0), False
    for row in rows[:MAX_ROWS]:
        number = number_of(column, row.get(column.key)) if isinstance(row, dict) else None
        if number is not None:
            total, has_any = ARITHMETIC.add(total, number), True
    return total if has_any else None


class _Form:
    """One form, or one row of a table, being worked out in an order in which nothing is asked before it is known."""

    def __init__(self, fields: dict[str, Field], typed: Values) -> None:
        self.fields = fields
        self.typed = typed
        self.values: Values = {}
        self.failures: list[FormulaFailure] = []
        self._failed: dict[str, Failure] = {}

    def work_out(self, order: Iterable[str]) -> None:
        look = look_in(self.fields, self.values)
        for key in order:
            field = self.fields[key]
            if field.kind is FieldKind.NOTE or not holds(field.visible_if, self.fields, look):
                continue
            value = self._value(field)
            if value is not None:
                self.values[key] = value

    def _value(self, field: Field) -> Any:
        if field.kind is FieldKind.FORMULA:
            return self._formula(field)
        value = _filled(field, self.typed.get(field.key))
        if field.kind is FieldKind.RANGE and isinstance(value, dict):
            return _with_days(field, value)
        if field.kind is FieldKind.TABLE and isinstance(value, list | tuple):
            return self._rows(field, value)
        return value

    def _formula(self, field: Field) -> str | dict[str, str] | None:
        result = work_out(field.formula, self._look, field.decimals)
        if isinstance(result, Decimal):
            text = decimal_text(result)
            return {"amount": text, "currency": field.currency} if field.is_money else text
        if result is not Failure.EMPTY:
            self.failures.append(FormulaFailure(result, field.key))
            self._failed[field.key] = result
        return None

    def _look(self, ref: Ref) -> Decimal | Failure | None:
        field = self.fields.get(ref.key)
        if field is None:
            return Failure.BAD
        if ref.key in self._failed:
            return self._failed[ref.key]
        value = self.values.get(ref.key)
        if field.kind is FieldKind.TABLE:
            columns = by_key(field.columns)
            column = columns.get(ref.column)
            return (
                Failure.BAD if column is None or column.kind not in NUMBERS else _column_total(column, value)
            )
        return _measure(field, ref, value)

    def _rows(self, field: Field, typed: Sequence[Any]) -> Sequence[Any] | None:
        """Work rows out; more than there may be are left as they are: no request holds them."""
        if len(typed) > MAX_ROWS:
            return typed
        columns = by_key(field.columns)
        order = working_order(columns)
        rows: list[Any] = []
        for row in typed:
            if not isinstance(row, dict):
                rows.append(row)
                continue
            form = _Form(columns, row)
            form.work_out(order)
            if not _has_content(form, columns):
                continue
            self.failures += [
                FormulaFailure(failed.failure, field.key, len(rows), failed.key) for failed in form.failures
            ]
            if form.failures:
                self._failed.setdefault(field.key, form.failures[0].failure)
            rows.append({key: form.values[key] for key in columns if key in form.values})
        return rows or None


def _has_content(form: _Form, columns: dict[str, Field]) -> bool:
    """A row in which only formulas have a result, made of fixed numbers, is empty."""
    return any(columns[key].kind is not FieldKind.FORMULA for key in form.values)


def _measure(field: Field, ref: Ref, value: Any) -> Decimal | Failure | None:
    if ref.column or field.kind not in NUMBERS or (ref.measure and field.kind is not FieldKind.RANGE):
        return Failure.BAD
    if field.kind is FieldKind.RANGE:
        return span_hours(field, value) if ref.measure == "hours" else span_days(field, value)
    return number_of(field, value)


def _with_days(field: Field, value: dict[str, Any]) -> dict[str, Any]:
    days = span_days(field, value)
    kept = {key: part for key, part in value.items() if key != "days"}
    return kept if days is None else {**kept, "days": decimal_text(days)}


def _filled(field: Field, value: Any) -> Any:
    """None where a field is empty: nothing, blanks, money without an amount, a range without either end."""
    if value is None or (isinstance(value, str | list | dict | tuple) and value in _EMPTY):
        return None
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, dict):
        parts = {FieldKind.MONEY: ("amount",), FieldKind.RANGE: ("from", "to")}.get(field.kind)
        if parts and all(value.get(part) in (None, "") for part in parts):
            return None
    return value


def precise(field: Field, number: Decimal) -> bool:
    """Say whether a number has no more decimals than its field takes."""
    return decimals_of(number) <= field.decimals or number == rounded(
        number, min(field.decimals, MAX_DECIMALS)
    )
