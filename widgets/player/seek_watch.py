"""Sees to it that the picture follows a seek while the video stands: libVLC drops what a second order in the same moment should show.

A seek that comes soon after another order is given once more when it is quiet; one at rest is always shown.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from widgets.player.engine import Engine

_QUIET_MS = 350
_DRAWN_S = 1.0
"""So long after a seek its picture may not be there yet."""


class SeekWatch(QObject):
    """Of one engine."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._engine = engine
        self._at_ms = 0
        self._stirred_at = self._sought_at = 0.0
        self._timer = QTimer(self, interval=_QUIET_MS, singleShot=True)
        self._timer.timeout.connect(self._seek_again)

    def stir(self) -> None:
        """Something was ordered, or began: what comes right after may be lost."""
        self._stirred_at = time.monotonic()

    def stand(self) -> None:
        """It was told to stand: what was sought just before may not have been drawn."""
        self.stir()
        if time.monotonic() - self._sought_at < _DRAWN_S:
            self._at_ms = self._engine.position_ms
            self._timer.start()

    def watch(self, at_ms: int) -> None:
        """A seek was ordered."""
        is_quiet = time.monotonic() - self._stirred_at > _QUIET_MS / 1000
        self.stir()
        self._sought_at = self._stirred_at
        if self._engine.is_paused and (not is_quiet or self._timer.isActive()):
            self._at_ms = at_ms
            self._timer.start()

    def stop(self) -> None:
        """It does not matter any more."""
        self._timer.stop()

    def _seek_again(self) -> None:
        playback = self._engine.playback
        if not self._engine.is_paused or playback is None:
            return
        if self._engine.is_reading_stuck:
            self._timer.start()
            return
        playback.seek(self._at_ms)
