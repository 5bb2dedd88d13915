"""Writes what is known of channels besides stored events: answers of the directory, peeks, texts of subtitles.

These are facts: a rebuild leaves them alone and only indexes their words again (`index_found`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.channels.post import Post, post_of
from app.domain.ids import EventID, RoomID
from app.store.channel_fold import shown_fields, words_of
from app.store.channel_words import Doc, put_words
from app.store.write import Write, from_json, sql_text, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.channels.rows import ChannelRow, PostRow, TranscriptLine
    from app.domain.content import JSONObject

_MAX_PEEKED = 200
"""Posts kept of a channel one does not follow."""
_PUT_FOUND = f"INSERT OR REPLACE INTO found_channel VALUES ({','.join('?' * 14)})"
_PUT_PEEKED = f"INSERT OR REPLACE INTO peeked_post VALUES ({','.join('?' * 18)})"


def set_found(w: Write, channels: Sequence[ChannelRow], now_ms: int) -> None:
    """Keep what the directory said."""
    for row in channels:
        values = (
            sql_text(row.room_id),
            sql_text(row.name),
            sql_text(row.about),
            None if row.avatar is None else sql_text(row.avatar),
            row.audience.visibility.value,
            to_json(list(row.audience.servers)),
            max(0, row.followers),
            max(0, row.posts),
            max(0, row.last_post_ms),
            sql_text(row.alias),
            to_json(list(row.via)),
            int(row.is_open),
            int(row.wants_reports),
            now_ms,
        )
        w.conn.execute(_PUT_FOUND, values)
        w.tally.channels.add(row.room_id)


def forget_found(w: Write, room_ids: Sequence[RoomID]) -> None:
    """Drop found channels with what was peeked at."""
    for room_id in room_ids:
        _forget_peeked(w, room_id)
        w.conn.execute("DELETE FROM found_channel WHERE room_id = ?", (sql_text(room_id),))
        w.tally.channels.add(room_id)


def set_peeked(w: Write, room_id: RoomID, posts: Sequence[tuple[PostRow, JSONObject]], now_ms: int) -> None:
    """Keep the newest posts of a channel one does not follow, in the place of those kept before."""
    _forget_peeked(w, room_id)
    for row, content in posts[:_MAX_PEEKED]:
        post = post_of(content)
        if post is not None:
            _put_peeked(w, room_id, row, post, content)
    w.conn.execute(
        "UPDATE found_channel SET found_ms = ?, last_ts = max(last_ts, (SELECT ifnull(max(ts), 0) FROM peeked_post"
        " WHERE room_id = ?2)) WHERE room_id = ?2",
        (now_ms, sql_text(room_id)),
    )
    w.tally.channels.add(room_id)


def _put_peeked(w: Write, room_id: RoomID, row: PostRow, post: Post, content: JSONObject) -> None:
    shown, event_id = shown_fields(post), sql_text(row.event_id)
    names = ("title", "description", "tags", "duration_ms", "is_long", "cover", "blurhash", "is_live")
    w.conn.execute(
        _PUT_PEEKED,
        (
            *(event_id, sql_text(room_id), row.ts_ms, sql_text(row.sender), sql_text(row.sender_name)),
            *(shown[name] for name in (*names, "live_starts_ms", "live_ends_ms")),
            *(row.likes, row.comments, to_json(content)),
        ),
    )
    put_words(w.conn, Doc.PEEKED, event_id, event_id, words_of(post))
    w.tally.posts.add(row.event_id)


def _forget_peeked(w: Write, room_id: RoomID) -> None:
    rows = w.conn.execute(
        "DELETE FROM peeked_post WHERE room_id = ? RETURNING event_id", (sql_text(room_id),)
    )
    for (event_id,) in rows.fetchall():
        put_words(w.conn, Doc.PEEKED, event_id, event_id, None)
        w.tally.posts.add(EventID(event_id))


# Subtitles ------------------------------------------------------------------------------------------------------


def set_subtitle(w: Write, event_id: EventID, number: int, lines: Sequence[TranscriptLine] | None) -> None:
    """Keep the text of a track as it stands in the post now; None: it cannot be had."""
    track = w.conn.execute(
        "SELECT t.uri FROM post p JOIN post_track t ON t.post = p.id WHERE p.event_id = ? AND t.number = ?",
        (sql_text(event_id), number),
    ).fetchone()
    if track is None:
        return
    text = None if lines is None else to_json([list(line) for line in lines])
    w.conn.execute(
        "INSERT OR REPLACE INTO subtitle VALUES (?, ?, ?, ?)", (sql_text(event_id), number, track[0], text)
    )
    _index_subtitle(w, sql_text(event_id), number, text)
    w.tally.posts.add(event_id)


def _index_subtitle(w: Write, event_id: str, number: int, text: str | None) -> None:
    lines = from_json(f'{{"lines": {text}}}').get("lines") or [] if text else []
    words = "\n".join(line[2] for line in lines)
    put_words(w.conn, Doc.SUBTITLE, f"{event_id} {number}", event_id, words or None)


def index_found(w: Write) -> None:
    """Index the words of peeked posts and subtitles anew: when everything is computed anew."""
    for event_id, content in w.conn.execute("SELECT event_id, content FROM peeked_post").fetchall():
        post = post_of(from_json(content))
        if post is not None:
            put_words(w.conn, Doc.PEEKED, event_id, event_id, words_of(post))
    for row in w.conn.execute("SELECT event_id, number, lines FROM subtitle").fetchall():
        _index_subtitle(w, *row)
