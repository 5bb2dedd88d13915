"""What a channel is: who may see it, who may do what."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from app.domain.content import JSONObject


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
    - a server ACL without "*" in `allow`: partners are its other servers. Entries with wildcards count as named.
    - else by invitation or membership elsewhere: partners are the servers of those who are in or invited; none: internal.

    When in doubt the wider answer.
    """
    raise NotImplementedError


def role_of(power_levels: JSONObject, user_id: str, creator: str = "", room_version: str = "") -> Role:
    """Give somebody's role. In room version 12 creators have power without end. Source: MSC4289."""
    raise NotImplementedError


def editors_of(power_events: Iterable[Mapping[str, object]]) -> frozenset[str]:
    """Give everybody who is or was an editor, from the contents of all known `m.room.power_levels` events."""
    raise NotImplementedError


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
) -> JSONObject:
    """Write the request that makes a channel (`createRoom`): FACTS A8, known again by `im.tack.txn`.

    Internal: `m.federate` false, join rule public, history world_readable, listed in the server's directory. Partners:
    join rule public with a server ACL of ours and theirs, history world_readable, not listed. Public: listed. `is_open`: everybody may
    send `m.room.message` (comments are then readable and writable in every client); else only editors.
    """
    raise NotImplementedError
