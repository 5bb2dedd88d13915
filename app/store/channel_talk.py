"""The comments of a post: stored ones, and those of mine in the send queue behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.channels.comment import comment_of
from app.domain.channels.rows import CommentRow
from app.domain.content import dict_of, text_of
from app.domain.ids import ContentURI, EventID, UserID, localpart_of, server_name_of
from app.domain.timeline import SendState
from app.store.channel_cards import QUEUED
from app.store.sql import from_json, select_in

if TYPE_CHECKING:
    from app.store.sql import Row

_COMMENTS = (
    "SELECT c.event_id, c.sender, m.name, m.avatar, m.is_external, c.ts, c.body, c.at_ms, c.reply_to, c.likes, c.is_liked"
    " FROM comment c INDEXED BY comment_by_post LEFT JOIN member m ON m.room = c.room AND m.user = c.sender"
    " WHERE c.post = ? AND c.room = ? ORDER BY c.ts DESC, c.id DESC LIMIT ?"
)
_ANSWERED = (
    "SELECT c.event_id, c.sender, m.name, c.body FROM comment c LEFT JOIN member m ON m.room = c.room AND m.user = c.sender"
    " WHERE c.id IN (SELECT id FROM event WHERE event_id IN {in})"
)
_WAITING = (
    "SELECT txn_id, content, state, error_code, created_ms, event_id FROM send_queue q WHERE room_id = ? AND kind = 'event'"
    " AND event_type IN ('m.room.message', 'im.tack.comment')"
    " AND NOT EXISTS (SELECT 1 FROM event e WHERE e.event_id = q.event_id) ORDER BY id"
)
_MAX_QUOTE = 200


def read_comments(conn: Any, me: UserID, event_id: EventID, limit: int) -> list[CommentRow]:
    """Give the newest comments, oldest first, own ones of the send queue last."""
    place = conn.execute(
        "SELECT p.room, c.can_redact, r.room_id, m.name, m.avatar FROM post p JOIN channel c ON c.id = p.room"
        " JOIN room r ON r.id = p.room LEFT JOIN member m ON m.room = p.room AND m.user = ? WHERE p.event_id = ?",
        (me, event_id),
    ).fetchone()
    if place is None:
        return []
    rows = conn.execute(_COMMENTS, (event_id, place[0], limit)).fetchall()[::-1]
    quoted = _quoted(conn, rows)
    found = [_row(row, me, bool(place[1]), quoted) for row in rows]
    return found + _waiting(conn, me, event_id, place, quoted)


def _quoted(conn: Any, rows: list[Row]) -> dict[str, tuple[str, str]]:
    """Give who wrote what others answer: of the page itself, else read."""
    known = {row[0]: (row[2] or localpart_of(row[1]), row[6]) for row in rows}
    missing = {row[8] for row in rows if row[8] is not None and row[8] not in known}
    for event_id, sender, name, body in select_in(conn, _ANSWERED, missing):
        known[event_id] = (name or localpart_of(sender), body)
    return known


def _row(row: Row, me: UserID, can_redact: bool, quoted: dict[str, tuple[str, str]]) -> CommentRow:
    event_id, sender, name, avatar, is_external, ts, body, at_ms, reply_to, likes, is_liked = row
    reply_name, reply_body = quoted.get(reply_to, ("", "")) if reply_to else ("", "")
    is_mine = sender == me
    return CommentRow(
        event_id,
        event_id,
        sender,
        name or localpart_of(sender),
        avatar,
        server_name_of(sender) != server_name_of(me) if is_external is None else bool(is_external),
        ts,
        body,
        at_ms,
        reply_to,
        reply_name,
        reply_body[:_MAX_QUOTE],
        is_mine,
        is_mine or can_redact,
        likes,
        bool(is_liked),
    )


def _waiting(
    conn: Any, me: UserID, post: EventID, place: Row, quoted: dict[str, tuple[str, str]]
) -> list[CommentRow]:
    found: list[CommentRow] = []
    for txn_id, text, state, error_code, created_ms, event_id in conn.execute(
        _WAITING, (place[2],)
    ).fetchall():
        content = from_json(text)
        relation = dict_of(content, "m.relates_to")
        if relation.get("rel_type") != "m.thread" or relation.get("event_id") != post:
            continue
        reply = text_of(dict_of(relation, "m.in_reply_to"), "event_id")
        if relation.get("is_falling_back") is True or reply == post:
            reply = None
        name, body = quoted.get(reply, ("", "")) if reply else ("", "")
        comment = comment_of(content)
        found.append(
            CommentRow(
                uid=f"{QUEUED}{txn_id}",
                event_id=None if event_id is None else EventID(event_id),
                sender=me,
                sender_name=place[3] or localpart_of(me),
                sender_avatar=None if place[4] is None else ContentURI(place[4]),
                is_external=False,
                ts_ms=created_ms or 0,
                body=comment.body if comment is not None else "",
                at_ms=comment.at_ms if comment is not None else None,
                reply_to=None if reply is None else EventID(reply),
                reply_name=name,
                reply_body=body[:_MAX_QUOTE],
                is_mine=True,
                can_remove=True,
                likes=0,
                is_liked=False,
                send_state=SendState(state),
                error_code=error_code or "",
            )
        )
    return found
