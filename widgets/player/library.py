"""libVLC, found and started once: off the GUI thread, for without its table of plugins that takes 230 ms.

Nothing of VLC is imported before the first video is opened. Where VLC is missing, or its plugins are, `NoVlcError` says so and the next
video looks again: somebody may have installed it meanwhile.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

_ARGUMENTS = (
    "--quiet",
    "--no-lua",  # no script reads a remote page
    "--no-interact",
    "--no-osd",
    "--no-stats",
    "--no-spu",  # subtitles are drawn by us
    "--no-sub-autodetect-file",
    "--no-video-title-show",
    "--no-snapshot-preview",
    "--no-metadata-network-access",
    "--no-xlib",  # no window of VLC's own
)
_lock = threading.Lock()
_instances: list[Any] = []


class NoVlcError(Exception):
    """libVLC is not on this computer, or has no plugins."""


def load_vlc() -> tuple[Any, Any]:
    """Give the module `vlc` and the one instance of libVLC. Any thread but the GUI's; raises `NoVlcError`."""
    with _lock:
        vlc = _module()
        if not _instances:
            instance = vlc.Instance([*_ARGUMENTS, *sound_arguments()])
            if instance is None:  # the library is there, its plugins are not
                raise NoVlcError
            _instances.append(instance)
        return vlc, _instances[0]


def _module() -> Any:
    try:
        import vlc
    except (ImportError, OSError, NotImplementedError, AttributeError, KeyError, SystemExit) as error:
        raise NoVlcError from error  # the wrapper ends the program where a path in the environment is wrong
    return vlc


def sound_arguments() -> list[str]:
    """Choose the silent output where this computer has no sound: ALSA would fill the log with complaints."""
    return [] if has_sound() else ["--aout=adummy"]


def has_sound() -> bool:
    """Whether there is a sound card or a sound server."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("PULSE_SERVER"):
        return True
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    if (runtime / "pulse" / "native").exists() or (runtime / "pipewire-0").exists():
        return True
    try:
        return "[" in Path("/proc/asound/cards").read_text("utf-8", "replace")
    except OSError:
        return False


def hand_back_memory() -> None:
    """Give what was freed back to the system, where the C library keeps it: each video has a dozen threads, each with an arena of its own."""
    if sys.platform.startswith("linux"):
        with suppress(OSError, AttributeError):  # musl has none
            ctypes.CDLL(None).malloc_trim(0)
