"""Builds what is too much for one frame in slices between frames."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE_MS = 8.0


class Slices(QObject):
    """Works an iterator off; `finish` does at once what is left."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Iterator[None] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return not self._timer.isActive()

    def start(self, work: Iterator[None]) -> None:
        """Do the first slice now, the others between frames; what was under way before is dropped."""
        self._work = work
        self._timer.start()
        self._go_on()

    def finish(self) -> None:
        """Do all of it now."""
        for _ in self._work:
            pass
        self._timer.stop()

    def drop(self) -> None:
        """Do no more of it."""
        self._work = iter(())
        self._timer.stop()

    def _go_on(self) -> None:
        end = time.perf_counter() + SLICE_MS / 1000
        while time.perf_counter() < end:
            if next(self._work, _END) is _END:
                self._timer.stop()
                return


_END = object()
