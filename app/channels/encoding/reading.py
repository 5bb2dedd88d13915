"""Opens a video somebody has and says what it is. A hostile file reaches no other file and no network from here."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import IO, TYPE_CHECKING, Any

import av
from av.stream import Disposition

from app.channels.encoding.index_first import is_index_first
from app.channels.encoding.protocol import (
    BROKEN,
    FILE_GONE,
    FILE_UNREADABLE,
    MAX_PIXELS,
    NO_PICTURE,
    TOO_BIG,
    TOO_LONG,
    UNREADABLE,
)
from app.domain.channels.wire import MAX_DURATION_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,h264,hevc,m4v,rm,dv,"
    "wtv,mxf,nut,ivf,obu,av1,vc1,rawvideo"
)
"""Formats that hold their own media; lists that name other files and addresses are not among them."""
_OPTIONS = {
    "format_whitelist": _FORMATS,
    "protocol_whitelist": "file",
    "probesize": "20000000",
    "analyzeduration": "10000000",
}
_TURN_FILTERS = {
    90: (("transpose", "clock"),),
    180: (("hflip", ""), ("vflip", "")),
    270: (("transpose", "cclock"),),
}
MIN_PLAYED = 0.8
"""A file that ends before so much of what it promised is broken."""
MOST_BAD_PACKETS = 200


class VideoError(Exception):
    """A video that cannot be used. `code` names the sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file is. Sizes as it is shown."""

    width: int
    height: int
    duration_ms: int
    fps: float
    has_audio: bool
    video_codec: str
    audio_codec: str
    is_streamable: bool
    rotation: int

    def as_json(self) -> dict[str, Any]:
        """Write it down."""
        return asdict(self)


class Source:
    """An open file. Close it."""

    def __init__(self, file: IO[bytes], container: InputContainer) -> None:
        self.file, self.container = file, container
        self.video = _picture_of(container)
        self.audio = _sound_of(container)
        self.rotation = _rotation_of(self)
        self.start_s = (container.start_time or 0) / av.time_base
        self.duration_ms = _duration_of(self)

    def close(self) -> None:
        """Close it."""
        self.container.close()
        self.file.close()

    @property
    def shape(self) -> tuple[int, int]:
        """Give width and height as shown: pixels made square, turned upright."""
        ratio = self.video.sample_aspect_ratio or Fraction(1)
        ratio = ratio if Fraction(1, 8) <= ratio <= 8 else Fraction(1)
        width, height = self.video.codec_context.width, self.video.codec_context.height
        width = max(2, round(width * ratio))
        return (height, width) if self.rotation % 180 else (width, height)

    def facts(self) -> Facts:
        """Say what it is."""
        width, height = self.shape
        audio = self.audio.codec_context.name if self.audio is not None else ""
        return Facts(
            width=width,
            height=height,
            duration_ms=self.duration_ms,
            fps=round(float(self.video.average_rate or 0), 3),
            has_audio=self.audio is not None,
            video_codec=self.video.codec_context.name,
            audio_codec=audio,
            is_streamable=self.is_plain and self.is_mp4 and is_index_first(self.file),
            rotation=self.rotation,
        )

    @property
    def is_mp4(self) -> bool:
        """Whether it lies in an MP4 or MOV."""
        return "mp4" in self.container.format.name.split(",")

    @property
    def is_plain(self) -> bool:
        """Whether every player and phone plays its streams: 8-bit H.264 and AAC or no sound."""
        video = self.video.codec_context
        sound = self.audio.codec_context.name if self.audio is not None else "aac"
        return video.name == "h264" and video.pix_fmt in ("yuv420p", "yuvj420p") and sound == "aac"

    def frame_near(self, at_ms: int, *, is_exact: bool = False) -> VideoFrame | None:
        """Decode the picture of a moment, or the key frame before it; None where there is none. Raises nothing of the file's."""
        start = int((self.start_s + at_ms / 1000) * av.time_base)
        last: VideoFrame | None = None
        try:
            self.container.seek(max(0, start), backward=True)
            for frame in self.container.decode(self.video):
                check_picture(frame)
                last = frame
                if not is_exact or frame.pts is None or frame.time * av.time_base >= start - 1000:
                    break
        except (av.FFmpegError, OSError, ValueError):
            return last
        return last


