"""Files and pictures: fetched once, kept encrypted on disk within a budget, given out as bytes."""

from collections.abc import Callable
from pathlib import Path

from app.domain.ids import ContentURI

Progress = Callable[[int, int | None], None]
"""Called on the loop's thread with bytes so far and the total where known."""


class MediaService:
    """Gives media. Concurrent calls for the same thing share one download; cancelling a call gives up its share."""

    async def thumbnail(self, uri: ContentURI, width: int, height: int) -> bytes:
        """Give an image scaled by the server to about this size (encoded PNG/JPEG/WebP/GIF bytes)."""
        raise NotImplementedError

    async def avatar(self, uri: ContentURI, size: int) -> bytes:
        """Give a square picture of a person or room."""
        raise NotImplementedError

    async def file(self, uri: ContentURI, on_progress: Progress | None = None) -> bytes:
        """Give the whole file in memory; for pictures. Refuses more than 64 MB (`InputError`, `file_too_large`)."""
        raise NotImplementedError

    async def save_as(self, uri: ContentURI, path: Path, on_progress: Progress | None = None) -> None:
        """Write the clear file where the person chose. The name appears only when all of it is there."""
        raise NotImplementedError

    async def local_file(self, local_path: str) -> bytes:
        """Give an attachment that still waits in the send queue (`MediaInfo.local_path`)."""
        raise NotImplementedError

    def is_cached(self, uri: ContentURI) -> bool:
        """Whether `file` would answer without the line."""
        raise NotImplementedError

    async def used_bytes(self) -> int:
        """How much disk the media cache takes."""
        raise NotImplementedError

    async def clear(self) -> None:
        """Delete all cached media (never what waits in the send queue)."""
        raise NotImplementedError
