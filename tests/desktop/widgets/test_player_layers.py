"""Flying comments and subtitles over a picture: who is where at a moment, and what of it is painted."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from widgets.player.danmaku import CROSSING_MS, MAX_FLYING, Danmaku
from widgets.player.source import Flying, Line
from widgets.player.subtitle_layer import MAX_SHOWN, SubtitleLayer
from widgets.player.values import DanmakuLook
from widgets.style import StyleSource

BOX = QRect(0, 0, 640, 360)


@pytest.fixture
def danmaku(style: StyleSource) -> Iterator[Danmaku]:
    layer = Danmaku(style)
    layer.set_look(DanmakuLook(is_on=True))
    yield layer


def paint(layer: Danmaku | SubtitleLayer, at_ms: int, box: QRect = BOX, times: int = 1) -> QImage:
    image = QImage(box.size(), QImage.Format.Format_ARGB32_Premultiplied)
    for _turn in range(times):
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        layer.paint(painter, box, at_ms)
        painter.end()
    return image


def painted(image: QImage) -> QRect:
    """The part of a picture that is not empty."""
    rows = [
        y for y in range(image.height()) if any(image.pixelColor(x, y).alpha() for x in range(image.width()))
    ]
    if not rows:
        return QRect()
    columns = [x for x in range(image.width()) if any(image.pixelColor(x, y).alpha() for y in rows)]
    return QRect(columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)


def test_a_comment_crosses_from_right_to_left_and_is_gone(danmaku: Danmaku) -> None:
    danmaku.set_flying([Flying("a", 1000, "goggles")])
    assert painted(paint(danmaku, 900, times=2)).isEmpty()
    early, late = painted(paint(danmaku, 2500)), painted(paint(danmaku, 6000))
    assert early.left() > late.left() > 0
    assert painted(paint(danmaku, 1000 + CROSSING_MS)).isEmpty()


def test_off_nothing_flies(danmaku: Danmaku) -> None:
    danmaku.set_flying([Flying("a", 0, "x")])
    danmaku.set_look(DanmakuLook(is_on=False))
    assert not danmaku.is_on
    assert painted(paint(danmaku, 3000, times=2)).isEmpty()


def test_who_starts_together_flies_in_lanes_of_their_own(danmaku: Danmaku) -> None:
    danmaku.set_flying([Flying(str(n), 1000 + n, f"comment {n}") for n in range(4)])
    paint(danmaku, 1500)
    lanes = danmaku.lanes_at(1500)
    assert sorted(lanes.values()) == [0, 1, 2, 3]


def test_a_lane_is_used_again_when_no_one_would_be_caught_up_with(danmaku: Danmaku) -> None:
    danmaku.set_flying([Flying("a", 0, "short"), Flying("b", 4000, "short too")])
    paint(danmaku, 4100)
    assert danmaku.lanes_at(4100) == {"a": 0, "b": 0}
    danmaku.set_flying([Flying("c", 0, "x"), Flying("d", 900, "a very long comment " * 4)])
    paint(danmaku, 1000)
    assert danmaku.lanes_at(1000) == {"c": 0, "d": 1}, "the faster one would run into the slower one"


def test_a_crowd_is_thinned_out_but_my_own_comment_flies(danmaku: Danmaku) -> None:
    crowd = [Flying(f"{n:03}", 1000, "the same thing") for n in range(300)]
    danmaku.set_flying([*crowd, Flying("mine", 1000, "mine", is_own=True)])
    paint(danmaku, 1200)
    lanes = danmaku.lanes_at(1200)
    assert "mine" in lanes
    assert 2 < len(lanes) <= MAX_FLYING


def test_lanes_stay_when_a_comment_comes_while_others_fly(danmaku: Danmaku) -> None:
    first = [Flying(str(n), 1000 + n, f"comment {n}") for n in range(3)]
    danmaku.set_flying(first)
    paint(danmaku, 2000)
    before = danmaku.lanes_at(2000)
    danmaku.set_flying([Flying("new", 1001, "new"), *first])
    paint(danmaku, 2000)
    after = danmaku.lanes_at(2000)
    assert {id: after[id] for id in before} == before
    assert after["new"] not in before.values()


def test_seeking_back_and_forth_shows_the_same_comments(danmaku: Danmaku) -> None:
    danmaku.set_flying([Flying(f"{n:03}", n * 500, f"c{n}") for n in range(200)])
    paint(danmaku, 50_000)
    there = set(danmaku.lanes_at(50_000))
    paint(danmaku, 3_000)
    assert "099" not in danmaku.lanes_at(3_000)
    paint(danmaku, 50_000)
    assert set(danmaku.lanes_at(50_000)) == there


def test_blocked_words_do_not_fly(danmaku: Danmaku) -> None:
    danmaku.set_look(DanmakuLook(is_on=True, blocked=("Spam", " ")))
    danmaku.set_flying([Flying("a", 0, "buy SPAM now"), Flying("b", 0, "good")])
    paint(danmaku, 500)
    assert list(danmaku.lanes_at(500)) == ["b"]


def test_only_the_chosen_area_is_used(danmaku: Danmaku) -> None:
    danmaku.set_look(DanmakuLook(is_on=True, area=0.25))
    danmaku.set_flying([Flying(str(n), 0, "x") for n in range(50)])
    assert painted(paint(danmaku, 2000, times=10)).bottom() < BOX.height() * 0.33


def test_a_text_without_words_or_of_a_megabyte_does_no_harm(danmaku: Danmaku) -> None:
    danmaku.set_flying([Flying("a", 0, " \n "), Flying("b", 0, "长" * 1_000_000), Flying("c", -5, "\u202e")])
    image = paint(danmaku, 2000, times=2)
    assert not painted(image).isEmpty()
    assert "a" not in danmaku.lanes_at(2000)


def test_a_subtitle_is_shown_while_it_is_said(style: StyleSource) -> None:
    layer = SubtitleLayer(style)
    layer.set_lines([Line(3000, 4000, "second"), Line(1000, 2000, "first")])
    assert layer.texts_at(999) == ()
    assert layer.texts_at(1000) == ("first",)
    assert layer.texts_at(2000) == ()
    assert layer.texts_at(3999) == ("second",)
    assert painted(paint(layer, 500)).isEmpty()


def test_a_subtitle_stands_in_the_middle_at_the_bottom_and_rises_over_the_controls(
    style: StyleSource,
) -> None:
    layer = SubtitleLayer(style)
    layer.set_lines([Line(0, 1000, "请先确认防护用品齐全\nsecond line")])
    place = painted(paint(layer, 10))
    assert abs(place.center().x() - BOX.center().x()) <= 2
    assert BOX.height() * 0.75 < place.top() < place.bottom() < BOX.height()
    image = QImage(BOX.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    layer.paint(painter, BOX, 10, raised=80)
    painter.end()
    assert painted(image).bottom() < BOX.height() - 80


def test_a_long_subtitle_is_wrapped_inside_the_picture_and_larger_letters_are_larger(
    style: StyleSource,
) -> None:
    layer = SubtitleLayer(style)
    layer.set_lines([Line(0, 1000, "words " * 40)])
    place = painted(paint(layer, 10))
    assert place.left() > 0
    assert place.right() < BOX.right()
    layer.set_lines([Line(0, 1000, "one")])
    small = painted(paint(layer, 10)).height()
    layer.set_scale(2.0)
    assert painted(paint(layer, 10)).height() > small * 1.5


def test_thousands_of_cues_at_once_are_bounded(style: StyleSource) -> None:
    layer = SubtitleLayer(style)
    layer.set_lines([Line(0, 10_000, f"line {n}") for n in range(5000)])
    assert len(layer.texts_at(5000)) == MAX_SHOWN
