"""Events and caches for the tests of the store."""

import asyncio
import atexit
import json
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from functools import cache as once
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, TypeVar

from app.changes import Changes
from app.clock import SystemClock
from app.domain.events import Event, parse_event
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.rooms import RoomFilter
from app.domain.sending import RequestKind
from app.domain.sync import RoomUpdate, SyncBatch
from app.store.cache import Cache
from app.store.connection import CacheKey
from app.store.values import NewRequest

ME = UserID("@me:acme.example")
ANNA = UserID("@anna:acme.example")
BOB = UserID("@bob:other.example")
ROOM = RoomID("!room:acme.example")
KEY = CacheKey(raw=bytes(range(32)))
START_MS = 1_700_000_000_000

T = TypeVar("T")


class FixedClock(SystemClock):
    """A wall clock that tests move."""

    def __init__(self, now: int = START_MS + 10_000_000) -> None:
        self.now = now

    def now_ms(self) -> int:
        return self.now


def event(
    name: str,
    *,
    type: str = "m.room.message",
    sender: str = ANNA,
    content: dict[str, Any] | None = None,
    ts: int = START_MS,
    room: RoomID = ROOM,
    **extra: Any,
) -> Event:
    """Make an event as a server would send it."""
    value = {
        "event_id": name if name.startswith(("$", "~")) else f"${name}",
        "type": type,
        "sender": sender,
        "origin_server_ts": ts,
        "content": {"msgtype": "m.text", "body": name, "m.mentions": {}} if content is None else content,
        **extra,
    }
    return parse_event(json.dumps(value).encode(), room)


def text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, "m.mentions": {}, **more}


def state(name: str, type: str, content: dict[str, Any], key: str = "", **more: Any) -> Event:
    return event(name, type=type, content=content, state_key=key, **more)


def member(user: str, displayname: str = "", membership: str = "join", *, n: int = 0, **more: Any) -> Event:
    content = {"membership": membership, **({"displayname": displayname} if displayname else {})}
    return state(f"member-{user[1:]}-{n}", "m.room.member", content, user, **{"sender": user, **more})


def reaction(name: str, target: str, key: str, sender: str = ANNA, **more: Any) -> Event:
    relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
    return event(name, type="m.reaction", content={"m.relates_to": relation}, sender=sender, **more)


def edit(name: str, target: str, body: str, sender: str = ANNA, **more: Any) -> Event:
    relation = {"rel_type": "m.replace", "event_id": target}
    content = text(f"* {body}", **{"m.new_content": text(body), "m.relates_to": relation})
    return event(name, content=content, sender=sender, **more)


def redaction(name: str, target: str, sender: str = ANNA, **more: Any) -> Event:
    return event(
        name, type="m.room.redaction", content={"redacts": target}, redacts=target, sender=sender, **more
    )


def batch(*rooms: RoomUpdate, **more: Any) -> SyncBatch:
    return SyncBatch(positions=(("pos", "1"),), rooms=rooms, **more)


def update(*timeline: Event, room: RoomID = ROOM, **more: Any) -> RoomUpdate:
    return RoomUpdate(room_id=room, timeline=timeline, **more)


def message(txn: str, body: str = "hello", *, room: RoomID = ROOM, **more: Any) -> NewRequest:
    content = more.pop("content", None) or text(body)
    return NewRequest(
        lane=room,
        kind=RequestKind.EVENT,
        txn_id=TxnID(txn),
        content=content,
        room_id=room,
        event_type=more.pop("event_type", "m.room.message"),
        **more,
    )


@once
def _template() -> Path:
    """A migrated empty cache, made once: migrating costs 100 ms."""
    folder = Path(mkdtemp(prefix="tack-store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Cache.open(folder, KEY, user_id=ME).close()
    return folder


class OpenCache:
    """A cache in a folder of its own, closed and removed at the end."""

    def __init__(self, clock: FixedClock | None = None) -> None:
        self._folder = TemporaryDirectory(prefix="tack-store-")
        self.clock = clock or FixedClock()
        for file in _template().iterdir():
            shutil.copy(file, self._folder.name)
        self.cache = self.open()

    def open(self) -> Cache:
        return Cache.open(Path(self._folder.name), KEY, user_id=ME, clock=self.clock)

    def reopen(self) -> Cache:
        self.cache.close()
        self.cache = self.open()
        return self.cache

    def __enter__(self) -> Cache:
        return self.cache

    def __exit__(self, *_: object) -> None:
        self.cache.close()
        self._folder.cleanup()


def run_with_cache(body: Callable[[Cache], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine with a fresh cache."""
    with OpenCache() as cache:
        return asyncio.run(body(cache))


def shown(cache: Cache, room: RoomID = ROOM) -> list[str]:
    """What a person reads, one text per row."""
    extent = cache.read.extent(room)
    return [item.body or item.kind.value for item in cache.read.items(room, 0, extent.row_count)]


def uids(cache: Cache, room: RoomID = ROOM) -> list[str]:
    return [item.uid for item in cache.read.items(room, 0, cache.read.extent(room).row_count)]


def everything(cache: Cache) -> dict[str, Any]:
    """All that can be read of the cache, for comparison."""
    read = cache.read
    conn: Any = read._conn
    rooms = [RoomID(row[0]) for row in conn.execute("SELECT room_id FROM room ORDER BY id").fetchall()]
    found: dict[str, Any] = {"totals": read.totals()._asdict(), "order": read.room_order()}
    for choice in RoomFilter:
        found[f"order {choice}"] = read.room_order(choice)
    for room in rooms:
        extent = read.extent(room)
        summary = read.room(room)
        assert summary is not None
        found[room] = {
            "extent": asdict(extent),
            "items": [asdict(item) for item in read.items(room, 0, extent.row_count)],
            "summary": summary._asdict(),
            "members": [m._asdict() for m in read.members(room, limit=10_000)],
            "files": [item.uid for item in read.files(room)],
        }
    for table, order in (
        ("reaction", "id"),
        ("member", "room, user"),
        ("last_sent", "room, user"),
        ("ding", "id"),
        ("nudge", "id"),
    ):
        found[table] = conn.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
    found["item"] = conn.execute(
        "SELECT i.id, i.room, i.pos - r.first_pos, i.weight, i.mention, i.kind, i.is_redacted, i.edit, i.thread,"
        " i.body FROM item i JOIN room r ON r.id = i.room ORDER BY i.room, i.pos"
    ).fetchall()
    found["search"] = sorted(_indexed(conn))
    return found


def _indexed(conn: Any) -> list[int]:
    return [row[0] for row in conn.execute("SELECT item FROM search_key WHERE code != -1").fetchall()]


class Collector:
    """Keeps published changes."""

    def __init__(self, cache: Cache) -> None:
        self.changes: list[Changes] = []
        cache.on_commit = self.changes.append
        cache.attach(asyncio.get_running_loop())


def event_id(name: str) -> EventID:
    return EventID(f"${name}")
