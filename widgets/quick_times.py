"""The moments people choose most, as local times without a zone; and the days of a month as a calendar shows them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

EVENING, MORNING = time(18, 0), time(9, 0)
WEEKS = 6
_LAST = datetime(9998, 12, 1)
"""Later than anybody plans; leaves room to count days beyond it."""


class QuickTime(StrEnum):
    """A moment that is chosen by its name."""

    IN_AN_HOUR = "in_an_hour"
    TODAY_EVENING = "today_evening"
    TOMORROW_MORNING = "tomorrow_morning"
    NEXT_MONDAY = "next_monday"


@dataclass(frozen=True, slots=True)
class QuickChoice:
    """A moment and its name."""

    key: QuickTime
    at: datetime


def whole_minute(moment: datetime) -> datetime:
    """Cut off seconds."""
    return moment.replace(second=0, microsecond=0)


def quick_choices(now: datetime) -> tuple[QuickChoice, ...]:
    """Give what still lies ahead of `now`, the soonest names first."""
    today = now.date()
    monday = today + timedelta(days=7 - today.weekday())
    choices = (
        QuickChoice(QuickTime.IN_AN_HOUR, whole_minute(now) + timedelta(hours=1)),
        QuickChoice(QuickTime.TODAY_EVENING, datetime.combine(today, EVENING)),
        QuickChoice(QuickTime.TOMORROW_MORNING, datetime.combine(today + timedelta(days=1), MORNING)),
        QuickChoice(QuickTime.NEXT_MONDAY, datetime.combine(monday, MORNING)),
    )
    first = {choice.at: choice for choice in reversed(choices)}  # on a Sunday tomorrow is the next Monday
    return tuple(choice for choice in choices if choice.at > now and first[choice.at] is choice)


def next_evening(now: datetime) -> datetime:
    """18:00 of today while an hour is left until then, else of tomorrow."""
    evening = datetime.combine(now.date(), EVENING)
    return evening if evening - now >= timedelta(hours=1) else evening + timedelta(days=1)


def next_hour(now: datetime) -> datetime:
    """The next full hour, at least half an hour ahead."""
    latest = now + timedelta(minutes=90) - timedelta.resolution
    return latest.replace(minute=0, second=0, microsecond=0)


def month_days(month: date) -> tuple[date, ...]:
    """Give six weeks from Monday on that hold the whole month of this day."""
    first = month.replace(day=1)
    start = first - timedelta(days=first.weekday())
    return tuple(start + timedelta(days=n) for n in range(7 * WEEKS))


def shift_month(day: date, months: int) -> date:
    """Move by months; a day that the other month lacks becomes its last."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(max(12, min(count, _LAST.year * 12)), 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
