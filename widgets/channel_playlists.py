"""The playlists of a channel as chips; below, how far one is with the chosen one, and the button to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from resources.translations import tr
from widgets.buttons import Button, ButtonKind
from widgets.chips import FilterChips
from widgets.words import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent

    from widgets.chips import Chip
    from widgets.style import StyleSource


class ChannelPlaylists(QWidget):
    """Shows what it is told; hidden without playlists."""

    chosen = Signal(str)
    """Id of a playlist; empty: all videos."""
    play_requested = Signal()

    def __init__(self, style: StyleSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.chips = FilterChips(style)
        self.facts = Line(style, role="text2", pixels=12)
        self.play = Button(style, "", ButtonKind.QUIET, icon="play")
        self._line = QHBoxLayout()
        self._column = QVBoxLayout(self)
        self._line.addWidget(self.facts, 1)
        self._line.addWidget(self.play)
        self._column.setSpacing(0)
        self._column.addWidget(self.chips)
        self._column.addLayout(self._line)
        self.chips.chosen.connect(self.chosen)
        self.play.clicked.connect(self.play_requested)
        style.changed.connect(self._restyle)
        self.hide()
        self.word()
        self._restyle()

    def show_playlists(self, chips: Sequence[Chip], current: str) -> None:
        """Show these, the first one for all videos."""
        self.setVisible(bool(chips))
        self.chips.set_chips(chips)
        self.chips.set_current(current)

    def show_course(self, facts: str, *, can_play: bool) -> None:
        """Say how far one is; empty: nothing is chosen."""
        self.facts.setText(facts)
        self.facts.setVisible(bool(facts))
        self.play.setVisible(can_play)

    def word(self) -> None:
        """Word it again."""
        self.play.setText(tr("Go on"))
        self.play.setToolTip(tr("Go on where you stopped"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self.word()

    def _restyle(self) -> None:
        px = self._style.current.px
        self._column.setContentsMargins(px(14), px(2), px(14), px(4))
        self._line.setContentsMargins(px(8), 0, 0, 0)
