"""Looking into a channel that one does not follow: its rules, what it says of itself, its newest posts.

Everything is read by the person's server from a room whose history everybody may read; of a room that lies elsewhere the
server knows at most a summary. Nothing here is believed further than by those who follow: a post is a post only by an
editor.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, NamedTuple

from app.channels.values import Peek
from app.domain.channels.channel import (
    Audience,
    Role,
    Visibility,
    audience_of,
    editors_of,
    has_endless_creators,
    is_open_channel,
)
from app.domain.channels.fields import line_of, paragraphs_of, uri_of
from app.domain.channels.post import post_of
from app.domain.channels.rows import ChannelRow, PostRow, Watch
from app.domain.channels.wire import CHANNEL_ROOM_TYPE, CHANNEL_TYPE, MAX_DESCRIPTION, MAX_TITLE
from app.domain.content import JSONObject, dict_of, int_of, strings_of, text_of
from app.domain.ids import EventID, RoomID, UserID, localpart_of, server_name_of
from app.domain.visible import one_line
from app.errors import Forbidden, InputError, NotFound, ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.events import Event
    from app.homeserver import Homeserver
    from app.matrix.room_pages import HierarchyRoom
    from app.matrix.rooms import RoomsAPI
    from app.store.cache import Cache

MAX_NAME = 120
NEWEST = 30
PAGE, MOST_PAGES = 100, 3
SIDE_BY_SIDE = 4
_FILTER = json.dumps(
    {"types": ["m.room.message", "m.room.power_levels", "m.room.create"], "lazy_load_members": True}
)
_FILES_FILTER = json.dumps({"types": ["m.room.message"], "contains_url": True, "lazy_load_members": True})
"""Behind the first page only what carries a file: below a much discussed post lie hundreds of comments."""
_RULES = ("m.room.create", "m.room.join_rules", "m.room.history_visibility", "m.room.server_acl")


class _Seen(NamedTuple):
    """What was read of a room's history, newest first."""

    events: tuple[Event, ...]
    names: dict[UserID, str]


