"""Computes rows of comments from scratch: the message, its edits, likes, the send queue. A redacted one has no row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.domain.channels.comment import Comment, comment_of
from app.domain.ids import EventID
from app.store.channel_queue import LIKES, SAYING
from app.store.channel_said import (
    Around,
    Moved,
    Said,
    around_of,
    count_reactions,
    read_said,
    weigh_rows,
    write_rows,
)
from app.store.channel_words import Doc, put_words
from app.store.shape import MENTION_ME, mention_of, without_reply_fallback
from app.store.write import Write, select_in, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.content import JSONObject
    from app.domain.events import Event
    from app.domain.ids import UserID


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


def fold_comments(w: Write, keys: Iterable[int], moved: Moved) -> list[int]:
    """Write the comments among some events; gives those that may be posts."""
    said = read_said(w, keys)
    comments = [one for one in said if parent_of(one.event) is not None]
    around = around_of(w, comments)
    before = {row[0]: row for row in select_in(w.conn, "SELECT * FROM comment WHERE id IN {in}", keys)}
    roots = _roots(w, comments)
    rows = [row for one in comments if (row := _comment(one, around, roots)) is not None]
    posts = {one.key for one in said if may_be_post(one.event)}
    naming = {one.key for one in said if one.sender != w.me and _names(one.event, w.me)}
    weights = {row.id: 2 for row in rows if row.id in naming}
    weigh_rows(w, moved, [key for key in keys if key not in posts], weights)
    write_rows(w, "comment", before, rows)
    new = {row.id: row for row in rows}
    for key in keys:
        old, now = before.get(key), new.get(key)
        if old != now:
            _note_comment(w, moved, None if old is None else CommentRow(*old), now)
    answered = {one.key for one in comments}
    return [key for key in keys if key not in answered]


def _note_comment(w: Write, moved: Moved, old: CommentRow | None, new: CommentRow | None) -> None:
    for row in (old, new):
        if row is not None:
            moved.parents.add((row.room, row.post))
            w.tally.posts.add(EventID(row.post))
            put_words(w.conn, Doc.COMMENT, row.event_id, row.post, None if new is None else new.body)


def plain_answers(w: Write, keys: Iterable[int]) -> list[int]:
    """Give the comments that plainly answer some events in threads: they belong where these do."""
    sql = "SELECT event_id FROM event WHERE rel_type = 'm.thread' AND id IN {in}"
    threaded = [row[0] for row in select_in(w.conn, sql, keys)]
    return [row[0] for row in select_in(w.conn, "SELECT id FROM comment WHERE post IN {in}", threaded)]


def _roots(w: Write, comments: Iterable[Said]) -> dict[tuple[int, str], str]:
    """Give the posts of comments that are plainly answered, as clients without threads do."""
    named = [parent_of(one.event) for one in comments if one.event.rel_type is None]
    sql = "SELECT room, event_id, target FROM event WHERE rel_type = 'm.thread' AND event_id IN {in}"
    rows = select_in(w.conn, sql, [name for name in named if name is not None])
    return {(room, event_id): target for room, event_id, target in rows}


def _names(event: Event, me: UserID) -> bool:
    """Whether a comment names me by id: names in a text, and everybody, do not make a channel call for me."""
    return mention_of(event.content, me) == MENTION_ME


def parent_of(event: Event) -> str | None:
    """Give what a message is a comment of: the root of its thread, or what it plainly answers (a post or a comment)."""
    if event.type not in SAYING or event.state_key is not None:
        return None
    found = event.target if event.rel_type == "m.thread" else None
    if event.rel_type is None:
        found = event.reply_to
    return None if found is None else sql_text(found)


def _comment(one: Said, around: Around, roots: dict[tuple[int, str], str]) -> CommentRow | None:
    channel, parent = around.channels[one.room], parent_of(one.event)
    post = None if parent is None else roots.get((one.room, parent), parent)
    if post is None or one.event_id in channel.waiting.redacted:
        return None
    mine = channel.waiting.edits.get(one.event_id) if one.sender == around.me else None
    edits = around.contents.get(EventID(one.event_id), ())
    first = _read(one.event.content)
    newer = (_read(said) for said in (mine, *edits) if said is not None)
    comment = next((found for found in newer if found is not None), first)
    if comment is None:
        return None
    at_ms = comment.at_ms if comment.at_ms is not None or first is None else first.at_ms
    reply = None if one.event.reply_to == post else one.event.reply_to
    likes, is_liked = count_reactions(one, around, LIKES, channel.waiting.likes)
    return CommentRow(
        id=one.key,
        room=one.room,
        event_id=one.event_id,
        post=post,
        ts=one.ts,
        sender=one.sender,
        body=sql_text(comment.body),
        at_ms=at_ms,
        reply_to=None if reply is None else sql_text(reply),
        likes=likes,
        is_liked=is_liked,
    )


def _read(content: JSONObject) -> Comment | None:
    """Read what a comment says, without the lines that older clients quote before an answer."""
    body = content.get("body")
    if isinstance(body, str) and body.startswith("> ") and "m.relates_to" in content:
        content = {**content, "body": without_reply_fallback(body)}
    return comment_of(content)


def may_be_post(event: Event) -> bool:
    """Whether a message stands for itself."""
    is_message = event.type == "m.room.message" and event.state_key is None
    return is_message and event.rel_type is None and event.reply_to is None
