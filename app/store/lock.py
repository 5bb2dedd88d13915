"""The lock file that keeps a second Tack away from the same profile.

The operating system holds the lock as long as our process lives and drops it when the process dies, however
it dies: a lock file left behind by a crash never blocks the next start.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

from app.errors import AlreadyOpen, DiskFull, ReadOnlyFolder, StorageError

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = "lock"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class FolderLock:
    """Holds `<folder>/lock` for this process. `acquire` makes the folder when it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock at once or raise `AlreadyOpen`, `ReadOnlyFolder`, `DiskFull`."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise storage_error(error, self._folder) from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise AlreadyOpen(path=str(self._folder)) from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would race with a process that waits for it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def storage_error(error: OSError, path: Path) -> StorageError:
    """Name what the operating system refused."""
    if error.errno in _FULL:
        return DiskFull(path=str(path))
    if error.errno in _REFUSED:
        return ReadOnlyFolder(path=str(path))
    return StorageError(errno.errorcode.get(error.errno or 0, "OSError"), path=str(path))


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
