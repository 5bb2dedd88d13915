"""The seal: how the room of a request gives up all power, and how one sees that it has.

The maker gives away their own power by setting `m.room.power_levels` once more without users. From then on nobody can
change anything but membership by invitation, messages, and each person's own acts: room versions up to 11 leave nobody
a power that does not stand in that event. Source: Matrix specification, "Room version 11", authorization rules.
"""

from app.domain.approvals.wire import ACTS_TYPE, ROOM_VERSION
from app.domain.content import JSONObject, dict_of, int_of, text_of
from app.domain.ids import UserID

NOBODY = 100
_LOCKED = ("state_default", "kick", "ban", "redact")
_LOCKED_TYPES = (("m.room.redaction", 0), ("m.room.power_levels", NOBODY))
"""And what counts where they are not named: redactions are messages, which anybody may send."""


def power_levels(maker: UserID | None) -> JSONObject:
    """Give the power levels of a request's room: with a maker as it is made, without as it is sealed."""
    return {
        "users": {} if maker is None else {maker: NOBODY},
        "users_default": 0,
        "events_default": 0,
        "state_default": NOBODY,
        "invite": 0,
        "kick": NOBODY,
        "ban": NOBODY,
        "redact": NOBODY,
        "events": {ACTS_TYPE: 0, "m.room.redaction": NOBODY, "m.room.power_levels": NOBODY},
    }


def is_sealed(create: JSONObject, levels: JSONObject) -> bool:
    """Whether nobody has power any more; `create` and `levels` are the contents of the room's current events."""
    if not is_sealable(create) or levels.get("users", {}) != {} or _level(levels, "users_default", 0) != 0:
        return False
    if any((_level(levels, name, 50) or 0) < NOBODY for name in _LOCKED):
        return False
    events = dict_of(levels, "events")
    if any((_level(events, name, default) or 0) < NOBODY for name, default in _LOCKED_TYPES):
        return False
    lowered = [name for name in events if name.startswith("m.") and (int_of(events, name) or 0) < NOBODY]
    return _level(events, ACTS_TYPE, NOBODY) == 0 and not lowered


def is_sealable(create: JSONObject) -> bool:
    """Whether the room's version lets its maker give up all power."""
    return text_of(create, "room_version") == ROOM_VERSION


def _level(levels: JSONObject, name: str, default: int) -> int | None:
    """Give a level; None where it is not a number."""
    return int_of(levels, name) if name in levels else default
