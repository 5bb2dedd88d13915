"""Parts that every sync answer has in common: receipts, typing, account data, own membership."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from app.domain.events import Event, JSONObject, int_of, strings_of, text_of
from app.domain.ids import EventID, RoomID, UserID
from app.domain.sync import Membership, Receipt
from app.errors import StrangeAnswer
from app.matrix.lenient import RawList, RawMap, Skips, raw_map, raw_value

MAX_ROOM_ID = 255
EMPTY = msgspec.Raw(b"{}")
Amount = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]
"""A number as the specification allows it in JSON; beyond it the cache could not hold it."""

AccountData = tuple[tuple[str, JSONObject], ...]


def top_level(body: bytes, position: str) -> RawMap:
    """Cut a whole answer. Raises StrangeAnswer when it is no object or has no position."""
    skips = Skips()
    members = raw_map(body, skips)
    if skips.count or position not in members:
        raise StrangeAnswer("not a sync answer", status=200)
    return members


def position_of(members: RawMap, name: str) -> str:
    """The position an answer must have. Raises StrangeAnswer."""
    value = raw_value(members[name], Skips())
    if not isinstance(value, str) or not value:
        raise StrangeAnswer(f"no {name}", status=200)
    return value


def required_map(members: RawMap, name: str) -> RawMap:
    """A part whose loss would be the loss of messages: wrong as a whole, it fails the answer (StrangeAnswer)."""
    skips = Skips()
    found = raw_map(members.get(name, EMPTY), skips)
    if skips.count:
        raise StrangeAnswer(f"{name} is no object", status=200)
    return found


def is_room_id(value: str) -> bool:
    """Whether a key of a room map is a room id (and text at all: no half surrogate pairs)."""
    if not value.startswith("!") or not 1 < len(value) <= MAX_ROOM_ID or "\0" in value:
        return False
    return not any("\ud800" <= char <= "\udfff" for char in value)


def own_membership(events: Iterable[Event], own_user: UserID) -> Membership | None:
    """What the last own member event among `events` says; None without one."""
    found = None
    for event in events:
        if event.type == "m.room.member" and event.state_key == own_user:
            found = membership_of(text_of(event.content, "membership")) or found
    return found


def membership_of(value: str | None) -> Membership | None:
    """Read a membership; None for unknown words."""
    try:
        return Membership(value) if value else None
    except ValueError:
        return None


def read_account_data(raws: RawList, skips: Skips) -> AccountData:
    """Read account data events; those without type or content are left out."""
    found = []
    for raw in raws:
        value = raw_value(raw, skips)
        if not isinstance(value, dict):
            continue
        kind, content = value.get("type"), value.get("content")
        if isinstance(kind, str) and kind and isinstance(content, dict):
            found.append((kind, content))
        else:
            skips.note()
    return tuple(found)


def content_of(value: Any, kind: str) -> JSONObject | None:
    """The content of an ephemeral event of a type; None when it is another or nonsense."""
    if not isinstance(value, dict) or value.get("type", kind) != kind:
        return None
    content = value.get("content")
    return content if isinstance(content, dict) else None


def receipts_of(content: JSONObject) -> tuple[Receipt, ...]:
    """Read the content of `m.receipt`: event → kind → user → data."""
    return tuple(
        Receipt(
            user_id=UserID(user_id),
            event_id=EventID(event_id),
            kind=kind,
            ts_ms=int_of(data, "ts") or 0,
            thread_id=text_of(data, "thread_id"),
        )
        for event_id, kinds in content.items()
        for kind, users in _members_of(kinds)
        for user_id, data in _members_of(users)
        if isinstance(data, dict) and event_id.startswith("$") and user_id.startswith("@")
    )


def typing_of(content: JSONObject) -> tuple[UserID, ...]:
    """Read the content of `m.typing`."""
    return tuple(UserID(user) for user in strings_of(content, "user_ids") if user.startswith("@"))


def _members_of(value: Any) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, dict) else ()


def room_id_of(key: str, skips: Skips) -> RoomID | None:
    """Check a key of a room map; None (and counted) when it is no room id."""
    if is_room_id(key):
        return RoomID(key)
    skips.note()
    return None
