"""A person at a desk for live tests: a real `Account` on a real homeserver, and patient questions to its cache."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.account import Account
from app.clock import Clock
from app.domain.connection import ConnectionKind
from app.domain.ids import RoomID, TxnID
from app.domain.sending import QueuedRequest
from app.domain.timeline import ItemKind, TimelineItem
from app.paths import Paths
from app.settings import Settings
from app.store.cache import CacheKey
from tests.helpers.homeserver import Homeserver, ServerUser

KEY = CacheKey(raw=bytes(range(32)))
QUIET = Settings(proxy_mode="none", history_days=0)
TALK = {ItemKind.TEXT, ItemKind.NOTICE, ItemKind.EMOTE, ItemKind.IMAGE, ItemKind.FILE}
PATIENCE_S = 20.0


@dataclass
class Desk:
    """An account and what its tests ask again and again."""

    account: Account

    def items(self, room_id: RoomID) -> list[TimelineItem]:
        """Give every row of a room."""
        extent = self.account.cache.read.extent(room_id)
        return self.account.cache.read.items(room_id, 0, extent.row_count)

    def said(self, room_id: RoomID) -> list[str]:
        """Give the texts of a room in order, echoes included."""
        return [item.body for item in self.items(room_id) if item.kind in TALK]

    def find(self, room_id: RoomID, body: str) -> TimelineItem | None:
        """Give the newest row with this text."""
        return next((item for item in reversed(self.items(room_id)) if item.body == body), None)

    def waiting(self) -> int:
        """How many rows lie in the send queue, receipts and copies not yet seen included."""
        return len(self.account.cache.read.queue(limit=100_000))

    async def online(self, patience_s: float = PATIENCE_S) -> None:
        """Wait until the line is up and all rooms are there."""
        await self.until(lambda: self.account.connection.state.kind is ConnectionKind.ONLINE, patience_s)

    async def until(self, question: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
        """Ask until the answer is yes, and give it."""
        return await until(question, patience_s)

    async def drained(self, patience_s: float = PATIENCE_S) -> None:
        """Wait until the send queue is empty and every copy has come back; patience is for each row of its own."""
        row = self._first_waiting()
        while row is not None:
            left = row.txn_id
            await self.until(lambda left=left: not self._is_first(left), patience_s)  # type: ignore[misc]
            row = self._first_waiting()

    def _first_waiting(self) -> QueuedRequest | None:
        return next(iter(self.account.cache.read.queue(limit=1)), None)

    def _is_first(self, txn_id: TxnID) -> bool:
        row = self._first_waiting()
        return row is not None and row.txn_id == txn_id


async def until(question: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Ask every few milliseconds until the answer is yes."""
    deadline = asyncio.get_running_loop().time() + patience_s
    while True:
        reply = question()
        if reply:
            return reply
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not within {patience_s:.0f} s: last answer {reply!r}")
        await asyncio.sleep(0.02)


@asynccontextmanager
async def signed_in(
    folder: Path,
    user: ServerUser,
    base_url: str,
    *,
    clock: Clock | None = None,
    settings: Settings = QUIET,
    is_started: bool = True,
) -> AsyncIterator[Desk]:
    """Sign in for the first time and stop at the end."""
    paths = Paths(folder)
    account = await Account.sign_in(
        paths, KEY, settings, base_url, user.localpart, user.password, clock=clock
    )
    async with _running(account, is_started) as desk:
        yield desk


@asynccontextmanager
async def opened(
    folder: Path,
    *,
    clock: Clock | None = None,
    settings: Settings = QUIET,
    offline: bool = False,
    is_started: bool = True,
) -> AsyncIterator[Desk]:
    """Open an account that is there already."""
    account = await Account.open(Paths(folder), KEY, settings, clock=clock, offline=offline)
    async with _running(account, is_started) as desk:
        yield desk


@asynccontextmanager
async def _running(account: Account, is_started: bool) -> AsyncIterator[Desk]:
    try:
        if is_started:
            await account.start()
        yield Desk(account)
    finally:
        await account.stop()


def new_room(
    homeserver: Homeserver,
    owner: ServerUser,
    *guests: ServerUser,
    name: str = "room",
    is_for_dings: bool = False,
) -> RoomID:
    """Make a room of these people, all joined."""
    invite = [guest.user_id for guest in guests]
    body: dict[str, Any] = {"name": name, "invite": invite, "preset": "private_chat"}
    if is_for_dings:
        body["creation_content"] = {"type": "im.tack.ding"}
    made = homeserver.api("POST", "/_matrix/client/v3/createRoom", body, user=owner)
    for guest in guests:
        homeserver.api("POST", f"/_matrix/client/v3/rooms/{made['room_id']}/join", {}, user=guest)
    return RoomID(made["room_id"])


def say(homeserver: Homeserver, user: ServerUser, room_id: RoomID, body: str) -> str:
    """Send a text from outside of the app."""
    txn = f"out{hash((room_id, body, user.user_id)) & 0xFFFFFFFF}"
    path = f"/_matrix/client/v3/rooms/{room_id}/send/m.room.message/{txn}"
    return str(homeserver.api("PUT", path, {"msgtype": "m.text", "body": body}, user=user)["event_id"])


def server_texts(homeserver: Homeserver, user: ServerUser, room_id: RoomID) -> list[str]:
    """Give what the server itself holds, oldest first: the truth about duplicates and order."""
    texts: list[str] = []
    token = ""
    while True:
        start = f"&from={token}" if token else ""
        path = f"/_matrix/client/v3/rooms/{room_id}/messages?dir=b&limit=1000{start}"
        page = homeserver.api("GET", path, user=user)
        for event in page["chunk"]:
            relation = event["content"].get("m.relates_to", {}).get("rel_type")
            if event["type"] == "m.room.message" and relation != "m.replace" and "body" in event["content"]:
                texts.append(event["content"]["body"])
        token = page.get("end", "")
        if not token or not page["chunk"]:
            return texts[::-1]
