"""Videos on their way up, as they stand on disk: everything a restart needs to go on where it was.

A job is kept before each step that others see and after each that cost something: a file that was made, an address that the
server gave.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from app.channels.encoder import MadeFile
from app.channels.encoding.protocol import BOARD, COVER, MAIN, SMALL
from app.channels.values import PublishForm, PublishJob, PublishStep
from app.domain.content import JSONObject
from app.domain.ids import ContentURI, EventID, RoomID, TxnID

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = (COVER, MAIN, SMALL, BOARD)
"""What is made of a video, in this order."""
SUBTITLE_MIMETYPE = "text/vtt"


class JobKind(StrEnum):
    """What comes of a job."""

    VIDEO = "video"
    """A post."""
    EDIT = "edit"
    """A change of one that needs files to go up first."""
    LIVE = "live"
    """A stream announced with a cover."""


@dataclass(frozen=True, slots=True)
class ExtraFile:
    """A file that goes up besides what was made of the video."""

    path: str
    mimetype: str
    size_bytes: int
    width: int = 0
    height: int = 0
    language: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job with what only publishing itself wants to know."""

    job: PublishJob
    txn_id: TxnID
    """Of the post, from the beginning."""
    kind: JobKind = JobKind.VIDEO
    source_path: str = ""
    made: tuple[MadeFile, ...] = ()
    steps_done: tuple[str, ...] = ()
    uris: dict[str, ContentURI] = field(default_factory=dict)
    """Where files of the outbox lie by now."""
    reserved: dict[str, ContentURI] = field(default_factory=dict)
    """Where they are to lie: asked for before, so that a lost reply loses no upload."""
    extras: tuple[ExtraFile, ...] = ()
    """Edits, streams: files to go up; own covers of a video, so that their size is known."""
    content: JSONObject = field(default_factory=dict)
    """Edits, streams: the post without the addresses of `extras`."""
    target: EventID | None = None
    room_id: RoomID | None = None
    """Edits, streams: where."""
    is_posting: bool = False
    """It may be in the send queue or beyond already: look before it is put there."""
    delay_id: str = ""
    """The server holds it till its time; `?` before: it was asked to."""
    hold: str = ""
    """Tells one request to hold it from the next; the same as long as its answer is not known."""

    @property
    def id(self) -> str:
        """Give the id of the job."""
        return self.job.id

    def with_job(self, **changes: Any) -> StoredJob:
        """Give it with other values of what people see."""
        return replace(self, job=replace(self.job, **changes))

    def of_step(self, step: str) -> tuple[MadeFile, ...]:
        """Give the files of one kind."""
        return tuple(file for file in self.made if file.step == step)

    @property
    def renditions(self) -> tuple[MadeFile, ...]:
        """Give the videos, largest first."""
        return self.of_step(MAIN) + self.of_step(SMALL)

    @property
    def steps_left(self) -> tuple[str, ...]:
        """Give what is still to be made."""
        if self.kind is not JobKind.VIDEO:
            return ()
        return tuple(step for step in STEPS if step not in self.steps_done)

    @property
    def cover(self) -> MadeFile | ExtraFile | None:
        """Give the cover that was chosen."""
        form = self.job.form
        if form.cover < 0 and form.own_cover:
            return next((file for file in self.extras if file.path == form.own_cover), None)
        covers = self.of_step(COVER)
        return covers[min(max(0, form.cover), len(covers) - 1)] if covers else None

    def uploads(self) -> list[ExtraFile]:
        """Give every file that goes up, small ones first: what can fail for its size fails last."""
        if self.kind is not JobKind.VIDEO:
            return list(self.extras)
        cover = self.cover
        subtitles = [
            ExtraFile(item.path, SUBTITLE_MIMETYPE, self._size_of(item.path), 0, 0, item.language, item.label)
            for item in self.job.form.subtitles
        ]
        pictures = ([cover] if cover is not None else []) + list(self.of_step(BOARD))
        videos = list(reversed(self.renditions))
        plain = [ExtraFile(f.path, f.mimetype, f.size_bytes, f.width, f.height) for f in pictures + videos]
        return subtitles + plain

    def _size_of(self, path: str) -> int:
        return next((file.size_bytes for file in self.extras if file.path == path), 0)

    def paths(self) -> set[str]:
        """Give every file of the outbox that the job needs."""
        form = self.job.form
        named = {form.own_cover} | {item.path for item in form.subtitles}
        return {path for path in named if path} | {f.path for f in self.made} | {f.path for f in self.extras}

    def seen(self) -> PublishJob:
        """Give what people see, filled from what was made."""
        return replace(
            self.job,
            covers=tuple(file.path for file in self.of_step(COVER)),
            files=tuple(file.path for file in self.renditions),
            sizes=tuple(file.size_bytes for file in self.renditions),
        )


def new_job(job_id: str, source_name: str, source_path: str, form: PublishForm, now_ms: int) -> StoredJob:
    """Begin one for a file that was dropped."""
    job = PublishJob(job_id, PublishStep.READING, form, source_name, now_ms)
    return StoredJob(job, TxnID(f"tackpost{job_id}"), source_path=source_path)


def job_json(job: StoredJob) -> JSONObject:
    """Write it down."""
    content: JSONObject = msgspec.to_builtins(job)
    return content


def job_of(content: JSONObject) -> StoredJob | None:
    """Read what `job_json` wrote; None where a newer or older Tack wrote it otherwise."""
    try:
        return msgspec.convert(content, StoredJob)
    except msgspec.ValidationError:
        return None


def job_paths(contents: Sequence[JSONObject]) -> set[str]:
    """Give the files of the outbox that jobs on disk need."""
    jobs = [job_of(content) for content in contents]
    return {path for job in jobs if job is not None for path in job.paths()}
