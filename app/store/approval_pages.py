"""Pages of approvals: which requests stand on one, and their rows.

Every page is a walk along an index that holds what the filters ask (`schema_approvals`). Requests that the send queue is
still to make are no rows of the tables: they are read from there and stand on top of the first page of Mine.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.json import decode as loads

from app.domain.approvals.rows import ApprovalBox, ApprovalPage, ApprovalRow, PageKey
from app.domain.approvals.state import RequestStatus
from app.domain.ids import ContentURI, RoomID, UserID, localpart_of
from app.domain.timeline import SendState
from app.store import approval_fold, approval_room, approval_words
from app.store.sql import chunks, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from app.domain.approvals.rows import ApprovalQuery
    from app.store.approval_room import QueuedAct, StoredRequest
    from app.store.sql import Row
    from app.store.tokens import Term

SAID_WHILE_WAITING = "approval_limit"
"""Codes that begin so are told before anything is given up: how long the server lets a request wait."""
_IS_NOW = "d.from_ms <= :now AND d.until_ms >= :now"
_COLUMNS = (
    "SELECT a.id, r.room_id, a.number, a.title, a.template_id, a.template_name, a.icon, a.requester, m.name, m.avatar,"
    " a.is_external, a.made_ms, a.status, a.facts, a.waiting, a.names, a.since_ms, d.room IS NOT NULL, a.is_mine,"
    " a.is_copy, a.acted_ms IS NOT NULL, a.is_invited, a.can_batch, a.comments, r.unread, a.is_whole, d.for_user,"
    " a.is_seen FROM json_each(:ids) j CROSS JOIN approval a ON a.id = j.value JOIN room r ON r.id = a.id"
    " LEFT JOIN member m ON m.room = a.id AND m.user = a.requester"
    f" LEFT JOIN approval_duty d ON d.room = a.id AND {_IS_NOW} ORDER BY j.key"
)
_WORDS = "SELECT t.room, t.words FROM json_each(?) j CROSS JOIN approval_text t ON t.room = j.value"
_FOUND = "a.id IN (SELECT rowid FROM approval_index WHERE approval_index MATCH :phrase)"
_INVOLVED = "a.id IN (SELECT room FROM approval_person WHERE user = :person)"
_SEAL = (
    "SELECT state, error_code FROM send_queue WHERE room_id = ? AND kind = 'state' AND event_type = 'm.room.power_levels'"
    " LIMIT 1"
)
_UNSEALED = RequestStatus.UNSEALED
_BATCH = 200


class _Walk(NamedTuple):
    """How a page is walked: `sort` grows (TODO) or falls from row to row."""

    source: str
    sort: str
    where: str
    grows: bool = False


_WALKS = {
    ApprovalBox.TODO: _Walk(
        "approval_duty d CROSS JOIN approval a ON a.id = d.room", "d.since_ms", _IS_NOW, grows=True
    ),
    ApprovalBox.DONE: _Walk("approval a", "a.acted_ms", "a.acted_ms IS NOT NULL"),
    ApprovalBox.MINE: _Walk("approval a", "a.made_ms", "a.is_mine = 1"),
    ApprovalBox.COPIES: _Walk("approval a", "a.made_ms", "a.is_copy = 1"),
}


def read_page(
    conn: Any, me: UserID, query: ApprovalQuery, now_ms: int, limit: int, after: PageKey | None
) -> ApprovalPage:
    """Give rows of a page behind `after`."""
    terms = approval_words.terms_of(query.term) if query.term.strip() else ()
    drafts = list(_drafts(conn, me, query, terms)) if after is None else []
    sql, values = statement(query, now_ms, terms, after)
    found = list(itertools.islice(_walk(conn, sql, values, terms, limit + 1), limit + 1))
    rows = read_rows(conn, me, [key.id for key in found[:limit]], now_ms)
    return ApprovalPage((*drafts, *rows), found[limit - 1] if len(found) > limit else None)


def find_rows(conn: Any, me: UserID, term: str, now_ms: int, limit: int) -> list[ApprovalRow]:
    """Give requests whose words hold a term, whatever page they are on, newest first."""
    terms = approval_words.terms_of(term)
    if not terms:
        return []
    phrase = approval_words.phrase_of(terms)
    where = "1" if phrase is None else _FOUND
    sql = f"SELECT a.made_ms, a.id FROM approval a WHERE {where} ORDER BY a.made_ms DESC, a.id DESC"
    found = itertools.islice(_walk(conn, sql, {"phrase": phrase}, terms, limit), limit)
    return read_rows(conn, me, [key.id for key in found], now_ms)


def _walk(
    conn: Any, sql: str, values: dict[str, Any], terms: tuple[Term, ...], limit: int
) -> Iterator[PageKey]:
    """Give the places of a page's rows in order; with a term, those whose words hold it."""
    if not terms:
        yield from (PageKey(*row) for row in conn.execute(f"{sql} LIMIT :limit", {**values, "limit": limit}))
        return
    cursor = conn.execute(sql, values)
    while rows := cursor.fetchmany(_BATCH):
        words = dict(conn.execute(_WORDS, (json.dumps([key for _, key in rows]),)).fetchall())
        for row in rows:
            if approval_words.has_all(terms, words.get(row[1], "")):
                yield PageKey(*row)


