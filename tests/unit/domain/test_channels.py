"""Channels: who sees them, who may do what; posts as other clients write and read them; links."""

from typing import Any

import pytest

from app.domain.channels.channel import (
    Audience,
    Role,
    Visibility,
    audience_of,
    channel_room,
    editors_of,
    is_open_channel,
    role_of,
)
from app.domain.channels.links import VideoLink, clock_words, is_room_id, read_link
from app.domain.channels.post import LiveStream, Post, Rendition, content_of, post_of
from app.domain.channels.wire import LIVE_FIELD, VIDEO_FIELD
from app.domain.ids import ContentURI, EventID

_URI = ContentURI("mxc://tuxi.example/abc")
_INTERNAL, _PUBLIC = Audience(Visibility.INTERNAL), Audience(Visibility.PUBLIC)
_OPEN, _WORLD = {"join_rule": "public"}, {"history_visibility": "world_readable"}


def _partners(*servers: str) -> Audience:
    return Audience(Visibility.PARTNERS, servers)


@pytest.mark.parametrize(
    ("create", "join", "history", "acl", "members", "audience"),
    [
        ({"m.federate": False}, _OPEN, _WORLD, {}, [], _INTERNAL),
        ({}, _OPEN, {}, {}, [], _PUBLIC),
        ({}, {"join_rule": "invite"}, _WORLD, {}, [], _PUBLIC),
        ({}, {"join_rule": "knock"}, {}, {}, [], _PUBLIC),
        ({"m.federate": "false"}, _OPEN, _WORLD, {}, [], _PUBLIC),
        ({}, {"join_rule": "invite"}, {}, {}, ["me.org", "me.org"], _INTERNAL),
        ({}, {"join_rule": "invite"}, {}, {}, ["me.org", "parts.org:8448"], _partners("parts.org")),
        ({}, {}, {}, {}, ["b.org", "a.org"], _partners("a.org", "b.org")),
        ({}, _OPEN, _WORLD, {"allow": ["me.org", "Parts.org"]}, [], _partners("parts.org")),
        ({}, _OPEN, _WORLD, {"allow": ["me.org", "*.parts.org"]}, ["x.parts.org"], _partners("*.parts.org")),
        ({}, _OPEN, _WORLD, {"allow": ["me.org"]}, ["gone.org"], _partners("gone.org")),
        ({}, _OPEN, _WORLD, {"allow": ["me.org", "b.org"], "deny": ["b.org"]}, [], _INTERNAL),
        (
            {},
            _OPEN,
            _WORLD,
            {"allow": ["p?rts.*"]},
            ["parts.org", "prts.org"],
            _partners("p?rts.*", "prts.org"),
        ),
        ({}, _OPEN, _WORLD, {"allow": ["*"], "deny": ["evil.org"]}, [], _PUBLIC),
        ({}, _OPEN, _WORLD, {"allow": ["me.org", "*.*"]}, [], _PUBLIC),
        ({}, _OPEN, _WORLD, {"allow": "me.org"}, [], _PUBLIC),
    ],
)
def test_the_audience_is_told_by_the_rules_of_the_room(
    create: dict[str, Any],
    join: dict[str, Any],
    history: dict[str, Any],
    acl: dict[str, Any],
    members: list[str],
    audience: Audience,
) -> None:
    assert audience_of(create, join, history, acl, members, "me.org:8448") == audience


def test_a_rule_full_of_wildcards_is_answered_at_once() -> None:
    acl = {"allow": ["*a" * 100 + "b"]}
    found = audience_of({}, _OPEN, _WORLD, acl, ["a" * 200 + ".org"], "me.org")
    assert found.visibility is Visibility.PARTNERS


