"""Doing something about a request: checked against what is known here, queued, checked again on the wire."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from app.approvals.files import FILES_KEY, as_if_uploaded, file_ref, listed_files, taken_in
from app.approvals.making import bounded
from app.approvals.sending import DECIDING
from app.approvals.values import UNDO_MS, NewAct
from app.domain.approvals.acts import Act, ActKind, ActList, parse_acts
from app.domain.approvals.fold import basis_of, refusal_of, rights_of
from app.domain.approvals.rows import BatchResult, BatchSkip, Trust
from app.domain.approvals.state import FINAL, Refusal, RequestStatus
from app.domain.approvals.wire import ACTS_TYPE, MAX_EVENT_BYTES, FileRef, canonical, to_content
from app.domain.ids import RoomID, TxnID
from app.domain.sending import RequestKind
from app.errors import InputError
from app.sending.service import new_txn_id
from app.store.taking_back import take_back
from app.store.values import NewRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.clock import Clock
    from app.dings.service import DingService
    from app.domain.approvals.rows import ApprovalDetail
    from app.domain.approvals.state import Right
    from app.sending.attachments import Outbox
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.store.write import Write

BRINGS_PEOPLE = (ActKind.TRANSFER, ActKind.DELEGATE, ActKind.ADD_SIGN, ActKind.CC, ActKind.DEPUTISE)
ANSWERS = (ActKind.APPROVE, ActKind.REJECT, ActKind.RETURN, ActKind.TRANSFER, ActKind.DELEGATE)
"""Who does one of these needs no DING about it any more."""
MAX_NOTE = 2000


class _Skip(NamedTuple):
    reason: Refusal | str


class Acting:
    """Part of the service."""

    def __init__(
        self,
        cache: Cache,
        sending: SendingService,
        outbox: Outbox,
        dings: DingService,
        clock: Clock,
        now_ms: Callable[[], int],
    ) -> None:
        self._cache, self._sending, self._outbox, self._dings = cache, sending, outbox, dings
        self._clock = clock
        self._now_ms = now_ms
        self._turn = asyncio.Lock()
        """Two clicks at once are one act: the second sees what the first has queued."""

    async def act(self, room_id: RoomID, new: NewAct, *, hold_ms: int = 0) -> TxnID:
        """Queue an act. Raises as `ApprovalService.act`."""
        async with self._turn:
            detail = await self.detail(room_id)
            act = await self._act_of(detail, new)
            self._check(detail, act)
            row = self._row(room_id, act, new.text, hold_ms)
            await self._sending.queue([row])
        if act.kind in ANSWERS:
            await self._confirm_urges(room_id)
        return row.txn_id

    async def detail(self, room_id: RoomID) -> ApprovalDetail:
        """Read a request. Raises `not_found`."""
        now_ms = self._now_ms()
        found = await self._cache.read_in_worker(lambda read: read.approvals.detail(room_id, now_ms))
        if found is None:
            raise InputError("no such request", code="not_found")
        return found

    async def _act_of(self, detail: ApprovalDetail, new: NewAct) -> Act:
        note = new.note.strip().encode("utf-8", "ignore").decode()
        if len(note) > MAX_NOTE:
            raise InputError("the note is too long", code="approval_note_too_long", limit=MAX_NOTE)
        files = [await file_ref(self._outbox, path) for path in new.files]
        changes = await taken_in(self._outbox, new.changes)
        me = self._cache.user_id
        return Act(
            id=secrets.token_hex(12),
            kind=new.kind,
            basis={user: count for user, count in basis_of(detail.state).items() if user != me},
            step=new.step,
            round=new.round,
            note=note,
            files=tuple(msgspec.convert(file, FileRef) for file in files),
            to=new.to,
            people=tuple(dict.fromkeys(new.people)),
            where=new.where,
            mode=new.mode,
            on_behalf=new.on_behalf or "",
            changes=changes,
            from_ms=new.from_ms,
            until_ms=new.until_ms,
            at_ms=self._now_ms(),
        )

    def _check(self, detail: ApprovalDetail, act: Act) -> None:
        code = self._obstacle(detail, act)
        if code:
            raise InputError("would change nothing", code=f"approval_{code}")
        listed = as_if_uploaded(to_content(ActList("$seal", (act,))))
        if parse_acts(listed) is None:
            raise InputError("beyond the format's limits", code="approval_malformed")
        size = len(canonical(listed))
        if size > MAX_EVENT_BYTES:
            raise InputError("too big", code="approval_too_big", size=size, limit=MAX_EVENT_BYTES)

    def _obstacle(self, detail: ApprovalDetail, act: Act) -> str:
        obstacle = _untrusted(detail, act.kind)
        if obstacle:
            return obstacle
        refusal = refusal_of(detail.content, detail.state, self._cache.user_id, act, self._now_ms())
        return "" if refusal is None else refusal.value

    def _row(self, room_id: RoomID, act: Act, text: str, hold_ms: int) -> NewRequest:
        content = to_content(act)
        people = list(act.people) if act.kind in BRINGS_PEOPLE else []
        return NewRequest(
            lane=room_id,
            kind=RequestKind.ACT,
            txn_id=new_txn_id(),
            content={
                "act": content,
                "text": bounded(text),
                "people": people,
                FILES_KEY: listed_files(content),
            },
            room_id=room_id,
            event_type=ACTS_TYPE,
            state_key=self._cache.user_id,
            # held by the computer's own clock, as everything in the send queue
            not_before_ms=self._clock.now_ms() + hold_ms if hold_ms else 0,
        )

    async def _confirm_urges(self, room_id: RoomID) -> None:
        """Who answers has seen the DINGs that asked for it."""
        dings = await self._cache.read_in_worker(lambda read: read.dings.open())
        for ding in dings:
            if ding.room_id == room_id and ding.event_id is not None:
                await self._dings.confirm(ding.event_id)

    # Many at once -------------------------------------------------------------------------------------------

    async def act_on_all(
        self, rooms: Sequence[RoomID], kind: ActKind, note: str, texts: dict[RoomID, str] | None = None
    ) -> BatchResult:
        """Approve or reject many; what cannot be is left out and named."""
        async with self._turn:
            return await self._act_on_all(rooms, kind, note, texts or {})

    async def _act_on_all(
        self, rooms: Sequence[RoomID], kind: ActKind, note: str, texts: dict[RoomID, str]
    ) -> BatchResult:
        rows: list[NewRequest] = []
        skipped: list[BatchSkip] = []
        for room_id in dict.fromkeys(rooms):
            try:
                detail = await self.detail(room_id)
            except InputError:
                skipped.append(BatchSkip(room_id, "", Refusal.NOT_YOURS))
                continue
            right = self._right(detail, kind)
            if isinstance(right, _Skip):
                skipped.append(BatchSkip(room_id, detail.row.title, right.reason))
                continue
            new = NewAct(kind, right.step, right.round, note, on_behalf=right.on_behalf)
            act = await self._act_of(detail, new)
            rows.append(self._row(room_id, act, texts.get(room_id, ""), UNDO_MS))
        await self._sending.queue(rows)
        return BatchResult(tuple((_room_of(row), row.txn_id) for row in rows), tuple(skipped))

    def _right(self, detail: ApprovalDetail, kind: ActKind) -> Right | _Skip:
        obstacle = _untrusted(detail, kind)
        if obstacle:
            return _Skip(obstacle)
        if not detail.content.template.can_batch:
            return _Skip("not_batchable")
        if detail.state.status in FINAL:
            return _Skip(Refusal.FINISHED)
        me, now_ms = self._cache.user_id, self._now_ms()
        rights = [one for one in rights_of(detail.content, detail.state, me, now_ms) if one.kind is kind]
        rights.sort(key=lambda one: one.on_behalf is not None)
        return rights[0] if rights else _Skip(Refusal.NOT_YOURS)

    async def undo(self, txns: Sequence[TxnID]) -> int:
        """Take back acts that have not gone out; how many that were."""

        def work(w: Write) -> list[TxnID]:
            return take_back(w, txns)

        return len((await self._cache.run(work, is_durable=True))[0])


def _untrusted(detail: ApprovalDetail, kind: ActKind) -> str:
    status = detail.state.status
    if status in (RequestStatus.UNSEALED, RequestStatus.INVALID):
        return status.value
    return "differs" if detail.trust is Trust.DIFFERS and kind in DECIDING else ""


def _room_of(row: NewRequest) -> RoomID:
    assert row.room_id is not None
    return row.room_id
