"""A studio for live tests of channels: people at desks on one server, channels, posts as phones and strangers write them."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.channels.service import ChannelService
from app.channels.values import NewChannel
from app.domain.channels.rows import ChannelRow, CommentRow, FeedQuery, FeedTab, PostRow
from app.domain.channels.wire import CHANNEL_TYPE, LIKE
from app.domain.ids import EventID, RoomID, UserID
from app.domain.sending import is_new_room
from app.store.reader import Reader
from tests.helpers.desk import Desk, opened, signed_in
from tests.helpers.homeserver import Homeserver, ServerUser

NAMES = ("li", "wang", "zhang")
VIDEO = "mxc://test.localhost/AbCdEfGhIjKlMnOp"
_numbers = itertools.count(1)


@dataclass
class Viewer:
    """Somebody at a desk."""

    user: ServerUser
    desk: Desk

    @property
    def id(self) -> UserID:
        return UserID(self.user.user_id)

    @property
    def channels(self) -> ChannelService:
        return self.desk.account.channels

    @property
    def read(self) -> Reader:
        return self.desk.account.cache.read

    async def made(self, new: NewChannel) -> RoomID:
        """Make a channel and wait until it stands whole on this side."""
        stand_in = await self.channels.create(new)
        assert is_new_room(stand_in)
        room_id = RoomID(await self.desk.until(lambda: self.read.kv("new_room", stand_in)))
        await self.desk.until(lambda: self.channel(room_id))
        await self.desk.drained()
        return room_id

    def channel(self, room_id: RoomID) -> ChannelRow | None:
        return self.read.channels.channel(room_id)

    def feed(self, room_id: RoomID, tab: FeedTab = FeedTab.FOLLOWING) -> list[PostRow]:
        return list(self.read.channels.feed(FeedQuery(tab, room_id), self.channels.now_ms()).rows)

    async def sees_post(self, event_id: EventID) -> PostRow:
        """Wait until a post is here."""
        found: PostRow = await self.desk.until(lambda: self.read.channels.post(event_id))
        return found

    def comments(self, event_id: EventID) -> list[CommentRow]:
        return self.read.channels.comments(event_id)

    async def sees_comments(self, event_id: EventID, *bodies: str) -> list[CommentRow]:
        """Wait until exactly these comments stand below a post, all of them from the server."""

        def are_there() -> bool:
            found = self.comments(event_id)
            return [one.body for one in found] == list(bodies) and all(one.event_id for one in found)

        await self.desk.until(are_there)
        return self.comments(event_id)

    async def sees(self, room_id: RoomID, **wanted: Any) -> ChannelRow:
        """Wait until a channel's row says so."""

        def says() -> bool:
            row = self.channel(room_id)
            return row is not None and all(getattr(row, name) == value for name, value in wanted.items())

        await self.desk.until(says)
        row = self.channel(room_id)
        assert row is not None
        return row


@dataclass
class Studio:
    """A server and its people; each is signed in once and opened again for each test."""

    server: Homeserver
    folder: Path
    users: dict[str, ServerUser] = field(default_factory=dict)

    @asynccontextmanager
    async def open(self, *names: str, url: str | None = None, **more: Any) -> AsyncIterator[list[Viewer]]:
        """Let some people come in."""
        async with AsyncExitStack() as stack:
            viewers = [await stack.enter_async_context(self._viewer(name, url, more)) for name in names]
            await asyncio.gather(*(one.desk.online() for one in viewers if not more.get("offline")))
            yield viewers

    @asynccontextmanager
    async def _viewer(self, name: str, url: str | None, more: dict[str, Any]) -> AsyncIterator[Viewer]:
        user, folder = self.users[name], self.folder / (name if url is None else f"{name}-{next(_numbers)}")
        if (folder / "signed-in").exists():
            async with opened(folder, **more) as desk:
                yield Viewer(user, desk)
            return
        async with signed_in(folder, user, url or self.server.base_url, **more) as desk:
            (folder / "signed-in").touch()
            yield Viewer(user, desk)

    # Raw: as other clients and strangers with curl do ------------------------------------------------------

    def api(self, name: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.server.api(method, f"/_matrix/client/{path}", body, user=self.users[name])

    def send(
        self, name: str, room_id: RoomID, content: dict[str, Any], type: str = "m.room.message"
    ) -> EventID:
        path = f"v3/rooms/{room_id}/send/{type}/{secrets.token_hex(6)}"
        return EventID(self.api(name, "PUT", path, content)["event_id"])

    def post(self, name: str, room_id: RoomID, title: str = "Tour", **more: Any) -> EventID:
        """A video as a phone sends it."""
        info = {"mimetype": "video/mp4", "w": 1280, "h": 720, "size": 5000, "duration": 60_000}
        content = {"msgtype": "m.video", "body": title, "filename": "a.mp4", "url": VIDEO, "info": info}
        return self.send(name, room_id, content | more)

    def comment(self, name: str, room_id: RoomID, post: EventID, body: str, **more: Any) -> EventID:
        """A message in a thread, as a phone sends it."""
        relation = {"rel_type": "m.thread", "event_id": post, "is_falling_back": True}
        content = {"msgtype": "m.text", "body": body, "m.relates_to": relation}
        return self.send(name, room_id, content | more)

    def like(self, name: str, room_id: RoomID, event_id: EventID, key: str = LIKE) -> EventID:
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return self.send(name, room_id, {"m.relates_to": relation}, "m.reaction")

    def state(self, name: str, room_id: RoomID, type: str, key: str = "") -> Any:
        return self.api(name, "GET", f"v3/rooms/{room_id}/state/{type}/{key}")

    def put_state(self, name: str, room_id: RoomID, type: str, content: dict[str, Any], key: str = "") -> Any:
        return self.api(name, "PUT", f"v3/rooms/{room_id}/state/{type}/{key}", content)

    def messages(self, name: str, room_id: RoomID, type: str = "m.room.message") -> list[Any]:
        """Every event of a type, oldest first."""
        page = self.api(name, "GET", f"v3/rooms/{room_id}/messages?dir=f&limit=500")
        return [event for event in page["chunk"] if event["type"] == type]

    def join(self, name: str, room_id: RoomID) -> None:
        self.api(name, "POST", f"v3/join/{room_id}", {})

    def new_space(self, name: str, *guests: str, policy: bool | None = None) -> RoomID:
        """An organisation: who makes it runs it."""
        state = [] if policy is None else [policy_event(policy)]
        body = {
            "name": "Company",
            "preset": "private_chat",
            "creation_content": {"type": "m.space"},
            "invite": [self.users[guest].user_id for guest in guests],
            "initial_state": state,
        }
        room_id = RoomID(self.api(name, "POST", "v3/createRoom", body)["room_id"])
        for guest in guests:
            self.join(guest, room_id)
        return room_id

    def raw_channel(self, name: str, **more: Any) -> RoomID:
        """A room of the type, with rules of the test's own."""
        body = {"name": "Raw", "preset": "public_chat", "creation_content": {"type": CHANNEL_TYPE}}
        return RoomID(self.api(name, "POST", "v3/createRoom", body | more)["room_id"])


def policy_event(allowed: bool) -> dict[str, Any]:
    """The state by which a company allows reports."""
    return {"type": "im.tack.policy", "state_key": "", "content": {"v": 1, "watched_reports": allowed}}


def studio_at(server: Homeserver, folder: Path, names: tuple[str, ...] = NAMES) -> Studio:
    """Register everybody."""
    return Studio(server, folder, {name: server.new_user(name, displayname=name.title()) for name in names})
