"""What the player can be given: a post of a channel, or a video that somebody sent into a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.channels.post import Rendition
from app.domain.channels.wire import STREAM_SCHEMES
from app.domain.visible import one_line
from resources.translations import tr
from widgets.player.source import Mark, Playable, Quality, Track

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QImage

    from app.domain.channels.post import Post, Storyboard, SubtitleTrack
    from app.domain.channels.rows import PostDetail, Watch
    from app.domain.ids import EventID, RoomID
    from app.domain.timeline import TimelineItem
    from widgets.player.source import VideoBytes

NEAR_END_MS, NEAR_START_MS = 10_000, 3_000
"""Who stopped there begins anew."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What plays."""

    id: str
    event_id: EventID | None
    """Of a post; None for a plain message: nothing is remembered of it."""
    room_id: RoomID
    title: str
    renditions: tuple[Rendition, ...]
    duration_ms: int = 0
    url: str = ""
    resume_ms: int = 0
    post: Post | None = None
    course: str = ""

    @property
    def subtitles(self) -> tuple[SubtitleTrack, ...]:
        """The sidecar files."""
        return () if self.post is None else self.post.subtitles

    @property
    def storyboard(self) -> Storyboard | None:
        """The small pictures."""
        return None if self.post is None else self.post.storyboard


def subject_of_post(detail: PostDetail, course: str = "") -> Subject:
    """Take a post."""
    post, row = detail.post, detail.row
    return Subject(
        id=str(row.event_id),
        event_id=row.event_id,
        room_id=row.room_id,
        title=one_line(post.title),
        renditions=post.renditions,
        duration_ms=post.duration_ms or 0,
        url=stream_of(post),
        resume_ms=resume_ms(row.watch, post.duration_ms or 0),
        post=post,
        course=course,
    )


def subject_of_message(item: TimelineItem, room_id: RoomID) -> Subject | None:
    """Take a video of a chat; None where there is nothing to play yet."""
    media = item.media
    if media is None or media.uri is None:
        return None
    file = Rendition(media.uri, media.mimetype, media.size_bytes, media.width, media.height)
    title = one_line(media.filename) or tr("Video")
    return Subject(item.uid, None, room_id, title, (file,), media.duration_ms or 0)


def stream_of(post: Post) -> str:
    """The address of a live post, if it is of a sort that may be opened; empty: none."""
    url = post.live.url if post.live is not None else ""
    scheme, colon, rest = url.partition("://")
    return url if colon and rest and scheme.lower() in STREAM_SCHEMES else ""


def resume_ms(watch: Watch, duration_ms: int) -> int:
    """Where to go on: where one stopped, unless that was the beginning or the end."""
    length = watch.duration_ms or duration_ms
    near_end_ms = min(NEAR_END_MS, length // 10)  # of a short one ten seconds are half
    if watch.at_ms < NEAR_START_MS or (length and watch.at_ms > length - near_end_ms):
        return 0
    return watch.at_ms


def playable_of(
    subject: Subject,
    renditions: Sequence[Rendition],
    open_bytes: Callable[[str], VideoBytes],
    *,
    start_ms: int,
    cover: QImage | None = None,
    has_next: bool = False,
    has_previous: bool = False,
) -> Playable:
    """Word it for the player; `renditions` are those that are worth trying, in the order of the post."""
    post = subject.post
    qualities = tuple(
        Quality(str(subject.renditions.index(one)), quality_label(one, number), one.height or 0)
        for number, one in enumerate(renditions, start=1)
    )
    return Playable(
        id=subject.id,
        title=subject.title,
        open=None if subject.url else open_bytes,
        url=subject.url,
        is_live=bool(subject.url),
        duration_ms=subject.duration_ms,
        start_ms=0 if subject.url else start_ms,
        marks=() if post is None else tuple(Mark(part.at_ms, one_line(part.title)) for part in post.chapters),
        tracks=tuple(
            Track(str(n), track_label(one, n), one.language) for n, one in enumerate(subject.subtitles)
        ),
        qualities=qualities,
        cover=cover,
        has_next=has_next,
        has_previous=has_previous,
    )


def quality_label(rendition: Rendition, number: int) -> str:
    """Name a rendition by its height (a claim), as players do."""
    sides = [side for side in (rendition.width, rendition.height) if side]
    return f"{min(sides)}p" if sides else tr("Quality {n}", n=number)


def track_label(track: SubtitleTrack, number: int) -> str:
    """Name a subtitle track."""
    return one_line(track.label) or track.language or tr("Subtitles {n}", n=number + 1)


def fitting_track(tracks: Sequence[SubtitleTrack], wanted: str, language: str) -> int | None:
    """Choose a track: the language one likes, "off": none, empty: the interface's language where there is one."""
    if wanted == "off":
        return None
    for sought in (wanted, "" if wanted else language):
        for number, track in enumerate(tracks):
            if sought and _base(track.language) == _base(sought):
                return number
    return None


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
