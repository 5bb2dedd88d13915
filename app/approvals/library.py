"""The organisation's library: the room in which its templates, roles and deputies stand as state, so that sync brings them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from app.domain.approvals.planning import check_template
from app.domain.approvals.wire import (
    DEPUTY_TYPE,
    LIBRARY_ROOM_TYPE,
    MAX_EVENT_BYTES,
    MAX_PEOPLE,
    ROLES_TYPE,
    ROOM_VERSION,
    TEMPLATE_TYPE,
    canonical,
    to_content,
)
from app.domain.content import JSONObject, dict_of, int_of
from app.domain.ids import RoomID, TxnID, UserID
from app.domain.sending import RequestKind, new_room_id
from app.errors import InputError
from app.sending.service import new_txn_id
from app.store.values import NewRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.domain.approvals.template import Roles, Template
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.store.reader import Reader

EDITORS = 50
_NAME = "审批 · Approvals"


class Library:
    """Part of the service."""

    def __init__(self, cache: Cache, sending: SendingService) -> None:
        self._cache, self._sending = cache, sending
        self._versions: dict[str, int] = {}
        """What was published in this run: between sending and sync the cache knows nothing of it."""

    async def set_up(self, space_id: RoomID | None, templates: Iterable[Template]) -> None:
        """Queue the room. Raises `InputError` `approval_library_exists`."""
        libraries = await self._cache.read_in_worker(lambda read: read.approvals.libraries())
        waiting = any(
            dict_of(row.content, "creation_content").get("type") == LIBRARY_ROOM_TYPE
            for row in self._cache.read.rooms_to_be_made()
        )
        if waiting or any(can_edit for _, can_edit in libraries):
            raise InputError("there is one", code="approval_library_exists")
        editors = _editors(self._cache.read, space_id, self._cache.user_id)
        txn_id = new_txn_id()
        room_id = new_room_id(txn_id)
        led = [_with_admins(template, editors) for template in templates]
        body = library_room(txn_id, editors, space_id, led)
        await self._sending.queue([NewRequest(room_id, RequestKind.CREATE_ROOM, txn_id, body, room_id)])

    async def publish(self, template: Template) -> TxnID:
        """Queue the next version of a template. Raises as `ApprovalService.publish`."""
        entries, roles = await self._cache.read_in_worker(
            lambda read: (read.approvals.templates(), read.approvals.roles())
        )
        flaw = next(iter(check_template(template, frozenset(role.key for role in roles.roles))), None)
        if flaw is not None and not template.is_off:
            raise InputError("cannot work", code="approval_template", flaw=flaw.flaw, key=flaw.key)
        before = [entry.template.version for entry in entries if entry.template.id == template.id]
        version = max([*before, self._versions.get(template.id, 0)]) + 1
        self._versions[template.id] = version
        return await self._put(
            TEMPLATE_TYPE, template.id, to_content(msgspec.structs.replace(template, version=version))
        )

    async def set_roles(self, roles: Roles) -> TxnID:
        """Queue the roles. Raises `InputError`: `approval_no_library`, `approval_too_big`."""
        return await self._put(ROLES_TYPE, "", to_content(roles))

    async def put_away(self, content: JSONObject) -> TxnID | None:
        """Queue who stands in for me; None where there is no library."""
        libraries = await self._cache.read_in_worker(lambda read: read.approvals.libraries())
        if not libraries:
            return None
        return await self._queue(libraries[0][0], DEPUTY_TYPE, self._cache.user_id, content)

    async def _put(self, event_type: str, key: str, content: JSONObject) -> TxnID:
        libraries = await self._cache.read_in_worker(lambda read: read.approvals.libraries())
        room_id = next((room for room, can_edit in libraries if can_edit), None)
        if room_id is None:
            raise InputError("nowhere to publish", code="approval_no_library")
        return await self._queue(room_id, event_type, key, content)

    async def _queue(self, room_id: RoomID, event_type: str, key: str, content: JSONObject) -> TxnID:
        size = len(canonical(content))
        if size > MAX_EVENT_BYTES:
            raise InputError("too big", code="approval_too_big", size=size, limit=MAX_EVENT_BYTES)
        row = NewRequest(room_id, RequestKind.STATE, new_txn_id(), content, room_id, event_type, key)
        await self._sending.queue([row])
        return row.txn_id


def library_room(
    txn_id: TxnID, editors: dict[str, int], space_id: RoomID | None, templates: Iterable[Template]
) -> JSONObject:
    """Write the request that makes a library: who is in the space may enter, editors publish, everybody says of
    themselves who stands in."""
    state: list[JSONObject] = [
        {"type": TEMPLATE_TYPE, "state_key": template.id, "content": to_content(template)}
        for template in templates
    ]
    if space_id is not None:
        allow = [{"type": "m.room_membership", "room_id": space_id}]
        rules = {"join_rule": "restricted", "allow": allow}
        state.append({"type": "m.room.join_rules", "state_key": "", "content": rules})
    return {
        "room_version": ROOM_VERSION,
        "preset": "private_chat",
        "name": _NAME,
        "creation_content": {"type": LIBRARY_ROOM_TYPE, "im.tack.txn": txn_id},
        "initial_state": state,
        "power_level_content_override": {
            "users": editors,
            "events_default": EDITORS,
            "state_default": EDITORS,
            "invite": EDITORS,
            "events": {
                TEMPLATE_TYPE: EDITORS,
                ROLES_TYPE: EDITORS,
                DEPUTY_TYPE: 0,
                "m.room.power_levels": 100,
            },
        },
    }


def _with_admins(template: Template, editors: Iterable[str]) -> Template:
    """Let those who publish pass on the tasks of people who are gone, where a template says nothing else."""
    return (
        template if template.admins else msgspec.structs.replace(template, admins=tuple(editors)[:MAX_PEOPLE])
    )


def _editors(read: Reader, space_id: RoomID | None, me: UserID) -> dict[str, int]:
    """Give who runs the space: these may publish."""
    levels = read.state_event(space_id, "m.room.power_levels") if space_id is not None else None
    users = dict_of(levels or {}, "users")
    found = {user: level for user in users if (level := int_of(users, user) or 0) >= EDITORS}
    return {user: min(level, 100) for user, level in found.items()} | {me: 100}
