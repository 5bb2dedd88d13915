"""The library: templates, roles and deputies as rooms of type `LIBRARY_ROOM_TYPE` that I am in hold them.

Who may publish there the room's power levels say, and the server keeps to them. Anybody may make such a room, so those
that a space I am in counts among its children come first, then those of my own server; where two publish the
same, the first one counts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from app.domain.approvals.request import Deputy
from app.domain.approvals.rows import TemplateEntry, Trust
from app.domain.approvals.template import Away, Role, Roles, Template
from app.domain.approvals.wire import (
    DEPUTY_TYPE,
    LIBRARY_ROOM_TYPE,
    ROLES_TYPE,
    TEMPLATE_TYPE,
    digest_of,
    to_content,
)
from app.domain.content import dict_of, int_of
from app.domain.ids import EventID, RoomID, UserID, server_name_of
from app.store.kept import SHIPPED_TEMPLATES, read_kv
from app.store.power import load_power
from app.store.sql import from_json, sql_text
from app.store.stored import parse_stored, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.domain.approvals.request import RequestContent
    from app.domain.events import Event, JSONObject

T = TypeVar("T", bound=msgspec.Struct)

SOON_MS = 30 * 24 * 3600 * 1000
"""Absences this far ahead are written into a request: it may wait so long."""
_LIBRARIES = "SELECT id, room_id FROM room WHERE room_type = ? AND membership = 'join' ORDER BY id"
_CHILDREN = (
    "SELECT s.key FROM room r JOIN state s ON s.room = r.id AND s.type = 'm.space.child' JOIN event e ON e.id = s.event"
    " WHERE r.room_type = 'm.space' AND r.membership = 'join' AND instr(e.raw, CAST('\"via\"' AS BLOB))"
)
_QUEUED = (
    "SELECT event_type, state_key, content FROM send_queue WHERE room_id = ? AND kind = 'state' AND state != 'wedged'"
    " AND event_type IN (?, ?, ?) ORDER BY id"
)
_USED = "SELECT max(made_ms) FROM approval WHERE is_mine = 1 AND template_id = ?"


class Library(NamedTuple):
    """A library room I am in."""

    room: int
    room_id: RoomID
    can_edit: bool
    is_ours: bool
    """My organisation's: only what stands in it makes a request verified."""


class Published(NamedTuple):
    """One state event of a library as it stands, or as it will when the send queue is through."""

    content: JSONObject
    sender: UserID
    event_id: EventID | None
    is_queued: bool = False


def read_libraries(conn: Any, me: UserID) -> list[Library]:
    """Give the libraries, the one that counts first in front."""
    rows = conn.execute(_LIBRARIES, (LIBRARY_ROOM_TYPE,)).fetchall()
    if not rows:
        return []
    listed = {row[0] for row in conn.execute(_CHILDREN)}
    ranked = sorted((_rank(conn, me, room, RoomID(room_id), listed), room, room_id) for room, room_id in rows)
    best = ranked[0][0]
    return [
        Library(
            room,
            RoomID(room_id),
            _can_edit(conn, me, room, RoomID(room_id)),
            rank == best and rank < _FOREIGN,
        )
        for rank, room, room_id in ranked
    ]


_LISTED, _OWN, _FOREIGN = range(3)


def _rank(conn: Any, me: UserID, room: int, room_id: RoomID, listed: set[str]) -> int:
    create = state_of(conn, room, room_id, ("m.room.create",)).get(("m.room.create", ""))
    if create is None or server_name_of(create.sender) != server_name_of(me):
        return _FOREIGN
    return _LISTED if room_id in listed else _OWN


def _can_edit(conn: Any, me: UserID, room: int, room_id: RoomID) -> bool:
    power = load_power(conn, room, room_id)
    own = int_of(dict_of(power.content or {}, "events"), TEMPLATE_TYPE)
    return power.of(me) >= (power.needed("state_default") if own is None else own)


def _published(conn: Any, library: Library) -> dict[tuple[str, str], Published]:
    types = (TEMPLATE_TYPE, ROLES_TYPE, DEPUTY_TYPE)
    found = {
        name: Published(event.content, event.sender, event.event_id)
        for name, event in state_of(conn, library.room, library.room_id, types, None).items()
    }
    for type_, key, text in conn.execute(_QUEUED, (library.room_id, *types)):
        found[(type_, key or "")] = Published(from_json(text), UserID(key or ""), None, is_queued=True)
    return found


