"""The sync adapter against a scripted server."""

import asyncio
from typing import Any

import pytest

from app.domain.events import JSONObject
from app.domain.ids import RoomID
from app.domain.sync import SyncBatch
from app.errors import LimitExceeded, NetworkError, ServerError, StrangeAnswer
from app.matrix.list_walk import PERIOD_S, ListWalk
from app.matrix.sync import SyncAdapter
from tests.helpers.fault_server import Fault, Reply, Request
from tests.helpers.matrix_rig import Rig, encoded, event, member, offers, rig, run

SLIDING = "/org.matrix.simplified_msc3575/sync"
CLASSIC = "/v3/sync"


class SlidingServer:
    """Answers sliding sync for an account of so many rooms; forgets positions on demand."""

    def __init__(self, rooms: int) -> None:
        self.rooms = [f"!r{number}:test" for number in range(rooms)]
        self.known_pos: str | None = None
        self.sent: set[str] = set()
        self.polls: list[JSONObject] = []
        self.queries: list[dict[str, str]] = []
        self.release = asyncio.Event()

    async def __call__(self, request: Request) -> Reply:
        body, query = request.json(), request.query
        self.polls.append(body)
        self.queries.append(query)
        if "pos" in query and query["pos"] != self.known_pos:
            return Reply({"errcode": "M_UNKNOWN_POS"}, 400)
        if "pos" not in query:
            self.sent.clear()
        if int(query["timeout"]):
            await asyncio.wait_for(self.release.wait(), int(query["timeout"]) / 1000)
        self.known_pos = f"p{len(self.polls)}"
        asked = {room for part in body["lists"].values() for room in self._rows(part)}
        asked |= set(body["room_subscriptions"])
        fresh = sorted(asked - self.sent)
        self.sent |= asked
        rooms = {room: {"initial": True, "timeline": [event(hash(room) % 10**6)]} for room in fresh}
        lists = {name: {"count": len(self.rooms)} for name in body["lists"]}
        return Reply({"pos": self.known_pos, "lists": lists, "rooms": rooms})

    def _rows(self, part: JSONObject) -> list[str]:
        return [room for first, last in part["ranges"] for room in self.rooms[first : last + 1]]


def adapter(r: Rig, positions: dict[str, str] | None = None, *, sliding: bool = True) -> SyncAdapter:
    return SyncAdapter(r.client, offers(sliding=sliding), positions or {})


def pages(server: SlidingServer) -> list[Any]:
    return [poll["lists"].get("rest", {}).get("ranges") for poll in server.polls]


def test_the_top_comes_first_and_then_all_the_rest() -> None:
    async def test() -> None:
        async with rig() as r:
            server = SlidingServer(950)
            r.server.on("POST", SLIDING, server)
            sync = adapter(r)
            batches: list[SyncBatch] = []
            while not (batches and batches[-1].complete):
                batches.append(await sync.next_rooms(30_000))
            assert pages(server) == [None, [[20, 99]], [[90, 299]], [[290, 599]], [[590, 1099]]]
            assert [len(batch.rooms) for batch in batches] == [20, 80, 200, 300, 350]
            assert [batch.room_total for batch in batches] == [950] * 5
            assert server.polls[0]["lists"]["top"]["timeline_limit"] == 20
            assert server.polls[1]["lists"]["rest"]["timeline_limit"] == 1
            assert {query["timeout"] for query in server.queries} == {"0"}
            assert batches[-1].extra["present_rooms"] == sorted(server.rooms)
            assert dict(batches[-1].positions)["sliding.complete"] == "1"
            server.release.set()
            steady = await sync.next_rooms(30_000)
            assert (server.queries[-1]["timeout"], pages(server)[-1], steady.complete) == (
                "30000",
                None,
                True,
            )
            assert "present_rooms" not in steady.extra

    run(test())


