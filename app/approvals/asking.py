"""Asking for something: what one may ask with, who would decide, and the rows of the send queue a request becomes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import TYPE_CHECKING, Any

from app.approvals.drafts import NAMESPACE, put_draft, read_draft
from app.approvals.facts import facts_of, names_of
from app.approvals.files import paths_in, taken_in
from app.approvals.making import (
    DRAFT_KEY,
    card_row,
    new_number,
    people_of,
    room_row,
    seal_row,
    text_row,
)
from app.approvals.values import NewApproval, Preview
from app.domain.approvals.fold import fold_request
from app.domain.approvals.planning import check_values, computed, needs_of, plan_route
from app.domain.approvals.request import RequestContent
from app.domain.approvals.rows import TemplateEntry
from app.domain.approvals.wire import MAX_EVENT_BYTES, canonical, digest_of, in_language, to_content
from app.domain.content import strings_of
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.domain.membership import Membership
from app.domain.sending import is_new_room, new_room_id
from app.domain.timeline import SendState
from app.errors import InputError, TackError
from app.sending.service import new_txn_id
from app.store import keeping, queue_write
from app.store.taking_back import take_back

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.directory.organisation import Organisation
    from app.domain.approvals.planning import Plan
    from app.domain.approvals.request import Deputy, Facts, Values
    from app.domain.approvals.template import Template
    from app.domain.content import JSONObject
    from app.domain.sending import QueuedRequest
    from app.sending.attachments import Outbox
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.store.reader import Reader
    from app.store.values import NewRequest
    from app.store.write import Write

log = logging.getLogger("tack.approvals")

USED = ("approvals", "used")
"""`kv`: when each template was used last, {id: ms}."""
REFRESH_WAIT_S = 3.0
"""So long is waited for the organisation before what was known last is taken."""
MAX_CARDS = 10
_ADDRESS = "mxc://" + "x" * 64
"""Stands for the address of a file in the reckoning of sizes."""


class Asking:
    """Part of the service. All people decide by the organisation as it is known at the moment."""

    def __init__(
        self,
        cache: Cache,
        sending: SendingService,
        outbox: Outbox,
        organisation: Organisation,
        now_ms: Callable[[], int],
    ) -> None:
        self._cache, self._sending, self._outbox = cache, sending, outbox
        self._organisation = organisation
        self._now_ms = now_ms
        self._shipped: tuple[Template, ...] = ()
        self._refreshing: asyncio.Task[None] | None = None
        self._is_offline = False

    def use_shipped(self, templates: Sequence[Template]) -> None:
        """Take the templates that come with Tack."""
        self._shipped = tuple(templates)

    @property
    def shipped(self) -> tuple[Template, ...]:
        """The templates that come with Tack."""
        return self._shipped

    async def stop(self) -> None:
        """End what is being read."""
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)

    # Templates ----------------------------------------------------------------------------------------------

    async def templates(self) -> tuple[TemplateEntry, ...]:
        """Give what one may ask with."""
        entries, used = await self._cache.read_in_worker(
            lambda read: (read.approvals.templates(), _used(read))
        )
        published = {entry.template.id for entry in entries}
        shipped = [
            TemplateEntry(template, None, None, can_edit=False)
            for template in self._shipped
            if template.id not in published
        ]
        offered = [
            entry._replace(last_used_ms=max(entry.last_used_ms, used.get(entry.template.id, 0)))
            for entry in (*entries, *shipped)
            if self._may_use(entry.template)
        ]
        return tuple(sorted(offered, key=_rank))

    def _may_use(self, template: Template) -> bool:
        return not template.is_off and (not template.may_use or self._cache.user_id in template.may_use)

    # Before sending -----------------------------------------------------------------------------------------

    async def preview(
        self, entry: TemplateEntry, values: Values, chosen: dict[str, tuple[UserID, ...]]
    ) -> Preview:
        """Say who would decide."""
        await self._refresh()
        me, template, now_ms = self._cache.user_id, entry.template, self._now_ms()
        filled = computed(template, values)
        needs = needs_of(template, filled)

        def read_all(read: Reader) -> tuple[Facts, Plan, tuple[Deputy, ...], dict[str, str]]:
            facts = facts_of(read, me, needs)
            plan = plan_route(template, filled, facts, dict(chosen), me)
            people = people_of(plan, (), (), UserID(""))
            deputies = read.approvals.deputies_for(tuple(people), template.id, now_ms)
            everybody = (me, *people, *(one.deputy for one in deputies))
            return facts, plan, deputies, names_of(read, everybody)

        facts, plan, deputies, names = await self._cache.read_in_worker(read_all)
        new = NewApproval(entry, filled, dict(chosen))
        content = self._content(new, filled, plan, facts, deputies, names)
        return Preview(plan, facts, deputies, names, self._is_offline, size_of(content))

    async def _refresh(self) -> None:
        """Ask the server for the organisation where that was long ago; not for long."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(
                self._ask_organisation(), name="organisation for a preview"
            )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REFRESH_WAIT_S):
                await asyncio.shield(self._refreshing)

    async def _ask_organisation(self) -> None:
        try:
            await self._organisation.refresh()
            self._is_offline = False
        except TackError as error:
            self._is_offline = True
            log.info("the organisation cannot be asked now: %s", error.code)

    def _content(
        self,
        new: NewApproval,
        values: Values,
        plan: Plan,
        facts: Facts,
        deputies: tuple[Deputy, ...],
        names: dict[str, str],
    ) -> RequestContent:
        entry, template, now_ms = new.entry, new.entry.template, self._now_ms()
        return RequestContent(
            number=new_number(template, now_ms),
            title=(new.title or in_language(template.name, new.language))[:200],
            template=template,
            template_hash=digest_of(to_content(template)),
            values=values,
            steps=plan.steps,
            facts=facts,
            library=entry.library or "",
            template_event=entry.event_id or "",
            language=new.language,
            chosen={step: tuple(people) for step, people in new.chosen.items()},
            cc_start=plan.cc_start,
            cc_end=plan.cc_end,
            cc_own=tuple(dict.fromkeys(new.cc)),
            deputies=deputies,
            names=names,
            made_ms=now_ms,
            former=new.former or "",
        )

    # Sending ------------------------------------------------------------------------------------------------

    async def send(self, new: NewApproval) -> RoomID:
        """Queue a request; the stand-in of its room. Raises as `ApprovalService.send`."""
        content, deputies = await self._checked(new)
        values = await taken_in(self._outbox, content.values)
        content = _with_values(content, values)
        rows = await self._rows(new, content, deputies)
        await self._cache.run(lambda w: self._put(w, rows, new), is_durable=True)
        return new_room_id(rows[0].txn_id)

    async def _checked(self, new: NewApproval) -> tuple[RequestContent, tuple[Deputy, ...]]:
        template = new.entry.template
        filled = computed(template, new.values)
        problem = next(iter(check_values(template, filled)), None)
        if problem is not None:
            raise InputError("the form is not ready", code="approval_form", **problem._asdict())
        preview = await self.preview(new.entry, new.values, new.chosen)
        if preview.plan.error is not None:
            raise InputError(
                "no route", code="approval_route", error=preview.plan.error, at=preview.plan.error_at
            )
        names = await self._cache.read_in_worker(lambda read: names_of(read, new.cc))
        content = self._content(
            new, filled, preview.plan, preview.facts, preview.deputies, names | preview.names
        )
        size = size_of(content)
        if size > MAX_EVENT_BYTES:
            raise InputError("too big", code="approval_too_big", size=size, limit=MAX_EVENT_BYTES)
        return content, preview.deputies

    async def _rows(
        self, new: NewApproval, content: RequestContent, deputies: tuple[Deputy, ...]
    ) -> list[NewRequest]:
        me, txn_id = self._cache.user_id, new_txn_id()
        room_id = new_room_id(txn_id)
        people = people_of(_plan_of(content), new.cc, deputies, me)
        state = fold_request(content, me, content.made_ms, EventID("$sealed"), (), checks=())
        first = [user for user in state.duties_at(content.made_ms) if user != me]
        draft = await self._cache.read_in_worker(lambda read: _draft_content(read, new))
        text = new.text or f"{content.title} {content.number}"
        rows = [
            room_row(content, people, me, txn_id, draft),
            seal_row(room_id, TxnID(f"{txn_id}.seal")),
            text_row(room_id, TxnID(f"{txn_id}.text"), text, first),
        ]
        chats = await self._cache.read_in_worker(lambda read: _direct_chats(read, first))
        for number, chat in enumerate(chats):
            card = TxnID(f"{txn_id}.card{number}")
            rows.append(card_row(room_id, txn_id, room_id, chat, content.title, text, card))
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
        self._sending.stop_upload(row.txn_id)

        def drop(w: Write) -> bool:
            if not take_back(w, [row.txn_id]):
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


def size_of(content: RequestContent) -> int:
    """Give the bytes of a request as an event, with addresses instead of paths."""
    value = to_content(content)
    paths = len(paths_in(value)) * len(_ADDRESS)
    return len(canonical(value)) + paths


def _with_values(content: RequestContent, values: Values) -> RequestContent:
    import msgspec

    return msgspec.structs.replace(content, values=values)


def _plan_of(content: RequestContent) -> Plan:
    from app.domain.approvals.planning import Plan

    return Plan(content.steps, content.cc_start, content.cc_end)


def _rank(entry: TemplateEntry) -> tuple[int, str, str]:
    template = entry.template
    return -entry.last_used_ms, in_language(template.group, "zh"), in_language(template.name, "zh")


def _used(read: Reader) -> dict[str, int]:
    kept: Any = json.loads(read.kv(*USED) or "{}")
    return {key: value for key, value in kept.items() if isinstance(value, int)}


def _draft_content(read: Reader, new: NewApproval) -> JSONObject:
    """Give what the request becomes again when it is discarded."""
    draft = read_draft(read, new.draft) if new.draft else None
    content = draft.content if draft is not None and draft.content else None
    return {
        "key": new.draft,
        "template_id": new.entry.template.id,
        "title": new.title,
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
