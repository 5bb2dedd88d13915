"""Asking for something: what one may ask with, who would decide, and the rows of the send queue a request becomes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from app.approvals.drafts import NAMESPACE, put_draft, read_draft
from app.approvals.facts import names_of
from app.approvals.files import as_if_uploaded, taken_in, with_taken
from app.approvals.making import DRAFT_KEY, card_row, people_of, room_row, seal_row, text_row
from app.approvals.previewing import USED, Seen, size_of
from app.domain.approvals.fold import fold_request
from app.domain.approvals.planning import Plan, check_request, check_values, computed
from app.domain.approvals.request import RequestContent, parse_request
from app.domain.approvals.wire import MAX_EVENT_BYTES, to_content
from app.domain.content import strings_of
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.membership import Membership
from app.domain.sending import is_new_room, new_room_id
from app.domain.timeline import SendState
from app.errors import InputError
from app.sending.service import new_txn_id
from app.store import keeping, queue_write
from app.store.taking_back import take_back

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.approvals.previewing import Previewing
    from app.approvals.values import NewApproval
    from app.domain.approvals.request import Deputy, Values
    from app.domain.content import JSONObject
    from app.domain.sending import QueuedRequest
    from app.sending.attachments import Outbox
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.store.reader import Reader
    from app.store.values import NewRequest
    from app.store.write import Write

MAX_CARDS = 10


class Asking:
    """Part of the service."""

    def __init__(
        self,
        cache: Cache,
        sending: SendingService,
        outbox: Outbox,
        previewing: Previewing,
        now_ms: Callable[[], int],
    ) -> None:
        self._cache, self._sending, self._outbox = cache, sending, outbox
        self._previewing = previewing
        self._now_ms = now_ms

    # Sending ------------------------------------------------------------------------------------------------

    async def send(self, new: NewApproval) -> RoomID:
        """Queue a request; the stand-in of its room. Raises as `ApprovalService.send`."""
        content, deputies = await self._checked(new)
        taken: dict[str, JSONObject] = {}
        values = await taken_in(self._outbox, content.values, taken)
        content = _with_values(content, values)
        rows = await self._rows(new, content, deputies, taken)
        await self._cache.run(lambda w: self._put(w, rows, new), is_durable=True)
        return new_room_id(rows[0].txn_id)

    async def _checked(self, new: NewApproval) -> tuple[RequestContent, tuple[Deputy, ...]]:
        template = new.entry.template
        filled = computed(template, new.values)
        problem = next(iter(check_values(template, filled)), None)
        if problem is not None:
            where = {"key": problem.key, "row": problem.row, "column": problem.column}
            raise InputError("the form is not ready", code="approval_form", problem=problem.problem, **where)
        preview = await self._previewing.preview(new.entry, new.values, new.chosen)
        plan = preview.plan
        if plan.error is not None:
            raise InputError("no route", code="approval_route", error=plan.error, at=plan.error_at)
        names = await self._cache.read_in_worker(lambda read: names_of(read, new.cc))
        seen = Seen(preview.facts, plan, preview.deputies, preview.names)
        content = self._previewing.content(new, filled, seen, names | preview.names)
        size = size_of(content)
        if size > MAX_EVENT_BYTES:
            raise InputError("too big", code="approval_too_big", size=size, limit=MAX_EVENT_BYTES)
        _check_as_others(content, self._cache.user_id)
        return content, preview.deputies

    async def _rows(
        self,
        new: NewApproval,
        content: RequestContent,
        deputies: tuple[Deputy, ...],
        taken: dict[str, JSONObject],
    ) -> list[NewRequest]:
        me, txn_id = self._cache.user_id, new_txn_id()
        room_id = new_room_id(txn_id)
        people = people_of(_plan_of(content), new.cc, deputies, me)
        state = fold_request(content, me, content.made_ms, EventID("$sealed"), (), checks=())
        first = [user for user in state.duties_at(content.made_ms) if user != me]
        draft = await self._cache.read_in_worker(lambda read: _draft_content(read, new))
        draft = with_taken(draft, taken)  # the originals may be gone when it becomes one again
        title = f"{content.title} {content.number}"
        rows = [
            room_row(content, people, me, txn_id, draft),
            seal_row(room_id, TxnID(f"{txn_id}.seal")),
            text_row(room_id, TxnID(f"{txn_id}.text"), new.text or title, first),
        ]
        chats = await self._cache.read_in_worker(lambda read: _direct_chats(read, first))
        for number, chat in enumerate(chats):
            card = TxnID(f"{txn_id}.card{number}")
            rows.append(card_row(room_id, txn_id, room_id, chat, content.title, title, card))
        return rows

    def _put(self, w: Write, rows: Sequence[NewRequest], new: NewApproval) -> None:
        """Queue all, drop the draft, note the use: one transaction."""
        for row in rows:
            queue_write.enqueue(w, row)
        if new.draft:
            keeping.set_kv(w, NAMESPACE, new.draft, None)
        kept = keeping.read_kv(w.conn, *USED)
        used = (json.loads(kept) if kept else {}) | {new.entry.template.id: w.now_ms}
        keeping.set_kv(w, *USED, json.dumps(used))
        w.tally.approvals.add(new_room_id(rows[0].txn_id))

    # What was sent ------------------------------------------------------------------------------------------

    async def discard(self, room_id: RoomID) -> None:
        """Drop a request that is not made yet; its form becomes a draft. Raises `approval_on_its_way`, `not_found`."""
        row = self._making(room_id)
        was_stopped = self._sending.stop_upload(row.txn_id)

        def drop(w: Write) -> bool:
            if was_stopped:
                queue_write.discard(w, row.txn_id)  # its files were still on their way: no room was asked for
            elif not take_back(w, [row.txn_id]):
                return False
            kept = row.content.get(DRAFT_KEY) or {}
            put_draft(
                w,
                kept.get("key") or row.txn_id,
                kept.get("template_id", ""),
                kept.get("title", ""),
                kept.get("content", {}),
                w.now_ms,
            )
            w.tally.approvals.add(room_id)
            return True

        if not (await self._cache.run(drop, is_durable=True))[0]:
            raise InputError("perhaps made already", code="approval_on_its_way")

    async def retry(self, room_id: RoomID) -> None:
        """Try what was parked again."""
        for row in self._cache.read.queue(SendState.WEDGED, room_id, limit=500):
            await self._cache.queue_retry(row.txn_id)

    def _making(self, room_id: RoomID) -> QueuedRequest:
        rows = self._cache.read.rooms_to_be_made() if is_new_room(room_id) else []
        found = next((row for row in rows if row.room_id == room_id), None)
        if found is None:
            raise InputError("not in the send queue", code="approval_on_its_way")
        return found

    async def send_card(self, room_id: RoomID, to: RoomID, text: str) -> TxnID:
        """Put a card of a request into a conversation. Raises `not_found`, `room_left`, `room_encrypted`."""
        now_ms = self._now_ms()
        row = await self._cache.read_in_worker(lambda read: read.approvals.row(room_id, now_ms))
        room = self._cache.read.room(to)
        if row is None:
            raise InputError("no such request", code="not_found")
        if room is None or room.membership is not Membership.JOIN:
            raise InputError("not in this room", code="room_left")
        if room.is_encrypted:
            raise InputError("no plain text into an encrypted room", code="room_encrypted")
        maker = self._making(room_id).txn_id if is_new_room(room_id) else None
        card = card_row(to, maker, room_id, to, row.title, text or row.title, new_txn_id())
        await self._sending.queue([card])
        return card.txn_id


def _check_as_others(content: RequestContent, me: UserID) -> None:
    """Read a request as everybody else will: what they would refuse is not sent."""
    read = parse_request(as_if_uploaded(to_content(content)))
    if read is None:
        raise InputError("beyond the format's limits", code="approval_too_many")
    checks = check_request(read, me)
    if checks:
        raise InputError("would be invalid", code="approval_cannot_ask", check=checks[0])


def _with_values(content: RequestContent, values: Values) -> RequestContent:
    return msgspec.structs.replace(content, values=values)


def _plan_of(content: RequestContent) -> Plan:
    return Plan(content.steps, content.cc_start, content.cc_end)


def _draft_content(read: Reader, new: NewApproval) -> JSONObject:
    """Give what the request becomes again when it is discarded."""
    draft = read_draft(read, new.draft) if new.draft else None
    content = draft.content if draft is not None and draft.content else None
    return {
        "key": new.draft,
        "template_id": new.entry.template.id,
        "title": new.title or (draft.title if draft is not None else ""),
        "content": content
        or {
            "values": new.values,
            "chosen": {step: list(people) for step, people in new.chosen.items()},
            "cc": list(new.cc),
        },
    }


def _direct_chats(read: Reader, users: Sequence[UserID]) -> list[RoomID]:
    """Give the direct chats there are with some people."""
    direct = read.account_data("m.direct") or {}
    found: list[RoomID] = []
    for user in users[:MAX_CARDS]:
        for candidate in strings_of(direct, user):
            room = read.room(RoomID(candidate))
            if room is not None and room.membership is Membership.JOIN and not room.is_encrypted:
                found.append(room.room_id)
                break
    return found
