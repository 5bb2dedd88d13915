"""What libVLC knows of an open video: the shape of its pixels, its frame rate; and of the computer: its sound outputs."""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

_MAX_RATE = 1000
_LIES = 4
"""`libvlc_video_orient_t` from here on: on its side."""


class VideoFacts(NamedTuple):
    """Of the first video track."""

    pixel_shape: float
    """Width by height of a pixel, as the picture is shown."""
    frames_per_s: float
    """0: unknown."""
    width: int
    """As it is shown: turned, without what the codec pads."""
    height: int


def video_facts(vlc: Any, media: Any) -> VideoFacts | None:
    """Read the first video track; None without one. Not on the GUI thread; it may be called in a callback."""
    tracks = ctypes.POINTER(vlc.MediaTrack)()
    count = vlc.libvlc_media_tracks_get(media, ctypes.byref(tracks))
    if not count:
        return None
    pointers = ctypes.cast(tracks, ctypes.POINTER(ctypes.POINTER(vlc.MediaTrack)))
    try:
        for number in range(count):
            track = pointers[number].contents
            if track.type == vlc.TrackType.video:
                # in C one union of three pointers, which the wrapper declares as three: the first is the one
                video = ctypes.cast(track.audio, ctypes.POINTER(vlc.VideoTrack)).contents
                return _facts(video)
        return None
    finally:
        vlc.libvlc_media_tracks_release(pointers, count)


def _facts(video: Any) -> VideoFacts:
    shape = video.sar_num / video.sar_den if video.sar_num and video.sar_den else 1.0
    width, height = int(video.width), int(video.height)
    if int(video.orientation.value) >= _LIES:
        shape, width, height = 1 / shape, height, width
    rate = video.frame_rate_num / video.frame_rate_den if video.frame_rate_den else 0.0
    return VideoFacts(shape if 0.1 < shape < 10 else 1.0, rate if rate < _MAX_RATE else 0.0, width, height)


def sound_devices(vlc: Any, player: Any) -> tuple[tuple[str, str], ...]:
    """List the sound outputs: id and name. Not on the GUI thread."""
    first = player.audio_output_device_enum()
    found, device = [], first
    while device:
        one = device.contents
        found.append((_text(one.device), _text(one.description)))
        device = one.next
    if first:
        vlc.libvlc_audio_output_device_list_release(first)
    return tuple((id, name or id) for id, name in found if id)


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace")
