"""Rows of the DING inbox as values: stored dings, and those of mine that wait in the send queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.content import dict_of, text_of
from app.domain.dings import DING_ROOM_TYPE, DingSummary, words_of
from app.domain.ids import ContentURI, EventID, RoomID, UserID, localpart_of, server_name_of
from app.domain.sending import is_new_room
from app.domain.timeline import SendState
from app.store.ding_content import ding_of_content, ding_of_json, due_of, folded, uid_of
from app.store.overlay import Overlay
from app.store.sql import Row, from_json, select_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.content import JSONObject

ECHO_RANK = 1 << 60
"""Added to the key of a row of the send queue: of one time, what is still on its way is the newest."""
_MOST_ECHOES = 500
ROWS = (
    "SELECT d.id, d.ts, d.due_ts, d.sender, d.is_mine, d.is_to_me, d.is_cc, d.is_redacted, d.is_muted, d.is_open,"
    " d.my_ts, d.confirmed, d.total, d.comments, d.nudges, d.nudge_ts, d.content, e.event_id, e.txn_id, i.body,"
    " i.edit, r.room_id, r.name, r.room_type, m.name, m.avatar FROM ding d CROSS JOIN event e ON e.id = d.id"
    " CROSS JOIN item i ON i.id = d.id CROSS JOIN room r ON r.id = d.room"
    " LEFT JOIN member m ON m.room = d.room AND m.user = d.sender"
)
_ECHOES = (
    "SELECT id, txn_id, room_id, content, state, error_code, event_id, created_ms FROM send_queue"
    " WHERE kind = 'event' AND is_echo = 1 AND content LIKE '%\"im.tack.ding\":%'"
)


class Placed(NamedTuple):
    """A row with what it is sorted by."""

    ts: int
    due: int | None
    rank: int
    summary: DingSummary


def read_stored(conn: Any, me: UserID, rest: str, values: Sequence[Any]) -> list[Placed]:
    """Read stored dings; `rest` is what follows `ROWS`."""
    rows = conn.execute(f"{ROWS} {rest}", values).fetchall()
    return _with_waiting_edits(conn, me, [_placed(row, me) for row in rows])


def read_by_keys(conn: Any, me: UserID, keys: Iterable[int]) -> dict[int, Placed]:
    """Read stored dings by key."""
    found = [_placed(row, me) for row in select_in(conn, f"{ROWS} WHERE d.id IN {{in}}", keys)]
    return {placed.rank: placed for placed in _with_waiting_edits(conn, me, found)}


def _placed(row: Row, me: UserID) -> Placed:
    key, ts, due, sender, is_mine, is_to_me, is_cc, is_redacted, is_muted, is_open = row[:10]
    my_ts, confirmed, total, comments, nudges, nudge_ts, content, event_id, txn_id = row[10:19]
    body, edit, room_id, room_name, room_type, name, avatar = row[19:]
    summary = DingSummary(
        uid=uid_of(event_id, txn_id),
        event_id=EventID(event_id),
        room_id=RoomID(room_id),
        room_name=room_name,
        is_ding_room=room_type == DING_ROOM_TYPE,
        sender=UserID(sender),
        sender_name=name or localpart_of(UserID(sender)),
        sender_avatar=None if avatar is None else ContentURI(avatar),
        is_own=bool(is_mine),
        is_external=server_name_of(UserID(sender)) != server_name_of(me),
        ts_ms=ts,
        text="" if is_redacted else words_of(body),
        content=ding_of_json(from_json(content)),
        is_to_me=bool(is_to_me),
        is_cc=bool(is_cc),
        is_open=bool(is_open),
        confirmed_at_ms=my_ts,
        confirmed=confirmed,
        total=total,
        comments=comments,
        nudges=nudges,
        last_nudge_ms=nudge_ts,
        is_redacted=bool(is_redacted),
        is_edited=edit is not None and not is_redacted,
        is_muted=bool(is_muted),
    )
    return Placed(ts, due, key, summary)


def _with_waiting_edits(conn: Any, me: UserID, found: list[Placed]) -> list[Placed]:
    """Lay edits of mine that wait in the send queue over my dings. Mostly nothing waits."""
    sql = "SELECT DISTINCT room_id FROM send_queue WHERE kind = 'event' AND is_echo = 0"
    rooms = {row[0] for row in conn.execute(sql)}
    if not rooms:
        return found
    overlays = {
        room_id: Overlay.load(conn, room_id)
        for room_id in {p.summary.room_id for p in found if p.summary.is_own} & rooms
    }
    return [_edited(placed, overlays.get(placed.summary.room_id)) for placed in found]


def _edited(placed: Placed, overlay: Overlay | None) -> Placed:
    was = placed.summary
    if overlay is None or not was.is_own or was.is_redacted:
        return placed
    txn_id = was.uid.removeprefix("t:") if was.uid.startswith("t:") else None
    new = overlay.edit_of(was.event_id, txn_id)
    body = None if new is None else text_of(new, "body")
    if new is None or body is None:
        return placed
    content = folded(was.content, (new,))
    summary = was._replace(text=words_of(body), content=content, is_edited=True)
    return placed._replace(due=due_of(content), summary=summary)


# On their way ---------------------------------------------------------------------------------------------------


def read_echoes(conn: Any, me: UserID, name: str | None = None) -> list[Placed]:
    """Read dings of mine that wait in the send queue, newest first; or the one of a uid or event id."""
    if name is None:
        rows = conn.execute(f"{_ECHOES} ORDER BY id DESC LIMIT {_MOST_ECHOES}").fetchall()
    else:
        where = " AND (txn_id = ? OR event_id = ?) LIMIT 1"
        rows = conn.execute(_ECHOES + where, (name.removeprefix("t:"), name)).fetchall()
    found = [_echo(conn, row, me) for row in rows]
    return [placed for placed in found if placed is not None]


def _echo(conn: Any, row: Row, me: UserID) -> Placed | None:
    key, txn_id, room_id, text, state, error_code, event_id, created_ms = row
    content = from_json(text)
    ding = ding_of_content(content)
    if ding is None or room_id is None:
        return None
    room_name, room_type = _room_of(conn, room_id)
    name, avatar = _myself(conn, me, room_id)
    summary = DingSummary(
        uid=f"t:{txn_id}",
        event_id=None if event_id is None else EventID(event_id),
        room_id=RoomID(room_id),
        room_name=room_name,
        is_ding_room=room_type == DING_ROOM_TYPE,
        sender=me,
        sender_name=name or localpart_of(me),
        sender_avatar=None if avatar is None else ContentURI(avatar),
        is_own=True,
        is_external=False,
        ts_ms=created_ms,
        text=words_of(text_of(content, "body") or ""),
        content=ding,
        is_to_me=me in ding.recipients,
        is_cc=me in ding.cc,
        is_open=False,
        confirmed_at_ms=None,
        confirmed=0,
        total=len(ding.recipients),
        comments=0,
        nudges=0,
        last_nudge_ms=None,
        send_state=SendState(state),
        error_code=error_code or "",
    )
    return Placed(created_ms, due_of(ding), ECHO_RANK + key, summary)


def _room_of(conn: Any, room_id: str) -> tuple[str, str | None]:
    """Give name and type of a room, also of one that the send queue is to make."""
    row = conn.execute("SELECT name, room_type FROM room WHERE room_id = ?", (room_id,)).fetchone()
    if row is not None:
        return row[0], row[1]
    if not is_new_room(room_id):
        return "", None
    making = conn.execute(
        "SELECT content FROM send_queue WHERE room_id = ? AND kind = 'create_room'", (room_id,)
    ).fetchone()
    content: JSONObject = from_json(making[0]) if making else {}
    return text_of(content, "name") or "", text_of(dict_of(content, "creation_content"), "type")


def _myself(conn: Any, me: UserID, room_id: str) -> tuple[str | None, str | None]:
    row = conn.execute(
        "SELECT m.name, m.avatar FROM room r JOIN member m ON m.room = r.id AND m.user = ? WHERE r.room_id = ?",
        (me, room_id),
    ).fetchone()
    return (None, None) if row is None else (row[0], row[1])
