"""What the approvals page shows: which rows, and what can be said about one request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.approvals.acts import ActKind
from app.domain.approvals.rows import ApprovalBox, ApprovalQuery, Trust
from app.domain.approvals.state import RequestStatus, TaskStatus
from app.domain.sending import is_new_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.approvals.rows import ApprovalDetail, ApprovalRow
    from app.domain.approvals.state import Entry, Right
    from app.domain.ids import RoomID, UserID

DECISIONS = (
    ActKind.APPROVE,
    ActKind.REJECT,
    ActKind.RETURN,
    ActKind.TRANSFER,
    ActKind.DELEGATE,
    ActKind.ADD_SIGN,
)
"""What only those may do who are to decide; nobody does where something is wrong with the request itself."""
_BROKEN = (RequestStatus.UNSEALED, RequestStatus.INVALID)


@dataclass(frozen=True, slots=True)
class WordContext:
    """What wording needs beside the request."""

    me: UserID
    now_ms: Callable[[], int]
    """The time as the server has it."""
    name_of: Callable[[str], str]
    is_online: Callable[[], bool]
    share_of: Callable[[RoomID], float | None] = lambda _room: None
    """How much of the files of a request to be made is up."""
    wait_of: Callable[[RoomID], int | None] = lambda _room: None
    """The seconds the server still asks us to wait with a request; None: nobody knows."""


def without_filter(query: ApprovalQuery) -> ApprovalQuery:
    """The same page and search, everything of it."""
    return ApprovalQuery(query.box, term=query.term)


def is_filtered(query: ApprovalQuery) -> bool:
    """Whether rows are left out beside what the search leaves out."""
    return query != without_filter(query)


def is_in_box(row: ApprovalRow, box: ApprovalBox) -> bool:
    """Whether a page holds a request."""
    return {
        ApprovalBox.TODO: row.is_todo or row.is_invited,
        ApprovalBox.DONE: row.has_acted,
        ApprovalBox.MINE: row.is_mine,
    }.get(box, row.is_copy)


def box_of(row: ApprovalRow) -> ApprovalBox:
    """Where a request is found."""
    for box in (ApprovalBox.TODO, ApprovalBox.MINE, ApprovalBox.DONE):
        if is_in_box(row, box):
            return box
    return ApprovalBox.COPIES


def may_decide(detail: ApprovalDetail) -> bool:
    """Whether anybody should decide on it as it stands."""
    return detail.state.status not in _BROKEN and detail.trust is not Trust.DIFFERS


def may_do(detail: ApprovalDetail, kind: ActKind) -> bool:
    """Whether an act may be offered as it stands: what nobody should decide on can still be withdrawn."""
    return may_decide(detail) or kind is ActKind.WITHDRAW


def is_made(detail: ApprovalDetail) -> bool:
    """Whether the server has it."""
    return not is_new_room(detail.row.room_id)


def is_being_sealed(row: ApprovalRow) -> bool:
    """Whether it is mine and on its way: its room is made, and the seal comes next."""
    return row.is_mine and row.status is RequestStatus.UNSEALED


def rights_by_kind(rights: tuple[Right, ...]) -> dict[ActKind, list[Right]]:
    """Put together what the same button does for several steps or people."""
    found: dict[ActKind, list[Right]] = {}
    for right in rights:
        found.setdefault(right.kind, []).append(right)
    return found


def is_waiting_for(detail: ApprovalDetail, user: UserID) -> bool:
    """Whether somebody has to act now."""
    return user in detail.state.waiting


def concerns(entry: Entry, detail: ApprovalDetail, me: UserID) -> bool:
    """Whether a refused act is mine, or would have touched me."""
    if me in (entry.user, *entry.act.people, entry.act.on_behalf):
        return True
    if detail.state.requester == me:
        return entry.act.kind in (*DECISIONS, ActKind.WITHDRAW, ActKind.RESUBMIT)
    tasks = (task for step in detail.state.steps if step.key == entry.act.step for task in step.tasks)
    return any(task.user == me and task.status is TaskStatus.WAITING for task in tasks)
