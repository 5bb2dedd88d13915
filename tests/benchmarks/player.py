"""The player beside VLC alone: time to the first picture, seek from the cache, CPU, stalls with flying comments, memory over 200 opens.

Both read the same 1080p30 file in the same run: VLC alone by its path, drawn into memory by a bare media player; Tack's player from the
sealed sparse file of the cache, through the read callbacks, painted in a window of 1280 × 720.
"""

from __future__ import annotations

import ctypes
import gc
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import psutil
from PySide6.QtWidgets import QApplication

from app.media.sparse_file import PIECE_BYTES, SparseFile, open_sparse
from tests.benchmarks.desk import StallWatch
from tests.benchmarks.measure import PREPARED, Figure, emit, resident_mb
from tests.helpers.videos import frame_number, make_video
from ui import theme
from widgets.player.library import load_vlc
from widgets.player.player import Player
from widgets.player.source import Flying, Playable
from widgets.player.values import DanmakuLook, PlayerLikes, PlayState
from widgets.style import StyleSource

FPS, SECONDS = 30, 24
SIZE = (1280, 720)
RUNS, OPENS, WATCH_S = 9, 200, 12
SEEKS_MS = (14_000, 3_000, 19_500, 7_250, 1_000, 16_600, 10_100, 5_000, 21_000)
BLOCK = 8


