"""Dates, times and sizes in words."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from resources import formats
from resources.translations import language, set_language

NOW = int(datetime(2026, 11, 19, 12, 0).timestamp() * 1000)  # a Thursday
HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def test_list_times_go_from_clock_to_date() -> None:
    ages = [0, DAY, 3 * DAY, 30 * DAY, 400 * DAY, -DAY]
    assert [formats.format_list_time(NOW - age, NOW) for age in ages] == [
        "12:00", "Yesterday", "Mon", "20 Oct", "15 Oct 2025", "20 Nov"
    ]  # fmt: skip
    set_language("zh")
    assert [formats.format_list_time(NOW - age, NOW) for age in ages] == [
        "12:00", "昨天", "周一", "10-20", "2025-10-15", "11-20"
    ]  # fmt: skip
    assert formats.format_list_time(0, NOW) == ""


def test_days() -> None:
    assert [formats.format_day(NOW - n * DAY, NOW) for n in (0, 1, 3, 30, 400)] == [
        "Today", "Yesterday", "Monday", "20 Oct", "15 Oct 2025"
    ]  # fmt: skip
    set_language("zh")
    assert [formats.format_day(NOW - n * DAY, NOW) for n in (0, 1, 3, 30, 400)] == [
        "今天", "昨天", "星期一", "10月20日", "2025年10月15日"
    ]  # fmt: skip
    assert formats.format_moment(NOW, NOW) == "今天 12:00"
    assert formats.format_full(NOW) == "2026年11月19日 星期四 12:00:00"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (655_360, "640 KB"),
        (1_887_436, "1.8 MB"),
        (5 * 1024**3, "5.0 GB"),
        (-5, "0 B"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert formats.format_size(size) == text


def test_durations_and_counts() -> None:
    assert [formats.format_duration(s) for s in (0, 192, 3723)] == ["0:00", "3:12", "1:02:03"]
    assert [formats.format_count(n) for n in (1, 99, 100)] == ["1", "99", "99+"]


def test_a_strangers_clock_does_not_raise() -> None:
    assert formats.format_list_time(10**18, NOW)
    assert formats.format_day(10**18, NOW)


def test_midnight_is_not_far() -> None:
    assert formats.next_day_ms(NOW) == 12 * HOUR
