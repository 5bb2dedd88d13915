"""How a player stands and what its person likes: plain values that `ui` keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MIN_RATE, MAX_RATE = 0.5, 3.0
RATES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)


class PlayState(StrEnum):
    """What a player does."""

    EMPTY = "empty"
    OPENING = "opening"
    PLAYING = "playing"
    PAUSED = "paused"
    WAITING = "waiting"
    """It would play, but bytes are missing."""
    ENDED = "ended"
    FAILED = "failed"


class PlayError(StrEnum):
    """Why it does not play; `widgets.player.words.error_words` says it."""

    NONE = ""
    NO_VLC = "no_vlc"
    """libVLC is not on this computer, or its plugins are not."""
    NO_NETWORK = "no_network"
    GONE = "gone"
    """The server has the file no more."""
    NO_PERMISSION = "no_permission"
    CUT_SHORT = "cut_short"
    """The file ends before it should."""
    EMPTY_FILE = "empty_file"
    NOT_A_VIDEO = "not_a_video"
    BROKEN = "broken"
    DISK_FULL = "disk_full"
    STREAM = "stream"
    """A stream that cannot be reached."""
    STALLED = "stalled"


@dataclass(frozen=True, slots=True)
class DanmakuLook:
    """How comments fly."""

    is_on: bool = False
    speed: float = 1.0
    opacity: float = 0.8
    area: float = 0.5
    """Share of the height, from the top."""
    size: float = 1.0
    blocked: tuple[str, ...] = ()
    """Words; a comment that holds one does not fly."""


@dataclass(frozen=True, slots=True)
class PlayerLikes:
    """What is remembered of player to player (`Settings.player`)."""

    volume: int = 80
    is_muted: bool = False
    rate: float = 1.0
    quality: str = ""
    """Label; empty: the largest that fits."""
    subtitle: str = ""
    """Language, "off" or "" (the interface's language where there is one)."""
    subtitle_size: float = 1.0
    device: str = ""
    """Sound output; empty: the system's."""
    is_autoplay_on: bool = True
    danmaku: DanmakuLook = DanmakuLook()
