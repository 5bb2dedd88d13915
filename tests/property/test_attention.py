"""Red dots under random histories: incremental equals rebuilt, a clear leaves nothing, undo leaves no trace.

The model server and the deliveries are those of `test_store_rebuild`; here the person clears, takes back, marks and
sets levels in between. The cache lies in memory and is emptied, not made anew, so that thousands of histories fit.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from app.domain.attention import ClearKind, ClearScope, ClearState, SourceKind
from app.domain.ids import EventID, RoomID
from app.domain.rooms import NotifyLevel, RoomFilter
from app.domain.sync import Membership, Receipt, RoomUpdate
from app.store.cache import Cache
from app.store.schema import ensure_schema
from app.store.typing_board import TypingBoard
from tests.helpers.store_history import ME, START_MS, FixedClock, everything
from tests.property.test_store_rebuild import (
    PEOPLE,
    ROOMS,
    Player,
    first_events,
    happening,
    live,
    room_no,
    small,
)
from tests.property.test_store_rebuild import steps as other_steps

T = TypeVar("T")
CASES = settings(max_examples=4 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
LATER = START_MS + 20_000_000
ROW = (
    "room_id, membership, unread, mentions, read_ord, is_marked_unread, level, is_listed, last_item, sort_ts"
)


class InlineWorker:
    """Runs jobs where they are asked for."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn

    async def run(self, job: Callable[[Any], T]) -> T:
        return job(self._conn)


