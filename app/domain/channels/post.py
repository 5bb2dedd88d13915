"""A post of a channel on the wire: read from hostile events, written for every Matrix client.

Source: Matrix client-server API, "m.video"; captions as in MSC2530 (`body` is the caption where `filename` is there).
What plain clients know stands where they look for it (`url`, `info`); the rest in `im.tack.video`: {v, title,
description?, tags?, form?: {template_id, label}, renditions?: [{uri, mimetype, size?, w?, h?, sha256?}], chapters?:
[{at, title}], subtitles?: [{uri, language?, label?, format, size}], storyboard?: {uri, columns, rows, every, w, h},
recording_of?, cover? (live streams): {uri, w?, h?}}; a stream in `im.tack.live`: {v, url, starts_ts, ends_ts?}. Times in ms.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from app.domain.channels.fields import (
    MAX_ID,
    blurhash_of,
    event_id_of,
    language_of,
    line_of,
    mimetype_of,
    number_of,
    objects_of,
    paragraphs_of,
    pixels_of,
    sha256_of,
    stream_address,
    uri_of,
    words_of,
)
from app.domain.channels.wire import (
    LIVE_FIELD,
    MAX_CHAPTERS,
    MAX_DESCRIPTION,
    MAX_DURATION_MS,
    MAX_RENDITIONS,
    MAX_SUBTITLE_BYTES,
    MAX_SUBTITLES,
    MAX_TAG,
    MAX_TAGS,
    MAX_TITLE,
    VERSION,
    VIDEO_FIELD,
)
from app.domain.content import MAX_INT, JSONObject, dict_of, text_of
from app.domain.ids import ContentURI, EventID

MAX_FILENAME: Final = 200
MAX_LABEL: Final = 60
MAX_TILES: Final = 100
MAX_TILE_PIXELS: Final = 1_000
MAX_SHEET_PIXELS: Final = 8_192
"""A storyboard is one picture: a larger one would not be decoded."""
SUBTITLE_FORMATS: Final = ("srt", "vtt", "ass")
MAX_TS_MS: Final = 253_370_764_800_000
"""The year 9999."""


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
    said = dict_of(content, VIDEO_FIELD)
    if content.get("msgtype") == "m.video":
        return _video_of(content, said)
    live = _live_of(dict_of(content, LIVE_FIELD)) if content.get("msgtype") == "m.text" else None
    return None if live is None else replace(_words_of(content, said), live=live)


def _video_of(content: JSONObject, said: JSONObject) -> Post | None:
    uri, info = uri_of(content, "url"), dict_of(content, "info")
    if uri is None:
        return None
    post = _words_of(content, said)
    cover_info = dict_of(info, "thumbnail_info")
    return replace(
        post,
        duration_ms=number_of(info, "duration", MAX_DURATION_MS, 1),
        cover=uri_of(info, "thumbnail_url"),
        cover_width=pixels_of(cover_info, "w"),
        cover_height=pixels_of(cover_info, "h"),
        blurhash=blurhash_of(info),
        renditions=_renditions_of(uri, info, said),
        chapters=_chapters_of(said),
        subtitles=_subtitles_of(said),
        storyboard=_storyboard_of(dict_of(said, "storyboard")),
        recording_of=event_id_of(said.get("recording_of")),
        filename=line_of(content.get("filename"), MAX_FILENAME),
    )


def _words_of(content: JSONObject, said: JSONObject) -> Post:
    """Read what stands in every post: its words, tags, form; and the cover of a live stream."""
    title, description = _caption_of(content)
    cover = dict_of(said, "cover")
    return Post(
        title=line_of(said.get("title"), MAX_TITLE) or title,
        description=paragraphs_of(said.get("description"), MAX_DESCRIPTION) if said else description,
        tags=words_of(said.get("tags"), MAX_TAGS, MAX_TAG),
        cover=uri_of(cover, "uri"),
        cover_width=pixels_of(cover, "w"),
        cover_height=pixels_of(cover, "h"),
        blurhash=blurhash_of(cover),
        form=_form_of(dict_of(said, "form")),
    )


def _caption_of(content: JSONObject) -> tuple[str, str]:
    """Read title and description of a plain client's video: its caption, else the name of its file."""
    body, filename = text_of(content, "body") or "", text_of(content, "filename")
    if filename is not None and body.strip() and body != filename:
        first, _, rest = body.strip().partition("\n")
        return line_of(first, MAX_TITLE), paragraphs_of(rest, MAX_DESCRIPTION)
    name = line_of(filename or body, MAX_FILENAME)
    stem, dot, end = name.rpartition(".")
    return line_of(stem if dot and stem and len(end) <= 5 else name, MAX_TITLE), ""


