"""Rooms: sending, state, membership and reading back. Source: Matrix client-server API, "Rooms", "Events"."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from app.domain.events import Event, JSONObject, parse_event
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.errors import StrangeAnswer
from app.matrix.json_answers import decode_as, decode_event_array, parse_events, require_text
from app.matrix.paths import client_path, given, room_path, state_path, via_query
from app.matrix.room_pages import ContextPage, HierarchyPage, MessagesPage, RelationsPage
from app.matrix.room_summaries import decode_hierarchy

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient

SLOW_CALL_S = 90.0
"""Joining over federation and large member lists take their time."""
LAZY_MEMBERS = '{"lazy_load_members":true}'


class _Chunk(msgspec.Struct):
    chunk: list[msgspec.Raw]
    next_batch: str | None = None


class _Messages(msgspec.Struct):
    chunk: list[msgspec.Raw]
    start: str = ""
    end: str | None = None
    state: list[msgspec.Raw] = []


class _Context(msgspec.Struct):
    event: msgspec.Raw
    events_before: list[msgspec.Raw] = []
    events_after: list[msgspec.Raw] = []
    start: str = ""
    end: str = ""
    state: list[msgspec.Raw] = []


class RoomsAPI:
    """`client.rooms`."""

    def __init__(self, client: "MatrixClient") -> None:
        self._client = client

    async def send_event(
        self,
        room_id: RoomID,
        event_type: str,
        txn_id: TxnID,
        content: JSONObject,
        *,
        ts_ms: int | None = None,
    ) -> EventID:
        """Send a message-like event. Repeating with the same transaction id sends nothing twice.

        `ts_ms` (application services only) sets the time the event claims.
        """
        where = room_path(room_id, "send", event_type, txn_id)
        return await self._put_event(where, content, ts_ms)

    async def send_state(
        self,
        room_id: RoomID,
        event_type: str,
        state_key: str,
        content: JSONObject,
        *,
        ts_ms: int | None = None,
    ) -> EventID:
        """Set room state."""
        return await self._put_event(state_path(room_id, event_type, state_key), content, ts_ms)

    async def redact(
        self,
        room_id: RoomID,
        event_id: EventID,
        txn_id: TxnID,
        reason: str | None = None,
        *,
        ts_ms: int | None = None,
    ) -> EventID:
        """Take an event back."""
        body: JSONObject = {"reason": reason} if reason else {}
        return await self._put_event(room_path(room_id, "redact", event_id, txn_id), body, ts_ms)

    async def create_room(self, content: JSONObject) -> RoomID:
        """Create a room from a request body as the specification has it (POST createRoom)."""
        answer = await self._client.call(
            "POST", "/_matrix/client/v3/createRoom", body=content, timeout_s=SLOW_CALL_S
        )
        return RoomID(require_text(answer, "room_id"))

    async def join(self, room_id_or_alias: str, *, via: Sequence[str] = ()) -> RoomID:
        """Join a room."""
        where = client_path("v3", "join", room_id_or_alias) + via_query(tuple(via))
        answer = await self._client.call("POST", where, body={}, timeout_s=SLOW_CALL_S)
        return RoomID(require_text(answer, "room_id"))

    async def leave(self, room_id: RoomID, reason: str | None = None) -> None:
        """Leave a room, or decline an invitation."""
        await self._post(room_id, "leave", {"reason": reason} if reason else {}, timeout_s=SLOW_CALL_S)

    async def forget(self, room_id: RoomID) -> None:
        """Forget a room one has left."""
        await self._post(room_id, "forget", {})

    async def invite(self, room_id: RoomID, user_id: UserID, reason: str | None = None) -> None:
        """Invite a user."""
        await self._membership(room_id, "invite", user_id, reason)

    async def kick(self, room_id: RoomID, user_id: UserID, reason: str | None = None) -> None:
        """Remove a member."""
        await self._membership(room_id, "kick", user_id, reason)

    async def ban(self, room_id: RoomID, user_id: UserID, reason: str | None = None) -> None:
        """Remove a member for good."""
        await self._membership(room_id, "ban", user_id, reason)

    async def unban(self, room_id: RoomID, user_id: UserID) -> None:
        """Lift a ban."""
        await self._membership(room_id, "unban", user_id, None)

    async def members(
        self, room_id: RoomID, at: str | None = None, *, not_membership: str | None = None
    ) -> tuple[Event, ...]:
        """All member events of the room, or as of the sync token `at`."""
        params = {"at": at, "not_membership": not_membership}
        answer = await self._client.exchange(
            "GET", room_path(room_id, "members"), params=given(params), timeout_s=SLOW_CALL_S
        )

        def decode(body: bytes) -> tuple[Event, ...]:
            return parse_events(decode_as(body, _Chunk).chunk, room_id)

        return await self._client.decode(decode, answer.body)

    async def messages(
        self,
        room_id: RoomID,
        from_: str | None,
        dir: str = "b",
        limit: int = 100,
        to: str | None = None,
        *,
        filter: str | None = None,
    ) -> MessagesPage:
        """One page of history. `from_` None starts at the newest (backwards) or oldest event."""
        params = {"from": from_, "dir": dir, "limit": str(limit), "to": to, "filter": filter or LAZY_MEMBERS}
        answer = await self._client.exchange(
            "GET", room_path(room_id, "messages"), params=given(params), timeout_s=SLOW_CALL_S
        )

        def decode(body: bytes) -> MessagesPage:
            page = decode_as(body, _Messages)
            return MessagesPage(
                events=parse_events(page.chunk, room_id),
                start=page.start,
                end=page.end,
                state=parse_events(page.state, room_id),
            )

        return await self._client.decode(decode, answer.body)

    async def context(self, room_id: RoomID, event_id: EventID, limit: int = 50) -> ContextPage:
        """Events around one event, half of `limit` on each side."""
        params = {"limit": str(limit), "filter": LAZY_MEMBERS}
        answer = await self._client.exchange(
            "GET", room_path(room_id, "context", event_id), params=params, timeout_s=SLOW_CALL_S
        )

        def decode(body: bytes) -> ContextPage:
            page = decode_as(body, _Context)
            return ContextPage(
                before=parse_events(page.events_before, room_id),
                event=parse_event(bytes(page.event), room_id),
                after=parse_events(page.events_after, room_id),
                start=page.start,
                end=page.end,
                state=parse_events(page.state, room_id),
            )

        return await self._client.decode(decode, answer.body)

    async def relations(
        self,
        room_id: RoomID,
        event_id: EventID,
        rel_type: str | None = None,
        event_type: str | None = None,
        *,
        from_: str | None = None,
        limit: int = 100,
        dir: str = "b",
        is_recursive: bool = False,
    ) -> RelationsPage:
        """Events that relate to an event (reactions, edits, a thread), newest first unless `dir` is "f"."""
        narrowing = [part for part in (rel_type, event_type if rel_type else None) if part]
        where = client_path("v1", "rooms", room_id, "relations", event_id, *narrowing)
        params = {"from": from_, "limit": str(limit), "dir": dir, "recurse": "true" if is_recursive else None}
        answer = await self._client.exchange("GET", where, params=given(params))

        def decode(body: bytes) -> RelationsPage:
            page = decode_as(body, _Chunk)
            return RelationsPage(parse_events(page.chunk, room_id), page.next_batch)

        return await self._client.decode(decode, answer.body)

    async def event(self, room_id: RoomID, event_id: EventID) -> Event:
        """One event."""
        answer = await self._client.exchange("GET", room_path(room_id, "event", event_id))
        decode_as(answer.body, dict[str, msgspec.Raw])
        return parse_event(answer.body, room_id)

    async def event_at(self, room_id: RoomID, ts_ms: int, dir: str = "b") -> EventID:
        """The event nearest to a moment, backwards or forwards from it."""
        where = client_path("v1", "rooms", room_id, "timestamp_to_event")
        answer = await self._client.call("GET", where, params={"ts": str(ts_ms), "dir": dir})
        return EventID(require_text(answer, "event_id"))

    async def state(self, room_id: RoomID) -> tuple[Event, ...]:
        """All current state events."""
        answer = await self._client.exchange("GET", room_path(room_id, "state"), timeout_s=SLOW_CALL_S)
        return await self._client.decode(lambda body: decode_event_array(body, room_id), answer.body)

    async def state_content(self, room_id: RoomID, event_type: str, state_key: str = "") -> JSONObject:
        """The content of one state event. Raises NotFound."""
        return await self._client.call("GET", state_path(room_id, event_type, state_key))

    async def state_event(self, room_id: RoomID, event_type: str, state_key: str = "") -> Event:
        """One state event whole. Servers before version 1.16 give its content: that is no event. Raises NotFound."""
        where = state_path(room_id, event_type, state_key)
        answer = await self._client.exchange("GET", where, params={"format": "event"})
        return parse_event(answer.body, room_id)

    async def aliases(self, room_id: RoomID) -> tuple[str, ...]:
        """The aliases this server has for the room."""
        answer = await self._client.call("GET", room_path(room_id, "aliases"))
        aliases = answer.get("aliases")
        return tuple(a for a in aliases if isinstance(a, str)) if isinstance(aliases, list) else ()

    async def resolve_alias(self, alias: str) -> RoomID:
        """The room an alias points at. Raises NotFound."""
        answer = await self._client.call("GET", client_path("v3", "directory", "room", alias))
        return RoomID(require_text(answer, "room_id"))

    async def hierarchy(
        self, space_id: RoomID, *, limit: int = 50, max_depth: int | None = None, from_: str | None = None
    ) -> HierarchyPage:
        """The tree under a space, one page, the space itself first."""
        depth = str(max_depth) if max_depth is not None else None
        params = {"limit": str(limit), "max_depth": depth, "from": from_}
        where = client_path("v1", "rooms", space_id, "hierarchy")
        answer = await self._client.exchange("GET", where, params=given(params), timeout_s=SLOW_CALL_S)
        return await self._client.decode(decode_hierarchy, answer.body)

    async def room_summary(self, room_id_or_alias: str, *, via: Sequence[str] = ()) -> JSONObject:
        """What may be known of a room before joining it."""
        where = client_path("v1", "room_summary", room_id_or_alias) + via_query(tuple(via))
        return await self._client.call("GET", where)

    async def joined_rooms(self) -> tuple[RoomID, ...]:
        """The rooms one is in."""
        answer = await self._client.call("GET", "/_matrix/client/v3/joined_rooms")
        rooms = answer.get("joined_rooms")
        if not isinstance(rooms, list):
            raise StrangeAnswer("no joined_rooms", status=200)
        return tuple(RoomID(room) for room in rooms if isinstance(room, str))

    async def _put_event(self, where: str, content: JSONObject, ts_ms: int | None) -> EventID:
        params = {"ts": str(ts_ms)} if ts_ms is not None else None
        answer = await self._client.call("PUT", where, params=params, body=content, timeout_s=60)
        return EventID(require_text(answer, "event_id"))

    async def _membership(self, room_id: RoomID, verb: str, user_id: UserID, reason: str | None) -> None:
        body: JSONObject = {"user_id": user_id}
        if reason:
            body["reason"] = reason
        await self._post(room_id, verb, body, timeout_s=SLOW_CALL_S)

    async def _post(self, room_id: RoomID, verb: str, body: JSONObject, *, timeout_s: float = 30) -> None:
        await self._client.call("POST", room_path(room_id, verb), body=body, timeout_s=timeout_s)
