"""Computes rows of posts and comments from scratch: the event, its edits, reactions, thread, the send queue.

Nothing is ever applied on top of what a row says: whoever sees one of its inputs move has the row folded again
(`app.store.channels` knows who moves what). That makes the order of arrival irrelevant and `rebuild` the same code.
A redacted event has no row. Rows of events by people who never were editors exist, but do not count.

Here also falls what an item of a channel weighs: a post by somebody else 1, a comment that names me 2, the rest nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.channels.post import Post, post_of
from app.domain.channels.wire import AT_FIELD, COMMENT_TYPE, LONG_MS, MAX_COMMENT, MAX_DURATION_MS
from app.domain.content import int_of
from app.domain.ids import EventID
from app.store.channel_queue import LIKES, RESERVES, SAYING, Waiting, load_waiting
from app.store.channel_words import Doc, put_words
from app.store.relations import new_contents
from app.store.schema import REDACTS
from app.store.shape import MENTION_ME, body_of, kind_of, mention_of
from app.store.stored import parse_stored
from app.store.tokens import fold
from app.store.write import Write, chunks, select_in, sql_text, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.content import JSONObject
    from app.domain.events import Event
    from app.domain.ids import UserID

_BATCH = 300
_EVENTS = "SELECT e.id, e.room, e.event_id, e.ts, e.sender, e.raw FROM event e WHERE e.id IN {in}"
_GONE = f"SELECT room, target FROM event WHERE rel_type = '{REDACTS}' AND target IN {{in}}"
_MARKS = ",".join("?" * len(LIKES + RESERVES))
_REACTIONS = (
    "SELECT r.room, r.target, r.key, r.sender, e.event_id FROM reaction r JOIN event e ON e.id = r.id"
    f" WHERE r.key IN ({_MARKS}) AND r.target IN {{in}}"
)
_COMMENTS = "SELECT post, room, count(*) FROM comment WHERE post IN {in} GROUP BY post, room"
_REPORTS = "SELECT event_id, room, count(*), sum(finished_ms > 0) FROM report WHERE event_id IN {in} GROUP BY event_id, room"
_COURSES = (
    "SELECT event_id, room, course, is_compulsory, due_ms FROM course_post WHERE event_id IN {in}"
    " ORDER BY is_compulsory DESC, due_ms = 0, due_ms, course"
)
_WATCHES = "SELECT event_id, room, finished_ms, saved_ms FROM watch WHERE event_id IN {in}"
_CHANNELS = "SELECT id, editors, is_followed, visibility FROM channel WHERE id IN {in}"


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


class CommentRow(NamedTuple):
    """A row of the table `comment`, its columns in order."""

    id: int
    room: int
    event_id: str
    post: str
    ts: int
    sender: str
    body: str
    at_ms: int | None
    reply_to: str | None
    likes: int
    is_liked: int


class Said(NamedTuple):
    """An event of a channel that may be a post or a comment."""

    key: int
    room: int
    event_id: str
    ts: int
    sender: str
    event: Event


@dataclass(slots=True)
class _Channel:
    editors: frozenset[str]
    is_followed: int
    audience: str
    waiting: Waiting


@dataclass(slots=True)
class _Around:
    """What a batch of rows is made of beside the events themselves, read at once. Keys are room and event."""

    me: str
    channels: dict[int, _Channel] = field(default_factory=dict)
    contents: dict[Any, list[JSONObject]] = field(default_factory=dict)
    reactions: dict[tuple[int, str], list[tuple[str, str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Key, sender, event id."""
    comments: dict[tuple[int, str], int] = field(default_factory=dict)
    reports: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    courses: dict[tuple[int, str], tuple[str, int, int]] = field(default_factory=dict)
    watches: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Moved:
    """What folding moved."""

    rooms: set[int] = field(default_factory=set)
    """Channels in which a post came, went or changed its place or sender's right."""
    weighed: dict[int, int] = field(default_factory=dict)
    """Rows of timelines that weigh something else now."""
    news: set[int] = field(default_factory=set)
    """The rooms of these."""
    parents: set[tuple[int, str]] = field(default_factory=set)
    """Posts (room, event id) whose comments moved."""


def fold_said(w: Write, keys: Iterable[int], moved: Moved) -> None:
    """Compute what these events of channels are anew: first comments, then posts, then posts whose comments moved."""
    posts: list[int] = []
    for batch in chunks(sorted(set(keys)), _BATCH):
        posts += _fold_comments(w, batch, moved)
    named = [event_id for _, event_id in moved.parents]
    sql = "SELECT id FROM post WHERE event_id IN {in}"
    posts += [row[0] for row in select_in(w.conn, sql, named)]
    fold_posts(w, posts, moved)


# Comments -------------------------------------------------------------------------------------------------------


