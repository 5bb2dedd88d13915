"""Acts: what people do to a request. Each person's acts stand in one list only they can write (`ACTS_TYPE`)."""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

from app.domain.approvals.template import StepMode
from app.domain.approvals.wire import MAX_ACTS, VERSION, Files, Id, Key, Struct, Text, Time, User, Users
from app.domain.ids import EventID, UserID


class ActKind(StrEnum):
    """What one may do."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    """退回: `to` = a step passed before, or empty: to the requester."""
    TRANSFER = "transfer"
    """转交: my task (or, for an administrator, that of `on_behalf`) becomes `people[0]`'s."""
    DELEGATE = "delegate"
    """委派: `people[0]` gives an opinion, then it is mine again."""
    ADD_SIGN = "add_sign"
    """加签: `people` decide before, after or beside me."""
    REMOVE_SIGN = "remove_sign"
    """减签: take away `people` I added, as long as they have not decided."""
    TAKE_BACK = "take_back"
    """拿回: undo my last approve, transfer, delegate or return while nobody has acted on it."""
    WITHDRAW = "withdraw"
    """撤回: the requester ends it."""
    RESUBMIT = "resubmit"
    """The requester hands it in again after it was returned, with `changes` to the form."""
    CC = "cc"
    URGE = "urge"
    DEPUTISE = "deputise"
    """While I am away (`from_ms`-`until_ms`) `people[0]` may act for me here; empty `people`: no longer."""


class Where(StrEnum):
    """Where added people decide."""

    BEFORE = "before"
    AFTER = "after"
    BESIDE = "beside"


class Act(Struct, frozen=True, omit_defaults=True):
    """One act. `id` is random and makes a repeated send recognisable."""

    id: Key
    kind: ActKind
    basis: Annotated[
        dict[User, Annotated[int, msgspec.Meta(ge=0, le=MAX_ACTS)]], msgspec.Meta(max_length=500)
    ] = {}
    """How many acts of each person the actor had seen; absent: none."""
    step: Id = ""
    """The key of the step whose task is meant."""
    round: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    """`StepState.round` of that step as the actor saw it: a decision on a former round changes nothing."""
    note: Text = ""
    files: Files = ()
    to: Id = ""
    people: Users = ()
    where: Where | None = None
    mode: StepMode = StepMode.ALL
    """How added people decide among themselves."""
    on_behalf: Id = ""
    """I act as the deputy of this person; for an administrator's transfer: whose task it is."""
    changes: dict[str, Any] = {}
    """Field → new value; null: empty now."""
    from_ms: Time = 0
    until_ms: Time = 0
    at_ms: Time = 0
    """The actor's clock; only shown. What counts is the time of the event."""


class ActList(Struct, frozen=True, omit_defaults=True):
    """All acts of one person in one request, oldest first; only ever longer."""

    seal: Id
    """The event that sealed the room: proof that this was written after it."""
    acts: Annotated[tuple[Act, ...], msgspec.Meta(max_length=MAX_ACTS)]
    v: int = VERSION


class ActsEvent(Struct, frozen=True):
    """One version of somebody's list as the room holds it (its sender equals its state key)."""

    event_id: EventID
    user: UserID
    ts_ms: int
    content: ActList


def parse_acts(content: object) -> ActList | None:
    """Read the content of an acts event; None when it is not exactly one."""
    try:
        return msgspec.convert(content, ActList)
    except (ValueError, RecursionError):  # half a surrogate is a ValueError, too
        return None
