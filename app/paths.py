"""Where one profile keeps its things on this computer."""

from dataclasses import dataclass
from pathlib import Path

from app.errors import InputError, ReadOnlyFolder

DEFAULT_PROFILE = "default"
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@dataclass(frozen=True, slots=True)
class Paths:
    """The folder of one profile and the places in it."""

    folder: Path
    profile: str = DEFAULT_PROFILE

    @classmethod
    def for_profile(cls, profile: str = DEFAULT_PROFILE, data_dir: Path | None = None) -> "Paths":
        """Find the profile's folder: below `data_dir`, else where the system keeps application data."""
        if not profile or set(profile) - _ALLOWED or profile.startswith("."):
            raise InputError(
                "a profile name is made of letters, digits, '-', '_' and '.'", code="profile_name"
            )
        return cls((data_dir or _system_data_folder()) / "profiles" / profile, profile)

    @property
    def cache(self) -> Path:
        """The folder that `Cache.open` takes."""
        return self.folder / "cache"

    @property
    def damage_mark(self) -> Path:
        """An empty file that says: the cache was found damaged, build it anew at the next start."""
        return self.folder / "cache.damaged"

    @property
    def media(self) -> Path:
        """Encrypted media files."""
        return self.folder / "media"

    @property
    def videos(self) -> Path:
        """Encrypted sparse files of videos."""
        return self.folder / "videos"

    @property
    def outbox(self) -> Path:
        """Encrypted attachments that wait in the send queue."""
        return self.folder / "outbox"

    @property
    def log_file(self) -> Path:
        """The log; older ones lie beside it."""
        return self.folder / "logs" / "tack.log"

    @property
    def settings_file(self) -> Path:
        """Settings of this profile; no secrets."""
        return self.folder / "settings.json"

    def create(self) -> None:
        """Make the profile's folder, readable by its owner alone."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)  # the folder may be older, or made on the way to another
        except OSError as error:
            raise ReadOnlyFolder(str(error), path=str(self.folder)) from error


def _system_data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("Tack", appauthor=False)
