"""What a person does to a player by key or button, in one table: each act asks the player for one thing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from widgets.player.key_map import Act
from widgets.player.values import MAX_RATE, MIN_RATE, RATES, PlayerLikes

if TYPE_CHECKING:
    from collections.abc import Callable

    from widgets.player.engine import Engine
    from widgets.player.key_map import Ordered
    from widgets.player.player import Player

_VOLUME_STEP = 5
_SECOND = 1000


class Acts:
    """Does them. `player` has what concerns its parts, `engine` what concerns the video."""

    def __init__(self, player: Player, engine: Engine) -> None:
        self._player, self._engine = player, engine
        self._loop_from: int | None = None
        self._loop_until: int | None = None
        self._table: dict[Act, Callable[[], None]] = {
            Act.TOGGLE: player.toggle,
            Act.BACK_10: lambda: self.move(-10 * _SECOND),
            Act.ON_10: lambda: self.move(10 * _SECOND),
            Act.BACK_5: lambda: self.move(-5 * _SECOND),
            Act.ON_5: lambda: self.move(5 * _SECOND),
            Act.LOUDER: lambda: self.turn(_VOLUME_STEP),
            Act.SOFTER: lambda: self.turn(-_VOLUME_STEP),
            Act.MUTE: lambda: self._like(is_muted=not self._likes.is_muted),
            Act.FULL: player.toggle_full_screen,
            Act.MINI: lambda: player.mini_requested.emit(True),
            Act.COMMENT: player.ask_comment,
            Act.SUBTITLES: player.toggle_subtitles,
            Act.DANMAKU: self._toggle_danmaku,
            Act.FRAME_BACK: lambda: engine.step(-1),
            Act.FRAME_ON: lambda: engine.step(1),
            Act.SLOWER: lambda: self._like(rate=next_rate(self._likes.rate, -1)),
            Act.FASTER: lambda: self._like(rate=next_rate(self._likes.rate, 1)),
            Act.LOOP_FROM: self.loop_from_here,
            Act.LOOP_UNTIL: self.loop_to_here,
            Act.LOOP_OFF: self.loop_off,
            Act.NEXT: player.next_requested.emit,
            Act.PREVIOUS: player.previous_requested.emit,
            Act.BEGINNING: lambda: player.seek(0),
            Act.END: lambda: player.seek(engine.duration_ms),
            Act.HELP: player.toggle_help,
        }

    @property
    def loop(self) -> tuple[int, int | None] | None:
        """The part that is looped; its end may not be chosen yet."""
        return None if self._loop_from is None else (self._loop_from, self._loop_until)

    def do(self, ordered: Ordered) -> bool:
        """Do it; whether it was anything."""
        if ordered.act is Act.TENTH:
            self._player.seek(self._engine.duration_ms * ordered.digit // 10)
            return True
        if ordered.act is Act.LEAVE:
            return self._player.leave()
        self._table[ordered.act]()
        return True

    def move(self, by_ms: int) -> None:
        """Go back or on."""
        if self._engine.duration_ms:
            self._player.seek(max(0, min(self._engine.position_ms + by_ms, self._engine.duration_ms)))

    def turn(self, by: int) -> None:
        """Make it louder or softer; louder than nothing is not mute."""
        volume = max(0, min(self._likes.volume + by, 100))
        self._like(volume=volume, is_muted=self._likes.is_muted and by < 0)

    def loop_from_here(self) -> None:
        """The part begins here."""
        self._loop_from = self._engine.position_ms
        if self._loop_until is not None and self._loop_until <= self._loop_from:
            self._loop_until = None
        self._take_loop()

    def loop_to_here(self) -> None:
        """The part ends here, and is played again and again."""
        at_ms = self._engine.position_ms
        start = self._loop_from if self._loop_from is not None and self._loop_from < at_ms else 0
        self._loop_from, self._loop_until = start, at_ms
        self._take_loop()

    def loop_off(self) -> None:
        """No part."""
        self._loop_from = self._loop_until = None
        self._take_loop()

    def _take_loop(self) -> None:
        start, end = self._loop_from, self._loop_until
        self._engine.loop = (start, end) if start is not None and end is not None else None
        self._player.show_loop()

    @property
    def _likes(self) -> PlayerLikes:
        return self._player.likes

    def _like(self, **values: object) -> None:
        self._player.change_likes(replace(self._likes, **values))  # type: ignore[arg-type]

    def _toggle_danmaku(self) -> None:
        look = self._likes.danmaku
        self._like(danmaku=replace(look, is_on=not look.is_on))


def next_rate(rate: float, direction: int) -> float:
    """The speed above or below."""
    if direction > 0:
        return next((one for one in RATES if one > rate + 0.01), MAX_RATE)
    return next((one for one in reversed(RATES) if one < rate - 0.01), MIN_RATE)
