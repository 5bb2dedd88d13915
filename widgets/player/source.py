"""What a player plays, as the widgets know it: bytes by offset, or the address of a stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage


class VideoBytes(Protocol):
    """A file that is read by offset. The methods are called by foreign threads and may wait."""

    def size(self) -> int | None:
        """Wait for the size; None when it failed or was aborted."""

    def read_at(self, offset: int, count: int) -> bytes | None:
        """Give up to `count` bytes, waiting for at least one; b"" behind the end; None when it failed or was aborted."""

    def abort(self) -> None:
        """Let every reader return at once with None. May be called twice."""

    def resume(self) -> None:
        """Readers may wait again."""


@dataclass(frozen=True, slots=True)
class Buffered:
    """What of a file is here, as shares of its length (0 to 1), sorted."""

    ranges: tuple[tuple[float, float], ...] = ()
    is_waiting: bool = False
    """A reader waits for bytes."""
    waits_for: float | None = None
    """Where it waits, as a share."""
    bytes_per_s: float = 0.0
    can_seek_anywhere: bool = True
    """False: the server gives bytes from the start only; a place beyond comes when everything before it is here."""
    error: str = ""
    """A sentence; empty: none."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter."""

    at_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A subtitle cue."""

    from_ms: int
    until_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Track:
    """A subtitle track that can be chosen."""

    id: str
    label: str
    language: str = ""
    """As it is remembered when the person chooses it."""


@dataclass(frozen=True, slots=True)
class Quality:
    """A rendition that can be chosen."""

    id: str
    label: str
    """720p."""
    height: int = 0


@dataclass(frozen=True, slots=True)
class Flying:
    """A comment that flies over the picture at its moment."""

    id: str
    at_ms: int
    text: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Playable:
    """All a player is given to play one video."""

    id: str
    """What it is, for resuming and signals."""
    title: str
    open: Callable[[str], VideoBytes] | None = None
    """Gives the bytes of a quality (its id; empty: the first). Called on the GUI thread, must not wait."""
    url: str = ""
    """A stream's address, in the place of bytes."""
    is_live: bool = False
    duration_ms: int = 0
    """As claimed; what libVLC says later counts."""
    start_ms: int = 0
    marks: tuple[Mark, ...] = ()
    tracks: tuple[Track, ...] = ()
    qualities: tuple[Quality, ...] = ()
    cover: QImage | None = field(default=None, compare=False)
    has_next: bool = False
    has_previous: bool = False
