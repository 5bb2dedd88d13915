"""Cards of posts in chats: read from hostile messages, worded by how the post stands."""

from typing import Any

import pytest

from app.domain.channels.wire import VIDEO_CARD_FIELD
from app.domain.ids import EventID, RoomID
from app.domain.timeline import VideoMark
from app.store.card_marks import video_of
from tests.helpers.feed_samples import MINUTE, NOW_MS, channel, post
from ui.video_cards import said_with, video_box

CARD = {
    "v": 1,
    "room_id": "!a:b.example",
    "event_id": "$e",
    "title": "Lesson",
    "at": 192_000,
    "via": ["b.example"],
}
MARK = VideoMark(RoomID("!a:b.example"), EventID("$e"), 192_000, "Lesson", ("b.example",))
LINK = "https://matrix.to/#/!a:b.example/$e?via=b.example&im.tack.t=192"


def test_a_card_is_read() -> None:
    assert video_of({VIDEO_CARD_FIELD: CARD}) == MARK
    assert video_of({}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"room_id": 3},
        {"room_id": "#a:b"},
        {"event_id": "e"},
        {"event_id": "$" + "e" * 300},
        {"event_id": None},
    ],
)
def test_a_card_that_leads_nowhere_is_none(wrong: dict[str, Any]) -> None:
    assert video_of({VIDEO_CARD_FIELD: CARD | wrong}) is None
    assert video_of({VIDEO_CARD_FIELD: "x"}) is None


def test_what_is_odd_in_a_card_is_left_out() -> None:
    odd = CARD | {"at": -5, "title": "a\nb" + "x" * 900, "via": [1, "ok.example", "y" * 999]}
    mark = video_of({VIDEO_CARD_FIELD: odd})
    assert mark is not None
    assert (mark.at_ms, mark.via, len(mark.title)) == (None, ("ok.example",), 200)
    assert "\n" not in mark.title


def test_a_card_shows_the_post_as_it_is_known_here() -> None:
    row = post("e", channel("talks", "Talks"), "Real title", likes=3, duration_ms=494_000)
    box = video_box(MARK, row, NOW_MS)
    assert (box.filename, box.size_text, box.duration_text) == (
        "Real title",
        "Talks · Internal",
        "03:12 / 8:14",
    )


def test_a_card_of_a_post_not_known_here_shows_the_claim() -> None:
    box = video_box(MARK, None, NOW_MS)
    assert (box.filename, box.image_key, box.duration_text) == ("Lesson", None, "03:12")


@pytest.mark.parametrize(
    ("starts", "ends", "said", "length"),
    [
        (60 * MINUTE, 0, "Remind me", None),
        (-MINUTE, 0, "", "Live"),
        (-2 * MINUTE, -MINUTE, "It is over.", ""),
    ],
)
def test_a_live_card_says_where_it_stands(starts: int, ends: int, said: str, length: str | None) -> None:
    talks = channel("talks", "Talks")
    live: dict[str, Any] = {"is_live": True, "duration_ms": None, "live_starts_ms": NOW_MS + starts}
    row = post("e", talks, "Launch", **live, live_ends_ms=NOW_MS + ends if ends else 0)
    box = video_box(_without_moment(), row, NOW_MS)
    assert box.size_text == " · ".join(filter(None, ("Talks", "Internal", said)))
    assert length is None or box.duration_text == length


def _without_moment() -> VideoMark:
    return VideoMark(MARK.room_id, MARK.event_id, None, MARK.title, MARK.via)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"Look at this\nLesson (03:12)\n{LINK}", "Look at this"),
        (f"Lesson\n{LINK}", ""),
        (f"Two\nlines\nLesson\n{LINK}", "Two\nlines"),
        ("Something else", "Something else"),
        (f"Not its title\n{LINK}", "Not its title"),
        ("", ""),
    ],
)
def test_only_what_the_sender_said_stands_below_the_card(body: str, said: str) -> None:
    assert said_with(MARK, body) == said
