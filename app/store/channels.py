"""Video channels: rows of channels, posts, comments, courses, reports, a pure function of stored facts.

This module knows what moves which row; `channel_fold` and `channel_room` compute them. A write that touches no channel
pays one look-up of the rooms that are channels. What is noted of an event while it is stored is its key alone: the rows are
computed from what is stored then, so that the order of arrival does not matter and `rebuild` is the same code.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.domain.channels.wire import (
    CHANNEL_ROOM_TYPE,
    COURSE_TYPE,
    POLICY_TYPE,
    WATCH_TYPE,
    WATCHED_TYPE,
)
from app.domain.content import dict_of, text_of
from app.domain.ids import EventID, RoomID
from app.domain.sending import RequestKind
from app.late import Late
from app.store.channel_queue import SAYING
from app.store.keeping import set_kv
from app.store.kept import MADE_CHANNEL, UNPROJECTED_CHANNELS
from app.store.write import Write, chunks, from_json, select_in, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.domain.content import JSONObject
    from app.domain.sending import QueuedRequest
    from app.store import channel_fold, channel_found, channel_room, channel_watch, channel_words
    from app.store.channel_fold import Moved
    from app.store.intake import Intake
else:
    channel_fold, channel_room = Late("app.store.channel_fold"), Late("app.store.channel_room")
    channel_found, channel_watch = Late("app.store.channel_found"), Late("app.store.channel_watch")
    channel_words = Late("app.store.channel_words")

_POWERS = "m.room.power_levels"
_MARKED = (
    "SELECT s.room FROM state s JOIN event e ON e.id = s.event WHERE s.type = 'm.room.create' AND s.key = ''"
    f" AND instr(e.raw, CAST('{CHANNEL_ROOM_TYPE}' AS BLOB)) ORDER BY s.room"
)
_SAID = "type IN ('m.room.message', 'im.tack.comment')"
_PLACED = f"SELECT id FROM event WHERE room = ? AND ord IS NOT NULL AND {_SAID}"
_UNPLACED = f"SELECT id FROM event WHERE room = ? AND ord IS NULL AND {_SAID}"
_NAMED = "SELECT id, room, type, state_key FROM event WHERE event_id IN {in}"
_PIECE = 1000


def project_channels(intake: Intake) -> None:
    """Bring the rows of channels in line with what this write brought. After items and members are written."""
    if not intake.channels:
        return
    w, fresh = intake.w, intake.channel_rooms
    known = intake.channels - fresh
    moved = channel_fold.Moved()
    gone = {
        room
        for room in known & intake.power_rooms
        if not channel_room.is_channel(w.conn, room, w.room_id(room))
    }
    for room in sorted(fresh | gone):
        project_room(w, room, moved)
    known -= gone
    _Work(intake, known, moved).do()
    intake.unread_rooms |= moved.news
    for key, weight in moved.weighed.items():
        if key in intake.fresh_items:
            intake.fresh_items[key].weight = weight


class _Work:
    """What has to be looked at again in known channels because of one write."""

    def __init__(self, intake: Intake, known: set[int], moved: Moved) -> None:
        self._w, self._intake, self._moved = intake.w, intake, moved
        self._known = known
        self._keys: set[int] = set()
        self._posts: set[str] = set()
        self._rules = known & (
            intake.identity_rooms | intake.power_rooms | intake.presence_rooms | intake.members.keys()
        )
        self._powers = known & intake.power_rooms
        self._courses: set[int] = set()
        self._reports: dict[int, set[str]] = {}

    def do(self) -> None:
        """Look at it."""
        intake, w = self._intake, self._w
        for key, room, type_ in intake.channel_events:
            if type_ == _POWERS and room in self._known:
                self._powers.add(room)
            elif type_ in SAYING and room in self._known:
                self._keys.add(key)
        for room, type_, state_key in intake.channel_states:
            self._note_state(room, type_, state_key)
        self._note_named(intake.dirty | intake.reacted | intake.outer | intake.watched)
        self._rules |= self._powers
        for room in sorted(self._rules):
            _fold_rules(w, room, self._moved, is_power_moved=room in self._powers)
        for room in sorted(self._courses):
            self._posts |= channel_room.fold_courses(w, room)
        for room, users in sorted(self._reports.items()):
            self._posts |= channel_room.fold_reports(w, room, users)
        self._keys.update(_keys_of(w, self._posts))
        channel_fold.fold_said(w, self._keys, self._moved)
        w.tally.channels.update(w.room_id(room) for room in self._rules)
        _sum_up(w, self._moved, self._known & (intake.tail_rooms | self._rules))

    def _note_state(self, room: int, type_: str, state_key: str | None) -> None:
        if (
            type_ == POLICY_TYPE
        ):  # the company's consent stands in its space; every channel shows more or less by it
            rows = self._w.conn.execute("SELECT id FROM channel").fetchall()
            self._w.tally.channels.update(self._w.room_id(row[0]) for row in rows)
        if room not in self._known:
            return
        if type_ == COURSE_TYPE:
            self._courses.add(room)
        elif type_ == WATCHED_TYPE and state_key:
            self._reports.setdefault(room, set()).add(state_key)
        elif type_ == _POWERS:
            self._powers.add(room)

    def _note_named(self, names: Iterable[str]) -> None:
        """Note events that something relates to, or that were redacted."""
        for key, room, type_, state_key in select_in(self._w.conn, _NAMED, names):
            if room in self._known and type_ in SAYING:
                self._keys.add(key)
            else:
                self._note_state(room, type_, state_key)


def _fold_rules(w: Write, room: int, moved: Moved, *, is_power_moved: bool) -> None:
    """Compute the row of a channel; where other posts count from now on, all of them."""
    if channel_room.fold_rules(w, room, is_power_moved=is_power_moved).is_ruled_anew:
        keys = [row[0] for row in w.conn.execute("SELECT id FROM post WHERE room = ?", (room,)).fetchall()]
        channel_fold.fold_posts(w, keys, moved)
        moved.rooms.add(room)


def _sum_up(w: Write, moved: Moved, reaching: Iterable[int]) -> None:
    for room in sorted(reaching):
        if channel_room.fold_reach(w, room):
            w.tally.channels.add(w.room_id(room))
    for room in sorted(moved.rooms):
        channel_room.fold_sum(w, room)
        w.tally.channels.add(w.room_id(room))


def _keys_of(w: Write, names: Iterable[str]) -> list[int]:
    return [row[0] for row in select_in(w.conn, "SELECT id FROM post WHERE event_id IN {in}", names)]


# One room -------------------------------------------------------------------------------------------------------


def project_room(w: Write, room: int, moved: Moved) -> None:
    """Compute all rows of one room anew; a room that is no channel has none."""
    conn = w.conn
    w.tally.channels.add(w.room_id(room))
    moved.news.add(room)
    set_kv(w, MADE_CHANNEL, w.room_id(room), None)
    if not channel_room.is_channel(conn, room, w.room_id(room)):
        _forget(w, room)
        return
    conn.execute("UPDATE item SET weight = 0 WHERE room = ? AND weight != 0", (room,))
    channel_room.fold_rules(w, room)
    channel_room.fold_courses(w, room)
    channel_room.fold_reports(w, room, None)
    keys = [row[0] for sql in (_PLACED, _UNPLACED) for row in conn.execute(sql, (room,)).fetchall()]
    for piece in chunks(sorted(keys), _PIECE):
        channel_fold.fold_said(w, piece, moved)
        time.sleep(0)  # let the interface's thread have the interpreter
    channel_room.fold_reach(w, room)
    channel_room.fold_sum(w, room)


def _forget(w: Write, room: int) -> None:
    conn = w.conn
    keys = [
        row[0]
        for table in ("post", "comment")
        for row in conn.execute(f"SELECT id FROM {table} WHERE room = ?", (room,)).fetchall()
    ]
    channel_fold.drop(w, keys)
    channel_room.forget_room(w, room)


# The send queue -------------------------------------------------------------------------------------------------


def note_queued(w: Write, row: QueuedRequest) -> None:
    """A row of the send queue that makes a room, or is about a channel, came, changed or went: it counts as if sent."""
    if row.room_id is None:
        return
    if row.kind is RequestKind.CREATE_ROOM:
        if dict_of(row.content, "creation_content").get("type") == CHANNEL_ROOM_TYPE:
            w.tally.channels.add(row.room_id)
        return
    room = w.find_room(row.room_id)
    if room is None:
        return
    if row.kind is RequestKind.STATE:
        w.tally.channels.add(row.room_id)
    elif row.kind in (RequestKind.EVENT, RequestKind.REDACTION):
        _note_said(w, room, row)


def note_ended(w: Write, room: int, content: JSONObject, target: str | None) -> None:
    """A row of the send queue ended because its copy is stored: what it was about counts it no more."""
    _refold_named(w, room, _named_by(w, content, target, None))


def _note_said(w: Write, room: int, row: QueuedRequest) -> None:
    assert row.room_id is not None
    _refold_named(w, room, _named_by(w, row.content, row.target, row.depends_on))
    if row.event_type in SAYING and not text_of(dict_of(row.content, "m.relates_to"), "rel_type"):
        w.tally.channels.add(row.room_id)  # a post
        w.tally.posts.add(EventID(f"~{row.txn_id}"))


def _refold_named(w: Write, room: int, names: set[str]) -> None:
    w.tally.posts.update(EventID(name) for name in names)
    moved = channel_fold.Moved()
    rows = select_in(w.conn, _NAMED, names)
    keys = [key for key, in_, type_, _ in rows if in_ == room and type_ in SAYING]
    channel_fold.fold_said(w, keys, moved)
    _sum_up(w, moved, ())
    if moved.news:
        from app.store.room_rows import refresh_rooms

        refresh_rooms(w, identity=(), tail=(), unread=moved.news)


def _named_by(w: Write, content: JSONObject, target: str | None, depends_on: str | None) -> set[str]:
    """Give the events that a row of the send queue may be about: what it relates to or redacts, and what that relates to."""
    found = {text_of(dict_of(content, "m.relates_to"), "event_id"), target}
    if target is not None:
        sql = "SELECT target FROM event WHERE event_id = ?"
        found.update(w.conn.execute(sql, (sql_text(target),)).fetchone() or ())
    if target is not None or depends_on is not None:
        parent = w.conn.execute(
            "SELECT content FROM send_queue WHERE txn_id = ? OR event_id = ?", (depends_on, target)
        ).fetchone()
        said = from_json(parent[0]) if parent else {}
        found.add(text_of(dict_of(said, "m.relates_to"), "event_id"))
    return {sql_text(name) for name in found if name is not None}


def note_made(w: Write, stand_in: RoomID, room_id: RoomID, content: str | None) -> None:
    """The server made a room of the send queue: a channel is shown as it was asked for until sync brings it."""
    w.tally.channels.update((stand_in, room_id))
    is_channel = dict_of(from_json(content), "creation_content").get("type") == CHANNEL_ROOM_TYPE
    room = w.find_room(room_id)
    if is_channel and w.conn.execute("SELECT 1 FROM channel WHERE id = ?", (room,)).fetchone() is None:
        set_kv(w, MADE_CHANNEL, room_id, content)


def refresh_queued(w: Write) -> None:
    """Compute what rows of the send queue are about anew: after these were put back."""
    if not w.me:
        return
    rows = w.conn.execute(
        "SELECT DISTINCT c.id FROM send_queue q JOIN room r ON r.room_id = q.room_id JOIN channel c ON c.id = r.id"
    ).fetchall()
    moved = channel_fold.Moved()
    for (room,) in rows:
        project_room(w, room, moved)


# What else moves them -------------------------------------------------------------------------------------------


def take_in_watch(intake: Intake, room: int, content: JSONObject) -> None:
    """Keep where I am with posts, as the server says it of a room."""
    intake.watched |= channel_watch.take_in(intake.w, room, content)
    intake.w.tally.account_data.add(WATCH_TYPE)
    intake.w.tally.posts.update(EventID(name) for name in intake.watched)


def refold(w: Write, names: Iterable[str]) -> None:
    """Compute the rows of some posts anew."""
    moved = channel_fold.Moved()
    channel_fold.fold_posts(w, _keys_of(w, names), moved)
    _sum_up(w, moved, ())


def note_news(w: Write, rooms: Sequence[int]) -> None:
    """Unread counts of rooms moved: those of channels show it."""
    for row in select_in(w.conn, "SELECT id FROM channel WHERE id IN {in}", rooms):
        w.tally.channels.add(w.room_id(row[0]))


def note_cleared(w: Write, clear_id: int) -> None:
    """A one-click clear took the news of many rooms away, or put them back."""
    rows = w.conn.execute(
        "SELECT a.id FROM cleared c JOIN channel a ON a.id = c.room WHERE c.clear = ?", (clear_id,)
    )
    w.tally.channels.update(w.room_id(row[0]) for row in rows.fetchall())


# All of them ----------------------------------------------------------------------------------------------------


def clear_channels(w: Write) -> None:
    """Drop all rows: first of all when everything is computed anew."""
    for table in (
        *("channel", "post", "post_tag", "post_track", "comment"),
        *("course", "course_post", "report", "watch"),
    ):
        w.conn.execute(f"DELETE FROM {table}")
    channel_words.forget_words(w.conn)


def rebuild_channels(w: Write) -> None:
    """Compute all rows anew, after every other projection stands."""
    rows = w.conn.execute("SELECT room, content FROM account_data WHERE type = ?", (WATCH_TYPE,))
    for room, content in rows.fetchall():
        channel_watch.project_watch(w, room, from_json(content))
    moved = channel_fold.Moved()
    for (room,) in w.conn.execute(_MARKED).fetchall():
        if channel_room.is_channel(w.conn, room, w.room_id(room)):
            project_room(w, room, moved)
    channel_found.index_found(w)


def project_older(w: Write) -> None:
    """Look through what an earlier version stored: once, after its file was brought to the tables of today."""
    from app.store.room_rows import refresh_rooms

    clear_channels(w)
    rebuild_channels(w)
    rooms = [row[0] for row in w.conn.execute("SELECT id FROM channel").fetchall()]
    refresh_rooms(w, identity=rooms, tail=(), unread=())
    w.conn.execute("DELETE FROM kv WHERE namespace = ? AND key = ?", UNPROJECTED_CHANNELS)
