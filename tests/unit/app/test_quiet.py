"""Quiet hours: across midnight, on days that summer time makes longer or shorter, chained with "do not disturb"."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.quiet import next_morning_ms, next_quiet_ms, quiet_until
from app.settings import Settings

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
NIGHT = Settings(is_quiet_on=True, quiet_from="21:00", quiet_to="08:30")
HOUR_MS = 3_600_000


def at(text: str, zone: ZoneInfo = SHANGHAI, fold: int = 0) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-22 20:59:59.999", None),
        ("2026-11-22 21:00", "2026-11-23 08:30"),
        ("2026-11-23 00:00", "2026-11-23 08:30"),
        ("2026-11-23 08:29:59.999", "2026-11-23 08:30"),
        ("2026-11-23 08:30", None),
    ],
)
def test_quiet_hours_go_over_midnight(now: str, end: str | None) -> None:
    assert quiet_until(NIGHT, at(now), SHANGHAI) == (None if end is None else at(end))


def test_quiet_hours_of_one_day_and_none_at_all() -> None:
    lunch = Settings(is_quiet_on=True, quiet_from="12:00", quiet_to="13:30")
    assert quiet_until(lunch, at("2026-11-22 12:30"), SHANGHAI) == at("2026-11-22 13:30")
    assert quiet_until(lunch, at("2026-11-22 23:30"), SHANGHAI) is None
    same = Settings(is_quiet_on=True, quiet_from="12:00", quiet_to="12:00")
    assert quiet_until(same, at("2026-11-22 12:00"), SHANGHAI) is None
    assert quiet_until(Settings(), at("2026-11-22 23:00"), SHANGHAI) is None
    assert next_quiet_ms(NIGHT, at("2026-11-22 12:00"), SHANGHAI) == at("2026-11-22 21:00")
    assert next_quiet_ms(NIGHT, at("2026-11-22 21:00"), SHANGHAI) == at("2026-11-23 21:00")
    assert next_quiet_ms(Settings(), at("2026-11-22 12:00"), SHANGHAI) is None


def test_do_not_disturb_alone_and_into_the_night() -> None:
    now = at("2026-11-22 20:45")
    assert quiet_until(Settings(dnd_until_ms=now + 1), now, SHANGHAI) == now + 1
    assert quiet_until(Settings(dnd_until_ms=now), now, SHANGHAI) is None
    chained = replace(NIGHT, dnd_until_ms=now + HOUR_MS)
    assert quiet_until(chained, now, SHANGHAI) == at("2026-11-23 08:30")


def test_the_hour_that_comes_twice_is_quiet_once() -> None:
    """Berlin, 2026-10-25: at 03:00 the clock goes back to 02:00."""
    early = Settings(is_quiet_on=True, quiet_from="22:00", quiet_to="02:30")
    first, second = at("2026-10-25 02:30", BERLIN), at("2026-10-25 02:10", BERLIN, fold=1)
    assert quiet_until(early, at("2026-10-25 01:00", BERLIN), BERLIN) == first
    assert quiet_until(early, first, BERLIN) is None
    assert second > first and quiet_until(early, second, BERLIN) is None
    night = quiet_until(NIGHT, at("2026-10-24 21:00", BERLIN), BERLIN)
    assert night == at("2026-10-25 08:30", BERLIN) == at("2026-10-24 21:00", BERLIN) + round(12.5 * HOUR_MS)


def test_the_hour_that_is_left_out_still_begins_the_quiet() -> None:
    """Berlin, 2026-03-29: at 02:00 the clock goes on to 03:00."""
    late = Settings(is_quiet_on=True, quiet_from="02:30", quiet_to="06:00")
    assert quiet_until(late, at("2026-03-29 04:00", BERLIN), BERLIN) == at("2026-03-29 06:00", BERLIN)
    night = quiet_until(NIGHT, at("2026-03-28 21:00", BERLIN), BERLIN)
    assert night == at("2026-03-28 21:00", BERLIN) + round(10.5 * HOUR_MS)


def test_tomorrow_morning() -> None:
    assert next_morning_ms(at("2026-11-22 17:00"), SHANGHAI) == at("2026-11-23 09:00")
    assert next_morning_ms(at("2026-11-22 08:00"), SHANGHAI) == at("2026-11-23 09:00")
    assert next_morning_ms(at("2026-11-23 00:40"), SHANGHAI) == at("2026-11-23 09:00"), "still up"
    assert next_morning_ms(at("2026-10-24 20:00", BERLIN), BERLIN) == at("2026-10-25 09:00", BERLIN)


CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    CLOCKS,
    CLOCKS,
    st.sampled_from((BERLIN, SHANGHAI)),
)
def test_the_answer_holds_until_the_moment_it_names(
    when: datetime, start: str, end: str, zone: ZoneInfo
) -> None:
    now = round(when.replace(tzinfo=UTC).timestamp() * 1000)
    choice = Settings(is_quiet_on=True, quiet_from=start, quiet_to=end)
    until, begins = quiet_until(choice, now, zone), next_quiet_ms(choice, now, zone)
    if until is not None:
        assert now < until <= now + 26 * HOUR_MS
        assert quiet_until(choice, until - 1, zone) is not None
        assert quiet_until(choice, until, zone) is None
    elif begins is not None:
        assert quiet_until(choice, begins - 1, zone) is None
        assert quiet_until(choice, begins, zone) is not None
    assert (until is None and begins is None) <= (start == end)
