"""The full-text index over message texts: made, fed, emptied, built anew.

Three tables. `search` is FTS5 without content: it keeps where tokens stand, never the text; its rows are numbered by
*key*. `search_key` says which item has which key. `search_state` holds the version of the tokens and how far a
rebuild has come.

A key is the second in which the message was sent, so that results come newest first straight from the index even
when history arrives backwards. A taken second moves a message a little: to a place in the next 2, 4, 8, 16 … seconds
that its id decides, so that it can be found again without an index of its own. Keys never change hands: a removed
message keeps its row in `search_key`, marked `REMOVED`.

Beside its words an entry has tokens that no text can contain for its room, its sender and its kind; so "in this room" costs
no more than another word. The tokenizer is `ascii` because `tokens` has done all folding: it only splits at our
spaces, whatever Unicode version SQLite was built with.

The words of an item are its `item.body`. Everything here runs inside the caller's transaction.
"""

import functools
import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from app.domain.timeline import ItemKind
from app.store.tokens import VERSION, tokens_of

Connection = Any

REMOVED = -1
MEDIA_CODES: dict[str, int] = {ItemKind.IMAGE: 1, ItemKind.FILE: 2, ItemKind.VIDEO: 3, ItemKind.AUDIO: 4}
INDEXED_KINDS: tuple[str, ...] = (ItemKind.TEXT, ItemKind.NOTICE, ItemKind.EMOTE, *MEDIA_CODES)
_BATCH = 500
_MAX_TRIES = 48
_LAST_KEY = (1 << 62) - 1
_TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(tokens, content='', columnsize=0, tokenize='ascii')",
    "CREATE TABLE IF NOT EXISTS search_key(key INTEGER PRIMARY KEY, item INTEGER NOT NULL, code INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS search_state(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
_FACTS = (
    "SELECT e.id, e.room, coalesce(e.sender, ''), coalesce(e.ts, 0), coalesce(i.kind, '') FROM json_each(?) j"
    " CROSS JOIN event e ON e.id = j.value LEFT JOIN item i ON i.id = e.id"
)
_TEXTS = (
    "SELECT id, body FROM item WHERE id > ? AND id <= ? AND NOT coalesce(is_redacted, 0) AND kind IN"
    f" ({', '.join(repr(str(kind)) for kind in INDEXED_KINDS)}) ORDER BY id LIMIT ?"
)


class _Facts(NamedTuple):
    room: int
    sender: str
    ts_ms: int
    kind: str


class _Slot(NamedTuple):
    item: int
    code: int


def create_search_index(conn: Connection) -> None:
    """Make the tables where they are missing, with an index that is current and empty."""
    for statement in _TABLES:
        conn.execute(statement)
    if _state(conn, "version") is None:
        _set_state(conn, "version", VERSION)


