"""Posts and links of channels survive whatever stands in an event, and come back as they were written."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.domain.channels.channel import (
    Audience,
    Visibility,
    acl_content,
    audience_of,
    editors_of,
    role_of,
)
from app.domain.channels.links import channel_link, post_link, read_link
from app.domain.channels.post import (
    Chapter,
    FormLink,
    LiveStream,
    Post,
    Rendition,
    Storyboard,
    SubtitleTrack,
    content_of,
    post_of,
)
from app.domain.channels.wire import LIVE_FIELD, MAX_TITLE, VIDEO_FIELD
from app.domain.ids import ContentURI, EventID, RoomID

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
_MXC = st.from_regex(r"mxc://[a-z]{1,9}\.org/[A-Za-z]{1,20}", fullmatch=True).map(ContentURI)
_ODD_TEXT = st.text(st.characters(), max_size=300)
_NUMBER = st.none() | st.integers(1, 60_000)
_WORDS = (
    st.text("abc 发布会é👍", min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
)


def _one_of(name: str) -> st.SearchStrategy[object]:
    """A field as it should be, or anything."""
    known = {
        "msgtype": st.sampled_from(["m.video", "m.text"]),
        "url": _MXC | st.just("rtsp://video.org/1"),
        "uri": _MXC,
        "format": st.sampled_from(["srt", "vtt", "ass", "exe"]),
        "thumbnail_url": _MXC,
    }
    return known.get(name, _ODD_TEXT | st.integers(-5, 1 << 60)) | _ANY


def _object(*names: str, **nested: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    fields = {name: _one_of(name) for name in names} | {name: value | _ANY for name, value in nested.items()}
    return st.fixed_dictionaries({}, optional=fields)


_FILE = _object("uri", "mimetype", "size", "w", "h", "sha256", "language", "label", "format", "at", "title")
_SAID = _object(
    "title",
    "description",
    "recording_of",
    tags=st.lists(_ODD_TEXT | _ANY, max_size=5),
    renditions=st.lists(_FILE | _ANY, max_size=4),
    chapters=st.lists(_FILE | _ANY, max_size=4),
    subtitles=st.lists(_FILE | _ANY, max_size=4),
    storyboard=_object("uri", "columns", "rows", "every", "w", "h"),
    form=_object("template_id", "label"),
    cover=_object("uri", "w", "h"),
)
_INFO = _object(
    "mimetype", "size", "w", "h", "duration", "thumbnail_url", thumbnail_info=_object("w", "h", "mimetype")
)
_CONTENT = st.fixed_dictionaries(
    {"msgtype": _one_of("msgtype"), "url": _one_of("url")},
    optional={
        "body": _ODD_TEXT | _ANY,
        "filename": _ODD_TEXT | _ANY,
        "info": _INFO | _ANY,
        VIDEO_FIELD: _SAID | _ANY,
        LIVE_FIELD: _object("url", "starts_ts", "ends_ts") | _ANY,
    },
)


@given(_CONTENT)
def test_a_hostile_content_is_read_within_the_limits_and_comes_back_as_it_was_read(
    content: dict[str, object],
) -> None:
    post = post_of(content)
    if post is None:
        return
    assert len(post.title) <= MAX_TITLE and "\n" not in post.title
    assert bool(post.renditions) != (post.live is not None)
    written = content_of(post)
    json.dumps(written, allow_nan=False, ensure_ascii=False).encode()
    again = post_of(written)
    assert again is not None
    assert replace(again, filename="", title="") == replace(post, filename="", title="")
    assert not post.title or again.title == post.title


@given(_ANY.filter(lambda value: isinstance(value, dict)))
def test_nonsense_is_no_post(content: dict[str, object]) -> None:
    assert post_of(content) is None


_RENDITION = st.builds(
    Rendition,
    uri=_MXC,
    mimetype=st.sampled_from(["video/mp4", "video/webm"]),
    size_bytes=_NUMBER,
    width=_NUMBER,
    height=_NUMBER,
    sha256=st.sampled_from(["", "ab" * 32]),
)
_POST = st.builds(
    Post,
    title=_WORDS,
    description=st.just("") | _WORDS | st.just("Two\n\nparts"),
    tags=st.lists(st.sampled_from(["launch", "培训", "Q3"]), unique=True).map(tuple),
    duration_ms=_NUMBER,
    cover=_MXC,
    cover_width=_NUMBER,
    cover_height=_NUMBER,
    blurhash=st.sampled_from(["", "LEHV6nWB2yk8pyo0adR*.7kCMdnj"]),
    renditions=st.lists(_RENDITION, min_size=1, max_size=4, unique_by=lambda item: item.uri).map(tuple),
    chapters=st.lists(
        st.builds(Chapter, at_ms=st.integers(0, 9999), title=_WORDS), unique_by=lambda item: item.at_ms
    ).map(lambda found: tuple(sorted(found, key=lambda item: item.at_ms))),
    subtitles=st.lists(
        st.builds(
            SubtitleTrack,
            language=st.sampled_from(["", "zh-Hans", "en"]),
            label=st.just("") | _WORDS,
            format=st.sampled_from(["srt", "vtt", "ass"]),
            uri=_MXC,
            size_bytes=st.integers(1, 2_000_000),
        ),
        max_size=3,
        unique_by=lambda item: item.uri,
    ).map(tuple),
    storyboard=st.none() | st.just(Storyboard(ContentURI("mxc://a.org/story"), 5, 4, 2000, 160, 90)),
    form=st.none() | st.builds(FormLink, template_id=_WORDS, label=_WORDS),
    recording_of=st.none() | st.just(EventID("$live")),
    filename=_WORDS,
)


@given(_POST)
def test_a_video_comes_back_as_it_was_written(post: Post) -> None:
    assert post_of(content_of(post)) == post


@given(_POST, st.integers(0, 1 << 41), st.none() | st.integers(1, 1 << 41))
def test_a_live_stream_comes_back_as_it_was_written(post: Post, starts: int, ends: int | None) -> None:
    live = Post(
        title=post.title,
        description=post.description,
        tags=post.tags,
        cover=post.cover,
        form=post.form,
        live=LiveStream("https://live.tuxi.example/hall.m3u8", starts, ends),
    )
    assert post_of(content_of(live)) == live


@given(st.text(max_size=60))
def test_no_address_of_a_stranger_breaks_the_reading_of_links(text: str) -> None:
    for begin in (
        "",
        "https://matrix.to/#/",
        "https://matrix.to/#/!r:s/$e?",
        "matrix:",
        "matrix:roomid/r:s/e/",
    ):
        link = read_link(begin + text)
        assert link is None or link.room[0] in "!#"


@given(
    st.from_regex(r"[!][^\s/?\x00-\x1f\x7f\ud800-\udfff]{1,40}", fullmatch=True),
    st.from_regex(r"[$][!-~]{1,40}", fullmatch=True),
    st.none() | st.integers(0, 10**8),
    st.lists(st.from_regex(r"[a-z.]{1,9}(:[0-9]{4})?", fullmatch=True), unique=True, max_size=5).map(tuple),
)
def test_a_link_leads_where_it_was_written_to(
    room: str, event: str, at_ms: int | None, via: tuple[str, ...]
) -> None:
    link = read_link(post_link(RoomID(room), EventID(event), at_ms, via))
    assert link is not None
    assert link == (room, event, None if at_ms is None else at_ms // 1000 * 1000, via)
    assert read_link(channel_link(room, via)) == (room, None, None, via)


@given(_ANY, _ANY, _ANY, _ANY, st.lists(st.text(max_size=9), max_size=4))
def test_nonsense_for_rules_gives_an_audience(
    create: object, join: object, history: object, acl: object, servers: list[str]
) -> None:
    found = audience_of(
        {"m.federate": create},
        {"join_rule": "invite", "x": join},
        {"history_visibility": history if isinstance(history, str) else "shared"},
        {"allow": acl, "deny": acl},
        servers,
        "tuxi.example",
    )
    assert (found.visibility is Visibility.PARTNERS) == bool(found.servers)
    role_of({"users": create, "users_default": acl}, "@a:b")
    editors_of([{"users": join}, {}])


@given(st.lists(st.from_regex(r"[a-z]{1,9}\.(org|example)(:\d{4})?", fullmatch=True), max_size=5))
def test_the_rule_written_for_partners_is_read_as_those_partners(servers: list[str]) -> None:
    acl = acl_content(servers, "tuxi.example:8448")
    found = audience_of(
        {}, {"join_rule": "public"}, {"history_visibility": "world_readable"}, acl, servers, "tuxi.example"
    )
    hosts = {server.partition(":")[0] for server in servers} - {"tuxi.example"}
    wanted = Audience(Visibility.PARTNERS, tuple(sorted(hosts))) if hosts else Audience(Visibility.INTERNAL)
    assert found == wanted
