"""Dates, times, sizes and durations as people here write them, in Chinese and English, in local time."""

from datetime import date, datetime, timedelta

from resources.translations import language, tr

_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZH_DAYS = "一二三四五六日"


def format_clock(ts_ms: int) -> str:
    """Hours and minutes: 09:05."""
    return _local(ts_ms).strftime("%H:%M")


def format_list_time(ts_ms: int, now_ms: int) -> str:
    """The time at the right of a list row: 10:42, yesterday, Thu, 3-14, 2025-3-14."""
    if ts_ms <= 0:
        return ""
    then, now = _local(ts_ms), _local(now_ms)
    days = (now.date() - then.date()).days
    if days <= 0:
        return then.strftime("%H:%M") if days == 0 else _short_date(then, now)
    if days == 1:
        return tr("Yesterday")
    return _weekday(then) if days < 7 else _short_date(then, now)


def format_day(ts_ms: int, now_ms: int) -> str:
    """A day divider: Today, Yesterday, Thursday, 14 March, 14 March 2025."""
    then, now = _local(ts_ms), _local(now_ms)
    days = (now.date() - then.date()).days
    if days == 0:
        return tr("Today")
    if days == 1:
        return tr("Yesterday")
    if 1 < days < 7:
        return f"星期{_ZH_DAYS[then.weekday()]}" if language() == "zh" else _EN_LONG_DAYS[then.weekday()]
    return _long_date(then, now)


def format_moment(ts_ms: int, now_ms: int) -> str:
    """Day and time in one line: Today 10:15."""
    return f"{format_day(ts_ms, now_ms)} {format_clock(ts_ms)}"


def format_due(ts_ms: int, now_ms: int) -> str:
    """A time by which, inside a sentence: today 18:00, tomorrow 09:00, Fri 18:00, 28 Nov 18:00."""
    then, now = _local(ts_ms), _local(now_ms)
    days = (then.date() - now.date()).days
    near = {-1: tr("yesterday"), 0: tr("today"), 1: tr("tomorrow")}.get(days)
    if near is None:
        near = _weekday(then) if 1 < days < 7 else _short_date(then, now)
    return f"{near} {format_clock(ts_ms)}"


def format_full(ts_ms: int) -> str:
    """Date, weekday and time, for tooltips: nothing left out."""
    then = _local(ts_ms)
    return f"{format_date(then)} {then.strftime('%H:%M:%S')}"


def format_date(day: date) -> str:
    """A date with its weekday: Thursday, 14 Mar 2025."""
    if language() == "zh":
        return f"{day.year}年{day.month}月{day.day}日 星期{_ZH_DAYS[day.weekday()]}"
    return f"{_EN_LONG_DAYS[day.weekday()]}, {day.day} {_EN_MONTHS[day.month - 1]} {day.year}"


def format_month(day: date) -> str:
    """The month of a day: Mar 2025."""
    return f"{day.year}年{day.month}月" if language() == "zh" else f"{_EN_MONTHS[day.month - 1]} {day.year}"


def short_weekday(day: date) -> str:
    """Thu."""
    return f"周{_ZH_DAYS[day.weekday()]}" if language() == "zh" else _EN_DAYS[day.weekday()]


def short_weekdays() -> tuple[str, ...]:
    """The heads of a calendar's columns, from Monday on."""
    return tuple(_ZH_DAYS) if language() == "zh" else _EN_DAYS


def format_size(size_bytes: int) -> str:
    """Bytes in the unit people read: 640 KB, 1.8 MB."""
    size = float(max(0, size_bytes))
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1024
    return f"{size:.1f} {unit}" if unit != "B" and size < 10 else f"{size:.0f} {unit}"


def format_duration(seconds: float) -> str:
    """Length of a recording: 3:12, 1:02:03."""
    whole = int(max(0, seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def format_count(number: int) -> str:
    """A badge's number: never wider than 99+."""
    return str(number) if number < 100 else "99+"


def next_day_ms(now_ms: int) -> int:
    """Milliseconds until the words "today" and "yesterday" must be worded again."""
    now = _local(now_ms)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, round((midnight - now).total_seconds() * 1000))


def _local(ts_ms: int) -> datetime:
    try:
        return datetime.fromtimestamp(ts_ms / 1000)
    except (OverflowError, OSError, ValueError):  # a stranger's clock may say anything
        return datetime.fromtimestamp(0)


def _weekday(then: datetime) -> str:
    return short_weekday(then)


def _short_date(then: datetime, now: datetime) -> str:
    if language() == "zh":
        return f"{then.month}-{then.day}" if then.year == now.year else f"{then.year}-{then.month}-{then.day}"
    day = f"{then.day} {_EN_MONTHS[then.month - 1]}"
    return day if then.year == now.year else f"{day} {then.year}"


def _long_date(then: datetime, now: datetime) -> str:
    if language() == "zh":
        day = f"{then.month}月{then.day}日"
        return day if then.year == now.year else f"{then.year}年{day}"
    day = f"{then.day} {_EN_MONTHS[then.month - 1]}"
    return day if then.year == now.year else f"{day} {then.year}"
