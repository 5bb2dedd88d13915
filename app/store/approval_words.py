"""The full-text index over the words of requests: fed, emptied, made anew, asked.

`approval_index` is contentless as the index of messages is (`app.store.search_index`) and takes the same tokens, so that
Chinese is found as there. Its rows are numbered by the request's room.
"""

from typing import Any

from app.store.tokens import VERSION, Term, fold, matches, parse_query, tokens_of

_NAME = "approvals_version"
"""In `search_state`: which tokens the index was made of."""
_DELETE = "INSERT INTO approval_index(approval_index, rowid, tokens) VALUES ('delete', ?, ?)"
_INSERT = "INSERT INTO approval_index(rowid, tokens) VALUES (?, ?)"


def put_words(conn: Any, room: int, words: str | None) -> bool:
    """Make these the words of a request, None: it has none. Whether that changed anything. `is_current` must hold."""
    row = conn.execute("SELECT words FROM approval_text WHERE room = ?", (room,)).fetchone()
    before = None if row is None else row[0]
    if before == words:
        return False
    if before is not None:
        conn.execute(_DELETE, (room, _document(before)))
    if words is None:
        conn.execute("DELETE FROM approval_text WHERE room = ?", (room,))
        return True
    conn.execute("INSERT OR REPLACE INTO approval_text(room, words) VALUES (?, ?)", (room, words))
    conn.execute(_INSERT, (room, _document(words)))
    return True


def is_current(conn: Any) -> bool:
    """Whether the index was made of today's tokens."""
    row = conn.execute("SELECT value FROM search_state WHERE name = ?", (_NAME,)).fetchone()
    return row is not None and row[0] == VERSION


def index_anew(conn: Any) -> None:
    """Make the index from the kept words."""
    conn.execute("INSERT INTO approval_index(approval_index) VALUES ('delete-all')")
    rows = conn.execute("SELECT room, words FROM approval_text ORDER BY room")
    conn.executemany(_INSERT, ((room, _document(words)) for room, words in rows.fetchall()))
    conn.execute("INSERT OR REPLACE INTO search_state(name, value) VALUES (?, ?)", (_NAME, VERSION))


def forget_words(conn: Any) -> None:
    """Empty it."""
    conn.execute("INSERT INTO approval_index(approval_index) VALUES ('delete-all')")
    conn.execute("DELETE FROM approval_text")
    conn.execute("INSERT OR REPLACE INTO search_state(name, value) VALUES (?, ?)", (_NAME, VERSION))


def _document(words: str) -> str:
    return " ".join(tokens_of(words))


# Asking ---------------------------------------------------------------------------------------------------------


def terms_of(term: str) -> tuple[Term, ...]:
    """Split what a person typed; all terms must be there."""
    return parse_query(term)


def phrase_of(terms: tuple[Term, ...]) -> str | None:
    """Give the MATCH expression of some terms; None where the index cannot help (punctuation).

    Beginnings of one or two letters are asked for as well: there are far fewer requests than messages.
    """
    phrases = [_phrase(term) for term in terms if term.phrase]
    return " AND ".join(phrases) or None


def _phrase(term: Term) -> str:
    quoted = '"' + " ".join(term.phrase).replace('"', '""') + '"'
    return f"{quoted} *" if term.is_prefix else quoted


def has_all(terms: tuple[Term, ...], words: str) -> bool:
    """Whether a text holds every term: the index may let through more."""
    return matches(terms, fold(words))
