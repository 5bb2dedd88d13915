"""Where a request stands: what the fold (`fold.fold_request`) makes of its room. Values only."""

from enum import StrEnum
from typing import NamedTuple

from app.domain.approvals.acts import Act, ActKind
from app.domain.approvals.request import Auto, Values, Why
from app.domain.approvals.template import StepMode
from app.domain.approvals.wire import FileRef
from app.domain.ids import EventID, UserID


class RequestStatus(StrEnum):
    """The state of a whole request."""

    UNSEALED = "unsealed"
    """Its maker still has power over the room: nothing may be decided, no act counts."""
    INVALID = "invalid"
    """The form does not fit its template, or the route is not what the template makes of the form: nothing counts."""
    PENDING = "pending"
    RETURNED = "returned"
    """Waits for the requester to hand it in again."""
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


FINAL = (RequestStatus.APPROVED, RequestStatus.REJECTED, RequestStatus.WITHDRAWN)


class StepStatus(StrEnum):
    """Of one step."""

    COMING = "coming"
    ACTIVE = "active"
    PAUSED = "paused"
    """People added before it decide first, or the request was returned and comes straight back here."""
    PASSED = "passed"
    AUTO = "auto"
    """Passed without anybody (`StepState.auto`)."""
    REJECTED = "rejected"
    RETURNED = "returned"
    """Sent back from here; comes again."""
    NOT_REACHED = "not_reached"
    """The request ended before it."""


class TaskStatus(StrEnum):
    """Of one person in a step."""

    COMING = "coming"
    """The step is not active yet, or it is not this one's turn."""
    WAITING = "waiting"
    """Must act now: a duty."""
    LENT = "lent"
    """Waits for the opinion of somebody it was delegated to, or for people added before."""
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    GAVE_OPINION = "gave_opinion"
    """A delegate who answered."""
    PASSED_ON = "passed_on"
    """Transferred to somebody else."""
    REMOVED = "removed"
    NOT_NEEDED = "not_needed"
    """Others decided first."""


class Task(NamedTuple):
    """One person's part in a step."""

    user: UserID
    status: TaskStatus
    why: Why | None
    """None: added or passed on by somebody (`by_user`)."""
    by_user: UserID | None = None
    """Who transferred, delegated or added."""
    by_kind: ActKind | None = None
    since_ms: int = 0
    """When it became WAITING; 0 before."""
    at_ms: int = 0
    """When it was decided; 0 before."""
    actor: UserID | None = None
    """Who decided where it was not `user`: the deputy."""
    note: str = ""
    files: tuple[FileRef, ...] = ()
    event_id: EventID | None = None


class StepState(NamedTuple):
    """One step as it stands."""

    key: str
    """Of the template's step, or made of the act that added it."""
    name: dict[str, str]
    mode: StepMode
    need: int
    status: StepStatus
    tasks: tuple[Task, ...]
    round: int = 0
    """Grows each time the step begins anew."""
    auto: Auto | None = None
    added_by: UserID | None = None
    added_where: str = ""
    cc: tuple[UserID, ...] = ()
    since_ms: int = 0
    done_ms: int = 0
    branches: tuple[tuple[str, str], ...] = ()


class Refusal(StrEnum):
    """Why an act changed nothing. Shown to its actor and to those it would have touched."""

    NOT_YOURS = "not_yours"
    """No task of the actor is waiting in that step."""
    OTHER_ROUND = "other_round"
    """The step has moved on or begun anew since the actor looked."""
    FINISHED = "finished"
    NOT_RETURNED = "not_returned"
    """Handed in again without having been returned."""
    NOT_REQUESTER = "not_requester"
    NO_SUCH_STEP = "no_such_step"
    NO_SUCH_PERSON = "no_such_person"
    ALREADY_IN = "already_in"
    """The person it is passed to, or who is added, already decides in this step."""
    OWN_REQUEST = "own_request"
    """Who asked would decide, which the template does not let them."""
    TOO_LATE = "too_late"
    """Take back: somebody has acted on it, or there is nothing to take back."""
    TOO_SOON = "too_soon"
    """Urge within five minutes."""
    ROUTE_CHANGES = "route_changes"
    """The correction would need other approvers: a new request is needed."""
    BAD_FORM = "bad_form"
    """The correction does not fit the form."""
    MALFORMED = "malformed"
    """Something it needs is missing in the act, or too much is there."""
    IMPOSSIBLE_BASIS = "impossible_basis"
    """It claims to have seen acts that are not there."""


class Entry(NamedTuple):
    """One line of the record, in the order of the fold."""

    user: UserID
    act: Act
    event_id: EventID
    """Empty for an own act that still waits in the send queue."""
    ts_ms: int
    refusal: Refusal | None = None
    is_taken_back: bool = False
    deputy_of: UserID | None = None


class Check(StrEnum):
    """What is wrong with a request in itself, found by `planning.check_request`; any of them makes it INVALID."""

    OTHER_TEMPLATE = "other_template"
    """The embedded template is not the one its hash names."""
    BAD_TEMPLATE = "bad_template"
    BAD_VALUES = "bad_values"
    OTHER_ROUTE = "other_route"
    """The steps are not what the template makes of values and facts."""
    OTHER_ROOM_VERSION = "other_room_version"
    """Its maker's power could not be given up."""


class RequestState(NamedTuple):
    """Everything the fold says."""

    status: RequestStatus
    requester: UserID
    steps: tuple[StepState, ...]
    values: Values
    """With the corrections that count."""
    cc: tuple[UserID, ...]
    """Who has a copy by now, in the order they got it."""
    entries: tuple[Entry, ...]
    since_ms: int
    """Since when it waits for those it waits for; when it was made, at first."""
    finished_ms: int = 0
    checks: tuple[Check, ...] = ()
    changed_afterwards: tuple[UserID, ...] = ()
    """Whose newest list does not hold what their list held before; what stood first counts."""
    returned_by: UserID | None = None
    urged_ms: int = 0
    away: tuple[tuple[UserID, UserID, int, int], ...] = ()
    """(absent, deputy, from, until) known in this request."""
    spent: tuple[tuple[str, int], ...] = ()
    """(step, round) that were begun and then taken back: never used again, so that no late decision meant for one of
    them counts for another."""

    @property
    def waiting(self) -> tuple[UserID, ...]:
        """Whose act is needed now: exactly these have a duty. A deputy has it too while the time runs (`duties_at`)."""
        if self.status is RequestStatus.RETURNED:
            return (self.requester,)
        if self.status is not RequestStatus.PENDING:
            return ()
        found = (task.user for step in self.steps for task in step.tasks if task.status is TaskStatus.WAITING)
        return tuple(dict.fromkeys(found))

    def duties_at(self, now_ms: int) -> tuple[UserID, ...]:
        """Whose act is needed, with the deputies of those who are away now."""
        deputies = (
            deputy
            for user, deputy, from_ms, until_ms in self.away
            if user in self.waiting and user != self.requester and from_ms <= now_ms <= until_ms
        )
        return tuple(dict.fromkeys((*self.waiting, *deputies)))


class Right(NamedTuple):
    """One act somebody may do now."""

    kind: ActKind
    step: str = ""
    round: int = 0
    on_behalf: UserID | None = None
