"""A post of a channel on the wire: read from hostile events, written for every Matrix client.

Source: Matrix client-server API, "m.video"; captions as in MSC2530 (`body` is the caption where `filename` is there).
"""

from dataclasses import dataclass

from app.domain.content import JSONObject
from app.domain.ids import ContentURI, EventID


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a video that begins at `at_ms`."""

    at_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class SubtitleTrack:
    """A sidecar file."""

    language: str
    """BCP 47, such as "zh-Hans"; may be empty."""
    label: str
    format: str
    """srt, vtt or ass."""
    uri: ContentURI
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of the video. The first of a post is the one that plain clients play."""

    uri: ContentURI
    mimetype: str
    size_bytes: int | None
    width: int | None
    height: int | None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Storyboard:
    """Small pictures for the seek bar: one image that holds `columns` × `rows` tiles, one every `every_ms`."""

    uri: ContentURI
    columns: int
    rows: int
    every_ms: int
    tile_width: int
    tile_height: int


@dataclass(frozen=True, slots=True)
class FormLink:
    """A form below a video ("order", "sign up"): a template of the approvals library."""

    template_id: str
    label: str


@dataclass(frozen=True, slots=True)
class LiveStream:
    """A stream of the company's own."""

    url: str
    """Of a scheme in `STREAM_SCHEMES`. Never opened before the person presses play."""
    starts_ms: int
    ends_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What a post says of itself. Every number is a claim."""

    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    duration_ms: int | None = None
    cover: ContentURI | None = None
    cover_width: int | None = None
    cover_height: int | None = None
    blurhash: str = ""
    renditions: tuple[Rendition, ...] = ()
    """Largest first; empty for a live stream."""
    chapters: tuple[Chapter, ...] = ()
    subtitles: tuple[SubtitleTrack, ...] = ()
    storyboard: Storyboard | None = None
    form: FormLink | None = None
    live: LiveStream | None = None
    recording_of: EventID | None = None
    """The live stream whose recording this is."""
    filename: str = ""


def post_of(content: JSONObject) -> Post | None:
    """Read the content of an `m.room.message`; None where it is no post. A plain `m.video` is one too.

    What has a wrong type or is beyond the limits is left out; unknown fields are ignored.
    """
    raise NotImplementedError


def content_of(post: Post) -> JSONObject:
    """Write the content of a post, with the caption that a phone shows. `post_of` gives the same post back."""
    raise NotImplementedError
