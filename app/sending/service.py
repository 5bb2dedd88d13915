"""What a person writes: every call is one insert into the send queue and returns at once."""

import asyncio
import contextlib
import logging
import secrets
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from app.clock import Clock
from app.domain.events import JSONObject
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.richtext import to_html
from app.domain.sending import QueuedRequest, RequestKind
from app.domain.timeline import SendState
from app.errors import InputError, TackError
from app.homeserver import Homeserver
from app.sending.attachments import Outbox, Prepared
from app.sending.contents import (
    ECHO_PREFIX,
    Relations,
    attachment_content,
    edit_content,
    reaction_content,
    text_content,
)
from app.sending.uploads import Uploads
from app.store.cache import Cache
from app.store.values import Draft, NewRequest

log = logging.getLogger("tack.sending")

TYPING_MS = 20_000
TYPING_AGAIN_S = 10.0


def new_txn_id() -> TxnID:
    """Make a transaction id: random, so that it is new on every device and after every crash."""
    return TxnID(f"tack{secrets.token_hex(12)}")


class SendingService:
    """Fills the send queue. A `target` is an item's `uid` or an event id: echoes can be edited, answered, recalled."""

    def __init__(
        self, cache: Cache, homeserver: Homeserver, outbox: Outbox, uploads: Uploads, clock: Clock
    ) -> None:
        self._cache = cache
        self._homeserver = homeserver
        self._outbox = outbox
        self._uploads = uploads
        self._clock = clock
        self._order: defaultdict[RoomID, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._typing: tuple[RoomID, float] | None = None

    async def send_text(
        self,
        room_id: RoomID,
        body: str,
        *,
        reply_to: str | None = None,
        mentions: Sequence[UserID] = (),
        mentions_room: bool = False,
        edit_of: str | None = None,
        thread_root: EventID | None = None,
    ) -> TxnID:
        """Queue a text. Raises `InputError`: `room_encrypted`, `text_empty`, `text_too_long`."""
        self._refuse_encrypted(room_id)
        if not body.strip():
            raise InputError("nothing to send", code="text_empty")
        parent = _parent_of(reply_to)
        named = [*mentions, *self._author_of(room_id, reply_to)]
        names = {f"@{self._name_of(room_id, user)}": user for user in mentions}
        content = text_content(
            body, to_html(body, names), named, Relations(reply_to, thread_root), mentions_room=mentions_room
        )
        if edit_of is not None:
            parent = _parent_of(edit_of)
            content = edit_content(content, edit_of)
        return await self._queue_message(room_id, content, parent)

    async def send_file(self, room_id: RoomID, path: Path, caption: str = "") -> TxnID:
        """Queue a file; what its type says is an image, video or sound is shown as one.

        Raises `InputError`: `file_gone`, `file_unreadable`, `file_empty`, `room_encrypted`.
        """
        self._refuse_encrypted(room_id)
        async with self._order[room_id]:
            return await self._queue_attachment(room_id, await self._outbox.prepare_file(path), caption)

    async def send_image_bytes(self, room_id: RoomID, png: bytes, filename: str = "image.png") -> TxnID:
        """Queue a pasted picture. Raises as `send_file`."""
        self._refuse_encrypted(room_id)
        async with self._order[room_id]:
            return await self._queue_attachment(room_id, await self._outbox.prepare_bytes(png, filename), "")

    async def react(self, room_id: RoomID, target: str, key: str) -> None:
        """Add my reaction, or take it back when it is there."""
        item = self._cache.read.item(room_id, target)
        event_id = item.event_id if item is not None else None
        references = {target} | ({event_id} if event_id else set())
        waiting = self._waiting_reaction(room_id, references, key)
        if waiting is not None:
            await self._take_back(waiting)
            return
        own = self._cache.read.own_reaction(event_id, key) if event_id else None
        if own is not None:
            await self._enqueue(room_id, RequestKind.REDACTION, {}, target=own)
            return
        content = reaction_content(event_id or target, key)
        parent = _parent_of(event_id or target)
        await self._enqueue(room_id, RequestKind.EVENT, content, event_type="m.reaction", depends_on=parent)

    async def redact(self, room_id: RoomID, target: str, reason: str = "") -> None:
        """Recall a message; one that is still in the queue is taken out of it."""
        row = self._row_of(room_id, target)
        if row is not None and row.event_id is None:
            await self._take_back(row)
            return
        item = self._cache.read.item(room_id, target)
        event_id = item.event_id if item is not None and item.event_id else EventID(target)
        content: JSONObject = {"reason": reason} if reason else {}
        await self._enqueue(room_id, RequestKind.REDACTION, content, target=event_id)

    async def retry(self, txn_id: TxnID) -> None:
        """Try a wedged row again."""
        await self._cache.queue_retry(txn_id)

    async def discard(self, txn_id: TxnID) -> None:
        """Give up a row that was not sent, and what depends on it. One that is on the wire is recalled behind it.

        An attachment that is still going up is stopped.
        """
        rows = self._cache.read.queue(SendState.SENDING, limit=5000)
        on_wire = next((row for row in rows if row.txn_id == txn_id), None)
        if on_wire is not None:
            await self._take_back(on_wire)
        else:
            await self._drop(txn_id)

    def upload_share(self, uid: str) -> float | None:
        """How much of an item's attachment is up, 0 to 1; None when none is moving."""
        return self._uploads.share_of(uid)

    def stop_upload(self, txn_id: TxnID) -> bool:
        """Stop what goes up for a row; whether something did. The row is not sent any more, and may be discarded."""
        return self._uploads.drop(txn_id)

    async def set_typing(self, room_id: RoomID, is_typing: bool) -> None:
        """Tell the room that I type. Lost without harm when the line is down; throttled here."""
        now = self._clock.monotonic()
        is_told = self._typing is not None and self._typing[0] == room_id
        if is_typing and is_told and self._typing is not None and now - self._typing[1] < TYPING_AGAIN_S:
            return
        if not is_typing and not is_told:
            return
        self._typing = (room_id, now) if is_typing else None
        try:
            await self._homeserver.client.receipts.typing(room_id, is_typing, TYPING_MS)
        except TackError as error:
            log.debug("typing not told: %s", error.code)

    async def save_draft(self, room_id: RoomID, text: str, extra: JSONObject | None = None) -> None:
        """Keep what stands in the composer; an empty text removes it."""
        await self._cache.set_draft(room_id, Draft(text, extra or {}))

    async def prepare_file(self, path: Path) -> Prepared:
        """Take a file in that is to be queued with other rows. Raises as `send_file`."""
        return await self._outbox.prepare_file(path)

    async def queue(self, requests: Sequence[NewRequest]) -> list[QueuedRequest]:
        """Put rows that belong together into the send queue: all or none, behind what the person sent before."""
        async with contextlib.AsyncExitStack() as stack:
            for room_id in sorted({request.room_id for request in requests if request.room_id}):
                await stack.enter_async_context(self._order[room_id])
            return await self._cache.enqueue_all(requests)

    async def take_back(self, row: QueuedRequest) -> None:
        """Undo a row: drop it where the server cannot have it, else recall its event behind it."""
        await self._take_back(row)

    # Rows ---------------------------------------------------------------------------------------------------

    async def _queue_message(self, room_id: RoomID, content: JSONObject, parent: TxnID | None) -> TxnID:
        async with self._order[room_id]:
            return await self._enqueue(
                room_id, RequestKind.EVENT, content, event_type="m.room.message", depends_on=parent
            )

    async def _queue_attachment(self, room_id: RoomID, prepared: Prepared, caption: str) -> TxnID:
        content = attachment_content(prepared.attachment, caption)
        return await self._enqueue(
            room_id, RequestKind.EVENT, content, event_type="m.room.message", attachment_path=prepared.path
        )

    async def _enqueue(
        self,
        room_id: RoomID,
        kind: RequestKind,
        content: JSONObject,
        *,
        event_type: str = "",
        depends_on: TxnID | None = None,
        target: EventID | None = None,
        attachment_path: str | None = None,
    ) -> TxnID:
        request = NewRequest(
            lane=room_id,
            kind=kind,
            txn_id=new_txn_id(),
            content=content,
            room_id=room_id,
            event_type=event_type,
            depends_on=depends_on,
            target=target,
            attachment_path=attachment_path,
        )
        await self._cache.enqueue(request)
        return request.txn_id

    async def _take_back(self, row: QueuedRequest) -> None:
        """Undo a row: drop it where the server cannot have it, else send a redaction after it."""
        has_no_event = row.attempts == 0 or (row.attachment_path is not None and row.attachment_uri is None)
        is_untried = row.state is SendState.WEDGED or (row.state is SendState.QUEUED and has_no_event)
        if self._uploads.drop(row.txn_id) or is_untried:
            await self._drop(row.txn_id)
        elif row.room_id is not None:
            await self._enqueue(
                row.room_id, RequestKind.REDACTION, {}, depends_on=row.txn_id, target=row.event_id
            )

    async def _drop(self, txn_id: TxnID) -> None:
        await self._cache.queue_discard(txn_id)
        self._uploads.drop(txn_id)  # its upload may have begun meanwhile

    # Look-ups -----------------------------------------------------------------------------------------------

    def _row_of(self, room_id: RoomID, target: str) -> QueuedRequest | None:
        if not target.startswith(ECHO_PREFIX):
            return None
        txn_id = target.removeprefix(ECHO_PREFIX)
        return next((row for row in self._queue(room_id) if row.txn_id == txn_id), None)

    def _waiting_reaction(self, room_id: RoomID, references: set[str], key: str) -> QueuedRequest | None:
        """Find my reaction in the queue, unless its own redaction waits behind it."""
        rows = self._queue(room_id)
        wanted = [reaction_content(reference, key) for reference in references]
        undoing = [row for row in rows if row.kind is RequestKind.REDACTION]
        undone = {row.depends_on for row in undoing} | {row.target for row in undoing}
        for row in rows:
            is_it = row.event_type == "m.reaction" and row.content in wanted
            if is_it and row.txn_id not in undone and (row.event_id is None or row.event_id not in undone):
                return row
        return None

    def _queue(self, room_id: RoomID) -> list[QueuedRequest]:
        return self._cache.read.queue(room_id=room_id, limit=5000)

    def _refuse_encrypted(self, room_id: RoomID) -> None:
        room = self._cache.read.room(room_id)
        if room is not None and room.is_encrypted:
            raise InputError("no plain text into an encrypted room", code="room_encrypted")

    def _author_of(self, room_id: RoomID, target: str | None) -> list[UserID]:
        """Give whom a reply answers: they are named, unless it is myself."""
        item = self._cache.read.item(room_id, target) if target else None
        return [item.sender] if item is not None and not item.is_own else []

    def _name_of(self, room_id: RoomID, user_id: UserID) -> str:
        member = self._cache.read.member(room_id, user_id)
        return member.name if member is not None else user_id


def _parent_of(target: str | None) -> TxnID | None:
    """Give the row of the queue that a target stands for; the cache knows whether there is still one."""
    is_echo = target is not None and target.startswith(ECHO_PREFIX)
    return TxnID(target.removeprefix(ECHO_PREFIX)) if target is not None and is_echo else None
