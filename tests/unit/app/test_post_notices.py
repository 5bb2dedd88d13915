"""Notices of new videos: only where they are wanted, one per channel, one for all after an absence, silent while the screen is shared."""

import asyncio
from typing import Any, cast

from app.changes import ChangeFeed, Changes
from app.clock import SystemClock
from app.domain.channels.channel import Audience, Visibility
from app.domain.channels.rows import PostRow, Watch
from app.domain.connection import ConnectionKind
from app.domain.ids import EventID, RoomID, UserID
from app.notifications.posts import PostNotice
from app.notifications.service import Notice, NotificationService
from app.settings import Settings
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor

WANTED = Settings(is_post_notifying=True)
ROOM, OTHER = RoomID("!a:x"), RoomID("!b:x")


class QuickClock(SystemClock):
    """A clock whose waits are a thousand times shorter."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 1000)


def post(event_id: EventID, room_id: RoomID = ROOM, *, is_new: bool = True) -> PostRow:
    """One post that is not seen yet."""
    empty: dict[str, Any] = dict.fromkeys(PostRow._fields[: PostRow._fields.index("course")])
    return PostRow(**empty)._replace(
        event_id=event_id,
        room_id=room_id,
        channel_name="Training",
        audience=Audience(Visibility.INTERNAL),
        sender=UserID("@anna:x"),
        title=f"title {event_id}",
        watch=Watch(),
        is_new=is_new,
    )


class FakeReads:
    """Just enough of a reader and of `ChannelReads`."""

    def __init__(self) -> None:
        self.posts: dict[EventID, PostRow] = {}
        self.channels = self
        self.approvals = self

    def post(self, event_id: EventID) -> PostRow | None:
        return self.posts.get(event_id)

    def room_page(self, rooms: object) -> list[Any]:
        return []

    def watched(self, now_ms: int) -> list[RoomID]:
        return []


class Scene:
    """The service over fakes; `news` is what it would show."""

    def __init__(self, settings: Settings) -> None:
        clock = QuickClock()
        self.read = FakeReads()
        self.changes = ChangeFeed()
        self.monitor = ConnectionMonitor(clock)
        self.heard: list[Notice] = []
        self.service = NotificationService(cast(Cache, self), self.changes, self.monitor, settings, clock)
        self.service.subscribe(self.heard.append)

    async def read_in_worker(self, read: Any) -> Any:
        return read(self.read)

    async def __aenter__(self) -> "Scene":
        self.service.start()
        await asyncio.sleep(0)
        self.monitor.move_to(ConnectionKind.ONLINE)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.service.stop()

    async def arrive(self, *rows: PostRow) -> None:
        self.read.posts |= {row.event_id: row for row in rows}
        self.changes.publish(Changes(new_posts=tuple((row.room_id, row.event_id) for row in rows)))
        await asyncio.sleep(0)
        if self.service._timer is not None:
            await self.service._timer

    @property
    def news(self) -> list[PostNotice]:
        return [notice for notice in self.heard if isinstance(notice, PostNotice)]


def test_a_new_video_is_told_where_that_is_wanted(run: Any) -> None:
    async def check() -> None:
        async with Scene(WANTED) as scene:
            await scene.arrive(post(EventID("$1")))
            assert scene.news == [PostNotice(ROOM, EventID("$1"), "Training", "title $1")]
        async with Scene(Settings()) as scene:
            await scene.arrive(post(EventID("$1")))
            assert not scene.news

    run(check())


def test_several_of_a_channel_are_one_notice_and_many_channels_one_in_all(run: Any) -> None:
    async def check() -> None:
        async with Scene(WANTED) as scene:
            await scene.arrive(*(post(EventID(f"${n}")) for n in range(3)))
            await scene.arrive(
                *(post(EventID(f"${n}"), RoomID(f"!{n}:x")) for n in range(10, 15)),
                post(EventID("$15"), OTHER),
            )
            assert scene.news == [
                PostNotice(ROOM, None, "Training", "", 3),
                PostNotice(None, None, "", "", 6),
            ]

    run(check())


def test_what_was_seen_or_taken_down_meanwhile_is_not_told(run: Any) -> None:
    async def check() -> None:
        async with Scene(WANTED) as scene:
            seen, gone = post(EventID("$seen"), is_new=False), post(EventID("$gone"))
            scene.changes.publish(Changes(new_posts=((ROOM, gone.event_id),)))
            await scene.arrive(seen)
            assert not scene.news

    run(check())


def test_no_word_of_it_is_shown_where_none_are_wanted_or_the_screen_is_shared(run: Any) -> None:
    async def check() -> None:
        async with Scene(Settings(is_post_notifying=True, is_notification_body_shown=False)) as scene:
            await scene.arrive(post(EventID("$1")))
            scene.service.set_casting(True)
            await scene.arrive(post(EventID("$2")))
            assert scene.news == [
                PostNotice(ROOM, EventID("$1"), "Training", ""),
                PostNotice(ROOM, EventID("$2"), "", ""),
            ]

    run(check())
