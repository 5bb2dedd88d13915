"""How loud each room is, read from the push rules. Source: Matrix client-server API, "Push rules"."""

from app.domain.events import JSONObject, dict_of, text_of
from app.domain.ids import RoomID
from app.domain.rooms import NotifyLevel


def levels_of(push_rules: JSONObject) -> dict[RoomID, NotifyLevel]:
    """Give the rooms that are not at the default level."""
    rules = dict_of(push_rules, "global")
    levels: dict[RoomID, NotifyLevel] = {}
    for rule in _rules(rules, "room"):
        room_id = text_of(rule, "rule_id")
        if room_id and not _notifies(rule):
            levels[RoomID(room_id)] = NotifyLevel.MENTIONS
    for rule in _rules(rules, "override"):
        muted = _muted_room(rule)
        if muted is not None:
            levels[muted] = NotifyLevel.NONE
    return levels


def _rules(rules: JSONObject, kind: str) -> list[JSONObject]:
    value = rules.get(kind)
    if not isinstance(value, list):
        return []
    return [rule for rule in value if isinstance(rule, dict) and rule.get("enabled") is not False]


def _muted_room(rule: JSONObject) -> RoomID | None:
    """Give the room an override rule silences as a whole: its only condition is the room."""
    conditions = rule.get("conditions")
    if not isinstance(conditions, list) or len(conditions) != 1 or not isinstance(conditions[0], dict):
        return None
    condition = conditions[0]
    if condition.get("kind") != "event_match" or condition.get("key") != "room_id" or _notifies(rule):
        return None
    pattern = text_of(condition, "pattern")
    return RoomID(pattern) if pattern else None


def _notifies(rule: JSONObject) -> bool:
    actions = rule.get("actions")
    return isinstance(actions, list) and ("notify" in actions or "coalesce" in actions)
