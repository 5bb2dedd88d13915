"""Lights a row up after a jump and lets it fade."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_HOLD_MS = 900
_FADE_MS = 500
_STEP_MS = 33


class Flash(QObject):
    """Calls `show(uid, strength)` with a strength that goes from 1 to 0."""

    def __init__(self, show: Callable[[str, float], None], parent: QObject) -> None:
        super().__init__(parent)
        self._show = show
        self._uid = ""
        self._elapsed_ms = 0
        self._fades = True
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)

    def start(self, uid: str, *, fades: bool) -> None:
        """Light up one row; without motion it goes out at once at the end."""
        self._uid, self._elapsed_ms, self._fades = uid, 0, fades
        self._show(uid, 1.0)
        self._timer.start()

    def stop(self) -> None:
        """Put it out."""
        self._timer.stop()
        self._show("", 0.0)

    def _step(self) -> None:
        self._elapsed_ms += _STEP_MS
        if self._elapsed_ms >= _HOLD_MS + (_FADE_MS if self._fades else 0):
            self.stop()
        elif self._fades and self._elapsed_ms > _HOLD_MS:
            self._show(self._uid, 1.0 - (self._elapsed_ms - _HOLD_MS) / _FADE_MS)
