"""Search in channels: which posts hold every term of a query, and where the first of them stands.

Each term is looked for in the documents of a post (`app.store.channel_words`): a post that says "pump" in its title and
"Berlin" in a comment is found by both words. The index proposes, `Term.find` decides on the words. *Slow*.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.json import decode as loads

from app.domain.channels.rows import FeedQuery
from app.store import channel_feed
from app.store.channel_words import Doc
from app.store.sql import select_in
from app.store.tokens import Term, fold, fold_with_places, parse_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.domain.channels.rows import FeedKey, FeedPage, PostRow
    from app.domain.ids import UserID

_FOUND = (
    "SELECT d.post, d.kind, d.ref, d.words FROM channel_index i CROSS JOIN channel_doc d ON d.id = i.rowid"
    " WHERE i.channel_index MATCH ?"
)
_ALL = "SELECT post, kind, ref, words FROM channel_doc"
_OF_POST = "SELECT post, kind, ref, words FROM channel_doc WHERE post = ? ORDER BY kind, id"
_FOREIGN = (
    "SELECT c.post, c.event_id FROM comment c LEFT JOIN post p ON p.event_id = c.post"
    " WHERE c.post IN {in} AND (p.room IS NULL OR p.room != c.room)"
)
_SAID = (
    "SELECT c.at_ms FROM event e JOIN comment c ON c.id = e.id JOIN post p ON p.event_id = ?2 AND p.room = c.room"
    " WHERE e.event_id = ?1"
)
_SNIPPET, _LEAD = 120, 30


class Hit(NamedTuple):
    """Where a term was found."""

    where: str
    """title, description, subtitle or comment."""
    at_ms: int | None
    text: str


def posts_with(conn: Any, terms: Sequence[Term]) -> set[str]:
    """Give the posts that hold every term, whoever may see them."""
    found: set[str] | None = None
    for term in sorted(terms, key=lambda one: one.is_short):
        found = _holding(conn, term, found)
        if not found:
            return set()
    return found or set()


def _holding(conn: Any, term: Term, among: set[str] | None) -> set[str]:
    """Give the posts that hold a term; of each only as many documents are looked at as it takes."""
    holding = set[str]()
    for post, _kind, _ref, words in _documents(conn, term):
        is_open = post not in holding and (among is None or post in among)
        if is_open and term.find(fold(words)) >= 0:
            holding.add(post)
    return holding


def _without_foreign(conn: Any, rows: Sequence[PostRow], terms: Sequence[Term]) -> list[PostRow]:
    """Leave out posts that hold a term only by comments of another channel: what a comment hangs on is a claim."""
    foreign: dict[str, set[str]] = {}
    for post, ref in select_in(conn, _FOREIGN, [row.event_id for row in rows]):
        foreign.setdefault(post, set()).add(ref)
    return [row for row in rows if _is_held(conn, row, terms, foreign.get(row.event_id))]


def _is_held(conn: Any, row: PostRow, terms: Sequence[Term], foreign: set[str] | None) -> bool:
    if not foreign:
        return True
    documents = conn.execute(_OF_POST, (row.event_id,)).fetchall()
    words = [fold(text) for _, kind, ref, text in documents if kind != Doc.COMMENT or ref not in foreign]
    return all(any(term.find(text) >= 0 for text in words) for term in terms)


def _documents(conn: Any, term: Term) -> Iterator[Any]:
    if term.phrase:
        quoted = '"' + " ".join(term.phrase).replace('"', '""') + '"'
        return iter(conn.execute(_FOUND, (f"{quoted} *" if term.is_prefix else quoted,)))
    return iter(conn.execute(_ALL))


def search_page(conn: Any, me: UserID, query: FeedQuery, limit: int, after: FeedKey | None) -> FeedPage:
    """Give a page of the posts that hold a term, with where it stands in each."""
    terms = parse_query(query.term)
    found = sorted(posts_with(conn, terms)) if terms else []
    page = channel_feed.read_page(conn, me, query, limit, after, found)
    return page._replace(rows=_with_hits(conn, page.rows, terms))


def find_everywhere(conn: Any, me: UserID, term: str, limit: int) -> list[PostRow]:
    """Give posts that hold a term, of channels followed or found, newest first."""
    terms = parse_query(term)
    found = json.dumps(sorted(posts_with(conn, terms))) if terms else "[]"
    sql = (
        "SELECT p.ts, p.event_id, p.id FROM post p WHERE p.is_shown = 1 AND p.event_id IN (SELECT value FROM json_each(:f))"
        " UNION ALL SELECT p.ts, p.event_id, NULL FROM peeked_post p JOIN found_channel c ON c.room_id = p.room_id"
        " WHERE p.event_id IN (SELECT value FROM json_each(:f))"
        " AND NOT EXISTS (SELECT 1 FROM post s WHERE s.event_id = p.event_id AND s.is_shown = 1)"
        " ORDER BY 1 DESC, 2 DESC LIMIT :n"
    )
    rows = conn.execute(sql, {"f": found, "n": limit}).fetchall()
    places = [channel_feed.Place(*row) for row in rows]
    return list(_with_hits(conn, channel_feed.cards_at(conn, me, places), terms))


# Where ----------------------------------------------------------------------------------------------------------


def _with_hits(conn: Any, rows: Sequence[PostRow], terms: Sequence[Term]) -> tuple[PostRow, ...]:
    return tuple(with_hit(conn, row, terms) for row in _without_foreign(conn, rows, terms))


def with_hit(conn: Any, row: PostRow, terms: Sequence[Term]) -> PostRow:
    """Note on a card where the term stands: title before description before subtitles before comments."""
    hit = _hit(conn, row, terms)
    if hit is None:
        return row
    return row._replace(hit=hit.where, hit_at_ms=hit.at_ms, hit_text=hit.text)


def _hit(conn: Any, row: PostRow, terms: Sequence[Term]) -> Hit | None:
    for where, text in (("title", row.title), ("description", row.description)):
        if _holds(text, terms):
            return Hit(where, None, _snippet(text, terms))
    for _, kind, ref, words in conn.execute(_OF_POST, (row.event_id,)).fetchall():
        if kind == Doc.SUBTITLE and _holds(words, terms):
            return _cue(conn, ref, terms)
        if kind == Doc.COMMENT and _holds(words, terms):
            said = conn.execute(_SAID, (ref, row.event_id)).fetchone()
            if said is not None:
                return Hit("comment", said[0], _snippet(words, terms))
    if _holds(" ".join(row.tags), terms):
        return Hit("description", None, " ".join(row.tags)[:_SNIPPET])
    return None


def _holds(text: str, terms: Sequence[Term]) -> bool:
    folded = fold(text)
    return any(term.find(folded) >= 0 for term in terms)


def _cue(conn: Any, ref: str, terms: Sequence[Term]) -> Hit | None:
    event_id, _, number = ref.rpartition(" ")
    row = conn.execute(
        "SELECT lines FROM subtitle WHERE event_id = ? AND number = ?", (event_id, int(number))
    ).fetchone()
    for from_ms, _, text in loads(row[0]) if row and row[0] else ():
        if _holds(text, terms):
            return Hit("subtitle", from_ms, _snippet(text, terms))
    return None


def _snippet(text: str, terms: Sequence[Term]) -> str:
    """Cut a text around the first term."""
    line = " ".join(text.split())
    folded, places = fold_with_places(line)
    found = [place for term in terms if (place := term.find(folded)) >= 0]
    start = max(0, places[min(found)] - _LEAD) if found else 0
    return ("…" if start else "") + line[start : start + _SNIPPET]
