"""Cyclic garbage is collected on the GUI thread only.

Python collects in whatever thread happens to allocate, and a Qt object that dies in the cache's thread takes its
timers and children with it there: at best a warning, at worst a crash. So automatic collection is off while windows
live, and a timer collects here, the young generations often, the old one seldom and only while nothing else is due.
"""

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 1000
OLD_EVERY = 60
"""The old generation once in so many turns."""
MOST_AT_ONCE = 20_000
"""More young objects than this are a large answer being taken in: walking them would stall the window (30 ms for
300,000), and reference counts free nearly all of them in a moment."""
MOST_POSTPONED = 30


class GarbageCollector(QObject):
    """Runs from `start` to `stop`; one per process."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._turn)
        self._turns = 0
        self._postponed = 0

    def start(self) -> None:
        """Take over collection."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Collect what is left and hand collection back."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()

    def settle(self) -> None:
        """Call once the start is over: modules, classes and the window stay, and are not walked again."""
        gc.freeze()

    def _turn(self) -> None:
        self._turns += 1
        young, middle, _old = gc.get_threshold()
        counts = gc.get_count()
        if counts[0] > MOST_AT_ONCE and self._postponed < MOST_POSTPONED:
            self._postponed += 1
            return
        self._postponed = 0
        if self._turns % OLD_EVERY == 0:
            gc.collect()
        elif counts[1] > middle:
            gc.collect(1)
        elif counts[0] > young:
            gc.collect(0)
