"""Whatever is typed and chosen: a draft survives, and what passes the checks is a ding for everybody."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.dings.compose import NewDing, ding_message
from app.domain.dings import DingKind, DingRepeat, DingSource, parse_ding, words_of
from app.domain.ids import ContentURI, EventID, RoomID, UserID
from ui.person import Person
from ui.screens.new_ding.new_ding_state import (
    MAX_TS_MS,
    Audience,
    To,
    When,
    Writing,
    clean_text,
    content_of,
    problems,
    send_at_ms,
    writing_of,
    writing_text,
)
from ui.screens.new_ding.new_ding_words import fallback_words
from widgets.people_picker import split_names
from widgets.quick_times import month_days, next_evening, next_hour, quick_choices, shift_month

NOW = 1_800_000_000_000
WORDS = st.text('ab1字 \n\t\0—·[]{}"\\😀\u202e\u200b\u2028', max_size=12)
LINES = st.text(st.sampled_from("a字 \n—·\r\0😀"), max_size=60)
IDS = st.from_regex(r"@[a-z]{1,6}:[a-z]{1,5}\.example", fullmatch=True).map(UserID)
PERSONS = st.builds(Person, IDS, WORDS, st.booleans(), st.none() | WORDS.map(ContentURI), WORDS)
PEOPLE = st.lists(PERSONS, max_size=6).map(tuple)
SOMEBODY = st.lists(PERSONS, min_size=1, max_size=6).map(tuple)
TIMES = st.integers(NOW - 10**8, NOW + 10**10) | st.integers(0, MAX_TS_MS)
WRITINGS = st.builds(
    Writing,
    kind=st.sampled_from(DingKind),
    to=st.sampled_from(To),
    picked=PEOPLE,
    text=WORDS | LINES,
    cc=PEOPLE,
    due_ms=TIMES,
    place=WORDS,
    start_ms=TIMES,
    end_ms=TIMES,
    remind_min=st.none() | st.sampled_from((5, 60, 1440)),
    files=st.just(()),
    when=st.sampled_from(When),
    at_ms=TIMES,
    repeat=st.sampled_from([DingRepeat.DAILY, DingRepeat.WORKDAYS, DingRepeat.WEEKLY]),
    nudge_every_min=st.none() | st.sampled_from((5, 15, 30, 60)),
    nudge_times=st.sampled_from((1, 3, 20)),
    is_breaking_glass=st.booleans(),
    reason=WORDS,
    has_source=st.booleans(),
)
SOURCE = DingSource(RoomID("!r:x"), EventID("$e"))
AUDIENCES = st.builds(
    Audience, st.just(RoomID("!r:x")), WORDS, st.booleans(), SOMEBODY, SOMEBODY, st.none() | st.just(SOURCE)
)


@st.composite
def sendable(draw: st.DrawFn) -> Writing:
    """Something that has no problem: times ahead and in order, somebody to ask, something to say."""
    at_ms = draw(st.integers(NOW + 1, MAX_TS_MS - 10))
    start_ms = draw(st.integers(at_ms + 1, MAX_TS_MS - 5))
    return replace(
        draw(WRITINGS),
        text=draw(LINES) + draw(st.sampled_from("a字😀")) + draw(WORDS),
        picked=draw(SOMEBODY),
        at_ms=at_ms,
        due_ms=draw(st.integers(at_ms + 1, MAX_TS_MS)),
        start_ms=start_ms,
        end_ms=draw(st.integers(start_ms + 1, MAX_TS_MS)),
        reason="r" + draw(WORDS),
    )


MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1))


@given(WRITINGS, st.lists(WORDS.filter(lambda name: "\0" not in name), max_size=3))
def test_a_draft_is_read_as_it_was_written(writing: Writing, names: list[str]) -> None:
    with_files = replace(writing, files=tuple(map(Path, names)))
    assert writing_of(writing_text(with_files)) == with_files


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)


@given(WRITINGS, st.data())
def test_a_damaged_draft_is_refused_or_read_but_never_raises(writing: Writing, data: st.DataObject) -> None:
    draft = json.loads(writing_text(writing))
    draft[data.draw(st.sampled_from(sorted(draft)))] = data.draw(JSON)
    read = writing_of(json.dumps(draft))
    assert read is None or isinstance(read, Writing)


@given(st.integers(max_value=-1) | st.integers(MAX_TS_MS + 1))
def test_a_draft_with_an_impossible_time_is_refused(ts_ms: int) -> None:
    assert writing_of(writing_text(Writing(due_ms=ts_ms))) is None


@given(WORDS)
def test_any_text_is_no_draft_and_no_error(text: str) -> None:
    assert writing_of(text) is None


@given(sendable(), AUDIENCES)
def test_what_passes_the_checks_can_be_sent_and_is_read_by_everybody(
    writing: Writing, audience: Audience
) -> None:
    assert problems(writing, audience, NOW) == ()
    ding = content_of(writing, audience)
    new = NewDing(
        clean_text(writing.text), ding, audience.room_id, (), send_at_ms(writing), fallback_words(ding)
    )
    message = ding_message(new, ding)
    assert parse_ding(message) == ding
    assert "\0" not in words_of(message["body"])


@given(MOMENTS)
def test_quick_choices_lie_ahead_and_differ(now: datetime) -> None:
    choices = quick_choices(now)
    assert choices
    assert all(choice.at > now for choice in choices)
    assert len({choice.at for choice in choices}) == len(choices)
    assert timedelta(minutes=30) <= next_hour(now) - now <= timedelta(minutes=90)
    assert timedelta(hours=1) <= next_evening(now) - now <= timedelta(hours=25)


@given(MOMENTS.map(datetime.date), st.integers(-30, 30))
def test_a_calendar_leaf_holds_its_month_and_turning_it_keeps_the_day(day: date, months: int) -> None:
    leaf = month_days(day)
    assert len(leaf) == 42 and leaf[0].weekday() == 0
    assert {one for one in leaf if one.month == day.month} >= {day}
    assert sum(one.month == day.month for one in leaf) >= 28
    turned = shift_month(day, months)
    assert (turned.year * 12 + turned.month) - (day.year * 12 + day.month) == months
    assert turned.day == day.day or (turned + timedelta(days=1)).month != turned.month


@given(st.lists(st.from_regex(r"[\w@:.]{1,8}", fullmatch=True), min_size=2, max_size=8, unique=True))
def test_pasted_names_are_told_apart(names: list[str]) -> None:
    for separator in ("，", ", ", "\n", "\t", "; ", "、"):
        assert split_names(separator.join(names)) == tuple(names)


@given(st.from_regex(r"[A-Za-z字]{1,8}( [A-Za-z字]{1,8}){0,3}", fullmatch=True))
def test_one_name_with_blanks_stays_one(name: str) -> None:
    assert split_names(name) == ()
