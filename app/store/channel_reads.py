"""Channels, posts, comments, courses as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

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
        PostDetail,
        PostRow,
        TranscriptLine,
        Watch,
    )
    from app.domain.ids import EventID, RoomID, UserID


class ChannelReads:
    """`reader.channels`: one thread at a time, as of `Reader`. *Slow* ones belong on the read worker."""

    def __init__(self, conn: Any, who: Callable[[], UserID]) -> None:
        self._conn, self._who = conn, who

    def feed(self, query: FeedQuery, now_ms: int, limit: int = 30, after: FeedKey | None = None) -> FeedPage:
        """Give posts behind `after`, newest first; own ones of the send queue on top of the first page. A bounded read
        without a term; else *slow*. Posts of channels that were only found stand among them where the tab asks for them."""
        raise NotImplementedError

    def post(self, event_id: EventID) -> PostRow | None:
        """Give one card."""
        raise NotImplementedError

    def detail(self, event_id: EventID) -> PostDetail | None:
        """Give all of a post."""
        raise NotImplementedError

    def channels(self, *, followed: bool = True) -> list[ChannelRow]:
        """Give the channels I follow by name, or (`followed` False) those that were found and I do not follow."""
        raise NotImplementedError

    def channel(self, room_id: RoomID) -> ChannelRow | None:
        """Give one channel, followed or found."""
        raise NotImplementedError

    def my_channels(self) -> list[ChannelRow]:
        """Give the channels I may publish in, the one used last first."""
        raise NotImplementedError

    def comments(self, event_id: EventID, limit: int = 500) -> list[CommentRow]:
        """Give the newest comments of a post, oldest first, own ones of the send queue last."""
        raise NotImplementedError

    def courses(self, room_id: RoomID) -> list[CourseRow]:
        """Give the playlists of a channel, compulsory ones first, then by title."""
        raise NotImplementedError

    def course_posts(self, room_id: RoomID, course: str) -> list[PostRow]:
        """Give the cards of a course in its order."""
        raise NotImplementedError

    def next_post(self, event_id: EventID, course: str = "") -> PostRow | None:
        """Give what plays after a post: the next of the course, else the next newer one of the channel."""
        raise NotImplementedError

    def tags(self, query: FeedQuery, limit: int = 30) -> list[str]:
        """Give the tags of a tab, used most first. *Slow*."""
        raise NotImplementedError

    def transcript(self, event_id: EventID, language: str = "") -> list[TranscriptLine]:
        """Give the lines of a subtitle track as far as it was fetched; empty: the first."""
        raise NotImplementedError

    def find(self, term: str, now_ms: int, limit: int = 20) -> list[PostRow]:
        """Give posts that hold a term anywhere, newest first, for the search over everything. *Slow*."""
        raise NotImplementedError

    def watch(self, event_id: EventID) -> Watch:
        """Give where I am with a post."""
        raise NotImplementedError

    def figures(self, room_id: RoomID) -> ChannelFigures:
        """Give the owner's page. *Slow*."""
        raise NotImplementedError

    def progress(self, room_id: RoomID, course: str) -> list[PersonProgress]:
        """Give how far each follower is with a course, those who have not finished first. *Slow*."""
        raise NotImplementedError

    def reports_wanted(self, room_id: RoomID) -> bool:
        """Whether the company and the channel want to know who has finished."""
        raise NotImplementedError

    def reserved(self, event_id: EventID) -> list[UserID]:
        """Give who asked to be reminded of a live stream."""
        raise NotImplementedError

    def kept(self) -> list[KeptVideo]:
        """Give the videos kept for offline, newest first."""
        raise NotImplementedError

    def wanted_history(self, limit: int = 20) -> list[RoomID]:
        """Give followed channels whose history is not here yet (service)."""
        raise NotImplementedError

    def wanted_subtitles(self, limit: int = 20) -> list[tuple[EventID, int]]:
        """Give subtitle tracks (post, number) whose text was not fetched yet (service)."""
        raise NotImplementedError
