"""Channels, posts, comments, courses as values."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec.json import decode as loads

from app.domain.channels.channel import Role
from app.domain.channels.post import post_of
from app.domain.channels.rows import PostDetail, TranscriptLine, Watch
from app.domain.ids import EventID
from app.store import channel_cards, channel_feed, channel_figures, channel_list, channel_talk
from app.store.channel_queue import LIKES, RESERVES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.domain.channels.rows import (
        ChannelFigures,
        ChannelRow,
        CommentRow,
        CourseRow,
        FeedKey,
        FeedPage,
        FeedQuery,
        KeptVideo,
        PersonProgress,
        PostRow,
    )
    from app.domain.ids import RoomID, UserID


class ChannelReads:
    """`reader.channels`: one thread at a time, as of `Reader`. *Slow* ones belong on the read worker."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        self._conn.execute("BEGIN")
        try:
            yield
        finally:
            self._conn.execute("COMMIT")

    # Posts ------------------------------------------------------------------------------------------------------

    def feed(self, query: FeedQuery, now_ms: int, limit: int = 30, after: FeedKey | None = None) -> FeedPage:
        """Give posts behind `after`, newest first; own ones of the send queue on top of the first page. A bounded read
        without a term; else *slow*. Posts of channels that were only found stand among them where the tab asks for them.
        With a `channel` the tab does not matter."""
        with self._snapshot():
            if query.term.strip():
                from app.store.channel_search import search_page

                return search_page(self._conn, self._who(), query, limit, after)
            return channel_feed.read_page(self._conn, self._who(), query, limit, after)

    def post(self, event_id: EventID) -> PostRow | None:
        """Give one card."""
        with self._snapshot():
            return channel_cards.card(self._conn, self._who(), event_id)

    def detail(self, event_id: EventID) -> PostDetail | None:
        """Give all of a post."""
        with self._snapshot():
            return self._detail(event_id)

    def _detail(self, event_id: EventID) -> PostDetail | None:
        conn, me = self._conn, self._who()
        if event_id.startswith(channel_cards.QUEUED):
            mine = next(
                (one for one in channel_cards.waiting_posts(conn, me) if one.row.event_id == event_id), None
            )
            return None if mine is None else PostDetail(mine.row, mine.post, Role.EDITOR, False, False)
        row = channel_cards.card(conn, me, event_id)
        content, is_edited = channel_cards.content_in_force(conn, event_id)
        post = None if row is None else post_of(content)
        if row is None or post is None:
            return None
        rights = conn.execute(
            "SELECT c.role, c.can_comment FROM room r JOIN channel c ON c.id = r.id WHERE r.room_id = ?",
            (row.room_id,),
        ).fetchone() or (Role.VIEWER, 0)
        return PostDetail(row, post, Role(rights[0]), bool(rights[1]), is_edited)

    def comments(self, event_id: EventID, limit: int = 500) -> list[CommentRow]:
        """Give the newest comments of a post, oldest first, own ones of the send queue last."""
        with self._snapshot():
            return channel_talk.read_comments(self._conn, self._who(), event_id, limit)

    def post_of_comment(self, event_id: EventID) -> EventID | None:
        """Give the post that a comment belongs to."""
        row = self._conn.execute(
            "SELECT c.post FROM event e JOIN comment c ON c.id = e.id WHERE e.event_id = ?", (event_id,)
        ).fetchone()
        return None if row is None else EventID(row[0])

    def own_likes(self, event_id: EventID) -> list[EventID]:
        """Give my stored likes of a post or comment, of whatever client: taking a like back recalls them all."""
        return self._own_reactions(event_id, LIKES)

    def own_reserves(self, event_id: EventID) -> list[EventID]:
        """Give my stored reminders of a live stream."""
        return self._own_reactions(event_id, RESERVES)

    def _own_reactions(self, event_id: EventID, keys: tuple[str, ...]) -> list[EventID]:
        marks = ",".join("?" * len(keys))
        rows = self._conn.execute(
            "SELECT e.event_id FROM reaction r JOIN event e ON e.id = r.id"
            f" WHERE r.target = ? AND r.sender = ? AND r.key IN ({marks}) ORDER BY r.id",
            (event_id, self._who(), *keys),
        )
        return [EventID(row[0]) for row in rows.fetchall()]

    def streams(self, room_id: RoomID, now_ms: int, limit: int = 30) -> list[PostRow]:
        """Give the live streams of a channel that have begun or are over: a video can be the recording of one. *Slow*."""
        with self._snapshot():
            return channel_cards.begun_streams(self._conn, self._who(), room_id, now_ms, limit)

    # Channels ---------------------------------------------------------------------------------------------------

    def channels(self, *, followed: bool = True) -> list[ChannelRow]:
        """Give the channels I follow by name (and mine still to be made), or (`followed` False) those that I am invited
        to or that were found and I do not follow."""
        with self._snapshot():
            if followed:
                return channel_list.followed(self._conn, self._who())
            return channel_list.unfollowed(self._conn)

    def channel(self, room_id: RoomID) -> ChannelRow | None:
        """Give one channel, followed, found or still to be made."""
        with self._snapshot():
            return channel_list.one(self._conn, self._who(), room_id)

    def my_channels(self) -> list[ChannelRow]:
        """Give the channels I may publish in: those still to be made, then the one used last first."""
        with self._snapshot():
            return channel_list.mine(self._conn, self._who())

    def newest(self, room_id: RoomID) -> EventID | None:
        """Give the newest event of a channel: up to it the channel is read when somebody has looked at its posts."""
        row = self._conn.execute(
            "SELECT e.event_id FROM room r JOIN event e ON e.room = r.id AND e.ord IS NOT NULL AND e.event_id < '~'"
            " WHERE r.room_id = ? ORDER BY e.ord DESC LIMIT 1",
            (room_id,),
        ).fetchone()
        return None if row is None else EventID(row[0])

    # Courses ----------------------------------------------------------------------------------------------------

    def courses(self, room_id: RoomID) -> list[CourseRow]:
        """Give the playlists of a channel, compulsory ones first, then by title."""
        with self._snapshot():
            return channel_list.courses(self._conn, room_id)

    def course_posts(self, room_id: RoomID, course: str) -> list[PostRow]:
        """Give the cards of a course in its order."""
        with self._snapshot():
            keys = channel_list.course_keys(self._conn, room_id, course)
            cards = channel_cards.stored_cards(self._conn, self._who(), keys)
            return [cards[key] for key in keys if key in cards]

    def next_post(self, event_id: EventID, course: str = "") -> PostRow | None:
        """Give what plays after a post: the next of the course, else the next newer one of the channel."""
        with self._snapshot():
            key = channel_list.next_key(self._conn, event_id, course)
            if key is None:
                return None
            return channel_cards.stored_cards(self._conn, self._who(), [key]).get(key)

    # Words ------------------------------------------------------------------------------------------------------

    def tags(self, query: FeedQuery, limit: int = 30) -> list[str]:
        """Give the tags of a tab, used most first. *Slow*."""
        with self._snapshot():
            return channel_feed.tagged(self._conn, query, limit)

    def transcript(self, event_id: EventID, language: str = "") -> list[TranscriptLine]:
        """Give the lines of a subtitle track as far as it was fetched; empty: the first."""
        rows = self._conn.execute(
            "SELECT t.language, s.lines FROM post p JOIN post_track t ON t.post = p.id JOIN subtitle s"
            " ON s.event_id = p.event_id AND s.number = t.number AND s.uri = t.uri AND s.lines IS NOT NULL"
            " WHERE p.event_id = ? ORDER BY t.number",
            (event_id,),
        ).fetchall()
        wanted = [row for row in rows if not language or row[0] == language]
        return [TranscriptLine(*line) for line in loads(wanted[0][1])] if wanted else []

    def find(self, term: str, now_ms: int, limit: int = 20) -> list[PostRow]:
        """Give posts that hold a term anywhere, newest first, for the search over everything. *Slow*."""
        from app.store.channel_search import find_everywhere

        with self._snapshot():
            return find_everywhere(self._conn, self._who(), term, limit)

    # Mine -------------------------------------------------------------------------------------------------------

    def watch(self, event_id: EventID) -> Watch:
        """Give where I am with a post."""
        row = self._conn.execute(
            "SELECT at_ms, duration_ms, finished_ms, saved_ms, ts_ms FROM watch WHERE event_id = ?"
            " ORDER BY ts_ms DESC LIMIT 1",
            (event_id,),
        ).fetchone()
        return Watch() if row is None else Watch(*row)

    def kept(self) -> list[KeptVideo]:
        """Give the videos kept for offline, newest first."""
        return channel_cards.kept_videos(self._conn)

    # The owner's page -------------------------------------------------------------------------------------------

    def figures(self, room_id: RoomID) -> ChannelFigures:
        """Give the owner's page. *Slow*."""
        with self._snapshot():
            return channel_figures.figures(self._conn, self._who(), room_id)

    def progress(self, room_id: RoomID, course: str) -> list[PersonProgress]:
        """Give how far each follower is with a course, those who have not finished first; nobody where reports are not
        wanted. *Slow*."""
        with self._snapshot():
            return channel_figures.progress(self._conn, self._who(), room_id, course)

    def reports_wanted(self, room_id: RoomID) -> bool:
        """Whether the company and the channel want to know who has finished."""
        with self._snapshot():
            return channel_figures.reports_wanted(self._conn, self._who(), room_id)

    def reserved(self, event_id: EventID) -> list[UserID]:
        """Give who asked to be reminded of a live stream."""
        return channel_figures.reserved(self._conn, event_id)

    # What is to be done -----------------------------------------------------------------------------------------

    def wanted_history(self, limit: int = 20) -> list[RoomID]:
        """Give followed channels whose history is not here yet (service)."""
        return channel_list.wanted_history(self._conn, limit)

    def wanted_subtitles(self, limit: int = 20) -> list[tuple[EventID, int]]:
        """Give subtitle tracks (post, number) whose text was not fetched yet (service)."""
        rows = self._conn.execute(
            "SELECT p.event_id, t.number FROM post p INDEXED BY post_by_time CROSS JOIN post_track t ON t.post = p.id"
            " LEFT JOIN subtitle s ON s.event_id = p.event_id AND s.number = t.number AND s.uri = t.uri"
            " WHERE p.is_shown = 1 AND s.event_id IS NULL ORDER BY p.ts DESC, p.event_id DESC, t.number LIMIT ?",
            (limit,),
        )
        return [(EventID(row[0]), row[1]) for row in rows.fetchall()]
