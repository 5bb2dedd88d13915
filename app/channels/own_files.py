"""Files a person adds to a video: covers of their own, subtitles. Checked and sealed when chosen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.channels.jobs import SUBTITLE_MIMETYPE, ExtraFile
from app.domain.channels.subtitles import as_vtt, parse_subtitles
from app.domain.channels.wire import MAX_SUBTITLE_BYTES
from app.errors import InputError
from app.media.image_size import image_size

if TYPE_CHECKING:
    from app.sending.attachments import Outbox

MAX_PICTURE_BYTES: Final = 10_000_000
SUBTITLE_SUFFIXES: Final = (".srt", ".vtt", ".ass", ".ssa")
_HEAD_BYTES: Final = 256 * 1024
_PICTURES: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"RIFF": "image/webp",
    b"GIF8": "image/gif",
}


async def take_file(outbox: Outbox, path: Path) -> str:
    """Take in a picture or subtitles; the path in the outbox.

    Raises `InputError` (`file_gone`, `file_unreadable`, `file_empty`, `subtitle_unreadable`, `subtitle_too_large`,
    `picture_unreadable`, `file_too_large`), `StorageError`.
    """
    if path.suffix.lower() in SUBTITLE_SUFFIXES:
        return await asyncio.to_thread(_take_subtitle, outbox, path)
    return await asyncio.to_thread(_take_picture, outbox, path)


async def extra_file(outbox: Outbox, path: str, language: str = "", label: str = "") -> ExtraFile:
    """Describe a file that was taken in. Raises `InputError` (`file_gone`, `file_damaged`)."""
    data = await outbox.read(path) if outbox.is_sealed(path) else b""
    if not data:
        raise InputError("not one of ours", code="file_gone")
    mimetype = _picture_type(data)
    if not mimetype:
        return ExtraFile(path, SUBTITLE_MIMETYPE, len(data), language=language, label=label)
    width, height = image_size(data[:_HEAD_BYTES]) or (0, 0)
    return ExtraFile(path, mimetype, len(data), width, height)


def _take_subtitle(outbox: Outbox, path: Path) -> str:
    data = _read(path, MAX_SUBTITLE_BYTES, "subtitle_too_large")
    return outbox.seal([as_vtt(parse_subtitles(data, path.suffix)).encode()])


def _take_picture(outbox: Outbox, path: Path) -> str:
    data = _read(path, MAX_PICTURE_BYTES, "file_too_large")
    if not _picture_type(data) or image_size(data[:_HEAD_BYTES]) is None:
        raise InputError("no picture", code="picture_unreadable")
    return outbox.seal([data])


def _picture_type(data: bytes) -> str:
    return next((kind for mark, kind in _PICTURES.items() if data.startswith(mark)), "")


def _read(path: Path, limit: int, code: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError as error:
        raise InputError("the file is not there any more", code="file_gone") from error
    except OSError as error:
        raise InputError("the file cannot be read", code="file_unreadable") from error
    if not data:
        raise InputError("the file is empty", code="file_empty")
    if len(data) > limit:
        raise InputError("the file is too large", code=code, limit=limit)
    return data
