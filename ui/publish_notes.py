"""Tells the person how videos on their way ended when they do not look: published, or not and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.channels.values import PublishStep
from app.domain.visible import one_line
from resources.translations import tr
from ui.sentences import sentence_for

if TYPE_CHECKING:
    from app.channels.values import PublishJob
    from ui.desk import Desk

MOST_TITLE = 40


class PublishNotes(QObject):
    """Lives with the account. What failed before it began is told once, too."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._steps: dict[str, PublishStep] = {}
        publishing = desk.account.channels.publishing
        unsubscribe = publishing.subscribe(self._moved)
        self.destroyed.connect(lambda: unsubscribe())
        for job in publishing.jobs:
            self._look(job)

    def _moved(self, job_id: str) -> None:
        jobs = self._desk.account.channels.publishing.jobs
        job = next((job for job in jobs if job.id == job_id), None)
        if job is None:
            self._steps.pop(job_id, None)
        else:
            self._look(job)

    def _look(self, job: PublishJob) -> None:
        before = self._steps.get(job.id)
        self._steps[job.id] = job.step
        if job.step is before or not job.is_wanted:
            return
        title = one_line(job.form.title, MOST_TITLE) or tr("Video")
        if job.step is PublishStep.POSTED and before is not None:
            self._desk.tell(tr("“{title}” is published.", title=title))
        elif job.step is PublishStep.FAILED:
            words = tr("“{title}” is not published. {why}", title=title, why=sentence_for(job.error_code))
            channels = self._desk.channels
            self._desk.offer(words, tr("Show"), lambda: channels.publish())
