"""Makes the files of a video that go up: streams copied where every player knows them, else encoded to H.264 and AAC."""

from __future__ import annotations

from fractions import Fraction
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import av

from app.channels.encoding.pictures import fitted
from app.channels.encoding.protocol import (
    BROKEN,
    MAX_SHORT_SIDE,
    MAX_SIDE,
    NO_PICTURE,
    SMALL_SHORT_SIDE,
    TOO_LONG,
)
from app.channels.encoding.reading import (
    MIN_PLAYED,
    VideoError,
    check_picture,
    frames_of,
    packets_of,
    upright,
)
from app.domain.channels.wire import MAX_DURATION_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from app.channels.encoding.reading import Source

    Beat = Callable[[float], None]
    """Called with the share that is done."""

FILLED = 0.85
"""So much of what the server takes is aimed at: an encoder keeps its rate only on average."""
LEAST_BITS = 150_000
_LEAST_BITS = ((1080, 3_000_000), (720, 1_200_000))
"""What a picture of that height needs at least, in bits per second."""
TICKS = 90_000
MAX_FPS = 60
KEY_EVERY_S = 2
MOST_STILL_S = 3600.0
"""Recordings of screens show one picture for as long as nothing moves."""
_COPY_CONTAINERS = ("mp4", "matroska")
_SOUND_RATES = (44_100, 48_000)


class Size(NamedTuple):
    """A file that was made."""

    width: int
    height: int
    duration_ms: int


class Quality(NamedTuple):
    """How well something is encoded."""

    long_side: int
    short_side: int
    crf: int
    most_bits: int
    sound_bits: int


MAIN_QUALITY = Quality(MAX_SIDE, MAX_SHORT_SIDE, 22, 8_000_000, 160_000)
SMALL_QUALITY = Quality(SMALL_SHORT_SIDE * 3, SMALL_SHORT_SIDE, 26, 1_200_000, 96_000)


