"""The body of an upload, read in pieces and counted: a file that changes its size on the way is an error."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Protocol

from app.errors import InputError

PIECE_BYTES = 65_536

Progress = Callable[[int, int], None]
"""Called with (bytes sent, bytes in all)."""


class Pieces(Protocol):
    """Content of a known size that is read piece by piece."""

    @property
    def size_bytes(self) -> int:
        """How many bytes it has."""

    def pieces(self) -> Iterator[bytes]:
        """Yield them. On the network thread: be quick. What it raises is raised by the upload."""


Source = Path | bytes | Pieces


def size_of(source: Source) -> int:
    """How many bytes the source has now. Raises InputError for a file that cannot be looked at."""
    if isinstance(source, bytes):
        return len(source)
    if not isinstance(source, Path):
        return source.size_bytes
    try:
        return source.stat().st_size
    except OSError as error:
        raise _input_error(error) from error


async def pieces_of(source: Source, total: int, on_progress: Progress | None) -> AsyncIterator[bytes]:
    """Yield exactly `total` bytes. Raises InputError when the file has become shorter or longer."""
    sent = 0
    for piece in _read(source):
        sent += len(piece)
        if sent > total:
            break
        yield piece
        if on_progress is not None:
            on_progress(sent, total)
    if sent != total:
        raise InputError("the file changed while it was sent", code="file_unreadable")


def _read(source: Source) -> Iterator[bytes]:
    if isinstance(source, bytes):
        return _from_bytes(source)
    return _from_file(source) if isinstance(source, Path) else source.pieces()


def _from_bytes(source: bytes) -> Iterator[bytes]:
    for start in range(0, len(source), PIECE_BYTES):
        yield source[start : start + PIECE_BYTES]


def _from_file(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
    except OSError as error:
        raise _input_error(error) from error


def _input_error(error: OSError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError("the file is gone", code="file_gone")
    return InputError("the file cannot be read", code="file_unreadable")
