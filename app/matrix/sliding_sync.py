"""The sliding-sync loop: the top of the conversation list, the open rooms, and a walk over the rest.

Synapse 1.163 serves `org.matrix.simplified_msc3575`: `pos` and `timeout` in the query, `ranges` per list.
Repeating the last `pos` is safe (the same news come again), so a poll may be given up at any time. A
position the server forgot, or answers with nonsense twice, costs one poll without `pos`; the rooms come again
as initial.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from app.domain.events import JSONObject
from app.domain.ids import RoomID, UserID
from app.domain.sync import Membership, SyncBatch
from app.errors import StrangeAnswer, UnknownPosition
from app.matrix.client import MatrixClient
from app.matrix.decode_sliding import POSITION, TO_DEVICE_POSITION, decode_sliding
from app.matrix.list_walk import TOP_ROOMS, ListWalk
from app.matrix.paths import client_path

PATH = client_path("unstable", "org.matrix.simplified_msc3575", "sync")
CONNECTION = "sliding.conn"
COMPLETE = "sliding.complete"
DEFAULT_CONNECTION = "tack"
TOP, REST = "top", "rest"
TOP_TIMELINE = 20
REST_TIMELINE = 1
OPEN_ROOM_TIMELINE = 50
SLACK_S = 60.0
"""How much longer than its timeout a poll may take before the line counts as dead."""
HTTP_OK = 200

LIST_STATE = [
    ["m.room.create", ""],
    ["m.room.name", ""],
    ["m.room.avatar", ""],
    ["m.room.topic", ""],
    ["m.room.canonical_alias", ""],
    ["m.room.encryption", ""],
    ["m.room.power_levels", ""],
    ["m.room.join_rules", ""],
    ["m.room.tombstone", ""],
    ["m.room.pinned_events", ""],
    ["m.space.child", "*"],
    ["im.tack.announcement", ""],
    ["im.tack.org.unit", "*"],
    ["im.tack.cast", "*"],
    ["im.tack.approval.acts", "*"],
    ["im.tack.approval.template", "*"],
    ["im.tack.approval.roles", ""],
    ["im.tack.approval.deputy", "*"],
    ["im.tack.channel", ""],
    ["im.tack.course", "*"],
    ["im.tack.watched", "*"],
    ["im.tack.policy", ""],
    ["m.room.history_visibility", ""],
    ["m.room.server_acl", ""],
    ["m.room.member", "$LAZY"],
    ["m.room.member", "$ME"],
]
OPEN_ROOM_STATE = [["*", "*"], ["m.room.member", "$LAZY"]]


class SlidingSync:
    """See the module text. One loop calls `next`; `subscribe` comes from the same thread."""

    def __init__(
        self,
        client: MatrixClient,
        positions: Mapping[str, str],
        decode: Callable[[Callable[[bytes], SyncBatch], bytes], Awaitable[SyncBatch]],
    ) -> None:
        self._client = client
        self._decode = decode
        self._walk = ListWalk()
        self._open_rooms: tuple[RoomID, ...] = ()
        self._interrupted = asyncio.Event()
        self._seen: set[RoomID] | None = None
        self.rewind(positions)

    def rewind(self, positions: Mapping[str, str]) -> None:
        """Continue from stored positions."""
        self._pos = positions.get(POSITION)
        self._connection = positions.get(CONNECTION) or DEFAULT_CONNECTION
        self._to_device_since = positions.get(TO_DEVICE_POSITION)
        self._is_complete = positions.get(COMPLETE) == "1"
        self._begin()

    def subscribe(self, rooms: Sequence[RoomID]) -> None:
        """Name the open rooms. A long poll under way is begun again when there is a new one among them."""
        wanted = tuple(dict.fromkeys(rooms))
        is_news = bool(set(wanted) - set(self._open_rooms))
        self._open_rooms = wanted
        if is_news:
            self._interrupted.set()

    def look_everywhere(self) -> None:
        """Walk the whole list now: something changed below its top."""
        self._walk.begin()
        self._interrupted.set()

    async def next(self, timeout_ms: int, own_user: UserID) -> SyncBatch:
        """One poll. Raises the errors of `app.errors` and stands where it stood."""
        try:
            return await self._poll(timeout_ms, own_user)
        except UnknownPosition:
            pass
        except StrangeAnswer as error:
            if error.status != HTTP_OK or self._pos is None:
                raise
            # Perhaps the line garbled it, perhaps the server cannot make sense of the position.
            with suppress(StrangeAnswer, UnknownPosition):
                return await self._poll(0, own_user)
        return await self._start_over(own_user)

    def _begin(self) -> None:
        """A connection begins: the top at once, then a walk. Without a position, note who is there."""
        self._is_first = True
        self._walk.restart()
        self._seen = set() if self._pos is None else None

    async def _start_over(self, own_user: UserID) -> SyncBatch:
        """Poll without the position; when that fails too, the position may still be good."""
        kept, self._pos = self._pos, None
        self._begin()
        try:
            return await self._poll(0, own_user)
        except BaseException:
            self._pos = kept
            self._begin()
            raise

    async def _poll(self, timeout_ms: int, own_user: UserID) -> SyncBatch:
        body: bytes | None = None
        while body is None:
            self._interrupted.clear()
            page = self._walk.page(self._client.clock.monotonic())
            is_waiting = not self._is_first and page is None
            body = await self._exchange(page, timeout_ms if is_waiting else 0)
        batch = await self._decode(lambda data: decode_sliding(data, own_user, TOP), body)
        return self._accepted(batch, page)

    def _accepted(self, batch: SyncBatch, page: tuple[int, int] | None) -> SyncBatch:
        """Move on: from here the answer counts as received."""
        positions = dict(batch.positions)
        self._pos = positions[POSITION]
        self._to_device_since = positions.get(TO_DEVICE_POSITION, self._to_device_since)
        self._is_first = False
        self._note_rooms(batch)
        total = batch.room_total if batch.room_total is not None else 0
        extra = dict(batch.extra)
        if self._walk.advance(page, total, self._client.clock.monotonic()):
            self._is_complete = True
            if self._seen is not None:
                extra["present_rooms"] = sorted(self._seen)
                self._seen = None
        kept = ((CONNECTION, self._connection), (COMPLETE, "1" if self._is_complete else "0"))
        return replace(batch, positions=(*batch.positions, *kept), complete=self._is_complete, extra=extra)

    def _note_rooms(self, batch: SyncBatch) -> None:
        if self._seen is None:
            return
        gone = {Membership.LEAVE, Membership.BAN}
        for update in batch.rooms:
            if update.membership in gone:
                self._seen.discard(update.room_id)
            elif update.is_initial:
                self._seen.add(update.room_id)

    async def _exchange(self, page: tuple[int, int] | None, wait_ms: int) -> bytes | None:
        """Send the poll. None when it was given up because there is more to ask for now."""
        if wait_ms == 0:
            return await self._send(page, 0)
        poll = asyncio.ensure_future(self._send(page, wait_ms))
        interruption = asyncio.ensure_future(self._interrupted.wait())
        try:
            await asyncio.wait({poll, interruption}, return_when=asyncio.FIRST_COMPLETED)
            if poll.done():
                return poll.result()
        finally:
            interruption.cancel()
            poll.cancel()
            poll.add_done_callback(_consume)
        # The server must see the old poll end before the new one: one request per connection.
        await asyncio.wait({poll})
        return None

    async def _send(self, page: tuple[int, int] | None, wait_ms: int) -> bytes:
        params = {"timeout": str(wait_ms)}
        if self._pos is not None:
            params["pos"] = self._pos
        answer = await self._client.exchange(
            "POST",
            PATH,
            params=params,
            body=self._body(page),
            timeout_s=wait_ms / 1000 + SLACK_S,
            is_long_poll=True,
        )
        return answer.body

    def _body(self, page: tuple[int, int] | None) -> JSONObject:
        lists: JSONObject = {TOP: _list(0, TOP_ROOMS - 1, TOP_TIMELINE)}
        if page is not None:
            lists[REST] = _list(*page, REST_TIMELINE)
        to_device: JSONObject = {"enabled": True}
        if self._to_device_since is not None:
            to_device["since"] = self._to_device_since
        open_room = {"timeline_limit": OPEN_ROOM_TIMELINE, "required_state": OPEN_ROOM_STATE}
        return {
            "conn_id": self._connection,
            "lists": lists,
            "room_subscriptions": dict.fromkeys(self._open_rooms, open_room),
            "extensions": {
                "to_device": to_device,
                "account_data": {"enabled": True},
                "receipts": {"enabled": True},
                "typing": {"enabled": True},
            },
        }


def _consume(poll: asyncio.Future[bytes]) -> None:
    if not poll.cancelled():
        poll.exception()  # nobody waits for a poll that was given up


def _list(first: int, last: int, timeline_limit: int) -> JSONObject:
    return {"ranges": [[first, last]], "timeline_limit": timeline_limit, "required_state": LIST_STATE}