def index_add(conn: Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Index items, given by `item.id` with their `item.body`. Their rows in `event` and `item` must be there.

    An item that is indexed already is left alone: whoever edits removes the old text first.
    """
    for batch in _batches(texts):
        facts = _facts_of(conn, batch)
        slots = _Slots(conn, facts)
        rows: list[tuple[int, str]] = []
        for item, text in batch:
            if item not in facts or not text:
                continue
            key, known = slots.find(item, facts[item].ts_ms)
            if known is None or known.code == REMOVED:
                code = MEDIA_CODES.get(facts[item].kind, 0)
                slots.put(key, _Slot(item, code))
                rows.append((key, _document(text, facts[item], code)))
        rows.sort()  # FTS5 writes a segment whenever row numbers go back
        slots.save()
        conn.executemany("INSERT INTO search(rowid, tokens) VALUES (?, ?)", rows)


def index_remove(conn: Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Take items out of the index, given with exactly the texts they were indexed under. Unknown ones are skipped."""
    for batch in _batches(texts):
        facts = _facts_of(conn, batch)
        slots = _Slots(conn, facts)
        rows: list[tuple[int, str]] = []
        for item, text in batch:
            if item not in facts:
                continue
            key, known = slots.find(item, facts[item].ts_ms)
            if known is not None and known.code != REMOVED:
                slots.put(key, _Slot(item, REMOVED))
                rows.append((key, _document(text, facts[item], known.code)))
        rows.sort()
        slots.save()
        conn.executemany("INSERT INTO search(search, rowid, tokens) VALUES ('delete', ?, ?)", rows)


def is_index_current(conn: Connection) -> bool:
    """Whether the index is whole and was made with today's tokens; else `start_rebuild` and `rebuild_some`."""
    return _state(conn, "version") == VERSION and _state(conn, "rebuilt_to") is None


def start_rebuild(conn: Connection) -> None:
    """Empty the index and note that it has to be filled again; survives a restart."""
    conn.execute("INSERT INTO search(search) VALUES ('delete-all')")
    conn.execute("DELETE FROM search_key")
    last = conn.execute("SELECT coalesce(max(id), 0) FROM item").fetchone()[0]
    _set_state(conn, "version", VERSION)
    _set_state(conn, "rebuilt_to", "0")
    _set_state(conn, "rebuild_end", str(last))


def rebuild_some(conn: Connection, limit: int = 2000) -> bool:
    """Index the next items of a rebuild (about 25 µs each). Gives whether more remain.

    One transaction each, so that sync goes on in between: what arrives, changes or goes meanwhile is indexed as ever.
    """
    done = _state(conn, "rebuilt_to")
    if done is None:
        return False
    end = int(_state(conn, "rebuild_end") or 0)
    texts = conn.execute(_TEXTS, (int(done), end, limit)).fetchall()
    index_add(conn, texts)
    if len(texts) == limit:
        _set_state(conn, "rebuilt_to", str(texts[-1][0]))
        return True
    conn.execute("DELETE FROM search_state WHERE name IN ('rebuilt_to', 'rebuild_end')")
    return False


def room_token(room: int) -> str:
    """The token every entry of a room carries (`room.id`)."""
    return f"\ue000{room}"


@functools.lru_cache(maxsize=4096)
def sender_token(sender: str) -> str:
    """The token every entry of a sender carries."""
    return f"\ue001{hashlib.blake2b(sender.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"


def kind_token(code: int) -> str:
    """The token every entry of a kind carries: its `MEDIA_CODES`, or 0 for what is not media."""
    return f"\ue002{code}"


def first_key_at(ts_ms: int) -> int:
    """The smallest key of messages from that time on."""
    return min(max(ts_ms, 0) // 1000, _LAST_KEY)


def _document(text: str, facts: _Facts, code: int) -> str:
    return " ".join([*tokens_of(text), room_token(facts.room), sender_token(facts.sender), kind_token(code)])


def _keys_for(item: int, ts_ms: int) -> Iterator[int]:
    """The keys an item may have, in the order in which they are tried."""
    base = first_key_at(ts_ms)
    yield base
    mixed = item
    for bits in range(1, _MAX_TRIES):
        mixed = (mixed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & 0xFFFFFFFFFFFFFFFF
        yield base + (mixed >> 16) % (1 << min(bits, 40)) + 1


class _Slots:
    """Which keys are taken: read in one go for a batch, singly after a collision; written in one go."""

    def __init__(self, conn: Connection, facts: dict[int, _Facts]) -> None:
        self._conn = conn
        self._changed: dict[int, _Slot] = {}
        keys = {first_key_at(fact.ts_ms) for fact in facts.values()}
        self._known: dict[int, _Slot | None] = dict.fromkeys(keys)
        rows = conn.execute(
            "SELECT k.key, k.item, k.code FROM json_each(?) j CROSS JOIN search_key k ON k.key = j.value",
            (json.dumps(list(keys)),),
        )
        self._known.update((key, _Slot(item, code)) for key, item, code in rows)

    def find(self, item: int, ts_ms: int) -> tuple[int, _Slot | None]:
        """Give the item's key and what it holds; None where the item is new and the key free."""
        for key in _keys_for(item, ts_ms):
            slot = self._at(key)
            if slot is None or slot.item == item:
                return key, slot
        raise RuntimeError(f"no key for item {item}")

    def put(self, key: int, slot: _Slot) -> None:
        """Note what a key holds from now on."""
        self._known[key] = self._changed[key] = slot

    def save(self) -> None:
        """Write what was noted."""
        self._conn.executemany(
            "INSERT OR REPLACE INTO search_key(key, item, code) VALUES (?, ?, ?)",
            [(key, slot.item, slot.code) for key, slot in sorted(self._changed.items())],
        )

    def _at(self, key: int) -> _Slot | None:
        if key not in self._known:
            row = self._conn.execute("SELECT item, code FROM search_key WHERE key = ?", (key,)).fetchone()
            self._known[key] = _Slot(*row) if row else None
        return self._known[key]


def _facts_of(conn: Connection, batch: list[tuple[int, str]]) -> dict[int, _Facts]:
    rows = conn.execute(_FACTS, (json.dumps([item for item, _ in batch]),))
    return {row[0]: _Facts(*row[1:]) for row in rows}


def _batches(texts: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    remaining = iter(texts)
    while batch := list(itertools.islice(remaining, _BATCH)):
        yield batch


def _state(conn: Connection, name: str) -> str | None:
    row = conn.execute("SELECT value FROM search_state WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def _set_state(conn: Connection, name: str, value: str) -> None:
    conn.execute("INSERT OR REPLACE INTO search_state(name, value) VALUES (?, ?)", (name, value))
