"""Small videos whose frames carry their number, made with PyAV in the test's own process.

A frame is a raster of 4 × 4 squares. The corners tell which way up the picture is (only the one on the top left is bright), the
twelve squares between hold the number, lowest bit first, row by row. It survives scaling, H.264 and RGB.
"""

from __future__ import annotations

import math
from array import array
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, cast

import av

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.stream import VideoStream
    from PySide6.QtGui import QImage

_SIDE = 4
_BITS = [cell for cell in range(_SIDE * _SIDE) if cell not in (0, 3, 12, 15)]
_DARK, _BRIGHT = 24, 220
_RATE = 44_100


def make_video(
    path: Path,
    seconds: float = 3,
    size: tuple[int, int] = (160, 90),
    fps: int = 15,
    audio: bool = True,
    faststart: bool = True,
    rotation: int = 0,
    key_every: int = 15,
    *,
    codec: str = "libx264",
    black_frames: int = 0,
    container: str = "",
) -> Path:
    """Write a video and give its path. `rotation`: degrees clockwise the player has to turn it; the picture is stored turned back, so
    that it reads upright when shown. `black_frames`: so many at the beginning are black. `container`: a format name, else from the name."""
    width, height = (size[1], size[0]) if rotation % 180 else size
    options = {"movflags": "faststart"} if faststart and path.suffix == ".mp4" else {}
    with av.open(str(path), "w", format=container or None, options=options) as out:
        video = cast("VideoStream", out.add_stream(codec, rate=fps))
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.codec_context.gop_size = key_every
        if codec in ("libx264", "libx265"):
            video.options = {
                "preset": "ultrafast",
                "crf": "18",
                "g": str(key_every),
                "keyint_min": str(key_every),
                "sc_threshold": "0",
                "x265-params": "log-level=none",
            }
        sound = _sound_of(out, path) if audio else None
        waves = _tones(seconds, sound.rate) if sound is not None else iter(())
        for index in range(round(seconds * fps)):
            frame = _frame(None if index < black_frames else index, width, height, rotation)
            frame.pts, frame.time_base = index, Fraction(1, fps)
            out.mux(video.encode(frame))
            if sound is not None and index % fps == 0:
                for tone in islice(waves, sound.rate // 1024 + 1):
                    out.mux(sound.encode(tone))
        out.mux(video.encode(None))
        if sound is not None:
            for tone in waves:
                out.mux(sound.encode(tone))
            out.mux(sound.encode(None))
    if rotation % 360:
        _turn(path, rotation % 360, width, height)
    return path


def frame_number(
    picture: QImage | av.VideoFrame | bytes, width: int = 0, height: int = 0, stride: int = 0
) -> int:
    """Read the number of a frame. `bytes`: RV32 (blue, green, red, nothing), with their size. Raises `ValueError` where the picture is no
    upright frame of ours (black, turned, torn)."""
    if isinstance(picture, av.VideoFrame):
        rgb = picture.reformat(format="bgra")
        picture, width, height = bytes(rgb.planes[0]), rgb.width, rgb.height
        stride = rgb.planes[0].line_size
    if not isinstance(picture, bytes | bytearray | memoryview):
        from PySide6.QtGui import QImage

        image = picture.convertToFormat(QImage.Format.Format_RGB32)
        picture, width, height = bytes(image.constBits()), image.width(), image.height()
        stride = image.bytesPerLine()
    cells = [_light(picture, width, height, stride or width * 4, cell) for cell in range(_SIDE * _SIDE)]
    if not (cells[0] > 150 and max(cells[3], cells[12], cells[15]) < 100):
        msg = f"no upright frame: {cells}"
        raise ValueError(msg)
    return sum(1 << bit for bit, cell in enumerate(_BITS) if cells[cell] > 122)


def _sound_of(out: OutputContainer, path: Path) -> AudioStream:
    codec = "libopus" if path.suffix == ".webm" else "aac"
    sound = cast("AudioStream", out.add_stream(codec, rate=_rate_of(path)))
    sound.layout = "mono"
    return sound


def _rate_of(path: Path) -> int:
    return 48_000 if path.suffix == ".webm" else _RATE


def _light(data: bytes | bytearray | memoryview, width: int, height: int, stride: int, cell: int) -> float:
    """Give the mean brightness of 3 × 3 points in the middle of a square."""
    total = 0
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            x = int((cell % _SIDE + 0.5 + dx * 0.2) * width / _SIDE)
            y = int((cell // _SIDE + 0.5 + dy * 0.2) * height / _SIDE)
            total += sum(data[y * stride + x * 4 : y * stride + x * 4 + 3])
    return total / 27


def _frame(number: int | None, width: int, height: int, rotation: int) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, "yuv420p")
    bright = set() if number is None else {0} | {c for bit, c in enumerate(_BITS) if number >> bit & 1}
    bright = {_turned(cell, rotation) for cell in bright}
    dark = 16 if number is None else _DARK
    luma = frame.planes[0]
    rows = bytearray()
    bands = [_band(row, bright, dark, width, luma.line_size) for row in range(_SIDE)]
    for y in range(height):
        rows += bands[y * _SIDE // height]
    luma.update(bytes(rows))
    for plane in frame.planes[1:]:
        plane.update(bytes([128]) * plane.buffer_size)
    return frame


def _band(row: int, bright: set[int], dark: int, width: int, line_size: int) -> bytes:
    line = bytes(_BRIGHT if row * _SIDE + x * _SIDE // width in bright else dark for x in range(width))
    return line.ljust(line_size, b"\0")


def _turned(cell: int, rotation: int) -> int:
    """Where a square lies in the stored picture that is shown turned clockwise by `rotation`."""
    x, y = cell % _SIDE, cell // _SIDE
    for _ in range(rotation % 360 // 90):
        x, y = y, _SIDE - 1 - x
    return y * _SIDE + x


def _tones(seconds: float, rate: int) -> Iterator[av.AudioFrame]:
    for start in range(0, int(seconds * rate), 1024):
        wave = array(
            "h", (int(8000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(start, start + 1024))
        )
        frame = av.AudioFrame("s16", "mono", 1024)
        frame.planes[0].update(wave.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame


def _turn(path: Path, rotation: int, width: int, height: int) -> None:
    """Write the display matrix into the track header of the video. Source: ISO/IEC 14496-12, 8.3.2."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4
    at += 4 + (32 if data[at] else 20) + 16
    one = 0x10000
    matrix = {
        90: (0, one, -one, 0, height * one, 0),
        180: (-one, 0, 0, -one, width * one, height * one),
        270: (0, -one, one, 0, 0, width * one),
    }[rotation]
    a, b, c, d, x, y = matrix
    values = (a, b, 0, c, d, 0, x, y, 0x40000000)
    data[at : at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in values)
    path.write_bytes(data)