def test_roles_follow_power_and_the_maker_of_a_newer_room_stays_owner() -> None:
    levels = {"users": {"@o:s": 100, "@e:s": "50", "@v:s": 0, "@x:s": True}, "users_default": 0}
    roles = [role_of(levels, user) for user in ("@o:s", "@e:s", "@v:s", "@x:s", "@new:s")]
    assert roles == [Role.OWNER, Role.EDITOR, Role.VIEWER, Role.VIEWER, Role.VIEWER]
    assert role_of(levels, "@v:s", creator="@v:s", room_version="11") is Role.VIEWER
    assert role_of(levels, "@v:s", creator="@v:s", room_version="12") is Role.OWNER
    assert role_of(levels, "@v:s", creators=["@v:s"], room_version="12") is Role.OWNER
    assert role_of({}, "@v:s", creator="@v:s") is Role.OWNER


def test_who_was_an_editor_once_stays_the_author_of_their_posts() -> None:
    then, now = {"users": {"@a:s": 50}}, {"users": {"@a:s": 0, "@b:s": 100, "@c:s": 49}}
    assert editors_of([then, now], creators=["@maker:s"]) == {"@a:s", "@b:s", "@maker:s"}


@pytest.mark.parametrize(
    ("audience", "federates", "allow"),
    [
        (_INTERNAL, False, None),
        (_partners("parts.org:8448"), None, ["me.org", "me.org:1", "parts.org", "parts.org:8448"]),
        (_PUBLIC, None, None),
    ],
)
def test_a_new_channel_has_the_rules_of_its_audience(
    audience: Audience, federates: bool | None, allow: list[str] | None
) -> None:
    made = channel_room("t1", "@me:me.org", "Talks", "About", audience, "me.org:1", is_open=True)
    state = {item["type"]: item["content"] for item in made["initial_state"]}
    assert made["creation_content"].get("m.federate") is federates
    assert made["creation_content"]["im.tack.txn"] == "t1"
    assert state.get("m.room.server_acl", {}).get("allow") == allow
    read = audience_of(
        made["creation_content"],
        {"join_rule": "public"},
        state["m.room.history_visibility"],
        state.get("m.room.server_acl", {}),
        ["me.org:1"],
        "me.org:1",
    )
    assert read.visibility is audience.visibility


@pytest.mark.parametrize("is_open", [True, False])
def test_only_an_open_channel_lets_everybody_send_messages(is_open: bool) -> None:
    levels = channel_room("t", "@me:s", "N", "", _INTERNAL, "s", is_open=is_open)[
        "power_level_content_override"
    ]
    assert is_open_channel(levels) is is_open
    assert role_of(levels, "@me:s") is Role.OWNER


def test_a_video_of_a_phone_is_a_post() -> None:
    post = post_of(
        {
            "msgtype": "m.video",
            "body": "IMG_2041.MOV",
            "url": _URI,
            "info": {"mimetype": "video/quicktime", "duration": 8230.4, "w": 1080, "h": 1920, "size": 900},
        }
    )
    assert post == Post(
        title="IMG_2041",
        duration_ms=8230,
        renditions=(Rendition(_URI, "video/quicktime", 900, 1080, 1920),),
    )


def test_the_caption_of_a_phone_gives_title_and_description() -> None:
    post = post_of({"msgtype": "m.video", "body": "Tour\nof the hall", "filename": "a.mp4", "url": _URI})
    assert post is not None
    assert (post.title, post.description, post.filename) == ("Tour", "of the hall", "a.mp4")


@pytest.mark.parametrize(
    "content",
    [
        {"msgtype": "m.text", "body": "hello"},
        {"msgtype": "m.video", "body": "x"},
        {"msgtype": "m.video", "body": "x", "file": {"url": _URI}},
        {"msgtype": "m.video", "body": "x", "url": "https://elsewhere.org/a.mp4"},
        {"msgtype": "m.video", "body": "x", "url": "mxc://a/../b"},
        {"msgtype": "m.text", LIVE_FIELD: {"v": 1, "url": "file:///etc/passwd", "starts_ts": 1}},
        {"msgtype": "m.text", LIVE_FIELD: {"v": 1, "url": "https://u:p@x.org/a.m3u8", "starts_ts": 1}},
        {"msgtype": "m.text", LIVE_FIELD: {"v": 1, "url": "https:///a.m3u8", "starts_ts": 1}},
        {"msgtype": "m.text", LIVE_FIELD: {"v": 1, "url": "rtsp://x.org/a :sout=1", "starts_ts": 1}},
        {"msgtype": "m.text", LIVE_FIELD: {"v": 1, "url": "rtsp://x.org/a"}},
        {"msgtype": "m.text", LIVE_FIELD: {"v": 1, "url": "https://x.org/a.MPD?b=1", "starts_ts": 1}},
    ],
)
def test_what_cannot_be_played_is_no_post(content: dict[str, Any]) -> None:
    assert post_of(content) is None


