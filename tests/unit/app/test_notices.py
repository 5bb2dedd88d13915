"""Notices: one per room after an absence, none for what is looked at, gone when it is read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.changes import ChangeFeed, Changes
from app.clock import SystemClock
from app.domain.approvals.state import RequestStatus
from app.domain.connection import ConnectionKind
from app.domain.ids import EventID, RoomID, UserID
from app.domain.rooms import NotifyLevel, PreviewKind, RoomSummary
from app.domain.sync import Membership
from app.domain.timeline import DingMark, ItemKind, TimelineItem
from app.notifications.approvals import ApprovalNews, ApprovalNotice
from app.notifications.service import Notice, Notification, NotificationService, Withdrawal
from app.settings import Settings
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor
from tests.helpers.ding_rows import ding

ROOM, OTHER = RoomID("!a"), RoomID("!b")


class QuickClock(SystemClock):
    """A clock whose waits are a thousand times shorter and that has been running for long."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 1000)


def _room(room_id: RoomID) -> RoomSummary:
    return RoomSummary(
        room_id=room_id,
        name=f"room {room_id}",
        avatar=None,
        membership=Membership.JOIN,
        room_type=None,
        is_direct=False,
        direct_user=None,
        is_external=False,
        is_favourite=False,
        is_encrypted=False,
        level=NotifyLevel.ALL,
        last_ts=0,
        preview_kind=PreviewKind.TEXT,
        preview_sender=None,
        preview_sender_name="",
        preview_text="",
        unread=3,
        mentions=0,
        is_marked_unread=False,
        draft="",
        send_state=cast(Any, "none"),
        joined_count=2,
        topic="",
    )


@dataclass
class FakeReader:
    """Just enough of a cache."""

    rooms: dict[RoomID, RoomSummary] = field(default_factory=dict)
    items: dict[str, TimelineItem] = field(default_factory=dict)
    items_read: int = 0
    open_dings: set[str] = field(default_factory=set)

    requests: dict[RoomID, Any] = field(default_factory=dict)

    @property
    def dings(self) -> "FakeReader":
        return self

    @property
    def approvals(self) -> "FakeRequests":
        return FakeRequests(self.requests)

    def summary(self, event_id: str) -> Any:
        return ding() if event_id in self.open_dings else None

    def room(self, room_id: RoomID) -> RoomSummary | None:
        return self.rooms.get(room_id)

    def room_page(self, rooms: Sequence[RoomID]) -> list[RoomSummary]:
        return [self.rooms[room] for room in rooms if room in self.rooms]

    def item(self, room_id: RoomID, event_id: str) -> TimelineItem | None:
        self.items_read += 1
        return self.items.get(event_id)


@dataclass
class FakeRequests:
    """Just enough of `ApprovalReads`."""

    rows: dict[RoomID, Any]

    def watched(self, now_ms: int) -> list[RoomID]:
        return list(self.rows)

    def row(self, room_id: RoomID, now_ms: int) -> Any:
        return self.rows.get(room_id)


class FakeCache:
    def __init__(self) -> None:
        self.read = FakeReader({room: _room(room) for room in (ROOM, OTHER)})

    async def read_in_worker(self, read: Any) -> Any:
        return read(self.read)

    def arrive(self, number: int, **values: Any) -> EventID:
        event = EventID(f"${number}")
        item = TimelineItem(
            row=number,
            uid=event,
            kind=ItemKind.TEXT,
            sender=UserID("@z:x"),
            sender_name="张伟",
            sender_avatar=None,
            ts_ms=0,
            body=f"text {number}",
            event_id=event,
        )
        self.read.items[event] = replace(item, **values)
        return event


