"""What the red numbers are made of, and the history of one-click clears, as values."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from app.domain.attention import AttentionSource, ClearKind, ClearRecord, ClearState, SourceKind
from app.domain.dings import quoted, words_of
from app.domain.ids import EventID, RoomID, localpart_of
from app.store.queue_read import OF_NO_REQUEST
from app.store.sql import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.domain.ids import UserID
    from app.store.sql import Row

_MAX_TEXT = 200
_ROOMS = (
    "SELECT id, room_id, name, level, unread, mentions, is_marked_unread, read_ord, last_ts, last_item"
    " FROM room INDEXED BY room_by_attention"
    " WHERE is_listed = 1 AND (unread > 0 OR mentions > 0 OR is_marked_unread = 1) ORDER BY last_ts DESC, id"
)
_FIRST_BEHIND = (
    "SELECT e.event_id, substr(i.body, 1, 300), e.ts FROM item i JOIN event e ON e.id = i.id"
    " WHERE i.room = ?1 AND i.weight >= ?3 AND i.pos >= (SELECT b.pos FROM event a JOIN item b ON b.id = a.id"
    " WHERE a.room = ?1 AND a.ord > ?2 ORDER BY a.ord LIMIT 1) ORDER BY i.pos LIMIT 1"
)
_LAST_ITEM = (
    "SELECT e.event_id, substr(i.body, 1, 300), e.ts FROM item i JOIN event e ON e.id = i.id WHERE i.id = ?"
)
_DINGS = (
    "SELECT r.room_id, d.sender, m.name, e.event_id, substr(i.body, 1, 300), d.ts FROM ding d"
    " JOIN room r ON r.id = d.room JOIN event e ON e.id = d.id LEFT JOIN item i ON i.id = d.id"
    " LEFT JOIN member m ON m.room = d.room AND m.user = d.sender WHERE d.is_open = 1"
    " ORDER BY d.ts DESC, d.id DESC LIMIT ?"
)
_FAILED = (
    "SELECT q.room_id, r.name, count(*), max(q.created_ms) FROM send_queue q LEFT JOIN room r ON r.room_id = q.room_id"
    f" WHERE q.kind IN ('event', 'redaction', 'state') AND q.state = 'wedged' AND (q.room_id IS NULL OR q.{OF_NO_REQUEST})"
    " GROUP BY q.room_id"
    " ORDER BY max(q.created_ms) DESC LIMIT ?"
)
_APPROVALS = (
    "SELECT r.room_id, a.requester, m.name, a.names, a.title, d.since_ms FROM approval_duty d"
    " CROSS JOIN approval a ON a.id = d.room JOIN room r ON r.id = a.id"
    " LEFT JOIN member m ON m.room = a.id AND m.user = a.requester WHERE d.from_ms <= ?1 AND d.until_ms >= ?1"
    " ORDER BY d.since_ms, d.room LIMIT ?2"
)
_COMMENTS = (
    "SELECT r.room_id, a.title, r.mentions, r.last_ts, substr(i.body, 1, 300)"
    " FROM room r INDEXED BY room_with_hidden_news JOIN approval a ON a.id = r.id"
    " LEFT JOIN item i ON i.id = r.last_item WHERE r.is_listed = 0 AND r.unread > 0 AND r.mentions > 0"
    " AND r.level != 'none' ORDER BY r.last_ts DESC LIMIT ?"
)
_CHANNELS = (
    "SELECT r.id, r.room_id, r.name, r.level, r.unread, r.mentions, ifnull(r.read_ord, ifnull(r.counts_ord, -1)), r.last_ts"
    " FROM room r INDEXED BY room_with_hidden_news JOIN channel c ON c.id = r.id WHERE r.is_listed = 0 AND r.unread > 0"
    " AND r.level != 'none' AND c.is_followed = 1 ORDER BY r.last_ts DESC LIMIT ?"
)
_NEW_POST = (
    "SELECT p.event_id, p.title, p.ts FROM post p JOIN event e ON e.id = p.id JOIN item i ON i.id = p.id"
    " WHERE p.room = ? AND p.counts = 1 AND i.weight = 1 AND e.ord > ? ORDER BY p.ts DESC LIMIT 1"
)
_NAMING = (
    "SELECT c.post, substr(c.body, 1, 300), c.ts FROM item i JOIN comment c ON c.id = i.id JOIN event e ON e.id = i.id"
    " WHERE i.room = ? AND i.weight = 2 AND e.ord > ? ORDER BY i.pos DESC LIMIT 1"
)
_INVITES = "SELECT room_id, name, sort_ts FROM room WHERE is_listed = 2 ORDER BY sort_ts DESC, id LIMIT ?"
_CLEARS = "SELECT id, at_ms, kind, state, rooms, unread, mentions, sent FROM clear WHERE at_ms >= ? ORDER BY id DESC"
_ORDER = (SourceKind.MENTION, SourceKind.UNREAD, SourceKind.MARKED, SourceKind.MUTED)


class AttentionReads:
    """`reader.attention`: bounded reads, as of `Reader`."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who

    def sources(self, limit: int = 200) -> list[AttentionSource]:
        """Give what the numbers are made of: duties first, then mentions, unread, muted; newest first in each. *Slow*.

        Where nothing is cut off by `limit` (of each kind of duty, and of rooms), the counts add up: mentions, unread and
        marks to `unread`, mentions to `mentions`, one line for each muted room, invitation and ding. An unread that is
        a mention counts there.
        """
        self._conn.execute("BEGIN")
        try:
            found = [*self._duties(limit), *self._comments(limit), *self._of_channels(limit)]
            return [*found, *self._of_rooms(limit)]
        finally:
            self._conn.execute("COMMIT")

    def clears(self, since_ms: int) -> list[ClearRecord]:
        """Give the one-click clears since a time, newest first."""
        rows = self._conn.execute(_CLEARS, (since_ms,))
        return [ClearRecord(row[0], row[1], ClearKind(row[2]), ClearState(row[3]), *row[4:]) for row in rows]

    def _duties(self, limit: int) -> Iterator[AttentionSource]:
        for room_id, sender, name, event_id, body, ts in self._conn.execute(_DINGS, (limit,)).fetchall():
            who = name or localpart_of(sender)
            yield AttentionSource(
                SourceKind.DING, RoomID(room_id), who, 1, EventID(event_id), _one_line(words_of(body)), ts
            )
        now_ms = int(time.time() * 1000)
        for room_id, user, name, names, title, ts in self._conn.execute(
            _APPROVALS, (now_ms, limit)
        ).fetchall():
            who = name or from_json(names).get(user) or localpart_of(user)
            yield AttentionSource(SourceKind.APPROVAL, RoomID(room_id), who, 1, text=title, ts_ms=ts)
        yield from self._failed_requests()
        for room_id, name, count, ts in self._conn.execute(_FAILED, (limit,)).fetchall():
            room = None if room_id is None else RoomID(room_id)
            yield AttentionSource(SourceKind.FAILED_SEND, room, name or "", count, ts_ms=ts or 0)
        for room_id, name, ts in self._conn.execute(_INVITES, (limit,)).fetchall():
            yield AttentionSource(SourceKind.INVITE, RoomID(room_id), name, 1, ts_ms=ts)

    def _failed_requests(self) -> Iterator[AttentionSource]:
        from app.domain.timeline import SendState
        from app.store.approval_room import drafted

        for request, state, _ in drafted(self._conn, self._who()):
            if state is SendState.WEDGED:
                who = request.content.names.get(request.requester) or localpart_of(request.requester)
                title, ts_ms = request.content.title, request.made_ms
                yield AttentionSource(SourceKind.APPROVAL, request.room_id, who, 1, text=title, ts_ms=ts_ms)

    def _comments(self, limit: int) -> Iterator[AttentionSource]:
        for room_id, title, count, ts, body in self._conn.execute(_COMMENTS, (limit,)).fetchall():
            words = _one_line(body)
            yield AttentionSource(SourceKind.COMMENT, RoomID(room_id), title, count, text=words, ts_ms=ts)

    def _of_channels(self, limit: int) -> Iterator[AttentionSource]:
        """Give comments that name me (they open the post), then new posts."""
        rows = self._conn.execute(_CHANNELS, (limit,)).fetchall()
        for sql, kind in ((_NAMING, SourceKind.COMMENT), (_NEW_POST, SourceKind.POST)):
            for room, room_id, name, level, unread, mentions, read, last_ts in rows:
                count = mentions if kind is SourceKind.COMMENT else unread - mentions
                if count <= 0 or (kind is SourceKind.POST and level != "all"):
                    continue
                newest = self._conn.execute(sql, (room, read)).fetchone() or (None, "", last_ts)
                event_id = None if newest[0] is None else EventID(newest[0])
                yield AttentionSource(
                    kind, RoomID(room_id), name, count, event_id, _one_line(newest[1]), newest[2]
                )

    def _of_rooms(self, limit: int) -> list[AttentionSource]:
        rows = self._conn.execute(_ROOMS).fetchall()
        counted = [(kind, count, row) for row in rows for kind, count in _counts_of(row)]
        counted.sort(key=lambda entry: _ORDER.index(entry[0]))  # stable: the newest stay first
        return [self._source(*entry) for entry in counted[:limit]]

    def _source(self, kind: SourceKind, count: int, row: Row) -> AttentionSource:
        room, room_id, name, _, _, _, _, read_ord, last_ts, last_item = row
        weight = 2 if kind is SourceKind.MENTION else 1
        place = None
        if read_ord is not None and kind is not SourceKind.MARKED:
            place = self._conn.execute(_FIRST_BEHIND, (room, read_ord, weight)).fetchone()
        place = place or self._conn.execute(_LAST_ITEM, (last_item,)).fetchone() or (None, "", last_ts)
        event_id = None if place[0] is None else EventID(place[0])
        return AttentionSource(kind, RoomID(room_id), name, count, event_id, _one_line(place[1]), place[2])


def _counts_of(row: Row) -> Iterator[tuple[SourceKind, int]]:
    """Give what a room adds to which number, as `totals` adds it up."""
    level, unread, mentions, is_marked = row[3:7]
    if level == "none":
        if unread or is_marked:
            yield SourceKind.MUTED, max(unread, 1)
        return
    if mentions:
        yield SourceKind.MENTION, mentions
    rest = unread - mentions if level == "all" else 0
    if rest > 0:
        yield SourceKind.UNREAD, rest
    if is_marked and not mentions and rest <= 0:
        yield SourceKind.MARKED, 1


def _one_line(body: str | None) -> str:
    return " ".join(quoted(body or "").split())[:_MAX_TEXT]
