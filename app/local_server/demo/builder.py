"""Build the company on a homeserver: accounts, the space tree, rooms with members, conversations, marks.

All through the client-server API, as an application service of the server on this computer (it may act as
anybody and set times in the past), except the accounts themselves, which the server's administration makes.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from app.clock import SystemClock
from app.domain.events import JSONObject
from app.domain.ids import RoomID, UserID
from app.errors import LocalServerError
from app.local_server.demo.approval_writer import ApprovalWriter
from app.local_server.demo.asked import Asked
from app.local_server.demo.calendar import Calendar
from app.local_server.demo.channel_writer import ChannelWriter
from app.local_server.demo.people import (
    BY_KEY,
    COMPANY,
    COMPANY_HEAD,
    DEPARTMENTS,
    EMPLOYEES,
    PASSWORD,
    PEOPLE,
    SIGNED_IN,
    TEAMS,
    Person,
)
from app.local_server.demo.script import RoomScript
from app.local_server.demo.writer import RoomWriter
from app.local_server.server import LocalServer
from app.matrix.client import MatrixClient

AT_ONCE = 6
BEFORE_FIRST_MS = 3_600_000
OWNER = "chenjing"
"""Who keeps the organisation: the head of people."""

_READABLE: JSONObject = {
    "type": "m.room.history_visibility",
    "state_key": "",
    "content": {"history_visibility": "world_readable"},
}
"""Who works where may be read by every account of the server, not only by the department itself."""

Progress = Callable[[int, int], None]


class CompanyBuilder:
    """Builds once, on an empty server."""

    def __init__(self, server: LocalServer, client: MatrixClient, calendar: Calendar) -> None:
        self._server = server
        self._client = client
        self._calendar = calendar
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._company: RoomID = RoomID("")
        self.rooms: dict[str, RoomID] = {}

    def user(self, key: str) -> UserID:
        """Give a person's id."""
        return UserID(f"@{key}:{self._server.server_name}")

    async def build(
        self, scripts: list[RoomScript], on_progress: Progress, templates: Sequence[str] = ()
    ) -> None:
        """Build everything; `on_progress(done, total)` counts finished rooms. `templates` are those of approvals, as
        JSON; without any nobody has asked for anything."""
        await asyncio.gather(*(self._account(person) for person in PEOPLE))
        await self._organisation()
        done = 0

        async def room(script: RoomScript) -> None:
            nonlocal done
            async with self._gate:
                await self._room(script)
            done += 1
            on_progress(done, len(scripts))

        # the longest first, so that none is left alone at the end
        ordered = sorted(scripts, key=lambda script: -len(script.lines) - len(script.members))
        async with asyncio.TaskGroup() as group:
            for script in ordered:
                group.create_task(room(script))
        await self._direct_chats(scripts)
        if templates:
            await self._approvals(templates)

    async def add_approvals(self, rooms: dict[str, RoomID], templates: Sequence[str]) -> None:
        """Add what a company that was built before has not: teams, a head, the library, the requests."""
        self.rooms, self._company = dict(rooms), rooms["company"]
        await self._teams_and_head()
        await self._approvals(templates)

    async def add_channels(self, rooms: dict[str, RoomID], films: Path) -> None:
        """Add the video channels; `films` is a folder with the videos (see `films`)."""
        self.rooms = dict(rooms)
        writer = ChannelWriter(self._client, self._server.server_name, self.rooms, self._calendar, films)
        await writer.write(OWNER)

    async def _approvals(self, templates: Sequence[str]) -> None:
        """The library, then all requests."""
        writer = ApprovalWriter(self._client, self._server.server_name, self.rooms, SystemClock())
        await writer.library(templates)

        async def request(one: Asked) -> None:
            async with self._gate:
                await writer.request(one)

        async with asyncio.TaskGroup() as group:
            for one in writer.asked():
                group.create_task(request(one))

    async def _account(self, person: Person) -> None:
        async with self._gate:
            try:
                await self._server.create_user(person.key, PASSWORD, displayname=person.name)
            except LocalServerError as error:
                if error.params.get("errcode") != "M_USER_IN_USE":
                    raise

    async def _organisation(self) -> None:
        """The company's space, a space for each department in it, everybody in both."""
        self._company = await self._space(COMPANY, None)
        async with asyncio.TaskGroup() as group:
            for person in EMPLOYEES:
                group.create_task(self._enter(self._company, person.key))
        async with asyncio.TaskGroup() as group:
            for order, key in enumerate(DEPARTMENTS):
                group.create_task(self._department(key, order))
        await self._teams_and_head()
        self.rooms["company"] = self._company

    async def _teams_and_head(self) -> None:
        for order, key in enumerate(TEAMS):
            if key not in self.rooms:
                await self._team(key, order)
        unit: JSONObject = {"v": 1, "manager": self.user(COMPANY_HEAD), "order": 0, "titles": {}}
        await self._state(self._company, "im.tack.org.unit", "", unit)

    async def _department(self, key: str, order: int) -> None:
        space = self.rooms[key] = await self._space(DEPARTMENTS[key], self._company)
        members = [person for person in EMPLOYEES if person.department == key]
        for person in members:
            await self._enter(space, person.key)
        await self._state(space, "im.tack.org.unit", "", _unit(members, order, self.user))
        await self._adopt(self._company, space, order)

    async def _team(self, key: str, order: int) -> None:
        """A unit inside a department, made by who leads it."""
        team = TEAMS[key]
        leader = team.members[0]
        space = self.rooms[key] = await self._space(team.name, self._company, leader)
        members = [BY_KEY[member] for member in team.members]
        for person in members[1:]:
            await self._enter(space, person.key)
        titles = {self.user(person.key): person.title for person in members}
        unit: JSONObject = {"v": 1, "manager": self.user(leader), "order": order, "titles": titles}
        await self._client.as_user(self.user(leader)).rooms.send_state(space, "im.tack.org.unit", "", unit)
        await self._adopt(self.rooms[team.department], space, order)

    async def _space(self, name: str, parent: RoomID | None, owner: str = OWNER) -> RoomID:
        body: JSONObject = {
            "name": name,
            "creation_content": {"type": "m.space"},
            "initial_state": [_join_rule(parent), _READABLE],
            "power_level_content_override": {"events_default": 50, "invite": 50},
        }
        return await self._client.as_user(self.user(owner)).rooms.create_room(body)

    async def _room(self, script: RoomScript) -> None:
        owner = self._client.as_user(self.user(script.members[0]))
        body: JSONObject = {"preset": "private_chat", "is_direct": script.is_direct}
        guests = [key for key in script.members[1:] if script.is_direct or not _is_employee(key)]
        body["invite"] = [self.user(key) for key in guests]
        if not script.is_direct:
            body |= {"name": script.name, "initial_state": [_join_rule(self._company)]}
            if script.topic:
                body["topic"] = script.topic
        room_id = self.rooms[script.key] = await owner.rooms.create_room(body)
        began = self._calendar.at_ms(script.lines[0].when) - BEFORE_FIRST_MS
        for key in script.members[1:]:
            await self._enter(room_id, key, began)
        if script.department:
            await self._adopt(self.rooms[script.department], room_id, 100)
        writer = RoomWriter(self._client, self._server.server_name, self._calendar, room_id, script)
        await writer.write()
        await self._mark(script, room_id)

    async def _enter(self, room_id: RoomID, key: str, when: int | None = None) -> None:
        """Join as that person. By the membership event itself, because only that takes a time."""
        if room_id in (self._company, *map(self.rooms.get, DEPARTMENTS)) and key == OWNER:
            return
        person = self._client.as_user(self.user(key))
        await person.rooms.send_state(
            room_id, "m.room.member", self.user(key), {"membership": "join"}, ts_ms=when
        )

    async def _adopt(self, space: RoomID, child: RoomID, order: int) -> None:
        content: JSONObject = {"via": [self._server.server_name], "order": f"{order:03d}", "suggested": False}
        await self._state(space, "m.space.child", child, content)

    async def _state(self, room_id: RoomID, kind: str, key: str, content: JSONObject) -> None:
        await self._client.as_user(self.user(OWNER)).rooms.send_state(room_id, kind, key, content)

    async def _mark(self, script: RoomScript, room_id: RoomID) -> None:
        """李娜's own marks: favourite, muted."""
        me = self._client.as_user(self.user(SIGNED_IN))
        if script.is_favourite:
            await me.account.set_tag(room_id, "m.favourite", 0.5)
        if script.is_muted:
            condition = {"kind": "event_match", "key": "room_id", "pattern": room_id}
            await me.push_rules.put("override", room_id, {"conditions": [condition], "actions": []})

    async def _direct_chats(self, scripts: list[RoomScript]) -> None:
        direct: JSONObject = {
            self.user(script.members[0]): [self.rooms[script.key]] for script in scripts if script.is_direct
        }
        await self._client.as_user(self.user(SIGNED_IN)).account.set_account_data("m.direct", direct)
        for other, rooms in direct.items():
            account = self._client.as_user(UserID(other)).account
            await account.set_account_data("m.direct", {self.user(SIGNED_IN): rooms})


def _is_employee(key: str) -> bool:
    return any(person.key == key for person in EMPLOYEES)


def _join_rule(space: RoomID | None) -> JSONObject:
    """Members of the company may join; the company itself is open to every account of the server."""
    content: JSONObject = {"join_rule": "public"}
    if space:
        content = {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": space}]}
    return {"type": "m.room.join_rules", "state_key": "", "content": content}


def _unit(members: list[Person], order: int, user: Callable[[str], UserID]) -> JSONObject:
    manager = next(person for person in members if person.is_head)
    titles = {user(person.key): person.title for person in members}
    return {"v": 1, "manager": user(manager.key), "order": order, "titles": titles}
