"""One request as its room holds it, read and folded: the same for the lists (`app.store.approvals`) and for details.

All versions of everybody's list of acts count that the cache has, whichever way they came: the table of events is asked,
not the current state. Whose list it is the server answers for: sender and key are the same.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec

from app.domain.approvals.acts import Act, ActsEvent, parse_acts
from app.domain.approvals.fold import checked, fold_request
from app.domain.approvals.request import RequestContent, parse_request
from app.domain.approvals.seal import is_sealed
from app.domain.approvals.wire import REQUEST_FIELD, REQUEST_ROOM_TYPE
from app.domain.content import int_of, text_of
from app.domain.ids import EventID, RoomID, TxnID, UserID, server_name_of
from app.domain.sending import is_new_room
from app.domain.timeline import SendState
from app.store.schema_approvals import IS_ACTS
from app.store.sql import from_json, to_json
from app.store.stored import parse_stored, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.domain.approvals.state import Check, RequestState
    from app.domain.events import Event, JSONObject

log = logging.getLogger("tack.store.approvals")

TXN_FIELD = "im.tack.txn"
"""Field of a create event: the row of the send queue that made the room."""
_ROOM = (
    "SELECT room_id, membership, reached_start, NOT EXISTS(SELECT 1 FROM gap WHERE gap.room = room.id)"
    " FROM room WHERE id = ?"
)
_ACTS = f"SELECT event_id, raw FROM event WHERE room = ? AND {IS_ACTS} AND state_key = sender ORDER BY id"
_PENDING = (
    "SELECT txn_id, content, state, not_before_ms, error_code, created_ms FROM send_queue"
    " WHERE room_id = ? AND kind = 'act' ORDER BY id"
)
MADE_REQUEST = "made_request"
"""Namespace of `kv`: what a room that the server has made holds, until sync brings it."""
_TO_MAKE = (
    "SELECT room_id, content, state, error_code, created_ms FROM send_queue q WHERE kind = 'create_room'"
    " AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.txn_id = q.txn_id) ORDER BY id DESC LIMIT 500"
)
_MADE = (
    "SELECT key, value FROM kv WHERE namespace = ? AND NOT EXISTS (SELECT 1 FROM room r JOIN approval a ON a.id = r.id"
    " WHERE r.room_id = kv.key) ORDER BY rowid DESC LIMIT 500"
)
_DEFECTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
)
_Acts: TypeAlias = "tuple[tuple[ActsEvent, Event], ...]"
_MANY_VERSIONS, _MAX_LONG = 30, 3
_known_acts: dict[bytes, _Acts] = {}
"""The versions of a few rooms that have many, by the digest of all."""
_MAX_KNOWN = 20_000
_known_checks: dict[tuple[bytes, UserID], tuple[Check, ...]] = {}
"""By the digest of the create event and who made it. Shared by the threads that write and read."""
_ASSUMED_SEAL = EventID("~assumed")
"""Of a room I only see the invitation of: its power levels are not among what is shown of it."""


class QueuedAct(NamedTuple):
    """An act of mine in the send queue."""

    txn_id: TxnID
    act: Act
    state: SendState
    not_before_ms: int
    error_code: str
    created_ms: int

    @property
    def counts(self) -> bool:
        """Whether it will be sent as things stand."""
        return self.state is not SendState.WEDGED

    @property
    def waits(self) -> bool:
        """Whether it is still to be sent."""
        return self.counts and self.state is not SendState.SENT


class StoredRequest(NamedTuple):
    """What a room says of its request."""

    room: int
    room_id: RoomID
    membership: str
    is_whole: bool
    content: RequestContent
    requester: UserID
    made_ms: int
    create: Event
    seal: Event | None
    acts: _Acts
    queued: tuple[QueuedAct, ...]
    inviter: UserID | None = None

    @property
    def is_invited(self) -> bool:
        """Whether I only see the invitation."""
        return self.membership == "invite"

    def is_external(self, me: UserID) -> bool:
        """Whether it is of another company. Of an invitation only who invites is certain: all else their server says."""
        known = [self.requester, *([self.inviter] if self.is_invited and self.inviter else [])]
        return any(server_name_of(user) != server_name_of(me) for user in known)

    @property
    def txn_id(self) -> str | None:
        """The row of the send queue that made it, as its maker says."""
        return text_of(self.create.content, TXN_FIELD)


def read_request(conn: Any, room: int, me: UserID) -> StoredRequest | None:
    """Read a room; None where it holds no request."""
    row = conn.execute(_ROOM, (room,)).fetchone()
    if row is None:
        return None
    room_id = RoomID(row[0])
    state = state_of(conn, room, room_id, ("m.room.create", "m.room.power_levels"))
    create = state.get(("m.room.create", ""))
    content = None if create is None else request_in(create.content)
    if create is None or content is None or not create.sender:
        return None
    levels = state.get(("m.room.power_levels", ""))
    seal = levels if levels is not None and is_sealed(create.content, levels.content) else None
    return StoredRequest(
        room=room,
        room_id=room_id,
        membership=row[1],
        is_whole=bool(row[2] and row[3]),
        content=content,
        requester=create.sender,
        made_ms=create.origin_server_ts or content.made_ms,
        create=create,
        seal=seal,
        acts=_acts(conn, room, room_id),
        queued=tuple(read_queued(conn, room_id)),
        inviter=_inviter(conn, room, room_id, me) if row[1] == "invite" else None,
    )


def _inviter(conn: Any, room: int, room_id: RoomID, me: UserID) -> UserID | None:
    own = state_of(conn, room, room_id, ("m.room.member",), me).get(("m.room.member", me))
    return None if own is None else own.sender


def request_in(create: JSONObject) -> RequestContent | None:
    """Give the request in the content of a create event, or in what makes a room."""
    if create.get("type") != REQUEST_ROOM_TYPE:
        return None
    return parse_request(create.get(REQUEST_FIELD))


def _acts(conn: Any, room: int, room_id: RoomID) -> _Acts:
    """Read every version of everybody's list. Who fills a room with them makes each look at it long: it is kept."""
    rows = conn.execute(_ACTS, (room,)).fetchall()
    if len(rows) < _MANY_VERSIONS:
        return tuple(_parsed(rows, room_id))
    digest = hashlib.sha256(room_id.encode())
    for event_id, raw in rows:
        digest.update(f"{event_id}\n{len(raw)}\n".encode() + raw)
    key = digest.digest()
    found = _known_acts.get(key)
    if found is None:
        found = tuple(_parsed(rows, room_id))
        if len(_known_acts) >= _MAX_LONG:
            _known_acts.clear()
        _known_acts[key] = found
    return found


