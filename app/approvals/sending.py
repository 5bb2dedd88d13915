"""An act on the wire, and the files of requests and acts: the part of approvals that the send queue uses.

An act is sent in steps that can each be repeated: the room is read as the server has it; an act that stands already is
not sent again; one that would change nothing any more is refused; whom it needs is invited; the own list is put with
the act behind it, and read again, since another device of the same person may have been faster; then it is said in
words, under a transaction id that follows from the row's.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from app.approvals.files import files_of as files_of
from app.approvals.files import with_addresses as with_addresses
from app.approvals.files import with_upload as with_upload
from app.approvals.plain_words import act_message
from app.domain.approvals.acts import Act, ActKind, ActList, ActsEvent, parse_acts
from app.domain.approvals.fold import fold_request, refusal_of
from app.domain.approvals.ordering import in_order
from app.domain.approvals.request import RequestContent, parse_request
from app.domain.approvals.rows import Trust
from app.domain.approvals.seal import is_sealable, is_sealed
from app.domain.approvals.wire import (
    ACTS_TYPE,
    MAX_ACTS,
    MAX_EVENT_BYTES,
    REQUEST_FIELD,
    canonical,
    to_content,
)
from app.domain.content import JSONObject, strings_of, text_of
from app.domain.events import Event
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.errors import Forbidden, InputError, RetryKind, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.approvals.state import RequestState
    from app.domain.sending import QueuedRequest
    from app.homeserver import Homeserver
    from app.store.cache import Cache

log = logging.getLogger("tack.approvals")

DECIDING = (
    ActKind.APPROVE,
    ActKind.REJECT,
    ActKind.RETURN,
    ActKind.TRANSFER,
    ActKind.DELEGATE,
    ActKind.ADD_SIGN,
)
"""What is not to be done where the embedded template is not the one it claims to be."""
MAX_RACES = 4
PAGE, MAX_PAGES = 500, 200
_ONLY_ACTS = json.dumps({"types": [ACTS_TYPE], "lazy_load_members": True})
_PRESENT = ("join", "invite")


class RoomNow(NamedTuple):
    """A request's room as the server has it."""

    content: RequestContent
    requester: UserID
    made_ms: int
    seal: EventID | None
    events: tuple[ActsEvent, ...]
    members: frozenset[str]
    """Joined and invited."""
    is_encrypted: bool
    """The server encrypted it by itself: nothing is said there in the clear."""

    def state(self, without: str = "") -> RequestState:
        """Fold it; `without` leaves out what holds an act of that id, and what came on top of it."""
        events = [event for event in self.events if without not in _ids(event.content.acts)]
        return fold_request(self.content, self.requester, self.made_ms, self.seal, events)

    def own_acts(self, me: UserID) -> tuple[Act, ...]:
        """Give what stands of one person's list."""
        if self.seal is None:
            return ()
        ordered = in_order(self.seal, [event for event in self.events if event.user == me])
        placed = [*(one for one, _ in ordered.taken), *ordered.impossible]
        return tuple(one.act for one in sorted(placed, key=lambda one: one.place))


