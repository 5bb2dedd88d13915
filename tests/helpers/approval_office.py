"""An office for live tests of approvals: people at desks on one server, plain templates, patient questions."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.approvals.values import NewAct, NewApproval
from app.domain.approvals.acts import ActKind
from app.domain.approvals.rows import ApprovalBox, ApprovalDetail, ApprovalQuery, ApprovalRow, TemplateEntry
from app.domain.approvals.state import RequestState, RequestStatus
from app.domain.approvals.template import (
    AfterReturn,
    Field,
    FieldKind,
    OnRequester,
    Pick,
    PickKind,
    Route,
    StepMode,
    StepRule,
    Template,
)
from app.domain.approvals.wire import ACTS_TYPE
from app.domain.ids import RoomID, TxnID, UserID
from app.domain.sending import is_new_room, new_room_id
from app.errors import LocalServerError
from tests.helpers.desk import PATIENCE_S, Desk, opened, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser

NAMES = ("zhang", "li", "wang", "chen", "liu", "zhao", "sun")


@dataclass
class Person:
    """Somebody at a desk."""

    user: ServerUser
    desk: Desk

    @property
    def id(self) -> UserID:
        return UserID(self.user.user_id)

    @property
    def approvals(self) -> Any:
        return self.desk.account.approvals

    # Asking -------------------------------------------------------------------------------------------------

    async def ask(self, template: Template, **more: Any) -> RoomID:
        """Send a request and wait until its room stands whole on this side; the room."""
        stand_in = await self.queue(template, **more)
        return await self.made(stand_in)

    async def queue(self, template: Template, **more: Any) -> RoomID:
        values = more.pop("values", {"what": "paper", "amount": "12.50"})
        entry = TemplateEntry(template, None, None, can_edit=False)
        room_id = await self.approvals.send(NewApproval(entry, values, **more))
        assert isinstance(room_id, str) and is_new_room(room_id)
        return RoomID(room_id)

    async def made(self, stand_in: RoomID, patience_s: float = PATIENCE_S) -> RoomID:
        room_id = await self.desk.until(
            lambda: self.desk.account.cache.read.kv("new_room", stand_in), patience_s
        )
        await self.sees(RoomID(room_id), RequestStatus.PENDING, patience_s)
        await self.desk.drained(patience_s)
        return RoomID(room_id)

    # Looking ------------------------------------------------------------------------------------------------

    def detail(self, room_id: RoomID) -> ApprovalDetail:
        found = self.find(room_id)
        assert found is not None
        return found

    def find(self, room_id: RoomID) -> ApprovalDetail | None:
        read = self.desk.account.cache.read.approvals
        return read.detail(room_id, self.approvals.now_ms())

    def state(self, room_id: RoomID) -> RequestState:
        return self.detail(room_id).state

    def box(self, box: ApprovalBox) -> list[ApprovalRow]:
        read = self.desk.account.cache.read.approvals
        return list(read.page(ApprovalQuery(box), self.approvals.now_ms()).rows)

    async def sees(
        self, room_id: RoomID, status: RequestStatus, patience_s: float = PATIENCE_S
    ) -> RequestState:
        """Wait until the request stands so here."""
        await self.desk.until(lambda: (d := self.find(room_id)) and d.state.status is status, patience_s)
        return self.state(room_id)

    async def has_todo(self, room_id: RoomID) -> RequestState:
        """Wait until it is my turn, and I am in the room."""

        def is_mine() -> bool:
            found = self.find(room_id)
            return found is not None and found.row.is_todo and not found.row.is_invited

        await self.desk.until(is_mine)
        return self.state(room_id)

    async def sees_acts(self, room_id: RoomID, *kinds: ActKind) -> RequestState:
        """Wait until exactly these acts have counted, in this order."""

        def counted() -> bool:
            found = self.find(room_id)
            entries = found.state.entries if found is not None else ()
            return [e.act.kind for e in entries if e.refusal is None and e.event_id] == list(kinds)

        await self.desk.until(counted)
        return self.state(room_id)

    # Acting -------------------------------------------------------------------------------------------------

    async def act(self, room_id: RoomID, kind: ActKind, **more: Any) -> TxnID:
        """Do something in the step in which it is my turn."""
        state = self.state(room_id)
        if "step" not in more:
            for right in self.rights(room_id):
                if right.kind is kind:
                    more = {"step": right.step, "round": right.round, "on_behalf": right.on_behalf} | more
                    break
        assert state
        txn = await self.approvals.act(room_id, NewAct(kind, **more))
        return TxnID(txn)

    def rights(self, room_id: RoomID) -> Any:
        from app.domain.approvals.fold import rights_of

        detail = self.detail(room_id)
        return rights_of(detail.content, detail.state, self.id, self.approvals.now_ms())

    async def acted(self, room_id: RoomID, kind: ActKind, **more: Any) -> None:
        """Do it and wait until the server has it."""
        await self.act(room_id, kind, **more)
        await self.desk.until(lambda: not self.queued(room_id))

    def queued(self, room_id: RoomID) -> list[Any]:
        return [row for row in self.desk.account.cache.read.queue(room_id=room_id) if row.kind == "act"]


@dataclass
class Office:
    """A server, and who works there: their accounts are signed in once and opened again for each test."""

    server: Homeserver
    folder: Path
    users: dict[str, ServerUser]

    @asynccontextmanager
    async def open(self, *names: str, url: str | None = None, **more: Any) -> AsyncIterator[list[Person]]:
        """Let some people come to work."""
        async with AsyncExitStack() as stack:
            people = [await stack.enter_async_context(self._person(name, url, more)) for name in names]
            await asyncio.gather(*(one.desk.online() for one in people if not more.get("offline")))
            yield people

    @asynccontextmanager
    async def _person(self, name: str, url: str | None, more: dict[str, Any]) -> AsyncIterator[Person]:
        user, folder = self.users[name], self.folder / name
        if (folder / "signed-in").exists() and url is None:
            async with opened(folder, **more) as desk:
                yield Person(user, desk)
            return
        folder = folder if url is None else self.folder / f"{name}-{len(list(self.folder.iterdir()))}"
        async with signed_in(folder, user, url or self.server.base_url, **more) as desk:
            (folder / "signed-in").touch()
            yield Person(user, desk)

    def id(self, name: str) -> UserID:
        return UserID(self.users[name].user_id)

    # Raw ----------------------------------------------------------------------------------------------------

    def put_acts(self, name: str, room_id: RoomID, content: dict[str, Any], key: str | None = None) -> Any:
        """Write a list of acts as somebody with curl."""
        path = f"/_matrix/client/v3/rooms/{room_id}/state/{ACTS_TYPE}/{key or self.users[name].user_id}"
        return self.server.api("PUT", path, content, user=self.users[name])

    def messages(self, name: str, room_id: RoomID) -> list[Any]:
        path = f"/_matrix/client/v3/rooms/{room_id}/messages?dir=f&limit=500"
        page = self.server.api("GET", path, user=self.users[name])
        return [event for event in page["chunk"] if event["type"] == "m.room.message"]

    def rooms_named(self, name: str, title: str) -> list[str]:
        """The rooms somebody is in whose name begins so."""
        user = self.users[name]
        rooms = self.server.api("GET", "/_matrix/client/v3/joined_rooms", user=user)["joined_rooms"]
        found = []
        for room_id in rooms:
            path = f"/_matrix/client/v3/rooms/{room_id}/state/m.room.name"
            with contextlib.suppress(LocalServerError):  # direct chats have none
                if str(self.server.api("GET", path, user=user)["name"]).startswith(title):
                    found.append(str(room_id))
        return found


def office_at(server: Homeserver, folder: Path) -> Office:
    """Hire everybody."""
    return Office(server, folder, {name: server.new_user(name, displayname=name.title()) for name in NAMES})


def step(key: str, mode: StepMode, people: Iterable[UserID], **more: Any) -> StepRule:
    """A step of named people."""
    who = (Pick(PickKind.PEOPLE, tuple(people)),)
    return StepRule(key, {"zh": key, "en": key}, mode, who, **more)


def template(*steps: StepRule, after: AfterReturn = AfterReturn.STRAIGHT, **more: Any) -> Template:
    """A small form with these steps."""
    fields = (
        Field("what", FieldKind.TEXT, {"zh": "事项", "en": "What"}, is_required=True, is_key=True),
        Field("amount", FieldKind.NUMBER, {"zh": "数量", "en": "Amount"}, is_key=True),
        Field("scan", FieldKind.FILE, {"zh": "附件", "en": "Scan"}),
    )
    route = Route(tuple(steps), on_requester=OnRequester.KEEP, after_return=after)
    return Template("paper", 1, {"zh": "办公用品", "en": "Paper"}, fields, route, prefix="PAP", **more)


def stand_in_of(txn_id: str) -> RoomID:
    return new_room_id(TxnID(txn_id))
