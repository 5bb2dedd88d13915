"""What of the send queue moves dings before the server knows: my waiting ✅, recalls, nudges. Wedged rows do not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.domain.content import JSONObject, dict_of, text_of
from app.domain.dings import NUDGE_FIELD, is_confirmation, note_of, nudged_ding
from app.store.sql import from_json

if TYPE_CHECKING:
    from app.domain.ids import RoomID

_ROWS = (
    "SELECT kind, txn_id, content, depends_on, target, event_id, created_ms FROM send_queue WHERE room_id = ?"
    " AND state != 'wedged' AND (kind = 'redaction' OR kind = 'event' AND (event_type = 'm.reaction'"
    f" OR is_echo = 1 AND content LIKE '%{NUDGE_FIELD}%')) ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A ✅ or a nudge of mine on its way."""

    names: tuple[str, ...]
    """Its uid and, once the server took it, its event id."""
    ts_ms: int
    note: str = ""


@dataclass(slots=True)
class Waiting:
    """Of one room. Dings are named by event id, or by uid while the send queue has not learned that."""

    confirmations: dict[str, list[WaitingRow]] = field(default_factory=lambda: defaultdict(list))
    redacted: set[str] = field(default_factory=set)
    """Event ids and uids of what a redaction of mine is on its way to."""
    nudges: dict[str, list[WaitingRow]] = field(default_factory=lambda: defaultdict(list))

    def confirmation(self, *names: str) -> WaitingRow | None:
        """Give my waiting confirmation of a ding."""
        for name in names:
            for found in self.confirmations.get(name, ()):
                if self.redacted.isdisjoint(found.names):
                    return found
        return None

    def confirmed_at(self, *names: str) -> int | None:
        """Give when I confirmed a ding."""
        found = self.confirmation(*names)
        return None if found is None else found.ts_ms

    def is_redacted(self, *names: str) -> bool:
        """Whether a redaction of mine is on its way."""
        return not self.redacted.isdisjoint(names)

    def nudges_of(self, event_id: str) -> list[int]:
        """Give the times of my waiting nudges."""
        return [row.ts_ms for row in self.nudges.get(event_id, ()) if self.redacted.isdisjoint(row.names)]


def load_waiting(conn: Any, room_id: RoomID) -> Waiting:
    """Read what waits in a room. Mostly nothing does."""
    found = Waiting()
    for kind, txn_id, text, depends_on, target, event_id, created_ms in conn.execute(
        _ROWS, (room_id,)
    ).fetchall():
        content = from_json(text)
        names = (f"t:{txn_id}", *([event_id] if event_id else []))
        if kind == "redaction":
            found.redacted.update(
                name for name in (target, f"t:{depends_on}" if depends_on else None) if name
            )
        elif (ding := nudged_ding(content)) is not None:
            found.nudges[ding].append(WaitingRow(names, created_ms))
        elif not _is_stored(conn, event_id):
            _add(found, content, depends_on, WaitingRow(names, created_ms, note_of(content)))
    return found


def _is_stored(conn: Any, event_id: str | None) -> bool:
    """Whether the server's copy is here: then that decides."""
    sql = "SELECT 1 FROM event WHERE event_id = ?"
    return event_id is not None and conn.execute(sql, (event_id,)).fetchone() is not None


def _add(found: Waiting, content: JSONObject, depends_on: str | None, what: WaitingRow) -> None:
    relation = dict_of(content, "m.relates_to")
    target = f"t:{depends_on}" if depends_on else text_of(relation, "event_id")
    is_annotation = relation.get("rel_type") == "m.annotation"
    if target and is_annotation and is_confirmation(relation.get("key")):
        found.confirmations[target].append(what)