class ActSender:
    """Sends the acts of one account."""

    def __init__(self, cache: Cache, homeserver: Homeserver) -> None:
        self._cache, self._homeserver = cache, homeserver

    async def send(self, row: QueuedRequest, content: JSONObject, now_ms: int) -> None:
        """Send a row of kind `ACT` whose files have addresses. Raises `TackError`; `InputError` for a refusal."""
        act = msgspec.convert(content["act"], Act)
        assert row.room_id is not None
        room = await self._look(row.room_id)
        for _ in range(MAX_RACES):
            if act.id in _ids(room.own_acts(self._cache.user_id)):
                break
            await self._add(row.room_id, room, act, strings_of(content, "people"), now_ms)
            room = await self._with_acts(row.room_id, room)
        else:
            raise ServerError("another device is always faster", status=500)
        if not room.is_encrypted:
            await self._say(row, room, act, text_of(content, "text") or "")

    async def _add(
        self, room_id: RoomID, room: RoomNow, act: Act, people: Sequence[str], now_ms: int
    ) -> None:
        """Put the own list with one act more."""
        me = self._cache.user_id
        if room.seal is None:
            raise InputError("not sealed", code="approval_unsealed")
        state = room.state()
        if state.checks:
            raise InputError("not valid in itself", code="approval_invalid")
        if act.kind in DECIDING and await self._differs(room_id, now_ms):
            raise InputError("another template", code="approval_differs")
        refusal = refusal_of(room.content, state, me, act, now_ms)
        if refusal is not None:
            raise InputError("would change nothing", code=f"approval_{refusal.value}")
        listed = ActList(room.seal, (*room.own_acts(me), act))
        check_size(listed)
        await self._invite(room_id, room, people)
        if act.kind is ActKind.URGE:
            await self._bring_back(room_id, room, state.waiting)
        await self._homeserver.client.rooms.send_state(room_id, ACTS_TYPE, me, to_content(listed))

    async def _differs(self, room_id: RoomID, now_ms: int) -> bool:
        """Whether it has turned out meanwhile that the template is not the organisation's."""
        found = await self._cache.read_in_worker(lambda read: read.approvals.detail(room_id, now_ms))
        return found is not None and found.trust is Trust.DIFFERS

    async def _invite(self, room_id: RoomID, room: RoomNow, people: Iterable[str]) -> None:
        rooms = self._homeserver.client.rooms
        for user in people:
            if user in room.members:
                continue
            try:
                await rooms.invite(room_id, UserID(user))
            except Forbidden as error:
                member = await rooms.state_content(room_id, "m.room.member", user)
                if text_of(member, "membership") not in _PRESENT:
                    raise InputError("cannot be invited", code="approval_cannot_invite") from error

    async def _bring_back(self, room_id: RoomID, room: RoomNow, waiting: Iterable[UserID]) -> None:
        """Invite those it waits for who have left, or were never let in; who cannot be does not stop the urge."""
        for user in waiting:
            try:
                await self._invite(room_id, room, [user])
            except (InputError, ServerError) as error:
                if error.retry is not RetryKind.PERMANENT:
                    raise
                log.info("%s cannot be brought back into %s: %s", user, room_id, error.code)

    async def _say(self, row: QueuedRequest, room: RoomNow, act: Act, text: str) -> None:
        """Repeat the act in words for clients without Tack; whose turn it has become is named."""
        assert row.room_id is not None
        content = act_message(
            self._cache.user_id, act, text, room.content, room.state(without=act.id), room.state()
        )
        await self._homeserver.client.rooms.send_event(
            row.room_id, "m.room.message", TxnID(f"{row.txn_id}.text"), content
        )

    # Reading ------------------------------------------------------------------------------------------------

    async def _look(self, room_id: RoomID) -> RoomNow:
        """Read the room, entering it where the invitation still waits."""
        rooms = self._homeserver.client.rooms
        try:
            state = await rooms.state(room_id)
        except Forbidden:
            await rooms.join(room_id)
            state = await rooms.state(room_id)
        room = room_of(state)
        if room is None:
            raise InputError("no request", code="approval_invalid")
        return await self._with_acts(room_id, room._replace(events=tuple(acts_events(state))))

    async def _with_acts(self, room_id: RoomID, room: RoomNow) -> RoomNow:
        """Give the room with every version there is: what a server no longer lists may still stand as state."""
        found = {event.event_id: event for event in (*room.events, *await self._acts(room_id))}
        return room._replace(events=tuple(found.values()))

    async def _acts(self, room_id: RoomID) -> tuple[ActsEvent, ...]:
        """Read all versions of everybody's list, and let the cache have them."""
        found: list[Event] = []
        token: str | None = None
        for _ in range(MAX_PAGES):
            page = await self._homeserver.client.rooms.messages(room_id, token, limit=PAGE, filter=_ONLY_ACTS)
            found += page.events
            token = page.end
            if token is None:
                break
        else:  # half of what was done is worse than nothing
            raise ServerError("more acts than anybody does", status=500)
        await self._cache.add_events(found)
        return tuple(acts_events(found))


def room_of(state: Iterable[Event]) -> RoomNow | None:
    """Read the state of a room; None where it is not that of a request."""
    current = {(event.type, event.state_key): event for event in state}
    create = current.get(("m.room.create", ""))
    levels = current.get(("m.room.power_levels", ""))
    content = parse_request(create.content.get(REQUEST_FIELD)) if create is not None else None
    if create is None or content is None or not is_sealable(create.content):
        return None
    sealed = levels is not None and is_sealed(create.content, levels.content)
    members = frozenset(
        str(key)
        for (kind, key), event in current.items()
        if kind == "m.room.member" and text_of(event.content, "membership") in _PRESENT
    )
    seal = levels.event_id if levels is not None and sealed else None
    is_encrypted = ("m.room.encryption", "") in current
    return RoomNow(content, create.sender, create.origin_server_ts, seal, (), members, is_encrypted)


def acts_events(events: Iterable[Event]) -> list[ActsEvent]:
    """Give those of some events that are somebody's own list."""
    found = []
    for event in events:
        listed = parse_acts(event.content) if event.type == ACTS_TYPE else None
        if listed is not None and event.state_key == event.sender:
            found.append(ActsEvent(event.event_id, event.sender, event.origin_server_ts, listed))
    return found


def check_size(listed: ActList) -> None:
    """Refuse a list that does not fit into an event. Raises `InputError`."""
    size = len(canonical(to_content(listed)))
    if size > MAX_EVENT_BYTES or len(listed.acts) > MAX_ACTS:
        raise InputError("too big", code="approval_too_big", size=size, limit=MAX_EVENT_BYTES)


def _ids(acts: Iterable[Act]) -> set[str]:
    return {act.id for act in acts}
