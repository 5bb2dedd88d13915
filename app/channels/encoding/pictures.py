"""Pictures of a video: covers to choose from, and the storyboard of small ones for the seek bar."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import av

from app.channels.encoding.protocol import (
    BOARD_COLUMNS,
    BOARD_EVERY_MS,
    BOARD_TILE_SIDE,
    BOARD_TILES,
    COVER_SIDE,
    COVERS,
)
from app.channels.encoding.reading import upright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from av.video.frame import VideoFrame

    from app.channels.encoding.reading import Source

_MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.9, 0.02, 0.2, 0.4, 0.6, 0.8)
"""Where covers are looked for, as shares of the length."""
_DARK, _FLAT = 32, 10
_PROBE = (32, 18)
_GREY = 40


class Picture(NamedTuple):
    """A JPEG."""

    data: bytes
    width: int
    height: int


class Board(NamedTuple):
    """A storyboard."""

    picture: Picture
    columns: int
    rows: int
    every_ms: int
    tile_width: int
    tile_height: int


def covers_of(source: Source, beat: Callable[[], None]) -> Iterator[Picture]:
    """Yield some covers, in the order of time. Black and plain ones only where there is nothing else."""
    found: dict[float, VideoFrame] = {}
    plain: VideoFrame | None = None
    for share in _MOMENTS:
        beat()
        frame = source.frame_near(int(source.duration_ms * share))
        if frame is None:
            continue
        if is_plain(frame):
            plain = plain or frame
        elif not any(_is_same(frame, other) for other in found.values()):
            found[share] = frame
        if len(found) == COVERS:
            break
    frames = [found[share] for share in sorted(found)] or ([plain] if plain is not None else [])
    for frame in frames:
        yield cover_of(source, frame)


def cover_of(source: Source, frame: VideoFrame) -> Picture:
    """Make a cover of a frame."""
    width, height = fitted(source.shape, COVER_SIDE, COVER_SIDE)
    return _jpeg(_scaled(source, frame, width, height))


def board_of(source: Source, beat: Callable[[], None]) -> Board | None:
    """Make the storyboard; None where the length is not known."""
    if source.duration_ms < BOARD_EVERY_MS:
        return None
    every_ms = max(BOARD_EVERY_MS, -(-source.duration_ms // BOARD_TILES))
    count = -(-source.duration_ms // every_ms)
    tile = fitted(source.shape, BOARD_TILE_SIDE, BOARD_TILE_SIDE)
    canvas = _Canvas(tile, min(count, BOARD_COLUMNS), -(-count // BOARD_COLUMNS))
    last: VideoFrame | None = None
    for number in range(count):
        beat()
        frame = source.frame_near(number * every_ms)
        last = _scaled(source, frame, *tile) if frame is not None else last
        if last is not None:
            canvas.put(number, last)
    return Board(_jpeg(canvas.frame()), canvas.columns, canvas.rows, every_ms, *tile)


def is_plain(frame: VideoFrame) -> bool:
    """Whether there is nothing to see in a picture: it is dark, or all of one grey."""
    small = frame.reformat(width=_PROBE[0], height=_PROBE[1], format="gray")
    points = _luma(small)
    return (
        max(points) < _DARK * 2 or max(points) - min(points) < _FLAT or sum(points) / len(points) < _DARK / 2
    )


def fitted(shape: tuple[int, int], long_side: int, short_side: int) -> tuple[int, int]:
    """Give the even size that fits, never larger than it is."""
    width, height = shape
    share = min(1.0, long_side / max(width, height), short_side / min(width, height))
    return max(2, round(width * share / 2) * 2), max(2, round(height * share / 2) * 2)


def _is_same(frame: VideoFrame, other: VideoFrame) -> bool:
    return frame.pts is not None and frame.pts == other.pts


def _scaled(source: Source, frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """Give a picture upright and in the size that is wanted."""
    size = (height, width) if source.rotation % 180 else (width, height)
    return upright(frame.reformat(width=size[0], height=size[1], format="yuvj420p"), source.rotation)


def _jpeg(frame: VideoFrame) -> Picture:
    encoder = av.VideoCodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"qmin": "3", "qmax": "6"}
    frame = frame.reformat(format="yuvj420p")
    frame.pts = None
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    return Picture(b"".join(bytes(packet) for packet in packets), frame.width, frame.height)


def _luma(frame: VideoFrame) -> bytes:
    plane = frame.planes[0]
    data, stride = bytes(plane), plane.line_size
    return b"".join(data[y * stride : y * stride + frame.width] for y in range(frame.height))


class _Canvas:
    """A large picture that takes small ones."""

    def __init__(self, tile: tuple[int, int], columns: int, rows: int) -> None:
        self._tile, self.columns, self.rows = tile, columns, rows
        self._frame = av.VideoFrame(tile[0] * columns, tile[1] * rows, "yuvj420p")
        self._planes = [
            bytearray([_GREY if number == 0 else 128]) * plane.buffer_size
            for number, plane in enumerate(self._frame.planes)
        ]

    def put(self, number: int, small: VideoFrame) -> None:
        """Lay a small picture onto its place."""
        column, row = number % self.columns, number // self.columns
        for index, plane in enumerate(small.planes):
            half = 1 if index == 0 else 2
            width, height = self._tile[0] // half, self._tile[1] // half
            target, stride = self._planes[index], self._frame.planes[index].line_size
            data = bytes(plane)
            for y in range(height):
                at = (row * height + y) * stride + column * width
                target[at : at + width] = data[y * plane.line_size : y * plane.line_size + width]

    def frame(self) -> VideoFrame:
        """Give the large picture."""
        for plane, data in zip(self._frame.planes, self._planes, strict=True):
            plane.update(bytes(data))
        return self._frame
