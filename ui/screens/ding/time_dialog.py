"""Asks for another time of a ding that goes out later."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from resources.translations import tr
from widgets.buttons import ButtonKind
from widgets.date_time_field import DateTimeField
from widgets.dialogs import Dialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from widgets.style import StyleSource


class TimeDialog(Dialog):
    """Only a time to come is taken."""

    time_chosen = Signal(object)
    """Milliseconds since the epoch."""

    def __init__(self, style: StyleSource, window: QWidget, due_ms: int) -> None:
        super().__init__(style, tr("Send it at another time"), window)
        self.field = DateTimeField(style, tr("Goes out"))
        self.field.set_value(datetime.fromtimestamp(due_ms / 1000))
        self.field.changed.connect(lambda _moment: self._check())
        self.body.addWidget(self.field)
        self.add_button("cancel", tr("Cancel"))
        self.add_button("accept", tr("Change"), ButtonKind.PRIMARY, is_default=True)
        self.accepted.connect(lambda: self.time_chosen.emit(self.value_ms()))
        self._check()

    def value_ms(self) -> int:
        """The time that stands in the field."""
        return round(self.field.value().timestamp() * 1000)

    def _check(self) -> None:
        is_past = self.field.value() <= datetime.now()
        self.button("accept").setEnabled(not is_past)
        self.set_error(tr("This time has passed. Choose a later one.") if is_past else "")


def ask_time(style: StyleSource, window: QWidget, due_ms: int) -> TimeDialog:
    """Make and open the question; connect to `time_chosen`."""
    dialog = TimeDialog(style, window, due_ms)
    dialog.open()
    dialog.field.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog
