"""Subtitles: nothing raises but the one refusal, and what is written reads the same."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.channels.subtitles import Cue, as_vtt, cues_at, parse_subtitles
from app.errors import InputError

PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "WEBVTT",
                "",
                "7",
                "00:01.5 --> 00:03.000",
                "01:00:01,500 --> 01:00:03,000 align:end",
                "[Events]",
                "Format: Start, End, Text",
                "Dialogue: 0:00:01.00,0:00:02.00,{\\i1}a\\Nb",
                "&#10;&amp;<b>x</b>{\\p1}y",
            ]
        ),
        st.text(max_size=30),
    ),
    max_size=25,
)


@given(pieces=PIECES)
def test_whatever_was_read_is_written_and_read_again(pieces: list[str]) -> None:
    try:
        cues = parse_subtitles("\n".join(pieces).encode("utf-8", "surrogatepass"))
    except InputError:
        return
    assert parse_subtitles(as_vtt(cues).encode(), "vtt") == cues


@given(data=st.binary(max_size=300))
def test_nonsense_is_read_or_refused(data: bytes) -> None:
    try:
        assert parse_subtitles(data)
    except InputError as error:
        assert error.code == "subtitle_unreadable"


@given(
    spans=st.lists(st.tuples(st.integers(0, 200), st.integers(1, 50)), max_size=8),
    at=st.integers(-5, 260),
)
def test_what_is_shown_is_what_covers_the_moment(spans: list[tuple[int, int]], at: int) -> None:
    cues = tuple(sorted((Cue(a, a + n, "x") for a, n in spans), key=lambda cue: cue.from_ms))
    assert list(cues_at(cues, at)) == [cue for cue in cues if cue.from_ms <= at < cue.until_ms]