class MemoryCache(Cache):
    """The cache without threads and without a file. For one thread, one after another."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self._board, self._me, self._clock = TypingBoard(), ME, FixedClock()
        self._loop, self.on_commit, self._is_closed = None, None, False
        self._is_indexing = True  # nothing is indexed behind our back
        self._writer = InlineWorker(conn)  # type: ignore[assignment]
        self.read = self._new_reader(conn)
        self._blank = dbapi2.connect(":memory:", check_same_thread=False)
        conn.backup(self._blank)

    def empty(self) -> None:
        """Forget everything."""
        self._blank.backup(self._conn)


@pytest.fixture(scope="module")
def memory() -> Iterator[MemoryCache]:
    conn = dbapi2.connect(":memory:", isolation_level=None, check_same_thread=False)
    ensure_schema(conn)
    cache = MemoryCache(conn)
    yield cache
    cache._blank.close()
    conn.close()


class Person(Player):
    """Delivers history, and clears meanwhile. `held` are the clears that can be undone."""

    def __init__(self, cache: Cache, *, clears: bool = True) -> None:
        super().__init__(cache)
        self.held: list[int] = []
        self.made: list[int] = []
        self._clears = clears

    async def clear(self, choice: int, room: int) -> None:
        if not self._clears:
            return
        clear_id = await self.cache.clearing.clear(_scope(choice, room), LATER)
        if choice == 0:
            assert not left_over(self.cache)
        if clear_id is not None:
            self.held.append(clear_id)
            self.made.append(clear_id)

    async def clear_and_undo(self, choice: int, room: int) -> None:
        if not self._clears:
            return
        before = state_of(self.cache)
        clear_id = await self.cache.clearing.clear(_scope(choice, room), LATER)
        if clear_id is None:
            assert state_of(self.cache) == before
            return
        assert await self.cache.clearing.undo(clear_id)
        assert state_of(self.cache) == before

    async def undo(self, which: int) -> None:
        if self.held:
            assert await self.cache.clearing.undo(self.held.pop(which % len(self.held)))

    async def overlap(self, room: int, kinds: list[tuple[str, int, int]], is_newer: bool) -> None:
        """Clear, hear something, clear again, and take one of the two back."""
        await self.clear(0, room)
        await self.live(room, kinds, 0, False)
        await self.clear(0, room)
        if len(self.held) > 1:
            await self.undo(len(self.held) - (1 if is_newer else 2))

    async def go(self, which: int, count: int, noted: int) -> None:
        """The server gets some of a clear; a kill comes before all of it is noted."""
        if not self.held:
            return
        clear_id = self.held[which % len(self.held)]
        sent = await self.cache.clearing.waiting(clear_id, 1 + count)
        assert len(sent) == len(set(sent)) <= 1 + count
        await self.cache.clearing.mark_sent(clear_id, [room for room, _ in sent][:noted])
        self.held.remove(clear_id)
        assert not await self.cache.clearing.undo(clear_id)

    async def restore(self, which: int) -> None:
        if self.made:
            clear_id = self.made[which % len(self.made)]
            await self.cache.clearing.restore(clear_id)
            self.held = [held for held in self.held if held != clear_id]
            assert await self.cache.clearing.restore(clear_id) == 0

    async def mark(self, room: int, is_unread: bool) -> None:
        await self.cache.set_marked_unread(ROOMS[room], is_unread)

    async def level(self, room: int, level: int) -> None:
        await self.cache.set_level(ROOMS[room], list(NotifyLevel)[level])

    async def move(self, room: int, membership: int) -> None:
        """I leave, am invited, come back."""
        now = (Membership.JOIN, Membership.LEAVE, Membership.INVITE)[membership]
        await self._apply(RoomUpdate(ROOMS[room], membership=now))

    async def thread_receipt(self, room: int, back: int, is_main: bool) -> None:
        line = self.server.timelines[ROOMS[room]]
        name = line[-1 - back % len(line)].event_id if line else EventID("$later")
        thread = "main" if is_main else "$root"
        receipt = Receipt(PEOPLE[0], name, "m.read", START_MS, thread)
        await self._apply(RoomUpdate(ROOMS[room], receipts=(receipt,)))


def _scope(choice: int, room: int) -> ClearScope:
    return (
        ClearScope(),
        ClearScope(ClearKind.ROOMS, rooms=(ROOMS[room],)),
        ClearScope(ClearKind.MUTED),
        ClearScope(ClearKind.LIST, list(RoomFilter)[room]),
        ClearScope(ClearKind.OLDER, days=0),
    )[choice]


def left_over(cache: Cache) -> list[Any]:
    """Rooms a clear of everything left, except those of which no event is known: there is nothing to say read up to."""
    conn: Any = cache.read._conn
    return list(
        conn.execute(
            "SELECT room_id FROM room r WHERE membership = 'join' AND (unread > 0 OR mentions > 0 OR is_marked_unread)"
            " AND (counts_event IS NOT NULL OR EXISTS (SELECT 1 FROM event e WHERE e.room = r.id AND e.ord IS NOT NULL"
            " AND e.event_id < '~'))"
        )
    )


def state_of(cache: Cache) -> dict[str, Any]:
    """Everything a person or the server could notice."""
    conn: Any = cache.read._conn
    rows = {
        table: sorted(conn.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
        for table in ("room", "receipt", "account_data", "send_queue", "item")
    }
    extents = [cache.read.extent(room) for room in ROOMS]
    return {**rows, "extents": extents, "totals": cache.read.totals()}


def assert_sources_add_up(cache: Cache) -> None:
    totals, found = cache.read.totals(), cache.read.attention.sources(1000)
    sums: Counter[SourceKind] = Counter()
    for source in found:
        sums[source.kind] += source.count
    lines = Counter(source.kind for source in found)
    assert sums[SourceKind.MENTION] == totals.mentions
    assert sums[SourceKind.MENTION] + sums[SourceKind.UNREAD] + sums[SourceKind.MARKED] == totals.unread, (
        found
    )
    assert lines[SourceKind.MUTED] == totals.muted_rooms
    assert lines[SourceKind.INVITE] == totals.invites
    assert lines[SourceKind.DING] == totals.dings
    assert sums[SourceKind.FAILED_SEND] == totals.failed_sends
    counted = (SourceKind.MENTION, SourceKind.UNREAD, SourceKind.MARKED)
    assert len({source.room_id for source in found if source.kind in counted}) == totals.unread_rooms


choice = st.integers(0, 4)
clearing = st.one_of(
    st.tuples(st.just("clear"), choice, room_no),
    st.tuples(st.just("clear"), st.just(0), room_no),
    st.tuples(st.just("clear_and_undo"), choice, room_no),
    st.tuples(st.just("undo"), small),
    st.tuples(st.just("overlap"), room_no, st.lists(happening, min_size=1, max_size=4), st.booleans()),
)
going = st.one_of(
    st.tuples(st.just("go"), small, st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("restore"), small),
)
personal = st.one_of(
    st.tuples(st.just("mark"), room_no, st.booleans()),
    st.tuples(st.just("level"), room_no, st.integers(0, 2)),
    st.tuples(st.just("move"), room_no, st.integers(0, 2)),
    st.tuples(st.just("thread_receipt"), room_no, small, st.booleans()),
)
histories = st.lists(
    st.one_of(live, clearing, clearing, going, personal, other_steps), min_size=5, max_size=18
)
undone = st.lists(st.one_of(live, clearing, other_steps), min_size=5, max_size=18)
loop_of_module: asyncio.AbstractEventLoop = asyncio.new_event_loop()


@pytest.fixture(autouse=True, scope="module")
def _close_loop() -> Iterator[None]:
    yield
    loop_of_module.close()


async def _begin(person: Person, first: list[tuple[str, int, int]]) -> None:
    await person.happen(0, first)
    await person.sync(0, 1, 8, True, True)


@CASES
@given(first=first_events, history=histories)
def test_counts_written_step_by_step_equal_counts_computed_anew(
    memory: MemoryCache, first: list[tuple[str, int, int]], history: list[tuple[Any, ...]]
) -> None:
    async def body() -> None:
        person = Person(memory)
        await _begin(person, first)
        for step in history:
            await person.play(step)
        assert_sources_add_up(memory)
        await memory.finish_index()
        before = everything(memory), list(memory._conn.execute(f"SELECT {ROW} FROM room ORDER BY id"))
        await memory.rebuild()
        assert (
            everything(memory),
            list(memory._conn.execute(f"SELECT {ROW} FROM room ORDER BY id")),
        ) == before

    memory.empty()
    loop_of_module.run_until_complete(body())


@CASES
@given(first=first_events, history=undone)
def test_clears_that_are_undone_in_any_order_have_never_been(
    memory: MemoryCache, first: list[tuple[str, int, int]], history: list[tuple[Any, ...]]
) -> None:
    """The same history twice, with and without clears, whatever else happens between a clear and its undo."""

    async def body(*, clears: bool) -> list[Any]:
        person = Person(memory, clears=clears)
        await _begin(person, first)
        for step in history:
            await person.play(step)
        while person.held:
            await person.undo(len(person.held) // 2)
        states = {record.state for record in memory.read.attention.clears(0)}
        assert states <= {ClearState.UNDONE}
        assert not [row for row in memory.read.queue() if row.kind.value == "clear"]
        return list(
            memory._conn.execute("SELECT room_id, unread, mentions, read_ord, level FROM room ORDER BY id")
        )

    memory.empty()
    with_clears = loop_of_module.run_until_complete(body(clears=True))
    memory.empty()
    assert loop_of_module.run_until_complete(body(clears=False)) == with_clears


@CASES
@given(first=first_events, history=histories)
def test_every_clear_reaches_the_server_once_and_no_room_is_left_waiting(
    memory: MemoryCache, first: list[tuple[str, int, int]], history: list[tuple[Any, ...]]
) -> None:
    async def body() -> None:
        person = Person(memory)
        await _begin(person, first)
        for step in history:
            await person.play(step)
        before = everything(memory)
        for clear_id in person.made:
            sent: list[RoomID] = []
            while batch := await memory.clearing.waiting(clear_id, 1):
                sent += [room for room, _ in batch]
                await memory.clearing.mark_sent(clear_id, [room for room, _ in batch])
            assert len(sent) == len(set(sent))
        assert everything(memory) == before  # what the server has by now changes nothing here
        assert {record.state for record in memory.read.attention.clears(0)} <= {
            ClearState.DONE,
            ClearState.UNDONE,
        }

    memory.empty()
    loop_of_module.run_until_complete(body())
