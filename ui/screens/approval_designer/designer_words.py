"""Words and icons that the pages of the designer share: choices for combo boxes, names of new things."""

from __future__ import annotations

from app.domain.approvals.template import (
    DEPARTMENT,
    REQUESTER,
    AfterReturn,
    Compare,
    Field,
    FieldKind,
    OnNobody,
    OnRequester,
    OnTwice,
    PickKind,
    StepMode,
    Template,
)
from resources.translations import chinese, tr
from ui.template_words import holds_many, name_of_field, subject_words

Choices = list[tuple[str, str]]

KIND_ICONS = {
    FieldKind.TEXT: "text-t",
    FieldKind.LONG_TEXT: "text-align-left",
    FieldKind.NUMBER: "hash",
    FieldKind.MONEY: "currency-cny",
    FieldKind.DATE: "calendar-blank",
    FieldKind.DATE_TIME: "clock",
    FieldKind.RANGE: "arrows-left-right",
    FieldKind.SINGLE: "radio-button",
    FieldKind.MULTIPLE: "check-square",
    FieldKind.PERSON: "user",
    FieldKind.DEPARTMENT: "users-three",
    FieldKind.PHONE: "phone",
    FieldKind.RATING: "star",
    FieldKind.TABLE: "table",
    FieldKind.IMAGE: "image",
    FieldKind.FILE: "paperclip",
    FieldKind.LINKED: "link",
    FieldKind.FORMULA: "calculator",
    FieldKind.NOTE: "info",
}
_ENGLISH = {
    FieldKind.TEXT: "Short text",
    FieldKind.LONG_TEXT: "Long text",
    FieldKind.NUMBER: "Numeric",
    FieldKind.MONEY: "Amount",
    FieldKind.DATE: "Date",
    FieldKind.DATE_TIME: "Date, time",
    FieldKind.RANGE: "From – to",
    FieldKind.SINGLE: "Single choice",
    FieldKind.MULTIPLE: "Multi-choice",
    FieldKind.PERSON: "Person",
    FieldKind.DEPARTMENT: "Department",
    FieldKind.PHONE: "Phone",
    FieldKind.RATING: "Rating",
    FieldKind.TABLE: "Table",
    FieldKind.IMAGE: "Picture",
    FieldKind.FILE: "Attachment",
    FieldKind.LINKED: "Request link",
    FieldKind.FORMULA: "Formula",
    FieldKind.NOTE: "Note to read",
}
"""What new fields are called in English; `kind_words` says the same."""
TEMPLATE_ICONS = (
    "file-text",
    "calendar-blank",
    "receipt",
    "package",
    "suitcase",
    "stamp",
    "clock-countdown",
    "clipboard-text",
    "currency-cny",
    "briefcase",
    "car",
    "house",
    "gift",
    "graduation-cap",
    "heart",
    "key",
    "desktop",
    "file-lock",
    "identification-card",
    "invoice",
    "megaphone",
    "shield-check",
    "users",
)
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "HKD", "JPY", "KRW", "TWD")
_ORDERED = (Compare.MORE, Compare.AT_LEAST, Compare.LESS, Compare.AT_MOST, Compare.EQUAL, Compare.UNEQUAL)
_SETS = (Compare.ONE_OF, Compare.NONE_OF)
_FILLED = (Compare.FILLED, Compare.EMPTY)
_ORDERED_KINDS = (
    FieldKind.NUMBER,
    FieldKind.MONEY,
    FieldKind.RATING,
    FieldKind.FORMULA,
    FieldKind.RANGE,
    FieldKind.DATE,
    FieldKind.DATE_TIME,
)
_ONLY_FILLED = (FieldKind.TABLE, FieldKind.IMAGE, FieldKind.FILE, FieldKind.LINKED)
_SET_KINDS = (FieldKind.SINGLE, FieldKind.MULTIPLE, FieldKind.PERSON, FieldKind.DEPARTMENT)


def new_field_name(kind: FieldKind) -> dict[str, str]:
    """Name a new field by its kind."""
    english = _ENGLISH[kind]
    return {"zh": chinese().get(english, english), "en": english}


