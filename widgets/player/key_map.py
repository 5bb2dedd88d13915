"""Which key does what in a player; the help lists the same table."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt

from resources.translations import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class Act(StrEnum):
    """What one does to a player."""

    TOGGLE = "toggle"
    BACK_10 = "back_10"
    ON_10 = "on_10"
    BACK_5 = "back_5"
    ON_5 = "on_5"
    LOUDER = "louder"
    SOFTER = "softer"
    MUTE = "mute"
    FULL = "full"
    LEAVE = "leave"
    MINI = "mini"
    COMMENT = "comment"
    SUBTITLES = "subtitles"
    DANMAKU = "danmaku"
    FRAME_BACK = "frame_back"
    FRAME_ON = "frame_on"
    SLOWER = "slower"
    FASTER = "faster"
    LOOP_FROM = "loop_from"
    LOOP_UNTIL = "loop_until"
    LOOP_OFF = "loop_off"
    NEXT = "next"
    PREVIOUS = "previous"
    TENTH = "tenth"
    BEGINNING = "beginning"
    END = "end"
    HELP = "help"


_LETTERS = {
    Qt.Key.Key_Space: Act.TOGGLE,
    Qt.Key.Key_K: Act.TOGGLE,
    Qt.Key.Key_MediaPlay: Act.TOGGLE,
    Qt.Key.Key_MediaTogglePlayPause: Act.TOGGLE,
    Qt.Key.Key_J: Act.BACK_10,
    Qt.Key.Key_L: Act.ON_10,
    Qt.Key.Key_Left: Act.BACK_5,
    Qt.Key.Key_Right: Act.ON_5,
    Qt.Key.Key_Up: Act.LOUDER,
    Qt.Key.Key_Down: Act.SOFTER,
    Qt.Key.Key_M: Act.MUTE,
    Qt.Key.Key_F: Act.FULL,
    Qt.Key.Key_Escape: Act.LEAVE,
    Qt.Key.Key_I: Act.MINI,
    Qt.Key.Key_C: Act.COMMENT,
    Qt.Key.Key_S: Act.SUBTITLES,
    Qt.Key.Key_D: Act.DANMAKU,
    Qt.Key.Key_A: Act.LOOP_FROM,
    Qt.Key.Key_B: Act.LOOP_UNTIL,
    Qt.Key.Key_X: Act.LOOP_OFF,
    Qt.Key.Key_N: Act.NEXT,
    Qt.Key.Key_P: Act.PREVIOUS,
    Qt.Key.Key_Home: Act.BEGINNING,
    Qt.Key.Key_End: Act.END,
}
_SIGNS = {
    ",": Act.FRAME_BACK,
    ".": Act.FRAME_ON,
    "<": Act.SLOWER,
    ">": Act.FASTER,
    "?": Act.HELP,
    "，": Act.FRAME_BACK,
    "。": Act.FRAME_ON,
    "《": Act.SLOWER,
    "》": Act.FASTER,
    "？": Act.HELP,
}
"""By what is typed: the place of these keys differs between keyboards; a Chinese one types the wide forms."""


class Ordered(NamedTuple):
    """An act; `digit` of a tenth."""

    act: Act
    digit: int = 0


def act_of(event: QKeyEvent) -> Ordered | None:
    """What a key asks for; None: nothing of ours. A key with Ctrl, Alt or Meta belongs to the window."""
    foreign = (
        Qt.KeyboardModifier.ControlModifier
        | Qt.KeyboardModifier.AltModifier
        | Qt.KeyboardModifier.MetaModifier
    )
    if event.modifiers() & foreign:
        return None
    text = event.text()
    if text in _SIGNS:
        return Ordered(_SIGNS[text])
    if len(text) == 1 and text in "0123456789":
        return Ordered(Act.TENTH, int(text))
    act = _LETTERS.get(Qt.Key(event.key()))
    if act is None or (event.modifiers() & Qt.KeyboardModifier.ShiftModifier):
        return None
    return Ordered(act)


def help_rows() -> list[tuple[str, str]]:
    """Keys and what they do, as the help shows them."""
    return [
        (tr("Space, K"), tr("Play or pause")),
        ("J / L", tr("10 seconds back / on")),
        ("← / →", tr("5 seconds back / on")),
        (", / .", tr("One picture back / on")),
        ("0 – 9", tr("To a tenth of the video")),
        ("Home / End", tr("To the beginning / the end")),
        ("< / >", tr("Slower / faster")),
        ("↑ / ↓", tr("Louder / softer")),
        ("M", tr("Sound off or on")),
        ("S", tr("Subtitles off or on")),
        ("D", tr("Flying comments off or on")),
        ("C", tr("Comment at this moment")),
        ("A / B / X", tr("Loop: from here / to here / off")),
        ("N / P", tr("Next / previous video")),
        ("F", tr("Full screen")),
        ("I", tr("Small window that stays on top")),
        ("Esc", tr("Leave full screen")),
    ]
