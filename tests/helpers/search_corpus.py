"""A cache with nothing but messages in it, for tests and benchmarks of the search."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.timeline import ItemKind
from app.store.connection import CacheKey, open_writer, transaction
from app.store.schema import ensure_schema
from app.store.search_index import create_search_index, index_add, index_remove


class Message(NamedTuple):
    """One message to be stored."""

    body: str
    ts_ms: int = 1_700_000_000_000
    room: int = 1
    sender: str = "@wang:acme.example"
    kind: str = ItemKind.TEXT


class Corpus:
    """Writes `event` and `item` rows and keeps the index in step, as the cache does."""

    def __init__(self, folder: Path, key: CacheKey | None = None) -> None:
        self.conn: Any = open_writer(folder, key or CacheKey.random())
        ensure_schema(self.conn)
        create_search_index(self.conn)
        self._last = 0
        self._rooms: dict[int, int] = {}

    def add(self, messages: Iterable[Message]) -> list[int]:
        """Store and index messages in one transaction; gives their ids."""
        rows = [(self._last + number, message) for number, message in enumerate(messages, 1)]
        if not rows:
            return []
        self._last = rows[-1][0]
        with transaction(self.conn):
            self._add_rooms({message.room for _, message in rows})
            self.conn.executemany(
                "INSERT INTO event(id, room, event_id, ord, type, sender, ts, raw)"
                " VALUES (?, ?, ?, ?, 'm.room.message', ?, ?, x'7b7d')",
                [(n, m.room, event_id(n), n, m.sender, m.ts_ms) for n, m in rows],
            )
            self.conn.executemany(
                "INSERT INTO item(id, room, pos, weight, mention, kind, is_redacted, body)"
                " VALUES (?, ?, ?, 1, 0, ?, 0, ?)",
                [(n, m.room, self._next_pos(m.room), m.kind, m.body) for n, m in rows],
            )
            index_add(self.conn, [(n, m.body) for n, m in rows])
        return [n for n, _ in rows]

    def edit(self, item: int, body: str) -> None:
        """Give a message another text."""
        with transaction(self.conn):
            index_remove(self.conn, [(item, self.body(item))])
            self.conn.execute("UPDATE item SET body = ? WHERE id = ?", (body, item))
            index_add(self.conn, [(item, body)])

    def redact(self, item: int) -> None:
        """Take a message back."""
        with transaction(self.conn):
            index_remove(self.conn, [(item, self.body(item))])
            self.conn.execute("UPDATE item SET body = '', is_redacted = 1 WHERE id = ?", (item,))

    def body(self, item: int) -> str:
        """Give the present text of a message."""
        return str(self.conn.execute("SELECT body FROM item WHERE id = ?", (item,)).fetchone()[0])

    def _add_rooms(self, rooms: set[int]) -> None:
        for room in rooms - self._rooms.keys():
            self._rooms[room] = -1
            self.conn.execute(
                "INSERT INTO room(id, room_id, membership, name, reached_start) VALUES (?, ?, 'join', ?, 1)",
                (room, room_id(room), f"Room {room}"),
            )

    def _next_pos(self, room: int) -> int:
        self._rooms[room] += 1
        return self._rooms[room]


def event_id(item: int) -> str:
    """Give the event id of a stored message."""
    return f"$m{item}"


def room_id(room: int) -> str:
    """Give the Matrix id of a room number."""
    return f"!r{room}:acme.example"
