"""All of one request; and what is to be fetched or entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from app.domain.approvals.record import RecordedEvent, earlier_digests, record_digest
from app.domain.approvals.rows import ApprovalDetail, PendingAct, Trust
from app.domain.approvals.wire import LIBRARY_ROOM_TYPE, REQUEST_FIELD, REQUEST_ROOM_TYPE
from app.domain.ids import EventID, RoomID, UserID
from app.domain.timeline import SendState
from app.store import approval_library, approval_pages, approval_room
from app.store.sql import sql_text

if TYPE_CHECKING:
    from app.domain.approvals.rows import ApprovalRow
    from app.domain.events import Event
    from app.store.approval_room import QueuedAct, StoredRequest

_MEMBERS = "SELECT user FROM member WHERE room = ? AND membership IN ('join', 'invite') ORDER BY membership DESC, user"
_TO_JOIN = (
    "SELECT room_id, inviter FROM room WHERE room_type IN (?, ?) AND membership = 'invite' AND inviter IS NOT NULL"
    " ORDER BY sort_ts DESC, id LIMIT 500"
)
_TO_FETCH = (
    "SELECT r.room_id FROM approval a INDEXED BY approval_partial JOIN room r ON r.id = a.id"
    " WHERE a.is_whole = 0 AND a.is_invited = 0 AND r.membership = 'join'"
    " ORDER BY EXISTS(SELECT 1 FROM approval_duty d WHERE d.room = a.id) DESC, a.is_open DESC, a.made_ms DESC LIMIT ?"
)
_LAST = (
    "SELECT e.event_id FROM room r JOIN event e ON e.room = r.id WHERE r.room_id = ? AND e.ord IS NOT NULL"
    " ORDER BY e.ord DESC LIMIT 1"
)


def read_detail(conn: Any, me: UserID, room_id: RoomID, now_ms: int) -> ApprovalDetail | None:
    """Give all of one request, also of one still to be made; None where there is none."""
    key = approval_pages.row_key(conn, room_id)
    if key is None:
        return _drafted_detail(conn, me, room_id)
    request = approval_room.read_request(conn, key, me)
    rows = [] if request is None else approval_pages.read_rows(conn, me, [request.room], now_ms)
    if request is None or not rows:
        return None
    members = tuple(UserID(row[0]) for row in conn.execute(_MEMBERS, (request.room,)))
    return _detail(conn, me, request, rows[0], now_ms, members)


def _detail(
    conn: Any, me: UserID, request: StoredRequest, row: ApprovalRow, now_ms: int, members: tuple[UserID, ...]
) -> ApprovalDetail | None:
    state = approval_room.fold_stored(request, me)
    if state is None:
        return None
    content = request.content
    if state.checks:  # what is wrong in it is not shown, opened or copied from there
        content = msgspec.structs.replace(content, values=state.values)
    return ApprovalDetail(
        row=row,
        content=content,
        state=state,
        trust=approval_library.trust_in(conn, me, request.content),
        pending=tuple(
            _pending(queued, now_ms)
            for queued in approval_room.unsent(request, me)
            if queued.state is not SendState.SENT
        ),
        seal=None if request.seal is None else request.seal.event_id,
        create_event=_real_id(request.create),
        record=record_digest(*_recorded_events(request)),
        members=members,
    )


def _real_id(event: Event) -> EventID | None:
    """Give the id of an event; None for one that is still to be made, or seen only as part of an invitation."""
    return event.event_id if event.event_id.startswith("$") else None


def _pending(queued: QueuedAct, now_ms: int) -> PendingAct:
    is_held = queued.state is SendState.QUEUED and queued.not_before_ms > now_ms and not queued.error_code
    return PendingAct(
        queued.txn_id, queued.act.kind.value, queued.act.note, is_held, queued.state, queued.error_code
    )


# Requests still to be made --------------------------------------------------------------------------------------


def _drafted(conn: Any, me: UserID, room_id: RoomID) -> tuple[StoredRequest, ApprovalRow] | None:
    for request, send_state, error in approval_room.drafted(conn, me):
        if request.room_id == room_id:
            row = approval_pages.draft_row(conn, me, request, send_state, error)
            return None if row is None else (request, row)
    return None


def drafted_row(conn: Any, me: UserID, room_id: RoomID) -> ApprovalRow | None:
    """Give the row of a request of mine that sync has not brought yet."""
    found = _drafted(conn, me, room_id)
    return None if found is None else found[1]


def _drafted_detail(conn: Any, me: UserID, room_id: RoomID) -> ApprovalDetail | None:
    found = _drafted(conn, me, room_id)
    detail = None if found is None else _detail(conn, me, *found, 0, (me,))
    return None if detail is None else detail._replace(seal=None, trust=Trust.VERIFIED)


# The record -----------------------------------------------------------------------------------------------------


def read_records(conn: Any, me: UserID, room_id: RoomID) -> tuple[str, ...]:
    """Give the digests a record of a request has had, oldest first; none where there is no request."""
    key = approval_pages.row_key(conn, room_id)
    request = None if key is None else approval_room.read_request(conn, key, me)
    return () if request is None else tuple(earlier_digests(*_recorded_events(request)))


def _recorded_events(
    request: StoredRequest,
) -> tuple[RecordedEvent, RecordedEvent | None, list[RecordedEvent]]:
    """Give what a record is of: the creation, the seal, the acts.

    Only lists that name the seal are of the record: others count for nothing, whoever writes how many.
    """
    seal = request.seal
    acts = [
        _recorded(raw)
        for event, raw in request.acts
        if seal is not None and event.content.seal == seal.event_id
    ]
    content = request.create.content.get(REQUEST_FIELD)
    create = _recorded(request.create)._replace(content=content)
    return create, None if seal is None else _recorded(seal), acts


def _recorded(event: Event) -> RecordedEvent:
    return RecordedEvent(event.event_id, event.origin_server_ts, event.sender, event.content)


# What is to be done ---------------------------------------------------------------------------------------------


def to_join(conn: Any) -> list[tuple[RoomID, UserID]]:
    """Give invitations to rooms of requests and libraries, with who invites."""
    rows = conn.execute(_TO_JOIN, (REQUEST_ROOM_TYPE, LIBRARY_ROOM_TYPE))
    return [(RoomID(room_id), UserID(inviter)) for room_id, inviter in rows]


def to_fetch(conn: Any, limit: int) -> list[RoomID]:
    """Give rooms of requests whose older events are not all here, those that wait for me first."""
    return [RoomID(row[0]) for row in conn.execute(_TO_FETCH, (limit,))]


def last_event(conn: Any, room_id: RoomID) -> EventID | None:
    """Give the newest placed event of a room."""
    row = conn.execute(_LAST, (sql_text(room_id),)).fetchone()
    return None if row is None else EventID(row[0])
