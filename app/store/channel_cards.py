"""Posts as cards: stored ones, those of channels one does not follow, those of mine in the send queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.json import decode as loads

from app.domain.channels.channel import Audience, Visibility
from app.domain.channels.post import Post, post_of
from app.domain.channels.rows import KeptVideo, PostRow, Watch
from app.domain.channels.wire import POLICY_TYPE
from app.domain.content import JSONObject, dict_of, text_of
from app.domain.ids import ContentURI, EventID, RoomID, UserID, localpart_of, server_name_of
from app.domain.timeline import SendState
from app.store.kept import read_namespace
from app.store.sql import from_json
from app.store.stored import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from app.store.sql import Row

KEPT = "kept_video"
"""Namespace of `kv`: videos kept for offline, by address."""
QUEUED = "~"
"""Before the transaction id of a post or comment of mine that waits."""
_WATCHED = "w.at_ms, w.duration_ms, w.finished_ms, w.saved_ms, w.ts_ms"
_RECORDING = (
    "CASE WHEN p.is_live THEN (SELECT q.event_id FROM post q WHERE q.recording_of = p.event_id AND q.room = p.room"
    " AND q.counts = 1 ORDER BY q.ts DESC LIMIT 1) END"
)
_IS_NEW = "p.counts AND p.sender != :me AND r.level = 'all' AND r.unread > r.mentions AND e.ord > ifnull(r.read_ord, r.counts_ord)"
_STORED = (
    "SELECT p.event_id, r.room_id, r.name, r.avatar, c.visibility, c.servers, c.is_followed, p.sender, m.name, p.ts,"
    " p.title, p.description, p.tags, p.duration_ms, p.cover, p.blurhash, p.is_live, p.live_starts_ms, p.live_ends_ms,"
    f" {_RECORDING}, p.likes, p.is_liked, p.comments, {_WATCHED}, {_IS_NEW}, p.course, p.is_compulsory, p.due_ms,"
    " p.watched, p.finished, p.is_reserved, c.wants_reports, p.id"
    " FROM json_each(:ids) j CROSS JOIN post p ON p.id = j.value JOIN channel c ON c.id = p.room"
    " JOIN room r ON r.id = p.room JOIN event e ON e.id = p.id"
    " LEFT JOIN member m ON m.room = p.room AND m.user = p.sender"
    " LEFT JOIN watch w ON w.room = p.room AND w.event_id = p.event_id"
)
_PEEKED = (
    "SELECT p.event_id, p.room_id, f.name, f.avatar, f.visibility, f.servers, 0, p.sender, p.sender_name, p.ts,"
    " p.title, p.description, p.tags, p.duration_ms, p.cover, p.blurhash, p.is_live, p.live_starts_ms, p.live_ends_ms,"
    f" NULL, p.likes, 0, p.comments, {_WATCHED}, 0, '', 0, 0, 0, 0, 0, 0, p.event_id"
    " FROM json_each(:ids) j CROSS JOIN peeked_post p ON p.event_id = j.value"
    " JOIN found_channel f ON f.room_id = p.room_id LEFT JOIN watch w ON w.event_id = p.event_id"
    " WHERE NOT EXISTS (SELECT 1 FROM room r JOIN channel c ON c.id = r.id"
    " WHERE r.room_id = p.room_id AND c.is_followed = 1)"
)
"""Of a channel that is followed by now the events decide: what was peeked at may be gone."""
_WAITING = (
    "SELECT q.txn_id, q.content, q.state, q.error_code, q.created_ms, r.room_id, r.name, r.avatar, c.visibility, c.servers,"
    " c.is_followed, m.name FROM send_queue q INDEXED BY send_queue_echoes JOIN room r ON r.room_id = q.room_id"
    " JOIN channel c ON c.id = r.id LEFT JOIN member m ON m.room = r.id AND m.user = ?"
    " WHERE q.is_echo = 1 AND q.kind = 'event' AND q.event_type = 'm.room.message'"
    " AND NOT EXISTS (SELECT 1 FROM event e WHERE e.event_id = q.event_id) ORDER BY q.id DESC LIMIT 200"
)


class Waiting(NamedTuple):
    """A post of mine in the send queue."""

    row: PostRow
    post: Post


def stored_cards(conn: Any, me: UserID, keys: Sequence[int]) -> dict[int, PostRow]:
    """Give cards by the key of their post."""
    return _cards(conn, me, _STORED, keys) if keys else {}


def peeked_cards(conn: Any, me: UserID, ids: Sequence[str]) -> dict[str, PostRow]:
    """Give cards of channels one does not follow, by the id of their post."""
    return _cards(conn, me, _PEEKED, ids) if ids else {}


def _cards(conn: Any, me: UserID, sql: str, ids: Sequence[Any]) -> dict[Any, PostRow]:
    values = {"ids": json.dumps(list(ids)), "me": me} if ":me" in sql else {"ids": json.dumps(list(ids))}
    rows = conn.execute(sql, values).fetchall()
    kept = _kept_until(conn) if rows else {}
    has_reports = any(row[35] for row in rows) and company_consents(conn, me)
    audiences: dict[tuple[str, str], Audience] = {}
    return {row[36]: _card(row, kept, audiences, has_reports) for row in rows}


def _card(
    row: Row, kept: dict[str, int], audiences: dict[tuple[str, str], Audience], has_reports: bool
) -> PostRow:
    audience = audiences.get(row[4:6]) or audiences.setdefault(row[4:6], audience_of_row(row[4], row[5]))
    shows_reports = has_reports and row[35]
    return PostRow(
        event_id=EventID(row[0]),
        room_id=RoomID(row[1]),
        channel_name=row[2],
        channel_avatar=None if row[3] is None else ContentURI(row[3]),
        audience=audience,
        is_followed=bool(row[6]),
        sender=UserID(row[7]),
        sender_name=row[8] or localpart_of(UserID(row[7])),
        ts_ms=row[9],
        title=row[10],
        description=row[11],
        tags=() if row[12] == "[]" else tuple(loads(row[12])),
        duration_ms=row[13],
        cover=None if row[14] is None else ContentURI(row[14]),
        blurhash=row[15],
        is_live=bool(row[16]),
        live_starts_ms=row[17],
        live_ends_ms=row[18],
        recording=None if row[19] is None else EventID(row[19]),
        likes=row[20],
        is_liked=bool(row[21]),
        comments=row[22],
        watch=Watch() if row[23] is None else Watch(*row[23:28]),
        is_new=bool(row[28]),
        course=row[29],
        is_compulsory=bool(row[30]),
        due_ms=row[31],
        watched=row[32] if shows_reports else 0,
        finished=row[33] if shows_reports else 0,
        kept_until_ms=kept.get(row[0], 0),
        is_reserved=bool(row[34]),
    )


def audience_of_row(visibility: str, servers: str) -> Audience:
    """Make the value of two columns."""
    return Audience(Visibility(visibility), tuple(loads(servers)))


def begun_streams(conn: Any, me: UserID, room_id: RoomID, now_ms: int, limit: int) -> list[PostRow]:
    """Give the live streams of a channel that have begun or are over, the newest first."""
    found = conn.execute(
        "SELECT p.id FROM room r JOIN post p ON p.room = r.id AND p.counts = 1 WHERE r.room_id = ? AND p.is_live = 1"
        " AND p.live_starts_ms <= ? ORDER BY p.live_starts_ms DESC, p.id DESC LIMIT ?",
        (room_id, now_ms, limit),
    ).fetchall()
    cards = stored_cards(conn, me, [row[0] for row in found])
    return [cards[row[0]] for row in found if row[0] in cards]


# One post -------------------------------------------------------------------------------------------------------


def card(conn: Any, me: UserID, event_id: EventID) -> PostRow | None:
    """Give one card, wherever it is."""
    if event_id.startswith(QUEUED):
        return next((one.row for one in waiting_posts(conn, me) if one.row.event_id == event_id), None)
    row = conn.execute("SELECT id FROM post WHERE event_id = ? AND counts = 1", (event_id,)).fetchone()
    if row is not None:
        return stored_cards(conn, me, [row[0]]).get(row[0])
    return peeked_cards(conn, me, [event_id]).get(event_id)


def content_in_force(conn: Any, event_id: EventID) -> tuple[JSONObject, bool]:
    """Give the content of a post as its edits leave it, and whether there are any."""
    row = conn.execute(
        "SELECT p.edited, e.raw FROM post p JOIN event e ON e.id = p.id WHERE p.event_id = ?", (event_id,)
    ).fetchone()
    if row is not None:
        return (
            (from_json(row[0]), True)
            if row[0] is not None
            else (dict_of(from_json(row[1]), "content"), False)
        )
    row = conn.execute("SELECT content FROM peeked_post WHERE event_id = ?", (event_id,)).fetchone()
    return (from_json(row[0]) if row else {}), False


def waiting_posts(conn: Any, me: UserID) -> Iterator[Waiting]:
    """Give my posts that wait in the send queue, the newest first."""
    for row in conn.execute(_WAITING, (me,)).fetchall():
        content = from_json(row[1])
        relation = dict_of(content, "m.relates_to")
        post = None if text_of(relation, "rel_type") or "m.in_reply_to" in relation else post_of(content)
        if post is not None:
            yield Waiting(_waiting_card(me, row, post), post)


def _waiting_card(me: UserID, row: Row, post: Post) -> PostRow:
    live = post.live
    return PostRow(
        event_id=EventID(f"{QUEUED}{row[0]}"),
        room_id=RoomID(row[5]),
        channel_name=row[6],
        channel_avatar=None if row[7] is None else ContentURI(row[7]),
        audience=audience_of_row(row[8], row[9]),
        is_followed=bool(row[10]),
        sender=me,
        sender_name=row[11] or localpart_of(me),
        ts_ms=row[4] or 0,
        title=post.title,
        description=post.description,
        tags=post.tags,
        duration_ms=post.duration_ms,
        cover=post.cover,
        blurhash=post.blurhash,
        is_live=live is not None,
        live_starts_ms=0 if live is None else live.starts_ms,
        live_ends_ms=0 if live is None else live.ends_ms or 0,
        recording=None,
        likes=0,
        is_liked=False,
        comments=0,
        watch=Watch(),
        is_new=False,
        send_state=SendState(row[2]),
        error_code=row[3] or "",
    )


# Kept for offline -----------------------------------------------------------------------------------------------


def kept_text(video: KeptVideo) -> str:
    """Write a kept video."""
    return json.dumps(video._asdict(), ensure_ascii=True)


def kept_videos(conn: Any) -> list[KeptVideo]:
    """Give the videos kept for offline, newest first."""
    found = [_kept(loads(text)) for text in read_namespace(conn, KEPT).values()]
    return sorted(found, key=lambda video: (-video.kept_ms, video.uri))


def _kept(fields: JSONObject) -> KeptVideo:
    known = {name: fields[name] for name in KeptVideo._fields if name in fields}
    return KeptVideo(**known)


def _kept_until(conn: Any) -> dict[str, int]:
    """Give until when posts play without the network: those that are here whole."""
    found: dict[str, int] = {}
    for video in map(_kept, map(loads, read_namespace(conn, KEPT).values())):
        if video.size_bytes and video.done_bytes >= video.size_bytes and not video.error_code:
            found[video.event_id] = max(found.get(video.event_id, 0), video.expires_ms)
    return found


# The company's consent ------------------------------------------------------------------------------------------


def company_consents(conn: Any, me: UserID) -> bool:
    """Whether a space of the company's own server, which I am in, says that it wants reports.

    What somebody of another server says in a space of theirs is no consent of my company.
    """
    spaces = conn.execute(
        "SELECT r.id, r.room_id FROM room r JOIN state s ON s.room = r.id AND s.type = ? AND s.key = ''"
        " WHERE r.room_type = 'm.space' AND r.membership = 'join'",
        (POLICY_TYPE,),
    ).fetchall()
    return any(_consents(state_of(conn, room, RoomID(room_id), _TYPES), me) for room, room_id in spaces)


_TYPES = (POLICY_TYPE, "m.room.create")


def _consents(state: dict[tuple[str, str], Any], me: UserID) -> bool:
    policy, create = state.get((POLICY_TYPE, "")), state.get(("m.room.create", ""))
    if policy is None or create is None or server_name_of(create.sender) != server_name_of(me):
        return False
    return policy.content.get("watched_reports") is True


def ordered(cards: Iterable[PostRow]) -> list[PostRow]:
    """Put cards in the order of the feed."""
    return sorted(cards, key=lambda row: (row.ts_ms, row.event_id), reverse=True)
