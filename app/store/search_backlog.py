"""Texts that are stored but not yet in the search index.

Indexing a message costs twice what storing it costs. A first sync or a large page would make the list wait for
the index, so beyond `MOST_INDEXED_AT_ONCE` texts a write only notes the range of their ids, in its own transaction,
and the cache's thread indexes them afterwards in short transactions between other writes, newest first. The note
survives a crash. An item that is edited or redacted meanwhile is indexed as it then is.
"""

from typing import Any

from app.store.search_index import INDEXED_KINDS, index_add, rebuild_some
from app.store.write import Write

MOST_INDEXED_AT_ONCE = 300
_PIECE = 400
_NEXT = (
    "SELECT id, body FROM item WHERE id BETWEEN ? AND ? AND is_redacted = 0"
    f" AND kind IN ({', '.join(repr(str(kind)) for kind in INDEXED_KINDS)}) ORDER BY id DESC LIMIT {_PIECE}"
)


def add_backlog(w: Write, first: int, last: int) -> None:
    """Note that items from `first` to `last` are to be indexed."""
    w.conn.execute("INSERT INTO search_backlog(first, last) VALUES (?, ?)", (first, last))
    w.has_backlog = True


def index_more(conn: Any) -> bool:
    """Index the next piece of the backlog, or of an interrupted rebuild. Gives whether more remains."""
    row = conn.execute("SELECT first, last FROM search_backlog ORDER BY last DESC LIMIT 1").fetchone()
    if row is None:
        return rebuild_some(conn)
    first, last = row
    texts = conn.execute(_NEXT, (first, last)).fetchall()
    index_add(conn, texts)
    if len(texts) == _PIECE:
        conn.execute("UPDATE search_backlog SET last = ? WHERE first = ?", (texts[-1][0] - 1, first))
    else:
        conn.execute("DELETE FROM search_backlog WHERE first = ?", (first,))
    return True
