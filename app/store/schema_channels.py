"""Tables of version 4: channels, posts, comments, courses, reports, and what the directory said of channels.

Projections (`app.store.channels`): `channel`, `post`, `post_tag`, `post_track`, `comment`, `course`, `course_post`,
`report`, `watch`, `channel_doc` and the index over it. Facts: `found_channel` and `peeked_post` (what is known of channels
one does not follow), `subtitle` (texts that were fetched). Videos kept for offline and publish jobs stand in `kv`, so that
they are saved with a person's words when a file is damaged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.channels.wire import CHANNEL_ROOM_TYPE
from app.store.kept import UNPROJECTED_CHANNELS

if TYPE_CHECKING:
    from sqlite_utils import Database


def create_channels(db: Database) -> None:
    """Make them.

    `channel.id` and every `room` is `room.id`; `post.id` and `comment.id` are `event.id`. A post has a row whoever wrote
    it; `counts` says that its sender is or was an editor, `is_shown` also that I follow the channel. What filters ask
    stands at the end of the index of each walk.
    """
    _channels(db)
    _posts(db)
    _comments(db)
    _found(db)
    for statement in (*_TABLES, *_INDEXES):
        db.execute(statement)
    rooms = db.execute("SELECT 1 FROM room WHERE room_type = ? LIMIT 1", (CHANNEL_ROOM_TYPE,))
    if rooms.fetchone():
        db.execute("INSERT INTO kv(namespace, key, value) VALUES (?, ?, '1')", UNPROJECTED_CHANNELS)


def _channels(db: Database) -> None:
    db.table("channel").create(
        {
            "id": int,
            "is_followed": int,
            "is_invited": int,
            "visibility": str,
            "servers": str,
            "about": str,
            "alias": str,
            "via": str,
            "role": str,
            "wants_reports": int,
            "is_open": int,
            "can_comment": int,
            "can_redact": int,
            "editors": str,
            "is_reached": int,
            "posts": int,
            "last_ts": int,
            "mine_ts": int,
        },
        pk="id",
    )


def _posts(db: Database) -> None:
    db.table("post").create(
        {
            "id": int,
            "room": int,
            "event_id": str,
            "ts": int,
            "sender": str,
            "counts": int,
            "is_shown": int,
            "audience": str,
            "title": str,
            "description": str,
            "tags": str,
            "duration_ms": int,
            "is_long": int,
            "cover": str,
            "blurhash": str,
            "is_live": int,
            "live_starts_ms": int,
            "live_ends_ms": int,
            "recording_of": str,
            "likes": int,
            "is_liked": int,
            "is_reserved": int,
            "comments": int,
            "is_finished": int,
            "saved_ms": int,
            "course": str,
            "is_compulsory": int,
            "due_ms": int,
            "watched": int,
            "finished": int,
            "edited": str,
        },
        pk="id",
    )


def _comments(db: Database) -> None:
    db.table("comment").create(
        {
            "id": int,
            "room": int,
            "event_id": str,
            "post": str,
            "ts": int,
            "sender": str,
            "body": str,
            "at_ms": int,
            "reply_to": str,
            "likes": int,
            "is_liked": int,
        },
        pk="id",
    )


def _found(db: Database) -> None:
    db.table("found_channel").create(
        {
            "room_id": str,
            "name": str,
            "about": str,
            "avatar": str,
            "visibility": str,
            "servers": str,
            "followers": int,
            "posts": int,
            "last_ts": int,
            "alias": str,
            "via": str,
            "is_open": int,
            "wants_reports": int,
            "found_ms": int,
        },
        pk="room_id",
    )
    db.table("peeked_post").create(
        {
            "event_id": str,
            "room_id": str,
            "ts": int,
            "sender": str,
            "sender_name": str,
            "title": str,
            "description": str,
            "tags": str,
            "duration_ms": int,
            "is_long": int,
            "cover": str,
            "blurhash": str,
            "is_live": int,
            "live_starts_ms": int,
            "live_ends_ms": int,
            "likes": int,
            "comments": int,
            "content": str,
        },
        pk="event_id",
    )


_TABLES = (
    "CREATE TABLE post_tag(tag TEXT NOT NULL, post INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY(tag, post))"
    " WITHOUT ROWID",
    "CREATE TABLE post_track(post INTEGER NOT NULL, number INTEGER NOT NULL, language TEXT NOT NULL, uri TEXT NOT NULL,"
    " PRIMARY KEY(post, number)) WITHOUT ROWID",
    "CREATE TABLE course(room INTEGER NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, about TEXT NOT NULL,"
    " posts TEXT NOT NULL, is_compulsory INTEGER NOT NULL, due_ms INTEGER NOT NULL, PRIMARY KEY(room, id)) WITHOUT ROWID",
    "CREATE TABLE course_post(room INTEGER NOT NULL, event_id TEXT NOT NULL, course TEXT NOT NULL, place INTEGER NOT NULL,"
    " is_compulsory INTEGER NOT NULL, due_ms INTEGER NOT NULL, PRIMARY KEY(room, event_id, course)) WITHOUT ROWID",
    "CREATE TABLE report(room INTEGER NOT NULL, user TEXT NOT NULL, event_id TEXT NOT NULL, started_ms INTEGER NOT NULL,"
    " finished_ms INTEGER NOT NULL, PRIMARY KEY(room, user, event_id)) WITHOUT ROWID",
    "CREATE TABLE watch(room INTEGER NOT NULL, event_id TEXT NOT NULL, at_ms INTEGER NOT NULL, duration_ms INTEGER NOT NULL,"
    " finished_ms INTEGER NOT NULL, saved_ms INTEGER NOT NULL, ts_ms INTEGER NOT NULL, PRIMARY KEY(room, event_id))"
    " WITHOUT ROWID",
    "CREATE TABLE subtitle(event_id TEXT NOT NULL, number INTEGER NOT NULL, uri TEXT NOT NULL, lines TEXT,"
    " PRIMARY KEY(event_id, number))",
    "CREATE TABLE channel_doc(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, ref TEXT NOT NULL, post TEXT NOT NULL,"
    " words TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE channel_index USING fts5(tokens, content='', columnsize=0, tokenize='ascii')",
)
_FILTERED = "is_finished, saved_ms, is_long"
_INDEXES = (
    "CREATE UNIQUE INDEX post_by_event ON post(event_id)",
    "CREATE INDEX post_in_room ON post(room, counts, ts)",
    f"CREATE INDEX post_by_time ON post(ts DESC, event_id DESC, {_FILTERED}) WHERE is_shown = 1",
    f"CREATE INDEX post_by_audience ON post(audience, ts DESC, event_id DESC, {_FILTERED}) WHERE is_shown = 1",
    f"CREATE INDEX post_by_room ON post(room, ts DESC, event_id DESC, {_FILTERED}) WHERE is_shown = 1",
    f"CREATE INDEX post_saved ON post(ts DESC, event_id DESC, {_FILTERED}) WHERE is_shown = 1 AND saved_ms > 0",
    "CREATE INDEX post_recording ON post(recording_of) WHERE recording_of IS NOT NULL",
    "CREATE INDEX post_tag_by_post ON post_tag(post)",
    "CREATE INDEX comment_by_post ON comment(post, room, ts DESC, id DESC)",
    "CREATE INDEX comment_in_room ON comment(room)",
    "CREATE INDEX course_post_in_order ON course_post(room, course, place)",
    "CREATE INDEX report_by_post ON report(event_id, room, finished_ms)",
    "CREATE INDEX watch_by_event ON watch(event_id, room)",
    "CREATE INDEX peeked_by_time ON peeked_post(ts DESC, event_id DESC)",
    "CREATE INDEX peeked_by_room ON peeked_post(room_id, ts DESC, event_id DESC)",
    "CREATE UNIQUE INDEX channel_doc_by_ref ON channel_doc(kind, ref)",
    "CREATE INDEX channel_doc_by_post ON channel_doc(post)",
    "CREATE INDEX event_of_powers ON event(room) WHERE type = 'm.room.power_levels'",
    "CREATE INDEX event_unplaced_saying ON event(room) WHERE ord IS NULL AND type IN ('m.room.message', 'im.tack.comment')",
    "CREATE INDEX send_queue_echoes ON send_queue(room_id, id) WHERE is_echo = 1",
)
