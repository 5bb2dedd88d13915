"""Stored events read back: single ones, and the current state of a room with redactions applied."""

from collections.abc import Sequence
from typing import Any

import msgspec

from app.domain.events import Event, parse_event, parse_stripped
from app.domain.ids import RoomID
from app.store.schema import REDACTS
from app.store.shape import redacted_content

_IS_REDACTED = f"EXISTS(SELECT 1 FROM event r WHERE r.target = e.event_id AND r.rel_type = '{REDACTS}' AND r.room = e.room)"


def parse_stored(raw: bytes, event_id: str, room_id: RoomID) -> Event:
    """Parse a stored event as it was parsed when it came."""
    return parse_stripped(raw, room_id) if event_id.startswith("~stripped") else parse_event(raw, room_id)


def state_of(
    conn: Any, room: int, room_id: RoomID, types: Sequence[str], key: str | None = ""
) -> dict[tuple[str, str], Event]:
    """Read current state events of some types; `key` None reads all keys."""
    marks = ",".join("?" * len(types))
    where = "" if key is None else " AND s.key = ?"
    rows = conn.execute(
        f"SELECT s.type, s.key, e.raw, e.event_id, {_IS_REDACTED} FROM state s JOIN event e ON e.id = s.event"
        f" WHERE s.room = ? AND s.type IN ({marks}){where}",
        (room, *types, *(() if key is None else (key,))),
    )
    return {
        (type_, key_): _state_event(parse_stored(raw, id_, room_id), gone)
        for type_, key_, raw, id_, gone in rows
    }


def _state_event(event: Event, is_redacted: bool) -> Event:
    if not is_redacted:
        return event
    return msgspec.structs.replace(event, content=redacted_content(event.type, event.content))
