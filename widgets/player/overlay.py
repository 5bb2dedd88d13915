"""What lies over the picture and when: the controls come with the mouse and go while it plays, the notice stands in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer

from widgets.player.controls import Controls
from widgets.player.help_panel import HelpPanel
from widgets.player.hover_card import HoverCard
from widgets.player.notice import FailureNotice, Spinner, big_play_button
from widgets.player.values import PlayState
from widgets.player.words import time_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.player.stage import Stage
    from widgets.style import StyleSource

_HIDE_MS = 2_500
_RUNS = (PlayState.PLAYING, PlayState.WAITING)


class Overlay(QObject):
    """Of one stage; its parts are the stage's children."""

    def __init__(self, style: StyleSource, stage: Stage, is_held: Callable[[], bool]) -> None:
        super().__init__(stage)
        self._style, self._stage, self._is_held = style, stage, is_held
        self._state = PlayState.EMPTY
        self.spinner = Spinner(style, stage)
        self.controls = Controls(style, stage)
        self.card = HoverCard(style, stage)
        self.notice = FailureNotice(style, stage)
        self.play_button = big_play_button(style, stage)
        self.help = HelpPanel(style, stage)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._rest)
        self.controls.bar.hovered.connect(self._show_card)
        self.controls.hide()
        stage.installEventFilter(self)
        style.changed.connect(self.place)

    def set_state(self, state: PlayState) -> None:
        """Show what belongs to a state."""
        self._state = state
        self.controls.set_running(state in _RUNS, state is PlayState.ENDED)
        self.spinner.set_waiting(state in (PlayState.OPENING, PlayState.WAITING))
        has_button = state in (PlayState.PAUSED, PlayState.ENDED)
        self.play_button.set_glyph("arrow-counter-clockwise" if state is PlayState.ENDED else "play")
        self.play_button.setVisible(has_button and min(self._stage.width(), self._stage.height()) > 120)
        if state is PlayState.EMPTY:
            self.controls.hide()
            self.card.hide()
            self.help.hide()
            self._raise_layers()
        else:
            self.wake()

    def wake(self) -> None:
        """Show the controls, for a while."""
        if self._state is PlayState.EMPTY:
            return
        self._stage.unsetCursor()
        if self.controls.isHidden():
            self.controls.show()
            self._raise_layers()
        self._timer.start(_HIDE_MS)

    def place(self) -> None:
        """Put everything where it belongs."""
        wide, high = self._stage.width(), self._stage.height()
        band = min(self.controls.sizeHint().height(), high)
        self.controls.setGeometry(0, high - band, wide, band)
        self.spinner.setGeometry(self._stage.rect())
        self.notice.place_in(wide, high)
        side = self.play_button.sizeHint().width()
        self.play_button.setGeometry((wide - side) // 2, (high - side) // 2, side, side)
        self.help.setGeometry(self._stage.rect())
        self._raise_layers()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self.place()
        elif kind in (QEvent.Type.MouseMove, QEvent.Type.Enter):
            self.wake()
        elif kind == QEvent.Type.Leave and self._state in _RUNS:
            self._timer.start(_HIDE_MS // 5)
        return False

    def _rest(self) -> None:
        """Hide the controls, unless somebody is at them."""
        is_busy = self.controls.underMouse() or self._is_held() or self.controls.bar.is_dragged
        if self._state not in _RUNS:
            return
        if is_busy:
            self._timer.start(_HIDE_MS)
            return
        self.controls.hide()
        self.card.hide()
        self._raise_layers()
        if self._stage.underMouse():
            self._stage.setCursor(Qt.CursorShape.BlankCursor)

    def _raise_layers(self) -> None:
        is_shown = not self.controls.isHidden()
        self._stage.raised = float(self.controls.band()) if is_shown else 0.0
        self._stage.shade = self.controls.height() if is_shown else 0
        self._stage.update()

    def _show_card(self, at_ms: int, x: int) -> None:
        if x < 0:
            self.card.hide()
            return
        bar = self.controls.bar
        corner = bar.mapTo(self._stage, bar.rect().topLeft())
        whole = bar.maximum()
        self.card.show_at(
            corner.x() + x, corner.y() - 2, at_ms, time_words(at_ms, whole), bar.chapter_at(at_ms)
        )
