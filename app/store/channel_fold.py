"""Computes rows of posts from scratch: the event, its edits, reactions, comments, courses, reports, the send queue.

Nothing is ever applied on top of what a row says: whoever sees one of its inputs move has the row folded again
(`app.store.channels` knows who moves what). That makes the order of arrival irrelevant and `rebuild` the same code.
A redacted event has no row. Rows of events by people who never were editors exist, but do not count.

What an item of a channel weighs falls here too: a post by somebody else 1, a comment that names me 2, the rest nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.channels.post import Post, post_of
from app.domain.channels.wire import LONG_MS
from app.domain.ids import EventID
from app.store.channel_comments import fold_comments, may_be_post, plain_answers
from app.store.channel_queue import LIKES, RESERVES
from app.store.channel_said import (
    Around,
    Said,
    around_of,
    count_reactions,
    read_said,
    weigh_rows,
    write_rows,
)
from app.store.channel_said import (
    Moved as Moved,
)
from app.store.channel_words import Doc, put_words
from app.store.tokens import fold
from app.store.write import Write, chunks, select_in, sql_text, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

_BATCH = 300
_COMMENTS = "SELECT post, room, count(*) FROM comment WHERE post IN {in} GROUP BY post, room"
_REPORTS = "SELECT event_id, room, count(*), sum(finished_ms > 0) FROM report WHERE event_id IN {in} GROUP BY event_id, room"
_COURSES = (
    "SELECT event_id, room, course, is_compulsory, due_ms FROM course_post WHERE event_id IN {in}"
    " ORDER BY is_compulsory DESC, due_ms = 0, due_ms, course"
)
_WATCHES = "SELECT event_id, room, finished_ms, saved_ms FROM watch WHERE event_id IN {in}"


class PostRow(NamedTuple):
    """A row of the table `post`, its columns in order."""

    id: int
    room: int
    event_id: str
    ts: int
    sender: str
    counts: int
    is_shown: int
    audience: str
    title: str
    description: str
    tags: str
    duration_ms: int | None
    is_long: int | None
    cover: str | None
    blurhash: str
    is_live: int
    live_starts_ms: int
    live_ends_ms: int
    recording_of: str | None
    likes: int
    is_liked: int
    is_reserved: int
    comments: int
    is_finished: int
    saved_ms: int
    course: str
    is_compulsory: int
    due_ms: int
    watched: int
    finished: int
    edited: str | None
    """The content in force, where it is not the event's own."""


@dataclass(slots=True)
class _Beside:
    """What else hangs on posts, by room and event."""

    comments: dict[tuple[int, str], int] = field(default_factory=dict)
    reports: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    courses: dict[tuple[int, str], tuple[str, int, int]] = field(default_factory=dict)
    watches: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)


def _read_beside(w: Write, said: list[Said]) -> _Beside:
    ids, beside = [one.event_id for one in said], _Beside()
    for post, room, count in select_in(w.conn, _COMMENTS, ids):
        beside.comments[(room, post)] = count
    for event_id, room, watched, finished in select_in(w.conn, _REPORTS, ids):
        beside.reports[(room, event_id)] = (watched, finished)
    for event_id, room, *course in select_in(w.conn, _COURSES, ids):
        beside.courses.setdefault((room, event_id), (course[0], course[1], course[2]))
    for event_id, room, finished_ms, saved_ms in select_in(w.conn, _WATCHES, ids):
        beside.watches[(room, event_id)] = (finished_ms, saved_ms)
    return beside


def fold_said(w: Write, keys: Iterable[int], moved: Moved) -> None:
    """Compute what these events of channels are anew: first comments, then posts, then posts whose comments moved."""
    posts: list[int] = []
    wanted = set(keys)
    wanted.update(plain_answers(w, wanted))
    for batch in chunks(sorted(wanted), _BATCH):
        posts += fold_comments(w, batch, moved)
    named = [event_id for _, event_id in moved.parents]
    sql = "SELECT id FROM post WHERE event_id IN {in}"
    posts += [row[0] for row in select_in(w.conn, sql, named)]
    fold_posts(w, posts, moved)


def fold_posts(w: Write, keys: Iterable[int], moved: Moved) -> None:
    """Compute what these events are anew as posts; comments among them do nothing."""
    for batch in chunks(sorted(set(keys)), _BATCH):
        _fold_posts(w, batch, moved)


def _fold_posts(w: Write, keys: Iterable[int], moved: Moved) -> None:
    said = [one for one in read_said(w, keys) if may_be_post(one.event)]
    around, beside = around_of(w, said), _read_beside(w, said)
    found: dict[int, tuple[PostRow, Post]] = {}
    for one in said:
        made = _post(one, around, beside)
        if made is not None:
            found[one.key] = made
    before = {row[0]: row for row in select_in(w.conn, "SELECT * FROM post WHERE id IN {in}", keys)}
    rows = [row for row, _ in found.values()]
    weigh_rows(w, moved, [one.key for one in said], {r.id: 1 for r in rows if r.counts and r.sender != w.me})
    write_rows(w, "post", before, rows)
    for key in keys:
        old, now = before.get(key), found.get(key)
        if old != (None if now is None else now[0]):
            _note_post(w, moved, None if old is None else PostRow(*old), now)


