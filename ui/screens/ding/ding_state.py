"""What the DING page shows: which box, which filter, what a row may be, and what can be said about one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.dings import MIN_NUDGE_MS, DingBox, DingFilter, DingSummary
from app.domain.scheduled import ScheduledDing, ScheduledState
from app.domain.timeline import SendState
from app.store.ding_work import DingInvitation

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.ids import RoomID, UserID

Entry = DingSummary | ScheduledDing | DingInvitation

INVITATION = "i:"
"""Begins the uid of an invitation."""
PATIENCE_MS = 5_000
"""So long a ding of mine is "being sent"; after that it waits for the server, and says for how long."""


@dataclass(frozen=True, slots=True)
class InboxView:
    """Which rows are wanted."""

    box: DingBox = DingBox.RECEIVED
    filter: DingFilter = DingFilter.ALL
    term: str = ""


@dataclass(frozen=True, slots=True)
class WordContext:
    """What wording needs beside the ding."""

    me: UserID
    now_ms: Callable[[], int]
    """The time as the server has it."""
    name_of: Callable[[RoomID, UserID], str]
    detail_of: Callable[[UserID], str]
    """Department of a colleague; empty where unknown."""
    is_online: Callable[[], bool]


def uid_of(entry: Entry) -> str:
    """The identity of a row."""
    return f"{INVITATION}{entry.room_id}" if isinstance(entry, DingInvitation) else entry.uid


def nudge_wait_ms(ding: DingSummary, now_ms: int) -> int:
    """How long until the unconfirmed may be reminded (again)."""
    return max(0, max(ding.ts_ms, ding.last_nudge_ms or 0) + MIN_NUDGE_MS - now_ms)


def can_nudge(ding: DingSummary) -> bool:
    """Whether there is anybody to remind, now or in a few minutes."""
    is_there = ding.is_own and ding.event_id is not None and not ding.is_redacted
    return is_there and ding.confirmed < ding.total


def is_waiting(ding: DingSummary) -> bool:
    """Whether the server does not have it yet."""
    return ding.send_state in {SendState.QUEUED, SendState.SENDING}


def is_failed(ding: DingSummary) -> bool:
    """Whether it needs the person to be sent."""
    return ding.send_state is SendState.WEDGED


def time_of(ding: DingSummary) -> int | None:
    """By when, or from when on."""
    return ding.content.due_ms if ding.content.due_ms is not None else ding.content.start_ms


def is_overdue(ding: DingSummary, now_ms: int) -> bool:
    """Whether its time has passed while somebody has still to confirm; a meeting is never late."""
    due = ding.content.due_ms
    is_asked = ding.is_open or (ding.is_own and ding.confirmed < ding.total and not ding.is_redacted)
    return due is not None and due < now_ms and is_asked


def has_left(ding: DingSummary) -> bool:
    """Whether nothing is asked of me because I am no longer there."""
    is_settled = ding.is_open or ding.confirmed_at_ms is not None or ding.is_redacted or ding.is_muted
    return ding.is_to_me and not is_settled and ding.send_state is None


def box_of(ding: DingSummary) -> DingBox:
    """Where a ding is found."""
    return DingBox.SENT if ding.is_own and not ding.is_to_me else DingBox.RECEIVED


def can_edit_time(ding: ScheduledDing) -> bool:
    """Only what this device planned; one with files would lose them."""
    return not ding.is_elsewhere and not ding.file_count and ding.state is not ScheduledState.CANCELLING


def is_in_box(ding: DingSummary, box: DingBox) -> bool:
    """Whether a box holds a ding; one that I sent to myself too is in both."""
    return ding.is_own if box is DingBox.SENT else ding.is_to_me or ding.is_cc
