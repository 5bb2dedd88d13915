"""The last step of a job: its post goes into the send queue at its time, once, whatever dies when.

Where the server holds events until their time, it holds the post (`app.channels.holding`), so that it appears while Tack is off. A
post is marked as perhaps sent, or perhaps held, before it is handed over; as long as that mark stands the server is asked first,
and the post is known again by its transaction id in its content.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from app.channels.holding import Fate, Holding
from app.channels.posting import content_of_job, post_row
from app.channels.values import PublishStep
from app.domain.channels.wire import COURSE_TYPE, MAX_COURSE_POSTS
from app.domain.content import strings_of
from app.domain.ids import TxnID
from app.domain.sending import RequestKind, is_new_room
from app.errors import ServerError
from app.store.values import NewRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.channels.job_book import JobBook
    from app.channels.job_files import Patience
    from app.channels.jobs import StoredJob
    from app.domain.ids import EventID, RoomID
    from app.homeserver import Homeserver
    from app.sending.service import SendingService
    from app.store.cache import Cache

log = logging.getLogger("tack.channels")

LONGEST_WAIT_S = 30.0
LOOK_EVERY_S = 2.0


class JobPosting:
    """Used by the task of each job."""

    def __init__(
        self,
        book: JobBook,
        cache: Cache,
        homeserver: Homeserver,
        sending: SendingService,
        patience: Patience,
        now_ms: Callable[[], int],
    ) -> None:
        self._book, self._cache, self._homeserver = book, cache, homeserver
        self._sending, self._patience, self._now_ms = sending, patience, now_ms
        self._holding = Holding(book, cache, homeserver, now_ms)
        self.lock = self._holding.lock

    async def post(self, job_id: str) -> None:
        """Bring it out. Raises what is permanent, `JobGone`."""
        while self._book.get(job_id).job.step is not PublishStep.POSTED:
            if await self._wait_for_time(job_id) or await self._queue(job_id):
                await self._book.keep(job_id, _posted)
        job = await self._book.keep(job_id, _posted)
        if job.job.form.course:
            await self._into_course(job)
        await self._book.end(job_id)

    async def _queue(self, job_id: str) -> bool:
        """Put it into the send queue; False where the form was changed meanwhile, and its time with it."""
        job = self._book.get(job_id)
        if job.is_posting and await self._is_out(job):
            return True
        async with self.lock:
            job = self._book.get(job_id)
            if not job.is_posting and (job.delay_id or job.job.form.publish_at_ms > self._now_ms()):
                return False
            row = post_row(job.txn_id, self._holding.room_of(job), content_of_job(job))
            await self._book.keep(job_id, lambda now: replace(now, is_posting=True))
            await self._sending.queue([row])
            await self._book.keep(job_id, _posted)
            log.info("job %s is in the send queue", job_id)
            return True

    async def _is_out(self, job: StoredJob) -> bool:
        """Whether an earlier run brought it out."""
        room_id = self._holding.room_of(job)
        if self._is_queued(job.txn_id, room_id):
            return True
        if is_new_room(room_id):
            return False
        return await self._find(job) is not None

    def _is_queued(self, txn_id: TxnID, room_id: RoomID) -> bool:
        return any(row.txn_id == txn_id for row in self._cache.read.queue(room_id=room_id, limit=5000))

    async def _find(self, job: StoredJob) -> EventID | None:
        return await self._patience.until_done(job.id, lambda: self._holding.find(job))

    # Later ------------------------------------------------------------------------------------------------------

    async def _wait_for_time(self, job_id: str) -> bool:
        """Wait until its time; whether the server has brought it out."""
        while True:
            moved = self._book.moved(job_id)
            moved.clear()
            job = self._book.get(job_id)
            is_due = job.job.form.publish_at_ms <= self._now_ms()
            if job.is_posting or (is_due and not job.delay_id):
                return False
            if is_due:
                fate = await self._patience.until_done(job_id, lambda: self._holding.look(job_id))
                if fate is not Fate.OPEN:
                    return fate is Fate.OUT
            else:
                await self._book.keep(job_id, lambda now: now.with_job(step=PublishStep.WAITING))
                await self._patience.until_done(job_id, lambda: self._holding.hold(job_id))
            moved.clear()
            await _wait(moved, self._wait_s(job_id))

    def _wait_s(self, job_id: str) -> float:
        left_ms = self._book.get(job_id).job.form.publish_at_ms - self._now_ms()
        return min(LONGEST_WAIT_S, max(0.05, left_ms / 1000)) if left_ms > 0 else LOOK_EVERY_S

    async def take_back(self, job: StoredJob) -> bool:
        """Make sure that it does not come as it is, under `lock`; False where it came out, or may come out still. Raises `TackError`."""
        if job.job.step is PublishStep.POSTED:
            return False
        if not job.is_posting:
            return await self._holding.take_back(job)
        room_id = self._holding.room_of(job)
        if job.job.step is not PublishStep.FAILED or self._is_queued(job.txn_id, room_id):
            return False
        return is_new_room(room_id) or await self._holding.find(job) is None

    # Courses ----------------------------------------------------------------------------------------------------

    async def _into_course(self, job: StoredJob) -> None:
        """Put a post that is out at the end of its course, once."""
        room_id = self._holding.room_of(job)
        while self._is_queued(job.txn_id, room_id):
            await asyncio.sleep(LOOK_EVERY_S)
            self._book.get(job.id)
        event_id = await self._find(job)
        if event_id is None:
            return  # it was given up in the queue
        course = job.job.form.course

        async def read() -> dict[str, object]:
            return await self._homeserver.client.rooms.state_content(room_id, COURSE_TYPE, course)

        try:
            content = await self._patience.until_done(job.id, read)
        except ServerError:
            return  # the course is gone
        posts = strings_of(content, "posts")
        if event_id in posts or len(posts) >= MAX_COURSE_POSTS or not content:
            return
        await self._sending.queue(
            [
                NewRequest(
                    room_id,
                    RequestKind.STATE,
                    TxnID(f"{job.txn_id}.course"),
                    {**content, "posts": [*posts, event_id]},
                    room_id,
                    COURSE_TYPE,
                    course,
                )
            ]
        )


async def _wait(event: asyncio.Event, wait_s: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            await event.wait()


def _posted(job: StoredJob) -> StoredJob:
    return job.with_job(step=PublishStep.POSTED, error_code="", share=1.0)
