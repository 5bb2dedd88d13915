"""Who may do what in a room. Source: Matrix client-server API, "m.room.power_levels"; room version 12, creators."""

from dataclasses import dataclass, field
from typing import Any

from app.domain.events import JSONObject, dict_of, strings_of
from app.domain.ids import RoomID, UserID
from app.store.stored import state_of

INFINITE = 1 << 53
"""The power of a creator of a room of version 12."""
_DEFAULTS = {"invite": 0, "kick": 50, "ban": 50, "redact": 50, "state_default": 50, "events_default": 0}
_OLD_VERSIONS = frozenset(str(n) for n in range(1, 12))


@dataclass(frozen=True, slots=True)
class PowerLevels:
    """The power levels of one room. `content` None: the room has no such event."""

    content: JSONObject | None = None
    creators: frozenset[str] = frozenset()
    has_infinite_creators: bool = False
    _users: JSONObject = field(default_factory=dict)

    def of(self, user_id: UserID | str) -> int:
        """Give a member's power."""
        if user_id in self.creators and (self.has_infinite_creators or self.content is None):
            return INFINITE if self.has_infinite_creators else 100
        if self.content is None:
            return 0
        return _level(self._users.get(user_id), _level(self.content.get("users_default"), 0))

    def needed(self, action: str) -> int:
        """Give what `invite kick ban redact state_default events_default` or sending an event type takes."""
        content = self.content or {}
        if action in _DEFAULTS:
            default = _DEFAULTS[action] if self.content is not None or action != "state_default" else 0
            return _level(content.get(action), default)
        return _level(dict_of(content, "events").get(action), self.needed("events_default"))

    @property
    def for_room_mention(self) -> int:
        """What mentioning everyone takes."""
        return _level(dict_of(self.content or {}, "notifications").get("room"), 50)


def _level(value: object, default: int) -> int:
    """Read a level; old rooms may hold numbers as text."""
    if isinstance(value, bool):
        return default
    if isinstance(value, int):
        return max(-INFINITE, min(value, INFINITE))
    if isinstance(value, str):
        try:
            return max(-INFINITE, min(int(value.strip()[:20]), INFINITE))
        except ValueError:
            return default
    return default


def load_power(conn: Any, room: int, room_id: RoomID) -> PowerLevels:
    """Read the current power levels of a room."""
    found = state_of(conn, room, room_id, ("m.room.power_levels", "m.room.create"))
    create = found.get(("m.room.create", ""))
    levels = found.get(("m.room.power_levels", ""))
    creators: frozenset[str] = frozenset()
    is_infinite = False
    if create is not None:
        creators = frozenset({create.sender, *strings_of(create.content, "additional_creators")})
        version = create.content.get("room_version", "1")
        is_infinite = (
            isinstance(version, str) and version not in _OLD_VERSIONS and not version.startswith("org.")
        )
    content = None if levels is None else levels.content
    return PowerLevels(content, creators, is_infinite, dict_of(content or {}, "users"))
