"""The DING inbox as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.dings import DingBox, DingDetail, DingFilter, DingSummary
    from app.domain.ids import UserID


class DingReads:
    """`reader.dings`: bounded reads, one thread at a time, as of `Reader`."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who

    def page(
        self,
        box: DingBox,
        filter: DingFilter,
        *,
        term: str = "",
        limit: int = 50,
        before: DingSummary | None = None,
        now_ms: int = 0,
    ) -> list[DingSummary]:
        """Give rows of RECEIVED or SENT, newest first, behind `before`. With a term *slow*."""
        raise NotImplementedError

    def counts(self) -> dict[DingFilter, int]:
        """Give how many received dings each chip would show (UNCONFIRMED, DUE; others 0)."""
        raise NotImplementedError

    def summary(self, uid_or_event_id: str) -> DingSummary | None:
        """Give one row."""
        raise NotImplementedError

    def summaries(self, ids: Sequence[str]) -> list[DingSummary]:
        """Give some rows in the order asked; unknown ones are left out."""
        raise NotImplementedError

    def open(self, limit: int = 300) -> list[DingSummary]:
        """Give my open dings, newest first: what may alert."""
        raise NotImplementedError

    def detail(self, uid_or_event_id: str) -> DingDetail | None:
        """Give all of one ding. *Slow* with hundreds of recipients."""
        raise NotImplementedError
