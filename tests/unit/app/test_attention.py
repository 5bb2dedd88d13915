"""The kept figures, what they are made of, and a clear as the person asks for it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.attention.clearing import UNDO_MS, Clearing
from app.attention.receipts import send_clear
from app.attention.service import AttentionService
from app.changes import ChangeFeed, Changes
from app.domain.attention import ClearKind, ClearScope, ClearState, SourceKind
from app.domain.ids import EventID, RoomID
from app.domain.rooms import AttentionTotals, NotifyLevel
from app.domain.sending import RequestKind
from app.domain.sync import Membership, Receipt, RoomUpdate
from app.errors import DiskFull, Forbidden, LimitExceeded, NetworkError, TackError
from app.rooms.levels import put_level
from app.store.cache import Cache
from tests.helpers.store_history import (
    ME,
    FixedClock,
    OpenCache,
    batch,
    event,
    event_id,
    message,
    state,
    text,
    update,
)

Run = Callable[[Coroutine[Any, Any, Any]], Any]
NOTHING = AttentionTotals(0, 0, 0, 0, 0)
ROOMS = [RoomID(f"!room{n}:acme.example") for n in range(250)]


class Desk:
    """A cache, the feed of its changes and the service; `heard` are the figures a listener was told."""

    def __init__(self, cache: Cache, clock: FixedClock) -> None:
        self.cache = cache
        self.feed = ChangeFeed()
        self.service = AttentionService(cache, self.feed)
        self.clearing = Clearing(cache, self.service, clock)
        self.heard: list[AttentionTotals] = []

    async def start(self) -> None:
        self.cache.on_commit = self.feed.publish
        self.cache.attach(asyncio.get_running_loop())
        self.service.start()
        self.service.subscribe(self.heard.append)
        await self.rest()

    async def rest(self) -> None:
        """Wait until nothing is being written or read."""
        await self.cache.run(lambda w: None)
        while self.service._reading is not None:
            await self.service._reading


def with_desk(body: Callable[[Desk], Coroutine[Any, Any, None]]) -> Coroutine[Any, Any, None]:
    async def run_it() -> None:
        rig = OpenCache()
        with rig as cache:
            desk = Desk(cache, rig.clock)
            await desk.start()
            try:
                await body(desk)
            finally:
                await desk.service.stop()

    return run_it()


def joined(room: RoomID, *names: str, mentions: bool = False) -> RoomUpdate:
    content = text("x") | ({"m.mentions": {"user_ids": [ME]}} if mentions else {})
    events = tuple(event(f"{room}-{name}", room=room, content=content) for name in ("start", *names))
    read = Receipt(ME, EventID(f"${room}-start"), "m.read", 5)
    return RoomUpdate(room, membership=Membership.JOIN, timeline=events, receipts=(read,))


def test_listeners_hear_what_moved_and_nothing_else(run: Run) -> None:
    async def body(desk: Desk) -> None:
        assert desk.service.totals() == NOTHING and desk.heard == []
        await desk.cache.apply_sync(batch(joined(ROOMS[0], "a", "b")))
        await desk.rest()
        assert [totals.unread for totals in desk.heard] == [2]
        assert desk.service.totals() is desk.heard[-1]
        await desk.cache.apply_sync(batch(update(event("e", type="m.reaction"), room=ROOMS[0])))
        await desk.rest()
        assert len(desk.heard) == 1

    run(with_desk(body))


def test_many_changes_at_once_are_read_once_or_twice(run: Run) -> None:
    async def body(desk: Desk) -> None:
        reads = 0
        read_in_worker = desk.cache.read_in_worker

        async def counted(read: Any) -> Any:
            nonlocal reads
            reads += 1
            return await read_in_worker(read)

        desk.cache.read_in_worker = counted  # type: ignore[method-assign]
        for _ in range(100):
            desk.feed.publish(Changes(is_order_changed=True))
        await desk.rest()
        assert reads == 1

    run(with_desk(body))


def test_a_failing_listener_does_not_silence_the_others(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def body(desk: Desk) -> None:
        def fail(_: AttentionTotals) -> None:
            raise ValueError("ours")

        unsubscribe = desk.service.subscribe(fail)
        heard: list[int] = []
        desk.service.subscribe(lambda totals: heard.append(totals.unread))
        await desk.cache.apply_sync(batch(joined(ROOMS[0], "a")))
        await desk.rest()
        assert heard[-1] == 1
        unsubscribe()
        unsubscribe()

    run(with_desk(body))
    assert "a listener failed" in caplog.text
    caplog.clear()


def test_a_clear_of_everything_shows_zero_before_the_disk_has_it(run: Run) -> None:
    async def body(desk: Desk) -> None:
        await desk.cache.apply_sync(batch(joined(ROOMS[0], "a", mentions=True), joined(ROOMS[1], "b")))
        await desk.rest()
        clear = asyncio.ensure_future(desk.clearing.clear(ClearScope()))
        await asyncio.sleep(0)
        assert not clear.done()
        assert desk.heard[-1][:2] == (0, 0)
        told = len(desk.heard)
        clear_id = await clear
        await desk.rest()
        assert len(desk.heard) == told  # it was true
        assert clear_id is not None and await desk.clearing.undo(clear_id)
        await desk.rest()
        assert desk.heard[-1][:2] == (2, 1)

    run(with_desk(body))


def test_figures_assumed_are_corrected_when_the_write_fails(run: Run) -> None:
    async def body(desk: Desk) -> None:
        await desk.cache.apply_sync(batch(joined(ROOMS[0], "a")))
        await desk.rest()

        async def fail(*_: object, **__: object) -> None:
            desk.feed.publish(Changes(is_order_changed=True))  # a read in between must not show through
            while desk.service._reading is not None:
                await desk.service._reading
            assert desk.heard[-1].unread == 0
            raise DiskFull(path="x")

        desk.cache.clearing._run = fail
        with pytest.raises(DiskFull):
            await desk.clearing.clear(ClearScope())
        await desk.rest()
        assert desk.heard[-1].unread == 1
        desk.service.assume_cleared()
        assert desk.heard[-1].unread == 0
        await desk.rest()
        assert desk.heard[-1].unread == 1

    run(with_desk(body))


def test_a_clear_waits_for_the_undo_time_and_stands_in_the_history(run: Run) -> None:
    async def body(desk: Desk) -> None:
        await desk.cache.apply_sync(batch(joined(ROOMS[0], "a", "b")))
        clear_id = await desk.clearing.clear(ClearScope(ClearKind.ROOMS, rooms=(ROOMS[0],)))
        (row,) = desk.cache.read.queue()
        assert row.not_before_ms - row.created_ms == UNDO_MS
        (record,) = desk.clearing.history()
        assert (record.id, record.kind, record.state) == (clear_id, ClearKind.ROOMS, ClearState.HELD)
        assert (record.rooms, record.unread, record.mentions, record.sent) == (1, 2, 0, 0)
        assert clear_id is not None
        assert await desk.clearing.restore(clear_id) == 1
        assert desk.clearing.history()[0].state is ClearState.UNDONE

    run(with_desk(body))


def test_the_sources_name_what_the_figures_are_made_of(run: Run) -> None:
    async def body(desk: Desk) -> None:
        cache = desk.cache
        invited = state("i", "m.room.member", {"membership": "invite"}, ME, room=ROOMS[9])
        await cache.apply_sync(
            batch(
                joined(ROOMS[0], "a", "b"),
                joined(ROOMS[1], "c", mentions=True),
                joined(ROOMS[2], "d"),
                joined(ROOMS[3]),
                RoomUpdate(ROOMS[9], membership=Membership.INVITE, state=(invited,)),
            )
        )
        await cache.set_level(ROOMS[2], NotifyLevel.NONE)
        await cache.set_marked_unread(ROOMS[3], True)
        await cache.enqueue(message("lost", room=ROOMS[0]))
        await cache.queue_failed("lost", "forbidden", None)  # type: ignore[arg-type]
        found = await desk.service.sources()
        assert [(s.kind, s.room_id, s.count) for s in found] == [
            (SourceKind.FAILED_SEND, ROOMS[0], 1),
            (SourceKind.INVITE, ROOMS[9], 1),
            (SourceKind.MENTION, ROOMS[1], 1),
            (SourceKind.UNREAD, ROOMS[0], 2),
            (SourceKind.MARKED, ROOMS[3], 1),
            (SourceKind.MUTED, ROOMS[2], 1),
        ]
        assert found[3].event_id == event_id(f"{ROOMS[0]}-a")
        assert found[2].event_id == event_id(f"{ROOMS[1]}-c")

    run(with_desk(body))


# The receipts ---------------------------------------------------------------------------------------------------


class Server:
    """Stands for the line: notes receipts and answers what the test wants."""

    def __init__(self) -> None:
        self.client = self
        self.receipts = self
        self.push_rules = self
        self.got: list[tuple[str, str]] = []
        self.refusals: dict[str, TackError] = {}
        self.stops_after: tuple[int, TackError] | None = None
        self.in_flight = self.most_in_flight = 0
        self.rules: list[tuple[Any, ...]] = []
        self.known: dict[str, Any] = {}

    async def send_receipt(self, room_id: str, event_id: str, kind: str, thread: str | None = None) -> None:
        assert kind == "m.read.private" and thread is None
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        if room_id in self.refusals:
            raise self.refusals[room_id]
        if self.stops_after is not None and len(self.got) >= self.stops_after[0]:
            raise self.stops_after[1]
        self.got.append((room_id, event_id))

    async def get(self) -> dict[str, Any]:
        return self.known

    async def put(self, kind: str, rule_id: str, rule: Any, *, after: str | None = None) -> None:
        self.rules.append(("put", kind, rule_id, after))

    async def delete(self, kind: str, rule_id: str) -> None:
        self.rules.append(("delete", kind, rule_id))


async def cleared(desk: Desk) -> int:
    await desk.cache.apply_sync(batch(*(joined(room, "a") for room in ROOMS)))
    clear_id = await desk.clearing.clear(ClearScope())
    assert clear_id is not None
    return clear_id


def test_every_room_gets_one_private_receipt_a_few_at_a_time(run: Run) -> None:
    async def body(desk: Desk) -> None:
        clear_id, server = await cleared(desk), Server()
        await send_clear(desk.cache, server, clear_id)  # type: ignore[arg-type]
        assert sorted(server.got) == sorted((room, f"${room}-a") for room in ROOMS)
        assert server.most_in_flight == 4
        (record,) = desk.clearing.history()
        assert (record.state, record.sent) == (ClearState.DONE, len(ROOMS))
        await send_clear(desk.cache, server, clear_id)  # type: ignore[arg-type]
        assert len(server.got) == len(ROOMS)

    run(with_desk(body))


@pytest.mark.parametrize("error", [LimitExceeded(retry_after_ms=50), NetworkError("reset")])
def test_what_stops_it_is_raised_and_the_next_call_goes_on_there(run: Run, error: TackError) -> None:
    async def body(desk: Desk) -> None:
        clear_id, server = await cleared(desk), Server()
        server.stops_after = (130, error)
        with pytest.raises(type(error)):
            await send_clear(desk.cache, server, clear_id)  # type: ignore[arg-type]
        assert desk.clearing.history()[0].sent == 130
        server.stops_after = None
        await send_clear(desk.cache, server, clear_id)  # type: ignore[arg-type]
        assert sorted(room for room, _ in server.got) == sorted(ROOMS)

    run(with_desk(body))


def test_a_room_that_refuses_is_passed_over(run: Run) -> None:
    async def body(desk: Desk) -> None:
        clear_id, server = await cleared(desk), Server()
        server.refusals = {ROOMS[7]: Forbidden("left", status=403, errcode="M_FORBIDDEN")}
        await send_clear(desk.cache, server, clear_id)  # type: ignore[arg-type]
        assert len(server.got) == len(ROOMS) - 1
        assert desk.clearing.history()[0].state is ClearState.DONE

    run(with_desk(body))


def test_a_call_that_is_cancelled_has_noted_what_went(run: Run) -> None:
    async def body(desk: Desk) -> None:
        clear_id, server = await cleared(desk), Server()
        task = asyncio.ensure_future(send_clear(desk.cache, server, clear_id))  # type: ignore[arg-type]
        while len(server.got) < 30:  # noqa: ASYNC110 (the stand-in tells nobody)
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await desk.rest()
        assert desk.clearing.history()[0].sent >= 30 - 4

    run(with_desk(body))


# Levels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "known", "sent"),
    [
        (NotifyLevel.NONE, {}, [("put", "override", "!r", None), ("delete", "room", "!r")]),
        (
            NotifyLevel.NONE,
            {"global": {"override": [7, {"rule_id": "im.tack.ding"}]}},
            [("put", "override", "!r", "im.tack.ding"), ("delete", "room", "!r")],
        ),
        (NotifyLevel.MENTIONS, {}, [("delete", "override", "!r"), ("put", "room", "!r", None)]),
        (NotifyLevel.ALL, {}, [("delete", "override", "!r"), ("delete", "room", "!r")]),
    ],
)
def test_a_level_is_two_push_rules_behind_that_of_dings(
    run: Run, level: NotifyLevel, known: dict[str, Any], sent: list[tuple[Any, ...]]
) -> None:
    server = Server()
    server.known = known
    run(put_level(server, RoomID("!r"), level))  # type: ignore[arg-type]
    assert server.rules == sent


def test_a_level_is_set_without_the_line(run: Run) -> None:
    async def body(desk: Desk) -> None:
        await desk.cache.apply_sync(batch(joined(ROOMS[0], "a")))
        await desk.cache.set_level(ROOMS[0], NotifyLevel.NONE)
        await desk.rest()
        assert desk.heard[-1][:5] == (0, 0, 0, 0, 1)
        assert [row.kind for row in desk.cache.read.queue()] == [RequestKind.LEVEL]

    run(with_desk(body))
