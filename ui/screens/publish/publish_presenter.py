"""What the publish window does: keeps what is typed, takes files in, asks the service. The window shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from app.channels.values import NewSubtitle, PublishStep
from ui.images import decode

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from app.channels.values import PublishForm, PublishJob
    from app.domain.channels.rows import ChannelRow, CourseRow, PostRow
    from app.domain.ids import RoomID
    from app.errors import TackError
    from ui.desk import Desk
    from ui.operations import Operations

Files = tuple[tuple[str, str, str], ...]
"""Subtitles: path, language, label."""
SAVE_AFTER_MS = 700
COVER_SIDE = 480


class PublishPresenter(QObject):
    """Lives as long as its window; the jobs go on without it."""

    jobs_changed = Signal()
    covers_changed = Signal(str)
    """Job id."""
    job_added = Signal(str)
    kept = Signal(str, object)
    """Job id, the form as it was kept."""
    failed = Signal(object)
    """TackError."""
    publishing_done = Signal(str)
    """The person's word is kept: it goes out."""
    channels_read = Signal(object)
    courses_read = Signal(object)
    streams_read = Signal(object)

    def __init__(self, desk: Desk, operations: Operations, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._operations = desk, operations
        self._service = desk.account.channels.publishing
        self._covers: dict[str, list[QPixmap | None]] = {}
        self._taken: dict[str, str] = {}
        """Files of the person's, and what they are called in the outbox: each is taken in once."""
        self._is_stopped = False
        self._dirty: tuple[str, PublishForm, Files, str] | None = None
        self._timer = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save_now)
        self._unsubscribe = self._service.subscribe(self._moved)

    def stop(self) -> None:
        """The window goes: what was typed is kept."""
        self.save_now()
        self._is_stopped = True
        self._unsubscribe()

    # Reading ----------------------------------------------------------------------------------------------------

    def jobs(self) -> list[PublishJob]:
        """All jobs, newest first."""
        return self._service.jobs

    def job(self, job_id: str) -> PublishJob | None:
        """Give one."""
        return next((job for job in self._service.jobs if job.id == job_id), None)

    def now_ms(self) -> int:
        """The time as the server has it."""
        return self._desk.account.channels.now_ms()

    def covers(self, job: PublishJob) -> list[QPixmap | None]:
        """Give the cover choices as far as they are read; the rest comes (`covers_changed`)."""
        known = self._covers.setdefault(job.id, [])
        for number in range(len(known), len(job.covers)):
            known.append(None)
            self._start(
                self._read_cover(job.id, number), lambda image, n=number: self._show_cover(job.id, n, image)
            )
        return known

    def read_own_cover(self, job: PublishJob, show: object) -> None:
        """Read the picture that was chosen before."""
        self._start(self._read_cover(job.id, -1), lambda image: show(QPixmap.fromImage(image)))  # type: ignore[operator]

    def read_channels(self) -> None:
        """Read where I may publish."""
        reading = self._desk.account.cache.read_in_worker(lambda read: read.channels.my_channels())
        self._start(reading, self._channels)

    def read_courses(self, room_id: RoomID | None) -> None:
        """Read the playlists of a channel."""
        if room_id is None:
            self.courses_read.emit(())
            return
        reading = self._desk.account.cache.read_in_worker(lambda read: read.channels.courses(room_id))
        self._start(reading, self._courses)

    def read_streams(self, room_id: RoomID | None) -> None:
        """Read the live streams of a channel that a video may be the recording of."""
        if room_id is None:
            self.streams_read.emit(())
            return
        now_ms = self.now_ms()
        reading = self._desk.account.cache.read_in_worker(lambda read: read.channels.streams(room_id, now_ms))
        self._start(reading, self._streams)

    # Doing ------------------------------------------------------------------------------------------------------

    def add(self, paths: tuple[Path, ...], room_id: RoomID | None) -> None:
        """Take files; each is a job of its own."""
        for path in paths:
            self._vital(self._service.add(path, room_id), self.job_added.emit)

    def touch(self, job_id: str, form: PublishForm, files: Files, picture: str) -> None:
        """Keep this form soon. `files`: subtitles of the person's (path, language, label); `picture`: their own cover."""
        self._dirty = (job_id, form, files, picture)
        self._timer.start()

    def save_now(self) -> None:
        """Keep what is typed, at once."""
        self._timer.stop()
        dirty, self._dirty = self._dirty, None
        if dirty is not None:
            self._vital(self._save(*dirty), lambda _: None)

    def publish(self, job_id: str, form: PublishForm, files: Files, picture: str) -> None:
        """Keep it and let it go out."""
        self._timer.stop()
        self._dirty = None
        self._vital(self._publish(job_id, form, files, picture), lambda _: self.publishing_done.emit(job_id))

    def retry(self, job_id: str) -> None:
        """Go on after a failure."""
        self._vital(self._service.retry(job_id), lambda _: None)

    def give_up(self, job_id: str) -> None:
        """Drop it, with its files."""
        if self._dirty is not None and self._dirty[0] == job_id:
            self._dirty = None
        self._vital(self._service.cancel(job_id), lambda _: self.jobs_changed.emit())

    def cover_at(self, job_id: str, at_ms: int, done: object) -> None:
        """Take the picture of a moment as one more cover. `done(number)`."""
        self._operations.start(self._service.cover_at(job_id, at_ms), done, self.failed.emit)  # type: ignore[arg-type]

    # Inside -----------------------------------------------------------------------------------------------------

    async def _save(self, job_id: str, form: PublishForm, files: Files, picture: str) -> None:
        job = self.job(job_id)
        if job is None or job.step is PublishStep.POSTED:
            return
        added = [NewSubtitle(await self._take(path), language, label) for path, language, label in files]
        form = replace(form, subtitles=(*form.subtitles, *added))
        if picture:
            form = replace(form, own_cover=await self._take(picture), cover=-1)
        await self._service.fill(job_id, form)
        if not self._is_stopped:
            self.kept.emit(job_id, form)

    async def _take(self, path: str) -> str:
        if path not in self._taken:
            self._taken[path] = await self._service.save_file(Path(path))
        return self._taken[path]

    async def _publish(self, job_id: str, form: PublishForm, files: Files, picture: str) -> None:
        await self._save(job_id, form, files, picture)
        await self._service.publish(job_id)

    async def _read_cover(self, job_id: str, number: int) -> QImage:
        data = await self._service.cover_bytes(job_id, number)
        return await self._desk.images.in_worker(lambda: decode(data, COVER_SIDE))

    def _show_cover(self, job_id: str, number: int, image: QImage) -> None:
        self._covers[job_id][number] = QPixmap.fromImage(image)
        self.covers_changed.emit(job_id)

    def _channels(self, rows: list[ChannelRow]) -> None:
        self.channels_read.emit(tuple(rows))

    def _courses(self, rows: list[CourseRow]) -> None:
        self.courses_read.emit(tuple(rows))

    def _streams(self, rows: list[PostRow]) -> None:
        self.streams_read.emit(tuple(rows))

    def _moved(self, _: str) -> None:
        self.jobs_changed.emit()

    def _start(self, work: Coroutine[Any, Any, Any], done: Any) -> None:
        self._operations.start(work, done, lambda _error: None)

    def _vital(self, work: Coroutine[Any, Any, Any], done: Any) -> None:
        """What a person typed or asked for goes on when the window closes."""
        self._desk.operations.start(
            work, lambda result: None if self._is_stopped else done(result), self._fail, is_vital=True
        )

    def _fail(self, error: TackError) -> None:
        if self._is_stopped:
            self._desk.tell_error(error)
        else:
            self.failed.emit(error)
