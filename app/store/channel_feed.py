"""Pages of the feed: which posts stand on one. Walks along indexes that hold what the filters ask (`schema_channels`).

Posts of channels one does not follow lie in a table of their own; both walks are merged by time. Posts of mine in the
send queue stand on top of the first page.
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.channels.rows import FeedKey, FeedLength, FeedPage, FeedTab
from app.domain.ids import EventID, UserID
from app.store.channel_cards import peeked_cards, stored_cards, waiting_posts
from app.store.sql import sql_text
from app.store.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.domain.channels.rows import FeedQuery, PostRow

_AUDIENCES = {FeedTab.COMPANY: "internal", FeedTab.PARTNERS: "partners"}
_NOT_FOLLOWED = "NOT EXISTS (SELECT 1 FROM room r JOIN channel c ON c.id = r.id WHERE r.room_id = p.room_id AND c.is_followed = 1)"
_TAGGED = "p.id IN (SELECT t.post FROM post_tag t WHERE t.tag = :tag)"
_PEEKED_TAGGED = "EXISTS (SELECT 1 FROM json_each(p.tags) t WHERE lower(t.value) = :tag)"
_LENGTHS = {FeedLength.SHORT: 0, FeedLength.LONG: 1}


class Place(NamedTuple):
    """A post on a page."""

    ts: int
    event_id: str
    key: int | None
    """Of a stored one; None: of a channel one does not follow."""


def read_page(
    conn: Any,
    me: UserID,
    query: FeedQuery,
    limit: int,
    after: FeedKey | None,
    found: Sequence[str] | None = None,
) -> FeedPage:
    """Give cards behind `after`. `found`: only these posts (that hold a term)."""
    queued = [] if after is not None or found is not None else _queued(conn, me, query)
    values = _values(conn, query, after, found, limit + 1)
    walks = [
        conn.execute(sql, values).fetchall()
        for sql in (_stored(query, after, found), _peeked(query, after, found))
        if sql is not None
    ]
    merged = heapq.merge(*walks, key=lambda row: (row[0], row[1]), reverse=True)
    places = [Place(*row) for row in itertools.islice(merged, limit + 1)]
    rows = cards_at(conn, me, places[:limit])
    last = places[limit - 1] if len(places) > limit else None
    return FeedPage((*queued, *rows), None if last is None else FeedKey(last.ts, EventID(last.event_id)))


def cards_at(conn: Any, me: UserID, places: Sequence[Place]) -> list[PostRow]:
    """Give the cards of some places, in their order."""
    stored = stored_cards(conn, me, [place.key for place in places if place.key is not None])
    peeked = peeked_cards(conn, me, [place.event_id for place in places if place.key is None])
    found = (peeked.get(place.event_id) if place.key is None else stored.get(place.key) for place in places)
    return [row for row in found if row is not None]


def _stored(query: FeedQuery, after: FeedKey | None, found: Sequence[str] | None) -> str | None:
    """Give the walk along stored posts: (ts, event id, key)."""
    where = ["p.is_shown = 1"]
    index = "post_by_time"
    if query.channel is not None:
        where.append("p.room = :room")
        index = "post_by_room"
    elif query.tab in _AUDIENCES:
        where.append("p.audience = :audience")
        index = "post_by_audience"
    elif query.tab is FeedTab.DISCOVER:
        return None
    if query.is_saved:
        where.append("p.saved_ms > 0")
        index = "post_saved"
    if query.is_unwatched:
        where.append("p.is_finished = 0")
    if query.tag:
        where.append(_TAGGED)
    hint = f" INDEXED BY {index}"
    if found is not None or query.tag:
        hint = ""
    where += _both(query, after, found)
    return f"SELECT p.ts, p.event_id, p.id FROM post p{hint} WHERE {' AND '.join(where)} {_ORDER}"


_ORDER = "ORDER BY p.ts DESC, p.event_id DESC LIMIT :limit"


def _peeked(query: FeedQuery, after: FeedKey | None, found: Sequence[str] | None) -> str | None:
    """Give the walk along posts of channels one does not follow."""
    where = [_NOT_FOLLOWED]
    if query.channel is not None:
        where.append("p.room_id = :channel")
    elif query.tab in _AUDIENCES:
        where.append("f.visibility = :audience")
    elif query.tab is FeedTab.FOLLOWING:
        return None
    if query.is_saved:
        where.append("w.saved_ms > 0")
    if query.is_unwatched:
        where.append("ifnull(w.finished_ms, 0) = 0")
    if query.tag:
        where.append(_PEEKED_TAGGED)
    where += _both(query, after, found)
    return (
        "SELECT p.ts, p.event_id, NULL FROM peeked_post p CROSS JOIN found_channel f ON f.room_id = p.room_id"
        f" LEFT JOIN watch w ON w.event_id = p.event_id WHERE {' AND '.join(where)} {_ORDER}"
    )


def _both(query: FeedQuery, after: FeedKey | None, found: Sequence[str] | None) -> Iterator[str]:
    if query.length is not FeedLength.ANY:
        yield "p.is_long = :long"
    if after is not None:
        yield "(p.ts, p.event_id) < (:ts, :event)"
    if found is not None:
        yield "p.event_id IN (SELECT value FROM json_each(:found))"


def _values(
    conn: Any, query: FeedQuery, after: FeedKey | None, found: Sequence[str] | None, limit: int
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "limit": limit,
        "audience": _AUDIENCES.get(query.tab),
        "tag": fold(sql_text(query.tag)),
        "long": _LENGTHS.get(query.length),
        "found": None if found is None else json.dumps(list(found)),
        "ts": None if after is None else after.ts_ms,
        "event": None if after is None else after.event_id,
        "channel": query.channel,
        "room": None,
    }
    if query.channel is not None:
        row = conn.execute("SELECT id FROM room WHERE room_id = ?", (query.channel,)).fetchone()
        values["room"] = None if row is None else row[0]
    return values


def _queued(conn: Any, me: UserID, query: FeedQuery) -> list[PostRow]:
    """Give my posts on their way, as far as a page shows them."""
    return [one.row for one in waiting_posts(conn, me) if _is_asked(query, one.row)]


def _is_asked(query: FeedQuery, row: PostRow) -> bool:
    if query.channel is not None and query.channel != row.room_id:
        return False
    if query.channel is None and query.tab is FeedTab.DISCOVER:
        return False
    if query.channel is None and row.audience.visibility.value != _AUDIENCES.get(
        query.tab, row.audience.visibility.value
    ):
        return False
    is_tagged = not query.tag or fold(query.tag) in [fold(tag) for tag in row.tags]
    return is_tagged and not query.is_saved and query.length is FeedLength.ANY


def tagged(conn: Any, query: FeedQuery, limit: int) -> list[str]:
    """Give the tags of a tab, used most first, as they are written most. Peeked posts count as well."""
    plain = query._replace(is_unwatched=False, is_saved=False, length=FeedLength.ANY, tag="", term="")
    values = _values(conn, plain, None, None, -1)
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    stored, peeked = _stored(plain, None, None), _peeked(plain, None, None)
    if stored is not None:
        sql = (
            f"SELECT t.tag, t.word, count(*) FROM ({stored}) f JOIN post_tag t ON t.post = f.id GROUP BY 1, 2"
        )
        for tag, word, count in conn.execute(sql, values).fetchall():
            uses[tag][word] += count
    if peeked is not None:
        sql = f"SELECT t.value FROM ({peeked}) f JOIN peeked_post p ON p.event_id = f.event_id, json_each(p.tags) t"
        for (word,) in conn.execute(sql, values).fetchall():
            uses[fold(word)][word] += 1
    most = sorted(uses.values(), key=lambda words: (-words.total(), min(words)))[:limit]
    return [max(words, key=lambda word: (words[word], word)) for words in most]
