"""What there is to choose in a player: quality, subtitles, sound output, and what the menus offer beside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QPoint

    from widgets.player.controls import Controls
    from widgets.player.engine import Engine
    from widgets.player.menus import Menus
    from widgets.player.player import Player
    from widgets.player.source import Playable, Quality, Track


class Choices:
    """Of one player: what is chosen, and the menus to choose in."""

    def __init__(self, player: Player, engine: Engine, menus: Menus, controls: Controls) -> None:
        self._player, self._engine, self._menus, self._controls = player, engine, menus, controls
        self.quality = ""
        """Id of what plays."""
        self._track = self._last_track = ""

    def listen(self) -> None:
        """Answer the buttons and the menus."""
        controls, menus = self._controls, self._menus
        controls.rate_button.clicked.connect(
            lambda: menus.open_speed(controls.rate_button, self._player.likes)
        )
        controls.danmaku_button.clicked.connect(
            lambda: menus.open_danmaku(controls.danmaku_button, self._player.likes)
        )
        controls.quality_button.clicked.connect(self.open_quality)
        controls.subtitle_button.clicked.connect(self.open_subtitles)
        controls.sound_button.clicked.connect(self.open_sound)
        menus.track_chosen.connect(self.choose_track)
        menus.quality_chosen.connect(self.choose_quality)
        menus.device_chosen.connect(self._choose_device)

    def begin(self, playable: Playable, screen_height: int, *, is_other: bool) -> str:
        """Choose the quality of what is to be played."""
        self.quality = fitting_quality(playable.qualities, self._player.likes.quality, screen_height)
        if is_other:
            self._track = self._last_track = ""
        label = next((one.label for one in playable.qualities if one.id == self.quality), "")
        self._controls.set_quality(label)
        self._controls.set_subtitles_on(bool(self._track))
        return self.quality

    def take_track(self, track: str) -> None:
        """The lines of this track are shown."""
        self._track = track
        self._last_track = track or self._last_track
        self._controls.set_subtitles_on(bool(track))

    def toggle_track(self) -> None:
        """Off, or the track that was shown last (else the first)."""
        if self._tracks:
            self.choose_track("" if self._track else self._last_track or self._tracks[0].id)

    def choose_track(self, track: str) -> None:
        """The person wants these subtitles, or none."""
        chosen = next((one for one in self._tracks if one.id == track), None)
        likes = "off" if chosen is None else chosen.language or chosen.label
        self._player.change_likes(replace(self._player.likes, subtitle=likes))
        if chosen is None:
            self._player.set_lines("", ())
        self._player.track_chosen.emit(track)

    def choose_quality(self, quality: str) -> None:
        """The person wants this quality, from here on."""
        chosen = next((one for one in self._qualities if one.id == quality), None)
        if chosen is None or quality == self.quality:
            return
        self.quality = quality
        self._controls.set_quality(chosen.label)
        self._player.change_likes(replace(self._player.likes, quality=chosen.label))
        self._engine.switch(quality)
        self._player.quality_chosen.emit(quality)

    def open_quality(self) -> None:
        """The menu of qualities."""
        self._menus.open_quality(self._controls.quality_button, self._qualities, self.quality)

    def open_subtitles(self) -> None:
        """The menu of subtitles."""
        self._menus.open_subtitles(
            self._controls.subtitle_button, self._tracks, self._track, self._player.likes
        )

    def open_sound(self) -> None:
        """The menu of the sound; its outputs come a moment later."""
        self._menus.open_sound(self._controls.sound_button, self._player.likes)
        self._engine.ask_devices()

    def open_more(self, at: QPoint) -> None:
        """The menu of everything else."""
        player, acts = self._player, self._player.acts
        if player.playable is None:
            return
        offered: dict[str, Callable[[], None]] = {
            "link": lambda: player.link_requested.emit(player.position_ms),
            "comment": player.ask_comment,
            "picture": player.take_screenshot,
            "from": acts.loop_from_here,
            "until": acts.loop_to_here,
            "help": player.toggle_help,
        }
        if acts.loop is not None:
            offered["off"] = acts.loop_off
        self._menus.open_more(at, player.position_ms, player.likes, offered)

    def _choose_device(self, device: str) -> None:
        self._player.change_likes(replace(self._player.likes, device=device))

    @property
    def _tracks(self) -> Sequence[Track]:
        return self._player.playable.tracks if self._player.playable is not None else ()

    @property
    def _qualities(self) -> Sequence[Quality]:
        return self._player.playable.qualities if self._player.playable is not None else ()


def fitting_quality(qualities: Sequence[Quality], wanted: str, screen_height: int) -> str:
    """Choose the quality with the label one likes, else the largest that the screen can show, else the smallest; its id."""
    if not qualities:
        return ""
    for one in qualities:
        if wanted and one.label == wanted:
            return one.id
    fits = [one for one in qualities if one.height <= screen_height]
    if fits:
        return max(fits, key=lambda one: one.height).id
    return min(qualities, key=lambda one: one.height).id
