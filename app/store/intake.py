"""Gathers the rows of one write, so that each table is filled by one `executemany`, and notes what must be settled.

Texts of an `Event` go into SQL as they are: its parser refuses what is not valid Unicode.

Order of use: place events (see `placement`), `flush`, then settle relations, weights, members, room rows.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.approvals.wire import ACTS_TYPE, REQUEST_ROOM_TYPE, TEXT_FIELD
from app.domain.channels.wire import CHANNEL_ROOM_TYPE, COURSE_TYPE, POLICY_TYPE, VIDEO_FIELD, WATCHED_TYPE
from app.domain.dings import DING_FIELD, NUDGE_FIELD
from app.domain.events import Event, dict_of, parse_event
from app.domain.ids import EventID, RoomID, TxnID
from app.store.schema import REDACTS
from app.store.shape import MENTION_ME, Shape, shape_of
from app.store.stored import parse_stored
from app.store.write import Row, Write, chunks, select_in, sql_text, to_json

CRYPTO_NONE, CRYPTO_LOCKED = 0, 1
"""`event.crypto_state`: readable as served, or encrypted and not decrypted."""
_REACHING_BACK = frozenset({"m.reaction", "m.room.redaction"})
_REACHING_RELATIONS = frozenset({"m.annotation", "m.replace", "m.thread"})
_BREATH = 100
_MAX_TS_AHEAD_MS = 36 * 3600 * 1000
_CREATION = (
    "SELECT e.raw, e.event_id FROM state s JOIN event e ON e.id = s.event"
    " WHERE s.room = ? AND s.type = 'm.room.create' AND s.key = ''"
)


_CHANNEL_STATE = frozenset({COURSE_TYPE, POLICY_TYPE, WATCHED_TYPE})


class Known(NamedTuple):
    """An event the cache has already."""

    key: int
    room: int
    ord: int | None


class Stored(NamedTuple):
    """An event that this write stored or placed."""

    key: int
    event: Event


@dataclass(slots=True)
class FreshItem:
    """A row of the timeline made by this write."""

    room: int
    event: Event
    kind: str
    body: str
    weight: int
    mention: int
    is_live: bool
    is_redacted: bool


@dataclass(slots=True)
class Intake:
    """What one write brings. Buffers first, then notes for the settling steps."""

    w: Write
    known: dict[EventID, Known] = field(default_factory=dict)
    new_rooms: set[int] = field(default_factory=set)
    """Rooms made by this write: nothing stored before can refer to their events."""

    fresh_items: dict[int, FreshItem] = field(default_factory=dict)
    fresh_ids: list[EventID] = field(default_factory=list)
    """Events stored now, in rooms that were known before."""
    reweighed: dict[int, Event] = field(default_factory=dict)
    """Older rows whose weight must be judged again."""
    dirty: set[EventID] = field(default_factory=set)
    """Events whose edits or redaction changed, or may have."""
    reacted: set[EventID] = field(default_factory=set)
    threads: set[EventID] = field(default_factory=set)
    outer: set[EventID] = field(default_factory=set)
    """What redacted events relate to."""
    presence: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Who came or went, of known rooms with dings."""
    presence_rooms: set[int] = field(default_factory=set)
    """Known rooms of which anybody may have come or gone, also I."""
    members: dict[int, dict[str, Event]] = field(default_factory=lambda: defaultdict(dict))
    reprojected_members: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    power_rooms: set[int] = field(default_factory=set)
    request_rooms: set[int] = field(default_factory=set)
    """Rooms whose creation, stored by this write, says that they hold a request."""
    acted_rooms: set[int] = field(default_factory=set)
    """Rooms in which somebody acted on one."""
    channels: set[int] = field(default_factory=set)
    """Rooms that are channels, before or by this write."""
    channel_rooms: set[int] = field(default_factory=set)
    """Rooms whose creation, stored by this write, says that they are channels."""
    channel_events: list[tuple[int, int, str]] = field(default_factory=list)
    """Key, room and type of what this write stored or placed in known channels."""
    channel_states: list[tuple[int, str, str]] = field(default_factory=list)
    """Room, type and key of courses and reports that became current."""
    watched: set[str] = field(default_factory=set)
    """Posts of which I stopped somewhere else, says the account."""
    identity_rooms: set[int] = field(default_factory=set)
    tail_rooms: set[int] = field(default_factory=set)
    unread_rooms: set[int] = field(default_factory=set)
    invited: set[int] = field(default_factory=set)
    own_names: set[int] = field(default_factory=set)
    skips_index: bool = False
    """The search index is rebuilt separately."""
    own_txns: dict[EventID, TxnID] = field(default_factory=dict)
    """Rows of the send queue whose copies are among these events."""

    _events: list[Row] = field(default_factory=list)
    _placed: list[Row] = field(default_factory=list)
    _items: list[Row] = field(default_factory=list)
    _reactions: list[Row] = field(default_factory=list)
    _states: dict[tuple[int, str, str], int] = field(default_factory=dict)
    _last_sent: dict[tuple[int, str], int] = field(default_factory=dict)
    _unplaced: dict[int, Event] = field(default_factory=dict)
    _since_breath: int = 0

    def __post_init__(self) -> None:
        self.channels.update(row[0] for row in self.w.conn.execute("SELECT id FROM channel").fetchall())

    def look_up(self, events: Iterable[Event]) -> None:
        """Learn which of the events the cache has. To be called once, before anything is stored."""
        ids = [event.event_id for event in events]
        sql = "SELECT event_id, id, room, ord FROM event WHERE event_id IN {in}"
        for event_id, key, room, ord_ in select_in(self.w.conn, sql, ids):
            self.known[event_id] = Known(key, room, ord_)

    def store(self, room: int, event: Event, ord_: int | None) -> Stored | None:
        """Store an event, or give a known one its place. Gives None when there is nothing to do.

        The answer holds the event as first stored: projections must not depend on which copy came last.
        """
        known = self.known.get(event.event_id)
        if known is None:
            return Stored(self._store_new(room, event, ord_), event)
        if known.room != room:
            return None
        if _has_bundle(event):
            self._store_bundled(room, event)
        if known.ord is not None or ord_ is None:
            return None
        self._placed.append((ord_, known.key))
        self.known[event.event_id] = Known(known.key, room, ord_)
        self.fresh_ids.append(event.event_id)
        if room in self.channels:
            self.channel_events.append((known.key, room, event.type))
        first = self._first_copy(known.key, event)
        self._note_sent(room, first, ord_)
        return Stored(known.key, first)

    def _first_copy(self, key: int, event: Event) -> Event:
        first = self._unplaced.get(key)
        if first is not None:
            return first
        row = self.w.conn.execute("SELECT raw, event_id FROM event WHERE id = ?", (key,)).fetchone()
        return event if row[0] == event.raw else parse_stored(row[0], row[1], event.room_id)

    def _store_new(self, room: int, event: Event, ord_: int | None) -> int:
        key = self.w.new_event_key()
        self.known[event.event_id] = Known(key, room, ord_)
        rel_type, target = relation_of(event)
        txn_id = self._txn_of(event)
        self._events.append(
            (
                key,
                room,
                event.event_id,
                ord_,
                event.type,
                event.state_key,
                event.sender,
                min(event.origin_server_ts, self.w.now_ms + _MAX_TS_AHEAD_MS),
                rel_type,
                target,
                txn_id,
                CRYPTO_LOCKED if event.type == "m.room.encrypted" else CRYPTO_NONE,
                event.raw,
            )
        )
        if room not in self.new_rooms:
            self.fresh_ids.append(event.event_id)
        if target is not None:
            self._note_relation(room, key, event, rel_type, target)
        if event.type == ACTS_TYPE:
            self.acted_rooms.add(room)
        if room in self.channels:
            self.channel_events.append((key, room, event.type))
        if ord_ is not None:
            self._note_sent(room, event, ord_)
        else:
            self._unplaced[key] = event
        if _has_bundle(event):
            self._store_bundled(room, event)
        self._since_breath += 1
        if self._since_breath >= _BREATH:
            self._breathe()
        return key

    def restore(self, room: int, key: int, event: Event, ord_: int | None) -> None:
        """Note of a stored event what storing it noted: for rebuilding projections."""
        self.known[event.event_id] = Known(key, room, ord_)
        self.fresh_ids.append(event.event_id)
        rel_type, target = relation_of(event)
        if target is not None:
            self._note_relation(room, key, event, rel_type, target)
        if ord_ is not None:
            self._note_sent(room, event, ord_)
        self._since_breath += 1
        if self._since_breath >= _BREATH:
            self._breathe()

    def _txn_of(self, event: Event) -> TxnID | None:
        if event.sender != self.w.me:
            return None
        return self.own_txns.get(event.event_id) or event.txn_id

    def _note_relation(
        self, room: int, key: int, event: Event, rel_type: str | None, target: EventID
    ) -> None:
        if rel_type in ("m.replace", REDACTS):
            self.dirty.add(target)
        elif rel_type == "m.annotation":
            name = event.relates_to.get("key")
            if event.type == "m.reaction" and isinstance(name, str) and name:
                self._reactions.append((key, room, target, name[:64], event.sender))
                self.reacted.add(target)
        elif rel_type == "m.thread":
            self.threads.add(target)

    def _note_sent(self, room: int, event: Event, ord_: int) -> None:
        if not _shows_reading(event):
            return
        pair = (room, event.sender)
        if self._last_sent.get(pair, ord_) <= ord_:
            self._last_sent[pair] = ord_
        if event.sender == self.w.me:
            self.unread_rooms.add(room)

    def _store_bundled(self, room: int, event: Event) -> None:
        """Store the redaction or the newest edit that the server sent inside an event."""
        bundled = event.unsigned.get("redacted_because")
        if bundled is None and "m.relations" in event.unsigned:
            bundled = dict_of(event.unsigned, "m.relations").get("m.replace")
        if isinstance(bundled, dict) and "event_id" in bundled:
            inner = parse_event(to_json(bundled).encode(), event.room_id)
            inner_known = self.known.get(inner.event_id) or self._find(inner.event_id)
            if inner_known is None and not inner.event_id.startswith("~"):
                self._store_new(room, inner, None)

    def _find(self, event_id: EventID) -> Known | None:
        self.look_up_ids([event_id])
        return self.known.get(event_id)

    def look_up_ids(self, ids: Iterable[str]) -> None:
        """Learn of single events."""
        sql = "SELECT event_id, id, room, ord FROM event WHERE event_id IN {in}"
        for event_id, key, room, ord_ in select_in(self.w.conn, sql, [sql_text(i) for i in ids]):
            self.known.setdefault(event_id, Known(key, room, ord_))

    def add_item(self, room: int, key: int, event: Event, shape: Shape, pos: int, *, is_live: bool) -> None:
        """Make a row of the timeline."""
        counts = shape.counts and room not in self.channels  # `channel_fold` judges these
        weight = 0 if not counts else 2 if shape.mention == MENTION_ME else 1
        kind, body = shape.kind._value_, shape.body
        is_redacted = "redacted_because" in event.unsigned
        self._items.append(
            (
                key,
                room,
                pos,
                weight,
                shape.mention,
                kind,
                int(is_redacted),
                None,
                shape.thread,
                body,
            )
        )
        self.fresh_items[key] = FreshItem(
            room, event, kind, body, weight, shape.mention, is_live, is_redacted
        )

    def shape(self, event: Event) -> Shape | None:
        """Give the row an event makes, for whoever I am. What repeats a request in words makes none in its room."""
        if TEXT_FIELD in event.content and self._holds_request(event.room_id):
            return None
        return shape_of(event, self.w.me)

    def _holds_request(self, room_id: RoomID) -> bool:
        room = self.w.find_room(room_id)
        if room in self.request_rooms:
            return True
        row = self.w.conn.execute(_CREATION, (room,)).fetchone()
        return row is not None and is_request_room(parse_stored(row[0], row[1], room_id))

    def set_state(self, room: int, event: Event, key: int) -> None:
        """Make an event the current state of its type and key."""
        state_key = event.state_key or ""
        self._states[(room, event.type, state_key)] = key
        if event.type == "m.room.member":
            self.members[room][state_key] = event
        else:
            if event.type in ("m.room.power_levels", "m.room.create"):
                self.power_rooms.add(room)
                if is_request_room(event):
                    self.request_rooms.add(room)
                elif event.type == "m.room.create" and event.content.get("type") == CHANNEL_ROOM_TYPE:
                    self.channel_rooms.add(room)
                    self.channels.add(room)
            elif event.type in _CHANNEL_STATE:
                self.channel_states.append((room, event.type, state_key))
            self.identity_rooms.add(room)

    def _breathe(self) -> None:
        """Let the interface's thread have the interpreter now and then."""
        self._since_breath = 0
        time.sleep(0)

    def flush(self) -> None:
        """Write what is buffered."""
        conn = self.w.conn
        _insert_many(conn, "event", 13, self._events)
        conn.executemany("UPDATE event SET ord = ? WHERE id = ?", self._placed)
        _insert_many(conn, "item", 10, self._items)
        _insert_many(conn, "reaction", 5, self._reactions)
        conn.executemany(
            "INSERT INTO state(room, type, key, event) VALUES (?, ?, ?, ?) "
            "ON CONFLICT(room, type, key) DO UPDATE SET event = excluded.event",
            [(room, type_, key, event) for (room, type_, key), event in self._states.items()],
        )
        conn.executemany(
            "INSERT INTO last_sent(room, user, ord) VALUES (?, ?, ?) "
            "ON CONFLICT(room, user) DO UPDATE SET ord = max(ord, excluded.ord)",
            [(room, user, ord_) for (room, user), ord_ in self._last_sent.items()],
        )
        for buffer in (self._events, self._placed, self._items, self._reactions):
            buffer.clear()
        self._states.clear()
        self._last_sent.clear()


