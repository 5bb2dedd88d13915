"""Computes the row of a channel, its courses, and who reported what, from the state of its room.

Three parts of the row move for reasons of their own: what state and membership say, whether all history is here, and
what the posts add up to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.channels.channel import (
    audience_of,
    editors_of,
    is_open_channel,
    needed_level,
    role_of,
)
from app.domain.channels.fields import line_of, number_of, paragraphs_of
from app.domain.channels.post import MAX_TS_MS
from app.domain.channels.wire import (
    CHANNEL_ROOM_TYPE,
    CHANNEL_TYPE,
    COMMENT_TYPE,
    COURSE_TYPE,
    MAX_COURSE_POSTS,
    MAX_DESCRIPTION,
    MAX_TITLE,
    MAX_WATCHED,
    WATCHED_TYPE,
)
from app.domain.content import dict_of, int_of, strings_of, text_of
from app.domain.ids import UserID, server_name_of
from app.domain.visible import one_line
from app.store.power import load_power
from app.store.stored import parse_stored, state_of
from app.store.write import Write, sql_text, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.content import JSONObject
    from app.domain.events import Event

_STATE = (
    "m.room.create",
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.server_acl",
    "m.room.power_levels",
    "m.room.canonical_alias",
    "m.room.topic",
    CHANNEL_TYPE,
)
_POWERS = "SELECT event_id, raw FROM event WHERE room = ? AND type = 'm.room.power_levels' AND state_key = ''"
"""Somebody without power may be free to send a message of that type."""
_OUTSIDE = (
    "SELECT DISTINCT substr(user, instr(user, ':') + 1) FROM member"
    " WHERE room = ? AND is_external = 1 AND membership IN ('join', 'invite') LIMIT 200"
)
_REACH = (
    "SELECT reached_start AND NOT EXISTS(SELECT 1 FROM gap WHERE gap.room = room.id) FROM room WHERE id = ?"
)
_ADDED_UP = (
    "SELECT count(*), ifnull(max(ts), 0), ifnull(max(CASE WHEN sender = ? THEN ts END), 0) FROM post"
    " WHERE room = ? AND counts = 1"
)
_MAX_COURSES = 200
_MAX_VIA = 3
_COLUMNS = (
    *("is_followed", "is_invited", "visibility", "servers", "about", "alias", "via", "role", "wants_reports"),
    *("is_open", "can_comment", "can_redact", "editors"),
)


class RoomMoved(NamedTuple):
    """What folding a channel's row moved."""

    is_moved: bool
    is_ruled_anew: bool
    """Who counts, who sees, or whether I follow: every post has to be looked at."""


def is_channel(conn: Any, room: int, room_id: Any) -> bool:
    """Whether the creation of a room says that it is a channel."""
    create = state_of(conn, room, room_id, ("m.room.create",)).get(("m.room.create", ""))
    return create is not None and create.content.get("type") == CHANNEL_ROOM_TYPE


def fold_rules(w: Write, room: int, *, is_power_moved: bool = True) -> RoomMoved:
    """Compute what state and membership say of a channel, and write it where it differs.

    Who was an editor is read from all power levels there ever were: only where one of them came or changed.
    """
    old = w.conn.execute(f"SELECT {', '.join(_COLUMNS)} FROM channel WHERE id = ?", (room,)).fetchone()
    editors = None if old is None or is_power_moved else old[_COLUMNS.index("editors")]
    new = _rules(w, room, editors)
    if old == new:
        return RoomMoved(False, False)
    if old is None:
        marks = ",".join("?" * (len(new) + 1))
        w.conn.execute(
            f"INSERT INTO channel(id, {', '.join(_COLUMNS)}, is_reached, posts, last_ts, mine_ts)"
            f" VALUES ({marks}, 0, 0, 0, 0)",
            (room, *new),
        )
        return RoomMoved(True, True)
    sets = ", ".join(f"{name} = ?" for name in _COLUMNS)
    w.conn.execute(f"UPDATE channel SET {sets} WHERE id = ?", (*new, room))
    before, now = dict(zip(_COLUMNS, old, strict=True)), dict(zip(_COLUMNS, new, strict=True))
    return RoomMoved(
        True, any(before[name] != now[name] for name in ("is_followed", "visibility", "editors"))
    )


