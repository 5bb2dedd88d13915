"""Write the library and the company's requests: sealed rooms as Tack makes them, each act as its person."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from app.clock import Clock
from app.domain.approvals.request import RequestContent, Values
from app.domain.approvals.seal import power_levels
from app.domain.approvals.wire import (
    ACTS_TYPE,
    DEPUTY_TYPE,
    LIBRARY_ROOM_TYPE,
    REQUEST_FIELD,
    REQUEST_ROOM_TYPE,
    ROLES_TYPE,
    ROOM_VERSION,
    TEMPLATE_TYPE,
    TEXT_FIELD,
    FileRef,
    to_content,
)
from app.domain.content import JSONObject
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.local_server.demo.approvals import (
    EDITORS,
    Played,
    Published,
    act_words,
    content_of,
    own_roles,
    own_templates,
    people_in,
    request_words,
)
from app.local_server.demo.asked import Asked, asked
from app.local_server.demo.media import make_file
from app.local_server.demo.people import EMPLOYEES
from app.matrix.client import MatrixClient

EDITORS_LEVEL = 50
LIBRARY = "approvals"
"""Its key among the company's rooms."""


class ApprovalWriter:
    """`rooms` are the company's spaces and conversations by key; the library is added to them."""

    def __init__(
        self, client: MatrixClient, server_name: str, rooms: dict[str, RoomID], clock: Clock
    ) -> None:
        self._client = client
        self._server_name = server_name
        self._rooms = rooms
        self._clock = clock
        self._published: dict[str, Published] = {}

    def user(self, key: str) -> UserID:
        """Give a person's id."""
        return UserID(f"@{key}:{self._server_name}")

    def asked(self) -> tuple[Asked, ...]:
        """Give what is to be written."""
        return asked(datetime.fromtimestamp(self._clock.now_ms() / 1000).date())

    async def library(self, texts: Iterable[str]) -> None:
        """Make the library, with everybody in it; the templates that come with Tack are handed in as texts."""
        owner = self._client.as_user(self.user(EDITORS[0]))
        room = self._rooms[LIBRARY] = await owner.rooms.create_room(self._library_body())
        await owner.rooms.send_state(
            self._rooms["company"],
            "m.space.child",
            room,
            {"via": [self._server_name], "order": "200", "suggested": False},
        )
        await owner.rooms.send_state(room, ROLES_TYPE, "", to_content(own_roles(self.user)))
        for template in own_templates(texts, self.user):
            event = await owner.rooms.send_state(room, TEMPLATE_TYPE, template.id, to_content(template))
            self._published[template.id] = Published(template, room, event)
        others = [person for person in EMPLOYEES if person.key != EDITORS[0]]
        await asyncio.gather(*(self._client.as_user(self.user(one.key)).rooms.join(room) for one in others))

    def _library_body(self) -> JSONObject:
        allow = [{"type": "m.room_membership", "room_id": self._rooms["company"]}]
        rules = {"join_rule": "restricted", "allow": allow}
        return {
            "room_version": ROOM_VERSION,
            "preset": "private_chat",
            "name": "审批 · Approvals",
            "creation_content": {"type": LIBRARY_ROOM_TYPE},
            "initial_state": [{"type": "m.room.join_rules", "state_key": "", "content": rules}],
            "power_level_content_override": {
                "users": {self.user(EDITORS[0]): 100, self.user(EDITORS[1]): EDITORS_LEVEL},
                "events_default": EDITORS_LEVEL,
                "state_default": EDITORS_LEVEL,
                "invite": EDITORS_LEVEL,
                "events": {DEPUTY_TYPE: 0, "m.room.power_levels": 100},
            },
        }

    async def request(self, one: Asked) -> None:
        """Make one request and play what was done about it."""
        requester = self._client.as_user(self.user(one.who))
        values = await self._with_files(one)
        year = datetime.fromtimestamp(self._clock.now_ms() / 1000).year
        content = content_of(one, values, self._published[one.template], self._rooms, self.user, year)
        people = people_in(content, one.done, self.user)
        room = await requester.rooms.create_room(_room_body(content, people, self.user(one.who)))
        seal = await requester.rooms.send_state(room, "m.room.power_levels", "", power_levels(None))
        await self._say(room, one.who, request_words(content), "form", {TEXT_FIELD: {"v": 1, "act": ""}})
        others = [person for person in people if person != self.user(one.who)]
        await asyncio.gather(*(self._client.as_user(person).rooms.join(room) for person in others))
        await self._play(one, Played(content, self.user(one.who), self._clock.now_ms(), seal), room)
        for number, (who, text) in enumerate(one.said):
            await self._say(room, who, text, f"said{number}", {})

    async def _play(self, one: Asked, played: Played, room: RoomID) -> None:
        for number, done in enumerate(one.done):
            who = self.user(done.who)
            acts = played.next(done, number, self.user)
            author = self._client.as_user(who)
            event = await author.rooms.send_state(room, ACTS_TYPE, who, to_content(acts))
            played.keep(who, acts, event, played.made_ms + number + 1)
            mark: JSONObject = {TEXT_FIELD: {"v": 1, "act": acts.acts[-1].id}}
            await self._say(room, done.who, act_words(done), f"act{number}", mark)

    async def _with_files(self, one: Asked) -> Values:
        values = dict(one.form)
        author = self._client.as_user(self.user(one.who))
        for field, name, kilobytes in one.files:
            made = make_file(name, kilobytes)
            uri = await author.media.upload(made.data, name, made.mimetype)
            digest = hashlib.sha256(made.data).hexdigest()
            values[field] = [to_content(FileRef(name, len(made.data), made.mimetype, uri, digest))]
        return values

    async def _say(
        self, room: RoomID, who: str, text: str, mark: str, extra: Mapping[str, object]
    ) -> EventID:
        author = self._client.as_user(self.user(who))
        body: JSONObject = {"msgtype": "m.text", "body": text, "m.mentions": {}, **extra}
        return await author.rooms.send_event(room, "m.room.message", TxnID(f"demo.{room}.{mark}"), body)


def _room_body(content: RequestContent, people: Iterable[UserID], requester: UserID) -> JSONObject:
    """A request's room. Source: `app.domain.approvals.wire`; made as the send queue makes it."""
    return {
        "room_version": ROOM_VERSION,
        "preset": "private_chat",
        "name": f"{content.title} {content.number}",
        "invite": [person for person in people if person != requester],
        "creation_content": {"type": REQUEST_ROOM_TYPE, REQUEST_FIELD: to_content(content)},
        "power_level_content_override": power_levels(requester),
    }
