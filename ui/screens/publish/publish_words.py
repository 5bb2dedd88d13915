"""Where a video on its way stands, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.channels.values import PublishStep
from app.domain.visible import one_line
from resources.formats import format_due, format_duration, format_size
from resources.translations import tr
from ui.sentences import sentence_for

if TYPE_CHECKING:
    from app.channels.values import PublishJob
    from app.domain.channels.rows import PostRow

MOVING = (PublishStep.READING, PublishStep.ENCODING, PublishStep.UPLOADING)
WAITING_CODES = ("network", "not_connected", "tls", "proxy")


def title_of(job: PublishJob) -> str:
    """Name a job."""
    return one_line(job.form.title) or one_line(job.source_name) or tr("Video")


def step_words(job: PublishJob, now_ms: int) -> str:
    """Say in a line where it stands."""
    if job.step is PublishStep.FAILED:
        return sentence_for(job.error_code)
    if job.error_code:
        is_line = job.error_code in WAITING_CODES
        return tr("Waits for the network") if is_line else sentence_for(job.error_code)
    percent = int(job.share * 100)
    if job.step is PublishStep.READING:
        return tr("Reading the file…")
    if job.step is PublishStep.ENCODING:
        return tr("Preparing… {percent} %", percent=percent)
    if job.step is PublishStep.UPLOADING:
        done, total = format_size(job.done_bytes), format_size(job.total_bytes)
        return (
            tr("Uploading… {done} of {total}", done=done, total=total)
            if job.total_bytes
            else tr("Uploading…")
        )
    if job.step is PublishStep.WAITING:
        return tr("Appears: {when}", when=format_due(job.form.publish_at_ms, now_ms))
    if job.step is PublishStep.POSTED:
        return tr("Published")
    return tr("Ready to publish")


def share_of(job: PublishJob) -> float | None:
    """How far the step is; None where nothing moves."""
    return job.share if job.step in MOVING else None


def facts_of(job: PublishJob) -> str:
    """Say what the video is: length, size in points, bytes that go up."""
    source = job.source
    if source is None:
        return one_line(job.source_name)
    parts = [format_duration(source.duration_ms / 1000), f"{source.width} × {source.height}"]
    if job.sizes:
        parts.append(format_size(sum(job.sizes)))
    if not source.has_audio:
        parts.append(tr("no sound"))
    return " · ".join(parts)


def stream_words(row: PostRow, now_ms: int) -> str:
    """Name a live stream by its title and when it began."""
    title = one_line(row.title) or tr("A live stream")
    return " · ".join((title, format_due(row.live_starts_ms, now_ms)))


def publish_words(job: PublishJob, is_later: bool) -> str:
    """Word the button."""
    if job.is_wanted and job.step is not PublishStep.FAILED:
        return tr("Save changes")
    return tr("Schedule") if is_later else tr("Publish")
