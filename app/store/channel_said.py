"""What rows of posts and comments are made of, read at once for a batch; and how such rows are written.

Keys of what is read are room and event: ids of events in contents are claims, and another room's may be named.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from app.store.channel_queue import LIKES, RESERVES, Waiting, load_waiting
from app.store.relations import new_contents
from app.store.schema import REDACTS
from app.store.stored import parse_stored
from app.store.write import Write, select_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.content import JSONObject
    from app.domain.events import Event

_EVENTS = "SELECT e.id, e.room, e.event_id, e.ts, e.sender, e.raw FROM event e WHERE e.id IN {in}"
_GONE = f"SELECT room, target FROM event WHERE rel_type = '{REDACTS}' AND target IN {{in}}"
_MARKS = ",".join("?" * len(LIKES + RESERVES))
_REACTIONS = (
    "SELECT r.room, r.target, r.key, r.sender, e.event_id FROM reaction r JOIN event e ON e.id = r.id"
    f" WHERE r.key IN ({_MARKS}) AND r.target IN {{in}}"
)
_CHANNELS = "SELECT id, editors, is_followed, visibility FROM channel WHERE id IN {in}"


class Said(NamedTuple):
    """An event of a channel that may be a post or a comment."""

    key: int
    room: int
    event_id: str
    ts: int
    sender: str
    event: Event


@dataclass(slots=True)
class Channel:
    """What rows need of the channel they are in."""

    editors: frozenset[str]
    is_followed: int
    audience: str
    waiting: Waiting


@dataclass(slots=True)
class Around:
    """What a batch of rows is made of beside the events themselves, read at once. Keys are room and event."""

    me: str
    channels: dict[int, Channel] = field(default_factory=dict)
    contents: dict[Any, list[JSONObject]] = field(default_factory=dict)
    reactions: dict[tuple[int, str], list[tuple[str, str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Key, sender, event id."""


@dataclass(slots=True)
class Moved:
    """What folding moved."""

    rooms: set[int] = field(default_factory=set)
    """Channels in which a post came, went or changed its place or sender's right."""
    weighed: dict[int, int] = field(default_factory=dict)
    """Rows of timelines that weigh something else now."""
    news: set[int] = field(default_factory=set)
    """The rooms of these."""
    parents: set[tuple[int, str]] = field(default_factory=set)
    """Posts (room, event id) whose comments moved."""


def read_said(w: Write, keys: Iterable[int]) -> list[Said]:
    """Read events of channels that are not redacted."""
    rows = list(select_in(w.conn, _EVENTS, keys))
    gone = set(select_in(w.conn, _GONE, [row[2] for row in rows]))
    found = []
    for key, room, event_id, ts, sender, raw in rows:
        event = parse_stored(raw, event_id, w.room_id(room))
        if (room, event_id) not in gone and "redacted_because" not in event.unsigned:
            found.append(Said(key, room, event_id, ts, sender, event))
    return found


def around_of(w: Write, said: list[Said]) -> Around:
    """Read what a batch of rows is made of beside the events themselves."""
    around = Around(w.me)
    if not said:
        return around
    ids = [one.event_id for one in said]
    for room, editors, is_followed, visibility in select_in(w.conn, _CHANNELS, {one.room for one in said}):
        names = frozenset(json.loads(editors))
        waiting = load_waiting(w.conn, w.room_id(room))
        around.channels[room] = Channel(names, is_followed, visibility, waiting)
    around.contents = dict(new_contents(w, [(one.room, one.event) for one in said]))
    for room, target, key, sender, event_id in select_in(w.conn, _REACTIONS, ids, *LIKES, *RESERVES):
        around.reactions[(room, target)].append((key, sender, event_id))
    return around


def count_reactions(
    one: Said, around: Around, keys: tuple[str, ...], mine: dict[str, list[tuple[str, ...]]]
) -> tuple[int, int]:
    """Count who reacted, and whether I did."""
    waiting = around.channels[one.room].waiting
    users = {
        sender
        for key, sender, event_id in around.reactions.get((one.room, one.event_id), ())
        if key in keys and event_id not in waiting.redacted
    }
    if waiting.has(mine, one.event_id):
        users.add(around.me)
    return len(users), int(around.me in users)


def write_rows(w: Write, table: str, before: dict[int, Any], rows: list[Any]) -> None:
    """Write rows that differ, and drop those that are none any more."""
    kept = {row.id for row in rows}
    w.conn.executemany(f"DELETE FROM {table} WHERE id = ?", [(key,) for key in before if key not in kept])
    changed = [row for row in rows if before.get(row.id) != row]
    if changed:
        marks = ",".join("?" * len(changed[0]))
        w.conn.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", changed)


def weigh_rows(w: Write, moved: Moved, keys: Iterable[int], weights: dict[int, int]) -> None:
    """Make rows of the timeline weigh what they do in a channel."""
    new: list[tuple[int, int]] = []
    for key, old, room in select_in(w.conn, "SELECT id, weight, room FROM item WHERE id IN {in}", keys):
        if weights.get(key, 0) != old:
            new.append((weights.get(key, 0), key))
            moved.news.add(room)
    w.conn.executemany("UPDATE item SET weight = ? WHERE id = ?", new)
    moved.weighed.update((key, weight) for weight, key in new)
