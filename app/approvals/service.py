"""What a person does with approvals: ask, decide, urge, stand in; publish templates.

Every act is a row of the send queue and returns at once. Beside it runs the upkeep, which this service starts and stops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

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
        self._cache = cache

    def start(self) -> None:
        """Begin what runs beside."""

    async def stop(self) -> None:
        """End it."""

    # Asking -----------------------------------------------------------------------------------------------------

    async def templates(self) -> tuple[TemplateEntry, ...]:
        """Give what one may ask with: published templates, and those that come with Tack where none of that id is
        published; used last first, then by group and name."""
        raise NotImplementedError

    async def preview(
        self, entry: TemplateEntry, values: Values, chosen: dict[str, tuple[UserID, ...]]
    ) -> Preview:
        """Say who would decide. Never raises for what is missing in the form: `Preview.plan.error` says it."""
        raise NotImplementedError

    async def send(self, new: NewApproval) -> RoomID:
        """Queue a request; the stand-in of its room.

        Raises `InputError`: `approval_form` (first problem), `approval_route` (why), `approval_too_big` (size, limit),
        `file_gone` and its like. Nothing is queued then.
        """
        raise NotImplementedError

    async def discard(self, room_id: RoomID) -> None:
        """Drop a request that still waits in the send queue; its form becomes a draft again."""
        raise NotImplementedError

    async def retry(self, room_id: RoomID) -> None:
        """Try what was parked in a request again."""
        raise NotImplementedError

    async def save_draft(self, key: str, template_id: str, title: str, content: dict[str, Any]) -> None:
        """Keep a form; an empty content drops it."""
        raise NotImplementedError

    async def drafts(self) -> list[ApprovalDraft]:
        """Give the forms not sent yet, the newest first."""
        raise NotImplementedError

    # Acting -----------------------------------------------------------------------------------------------------

    async def act(self, room_id: RoomID, new: NewAct, *, hold_ms: int = 0) -> TxnID:
        """Queue an act; it counts at once here ("will be sent"), and is checked again just before it goes out.

        Raises `InputError` `approval_` + `Refusal` where it would change nothing, `approval_unsealed`,
        `approval_invalid`, `approval_differs`. Urging sends a DING too; passing on, adding and copying invite.
        """
        raise NotImplementedError

    async def act_on_all(
        self, rooms: Sequence[RoomID], kind: ActKind, note: str, texts: dict[RoomID, str] | None = None
    ) -> BatchResult:
        """Approve or reject many; all wait `UNDO_MS`. What changed meanwhile is skipped and named."""
        raise NotImplementedError

    async def undo(self, txns: Sequence[TxnID]) -> int:
        """Take back acts that have not gone out; how many that were."""
        raise NotImplementedError

    async def join(self, room_id: RoomID) -> None:
        """Enter the room of a request of somebody outside. Raises the errors of the line."""
        raise NotImplementedError

    async def doubts(self, detail: ApprovalDetail) -> tuple[Doubt, ...]:
        """Compare a request's facts with the organisation as it is known here."""
        raise NotImplementedError

    async def send_card(self, room_id: RoomID, to: RoomID, text: str) -> TxnID:
        """Put a card of a request into a conversation."""
        raise NotImplementedError

    async def verify(self, code: str) -> Verdict | None:
        """Check the code of a printed record; None when it is none."""
        raise NotImplementedError

    # While away -------------------------------------------------------------------------------------------------

    async def set_away(
        self, deputy: UserID, from_ms: int, until_ms: int, templates: tuple[str, ...] = ()
    ) -> None:
        """Let somebody decide for me: for requests to come (in the library), and for those open now (an act in each)."""
        raise NotImplementedError

    async def end_away(self) -> None:
        """I am back."""
        raise NotImplementedError

    # Templates --------------------------------------------------------------------------------------------------

    async def set_up_library(self, space_id: RoomID | None) -> None:
        """Make the organisation's library with the templates that come with Tack; who is in the space may enter."""
        raise NotImplementedError

    async def publish(self, template: Template) -> TxnID:
        """Publish the next version of a template. Raises `InputError` `approval_template` (first flaw)."""
        raise NotImplementedError

    async def set_roles(self, roles: Roles) -> TxnID:
        """Publish the roles."""
        raise NotImplementedError
