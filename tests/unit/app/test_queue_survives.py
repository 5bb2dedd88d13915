"""The send queue when the cache fails under it, and when it does not know what it may send."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest

from app.changes import ChangeFeed
from app.clock import SystemClock
from app.directory.organisation import Unit
from app.directory.service import _department
from app.domain.connection import ConnectionKind
from app.domain.ids import EventID, RoomID, TxnID
from app.domain.sending import QueuedRequest
from app.domain.sync import Membership
from app.errors import DiskFull, Forbidden, NotFound
from app.homeserver import Homeserver
from app.media.service import MediaService
from app.sending.attachments import Outbox
from app.sending.queue import SendQueue
from app.sending.uploads import Uploads
from app.sending.wire import Wire
from app.store.cache import Cache
from app.sync.connection import ConnectionMonitor
from tests.helpers.store_history import ROOM, batch, event, message, run_with_cache, state, update


class FakeLine:
    """A homeserver that takes everything; `encryption` is what it says of the room's state."""

    def __init__(self, encryption: Exception | None = None) -> None:
        self.is_open = True
        self.client = self
        self.rooms = self
        self.media = self
        self.sent: list[str] = []
        self.asked = 0
        self.encryption = encryption
        self.on_upload: Callable[[], Awaitable[object]] | None = None

    async def send_event(self, room_id: RoomID, kind: str, txn_id: TxnID, content: Any) -> EventID:
        self.sent.append(txn_id)
        return EventID(f"${txn_id}")

    async def state_content(self, room_id: RoomID, kind: str) -> dict[str, Any]:
        if kind == "m.room.create":
            return {}
        self.asked += 1
        assert kind == "m.room.encryption"
        if self.encryption is not None:
            raise self.encryption
        return {"algorithm": "m.megolm.v1.aes-sha2"}

    async def upload(self, *_: object) -> str:
        assert self.on_upload is not None
        await self.on_upload()
        return "mxc://a/b"


class FakeOutbox:
    """Nothing is sealed here."""

    async def source(self, path: str) -> str:
        return path


def _wire(cache: Cache, line: FakeLine) -> Wire:
    uploads = Uploads(ChangeFeed(), SystemClock())
    return Wire(
        cache,
        cast(Homeserver, line),
        cast(Outbox, FakeOutbox()),
        cast(MediaService, None),
        uploads,
        SystemClock(),
    )


class _Running:
    """A send queue over a real cache, without waits."""

    def __init__(self, cache: Cache, line: FakeLine) -> None:
        clock = SystemClock()
        monitor = ConnectionMonitor(clock)
        monitor.move_to(ConnectionKind.ONLINE)
        self._queue = SendQueue(
            cache, cast(Homeserver, line), monitor, _wire(cache, line), clock, lambda: None
        )

    async def __aenter__(self) -> SendQueue:
        self._queue.start()
        return self._queue

    async def __aexit__(self, *_: object) -> None:
        await self._queue.stop()


async def _until(is_so: Callable[[], bool], queue: SendQueue) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            queue.wake()
            await asyncio.sleep(0.02)


def _failing_once(cache: Cache, name: str, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Let one call of a writer meet a full disk."""
    real, failed = getattr(cache, name), list[object]()

    async def call(*args: Any) -> Any:
        if not failed:
            failed.append(args)
            raise DiskFull
        return await real(*args)

    monkeypatch.setattr(cache, name, call)
    return failed


async def _join(cache: Cache, *more: Any) -> None:
    await cache.apply_sync(batch(update(event("one"), membership=Membership.JOIN, state=more)))


@pytest.mark.parametrize("writer", ["queue_recover", "queue_mark_sending", "queue_mark_sent", "due"])
def test_a_full_disk_holds_the_queue_up_and_does_not_end_it(
    writer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(cache: Cache) -> None:
        await _join(cache)
        line = FakeLine()
        failed = _failing_once(cache, writer, monkeypatch)
        await cache.enqueue(message("t1"))
        await cache.enqueue(message("t2"))
        async with _Running(cache, line) as queue:
            await _until(lambda: {"t1", "t2"} <= set(line.sent), queue)
            await _until(lambda: [row.state for row in cache.read.queue()] == ["sent", "sent"], queue)
        assert failed and line.sent[0] == "t1" and line.sent[-1] == "t2"

    run_with_cache(send)


def _row(cache: Cache) -> QueuedRequest:
    return cache.read.queue()[0]


def test_a_room_the_cache_does_not_know_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def send(cache: Cache) -> None:
        await cache.enqueue(message("t1", room=RoomID("!lost:acme.example")))
        for line, refusal in (
            (FakeLine(), "room_encrypted"),
            (FakeLine(Forbidden("not in the room", status=403)), "forbidden"),
        ):
            with pytest.raises(Exception) as caught:
                await _wire(cache, line).send(_row(cache))
            assert (getattr(caught.value, "code", ""), line.sent) == (refusal, [])
        plain = FakeLine(NotFound("no such state", status=404, errcode="M_NOT_FOUND"))
        assert await _wire(cache, plain).send(_row(cache)) == "$t1"

    run_with_cache(send)


def test_a_known_room_is_not_asked_for_and_an_encrypted_one_is_refused() -> None:
    async def send(cache: Cache) -> None:
        await _join(cache)
        await cache.enqueue(message("t1"))
        line = FakeLine()
        assert await _wire(cache, line).send(_row(cache)) == "$t1"
        await _join(cache, state("enc", "m.room.encryption", {"algorithm": "x"}))
        edit = {
            "msgtype": "m.text",
            "body": "* x",
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$one"},
        }
        await cache.enqueue(message("t2", content=edit))
        for row in cache.read.queue():
            with pytest.raises(Exception, match="encrypted"):
                await _wire(cache, line).send(row)
        assert (line.sent, line.asked) == (["t1"], 0)

    run_with_cache(send)


def test_a_room_that_turns_encrypted_during_an_upload_gets_no_plain_event() -> None:
    async def send(cache: Cache) -> None:
        await _join(cache)
        await cache.enqueue(message("t1", attachment_path="/x"))
        line = FakeLine()
        line.on_upload = lambda: _join(cache, state("enc", "m.room.encryption", {"algorithm": "x"}))
        with pytest.raises(Exception, match="encrypted"):
            await _wire(cache, line).send(_row(cache))
        assert line.sent == [] and cache.read.room(ROOM) is not None

    run_with_cache(send)


def test_spaces_that_all_name_each_other_make_a_bounded_tree() -> None:
    ids = tuple(RoomID(f"!{n}") for n in range(40))
    units = {room_id: Unit(room_id, room_id, ids) for room_id in ids}
    found = _department(units[ids[0]], units, frozenset(), iter(range(5000)))

    def count(tree: Any) -> int:
        return 1 + sum(count(child) for child in tree.children)

    assert count(found) == 5001
