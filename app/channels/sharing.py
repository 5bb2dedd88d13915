"""Cards of posts in chats: plain clients see title and link. What is internal is not shown to others without asking."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from app.channels.rights import WAITING_PREFIX
from app.domain.channels.channel import Audience, Visibility, host_of, is_seen_by
from app.domain.channels.links import clock_words, post_link
from app.domain.channels.wire import VERSION, VIDEO_CARD_FIELD
from app.domain.ids import EventID, RoomID, server_name_of
from app.domain.membership import Membership
from app.domain.sending import RequestKind, is_new_room
from app.errors import InputError, TackError
from app.sending.contents import Relations, text_content
from app.sending.service import new_txn_id
from app.store.values import NewRequest

if TYPE_CHECKING:
    from app.domain.channels.rows import PostRow
    from app.domain.content import JSONObject
    from app.homeserver import Homeserver
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.store.reader import Reader

MOST_MEMBERS = 10_000
PRESENT = (Membership.JOIN, Membership.INVITE)


class Sharing:
    """Part of the service."""

    def __init__(self, cache: Cache, homeserver: Homeserver, sending: SendingService) -> None:
        self._cache, self._homeserver, self._sending = cache, homeserver, sending

    async def share(
        self, event_id: EventID, to: RoomID, at_ms: int | None, text: str, *, is_asked: bool
    ) -> None:
        """Queue a card. Raises `InputError` `not_found`, `room_left`, `room_encrypted`; unless `is_asked`, `share_wider`
        (servers, count)."""
        row = self._cache.read.channels.post(event_id)
        if row is None or event_id.startswith(WAITING_PREFIX):
            raise InputError("no such post", code="not_found")
        self._check_chat(to)
        if not is_asked:
            await self._check_audience(row.audience, to)
        content = card_content(row, self._via(row.room_id), at_ms, text.strip())
        request = NewRequest(to, RequestKind.EVENT, new_txn_id(), content, to, "m.room.message")
        await self._sending.queue([request])

    def _check_chat(self, to: RoomID) -> None:
        room = self._cache.read.room(to)
        if not is_new_room(to) and (room is None or room.membership is not Membership.JOIN):
            raise InputError("not in this room", code="room_left")
        if room is not None and room.is_encrypted:
            raise InputError("no plain text into an encrypted room", code="room_encrypted")

    async def _check_audience(self, audience: Audience, to: RoomID) -> None:
        if audience.visibility is Visibility.PUBLIC:
            return
        await self._load_members(to)
        own = host_of(server_name_of(self._cache.user_id))
        present = await self._cache.read_in_worker(lambda read: _servers_in(read, to))
        left = sorted(host for host in present - {own} if not is_seen_by(audience, host))
        if left:
            names = ", ".join(left[:3]) + ("…" if len(left) > 3 else "")
            raise InputError("others would see it", code="share_wider", servers=names, count=len(left))

    async def _load_members(self, room_id: RoomID) -> None:
        """Learn who is in a chat; without a line who is known must do."""
        if is_new_room(room_id) or self._cache.read.members_complete(room_id):
            return
        try:
            events = await self._homeserver.client.rooms.members(room_id)
            await self._cache.add_members(room_id, events)
        except TackError:
            pass  # offline: the card waits in the send queue, and who is in the chat is known well enough

    def _via(self, room_id: RoomID) -> tuple[str, ...]:
        channel = self._cache.read.channels.channel(room_id)
        via = channel.via if channel is not None else ()
        return tuple(dict.fromkeys((*via, server_name_of(self._cache.user_id))))[:3]


def card_content(row: PostRow, via: tuple[str, ...], at_ms: int | None, text: str) -> JSONObject:
    """Write the message that shows a post in a chat."""
    link = post_link(row.room_id, row.event_id, at_ms, via)
    title = row.title if at_ms is None else f"{row.title} ({clock_words(at_ms)})"
    body = "\n".join(part for part in (text, title, link) if part)
    said = f"<p>{html.escape(text)}</p>" if text else ""
    anchor = f'<a href="{html.escape(link)}">{html.escape(title)}</a>'
    content = text_content(body, said + anchor, (), Relations())
    card: JSONObject = {
        "v": VERSION,
        "room_id": row.room_id,
        "event_id": row.event_id,
        "title": row.title,
        "via": list(via),
    }
    content[VIDEO_CARD_FIELD] = card if at_ms is None else card | {"at": at_ms}
    return content


def _servers_in(read: Reader, room_id: RoomID) -> set[str]:
    """Give the servers of those who are in a chat or invited."""
    members = read.members(room_id, limit=MOST_MEMBERS)
    return {host_of(server_name_of(member.user_id)) for member in members if member.membership in PRESENT}