class Peeking:
    """Part of `Finding`."""

    def __init__(self, cache: Cache, homeserver: Homeserver, now_ms: Callable[[], int]) -> None:
        self._cache, self._homeserver, self._now_ms = cache, homeserver, now_ms

    async def peek(self, room_id: RoomID, via: Sequence[str]) -> Peek:
        """Look into a channel and keep what is seen. Raises as `ChannelService.peek`, `InputError` `not_a_channel`."""
        rooms = self._homeserver.client.rooms
        try:
            state = await read_state(rooms, room_id)
        except (Forbidden, NotFound) as error:
            return await self._from_afar(room_id, via, error)
        if state["m.room.create"].get("type") != CHANNEL_ROOM_TYPE:
            raise InputError("a room of another kind", code="not_a_channel")
        row = self._row(room_id, state, via)
        seen = await self._history(room_id)
        maker = await self._maker(room_id, state["m.room.create"])
        posts = self._posts(row, seen, state["m.room.power_levels"], maker)
        row = row._replace(posts=len(posts), last_post_ms=max((post.ts_ms for post, _ in posts), default=0))
        await self._cache.channels.set_found([row], self._now_ms())
        await self._cache.channels.set_peeked(room_id, posts, self._now_ms())
        return Peek(row, tuple(post for post, _ in posts))

    async def _maker(self, room_id: RoomID, create: JSONObject) -> list[str]:
        """Give who made a room in whose version that person stands in no power levels."""
        if not has_endless_creators(text_of(create, "room_version") or ""):
            return []
        try:
            event = await self._homeserver.client.rooms.state_event(room_id, "m.room.create")
        except ServerError:
            return []
        return _creators(event) if event.type == "m.room.create" else []

    async def _from_afar(self, room_id: RoomID, via: Sequence[str], refused: ServerError) -> Peek:
        """Give what a summary says: our server is not in the room, or may not read it."""
        from app.matrix.room_summaries import summary_of

        try:
            answer = await self._homeserver.client.rooms.room_summary(room_id, via=via)
        except ServerError:
            raise _closed(refused) from refused
        summary = summary_of({**answer, "room_id": room_id})
        if summary.room_type != CHANNEL_ROOM_TYPE:
            raise InputError("a room of another kind", code="not_a_channel")
        known = self._cache.read.channels.channel(room_id)
        row = row_of_summary(summary, Audience(Visibility.PUBLIC), tuple(via), known)
        await self._cache.channels.set_found([row], self._now_ms())
        return Peek(row, ())

    def _row(self, room_id: RoomID, state: dict[str, JSONObject], via: Sequence[str]) -> ChannelRow:
        said = state[CHANNEL_TYPE]
        ways = tuple(dict.fromkeys((*via, server_name_of(self._cache.user_id))))
        about = text_of(said, "about") or text_of(state["m.room.topic"], "topic")
        return ChannelRow(
            room_id=room_id,
            name=line_of(state["m.room.name"].get("name"), MAX_NAME),
            about=paragraphs_of(about, MAX_DESCRIPTION),
            avatar=uri_of(state["m.room.avatar"], "url"),
            audience=_audience(state, self._cache.user_id),
            my_role=Role.VIEWER,
            is_followed=False,
            is_muted=False,
            followers=int_of(state["summary"], "num_joined_members") or 0,
            posts=0,
            unread=0,
            last_post_ms=0,
            alias=text_of(state["m.room.canonical_alias"], "alias") or "",
            via=ways,
            wants_reports=said.get("reports") == "finished",
            is_open=is_open_channel(state["m.room.power_levels"]),
            is_reached=False,
        )

    async def _history(self, room_id: RoomID) -> _Seen:
        rooms = self._homeserver.client.rooms
        found: list[Event] = []
        names: dict[UserID, str] = {}
        token: str | None = None
        for number in range(MOST_PAGES):
            try:
                wanted = _FILES_FILTER if number else _FILTER
                page = await rooms.messages(room_id, token, limit=PAGE, filter=wanted)
            except (Forbidden, NotFound) as error:
                raise _closed(error) from error
            found += page.events
            names |= {
                UserID(event.state_key): one_line(text_of(event.content, "displayname") or "")
                for event in page.state
                if event.type == "m.room.member" and event.state_key
            }
            token = page.end
            if token is None or sum(post_of(event.content) is not None for event in found) >= NEWEST:
                break
        return _Seen(tuple(found), names)

    def _posts(
        self, channel: ChannelRow, seen: _Seen, levels: JSONObject, maker: Sequence[str] = ()
    ) -> list[tuple[PostRow, JSONObject]]:
        """Give the posts among some events, edits folded in, newest first."""
        state = [event for event in seen.events if event.state_key == ""]
        powers = [event.content for event in state if event.type == "m.room.power_levels"]
        made = [_creators(event) for event in state if event.type == "m.room.create"]
        editors = editors_of([levels, *powers], [*maker, *(one for some in made for one in some)])
        edits = _edits(seen.events)
        found: list[tuple[PostRow, JSONObject]] = []
        for event in seen.events:
            is_said = event.type == "m.room.message" and event.state_key is None
            if not is_said or event.relates_to or event.sender not in editors:
                continue
            content = edits.get((event.event_id, event.sender)) or _bundled(event) or event.content
            row = _post_row(channel, event, content, seen.names.get(event.sender, ""))
            if row is not None:
                found.append((row, content))
        return found[:NEWEST]


async def read_state(rooms: RoomsAPI, room_id: RoomID) -> dict[str, JSONObject]:
    """Read what a channel says of itself, one event after another: all state at once would bring every follower.

    Raises `Forbidden`, `NotFound` where the room cannot be looked into.
    """
    state = {"m.room.create": await rooms.state_content(room_id, "m.room.create")}
    if state["m.room.create"].get("type") != CHANNEL_ROOM_TYPE:
        return state
    names = ("name", "topic", "avatar", "canonical_alias", "power_levels")
    types = (*_RULES[1:], *(f"m.room.{name}" for name in names), CHANNEL_TYPE)
    return state | await _contents(rooms, room_id, types) | {"summary": await _summary(rooms, room_id)}


async def _contents(rooms: RoomsAPI, room_id: RoomID, types: Sequence[str]) -> dict[str, JSONObject]:
    """Read the contents of some state events; of what is not there an empty one."""
    turn = asyncio.Semaphore(SIDE_BY_SIDE)

    async def read(event_type: str) -> JSONObject:
        async with turn:
            try:
                return await rooms.state_content(room_id, event_type)
            except NotFound:
                return {}

    contents = await asyncio.gather(*map(read, types))
    return dict(zip(types, contents, strict=True))


