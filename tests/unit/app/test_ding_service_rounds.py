"""When the rounds of a repeated ding are: summer time, working days, ends of months, years away."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dings.rounds import ROUNDS_AHEAD, days_until, moved, next_rounds, round_due_ms
from app.domain.dings import DingContent, DingKind, DingRepeat
from app.domain.ids import UserID

BERLIN, SHANGHAI, LORD_HOWE = (
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Asia/Shanghai"),
    ZoneInfo("Australia/Lord_Howe"),
)
zones = st.sampled_from([BERLIN, SHANGHAI, LORD_HOWE, ZoneInfo("America/New_York")])
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))
repeats = st.sampled_from([DingRepeat.DAILY, DingRepeat.WORKDAYS, DingRepeat.WEEKLY])


def ms(text: str, zone: ZoneInfo = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) * 1000


def wall(ts_ms: int, zone: ZoneInfo = BERLIN) -> str:
    return datetime.fromtimestamp(ts_ms / 1000, zone).strftime("%a %Y-%m-%d %H:%M")


def rounds(start: str, repeat: DingRepeat, count: int) -> list[str]:
    return [wall(round_due_ms(ms(start), repeat, n, BERLIN)) for n in range(count)]


def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change() -> None:
    spring = rounds("2026-03-28 09:00", DingRepeat.DAILY, 3)
    assert spring == ["Sat 2026-03-28 09:00", "Sun 2026-03-29 09:00", "Mon 2026-03-30 09:00"]
    autumn = rounds("2026-10-19 09:00", DingRepeat.WEEKLY, 2)
    assert autumn == ["Mon 2026-10-19 09:00", "Mon 2026-10-26 09:00"]


def test_a_time_the_day_does_not_have_comes_an_hour_later_on_that_day_only() -> None:
    assert rounds("2026-03-28 02:30", DingRepeat.DAILY, 3) == [
        "Sat 2026-03-28 02:30",
        "Sun 2026-03-29 03:30",
        "Mon 2026-03-30 02:30",
    ]


def test_a_time_that_comes_twice_is_taken_once() -> None:
    due = [round_due_ms(ms("2026-10-24 02:30"), DingRepeat.DAILY, n, BERLIN) for n in range(3)]
    assert [wall(ts) for ts in due] == [
        "Sat 2026-10-24 02:30",
        "Sun 2026-10-25 02:30",
        "Mon 2026-10-26 02:30",
    ]
    assert due[1] - due[0] == 24 * 3_600_000


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2026-11-26 18:00", ["Thu 2026-11-26", "Fri 2026-11-27", "Mon 2026-11-30", "Tue 2026-12-01"]),
        ("2026-11-27 18:00", ["Fri 2026-11-27", "Mon 2026-11-30", "Tue 2026-12-01", "Wed 2026-12-02"]),
        ("2026-11-28 18:00", ["Sat 2026-11-28", "Mon 2026-11-30", "Tue 2026-12-01", "Wed 2026-12-02"]),
        ("2026-11-29 18:00", ["Sun 2026-11-29", "Mon 2026-11-30", "Tue 2026-12-01", "Wed 2026-12-02"]),
    ],
)
def test_working_days_leave_the_weekend_out_over_the_end_of_a_month(start: str, days: list[str]) -> None:
    assert rounds(start, DingRepeat.WORKDAYS, 4) == [f"{day} 18:00" for day in days]


@given(moments, st.integers(0, 400), zones)
def test_working_days_are_those_one_counts_on_the_calendar(
    start: datetime, count: int, zone: ZoneInfo
) -> None:
    base = int(start.replace(tzinfo=zone).timestamp()) * 1000
    day = datetime.fromtimestamp(base // 1000, zone).date()
    first = day
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    assert days_until(base, DingRepeat.WORKDAYS, count, zone) == (day - first).days


@given(moments, repeats, zones, st.integers(0, 5000), st.integers(0, 40))
def test_next_rounds_are_the_first_ones_later_than_now(
    start: datetime, repeat: DingRepeat, zone: ZoneInfo, away_days: int, after: int
) -> None:
    base = int(start.replace(tzinfo=zone).timestamp()) * 1000
    now = base + away_days * 86_400_000
    found = next_rounds(base, repeat, after, now, ROUNDS_AHEAD, zone)
    assert len(found) == ROUNDS_AHEAD
    numbers, due = [n for n, _ in found], [ts for _, ts in found]
    assert numbers == list(range(numbers[0], numbers[0] + ROUNDS_AHEAD)) and numbers[0] > after
    assert due == sorted(set(due)) and due[0] > now
    if numbers[0] > after + 1:
        assert round_due_ms(base, repeat, numbers[0] - 1, zone) <= now


@given(moments, st.integers(1, 1000), zones)
def test_the_times_inside_a_round_move_with_it(start: datetime, days: int, zone: ZoneInfo) -> None:
    base = int(start.replace(tzinfo=zone).timestamp()) * 1000
    ding = DingContent(DingKind.MEETING, (UserID("@a:x"),), start_ms=base, due_ms=base + 3_600_000)
    later = moved(ding, days, zone)
    assert later.start_ms is not None and later.due_ms is not None and later.end_ms is None
    before, after = (datetime.fromtimestamp(ts / 1000, zone) for ts in (base, later.start_ms))
    assert (after.date() - before.date()).days == days
    if before.hour not in (1, 2, 3):  # where clocks jump
        assert (after.hour, after.minute) == (before.hour, before.minute)


def test_a_single_ding_has_no_next_round() -> None:
    assert next_rounds(1_000, DingRepeat.NONE, 0, 0, 7) == []
