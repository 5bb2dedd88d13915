"""Comments: read from every client, written for every client."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.channels.comment import Comment, comment_content, comment_of
from app.domain.channels.wire import MAX_COMMENT


@pytest.mark.parametrize(
    ("content", "comment"),
    [
        ({"body": "nice"}, Comment("nice", None)),
        ({"body": "03:12 nice"}, Comment("nice", 192_000)),
        ({"body": "1:02:03 nice"}, Comment("nice", 3_723_000)),
        ({"body": "03:12 nice", "im.tack.at": 192_345}, Comment("nice", 192_345)),
        ({"body": "12:00 is lunch", "im.tack.at": 5_000}, Comment("12:00 is lunch", 5_000)),
        ({"body": "03:12"}, Comment("03:12", 192_000)),
        ({"body": "3:75 no"}, Comment("3:75 no", None)),
        ({"body": "16:9 please"}, Comment("16:9 please", None)),
        ({"body": "03:12:nice"}, Comment("03:12:nice", None)),
        ({"body": "nice", "im.tack.at": -1}, Comment("nice", None)),
        ({"body": "two\nlines\u202e\x00"}, Comment("two\nlines", None)),
        ({"body": " \n"}, None),
        ({"body": ["x"]}, None),
        ({}, None),
    ],
)
def test_a_comment_is_read(content: dict[str, Any], comment: Comment | None) -> None:
    assert comment_of(content) == comment


def test_a_phone_sees_the_moment_and_the_thread() -> None:
    content = comment_content("look", "$post", at_ms=65_400, mentions=["@b:s", "@a:s", "@b:s"])
    assert content == {
        "msgtype": "m.text",
        "body": "01:05 look",
        "im.tack.at": 65_400,
        "m.mentions": {"user_ids": ["@a:s", "@b:s"]},
        "m.relates_to": {
            "rel_type": "m.thread",
            "event_id": "$post",
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": "$post"},
        },
    }
    answer = comment_content("yes", "$post", reply_to="$one", is_message=False)
    assert answer["v"] == 1 and "msgtype" not in answer
    assert answer["m.relates_to"]["m.in_reply_to"] == {"event_id": "$one"}
    assert answer["m.relates_to"]["is_falling_back"] is False


@given(
    st.text(st.characters(codec="utf-8", categories=["L", "Nd", "P"]), min_size=1, max_size=MAX_COMMENT),
    st.integers(0, 360_000_000),
)
def test_what_was_written_at_a_moment_is_read_so(body: str, at_ms: int) -> None:
    assert comment_of(comment_content(body, "$post", at_ms=at_ms)) == Comment(body, at_ms)


@given(st.text(st.characters(), max_size=60), st.none() | st.integers() | st.text(max_size=3))
def test_no_text_of_a_stranger_breaks_the_reading(body: str, at: object) -> None:
    comment = comment_of({"body": body, "im.tack.at": at})
    assert comment is None or (comment.body and (comment.at_ms or 0) >= 0)