def fitting(quality: Quality, duration_ms: int, most_bytes: int | None) -> Quality:
    """Give a quality whose file is not larger than the server takes; a long video gets smaller pictures."""
    if most_bytes is None or duration_ms <= 0:
        return quality
    bits = int(most_bytes * 8 * FILLED * 1000 / duration_ms) - quality.sound_bits
    if bits >= quality.most_bits:
        return quality
    short_side = next((side for side, needed in _LEAST_BITS if bits >= needed), SMALL_SHORT_SIDE)
    long_side = min(quality.long_side, short_side * 16 // 9 + 1)
    return quality._replace(long_side=long_side, short_side=short_side, most_bits=max(LEAST_BITS, bits))


def can_copy(source: Source) -> bool:
    """Whether the main rendition needs no encoding."""
    names = source.container.format.name.split(",")
    fits = fitted(source.shape, MAX_SIDE, MAX_SHORT_SIDE)
    is_small_enough = max(source.shape) - max(fits) <= 1 and min(source.shape) - min(fits) <= 1
    return source.is_plain and is_small_enough and any(name in names for name in _COPY_CONTAINERS)


def wants_small(source: Source, most_bytes: int | None) -> bool:
    """Whether a smaller rendition is worth making beside the main one."""
    main = fitting(MAIN_QUALITY, source.duration_ms, most_bytes)
    return min(*source.shape, main.short_side) > SMALL_SHORT_SIDE


def copy(source: Source, file: IO[bytes], beat: Beat) -> Size:
    """Write the streams as they are. Raises `VideoError`."""
    played = 0.0
    with av.open(file, "w", format="mp4") as out:
        streams: dict[int, Any] = {source.video.index: out.add_stream_from_template(source.video)}
        if source.audio is not None:
            streams[source.audio.index] = out.add_stream_from_template(source.audio)
        for packet in packets_of(source):
            if packet.dts is None or packet.stream_index not in streams:
                continue
            if packet.pts is not None:
                end = float((packet.pts + (packet.duration or 0)) * packet.time_base) - source.start_s
                played = max(played, end)
                beat(_share(source, played))
            packet.stream = streams[packet.stream_index]
            out.mux(packet)
    width, height = source.shape
    return Size(width, height, _checked_ms(source, played))


def encode(source: Source, file: IO[bytes], quality: Quality, beat: Beat) -> Size:
    """Write the video anew. Raises `VideoError`."""
    with av.open(file, "w", format="mp4") as out:
        writer = _Writer(source, out, quality)
        for frame in frames_of(source):
            if isinstance(frame, av.VideoFrame):
                writer.add_picture(frame)
                beat(_share(source, writer.played_s))
            elif isinstance(frame, av.AudioFrame):
                writer.add_sound(frame)
        writer.finish()
    return Size(*writer.size, _checked_ms(source, writer.played_s))


class _Writer:
    """Encodes frames into one file."""

    def __init__(self, source: Source, out: OutputContainer, quality: Quality) -> None:
        self._source, self._out = source, out
        self.size = fitted(source.shape, quality.long_side, quality.short_side)
        self._picture = self._new_picture(quality)
        self._sound = self._new_sound(quality) if source.audio is not None else None
        self._resampler: av.AudioResampler | None = None
        self._heard: object = None
        self._next_sample = 0
        self._last_ticks = -1
        self.played_s = 0.0

    def _new_picture(self, quality: Quality) -> VideoStream:
        rate = self._source.video.average_rate or Fraction(25)
        rate = min(max(Fraction(1), Fraction(rate)), Fraction(MAX_FPS)).limit_denominator(1001)
        stream = self._out.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *self.size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, TICKS)
        stream.codec_context.thread_type = "AUTO"
        stream.options = {
            "preset": "veryfast",
            "crf": str(quality.crf),
            "maxrate": str(quality.most_bits),
            "bufsize": str(quality.most_bits * 2),
            "g": str(max(1, round(rate * KEY_EVERY_S))),
            "profile": "high",
        }
        return stream

    def _new_sound(self, quality: Quality) -> AudioStream:
        assert self._source.audio is not None
        rate = self._source.audio.codec_context.sample_rate
        rate = rate if rate in _SOUND_RATES else 48_000
        stream = self._out.add_stream("aac", rate=rate)
        stream.layout = "mono" if self._source.audio.codec_context.layout.nb_channels == 1 else "stereo"
        stream.codec_context.bit_rate = quality.sound_bits
        return stream

    def add_picture(self, frame: VideoFrame) -> None:
        """Take a picture; those that come too fast or out of order are left out."""
        check_picture(frame)
        if frame.pts is None:
            return
        ticks = round((frame.time - self._source.start_s) * TICKS)
        if ticks < 0 or (self._last_ticks >= 0 and ticks - self._last_ticks < TICKS // MAX_FPS - 100):
            return
        if ticks > MAX_DURATION_MS * (TICKS // 1000):
            raise VideoError(TOO_LONG)
        turned = self._source.rotation % 180 != 0
        width, height = (self.size[1], self.size[0]) if turned else self.size
        picture = upright(frame.reformat(width=width, height=height, format="yuv420p"), self._source.rotation)
        picture.pts, picture.time_base = ticks, Fraction(1, TICKS)
        picture.pict_type = 0
        self._last_ticks = ticks
        shown_s = float(frame.duration * frame.time_base) if frame.duration and frame.time_base else 0.0
        self.played_s = max(self.played_s, ticks / TICKS + min(shown_s, MOST_STILL_S))
        self._out.mux(self._picture.encode(picture))

    def add_sound(self, frame: AudioFrame) -> None:
        """Take some sound; where it is missing for a while, what follows stays in its place."""
        if self._sound is None or frame.time is None:
            return
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._resampler is None or kind != self._heard:
            rate = self._sound.rate
            self._resampler = av.AudioResampler("fltp", self._sound.layout.name, rate)
            self._heard = kind
        at = round((frame.time - self._source.start_s) * self._sound.rate)
        if at < -self._sound.rate:
            return
        if abs(at - self._next_sample) > self._sound.rate // 5:
            self._fill(at - self._next_sample)
        frame.pts = None
        for piece in self._resampler.resample(frame):
            self._encode(piece)

    def _fill(self, samples: int) -> None:
        """Put silence where the source has none; sound that comes too early is taken as it comes."""
        assert self._sound is not None
        samples = min(samples, self._sound.rate * 600)
        while samples > 0:
            silence = av.AudioFrame("fltp", self._sound.layout.name, 1024)
            for plane in silence.planes:
                plane.update(bytes(plane.buffer_size))
            silence.sample_rate = self._sound.rate
            self._encode(silence)
            samples -= 1024

    def _encode(self, frame: AudioFrame) -> None:
        assert self._sound is not None
        frame.pts, frame.time_base = self._next_sample, Fraction(1, self._sound.rate)
        self._next_sample += frame.samples
        self.played_s = max(self.played_s, self._next_sample / self._sound.rate)
        self._out.mux(self._sound.encode(frame))

    def finish(self) -> None:
        """Write what the encoders hold back."""
        if self._last_ticks < 0:
            raise VideoError(NO_PICTURE)
        self._out.mux(self._picture.encode(None))
        if self._sound is not None:
            self._out.mux(self._sound.encode(None))


def _share(source: Source, played_s: float) -> float:
    return min(1.0, played_s * 1000 / source.duration_ms) if source.duration_ms else 0.0


def _checked_ms(source: Source, played_s: float) -> int:
    """Give the real length. Raises `VideoError` for a file that ends long before it should."""
    played_ms = round(played_s * 1000)
    if played_ms < source.duration_ms * MIN_PLAYED - 1000:
        raise VideoError(BROKEN)
    return played_ms
