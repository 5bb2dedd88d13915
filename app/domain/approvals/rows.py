"""Approvals as lists and details show them. What the cache answers and the services say."""

from enum import StrEnum
from typing import NamedTuple

from app.domain.approvals.request import RequestContent
from app.domain.approvals.state import Refusal, RequestState, RequestStatus
from app.domain.approvals.template import Template
from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID
from app.domain.timeline import SendState


class ApprovalBox(StrEnum):
    """The four pages."""

    TODO = "todo"
    """Waits for my act; longest waiting first."""
    DONE = "done"
    """I decided something in it; newest decision first."""
    MINE = "mine"
    """I asked; newest first. Drafts of the send queue ("will be sent") stand on top."""
    COPIES = "copies"
    """I have a copy; newest first."""


class ApprovalQuery(NamedTuple):
    """What of a page is shown."""

    box: ApprovalBox = ApprovalBox.TODO
    template_id: str = ""
    person: UserID | None = None
    """Requester, or somebody in the route."""
    status: RequestStatus | None = None
    from_ms: int = 0
    """Asked at this time or later."""
    until_ms: int = 0
    """Asked before; 0: no end."""
    term: str = ""
    """Words in title, number, form, notes, names; all must be there."""


class ApprovalRow(NamedTuple):
    """A row of a page."""

    room_id: RoomID
    """A stand-in (`is_new_room`) while the request itself still waits in the send queue."""
    number: str
    title: str
    template_id: str
    template_name: dict[str, str]
    """By language."""
    icon: str
    requester: UserID
    requester_name: str
    requester_avatar: ContentURI | None
    is_external: bool
    made_ms: int
    status: RequestStatus
    facts: tuple[tuple[str, str, str], ...]
    """The key fields: (field key, kind, value as JSON). Options stand there as their words by language, people as names:
    a row carries no template."""
    waiting: tuple[str, ...]
    """Names of those it waits for."""
    since_ms: int
    """Since when it waits; where it is over, since when."""
    is_todo: bool
    is_mine: bool
    is_copy: bool
    has_acted: bool
    is_invited: bool
    """I am invited and not in the room yet (somebody outside the organisation asks): joining comes first."""
    can_batch: bool
    comments: int
    unread: int
    pending: int
    """Own acts on it that wait in the send queue."""
    failed: str = ""
    """Code of the error that parked an own act or the request itself."""
    send_state: SendState | None = None
    """Of the request itself while it is not made yet."""
    is_whole: bool = True
    """False while older events of the room are still to be fetched: the state may change."""
    is_away_for: UserID | None = None
    """It is my duty only as the deputy of this person."""
    is_new_copy: bool = False
    """A copy for me that I have not looked at."""


class Trust(StrEnum):
    """Whether the embedded template is the organisation's."""

    VERIFIED = "verified"
    """It comes with Tack, or its hash is that of the event it names in my organisation's library."""
    UNKNOWN = "unknown"
    """It was published where I cannot look, or has not been fetched yet."""
    DIFFERS = "differs"
    """The event it names is known and is another: do not decide."""


class Doubt(NamedTuple):
    """Something the organisation says otherwise than the request's facts: shown as a warning to who decides."""

    kind: str
    """"manager", "head", "role", "deputy"."""
    claimed: tuple[UserID, ...]
    known: tuple[UserID, ...]
    what: str = ""
    """The role, department or level."""


class PendingAct(NamedTuple):
    """An own act in the send queue."""

    txn_id: TxnID
    kind: str
    note: str
    is_held: bool
    """Its undo time still runs."""
    state: SendState
    error_code: str


class ApprovalDetail(NamedTuple):
    """All of one request."""

    row: ApprovalRow
    content: RequestContent
    state: RequestState
    """With pending own acts counted in."""
    trust: Trust
    pending: tuple[PendingAct, ...]
    seal: EventID | None
    create_event: EventID | None
    record: str
    """Digest over the create event, the seal and all acts events (ids and contents): what the QR code holds."""
    members: tuple[UserID, ...] = ()


class BatchSkip(NamedTuple):
    """A request of a batch that was left out."""

    room_id: RoomID
    title: str
    refusal: Refusal | str
    """Why: what the fold says, or "not_batchable", "unsealed", "differs"."""


class BatchResult(NamedTuple):
    """What a batch did."""

    done: tuple[tuple[RoomID, TxnID], ...]
    skipped: tuple[BatchSkip, ...]


class TemplateEntry(NamedTuple):
    """A template one may ask with, or edit."""

    template: Template
    library: RoomID | None
    """None: it comes with Tack and nobody has published one of that id."""
    event_id: EventID | None
    can_edit: bool
    last_used_ms: int = 0
    pending: bool = False
    """A newer version of mine waits in the send queue."""


class StepTime(NamedTuple):
    """How long one step takes, of all requests a person can see."""

    template_id: str
    step: str
    """Its name as JSON words."""
    requests: int
    median_ms: int
    slowest_ms: int
    slowest_room: RoomID


class Statistics(NamedTuple):
    """The figures of the statistics page."""

    by_template: tuple[tuple[str, str, int, int, int, int], ...]
    """(template id, name as JSON words, asked, approved, rejected, open)."""
    by_month: tuple[tuple[str, int], ...]
    """("2026-11", asked)."""
    median_ms: int
    """From asking to the end."""
    steps: tuple[StepTime, ...]
    """Slowest median first."""
    slowest: tuple[ApprovalRow, ...]
    """Still open, waiting longest."""


class PageKey(NamedTuple):
    """Where a page of a list ends: the next begins behind it."""

    sort: int
    id: int


class ApprovalPage(NamedTuple):
    """Some rows, and where to go on; None: that was all."""

    rows: tuple[ApprovalRow, ...]
    next: PageKey | None


class ApprovalCounts(NamedTuple):
    """For the tabs."""

    todo: int
    copies_unread: int
    mine_open: int
