"""A file a person asked for: there as a whole or not at all."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

from app.store.lock import storage_error

if TYPE_CHECKING:
    import threading
    from pathlib import Path


def save_whole(path: Path, data: bytes, is_stopped: threading.Event | None = None) -> None:
    """Write a file beside its place and move it there, unless told to stop meanwhile.

    Blocks: not on the GUI thread. Raises `StorageError`.
    """
    partial = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with open(partial, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if is_stopped is not None and is_stopped.is_set():
            partial.unlink()
        else:
            os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise storage_error(error, path.parent) from error


def with_suffix(path: Path, suffix: str) -> Path:
    """Give the name its ending where it was typed without."""
    return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)


def plain_name(text: str) -> str:
    """Make a file name of a title: without what any system refuses."""
    kept = "".join(" " if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in text)
    return " ".join(kept.split()).strip(". ")[:120] or "record"
