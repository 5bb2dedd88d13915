"""Reads one request, does it, tells how far it is. See `protocol`."""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
import threading
import time
from typing import IO, TYPE_CHECKING, Any

import av

from app.channels.encoding import making, pictures
from app.channels.encoding.index_first import pieces_index_first
from app.channels.encoding.protocol import BOARD, BROKEN, COVER, DISK_FULL, MAIN, SMALL, UNREADABLE
from app.channels.encoding.reading import Source, VideoError, open_source

if TYPE_CHECKING:
    from collections.abc import Callable

TELL_EVERY_S = 0.25
MEMORY_BYTES = 6 << 30


class Speaker:
    """Tells the other side. One line at a time; a file follows its line."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._told_at = 0.0

    def say(self, **fields: Any) -> None:
        """Write a line."""
        self._out.write(json.dumps(fields).encode() + b"\n")
        self._out.flush()

    def progress(self, step: str, share: float) -> None:
        """Say how far a step is, a few times a second."""
        now = time.monotonic()
        if now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            self.say(kind="progress", step=step, share=round(share, 6))

    def picture(self, step: str, picture: pictures.Picture, **fields: Any) -> None:
        """Hand over a picture."""
        size = {"width": picture.width, "height": picture.height}
        self.say(kind="file", step=step, size=len(picture.data), mimetype="image/jpeg", **size, **fields)
        self._out.write(picture.data)
        self._out.flush()

    def video(self, step: str, file: IO[bytes], size: making.Size) -> None:
        """Hand over a video, index first."""
        length = file.seek(0, os.SEEK_END)
        self.say(kind="file", step=step, size=length, mimetype="video/mp4", **size._asdict())
        for piece in pieces_index_first(file):
            self._out.write(piece)
        self._out.flush()


def run(request: dict[str, Any], speaker: Speaker) -> None:
    """Do what is asked. Raises `VideoError`."""
    source = open_source(str(request["path"]))
    try:
        speaker.say(kind="facts", **source.facts().as_json())
        if "at_ms" in request:
            _cover_at(source, int(request["at_ms"]), speaker)
            return
        for step in request["steps"]:
            _STEPS[step](source, speaker, request)
    finally:
        source.close()


def _covers(source: Source, speaker: Speaker, request: dict[str, Any]) -> None:
    for picture in pictures.covers_of(source, _beat(speaker, COVER)):
        speaker.picture(COVER, picture)


def _cover_at(source: Source, at_ms: int, speaker: Speaker) -> None:
    frame = source.frame_near(at_ms, is_exact=True)
    if frame is None:
        raise VideoError(BROKEN)
    speaker.picture(COVER, pictures.cover_of(source, frame))


def _main(source: Source, speaker: Speaker, request: dict[str, Any]) -> None:
    with tempfile.TemporaryFile(dir=request["folder"]) as file:
        tell, most_bytes = _tell(speaker, MAIN), request.get("most_bytes")
        is_small_enough = most_bytes is None or os.fstat(source.file.fileno()).st_size <= most_bytes
        if making.can_copy(source) and is_small_enough:
            size = making.copy(source, file, tell)
        else:
            quality = making.fitting(making.MAIN_QUALITY, source.duration_ms, most_bytes)
            size = making.encode(source, file, quality, tell)
        speaker.video(MAIN, file, size)


def _small(source: Source, speaker: Speaker, request: dict[str, Any]) -> None:
    most_bytes = request.get("most_bytes")
    if not making.wants_small(source, most_bytes):
        return
    with tempfile.TemporaryFile(dir=request["folder"]) as file:
        quality = making.fitting(making.SMALL_QUALITY, source.duration_ms, most_bytes)
        size = making.encode(source, file, quality, _tell(speaker, SMALL))
        speaker.video(SMALL, file, size)


def _board(source: Source, speaker: Speaker, request: dict[str, Any]) -> None:
    board = pictures.board_of(source, _beat(speaker, BOARD))
    if board is not None:
        fields = {name: getattr(board, name) for name in board._fields if name != "picture"}
        speaker.picture(BOARD, board.picture, **fields)


_STEPS: dict[str, Callable[[Source, Speaker, dict[str, Any]], None]] = {
    COVER: _covers,
    MAIN: _main,
    SMALL: _small,
    BOARD: _board,
}


def _tell(speaker: Speaker, step: str) -> Callable[[float], None]:
    return lambda share: speaker.progress(step, share)


def _beat(speaker: Speaker, step: str) -> Callable[[], None]:
    count = 0

    def beat() -> None:
        nonlocal count
        count += 1
        speaker.progress(step, min(0.99, count / 100))

    return beat


def _code_of(error: Exception) -> str:
    if isinstance(error, VideoError):
        return error.code
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    return BROKEN if isinstance(error, av.FFmpegError | ValueError | MemoryError) else UNREADABLE


def _leave_with_parent() -> None:
    """End at once when the program that started us is gone, however it went."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def _be_modest() -> None:
    """Stand back behind everything else, and let a hostile file eat only so much."""
    try:
        os.nice(10)
        import resource
    except (AttributeError, ImportError, OSError):
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def main() -> int:
    """Run; the exit code."""
    av.logging.set_level(av.logging.PANIC)
    speaker = Speaker(sys.stdout.buffer)
    speaker.say(kind="hello")
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _be_modest()
    try:
        run(request, speaker)
    except Exception as error:  # outermost frame of a process: the other side makes a sentence of it
        speaker.say(kind="error", code=_code_of(error))
        os._exit(1)
    speaker.say(kind="done")
    os._exit(0)  # not through destructors that a hostile file may have made slow


if __name__ == "__main__":
    sys.exit(main())
