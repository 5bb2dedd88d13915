"""Laid-out text counts characters, whatever Qt counts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from ui import theme
from widgets.timeline.emoji_only import is_emoji_only
from widgets.timeline.look import Label, Look
from widgets.timeline.media_card import picture_size, safe_filename
from widgets.timeline.text_block import FOLD_LINES, TextBlock, TextPlan
from widgets.timeline.values import Density, MediaBox, MediaKind, SpanStyle, TextSpan


@pytest.fixture
def look(qtbot: QtBot) -> Look:
    return Look(theme.light(), Density.BUBBLES)


def _block(look: Look, text: str, *spans: TextSpan, width: float = 400, whole: bool = False) -> TextBlock:
    return TextBlock(TextPlan(text, spans, is_whole=whole), look, look.body, width)


def test_a_link_behind_emoji_is_found_where_it_is_drawn(look: Look) -> None:
    text = "👍👍👍 see https://x.example now"
    start = text.index("https")
    block = _block(look, text, TextSpan(start, start + 17, SpanStyle.LINK, href="https://x.example"))
    line = look.body.metrics.horizontalAdvance(text[: start + 3])
    found = block.span_at(QPointF(line, 10))
    assert found is not None
    assert found.href == "https://x.example"
    assert block.span_at(QPointF(block.width - 4, 10)) is None


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(alphabet="ab 中文👍👨‍👩‍👧\n", min_size=1, max_size=60),
    x=st.floats(0, 300),
    y=st.floats(-20, 300),
)
def test_any_point_gives_an_offset_inside_the_text(text: str, x: float, y: float) -> None:
    look = Look(theme.light(), Density.BUBBLES)
    block = _block(look, text, width=200)
    offset = block.offset_at(QPointF(x, y))
    assert 0 <= offset <= len(text)
    start, end = block.word_at(offset)
    assert 0 <= start <= end <= len(text) or not text.strip()


def test_a_long_word_is_broken_not_cut(look: Look) -> None:
    block = _block(look, "x" * 400, width=200)
    assert block.width <= 200
    assert block.height >= 5 * look.body.line_height


def test_long_messages_fold_and_unfold(look: Look) -> None:
    text = "line\n" * 300
    folded = _block(look, text)
    assert folded.is_folded
    assert folded.height == FOLD_LINES * look.body.line_height
    whole = _block(look, text, whole=True)
    assert not whole.is_folded
    assert whole.height >= 300 * look.body.line_height


def test_chinese_wraps_inside_the_width(look: Look) -> None:
    block = _block(look, "第二版标题再短一些会更好，现在一行放不下。" * 3, width=160)
    assert block.width <= 160
    assert block.height > 4 * look.body.line_height


def test_a_label_that_does_not_fit_is_shortened(look: Look) -> None:
    label = Label("a very long name of somebody\nwith a second line", look.small, 60)
    assert label.is_elided
    assert label.width <= 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👍", True),
        ("👍🎉 ❤️", True),
        ("👨‍👩‍👧", True),
        ("🇨🇳", True),
        ("👍👍👍👍", False),
        ("ok 👍", False),
        ("1", False),
        ("", False),
    ],
)
def test_only_a_few_emoji_are_drawn_large(text: str, expected: bool) -> None:
    assert is_emoji_only(text) is expected


def test_a_file_name_cannot_turn_its_reading_direction() -> None:
    assert safe_filename("gnp\u202egpj.exe") == "gnpgpj.exe"


@pytest.mark.parametrize(("width", "height"), [(1, 10**9), (10**9, 1), (0, 0), (-5, 40), (2400, 1350)])
def test_no_claimed_size_makes_a_huge_card(look: Look, width: int, height: int) -> None:
    shown = picture_size(MediaBox(MediaKind.IMAGE, "a.png", width=width, height=height), look, 500)
    assert 60 <= shown[0] <= 300
    assert 60 <= shown[1] <= 360