def test_a_small_account_is_complete_at_once_and_an_empty_one_too() -> None:
    async def test() -> None:
        for count in (0, 3):
            async with rig() as r:
                r.server.on("POST", SLIDING, SlidingServer(count))
                batch = await adapter(r).next_rooms(30_000)
                assert (batch.complete, len(batch.rooms)) == (True, count)

    run(test())


def test_a_kept_position_goes_on_and_walks_the_list_once() -> None:
    async def test() -> None:
        async with rig() as r:
            server = SlidingServer(50)
            server.known_pos = "old"
            r.server.on("POST", SLIDING, server)
            kept = {
                "sliding.pos": "old",
                "sliding.conn": "c1",
                "to_device.since": "7",
                "sliding.complete": "1",
            }
            sync = adapter(r, kept)
            first = await sync.next_rooms(30_000)
            assert first.complete
            assert server.queries[0] == {"timeout": "0", "pos": "old"}
            assert server.polls[0]["conn_id"] == "c1"
            assert server.polls[0]["extensions"]["to_device"] == {"enabled": True, "since": "7"}
            second = await sync.next_rooms(30_000)
            assert pages(server) == [None, [[20, 99]]]
            # Rooms the server did not repeat are not gone.
            assert "present_rooms" not in second.extra

    run(test())


def test_a_forgotten_position_starts_over_in_the_same_call() -> None:
    async def test() -> None:
        async with rig() as r:
            server = SlidingServer(5)
            r.server.on("POST", SLIDING, server)
            sync = adapter(r, {"sliding.pos": "old", "sliding.complete": "1", "to_device.since": "7"})
            batch = await sync.next_rooms(30_000)
            assert [query.get("pos") for query in server.queries] == ["old", None]
            assert batch.rooms and all(room.is_initial for room in batch.rooms)
            assert batch.extra["present_rooms"] == sorted(server.rooms)
            assert server.polls[1]["extensions"]["to_device"]["since"] == "7"
            server.known_pos = None
            assert len((await sync.next_rooms(30_000)).rooms) == 5

    run(test())


def test_the_list_is_walked_again_after_a_while() -> None:
    async def test() -> None:
        async with rig() as r:
            server = SlidingServer(30)
            server.release.set()
            r.server.on("POST", SLIDING, server)
            sync = adapter(r)
            for _ in range(3):
                await sync.next_rooms(1000)
            assert pages(server) == [None, [[20, 99]], None]
            r.clock.passed_s += PERIOD_S
            await sync.next_rooms(1000)
            await sync.next_rooms(1000)
            assert pages(server)[3:] == [[[20, 99]], None]

    run(test())


def test_opening_a_room_begins_the_poll_again() -> None:
    async def test() -> None:
        async with rig() as r:
            server = SlidingServer(3)
            r.server.on("POST", SLIDING, server)
            sync = adapter(r)
            await sync.next_rooms(0)
            poll = asyncio.create_task(sync.next_rooms(30_000))
            await r.server.received(2)
            sync.subscribe([RoomID("!open:test")])
            await r.server.received(3)
            assert server.queries[1] == server.queries[2]
            subscribed = server.polls[2]["room_subscriptions"]["!open:test"]
            assert (subscribed["timeline_limit"], subscribed["required_state"][0]) == (50, ["*", "*"])
            # Closing it, or naming it again, is no reason to disturb the poll.
            sync.subscribe([RoomID("!open:test")])
            sync.subscribe([])
            server.release.set()
            batch = await poll
            assert [room.room_id for room in batch.rooms] == ["!open:test"]
            await sync.next_rooms(0)
            assert server.polls[3]["room_subscriptions"] == {}

    run(test())


