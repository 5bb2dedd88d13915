"""The jobs of one account in memory and on disk: one place changes them, keeps them, and tells who listens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.channels.jobs import job_json, job_of
from app.listeners import Listeners

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.channels.jobs import StoredJob
    from app.clock import Clock
    from app.store.cache import Cache

TELL_EVERY_S = 0.2


class JobGone(Exception):
    """The person gave a job up meanwhile: its work ends."""


class JobBook:
    """`keep` tells of a change, and returns, when the disk has it."""

    def __init__(self, cache: Cache, clock: Clock) -> None:
        self._cache, self._clock = cache, clock
        self._jobs: dict[str, StoredJob] = {}
        self._told_at: dict[str, float] = {}
        self._moved: dict[str, asyncio.Event] = {}
        self._unsaved: set[str] = set()
        """What the disk may not have: the last time it could not be written."""
        self.listeners: Listeners[str] = Listeners()

    async def load(self) -> list[StoredJob]:
        """Read what the last run left."""
        for content in (await self._cache.channels.jobs()).values():
            job = job_of(content)
            if job is not None:
                self._jobs.setdefault(job.id, job)
        return self.all()

    def all(self) -> list[StoredJob]:
        """Give all, newest first."""
        return sorted(self._jobs.values(), key=lambda job: job.job.created_ms, reverse=True)

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._jobs

    def get(self, job_id: str) -> StoredJob:
        """Give one. Raises `JobGone`."""
        job = self._jobs.get(job_id)
        if job is None:
            raise JobGone(job_id)
        return job

    async def keep(self, job_id: str, edit: Callable[[StoredJob], StoredJob]) -> StoredJob:
        """Change one and wait for the disk. Raises `JobGone`, `StorageError`."""
        job = edit(self.get(job_id))
        if job != self._jobs[job_id] or job_id in self._unsaved:
            self._put(job)
            await self._save(job)
            self.listeners.tell(job_id)
        return self.get(job_id)

    async def _save(self, job: StoredJob) -> None:
        self._unsaved.discard(job.id)
        try:
            await self._cache.channels.save_job(job.id, job_json(job))
        except BaseException:
            self._unsaved.add(job.id)
            raise

    async def add(self, job: StoredJob) -> None:
        """Begin one. Raises `StorageError`: then there is none."""
        await self._cache.channels.save_job(job.id, job_json(job))
        self._put(job)
        self.listeners.tell(job.id)

    def show(self, job_id: str, edit: Callable[[StoredJob], StoredJob]) -> None:
        """Change what need not survive, such as how far it is; told a few times a second."""
        job = self._jobs.get(job_id)
        if job is None:
            return
        changed = edit(job)
        self._jobs[job_id] = changed
        now = self._clock.monotonic()
        is_other = (changed.job.step, changed.job.error_code) != (job.job.step, job.job.error_code)
        if is_other or now - self._told_at.get(job_id, -1.0) >= TELL_EVERY_S:
            self._told_at[job_id] = now
            self.listeners.tell(job_id)

    async def end(self, job_id: str) -> None:
        """It needs no disk any more; it is still shown in this run."""
        await self._cache.channels.save_job(job_id, None)
        self.listeners.tell(job_id)

    async def drop(self, job_id: str) -> None:
        """Forget it."""
        self._jobs.pop(job_id, None)
        await self._cache.channels.save_job(job_id, None)
        self.listeners.tell(job_id)

    def moved(self, job_id: str) -> asyncio.Event:
        """Give what is set when a job was changed; who waits clears it first."""
        return self._moved.setdefault(job_id, asyncio.Event())

    def _put(self, job: StoredJob) -> None:
        self._jobs[job.id] = job
        self.moved(job.id).set()
