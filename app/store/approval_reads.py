"""Requests, templates, roles and deputies as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.domain.approvals.request import Deputy
    from app.domain.approvals.rows import (
        ApprovalCounts,
        ApprovalDetail,
        ApprovalPage,
        ApprovalQuery,
        ApprovalRow,
        PageKey,
        Statistics,
        TemplateEntry,
    )
    from app.domain.approvals.template import Away, Roles
    from app.domain.ids import EventID, RoomID, UserID


class ApprovalReads:
    """`reader.approvals`: one thread at a time, as of `Reader`. *Slow* ones belong on the read worker."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who

    def page(
        self, query: ApprovalQuery, now_ms: int, limit: int = 50, after: PageKey | None = None
    ) -> ApprovalPage:
        """Give rows of a page behind `after`. A bounded read without a term or person; else *slow*."""
        raise NotImplementedError

    def row(self, room_id: RoomID, now_ms: int) -> ApprovalRow | None:
        """Give one row, whatever page it is on."""
        raise NotImplementedError

    def detail(self, room_id: RoomID, now_ms: int) -> ApprovalDetail | None:
        """Give all of one request, also of one still to be made. Folds: up to 10 ms."""
        raise NotImplementedError

    def counts(self, now_ms: int) -> ApprovalCounts:
        """Give the figures of the tabs."""
        raise NotImplementedError

    def everything(self, query: ApprovalQuery, now_ms: int) -> Iterator[ApprovalDetail]:
        """Give all requests of a query with their forms, for export. *Slow*."""
        raise NotImplementedError

    def statistics(self, from_ms: int, until_ms: int, now_ms: int) -> Statistics:
        """Give figures over the requests made in a time. *Slow*."""
        raise NotImplementedError

    # The library ------------------------------------------------------------------------------------------------

    def libraries(self) -> tuple[tuple[RoomID, bool], ...]:
        """Give the library rooms I am in and whether I may edit templates there; the one of my own server first."""
        raise NotImplementedError

    def templates(self) -> tuple[TemplateEntry, ...]:
        """Give the published templates (those that are off and not mine to edit left out), as queued edits leave them."""
        raise NotImplementedError

    def roles(self) -> Roles:
        """Give the roles of the organisation."""
        raise NotImplementedError

    def away(self) -> dict[UserID, Away]:
        """Give who is away, also later, and who decides for them."""
        raise NotImplementedError

    def deputies_for(self, users: tuple[UserID, ...], template_id: str, now_ms: int) -> tuple[Deputy, ...]:
        """Give the deputies of those of some people who are away now or will be within 30 days."""
        raise NotImplementedError

    def template_digest(self, library: RoomID, event_id: EventID) -> str | None:
        """Give the digest of a published template; None where the event is not known."""
        raise NotImplementedError

    # What is to be done -----------------------------------------------------------------------------------------

    def to_join(self) -> list[tuple[RoomID, UserID]]:
        """Give invitations to rooms of requests and libraries, with who invites."""
        raise NotImplementedError

    def to_fetch(self, limit: int = 50) -> list[RoomID]:
        """Give rooms of requests whose older events are not all here, those that wait for me first."""
        raise NotImplementedError
