"""How loud each room is, read from the push rules, and the rules of a level. Source: Matrix client-server API, "Push rules"."""

from typing import Any

from app.domain.dings import PUSH_RULE_ID
from app.domain.events import JSONObject, dict_of, text_of
from app.domain.ids import RoomID
from app.domain.rooms import NotifyLevel
from app.domain.sending import RequestKind
from app.store.write import Write, from_json


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


def with_waiting_levels(w: Write, push_rules: JSONObject) -> JSONObject:
    """Give the rules with what the person set and the server does not have yet."""
    rows = w.conn.execute(
        "SELECT room_id, content FROM send_queue WHERE kind = ? AND state IN ('queued', 'sending') ORDER BY id",
        (RequestKind.LEVEL.value,),
    ).fetchall()
    for room_id, content in rows:
        push_rules = with_level(push_rules, RoomID(room_id), NotifyLevel(from_json(content)["level"]))
    return push_rules


def with_level(push_rules: JSONObject, room_id: RoomID, level: NotifyLevel) -> JSONObject:
    """Give the rules as they are once the server has this level (see `app.rooms.levels`); others stay as they are."""
    rules = dict(dict_of(push_rules, "global"))
    for kind, loud in (("override", NotifyLevel.NONE), ("room", NotifyLevel.MENTIONS)):
        value = rules.get(kind)
        kept = value if isinstance(value, list) else []
        kept = [rule for rule in kept if not isinstance(rule, dict) or rule.get("rule_id") != room_id]
        place = _behind_dings(kept)
        rules[kind] = [*kept[:place], _silence(kind, room_id), *kept[place:]] if level is loud else kept
    return {**push_rules, "global": rules}


def _behind_dings(rules: list[Any]) -> int:
    """Give where a rule that silences goes: behind the one that lets dings through, if that is there."""
    ids = [rule.get("rule_id") if isinstance(rule, dict) else None for rule in rules]
    return ids.index(PUSH_RULE_ID) + 1 if PUSH_RULE_ID in ids else 0


def _silence(kind: str, room_id: RoomID) -> JSONObject:
    rule: JSONObject = {"rule_id": room_id, "default": False, "enabled": True, "actions": []}
    if kind == "override":
        rule["conditions"] = [{"kind": "event_match", "key": "room_id", "pattern": room_id}]
    return rule


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