def test_a_cancelled_poll_leaves_the_position() -> None:
    async def test() -> None:
        async with rig() as r:
            server = SlidingServer(3)
            r.server.on("POST", SLIDING, server)
            sync = adapter(r)
            await sync.next_rooms(0)
            poll = asyncio.create_task(sync.next_rooms(30_000))
            await r.server.received(2)
            poll.cancel()
            with pytest.raises(asyncio.CancelledError):
                await poll
            server.release.set()
            await sync.next_rooms(30_000)
            assert server.queries[1]["pos"] == server.queries[2]["pos"]

    run(test())


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.LOSE_REPLY, NetworkError),
        (Fault.CUT, NetworkError),
        (Fault.TRUNCATE, StrangeAnswer),
        (Fault.HTML, StrangeAnswer),
        (Fault.LIMIT, LimitExceeded),
        (Fault.BAD_GATEWAY, ServerError),
    ],
)
@pytest.mark.parametrize("is_sliding", [True, False])
def test_a_failed_poll_is_simply_polled_again(fault: Fault, kind: type[Exception], is_sliding: bool) -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("POST", SLIDING, SlidingServer(3))
            r.server.on("GET", CLASSIC, Reply({"next_batch": "s1", "rooms": {"join": {"!a:t": {}}}}))
            r.server.on(
                "*",
                "sync",
                SlidingServer(3) if is_sliding else Reply({"next_batch": "x"}),
                fault=fault,
                times=2,
            )
            sync = adapter(r, sliding=is_sliding)
            with pytest.raises(kind):
                await sync.next_rooms(0)
            r.server.forget_rules()
            r.server.on("POST", SLIDING, SlidingServer(3))
            r.server.on("GET", CLASSIC, Reply({"next_batch": "s1", "rooms": {"join": {"!a:t": {}}}}))
            assert len((await sync.next_rooms(0)).rooms) == (3 if is_sliding else 1)

    run(test())


def test_a_position_that_only_brings_nonsense_is_given_up() -> None:
    async def test() -> None:
        async with rig() as r:
            server = SlidingServer(3)
            server.known_pos = "bad"

            async def answer(request: Request) -> Reply:
                return Reply(b"nonsense") if request.query.get("pos") == "bad" else await server(request)

            r.server.on("POST", SLIDING, answer)
            sync = adapter(r, {"sliding.pos": "bad"})
            assert len((await sync.next_rooms(0)).rooms) == 3
            assert [query.get("pos") for query in (request.query for request in r.server.requests)] == [
                "bad",
                "bad",
                None,
            ]
            # A portal that answers everything with its page is an error, and the position was not the reason.
            r.server.on("POST", SLIDING, fault=Fault.HTML)
            with pytest.raises(StrangeAnswer):
                await sync.next_rooms(0)
            r.server.forget_rules()
            r.server.on("POST", SLIDING, server)
            await sync.next_rooms(0)
            assert r.server.requests[-1].query["pos"] == "p1"

    run(test())


def test_a_batch_that_could_not_be_kept_is_asked_for_again() -> None:
    async def test() -> None:
        async with rig() as r:
            server = SlidingServer(3)
            r.server.on("POST", SLIDING, server)
            sync = adapter(r)
            await sync.next_rooms(0)
            sync.rewind({})
            assert len((await sync.next_rooms(0)).rooms) == 3
            assert "pos" not in server.queries[1]

    run(test())


def test_rooms_left_during_the_first_walk_are_not_present() -> None:
    async def test() -> None:
        async with rig() as r:
            rooms = {
                "!a:t": {"initial": True},
                "!b:t": {"initial": True, "timeline": [member("@me:test", "leave")]},
                "!c:t": {"initial": True, "invite_state": []},
            }
            r.server.on("POST", SLIDING, Reply({"pos": "p", "lists": {"top": {"count": 2}}, "rooms": rooms}))
            batch = await adapter(r).next_rooms(0)
            assert batch.extra["present_rooms"] == ["!a:t", "!c:t"]

    run(test())


