"""What is kept up beside: who may let us into a room, where the push rule stands, who is asked whether they are busy."""

import asyncio
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.changes import ChangeFeed
from app.clock import SystemClock
from app.dings.busy import MOST, SIDE_BY_SIDE, BusyPeople
from app.dings.upkeep import DingUpkeep, push_rule, rules_to_put
from app.domain.connection import ConnectionKind
from app.domain.ids import EventID, RoomID, UserID
from app.domain.rooms import NotifyLevel
from app.domain.sync import Membership
from app.errors import DiskFull, Forbidden, NetworkError, NotFound, ServerError
from app.homeserver import Homeserver
from app.store.cache import Cache
from app.store.push_levels import with_level
from app.sync.connection import ConnectionMonitor
from app.timeline.service import TimelineService
from tests.helpers.store_history import ANNA, ME, ROOM, FixedClock, OpenCache, batch, event, state, update

DING, NUDGE = "im.tack.ding", "im.tack.ding.nudge"
INVITED = RoomID("!invited:x")


def rule(name: str, *actions: object, **more: Any) -> dict[str, Any]:
    return {"rule_id": name, "actions": list(actions), **more}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], [(DING, None), (NUDGE, DING)]),
        ([rule(".m.rule.master")], [(DING, None), (NUDGE, DING)]),
        ([rule("!a:x"), rule("!b:x")], [(DING, "!a:x"), (NUDGE, DING)]),
        ([rule("loud", "notify"), rule("!b:x")], [(DING, "!b:x"), (NUDGE, DING)]),
        ([rule(DING, "notify"), rule("!b:x")], [(NUDGE, DING)]),
        ([rule(NUDGE, "notify"), rule(DING, "notify"), rule("!b:x")], []),
        ([rule(DING, "notify"), rule("!b:x"), rule(NUDGE, "notify")], [(NUDGE, DING)]),
        ([rule("!b:x"), rule(DING, "notify")], [(DING, "!b:x"), (NUDGE, DING)]),
        ([rule(DING, "notify", enabled=False)], []),
        ([rule(NUDGE, "notify", enabled=False), rule(DING, "notify")], []),
        ([{"rule_id": 5, "actions": None}, rule(DING)], [(NUDGE, DING)]),
        ([{"actions": 3}, {"rule_id": "!a:x", "actions": 3}], [(DING, "!a:x"), (NUDGE, DING)]),
    ],
)
def test_the_rules_stand_before_the_first_that_silences(
    rules: list[dict[str, Any]], expected: list[tuple[str, str | None]]
) -> None:
    assert rules_to_put(rules) == expected


def test_a_room_muted_here_stands_behind_the_rules_of_dings_before_the_server_knows_of_it() -> None:
    before = {"global": {"override": [rule(NUDGE, "notify"), rule(DING, "notify"), rule("!old:x")]}}
    after = with_level(before, RoomID("!new:x"), NotifyLevel.NONE)["global"]["override"]
    assert [one["rule_id"] for one in after] == [NUDGE, DING, "!new:x", "!old:x"]
    assert rules_to_put(after) == []
    assert with_level({}, RoomID("!new:x"), NotifyLevel.NONE)["global"]["override"][0]["rule_id"] == "!new:x"


@pytest.mark.parametrize(
    ("rule_id", "key"),
    [(DING, "content.im\\.tack\\.ding.v"), (NUDGE, "content.im\\.tack\\.ding\\.nudge.v")],
)
def test_a_rule_matches_what_names_me(rule_id: str, key: str) -> None:
    conditions = push_rule(rule_id, UserID("@me:x"))["conditions"]
    assert [(one["key"], one["value"]) for one in conditions] == [
        (key, 1),
        ("content.m\\.mentions.user_ids", "@me:x"),
    ]


class Profiles:
    """Profiles of people; counts how many are asked at once."""

    def __init__(self, busy: set[str], *, is_cut: bool = False) -> None:
        self.client = self.account = self
        self.busy, self.is_cut = busy, is_cut
        self.asked: list[str] = []
        self.now = self.most = 0

    async def profile_field(self, user: UserID, field: str) -> object:
        self.asked.append(user)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        if self.is_cut:
            raise NetworkError("cut")
        if user not in self.busy:
            raise NotFound("none", status=404, errcode="M_NOT_FOUND")
        return True


