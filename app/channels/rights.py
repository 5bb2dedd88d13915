"""Where something of a channel lies, and whether I may do something there: as far as this cache knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.channels.channel import level_of, needed_level
from app.domain.channels.wire import OWNER
from app.domain.content import dict_of
from app.domain.ids import EventID, RoomID, UserID
from app.domain.membership import Membership
from app.domain.sending import is_new_room
from app.errors import InputError

if TYPE_CHECKING:
    from app.domain.content import JSONObject
    from app.store.reader import Reader

WAITING_PREFIX = "~"
"""Before the transaction id of a post or comment that still waits in the send queue."""


def is_followed(read: Reader, room_id: RoomID) -> bool:
    """Whether I am in a channel, or about to make it."""
    if is_new_room(room_id):
        return True
    room = read.room(room_id)
    return room is not None and room.membership is Membership.JOIN


def room_of(read: Reader, event_id: str) -> RoomID:
    """Give the channel of a post or comment, also of one that waits. Raises `InputError` `not_found`."""
    if event_id.startswith(WAITING_PREFIX):
        row = next((one for one in read.queue(limit=5000) if one.txn_id == event_id[1:]), None)
        found = row.room_id if row is not None else None
    else:
        event = read.event(EventID(event_id))
        post = read.channels.post(EventID(event_id)) if event is None else None
        found = event.room_id if event is not None else post.room_id if post is not None else None
    if found is None:
        raise InputError("no such post", code="not_found")
    return found


def followed_room_of(read: Reader, event_id: str) -> RoomID:
    """Give the channel of a post or comment that I follow. Raises `InputError` `not_found`, `follow_first`."""
    room_id = room_of(read, event_id)
    if not is_followed(read, room_id):
        raise InputError("not in the channel", code="follow_first")
    return room_id


def may_send(read: Reader, room_id: RoomID, event_type: str, *, is_state: bool = False) -> bool:
    """Whether my power allows an event. In a channel that is still to be made it does."""
    if is_new_room(room_id):
        return True
    mine, _ = read.power_level(room_id, "redact")
    return mine >= needed_level(levels_of(read, room_id), event_type, is_state=is_state)


def may_redact(read: Reader, room_id: RoomID) -> bool:
    """Whether I may take away what others wrote."""
    mine, needed = read.power_level(room_id, "redact")
    return is_new_room(room_id) or mine >= needed


def check_state(read: Reader, room_id: RoomID, event_type: str) -> None:
    """Refuse a change that the server would refuse. Raises `InputError` `follow_first`, `no_permission`."""
    if not is_followed(read, room_id):
        raise InputError("not in the channel", code="follow_first")
    if not may_send(read, room_id, event_type, is_state=True):
        raise InputError("not enough power", code="no_permission")


def levels_of(read: Reader, room_id: RoomID) -> JSONObject:
    """Give the power levels of a channel as the cache has them."""
    return read.state_event(room_id, "m.room.power_levels") or {}


def check_other_owner(read: Reader, room_id: RoomID, levels: JSONObject, user_id: UserID) -> None:
    """Refuse to leave a channel to nobody. Raises `InputError` `last_owner`."""
    users = dict_of(levels, "users")
    others = [user for user in users if user != user_id and level_of(levels, user) >= OWNER]
    for other in others:
        member = read.member(room_id, UserID(other))
        if (
            member is None or member.membership is Membership.JOIN
        ):  # who is not known here is taken to be there
            return
    raise InputError("nobody else looks after it", code="last_owner")
