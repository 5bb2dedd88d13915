"""What a person asks of channels, and what the service answers, as values."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from app.domain.channels.channel import Audience
from app.domain.channels.post import Chapter, FormLink, Post
from app.domain.channels.rows import ChannelRow, PostRow
from app.domain.ids import ContentURI, EventID, RoomID


class PublishStep(StrEnum):
    """Where a video that is to be published stands. Kept on disk; a restart goes on there."""

    DRAFT = "draft"
    """Dropped in; its owner has not said "publish" yet. What can be done before is done already."""
    READING = "reading"
    ENCODING = "encoding"
    READY = "ready"
    """Files are made; waits for the person."""
    UPLOADING = "uploading"
    WAITING = "waiting"
    """Everything is up; published at `publish_at_ms`."""
    POSTED = "posted"
    """In the send queue or beyond: the job is over."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What PyAV read of a file."""

    width: int
    height: int
    """As it is shown: turned already."""
    duration_ms: int
    size_bytes: int
    fps: float
    has_audio: bool
    video_codec: str
    audio_codec: str
    is_streamable: bool
    """H.264 and AAC in MP4, index first: needs no new encoding."""
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class NewSubtitle:
    """A subtitle file that was chosen: kept as WebVTT in the outbox."""

    path: str
    """Name in the outbox."""
    language: str
    label: str
    uri: ContentURI | None = None


@dataclass(frozen=True, slots=True)
class PublishForm:
    """What the person filled in."""

    room_id: RoomID | None = None
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    subtitles: tuple[NewSubtitle, ...] = ()
    cover: int = 0
    """Number of the chosen cover; -1: `own_cover`."""
    own_cover: str = ""
    """Name in the outbox."""
    form: FormLink | None = None
    course: str = ""
    """Id of the course it is added to."""
    publish_at_ms: int = 0
    recording_of: EventID | None = None


@dataclass(frozen=True, slots=True)
class PublishJob:
    """A video on its way."""

    id: str
    step: PublishStep
    form: PublishForm
    source_name: str
    created_ms: int
    source: SourceInfo | None = None
    covers: tuple[str, ...] = ()
    """Names in the outbox of the cover choices."""
    files: tuple[str, ...] = ()
    """Names in the outbox of the renditions, largest first."""
    sizes: tuple[int, ...] = ()
    share: float = 0.0
    """Of the step that runs, 0 to 1."""
    done_bytes: int = 0
    total_bytes: int = 0
    error_code: str = ""
    is_wanted: bool = False
    """The person said "publish"."""


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel to be made."""

    name: str
    about: str = ""
    avatar_path: str = ""
    """A picture file of the person's; empty: none."""
    audience: Audience | None = None
    """None: internal."""
    is_open: bool = True
    wants_reports: bool = False


@dataclass(frozen=True, slots=True)
class NewLive:
    """A live stream to be announced."""

    room_id: RoomID
    title: str
    description: str
    url: str
    starts_ms: int
    ends_ms: int | None = None
    cover_path: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostEdit:
    """What an editor changes of an own post; None: as it is."""

    post: Post
    """The whole new post."""
    cover_path: str = ""
    """A new cover: a picture file of the person's."""
    subtitle_paths: tuple[tuple[str, str, str], ...] = ()
    """More subtitles: (path, language, label)."""


class Found(NamedTuple):
    """A page of the directory: also kept for reading without the network."""

    channels: tuple[ChannelRow, ...]
    next: str | None
    is_stale: bool = False
    """From the last time: the server did not answer now."""


class Peek(NamedTuple):
    """What one may see of a channel without following it."""

    channel: ChannelRow
    posts: tuple[PostRow, ...]


@dataclass(frozen=True, slots=True)
class CourseEdit:
    """A course as its editor wants it."""

    id: str
    """Empty: a new one."""
    title: str
    about: str = ""
    posts: tuple[EventID, ...] = field(default=())
    is_compulsory: bool = False
    due_ms: int = 0
