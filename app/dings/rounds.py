"""When the rounds of a repeated ding are: the same time on the clock on the wall, whatever summer time does.

A time that a day does not have (the clock jumps over it) is taken an hour later on that day; one that comes twice, the
first time. Rounds are counted from the first, so that such a day does not move those after it.
"""

from datetime import datetime, timedelta, tzinfo

from app.domain.dings import DingContent, DingRepeat

ROUNDS_AHEAD = 7
_FRIDAY = 4
_LAST = datetime(9000, 1, 1)


def round_due_ms(base_ms: int, repeat: DingRepeat, round: int, zone: tzinfo | None = None) -> int:
    """Give when a round is due; round 0 is at `base_ms`. `zone` None is this computer's."""
    return shifted_ms(base_ms, days_until(base_ms, repeat, round, zone), zone)


def days_until(base_ms: int, repeat: DingRepeat, round: int, zone: tzinfo | None = None) -> int:
    """Give how many days after the first a round is."""
    if repeat is DingRepeat.DAILY:
        return round
    if repeat is DingRepeat.WEEKLY:
        return 7 * round
    if repeat is DingRepeat.WORKDAYS:
        return _workdays(_wall(base_ms, zone).weekday(), round)
    return 0


def _workdays(weekday: int, count: int) -> int:
    """Give the days from a weekday to the `count`-th working day after it."""
    if count == 0:
        return 0
    days = 0
    if weekday > _FRIDAY:  # a first round on a weekend stays; the next working day is the first after it
        days, count = 7 - weekday, count - 1
        weekday = 0
    weeks, rest = divmod(count, 5)
    days += 7 * weeks + rest
    return days + 2 if weekday + rest > _FRIDAY else days


def shifted_ms(ts_ms: int, days: int, zone: tzinfo | None = None) -> int:
    """Give the same time on the wall so many days later."""
    if days == 0:
        return ts_ms
    wall = _wall(ts_ms, zone).replace(tzinfo=None)
    later = min(wall + timedelta(days=days), _LAST).replace(tzinfo=zone, fold=0)
    return round_ms(later.timestamp()) + ts_ms % 1000


def round_ms(seconds: float) -> int:
    """Give whole seconds as milliseconds."""
    return int(seconds) * 1000


def _wall(ts_ms: int, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(ts_ms // 1000, zone)


def next_rounds(
    base_ms: int, repeat: DingRepeat, after: int, now_ms: int, count: int, zone: tzinfo | None = None
) -> list[tuple[int, int]]:
    """Give the next `count` rounds behind round `after` that are due later than now, with their times."""
    if repeat is DingRepeat.NONE or count <= 0:
        return []
    first = after + 1
    if (ahead_days := (now_ms - base_ms) // 86_400_000 - 3) > 0:  # not every round of years away one by one
        per_round = {DingRepeat.DAILY: 1.0, DingRepeat.WORKDAYS: 1.4, DingRepeat.WEEKLY: 7.0}[repeat]
        first = max(first, int(ahead_days / per_round) - 3)
    while round_due_ms(base_ms, repeat, first, zone) <= now_ms:
        first += 1
    return [(n, round_due_ms(base_ms, repeat, n, zone)) for n in range(first, first + count)]


def moved(ding: DingContent, days: int, zone: tzinfo | None = None) -> DingContent:
    """Give a ding whose own times are so many days later."""

    def later(ts_ms: int | None) -> int | None:
        return None if ts_ms is None else shifted_ms(ts_ms, days, zone)

    return ding._replace(due_ms=later(ding.due_ms), start_ms=later(ding.start_ms), end_ms=later(ding.end_ms))
