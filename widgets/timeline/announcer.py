"""Tells the owner of the view where it stands, from the event loop and once per change, never from inside a frame."""

from PySide6.QtCore import QTimer

from widgets.timeline.intents import TimelineIntents
from widgets.timeline.stage import Stage

_NEAR_TOP_SCREENS = 2


class Announcer:
    """Emits the view's signals about its place."""

    def __init__(self, view: TimelineIntents, stage: Stage) -> None:
        self._view, self._stage = view, stage
        self._range = (-1, -1)
        self._was_at_bottom = True
        self._asked_at_count = -1
        self._timer = QTimer(view)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._announce)

    def soon(self) -> None:
        """Look at the place when the event loop comes round."""
        self._timer.start(0)

    def forget(self) -> None:
        """Another conversation: say everything anew."""
        self._asked_at_count = -1
        self._range = (-1, -1)

    def _announce(self) -> None:
        slots = self._stage.slots
        in_sight = (slots[0].row, slots[-1].row) if slots else (-1, -1)
        if in_sight != self._range:
            self._range = in_sight
            self._view.visible_range_changed.emit(*in_sight)
        is_at_bottom = self._stage.place.at_bottom
        if is_at_bottom != self._was_at_bottom:
            self._was_at_bottom = is_at_bottom
            self._view.at_bottom_changed.emit(is_at_bottom)
        self._announce_top()

    def _announce_top(self) -> None:
        stage = self._stage
        if not stage.slots or stage.above >= _NEAR_TOP_SCREENS * stage.height:
            self._asked_at_count = -1
        elif self._asked_at_count != stage.count:
            self._asked_at_count = stage.count
            self._view.near_top_reached.emit()
