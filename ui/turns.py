"""Work in pieces, one in each turn of the loop, so that what is painted and typed meanwhile does not wait for all."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer


class Turns(QObject):
    """Runs what it is given in order; `finish` runs the rest at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Callable[[], object]] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)

    def run(self, steps: Iterable[Callable[[], object]]) -> None:
        """Begin with the next turn."""
        self._steps += steps
        self._timer.start()

    def finish(self) -> None:
        """Run what is left now: somebody needs the result."""
        while self._steps:
            self._turn()

    def stop(self) -> None:
        """Drop what is left."""
        self._steps.clear()
        self._timer.stop()

    def _turn(self) -> None:
        if self._steps:
            self._steps.pop(0)()
        if not self._steps:
            self._timer.stop()
