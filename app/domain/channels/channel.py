"""What a channel is: who may see it, who may do what."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.channels.wire import (
    CHANNEL_ROOM_TYPE,
    CHANNEL_TYPE,
    COMMENT_TYPE,
    EDITOR,
    OWNER,
    VERSION,
    WATCHED_TYPE,
)
from app.domain.content import MAX_INT, JSONObject, dict_of

ROOM_VERSION: Final = "11"
TXN_FIELD: Final = "im.tack.txn"
_OPEN_RULES: Final = frozenset({"public", "knock", "restricted", "knock_restricted"})
_EVERYBODY: Final = re.compile(r"[*?.]+")
MAX_SERVER: Final = 255
_PORT: Final = re.compile(r":\d{1,5}$")


class Visibility(StrEnum):
    """Who may see what is published. Every card says it."""

    INTERNAL = "internal"
    """People of this homeserver."""
    PARTNERS = "partners"
    """Also people of the named other servers."""
    PUBLIC = "public"
    """Everybody."""


class Role(StrEnum):
    """What somebody may do in a channel."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class Audience(NamedTuple):
    """Who may see a channel."""

    visibility: Visibility
    servers: tuple[str, ...] = ()
    """PARTNERS: the other servers, sorted. PUBLIC: empty."""


def audience_of(
    create: JSONObject,
    join_rules: JSONObject,
    history: JSONObject,
    acl: JSONObject,
    member_servers: Iterable[str],
    own_server: str,
) -> Audience:
    """Say who may see a room, from its rules (contents of state; empty where there is none).

    - not federated (`m.federate` false in the creation content): internal, whatever else.
    - everybody may join (`public`, `knock`…) or read (`world_readable`), and no `m.room.server_acl` names who: public.
    - a server ACL without "*" in `allow`: partners are its other servers, and those that members come from (an ACL
      hinders servers from asking, not ours from sending to them). Entries with wildcards count as named.
    - else by invitation or membership elsewhere: partners are the servers of those who are in or invited; none: internal.

    When in doubt the wider answer.
    """
    if create.get("m.federate") is False:
        return Audience(Visibility.INTERNAL)
    own = host_of(own_server)
    named = _named_by(acl, own)
    is_wide = join_rules.get("join_rule", "invite") in _OPEN_RULES or (
        history.get("history_visibility") == "world_readable"
    )
    if named is None and is_wide:
        return Audience(Visibility.PUBLIC)
    allowed = named or ()
    others = {host_of(server) for server in member_servers if server} - {own}
    servers = {*allowed, *(server for server in others if not _is_matched(server, allowed))}
    return Audience(Visibility.PARTNERS, tuple(sorted(servers))) if servers else Audience(Visibility.INTERNAL)


def is_seen_by(audience: Audience, server: str) -> bool:
    """Whether people of another server may see a channel."""
    if audience.visibility is Visibility.PARTNERS:
        return _is_matched(host_of(server), audience.servers)
    return audience.visibility is Visibility.PUBLIC


def host_of(server: str) -> str:
    """Give the name of a server as an ACL names it. Source: Matrix, "m.room.server_acl": without the port."""
    return _PORT.sub("", server).lower()


def _named_by(acl: JSONObject, own: str) -> tuple[str, ...] | None:
    """Give the other servers that an ACL lets in; None where it does not name them."""
    allow = acl.get("allow")
    if not isinstance(allow, list):
        return None
    names = [item.lower() for item in allow if isinstance(item, str) and 0 < len(item) <= MAX_SERVER]
    if any(_EVERYBODY.fullmatch(name) and "*" in name for name in names):
        return None
    deny = acl.get("deny")
    denied = [item.lower() for item in deny if isinstance(item, str)] if isinstance(deny, list) else []
    hosts = dict.fromkeys(map(host_of, names))
    return tuple(name for name in hosts if name != own and name not in denied)


def _is_matched(server: str, allowed: Iterable[str]) -> bool:
    """Whether an entry of an ACL means a server."""
    return any(_matches(entry, server) for entry in allowed)


def _matches(entry: str, server: str) -> bool:
    """Match `*` and `?` without going back further than the last `*`: entries are written by strangers."""
    at = here = 0
    star = after = -1
    while here < len(server):
        if at < len(entry) and entry[at] == "*":
            star, after, at = at, here, at + 1
        elif at < len(entry) and entry[at] in ("?", server[here]):
            at, here = at + 1, here + 1
        elif star >= 0:
            after += 1
            at, here = star + 1, after
        else:
            return False
    return not entry[at:].strip("*")


def role_of(
    power_levels: JSONObject,
    user_id: str,
    creator: str = "",
    room_version: str = "",
    creators: Iterable[str] = (),
) -> Role:
    """Give somebody's role. In room version 12 creators have power without end. Source: MSC4289.

    `creator` sent the create event; `creators` are its `additional_creators`. A room without power levels obeys its creator.
    """
    is_creator = bool(user_id) and (user_id == creator or user_id in creators)
    if is_creator and (not power_levels or has_endless_creators(room_version)):
        return Role.OWNER
    level = level_of(power_levels, user_id)
    if level >= OWNER:
        return Role.OWNER
    return Role.EDITOR if level >= EDITOR else Role.VIEWER


def has_endless_creators(room_version: str) -> bool:
    """Whether the creators of a room of this version have power that cannot be taken. Source: MSC4289."""
    return room_version.isdecimal() and int(room_version[:6]) >= 12


