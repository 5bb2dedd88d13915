"""What callers hand to the approval service and get from it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.approvals.acts import ActKind, Where
from app.domain.approvals.planning import Plan
from app.domain.approvals.request import Deputy, Facts, Values
from app.domain.approvals.rows import TemplateEntry
from app.domain.approvals.template import StepMode
from app.domain.ids import RoomID, UserID

UNDO_MS = 8_000
"""So long a batch can be undone before its first act goes out."""


@dataclass(frozen=True, slots=True)
class NewApproval:
    """A request to be sent. Files in `values` have a `path` (any readable file) and no `uri`."""

    entry: TemplateEntry
    values: Values
    chosen: dict[str, tuple[UserID, ...]] = field(default_factory=dict)
    cc: tuple[UserID, ...] = ()
    title: str = ""
    """Empty: "张伟的报销" in the interface's language, made by the caller."""
    text: str = ""
    """The form in words, for clients without Tack; worded by the caller (`ui.approval_words`)."""
    language: str = "zh"
    former: RoomID | None = None
    draft: str = ""
    """Key of the draft this was; dropped with the same write."""


@dataclass(frozen=True, slots=True)
class NewAct:
    """An act to be done; fields as of `acts.Act`."""

    kind: ActKind
    step: str = ""
    round: int = 0
    note: str = ""
    files: tuple[Path, ...] = ()
    to: str = ""
    people: tuple[UserID, ...] = ()
    where: Where | None = None
    mode: StepMode = StepMode.ALL
    on_behalf: UserID | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    from_ms: int = 0
    until_ms: int = 0
    text: str = ""
    """The act in words for clients without Tack; empty: the service words it plainly."""


class Preview(NamedTuple):
    """Who would decide, before sending."""

    plan: Plan
    facts: Facts
    deputies: tuple[Deputy, ...]
    names: dict[str, str]
    is_offline: bool
    """The organisation could not be asked now: made of what was known last."""
    bytes_used: int
    """Of `wire.MAX_EVENT_BYTES`, without the files' final addresses."""


class ApprovalDraft(NamedTuple):
    """A form not sent yet."""

    key: str
    template_id: str
    title: str
    changed_ms: int
    content: dict[str, Any]
    """The interface's own: values, chosen people, copies."""


class Verdict(NamedTuple):
    """What checking a printed record says."""

    room_id: RoomID
    is_known: bool
    """The request is in my cache."""
    is_same: bool
    """The code is that of the record as it stands now."""
    is_earlier: bool
    """It was that of the record at an earlier point: things were added since."""
    title: str = ""
