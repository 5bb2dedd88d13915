"""The files of a job: made by the encoding process, then brought up one after another. Each is on disk, each address kept at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from app.backoff import Backoff
from app.channels.encoder import MadeFile, Progress
from app.channels.encoding.protocol import BOARD, COVER, MAIN, SMALL
from app.channels.jobs import STEPS, StoredJob
from app.channels.values import PublishStep, SourceInfo
from app.errors import (
    Forbidden,
    InputError,
    LimitExceeded,
    NotFound,
    RetryKind,
    ServerError,
    TackError,
    TooLarge,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeVar

    from app.channels.encoder import Encoder
    from app.channels.job_book import JobBook
    from app.channels.jobs import ExtraFile
    from app.domain.connection import ConnectionState
    from app.domain.ids import ContentURI
    from app.homeserver import Homeserver
    from app.media.service import MediaService
    from app.sending.attachments import Outbox
    from app.sync.connection import ConnectionMonitor

    T = TypeVar("T")

log = logging.getLogger("tack.channels")

TOO_LARGE = "upload_too_large"
TAKEN = "M_CANNOT_OVERWRITE_MEDIA"
"""Said of an address that has its file already."""
KEPT_BYTES = 5_000_000
"""Pictures and subtitles up to this size go into the media cache: the own ones are never fetched."""
_WEIGHTS = {COVER: (0.0, 0.05), MAIN: (0.05, 0.6), SMALL: (0.65, 0.3), BOARD: (0.95, 0.05)}
"""Where a step begins and how much of the whole it is."""


class Patience:
    """Tries again what failed for the line or the server's sake, for ever, and says meanwhile what it waits for."""

    def __init__(self, book: JobBook, monitor: ConnectionMonitor) -> None:
        self._book, self._monitor = book, monitor

    async def until_done(self, job_id: str, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work` until it goes through. Raises what is permanent."""
        backoff = Backoff()
        while True:
            try:
                result = await work()
            except TackError as error:
                if error.retry is RetryKind.PERMANENT:
                    raise
                if backoff.failures == 0:
                    log.info("job %s waits: %s", job_id, error.code)
                self._say(job_id, error.code)
                await self._wait(backoff.next_s(error))
            else:
                self._say(job_id, "")
                return result

    def _say(self, job_id: str, code: str) -> None:
        self._book.show(job_id, lambda job: job.with_job(error_code=code))

    async def _wait(self, wait_s: float) -> None:
        """Wait so long, or until the line comes back."""
        came_back = asyncio.Event()
        was_online = self._monitor.is_online

        def hear(_: ConnectionState) -> None:
            if self._monitor.is_online and not was_online:
                came_back.set()

        unsubscribe = self._monitor.subscribe(hear)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await came_back.wait()
        finally:
            unsubscribe()


class JobFiles:
    """Makes files, one job after another, and brings them up, one after another."""

    def __init__(
        self,
        book: JobBook,
        encoder: Encoder,
        outbox: Outbox,
        homeserver: Homeserver,
        media: MediaService,
        patience: Patience,
    ) -> None:
        self._book, self._encoder, self._outbox = book, encoder, outbox
        self._homeserver, self._media, self._patience = homeserver, media, patience
        self._encoding, self._uploading = asyncio.Lock(), asyncio.Lock()

    # Making -----------------------------------------------------------------------------------------------------

    async def make(self, job_id: str) -> None:
        """Make what is missing. Raises `InputError`, `StorageError`, `JobGone`."""
        async with self._encoding:
            job = self._book.get(job_id)
            if not job.steps_left:
                return
            await self._drop_half_made(job)
            limit = await self._limit()
            async for message in self._encoder.run(job.source_path, job.steps_left, most_bytes=limit):
                await self._take(job_id, message)
            await self._book.keep(job_id, lambda now: replace(now, steps_done=STEPS))

    async def _drop_half_made(self, job: StoredJob) -> None:
        """Of the covers an earlier run may have made some."""
        half = [file for file in job.made if file.step not in job.steps_done]
        for file in half:
            await self._outbox.discard(file.path)
        step = PublishStep.ENCODING if job.steps_done else PublishStep.READING
        await self._book.keep(
            job.id,
            lambda now: replace(now, made=tuple(f for f in now.made if f not in half)).with_job(
                step=step, error_code="", share=0.0
            ),
        )

    async def _take(self, job_id: str, message: SourceInfo | Progress | MadeFile) -> None:
        if isinstance(message, Progress):
            start, weight = _WEIGHTS.get(message.step, (0.0, 0.0))
            self._book.show(job_id, lambda job: job.with_job(share=start + weight * message.share))
        elif isinstance(message, SourceInfo):
            await self._book.keep(job_id, lambda job: job.with_job(source=message))
        else:
            try:
                await self._book.keep(job_id, lambda job: _with_made(job, message))
            except BaseException:
                await self._outbox.discard(message.path)
                raise

    # Bringing up ------------------------------------------------------------------------------------------------

    async def check_sizes(self, job_id: str) -> None:
        """Raise `InputError` (`upload_too_large`) before anything goes up that the server would refuse."""
        job, limit = self._book.get(job_id), await self._limit()
        largest = max((file.size_bytes for file in job.uploads()), default=0)
        if limit is not None and largest > limit:
            raise InputError("too large for the server", code=TOO_LARGE, limit=limit)

    async def _limit(self) -> int | None:
        """How large a file the server takes; None: not known now. It is asked again before the upload."""
        try:
            offers = self._homeserver.known_offers or await self._homeserver.offers()
        except TackError:
            return None
        return offers.max_upload_bytes

    async def bring_up(self, job_id: str) -> None:
        """Upload what has no address yet. Raises what is permanent, `JobGone`."""
        async with self._uploading:
            await self._patience.until_done(job_id, self._homeserver.offers)
            await self.check_sizes(job_id)
            await self._book.keep(job_id, lambda job: job.with_job(step=PublishStep.UPLOADING))
            while (file := self._next(job_id)) is not None:
                await self._patience.until_done(job_id, lambda file=file: self._upload(job_id, file))  # type: ignore[misc]

    def _next(self, job_id: str) -> ExtraFile | None:
        """What was filled in meanwhile goes up too."""
        job = self._book.get(job_id)
        return next((file for file in job.uploads() if file.path not in job.uris), None)

    async def _upload(self, job_id: str, file: ExtraFile) -> None:
        """Bring one file up. Its address is asked for and kept before: whatever dies afterwards, what is up is found again."""
        known = self._book.get(job_id).reserved.get(file.path)
        if known is None or not await self._homeserver.client.media.is_uploaded(known):
            into = known or await self._reserve(job_id, file)
            known = await self._send(job_id, file, into)
        uri = known
        await self._book.keep(job_id, lambda job: replace(job, uris={**job.uris, file.path: uri}))
        if file.size_bytes <= KEPT_BYTES and not file.mimetype.startswith("video/"):
            await self._media.keep(uri, await self._outbox.read(file.path))

    async def _reserve(self, job_id: str, file: ExtraFile) -> ContentURI | None:
        """Ask for an address; None where the server gives none, or no more: then the upload itself brings one."""
        try:
            uri = await self._homeserver.client.media.reserve()
        except ServerError as error:
            if error.retry is RetryKind.TRANSIENT and not isinstance(error, LimitExceeded):
                raise
            return None
        await self._book.keep(job_id, lambda job: replace(job, reserved={**job.reserved, file.path: uri}))
        return uri

    async def _send(self, job_id: str, file: ExtraFile, into: ContentURI | None) -> ContentURI:
        source = await self._outbox.stream(file.path)
        self._note(job_id, 0)
        name = file.mimetype.replace("/", ".")
        try:
            return await self._homeserver.client.media.upload(
                source, name, file.mimetype, lambda sent, _: self._note(job_id, sent), into
            )
        except TooLarge as error:
            raise InputError("too large for the server", code=TOO_LARGE) from error
        except (Forbidden, NotFound):
            if into is None:
                raise
            await self._book.keep(job_id, lambda job: _unreserved(job, file.path))  # it was kept for too long
            return await self._send(job_id, file, None)
        except ServerError as error:
            if into is not None and error.errcode == TAKEN:
                return into
            raise

    def _note(self, job_id: str, sent: int) -> None:
        def noted(job: StoredJob) -> StoredJob:
            files = job.uploads()
            total = sum(file.size_bytes for file in files)
            done = sum(file.size_bytes for file in files if file.path in job.uris) + sent
            share = min(1.0, done / total) if total else 0.0
            return job.with_job(done_bytes=min(done, total), total_bytes=total, share=share)

        self._book.show(job_id, noted)


def _unreserved(job: StoredJob, path: str) -> StoredJob:
    return replace(job, reserved={known: uri for known, uri in job.reserved.items() if known != path})


def _with_made(job: StoredJob, file: MadeFile) -> StoredJob:
    """Note a file. With a later one the steps before are done; of covers nobody knows how many come."""
    until = STEPS.index(file.step) + (file.step != COVER)
    done = tuple(step for step in STEPS if step in job.steps_done or step in STEPS[:until])
    step = PublishStep.READING if file.step == COVER else PublishStep.ENCODING
    return replace(job, made=(*job.made, file), steps_done=done).with_job(step=step)