def _note_post(w: Write, moved: Moved, old: PostRow | None, new: tuple[PostRow, Post] | None) -> None:
    """Write what hangs on a post that moved."""
    row = old if new is None else new[0]
    assert row is not None
    w.tally.posts.add(EventID(row.event_id))
    if row.recording_of is not None:
        w.tally.posts.add(EventID(row.recording_of))
    if old is None or new is None or (old.counts, old.is_shown) != (new[0].counts, new[0].is_shown):
        moved.rooms.add(row.room)
    w.conn.execute("DELETE FROM post_tag WHERE post = ?", (row.id,))
    w.conn.execute("DELETE FROM post_track WHERE post = ?", (row.id,))
    if new is None or not new[0].counts:
        put_words(w.conn, Doc.POST, row.event_id, row.event_id, None)
        return
    post = new[1]
    w.conn.executemany("INSERT OR IGNORE INTO post_tag VALUES (?, ?, ?)", tag_rows(row.id, post.tags))
    w.conn.executemany(
        "INSERT INTO post_track VALUES (?, ?, ?, ?)",
        [(row.id, n, sql_text(one.language), sql_text(one.uri)) for n, one in enumerate(post.subtitles)],
    )
    put_words(w.conn, Doc.POST, row.event_id, row.event_id, words_of(post))


def tag_rows(key: Any, tags: Iterable[str]) -> list[tuple[str, Any, str]]:
    """Give tags as they are asked for, and as they are written."""
    return [(fold(sql_text(tag)), key, sql_text(tag)) for tag in tags]


def words_of(post: Post) -> str:
    """Give what searches look through: title, tags, description, each from a line of its own."""
    return "\n".join((post.title, " ".join(post.tags), post.description))


def _post(one: Said, around: Around, beside: _Beside) -> tuple[PostRow, Post] | None:
    post = post_of(one.event.content)
    channel = around.channels[one.room]
    if post is None or one.event_id in channel.waiting.redacted:
        return None
    edited = channel.waiting.edits.get(one.event_id) if one.sender == around.me else None
    changed: str | None = None
    for said in (edited, *around.contents.get(EventID(one.event_id), ())):
        newer = None if said is None else post_of(said)
        if newer is not None:
            post, changed = newer, to_json(said)
            break
    return _post_row(one, post, changed, around, beside), post


def _post_row(one: Said, post: Post, changed: str | None, around: Around, beside: _Beside) -> PostRow:
    channel = around.channels[one.room]
    place = (one.room, one.event_id)
    counts = one.sender in channel.editors
    likes, is_liked = count_reactions(one, around, LIKES, channel.waiting.likes)
    _, is_reserved = count_reactions(one, around, RESERVES, channel.waiting.reserves)
    waiting = channel.waiting.count(channel.waiting.comments, one.event_id)
    finished_ms, saved_ms = beside.watches.get(place, (0, 0))
    course, is_compulsory, due_ms = beside.courses.get(place, ("", 0, 0))
    watched, finished = beside.reports.get(place, (0, 0))
    return PostRow(
        id=one.key,
        room=one.room,
        event_id=one.event_id,
        ts=one.ts,
        sender=one.sender,
        counts=int(counts),
        is_shown=int(counts and channel.is_followed),
        audience=channel.audience,
        **shown_fields(post),
        likes=likes,
        is_liked=is_liked,
        is_reserved=is_reserved,
        comments=beside.comments.get(place, 0) + waiting,
        is_finished=int(finished_ms > 0),
        saved_ms=saved_ms,
        course=course,
        is_compulsory=is_compulsory,
        due_ms=due_ms,
        watched=watched,
        finished=finished,
        edited=changed,
    )


def shown_fields(post: Post) -> dict[str, Any]:
    """Give the columns that say what a card shows of a post."""
    live, long = post.live, post.duration_ms
    return {
        "title": sql_text(post.title),
        "description": sql_text(post.description),
        "tags": to_json(list(post.tags)),
        "duration_ms": post.duration_ms,
        "is_long": None if long is None else int(long >= LONG_MS),
        "cover": None if post.cover is None else sql_text(post.cover),
        "blurhash": sql_text(post.blurhash),
        "is_live": int(live is not None),
        "live_starts_ms": 0 if live is None else live.starts_ms,
        "live_ends_ms": 0 if live is None else live.ends_ms or 0,
        "recording_of": None if post.recording_of is None else sql_text(post.recording_of),
    }


def drop(w: Write, keys: Iterable[int]) -> None:
    """Take the rows of events away, with what hangs on them."""
    for event_id, post in select_in(w.conn, "SELECT event_id, post FROM comment WHERE id IN {in}", keys):
        put_words(w.conn, Doc.COMMENT, event_id, post, None)
    for (event_id,) in select_in(w.conn, "SELECT event_id FROM post WHERE id IN {in}", keys):
        put_words(w.conn, Doc.POST, event_id, event_id, None)
        w.tally.posts.add(EventID(event_id))
    for table, column in (("comment", "id"), ("post", "id"), ("post_tag", "post"), ("post_track", "post")):
        w.conn.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(key,) for key in keys])
