"""The folder of sealed videos: what it takes, what goes first. A kept video has an empty file beside it that says so."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from app.store.lock import storage_error

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

log = logging.getLogger("tack.media")

KEPT_SUFFIX = ".kept"


class _Video(NamedTuple):
    path: Path
    size: int
    used_at: float
    is_kept: bool


class VideoFolder:
    """Blocking; call it from threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def mark(self, path: Path, is_kept: bool) -> None:
        """Protect a video from eviction, also one that is still to come; or not any more. Raises `StorageError`."""
        marker = path.with_name(path.name + KEPT_SUFFIX)
        try:
            if is_kept:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                marker.touch(mode=0o600)
            else:
                marker.unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, path.parent) from error

    def keep_only(self, paths: Collection[Path]) -> None:
        """Protect no others than these any more: who asked for them is forgotten."""
        for marker in self._folder.glob(f"*/*{KEPT_SUFFIX}"):
            if marker.with_name(marker.name.removesuffix(KEPT_SUFFIX)) not in paths:
                with suppress(OSError):  # tried again at the next start
                    marker.unlink()

    def begin(self, path: Path) -> bool:
        """Note that a video is used now; whether it is kept."""
        with suppress(OSError):  # only the order of eviction
            os.utime(path)
        return path.with_name(path.name + KEPT_SUFFIX).exists()

    def used(self) -> tuple[int, int]:
        """Give what kept videos and what the others take."""
        videos = self._videos()
        kept = sum(video.size for video in videos if video.is_kept)
        return kept, sum(video.size for video in videos) - kept

    def shrink(self, limit_bytes: int, open_paths: Collection[Path]) -> int:
        """Delete videos used longest ago until the rest fits; never kept or open ones. How many went."""
        videos = [video for video in self._videos() if not video.is_kept]
        total, gone = sum(video.size for video in videos), 0
        for video in sorted(videos, key=lambda video: video.used_at):
            if total <= limit_bytes:
                break
            if video.path in open_paths:
                continue
            if self.remove(video.path):
                total, gone = total - video.size, gone + 1
        return gone

    def remove(self, path: Path) -> bool:
        """Delete a video; whether it went."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a video cannot be deleted: %s", type(error).__name__)
            return False
        return True

    def _videos(self) -> list[_Video]:
        found: list[_Video] = []
        for path in self._folder.glob("*/*"):
            if path.name.endswith(KEPT_SUFFIX):
                continue
            with suppress(OSError):  # it went meanwhile
                status = path.stat()
                is_kept = path.with_name(path.name + KEPT_SUFFIX).exists()
                found.append(_Video(path, status.st_size, status.st_mtime, is_kept))
        return found
