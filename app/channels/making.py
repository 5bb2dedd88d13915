"""Making channels and changing them: name, picture, audience, roles.

What can wait lies in the send queue. Power levels are never queued: they are read from the server and written back at once,
so that nothing old gives power to somebody who has lost it meanwhile.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from app.channels.listing import wish_listed
from app.channels.rights import check_other_owner, check_state, is_followed, levels_of
from app.domain.channels.channel import (
    Audience,
    Role,
    Visibility,
    acl_content,
    channel_content,
    channel_room,
    has_endless_creators,
    host_of,
    is_listed,
    level_of,
)
from app.domain.channels.wire import CHANNEL_TYPE, EDITOR, MAX_DESCRIPTION, OWNER, POLICY_TYPE, VERSION
from app.domain.content import JSONObject, dict_of, strings_of, text_of
from app.domain.ids import RoomID, TxnID, UserID, server_name_of
from app.domain.sending import RequestKind, is_new_room, new_room_id
from app.errors import Forbidden, InputError
from app.sending.service import new_txn_id
from app.store.values import NewRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.channels.values import NewChannel
    from app.homeserver import Homeserver
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.store.reader import Reader

MAX_NAME = 120
LEVELS = {Role.OWNER: OWNER, Role.EDITOR: EDITOR, Role.VIEWER: 0}
ACL, LEVELS_TYPE = "m.room.server_acl", "m.room.power_levels"
EVERY_SERVER: JSONObject = {"allow": ["*"], "deny": [], "allow_ip_literals": True}


class Making:
    """Part of the service."""

    def __init__(self, cache: Cache, homeserver: Homeserver, sending: SendingService) -> None:
        self._cache, self._homeserver, self._sending = cache, homeserver, sending
        self._turn = asyncio.Lock()
        """One change of power levels at a time."""

    # Making -------------------------------------------------------------------------------------------------

    async def create(self, new: NewChannel) -> RoomID:
        """Queue making a channel; its stand-in. Raises as `ChannelService.create`."""
        name, about = _checked_name(new.name), new.about.strip()[:MAX_DESCRIPTION]
        me, txn_id = self._cache.user_id, new_txn_id()
        room_id, own = new_room_id(txn_id), server_name_of(self._cache.user_id)
        audience = new.audience or Audience(Visibility.INTERNAL)
        body = channel_room(
            txn_id, me, name, about, audience, own, is_open=new.is_open, wants_reports=new.wants_reports
        )
        rows = [NewRequest(room_id, RequestKind.CREATE_ROOM, txn_id, body, room_id)]
        if new.avatar_path:
            rows.append(await self._avatar_row(room_id, new.avatar_path))
        await wish_listed(self._cache, room_id, is_wanted=is_listed(audience))
        await self._sending.queue(rows)
        return room_id

    async def describe(
        self, room_id: RoomID, name: str | None, about: str | None, avatar_path: str | None
    ) -> None:
        """Queue a change of name, description, picture. Raises `follow_first`, `no_permission`, `channel_name`, `file_gone`…"""
        rows: list[NewRequest] = []
        if name is not None:
            rows.append(self._state_row(room_id, "m.room.name", {"name": _checked_name(name)}))
        if about is not None:
            text = about.strip()[:MAX_DESCRIPTION]
            said = self._said(room_id) | {"v": VERSION, "about": text}
            rows.append(self._state_row(room_id, "m.room.topic", {"topic": text}))
            rows.append(self._state_row(room_id, CHANNEL_TYPE, said))
        if avatar_path is not None:
            rows.append(
                await self._avatar_row(room_id, avatar_path)
                if avatar_path
                else self._state_row(room_id, "m.room.avatar", {})
            )
        for row in rows:
            check_state(self._cache.read, room_id, row.event_type)
        await self._sending.queue(rows)

    async def _avatar_row(self, room_id: RoomID, path: str) -> NewRequest:
        """Give the row that uploads a picture and makes it that of the channel. Raises `InputError` `not_a_picture`…"""
        prepared = await self._sending.prepare_file(Path(path))
        about = prepared.attachment
        if not about.mimetype.startswith("image/") or not about.width or not about.height:
            raise InputError("no picture", code="not_a_picture")
        info = {
            "mimetype": about.mimetype,
            "size": about.size_bytes,
            "w": about.width,
            "h": about.height,
        }
        return self._state_row(room_id, "m.room.avatar", {"info": info}, attachment_path=prepared.path)

    def _state_row(
        self, room_id: RoomID, event_type: str, content: JSONObject, *, attachment_path: str | None = None
    ) -> NewRequest:
        return NewRequest(
            room_id,
            RequestKind.STATE,
            new_txn_id(),
            content,
            room_id,
            event_type,
            state_key="",
            attachment_path=attachment_path,
        )

    def _said(self, room_id: RoomID) -> JSONObject:
        """Give what a channel says of itself, with what waits in the send queue."""
        rows = self._cache.read.queue(room_id=room_id, limit=5000)
        waiting = [row.content for row in rows if row.event_type == CHANNEL_TYPE]
        made = [
            dict_of(item, "content")
            for row in rows
            if row.kind is RequestKind.CREATE_ROOM
            for item in row.content.get("initial_state", ())
            if item.get("type") == CHANNEL_TYPE
        ]
        stands = self._cache.read.state_event(room_id, CHANNEL_TYPE)
        return next(iter((*waiting[::-1], *made)), None) or stands or channel_content("", wants_reports=False)

    # Rules --------------------------------------------------------------------------------------------------

    async def set_audience(self, room_id: RoomID, audience: Audience) -> None:
        """Queue who may see the channel. Raises `follow_first`, `no_permission`, `audience_fixed`."""
        check_state(self._cache.read, room_id, ACL)
        was = audience_now(self._cache.read, room_id)
        wanted = Audience(audience.visibility, tuple(sorted(map(host_of, audience.servers))))
        if wanted == was:
            return
        if Visibility.INTERNAL in (was.visibility, audience.visibility):
            raise InputError("cannot be changed", code="audience_fixed")
        own = server_name_of(self._cache.user_id)
        is_public = audience.visibility is Visibility.PUBLIC
        rows = [
            self._state_row(room_id, ACL, EVERY_SERVER if is_public else acl_content(audience.servers, own)),
            self._state_row(room_id, "m.room.join_rules", {"join_rule": "public"}),
            self._state_row(room_id, "m.room.history_visibility", {"history_visibility": "world_readable"}),
        ]
        await wish_listed(self._cache, room_id, is_wanted=is_listed(audience))
        await self._sending.queue(rows)

    async def set_reports(self, room_id: RoomID, wanted: bool) -> None:
        """Queue whether the channel asks who has finished. Raises `follow_first`, `no_permission`."""
        check_state(self._cache.read, room_id, CHANNEL_TYPE)
        content = self._said(room_id) | {"v": VERSION, "reports": "finished" if wanted else "off"}
        await self._sending.queue([self._state_row(room_id, CHANNEL_TYPE, content)])

    async def set_open(self, room_id: RoomID, is_open: bool) -> None:
        """Let everybody send messages, or only editors. Raises `follow_first`, `no_permission`, `Forbidden`, `NetworkError`."""
        check_state(self._cache.read, room_id, LEVELS_TYPE)
        async with self._turn:
            levels = await self._levels(room_id)
            needed = 0 if is_open else EDITOR
            events = dict_of(levels, "events") | {"m.room.message": needed}
            await self._put_levels(room_id, levels | {"events": events})

    async def set_role(self, room_id: RoomID, user_id: UserID, role: Role) -> None:
        """Give somebody a role. Raises as `ChannelService.set_role`, `InputError` `role_fixed`, `no_permission`."""
        check_state(self._cache.read, room_id, LEVELS_TYPE)
        create = self._cache.read.state_event(room_id, "m.room.create") or {}
        creator = await self._cache.read_in_worker(lambda read: creators_of(read, room_id))
        if has_endless_creators(text_of(create, "room_version") or "") and user_id in creator:
            raise InputError("a creator keeps all power", code="role_fixed")
        async with self._turn:
            levels = await self._levels(room_id)
            self._check_owner_left(room_id, levels, user_id, role)
            users = {key: value for key, value in dict_of(levels, "users").items() if key != user_id}
            if role is not Role.VIEWER:
                users[user_id] = LEVELS[role]
            await self._put_levels(room_id, levels | {"users": users})

    def _check_owner_left(self, room_id: RoomID, levels: JSONObject, user_id: UserID, role: Role) -> None:
        if role is not Role.OWNER and level_of(levels, user_id) >= OWNER:
            check_other_owner(self._cache.read, room_id, levels, user_id)

    async def _levels(self, room_id: RoomID) -> JSONObject:
        """Give the power levels as the server has them. Raises `InputError` `not_made_yet`."""
        if is_new_room(room_id):
            raise InputError("still to be made", code="not_made_yet")
        return await self._homeserver.client.rooms.state_content(room_id, LEVELS_TYPE)

    async def _put_levels(self, room_id: RoomID, levels: JSONObject) -> None:
        await self._homeserver.client.rooms.send_state(room_id, LEVELS_TYPE, "", levels)

    # People -------------------------------------------------------------------------------------------------

    async def invite(self, room_id: RoomID, users: Sequence[UserID]) -> None:
        """Queue invitations. Raises `follow_first`, `no_permission`, `nobody_chosen`."""
        read = self._cache.read
        if not is_followed(read, room_id):
            raise InputError("not in the channel", code="follow_first")
        mine, needed = read.power_level(room_id, "invite")
        if not is_new_room(room_id) and mine < needed:
            raise InputError("not enough power", code="no_permission")
        people = [user for user in dict.fromkeys(users) if user != self._cache.user_id]
        if not people:
            raise InputError("nobody to invite", code="nobody_chosen")
        content: JSONObject = {"invite": people}
        row = NewRequest(f"invite:{room_id}", RequestKind.INVITE, new_txn_id(), content, room_id)
        await self._sending.queue([row])

    # The company --------------------------------------------------------------------------------------------

    async def set_policy(self, allowed: bool) -> TxnID:
        """Queue the company's consent to reports. Raises `Forbidden`, `InputError` `no_organisation`."""
        space = await self._cache.read_in_worker(organisation_of)
        if space is None:
            raise InputError("in no organisation", code="no_organisation")
        mine, _ = self._cache.read.power_level(space, "state_default")
        levels = levels_of(self._cache.read, space)
        needed = dict_of(levels, "events").get(POLICY_TYPE, levels.get("state_default", 50))
        if not isinstance(needed, int) or mine < needed:
            raise Forbidden("does not run the space", status=403)
        row = self._state_row(space, POLICY_TYPE, {"v": VERSION, "watched_reports": allowed})
        await self._sending.queue([row])
        return row.txn_id


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise InputError("no name", code="channel_name", limit=MAX_NAME)
    return name


