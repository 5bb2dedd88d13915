"""Videos on their way up: read, encode, upload, post; each step on disk, so that a restart goes on where it was.

Reading and encoding run in a process of their own (`app.channels.encoding`, docs/decisions/0016): nothing of FFmpeg is loaded here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.channels.values import PublishForm, PublishJob


class Publishing:
    """`account.channels.publishing`."""

    @property
    def jobs(self) -> list[PublishJob]:
        """All jobs, newest first, with the progress of this moment."""
        raise NotImplementedError

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Hear of each job that moved (its id), a few times a second at most; the result ends it."""
        raise NotImplementedError

    async def add(self, path: Path) -> str:
        """Take a dropped file; the job's id. Reading begins at once, then covers, renditions. The file is read where it lies until its
        renditions are made. Raises `InputError` (`file_gone`, `file_unreadable`), `DiskFull`."""
        raise NotImplementedError

    async def fill(self, job_id: str, form: PublishForm) -> None:
        """Keep what is typed."""
        raise NotImplementedError

    async def publish(self, job_id: str) -> None:
        """Post it as soon as it is up (or at its time). Raises `InputError` (`title_missing`, `channel_missing`, `no_permission`, `channel_post_too_big`)."""
        raise NotImplementedError

    async def retry(self, job_id: str) -> None:
        """Go on after a failure."""
        raise NotImplementedError

    async def cancel(self, job_id: str) -> None:
        """Give it up: processes stop, files go. A post in the send queue is dropped; one that was posted stays."""
        raise NotImplementedError

    async def cover_bytes(self, job_id: str, number: int) -> bytes:
        """Give a cover choice (JPEG)."""
        raise NotImplementedError

    async def cover_at(self, job_id: str, at_ms: int) -> int:
        """Take the picture of a moment as one more cover; its number."""
        raise NotImplementedError