class Scene:
    """A notification service over fakes."""

    def __init__(self, settings: Settings | None = None) -> None:
        clock = QuickClock()
        self.cache = FakeCache()
        self.changes = ChangeFeed()
        self.monitor = ConnectionMonitor(clock)
        self.heard: list[Notice] = []
        self.service = NotificationService(
            cast(Cache, self.cache), self.changes, self.monitor, settings or Settings(), clock
        )
        self.service.subscribe(self.heard.append)

    async def __aenter__(self) -> "Scene":
        self.service.start()
        await asyncio.sleep(0)  # what waits already is known now
        self.monitor.move_to(ConnectionKind.ONLINE)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.service.stop()

    async def arrive(self, *pairs: tuple[RoomID, EventID]) -> None:
        self.changes.publish(Changes(notifying=pairs))
        await asyncio.sleep(0.02)

    async def move(self, room_id: RoomID, *, is_todo: bool) -> None:
        """A request begins or ceases to wait for me."""
        self.cache.read.requests[room_id] = SimpleNamespace(
            room_id=room_id,
            is_todo=is_todo,
            is_copy=False,
            is_new_copy=False,
            is_mine=False,
            is_whole=True,
            send_state=None,
            status=RequestStatus.PENDING,
            title="张伟的报销",
        )
        self.changes.publish(Changes(approvals=frozenset((room_id,))))
        await asyncio.sleep(0.02)

    @property
    def turns(self) -> list[ApprovalNotice]:
        return [notice for notice in self.heard if isinstance(notice, ApprovalNotice)]

    @property
    def notices(self) -> list[Notification]:
        return [notice for notice in self.heard if isinstance(notice, Notification)]