def _parsed(rows: list[tuple[str, bytes]], room_id: RoomID) -> Iterator[tuple[ActsEvent, Event]]:
    for event_id, raw in rows:
        event = parse_stored(raw, event_id, room_id)
        content = None if event_id.startswith("~") else parse_acts(event.content)
        if content is not None:
            yield ActsEvent(event.event_id, event.sender, event.origin_server_ts, content), event


def read_queued(conn: Any, room_id: RoomID) -> Iterator[QueuedAct]:
    """Give my acts on a request that lie in the send queue."""
    for txn_id, text, state, not_before_ms, code, created_ms in conn.execute(_PENDING, (room_id,)).fetchall():
        act = _act_of(from_json(text))
        if act is not None:
            yield QueuedAct(TxnID(txn_id), act, SendState(state), not_before_ms, code or "", created_ms or 0)


def _act_of(content: JSONObject) -> Act | None:
    try:
        return msgspec.convert(content.get("act"), Act)
    except (ValueError, RecursionError):  # half a surrogate is a ValueError, too
        return None


def unsent(request: StoredRequest, me: UserID) -> tuple[QueuedAct, ...]:
    """Give those of my queued acts whose copy is not here yet."""
    seal = None if request.seal is None else request.seal.event_id
    stored = {
        act.id
        for event, _ in request.acts
        if event.user == me and event.content.seal == seal
        for act in event.content.acts
    }
    return tuple(queued for queued in request.queued if queued.act.id not in stored)


def fold_stored(request: StoredRequest, me: UserID) -> RequestState | None:
    """Say where a request stands, my waiting acts counted in. None, and logged, where the fold itself fails.

    Whatever somebody may write into a room, storing what else came must go on.
    """
    seal = request.seal.event_id if request.seal is not None else None
    if request.is_invited:
        seal = _ASSUMED_SEAL
    pending = [(me, queued.act, queued.created_ms) for queued in unsent(request, me) if queued.counts]
    try:
        return fold_request(
            request.content,
            request.requester,
            request.made_ms,
            seal,
            () if request.is_invited else [event for event, _ in request.acts],
            pending,
            checks=_checks(request) if request.room else (),  # checked before it was queued
        )
    except _DEFECTS:
        log.exception("request %s cannot be folded", request.room_id)
        return None


def _checks(request: StoredRequest) -> tuple[Check, ...]:
    """Say what is wrong with a request in itself: looked for once, for every act and comment makes its rows anew."""
    key = hashlib.sha256(request.create.raw).digest(), request.requester
    found = _known_checks.get(key)
    if found is None:
        if len(_known_checks) >= _MAX_KNOWN:
            _known_checks.clear()
        found = _known_checks[key] = checked(request.content, request.requester)
    return found


def drafted(conn: Any, me: UserID) -> Iterator[tuple[StoredRequest, SendState, str]]:
    """Give my requests that are still to be made, newest first, with the state and error of their row in the queue.

    Those that were made and whose rooms sync has not brought yet are among them, under the ids of these.
    """
    for room_id, text, state, code, created_ms in conn.execute(_TO_MAKE).fetchall():
        request = _drafted(conn, me, RoomID(room_id or ""), from_json(text), created_ms or 0)
        if request is not None and is_new_room(request.room_id):
            yield request, SendState(state), code or ""
    for room_id, text in conn.execute(_MADE, (MADE_REQUEST,)).fetchall():
        kept = from_json(text)
        request = _drafted(conn, me, RoomID(room_id), kept, int_of(kept, "made_ms") or 0)
        if request is not None:
            yield request, SendState.SENDING, ""


def kept_while_made(content: JSONObject, made_ms: int) -> str | None:
    """Give what is kept of a row that made a request's room until sync brings that room; None for any other room."""
    creation = content.get("creation_content")
    if not isinstance(creation, dict) or request_in(creation) is None:
        return None
    return to_json({"creation_content": creation, "made_ms": made_ms})


def _drafted(conn: Any, me: UserID, room_id: RoomID, body: JSONObject, made_ms: int) -> StoredRequest | None:
    creation = body.get("creation_content")
    content = request_in(creation) if isinstance(creation, dict) else None
    if content is None or not isinstance(creation, dict):
        return None
    create = _not_made(room_id, me, made_ms, creation)
    queued = tuple(read_queued(conn, room_id))
    return StoredRequest(0, room_id, "join", True, content, me, made_ms, create, create, (), queued)


def _not_made(room_id: RoomID, me: UserID, made_ms: int, creation: JSONObject) -> Event:
    from app.domain.events import Event

    raw = json.dumps(creation).encode()
    return Event(
        event_id=EventID(""),
        room_id=room_id,
        type="m.room.create",
        sender=me,
        origin_server_ts=made_ms,
        content=creation,
        raw=raw,
        state_key="",
    )
