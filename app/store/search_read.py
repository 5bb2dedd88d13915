"""Search over the cached messages: what a query means in SQL, page by page, newest first.

The index proposes candidates, `tokens.Term.find` decides on the text of each. Candidates stream from the index in
key order (see `search_index`), so a page costs about as much as the candidates that are looked at:

- the index is asked for the phrases of all terms except short ones; those are only checked in the texts.
- a short term (one Chinese character, the first letters of a word) is dear: the index has to merge all tokens that
  begin with it. So a first look goes through candidates without it, down from the newest. A frequent term fills
  the page from there; only a term that is rare there is worth asking the index for, and then it costs little.
- a term without tokens (punctuation) is looked for in the texts themselves.

The number of candidates looked at for one page is bounded, so a page may be short, even empty, although there is
more: `SearchPage.next` tells, and is None only at the end.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.domain.ids import EventID, RoomID, UserID, localpart_of
from app.domain.timeline import ItemKind
from app.store.search_index import (
    MEDIA_CODES,
    first_key_at,
    is_index_current,
    kind_token,
    room_token,
    sender_token,
)
from app.store.tokens import Term, find_all, fold, fold_with_places, matches, parse_query

Connection = Any

SNIPPET_CHARACTERS = 120
_LEAD_CHARACTERS = 30
_FIRST_LOOK = 600
"""Candidates looked through for short terms before the index is asked for them too."""
_MAX_CANDIDATES = 1_500
_MAX_DELAY = 1 << 16
"""By how many seconds at most a key is later than its message (unless 65,000 were sent in one day)."""
_NO_LIMIT = (1 << 63) - 1
_BLANKS = str.maketrans("\n\r\t\v\f\u2028\u2029", "       ")
_ITEM_OF_KEY = (
    " CROSS JOIN item i ON i.id = k.item AND i.is_redacted IS NOT 1"
    " AND NOT EXISTS (SELECT 1 FROM channel c WHERE c.id = i.room)"
)
"""What is said in channels is found with their videos (`app.store.channel_search`)."""
_FROM_INDEX = (
    f"SELECT k.key, i.id, i.body FROM search s CROSS JOIN search_key k ON k.key = s.rowid{_ITEM_OF_KEY}"
)
_WHERE_INDEX = " WHERE s.search MATCH :match AND s.rowid >= :low AND s.rowid < :high ORDER BY s.rowid DESC"
_FROM_NEWEST = f"SELECT k.key, i.id, i.body FROM search_key k{_ITEM_OF_KEY}"
_WHERE_NEWEST = " WHERE k.code >= 0 AND k.key >= :low AND k.key < :high ORDER BY k.key DESC"
_IN_TIME = " CROSS JOIN event e ON e.id = k.item AND e.ts >= :since AND e.ts < :until"
_HIT = (
    "SELECT r.room_id, e.event_id, coalesce(r.name, ''), e.sender, coalesce(m.name, ''), e.ts, i.kind FROM event e"
    " CROSS JOIN item i ON i.id = e.id CROSS JOIN room r ON r.id = e.room"
    " LEFT JOIN member m ON m.room = e.room AND m.user = e.sender WHERE e.id = ?"
)
_COVERED_FROM = (
    "WITH edge(pos, room) AS (SELECT coalesce((SELECT max(g.pos) + 1 FROM gap JOIN item g ON g.id = -gap.id"
    " WHERE gap.room = r.id), CASE WHEN r.reached_start THEN NULL ELSE r.first_pos END), r.id FROM room r"
    " WHERE r.membership = 'join' AND r.last_pos >= r.first_pos AND (? IS NULL OR r.room_id = ?))"
    " SELECT max(e.ts) FROM edge CROSS JOIN item i ON i.room = edge.room AND i.pos = edge.pos"
    " CROSS JOIN event e ON e.id = i.id"
)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a person looks for. With an empty text every message that passes the filters is a hit."""

    text: str
    room: RoomID | None = None
    sender: UserID | None = None
    since_ms: int | None = None
    """From this time on."""
    until_ms: int | None = None
    """Before this time."""
    kinds: tuple[ItemKind, ...] | None = None
    """Media kinds, or TEXT for everything that is not media; None for all."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One message found. `ranges` are the places in `snippet` to be marked (Python string indices)."""

    room_id: RoomID
    event_id: EventID
    room_name: str
    sender: UserID
    sender_name: str
    ts_ms: int
    kind: ItemKind
    snippet: str
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some hits, newest first. `next` goes into the following call as `before_id`; None at the end."""

    hits: tuple[SearchHit, ...]
    next: int | None
    covered_from_ms: int | None
    """The cache has all messages since then, of older ones only some; None when it has everything."""
    is_indexing: bool = False
    """Some stored messages are not in the index yet: asking again in a moment may find more."""


class _Candidate(NamedTuple):
    key: int
    item: int
    body: str | None


class _Range(NamedTuple):
    """Which keys and, where a person asked for it, which times. Upper ends are exclusive."""

    low: int
    high: int
    since_ms: int | None
    until_ms: int | None

    @property
    def join(self) -> str:
        """The part of the statement that compares times: a key may be a little later than its message."""
        return "" if self.since_ms is None and self.until_ms is None else _IN_TIME

    @property
    def parameters(self) -> dict[str, Any]:
        """Values of the statement."""
        until = _NO_LIMIT if self.until_ms is None else self.until_ms
        return {"low": self.low, "high": self.high, "since": self.since_ms or 0, "until": until}


def search(conn: Connection, query: SearchQuery, limit: int = 50, before_id: int | None = None) -> SearchPage:
    """Give one page. Up to 50 ms at a million messages: for the read worker."""
    covered = covered_from(conn, query.room) if before_id is None else None
    indexing = is_indexing(conn)
    terms = parse_query(query.text)
    filters = _filters(conn, query)
    keys = _range_of(query, before_id)
    if filters is None or (not terms and query.text.strip()) or not (terms or filters):
        return SearchPage((), None, covered, indexing)
    hits: list[tuple[_Candidate, str]] = []
    following: int | None = None
    for looked_at, candidate in enumerate(_candidates(conn, terms, filters, keys)):
        if looked_at == _MAX_CANDIDATES or len(hits) == limit:
            break
        following = candidate.key
        if matches(terms, fold(candidate.body or "")):
            hits.append((candidate, candidate.body or ""))
    else:
        following = None
    return SearchPage(_hits(conn, hits, terms), following, covered, indexing)


def is_indexing(conn: Connection) -> bool:
    """Whether a large answer or a rebuild is still being indexed."""
    has_backlog = conn.execute("SELECT EXISTS (SELECT 1 FROM search_backlog)").fetchone()[0]
    return bool(has_backlog) or not is_index_current(conn)


def covered_from(conn: Connection, room: RoomID | None = None) -> int | None:
    """Give since when the cache is without holes, for one room or for all joined ones; None: since ever."""
    row = conn.execute(_COVERED_FROM, (room, room)).fetchone()
    return int(row[0]) if row[0] is not None else None


def _range_of(query: SearchQuery, before_id: int | None) -> _Range:
    low = first_key_at(query.since_ms) if query.since_ms is not None else 0
    high = first_key_at(query.until_ms) + _MAX_DELAY if query.until_ms is not None else _NO_LIMIT
    return _Range(low, high if before_id is None else min(high, before_id), query.since_ms, query.until_ms)


def _filters(conn: Connection, query: SearchQuery) -> list[str] | None:
    """Give full-text conditions for room, sender and kinds; None when nothing can match."""
    found: list[str] = []
    if query.room is not None:
        row = conn.execute("SELECT id FROM room WHERE room_id = ?", (query.room,)).fetchone()
        if row is None:
            return None
        found.append(f'"{room_token(row[0])}"')
    if query.sender is not None:
        found.append(f'"{sender_token(query.sender)}"')
    if query.kinds is not None:
        found.append(_kinds_filter(query.kinds))
    return found


def _kinds_filter(kinds: tuple[ItemKind, ...]) -> str:
    return "(" + " OR ".join(f'"{kind_token(MEDIA_CODES.get(kind, 0))}"' for kind in kinds) + ")"


def _candidates(
    conn: Connection, terms: tuple[Term, ...], filters: list[str], keys: _Range
) -> Iterator[_Candidate]:
    """Give messages that may match, newest first, none twice, missing none that does match."""
    cheap = [_phrase_of(term) for term in terms if term.phrase and not term.is_short] + filters
    dear = [_phrase_of(term) for term in terms if term.is_short]
    proposed = _from_index(conn, cheap, keys) if cheap else _from_newest(conn, keys)
    if not dear:
        yield from proposed
        return
    high: int | None = None
    for candidate in itertools.islice(proposed, _FIRST_LOOK):
        high = candidate.key
        yield candidate
    if high is not None and next(proposed, None) is not None:
        yield from _from_index(conn, cheap + dear, keys._replace(high=high))


def _from_index(conn: Connection, conditions: list[str], keys: _Range) -> Iterator[_Candidate]:
    parameters = {**keys.parameters, "match": " AND ".join(conditions)}
    return _rows(conn, _FROM_INDEX + keys.join + _WHERE_INDEX, parameters)


def _from_newest(conn: Connection, keys: _Range) -> Iterator[_Candidate]:
    return _rows(conn, _FROM_NEWEST + keys.join + _WHERE_NEWEST, keys.parameters)


def _rows(conn: Connection, sql: str, parameters: dict[str, Any]) -> Iterator[_Candidate]:
    cursor = conn.execute(sql, parameters)
    try:
        yield from map(_Candidate._make, cursor)
    finally:
        cursor.close()


def _phrase_of(term: Term) -> str:
    return f'"{" ".join(term.phrase)}"{" *" if term.is_prefix else ""}'


def _hits(
    conn: Connection, found: list[tuple[_Candidate, str]], terms: tuple[Term, ...]
) -> tuple[SearchHit, ...]:
    hits: list[SearchHit] = []
    for candidate, body in found:
        row = conn.execute(_HIT, (candidate.item,)).fetchone()
        if row is None:
            continue
        room, event, room_name, sender, sender_name, ts, kind = row
        name = sender_name or localpart_of(sender)
        snippet, ranges = snippet_of(body, terms)
        hits.append(SearchHit(room, event, room_name, sender, name, ts, ItemKind(kind), snippet, ranges))
    return tuple(sorted(hits, key=lambda hit: -hit.ts_ms))


def snippet_of(body: str, terms: tuple[Term, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Cut one line around the first place found, and give the places of all terms in it."""
    text = body.translate(_BLANKS)
    folded, places = fold_with_places(text)
    found = _merged(sorted((places[start], _end_in(places, end)) for start, end in find_all(terms, folded)))
    start = max(0, found[0][0] - _LEAD_CHARACTERS) if found and len(text) > SNIPPET_CHARACTERS else 0
    end = min(len(text), start + SNIPPET_CHARACTERS)
    start = max(0, min(start, end - SNIPPET_CHARACTERS))
    before, after = ("…" if start else ""), ("…" if end < len(text) else "")
    shift = len(before) - start
    ranges = tuple((max(a, start) + shift, min(b, end) + shift) for a, b in found if a < end and b > start)
    return f"{before}{text[start:end]}{after}", ranges


def _end_in(places: list[int], end: int) -> int:
    """Give where the source of the last folded character ends (one character may fold into several)."""
    last = places[end - 1]
    return next(place for place in places[end:] if place > last)


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
