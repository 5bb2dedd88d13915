"""Bytes for a player: a file in memory that can be slow, fail, or end too early; and a way to read what the player shows."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.videos import frame_number
from widgets.player.source import Playable

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from widgets.player.player import Player


FPS = 15
PATIENCE_MS = 30_000


class MemoryBytes:
    """A `VideoBytes`. Its reader waits beyond `limit`, and gets None while `is_failing`."""

    def __init__(self, data: bytes | Path, size: int | None = None) -> None:
        self.data = data.read_bytes() if isinstance(data, Path) else data
        self.claimed = len(self.data) if size is None else size
        self.limit: int | None = None
        self.is_failing = False
        self.reads = 0
        self.furthest = 0
        self._is_aborted = False
        self._gate = threading.Condition()

    def size(self) -> int | None:
        return None if self.is_failing else self.claimed

    def read_at(self, offset: int, count: int) -> bytes | None:
        with self._gate:
            self.reads += 1
            self.furthest = max(self.furthest, offset)
            self._gate.wait_for(lambda: self._is_aborted or self.is_failing or self._has(offset))
            if self._is_aborted or self.is_failing:
                return None
            until = offset + count if self.limit is None else min(offset + count, max(self.limit, offset))
            return self.data[offset:until]

    def abort(self) -> None:
        with self._gate:
            self._is_aborted = True
            self._gate.notify_all()

    def resume(self) -> None:
        with self._gate:
            self._is_aborted = False

    @property
    def is_aborted(self) -> bool:
        """Whether the player let go of it."""
        return self._is_aborted

    def let(self, limit: int | None) -> None:
        """Let so many bytes be here (None: all)."""
        with self._gate:
            self.limit = limit
            self._gate.notify_all()

    def fail(self, is_failing: bool) -> None:
        """Fail from now on, or not any more."""
        with self._gate:
            self.is_failing = is_failing
            self._gate.notify_all()

    def _has(self, offset: int) -> bool:
        return self.limit is None or offset < self.limit or offset >= len(self.data)


def playable(data: bytes | Path | MemoryBytes, **more: object) -> Playable:
    """Something to play."""
    source = data if isinstance(data, MemoryBytes) else MemoryBytes(data)
    values = {"id": "one", "title": "One", **more}
    return Playable(open=lambda _quality: _again(source), **values)  # type: ignore[arg-type]


def _again(source: MemoryBytes) -> MemoryBytes:
    source.resume()
    return source


def shown(player: Player) -> int:
    """Give the number of the frame the player shows; -1 without one."""
    image: QImage = player.picture()
    return -1 if image.isNull() else frame_number(image)
