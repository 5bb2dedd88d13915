"""Edits, reactions and redactions of mine that wait in the send queue, by the row they change."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.domain.events import JSONObject, dict_of, text_of
from app.domain.ids import RoomID
from app.store.shape import new_content_of
from app.store.write import from_json


@dataclass(slots=True)
class Overlay:
    """Keys are event ids, or `t:` and a transaction id while the event id is not known."""

    edits: dict[str, JSONObject] = field(default_factory=dict)
    reactions: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    redacted: set[str] = field(default_factory=set)
    unreacted: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, conn: Any, room_id: RoomID) -> "Overlay":
        """Read what waits in a room. Mostly nothing does."""
        overlay = cls()
        rows = conn.execute(
            "SELECT kind, event_type, content, depends_on, target, txn_id FROM send_queue"
            " WHERE room_id = ? AND is_echo = 0 AND kind IN ('event', 'redaction') ORDER BY id",
            (room_id,),
        ).fetchall()
        for kind, event_type, content, depends_on, target, _ in rows:
            parent = f"t:{depends_on}" if depends_on else None
            if kind == "redaction":
                overlay._redact(conn, parent or target)
            else:
                overlay._relate(event_type, from_json(content), parent)
        return overlay

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.edits or self.reactions or self.redacted)

    def _redact(self, conn: Any, target: str | None) -> None:
        if target is None:
            return
        self.redacted.add(target)
        row = conn.execute(
            "SELECT r.target, r.key FROM event e JOIN reaction r ON r.id = e.id WHERE e.event_id = ?",
            (target,),
        ).fetchone()
        if row is not None:
            self.unreacted[row[0]].append(row[1])
            return
        waiting = conn.execute(
            "SELECT content FROM send_queue WHERE 't:' || txn_id = ?1 OR event_id = ?1", (target,)
        ).fetchone()
        relation = dict_of(from_json(waiting[0]), "m.relates_to") if waiting else {}
        related, key = text_of(relation, "event_id"), text_of(relation, "key")
        if related and key and key in self.reactions.get(related, ()):
            self.reactions[related].remove(key)

    def _relate(self, event_type: str, content: JSONObject, parent: str | None) -> None:
        relation = dict_of(content, "m.relates_to")
        target = parent or text_of(relation, "event_id")
        if target is None:
            return
        if event_type == "m.reaction":
            key = text_of(relation, "key")
            if key:
                self.reactions[target].append(key)
        elif relation.get("rel_type") == "m.replace":
            new = new_content_of(content)
            if new is not None:
                self.edits[target] = new

    def edit_of(self, event_id: str | None, txn_id: str | None) -> JSONObject | None:
        """Give the newest waiting edit of a row."""
        for name in _names(event_id, txn_id):
            if name in self.edits:
                return self.edits[name]
        return None

    def is_redacted(self, event_id: str | None, txn_id: str | None) -> bool:
        """Whether a redaction of the row waits."""
        return any(name in self.redacted for name in _names(event_id, txn_id))

    def added_reactions(self, event_id: str, txn_id: str | None) -> list[str]:
        """Give the keys of waiting reactions to a row."""
        return [key for name in _names(event_id, txn_id) for key in self.reactions.get(name, ())]

    def removed_reactions(self, event_id: str) -> list[str]:
        """Give the keys of my reactions to a row whose redaction waits."""
        return self.unreacted.get(event_id, [])


def _names(event_id: str | None, txn_id: str | None) -> Iterable[str]:
    if event_id:
        yield event_id
    if txn_id:
        yield f"t:{txn_id}"
