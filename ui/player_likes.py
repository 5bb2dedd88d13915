"""What a person likes of the player, kept in the settings file (`Settings.player`)."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from widgets.player.values import MAX_RATE, MIN_RATE, DanmakuLook, PlayerLikes

if TYPE_CHECKING:
    from app.settings import SettingsFile

KEEPS_PLAYING = "keeps_playing"
MAX_WORDS, MAX_WORD = 50, 40
_BOUNDS = {
    "volume": (0, 100),
    "rate": (MIN_RATE, MAX_RATE),
    "subtitle_size": (0.5, 3.0),
    "speed": (0.25, 4.0),
    "opacity": (0.1, 1.0),
    "area": (0.1, 1.0),
    "size": (0.5, 3.0),
}

T = TypeVar("T", PlayerLikes, DanmakuLook)


def likes_of(kept: dict[str, Any]) -> PlayerLikes:
    """Read what was kept; what is missing or wrong is as designed."""
    danmaku = kept.get("danmaku")
    look = _filled(DanmakuLook(), danmaku if isinstance(danmaku, dict) else {})
    blocked = danmaku.get("blocked") if isinstance(danmaku, dict) else None
    if isinstance(blocked, list):
        words = [word[:MAX_WORD] for word in blocked if isinstance(word, str) and word.strip()]
        look = replace(look, blocked=tuple(words[:MAX_WORDS]))
    return replace(_filled(PlayerLikes(), kept), danmaku=look)


def keep_likes(settings: SettingsFile, likes: PlayerLikes) -> None:
    """Write them, beside what else is kept of the player."""
    values = asdict(likes)
    values["danmaku"]["blocked"] = list(likes.danmaku.blocked)
    if likes_of(settings.current.player) != likes:
        settings.change(player=settings.current.player | values)


def keeps_playing(settings: SettingsFile) -> bool:
    """Whether a video plays on in the small window when its page is left."""
    return settings.current.player.get(KEEPS_PLAYING) is not False


def set_keeps_playing(settings: SettingsFile, is_wanted: bool) -> None:
    """Remember whether it does."""
    settings.change(player=settings.current.player | {KEEPS_PLAYING: is_wanted})


def _filled(designed: T, kept: dict[str, Any]) -> T:
    """Take the simple values that have the right type, bounded."""
    good: dict[str, Any] = {}
    for part in fields(designed):
        value, usual = kept.get(part.name), getattr(designed, part.name)
        if isinstance(usual, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not type(usual) or not isinstance(value, bool | int | float | str):
            continue
        low, high = _BOUNDS.get(part.name, (None, None))
        if low is not None and high is not None and not isinstance(value, str):
            bounded = max(low, min(value, high))  # NaN becomes the lower bound
            value = round(bounded) if isinstance(usual, int) else float(bounded)
        good[part.name] = value[:200] if isinstance(value, str) else value
    return replace(designed, **good)
