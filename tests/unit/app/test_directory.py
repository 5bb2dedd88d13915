"""Departments: what the account's own spaces say, joined with what the server told of the others; readable offline."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from app.changes import ChangeFeed, Changes
from app.clock import SystemClock
from app.directory.organisation import Organisation, read_tree
from app.directory.service import Department, DirectoryService
from app.domain.events import Event, JSONObject, parse_event
from app.domain.ids import RoomID, UserID
from app.domain.rooms import Profile
from app.domain.sync import Membership, RoomUpdate, SyncBatch
from app.errors import Forbidden, NetworkError
from app.homeserver import Homeserver
from app.matrix.room_pages import HierarchyPage, HierarchyRoom
from app.store.cache import Cache, CacheKey
from tests.helpers.desk import until

ME, LI, WANG = UserID("@me:acme"), UserID("@li:acme"), UserID("@wang:acme")
COMPANY, SALES, LAB, BOARD = (RoomID(f"!{name}:acme") for name in ("company", "sales", "lab", "board"))


def state(room: RoomID, kind: str, key: str, content: JSONObject) -> Event:
    value: JSONObject = {"event_id": f"${room}{kind}{key}", "type": kind, "state_key": key, "sender": ME}
    value |= {"origin_server_ts": 1, "content": content}
    return parse_event(json.dumps(value).encode(), room)


def member(room: RoomID, user: UserID, name: str, membership: str = "join") -> Event:
    return state(room, "m.room.member", user, {"membership": membership, "displayname": name})


def space(room: RoomID, name: str, *children: RoomID) -> RoomUpdate:
    told = [
        state(room, "m.room.create", "", {"type": "m.space"}),
        state(room, "m.room.name", "", {"name": name}),
        member(room, ME, "Me"),
    ]
    told += [state(room, "m.space.child", child, {"via": ["acme"]}) for child in children]
    return RoomUpdate(room, membership=Membership.JOIN, state=tuple(told))


class Server:
    """The endpoints that tell of departments."""

    is_open = True

    def __init__(self) -> None:
        self.client = self.rooms = self
        self.asked: list[str] = []
        self.is_down = False
        self.names = {SALES: "Sales", LAB: "Lab", BOARD: "Board"}
        self.people = {SALES: [(LI, "Li Na"), (WANG, "Wang Min")], LAB: [(LI, "Li Na")]}
        self.below: dict[RoomID, tuple[RoomID, ...]] = {SALES: (LAB,)}
        self.states: dict[RoomID, JSONObject] = {SALES: {"v": 1, "manager": LI}, LAB: {"manager": 3}}
        self.library = RoomID("!library:acme")

    async def hierarchy(self, space_id: RoomID, *, from_: str | None = None) -> HierarchyPage:
        self._answer(f"tree {from_}")
        if from_ is None:
            others = (
                self._unit(RoomID("!chat:acme"), kind=None),
                self._unit(self.library, "im.tack.approvals"),
            )
            return HierarchyPage((self._unit(space_id), *others), "more")
        return HierarchyPage(tuple(self._unit(unit) for unit in self.names), None)

    async def members(self, room_id: RoomID, *, not_membership: str | None = None) -> tuple[Event, ...]:
        self._answer(f"members {room_id}")
        if room_id not in self.people:
            raise Forbidden("not yours", status=403)
        left = member(room_id, UserID("@gone:acme"), "Gone", "invite")
        return (*(member(room_id, user, name) for user, name in self.people[room_id]), left)

    async def state_content(self, room_id: RoomID, event_type: str) -> JSONObject:
        assert event_type == "im.tack.org.unit"
        if room_id not in self.states:
            raise Forbidden("not yours", status=403)
        return self.states[room_id]

    def _answer(self, question: str) -> None:
        if self.is_down:
            raise NetworkError("down")
        self.asked.append(question)

    def _unit(self, room_id: RoomID, kind: str | None = "m.space") -> HierarchyRoom:
        name, below = self.names.get(room_id, "Acme"), self.below.get(room_id, ())
        return HierarchyRoom(room_id, name, "", None, kind, None, 2, "restricted", below, {})


class Scene:
    """A cache, a server, the two services."""

    def __init__(self, cache: Cache) -> None:
        self.cache, self.server, self.heard = cache, Server(), list[Changes]()
        feed = ChangeFeed()
        feed.subscribe(self.heard.append)
        self.loaded: list[RoomID] = []
        line = cast(Homeserver, self.server)
        self.completed = asyncio.Event()
        self.organisation = Organisation(cache, line, feed, self._load, self.completed, SystemClock())
        self.directory = DirectoryService(cache, line, self.organisation, self._load)

    async def _load(self, room_id: RoomID) -> None:
        self.loaded.append(room_id)


@asynccontextmanager
async def scene(folder: Path, *spaces: RoomUpdate) -> AsyncIterator[Scene]:
    cache = Cache.open(folder, CacheKey(raw=bytes(32)), user_id=ME, clock=SystemClock())
    try:
        cache.attach(asyncio.get_running_loop())
        await cache.apply_sync(SyncBatch(positions=(), rooms=spaces))
        yield Scene(cache)
    finally:
        cache.close()


COMPANY_SPACE = space(COMPANY, "Acme", SALES, BOARD)


def test_who_leads_a_department_and_where_templates_lie_is_kept(run: Any, tmp_path: Path) -> None:
    async def check() -> None:
        async with scene(tmp_path, COMPANY_SPACE) as here:
            await here.directory.refresh()
            tree = read_tree(here.cache.read)
            leaders = {unit.room_id: (unit.is_department, unit.manager) for unit in tree.units}
            nobody = (False, None)
            assert leaders == {COMPANY: nobody, SALES: (True, LI), LAB: (True, None), BOARD: nobody}
            assert tree.libraries == (here.server.library,)

    run(check())


def test_departments_nobody_joined_are_known_and_stay_known_offline(run: Any, tmp_path: Path) -> None:
    async def check() -> None:
        async with scene(tmp_path, COMPANY_SPACE) as here:
            assert await here.directory.departments() == (Department(COMPANY, "Acme"),)
            await here.directory.refresh()
            assert here.heard == [Changes(profiles=True)] and here.loaded == [COMPANY]
            here.server.is_down = True
            lab = Department(LAB, "Lab")
            assert await here.directory.departments() == (
                Department(COMPANY, "Acme", (Department(BOARD, "Board"), Department(SALES, "Sales", (lab,)))),
            )
            people = [Profile(LI, "Li Na", None), Profile(WANG, "Wang Min", None)]
            assert await here.directory.department_members(SALES) == people
            assert await here.directory.affiliations() == {LI: "Lab", WANG: "Sales"}
            assert await here.directory.department_members(BOARD) == []
            here.server.is_down = False
            with pytest.raises(Forbidden):
                await here.directory.department_members(BOARD)

    run(check())


def test_the_organisation_is_read_again_when_it_is_old_and_told_only_when_it_moved(
    run: Any, tmp_path: Path
) -> None:
    async def check() -> None:
        async with scene(tmp_path, COMPANY_SPACE) as here:
            await asyncio.gather(here.directory.refresh(), here.directory.refresh())
            assert len(here.server.asked) == 5 and len(here.heard) == 1
            await here.organisation.refresh(older_than_ms=0)
            assert len(here.server.asked) == 10 and len(here.heard) == 1
            del here.server.people[LAB]
            here.server.names.pop(BOARD)
            here.server.people[SALES].pop()
            await here.organisation.refresh(older_than_ms=0)
            assert len(here.heard) == 2
            assert await here.directory.affiliations() == {LI: "Sales"}
            assert len((await here.directory.departments())[0].children) == 1

    run(check())


def test_the_background_reading_waits_for_the_first_sync(run: Any, tmp_path: Path) -> None:
    async def check() -> None:
        async with scene(tmp_path, COMPANY_SPACE) as here:
            here.organisation.start()
            await asyncio.sleep(0.05)
            assert here.server.asked == []
            here.completed.set()
            await until(lambda: here.heard, 5)
            await here.organisation.stop()
            assert len(here.server.asked) == 5

    run(check())


def test_departments_form_a_tree_even_when_they_form_a_circle(run: Any, tmp_path: Path) -> None:
    async def check() -> None:
        circle = (space(COMPANY, "c", SALES, LAB), space(SALES, "r", COMPANY, RoomID("!gone:acme")))
        async with scene(tmp_path, *circle, space(LAB, "s")) as here:
            assert Department(LAB, "s") in (await here.directory.departments())[0].children
        async with scene(tmp_path / "two", circle[0], space(LAB, "s")) as here:
            assert await here.directory.departments() == (Department(COMPANY, "c", (Department(LAB, "s"),)),)

    run(check())
