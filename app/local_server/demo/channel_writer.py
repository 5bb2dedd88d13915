"""Write the company's video channels: rooms as Tack makes them, films as posts, comments, likes, who has finished what."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

from app.domain.channels.channel import Audience, Visibility, channel_room, is_listed
from app.domain.channels.post import (
    Chapter,
    FormLink,
    LiveStream,
    Post,
    Rendition,
    Storyboard,
    SubtitleTrack,
    content_of,
)
from app.domain.channels.wire import (
    AT_FIELD,
    COMMENT_TYPE,
    COURSE_TYPE,
    EDITOR,
    LIKE,
    OWNER,
    POLICY_TYPE,
    RESERVE,
    VERSION,
    WATCH_TYPE,
    WATCHED_TYPE,
)
from app.domain.ids import EventID, RoomID, TxnID, UserID
from app.local_server.demo.dings import Ahead
from app.local_server.demo.films import (
    BOARD_COLUMNS,
    BOARD_EVERY_MS,
    BOARD_HEIGHT,
    BOARD_WIDTH,
    HEIGHT,
    WIDTH,
    Channel,
    Film,
    channels,
    subtitle_text,
)
from app.local_server.demo.media import make_image
from app.local_server.demo.people import SIGNED_IN
from app.local_server.demo.script import Moment
from app.local_server.demo.words import in_thread, reaction_content

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.domain.content import JSONObject
    from app.local_server.demo.calendar import Calendar
    from app.matrix.client import MatrixClient

CHANNELS = "channel-school"
"""The key of the first channel among the company's rooms: where it is, the channels are there."""
COMMENT_AFTER_MS = 1_700_000
LIKE_AFTER_MS = 400_000
LANGUAGES = (("zh", "zh-Hans", "简体中文"), ("en", "en", "English"))
STOPPED_AT = {"travel": 0.55, "nofan": 0.3}
"""Where 李娜 stopped, as shares."""


