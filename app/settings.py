"""Settings of one profile: a small JSON file without secrets, written atomically.

A file that cannot be understood is kept beside the new one (`settings.json.broken`) and the defaults are used;
single values of a wrong type fall back to their default, unknown keys are kept for a newer Tack.
"""

from __future__ import annotations

import json
import logging
import os
import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from app.errors import ReadOnlyFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

log = logging.getLogger("tack.settings")

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "language": ("system", "zh", "en"),
    "theme": ("system", "light", "dark"),
    "density": ("bubbles", "lines"),
    "proxy_mode": ("system", "none", "manual"),
    "send_key": ("enter", "ctrl_enter"),
}
_CLOCK_TIMES = frozenset({"quiet_from", "quiet_to"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose. Change it with `SettingsFile.change`."""

    language: str = "system"
    theme: str = "system"
    density: str = "bubbles"
    zoom_percent: int = 100
    send_key: str = "enter"
    proxy_mode: str = "system"
    proxy_url: str = field(default="", repr=False)
    use_os_trust: bool = True
    extra_ca_path: str = ""
    is_notifying: bool = True
    is_notification_body_shown: bool = True
    is_post_notifying: bool = False
    """Also new videos of channels one follows; a dot they have anyway."""
    is_sound_on: bool = True
    is_read_receipt_public: bool = True
    is_typing_sent: bool = True
    is_closing_to_tray: bool = True
    media_limit_mb: int = 2048
    history_days: int = 90
    history_events: int = 2000
    is_quiet_on: bool = False
    """Quiet hours: alerts and notices wait from `quiet_from` to `quiet_to` (local time, "HH:MM")."""
    quiet_from: str = "21:00"
    quiet_to: str = "08:30"
    dnd_until_ms: int = 0
    """Do not disturb until then; 0 is off."""
    is_breaking_glass_allowed: bool = True
    """A ding whose sender gave a reason rings in quiet hours."""
    ding_repeats: int = 3
    """How often one ding may alert again by its sender's wish, at most."""
    is_ding_sound_on: bool = True
    video_limit_mb: int = 4096
    """Disk for videos that were streamed; kept ones do not count."""
    player: dict[str, Any] = field(default_factory=dict)
    """Volume, speed, danmaku, subtitle language, sound output; only `ui` knows its inside."""
    window: dict[str, Any] = field(default_factory=dict)
    """Geometry and splitter sizes; only `ui` knows its inside."""


class SettingsFile:
    """The settings of one profile and the file they lie in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unknown: dict[str, Any] = {}
        self._listeners: list[Callable[[Settings], None]] = []
        self.current = Settings()

    @property
    def folder(self) -> Path:
        """The profile's folder, where all of its data lies."""
        return self._path.parent

    def load(self) -> Settings:
        """Read the file; never raises for its content."""
        try:
            data = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return self.current
        except (OSError, ValueError, RecursionError) as error:
            log.warning("settings cannot be read (%s); defaults are used", type(error).__name__)
            self._keep_aside()
            return self.current
        if isinstance(data, dict):
            self.current, self._unknown = _from_json(data)
        else:
            self._keep_aside()
        return self.current

    def change(self, **values: Any) -> Settings:
        """Set some values, write the file and tell the listeners."""
        self.current = replace(self.current, **values)
        self._write()
        for listener in tuple(self._listeners):
            listener(self.current)
        return self.current

    def subscribe(self, listener: Callable[[Settings], None]) -> Callable[[], None]:
        """Tell the listener after each change; the returned function ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _write(self) -> None:
        text = json.dumps(self._unknown | asdict(self.current), ensure_ascii=False, indent=1, sort_keys=True)
        temporary = self._path.with_name(self._path.name + ".new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(temporary, "w", encoding="utf-8", opener=_own_only) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path)
        except OSError as error:
            raise ReadOnlyFolder(str(error), path=str(self._path)) from error

    def _keep_aside(self) -> None:
        try:
            os.replace(self._path, self._path.with_name(self._path.name + ".broken"))
        except OSError as error:
            log.warning("broken settings cannot be kept aside: %s", type(error).__name__)


def _own_only(path: str, flags: int) -> int:
    """Open for the owner alone: the address of a proxy may hold a password."""
    return os.open(path, flags, 0o600)


def _from_json(data: dict[str, Any]) -> tuple[Settings, dict[str, Any]]:
    defaults = Settings()
    known = {f.name for f in fields(Settings)}
    good = {name: value for name, value in data.items() if name in known and _is_good(name, value, defaults)}
    return replace(defaults, **good), {name: value for name, value in data.items() if name not in known}


def _is_good(name: str, value: Any, defaults: Settings) -> bool:
    default = getattr(defaults, name)
    if type(value) is not type(default):
        return False
    if name in _CHOICES:
        return value in _CHOICES[name]
    if name in _CLOCK_TIMES:
        return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None
    if isinstance(value, int) and not isinstance(value, bool):
        return 0 <= value < (1 << 53 if name.endswith("_ms") else 1 << 31)
    return True