def is_request_room(event: Event) -> bool:
    """Whether an event creates a room that holds a request."""
    return event.type == "m.room.create" and event.content.get("type") == REQUEST_ROOM_TYPE


def _shows_reading(event: Event) -> bool:
    """Whether who sent this has seen the end of the room.

    Reacting, recalling, editing and what is written in a thread reach back to something older; a ding and its
    reminder are written in the inbox: who confirms one there has not read the room. Nor has who publishes a video.
    """
    content = event.content
    if event.type in _REACHING_BACK or event.redacts is not None:
        return False
    if DING_FIELD in content or NUDGE_FIELD in content or VIDEO_FIELD in content:
        return False
    return "m.relates_to" not in content or event.rel_type not in _REACHING_RELATIONS


def _has_bundle(event: Event) -> bool:
    return "redacted_because" in event.unsigned or "m.relations" in event.unsigned


def relation_of(event: Event) -> tuple[str | None, EventID | None]:
    """Give how and to which event an event relates; a redaction relates as `REDACTS`."""
    if event.redacts is not None:
        return REDACTS, event.redacts
    if "m.relates_to" not in event.content:
        return None, None
    return event.rel_type, event.target


def _insert_many(conn: object, table: str, width: int, rows: list[Row]) -> None:
    marks = ",".join("?" * width)
    for chunk in chunks(rows, 1000):
        conn.executemany(f"INSERT INTO {table} VALUES ({marks})", chunk)  # type: ignore[attr-defined]


def room_of(w: Write, intake: Intake, room_id: RoomID, membership: str) -> int:
    """Find or make a room; a made one is noted."""
    key = w.find_room(room_id)
    if key is None:
        key = w.add_room(room_id, membership)
        intake.new_rooms.add(key)
        intake.identity_rooms.add(key)
    return key