def test_few_are_asked_at_once_nobody_twice_and_no_crowd_at_all() -> None:
    people = [UserID(f"@u{n}:x") for n in range(MOST + 10)]
    profiles = Profiles({people[1], people[-1]})

    async def ask() -> None:
        busy = BusyPeople(cast(Homeserver, profiles), SystemClock())
        assert await busy.among(people) == [people[1]]
        assert (len(profiles.asked), profiles.most) == (MOST, SIDE_BY_SIDE)
        assert await busy.among(people[:5]) == [people[1]]
        assert len(profiles.asked) == MOST

    asyncio.run(ask())


def test_without_a_line_nobody_is_known_to_be_busy_and_nobody_is_left_asking() -> None:
    async def ask() -> None:
        profiles = Profiles({"@u0:x"})
        ask_one = profiles.profile_field

        async def cut_for_one(user: UserID, field: str) -> object:
            if user == "@a:x":
                raise NetworkError("cut")
            return await ask_one(user, field)

        profiles.profile_field = cut_for_one  # type: ignore[method-assign]
        busy = BusyPeople(cast(Homeserver, profiles), SystemClock())
        assert await busy.among([UserID("@a:x"), *(UserID(f"@u{n}:x") for n in range(MOST))]) == []
        assert len(asyncio.all_tasks()) == 1 and len(profiles.asked) < SIDE_BY_SIDE

    asyncio.run(ask())


class Line:
    """A server whose rooms may be entered unless `refuses`; keeps what was asked."""

    def __init__(self, refuses: Exception | None = None) -> None:
        self.client = self.rooms = self.push_rules = self
        self.refuses = refuses
        self.joined: list[RoomID] = []
        self.put_rules: list[tuple[str, str | None]] = []
        self.asked = asyncio.Event()

    async def join(self, room_id: RoomID) -> None:
        self.asked.set()
        if self.refuses is not None:
            raise self.refuses
        self.joined.append(room_id)

    async def put(self, kind: str, rule_id: str, rule: Any, *, before: str | None = None) -> None:
        self.asked.set()
        if self.refuses is not None:
            raise self.refuses
        self.put_rules.append((rule_id, before))


def made_upkeep(cache: Cache, line: Line, changes: ChangeFeed | None = None) -> DingUpkeep:
    clock = SystemClock()
    monitor = ConnectionMonitor(clock)
    monitor.move_to(ConnectionKind.ONLINE)
    server = cast(Homeserver, line)
    timelines = TimelineService(cache, server)
    return DingUpkeep(cache, server, timelines, changes or ChangeFeed(), monitor, clock)


async def invite(cache: Cache, sender: str = ANNA, room: RoomID = INVITED) -> None:
    stripped = (
        state("c" + room, "m.room.create", {"type": "im.tack.ding"}, sender=sender, room=room),
        state("i" + room, "m.room.member", {"membership": "invite"}, ME, sender=sender, room=room),
    )
    await cache.apply_sync(batch(update(room=room, membership=Membership.INVITE, state=stripped)))


async def removed(cache: Cache, name: str) -> None:
    gone = state(name, "m.room.member", {"membership": "leave"}, ME, sender=ANNA, room=INVITED)
    await cache.apply_sync(batch(update(room=INVITED, membership=Membership.LEAVE, state=(gone,))))


def in_cache(body: Callable[[Cache], Coroutine[Any, Any, None]]) -> None:
    with OpenCache(FixedClock()) as cache:
        asyncio.run(body(cache))


def test_who_was_removed_and_is_invited_again_is_let_in_again() -> None:
    async def go(cache: Cache) -> None:
        line = Line()
        upkeep = made_upkeep(cache, line)
        for n in range(2):
            await invite(cache)
            await upkeep._enter_rooms()
            await upkeep._enter_rooms()
            assert line.joined == [INVITED] * (n + 1), "once each time"
            await removed(cache, f"out{n}")
            await upkeep._enter_rooms()
        line.refuses = Forbidden("withdrawn", status=403, errcode="M_FORBIDDEN")
        await invite(cache)
        await upkeep._enter_rooms()
        assert upkeep.not_to_enter(cache.read.ding_work.invitations()), "the person is asked"
        await removed(cache, "out2")
        await upkeep._enter_rooms()
        line.refuses = None
        await invite(cache)
        await upkeep._enter_rooms()
        assert line.joined == [INVITED] * 3

    in_cache(go)


