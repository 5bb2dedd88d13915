"""Dates, date-times and the days of ranges."""

import pytest

from app.domain.approvals.amounts import decimal_text
from app.domain.approvals.moments import date_of, minutes_of, span_days, span_hours
from tests.helpers.approval_forms import field


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13-01",
        "0000-01-01",
        "2026-1-1",
        "20260101",
        "２０２６-01-01",
        "",
        5,
        None,
        "2026-01-01T00:00",
    ],
)
def test_what_is_no_date(text: object) -> None:
    assert date_of(text) is None


@pytest.mark.parametrize("text", ["0001-01-01", "1970-01-01", "9999-12-31", "2024-02-29"])
def test_any_year_is_a_date(text: str) -> None:
    assert date_of(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-17T24:00Z",
        "2026-11-17T09:60Z",
        "2026-11-17T09:30",
        "2026-11-17 09:30Z",
        "2026-11-17T09:30+15:00",
        "2026-02-30T09:30Z",
        None,
    ],
)
def test_what_is_no_moment(text: object) -> None:
    assert minutes_of(text) is None


def test_moments_are_compared_in_universal_time_to_both_ends_of_the_calendar() -> None:
    assert minutes_of("2026-11-17T09:30+08:00") == minutes_of("2026-11-17T01:30Z")
    assert minutes_of("0001-01-01T00:00+14:00") is not None
    assert minutes_of("9999-12-31T23:59-12:00") is not None


@pytest.mark.parametrize(
    ("rest", "value", "days"),
    [
        ({}, {"from": "2026-11-17", "to": "2026-11-19"}, "3"),
        ({}, {"from": "2026-11-17", "to": "2026-11-17"}, "1"),
        ({}, {"from": "2026-11-19", "to": "2026-11-17"}, None),
        ({}, {"from": "1970-01-01", "to": "9999-12-31"}, "2932897"),
        ({"has_half_days": True}, {"from": "2026-11-17", "to": "2026-11-19", "from_half": "pm"}, "2.5"),
        ({"has_half_days": True}, {"from": "2026-11-17", "to": "2026-11-17", "to_half": "am"}, "0.5"),
        (
            {"has_half_days": True},
            {"from": "2026-11-17", "to": "2026-11-17", "from_half": "pm", "to_half": "am"},
            None,
        ),
        ({"counts_workdays": True}, {"from": "2026-11-20", "to": "2026-11-23"}, "2"),
        ({"counts_workdays": True}, {"from": "2026-11-21", "to": "2026-11-22"}, "0"),
        (
            {"counts_workdays": True, "has_half_days": True},
            {"from": "2026-11-20", "to": "2026-11-23", "from_half": "pm", "to_half": "am"},
            "1",
        ),
        (
            {"counts_workdays": True, "has_half_days": True},
            {"from": "2026-11-21", "to": "2026-11-23", "from_half": "pm"},
            "1",
        ),
        ({"has_time": True}, {"from": "2026-11-17T18:00+08:00", "to": "2026-11-17T21:00+08:00"}, "0.125"),
        ({"has_time": True}, {"from": "2026-11-17T18:00+08:00", "to": "2026-11-17T12:00Z"}, "0.083333"),
        ({"has_time": True}, {"from": "2026-11-17", "to": "2026-11-18"}, None),
        ({}, {"from": 5, "to": []}, None),
        ({}, "2026-11-17", None),
    ],
)
def test_days_of_a_range(rest: dict[str, bool], value: object, days: str | None) -> None:
    counted = span_days(field("r", "range", **rest), value)
    assert (None if counted is None else decimal_text(counted)) == days


def test_hours_of_a_range_are_exact() -> None:
    timed = field("r", "range", has_time=True)
    hours = span_hours(timed, {"from": "2026-11-17T18:00Z", "to": "2026-11-17T19:40Z"})
    assert hours is not None
    assert round(hours * 60) == 100
    assert span_hours(field("r", "range"), {"from": "2026-11-17", "to": "2026-11-18"}) == 48