def _renditions_of(uri: ContentURI, info: JSONObject, said: JSONObject) -> tuple[Rendition, ...]:
    """Read the files. The one that plain clients play is always the first and described by `info`."""
    others = [_rendition(item) for item in objects_of(said, "renditions", MAX_RENDITIONS)]
    known = {other.uri: other for other in others if other is not None}
    first = Rendition(
        uri,
        mimetype_of(info),
        number_of(info, "size", MAX_INT - 1, 1),
        pixels_of(info, "w"),
        pixels_of(info, "h"),
        known[uri].sha256 if uri in known else "",
    )
    known.pop(uri, None)
    return (first, *known.values())[:MAX_RENDITIONS]


def _rendition(item: JSONObject) -> Rendition | None:
    uri = uri_of(item, "uri")
    if uri is None:
        return None
    size = number_of(item, "size", MAX_INT - 1, 1)
    return Rendition(
        uri, mimetype_of(item), size, pixels_of(item, "w"), pixels_of(item, "h"), sha256_of(item)
    )


def _chapters_of(said: JSONObject) -> tuple[Chapter, ...]:
    """Read the chapters, sorted; of two that begin together the first."""
    found: dict[int, Chapter] = {}
    for item in objects_of(said, "chapters", MAX_CHAPTERS):
        at, title = number_of(item, "at", MAX_DURATION_MS), line_of(item.get("title"), MAX_TITLE)
        if at is not None and title:
            found.setdefault(at, Chapter(at, title))
    return tuple(sorted(found.values(), key=lambda chapter: chapter.at_ms))


def _subtitles_of(said: JSONObject) -> tuple[SubtitleTrack, ...]:
    found: dict[ContentURI, SubtitleTrack] = {}
    for item in objects_of(said, "subtitles", MAX_SUBTITLES):
        uri, size = uri_of(item, "uri"), number_of(item, "size", MAX_SUBTITLE_BYTES, 1)
        form = item.get("format")
        if uri is not None and size is not None and form in SUBTITLE_FORMATS:
            label = line_of(item.get("label"), MAX_LABEL)
            found.setdefault(uri, SubtitleTrack(language_of(item), label, str(form), uri, size))
    return tuple(found.values())


def _storyboard_of(item: JSONObject) -> Storyboard | None:
    uri, every = uri_of(item, "uri"), number_of(item, "every", MAX_DURATION_MS, 100)
    columns, rows = number_of(item, "columns", MAX_TILES, 1), number_of(item, "rows", MAX_TILES, 1)
    width, height = number_of(item, "w", MAX_TILE_PIXELS, 1), number_of(item, "h", MAX_TILE_PIXELS, 1)
    if uri is None or every is None or columns is None or rows is None or width is None or height is None:
        return None
    is_small = columns * width <= MAX_SHEET_PIXELS and rows * height <= MAX_SHEET_PIXELS
    return Storyboard(uri, columns, rows, every, width, height) if is_small else None


def _form_of(item: JSONObject) -> FormLink | None:
    template_id = line_of(item.get("template_id"), MAX_ID)
    return FormLink(template_id, line_of(item.get("label"), MAX_LABEL)) if template_id else None


