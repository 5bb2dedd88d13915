"""What stands behind the player: likes from a hostile file, what plays and where it begins, bytes that come late."""

import asyncio
import threading
from typing import Any, cast

import pytest

from app.domain.channels.post import LiveStream, Post, Rendition, SubtitleTrack
from app.domain.channels.rows import Watch
from app.domain.ids import ContentURI
from app.errors import NotFound
from app.media.videos import SourceState, Videos
from ui.operations import Operations
from ui.player_likes import likes_of
from ui.player_subjects import fitting_track, quality_label, resume_ms, stream_of
from ui.video_bytes import LateBytes, buffered_of
from widgets.player.values import MAX_RATE, PlayerLikes

URI = ContentURI("mxc://acme.example/film")
STATE = SourceState(1000, ((0, 250),), False, 400, 5e4, "", False)


def test_likes_of_nothing_are_as_designed() -> None:
    assert likes_of({}) == PlayerLikes()


@pytest.mark.parametrize(
    ("kept", "name", "value"),
    [
        ({"volume": 1e9}, "volume", 80),
        ({"volume": 900}, "volume", 100),
        ({"rate": float("nan")}, "rate", 0.5),
        ({"rate": 99}, "rate", MAX_RATE),
        ({"is_muted": "yes"}, "is_muted", False),
        ({"is_muted": True}, "is_muted", True),
        ({"quality": ["x"]}, "quality", ""),
        ({"subtitle": "zh"}, "subtitle", "zh"),
    ],
)
def test_likes_are_bounded_and_of_their_type(kept: dict[str, Any], name: str, value: object) -> None:
    assert getattr(likes_of(kept), name) == value


def test_how_comments_fly_is_read_with_its_words() -> None:
    danmaku = likes_of(
        {"danmaku": {"is_on": True, "opacity": 7, "blocked": ["spam", 3, "  ", "x" * 99]}}
    ).danmaku
    assert danmaku.is_on
    assert danmaku.opacity == 1.0
    assert danmaku.blocked == ("spam", "x" * 40)
    assert likes_of({"danmaku": "nonsense"}).danmaku == PlayerLikes().danmaku


@pytest.mark.parametrize(
    ("at_ms", "duration_ms", "begins_at"),
    [
        (2_000, 60_000, 0),
        (30_000, 60_000, 30_000),
        (55_000, 60_000, 0),
        (30_000, 0, 30_000),
        (11_000, 20_000, 11_000),
        (591_000, 600_000, 0),
    ],
)
def test_it_goes_on_where_one_stopped_but_not_at_the_very_end(
    at_ms: int, duration_ms: int, begins_at: int
) -> None:
    assert resume_ms(Watch(at_ms=at_ms, duration_ms=duration_ms), duration_ms) == begins_at


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "/etc/passwd", "javascript:x", "dvd://", "https://", "smb://a/b"]
)
def test_a_stream_of_another_sort_is_never_opened(url: str) -> None:
    assert stream_of(Post("x", live=LiveStream(url, 0))) == ""


def test_a_stream_of_a_known_sort_is_taken() -> None:
    assert stream_of(Post("x", live=LiveStream("RTMP://live.example/1", 0))) == "RTMP://live.example/1"


def test_the_subtitles_of_the_interface_are_chosen_unless_one_likes_others() -> None:
    tracks = [SubtitleTrack(code, "", "vtt", URI, 1) for code in ("en", "zh-Hans", "")]
    assert fitting_track(tracks, "", "zh") == 1
    assert fitting_track(tracks, "en-GB", "zh") == 0
    assert fitting_track(tracks, "off", "zh") is None
    assert fitting_track(tracks, "", "fr") is None


def test_a_rendition_is_named_by_its_shorter_side() -> None:
    assert quality_label(Rendition(URI, "video/mp4", 1, 720, 1280), 1) == "720p"
    assert quality_label(Rendition(URI, "video/mp4", 1, None, None), 2) == "Quality 2"


def test_what_is_here_is_told_in_shares() -> None:
    shown = buffered_of(STATE)
    assert shown.ranges == ((0.0, 0.25),)
    assert (shown.is_waiting, shown.waits_for, shown.can_seek_anywhere) == (True, 0.4, False)
    assert buffered_of(STATE._replace(size_bytes=None)).ranges == ()
    assert "disk" in buffered_of(STATE._replace(error_code="disk_full")).error.lower()


class Source:
    """Bytes as `VideoSource` gives them."""

    def __init__(self) -> None:
        self.state = STATE
        self.did: list[str] = []

    def subscribe(self, _listener: object) -> Any:
        return lambda: self.did.append("unsubscribed")

    def size(self) -> int:
        return 4

    def read_at(self, offset: int, count: int) -> bytes:
        return b"film"[offset : offset + count]

    def abort(self) -> None:
        self.did.append("abort")

    def resume(self) -> None:
        self.did.append("resume")

    def retry(self) -> None:
        self.did.append("retry")

    async def close(self) -> None:
        self.did.append("close")


class Shelf:
    """`Videos` that opens when it is let."""

    def __init__(self) -> None:
        self.source, self.gate, self.error = Source(), asyncio.Event(), False

    async def open(self, _uri: object, _hint: object) -> Source:
        await self.gate.wait()
        if self.error:
            raise NotFound
        return self.source


def late(shelf: Shelf, moved: list[LateBytes]) -> tuple[LateBytes, Operations]:
    operations = Operations(asyncio.get_running_loop())
    return LateBytes(cast("Videos", shelf), operations, URI, None, moved.append), operations


def test_a_reader_waits_until_the_source_is_open() -> None:
    async def main() -> None:
        shelf, moved = Shelf(), list[LateBytes]()
        given, operations = late(shelf, moved)
        reading = asyncio.create_task(asyncio.to_thread(given.read_at, 1, 2))
        await asyncio.sleep(0)
        assert given.buffered().is_waiting
        shelf.gate.set()
        assert await reading == b"il"
        assert await asyncio.to_thread(given.size) == 4
        given.close()
        await operations.aclose()
        assert shelf.source.did == ["abort", "unsubscribed", "close"]

    asyncio.run(main())


def test_abort_lets_a_waiting_reader_return() -> None:
    async def main() -> None:
        given, operations = late(Shelf(), [])
        done: list[bytes | None] = []
        reader = threading.Thread(target=lambda: done.append(given.read_at(0, 1)))
        reader.start()
        given.abort()
        await asyncio.to_thread(reader.join, 10)
        assert done == [None]
        given.close()
        await operations.aclose()

    asyncio.run(main())


def test_what_cannot_be_opened_says_why_and_can_be_tried_again() -> None:
    async def main() -> None:
        shelf, moved = Shelf(), list[LateBytes]()
        shelf.error = True
        shelf.gate.set()
        given, operations = late(shelf, moved)
        assert await asyncio.to_thread(given.read_at, 0, 1) is None
        assert given.error_code == "not_found"
        assert given.buffered().error
        shelf.error = False
        given.retry()
        assert await asyncio.to_thread(given.read_at, 0, 4) == b"film"
        given.close()
        await operations.aclose()

    asyncio.run(main())


def test_closed_before_it_was_open_the_source_is_closed_when_it_comes() -> None:
    async def main() -> None:
        shelf = Shelf()
        given, operations = late(shelf, [])
        given.close()
        shelf.gate.set()
        for _turn in range(10):
            await asyncio.sleep(0)
        await operations.aclose()
        assert shelf.source.did == ["abort", "close"]

    asyncio.run(main())