def statement(
    query: ApprovalQuery, now_ms: int, terms: tuple[Term, ...] = (), after: PageKey | None = None
) -> tuple[str, dict[str, Any]]:
    """Give the SELECT of (sort, id) of a page in order."""
    walk = _WALKS[query.box]
    key = "d.room" if walk.grows else "a.id"
    values: dict[str, Any] = {"now": now_ms}
    conditions = [walk.where, *_filters(query, values)]
    phrase = approval_words.phrase_of(terms) if terms else None
    if phrase is not None:
        conditions.append(_FOUND)
        values["phrase"] = phrase
    if after is not None:
        conditions.append(f"({walk.sort}, {key}) {'>' if walk.grows else '<'} (:sort, :id)")
        values |= {"sort": after.sort, "id": after.id}
    order = "" if walk.grows else " DESC"
    return (
        f"SELECT {walk.sort}, {key} FROM {walk.source} WHERE {' AND '.join(conditions)}"
        f" ORDER BY {walk.sort}{order}, {key}{order}",
        values,
    )


def _filters(query: ApprovalQuery, values: dict[str, Any]) -> Iterator[str]:
    if query.template_id:
        values["template"] = sql_text(query.template_id)
        yield "a.template_id = :template"
    if query.status is not None:
        values["status"] = query.status.value
        yield "a.status = :status"
    if query.from_ms:
        values["from"] = query.from_ms
        yield "a.made_ms >= :from"
    if query.until_ms:
        values["until"] = query.until_ms
        yield "a.made_ms < :until"
    if query.person is not None:
        values["person"] = sql_text(query.person)
        yield _INVOLVED


# Rows -----------------------------------------------------------------------------------------------------------


def read_rows(conn: Any, me: UserID, ids: Sequence[int], now_ms: int) -> list[ApprovalRow]:
    """Give the rows of some requests in the order asked; unknown ones are left out."""
    if not ids:
        return []
    rows = conn.execute(_COLUMNS, {"ids": json.dumps(list(ids)), "now": now_ms}).fetchall()
    names = _names(conn, rows)
    queued = _queued(conn, rows)
    found = [_row(row, names.get(row[0], {}), queued.get(row[1], ())) for row in rows]
    return [_sealing(conn, row) if row.is_mine and row.status is _UNSEALED else row for row in found]


def _sealing(conn: Any, row: ApprovalRow) -> ApprovalRow:
    """A request of mine whose seal is still on its way is one that is being made."""
    waiting = conn.execute(_SEAL, (row.room_id,)).fetchone()
    if waiting is None:
        return row
    state = SendState(waiting[0])
    return row._replace(send_state=state, failed=(waiting[1] or "") if state is SendState.WEDGED else "")


def row_key(conn: Any, room_id: RoomID) -> int | None:
    """Give the key of a room that holds a request; None for any other."""
    row = conn.execute(
        "SELECT a.id FROM room r JOIN approval a ON a.id = r.id WHERE r.room_id = ?", (sql_text(room_id),)
    ).fetchone()
    return None if row is None else int(row[0])


def _names(conn: Any, rows: Iterable[Row]) -> dict[int, dict[str, str]]:
    """Give what those are called whom requests wait for: in the room, else as the request says."""
    found: dict[int, dict[str, str]] = {row[0]: loads(row[15]) for row in rows}
    pairs = [(row[0], user) for row in rows for user in loads(row[14])]
    for chunk in chunks(pairs):
        marks = ",".join(["(?, ?)"] * len(chunk))
        for room, user, name in conn.execute(
            f"SELECT room, user, name FROM member WHERE name IS NOT NULL AND (room, user) IN (VALUES {marks})",
            [value for pair in chunk for value in pair],
        ):
            found[room][user] = name
    return found


def _queued(conn: Any, rows: Iterable[Row]) -> dict[str, tuple[QueuedAct, ...]]:
    """Give my acts that wait, by room; mostly there are none at all."""
    if conn.execute("SELECT 1 FROM send_queue WHERE kind = 'act' LIMIT 1").fetchone() is None:
        return {}
    return {row[1]: tuple(approval_room.read_queued(conn, RoomID(row[1]))) for row in rows}


