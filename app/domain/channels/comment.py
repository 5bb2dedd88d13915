"""A comment below a video on the wire: a message in the thread of the post, or an event of ours where only editors may
send messages.

Plain clients show the moment as the first word of the text ("03:12 …"), and what somebody writes there so is read as
one. Source: Matrix client-server API, "Threading".
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from app.domain.channels.fields import number_of, paragraphs_of
from app.domain.channels.links import clock_words
from app.domain.channels.wire import AT_FIELD, MAX_COMMENT, MAX_DURATION_MS, VERSION
from app.domain.content import JSONObject

_MOMENT: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?=\s|$)")
_MAX_BODY: Final = MAX_COMMENT + 20


class Comment(NamedTuple):
    """What a comment says."""

    body: str
    at_ms: int | None
    """The moment of the video it is about."""


def comment_of(content: JSONObject) -> Comment | None:
    """Read the content of a comment; None where it says nothing."""
    comment = split_moment(
        paragraphs_of(content.get("body"), _MAX_BODY), number_of(content, AT_FIELD, MAX_DURATION_MS)
    )
    return comment if comment.body else None


def split_moment(text: str, at_ms: int | None) -> Comment:
    """Take the moment from the head of a text: the one it is known to be about, or the one somebody wrote there."""
    found = _MOMENT.match(text)
    said = None if found is None else _moment(found)
    if found is None or said is None or (at_ms is not None and not said <= at_ms < said + 1000):
        return Comment(text, at_ms)
    rest = text[found.end() :].strip()
    return Comment(rest or text, said if at_ms is None else at_ms)


def _moment(found: "re.Match[str]") -> int | None:
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if seconds > 59 or (found[1] is not None and minutes > 59):
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def comment_content(
    body: str,
    post: str,
    *,
    at_ms: int | None = None,
    reply_to: str | None = None,
    mentions: Sequence[str] = (),
    is_message: bool = True,
) -> JSONObject:
    """Write a comment to a post, maybe as the answer to another one. Ids may be echo references."""
    text = body if at_ms is None else f"{clock_words(at_ms)} {body}"
    relation: JSONObject = {
        "rel_type": "m.thread",
        "event_id": post,
        "is_falling_back": reply_to is None,
        "m.in_reply_to": {"event_id": reply_to or post},
    }
    content: JSONObject = {
        **({"msgtype": "m.text"} if is_message else {"v": VERSION}),
        "body": text,
        "m.relates_to": relation,
        "m.mentions": {"user_ids": sorted(set(mentions))} if mentions else {},
    }
    return content if at_ms is None else content | {AT_FIELD: at_ms}
