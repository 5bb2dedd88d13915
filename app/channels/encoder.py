"""Runs the process that reads and encodes a video, seals what it makes, and ends it when it stands still.

FFmpeg is loaded there alone (docs/decisions/0016). What it makes has no name on the disk: it comes through a pipe and is
sealed into the outbox piece by piece, so that a crash leaves nothing in the clear. The process ends when its input is closed,
which happens however this program ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from app.channels.encoding.protocol import BROKEN, NO_ENCODER, STALLED, STALLED_S
from app.channels.values import SourceInfo
from app.domain.content import JSONObject, int_of, text_of
from app.errors import DiskFull, InputError, TackError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from app.sending.attachments import Outbox

log = logging.getLogger("tack.channels")

ENCODE_ARGUMENT: Final = "--encode-video"
"""First argument of the packaged program that makes it the encoding process."""
LOOK_EVERY_S = 1.0
LONGEST_LINE = 65_536
MOST_FILES = 40
PIECE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step is."""

    step: str
    share: float


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that was made and is sealed in the outbox."""

    step: str
    path: str
    size_bytes: int
    mimetype: str
    width: int
    height: int
    sha256: str
    duration_ms: int = 0
    columns: int = 0
    rows: int = 0
    every_ms: int = 0
    tile_width: int = 0
    tile_height: int = 0


Message = SourceInfo | Progress | MadeFile


class Encoder:
    """Starts processes; one `run` is one process."""

    def __init__(
        self, outbox: Outbox, command: Sequence[str] | None = None, stalled_s: float = STALLED_S
    ) -> None:
        self._outbox = outbox
        self._command = list(command) if command is not None else encoding_command()
        self._stalled_s = stalled_s

    async def run(
        self,
        path: str,
        steps: Sequence[str] = (),
        at_ms: int | None = None,
        most_bytes: int | None = None,
    ) -> AsyncIterator[Message]:
        """Read a video and make files of it, none larger than `most_bytes`; `at_ms` asks for the picture of that moment alone.

        Ending the iteration ends the process. Raises `InputError` (codes of `protocol`), `StorageError`.
        """
        request: JSONObject = {"path": path, "steps": list(steps), "folder": str(self._outbox.folder)}
        if at_ms is not None:
            request["at_ms"] = at_ms
        if most_bytes is not None:
            request["most_bytes"] = most_bytes
        job = _Run(self._command, request, self._outbox)
        watch = asyncio.create_task(job.watch(self._stalled_s), name="encoding watch")
        thread = asyncio.create_task(asyncio.to_thread(job.work), name="encoding")
        try:
            while (message := await job.messages.get()) is not None:
                yield message
            await thread
        finally:
            watch.cancel()
            job.end()
            await asyncio.gather(watch, thread, return_exceptions=True)


class _Run:
    """One process, the thread that reads it, and the watch over both."""

    def __init__(self, command: list[str], request: JSONObject, outbox: Outbox) -> None:
        self._command, self._request, self._outbox = command, request, outbox
        self._loop = asyncio.get_running_loop()
        self.messages: asyncio.Queue[Message | None] = asyncio.Queue()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_ended = False
        self._is_stalled = False
        self._steps_forward = 0
        self._last: tuple[str, float] = ("", -1.0)

    async def watch(self, stalled_s: float) -> None:
        """End the process when it got no further for so long."""
        seen, since = -1, self._loop.time()
        while True:
            await asyncio.sleep(min(LOOK_EVERY_S, stalled_s / 4))
            if self._steps_forward != seen:
                seen, since = self._steps_forward, self._loop.time()
            elif self._loop.time() - since > stalled_s:
                log.warning("encoding stands still")
                self._is_stalled = True
                self.end()
                return

    def end(self) -> None:
        """Kill it. Any thread; may be called twice."""
        with self._lock:
            self._is_ended = True
            if self._process is not None and self._process.poll() is None:
                self._process.kill()

    # On the thread ----------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Start the process and hear it out. Raises `TackError`."""
        try:
            self._outbox.make_folder()
            process = self._start()
            try:
                self._hear(process)
            finally:
                self.end()
                _close(process)
        finally:
            self._put(None)

    def _start(self) -> subprocess.Popen[bytes]:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        flags |= getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
        with self._lock:
            if self._is_ended:
                raise InputError("given up", code=STALLED)
            try:
                self._process = process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    cwd=Path(__file__).parents[2],
                    creationflags=flags,
                )
            except OSError as error:
                raise InputError("cannot be started", code=NO_ENCODER) from error
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # it died at once: its silence says so
            process.stdin.write(json.dumps(self._request).encode() + b"\n")
            process.stdin.flush()
        return process

    def _hear(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        is_heard, files = False, 0
        while line := process.stdout.readline(LONGEST_LINE):
            said = _parsed(line)
            self._steps_forward += not is_heard
            is_heard = True
            kind = said.get("kind")
            if kind == "done":
                return
            if kind == "error":
                raise _error(text_of(said, "code") or BROKEN)
            files += kind == "file"
            if files > MOST_FILES:
                raise InputError("too much", code=BROKEN)
            self._take(kind, said, process.stdout)
        raise InputError("it fell silent", code=self._why_silent(is_heard))

    def _why_silent(self, is_heard: bool) -> str:
        if self._is_stalled:
            return STALLED
        return BROKEN if is_heard else NO_ENCODER

    def _take(self, kind: object, said: JSONObject, out: IO[bytes]) -> None:
        if kind == "progress":
            now = (text_of(said, "step") or "", _share_of(said))
            self._steps_forward += now != self._last
            self._last = now
            self._put(Progress(*now))
        elif kind == "facts":
            self._put(_source_info(said, Path(str(self._request["path"])).stat().st_size))
        elif kind == "file":
            self._put(self._seal(said, out))

    def _seal(self, said: JSONObject, out: IO[bytes]) -> MadeFile:
        size = int_of(said, "size") or 0
        digest = hashlib.sha256()
        path = self._outbox.seal(self._pieces(out, size, digest))
        numbers = (
            "width",
            "height",
            "duration_ms",
            "columns",
            "rows",
            "every_ms",
            "tile_width",
            "tile_height",
        )
        return MadeFile(
            step=text_of(said, "step") or "",
            path=path,
            size_bytes=size,
            mimetype=text_of(said, "mimetype") or "",
            sha256=digest.hexdigest(),
            **{name: int_of(said, name) or 0 for name in numbers},
        )

    def _pieces(self, out: IO[bytes], size: int, digest: Any) -> Iterator[bytes]:
        left = size
        while left > 0:
            piece = out.read(min(left, PIECE_BYTES))
            if not piece:
                raise InputError("cut short", code=STALLED if self._is_stalled else BROKEN)
            left -= len(piece)
            self._steps_forward += 1
            digest.update(piece)
            yield piece

    def _put(self, message: Message | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended; so does the process
            self._loop.call_soon_threadsafe(self.messages.put_nowait, message)


def encoding_command() -> list[str]:
    """Give the command that runs the encoding process."""
    if getattr(sys, "frozen", False):
        return [sys.executable, ENCODE_ARGUMENT]
    return [sys.executable, "-m", "app.channels.encoding"]


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()


def _parsed(line: bytes) -> JSONObject:
    try:
        said = json.loads(line)
    except ValueError as error:
        raise InputError("nonsense", code=BROKEN) from error
    return said if isinstance(said, dict) else {}


def _share_of(said: JSONObject) -> float:
    share = said.get("share")
    return min(1.0, max(0.0, float(share))) if isinstance(share, int | float) else 0.0


def _error(code: str) -> TackError:
    return DiskFull("no room for the video") if code == DiskFull.code else InputError("", code=code)


def _source_info(said: JSONObject, size_bytes: int) -> SourceInfo:
    fps = said.get("fps")
    return SourceInfo(
        width=int_of(said, "width") or 0,
        height=int_of(said, "height") or 0,
        duration_ms=int_of(said, "duration_ms") or 0,
        size_bytes=size_bytes,
        fps=float(fps) if isinstance(fps, int | float) else 0.0,
        has_audio=said.get("has_audio") is True,
        video_codec=(text_of(said, "video_codec") or "")[:40],
        audio_codec=(text_of(said, "audio_codec") or "")[:40],
        is_streamable=said.get("is_streamable") is True,
        rotation=int_of(said, "rotation") or 0,
    )