def _parsed(content: JSONObject, kind: type[T]) -> T | None:
    if not content:
        return None
    try:
        return msgspec.convert(content, kind)
    except (ValueError, RecursionError):  # half a surrogate is a ValueError, too
        return None


# Templates ------------------------------------------------------------------------------------------------------


def read_templates(conn: Any, me: UserID) -> tuple[TemplateEntry, ...]:
    """Give the templates of all libraries."""
    found: dict[str, TemplateEntry] = {}
    for library in read_libraries(conn, me):
        for entry in _templates_of(conn, library):
            found.setdefault(entry.template.id, entry)
    return tuple(entry for entry in found.values() if entry.can_edit or not entry.template.is_off)


def _templates_of(conn: Any, library: Library) -> Iterator[TemplateEntry]:
    for (type_, key), published in sorted(_published(conn, library).items()):
        template = _parsed(published.content, Template) if type_ == TEMPLATE_TYPE else None
        if template is not None and template.id == key:
            used = conn.execute(_USED, (sql_text(template.id),)).fetchone()[0] or 0
            yield TemplateEntry(
                template, library.room_id, published.event_id, library.can_edit, used, published.is_queued
            )


def digest_in(conn: Any, library: RoomID, event_id: EventID) -> str | None:
    """Give the digest of a template as an event of a library room published it; None where that is not known."""
    event = _template_event(conn, library, event_id)
    template = None if event is None else _parsed(event.content, Template)
    return None if template is None else _digest(template)


def _template_event(conn: Any, library: RoomID, event_id: EventID) -> Event | None:
    row = conn.execute(
        "SELECT e.raw FROM event e JOIN room r ON r.id = e.room WHERE e.event_id = ? AND r.room_id = ?"
        " AND r.room_type = ? AND e.type = ? AND e.state_key IS NOT NULL",
        (sql_text(event_id), sql_text(library), LIBRARY_ROOM_TYPE, TEMPLATE_TYPE),
    ).fetchone()
    return None if row is None else parse_stored(row[0], event_id, library)


def _digest(template: Template) -> str:
    return digest_of(to_content(template))


def trust_in(conn: Any, me: UserID, content: RequestContent) -> Trust:
    """Say whether the template in a request is my organisation's. That its hash is right `check_request` says."""
    shipped = json.loads(read_kv(conn, *SHIPPED_TEMPLATES) or "[]")
    if content.template_hash in shipped:
        return Trust.VERIFIED
    if not content.library or not content.template_event:
        return Trust.UNKNOWN
    known = digest_in(conn, RoomID(content.library), EventID(content.template_event))
    if known is None:
        return Trust.UNKNOWN
    if known != content.template_hash:
        return Trust.DIFFERS
    ours = {library.room_id for library in read_libraries(conn, me) if library.is_ours}
    return Trust.VERIFIED if content.library in ours else Trust.UNKNOWN


# Roles and deputies ---------------------------------------------------------------------------------------------


def read_roles(conn: Any, me: UserID) -> Roles:
    """Give the roles of all libraries; of two with one key the first."""
    found: dict[str, Role] = {}
    for library in read_libraries(conn, me):
        published = _published(conn, library).get((ROLES_TYPE, ""))
        roles = None if published is None else _parsed(published.content, Roles)
        for role in () if roles is None else roles.roles:
            found.setdefault(role.key, role)
    return Roles(tuple(found.values())[:200])


def read_away(conn: Any, me: UserID) -> dict[UserID, Away]:
    """Give who is away, also later. Only what somebody says of themselves counts."""
    found: dict[UserID, Away] = {}
    for library in read_libraries(conn, me):
        for (type_, key), published in sorted(_published(conn, library).items()):
            if type_ != DEPUTY_TYPE or published.sender != key:
                continue
            away = _parsed(published.content, Away)
            if away is not None and away.deputy.startswith("@") and away.deputy != key:
                found.setdefault(UserID(key), away)
    return found


def read_deputies(
    conn: Any, me: UserID, users: tuple[UserID, ...], template_id: str, now_ms: int
) -> tuple[Deputy, ...]:
    """Give who decides for those of some people who are or will soon be away."""
    away = read_away(conn, me)
    return tuple(
        Deputy(user, UserID(found.deputy), max(0, found.from_ms), found.until_ms)
        for user in dict.fromkeys(users)
        if (found := away.get(user)) is not None
        and found.until_ms >= now_ms
        and found.from_ms <= now_ms + SOON_MS
        and (not found.templates or template_id in found.templates)
    )