def _rules(w: Write, room: int, editors: str | None) -> tuple[Any, ...]:
    conn, room_id = w.conn, w.room_id(room)
    state = {type_: event for (type_, _), event in state_of(conn, room, room_id, _STATE).items()}
    membership = conn.execute("SELECT membership FROM room WHERE id = ?", (room,)).fetchone()[0]
    create, power = _content(state, "m.room.create"), _content(state, "m.room.power_levels")
    creator = state["m.room.create"].sender if "m.room.create" in state else UserID("")
    creators = (creator, *strings_of(create, "additional_creators"))
    servers = [row[0] for row in conn.execute(_OUTSIDE, (room,)).fetchall()]
    audience = audience_of(
        create,
        _content(state, "m.room.join_rules"),
        _content(state, "m.room.history_visibility"),
        _content(state, "m.room.server_acl"),
        servers,
        w.server,
    )
    version = text_of(create, "room_version") or ""
    role = role_of(power, w.me, creator, version, creators)
    levels = load_power(conn, room, room_id)
    level = levels.of(w.me)
    says = _content(state, CHANNEL_TYPE)
    about = text_of(says, "about") or text_of(_content(state, "m.room.topic"), "topic")
    alias = text_of(_content(state, "m.room.canonical_alias"), "alias") or ""
    needed = min(needed_level(power, "m.room.message"), needed_level(power, COMMENT_TYPE))
    return (
        int(membership == "join"),
        int(membership == "invite"),
        audience.visibility.value,
        to_json(list(audience.servers)),
        sql_text(paragraphs_of(about, MAX_DESCRIPTION)),
        sql_text(one_line(alias, 255)),
        to_json(_via(w.server, creator, servers)),
        role.value,
        int(says.get("reports") == "finished"),
        int(is_open_channel(power)),
        int(membership == "join" and level >= needed),
        int(membership == "join" and level >= levels.needed("redact")),
        to_json(sorted(map(sql_text, _editors(w, room, creators)))) if editors is None else editors,
    )


def _content(state: dict[str, Event], type_: str) -> JSONObject:
    return state[type_].content if type_ in state else {}


def _editors(w: Write, room: int, creators: Iterable[str]) -> frozenset[str]:
    """Give who is or was an editor, as far as the events are here."""
    room_id = w.room_id(room)
    rows = w.conn.execute(_POWERS, (room,)).fetchall()
    contents = [parse_stored(raw, event_id, room_id) for event_id, raw in rows]
    return editors_of([one.content for one in contents if one.type == "m.room.power_levels"], creators)


def _via(own: str, creator: UserID, others: Iterable[str]) -> list[str]:
    names = [own, server_name_of(creator) if creator else "", *sorted(others)]
    return [sql_text(name) for name in dict.fromkeys(names) if name][:_MAX_VIA]


def fold_reach(w: Write, room: int) -> bool:
    """Note whether all history of a channel is here; whether that moved."""
    reached = int(w.conn.execute(_REACH, (room,)).fetchone()[0])
    sql = "UPDATE channel SET is_reached = ?1 WHERE id = ?2 AND is_reached != ?1"
    return bool(w.conn.execute(sql, (reached, room)).rowcount)


def fold_sum(w: Write, room: int) -> bool:
    """Add up the posts of a channel; whether that moved."""
    found = w.conn.execute(_ADDED_UP, (w.me, room)).fetchone()
    sql = (
        "UPDATE channel SET posts = ?1, last_ts = ?2, mine_ts = ?3"
        " WHERE id = ?4 AND (posts, last_ts, mine_ts) != (?1, ?2, ?3)"
    )
    return bool(w.conn.execute(sql, (*found, room)).rowcount)


# Courses --------------------------------------------------------------------------------------------------------


class Course(NamedTuple):
    """What a course says of itself."""

    title: str
    about: str
    posts: list[str]
    is_compulsory: int
    due_ms: int


def course_of(content: JSONObject) -> Course | None:
    """Read a course; None where it was taken away or has no title."""
    title = line_of(content.get("title"), MAX_TITLE)
    if not title:
        return None
    posts = list(dict.fromkeys(sql_text(one) for one in strings_of(content, "posts")))[:MAX_COURSE_POSTS]
    return Course(
        sql_text(title),
        sql_text(paragraphs_of(content.get("about"), MAX_DESCRIPTION)),
        posts,
        int(content.get("is_compulsory") is True),
        number_of(content, "due_ts", MAX_TS_MS) or 0,
    )


