"""Whatever a message says of a ding: read without an error, refused or within bounds, and written back the same."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.dings import (
    BODY_PREFIX,
    BODY_REST,
    DING_FIELD,
    MAX_NOTE,
    MAX_RECIPIENTS,
    MAX_WORDS,
    NOTE_FIELD,
    NUDGE_FIELD,
    DingContent,
    DingKind,
    DingRepeat,
    DingSource,
    ding_json,
    note_of,
    nudged_ding,
    parse_ding,
    words_of,
)
from app.domain.ids import EventID, RoomID, UserID

FIELDS = [*DingContent._fields, "v", "due_ts", "start_ts", "end_ts", "event_id", "confirmed_by"]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
odd = st.recursive(
    scalars | st.sampled_from(["@a:b", "$e", "!r", "notice", "task", "weekly", 1, 5, 1_700_000_000_000]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
spaced = st.text("a b\n", min_size=MAX_WORDS - 5, max_size=MAX_WORDS + 20)
nonsense = st.dictionaries(st.sampled_from(FIELDS), odd | spaced, max_size=8)
sound: dict[str, Any] = {"v": 1, "recipients": ["@a:b"]}

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=MAX_WORDS).map(str.strip)
users = st.from_regex(r"@[a-z一-龥<>.]{1,20}:[a-z.]{1,10}", fullmatch=True).map(UserID)
times = st.none() | st.integers(1, 253_370_764_800_000)
dings = st.builds(
    DingContent,
    kind=st.sampled_from(DingKind),
    recipients=st.lists(users, min_size=1, max_size=8, unique=True).map(tuple),
    cc=st.lists(users.map(lambda user: UserID(f"{user}.cc")), max_size=4, unique=True).map(tuple),
    due_ms=times,
    start_ms=times,
    end_ms=st.none(),
    place=words,
    remind_min=st.none() | st.integers(0, 7 * 24 * 60),
    source=st.none() | st.just(DingSource(RoomID("!r:a"), EventID("$e"))),
    repeat=st.sampled_from(DingRepeat),
    series=words,
    round=st.integers(0, 1_000_000),
    nudge_every_min=st.none() | st.integers(5, 7 * 24 * 60),
    nudge_times=st.integers(0, 20),
    break_glass=words,
)


def _is_sound(ding: DingContent) -> bool:
    times = (ding.due_ms, ding.start_ms, ding.end_ms)
    return (
        0 < len(ding.recipients) <= MAX_RECIPIENTS
        and not set(ding.cc) & set(ding.recipients)
        and all(isinstance(user, str) and user.startswith("@") for user in (*ding.recipients, *ding.cc))
        and all(time is None or (type(time) is int and time > 0) for time in times)
        and all(len(said) <= MAX_WORDS for said in (ding.place, ding.series, ding.break_glass))
        and ding.round >= 0
        and 0 <= ding.nudge_times <= 20
    )


@given(nonsense, st.booleans(), odd)
def test_nonsense_is_refused_or_within_bounds(field: dict[str, Any], is_near: bool, body: Any) -> None:
    content: dict[str, Any] = {
        "body": body if not is_near else "x",
        DING_FIELD: sound | field if is_near else field,
    }
    found = parse_ding(content)
    assert found is None or (isinstance(content["body"], str) and _is_sound(found))
    if found is not None:
        assert parse_ding({"body": "x", DING_FIELD: ding_json(found)}) == found


@given(odd, odd)
def test_any_value_of_any_field_is_read_without_an_error(value: Any, key: Any) -> None:
    content = {"body": value, DING_FIELD: value, NUDGE_FIELD: value, NOTE_FIELD: value}
    assert parse_ding(content) is None or isinstance(value, dict)
    nudged = nudged_ding(content)
    assert nudged is None or nudged.startswith("$")
    assert len(note_of(content)) <= MAX_NOTE


@given(dings)
def test_what_is_written_is_read_the_same(ding: DingContent) -> None:
    assert parse_ding({"body": "", DING_FIELD: ding_json(ding)}) == ding


@given(st.text(), st.text())
def test_the_words_are_found_between_the_prefix_and_the_rest(said: str, rest: str) -> None:
    expected = said.partition(BODY_REST)[0].strip()
    assert words_of(BODY_PREFIX + said) == expected
    assert words_of(f"{BODY_PREFIX}{said}{BODY_REST}{rest}") == expected
