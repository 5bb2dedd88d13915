"""One running write: the connection inside its transaction, the time, who I am, and what moved so far."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.domain.content import JSONObject
from app.domain.ids import RoomID, UserID
from app.store.schema import GLOBAL_ROOM
from app.store.sql import Connection as Connection
from app.store.sql import Row as Row
from app.store.sql import chunks as chunks
from app.store.sql import from_json as from_json
from app.store.sql import select_in as select_in
from app.store.sql import sql_text as sql_text
from app.store.sql import to_json as to_json
from app.store.tally import Tally
from app.store.typing_board import TypingBoard as TypingBoard


@dataclass(slots=True)
class Write:
    """Passed to every function that writes. Made for one transaction and dropped with it."""

    conn: Connection
    now_ms: int
    me: UserID
    typing: TypingBoard
    tally: Tally = field(default_factory=Tally)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    """What lives in memory and may change only when the transaction stands."""
    has_backlog: bool = False
    """Texts wait to be indexed after the commit."""
    _next_event: int = 0
    _rooms: dict[RoomID, int] = field(default_factory=dict)
    _room_ids: dict[int, RoomID] = field(default_factory=dict)
    _unknown: set[RoomID] = field(default_factory=set)

    @property
    def server(self) -> str:
        """The name of my homeserver."""
        return self.me.partition(":")[2]

    def new_event_key(self) -> int:
        """Give the next insertion number."""
        if not self._next_event:
            self._next_event = self.conn.execute("SELECT ifnull(max(id), 0) FROM event").fetchone()[0]
        self._next_event += 1
        return self._next_event

    def start_over(self) -> None:
        """Forget what was learned and noted, after everything so far was rolled back."""
        self._next_event = 0
        self._rooms.clear()
        self._room_ids.clear()
        self._unknown.clear()
        self.tally = Tally()
        self.after_commit.clear()

    def learn_rooms(self, room_ids: Iterable[RoomID]) -> None:
        """Read the keys of many rooms at once."""
        sql = "SELECT room_id, id FROM room WHERE room_id IN {in}"
        wanted = [room_id for room_id in room_ids if room_id not in self._rooms]
        found: dict[RoomID, int] = dict(select_in(self.conn, sql, wanted))
        for room_id in wanted:
            if room_id in found:
                self._know(room_id, found[room_id])
            else:
                self._unknown.add(room_id)

    def find_room(self, room_id: RoomID) -> int | None:
        """Give the key of a room; None when the cache does not know it."""
        key = self._rooms.get(room_id)
        if key is None:
            if room_id in self._unknown:
                return None
            row = self.conn.execute("SELECT id FROM room WHERE room_id = ?", (room_id,)).fetchone()
            if row is None:
                return None
            key = row[0]
            self._know(room_id, key)
        return key

    def add_room(self, room_id: RoomID, membership: str) -> int:
        """Make a room."""
        cursor = self.conn.execute(
            "INSERT INTO room(room_id, membership) VALUES (?, ?)", (room_id, membership)
        )
        key: int = cursor.lastrowid
        self._know(room_id, key)
        self.tally.rooms.add(room_id)
        self.tally.is_order_changed = True
        return key

    def room_id(self, key: int) -> RoomID:
        """Give the Matrix id of a room by its key."""
        room_id = self._room_ids.get(key)
        if room_id is None:
            row = self.conn.execute("SELECT room_id FROM room WHERE id = ?", (key,)).fetchone()
            room_id = RoomID(row[0])
            self._know(room_id, key)
        return room_id

    def _know(self, room_id: RoomID, key: int) -> None:
        self._rooms[room_id] = key
        self._room_ids[key] = room_id
        self._unknown.discard(room_id)

    def account_data(self, type: str, room: int = GLOBAL_ROOM) -> JSONObject:
        """Read account data; empty when there is none."""
        row = self.conn.execute(
            "SELECT content FROM account_data WHERE room = ? AND type = ?", (room, type)
        ).fetchone()
        return from_json(row[0]) if row else {}
