"""Asks for the picture of a moment as cover."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind
from widgets.form_fields import TextField

if TYPE_CHECKING:
    from widgets.style import StyleSource

_MOMENT = re.compile(r"(?:(\d{1,3})[:：])?(\d{1,3})[:：](\d{2})|(\d{1,6})", re.ASCII)


class MomentCover(QWidget):
    """A moment such as 03:12, and a button. Enter takes it too."""

    wanted = Signal(int)
    """The moment in ms."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__()
        self.field = TextField(style, "", placeholder="03:12")
        self.field.edit.setAccessibleName(tr("Moment of the picture"))
        self.take = Button(style, tr("Take the picture of this moment"), ButtonKind.OUTLINE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.current.px(8))
        self.field.setFixedWidth(style.current.px(96))
        row.addWidget(self.field)
        row.addWidget(self.take)
        row.addStretch(1)
        self.take.clicked.connect(self._take)
        self.field.edit.returnPressed.connect(self._take)
        self.setFocusProxy(self.field)

    def _take(self) -> None:
        at_ms = moment_of(self.field.text())
        if at_ms is not None and self.take.isEnabled():
            self.wanted.emit(at_ms)
        else:
            self.field.focus_field()


def moment_of(text: str) -> int | None:
    """Read 03:12, 1:02:03 or plain seconds; None for anything else."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, plain = match.groups()
    if plain is not None:
        return int(plain) * 1000
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000
