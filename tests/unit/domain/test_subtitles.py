"""Subtitle files as people have them: three formats, four encodings, and broken ones."""

import pytest

from app.domain.channels.subtitles import MAX_CUES, Cue, as_vtt, cues_at, parse_subtitles
from app.domain.channels.wire import MAX_SUBTITLE_BYTES
from app.errors import InputError

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> {\\an8}there
second line

2
00:00:03,000 --> 00:00:04,000
你好
"""
VTT = """WEBVTT - a title
Kind: captions

NOTE
a remark

STYLE
::cue { color: red }

intro
01.000 --> 02.000
not a time

00:01.000 --> 00:02.500 align:start position:10%
<v Li Na>Fish &amp; <b>chips</b> &lt;3

1:00:03.000 --> 1:00:04.000
-->
later
"""
ASS = """[Script Info]
Title: x

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,nobody sees this
Dialogue: 1,0:00:02.00,0:00:03.50,Default,,0,0,0,,{\\b1}One, two{\\b0}\\Nthree\\h!
Dialogue: 0,0:00:02.00,0:00:03.50,Default,,0,0,0,,One, two\\Nthree !
Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}text
Dialogue: 0,nonsense,0:00:05.00,Default,,0,0,0,,lost
"""


def test_srt_is_read_without_its_tags() -> None:
    assert parse_subtitles(SRT.encode()) == (
        Cue(1000, 2500, "Hello there\nsecond line"),
        Cue(3000, 4000, "你好"),
    )


def test_vtt_is_read_without_headers_notes_and_settings() -> None:
    assert parse_subtitles(VTT.encode()) == (
        Cue(1000, 2500, "Fish & chips <3"),
        Cue(3_603_000, 3_604_000, "-->\nlater"),
    )


def test_ass_is_read_without_overrides_drawings_and_doubles() -> None:
    assert parse_subtitles(ASS.encode()) == (
        Cue(2000, 3500, "One, two\nthree !"),
        Cue(4000, 5000, "text"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    assert parse_subtitles(SRT.encode(encoding))[1].text == "你好"


@pytest.mark.parametrize("wrong", ["ass", "vtt", "srt", ".SRT", "exe"])
def test_a_wrong_name_does_not_matter(wrong: str) -> None:
    assert len(parse_subtitles(ASS.encode(), wrong)) == 2
    assert len(parse_subtitles(VTT.encode(), wrong)) == 2


def test_cues_without_empty_lines_between_are_told_apart() -> None:
    dense = "1\n00:00:01,0 --> 00:00:02,0\none\n2\n00:00:02,0 --> 00:00:03,0\ntwo"
    assert [cue.text for cue in parse_subtitles(dense.encode())] == ["one", "two"]


def test_broken_cues_are_skipped() -> None:
    broken = (
        "00:05.000 --> 00:01.000\nbackwards\n\n00:01.0 --> 999:00:00.0\ntoo long\n\n00:01.0 --> 00:02.0\ngood"
    )
    assert parse_subtitles(broken.encode()) == (Cue(1000, 2000, "good"),)


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 500, b"\xff\xfe\xff", b"\x89PNG\r\n\x1a\n", "只有文字".encode()]
)
def test_a_file_without_cues_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        parse_subtitles(data)
    assert refused.value.code == "subtitle_unreadable"


def test_a_huge_file_is_refused_and_many_cues_are_cut() -> None:
    with pytest.raises(InputError) as refused:
        parse_subtitles(b"x" * (MAX_SUBTITLE_BYTES + 1))
    assert refused.value.code == "subtitle_too_large"
    many = "\n".join(f"00:{n // 60 % 60:02}:{n % 60:02}.0 --> 01:00:00.0\nx{n}\n" for n in range(25_000))
    assert len(parse_subtitles(many.encode())) == MAX_CUES


def test_what_is_shown_at_a_moment() -> None:
    cues = (Cue(0, 10_000, "long"), Cue(1000, 2000, "a"), Cue(1500, 3000, "b"))
    assert [cue.text for cue in cues_at(cues, 1600)] == ["long", "a", "b"]
    assert [cue.text for cue in cues_at(cues, 2000)] == ["long", "b"]
    assert cues_at(cues, 10_000) == ()
    assert cues_at((), 5) == ()


def test_vtt_that_is_written_reads_the_same() -> None:
    for source in (SRT, VTT, ASS):
        cues = parse_subtitles(source.encode())
        assert parse_subtitles(as_vtt(cues).encode(), "vtt") == cues
