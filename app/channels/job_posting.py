"""The last step of a job: its post goes into the send queue at its time, once, whatever dies when.

Where the server holds events until their time, it holds the post, so that it appears while Tack is off. A post is marked as
perhaps sent, or perhaps held, before it is handed over; as long as that mark stands the server is asked first, and the post is
known again by its transaction id in its content.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from app.channels.posting import content_of_job, post_row, sent_event, with_txn
from app.channels.values import PublishStep
from app.domain.channels.wire import COURSE_TYPE, MAX_COURSE_POSTS
from app.domain.content import strings_of
from app.domain.ids import RoomID, TxnID
from app.domain.sending import RequestKind, is_new_room
from app.errors import InputError, LimitExceeded, NotFound, RetryKind, ServerError, TackError
from app.store.values import NewRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.channels.job_book import JobBook
    from app.channels.job_files import Patience
    from app.channels.jobs import StoredJob
    from app.domain.ids import EventID
    from app.homeserver import Homeserver
    from app.matrix.delayed import DelayedEvent
    from app.sending.service import SendingService
    from app.store.cache import Cache

log = logging.getLogger("tack.channels")

ASKED = "?"
"""The server was asked to hold it; whether it does is not known."""
SOON_MS = 3_000
LONGEST_WAIT_S = 30.0
PATIENCE_MS = 60_000
"""So long after its time a held post may take to come."""
LOOK_EVERY_S = 2.0
MAX_DELAY_MS = 365 * 86_400_000


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
        self._is_refused = False
        self.lock = asyncio.Lock()
        """Held while the server is told to hold a post, or not any more: what it holds is what the form says."""

    async def post(self, job_id: str) -> None:
        """Bring it out. Raises what is permanent, `JobGone`."""
        if self._book.get(job_id).job.step is not PublishStep.POSTED and not await self._wait_for_time(
            job_id
        ):
            job = self._book.get(job_id)
            if not (job.is_posting and await self._is_out(job)):
                await self._queue(job)
        job = await self._book.keep(job_id, _posted)
        if job.job.form.course:
            await self._into_course(job)
        await self._book.end(job_id)

    def _room_of(self, job: StoredJob) -> RoomID:
        """Give the channel; of one that was still to be made, what it became."""
        room_id = job.room_id or job.job.form.room_id
        if room_id is None:
            raise InputError("no channel", code="channel_missing")
        made = self._cache.read.kv("new_room", room_id) if is_new_room(room_id) else None
        return RoomID(made) if made is not None else room_id

    async def _queue(self, job: StoredJob) -> None:
        content = content_of_job(job)
        room_id = self._room_of(job)
        job = await self._book.keep(job.id, lambda now: replace(now, is_posting=True))
        await self._sending.queue([post_row(job.txn_id, room_id, content)])
        log.info("job %s is in the send queue", job.id)

    async def _is_out(self, job: StoredJob) -> bool:
        """Whether an earlier run brought it out."""
        room_id = self._room_of(job)
        if self._is_queued(job.txn_id, room_id):
            return True
        if is_new_room(room_id):
            return False
        return await self._find(job) is not None

    def _is_queued(self, txn_id: TxnID, room_id: RoomID) -> bool:
        return any(row.txn_id == txn_id for row in self._cache.read.queue(room_id=room_id, limit=5000))

    async def _find(self, job: StoredJob) -> EventID | None:
        room_id, since_ms = self._room_of(job), job.job.created_ms
        return await self._patience.until_done(
            job.id,
            lambda: sent_event(self._homeserver, self._cache.user_id, room_id, job.txn_id, since_ms),
        )

    # Later ------------------------------------------------------------------------------------------------------

    async def _wait_for_time(self, job_id: str) -> bool:
        """Wait until its time; whether the server has brought it out."""
        while True:
            moved = self._book.moved(job_id)
            moved.clear()
            job = self._book.get(job_id)
            due_ms, now_ms = job.job.form.publish_at_ms, self._now_ms()
            if due_ms > now_ms and job.job.step is not PublishStep.WAITING:
                job = await self._book.keep(job_id, lambda now: now.with_job(step=PublishStep.WAITING))
            if due_ms <= now_ms and not job.delay_id:
                return False
            if due_ms <= now_ms and await self._came_out(job):
                return True
            if due_ms > now_ms + SOON_MS:
                await self._patience.until_done(job_id, lambda: self._hold(job_id))
            moved.clear()
            wait_s = (due_ms - self._now_ms()) / 1000 if due_ms > self._now_ms() else LOOK_EVERY_S
            await _wait(moved, min(LONGEST_WAIT_S, max(0.05, wait_s)))

    async def _came_out(self, job: StoredJob) -> bool:
        """Find out about a held post whose time has come. The mark goes where nobody has it: then it goes out from here."""
        if await self._find(job) is not None:
            return True
        held = await self._patience.until_done(job.id, lambda: self._held(job.txn_id))
        is_late = self._now_ms() > job.job.form.publish_at_ms + PATIENCE_MS
        if held and not is_late:
            return False
        for event in held:
            await self._patience.until_done(job.id, lambda event=event: self._cancel(event.delay_id))  # type: ignore[misc]
        if await self._find(job) is not None:
            return True
        await self._book.keep(job.id, lambda now: replace(now, delay_id=""))
        return False

    async def _hold(self, job_id: str) -> None:
        """Let the server hold it, where it does that and does not yet. Raises `TackError` to be tried again."""
        async with self.lock:
            await self._hold_now(job_id)

    async def _hold_now(self, job_id: str) -> None:
        job = self._book.get(job_id)
        delay_ms = job.job.form.publish_at_ms - self._now_ms()
        if delay_ms <= SOON_MS or not self._may_hold(delay_ms, self._room_of(job)):
            return
        if job.delay_id == ASKED:
            held = await self._held(job.txn_id)
            delay_id = held[0].delay_id if held else ""
            job = await self._book.keep(job_id, lambda now: replace(now, delay_id=delay_id))
        if job.delay_id:
            return
        content = content_of_job(job)
        await self._book.keep(job_id, lambda now: replace(now, delay_id=ASKED))
        try:
            delay_id = await self._homeserver.client.delayed.put(
                self._room_of(job), "m.room.message", TxnID(f"{job.txn_id}.{delay_ms}"), content, delay_ms
            )
        except TackError as error:
            await self._note_refusal(job_id, error)
            return
        await self._book.keep(job_id, lambda now: replace(now, delay_id=delay_id))
        log.info("job %s is held by the server", job_id)

    async def _note_refusal(self, job_id: str, error: TackError) -> None:
        is_certain = isinstance(error, LimitExceeded) or error.retry is RetryKind.PERMANENT
        if not is_certain:
            raise error
        self._is_refused = self._is_refused or isinstance(error, ServerError)
        await self._book.keep(job_id, lambda now: replace(now, delay_id=""))

    def _may_hold(self, delay_ms: int, room_id: RoomID) -> bool:
        offers = self._homeserver.known_offers
        if offers is None or not offers.has_delayed_events or self._is_refused or is_new_room(room_id):
            return False
        return delay_ms <= (offers.max_delay_ms or MAX_DELAY_MS)

    async def _held(self, txn_id: TxnID) -> list[DelayedEvent]:
        try:
            events = await self._homeserver.client.delayed.waiting()
        except NotFound:
            return []
        return [event for event in events if with_txn(event.content) == txn_id]

    async def _cancel(self, delay_id: str) -> None:
        with contextlib.suppress(NotFound):
            await self._homeserver.client.delayed.cancel(delay_id)

    async def take_back(self, job: StoredJob) -> bool:
        """Take a held post back from the server, under `lock`; False where it came out before. Raises `TackError`."""
        if not job.delay_id:
            return True
        for event in await self._held(job.txn_id):
            await self._cancel(event.delay_id)
        room_id, since_ms = self._room_of(job), job.job.created_ms
        found = await sent_event(self._homeserver, self._cache.user_id, room_id, job.txn_id, since_ms)
        return found is None

    # Courses ----------------------------------------------------------------------------------------------------

    async def _into_course(self, job: StoredJob) -> None:
        """Put a post that is out at the end of its course, once."""
        room_id = self._room_of(job)
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
