"""Likes and comments: rows of the send queue, offline too."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.channels.rights import WAITING_PREFIX, followed_room_of, may_redact, may_send
from app.domain.channels.comment import comment_content
from app.domain.channels.wire import COMMENT_TYPE, LIKE, MAX_COMMENT, RESERVE
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.sending import RequestKind
from app.domain.timeline import SendState
from app.errors import InputError
from app.sending.contents import ECHO_PREFIX, reaction_content
from app.sending.service import new_txn_id
from app.store.values import NewRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.content import JSONObject
    from app.domain.sending import QueuedRequest
    from app.sending.service import SendingService
    from app.store.cache import Cache

MESSAGE = "m.room.message"
_KEYS = {key: (key, f"{key}\ufe0f") for key in (LIKE, RESERVE)}
"""Other clients write an emoji with a mark behind it that asks for its picture."""


class Talking:
    """Part of the service."""

    def __init__(self, cache: Cache, sending: SendingService) -> None:
        self._cache, self._sending = cache, sending
        self._turn = asyncio.Lock()
        """Two clicks at once are one act: the second sees what the first has queued."""

    # Reactions ----------------------------------------------------------------------------------------------

    async def react(self, event_id: EventID, key: str, is_wanted: bool) -> None:
        """Put my reaction there, or take it away; nothing happens where it is so already.

        Raises `InputError` `not_found`, `follow_first`.
        """
        async with self._turn:
            room_id = followed_room_of(self._cache.read, event_id)
            waiting = self._waiting(room_id, event_id, _KEYS[key])
            own = self._own(room_id, event_id, _KEYS[key])
            if not is_wanted:
                await self._take_back(room_id, waiting, own)
            elif waiting and not own and all(row.state is SendState.WEDGED for row in waiting):
                await self._cache.queue_retry(waiting[0].txn_id)
            elif not waiting and not own:
                await self._queue(
                    room_id, reaction_content(_reference(event_id), key), "m.reaction", event_id
                )

    async def _take_back(
        self, room_id: RoomID, waiting: Sequence[QueuedRequest], own: Sequence[EventID]
    ) -> None:
        for row in waiting:
            await self._sending.take_back(row)
        for reaction in own:
            request = NewRequest(
                room_id, RequestKind.REDACTION, new_txn_id(), {}, room_id=room_id, target=reaction
            )
            await self._sending.queue([request])

    def _own(self, room_id: RoomID, event_id: str, keys: Sequence[str]) -> list[EventID]:
        """Give my stored reactions whose recall does not wait."""
        recalled = {row.target for row in self._rows(room_id) if row.kind is RequestKind.REDACTION}
        found = [self._cache.read.own_reaction(EventID(event_id), key) for key in keys]
        return [reaction for reaction in found if reaction is not None and reaction not in recalled]

    def _waiting(self, room_id: RoomID, event_id: str, keys: Sequence[str]) -> list[QueuedRequest]:
        """Give my reactions that wait in the send queue, failed ones too, unless they are to be recalled."""
        rows = self._rows(room_id)
        undoing = [row for row in rows if row.kind is RequestKind.REDACTION]
        undone = ({row.depends_on for row in undoing} | {row.target for row in undoing}) - {None}
        wanted = [reaction_content(_reference(event_id), key) for key in keys]
        return [
            row
            for row in rows
            if row.event_type == "m.reaction"
            and row.content in wanted
            and row.txn_id not in undone
            and (row.event_id is None or row.event_id not in undone)
        ]

    # Comments -----------------------------------------------------------------------------------------------

    async def comment(
        self,
        event_id: EventID,
        body: str,
        at_ms: int | None,
        reply_to: EventID | None,
        mentions: Sequence[UserID],
    ) -> TxnID:
        """Queue a comment. Raises as `ChannelService.comment`."""
        body = body.strip()
        if not body:
            raise InputError("nothing to say", code="text_empty")
        if len(body) > MAX_COMMENT:
            raise InputError("too long", code="comment_too_long", limit=MAX_COMMENT)
        room_id = followed_room_of(self._cache.read, event_id)
        event_type = self._comment_type(room_id)
        content = comment_content(
            body,
            _reference(event_id),
            at_ms=at_ms,
            reply_to=_reference(reply_to) if reply_to else None,
            mentions=[*mentions, *self._answered(reply_to)],
            is_message=event_type == MESSAGE,
        )
        return await self._queue(room_id, content, event_type, reply_to or event_id)

    def _comment_type(self, room_id: RoomID) -> str:
        """Give the event type by which I may comment: a plain message where that is allowed."""
        for event_type in (MESSAGE, COMMENT_TYPE):
            if may_send(self._cache.read, room_id, event_type):
                return event_type
        raise InputError("muted here", code="no_permission")

    def _answered(self, reply_to: EventID | None) -> list[UserID]:
        """Give whom a reply answers: they are named, unless it is myself."""
        event = self._cache.read.event(reply_to) if reply_to else None
        return [event.sender] if event is not None and event.sender != self._cache.user_id else []

    async def remove(self, uid: str) -> None:
        """Recall a comment, or drop one that waits. Raises `InputError` `not_found`, `follow_first`, `no_permission`."""
        room_id = followed_room_of(self._cache.read, uid)
        if uid.startswith(WAITING_PREFIX):
            await self._sending.take_back(self._row(room_id, uid))
            return
        event = self._cache.read.event(EventID(uid))
        is_mine = event is not None and event.sender == self._cache.user_id
        if not is_mine and not may_redact(self._cache.read, room_id):
            raise InputError("another's comment", code="no_permission")
        request = NewRequest(
            room_id, RequestKind.REDACTION, new_txn_id(), {}, room_id=room_id, target=EventID(uid)
        )
        await self._sending.queue([request])

    async def retry(self, uid: str) -> None:
        """Try what failed again. Raises `InputError` `not_found`."""
        room_id = followed_room_of(self._cache.read, uid)
        await self._cache.queue_retry(self._row(room_id, uid).txn_id)

    # Rows ---------------------------------------------------------------------------------------------------

    def _rows(self, room_id: RoomID) -> list[QueuedRequest]:
        return self._cache.read.queue(room_id=room_id, limit=5000)

    def _row(self, room_id: RoomID, uid: str) -> QueuedRequest:
        found = next((row for row in self._rows(room_id) if f"{WAITING_PREFIX}{row.txn_id}" == uid), None)
        if found is None:
            raise InputError("not in the send queue", code="not_found")
        return found

    async def _queue(self, room_id: RoomID, content: JSONObject, event_type: str, parent: str) -> TxnID:
        """Queue an event that hangs on `parent`, which may wait itself."""
        txn_id = new_txn_id()
        depends_on = TxnID(parent[1:]) if parent.startswith(WAITING_PREFIX) else None
        request = NewRequest(
            room_id, RequestKind.EVENT, txn_id, content, room_id, event_type, depends_on=depends_on
        )
        await self._sending.queue([request])
        return txn_id


def _reference(event_id: str) -> str:
    """Give what stands in a content for an event: the send queue puts in the id of one that waits."""
    return ECHO_PREFIX + event_id[1:] if event_id.startswith(WAITING_PREFIX) else event_id