def test_twelve_messages_of_one_room_are_one_notice(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.cache.read.rooms[ROOM] = _room(ROOM)._replace(unread=12)
            await scene.arrive(*((ROOM, scene.cache.arrive(n)) for n in range(12)))
            assert [(n.count, n.event_id, n.body) for n in scene.notices] == [(12, "$11", "text 11")]

    run(check())


def test_a_flood_of_messages_reads_only_the_newest_of_each_room(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.cache.read.rooms[ROOM] = _room(ROOM)._replace(unread=5_000)
            await scene.arrive(*((ROOM, scene.cache.arrive(n)) for n in range(5_000)))
            assert [(n.count, n.event_id) for n in scene.notices] == [(5_000, "$4999")]
            assert scene.cache.read.items_read <= 16

    run(check())


def test_a_mention_is_the_one_that_is_shown_and_comes_first(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            plain = scene.cache.arrive(1)
            scene.cache.read.rooms[ROOM] = _room(ROOM)._replace(mentions=1)
            named, later = scene.cache.arrive(2, mentions_me=True), scene.cache.arrive(3)
            await scene.arrive((OTHER, plain), (ROOM, named), (ROOM, later))
            assert [(n.room_id, n.event_id, n.is_mention) for n in scene.notices] == [
                (ROOM, named, True),
                (OTHER, plain, False),
            ]

    run(check())


def test_no_notice_for_what_is_looked_at_was_read_recalled_or_is_not_wanted(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.service.set_focus(ROOM)
            await scene.arrive((ROOM, scene.cache.arrive(1)))
            scene.service.set_focus(None)
            await scene.arrive((ROOM, scene.cache.arrive(2, is_redacted=True)))
            scene.cache.read.rooms[ROOM] = _room(ROOM)._replace(unread=0)
            await scene.arrive((ROOM, scene.cache.arrive(3)))
            scene.service.use_settings(Settings(is_notifying=False))
            await scene.arrive((OTHER, scene.cache.arrive(4)))
            scene.service.use_settings(Settings())
            scene.monitor.move_to(ConnectionKind.SYNCING_FIRST)
            await scene.arrive((OTHER, scene.cache.arrive(5)))
            assert scene.heard == []

    run(check())


def test_texts_can_be_kept_off_the_screen(run: Any) -> None:
    async def check() -> None:
        async with Scene(Settings(is_notification_body_shown=False)) as scene:
            await scene.arrive((ROOM, scene.cache.arrive(1)))
            assert scene.notices[0].body == "" and scene.notices[0].sender_name == "张伟"

    run(check())


def test_reading_the_room_takes_its_notice_away_once(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.arrive((ROOM, scene.cache.arrive(1)))
            scene.changes.publish(Changes(rooms=frozenset({ROOM})))
            assert len(scene.heard) == 1, "still unread"
            scene.cache.read.rooms[ROOM] = _room(ROOM)._replace(unread=0)
            for _ in range(2):
                scene.changes.publish(Changes(rooms=frozenset({ROOM})))
            assert scene.heard[1:] == [Withdrawal(ROOM)]

    run(check())


def _mark(*, is_open: bool) -> DingMark:
    return DingMark("notice", "text", None, True, is_open, None, 0, 1)


def test_a_ding_that_waits_for_me_has_its_own_card_one_of_a_muted_sender_is_a_notice(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.arrive((ROOM, scene.cache.arrive(1, ding=_mark(is_open=True))))
            assert scene.heard == []
            await scene.arrive((ROOM, scene.cache.arrive(2, ding=_mark(is_open=False))))
            assert [notice.event_id for notice in scene.notices] == ["$2"]
            plain = scene.cache.arrive(3)
            await scene.arrive((OTHER, plain), (OTHER, scene.cache.arrive(4, ding=_mark(is_open=True))))
            assert [(notice.event_id, notice.count) for notice in scene.notices[1:]] == [(plain, 1)]

    run(check())


def test_a_reding_of_what_waits_for_me_is_no_notice(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.cache.read.open_dings = {"$ding"}
            await scene.arrive((ROOM, scene.cache.arrive(1, nudges=EventID("$ding"))))
            assert scene.heard == []
            await scene.arrive((ROOM, scene.cache.arrive(2, nudges=EventID("$done"))))
            assert len(scene.notices) == 1

    run(check())


def test_notices_wait_for_the_end_of_do_not_disturb(run: Any) -> None:
    async def check() -> None:
        soon = SystemClock().now_ms() + 60_000
        async with Scene(Settings(dnd_until_ms=soon)) as scene:
            await scene.arrive((ROOM, scene.cache.arrive(1)))
            await scene.arrive((ROOM, scene.cache.arrive(2)))
            assert scene.heard == []
            scene.service.use_settings(Settings())
            await asyncio.sleep(0.02)
            assert [(notice.event_id, notice.count) for notice in scene.notices] == [("$2", 2)]

    run(check())


def test_what_is_read_during_quiet_hours_is_no_notice_afterwards(run: Any) -> None:
    async def check() -> None:
        async with Scene(Settings(dnd_until_ms=SystemClock().now_ms() + 60_000)) as scene:
            await scene.arrive((ROOM, scene.cache.arrive(1)))
            scene.cache.read.rooms[ROOM] = _room(ROOM)._replace(unread=0)
            scene.service.use_settings(Settings())
            await asyncio.sleep(0.02)
            assert scene.notices == []

    run(check())


def test_a_notice_that_was_worded_before_the_screen_was_shared_names_nobody(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check() -> None:
        async with Scene() as scene:
            words = scene.service._notices

            def slow(*asked: Any) -> Any:
                found = words(*asked)
                scene.service.set_casting(True)  # while the reading thread had them
                return found

            monkeypatch.setattr(scene.service, "_notices", slow)
            await scene.arrive((ROOM, scene.cache.arrive(1)))
            notice = scene.notices[0]
            assert (notice.body, notice.sender_name, notice.room_name) == ("", "", "")

    run(check())


def test_while_the_screen_is_shared_a_notice_names_nobody(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.service.set_casting(True)
            await scene.arrive((ROOM, scene.cache.arrive(1)))
            notice = scene.notices[0]
            assert (notice.body, notice.sender_name, notice.room_name) == ("", "", "")
            scene.service.set_casting(False)
            await scene.arrive((ROOM, scene.cache.arrive(2)))
            assert scene.notices[1].body == "text 2"

    run(check())


# Approvals


def test_a_request_that_comes_to_wait_for_me_is_told_once(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            await scene.move(ROOM, is_todo=False)
            assert scene.turns == []
            await scene.move(ROOM, is_todo=True)
            await scene.move(ROOM, is_todo=True)
            assert [(one.news, one.title, one.room_id) for one in scene.turns] == [
                (ApprovalNews.MY_TURN, "张伟的报销", ROOM)
            ]

    run(check())


def test_of_a_first_sync_and_while_notices_are_off_nothing_is_told_of_requests(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.monitor.move_to(ConnectionKind.SYNCING_FIRST)
            await scene.move(ROOM, is_todo=True)
            scene.monitor.move_to(ConnectionKind.ONLINE)
            scene.service.use_settings(Settings(is_notifying=False))
            await scene.move(OTHER, is_todo=True)
            scene.service.use_settings(Settings())
            await scene.move(ROOM, is_todo=True)
            await scene.move(OTHER, is_todo=True)
            assert scene.turns == []

    run(check())


def test_notices_of_requests_say_nothing_while_the_screen_is_shared(run: Any) -> None:
    async def check() -> None:
        async with Scene() as scene:
            scene.service.set_casting(True)
            await scene.move(ROOM, is_todo=True)
            assert [(one.title, one.row) for one in scene.turns] == [("", None)]

    run(check())
