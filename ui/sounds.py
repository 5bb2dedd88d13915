"""Plays a short sound file without waiting for it, by what each system has; where it has nothing, the system's own beep."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QStandardPaths
from PySide6.QtWidgets import QApplication

_PLAYERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "darwin": (("afplay",),),
    "linux": (("pw-play",), ("paplay",), ("aplay", "-q")),
}


def play(sound: Path) -> None:
    """Begin to play."""
    if not (_play_on_windows(sound) if sys.platform == "win32" else _play_by_program(sound)):
        QApplication.beep()


def _play_by_program(sound: Path) -> bool:
    for name, *options in _PLAYERS.get(sys.platform, ()):
        program = QStandardPaths.findExecutable(name)
        if program:
            return bool(QProcess.startDetached(program, [*options, str(sound)])[0])
    return False


def _play_on_windows(sound: Path) -> bool:
    import winsound

    try:
        winsound.PlaySound(str(sound), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)  # type: ignore[attr-defined]
    except RuntimeError:  # no sound device
        return False
    return True