def fold_courses(w: Write, room: int) -> set[str]:
    """Read the courses of a channel anew; gives the posts whose course may be another now."""
    state = state_of(w.conn, room, w.room_id(room), (COURSE_TYPE,), None)
    courses = sorted((key, event.content) for (_, key), event in state.items() if key)[:_MAX_COURSES]
    rows: list[Any] = []
    places: list[Any] = []
    for key, content in courses:
        said = course_of(content)
        if said is not None:
            course = sql_text(key)
            rest = (said.is_compulsory, said.due_ms)
            rows.append((room, course, said.title, said.about, to_json(said.posts), *rest))
            places += [(room, one, course, place, *rest) for place, one in enumerate(said.posts)]
    places.sort()
    return _replace(w, room, rows, places)


def _replace(w: Write, room: int, rows: list[Any], places: list[Any]) -> set[str]:
    conn = w.conn
    old_rows = conn.execute("SELECT * FROM course WHERE room = ? ORDER BY id", (room,)).fetchall()
    old = conn.execute(
        "SELECT * FROM course_post WHERE room = ? ORDER BY event_id, course", (room,)
    ).fetchall()
    if old_rows != sorted(rows):
        conn.execute("DELETE FROM course WHERE room = ?", (room,))
        conn.executemany("INSERT INTO course VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        w.tally.channels.add(w.room_id(room))
    if old == places:
        return set()
    conn.execute("DELETE FROM course_post WHERE room = ?", (room,))
    conn.executemany("INSERT INTO course_post VALUES (?, ?, ?, ?, ?, ?)", places)
    return {row[1] for row in set(old) ^ set(places)}


# Reports --------------------------------------------------------------------------------------------------------


def fold_reports(w: Write, room: int, users: Iterable[str] | None) -> set[str]:
    """Read anew what some people (None: all) say that they watched; gives the posts of which that moved."""
    room_id = w.room_id(room)
    if users is None:
        told = [key for _, key in state_of(w.conn, room, room_id, (WATCHED_TYPE,), None)]
        rows = w.conn.execute("SELECT DISTINCT user FROM report WHERE room = ?", (room,)).fetchall()
        users = {*told, *(row[0] for row in rows)}
    found: set[str] = set()
    for user in sorted(users):
        found |= _fold_report(w, room, user)
    if found:
        w.tally.channels.add(room_id)
    return found


def _fold_report(w: Write, room: int, user: str) -> set[str]:
    event = state_of(w.conn, room, w.room_id(room), (WATCHED_TYPE,), user).get((WATCHED_TYPE, user))
    rows = set() if event is None or event.sender != user else _reported(room, user, event.content)
    old = set(
        w.conn.execute("SELECT * FROM report WHERE room = ? AND user = ?", (room, sql_text(user))).fetchall()
    )
    w.conn.executemany(
        "DELETE FROM report WHERE room = ? AND user = ? AND event_id = ?", [row[:3] for row in old - rows]
    )
    w.conn.executemany("INSERT OR REPLACE INTO report VALUES (?, ?, ?, ?, ?)", sorted(rows - old))
    return {row[2] for row in old ^ rows}


def _reported(room: int, user: str, content: JSONObject) -> set[Any]:
    found: dict[str, Any] = {}
    posts = dict_of(content, "posts")
    for event_id in list(posts)[: 2 * MAX_WATCHED]:
        said = dict_of(posts, event_id)
        started, finished = int_of(said, "started") or 0, int_of(said, "finished") or 0
        if started or finished:
            key = sql_text(event_id)
            found[key] = (room, sql_text(user), key, started or finished, finished)
    return set(found.values())


# All of it ------------------------------------------------------------------------------------------------------


def forget_room(w: Write, room: int) -> None:
    """Drop what hangs on a room beside posts and comments."""
    w.conn.execute("DELETE FROM channel WHERE id = ?", (room,))
    for table in ("course", "course_post", "report"):
        w.conn.execute(f"DELETE FROM {table} WHERE room = ?", (room,))
