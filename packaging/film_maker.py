"""Draw the demo company's films: shapes that move, a big title, the seconds, a tone. Once; kept beside the servers.

    python packaging/film_maker.py FOLDER

`made_films` runs this as a process of its own, so that nothing else loads FFmpeg. What is drawn is of `channels.json`.
"""

import array
import hashlib
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.local_server.demo.films import (
    BOARD_COLUMNS,
    BOARD_EVERY_MS,
    BOARD_HEIGHT,
    BOARD_WIDTH,
    HEIGHT,
    WIDTH,
    Film,
    channels,
)

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from PySide6.QtGui import QImage, QPainter

FPS = 12
RATE = 22_050
TONES = (262, 330, 392, 440, 523)
STAMP = "films.txt"
TIMEOUT_S = 300.0


def made_films(state: Path) -> Path:
    """Give the folder with the films of today's list, drawing them where they are not there yet. Blocking, some seconds."""
    folder = state.resolve() / "films"
    stamp = folder / STAMP
    if not stamp.exists() or stamp.read_text("ascii") != _digest():
        print("Drawing the company's videos", flush=True)
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, str(Path(__file__).resolve()), str(folder)]
        subprocess.run(command, env=environment, check=True, timeout=TIMEOUT_S)
    return folder


def _digest() -> str:
    text = repr(channels()).encode() + Path(__file__).read_bytes()
    return hashlib.sha256(text).hexdigest()[:16]


def _draw_all(folder: Path) -> None:
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    for channel in channels():
        for film in channel.films:
            _film(folder, film, channel.name)
    (folder / STAMP).write_text(_digest(), "ascii")
    application.quit()


def _film(folder: Path, film: Film, channel: str) -> None:
    """Write one film, its cover and its small pictures."""
    import av
    from PySide6.QtGui import QImage, QPainter

    columns, rows = BOARD_COLUMNS, -(-film.seconds * 1000 // BOARD_EVERY_MS // BOARD_COLUMNS)
    board = QImage(columns * BOARD_WIDTH, rows * BOARD_HEIGHT, QImage.Format.Format_RGB32)
    board.fill(0)
    backgrounds: dict[str, QImage] = {}
    partial = folder / f"{film.key}.part.mp4"
    with av.open(str(partial), "w", options={"movflags": "faststart"}) as out:
        video = _video_stream(out)
        sound = out.add_stream("aac", rate=RATE)
        sound.layout = "mono"
        for number in range(film.seconds * FPS):
            second = number / FPS
            title = _chapter(film, second)
            if title not in backgrounds:
                backgrounds[title] = _background(film, title, channel)
            picture = backgrounds[title].copy()
            painter = QPainter(picture)
            _move(painter, second)
            painter.end()
            if number % FPS == 0:
                _put_on_board(board, picture, number // FPS)
            if number == film.seconds * FPS // 5:
                picture.save(str(folder / f"{film.key}.jpg"), quality=85)
            out.mux(video.encode(_frame(picture, number)))
        out.mux(video.encode(None))
        _tone(out, sound, film)
    board.save(str(folder / f"{film.key}.board.jpg"), quality=70)
    partial.replace(folder / f"{film.key}.mp4")


def _video_stream(out: "OutputContainer") -> "VideoStream":
    video = out.add_stream("libx264", rate=FPS)
    video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    video.options = {"preset": "ultrafast", "crf": "26", "g": str(FPS * 2), "bf": "0"}
    return video


def _frame(picture: "QImage", number: int) -> "VideoFrame":
    from fractions import Fraction

    import av

    frame = av.VideoFrame(WIDTH, HEIGHT, "bgra")
    frame.planes[0].update(bytes(picture.constBits()))
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame


def _chapter(film: Film, second: float) -> str:
    titles = [title for at, title in film.chapters if at <= second]
    return titles[-1] if titles else ""


def _background(film: Film, chapter: str, channel: str) -> "QImage":
    """What does not move: colours, title, chapter, channel."""
    from PySide6.QtCore import QPointF, QRect, Qt
    from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

    first, second = (QColor(f"#{colour}") for colour in film.colours)
    picture = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    gradient = QLinearGradient(QPointF(0, 0), QPointF(WIDTH, HEIGHT))
    gradient.setColorAt(0, first)
    gradient.setColorAt(1, second.darker(150))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(picture.rect(), gradient)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for text, size, top, height in ((channel, 15, 310, 24), (film.title, 34, 96, 96), (chapter, 22, 200, 40)):
        font = painter.font()
        font.setPixelSize(size)
        font.setBold(size > 30)
        painter.setFont(font)
        painter.setPen(QColor("white") if size > 30 else QColor(255, 255, 255, 200))
        painter.drawText(QRect(40, top, WIDTH - 80, height), left | Qt.TextFlag.TextWordWrap, text)
    painter.end()
    return picture


def _move(painter: "QPainter", second: float) -> None:
    """What moves: three discs, the seconds."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QPainter

    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for number in range(3):
        angle = second * (0.9 + 0.35 * number) + number * 2.1
        centre = QPointF(500 + 70 * math.cos(angle), 190 + 80 * math.sin(angle * 1.2))
        painter.setBrush(QColor(255, 255, 255, 110 - 30 * number))
        painter.drawEllipse(centre, 34.0 - 8 * number, 34.0 - 8 * number)
    font = painter.font()
    font.setPixelSize(20)
    painter.setFont(font)
    painter.setPen(QColor("white"))
    painter.drawText(QPointF(40, 270), f"{int(second) // 60:02d}:{int(second) % 60:02d}")


def _put_on_board(board: "QImage", picture: "QImage", number: int) -> None:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter

    row, column = divmod(number, BOARD_COLUMNS)
    painter = QPainter(board)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    place = QRect(column * BOARD_WIDTH, row * BOARD_HEIGHT, BOARD_WIDTH, BOARD_HEIGHT)
    painter.drawImage(place, picture)
    painter.end()


def _tone(out: "OutputContainer", sound: "AudioStream", film: Film) -> None:
    """One quiet note for each chapter."""
    import av

    starts = [at for at, _ in film.chapters] or [0]
    for second in range(film.seconds):
        note = TONES[(sum(1 for at in starts if at <= second) - 1) % len(TONES)]
        wave = (
            int(
                2_500
                * math.sin(2 * math.pi * note * (second * RATE + at) / RATE)
                * min(1.0, (RATE - at) / 4_000)
            )
            for at in range(RATE)
        )
        frame = av.AudioFrame(format="s16", layout="mono", samples=RATE)
        frame.planes[0].update(array.array("h", wave).tobytes())
        frame.sample_rate, frame.pts = RATE, second * RATE
        out.mux(sound.encode(frame))
    out.mux(sound.encode(None))


if __name__ == "__main__":
    _draw_all(Path(sys.argv[1]))
