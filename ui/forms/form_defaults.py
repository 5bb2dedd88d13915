"""What an empty form begins with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.domain.approvals.template import FieldKind
from ui.forms.typed import moment_text

if TYPE_CHECKING:
    from app.domain.approvals.request import Values
    from app.domain.approvals.template import Field, Template
    from app.domain.ids import UserID

_AS_TYPED = (
    FieldKind.TEXT,
    FieldKind.LONG_TEXT,
    FieldKind.NUMBER,
    FieldKind.PHONE,
    FieldKind.RATING,
    FieldKind.SINGLE,
)


def default_values(template: Template, me: UserID, now: datetime) -> Values:
    """Give the values that the template says, of the fields that have one."""
    found = {field.key: _default(field, me, now) for field in template.fields if field.default}
    return {key: value for key, value in found.items() if value is not None}


def _default(field: Field, me: UserID, now: datetime) -> Any:
    text = field.default.strip()
    if field.kind in _AS_TYPED:
        return text or None
    if field.kind is FieldKind.MONEY:
        return {"amount": text, "currency": field.currency}
    if field.kind is FieldKind.MULTIPLE:
        return [key for part in text.split(",") if (key := part.strip())] or None
    if field.kind is FieldKind.PERSON:
        return [str(me) if text == "me" else text]
    return _day(field, text, now)


def _day(field: Field, text: str, now: datetime) -> Any:
    day = now.date().isoformat() if text in ("today", "now") else text
    if field.kind is FieldKind.DATE:
        return day
    is_moment = field.kind is FieldKind.DATE_TIME or (field.kind is FieldKind.RANGE and field.has_time)
    if is_moment and text in ("today", "now"):
        clock = now.strftime("%H:%M") if text == "now" else "09:00"
        day = moment_text(now.date(), clock)
    if field.kind is FieldKind.DATE_TIME:
        return day
    return {"from": day, "to": day} if field.kind is FieldKind.RANGE else None
