"""The conversation list as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.ids import ContentURI, EventID, RoomID, UserID, localpart_of
from app.domain.item_kind import ItemKind
from app.domain.membership import Membership
from app.domain.rooms import (
    AttentionTotals,
    ListSendState,
    NotifyLevel,
    PreviewKind,
    RoomFilter,
    RoomSummary,
)
from app.late import Late
from app.store.queue_read import failed_requests, wedged_count
from app.store.sql import Row, from_json, select_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain import dings
    from app.store import shape, stored, values
    from app.store.values import Space
else:
    dings = Late("app.domain.dings")
    shape, stored, values = Late("app.store.shape"), Late("app.store.stored"), Late("app.store.values")

FILTERS = {
    RoomFilter.ALL: "1",
    RoomFilter.UNREAD: "(unread > 0 OR is_marked_unread = 1 OR is_listed = 2)",
    RoomFilter.MENTIONS: "mentions > 0",
    RoomFilter.EXTERNAL: "is_external = 1",
    RoomFilter.DIRECT: "is_direct = 1",
}
_PREVIEWS = {
    ItemKind.TEXT: PreviewKind.TEXT,
    ItemKind.NOTICE: PreviewKind.TEXT,
    ItemKind.EMOTE: PreviewKind.TEXT,
    ItemKind.IMAGE: PreviewKind.IMAGE,
    ItemKind.FILE: PreviewKind.FILE,
    ItemKind.VIDEO: PreviewKind.VIDEO,
    ItemKind.AUDIO: PreviewKind.AUDIO,
    ItemKind.STATE: PreviewKind.STATE,
    ItemKind.ENCRYPTED: PreviewKind.ENCRYPTED,
}
_MEMBERSHIPS = {membership.value: membership for membership in Membership}
_MAX_PREVIEW = 200
_DING = "[DING] "
"""As `dings.BODY_PREFIX`: the first paint loads that module only where there is one."""
_ORDER = "ORDER BY is_listed DESC, is_favourite DESC, sort_ts DESC, id"
_PAGE = (
    "SELECT r.room_id, r.name, r.avatar, r.membership, r.room_type, r.is_direct, r.direct_user, r.is_external,"
    " r.is_favourite, r.is_encrypted, r.level, r.sort_ts, r.unread, r.mentions, r.is_marked_unread,"
    " r.joined_count, r.topic, r.inviter, i.kind, i.is_redacted, substr(i.body, 1, 300), e.event_id, e.sender,"
    " m.name, d.text, CASE WHEN i.kind = 'state' THEN e.raw END,"
    " EXISTS(SELECT 1 FROM ding g WHERE g.room = r.id AND g.is_open = 1)"
    " FROM room r LEFT JOIN item i ON i.id = r.last_item LEFT JOIN event e ON e.id = r.last_item"
    " LEFT JOIN member m ON m.room = r.id AND m.user = e.sender LEFT JOIN draft d ON d.room_id = r.room_id"
    " WHERE r.room_id IN {in}"
)
_QUEUE = (
    "SELECT room_id, max(state = 'wedged'), max(state IN ('queued', 'sending')),"
    " max(CASE WHEN is_echo = 1 THEN id END) FROM send_queue"
    " WHERE kind IN ('event', 'redaction', 'state') AND room_id IN {in} GROUP BY room_id"
)
_TOTALS = (
    "SELECT ifnull(sum(CASE level WHEN 'all' THEN max(unread, is_marked_unread)"
    " WHEN 'mentions' THEN max(mentions, is_marked_unread) ELSE 0 END), 0),"
    " ifnull(sum(CASE WHEN level != 'none' THEN mentions ELSE 0 END), 0),"
    " ifnull(sum(level = 'none' AND (unread > 0 OR is_marked_unread)), 0),"
    " ifnull(sum(CASE level WHEN 'all' THEN unread > 0 OR is_marked_unread"
    " WHEN 'mentions' THEN mentions > 0 OR is_marked_unread ELSE 0 END), 0)"
    " FROM room INDEXED BY room_by_attention"
    " WHERE is_listed = 1 AND (unread > 0 OR mentions > 0 OR is_marked_unread = 1)"
)
"""Only rooms that say something are looked at, and only in the index."""
_DUTIES = "SELECT count(*) FROM approval_duty WHERE from_ms <= ? AND until_ms >= ?"
_COMMENTS = (
    "SELECT ifnull(sum(r.mentions), 0) FROM room r INDEXED BY room_with_hidden_news JOIN approval a ON a.id = r.id"
    " WHERE r.is_listed = 0 AND r.unread > 0 AND r.level != 'none'"
)
_CHANNELS = (
    "SELECT ifnull(sum(CASE WHEN r.level = 'all' THEN r.unread - r.mentions ELSE 0 END), 0), ifnull(sum(r.mentions), 0)"
    " FROM room r INDEXED BY room_with_hidden_news JOIN channel c ON c.id = r.id"
    " WHERE r.is_listed = 0 AND r.unread > 0 AND r.level != 'none' AND c.is_followed = 1"
)
"""New posts, and comments that name me."""


class _Waiting(NamedTuple):
    """What of a room lies in the send queue: `echo` is the newest message, as type and content."""

    is_wedged: bool
    is_moving: bool
    echo: tuple[str, str] | None


_NOTHING = _Waiting(False, False, None)


def room_order(conn: Any, filter: RoomFilter, limit: int | None) -> list[RoomID]:
    """Give the ids of the list in order."""
    rows = conn.execute(
        f"SELECT room_id FROM room WHERE is_listed > 0 AND {FILTERS[filter]} {_ORDER} LIMIT ?",
        (-1 if limit is None else limit,),
    )
    return [RoomID(row[0]) for row in rows]


def room_page(conn: Any, me: UserID, ids: Sequence[RoomID]) -> list[RoomSummary]:
    """Give the rows of some rooms in the order asked."""
    waiting = {
        row[0]: _Waiting(bool(row[1]), bool(row[2]), _echo(conn, row[3]))
        for row in list(select_in(conn, _QUEUE, ids))
    }
    found = {row[0]: _summary(row, waiting.get(row[0], _NOTHING), me) for row in select_in(conn, _PAGE, ids)}
    return [found[room_id] for room_id in ids if room_id in found]


def _echo(conn: Any, key: int | None) -> tuple[str, str] | None:
    if key is None:
        return None
    row: tuple[str, str] | None = conn.execute(
        "SELECT event_type, content FROM send_queue WHERE id = ?", (key,)
    ).fetchone()
    return row


def _summary(row: Row, waiting: _Waiting, me: UserID) -> RoomSummary:
    membership = _MEMBERSHIPS.get(row[3], Membership.LEAVE)
    kind, text, sender, sender_name = _preview(row, membership)
    if waiting.echo is not None:
        kind, text = _echo_preview(*waiting.echo)
        sender, sender_name = me, localpart_of(me)
    return RoomSummary(
        room_id=RoomID(row[0]),
        name=row[1],
        avatar=None if row[2] is None else ContentURI(row[2]),
        membership=membership,
        room_type=row[4],
        is_direct=bool(row[5]),
        direct_user=None if row[6] is None else UserID(row[6]),
        is_external=bool(row[7]),
        is_favourite=bool(row[8]),
        is_encrypted=bool(row[9]),
        level=NotifyLevel(row[10]),
        last_ts=row[11],
        preview_kind=kind,
        preview_sender=sender,
        preview_sender_name=sender_name,
        preview_text=text,
        unread=row[12],
        mentions=row[13],
        is_marked_unread=bool(row[14]),
        draft=row[24] or "",
        send_state=_send_state(waiting),
        joined_count=row[15],
        topic=row[16],
        last_event=None if row[21] is None else EventID(row[21]),
        inviter=None if row[17] is None else UserID(row[17]),
        has_ding=bool(row[26]),
    )


def _preview(row: Row, membership: Membership) -> tuple[PreviewKind, str, UserID | None, str]:
    kind, is_redacted, body, event_id, sender, name, raw = *row[18:24], row[25]
    if membership == Membership.INVITE:
        inviter = None if row[17] is None else UserID(row[17])
        return PreviewKind.INVITE, "", inviter, "" if inviter is None else localpart_of(inviter)
    if kind is None:
        return PreviewKind.NONE, "", None, ""
    who = UserID(sender)
    shown_name = name or localpart_of(who)
    if is_redacted:
        return PreviewKind.REDACTED, "", who, shown_name
    preview = _PREVIEWS.get(ItemKind(kind), PreviewKind.UNKNOWN)
    if preview == PreviewKind.STATE:
        return (
            preview,
            shape.state_verb(stored.parse_stored(raw, event_id, RoomID(row[0]))) or "other",
            who,
            shown_name,
        )
    return preview, _one_line(body), who, shown_name


def _echo_preview(event_type: str, content_text: str) -> tuple[PreviewKind, str]:
    content = from_json(content_text)
    kind = shape.kind_of(event_type, content) or ItemKind.UNKNOWN
    return _PREVIEWS.get(kind, PreviewKind.UNKNOWN), _one_line(shape.body_of(kind, content))


def _one_line(body: str) -> str:
    if body.startswith(_DING):
        body = dings.quoted(body)
    return " ".join(body.split())[:_MAX_PREVIEW]


def _send_state(waiting: _Waiting) -> ListSendState:
    if waiting.is_wedged:
        return ListSendState.FAILED
    return ListSendState.SENDING if waiting.is_moving else ListSendState.NONE


def totals(conn: Any, now_ms: int) -> AttentionTotals:
    """Add up what asks for attention. Rooms at the level "mentions" count by their mentions."""
    row = conn.execute(_TOTALS).fetchone()
    invites = conn.execute("SELECT count(*) FROM room WHERE is_listed = 2").fetchone()[0]
    dings = conn.execute("SELECT count(*) FROM ding WHERE is_open = 1").fetchone()[0]
    approvals = conn.execute(_DUTIES, (now_ms, now_ms)).fetchone()[0] + failed_requests(conn)
    new_posts, naming = conn.execute(_CHANNELS).fetchone()
    comments = conn.execute(_COMMENTS).fetchone()[0] + naming
    duties = (dings, approvals)
    return AttentionTotals(
        *(row[0], row[1], invites, wedged_count(conn), row[2], row[3], *duties, comments, new_posts, naming)
    )


def search_rooms(conn: Any, me: UserID, term: str, limit: int) -> list[RoomSummary]:
    """Give listed rooms whose name or direct user contains the term, names that start with it first."""
    pattern = like_pattern(term)
    rows = conn.execute(
        "SELECT room_id FROM room WHERE is_listed > 0 AND (name LIKE ?1 ESCAPE '\\'"
        " OR direct_user LIKE ?1 ESCAPE '\\') ORDER BY name LIKE ?2 ESCAPE '\\' DESC, sort_ts DESC LIMIT ?3",
        (pattern, pattern[1:], limit),
    )
    return room_page(conn, me, [RoomID(row[0]) for row in rows])


def like_pattern(term: str) -> str:
    """Make a LIKE pattern (escape `\\`) that finds a term anywhere."""
    escaped = term.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def spaces(conn: Any) -> list[Space]:
    """Give the joined spaces with their children."""
    rows = conn.execute(
        "SELECT id, room_id, name, avatar FROM room WHERE membership = 'join' AND room_type = 'm.space' ORDER BY id"
    ).fetchall()
    found: list[Space] = []
    for room, room_id, name, avatar in rows:
        state = stored.state_of(conn, room, RoomID(room_id), ("m.space.child",), None)
        ranked = [
            (str(event.content.get("order") or "\x7f"), child)
            for (_, child), event in state.items()
            if isinstance(event.content.get("via"), list)
        ]
        children = tuple(RoomID(child) for _, child in sorted(ranked))
        found.append(values.Space(RoomID(room_id), name, avatar, children))
    return found
