"""What a person does with approvals: ask, decide, urge, stand in; publish templates.

Every act is a row of the send queue and returns at once. Beside it runs the upkeep, which this service starts and stops.
Behind this front: `asking` (from a form to rows of the queue), `acting` (decisions), `sending` (both on the wire),
`library`, `away`, `checking`, `upkeep`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from functools import cached_property
from typing import TYPE_CHECKING

from app.approvals.turns import DutyTurns
from app.approvals.upkeep import ApprovalUpkeep
from app.domain.approvals.wire import digest_of, to_content
from app.domain.sending import NEW_ROOM_PREFIX
from app.errors import TackError
from app.store.kept import SHIPPED_TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from app.approvals.acting import Acting
    from app.approvals.asking import Asking
    from app.approvals.away import Absence
    from app.approvals.library import Library
    from app.approvals.previewing import Previewing
    from app.approvals.values import ApprovalDraft, NewAct, NewApproval, Preview, Verdict
    from app.changes import ChangeFeed
    from app.clock import Clock
    from app.dings.service import DingService
    from app.directory.organisation import Organisation
    from app.domain.approvals.acts import ActKind
    from app.domain.approvals.request import Values
    from app.domain.approvals.rows import ApprovalDetail, BatchResult, Doubt, TemplateEntry
    from app.domain.approvals.template import Roles, Template
    from app.domain.ids import RoomID, TxnID, UserID
    from app.homeserver import Homeserver
    from app.sending.attachments import Outbox
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.sync.connection import ConnectionMonitor
    from app.timeline.service import TimelineService


log = logging.getLogger("tack.approvals")


class ApprovalService:
    """`account.approvals`."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        sending: SendingService,
        outbox: Outbox,
        dings: DingService,
        organisation: Organisation,
        timelines: TimelineService,
        changes: ChangeFeed,
        monitor: ConnectionMonitor,
        clock: Clock,
    ) -> None:
        self._cache, self._homeserver, self._sending = cache, homeserver, sending
        self._outbox, self._dings, self._organisation = outbox, dings, organisation
        self._clock = clock
        self._shipped: tuple[Template, ...] = ()
        self._upkeep = ApprovalUpkeep(cache, homeserver, timelines, changes, monitor, clock)
        self._turns = DutyTurns(cache, changes, clock.now_ms)
        self._noting: asyncio.Task[None] | None = None
        self.lane_wait_s: Callable[[str], float] = lambda lane: 0.0
        """Gives how long the send queue waits with a lane; set by who owns the queue."""

    # Parts: made, and their code imported, when first asked for -----------------------------------------------

    @cached_property
    def _previewing(self) -> Previewing:
        from app.approvals.previewing import Previewing

        return Previewing(self._cache, self._organisation, self.now_ms)

    @cached_property
    def _asking(self) -> Asking:
        from app.approvals.asking import Asking

        return Asking(self._cache, self._sending, self._outbox, self._previewing, self.now_ms)

    @cached_property
    def _acting(self) -> Acting:
        from app.approvals.acting import Acting

        return Acting(self._cache, self._sending, self._outbox, self._dings, self._clock, self.now_ms)

    @cached_property
    def _library(self) -> Library:
        from app.approvals.library import Library

        return Library(self._cache, self._sending)

    @cached_property
    def _absence(self) -> Absence:
        from app.approvals.away import Absence

        return Absence(self._cache, self._library, self._acting, self.now_ms)

    # Life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin what runs beside."""
        self._upkeep.start()
        self._turns.start()

    async def stop(self) -> None:
        """End it."""
        await self._upkeep.stop()
        await self._turns.stop()
        if "_previewing" in vars(self):
            await self._previewing.stop()
        if self._noting is not None:
            await asyncio.gather(self._noting, return_exceptions=True)

    def now_ms(self) -> int:
        """Give the time as the server has it, as far as that is known: what acts are compared with."""
        return self._clock.now_ms() + self._homeserver.clock_skew_ms

    def use_shipped(self, templates: Sequence[Template]) -> None:
        """Take the templates that come with Tack, which are trusted wherever they are met."""
        self._shipped = tuple(templates)
        self._noting = asyncio.create_task(self._note_shipped(), name="templates that come with Tack")

    async def _note_shipped(self) -> None:
        digests = json.dumps([digest_of(to_content(one)) for one in self._shipped])
        try:
            if self._cache.read.kv(*SHIPPED_TEMPLATES) != digests:
                await self._cache.set_kv(*SHIPPED_TEMPLATES, digests)
        except TackError as error:  # the next start notes it
            log.info("templates that come with Tack: %s", error.code)

    # Asking -----------------------------------------------------------------------------------------------------

    async def templates(self) -> tuple[TemplateEntry, ...]:
        """Give what one may ask with: published templates, and those that come with Tack where none of that id is
        published; used last first, then by group and name."""
        return await self._previewing.templates(self._shipped)

    async def preview(
        self, entry: TemplateEntry, values: Values, chosen: dict[str, tuple[UserID, ...]]
    ) -> Preview:
        """Say who would decide. Never raises for what is missing in the form: `Preview.plan.error` says it."""
        return await self._previewing.preview(entry, values, chosen)

    async def send(self, new: NewApproval) -> RoomID:
        """Queue a request; the stand-in of its room.

        Raises `InputError`: `approval_form` (first problem), `approval_route` (why), `approval_too_big` (size, limit),
        `approval_too_many`, `approval_cannot_ask` (the template is flawed), `file_gone` and its like. Nothing is queued
        then.
        """
        return await self._asking.send(new)

    async def discard(self, room_id: RoomID) -> None:
        """Drop a request that still waits in the send queue; its form becomes a draft again.

        Raises `InputError` `approval_on_its_way` where it may have been made already.
        """
        await self._asking.discard(room_id)

    async def retry(self, room_id: RoomID) -> None:
        """Try what was parked in a request again."""
        await self._asking.retry(room_id)

    def wait_s(self, room_id: RoomID) -> int:
        """Give the seconds the server asks a request, or an act on it, to wait; 0: it does not."""
        return max(0, round(self.lane_wait_s(room_id)))

    def upload_share(self, room_id: RoomID) -> float | None:
        """How much of the files of a request to be made is up, 0 to 1; None when none is moving."""
        return self._sending.upload_share(room_id.removeprefix(NEW_ROOM_PREFIX))

    async def save_draft(self, key: str, template_id: str, title: str, content: dict[str, Any]) -> None:
        """Keep a form; an empty content drops it."""

        from app.approvals.drafts import save_draft

        await save_draft(self._cache, key, template_id, title, content, self._clock.now_ms())

    async def drafts(self) -> list[ApprovalDraft]:
        """Give the forms not sent yet, the newest first."""

        from app.approvals.drafts import read_drafts

        return await self._cache.read_in_worker(read_drafts)

    # Acting -----------------------------------------------------------------------------------------------------

    async def act(self, room_id: RoomID, new: NewAct, *, hold_ms: int = 0) -> TxnID:
        """Queue an act; it counts at once here ("will be sent"), and is checked again just before it goes out.

        Raises `InputError` `approval_` + `Refusal` where it would change nothing, `approval_unsealed`,
        `approval_invalid`, `approval_differs`, `approval_note_too_long` (limit), `approval_too_big`, `not_found`, and for
        files as `send`. Urging sends a DING too, in the request's room; passing on, adding and copying invite.
        """
        return await self._acting.act(room_id, new, hold_ms=hold_ms)

    async def act_on_all(
        self, rooms: Sequence[RoomID], kind: ActKind, note: str, texts: dict[RoomID, str] | None = None
    ) -> BatchResult:
        """Approve or reject many; all wait `UNDO_MS`. What changed meanwhile is skipped and named."""
        return await self._acting.act_on_all(rooms, kind, note, texts)

    async def undo(self, txns: Sequence[TxnID]) -> int:
        """Take back acts that have not gone out; how many that were."""
        return await self._acting.undo(txns)

    async def join(self, room_id: RoomID) -> None:
        """Enter the room of a request of somebody outside. Raises the errors of the line."""
        await self._homeserver.client.rooms.join(room_id)

    async def doubts(self, detail: ApprovalDetail) -> tuple[Doubt, ...]:
        """Compare a request's facts with the organisation as it is known here."""

        from app.approvals.checking import read_doubts

        now_ms = self.now_ms()
        return await self._cache.read_in_worker(lambda read: read_doubts(read, detail, now_ms))

    async def send_card(self, room_id: RoomID, to: RoomID, text: str) -> TxnID:
        """Put a card of a request into a conversation."""
        return await self._asking.send_card(room_id, to, text)

    async def verify(self, code: str) -> Verdict | None:
        """Check the code of a printed record; None when it is none."""

        from app.approvals.checking import read_verdict

        now_ms = self.now_ms()
        return await self._cache.read_in_worker(lambda read: read_verdict(read, code, now_ms))

    # While away -------------------------------------------------------------------------------------------------

    async def set_away(
        self, deputy: UserID, from_ms: int, until_ms: int, templates: tuple[str, ...] = ()
    ) -> None:
        """Let somebody decide for me: for requests to come (in the library), and for those open now (an act in each)."""
        await self._absence.begin(deputy, from_ms, until_ms, templates)

    async def end_away(self) -> None:
        """I am back."""
        await self._absence.end()

    # Templates --------------------------------------------------------------------------------------------------

    async def set_up_library(self, space_id: RoomID | None) -> None:
        """Make the organisation's library with the templates that come with Tack; who is in the space may enter."""
        await self._library.set_up(space_id, self._shipped)

    async def publish(self, template: Template) -> TxnID:
        """Publish the next version of a template. Raises `InputError` `approval_template` (first flaw)."""
        return await self._library.publish(template)

    async def set_roles(self, roles: Roles) -> TxnID:
        """Publish the roles."""
        return await self._library.set_roles(roles)