def test_the_counts_loop_takes_its_place_and_the_counts_so_far() -> None:
    async def test() -> None:
        async with rig() as r:
            unread = {"room_id": "!a:t", "read": False, "actions": [], "event": {"event_id": "$1"}}
            pages = [{"notifications": [unread], "next_token": "n"}, {"notifications": [unread]}]
            r.server.on("GET", "/notifications", Reply(pages[0]))
            r.server.on("GET", "from=n", Reply(pages[1]))
            r.server.on("GET", CLASSIC, Reply({"next_batch": "s1"}))
            sync = adapter(r)
            first = await sync.next_counts(30_000)
            assert first is not None
            assert first.positions == (("counts.since", "s1"),)
            assert [(room.room_id, room.counts.notifications) for room in first.rooms if room.counts] == [
                ("!a:t", 2)
            ]
            room = {"unread_notifications": {"notification_count": 4, "highlight_count": 0}}
            r.server.on("GET", "since=s1", Reply({"next_batch": "s2", "rooms": {"join": {"!a:t": room}}}))
            second = await sync.next_counts(30_000)
            assert second is not None
            assert second.rooms[0].counts is not None
            assert second.rooms[0].counts.notifications == 4
            r.server.on("GET", "since=s2", Reply({"errcode": "M_UNKNOWN"}, 400))
            third = await sync.next_counts(30_000)
            assert third is not None
            assert third.positions == (("counts.since", "s1"),)

    run(test())


def test_being_removed_from_a_room_far_down_is_looked_for_at_once() -> None:
    async def test() -> None:
        async with rig() as r:
            server = SlidingServer(30)
            r.server.on("POST", SLIDING, server)
            r.server.on("GET", CLASSIC, Reply({"next_batch": "s2", "rooms": {"leave": {"!r25:test": {}}}}))
            sync = adapter(r, {"counts.since": "s1"})
            await sync.next_rooms(0)
            await sync.next_rooms(0)
            poll = asyncio.create_task(sync.next_rooms(30_000))
            await r.server.received(3)
            await sync.next_counts(0)
            await poll
            assert pages(server) == [None, [[20, 99]], None, [[20, 99]]]
            assert [query["timeout"] for query in server.queries] == ["0", "0", "30000", "0"]

    run(test())


def test_a_server_without_notifications_starts_without_counts() -> None:
    async def test() -> None:
        async with rig() as r:
            r.server.on("GET", CLASSIC, Reply({"next_batch": "s1"}))
            batch = await adapter(r).next_counts(0)
            assert batch == SyncBatch(positions=(("counts.since", "s1"),))

    run(test())


def test_classic_sync_needs_no_counts_loop_and_drops_a_refused_position() -> None:
    async def test() -> None:
        async with rig() as r:
            room = {"timeline": {"events": [event(1)]}}
            r.server.on(
                "GET", CLASSIC, Reply(encoded({"next_batch": "s1", "rooms": {"join": {"!a:t": room}}}))
            )
            r.server.on("GET", "since=old", Reply({"errcode": "M_UNKNOWN"}, 400))
            sync = adapter(r, {"classic.since": "old"}, sliding=False)
            assert await sync.next_counts(0) is None
            batch = await sync.next_rooms(30_000)
            assert (batch.complete, batch.rooms[0].is_initial) == (True, True)
            assert batch.extra["present_rooms"] == ["!a:t"]
            again = await sync.next_rooms(30_000)
            assert again.rooms[0].is_initial is False
            query = r.server.requests[-1].query
            assert (query["since"], query["timeout"]) == ("s1", "30000")

    run(test())


def test_a_walk_covers_every_row_whatever_the_length() -> None:
    for total in (0, 1, 20, 21, 99, 100, 101, 1512, 5000):
        walk, seen, ended = ListWalk(), set(range(20)), False
        for _ in range(50):
            page = walk.page(0.0)
            if page is not None:
                seen |= set(range(page[0], page[1] + 1))
            ended = walk.advance(page, total, 0.0)
            if ended:
                break
        assert ended
        assert set(range(total)) <= seen
        assert walk.page(1.0) is None
        assert walk.page(PERIOD_S) == (20, 99)
