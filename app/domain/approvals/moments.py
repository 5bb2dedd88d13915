"""Dates, date-times and ranges as forms write them. Whole numbers only: no time zone data, no locale, no overflow."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.approvals.amounts import ARITHMETIC, rounded
from app.domain.approvals.template import Field

DAY_MINUTES = 24 * 60
HALVES = ("am", "pm")

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_LONGEST = 25
_TIMED_DECIMALS = 6


def date_of(value: object) -> int | None:
    """Read "2026-11-17" as a count of days; None for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    found = _DATE.fullmatch(value)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).toordinal()
    except ValueError:
        return None


def minutes_of(value: object) -> int | None:
    """Read "2026-11-17T09:30+08:00" as a count of minutes in universal time; None for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    found = _MOMENT.fullmatch(value)
    if not found:
        return None
    day, hour, minute, offset = date_of(found[1]), int(found[2]), int(found[3]), _offset(found[4])
    if day is None or hour > 23 or minute > 59 or offset is None:
        return None
    return day * DAY_MINUTES + hour * 60 + minute - offset


def _offset(text: str) -> int | None:
    if text == "Z":
        return 0
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-1 if text[0] == "-" else 1)


def span_minutes(value: dict[str, Any]) -> int | None:
    """Give the length of a range with hours; negative where it ends before it starts."""
    first, last = minutes_of(value.get("from")), minutes_of(value.get("to"))
    return None if first is None or last is None else last - first


def span_halves(field: Field, value: dict[str, Any]) -> int | None:
    """Give the length of a range of dates in half days; zero or less where it ends before it starts."""
    first, last = date_of(value.get("from")), date_of(value.get("to"))
    if first is None or last is None:
        return None
    halves = (last - first + 1) * 2
    if field.has_half_days:
        halves -= (value.get("from_half") == "pm") + (value.get("to_half") == "am")
    return halves


def span_days(field: Field, value: object) -> Decimal | None:
    """Give the days of a range as its field counts them; None where it is no range or ends before it starts."""
    if not isinstance(value, dict):
        return None
    if field.has_time:
        minutes = span_minutes(value)
        if minutes is None or minutes < 0:
            return None
        return rounded(ARITHMETIC.divide(Decimal(minutes), Decimal(DAY_MINUTES)), _TIMED_DECIMALS)
    halves = span_halves(field, value)
    if halves is None or halves <= 0:
        return None
    if field.counts_workdays:
        halves = _workday_halves(field, value)
    return ARITHMETIC.divide(Decimal(halves), Decimal(2))


def span_hours(field: Field, value: object) -> Decimal | None:
    """Give the hours of a range; where it has no hours, 24 for each of its days."""
    if not isinstance(value, dict):
        return None
    if not field.has_time:
        days = span_days(field, value)
        return None if days is None else ARITHMETIC.multiply(days, Decimal(24))
    minutes = span_minutes(value)
    if minutes is None or minutes < 0:
        return None
    return ARITHMETIC.divide(Decimal(minutes), Decimal(60))


def _workday_halves(field: Field, value: dict[str, Any]) -> int:
    """Half days from Monday to Friday. A half at either end counts only where that day is a workday."""
    first, last = date_of(value.get("from")) or 1, date_of(value.get("to")) or 1
    halves = (_workdays_before(last + 1) - _workdays_before(first)) * 2
    if field.has_half_days:
        halves -= value.get("from_half") == "pm" and _is_workday(first)
        halves -= value.get("to_half") == "am" and _is_workday(last)
    return halves


def _is_workday(day: int) -> bool:
    return (day - 1) % 7 < 5  # day 1 was a Monday


def _workdays_before(day: int) -> int:
    weeks, rest = divmod(day - 1, 7)
    return weeks * 5 + min(rest, 5)
