"""Requests, templates, roles and deputies as values."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.domain.ids import RoomID
from app.store import approval_detail, approval_figures, approval_library, approval_pages, approval_room

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
    from app.domain.ids import EventID, UserID


class ApprovalReads:
    """`reader.approvals`: one thread at a time, as of `Reader`. *Slow* ones belong on the read worker."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        self._conn.execute("BEGIN")
        try:
            yield
        finally:
            self._conn.execute("COMMIT")

    def page(
        self, query: ApprovalQuery, now_ms: int, limit: int = 50, after: PageKey | None = None
    ) -> ApprovalPage:
        """Give rows of a page behind `after`. A bounded read without a term or person; else *slow*."""
        with self._snapshot():
            return approval_pages.read_page(self._conn, self._who(), query, now_ms, limit, after)

    def row(self, room_id: RoomID, now_ms: int) -> ApprovalRow | None:
        """Give one row, whatever page it is on."""
        with self._snapshot():
            key = approval_pages.row_key(self._conn, room_id)
            if key is None:
                return approval_detail.drafted_row(self._conn, self._who(), room_id)
            return approval_pages.read_rows(self._conn, self._who(), [key], now_ms)[0]

    def detail(self, room_id: RoomID, now_ms: int) -> ApprovalDetail | None:
        """Give all of one request, also of one still to be made. Folds: up to 10 ms."""
        with self._snapshot():
            return approval_detail.read_detail(self._conn, self._who(), room_id, now_ms)

    def find(self, term: str, now_ms: int, limit: int = 20) -> list[ApprovalRow]:
        """Give requests whose words hold a term, whatever page they are on, newest first. *Slow*."""
        with self._snapshot():
            return approval_pages.find_rows(self._conn, self._who(), term, now_ms, limit)

    def counts(self, now_ms: int) -> ApprovalCounts:
        """Give the figures of the tabs."""
        with self._snapshot():
            drafts = sum(1 for _ in approval_room.drafted(self._conn, self._who()))
            return approval_figures.read_counts(self._conn, now_ms, drafts)

    def everything(self, query: ApprovalQuery, now_ms: int) -> Iterator[ApprovalDetail]:
        """Give all requests of a query with their forms, for export. *Slow*."""
        after = None
        while True:
            page = self.page(query, now_ms, 100, after)
            for row in page.rows:
                found = self.detail(row.room_id, now_ms)
                if found is not None:
                    yield found
            if page.next is None:
                return
            after = page.next

    def statistics(self, from_ms: int, until_ms: int, now_ms: int) -> Statistics:
        """Give figures over the requests made in a time. *Slow*."""
        with self._snapshot():
            return approval_figures.read_statistics(self._conn, self._who(), from_ms, until_ms, now_ms)

    # The library ------------------------------------------------------------------------------------------------

    def libraries(self) -> tuple[tuple[RoomID, bool], ...]:
        """Give the library rooms I am in and whether I may edit templates there; the one of my own server first."""
        with self._snapshot():
            found = approval_library.read_libraries(self._conn, self._who())
            return tuple((library.room_id, library.can_edit) for library in found)

    def templates(self) -> tuple[TemplateEntry, ...]:
        """Give the published templates (those that are off and not mine to edit left out), as queued edits leave them."""
        with self._snapshot():
            return approval_library.read_templates(self._conn, self._who())

    def roles(self) -> Roles:
        """Give the roles of the organisation."""
        with self._snapshot():
            return approval_library.read_roles(self._conn, self._who())

    def away(self) -> dict[UserID, Away]:
        """Give who is away, also later, and who decides for them."""
        with self._snapshot():
            return approval_library.read_away(self._conn, self._who())

    def deputies_for(self, users: tuple[UserID, ...], template_id: str, now_ms: int) -> tuple[Deputy, ...]:
        """Give the deputies of those of some people who are away now or will be within 30 days."""
        with self._snapshot():
            return approval_library.read_deputies(self._conn, self._who(), users, template_id, now_ms)

    def template_digest(self, library: RoomID, event_id: EventID) -> str | None:
        """Give the digest of a published template; None where the event is not known."""
        return approval_library.digest_in(self._conn, library, event_id)

    # What is to be done -----------------------------------------------------------------------------------------

    def to_join(self) -> list[tuple[RoomID, UserID]]:
        """Give invitations to rooms of requests and libraries, with who invites."""
        return approval_detail.to_join(self._conn)

    def to_fetch(self, limit: int = 50) -> list[RoomID]:
        """Give rooms of requests whose older events are not all here, those that wait for me first."""
        return approval_detail.to_fetch(self._conn, limit)

    def watched(self, now_ms: int) -> list[RoomID]:
        """Give the requests whose next move is news for me: those that wait for me, mine that are open, new copies."""
        rows = self._conn.execute(
            "SELECT r.room_id FROM room r WHERE r.id IN (SELECT d.room FROM approval_duty d"
            " WHERE d.from_ms <= ?1 AND d.until_ms >= ?1"
            " UNION SELECT a.id FROM approval a WHERE a.is_open = 1 AND a.is_mine = 1"
            " UNION SELECT a.id FROM approval a WHERE a.is_copy = 1 AND a.is_seen = 0 AND a.is_mine = 0) ORDER BY r.id",
            (now_ms,),
        )
        return [RoomID(row[0]) for row in rows.fetchall()]

    def open_with(self, user: UserID) -> list[RoomID]:
        """Give the open requests in whose route somebody stands, or that concern them otherwise. *Slow*."""
        rows = self._conn.execute(
            "SELECT r.room_id FROM approval_person p JOIN approval a ON a.id = p.room JOIN room r ON r.id = a.id"
            " WHERE p.user = ? AND a.is_open = 1 AND r.membership = 'join' ORDER BY a.id",
            (user,),
        )
        return [RoomID(row[0]) for row in rows.fetchall()]

    def open_of(self, user: UserID) -> list[RoomID]:
        """Give the open requests that somebody asked for. *Slow*."""
        rows = self._conn.execute(
            "SELECT r.room_id FROM approval a JOIN room r ON r.id = a.id"
            " WHERE a.is_open = 1 AND a.requester = ? AND r.membership = 'join' ORDER BY a.id",
            (user,),
        )
        return [RoomID(row[0]) for row in rows.fetchall()]

    # Beside ------------------------------------------------------------------------------------------------------

    def next_turn_ms(self, now_ms: int) -> int | None:
        """Give when a duty of mine as a deputy begins or ends by itself: the counts are to be read again then."""
        return approval_figures.next_turn_ms(self._conn, now_ms)

    def turned(self, after_ms: int, until_ms: int) -> list[RoomID]:
        """Give the requests of which a duty of mine as a deputy began or ended by itself in a time."""
        return approval_figures.turned(self._conn, after_ms, until_ms)

    def records(self, room_id: RoomID) -> tuple[str, ...]:
        """Give the digests a record of this request has had, the first one before any act, the last as it stands."""
        with self._snapshot():
            return approval_detail.read_records(self._conn, self._who(), room_id)

    def last_event(self, room_id: RoomID) -> EventID | None:
        """Give the newest event of a request's room: up to it the room is read when somebody has looked at it."""
        return approval_detail.last_event(self._conn, room_id)