def compare_choices(template: Template, key: str) -> tuple[Compare, ...]:
    """Say how a field, the requester or the department can be compared."""
    if key in (REQUESTER, DEPARTMENT):
        return _SETS
    field = next((one for one in template.fields if one.key == key), None)
    if field is None:
        return tuple(Compare)
    if field.kind in _ONLY_FILLED:
        return _FILLED
    if field.kind in _ORDERED_KINDS:
        return (*_ORDERED, *_FILLED)
    if field.kind in _SET_KINDS:
        return (*_SETS, *_FILLED) if holds_many(field) else (Compare.EQUAL, Compare.UNEQUAL, *_SETS, *_FILLED)
    return (Compare.EQUAL, Compare.UNEQUAL, *_FILLED)


def condition_fields(template: Template, without: str = "", *, is_route: bool = False) -> Choices:
    """Offer what a condition can look at: fields, and in the route who asks and where they belong."""
    fields = [
        (field.key, name_of_field(field))
        for field in template.fields
        if field.kind is not FieldKind.NOTE and field.key != without
    ]
    people = [(key, subject_words(template, key)) for key in (REQUESTER, DEPARTMENT)] if is_route else []
    return [*fields, *people]


def fields_of(template: Template, *kinds: FieldKind) -> Choices:
    """Offer the fields of some kinds."""
    return [(field.key, name_of_field(field)) for field in template.fields if field.kind in kinds]


def mode_choices() -> Choices:
    """Word how a step is passed."""
    return [
        (StepMode.ANY, tr("Any one: the first decides")),
        (StepMode.ALL, tr("All must approve")),
        (StepMode.TURN, tr("In turn, one after another")),
        (StepMode.COUNT, tr("A number of them must approve")),
    ]


def pick_choices(*, is_copy: bool = False) -> Choices:
    """Word the ways to find people."""
    choices = [
        (PickKind.MANAGER, tr("Requester's manager")),
        (PickKind.HEAD, tr("Head of department")),
        (PickKind.PEOPLE, tr("Named people")),
        (PickKind.ROLE, tr("Role")),
        (PickKind.CHOSEN, tr("Chosen by the requester")),
        (PickKind.FIELD, tr("People in a field of the form")),
        (PickKind.REQUESTER, tr("Who asks")),
    ]
    return [(str(key), words) for key, words in choices if not (is_copy and key is PickKind.CHOSEN)]


def nobody_choices() -> Choices:
    """Word what a step does for which nobody is found."""
    return [
        (OnNobody.ADMINS, tr("The administrators of the template decide")),
        (OnNobody.PERSON, tr("A person decides")),
        (OnNobody.CHOOSE, tr("The requester chooses somebody")),
        (OnNobody.PASS, tr("The step is passed")),
        (OnNobody.REFUSE, tr("The request cannot be sent")),
    ]


def requester_choices() -> Choices:
    """Word what happens when the requester would decide."""
    return [
        (OnRequester.MANAGER, tr("Their manager decides instead")),
        (OnRequester.PASS, tr("Their part counts as passed")),
        (OnRequester.KEEP, tr("They decide themselves")),
    ]


def twice_choices() -> Choices:
    """Word what happens when somebody would decide in several steps."""
    return [
        (OnTwice.FIRST, tr("Once, in the first of the steps")),
        (OnTwice.LAST, tr("Once, in the last of the steps")),
        (OnTwice.KEEP, tr("In each step")),
    ]


def return_choices() -> Choices:
    """Word how a corrected request goes on."""
    return [
        (AfterReturn.STRAIGHT, tr("Straight back to who returned it")),
        (AfterReturn.AGAIN, tr("Through all steps again")),
    ]


def can_be_default(field: Field) -> bool:
    """Whether a field can be filled in beforehand with what is typed."""
    return field.kind in (
        FieldKind.TEXT,
        FieldKind.LONG_TEXT,
        FieldKind.NUMBER,
        FieldKind.MONEY,
        FieldKind.PHONE,
        FieldKind.RATING,
    )
