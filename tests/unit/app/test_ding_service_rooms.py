"""A room that the send queue makes is made once: lost replies, kills, limits, refusals, a server that dies half way."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from app.changes import ChangeFeed
from app.clock import SystemClock
from app.domain.connection import ConnectionKind
from app.domain.events import Event
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.sending import QueuedRequest, RequestKind, new_room_id
from app.domain.timeline import SendState
from app.errors import Forbidden, LimitExceeded, NetworkError, NotFound, ServerError
from app.homeserver import Homeserver
from app.media.service import MediaService
from app.sending.attachments import Outbox
from app.sending.queue import SendQueue
from app.sending.uploads import Uploads
from app.sending.wire import Wire
from app.store.cache import Cache
from app.store.values import NewRequest
from app.sync.connection import ConnectionMonitor
from tests.helpers.store_history import ANNA, BOB, ME, OpenCache, batch, event, member, message, state, update

MAKER = TxnID("make")
ROOM = new_room_id(MAKER)


class FakeServer:
    """A homeserver with rooms. `faults` are taken one after another by createRoom."""

    def __init__(self, *faults: str) -> None:
        self.is_open = True
        self.client = self.rooms = self
        self.faults = list(faults)
        self.made: dict[RoomID, dict[str, Any]] = {RoomID("!old:x"): {"creation_content": {}, "invite": []}}
        self.invited: dict[RoomID, set[str]] = {}
        self.said: dict[str, RoomID] = {}
        self.asked = 0
        self.invites = 0
        self.limits: tuple[int, ...] = ()
        self.unreachable: set[str] = set()
        self.is_encrypting = False
        self.unfinished = 0
        """How often it is asked before the room is whole; -1: it died while it made it."""
        self.named: dict[RoomID, str] = {}

    async def create_room(self, content: dict[str, Any]) -> RoomID:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "refuse":
            raise Forbidden("no", status=403, errcode="M_FORBIDDEN")
        if fault == "limit":
            raise LimitExceeded("slow", retry_after_ms=40_000)
        if fault == "drop":
            raise NetworkError("cut")
        if fault == "many" and content["invite"]:
            raise ServerError("Cannot invite so many users at once", status=400, errcode="M_UNKNOWN")
        room_id = RoomID(f"!r{len(self.made)}:x")
        self.made[room_id] = content
        self.invited[room_id] = set() if fault == "half" else set(content["invite"])
        if fault in ("lose", "half"):
            raise NetworkError("cut")
        return room_id

    async def joined_rooms(self) -> tuple[RoomID, ...]:
        self.asked += 1
        return tuple(self.made)

    async def state_content(self, room_id: RoomID, kind: str) -> dict[str, Any]:
        if kind == "m.room.encryption" and self.is_encrypting:
            return {"algorithm": "m.megolm.v1.aes-sha2"}
        if kind in ("m.room.power_levels", "m.room.name") and room_id in self.made:
            return self._last_part()
        if kind != "m.room.create":
            raise NotFound("none", status=404, errcode="M_NOT_FOUND")
        return dict(self.made[room_id]["creation_content"])

    def _last_part(self) -> dict[str, Any]:
        if self.unfinished:
            self.unfinished -= self.unfinished > 0
            raise NotFound("none", status=404, errcode="M_NOT_FOUND")
        return {}

    async def send_state(self, room_id: RoomID, kind: str, key: str, content: dict[str, Any]) -> EventID:
        assert (kind, key) == ("m.room.name", "")
        self.named[room_id] = content["name"]
        return EventID("$name")

    async def members(self, room_id: RoomID) -> tuple[Event, ...]:
        invited = [member(user, membership="invite", room=room_id) for user in self.invited[room_id]]
        return (member(ME, room=room_id), *invited)

    async def invite(self, room_id: RoomID, user_id: UserID) -> None:
        self.invites += 1
        if user_id in self.unreachable:
            raise ServerError("their server is down", status=502, errcode="M_UNKNOWN")
        if self.invites in self.limits:
            raise LimitExceeded("slow", retry_after_ms=1)
        self.invited[room_id].add(user_id)

    async def send_event(self, room_id: RoomID, kind: str, txn_id: TxnID, content: Any) -> EventID:
        assert self.said.setdefault(txn_id, room_id) == room_id
        return EventID(f"${txn_id}")

    @property
    def new_rooms(self) -> list[RoomID]:
        return [room_id for room_id in self.made if room_id != "!old:x"]


class Impatient(SystemClock):
    """A clock that runs a thousand times as fast: waits are kept, and short."""

    def monotonic(self) -> float:
        return super().monotonic() * 1000


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sending.room_making.LOOKS_AFTER_S", (0.0, 0.02, 0.02))
    monkeypatch.setattr("app.sending.room_making.COMPLETE_AFTER_S", (0.0, 0.02, 0.02))


def queue_of(cache: Cache, server: FakeServer) -> SendQueue:
    clock = Impatient()
    monitor = ConnectionMonitor(clock)
    monitor.move_to(ConnectionKind.ONLINE)
    line = cast(Homeserver, server)
    uploads = Uploads(ChangeFeed(), clock)
    wire = Wire(cache, line, cast(Outbox, None), cast(MediaService, None), uploads, SystemClock())
    return SendQueue(cache, line, monitor, wire, clock, lambda: None)


async def queue_room(cache: Cache) -> None:
    content = {"invite": [ANNA, BOB], "creation_content": {"im.tack.txn": MAKER}}
    create = NewRequest(ROOM, RequestKind.CREATE_ROOM, MAKER, content, ROOM)
    await cache.enqueue_all([create, message("one", room=ROOM), message("two", room=ROOM)])


async def running(
    cache: Cache, server: FakeServer, is_so: Callable[[], bool], *, is_waking: bool = True
) -> None:
    """Let the send queue run until something is so."""
    queue = queue_of(cache, server)
    queue.start()
    try:
        async with asyncio.timeout(10):
            while not is_so():
                if is_waking:
                    queue.wake()
                await asyncio.sleep(0.01)
    finally:
        await queue.stop()


def is_said(server: FakeServer) -> Callable[[], bool]:
    return lambda: set(server.said) == {"one", "two"}


def _are_invited(server: FakeServer) -> bool:
    return {ANNA, BOB} in server.invited.values()


def first(cache: Cache) -> QueuedRequest:
    return cache.read.queue()[0]


@pytest.mark.parametrize(
    "faults",
    [(), ("drop",), ("lose",), ("half",), ("drop", "lose"), ("limit",), ("limit", "half"), ("many",)],
)
def test_one_room_is_made_and_everybody_is_in_it(faults: tuple[str, ...]) -> None:
    async def go(cache: Cache) -> None:
        server = FakeServer(*faults)
        await queue_room(cache)
        server.limits = (1, 2, 4)
        await running(cache, server, lambda: is_said(server)() and _are_invited(server))
        (room_id,) = server.new_rooms
        assert server.invited[room_id] == {ANNA, BOB} and set(server.said.values()) == {room_id}

    with OpenCache() as cache:
        asyncio.run(go(cache))


@pytest.mark.parametrize("step", ["queued", "sending", "made", "noted", "said"])
def test_a_kill_at_any_step_makes_no_second_room(step: str) -> None:
    server = FakeServer()

    async def before(cache: Cache) -> None:
        await queue_room(cache)
        if step == "queued":
            return
        await cache.queue_mark_sending(MAKER)
        if step == "sending":
            return
        room_id = await server.create_room(first(cache).content)
        if step == "made":
            return
        await cache.queue_room_made(MAKER, room_id)
        if step == "said":
            await cache.queue_mark_sending(TxnID("one"))
            await server.send_event(room_id, "m.room.message", TxnID("one"), {})

    holder = OpenCache()
    with holder:
        asyncio.run(before(holder.cache))
        holder.reopen()
        asyncio.run(running(holder.cache, server, is_said(server)))
        assert len(server.new_rooms) == 1
        assert set(server.said.values()) == set(server.new_rooms)


def test_a_room_that_the_server_is_still_making_is_waited_for() -> None:
    async def go(cache: Cache) -> None:
        server = FakeServer()
        await queue_room(cache)
        await cache.queue_mark_sending(MAKER)
        content, joined = first(cache).content, server.joined_rooms

        async def slow() -> tuple[RoomID, ...]:
            if server.asked == 1:
                await server.create_room(content)
            return await joined()

        server.joined_rooms = slow  # type: ignore[method-assign]
        await running(cache, server, is_said(server))
        assert len(server.new_rooms) == 1 and server.asked == 2

    with OpenCache() as cache:
        asyncio.run(go(cache))


@pytest.mark.parametrize(("unfinished", "named"), [(2, []), (-1, ["Leave"])])
def test_a_half_made_room_is_waited_for_or_finished(unfinished: int, named: list[str]) -> None:
    async def go(cache: Cache) -> None:
        server = FakeServer("lose")
        server.unfinished = unfinished
        content = {"name": "Leave", "invite": [ANNA], "creation_content": {"im.tack.txn": MAKER}}
        create = NewRequest(ROOM, RequestKind.CREATE_ROOM, MAKER, content, ROOM)
        await cache.enqueue_all([create, message("one", room=ROOM)])
        await running(cache, server, lambda: "one" in server.said)
        assert len(server.new_rooms) == 1 and list(server.named.values()) == named
        assert server.unfinished == min(unfinished, 0)

    with OpenCache() as cache:
        asyncio.run(go(cache))


def test_a_room_that_sync_brought_first_is_taken_without_asking() -> None:
    async def go(cache: Cache) -> None:
        server = FakeServer()
        await queue_room(cache)
        await cache.queue_mark_sending(MAKER)
        room_id = await server.create_room(first(cache).content)
        made = state("create", "m.room.create", {"im.tack.txn": MAKER}, sender=ME, room=room_id)
        await cache.apply_sync(batch(update(event("e", room=room_id), room=room_id, state=(made,))))
        await running(cache, server, is_said(server))
        assert server.new_rooms == [room_id] and server.asked == 0

    with OpenCache() as cache:
        asyncio.run(go(cache))


def test_a_limit_waits_as_long_as_the_server_asks_and_shows_on_what_waits() -> None:
    async def go(cache: Cache) -> None:
        server = FakeServer("limit")
        await queue_room(cache)
        await running(cache, server, lambda: first(cache).error_code == "room_limit", is_waking=False)
        assert [row.error_code for row in cache.read.queue()] == ["room_limit"] * 3
        assert {row.state for row in cache.read.queue()} == {SendState.QUEUED} and not server.new_rooms

    with OpenCache() as cache:
        asyncio.run(go(cache))


def test_a_refusal_fails_all_and_another_try_makes_the_room() -> None:
    async def go(cache: Cache) -> None:
        server = FakeServer("refuse")
        await queue_room(cache)
        await running(cache, server, lambda: first(cache).state is SendState.WEDGED)
        assert {row.error_code for row in cache.read.queue()} == {"forbidden"} and not server.said
        await cache.queue_retry(TxnID("two"))
        await running(cache, server, is_said(server))
        assert len(server.new_rooms) == 1

    with OpenCache() as cache:
        asyncio.run(go(cache))


def test_somebody_whose_server_is_down_does_not_keep_the_others_out() -> None:
    async def go(cache: Cache) -> None:
        server = FakeServer("many")
        server.unreachable = {ANNA}
        await queue_room(cache)
        await running(cache, server, lambda: {BOB} in server.invited.values())
        (row,) = [row for row in cache.read.queue() if row.kind is RequestKind.INVITE]
        assert row.state is not SendState.WEDGED
        server.unreachable = set()
        await running(cache, server, lambda: _are_invited(server))

    with OpenCache() as cache:
        asyncio.run(go(cache))


@pytest.mark.parametrize(
    ("room_type", "code"), [("im.tack.ding", "ding_room_encrypted"), (None, "room_encrypted")]
)
def test_a_server_that_encrypts_new_rooms_is_named_as_the_cause(room_type: str | None, code: str) -> None:
    async def go(cache: Cache) -> None:
        server = FakeServer()
        server.is_encrypting = True
        content = {"invite": [ANNA], "creation_content": {"im.tack.txn": MAKER, "type": room_type}}
        create = NewRequest(ROOM, RequestKind.CREATE_ROOM, MAKER, content, ROOM)
        await cache.enqueue_all([create, message("one", room=ROOM)])
        await running(cache, server, lambda: bool(cache.read.queue(SendState.WEDGED)))
        (row,) = cache.read.queue()
        assert row.error_code == code and not server.said

    with OpenCache() as cache:
        asyncio.run(go(cache))