def _row(row: Row, names: dict[str, str], queued: Sequence[QueuedAct]) -> ApprovalRow:
    requester = UserID(row[7])
    is_news = row[19] and not row[18] and not row[27]
    return ApprovalRow(
        room_id=RoomID(row[1]),
        number=row[2],
        title=row[3],
        template_id=row[4],
        template_name=loads(row[5]),
        icon=row[6],
        requester=requester,
        requester_name=row[8] or names.get(requester) or localpart_of(requester),
        requester_avatar=None if row[9] is None else ContentURI(row[9]),
        is_external=bool(row[10]),
        made_ms=row[11],
        status=RequestStatus(row[12]),
        facts=_facts(row[13]),
        waiting=_waiting(loads(row[14]), names),
        since_ms=row[16],
        is_todo=bool(row[17]),
        is_mine=bool(row[18]),
        is_copy=bool(row[19]),
        has_acted=bool(row[20]),
        is_invited=bool(row[21]),
        can_batch=bool(row[22]),
        comments=row[23],
        unread=max(row[24], 1) if is_news else row[24],
        pending=sum(act.waits for act in queued),
        failed=next((act.error_code for act in queued if not act.counts), ""),
        is_whole=bool(row[25]),
        is_away_for=UserID(row[26]) if row[26] else None,
        is_new_copy=bool(is_news),
    )


def _facts(text: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((key, kind, value) for key, kind, value in loads(text))


def _waiting(users: Iterable[str], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names.get(user) or localpart_of(UserID(user)) for user in users)


# Requests still to be made --------------------------------------------------------------------------------------


def draft_row(
    conn: Any, me: UserID, request: StoredRequest, send_state: SendState, error: str
) -> ApprovalRow | None:
    """Give the row of a request that waits in the send queue."""
    state = approval_room.fold_stored(request, me)
    if state is None:
        return None
    around = approval_fold.Around(True, (), {})
    row = approval_fold.table_row(request, state, me, around)
    names = request.content.names
    profile = conn.execute(
        "SELECT name, avatar FROM member WHERE user = ? AND name IS NOT NULL LIMIT 1", (me,)
    ).fetchone() or (names.get(me), None)
    return ApprovalRow(
        room_id=request.room_id,
        number=row.number,
        title=row.title,
        template_id=row.template_id,
        template_name=loads(row.template_name),
        icon=row.icon,
        requester=me,
        requester_name=profile[0] or localpart_of(me),
        requester_avatar=None if profile[1] is None else ContentURI(profile[1]),
        is_external=False,
        made_ms=row.made_ms,
        status=state.status,
        facts=_facts(row.facts),
        waiting=_waiting(state.waiting, names),
        since_ms=row.since_ms,
        is_todo=send_state is SendState.WEDGED,
        is_mine=True,
        is_copy=bool(row.is_copy),
        has_acted=row.acted_ms is not None,
        is_invited=False,
        can_batch=bool(row.can_batch),
        comments=0,
        unread=0,
        pending=sum(act.waits for act in request.queued),
        failed=error if send_state is SendState.WEDGED or error.startswith(SAID_WHILE_WAITING) else "",
        send_state=send_state,
    )


def _drafts(conn: Any, me: UserID, query: ApprovalQuery, terms: tuple[Term, ...]) -> Iterator[ApprovalRow]:
    """Give my requests that wait in the send queue, as far as a page shows them: failed ones wait for me."""
    if query.box not in (ApprovalBox.MINE, ApprovalBox.TODO):
        return
    for request, send_state, error in approval_room.drafted(conn, me):
        if query.box is ApprovalBox.TODO and send_state is not SendState.WEDGED:
            continue
        row = draft_row(conn, me, request, send_state, error)
        if row is not None and _is_asked(query, row) and _has_words(request, me, query, terms):
            yield row


def _is_asked(query: ApprovalQuery, row: ApprovalRow) -> bool:
    return (
        query.template_id in ("", row.template_id)
        and query.status in (None, row.status)
        and query.from_ms <= row.made_ms
        and (not query.until_ms or row.made_ms < query.until_ms)
    )


def _has_words(request: StoredRequest, me: UserID, query: ApprovalQuery, terms: tuple[Term, ...]) -> bool:
    if not terms and query.person is None:
        return True
    state = approval_room.fold_stored(request, me)
    if state is None:
        return False
    is_in = query.person is None or query.person in approval_fold.people_of(request, state)
    around = approval_fold.Around(True, (), {})
    return is_in and approval_words.has_all(terms, approval_fold.words_of(request, state, around))