async def _summary(rooms: RoomsAPI, room_id: RoomID) -> JSONObject:
    """Ask how many follow; a server that does not know the question does not tell."""
    try:
        return await rooms.room_summary(room_id)
    except ServerError:
        return {}


async def audience_by_rules(rooms: RoomsAPI, room_id: RoomID, me: UserID) -> Audience:
    """Say who may see a room that I am not in. Raises `Forbidden`, `NotFound`."""
    create = await rooms.state_content(room_id, "m.room.create")
    if create.get("m.federate") is False:
        return Audience(Visibility.INTERNAL)
    return _audience({"m.room.create": create, **await _contents(rooms, room_id, _RULES[1:])}, me)


def row_of_summary(
    room: HierarchyRoom, audience: Audience, via: tuple[str, ...], known: ChannelRow | None
) -> ChannelRow:
    """Give the row of a channel that only a directory names; what was known of it stays."""
    return ChannelRow(
        room_id=room.room_id,
        name=line_of(room.name, MAX_NAME),
        about=paragraphs_of(room.topic, MAX_DESCRIPTION),
        avatar=uri_of({"url": room.avatar}, "url"),
        audience=audience,
        my_role=Role.VIEWER,
        is_followed=False,
        is_muted=False,
        followers=room.joined_count,
        posts=known.posts if known else 0,
        unread=0,
        last_post_ms=known.last_post_ms if known else 0,
        alias=line_of(room.alias, 255),
        via=tuple(dict.fromkeys((*(known.via if known else ()), *via)))[:3],
        wants_reports=known.wants_reports if known else False,
        is_open=known.is_open if known else True,
        is_reached=False,
    )


def _audience(state: dict[str, JSONObject], me: UserID) -> Audience:
    create, join, history, acl = (state[kind] for kind in _RULES)
    return audience_of(create, join, history, acl, (), server_name_of(me))


def _creators(event: Event) -> list[str]:
    return [event.sender, *strings_of(event.content, "additional_creators")]


def _edits(events: Sequence[Event]) -> dict[tuple[EventID, UserID], JSONObject]:
    """Give the newest edit of each event by its own sender; events come newest first."""
    found: dict[tuple[EventID, UserID], JSONObject] = {}
    for event in events:
        if event.rel_type == "m.replace" and event.target is not None:
            found.setdefault((event.target, event.sender), dict_of(event.content, "m.new_content"))
    return found


def _bundled(event: Event) -> JSONObject:
    """Give the edit that the server put beside an event. Source: Matrix, "Server-side aggregation of m.replace"."""
    edit = dict_of(dict_of(event.unsigned, "m.relations"), "m.replace")
    return dict_of(dict_of(edit, "content"), "m.new_content") if edit.get("sender") == event.sender else {}


def _post_row(channel: ChannelRow, event: Event, content: JSONObject, name: str) -> PostRow | None:
    post = post_of(content)
    if post is None:
        return None
    thread = dict_of(dict_of(event.unsigned, "m.relations"), "m.thread")
    return PostRow(
        event_id=event.event_id,
        room_id=channel.room_id,
        channel_name=channel.name,
        channel_avatar=channel.avatar,
        audience=channel.audience,
        is_followed=False,
        sender=event.sender,
        sender_name=line_of(name, MAX_TITLE) or localpart_of(event.sender),
        ts_ms=event.origin_server_ts,
        title=post.title,
        description=post.description,
        tags=post.tags,
        duration_ms=post.duration_ms,
        cover=post.cover,
        blurhash=post.blurhash,
        is_live=post.live is not None,
        live_starts_ms=post.live.starts_ms if post.live else 0,
        live_ends_ms=(post.live.ends_ms or 0) if post.live else 0,
        recording=None,
        likes=0,
        is_liked=False,
        comments=int_of(thread, "count") or 0,
        watch=Watch(),
        is_new=False,
    )


def _closed(error: ServerError) -> ServerError:
    if isinstance(error, NotFound):
        return NotFound(str(error), status=error.status, errcode=error.errcode)
    return Forbidden(str(error), status=error.status, errcode=error.errcode, code="channel_closed")
