"""Rows of the timeline as values: one page, everything it needs fetched at once.

What waits in the send queue shows at once: edits, reactions and redactions of mine are laid over the rows they
relate to; messages of mine are the last rows.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from app.domain.dings import DING_FIELD, parse_ding, quoted
from app.domain.events import Event, JSONObject, dict_of, int_of, text_of
from app.domain.ids import ContentURI, EventID, RoomID, TxnID, UserID, localpart_of, server_name_of
from app.domain.timeline import ItemKind, Reaction, ReplyPreview, SendState, StateText, TimelineItem
from app.store.card_marks import card_of, video_of
from app.store.ding_marks import Marks, echo_ding, echo_nudged
from app.store.overlay import Overlay
from app.store.shape import (
    MEDIA_KINDS,
    body_of,
    caption_of,
    kind_of,
    media_of,
    new_content_of,
    redacted_content,
    shape_of,
    state_text,
)
from app.store.stored import parse_stored
from app.store.write import Row, from_json, select_in

_MAX_SENDERS = 20
_MAX_REACTIONS = 40
"""Different reactions shown on one row: each takes a place on screen."""
_MAX_COUNTED_MEMBERS = 500
ITEM_SQL = (
    "SELECT i.id, i.pos, i.kind, i.weight, i.is_redacted, i.thread, i.body, e.event_id, e.sender, e.ts,"
    " e.txn_id, e.ord, e.raw, d.raw, d.event_id FROM item i LEFT JOIN event e ON e.id = i.id"
    " LEFT JOIN event d ON d.id = i.edit"
)
ECHO_SQL = (
    "SELECT txn_id, event_type, content, attachment_path, state, error_code, event_id, created_ms"
    " FROM send_queue WHERE room_id = ? AND is_echo = 1 ORDER BY id"
)


class Person(NamedTuple):
    """How a sender shows in a room."""

    name: str
    avatar: ContentURI | None
    is_external: bool


@dataclass(slots=True)
class Page:
    """What one page of a room needs besides its rows."""

    conn: Any
    room: int
    room_id: RoomID
    me: UserID
    first_pos: int
    people: dict[str, Person] = field(default_factory=dict)
    reactions: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    replies: dict[str, ReplyPreview] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)
    tokens: dict[int, str | None] = field(default_factory=dict)
    overlay: Overlay = field(default_factory=Overlay)
    marks: Marks = field(default_factory=Marks)
    read_ords: list[int] | None = None
    joined: int = 0

    def person(self, user: str) -> Person:
        """Give how a user shows."""
        found = self.people.get(user)
        if found is None:
            found = self.people[user] = self.describe(UserID(user), None, None)
        return found

    def describe(self, user: UserID, name: str | None, avatar: ContentURI | None) -> Person:
        """Make the description of a user."""
        is_external = server_name_of(user) != server_name_of(self.me)
        return Person(name or localpart_of(user), avatar, is_external)


def items_of(page: Page, rows: Sequence[Row]) -> list[TimelineItem]:
    """Make the values of rows read with `ITEM_SQL`."""
    events = [None if r[7] is None else parse_stored(r[12], r[7], page.room_id) for r in rows]
    _fetch(page, rows, events)
    return [
        _gap(page, row) if event is None else _item(page, row, event)
        for row, event in zip(rows, events, strict=True)
    ]


# Fetching -------------------------------------------------------------------------------------------------------


def _fetch(page: Page, rows: Sequence[Row], events: Sequence[Event | None]) -> None:
    conn, ids = page.conn, [row[7] for row in rows if row[7] is not None]
    present = [event for event in events if event is not None]
    for row in select_in(
        conn, "SELECT id, token FROM gap WHERE id IN {in}", [-row[0] for row in rows if row[7] is None]
    ):
        page.tokens[row[0]] = row[1]
    sql = "SELECT target, key, sender FROM reaction WHERE room = ? AND target IN {in} ORDER BY id"
    for target, key, sender in select_in(conn, sql, ids, page.room):
        page.reactions[target].append((key, sender))
    sql = "SELECT thread, count(*) FROM item INDEXED BY item_by_thread WHERE +room = ? AND is_redacted = 0 AND thread IN {in} GROUP BY thread"
    page.threads.update(select_in(conn, sql, ids, page.room))
    page.overlay = Overlay.load(conn, page.room_id)
    page.marks.load(conn, [row[0] for row in rows], events)
    fetch_replies(page, [reply_to(event) for event in present])
    users = {event.sender for event in present} | {r.sender for r in page.replies.values() if r.sender}
    users |= {UserID(e.state_key) for e in present if e.type == "m.room.member" and e.state_key}
    fetch_people(page, users)
    own = [row[11] for row in rows if row[8] == page.me and row[11] is not None]
    if own:
        _fetch_read_ords(page, min(own))


def fetch_people(page: Page, users: Iterable[str]) -> None:
    """Learn names and pictures of users, and put names into quoted lines."""
    sql = "SELECT user, name, avatar FROM member WHERE room = ? AND user IN {in}"
    for user, name, avatar in select_in(page.conn, sql, users, page.room):
        page.people[user] = page.describe(UserID(user), name, avatar)
    for event_id, reply in page.replies.items():
        if reply.sender is not None:
            page.replies[event_id] = replace(reply, sender_name=page.person(reply.sender).name)


def fetch_replies(page: Page, wanted: Iterable[EventID | None]) -> None:
    """Learn what replies quote."""
    ids = {i for i in wanted if i is not None}
    sql = (
        "SELECT e.event_id, e.sender, i.kind, i.body, i.is_redacted, e.raw FROM event e"
        " LEFT JOIN item i ON i.id = e.id WHERE e.room = ? AND e.event_id IN {in}"
    )
    for event_id, sender, kind, body, is_redacted, raw in select_in(page.conn, sql, ids, page.room):
        if kind is None:
            shape = shape_of(parse_stored(raw, event_id, page.room_id), page.me)
            if shape is None:
                continue
            kind, body, is_redacted = shape.kind.value, shape.body, 0
        page.replies[event_id] = ReplyPreview(
            EventID(event_id), UserID(sender), "", ItemKind(kind), _one_line(body), bool(is_redacted)
        )
    for event_id in ids:
        if event_id.startswith("t:"):
            _fetch_echo_reply(page, event_id)


def _fetch_echo_reply(page: Page, uid: EventID) -> None:
    row = page.conn.execute(
        "SELECT event_type, content FROM send_queue WHERE txn_id = ?", (uid.removeprefix("t:"),)
    ).fetchone()
    if row is not None:
        content = from_json(row[1])
        kind = kind_of(row[0], content) or ItemKind.UNKNOWN
        page.replies[uid] = ReplyPreview(uid, page.me, "", kind, _one_line(body_of(kind, content)))


def _one_line(body: str) -> str:
    return " ".join(quoted(body)[:400].split())[:200]


def _fetch_read_ords(page: Page, lowest: int) -> None:
    """Learn how far others have read, where few enough people make that worth a line."""
    row = page.conn.execute("SELECT joined_count FROM room WHERE id = ?", (page.room,)).fetchone()
    page.joined = row[0]
    if page.joined > _MAX_COUNTED_MEMBERS:
        return
    rows = page.conn.execute(
        "SELECT max(u.ord) FROM (SELECT user, ord FROM receipt WHERE room = ?1 AND kind = 'm.read' AND ord >= ?2"
        " UNION ALL SELECT user, ord FROM last_sent WHERE room = ?1 AND ord >= ?2) u"
        " LEFT JOIN member m ON m.room = ?1 AND m.user = u.user"
        " WHERE u.user != ?3 AND ifnull(m.membership, 'join') = 'join' GROUP BY u.user",
        (page.room, lowest, page.me),
    )
    page.read_ords = sorted(row[0] for row in rows)


# Rows -----------------------------------------------------------------------------------------------------------


def _gap(page: Page, row: Row) -> TimelineItem:
    return TimelineItem(
        row=row[1] - page.first_pos,
        uid=f"gap:{-row[0]}",
        kind=ItemKind.GAP,
        sender=UserID(""),
        sender_name="",
        sender_avatar=None,
        ts_ms=0,
        body="",
        prev_batch=page.tokens.get(-row[0]),
    )


def _item(page: Page, row: Row, event: Event) -> TimelineItem:
    _, pos, kind_text, weight, redacted, thread, body = row[:7]
    event_id, sender, ts, txn_id, ord_, _, edit_raw, edit_id = row[7:]
    kind, is_redacted = ItemKind(kind_text), bool(redacted)
    content, is_edited = event.content, edit_raw is not None
    if edit_raw is not None:
        content = new_content_of(parse_stored(edit_raw, edit_id, page.room_id).content) or content
    if not page.overlay.is_empty:
        pending = page.overlay.edit_of(event_id, txn_id)
        if pending is not None and not is_redacted:
            content, is_edited = pending, True
            kind = kind_of(event.type, pending) or kind
            body = body_of(kind, pending)
        is_redacted = is_redacted or page.overlay.is_redacted(event_id, txn_id)
    person, is_own = page.person(sender), sender == page.me
    read, unread = _read_counts(page, ord_) if is_own and kind != ItemKind.STATE else (None, None)
    reply_id = None if is_redacted else reply_to(event)
    ding = None if is_redacted else page.marks.ding(row[0], body)
    if ding is None and DING_FIELD in content and parse_ding(content) is not None:
        body = quoted(body)  # of a muted sender: a plain message, without what it says to other clients
    return TimelineItem(
        row=pos - page.first_pos,
        uid=f"t:{txn_id}" if txn_id else event_id,
        kind=kind,
        sender=UserID(sender),
        sender_name=person.name,
        sender_avatar=person.avatar,
        ts_ms=ts,
        body=_shown_body(kind, body, content, is_redacted),
        formatted=None if is_redacted else _formatted(content),
        event_id=EventID(event_id),
        txn_id=None if txn_id is None else TxnID(txn_id),
        is_own=is_own,
        is_edited=is_edited and not is_redacted,
        is_redacted=is_redacted,
        mentions_me=weight == 2 and not is_redacted,
        is_external=person.is_external,
        reply=None if reply_id is None else reply_preview(page, reply_id),
        media=media_of(content) if kind in MEDIA_KINDS and not is_redacted else None,
        reactions=() if is_redacted else _reactions(page, event_id, txn_id),
        thread_count=_thread_count(page, event),
        thread_root=None if thread is None else EventID(thread),
        state=_state(page, event, is_redacted) if kind == ItemKind.STATE else None,
        read_count=read,
        unread_count=unread,
        ding=ding,
        nudges=None if is_redacted else page.marks.nudged(row[0]),
        card=None if is_redacted else card_of(content),
        video=None if is_redacted else video_of(content),
    )


def reply_preview(page: Page, event_id: EventID) -> ReplyPreview:
    """Give the quoted line, empty where the original is not cached."""
    known = page.replies.get(event_id)
    if known is None:
        return ReplyPreview(event_id, None, "", ItemKind.UNKNOWN, "")
    if page.overlay.is_redacted(event_id, None):
        return replace(known, body="", is_redacted=True)
    return known


def _shown_body(kind: ItemKind, body: str, content: JSONObject, is_redacted: bool) -> str:
    if is_redacted:
        return ""
    if kind in MEDIA_KINDS:
        return caption_of(content)
    return body_of(kind, content) if kind == ItemKind.UNKNOWN else body


def _formatted(content: JSONObject) -> str | None:
    if content.get("format") != "org.matrix.custom.html":
        return None
    return text_of(content, "formatted_body")


def _reactions(page: Page, event_id: str, txn_id: str | None) -> tuple[Reaction, ...]:
    if event_id not in page.reactions and page.overlay.is_empty:
        return ()
    senders: dict[str, list[UserID]] = {}
    for key, sender in page.reactions.get(event_id, ()):
        found = senders.setdefault(key, [])
        if sender not in found:
            found.append(UserID(sender))
    for key in page.overlay.removed_reactions(event_id):
        if page.me in senders.get(key, ()):
            senders[key].remove(page.me)
    for key in page.overlay.added_reactions(event_id, txn_id):
        found = senders.setdefault(key, [])
        if page.me not in found:
            found.append(page.me)
    kept = [(key, who) for key, who in senders.items() if who]
    shown = kept[:_MAX_REACTIONS] + [pair for pair in kept[_MAX_REACTIONS:] if page.me in pair[1]]
    return tuple(Reaction(key, len(who), page.me in who, tuple(who[:_MAX_SENDERS])) for key, who in shown)


def _thread_count(page: Page, event: Event) -> int:
    """Count what the cache has of a thread, or believe the server where it has more."""
    known = page.threads.get(event.event_id, 0)
    if "m.relations" not in event.unsigned:
        return known
    return max(known, int_of(dict_of(dict_of(event.unsigned, "m.relations"), "m.thread"), "count") or 0)


def reply_to(event: Event) -> EventID | None:
    """Give what an event answers; most events answer nothing."""
    return event.reply_to if "m.relates_to" in event.content else None


def _state(page: Page, event: Event, is_redacted: bool) -> StateText:
    text = state_text(event)
    if is_redacted:
        kept = redacted_content(event.type, event.content)
        return replace(text, value="", target_name="" if "displayname" not in kept else text.target_name)
    if text.target is not None and not text.target_name:
        return replace(text, target_name=page.person(text.target).name)
    return text


def _read_counts(page: Page, ord_: int) -> tuple[int | None, int | None]:
    if page.read_ords is None:
        return None, None
    others = max(page.joined - 1, 0)
    read = min(len(page.read_ords) - bisect_left(page.read_ords, ord_), others)
    return read, others - read


# Echoes ---------------------------------------------------------------------------------------------------------


def echoes_of(page: Page, rows: Sequence[Row], first_row: int) -> list[TimelineItem]:
    """Make the values of echo rows read with `ECHO_SQL`, the first of which has the number `first_row`."""
    contents = [from_json(row[2]) for row in rows]
    page.overlay = Overlay.load(page.conn, page.room_id)
    fetch_replies(page, [_reply_id(content) for content in contents])
    fetch_people(page, {page.me, *(r.sender for r in page.replies.values() if r.sender)})
    return [
        _echo(page, row, content, first_row + n)
        for n, (row, content) in enumerate(zip(rows, contents, strict=True))
    ]


def _reply_id(content: JSONObject) -> EventID | None:
    relation = dict_of(content, "m.relates_to")
    if relation.get("rel_type") == "m.thread" and relation.get("is_falling_back") is True:
        return None
    value = text_of(dict_of(relation, "m.in_reply_to"), "event_id")
    return EventID(value) if value else None


def _echo(page: Page, row: Row, content: JSONObject, number: int) -> TimelineItem:
    txn_id, event_type, _, path, state, error, event_id, created_ms = row
    reply_id, relation = _reply_id(content), dict_of(content, "m.relates_to")
    pending = page.overlay.edit_of(event_id, txn_id)
    shown = content if pending is None else pending
    kind = kind_of(event_type, shown) or ItemKind.UNKNOWN
    is_redacted = page.overlay.is_redacted(event_id, txn_id)
    person = page.person(page.me)
    thread = text_of(relation, "event_id") if relation.get("rel_type") == "m.thread" else None
    return TimelineItem(
        row=number,
        uid=f"t:{txn_id}",
        kind=kind,
        sender=page.me,
        sender_name=person.name,
        sender_avatar=person.avatar,
        ts_ms=created_ms,
        body=_shown_body(kind, body_of(kind, shown), shown, is_redacted),
        formatted=None if is_redacted else _formatted(shown),
        event_id=None if event_id is None else EventID(event_id),
        txn_id=TxnID(txn_id),
        is_own=True,
        is_edited=pending is not None,
        is_redacted=is_redacted,
        reply=None if reply_id is None else reply_preview(page, reply_id),
        media=replace(media_of(shown), local_path=path) if kind in MEDIA_KINDS else None,
        reactions=_reactions(page, event_id or "", txn_id),
        thread_root=None if thread is None else EventID(thread),
        send_state=SendState(state),
        error_code=error or "",
        ding=None if is_redacted else echo_ding(content, body_of(kind, shown), page.me),
        nudges=None if is_redacted else echo_nudged(content),
        card=None if is_redacted else card_of(shown),
        video=None if is_redacted else video_of(shown),
    )
