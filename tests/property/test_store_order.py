"""The timeline keeps the server's order, names every gap, and loses nothing, however it was delivered."""

import asyncio
import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.sync import RoomUpdate, SyncBatch
from app.store.cache import Cache
from tests.helpers.store_history import ROOM, OpenCache, event

steps = st.lists(
    st.one_of(
        st.tuples(st.just("news"), st.integers(1, 12), st.integers(1, 8)),
        st.tuples(st.just("restart"), st.integers(1, 10), st.just(0)),
        st.tuples(st.just("page"), st.integers(0, 3), st.integers(1, 5)),
        st.tuples(st.just("fetch"), st.integers(0, 40), st.just(0)),
    ),
    min_size=1,
    max_size=30,
)


class HonestServer:
    """Sends what came since the last answer, cut to a window; restarts send the newest window again."""

    def __init__(self, cache: Cache) -> None:
        self.cache, self.line, self.sent = cache, [event("e0")], 0

    async def play(self, what: str, a: int, b: int) -> None:
        if what == "news":
            self.line += [event(f"e{len(self.line) + n}") for n in range(a)]
            await self._deliver(max(self.sent, len(self.line) - b), is_limited=len(self.line) - b > self.sent)
        elif what == "restart":
            await self._deliver(max(0, len(self.line) - a), is_limited=True, is_initial=True)
        elif what == "page":
            await self.page(a, b)
        else:
            await self.cache.add_event(self.line[a % len(self.line)])

    async def _deliver(self, start: int, **flags: Any) -> None:
        limited, initial = flags["is_limited"], flags.get("is_initial", False)
        self.sent = len(self.line)
        window = RoomUpdate(
            ROOM,
            timeline=tuple(self.line[start:]),
            limited=limited,
            is_initial=initial,
            prev_batch=f"t{start}" if start else None,
        )
        await self.cache.apply_sync(SyncBatch(positions=(), rooms=(window,)))

    async def page(self, which: int, limit: int) -> bool:
        """Ask for a page of history or of a gap; gives whether there was anything to ask."""
        tokens = [gap.prev_batch for gap in self.cache.read.gaps(ROOM)]
        conn: Any = self.cache.read._conn
        row = conn.execute("SELECT prev_token FROM room").fetchone()
        tokens += [row[0]] if row and row[0] else []
        if not tokens:
            return False
        token = tokens[which % len(tokens)]
        end = int(token[1:])
        start = max(0, end - limit)
        page = self.line[start:end][::-1]
        await self.cache.add_messages(ROOM, page, token, f"t{start}" if start else None)
        return True


def rows(cache: Cache) -> list[int | None]:
    """Numbers of the shown events; None for a gap."""
    extent = cache.read.extent(ROOM)
    items = cache.read.items(ROOM, 0, extent.row_count)
    assert [item.row for item in items] == list(range(extent.row_count))
    return [int(item.body[1:]) if item.body else None for item in items]


def check_order(found: list[int | None]) -> None:
    """Neighbours are neighbours at the server too, or a gap stands between them."""
    numbers = [n for n in found if n is not None]
    assert numbers == sorted(set(numbers))
    for left, right in itertools.pairwise(found):
        if left is not None and right is not None:
            assert right == left + 1


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_rows_follow_the_server_with_a_gap_wherever_something_is_missing(
    history: list[tuple[str, int, int]],
) -> None:
    async def body() -> None:
        with OpenCache() as cache:
            server = HonestServer(cache)
            await server.play("news", 3, 8)
            for step in history:
                await server.play(*step)
                check_order(rows(cache))
            while await server.page(0, 3):
                check_order(rows(cache))
            assert rows(cache) == list(range(len(server.line)))

    asyncio.run(body())
