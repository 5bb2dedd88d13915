"""The DING inbox: one row of `ding` for each placed message that is one, a pure function of stored facts.

This module knows what moves which row; `ding_fold` computes rows. `nudge` holds a row for each placed message that
says it reminds of a ding; whether it does (by the ding's sender, not too soon) is judged with the ding.
"""

from collections.abc import Iterable, Iterator

from app.domain.dings import DING_FIELD, NUDGE_FIELD, nudged_ding
from app.domain.events import Event, JSONObject, dict_of, text_of
from app.domain.sending import QueuedRequest, RequestKind
from app.store.ding_content import ding_of, muted_of
from app.store.ding_fold import fold_dings
from app.store.intake import Intake
from app.store.kept import UNPROJECTED
from app.store.stored import parse_stored
from app.store.write import Write, from_json, select_in, sql_text, to_json

_MARKED = (
    "SELECT i.id, i.room, e.event_id, e.raw FROM event e JOIN item i ON i.id = e.id"
    f" WHERE instr(e.raw, CAST('{DING_FIELD}' AS BLOB))"
)

_NAMING = "SELECT id FROM ding WHERE room = ? AND instr(content, ?)"
_MOST_SOUGHT = 20
"""Of more people at once all dings of the room are computed anew."""


def project_dings(intake: Intake) -> None:
    """Bring the rows of dings in line with what this write brought."""
    w = intake.w
    marked = [
        (key, item.room, item.event)
        for key, item in intake.fresh_items.items()
        if DING_FIELD in item.event.content or NUDGE_FIELD in item.event.content
    ]
    fresh, named = _note_marked(w, marked) if marked else (set(), set())
    if not fresh and not has_dings(w):
        return
    named |= intake.reacted | intake.dirty | intake.outer | _threads(intake)
    named.update(_nudged(w, intake.dirty))
    keys = fresh | _keys_of(w, named)
    keys.update(_keys_by_presence(intake))
    fold_dings(w, keys, intake.fresh_items)


def _keys_by_presence(intake: Intake) -> Iterator[int]:
    """Find the dings that ask something of whoever came or went."""
    conn, rooms = intake.w.conn, set(intake.presence_rooms)
    for room, users in intake.presence.items():
        if len(users) > _MOST_SOUGHT or any(to_json(user) != f'"{user}"' for user in users):
            rooms.add(room)
            continue
        for user in users if room not in rooms else ():
            found = conn.execute(_NAMING, (room, f'"{user}"')).fetchall()
            yield from (row[0] for row in found)
    for row in select_in(conn, "SELECT id FROM ding WHERE room IN {in}", rooms):
        yield row[0]


def has_dings(w: Write, room: int | None = None) -> bool:
    """Whether there is any ding, or any in a room."""
    where, values = ("", ()) if room is None else (" WHERE room = ?", (room,))
    return w.conn.execute(f"SELECT 1 FROM ding{where} LIMIT 1", values).fetchone() is not None


def _note_marked(w: Write, marked: Iterable[tuple[int, int, Event]]) -> tuple[set[int], set[str]]:
    """Keep nudges; give the keys of dings and the ids of what is nudged for."""
    fresh: set[int] = set()
    nudges: list[tuple[int, int, str, str]] = []
    for key, room, event in marked:
        if ding_of(event) is not None:
            fresh.add(key)
            continue
        target = nudged_ding(event.content)
        if target is not None and event.type == "m.room.message":
            nudges.append((key, room, target, sql_text(event.sender)))
    w.conn.executemany(
        "INSERT OR REPLACE INTO nudge(id, room, target, sender, is_valid) VALUES (?, ?, ?, ?, 0)", nudges
    )
    return fresh, {target for _, _, target, _ in nudges}


def _threads(intake: Intake) -> set[str]:
    """Give the roots of the threads into which this write put rows."""
    return {
        item.event.target
        for item in intake.fresh_items.values()
        if "m.relates_to" in item.event.content
        and item.event.rel_type == "m.thread"
        and item.event.target is not None
    }


def _nudged(w: Write, ids: Iterable[str]) -> list[str]:
    """Give the dings that some events nudge for."""
    sql = "SELECT n.target FROM event e JOIN nudge n ON n.id = e.id WHERE e.event_id IN {in}"
    return [row[0] for row in select_in(w.conn, sql, ids)]


def _keys_of(w: Write, ids: Iterable[str]) -> set[int]:
    sql = "SELECT d.id FROM event e JOIN ding d ON d.id = e.id WHERE e.event_id IN {in}"
    return {row[0] for row in select_in(w.conn, sql, ids)}


# The send queue -------------------------------------------------------------------------------------------------


def note_queued(w: Write, row: QueuedRequest) -> None:
    """A row of the send queue came, changed or went: my waiting confirmation counts as one."""
    if DING_FIELD in row.content:
        w.tally.dings = True  # it is a row of the inbox itself
    if row.kind in (RequestKind.EVENT, RequestKind.REDACTION):
        refresh_named(w, _named_by(w, row.content, row.target, row.depends_on))


def note_ended(w: Write, event_id: str, content: str, target: str | None) -> None:
    """A row of the send queue ended because its copy `event_id` is stored. What waited for it knows that id now."""
    refresh_named(w, {event_id, *_named_by(w, from_json(content), target, None)})


def refresh_named(w: Write, ids: Iterable[str]) -> None:
    """Compute those of the events anew that are dings."""
    wanted = {sql_text(name) for name in ids}
    if wanted and has_dings(w):
        fold_dings(w, _keys_of(w, wanted))


def _named_by(w: Write, content: JSONObject, target: str | None, depends_on: str | None) -> set[str]:
    """Give the events that a row of the send queue may be about: what it relates to, redacts, nudges for."""
    found = {text_of(dict_of(content, "m.relates_to"), "event_id"), nudged_ding(content), target}
    if target is not None:
        row = w.conn.execute("SELECT target FROM event WHERE event_id = ?", (sql_text(target),)).fetchone()
        found.update(row or ())
        found.update(_nudged(w, [target]))
    if target is not None or depends_on is not None:
        parent = w.conn.execute(
            "SELECT content FROM send_queue WHERE txn_id = ? OR event_id = ?", (depends_on, target)
        ).fetchone()
        said = from_json(parent[0]) if parent else {}
        found |= {text_of(dict_of(said, "m.relates_to"), "event_id"), nudged_ding(said)}
    return {name for name in found if name is not None}


# Account data ---------------------------------------------------------------------------------------------------


def note_muted(w: Write, before: JSONObject, after: JSONObject) -> None:
    """The list of senders whose dings are plain messages changed; it is stored already."""
    moved = muted_of(before) ^ muted_of(after)
    keys = [row[0] for row in select_in(w.conn, "SELECT id FROM ding WHERE sender IN {in}", moved)]
    fold_dings(w, keys)


# All of them ----------------------------------------------------------------------------------------------------


def rebuild_dings(w: Write) -> None:
    """Compute all rows anew, after every other projection stands."""
    fold_dings(w, [row[0] for row in w.conn.execute("SELECT id FROM ding").fetchall()])


def project_older(w: Write) -> None:
    """Look through what an older version stored: once, after its file was brought to the tables of today."""
    rows = w.conn.execute(_MARKED).fetchall()
    events = [(key, room, parse_stored(raw, event_id, w.room_id(room))) for key, room, event_id, raw in rows]
    fresh, _ = _note_marked(w, events)
    fold_dings(w, fresh)
    w.conn.execute("DELETE FROM kv WHERE namespace = ? AND key = ?", UNPROJECTED)