def test_a_plain_client_sees_caption_cover_and_file() -> None:
    content = content_of(
        Post(
            title="发布会",
            description="Two parts",
            duration_ms=61_000,
            cover=ContentURI("mxc://tuxi.example/cover"),
            cover_width=640,
            cover_height=360,
            renditions=(Rendition(_URI, "video/mp4", 5000, 1280, 720),),
            filename="launch.mp4",
        )
    )
    assert content["body"] == "发布会\n\nTwo parts" and content["filename"] == "launch.mp4"
    assert content["msgtype"] == "m.video" and content["url"] == _URI
    assert content["info"] == {
        "mimetype": "video/mp4",
        "size": 5000,
        "w": 1280,
        "h": 720,
        "duration": 61_000,
        "thumbnail_url": "mxc://tuxi.example/cover",
        "thumbnail_info": {"mimetype": "image/jpeg", "w": 640, "h": 360},
    }
    assert content[VIDEO_FIELD]["v"] == 1


def test_a_plain_client_reads_when_and_where_a_live_stream_is() -> None:
    live = LiveStream("rtsp://live.tuxi.example/hall", 1_700_000_000_000)
    content = content_of(Post(title="All hands", live=live))
    assert content["body"] == "All hands\n2023-11-14 22:13 UTC: rtsp://live.tuxi.example/hall"


def test_a_post_of_nothing_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="without a video"):
        content_of(Post(title="x"))


@pytest.mark.parametrize(
    ("href", "link"),
    [
        (
            "https://matrix.to/#/!r:s.org/$e?via=s.org&im.tack.t=192",
            VideoLink("!r:s.org", EventID("$e"), 192_000, ("s.org",)),
        ),
        ("https://matrix.to/#/%23talks%3As.org", VideoLink("#talks:s.org", None, None)),
        (
            "https://matrix.to/#/!r:s.org/%24e?im.tack.t=-3&via=a%20b",
            VideoLink("!r:s.org", EventID("$e"), None),
        ),
        ("https://matrix.to/#/!r:s/$e?im.tack.t=99999999999", VideoLink("!r:s", EventID("$e"), None)),
        ("matrix:roomid/r:s.org/e/ev?via=s.org", VideoLink("!r:s.org", EventID("$ev"), None, ("s.org",))),
        ("matrix:r/talks:s.org", VideoLink("#talks:s.org", None, None)),
        ("https://matrix.to/#/@user:s.org", None),
        ("https://matrix.to/#/!r:s/$e/more", None),
        ("https://matrix.to/#/!r:s/%FF", None),
        ("https://elsewhere.org/#/!r:s", None),
        ("matrix:u/ann:s.org", None),
        ("matrix:" + "x" * 5000, None),
    ],
)
def test_links_are_read(href: str, link: VideoLink | None) -> None:
    assert read_link(href) == link


def test_moments_are_written_as_players_do() -> None:
    assert [clock_words(ms) for ms in (-5, 0, 192_999, 3_723_000)] == ["00:00", "00:00", "03:12", "1:02:03"]


def test_only_what_looks_like_one_is_the_id_of_a_room() -> None:
    rooms = ("!r:s.org", "!hash", "#r:s.org", "~new:tack1", "", "!", "!a/b", "!a\nb", "!" + "x" * 300)
    assert [room for room in rooms if is_room_id(room)] == ["!r:s.org", "!hash"]
