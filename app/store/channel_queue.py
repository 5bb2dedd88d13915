"""What of the send queue moves posts before the server knows: my likes, reminders, edits, recalls, comments. Wedged rows
do not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.domain.channels.wire import COMMENT_TYPE, LIKE, RESERVE
from app.domain.content import JSONObject, dict_of, text_of
from app.store.sql import from_json

if TYPE_CHECKING:
    from app.domain.ids import RoomID

LIKES = (LIKE, f"{LIKE}\ufe0f")
RESERVES = (RESERVE, f"{RESERVE}\ufe0f")
"""With the mark that some clients put behind an emoji."""
SAYING = ("m.room.message", COMMENT_TYPE)
_ROWS = (
    "SELECT kind, event_type, txn_id, content, depends_on, target, event_id FROM send_queue WHERE room_id = ?"
    " AND state != 'wedged' AND kind IN ('event', 'redaction') ORDER BY id"
)


@dataclass(slots=True)
class Waiting:
    """Of one room, by the event meant."""

    likes: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    """The names (uid, event id) of my reactions on their way."""
    reserves: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    redacted: set[str] = field(default_factory=set)
    edits: dict[str, JSONObject] = field(default_factory=dict)
    """The newest new content."""
    comments: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))

    def has(self, reactions: dict[str, list[tuple[str, ...]]], event_id: str) -> bool:
        """Whether a reaction of mine to an event is on its way, and not taken back."""
        return self.count(reactions, event_id) > 0

    def count(self, waiting: dict[str, list[tuple[str, ...]]], event_id: str) -> int:
        """Count what of mine is on its way to an event, and not taken back."""
        return sum(1 for names in waiting.get(event_id, ()) if self.redacted.isdisjoint(names))


def load_waiting(conn: Any, room_id: RoomID) -> Waiting:
    """Read what waits in a room. Mostly nothing does."""
    found = Waiting()
    for kind, event_type, txn_id, text, depends_on, target, event_id in conn.execute(
        _ROWS, (room_id,)
    ).fetchall():
        if kind == "redaction":
            found.redacted.update(
                name for name in (target, f"t:{depends_on}" if depends_on else None) if name
            )
        elif not _is_stored(conn, event_id):
            names = (f"t:{txn_id}", *([event_id] if event_id else []))
            _add(found, event_type, from_json(text), names)
    return found


def _is_stored(conn: Any, event_id: str | None) -> bool:
    """Whether the server's copy is here: then that decides."""
    sql = "SELECT 1 FROM event WHERE event_id = ?"
    return event_id is not None and conn.execute(sql, (event_id,)).fetchone() is not None


def _add(found: Waiting, event_type: str, content: JSONObject, names: tuple[str, ...]) -> None:
    relation = dict_of(content, "m.relates_to")
    target, rel_type = text_of(relation, "event_id"), relation.get("rel_type")
    if target is None:
        return
    if event_type == "m.reaction" and rel_type == "m.annotation":
        key = relation.get("key")
        if key in LIKES:
            found.likes[target].append(names)
        elif key in RESERVES:
            found.reserves[target].append(names)
    elif event_type in SAYING and rel_type == "m.replace":
        new = content.get("m.new_content")
        if isinstance(new, dict):
            found.edits[target] = new
    elif event_type in SAYING and rel_type == "m.thread":
        found.comments[target].append(names)