class SealedBytes:
    """The `VideoBytes` of a file that lies whole in the cache."""

    def __init__(self, file: SparseFile, size: int) -> None:
        self._file, self._size = file, size
        self._is_aborted = False

    def size(self) -> int | None:
        return self._size

    def read_at(self, offset: int, count: int) -> bytes | None:
        if self._is_aborted:
            return None
        piece = self._file.read(offset // PIECE_BYTES) or b""
        start = offset % PIECE_BYTES
        return piece[start : start + count]

    def abort(self) -> None:
        self._is_aborted = True

    def resume(self) -> None:
        self._is_aborted = False


class Alone:
    """VLC without anything of ours: a media player that draws into memory, two buffers, no window."""

    def __init__(self, path: Path) -> None:
        self.vlc, instance = load_vlc()
        self._buffers = [ctypes.create_string_buffer(SIZE[0] * SIZE[1] * 4) for _ in range(2)]
        self._turn = 0
        self.shown = -1
        self.count = 0
        kinds = self.vlc.CallbackDecorators
        self._kept = (
            kinds.VideoLockCb(self._lock),
            kinds.VideoUnlockCb(lambda *_: None),
            kinds.VideoDisplayCb(self._display),
        )
        self.player: Any = instance.media_player_new()
        self.player.set_media(instance.media_new_path(str(path)))
        self.player.video_set_callbacks(*self._kept, None)
        self.player.video_set_format("RV32", *SIZE, SIZE[0] * 4)

    def number(self) -> int:
        """Number of the picture shown."""
        if self.shown < 0:
            return -1
        return frame_number(bytes(self._buffers[self.shown]), *SIZE)

    def close(self) -> None:
        self.player.stop()
        self.player.release()

    def _lock(self, _opaque: Any, planes: Any) -> int:
        self._turn = 1 - self._turn
        planes[0] = ctypes.addressof(self._buffers[self._turn])
        return self._turn

    def _display(self, _opaque: Any, picture: Any) -> None:
        self.shown = int(picture or 0)
        self.count += 1


def until(is_true: Callable[[], bool], turn: Callable[[], object], timeout_s: float = 20.0) -> float:
    """Wait, looking all the time; milliseconds."""
    started = time.perf_counter()
    while not is_true():
        if time.perf_counter() - started > timeout_s:
            raise TimeoutError
        turn()
    return (time.perf_counter() - started) * 1000


def nap() -> None:
    """Leave the processor to VLC."""
    time.sleep(0.0005)


class WorkWatch(StallWatch):
    """Tells also the most the GUI thread itself worked between two turns: the rest of a stall is others' use of the processors."""

    def __init__(self) -> None:
        super().__init__()
        self.most_work_ms = 0.0
        self._worked = 0.0

    def start(self) -> None:
        super().start()
        self.most_work_ms, self._worked = 0.0, time.thread_time()

    def _tick(self) -> None:
        super()._tick()
        worked = time.thread_time()
        self.most_work_ms = max(self.most_work_ms, (worked - self._worked) * 1000)
        self._worked = worked


class Bench:
    """One window with a player, and the file in the cache."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app = app
        self.coded = prepared(
            "coded-1080p.mp4", lambda path: make_video(path, SECONDS, (1920, 1080), FPS, key_every=60)
        )
        self.moving = prepared("moving-1080p.mp4", make_moving)
        self._folder = folder
        style = StyleSource(theme.dark(has_motion=False))
        self.player = Player(style)
        self.player.resize(*SIZE)
        self.player.show()
        self._sealed: dict[Path, SparseFile] = {}

    def playable(self, path: Path, number: int = 0) -> Playable:
        """The file as it lies in the cache."""
        if path not in self._sealed:
            data = path.read_bytes()
            sealed = open_sparse(self._folder / path.stem, os.urandom(32))
            sealed.set_size(len(data))
            for at in range(0, len(data), PIECE_BYTES):
                sealed.write(at // PIECE_BYTES, data[at : at + PIECE_BYTES])
            self._sealed[path] = sealed
        size = path.stat().st_size
        return Playable(f"{path}{number}", "", open=lambda _: SealedBytes(self._sealed[path], size))

    def turn(self) -> None:
        """What an event loop does."""
        self.app.processEvents()
        time.sleep(0.0005)

    def number(self) -> int:
        """Number of the picture shown."""
        picture = self.player._engine.picture
        return -1 if picture is None else frame_number(picture.image)

    def close(self) -> None:
        """Close the video, wholly."""
        self.player.close_video()
        until(lambda: self.player.state is PlayState.EMPTY, self.turn)

    def run_for(self, seconds: float) -> None:
        """Let the event loop run as it does in the program."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    # scenes

    def first_pictures(self) -> tuple[list[float], list[float]]:
        """Open each in turn; to the first picture, painted."""
        ours, bare = [], []
        for number in range(RUNS + 1):
            alone = Alone(self.coded)
            started = time.perf_counter()
            alone.player.play()
            until(lambda alone=alone: alone.count > 0, nap)  # type: ignore[misc]
            bare.append((time.perf_counter() - started) * 1000)
            alone.close()
            what = self.playable(self.coded, number)
            started = time.perf_counter()
            self.player.play(what)
            until(lambda: self.player._engine.picture is not None, self.turn)
            self.player._stage.repaint()
            ours.append((time.perf_counter() - started) * 1000)
            self.close()
        return ours[1:], bare[1:]

    def seeks(self) -> tuple[list[float], list[float]]:
        """Go to moments while it plays; to the right picture."""
        alone = Alone(self.coded)
        alone.player.play()
        until(lambda: alone.count > 10, nap)
        bare = []
        for at_ms in SEEKS_MS:
            wanted = at_ms * FPS // 1000
            alone.player.set_time(at_ms)
            bare.append(until(lambda wanted=wanted: wanted - 2 <= alone.number() <= wanted + 20, nap))  # type: ignore[misc]
            time.sleep(0.4)
        alone.close()
        self.player.play(self.playable(self.coded, 1000))
        until(lambda: self.number() > 10, self.turn)
        ours = []
        for at_ms in SEEKS_MS:
            wanted = at_ms * FPS // 1000
            self.player.seek(at_ms)
            ours.append(until(lambda wanted=wanted: wanted - 2 <= self.number() <= wanted + 20, self.turn))  # type: ignore[misc]
            self.player._stage.repaint()
            self.run_for(0.4)
        self.close()
        return ours, bare

    def processor(self) -> tuple[float, float, float]:
        """Share of one core while it plays: ours, ours with 40 flying comments, VLC alone."""
        alone = Alone(self.moving)
        alone.player.play()
        until(lambda: alone.count > 10, nap)
        bare = share_of(lambda: time.sleep(WATCH_S))
        alone.close()
        shares = []
        for is_flying in (False, True):
            self._fly(is_flying)
            self.player.play(self.playable(self.moving, 2000 + is_flying))
            until(lambda: self.player.state is PlayState.PLAYING, self.turn)
            self._comments()
            shares.append(share_of(lambda: self.run_for(WATCH_S)))
            self.close()
        return shares[0], shares[1], bare

    def stalls(self) -> tuple[float, float, str]:
        """The longest time the GUI thread was not free, idle and while it plays with flying comments."""
        watch = WorkWatch()
        watch.start()
        self.run_for(3)
        idle = watch.stop()
        self._fly(True)
        self.player.play(self.playable(self.moving, 3000))
        until(lambda: self.player.state is PlayState.PLAYING, self.turn)
        self._comments()
        self.run_for(1)
        watch.start()
        self.run_for(WATCH_S)
        longest = watch.stop()
        self.close()
        note = f"over 16 ms: {watch.over_16} in {WATCH_S} s; most work of the thread at once {watch.most_work_ms:.1f} ms"
        return longest, idle, note

    def opens(self) -> tuple[float, int, int]:
        """Open, play a little and close, many times: memory, threads and files afterwards beside those after the first ones."""
        self._fly(False)
        process = psutil.Process()
        before = (0.0, 0, 0)
        for number in range(OPENS + 20):
            if number == 20:
                before = (settled_mb(), process.num_threads(), process.num_fds())
            self.player.play(self.playable(self.coded, 4000 + number))
            until(lambda: self.player._engine.picture is not None, self.turn)
            self.close()
        until(lambda: threading.active_count() == 1, self.turn)
        now = (settled_mb(), process.num_threads(), process.num_fds())
        return now[0] - before[0], now[1] - before[1], now[2] - before[2]

    def opens_alone(self) -> float:
        """The same with VLC alone: how much memory that takes."""
        before = 0.0
        for number in range(OPENS + 20):
            if number == 20:
                before = settled_mb()
            alone = Alone(self.coded)
            alone.player.play()
            until(lambda alone=alone: alone.count > 0, nap)  # type: ignore[misc]
            alone.close()
        return settled_mb() - before

    def _fly(self, is_on: bool) -> None:
        self.player.set_likes(PlayerLikes(danmaku=DanmakuLook(is_on=is_on, area=1.0)))

    def _comments(self) -> None:
        at = self.player.position_ms
        words = ("这一段讲得很清楚 👍", "护目镜在哪里领？", "English subtitles are up, thanks!", "再讲一遍吧")
        self.player.set_flying([Flying(f"${n}", at - 4000 + n * 180, words[n % 4]) for n in range(120)])


def settled_mb() -> float:
    """Give the memory in use: what was freed is handed back to the system first, where the C library can."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    return resident_mb()


def share_of(action: Callable[[], object]) -> float:
    """Processor time of the action in percent of one core."""
    process = psutil.Process()
    before, started = process.cpu_times(), time.perf_counter()
    action()
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    return float(100 * used / (time.perf_counter() - started))


def prepared(name: str, make: Callable[[Path], object]) -> Path:
    """Give a file that is made once."""
    path = PREPARED / "videos" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path.with_name("half-" + name))
        path.with_name("half-" + name).rename(path)
    return path


def make_moving(path: Path) -> None:
    """Write a video with something to decode in every picture: blocks of random light that wander."""
    width, height = 1920, 1080
    rows = [
        b"".join(bytes([40 + value % 170]) * BLOCK for value in os.urandom(2 * width // BLOCK))
        for _ in range(height // BLOCK)
    ]
    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        stream = cast("Any", out.add_stream("libx264", rate=FPS))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "28", "g": "60"}
        for number in range(FPS * SECONDS):
            frame = av.VideoFrame(width, height, "yuv420p")
            shift = number * 3 % width
            picture = b"".join(row[shift : shift + width] * BLOCK for row in rows)
            frame.planes[0].update(picture)
            for plane in frame.planes[1:]:
                plane.update(bytes([128]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def figures(bench: Bench) -> list[Figure]:
    """Run the scenes."""
    first, first_bare = bench.first_pictures()
    seek, seek_bare = bench.seeks()
    cpu, cpu_flying, cpu_bare = bench.processor()
    longest, idle, stall_note = bench.stalls()
    grown, threads, files = bench.opens()
    grown_alone = bench.opens_alone()
    a, b = statistics.median(first), statistics.median(first_bare)
    c, d = statistics.median(seek), statistics.median(seek_bare)
    alone = "VLC alone"
    return [
        Figure("video, 1080p30: first picture", a, "ms", "≤ 1.5×", b, alone, a <= 1.5 * b, f"slowest {max(first):.0f} (floor {max(first_bare):.0f}) of {RUNS}"),
        Figure("… seek from the cache", c, "ms", "≤ 2×", d, alone, c <= 2 * d, f"slowest {max(seek):.0f} (floor {max(seek_bare):.0f}) of {len(seek)}"),
        Figure("… processor while it plays", cpu, "% of a core", "–", cpu_bare, "VLC alone, nothing painted", None, f"with 40 flying comments {cpu_flying:.0f}%"),
        Figure("… longest stall with flying comments", longest, "ms", "≤ 16 ms", idle, "idle window", longest <= 16, stall_note),
        Figure(f"… memory grown by {OPENS} opens", grown, "MB", "flat (≤ 10)", None, "", grown <= 10, f"after 20 that do not count; VLC alone {grown_alone:+.0f} MB"),
        Figure("… threads and open files left by them", float(threads + files), "", "0", None, "", threads <= 0 and files <= 0, f"{threads:+} threads, {files:+} files"),
    ]  # fmt: skip


def main() -> None:
    """Measure."""
    app = QApplication([])
    load_vlc()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(app, Path(name))
        emit(figures(bench))


if __name__ == "__main__":
    main()