def test_a_thousand_strangers_keep_no_colleague_out_and_are_looked_up_little_by_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def go(cache: Cache) -> None:
        for n in range(510):
            await invite(cache, f"@s{n}:far.example", RoomID(f"!s{n}:far.example"))
        await invite(cache)
        reads = cache.read.ding_work
        looked: list[str] = []
        knows = reads._knows

        def noted(user: str) -> bool:
            looked.append(user)
            return knows(user)

        monkeypatch.setattr(reads, "_knows", noted)
        found = reads.invitations()
        assert found[-1].inviter == ANNA and found[-1].is_known and len(found) == 500
        assert len(looked) == 2
        for _ in range(3):
            reads.invitations()
        assert len(set(looked)) == 8, "others each time"

    in_cache(go)


def test_a_full_disk_does_not_end_the_upkeep(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go(cache: Cache) -> None:
        line = Line()
        upkeep = made_upkeep(cache, line)
        await invite(cache)
        read, faults = cache.read_in_worker, [DiskFull("full")]

        async def failing(job: Any) -> Any:
            if faults:
                raise faults.pop()
            return await read(job)

        monkeypatch.setattr(cache, "read_in_worker", failing)
        upkeep.start()
        async with asyncio.timeout(10):
            await line.asked.wait()
        await upkeep.stop()

    in_cache(go)


def test_refused_rules_are_put_again_when_the_rules_moved() -> None:
    async def go(cache: Cache) -> None:
        line = Line(ServerError("before rule not found", status=400, errcode="M_UNKNOWN"))
        changes = ChangeFeed()
        cache.on_commit = changes.publish
        cache.attach(asyncio.get_running_loop())
        await cache.apply_sync(
            batch(update(event("a")), account_data=(("m.push_rules", {"global": {"override": []}}),))
        )
        upkeep = made_upkeep(cache, line, changes)
        upkeep.start()
        async with asyncio.timeout(10):
            await line.asked.wait()
            line.asked.clear()
            line.refuses = None
            moved = {"global": {"override": [rule("!m:x")]}}
            await cache.apply_sync(batch(account_data=(("m.push_rules", moved),)))
            await line.asked.wait()
            await asyncio.sleep(0.5)
        await upkeep.stop()
        assert line.put_rules == [(DING, "!m:x"), (NUDGE, DING)], "once"

    in_cache(go)


def test_who_comes_behind_many_others_has_a_turn_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rooms that cannot be filled and dings that were looked at stay where they are: they do not keep out the rest."""
    monkeypatch.setattr("app.dings.upkeep.MOST_ROOMS", 2)
    monkeypatch.setattr("app.dings.upkeep.MOST_DINGS", 2)
    rooms = [RoomID(f"!r{n}:x") for n in range(5)]
    dings = [(ROOM, EventID(f"$d{n}")) for n in range(5)]
    work = SimpleNamespace(
        lacking_ding_rooms=lambda most: rooms[:most],
        unexplained_mentions=lambda most: [],
        doubtful=lambda since_ms, most: dings[:most],
    )

    async def go(cache: Cache) -> None:
        upkeep = made_upkeep(cache, Line())
        filled: list[RoomID] = []
        fetched: list[EventID] = []

        async def read(job: Callable[[Any], Any]) -> Any:
            return job(SimpleNamespace(ding_work=work))

        async def fill(room_id: RoomID, _: Any) -> None:
            filled.append(room_id)
            upkeep._too_deep.add(room_id)

        async def fetch(room_id: RoomID, event_id: EventID) -> None:
            fetched.append(event_id)
            upkeep._refreshed.add(event_id)

        monkeypatch.setattr(cache, "read_in_worker", read)
        monkeypatch.setattr(upkeep, "_fill", fill)
        monkeypatch.setattr(upkeep, "fetch_reactions", fetch)
        turns = 0
        while upkeep._may_lack:
            upkeep._may_lack, turns = False, turns + 1
            await upkeep._fill_gaps()
            await upkeep._fetch_reactions()
        assert (filled, fetched, turns) == (rooms, [event_id for _, event_id in dings], 3)

    in_cache(go)
