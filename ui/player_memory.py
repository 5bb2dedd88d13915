"""Where I am with a post, told to the service while it plays: on all my devices it goes on there."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from widgets.player.values import PlayState

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from ui.desk import Desk
    from ui.player_subjects import Subject
    from widgets.player.player import Player

log = logging.getLogger("tack.ui.player")

EVERY_MS = 5_000
_STANDS = (PlayState.PLAYING, PlayState.PAUSED, PlayState.WAITING)
"""Here the position is one the person saw, or went to."""


class PlayerMemory:
    """Of one player."""

    def __init__(self, desk: Desk, player: Player) -> None:
        self._desk, self._player = desk, player
        self._subject: Subject | None = None
        self._noted_ms, self._at_ms = -1, 0

    def use(self, subject: Subject | None) -> None:
        """Another video plays, or none; where the last one stood is told first."""
        self.flush()
        self._subject, self._noted_ms, self._at_ms = subject, -1, 0

    def position_changed(self, at_ms: int) -> None:
        """It plays on, or somebody went elsewhere in it."""
        if self._player.state not in _STANDS:
            return
        self._at_ms = at_ms
        if self._noted_ms < 0:
            self._noted_ms = at_ms
        elif abs(at_ms - self._noted_ms) >= EVERY_MS:
            self._note()

    def state_changed(self, state: PlayState) -> None:
        """It begins, stopped for a while, or for good."""
        if state is PlayState.PLAYING and self._noted_ms < 0:
            self._noted_ms = self._at_ms = self._player.position_ms
        if state is PlayState.ENDED:
            self._at_ms = max(self._at_ms, self._player.duration_ms)
        if state in (PlayState.PAUSED, PlayState.ENDED):
            self.flush()

    def flush(self) -> None:
        """Tell where it stands now, if anything was played."""
        if self._subject is None or self._subject.event_id is None or self._noted_ms < 0:
            return
        if self._player.state in _STANDS:
            self._at_ms = self._player.position_ms
        if self._at_ms != self._noted_ms:
            self._note()
        self._start(self._desk.account.channels.flush_positions())

    def _note(self) -> None:
        subject = self._subject
        if subject is None or subject.event_id is None or subject.url:
            return
        self._noted_ms = self._at_ms
        length = self._player.duration_ms or subject.duration_ms
        self._start(self._desk.account.channels.note_position(subject.event_id, self._at_ms, length))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._desk.operations.start(
            work, None, lambda error: log.info("a position was not noted: %s", error.code), is_vital=True
        )
