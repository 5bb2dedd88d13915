"""Files that wait in the send queue.

A file up to 64 MB is sealed into the profile's outbox when the person sends it, so that it goes out as it was even if
the original is changed or deleted; a larger one is read from its own place when its turn comes. After the
upload the sealed copy moves into the media cache: the sender's own picture is never downloaded.
"""

import asyncio
import mimetypes
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import InputError
from app.media.image_size import image_size
from app.sending.contents import Attachment
from app.store.lock import storage_error

if TYPE_CHECKING:
    from app.media.vault import Vault

MAX_COPIED_BYTES = 64 * 1024 * 1024
HEAD_BYTES = 256 * 1024
KEPT_UNQUEUED_S = 3600.0
"""A copy may be being made for a row that is not there yet."""
DEFAULT_MIMETYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An attachment that is ready to be queued."""

    path: str
    attachment: Attachment


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A sealed copy that is read while it goes up."""

    vault: "Vault"
    path: Path
    size_bytes: int

    def pieces(self) -> Iterator[bytes]:
        """Yield its content. Raises `InputError` (`file_gone`, `file_damaged`)."""
        return self.vault.chunks(self.path)


class Outbox:
    """The sealed copies of waiting attachments."""

    def __init__(self, folder: Path, vault: "Callable[[], Vault]") -> None:
        self._folder = folder
        self._open_vault = vault

    async def prepare_file(self, path: Path) -> Prepared:
        """Take in a file. Raises `InputError` (`file_gone`, `file_unreadable`, `file_empty`), `StorageError`."""
        return await asyncio.to_thread(self._prepare_file, path)

    async def prepare_bytes(self, data: bytes, filename: str) -> Prepared:
        """Take in a pasted picture."""
        if not data:
            raise InputError("the picture is empty", code="file_empty")
        return await asyncio.to_thread(self._prepare_bytes, data, filename)

    @property
    def folder(self) -> Path:
        """Where sealed copies lie."""
        return self._folder

    def make_folder(self) -> None:
        """See to it that the folder is there. Blocking. Raises `StorageError`."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, self._folder.parent) from error

    def seal(self, pieces: Iterable[bytes]) -> str:
        """Take in what comes piece by piece; the path. Blocking: for a thread. Raises `StorageError`, and what `pieces` raises."""
        target = self._new_path()
        with self._open_vault().writer(target, is_durable=True) as writer:
            for piece in pieces:
                writer.write(piece)
        return str(target)

    async def stream(self, path: str) -> "SealedFile":
        """Give a sealed copy to be uploaded without holding it in memory. Raises `InputError` (`file_gone`)."""
        vault = await asyncio.to_thread(self._open_vault)
        size = await asyncio.to_thread(vault.clear_size, Path(path))
        if not self.is_sealed(path) or size <= 0:
            raise InputError("the copy is not there any more", code="file_gone")
        return SealedFile(vault, Path(path), size)

    def is_sealed(self, path: str) -> bool:
        """Whether a queued path is a copy of ours."""
        return Path(path).parent == self._folder

    async def source(self, path: str) -> Path | bytes:
        """Give what to upload. Raises `InputError` (`file_gone`, `file_damaged`)."""
        if self.is_sealed(path):
            return await asyncio.to_thread(self._open_vault().read, Path(path))
        if not await asyncio.to_thread(Path(path).is_file):
            raise InputError("the file is not there any more", code="file_gone")
        return Path(path)

    async def read(self, path: str) -> bytes:
        """Give the content for showing. Raises as `source`."""
        source = await self.source(path)
        return source if isinstance(source, bytes) else await asyncio.to_thread(source.read_bytes)

    async def discard(self, path: str) -> None:
        """Delete our copy; a file of the person's is left alone."""
        if self.is_sealed(path):
            await asyncio.to_thread(self._open_vault().remove, Path(path))

    async def sweep(self, waiting: set[str]) -> None:
        """Delete our copies that no row of the send queue waits for any more."""
        await asyncio.to_thread(self._sweep, waiting)

    def _sweep(self, waiting: set[str]) -> None:
        now = time.time()
        for path in self._folder.glob("*"):
            if str(path) not in waiting and now - path.stat().st_mtime > KEPT_UNQUEUED_S:
                self._open_vault().remove(path)

    def _prepare_file(self, path: Path) -> Prepared:
        try:
            size = path.stat().st_size
            if not path.is_file():
                raise InputError("not a file", code="file_unreadable")
            with open(path, "rb") as file:
                head = file.read(HEAD_BYTES)
        except FileNotFoundError as error:
            raise InputError("the file is not there any more", code="file_gone") from error
        except OSError as error:
            raise InputError("the file cannot be read", code="file_unreadable") from error
        if size == 0:
            raise InputError("the file is empty", code="file_empty")
        attachment = _describe(path.name, size, head)
        if size > MAX_COPIED_BYTES:
            return Prepared(str(path.absolute()), attachment)
        target = self._new_path()
        self._open_vault().copy_in(path, target)
        return Prepared(str(target), attachment)

    def _prepare_bytes(self, data: bytes, filename: str) -> Prepared:
        target = self._new_path()
        self._open_vault().write(target, data, is_durable=True)
        return Prepared(str(target), _describe(filename, len(data), data))

    def _new_path(self) -> Path:
        return self._folder / secrets.token_hex(16)


def _describe(filename: str, size_bytes: int, head: bytes) -> Attachment:
    mimetype = mimetypes.guess_type(filename)[0] or DEFAULT_MIMETYPE
    width, height = (image_size(head) if mimetype.startswith("image/") else None) or (None, None)
    return Attachment(filename, mimetype, size_bytes, width, height)