def level_of(power_levels: JSONObject, user_id: str) -> int:
    """Give somebody's power level as the power levels say it. Old rooms hold numbers as text."""
    users = dict_of(power_levels, "users")
    return _level(users[user_id] if user_id in users else power_levels.get("users_default"), 0)


def needed_level(power_levels: JSONObject, event_type: str, *, is_state: bool = False) -> int:
    """Give the level that sending an event of a type takes."""
    events = dict_of(power_levels, "events")
    if event_type in events:
        return _level(events[event_type], 0)
    if is_state:
        return _level(power_levels.get("state_default"), 50)
    return _level(power_levels.get("events_default"), 0)


def is_open_channel(power_levels: JSONObject) -> bool:
    """Whether everybody may comment as plain messages."""
    default = _level(power_levels.get("users_default"), 0)
    return needed_level(power_levels, "m.room.message") <= default


def editors_of(power_events: Iterable[Mapping[str, object]], creators: Iterable[str] = ()) -> frozenset[str]:
    """Give everybody who is or was an editor, from the contents of all known `m.room.power_levels` events.

    `creators`: the sender of the create event and `additional_creators`, who have power before there are levels and, from
    room version 12 on, stand in none.
    """
    found = {creator for creator in creators if creator}
    for content in power_events:
        users = content.get("users")
        if isinstance(users, dict):
            found.update(user for user, level in users.items() if _level(level, 0) >= EDITOR)
    return frozenset(found)


def _level(value: object, default: int) -> int:
    if isinstance(value, str):
        try:
            value = int(value.strip()[:20])
        except ValueError:
            return default
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return max(-MAX_INT, min(value, MAX_INT))


def channel_room(
    txn_id: str,
    me: str,
    name: str,
    about: str,
    audience: Audience,
    own_server: str,
    *,
    is_open: bool,
    avatar: str = "",
    wants_reports: bool = False,
) -> JSONObject:
    """Write the request that makes a channel (`createRoom`): FACTS A8, known again by `im.tack.txn`.

    Internal: `m.federate` false, join rule public, history world_readable. Partners: join rule public with a server ACL of
    ours and theirs, history world_readable. `is_open`: everybody may send `m.room.message` (comments are then readable and
    writable in every client); else only editors.

    No request asks to be listed in the server's directory: servers that list no rooms would refuse to make it. That is
    asked for afterwards (`is_listed`). Room version 11 lets an owner hand a channel over; in 12 its maker keeps all power.
    """
    state = [
        _state("m.room.history_visibility", {"history_visibility": "world_readable"}),
        _state("m.room.guest_access", {"guest_access": "forbidden"}),
        _state(CHANNEL_TYPE, channel_content(about, wants_reports=wants_reports)),
    ]
    if audience.visibility is Visibility.PARTNERS:
        state.append(_state("m.room.server_acl", acl_content(audience.servers, own_server)))
    if avatar:
        state.append(_state("m.room.avatar", {"url": avatar}))
    creation: JSONObject = {"type": CHANNEL_ROOM_TYPE, TXN_FIELD: txn_id}
    if audience.visibility is Visibility.INTERNAL:
        creation["m.federate"] = False
    return {
        "name": name,
        "topic": about,
        "preset": "public_chat",
        "visibility": "private",
        "room_version": ROOM_VERSION,
        "creation_content": creation,
        "initial_state": state,
        "power_level_content_override": channel_levels(me, is_open=is_open),
    }


def is_listed(audience: Audience) -> bool:
    """Whether a channel is to stand in its server's directory: partners' are found by link."""
    return audience.visibility is not Visibility.PARTNERS


def channel_levels(me: str, *, is_open: bool) -> JSONObject:
    """Give the power levels of a new channel."""
    everybody = ("m.reaction", "m.room.redaction", COMMENT_TYPE, WATCHED_TYPE)
    owners = ("power_levels", "server_acl", "tombstone", "join_rules", "history_visibility", "encryption")
    return {
        "users": {me: OWNER},
        "users_default": 0,
        "events_default": EDITOR,
        "state_default": EDITOR,
        "invite": EDITOR,
        "kick": EDITOR,
        "ban": EDITOR,
        "redact": EDITOR,
        "events": {
            "m.room.message": 0 if is_open else EDITOR,
            **dict.fromkeys(everybody, 0),
            **{f"m.room.{name}": OWNER for name in owners},
        },
    }


def acl_content(servers: Iterable[str], own_server: str) -> JSONObject:
    """Give the server ACL that lets in our server and those of partners, and nobody else.

    A name with a port stands there too: Synapse enforces by the name without, but refuses an ACL that does not name the
    server itself as it is called.
    """
    names = {name for server in (own_server, *servers) for name in (server.lower(), host_of(server))} - {""}
    return {
        "allow": sorted(names),
        "deny": [],
        "allow_ip_literals": any(_is_ip(host_of(name)) for name in names),
    }


def _is_ip(host: str) -> bool:
    return host.startswith("[") or host.replace(".", "").isdecimal()


def channel_content(about: str, *, wants_reports: bool) -> JSONObject:
    """Give the state by which a channel says of itself what Matrix has no words for."""
    return {"v": VERSION, "about": about, "reports": "finished" if wants_reports else "off"}


def _state(event_type: str, content: JSONObject) -> JSONObject:
    return {"type": event_type, "state_key": "", "content": content}
