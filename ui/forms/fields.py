"""Which input a field gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.approvals.template import FieldKind
from ui.forms.fields_choice import FlowInput, RatingInput, single_input
from ui.forms.fields_dates import DateInput, DateTimeInput, RangeInput
from ui.forms.fields_files import FilesInput
from ui.forms.fields_people import DepartmentInput, LinkedInput, PersonInput
from ui.forms.fields_table import TableInput
from ui.forms.fields_text import (
    FormulaInput,
    LineInput,
    LongTextInput,
    MoneyInput,
    NoteInput,
    NumberInput,
    PhoneInput,
)

if TYPE_CHECKING:
    from app.domain.approvals.template import Field
    from ui.forms.field_input import FieldInput, FormPlace

_KINDS: dict[FieldKind, type[FieldInput]] = {
    FieldKind.TEXT: LineInput,
    FieldKind.LONG_TEXT: LongTextInput,
    FieldKind.NUMBER: NumberInput,
    FieldKind.MONEY: MoneyInput,
    FieldKind.DATE: DateInput,
    FieldKind.DATE_TIME: DateTimeInput,
    FieldKind.RANGE: RangeInput,
    FieldKind.PERSON: PersonInput,
    FieldKind.DEPARTMENT: DepartmentInput,
    FieldKind.PHONE: PhoneInput,
    FieldKind.RATING: RatingInput,
    FieldKind.IMAGE: FilesInput,
    FieldKind.FILE: FilesInput,
    FieldKind.LINKED: LinkedInput,
    FieldKind.FORMULA: FormulaInput,
    FieldKind.NOTE: NoteInput,
}


def make_input(place: FormPlace, field: Field, is_cell: bool = False) -> FieldInput:
    """Make the input for a field."""
    if field.kind is FieldKind.SINGLE:
        return single_input(place, field, is_cell=is_cell)
    if field.kind is FieldKind.MULTIPLE:
        return FlowInput(place, field, is_many=True)
    if field.kind is FieldKind.TABLE:
        return TableInput(place, field, make_input)
    return _KINDS[field.kind](place, field, is_cell=is_cell)
