"""Videos on their way up: read, encode, upload, post; each step on disk, so that a restart goes on where it was.

Reading and encoding run in a process of their own (`app.channels.encoding`, docs/decisions/0016): nothing of FFmpeg is loaded here.
One task per job goes through the steps; making and uploading are done for one job at a time, beside the lanes of the chat.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.channels.encoder import Encoder, MadeFile
from app.channels.encoding.protocol import COVER
from app.channels.job_book import JobBook, JobGone
from app.channels.job_files import JobFiles, Patience
from app.channels.job_posting import JobPosting
from app.channels.jobs import ExtraFile, JobKind, StoredJob, new_job
from app.channels.own_files import extra_file, take_file
from app.channels.posting import check_permission, content_of_job
from app.channels.values import PublishForm, PublishStep
from app.domain.channels.wire import MAX_TITLE
from app.errors import InputError, RetryKind, StorageError, TackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.channels.values import PublishJob
    from app.clock import Clock
    from app.domain.ids import RoomID
    from app.homeserver import Homeserver
    from app.media.service import MediaService
    from app.sending.attachments import Outbox
    from app.sending.service import SendingService
    from app.store.cache import Cache
    from app.sync.connection import ConnectionMonitor

log = logging.getLogger("tack.channels")

AGAIN_S = 20.0


class Publishing:
    """`account.channels.publishing`."""

    def __init__(
        self,
        cache: Cache,
        homeserver: Homeserver,
        sending: SendingService,
        outbox: Outbox,
        media: MediaService,
        monitor: ConnectionMonitor,
        clock: Clock,
        now_ms: Callable[[], int],
        encoder: Encoder | None = None,
    ) -> None:
        self._cache, self._sending, self._outbox = cache, sending, outbox
        self._now_ms = now_ms
        self._encoder = encoder or Encoder(outbox)
        self._book = JobBook(cache, clock)
        patience = Patience(self._book, monitor)
        self._files = JobFiles(self._book, self._encoder, outbox, homeserver, media, patience)
        self._posting = JobPosting(self._book, cache, homeserver, sending, patience, now_ms)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._loading: asyncio.Task[None] | None = None

    # Life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Go on with the jobs of the last run; returns at once."""
        self._loading = asyncio.create_task(self._load(), name="publish jobs")

    async def stop(self) -> None:
        """End what runs; it goes on after the next start."""
        tasks = [*self._tasks.values(), *([self._loading] if self._loading is not None else [])]
        self._tasks, self._loading = {}, None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _load(self) -> None:
        try:
            jobs = await self._book.load()
        except StorageError as error:
            log.warning("publish jobs are not read: %s", error.code)
            return
        for job in jobs:
            self._book.listeners.tell(job.id)
            is_ready = job.job.step is PublishStep.READY and not job.job.is_wanted
            if job.job.step is not PublishStep.FAILED and not is_ready:
                self._go(job.id)

    # What people see --------------------------------------------------------------------------------------------

    @property
    def jobs(self) -> list[PublishJob]:
        """All jobs, newest first, with the progress of this moment. Edits and streams only where they failed."""
        return [
            job.seen()
            for job in self._book.all()
            if job.kind is JobKind.VIDEO or job.job.step is PublishStep.FAILED
        ]

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Hear of each job that moved (its id), a few times a second at most; the result ends it."""
        return self._book.listeners.subscribe(listener)

    async def cover_bytes(self, job_id: str, number: int) -> bytes:
        """Give a cover choice (JPEG); -1: the own one. Raises `InputError` (`file_gone`…)."""
        job = self._job(job_id)
        covers = job.of_step(COVER)
        if number < 0 and job.job.form.own_cover:
            return await self._outbox.read(job.job.form.own_cover)
        if not 0 <= number < len(covers):
            raise InputError("no such cover", code="file_gone")
        return await self._outbox.read(covers[number].path)

    # What people do ---------------------------------------------------------------------------------------------

    async def add(self, path: Path, room_id: RoomID | None = None) -> str:
        """Take a dropped file for a channel; the job's id. Reading begins at once, then covers, renditions. The file is read where it lies until its
        renditions are made. Raises `InputError` (`file_gone`, `file_unreadable`, `file_empty`), `DiskFull`."""
        source_path = await asyncio.to_thread(_checked_path, path)
        form = PublishForm(room_id, " ".join(path.stem.replace("_", " ").split())[:MAX_TITLE])
        job = new_job(secrets.token_hex(8), path.name, source_path, form, self._now_ms())
        await self._book.add(job)
        self._go(job.id)
        return job.id

    async def begin(self, job: StoredJob) -> None:
        """Take an edit or a stream whose files are in the outbox; it goes out when they are up."""
        await self._book.add(job)
        self._go(job.id)

    async def fill(self, job_id: str, form: PublishForm) -> None:
        """Keep what is typed. What the server holds already is taken back first. Raises `TackError` then, and `InputError` (`post_is_out`)."""
        if self._job(job_id).job.form == form:
            return
        extras = await self._extras(self._job(job_id), form)
        async with self._posting.lock:
            job = self._job(job_id)
            if not await self._posting.take_back(job):
                raise InputError("it is out", code="post_is_out")
            await self._keep(
                job_id,
                lambda now: replace(now, extras=extras, delay_id="", is_posting=False).with_job(form=form),
            )

    async def publish(self, job_id: str) -> None:
        """Post it as soon as it is up (or at its time). Raises `InputError` (`title_missing`, `channel_missing`, `no_permission`, `channel_post_too_big`)."""
        job = self._job(job_id)
        form = job.job.form
        if not form.title.strip():
            raise InputError("no title", code="title_missing")
        if form.room_id is None:
            raise InputError("no channel", code="channel_missing")
        check_permission(self._cache, form.room_id)
        if job.renditions:
            content_of_job(job)
        await self._keep(job_id, lambda now: now.with_job(is_wanted=True))
        if job.job.step is PublishStep.FAILED:
            await self.retry(job_id)
        else:
            self._go(job_id)

    async def retry(self, job_id: str) -> None:
        """Go on after a failure."""
        job = self._job(job_id)
        if job.job.step is PublishStep.FAILED:
            step = PublishStep.READING if job.steps_left else PublishStep.READY
            await self._keep(job_id, lambda now: now.with_job(step=step, error_code="", share=0.0))
        self._go(job_id)

    async def cancel(self, job_id: str) -> None:
        """Give it up: processes stop, files go. A post in the send queue is dropped; one that was posted stays.

        One that the server holds is taken back; raises `TackError` where it cannot be reached."""
        self._job(job_id)
        await self._end_task(job_id)
        job = self._job(job_id)
        if job.delay_id and job.job.step is not PublishStep.POSTED:
            try:
                async with self._posting.lock:
                    await self._posting.take_back(job)
            except TackError:
                self._go(job_id)
                raise
        if job.is_posting and any(row.txn_id == job.txn_id for row in self._cache.read.queue(limit=5000)):
            await self._sending.discard(job.txn_id)
        await self._book.drop(job_id)
        await self._discard(job)

    async def cover_at(self, job_id: str, at_ms: int) -> int:
        """Take the picture of a moment as one more cover; its number. Raises `InputError` (`file_gone`, `video_broken`…)."""
        job = self._job(job_id)
        made: MadeFile | None = None
        async for message in self._encoder.run(job.source_path, at_ms=at_ms):
            if isinstance(message, MadeFile):
                made = message
        if made is None:
            raise InputError("no picture there", code="video_broken")
        cover = made
        job = await self._keep(job_id, lambda now: replace(now, made=(*now.made, cover)))
        return len(job.of_step(COVER)) - 1

    async def save_file(self, path: Path) -> str:
        """Take in a picture or subtitles for a form; the path in the outbox. Raises as `own_files.take_file`."""
        return await take_file(self._outbox, path)

    # Inside -----------------------------------------------------------------------------------------------------

    def _go(self, job_id: str) -> None:
        """Let a task work on a job, if none does."""
        task = self._tasks.get(job_id)
        if task is None or task.done():
            self._tasks[job_id] = asyncio.create_task(self._run(job_id), name=f"publish {job_id}")

    async def _end_task(self, job_id: str) -> None:
        task = self._tasks.pop(job_id, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self, job_id: str) -> None:
        while True:
            try:
                await self._steps(job_id)
            except JobGone:
                return
            except TackError as error:
                log.warning("job %s failed: %s", job_id, error.code)
                if error.retry is RetryKind.PERMANENT:
                    await self._fail(job_id, error.code)
                    return
                self._show_waiting(job_id, error.code)
            except Exception:  # outermost frame of a task: the job can be tried again
                log.exception("job %s", job_id)
                await self._fail(job_id, "internal")
                return
            else:
                return
            await asyncio.sleep(AGAIN_S)  # a full disk and the like: it goes on by itself

    def _show_waiting(self, job_id: str, code: str) -> None:
        self._book.show(job_id, lambda job: job.with_job(error_code=code))

    async def _steps(self, job_id: str) -> None:
        """Go on from where it stands. Whoever says "publish" while the last lines run finds the task still at work."""
        if self._book.get(job_id).job.step is not PublishStep.POSTED:
            await self._files.make(job_id)
            if not self._book.get(job_id).job.is_wanted:
                await self._files.check_sizes(job_id)
                job = await self._book.keep(job_id, _ready)
                if not job.job.is_wanted:
                    return
            content_of_job(self._book.get(job_id))
            await self._files.bring_up(job_id)
        await self._posting.post(job_id)
        await self._discard(self._book.get(job_id))

    async def _fail(self, job_id: str, code: str) -> None:
        try:
            await self._book.keep(job_id, lambda job: job.with_job(step=PublishStep.FAILED, error_code=code))
        except (JobGone, StorageError) as error:
            log.warning("job %s: its failure is not kept: %s", job_id, type(error).__name__)
            self._book.show(job_id, lambda job: job.with_job(step=PublishStep.FAILED, error_code=code))

    async def _extras(self, job: StoredJob, form: PublishForm) -> tuple[ExtraFile, ...]:
        known = {file.path: file for file in job.extras}
        wanted = [(item.path, item.language, item.label) for item in form.subtitles]
        wanted += [(form.own_cover, "", "")] if form.own_cover else []
        return tuple(
            [
                known[path] if path in known else await extra_file(self._outbox, path, *words)
                for path, *words in wanted
            ]
        )

    async def _discard(self, job: StoredJob) -> None:
        for path in job.paths():
            await self._outbox.discard(path)

    def _job(self, job_id: str) -> StoredJob:
        try:
            return self._book.get(job_id)
        except JobGone as error:
            raise InputError("no such job", code="job_gone") from error

    async def _keep(self, job_id: str, edit: Callable[[StoredJob], StoredJob]) -> StoredJob:
        try:
            return await self._book.keep(job_id, edit)
        except JobGone as error:
            raise InputError("no such job", code="job_gone") from error


def _checked_path(path: Path) -> str:
    try:
        if not path.is_file():
            raise InputError("not a file", code="file_gone" if not path.exists() else "file_unreadable")
        with open(path, "rb") as file:
            if not file.read(1):
                raise InputError("the file is empty", code="file_empty")
        return str(path.absolute())
    except OSError as error:
        raise InputError("the file cannot be read", code="file_unreadable") from error


def _ready(job: StoredJob) -> StoredJob:
    return job.with_job(step=PublishStep.READY, share=1.0, error_code="")
