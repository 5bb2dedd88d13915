"""The code of a record: what the QR code on a printed request holds, so that the paper can be checked against the room.

The digest is over the create event, the seal, and the acts events by (time, id): whoever has the same events gets the
same digest, whatever the order they came in. A record printed earlier has the digest of the first of these acts events.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from app.domain.approvals.wire import digest_of
from app.domain.ids import EventID, RoomID, UserID

_PREFIX = "tack:approval:1:"
_DIGEST_LENGTH = 64


class RecordedEvent(NamedTuple):
    """One event as the record counts it."""

    event_id: EventID
    ts_ms: int
    sender: UserID
    content: Any


class RecordCode(NamedTuple):
    """What a code says."""

    room_id: RoomID
    digest: str


def record_digest(create: RecordedEvent, seal: RecordedEvent | None, acts: Iterable[RecordedEvent]) -> str:
    """Give the digest of a request as it stands."""
    return digest_of(_parts(create, seal, acts))


def earlier_digests(
    create: RecordedEvent, seal: RecordedEvent | None, acts: Iterable[RecordedEvent]
) -> list[str]:
    """Give the digests from before the first act to now, oldest first."""
    parts = _parts(create, seal, acts)
    return [digest_of(parts[:count]) for count in range(2, len(parts) + 1)]


def set_of(events: Iterable[RecordedEvent]) -> list[RecordedEvent]:
    """Give each event once."""
    return list({event.event_id: event for event in events}.values())


def record_code(room_id: RoomID, digest: str) -> str:
    """Give what the QR code holds."""
    return f"{_PREFIX}{room_id}:{digest}"


def parse_code(code: str) -> RecordCode | None:
    """Read what a QR code held; None when it is no code of a record."""
    text = code.strip()
    if not text.startswith(_PREFIX):
        return None
    room_id, _, digest = text.removeprefix(_PREFIX).rpartition(":")
    is_digest = len(digest) == _DIGEST_LENGTH and set(digest) <= set("0123456789abcdef")
    return RecordCode(RoomID(room_id), digest) if room_id.startswith("!") and is_digest else None


def _parts(create: RecordedEvent, seal: RecordedEvent | None, acts: Iterable[RecordedEvent]) -> list[Any]:
    """Give what the digest is over: the creation, the seal or its absence, then the acts."""
    ordered = sorted(set_of(acts), key=lambda event: (event.ts_ms, event.event_id))
    return [_part(create), _part(seal) if seal is not None else None, *map(_part, ordered)]


def _part(event: RecordedEvent) -> list[Any]:
    return [event.event_id, event.sender, digest_of(event.content)]
