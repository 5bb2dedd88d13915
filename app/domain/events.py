"""One event as the homeserver served it, parsed without trust.

`parse_event` never raises: what is not an event by the specification becomes an `Event` of type
`MALFORMED` under an id derived from its bytes, so that it is kept raw and can be looked at later.
Contents stay untyped JSON here; who reads a field checks its type (see `text_of`, `dict_of`, `int_of`).
Source: Matrix client-server API, "Room event format", "Size limits".
"""

import re
from typing import TYPE_CHECKING, Any

import msgspec

from app.domain.content import JSONObject as JSONObject
from app.domain.content import dict_of as dict_of
from app.domain.content import int_of as int_of
from app.domain.content import strings_of as strings_of
from app.domain.content import text_of as text_of
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.late import Late

if TYPE_CHECKING:
    import hashlib
else:
    hashlib = Late("hashlib")

MALFORMED = "im.tack.malformed"
MAX_ID_BYTES = 255
MAX_TS_MS = 1 << 53
MAX_DEPTH = 100
"""Objects and lists inside each other. A reader's own stack decides how deep JSON may be: what one can read the
next could not, so we say no long before."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed event. `raw` holds the exact bytes of the JSON object as received."""

    event_id: EventID
    room_id: RoomID
    type: str
    sender: UserID
    origin_server_ts: int
    """Milliseconds since the epoch, as the sender's server claims."""
    content: JSONObject
    raw: bytes
    state_key: str | None = None
    redacts: EventID | None = None
    unsigned: JSONObject = {}

    @property
    def txn_id(self) -> TxnID | None:
        """The transaction id, present only for events this device sent."""
        value = self.unsigned.get("transaction_id")
        return TxnID(value) if isinstance(value, str) else None

    @property
    def is_state(self) -> bool:
        """Whether the event sets room state."""
        return self.state_key is not None

    @property
    def relates_to(self) -> JSONObject:
        """The `m.relates_to` object; empty when absent or of a wrong type."""
        return dict_of(self.content, "m.relates_to")

    @property
    def rel_type(self) -> str | None:
        """`m.replace`, `m.annotation`, `m.thread`, `m.reference` … or None."""
        return text_of(self.relates_to, "rel_type")

    @property
    def target(self) -> EventID | None:
        """The event this one relates to by `rel_type`."""
        value = text_of(self.relates_to, "event_id")
        return EventID(value) if value else None

    @property
    def reply_to(self) -> EventID | None:
        """The event this one answers; None for the fallback that a thread message carries."""
        if self.rel_type == "m.thread" and self.relates_to.get("is_falling_back") is True:
            return None
        value = text_of(dict_of(self.relates_to, "m.in_reply_to"), "event_id")
        return EventID(value) if value else None


class _WireEvent(msgspec.Struct):
    event_id: str
    type: str
    sender: str
    origin_server_ts: int | float
    content: dict[str, Any]
    state_key: str | None = None
    redacts: Any = None
    unsigned: Any = None


class _WireStripped(msgspec.Struct):
    type: str
    content: dict[str, Any]
    sender: str = ""
    state_key: str = ""


_decoder = msgspec.json.Decoder(_WireEvent)
_stripped_decoder = msgspec.json.Decoder(_WireStripped)
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_MARKS = bytes(set(range(256)) - set(b"[]{}"))
_AS_LISTS = bytes.maketrans(b"{}", b"[]")


def parse_event(raw: bytes, room_id: RoomID) -> Event:
    """Parse one event object (UTF-8 JSON). Never raises; see the module text."""
    if _is_too_deep(raw):
        return malformed_event(raw, room_id)
    try:
        wire = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return malformed_event(raw, room_id)
    ts = int(wire.origin_server_ts) if abs(wire.origin_server_ts) < MAX_TS_MS else -1
    if not _is_id(wire.event_id, "$") or not _is_id(wire.sender, "@") or not wire.type or ts < 0:
        return malformed_event(raw, room_id)
    if len(wire.type) > MAX_ID_BYTES or len(wire.state_key or "") > MAX_ID_BYTES:
        return malformed_event(raw, room_id)
    unsigned: JSONObject = wire.unsigned if isinstance(wire.unsigned, dict) else {}
    redacts = wire.redacts if isinstance(wire.redacts, str) else text_of(wire.content, "redacts")
    return Event(
        event_id=EventID(wire.event_id),
        room_id=room_id,
        type=wire.type,
        sender=UserID(wire.sender),
        origin_server_ts=ts,
        content=wire.content,
        raw=raw,
        state_key=wire.state_key,
        redacts=EventID(redacts) if redacts and _is_redaction(wire) else None,
        unsigned=unsigned,
    )


def malformed_event(raw: bytes, room_id: RoomID) -> Event:
    """Wrap bytes that are not an event so that they can be stored and never shown as a message."""
    digest = hashlib.sha256(room_id.encode("utf-8", "replace") + raw).hexdigest()
    return Event(
        event_id=EventID(f"~{digest}"),
        room_id=room_id,
        type=MALFORMED,
        sender=UserID(""),
        origin_server_ts=0,
        content={},
        raw=raw,
    )


def parse_stripped(raw: bytes, room_id: RoomID) -> Event:
    """Parse one stripped state event (of an invitation or a knock). Never raises.

    Stripped state has no event id and no time: the id is `~stripped` and a digest, so the same bytes
    always give the same event. Source: Matrix client-server API, "Stripped state".
    """
    if _is_too_deep(raw):
        return malformed_event(raw, room_id)
    try:
        wire = _stripped_decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return malformed_event(raw, room_id)
    if not wire.type or len(wire.type) > MAX_ID_BYTES or len(wire.state_key) > MAX_ID_BYTES:
        return malformed_event(raw, room_id)
    digest = hashlib.sha256(room_id.encode("utf-8", "replace") + raw).hexdigest()
    return Event(
        event_id=EventID(f"~stripped{digest}"),
        room_id=room_id,
        type=wire.type,
        sender=UserID(wire.sender if _is_id(wire.sender, "@") else ""),
        origin_server_ts=0,
        content=wire.content,
        raw=raw,
        state_key=wire.state_key,
    )


def _is_redaction(wire: _WireEvent) -> bool:
    """Room state of that type redacts nothing: who may set state need not be allowed to redact."""
    return wire.type == "m.room.redaction" and wire.state_key is None


def _is_too_deep(raw: bytes) -> bool:
    """Whether JSON is nested deeper than `MAX_DEPTH`: each pass takes the innermost objects and lists away."""
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return False
    marks = _STRING.sub(b"", raw).translate(_AS_LISTS, _NO_MARKS)
    for _ in range(MAX_DEPTH):
        if not marks:
            return False
        marks = marks.replace(b"[]", b"")
    return bool(marks)


def _is_id(value: str, sigil: str) -> bool:
    return value.startswith(sigil) and 1 < len(value) <= MAX_ID_BYTES and "\0" not in value
