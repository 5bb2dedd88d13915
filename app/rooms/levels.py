"""How loud a room is, on the wire: the push rules of one account. Source: Matrix client-server API, "Push rules"."""

from collections.abc import Awaitable
from typing import Any

from app.domain.content import JSONObject
from app.domain.dings import PUSH_RULE_ID
from app.domain.ids import RoomID
from app.domain.rooms import NotifyLevel
from app.errors import NotFound
from app.homeserver import Homeserver

DING_RULE = PUSH_RULE_ID
"""The override rule that lets a ding for me notify; rules that mute rooms stand after it."""


async def put_level(homeserver: Homeserver, room_id: RoomID, level: NotifyLevel) -> None:
    """Make a room as loud as said, for all devices. Doing it again changes nothing. Raises `TackError`."""
    rules = homeserver.client.push_rules
    if level is NotifyLevel.NONE:
        in_room = {"kind": "event_match", "key": "room_id", "pattern": room_id}
        after = DING_RULE if _has_ding_rule(await rules.get()) else None
        await rules.put("override", room_id, {"conditions": [in_room], "actions": []}, after=after)
    else:
        await _ignoring_absence(rules.delete("override", room_id))
    if level is NotifyLevel.MENTIONS:
        await rules.put("room", room_id, {"actions": []})
    else:
        await _ignoring_absence(rules.delete("room", room_id))


def _has_ding_rule(rules: JSONObject) -> bool:
    """Whether the ding rule is there; a rule put after one that is absent would be refused."""
    of_all = rules.get("global")
    overrides = of_all.get("override") if isinstance(of_all, dict) else None
    return isinstance(overrides, list) and any(
        isinstance(rule, dict) and rule.get("rule_id") == DING_RULE for rule in overrides
    )


async def _ignoring_absence(call: Awaitable[Any]) -> None:
    """Await the deletion of what may not be there."""
    try:
        await call
    except NotFound:
        pass
