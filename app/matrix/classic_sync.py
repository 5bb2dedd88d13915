"""`GET /v3/sync` in its two uses: everything, for servers without sliding sync; and the counts loop.

The counts loop exists because sliding sync as served has no unread numbers. Its filter leaves out all but
the newest event of each changed room, the receipts (without them a room read on another device would not be
told) and the rooms' account data (tags, marked unread), which sliding sync tells of the rooms in its window alone. A position the server refuses (its database was replaced) is dropped once.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from app.domain.events import JSONObject, text_of
from app.domain.ids import RoomID, UserID
from app.domain.sync import Membership, RoomUpdate, SyncBatch
from app.errors import ServerError
from app.matrix.client import MatrixClient
from app.matrix.decode_classic import (
    CLASSIC_POSITION,
    COUNTS_POSITION,
    decode_classic,
    decode_counts,
    notification_counts,
)
from app.matrix.json_answers import objects_of

PATH = "/_matrix/client/v3/sync"
NOTIFICATIONS = "/_matrix/client/v3/notifications"
SLACK_S = 60.0
FIRST_SYNC_S = 600.0
"""A first sync of a large account keeps the server busy for minutes before the first byte."""
MAX_SEED_PAGES = 4

MAIN_FILTER: JSONObject = {
    "presence": {"types": []},
    "room": {
        "timeline": {"limit": 20, "unread_thread_notifications": True, "lazy_load_members": True},
        "state": {"lazy_load_members": True},
    },
}
NOTHING_FILTER: JSONObject = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {"rooms": []},
}
COUNTS_FILTER: JSONObject = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "timeline": {"limit": 1, "unread_thread_notifications": True},
        "state": {"types": []},
        "ephemeral": {"types": ["m.receipt"]},
    },
}

Decoding = Callable[[Callable[[bytes], SyncBatch], bytes], Awaitable[SyncBatch]]
T = TypeVar("T")


class ClassicSync:
    """The whole sync over one endpoint."""

    def __init__(self, client: MatrixClient, positions: Mapping[str, str], decode: Decoding) -> None:
        self._client = client
        self._decode = decode
        self._is_first = True
        self.rewind(positions)

    def rewind(self, positions: Mapping[str, str]) -> None:
        """Continue from stored positions."""
        self._since = positions.get(CLASSIC_POSITION)
        self._is_first = True

    async def next(self, timeout_ms: int, own_user: UserID) -> SyncBatch:
        """One poll; the first of a connection does not wait."""
        since, wait_ms = self._since, 0 if self._is_first else timeout_ms
        try:
            body = await _sync(self._client, MAIN_FILTER, since, wait_ms)
        except ServerError as error:
            if not _is_refused_position(error, since):
                raise
            since = None
            body = await _sync(self._client, MAIN_FILTER, None, 0)
        is_initial = since is None
        batch = await self._decode(lambda data: decode_classic(data, own_user, is_initial=is_initial), body)
        self._since = dict(batch.positions)[CLASSIC_POSITION]
        self._is_first = False
        if is_initial:
            batch.extra["present_rooms"] = sorted(_present(batch.rooms))
        return batch


class CountsSync:
    """Unread counts and receipts beside sliding sync."""

    def __init__(self, client: MatrixClient, positions: Mapping[str, str], decode: Decoding) -> None:
        self._client = client
        self._decode = decode
        self.rewind(positions)

    def rewind(self, positions: Mapping[str, str]) -> None:
        """Continue from stored positions."""
        self._since = positions.get(COUNTS_POSITION)

    async def next(self, timeout_ms: int) -> SyncBatch:
        """One poll. The first of a device takes the position "now" and the counts so far."""
        if self._since is None:
            return await self._begin()
        try:
            body = await _sync(self._client, COUNTS_FILTER, self._since, timeout_ms)
        except ServerError as error:
            if not _is_refused_position(error, self._since):
                raise
            return await self._begin()
        batch = await self._decode(decode_counts, body)
        self._since = dict(batch.positions)[COUNTS_POSITION]
        return batch

    async def seed(self) -> SyncBatch:
        """Counts of unread rooms from `/notifications`: capped, but all there is without a full sync."""
        entries: list[JSONObject] = []
        params = {"limit": "500"}
        for _ in range(MAX_SEED_PAGES):
            answer = await self._client.call("GET", NOTIFICATIONS, params=params, timeout_s=SLACK_S)
            entries.extend(objects_of(answer.get("notifications")))
            token = text_of(answer, "next_token")
            if token is None:
                break
            params["from"] = token
        return SyncBatch(positions=(), rooms=notification_counts(entries))

    async def _begin(self) -> SyncBatch:
        # The position first: what arrives while the counts are read is then told again.
        body = await _sync(self._client, NOTHING_FILTER, None, 0)
        start = await self._decode(decode_counts, body)
        try:
            rooms = (await self.seed()).rooms
        except ServerError as error:
            if error.status not in {400, 403, 404, 405}:
                raise
            rooms = ()  # a server without the endpoint: counts come with the next messages
        self._since = dict(start.positions)[COUNTS_POSITION]
        return SyncBatch(positions=start.positions, rooms=rooms, to_device=start.to_device)


async def _sync(client: MatrixClient, filter_: JSONObject, since: str | None, wait_ms: int) -> bytes:
    params = {"filter": json.dumps(filter_, separators=(",", ":")), "timeout": str(wait_ms)}
    patience_s = FIRST_SYNC_S
    if since is not None:
        params["since"] = since
        patience_s = wait_ms / 1000 + SLACK_S
    answer = await client.exchange("GET", PATH, params=params, timeout_s=patience_s, is_long_poll=True)
    return answer.body


def _is_refused_position(error: ServerError, since: str | None) -> bool:
    return since is not None and error.status == 400


def _present(rooms: tuple[RoomUpdate, ...]) -> set[RoomID]:
    gone = {Membership.LEAVE, Membership.BAN}
    return {update.room_id for update in rooms if update.membership not in gone}
