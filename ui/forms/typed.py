"""Reads numbers, days and times as people type them, also in full width and with an input method on."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from app.domain.approvals.amounts import typed_decimal

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_SHORT_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(\d{1,2})\s*[:.时点]\s*(\d{1,2})?\s*分?")
_PACKED_CLOCK = re.compile(r"(\d{1,2})(\d{2})")
_WORDS = {"today": 0, "今天": 0, "tomorrow": 1, "明天": 1, "后天": 2, "yesterday": -1, "昨天": -1}


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("。", ".").strip()


def typed_number(text: str) -> str:
    """Give a number as decimal text: "１,280。5" is "1280.5"; what is none stays as it was typed."""
    number = typed_decimal(text)
    return text.strip() if number is None else number


def typed_day(text: str, today: date) -> date | None:
    """Give the day: 2026-11-17, 2026/11/17, 2026年11月17日, 20261117, 11-17, today. None where it is none."""
    plain = _narrow(text).lower()
    if plain in _WORDS:
        return today + timedelta(days=_WORDS[plain])
    for pattern in (_DAY, _PACKED_DAY):
        found = pattern.fullmatch(plain)
        if found:
            return _day(*map(int, found.groups()))
    short = _SHORT_DAY.fullmatch(plain)
    return _day(today.year, int(short[1]), int(short[2])) if short else None


def typed_clock(text: str) -> str | None:
    """Give "HH:MM": 9:30, 9.30, 930, 9点, 9. None where it is none."""
    plain = _narrow(text)
    found = _CLOCK.fullmatch(plain) or _PACKED_CLOCK.fullmatch(plain)
    hours, minutes = (found[1], found[2] or "0") if found else (plain, "0")
    if not hours.isdigit() or int(hours) > 23 or int(minutes) > 59:
        return None
    return f"{int(hours):02}:{int(minutes):02}"


def moment_text(day: date, clock: str) -> str:
    """Write a local day and time with its zone: "2026-11-17T09:30+08:00"."""
    try:
        local = datetime.fromisoformat(f"{day.isoformat()}T{clock}").astimezone()
    except (OverflowError, OSError, ValueError):  # a year this computer's zone tables do not reach
        return f"{day.isoformat()}T{clock}+00:00"
    return local.isoformat(timespec="minutes")


def shown_moment(text: str) -> tuple[str, str]:
    """Give day and time of a written moment in local time; what cannot be read stands in the day."""
    try:
        moment = datetime.fromisoformat(text)
        local = moment.astimezone() if moment.tzinfo is not None else moment
    except (OverflowError, OSError, ValueError):
        return text, ""
    return local.date().isoformat(), local.strftime("%H:%M")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
