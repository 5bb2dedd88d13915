"""How a row stands to the one above it: does a new day begin, a pause end, the sender change."""

import time
from dataclasses import dataclass

from widgets.timeline.values import Row, RowKind

GROUP_MS = 5 * 60 * 1000
PAUSE_MS = 60 * 60 * 1000
_LINES = frozenset({RowKind.STATE, RowKind.GAP})


@dataclass(frozen=True, slots=True)
class Setting:
    """What the row above decides about a row."""

    is_first: bool
    starts_day: bool
    after_pause: bool
    is_unread_start: bool
    starts_group: bool


def setting_of(row: Row, above: Row | None, *, is_unread_start: bool) -> Setting:
    """Compare a row with the one above it."""
    if row.kind is RowKind.GAP:
        return Setting(above is None, False, False, is_unread_start, True)
    starts_day = above is None or above.kind is RowKind.GAP or _day(row.ts_ms) != _day(above.ts_ms)
    after_pause = not starts_day and above is not None and row.ts_ms - above.ts_ms >= PAUSE_MS
    starts_group = (
        starts_day
        or after_pause
        or is_unread_start
        or above is None
        or above.kind in _LINES
        or above.sender_id != row.sender_id
        or abs(row.ts_ms - above.ts_ms) > GROUP_MS
    )
    return Setting(above is None, starts_day, after_pause, is_unread_start, starts_group)


def is_line(row: Row) -> bool:
    """A centred line, not a message."""
    return row.kind in _LINES


def _day(ts_ms: int) -> tuple[int, int]:
    try:
        local = time.localtime(ts_ms / 1000)
    except (OverflowError, ValueError, OSError):
        return 0, 0
    return local.tm_year, local.tm_yday