def _fold_comments(w: Write, keys: Iterable[int], moved: Moved) -> list[int]:
    """Write the comments among some events; gives those that may be posts."""
    said = read_said(w, keys)
    comments = [one for one in said if parent_of(one.event) is not None]
    around = _around(w, comments, is_post=False)
    before = {row[0]: row for row in select_in(w.conn, "SELECT * FROM comment WHERE id IN {in}", keys)}
    rows = [row for one in comments if (row := _comment(one, around)) is not None]
    posts = {one.key for one in said if may_be_post(one.event)}
    naming = {one.key for one in said if one.sender != w.me and _names(one.event, w.me)}
    weights = {row.id: 2 for row in rows if row.id in naming}
    _weigh(w, moved, [key for key in keys if key not in posts], weights)
    _write(w, "comment", before, rows)
    new = {row.id: row for row in rows}
    for key in keys:
        old, now = before.get(key), new.get(key)
        if old != now:
            _note_comment(w, moved, None if old is None else CommentRow(*old), now)
    answered = {one.key for one in comments}
    return [key for key in keys if key not in answered]


def _note_comment(w: Write, moved: Moved, old: CommentRow | None, new: CommentRow | None) -> None:
    row = new or old
    assert row is not None
    moved.parents.add((row.room, row.post))
    put_words(w.conn, Doc.COMMENT, row.event_id, row.post, None if new is None else new.body)
    w.tally.posts.add(EventID(row.post))


def _names(event: Event, me: UserID) -> bool:
    """Whether a comment names me by id: names in a text, and everybody, do not make a channel call for me."""
    return mention_of(event.content, me) == MENTION_ME


def parent_of(event: Event) -> str | None:
    """Give the post that a message is a comment of: the root of its thread, or what it plainly answers."""
    if event.type not in SAYING or event.state_key is not None:
        return None
    found = event.target if event.rel_type == "m.thread" else None
    if event.rel_type is None:
        found = event.reply_to
    return None if found is None else sql_text(found)


def _comment(one: Said, around: _Around) -> CommentRow | None:
    channel, post = around.channels[one.room], parent_of(one.event)
    if post is None or one.event_id in channel.waiting.redacted:
        return None
    content = one.event.content
    edited = channel.waiting.edits.get(one.event_id) if one.sender == around.me else None
    for said in (edited, *around.contents.get(one.event_id, ()), content):
        body = "" if said is None else _body(one.event.type, said)
        if body:
            break
    else:
        return None
    at_ms = int_of(content, AT_FIELD)
    is_threaded = one.event.rel_type is not None
    reply = one.event.reply_to if is_threaded and one.event.reply_to != post else None
    likes, is_liked = _count(one, around, LIKES, channel.waiting.likes)
    return CommentRow(
        id=one.key,
        room=one.room,
        event_id=one.event_id,
        post=post,
        ts=one.ts,
        sender=one.sender,
        body=body,
        at_ms=None if at_ms is None or at_ms > MAX_DURATION_MS else at_ms,
        reply_to=None if reply is None else sql_text(reply),
        likes=likes,
        is_liked=is_liked,
    )


def _body(event_type: str, content: JSONObject) -> str:
    kind = kind_of("m.room.message" if event_type == COMMENT_TYPE else event_type, content)
    if event_type == COMMENT_TYPE or kind is None:
        found = content.get("body")
        return sql_text(found.strip()[:MAX_COMMENT]) if isinstance(found, str) else ""
    return sql_text(body_of(kind, content).strip()[:MAX_COMMENT])


# Posts ----------------------------------------------------------------------------------------------------------


def fold_posts(w: Write, keys: Iterable[int], moved: Moved) -> None:
    """Compute what these events are anew as posts; comments among them do nothing."""
    for batch in chunks(sorted(set(keys)), _BATCH):
        _fold_posts(w, batch, moved)


def _fold_posts(w: Write, keys: Iterable[int], moved: Moved) -> None:
    said = [one for one in read_said(w, keys) if may_be_post(one.event)]
    around = _around(w, said, is_post=True)
    found: dict[int, tuple[PostRow, Post]] = {}
    for one in said:
        made = _post(one, around)
        if made is not None:
            found[one.key] = made
    before = {row[0]: row for row in select_in(w.conn, "SELECT * FROM post WHERE id IN {in}", keys)}
    rows = [row for row, _ in found.values()]
    _weigh(w, moved, [one.key for one in said], {r.id: 1 for r in rows if r.counts and r.sender != w.me})
    _write(w, "post", before, rows)
    for key in keys:
        old, now = before.get(key), found.get(key)
        if old != (None if now is None else now[0]):
            _note_post(w, moved, None if old is None else PostRow(*old), now)


def may_be_post(event: Event) -> bool:
    """Whether a message stands for itself."""
    is_message = event.type == "m.room.message" and event.state_key is None
    return is_message and event.rel_type is None and event.reply_to is None


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


def _post(one: Said, around: _Around) -> tuple[PostRow, Post] | None:
    post = post_of(one.event.content)
    channel = around.channels[one.room]
    if post is None or one.event_id in channel.waiting.redacted:
        return None
    edited = channel.waiting.edits.get(one.event_id) if one.sender == around.me else None
    changed: str | None = None
    for said in (edited, *around.contents.get(one.event_id, ())):
        newer = None if said is None else post_of(said)
        if newer is not None:
            post, changed = newer, to_json(said)
            break
    return _post_row(one, post, changed, around, channel), post


