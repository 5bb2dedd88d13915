"""Channels: what a peek makes of hostile events, when a video is finished, what is reported, cards in chats."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.peeking import Peeking, row_of_summary
from app.channels.sharing import card_content
from app.channels.watching import is_finished, with_report
from app.domain.channels.channel import Audience, Role, Visibility, is_seen_by
from app.domain.channels.links import read_link
from app.domain.channels.rows import ChannelRow, PostRow
from app.domain.channels.wire import MAX_WATCHED, VIDEO_CARD_FIELD
from app.domain.events import Event, parse_event
from app.domain.ids import EventID, RoomID, UserID
from app.matrix.room_summaries import summary_of

ROOM, LI = RoomID("!r:s.org"), UserID("@li:s.org")
PUBLIC = Audience(Visibility.PUBLIC)
VIDEO = {"msgtype": "m.video", "body": "Tour", "url": "mxc://s.org/abc"}


def _event(number: int, type: str, content: Any, sender: str = LI, **more: Any) -> Event:
    raw = {
        "event_id": f"${number}",
        "type": type,
        "sender": sender,
        "origin_server_ts": number,
        "content": content,
    }
    return parse_event(json.dumps(raw | more).encode("utf-8", "surrogatepass"), ROOM)


def _channel() -> ChannelRow:
    return row_of_summary(summary_of({"room_id": ROOM, "name": "Talks"}), PUBLIC, ("s.org",), None)


def _peeked(*newest_first: Event, levels: dict[str, Any] | None = None) -> list[PostRow]:
    from app.channels.peeking import _Seen

    peeking = Peeking(None, None, lambda: 0)  # type: ignore[arg-type]
    create = _event(0, "m.room.create", {}, state_key="")
    seen = _Seen((*newest_first, create), {LI: "Li"})
    return [row for row, _ in peeking._posts(_channel(), seen, levels or {})]


def test_a_peek_takes_power_from_state_alone() -> None:
    eve = "@eve:s.org"
    rows = _peeked(
        _event(4, "m.room.message", VIDEO, eve),
        _event(3, "m.room.power_levels", {"users": {eve: 100}}, eve),
        _event(2, "m.room.power_levels", {"users": {eve: 100}}, eve, state_key="elsewhere"),
        _event(1, "m.room.create", {}, eve),
    )
    assert rows == []


def test_a_peek_shows_what_editors_published_with_their_own_edits() -> None:
    def replacing(content: dict[str, Any]) -> dict[str, Any]:
        relation = {"rel_type": "m.replace", "event_id": "$2"}
        return VIDEO | {"m.new_content": content, "m.relates_to": relation}

    rows = _peeked(
        _event(9, "m.room.message", replacing(VIDEO | {"body": "Stolen"}), "@x:s.org"),
        _event(8, "m.room.message", replacing(VIDEO | {"body": "Better"})),
        _event(7, "m.room.message", replacing(VIDEO | {"body": "Worse"})),
        _event(6, "m.room.message", VIDEO | {"m.relates_to": {"rel_type": "m.thread", "event_id": "$2"}}),
        _event(5, "m.room.message", VIDEO, "@viewer:s.org"),
        _event(4, "m.room.message", VIDEO, "@editor:s.org"),
        _event(3, "m.room.message", VIDEO | {"url": "https://elsewhere"}),
        _event(2, "m.room.message", VIDEO),
        levels={"users": {"@editor:s.org": 50, "@viewer:s.org": 49}},
    )
    assert [(row.event_id, row.title, row.sender_name) for row in rows] == [
        ("$4", "Tour", "editor"),
        ("$2", "Better", "Li"),
    ]


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(_ANY, _ANY, _ANY, _ANY)
def test_no_event_of_a_stranger_breaks_a_peek(
    content: Any, unsigned: Any, relation: Any, levels: Any
) -> None:
    _peeked(
        _event(4, "m.room.message", VIDEO | {"m.new_content": content, "m.relates_to": relation}),
        _event(3, "m.room.message", VIDEO | {"info": content, "im.tack.video": content}, unsigned=unsigned),
        _event(
            2, "m.room.message", VIDEO, unsigned={"m.relations": {"m.replace": content, "m.thread": unsigned}}
        ),
        _event(1, "m.room.power_levels", {"users": levels}, state_key=""),
        levels={"users": levels},
    )


@given(
    st.dictionaries(
        st.sampled_from(["name", "topic", "avatar_url", "num_joined_members", "canonical_alias"]), _ANY
    )
)
def test_no_summary_of_a_stranger_breaks_a_row(summary: dict[str, Any]) -> None:
    row = row_of_summary(summary_of({**summary, "room_id": ROOM}), PUBLIC, (), None)
    assert "\n" not in row.name and row.my_role is Role.VIEWER


@pytest.mark.parametrize(
    ("at_s", "length_s", "finished"),
    [
        (170, 180, True),
        (169, 180, False),
        (57, 60, True),
        (52, 60, False),
        (2, 8, False),
        (8, 8, True),
        (5, 8, False),
        (10, 20, False),
        (5, 0, False),
        (0, 0, False),
    ],
)
def test_a_video_is_finished_near_its_end(at_s: int, length_s: int, finished: bool) -> None:
    assert is_finished(at_s * 1000, length_s * 1000) is finished


def test_a_report_keeps_what_stands_and_forgets_the_oldest() -> None:
    content = with_report({}, EventID("$a"), 100, 0)
    content = with_report(content, EventID("$a"), 300, 200)
    assert content == {"v": 1, "posts": {"$a": {"started": 100, "finished": 200}}}
    full = {"posts": {f"${n}": {"started": n} for n in range(1, MAX_WATCHED + 1)} | {"$bad": 7}}
    kept = with_report(full, EventID("$new"), 10_000, 0)["posts"]
    assert len(kept) == MAX_WATCHED and "$1" not in kept and "$new" in kept and "$bad" not in kept


def test_a_card_is_words_and_a_link_for_other_clients() -> None:
    row = _peeked(_event(2, "m.room.message", VIDEO | {"body": "<b>Tour</b>"}))[0]
    content = card_content(row, ("s.org",), 65_000, "<i>see</i>")
    assert "<b>" not in content["formatted_body"] and "<i>" not in content["formatted_body"]
    link = read_link(content["body"].splitlines()[-1])
    assert link is not None and (link.room, link.event_id, link.at_ms) == (ROOM, "$2", 65_000)
    assert content[VIDEO_CARD_FIELD]["at"] == 65_000
    assert "at" not in card_content(row, (), None, "")[VIDEO_CARD_FIELD]


def test_who_sees_a_channel_is_told_by_server() -> None:
    partners = Audience(Visibility.PARTNERS, ("parts.org", "*.corp.org"))
    assert is_seen_by(partners, "parts.org:8448") and is_seen_by(partners, "a.corp.org")
    assert not is_seen_by(partners, "other.org") and not is_seen_by(
        Audience(Visibility.INTERNAL), "parts.org"
    )
    assert is_seen_by(PUBLIC, "anybody.org")
