"""What the player says: times, speeds, and why it does not play, each with the next step."""

from __future__ import annotations

import sys

from resources.translations import tr
from widgets.player.values import PlayError


def time_words(ms: int, whole_ms: int = 0) -> str:
    """Word a moment: "03:12", with hours where the whole has them."""
    seconds = max(0, ms) // 1000
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours or whole_ms >= 3_600_000:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes:02}:{rest:02}"


def rate_words(rate: float) -> str:
    """Word a speed: "1.25×"."""
    return f"{rate:g}×"


def speed_words(bytes_per_s: float) -> str:
    """Word how fast bytes come."""
    if bytes_per_s >= 1_000_000:
        return tr("{n} MB/s", n=f"{bytes_per_s / 1_000_000:.1f}")
    return tr("{n} KB/s", n=max(1, round(bytes_per_s / 1000)))


def error_words(error: PlayError, platform: str = sys.platform, url: str = "") -> str:
    """Say in a sentence why it does not play, and what to do."""
    if error is PlayError.NO_VLC:
        return no_vlc_words(platform)
    return {
        PlayError.NONE: "",
        PlayError.NO_NETWORK: tr("The video does not come through. Check the network, then try again."),
        PlayError.GONE: tr("The server does not have this video any more. Ask who published it."),
        PlayError.NO_PERMISSION: tr(
            "You may not see this video. Follow its channel, or ask who published it."
        ),
        PlayError.CUT_SHORT: tr(
            "The file ends here, before the end of the video. Ask who published it to upload it again."
        ),
        PlayError.EMPTY_FILE: tr("This file is empty. Ask who published it to upload it again."),
        PlayError.NOT_A_VIDEO: tr("This file is not a video that can be played. Ask who published it."),
        PlayError.BROKEN: tr(
            "This video is damaged and cannot be played. Ask who published it to upload it again."
        ),
        PlayError.DISK_FULL: tr("The disk is full. Make room, then try again."),
        PlayError.STREAM: _stream_words(url),
        PlayError.STALLED: tr("The video does not go on. Try again."),
    }[error]


def _stream_words(url: str) -> str:
    """Not every VLC knows every kind of stream."""
    words = tr("The stream cannot be reached. It may not have begun, or be over. Try again.")
    if url.partition("://")[0].lower() not in ("rtsp", "rtsps"):
        return words
    more = tr("Some versions of VLC cannot play rtsp:// streams; ask who announced it for an https:// one.")
    return f"{words} {more}"


def no_vlc_words(platform: str) -> str:
    """Say how to get VLC on this system."""
    if platform.startswith("win"):
        return tr(
            "Videos need VLC, which is not on this computer. Get the 64-bit VLC from videolan.org (or ask your IT), then try again."
        )
    if platform == "darwin":
        return tr(
            "Videos need VLC, which is not on this Mac. Get VLC from videolan.org, put it into Applications, then try again."
        )
    return tr(
        "Videos need VLC, which is not on this computer. Install the packages libvlc5 and vlc-plugin-base (Fedora: vlc-libs), then try again."
    )
