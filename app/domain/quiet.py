"""Quiet hours and "do not disturb": whether it is quiet at a moment, until when, and when it will be.

Quiet hours are spans between two readings of the clock on the wall, across midnight where the end is before the
beginning. A span is made of the two moments at which its readings first come that day, so that an hour which summer
time repeats or skips neither repeats nor swallows the quiet.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from typing import Protocol

_MOST_SPANS = 8
MORNING = time(9)
_NIGHT_ENDS_HOUR = 5


class QuietChoice(Protocol):
    """What a person chose; `Settings` is one."""

    @property
    def is_quiet_on(self) -> bool:
        """Quiet hours hold every day."""

    @property
    def quiet_from(self) -> str:
        """HH:MM."""

    @property
    def quiet_to(self) -> str:
        """HH:MM."""

    @property
    def dnd_until_ms(self) -> int:
        """Do not disturb until then."""


def quiet_until(choice: QuietChoice, now_ms: int, zone: tzinfo | None = None) -> int | None:
    """Give when the quiet that holds now ends; None when it is not quiet. `zone` None is local time."""
    until = now_ms
    for _ in range(_MOST_SPANS):  # one span may begin within another
        ends = [end for start, end in _spans(choice, until, zone) if start <= until < end]
        if choice.dnd_until_ms > until:
            ends.append(choice.dnd_until_ms)
        if not ends:
            break
        until = max(ends)
    return until if until > now_ms else None


def next_quiet_ms(choice: QuietChoice, now_ms: int, zone: tzinfo | None = None) -> int | None:
    """Give when quiet hours begin next."""
    return min((start for start, end in _spans(choice, now_ms, zone) if now_ms < start < end), default=None)


def next_morning_ms(now_ms: int, zone: tzinfo | None = None) -> int:
    """Give tomorrow 9:00; who still works after midnight means the morning that comes."""
    now = datetime.fromtimestamp(now_ms / 1000, zone)
    day = now.date() if now.hour < _NIGHT_ENDS_HOUR else now.date() + timedelta(days=1)
    return _ms(datetime.combine(day, MORNING, zone))


def _spans(choice: QuietChoice, now_ms: int, zone: tzinfo | None) -> Iterator[tuple[int, int]]:
    """Give the quiet hours that begin yesterday, today and tomorrow."""
    if not choice.is_quiet_on or choice.quiet_from == choice.quiet_to:
        return
    start, end = time.fromisoformat(choice.quiet_from), time.fromisoformat(choice.quiet_to)
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    for days in (-1, 0, 1):
        day = today + timedelta(days=days)
        last = day + timedelta(days=1) if end < start else day
        yield _ms(datetime.combine(day, start, zone)), _ms(datetime.combine(last, end, zone))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