class ChannelWriter:
    """`folder` holds the films (see `films`); `rooms` are the company's, the channels are added to them."""

    def __init__(
        self,
        client: MatrixClient,
        server_name: str,
        rooms: dict[str, RoomID],
        calendar: Calendar,
        folder: Path,
    ) -> None:
        self._client, self._server_name = client, server_name
        self._rooms, self._calendar, self._folder = rooms, calendar, folder
        self._written = 0

    def user(self, key: str) -> UserID:
        """Give a person's id."""
        return UserID(f"@{key}:{self._server_name}")

    async def write(self, owner: str) -> None:
        """Write all; `owner` runs the company's space and lets channels ask who has finished a training."""
        policy: JSONObject = {"v": VERSION, "watched_reports": True}
        await self._as(owner).rooms.send_state(self._rooms["company"], POLICY_TYPE, "", policy)
        async with asyncio.TaskGroup() as group:
            for channel in channels():
                group.create_task(self._channel(channel))

    # One channel ------------------------------------------------------------------------------------------------

    async def _channel(self, channel: Channel) -> None:
        room = self._rooms[f"channel-{channel.key}"] = await self._room(channel)
        for key in dict.fromkeys((*channel.editors, *channel.followers)):
            await self._as(key).rooms.join(room)
        posts: dict[str, EventID] = {}
        for film in channel.films:
            posts[film.key] = await self._film(channel, room, film)
        order = [posts[film.key] for film in channel.films]
        if channel.live is not None:
            order.append(await self._live(channel, room))
        if channel.course is not None:
            await self._course(channel, room, posts)
        await self._reports(channel, room, posts)
        if SIGNED_IN in channel.followers:
            await self._own_marks(channel, room, posts, order)

    async def _room(self, channel: Channel) -> RoomID:
        owner = self._as(channel.owner)
        audience = Audience(Visibility(channel.audience), channel.partners)
        picture = make_image("192x192", *channel.colours)
        avatar = await owner.media.upload(picture.data, "channel.png", picture.mimetype)
        body = channel_room(
            f"demo.{channel.key}",
            self.user(channel.owner),
            channel.name,
            channel.about,
            audience,
            self._server_name,
            is_open=channel.is_open,
            avatar=avatar,
            wants_reports=channel.wants_reports,
        )
        users = {self.user(key): EDITOR for key in channel.editors} | {self.user(channel.owner): OWNER}
        body["power_level_content_override"]["users"] = users
        room = await owner.rooms.create_room(body)
        if is_listed(audience):
            await owner.directory.set_listed(room, True)
        return room

    async def _film(self, channel: Channel, room: RoomID, film: Film) -> EventID:
        when = self._at(film.when)
        event = await self._say(room, film.who, "m.room.message", content_of(await self._post(film)), when)
        for number, key in enumerate(film.likes):
            await self._say(
                room, key, "m.reaction", reaction_content(LIKE, event), when + (number + 1) * LIKE_AFTER_MS
            )
        said: list[EventID] = []
        for number, (who, second, text, answered) in enumerate(film.comments):
            content = self._comment(channel, event, text, second)
            content = in_thread(content, event, said[answered] if answered is not None else event)
            if answered is not None:
                content["m.relates_to"]["is_falling_back"] = False
            kind = "m.room.message" if channel.is_open else COMMENT_TYPE
            said.append(await self._say(room, who, kind, content, when + (number + 1) * COMMENT_AFTER_MS))
        return event

    def _comment(self, channel: Channel, post: EventID, text: str, second: int | None) -> JSONObject:
        content: JSONObject = {"body": text, "m.mentions": {}}
        content |= {"msgtype": "m.text"} if channel.is_open else {"v": VERSION}
        if second is not None:
            content[AT_FIELD] = second * 1000
        return content

    async def _post(self, film: Film) -> Post:
        """Upload a film's files."""
        video, cover, board = await asyncio.gather(
            *(
                asyncio.to_thread((self._folder / f"{film.key}{end}").read_bytes)
                for end in (".mp4", ".jpg", ".board.jpg")
            )
        )
        media = self._as(film.who).media
        uri = await media.upload(video, f"{film.key}.mp4", "video/mp4")
        digest = hashlib.sha256(video).hexdigest()
        rows = -(-film.seconds * 1000 // BOARD_EVERY_MS // BOARD_COLUMNS)
        board_uri = await media.upload(board, "board.jpg", "image/jpeg")
        return Post(
            title=film.title,
            description=film.description,
            tags=film.tags,
            duration_ms=film.seconds * 1000,
            cover=await media.upload(cover, "cover.jpg", "image/jpeg"),
            cover_width=WIDTH,
            cover_height=HEIGHT,
            renditions=(Rendition(uri, "video/mp4", len(video), WIDTH, HEIGHT, digest),),
            chapters=tuple(Chapter(at * 1000, title) for at, title in film.chapters),
            subtitles=tuple(
                [track for track in [await self._subtitle(film, *one) for one in LANGUAGES] if track]
            ),
            storyboard=Storyboard(board_uri, BOARD_COLUMNS, rows, BOARD_EVERY_MS, BOARD_WIDTH, BOARD_HEIGHT),
            form=FormLink(*film.form) if film.form else None,
            filename=f"{film.key}.mp4",
        )

    async def _subtitle(self, film: Film, field: str, language: str, label: str) -> SubtitleTrack | None:
        lines = film.zh if field == "zh" else film.en
        if not lines:
            return None
        text = subtitle_text(film, lines).encode()
        uri = await self._as(film.who).media.upload(text, f"{film.key}.{field}.vtt", "text/vtt")
        return SubtitleTrack(language, label, "vtt", uri, len(text))

    async def _live(self, channel: Channel, room: RoomID) -> EventID:
        live = channel.live
        assert live is not None
        starts = self._calendar.ahead_ms(Ahead(workdays=live.workdays, minute=live.minute))
        picture = make_image(f"{WIDTH}x{HEIGHT}", *channel.colours)
        cover = await self._as(live.who).media.upload(picture.data, "cover.png", picture.mimetype)
        post = Post(
            title=live.title,
            description=live.description,
            cover=cover,
            cover_width=WIDTH,
            cover_height=HEIGHT,
            live=LiveStream(live.url, starts, starts + 2_400_000),
        )
        event = await self._say(room, live.who, "m.room.message", content_of(post), self._at(live.when))
        for key in live.reserved:
            await self._say(room, key, "m.reaction", reaction_content(RESERVE, event), self._calendar.now_ms)
        return event

    async def _course(self, channel: Channel, room: RoomID, posts: dict[str, EventID]) -> None:
        course = channel.course
        assert course is not None
        due = self._calendar.ahead_ms(Ahead(workdays=course.due_workdays, minute=1_080))
        content: JSONObject = {
            "v": VERSION,
            "title": course.title,
            "about": course.about,
            "posts": [posts[film.key] for film in channel.films if film.is_in_course],
            "is_compulsory": course.is_compulsory,
            "due_ts": due,
        }
        await self._as(channel.owner).rooms.send_state(room, COURSE_TYPE, course.id, content)

    async def _reports(self, channel: Channel, room: RoomID, posts: dict[str, EventID]) -> None:
        """Who has finished what says so, each in one event."""
        if not channel.wants_reports:
            return
        people = dict.fromkeys(key for film in channel.films for key in film.finished)
        for key in people:
            seen = {
                posts[film.key]: {
                    "started": self._at(film.when),
                    "finished": self._at(film.when) + 86_400_000,
                }
                for film in channel.films
                if key in film.finished
            }
            content: JSONObject = {"v": VERSION, "posts": seen}
            await self._as(key).rooms.send_state(room, WATCHED_TYPE, self.user(key), content)

    async def _own_marks(
        self, channel: Channel, room: RoomID, posts: dict[str, EventID], order: Sequence[EventID]
    ) -> None:
        """What 李娜 has seen, how far, and up to which post she has looked."""
        me = self._as(SIGNED_IN)
        watched: JSONObject = {}
        for film in channel.films:
            length, ts = film.seconds * 1000, self._calendar.now_ms - 3_600_000
            if SIGNED_IN in film.finished:
                watched[posts[film.key]] = {"at": length, "duration": length, "ts": ts, "finished": ts}
            elif film.key in STOPPED_AT:
                at = int(length * STOPPED_AT[film.key])
                watched[posts[film.key]] = {"at": at, "duration": length, "ts": ts}
        if watched:
            await me.account.set_room_account_data(room, WATCH_TYPE, {"v": VERSION, "posts": watched})
        if channel.unread < len(order):
            seen = order[len(order) - 1 - channel.unread]
            await me.receipts.read_markers(room, fully_read=seen, private=seen)

    # Inside -----------------------------------------------------------------------------------------------------

    def _as(self, key: str) -> MatrixClient:
        return self._client.as_user(self.user(key))

    def _at(self, when: tuple[int, int]) -> int:
        return self._calendar.at_ms(Moment(when[0], float(when[1])))

    async def _say(self, room: RoomID, who: str, kind: str, content: JSONObject, when: int) -> EventID:
        self._written += 1
        txn = TxnID(f"demo.channel.{self._written}")
        when = min(when, self._calendar.now_ms)
        return await self._as(who).rooms.send_event(room, kind, txn, content, ts_ms=when)
