"""What of approvals is worth a notice: it became my turn, I got a copy, or what I asked for was decided or came back.

What stood when the program started is no news. A request is compared with what was last seen of it, so that each turn and
each end is told once, whatever order the events come in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from app.domain.approvals.state import RequestStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.domain.approvals.rows import ApprovalRow
    from app.domain.ids import RoomID
    from app.store.reader import Reader

_TOLD = (RequestStatus.APPROVED, RequestStatus.REJECTED, RequestStatus.RETURNED)
MOST_AT_ONCE = 3
"""Of more of one kind, one notice gives the number."""


class ApprovalNews(StrEnum):
    """What happened."""

    MY_TURN = "my_turn"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class ApprovalNotice:
    """One notice. Words are empty while the screen is shared."""

    room_id: RoomID | None
    """Where a click lands; None: at the page, for several are meant."""
    news: ApprovalNews
    title: str
    row: ApprovalRow | None
    """For its key facts; None where the person wants no text in notices."""
    count: int = 1


class _Seen(NamedTuple):
    is_todo: bool
    status: RequestStatus
    is_copy: bool


class ApprovalWatch:
    """Remembers what was seen of each request. Runs on the reading thread, one call at a time."""

    def __init__(self) -> None:
        self._seen: dict[RoomID, _Seen] | None = None

    def begin(self, read: Reader, now_ms: int) -> None:
        """Take what stands now for known."""
        if self._seen is None:
            self._seen = {}
            self.learn(read, read.approvals.watched(now_ms), now_ms)

    def learn(self, read: Reader, rooms: Iterable[RoomID], now_ms: int) -> None:
        """Take how some requests stand for known, without telling."""
        for row in _rows(read, rooms, now_ms):
            list(self._compare(row))

    def look(self, read: Reader, rooms: Iterable[RoomID], now_ms: int) -> list[ApprovalNotice]:
        """Compare requests with what was seen of them; what is new. Those whose events are not all here wait."""
        return [notice for row in _rows(read, rooms, now_ms) if row.is_whole for notice in self._compare(row)]

    def _compare(self, row: ApprovalRow) -> Iterator[ApprovalNotice]:
        assert self._seen is not None
        former = self._seen.get(row.room_id)
        self._seen[row.room_id] = _Seen(row.is_todo, row.status, row.is_copy)
        is_returned_to_me = row.is_mine and row.status is RequestStatus.RETURNED
        if row.is_todo and not is_returned_to_me and not (former and former.is_todo):
            yield ApprovalNotice(row.room_id, ApprovalNews.MY_TURN, row.title, row)
        elif row.is_new_copy and not row.is_todo and not (former and former.is_copy):
            yield ApprovalNotice(row.room_id, ApprovalNews.COPY, row.title, row)
        is_new = former is not None and former.status is not row.status
        if is_new and row.is_mine and row.status in _TOLD:
            yield ApprovalNotice(row.room_id, ApprovalNews(row.status.value), row.title, row)


def _rows(read: Reader, rooms: Iterable[RoomID], now_ms: int) -> Iterator[ApprovalRow]:
    for room_id in rooms:
        row = read.approvals.row(room_id, now_ms)
        if row is not None and row.send_state is None:
            yield row


def gathered(notices: list[ApprovalNotice]) -> list[ApprovalNotice]:
    """Make one of many of a kind: after an absence one notice says how many."""
    told: list[ApprovalNotice] = []
    for news in ApprovalNews:
        some = [notice for notice in notices if notice.news is news]
        if len(some) > MOST_AT_ONCE:
            told.append(ApprovalNotice(None, news, "", None, len(some)))
        else:
            told += some
    return told