def _live_of(item: JSONObject) -> LiveStream | None:
    url, starts = stream_address(item.get("url")), number_of(item, "starts_ts", MAX_TS_MS)
    if not url or starts is None:
        return None
    return LiveStream(url, starts, number_of(item, "ends_ts", MAX_TS_MS))


def content_of(post: Post) -> JSONObject:
    """Write the content of a post, with the caption that a phone shows. `post_of` gives the same post back.

    Raises `ValueError` for a post with neither a file nor a stream.
    """
    if post.live is not None:
        return _live_content(post, post.live)
    if not post.renditions:
        raise ValueError("a post without a video")
    first = post.renditions[0]
    caption = _caption(post)
    name = post.filename or "video.mp4"
    said = _said(post) | {
        "renditions": [_rendition_item(item) for item in post.renditions],
        "chapters": [{"at": item.at_ms, "title": item.title} for item in post.chapters],
        "subtitles": [_subtitle_item(item) for item in post.subtitles],
        "storyboard": _storyboard_item(post.storyboard),
        "recording_of": post.recording_of,
    }
    content: JSONObject = {
        "msgtype": "m.video",
        "body": caption or name,
        "filename": name,
        "url": first.uri,
        "info": _info(post, first),
        VIDEO_FIELD: _filled(said),
    }
    return content


def _live_content(post: Post, live: LiveStream) -> JSONObject:
    said = _said(post)
    if post.cover is not None:
        size = {"w": post.cover_width, "h": post.cover_height, "xyz.amorgan.blurhash": post.blurhash}
        said["cover"] = _filled({"uri": post.cover, **size})
    item = {"v": VERSION, "url": live.url, "starts_ts": live.starts_ms, "ends_ts": live.ends_ms}
    starts = datetime.fromtimestamp(live.starts_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    body = "\n".join(part for part in (_caption(post), f"{starts}: {live.url}") if part)
    return {
        "msgtype": "m.text",
        "body": body,
        LIVE_FIELD: _filled(item, keep_zero=True),
        VIDEO_FIELD: _filled(said),
    }


def _caption(post: Post) -> str:
    return "\n\n".join(part for part in (post.title, post.description) if part)


def _said(post: Post) -> JSONObject:
    form = None if post.form is None else {"template_id": post.form.template_id, "label": post.form.label}
    return {
        "v": VERSION,
        "title": post.title,
        "description": post.description,
        "tags": [*post.tags],
        "form": form,
    }


def _info(post: Post, first: Rendition) -> JSONObject:
    cover: JSONObject = {}
    if post.cover is not None:
        size = _filled({"w": post.cover_width, "h": post.cover_height})
        cover = {"thumbnail_url": post.cover, "thumbnail_info": {"mimetype": "image/jpeg", **size}}
    return _filled(
        {
            "mimetype": first.mimetype,
            "size": first.size_bytes,
            "w": first.width,
            "h": first.height,
            "duration": post.duration_ms,
            "xyz.amorgan.blurhash": post.blurhash,
            **cover,
        }
    )


def _rendition_item(item: Rendition) -> JSONObject:
    size = {"size": item.size_bytes, "w": item.width, "h": item.height, "sha256": item.sha256}
    return _filled({"uri": item.uri, "mimetype": item.mimetype, **size})


def _subtitle_item(item: SubtitleTrack) -> JSONObject:
    words = {"language": item.language, "label": item.label, "format": item.format}
    return _filled({"uri": item.uri, "size": item.size_bytes, **words})


def _storyboard_item(item: Storyboard | None) -> JSONObject | None:
    if item is None:
        return None
    tiles = {"columns": item.columns, "rows": item.rows, "w": item.tile_width, "h": item.tile_height}
    return {"uri": item.uri, "every": item.every_ms, **tiles}


def _filled(content: JSONObject, *, keep_zero: bool = False) -> JSONObject:
    """Leave out what is empty."""
    return {key: value for key, value in content.items() if value or (keep_zero and value == 0)}
