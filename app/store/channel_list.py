"""Channels as rows: followed ones, those the directory named, those of mine the send queue is to make; their courses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec.json import decode as loads

from app.domain.channels.channel import Role, audience_of
from app.domain.channels.rows import ChannelRow, CourseRow
from app.domain.channels.wire import CHANNEL_ROOM_TYPE, CHANNEL_TYPE, COURSE_TYPE
from app.domain.content import JSONObject, dict_of, text_of
from app.domain.ids import ContentURI, EventID, RoomID, UserID, server_name_of
from app.store.channel_cards import audience_of_row
from app.store.channel_room import Course, course_of
from app.store.kept import MADE_CHANNEL
from app.store.sql import from_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.store.sql import Row

_FOLLOWED = (
    "SELECT r.room_id, r.name, c.about, r.avatar, c.visibility, c.servers, c.role, c.is_followed, r.level, r.joined_count,"
    " c.posts, CASE WHEN r.level = 'all' AND c.is_followed THEN r.unread - r.mentions ELSE 0 END, c.last_ts, c.alias, c.via,"
    " c.wants_reports, c.is_open, c.is_reached, c.is_invited FROM channel c CROSS JOIN room r ON r.id = c.id"
)
_FOUND = (
    "SELECT f.room_id, f.name, f.about, f.avatar, f.visibility, f.servers, 'viewer', 0, 'all', f.followers,"
    " f.posts, 0, f.last_ts, f.alias, f.via, f.wants_reports, f.is_open, 0, 0 FROM found_channel f WHERE NOT EXISTS"
    " (SELECT 1 FROM room r JOIN channel c ON c.id = r.id WHERE r.room_id = f.room_id AND (c.is_followed OR c.is_invited))"
)
_TO_MAKE = (
    "SELECT room_id, content, CASE state WHEN 'wedged' THEN error_code ELSE '' END FROM send_queue"
    " WHERE kind = 'create_room' UNION ALL SELECT key, value, '' FROM kv WHERE namespace = ? LIMIT 500"
)

_QUEUED_COURSES = (
    "SELECT state_key, content FROM send_queue WHERE room_id = ? AND kind = 'state' AND event_type = ?"
    " AND state != 'wedged' ORDER BY id"
)


def followed(conn: Any, me: UserID) -> list[ChannelRow]:
    """Give the channels I follow, by name, and mine that are still to be made."""
    rows = conn.execute(f"{_FOLLOWED} WHERE c.is_followed = 1").fetchall()
    return sorted([*map(_row, rows), *_to_make(conn, me)], key=_by_name)


def unfollowed(conn: Any) -> list[ChannelRow]:
    """Give the channels that I am invited to, then those that were found, by name."""
    invited = conn.execute(f"{_FOLLOWED} WHERE c.is_invited = 1").fetchall()
    found = conn.execute(_FOUND).fetchall()
    return [*sorted(map(_row, invited), key=_by_name), *sorted(map(_row, found), key=_by_name)]


def one(conn: Any, me: UserID, room_id: RoomID) -> ChannelRow | None:
    """Give one channel. Of one I left what the directory said is newer than what is stored."""
    row = conn.execute(f"{_FOLLOWED} WHERE r.room_id = ?", (room_id,)).fetchone()
    if row is not None and (row[7] or row[18]):
        return _row(row)
    found = conn.execute(f"{_FOUND} AND f.room_id = ?", (room_id,)).fetchone() or row
    if found is not None:
        return _row(found)
    return next((made for made in _to_make(conn, me) if made.room_id == room_id), None)


def mine(conn: Any, me: UserID) -> list[ChannelRow]:
    """Give the channels I may publish in: those still to be made, then the one used last first."""
    rows = conn.execute(
        f"{_FOLLOWED} WHERE c.is_followed = 1 AND c.role IN ('owner', 'editor') ORDER BY c.mine_ts DESC, r.name, r.id"
    )
    return [*_to_make(conn, me), *map(_row, rows.fetchall())]


def _by_name(row: ChannelRow) -> tuple[str, str]:
    return row.name.casefold(), row.room_id


def _row(row: Row) -> ChannelRow:
    return ChannelRow(
        room_id=RoomID(row[0]),
        name=row[1],
        about=row[2],
        avatar=None if row[3] is None else ContentURI(row[3]),
        audience=audience_of_row(row[4], row[5]),
        my_role=Role(row[6]),
        is_followed=bool(row[7]),
        is_muted=row[8] == "none",
        followers=row[9],
        posts=row[10],
        unread=max(0, row[11]),
        last_post_ms=row[12],
        alias=row[13],
        via=tuple(loads(row[14])),
        wants_reports=bool(row[15]),
        is_open=bool(row[16]),
        is_reached=bool(row[17]),
        is_invited=bool(row[18]),
    )


def _to_make(conn: Any, me: UserID) -> Iterator[ChannelRow]:
    """Give my channels that the send queue is to make, or that the server has just made."""
    for room_id, text, error_code in conn.execute(_TO_MAKE, (MADE_CHANNEL,)).fetchall():
        content = from_json(text)
        if dict_of(content, "creation_content").get("type") == CHANNEL_ROOM_TYPE:
            yield _drafted(RoomID(room_id), content, me)._replace(error_code=error_code or "")


def _drafted(room_id: RoomID, content: JSONObject, me: UserID) -> ChannelRow:
    states = content.get("initial_state")
    state = {
        text_of(item, "type"): dict_of(item, "content")
        for item in (states if isinstance(states, list) else ())
        if isinstance(item, dict)
    }
    own = server_name_of(me)
    rules = state.get("m.room.join_rules", {"join_rule": "public"})
    history, acl = state.get("m.room.history_visibility", {}), state.get("m.room.server_acl", {})
    audience = audience_of(dict_of(content, "creation_content"), rules, history, acl, (), own)
    says = state.get(CHANNEL_TYPE, {})
    url = text_of(state.get("m.room.avatar", {}), "url")
    levels = dict_of(content, "power_level_content_override")
    return ChannelRow(
        room_id=room_id,
        name=text_of(content, "name") or "",
        about=text_of(says, "about") or text_of(content, "topic") or "",
        avatar=ContentURI(url) if url else None,
        audience=audience,
        my_role=Role.OWNER,
        is_followed=True,
        is_muted=False,
        followers=1,
        posts=0,
        unread=0,
        last_post_ms=0,
        wants_reports=says.get("reports") == "finished",
        is_open=dict_of(levels, "events").get("m.room.message", levels.get("events_default", 0)) in (0, None),
    )


# Courses --------------------------------------------------------------------------------------------------------


def courses(conn: Any, room_id: RoomID) -> list[CourseRow]:
    """Give the playlists of a channel, compulsory ones first, then by title; my changes on their way count."""
    room = conn.execute("SELECT id FROM room WHERE room_id = ?", (room_id,)).fetchone()
    if room is None:
        return []
    found = [
        _course(conn, room_id, room[0], key, said) for key, said in _said(conn, room_id, room[0]).items()
    ]
    return sorted(found, key=lambda row: (not row.is_compulsory, row.title.casefold(), row.id))


def _said(conn: Any, room_id: RoomID, room: int) -> dict[str, Course]:
    rows = conn.execute(
        "SELECT id, title, about, posts, is_compulsory, due_ms FROM course WHERE room = ? ORDER BY id",
        (room,),
    ).fetchall()
    found = {row[0]: Course(row[1], row[2], loads(row[3]), row[4], row[5]) for row in rows}
    for key, text in conn.execute(_QUEUED_COURSES, (room_id, COURSE_TYPE)).fetchall():
        said = course_of(from_json(text))
        if said is not None:
            found[key] = said
        else:
            found.pop(key, None)
    return found


def _course(conn: Any, room_id: RoomID, room: int, key: str, said: Course) -> CourseRow:
    posts = _posts_in(conn, room, said.posts)
    return CourseRow(
        room_id=room_id,
        id=key,
        title=said.title,
        about=said.about,
        posts=tuple(EventID(post[0]) for post in posts),
        is_compulsory=bool(said.is_compulsory),
        due_ms=said.due_ms,
        finished=sum(post[2] for post in posts),
    )


def _posts_in(conn: Any, room: int, named: Sequence[str]) -> list[Row]:
    """Give those of some posts that are there, in order: id, key, whether I have finished it."""
    rows = conn.execute(
        "SELECT p.event_id, p.id, p.is_finished FROM json_each(?) j"
        " CROSS JOIN post p ON p.event_id = j.value AND p.room = ? AND p.counts = 1 ORDER BY j.key",
        (json.dumps(list(named)), room),
    )
    found: list[Row] = rows.fetchall()
    return found


def course_keys(conn: Any, room_id: RoomID, course: str) -> list[int]:
    """Give the keys of the posts of a course, in its order."""
    room = conn.execute("SELECT id FROM room WHERE room_id = ?", (room_id,)).fetchone()
    said = None if room is None else _said(conn, room_id, room[0]).get(course)
    return [] if said is None else [row[1] for row in _posts_in(conn, room[0], said.posts)]


def next_key(conn: Any, event_id: EventID, course: str) -> int | None:
    """Give the key of what plays after a post: the next of the course, else the next newer one of the channel."""
    here = conn.execute(
        "SELECT p.id, r.room_id FROM post p JOIN room r ON r.id = p.room WHERE p.event_id = ?", (event_id,)
    ).fetchone()
    if here is None:
        return None
    if course:
        keys = course_keys(conn, here[1], course)
        place = keys.index(here[0]) + 1 if here[0] in keys else len(keys)
        return keys[place] if place < len(keys) else None
    row = conn.execute(
        "SELECT p.id FROM post a JOIN post p ON p.room = a.room AND p.counts = 1 AND (p.ts, p.event_id) > (a.ts, a.event_id)"
        " AND p.is_live = 0 WHERE a.id = ? ORDER BY p.ts, p.event_id LIMIT 1",
        (here[0],),
    ).fetchone()
    return None if row is None else int(row[0])


def wanted_history(conn: Any, limit: int) -> list[RoomID]:
    """Give followed channels whose history is not all here, those with the newest posts first."""
    rows = conn.execute(
        "SELECT r.room_id FROM channel c JOIN room r ON r.id = c.id WHERE c.is_followed = 1 AND c.is_reached = 0"
        " AND (r.prev_token IS NOT NULL OR EXISTS (SELECT 1 FROM gap g WHERE g.room = r.id AND g.token IS NOT NULL))"
        " ORDER BY c.last_ts DESC, c.id LIMIT ?",
        (limit,),
    )
    return [RoomID(row[0]) for row in rows.fetchall()]
