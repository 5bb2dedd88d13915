"""How much a row weighs for the red numbers: 0 nothing, 1 unread, 2 a mention of me.

`item.mention` keeps what the event claims; whether the claim holds depends on the room (my name in it, the power of
the sender) and is judged here, when the row is made and again when the name or the power levels change.
Source: Matrix client-server API, "User and room mentions".
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from app.domain.events import Event, text_of
from app.domain.ids import UserID, localpart_of
from app.store.intake import Intake
from app.store.power import PowerLevels, load_power
from app.store.shape import MENTION_LEGACY, MENTION_ME, MENTION_ROOM, shape_of
from app.store.stored import parse_stored
from app.store.write import Write, select_in


class _Room:
    """What judging needs to know of a room, read once."""

    def __init__(self, w: Write, room: int) -> None:
        self._w, self._room = w, room
        self._power: PowerLevels | None = None
        self._names: re.Pattern[str] | None = None

    def holds(self, mention: int, sender: str, body: str) -> bool:
        """Whether a claimed mention is one of me."""
        if mention == MENTION_ME:
            return True
        if mention == MENTION_ROOM:
            return self.power.of(sender) >= self.power.for_room_mention
        return mention == MENTION_LEGACY and self.names.search(body) is not None

    @property
    def power(self) -> PowerLevels:
        if self._power is None:
            self._power = load_power(self._w.conn, self._room, self._w.room_id(self._room))
        return self._power

    @property
    def names(self) -> re.Pattern[str]:
        if self._names is None:
            row = self._w.conn.execute(
                "SELECT name FROM member WHERE room = ? AND user = ?", (self._room, self._w.me)
            ).fetchone()
            self._names = _name_pattern(self._w.me, row[0] if row and row[0] else "")
        return self._names


@lru_cache(maxsize=256)
def _name_pattern(me: UserID, name: str) -> re.Pattern[str]:
    """Match my id, local part or display name as a word. Between CJK letters no border can be asked for."""
    words = {word for word in (me, localpart_of(me), name.strip()) if len(word) > 1}
    return re.compile("|".join(_bordered(word) for word in sorted(words)) or r"(?!)", re.IGNORECASE)


def _bordered(word: str) -> str:
    before = r"(?<![0-9A-Za-z_])" if word[0].isascii() else ""
    after = r"(?![0-9A-Za-z_])" if word[-1].isascii() else ""
    return f"{before}{re.escape(word)}{after}"


def weigh(intake: Intake) -> None:
    """Judge the rows of this write and older ones whose redaction or room changed."""
    rooms: dict[int, _Room] = {}
    updates: list[tuple[int, int]] = []
    for key, item in intake.fresh_items.items():
        weight = item.weight
        if item.is_redacted:
            weight = 0
        elif weight and item.mention > MENTION_ME:
            room = rooms.get(item.room) or rooms.setdefault(item.room, _Room(intake.w, item.room))
            weight = 2 if room.holds(item.mention, item.event.sender, _text(item.event)) else 1
        if weight != item.weight:
            item.weight = weight
            updates.append((weight, key))
    intake.w.conn.executemany("UPDATE item SET weight = ? WHERE id = ?", updates)
    _weigh_older(intake)


def _weigh_older(intake: Intake) -> None:
    keys = set(intake.reweighed)
    changed_rooms = (intake.power_rooms | intake.own_names) - intake.new_rooms
    for room in changed_rooms:
        keys.update(
            row[0]
            for row in intake.w.conn.execute(
                f"SELECT id FROM item WHERE room = ? AND mention >= {MENTION_ROOM}", (room,)
            )
        )
    moved = weigh_stored(intake.w, keys - intake.fresh_items.keys())
    intake.unread_rooms.update(moved)


def weigh_stored(w: Write, keys: Iterable[int]) -> set[int]:
    """Judge stored rows again, but those of channels (`channel_fold` does); gives the rooms in which a weight changed."""
    rooms: dict[int, _Room] = {}
    updates: list[tuple[int, int]] = []
    moved: set[int] = set()
    sql = (
        "SELECT i.id, i.room, i.weight, i.is_redacted, e.event_id, e.txn_id, e.raw"
        " FROM item i JOIN event e ON e.id = i.id"
        " WHERE NOT EXISTS (SELECT 1 FROM channel WHERE id = i.room) AND i.id IN {in}"
    )
    for key, room, old, is_redacted, event_id, txn_id, raw in list(select_in(w.conn, sql, keys)):
        room_id = w.room_id(room)
        judge = rooms.get(room) or rooms.setdefault(room, _Room(w, room))
        weight = 0 if is_redacted else _weight(parse_stored(raw, event_id, room_id), judge, w.me)
        if weight != old:
            updates.append((weight, key))
            moved.add(room)
            w.tally.touched(room_id, f"t:{txn_id}" if txn_id else event_id)
    w.conn.executemany("UPDATE item SET weight = ? WHERE id = ?", updates)
    return moved


def _weight(event: Event, room: _Room, me: UserID) -> int:
    shape = shape_of(event, me)
    if shape is None or not shape.counts:
        return 0
    return 2 if shape.mention and room.holds(shape.mention, event.sender, _text(event)) else 1


def _text(event: Event) -> str:
    return text_of(event.content, "body") or ""
