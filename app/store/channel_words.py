"""The full-text index over channels: one document for each post, each comment, each subtitle track.

`channel_index` is contentless as the index of messages is (`app.store.search_index`) and takes the same tokens, so that
Chinese is found as there. `channel_doc` holds the words it was fed with: such an index forgets a text only when it
is told that text. A post holds a term if any of its documents does (`app.store.channel_search`).
"""

from enum import IntEnum
from typing import Any

from app.store.sql import sql_text
from app.store.tokens import VERSION, tokens_of

_NAME = "channels_version"
"""In `search_state`: which tokens the index was made of."""
_DELETE = "INSERT INTO channel_index(channel_index, rowid, tokens) VALUES ('delete', ?, ?)"
_INSERT = "INSERT INTO channel_index(rowid, tokens) VALUES (?, ?)"


class Doc(IntEnum):
    """What a document is, the better place for a hit first."""

    POST = 0
    """`ref` is the event id; the words are title, description, tags, a line each or more."""
    SUBTITLE = 1
    """`ref` is the event id, a blank, the number of the track."""
    COMMENT = 2
    """`ref` is the event id of the comment."""
    PEEKED = 3
    """A post of a channel one does not follow; `ref` is its event id."""


def put_words(conn: Any, kind: Doc, ref: str, post: str, words: str | None) -> bool:
    """Make these the words of a document of a post, None: there is none. Whether that changed anything."""
    row = conn.execute(
        "SELECT id, words, post FROM channel_doc WHERE kind = ? AND ref = ?", (kind, ref)
    ).fetchone()
    words = sql_text(words) if words else None
    if (row is None and words is None) or (row is not None and row[1:] == (words, post)):
        return False
    ensure_current(conn)
    if row is not None:
        conn.execute(_DELETE, (row[0], _document(row[1])))
        conn.execute("DELETE FROM channel_doc WHERE id = ?", (row[0],))
    if words is not None:
        added = conn.execute(
            "INSERT INTO channel_doc(kind, ref, post, words) VALUES (?, ?, ?, ?)", (kind, ref, post, words)
        )
        conn.execute(_INSERT, (added.lastrowid, _document(words)))
    return True


def ensure_current(conn: Any) -> None:
    """Make the index anew from the kept words if it was made of other tokens than today's."""
    row = conn.execute("SELECT value FROM search_state WHERE name = ?", (_NAME,)).fetchone()
    if row is not None and row[0] == VERSION:
        return
    conn.execute("INSERT INTO channel_index(channel_index) VALUES ('delete-all')")
    rows = conn.execute("SELECT id, words FROM channel_doc ORDER BY id").fetchall()
    conn.executemany(_INSERT, ((key, _document(words)) for key, words in rows))
    _note_version(conn)


def forget_words(conn: Any) -> None:
    """Empty it."""
    conn.execute("INSERT INTO channel_index(channel_index) VALUES ('delete-all')")
    conn.execute("DELETE FROM channel_doc")
    _note_version(conn)


def _note_version(conn: Any) -> None:
    conn.execute("INSERT OR REPLACE INTO search_state(name, value) VALUES (?, ?)", (_NAME, VERSION))


def _document(words: str) -> str:
    return " ".join(tokens_of(words))