def audience_now(read: Reader, room_id: RoomID) -> Audience:
    """Give who may see a channel of mine. Raises `InputError` `not_made_yet`."""
    channel = read.channels.channel(room_id)
    if channel is None:
        raise InputError("still to be made", code="not_made_yet")
    return channel.audience


def creators_of(read: Reader, room_id: RoomID) -> frozenset[str]:
    """Give who made a room."""
    create = read.state_event(room_id, "m.room.create") or {}
    return frozenset(
        (read.state_sender(room_id, "m.room.create") or "", *strings_of(create, "additional_creators"))
    )


def organisation_of(read: Reader) -> RoomID | None:
    """Give the company's own space: the topmost of those that were made on my server."""
    spaces = read.spaces()
    below = {child for space in spaces for child in space.children}
    own = [
        space.room_id
        for space in spaces
        if space.room_id not in below and is_of_own_server(read, space.room_id)
    ]
    return next(iter(sorted(own)), None)


def is_of_own_server(read: Reader, room_id: RoomID) -> bool:
    """Whether a room was made by somebody of my server."""
    maker, session = read.state_sender(room_id, "m.room.create"), read.session()
    return bool(maker and session) and server_name_of(UserID(maker or "")) == server_name_of(
        session.user_id if session else UserID("")
    )