def open_source(path: str) -> Source:
    """Open a file. Raises `VideoError`."""
    try:
        file = open(path, "rb")  # noqa: SIM115 - the source that is given back closes it
    except FileNotFoundError as error:
        raise VideoError(FILE_GONE) from error
    except OSError as error:
        raise VideoError(FILE_UNREADABLE) from error
    try:
        container = av.open(
            file,
            "r",
            options=dict(_OPTIONS),
            metadata_errors="ignore",
            buffer_size=1 << 18,
            io_open=_refuse,
        )
        source = Source(file, container)
        _check(source)
    except VideoError:
        file.close()
        raise
    except (av.FFmpegError, OSError, ValueError) as error:
        file.close()
        raise VideoError(UNREADABLE) from error
    return source


def check_picture(frame: VideoFrame) -> None:
    """Raise `VideoError` for a picture of more points than anybody films."""
    if frame.width * frame.height > MAX_PIXELS:
        raise VideoError(TOO_BIG)


def packets_of(source: Source) -> Iterator[Any]:
    """Yield the packets of picture and sound from the beginning, at last the empty ones that flush."""
    source.container.seek(int(source.start_s * av.time_base), backward=True)
    streams = [source.video] + ([source.audio] if source.audio is not None else [])
    yield from source.container.demux(streams)


def frames_of(source: Source) -> Iterator[Any]:
    """Yield the frames of picture and sound. Broken packets are left out; too many raise `VideoError`."""
    bad = 0
    for packet in packets_of(source):
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError) as error:
            bad += 1
            if bad > MOST_BAD_PACKETS:
                raise VideoError(BROKEN) from error
            continue
        yield from frames


def upright(frame: VideoFrame, rotation: int) -> VideoFrame:
    """Turn a picture."""
    filters = _TURN_FILTERS.get(rotation)
    if filters is None:
        return frame
    graph = av.filter.Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000)
    )
    steps = [graph.add(name, argument) if argument else graph.add(name) for name, argument in filters]
    graph.link_nodes(source, *steps, graph.add("buffersink")).configure()
    pts, time_base = frame.pts, frame.time_base
    graph.vpush(frame)
    turned = graph.vpull()
    turned.pts, turned.time_base = pts, time_base
    return turned


def _refuse(*_: object) -> None:
    raise PermissionError("no other file")


def _picture_of(container: InputContainer) -> VideoStream:
    pictures = [
        stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic
    ]
    if not pictures:
        raise VideoError(NO_PICTURE)
    best = container.streams.best("video")
    return next((stream for stream in pictures if stream is best), pictures[0])


def _sound_of(container: InputContainer) -> AudioStream | None:
    sounds = [stream for stream in container.streams.audio if stream.codec_context is not None]
    best = container.streams.best("audio")
    found = next((stream for stream in sounds if stream is best), sounds[0] if sounds else None)
    return found if found is not None and found.codec_context.sample_rate else None


def _rotation_of(source: Source) -> int:
    """Give by how many degrees clockwise the pictures are to be turned. Only the first picture tells."""
    for frame in source.container.decode(source.video):
        check_picture(frame)
        return round(-frame.rotation / 90) * 90 % 360
    raise VideoError(NO_PICTURE)


def _duration_of(source: Source) -> int:
    video = source.video
    if source.container.duration:
        return int(source.container.duration * 1000 // av.time_base)
    if video.duration and video.time_base:
        return int(video.duration * video.time_base * 1000)
    return 0


def _check(source: Source) -> None:
    width, height = source.shape
    if width * height > MAX_PIXELS:
        raise VideoError(TOO_BIG)
    if source.duration_ms > MAX_DURATION_MS:
        raise VideoError(TOO_LONG)