def _post_row(one: Said, post: Post, changed: str | None, around: _Around, channel: _Channel) -> PostRow:
    place = (one.room, one.event_id)
    counts = one.sender in channel.editors
    likes, is_liked = _count(one, around, LIKES, channel.waiting.likes)
    _, is_reserved = _count(one, around, RESERVES, channel.waiting.reserves)
    waiting = channel.waiting.count(channel.waiting.comments, one.event_id)
    finished_ms, saved_ms = around.watches.get(place, (0, 0))
    course, is_compulsory, due_ms = around.courses.get(place, ("", 0, 0))
    watched, finished = around.reports.get(place, (0, 0))
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
        comments=around.comments.get(place, 0) + waiting,
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


# Reading and writing --------------------------------------------------------------------------------------------


def read_said(w: Write, keys: Iterable[int]) -> list[Said]:
    """Read events of channels that are not redacted."""
    rows = list(select_in(w.conn, _EVENTS, keys))
    gone = set(select_in(w.conn, _GONE, [row[2] for row in rows]))
    found = []
    for key, room, event_id, ts, sender, raw in rows:
        event = parse_stored(raw, event_id, w.room_id(room))
        if (room, event_id) not in gone and "redacted_because" not in event.unsigned:
            found.append(Said(key, room, event_id, ts, sender, event))
    return found


def _around(w: Write, said: list[Said], *, is_post: bool) -> _Around:
    around = _Around(w.me)
    if not said:
        return around
    ids = [one.event_id for one in said]
    for room, editors, is_followed, visibility in select_in(w.conn, _CHANNELS, {one.room for one in said}):
        names = frozenset(json.loads(editors))
        waiting = load_waiting(w.conn, w.room_id(room))
        around.channels[room] = _Channel(names, is_followed, visibility, waiting)
    around.contents = dict(new_contents(w, [(one.room, one.event) for one in said]))
    for room, target, key, sender, event_id in select_in(w.conn, _REACTIONS, ids, *LIKES, *RESERVES):
        around.reactions[(room, target)].append((key, sender, event_id))
    if is_post:
        _read_beside(w, around, ids)
    return around


def _read_beside(w: Write, around: _Around, ids: list[str]) -> None:
    for post, room, count in select_in(w.conn, _COMMENTS, ids):
        around.comments[(room, post)] = count
    for event_id, room, watched, finished in select_in(w.conn, _REPORTS, ids):
        around.reports[(room, event_id)] = (watched, finished)
    for event_id, room, *course in select_in(w.conn, _COURSES, ids):
        around.courses.setdefault((room, event_id), (course[0], course[1], course[2]))
    for event_id, room, finished_ms, saved_ms in select_in(w.conn, _WATCHES, ids):
        around.watches[(room, event_id)] = (finished_ms, saved_ms)


def _count(
    one: Said, around: _Around, keys: tuple[str, ...], mine: dict[str, list[tuple[str, ...]]]
) -> tuple[int, int]:
    """Count who reacted, and whether I did."""
    waiting = around.channels[one.room].waiting
    users = {
        sender
        for key, sender, event_id in around.reactions.get((one.room, one.event_id), ())
        if key in keys and event_id not in waiting.redacted
    }
    if waiting.has(mine, one.event_id):
        users.add(around.me)
    return len(users), int(around.me in users)


def _write(w: Write, table: str, before: dict[int, Any], rows: list[Any]) -> None:
    """Write rows that differ, and drop those that are none any more."""
    kept = {row.id for row in rows}
    w.conn.executemany(f"DELETE FROM {table} WHERE id = ?", [(key,) for key in before if key not in kept])
    changed = [row for row in rows if before.get(row.id) != row]
    if changed:
        marks = ",".join("?" * len(changed[0]))
        w.conn.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", changed)


def _weigh(w: Write, moved: Moved, keys: Iterable[int], weights: dict[int, int]) -> None:
    """Make rows of the timeline weigh what they do in a channel."""
    new: list[tuple[int, int]] = []
    for key, old, room in select_in(w.conn, "SELECT id, weight, room FROM item WHERE id IN {in}", keys):
        if weights.get(key, 0) != old:
            new.append((weights.get(key, 0), key))
            moved.news.add(room)
    w.conn.executemany("UPDATE item SET weight = ? WHERE id = ?", new)
    moved.weighed.update((key, weight) for weight, key in new)


def drop(w: Write, keys: Iterable[int]) -> None:
    """Take the rows of events away, with what hangs on them."""
    for event_id, post in select_in(w.conn, "SELECT event_id, post FROM comment WHERE id IN {in}", keys):
        put_words(w.conn, Doc.COMMENT, event_id, post, None)
    for (event_id,) in select_in(w.conn, "SELECT event_id FROM post WHERE id IN {in}", keys):
        put_words(w.conn, Doc.POST, event_id, event_id, None)
        w.tally.posts.add(EventID(event_id))
    for table, column in (("comment", "id"), ("post", "id"), ("post_tag", "post"), ("post_track", "post")):
        w.conn.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(key,) for key in keys])
